"""Issues of GitHub with what blocks them: REST lists, `gh issue list --json`, `gh api` and GraphQL."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from source_help import batch, found, put

from cockpit.records.model import Batch, Kind, State, WorkItem
from cockpit.sources.errors import SourceError

minute = datetime.fromisoformat


def items_of(read: Batch) -> dict[str, WorkItem]:
    return {item.id: item for item in read.records["work_items"]}


def links_of(read: Batch) -> set[tuple[str, str]]:
    return {(link.predecessor, link.successor) for link in read.records["links"]}


def rest(number: int, repository: str = "acme/core", **more: Any) -> dict[str, Any]:
    """An issue as the REST API lists it."""
    api, web = f"https://api.github.com/repos/{repository}", f"https://github.com/{repository}"
    return {
        "url": f"{api}/issues/{number}",
        "repository_url": api,
        "html_url": f"{web}/issues/{number}",
        "id": 9_000_000 + number,
        "node_id": f"I_{number}",
        "number": number,
        "title": f"Issue {number}",
        "user": {"login": "octo"},
        "labels": [],
        "state": "open",
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "created_at": "2025-03-01T09:00:00Z",
        "updated_at": "2025-03-14T14:58:11Z",
        "closed_at": None,
        "body": "long",
        "state_reason": None,
        "type": None,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
        "parent_issue_url": None,
        "issue_dependencies_summary": {"blocked_by": 0, "total_blocked_by": 0, "blocking": 0, "total_blocking": 0},
        **more,
    }


def test_a_list_of_the_rest_api(tmp_path: Path) -> None:
    milestone = {"number": 3, "title": "Q2", "state": "open", "due_on": "2025-06-30T07:00:00Z", "open_issues": 4}
    tree = [
        rest(
            7, title="Card\u202e API", milestone=milestone, parent_issue_url="https://api.github.com/repos/acme/plan/issues/1",
            assignees=[{"login": "asilva"}],
            labels=[{"name": "team/payments"}, {"name": "status: in progress"}, {"name": "goal:cloud"}],
        ),
        rest(8, state="closed", state_reason="completed", closed_at="2025-03-10T10:00:00Z"),
        rest(9, state="closed", state_reason="not_planned", closed_at="2025-03-10T10:00:00Z", title="Nice idea"),
        rest(10, state_reason="reopened", assignees=[{"login": "a"}, {"login": "b"}], labels=[{"name": "Blocked"}]),
        rest(11, pull_request={"url": "https://api.github.com/repos/acme/core/pulls/11"}),
        rest(12, type={"name": "Epic"}, title=""),
        rest(13, "Acme.X/core", labels=[{"name": "review"}, {"name": "workflow::done"}]),
    ]  # fmt: skip
    put(tmp_path, "issues.json", json.dumps(tree))
    assert found(tmp_path, "issues.json").format == "github"
    read = batch(tmp_path, "issues.json")
    assert read.problems == (), "pull requests are no issues, and no fault"
    items = items_of(read)
    assert set(items) == {"acme/core#7", "acme/core#8", "acme/core#9", "acme/core#10", "acme/core#12", "Acme.X/core#13"}
    one = items["acme/core#7"]
    assert (one.title, one.project, one.team, one.owner) == ("Card API", "acme/core", "payments", "asilva")
    assert (one.status, one.state, one.kind) == ("in progress", State.DOING, Kind.TICKET)
    assert (one.deadline, one.updated, one.parent) == (date(2025, 6, 30), minute("2025-03-14T14:58:11"), "acme/plan#1")
    assert {("goal", "cloud"), ("milestone", "Q2"), ("repository", "acme/core")} <= set(one.extra)
    assert ("labels", "team/payments;status: in progress;goal:cloud") in one.extra
    done = items["acme/core#8"]
    assert (done.state, done.actual_finish, done.team) == (State.DONE, minute("2025-03-10T10:00"), "acme/core")
    gone = items["acme/core#9"]
    assert (gone.stub, gone.state, gone.actual_finish) == (True, None, None)
    assert (gone.title, gone.status) == ("Nice idea (cancelled)", "closed as not planned")
    assert (items["acme/core#10"].state, items["acme/core#10"].owner) == (State.BLOCKED, "a; b")
    assert (items["acme/core#12"].kind, items["acme/core#12"].title) == (Kind.SUMMARY, "acme/core#12")
    assert items["Acme.X/core#13"].state is State.DOING, "open, whatever its label says"


def gh(number: int, **more: Any) -> dict[str, Any]:
    """An issue as `gh issue list --json` writes it."""
    return {
        "assignees": [{"id": "MDQ", "login": "asilva", "name": "Ana Silva", "databaseId": 0}],
        "blockedBy": {"nodes": [], "totalCount": 0},
        "blocking": {"nodes": [], "totalCount": 0},
        "closedAt": None,
        "id": f"I_kw{number}",
        "labels": [{"id": "L", "name": "bug", "description": "", "color": "d73a4a"}],
        "milestone": None,
        "number": number,
        "parent": None,
        "state": "OPEN",
        "stateReason": "",
        "title": f"Issue {number}",
        "updatedAt": "2025-03-14T14:58:11Z",
        "url": f"https://github.com/acme/core/issues/{number}",
        **more,
    }


def node(number: int, repository: str = "acme/core", state: str = "OPEN", **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "state": state,
        "title": f"Other {number}",
        "url": f"https://github.com/{repository}/issues/{number}",
        **more,
    }


def listed(*nodes: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"nodes": list(nodes), "totalCount": len(nodes) if total is None else total}


def test_the_list_of_the_command_line(tmp_path: Path) -> None:
    tree = [
        gh(1, blockedBy=listed(node(2), node(5, "acme/vault"), node(6, "acme/vault", "CLOSED"))),
        gh(
            2,
            state="CLOSED",
            stateReason="COMPLETED",
            closedAt="2025-03-02T08:00:00Z",
            blocking=listed(node(1), node(3)),
        ),
        gh(3, parent=node(1), projectItems=[{"title": "Roadmap", "status": {"optionId": "f", "name": "In Progress"}}]),
    ]
    put(tmp_path, "issues.json", json.dumps(tree))
    read = batch(tmp_path, "issues.json")
    assert read.problems == ()
    assert links_of(read) == {
        ("acme/core#2", "acme/core#1"), ("acme/vault#5", "acme/core#1"), ("acme/core#2", "acme/core#3"),
    }  # fmt: skip
    items = items_of(read)
    assert (items["acme/vault#5"].stub, items["acme/vault#5"].title) == (True, "Other 5")
    assert "acme/vault#6" not in items, "who is closed elsewhere holds nobody up"
    assert (items["acme/core#3"].parent, items["acme/core#3"].state) == ("acme/core#1", State.DOING)
    assert items["acme/core#1"].owner == "Ana Silva <asilva>"


def test_the_answer_of_graphql_with_sub_issues(tmp_path: Path) -> None:
    blocker = {"number": 12, "title": "Approve schema", "state": "OPEN", "repository": {"nameWithOwner": "acme/schema"}}
    child = {
        "number": 4, "title": "Child", "state": "OPEN", "labels": {"nodes": [{"name": "type: epic"}]},
        "blockedBy": {"nodes": [blocker]},
    }  # fmt: skip
    issue = {
        "id": "I_1",
        "number": 1,
        "title": "Release",
        "state": "OPEN",
        "subIssues": {"nodes": [child, {"id": "I_2"}]},
    }
    other = {
        "id": "I_2",
        "number": 2,
        "title": "Two",
        "state": "OPEN",
        "blocking": {"edges": [{"node": {"id": "I_1"}}]},
    }
    issues = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [issue, other]}
    tree = {"data": {"repository": {"nameWithOwner": "acme/core", "issues": issues}}}
    put(tmp_path, "answer.json", json.dumps(tree))
    assert found(tmp_path, "answer.json").format == "github"
    read = batch(tmp_path, "answer.json")
    assert read.problems == ()
    assert links_of(read) == {("acme/schema#12", "acme/core#4"), ("acme/core#2", "acme/core#1")}
    items = items_of(read)
    assert {id_: item.parent for id_, item in items.items() if not item.stub} == {
        "acme/core#1": "", "acme/core#4": "acme/core#1", "acme/core#2": "acme/core#1",
    }  # fmt: skip
    assert items["acme/core#4"].kind is Kind.SUMMARY


@pytest.mark.parametrize("shape", ["pages", "slurped", "lines"])
def test_pages_of_an_answer(tmp_path: Path, shape: str) -> None:
    pages = [[rest(1), rest(2)], [rest(3)]]
    content = {
        "pages": "".join(map(json.dumps, pages)),
        "slurped": json.dumps(pages),
        "lines": "\n".join(json.dumps(issue) for page in pages for issue in page),
    }[shape]
    put(tmp_path, "issues.json", content.encode("utf-16"))
    assert found(tmp_path, "issues.json").format == "github", "as PowerShell redirects it"
    assert set(items_of(batch(tmp_path, "issues.json"))) == {"acme/core#1", "acme/core#2", "acme/core#3"}


def test_dependencies_of_the_rest_api_that_a_script_put_beside_their_issue(tmp_path: Path) -> None:
    summary = {"blocked_by": 1, "total_blocked_by": 2, "blocking": 0, "total_blocking": 0}
    tree = [
        rest(1, blocked_by=[rest(2), rest(3, state="closed")], issue_dependencies_summary=summary),
        rest(2, dependencies={"blocking": ["acme/web#4", "#5", 6, "https://ghe.bank.example/risk/limits/issues/9"]}),
    ]
    put(tmp_path, "issues.json", json.dumps(tree))
    read = batch(tmp_path, "issues.json")
    assert read.problems == ()
    assert links_of(read) == {
        ("acme/core#2", "acme/core#1"), ("acme/core#2", "acme/web#4"), ("acme/core#2", "acme/core#5"),
        ("acme/core#2", "acme/core#6"), ("acme/core#2", "ghe.bank.example/risk/limits#9"),
    }  # fmt: skip


def test_blockers_that_are_counted_and_not_named_are_told_once(tmp_path: Path) -> None:
    summary = {"blocked_by": 2, "total_blocked_by": 2, "blocking": 0, "total_blocking": 0}
    tree = [
        rest(1),
        rest(2, issue_dependencies_summary=summary),
        rest(3, blockedBy=listed(node(1), total=70)),
        rest(4, state="closed", issue_dependencies_summary=summary),
    ]
    put(tmp_path, "issues.json", json.dumps(tree))
    read = batch(tmp_path, "issues.json")
    (problem,) = read.problems
    assert (problem.origin.row, problem.column) == (2, "acme/core#2")
    assert "2 open issues are blocked by issues that this file counts and does not name" in problem.message
    assert "gh issue list --state all" in problem.message
    assert [item.state for item in items_of(read).values()] == [State.TODO, State.BLOCKED, State.BLOCKED, State.DONE]


def test_an_enterprise_server_has_its_host_in_the_name(tmp_path: Path) -> None:
    api = "https://ghe.bank.example/api/v3/repos/risk/limits"
    issue = rest(5, url=f"{api}/issues/5", repository_url=api, html_url="https://ghe.bank.example/risk/limits/issues/5")
    put(tmp_path, "issues.json", json.dumps([issue]))
    assert set(items_of(batch(tmp_path, "issues.json"))) == {"ghe.bank.example/risk/limits#5"}


def test_issues_that_name_no_repository_are_named_by_their_file(tmp_path: Path) -> None:
    put(tmp_path, "payments.json", json.dumps([{"number": 1, "title": "One", "state": "OPEN", "blockedBy": [2]}]))
    read = batch(tmp_path, "payments.json")
    assert links_of(read) == {("payments#2", "payments#1")}
    assert read.records["work_items"][0].project == "payments"


def test_what_is_no_issue_costs_nothing_else(tmp_path: Path) -> None:
    tree = [
        rest(1, blocked_by=["nonsense", {"title": "no number"}, None], labels="x", assignees=7, milestone=[], type=3),
        {"number": "7", "title": "no number"}, {"number": 8, "title": None}, 5, None, [[[rest(9)]]],
        {"number": 3, "title": "Q2", "state": "open", "due_on": None, "open_issues": 4},
    ]  # fmt: skip
    put(tmp_path, "issues.json", json.dumps(tree))
    read = batch(tmp_path, "issues.json")
    assert set(items_of(read)) == {"acme/core#1", "acme/core#9"}
    assert [(each.origin.row, each.column) for each in read.problems] == [(1, "acme/core#1")] * 3


def test_issues_without_a_state_are_told_once(tmp_path: Path) -> None:
    put(
        tmp_path,
        "i.json",
        json.dumps([{"number": n, "title": "x", "url": f"https://github.com/a/b/issues/{n}"} for n in (1, 2)]),
    )
    read = batch(tmp_path, "i.json")
    (problem,) = read.problems
    assert "2 issues do not say whether they are open or closed" in problem.message
    assert [item.state for item in items_of(read).values()] == [None, None]


def test_deep_answers_and_answers_without_issues(tmp_path: Path) -> None:
    put(tmp_path, "deep.json", "[" * 500 + json.dumps(rest(1)) + "]" * 500)
    more = '[[sources]]\npath = "*.json"\nformat = "github"\n'
    for name, content in (("deep.json", None), ("none.json", '{"data": null}'), ("deeper.json", "[" * 200_000)):
        if content is not None:
            put(tmp_path, name, content)
        with pytest.raises(SourceError, match=r"expected issues with a number and a title|nested too deep"):
            batch(tmp_path, name, more)


def test_the_charter_says_what_labels_mean_and_who_the_team_is(tmp_path: Path) -> None:
    more = """[states]
blocked = ["needs vendor"]
[[sources]]
path = "issues.json"
format = "github"
columns = { team = "squad", effort = "points", objective = "goal" }
defaults = { project = "P-01" }
"""
    tree = [
        rest(
            1, labels=[{"name": "squad: red"}, {"name": "needs vendor"}, {"name": "points/5"}, {"name": "goal:cloud"}]
        ),
        rest(2, labels=[{"name": "duplicate"}], state="closed", state_reason="completed"),
    ]
    put(tmp_path, "issues.json", json.dumps(tree))
    items = items_of(batch(tmp_path, "issues.json", more))
    one = items["acme/core#1"]
    assert (one.team, one.effort, one.objective, one.project, one.state) == ("red", 5.0, "cloud", "P-01", State.BLOCKED)
    assert items["acme/core#2"].stub, "a duplicate delivers nothing, whatever its reason says"
