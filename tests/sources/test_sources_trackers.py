"""What trackers export, judged: a link across teams is a dependency that nobody registered, in any of them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_help import batch, found, put

from cockpit.cli import cli
from cockpit.sources.errors import SourceError

CHARTER = """
[portfolio]
id = "bank"
title = "Bank"
today = 2025-03-17
effort_unit = "points"

[[teams]]
id = "payments"
title = "Payments"
aliases = ["acme/payments", "Bank\\\\Payments"]

[[teams]]
id = "risk"
title = "Risk"
lead = "rui"
aliases = ["acme/risk"]

[[people]]
id = "rui"
name = "Rui Costa"
team = "risk"
email = "rui@bank.example"

[[people]]
id = "eva"
name = "Eva Lund"
team = "risk"
email = "eva@bank.example"
aliases = ["elund"]

[[assign]]
field = "project"
pattern = "acme/payments"
project = "P-01"

[[assign]]
field = "Area Path"
pattern = "Bank\\\\Payments*"
project = "P-01"
"""
TABLES = {
    "objectives.csv": "id,title,owner,target_date\nO1,Instant payments,eva,2025-06-30\n",
    "projects.csv": "id,title,objectives,owner,sponsor,team,baseline_finish\n"
    "P-01,Switch,O1,rui,eva,payments,2025-06-30\n",
}


def checked(folder: Path, *args: str) -> Any:
    result = CliRunner().invoke(cli, ["check", str(folder), "--json", *args])
    assert result.exit_code == 1, result.output
    return json.loads(result.stdout)["breaches"]


def portfolio(folder: Path, **files: str) -> Path:
    put(folder, "portfolio.toml", CHARTER)
    for name, content in {**TABLES, **files}.items():
        put(folder, name, content)
    return folder


def issue(number: int, repository: str, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "title": f"{repository} {number}",
        "state": "OPEN",
        "url": f"https://github.com/{repository}/issues/{number}",
        "labels": [],
        "assignees": [],
        "updatedAt": "2025-03-14T09:00:00Z",
        **more,
    }


def test_a_blocked_by_of_github_is_a_dependency_that_nobody_registered(tmp_path: Path) -> None:
    blocker = issue(7, "acme/risk", title="Limits API", assignees=[{"login": "elund", "name": "Eva L."}])
    waiting = issue(12, "acme/payments", title="Route payments", blockedBy={"nodes": [blocker], "totalCount": 1})
    inside = issue(13, "acme/payments", blockedBy={"nodes": [waiting], "totalCount": 1})
    folder = portfolio(tmp_path, **{"2025-03-17/issues.json": json.dumps([waiting, inside, blocker])})
    (found,) = [each for each in checked(folder) if each["code"] == "DEP-UNOWNED"]
    assert found["subject"] == "dependency:acme/risk#7>P-01"
    assert found["title"] == "Limits API: Payments needs it, and it is in no register"
    assert (found["project"], found["owner"]) == ("P-01", "eva"), "who is assigned, known by her login"


def test_a_predecessor_of_azure_is_a_dependency_that_nobody_registered(tmp_path: Path) -> None:
    rows = (
        "ID,Work Item Type,Title,Assigned To,State,Area Path,Predecessor,Changed Date\n"
        '"7","User Story","Limits API","Eva Lund <eva@bank.example>","Active","Bank\\Risk",,"3/14/2025 9:00:00 AM"\n'
        '"12","User Story","Route payments",,"New","Bank\\Payments","7","3/14/2025 9:00:00 AM"\n'
        '"13","Task","Inside",,"New","Bank\\Payments","12","3/14/2025 9:00:00 AM"\n'
    )
    folder = portfolio(tmp_path, **{"2025-03-17/data.csv": rows})
    (found,) = [each for each in checked(folder) if each["code"] == "DEP-UNOWNED"]
    assert found["subject"] == "dependency:AB#7>P-01"
    assert found["title"] == "Limits API: Payments needs it, and it is in no register"
    assert found["owner"] == "eva", "by the address behind the name"


def test_giving_a_ticket_up_delivers_nothing_to_who_waits_for_it(tmp_path: Path) -> None:
    """Risk closes its issue as not planned: for Payments that is the worst news, and no green light."""
    blocker = issue(
        7, "acme/risk", title="Limits API", state="CLOSED", stateReason="NOT_PLANNED", closedAt="2025-03-10T09:00:00Z"
    )
    done = issue(
        8, "acme/risk", title="Ledger API", state="CLOSED", stateReason="COMPLETED", closedAt="2025-03-10T09:00:00Z"
    )
    waiting = issue(12, "acme/payments", title="Route", blockedBy={"nodes": [blocker, done], "totalCount": 2})
    folder = portfolio(tmp_path, **{"2025-03-17/issues.json": json.dumps([waiting, blocker, done])})
    found = {each["subject"]: each["title"] for each in checked(folder) if each["code"] == "DEP-UNOWNED"}
    assert found["dependency:acme/risk#7>P-01"] == "Limits API (cancelled): Payments needs it, and it is in no register"


def test_items_of_two_files_of_one_tracker_meet(tmp_path: Path) -> None:
    """The CSV export has no links: the answer of the API beside it, of any name, gives them."""
    rows = (
        "ID,Work Item Type,Title,State,Area Path,Changed Date\n"
        "7,User Story,Limits API,Active,Bank\\Risk,3/14/2025 9:00:00 AM\n"
        "12,User Story,Route payments,New,Bank\\Payments,3/14/2025 9:00:00 AM\n"
    )
    kind = "System.LinkTypes.Dependency-Forward"
    links = {"workItemRelations": [{"rel": kind, "source": {"id": 7}, "target": {"id": 12}}]}
    folder = portfolio(tmp_path, **{"2025-03-17/board.csv": rows, "2025-03-17/relations.json": json.dumps(links)})
    (found,) = [each for each in checked(folder) if each["code"] == "DEP-UNOWNED"]
    assert found["title"] == "Limits API: Payments needs it, and it is in no register"


def test_numbers_of_different_trackers_do_not_collide(tmp_path: Path) -> None:
    gitlab = "Title,Issue ID,URL,State,Author Username\nOther,42,https://gitlab.com/acme/payments/-/issues/42,Open,a\n"
    folder = portfolio(
        tmp_path,
        **{
            "board.csv": "ID,Work Item Type,Title,State\n42,Task,Azure's,New\n",
            "issues.json": json.dumps([issue(42, "acme/payments", title="GitHub's")]),
            "gitlab.csv": gitlab,
            "changes.csv": "Number,Short description,State\nCHG0000042,ServiceNow's,New\n",
        },
    )
    result = CliRunner().invoke(cli, ["import", str(folder)])
    assert result.exit_code == 0, result.output
    exported = CliRunner().invoke(cli, ["export", str(folder), "--format", "json"])
    ids = {row["id"] for row in json.loads(exported.stdout)["items"]}
    assert {"AB#42", "acme/payments#42", "gitlab.com/acme/payments#42", "CHG0000042"} <= ids


HEADERS = {
    "jira": ["Issue key", "Issue id", "Summary", "Status", "Updated", "Outward issue link (Blocks)"],
    "azure": ["ID", "Work Item Type", "Title", "State", "Changed Date", "Successor"],
    "gitlab": ["IID", "Author Username", "Title", "State", "Updated At (UTC)", "URL"],
    "servicenow": ["Number", "Assignment group", "Short description", "State", "Updated", "Parent"],
}
ROWS = {
    "jira": ["A-1", "1", "Größe à 5 €", "Open", "28.05.2025 17:00:09", "A-2"],
    "azure": ["1", "Task", "Größe à 5 €", "Active", "28.05.2025 17:00:09", "2"],
    "gitlab": ["1", "a", "Größe à 5 €", "Open", "28.05.2025 17:00:09", "https://gitlab.com/a/b/-/issues/1"],
    "servicenow": ["CHG0000001", "Net", "Größe à 5 €", "New", "28.05.2025 17:00:09", "PRJ0000001"],
}


@pytest.mark.parametrize("tracker", HEADERS)
@pytest.mark.parametrize(
    ("encoding", "mark", "delimiter", "end"),
    [
        ("utf-8", b"", ",", "\n"), ("utf-8-sig", b"", ";", "\r\n"), ("utf-16-le", b"\xff\xfe", "\t", "\r\n"),
        ("utf-16-be", b"\xfe\xff", "\t", "\r\n"), ("utf-16-le", b"", "\t", "\r\n"), ("cp1252", b"", ";", "\r\n"),
        ("cp1252", b"", "|", "\r"), ("utf-8", b"sep=;\r\n", ";", "\r\n"),
    ],
)  # fmt: skip
def test_every_export_as_a_spreadsheet_may_save_it(
    tmp_path: Path, tracker: str, encoding: str, mark: bytes, delimiter: str, end: str
) -> None:
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in (HEADERS[tracker], ROWS[tracker])]
    put(tmp_path, "export.csv", mark + (end.join(lines) + end).encode(encoding))
    assert found(tmp_path, "export.csv").format == tracker
    read = batch(tmp_path, "export.csv")
    first = read.records["work_items"][0]
    assert (first.title, first.updated) == ("Größe à 5 €", datetime.fromisoformat("2025-05-28T17:00:09"))
    assert read.problems == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["number", "title", "state", "labels", "nodes", "blockedBy", "blocking", "parent", "subIssues", "url",
             "id", "assignees", "milestone", "repository", "fields", "relations", "rel", "value", "System.Title",
             "System.State", "System.AssignedTo", "System.Parent", "workItemRelations", "source", "target",
             "projectItems", "type"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=30,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=JSON, tracker=st.sampled_from(["azure", "github"]))
def test_no_answer_breaks_a_reader(tmp_path: Path, tree: object, tracker: str) -> None:
    put(tmp_path, "x.json", json.dumps(tree))
    _read(tmp_path, "x.json", tracker)


CELL = st.sampled_from(
    ["", "1", "CHG0000001", "x y", "Closed", "-5", "31/02/2025", "5FS +3d,", '"', "AB#7; 8", "\x00", "<b>"]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, max_size=8), max_size=5), tracker=st.sampled_from(sorted(HEADERS)))
def test_no_table_breaks_a_reader(tmp_path: Path, rows: list[list[str]], tracker: str) -> None:
    put(tmp_path, "x.csv", "\n".join(",".join(row) for row in (HEADERS[tracker], *rows)))
    _read(tmp_path, "x.csv", tracker)


def _read(folder: Path, name: str, tracker: str) -> None:
    """Read a file as a tracker's: whatever it holds gives records and sentences, or one sentence."""
    try:
        read = batch(folder, name, f'[[sources]]\npath = "{name}"\nformat = "{tracker}"\n')
    except SourceError as error:
        assert error.problem.message
    else:
        ids = [item.id for item in read.records["work_items"]]
        assert len(ids) == len(set(ids)) and all(ids)
        assert {end for link in read.records["links"] for end in (link.predecessor, link.successor)} <= set(ids)
