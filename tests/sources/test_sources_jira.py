"""The CSV export as Jira really writes it."""

from datetime import date, datetime
from pathlib import Path

import pytest
from source_help import batch, found, put

from cockpit.records.model import Kind, LinkType, State, WorkItem

minute = datetime.fromisoformat

HEADER = (
    "Summary,Issue key,Issue id,Parent id,Issue Type,Status,Status Category,Project key,Assignee,Reporter,"
    "Created,Updated,Resolved,Due date,Labels,Labels,"
    "Inward issue link (Blocks),Outward issue link (Blocks),Outward issue link (Blocks),Outward issue link (Cloners),"
    "Original Estimate,Remaining Estimate,Time Spent,Custom field (Story Points),"
    "Custom field (Epic Link),Custom field (Team),Comment,Comment,Sprint,Sprint\n"
)
ROWS = (
    "Build,INT-1,10001,,Story,In Progress,In Progress,INT,ana,bo,"
    "20/Feb/24 9:00 AM,29/Feb/24 10:02 AM,,15/Mar/24 12:00 AM,core,api,INT-9,INT-2,OPS-7,INT-2,"
    '57600,28800,3600,5,INT-4,Integration,"29/Feb/24;bo;two\nlines, ""quoted""",,S1,S2\n'
    "Test,INT-2,10002,,Task,Done,Done,INT,,bo,"
    "21/Feb/24 9:00 AM,1/Mar/24 12:30 PM,1/Mar/24 12:30 PM,,,,INT-1,,,,,,,,,,,,,\n"
    "Sub,INT-3,10003,10001,Sub-task,Weird,To Do,INT,,bo,22/Feb/24 9:00 AM,2/Mar/24 9:00 AM,,,,,,,,,,,,,,,,,,\n"
    "Epic,INT-4,10004,,Epic,Reopened,In Progress,INT,,bo,"
    "22/Feb/24 9:00 AM,2/Mar/24 9:00 AM,1/Mar/24 9:00 AM,,,,,,,,,,,,,,,,,\n"
)


def by_id(folder: Path, content: str | bytes = HEADER + ROWS, more: str = "") -> dict[str, WorkItem]:
    put(folder, "export.csv", content)
    read = batch(folder, "export.csv", more)
    assert read.problems == ()
    return {item.id: item for item in read.records["work_items"]}


def test_a_real_export(tmp_path: Path) -> None:
    items = by_id(tmp_path)
    assert set(items) == {"INT-1", "INT-2", "INT-3", "INT-4", "INT-9", "OPS-7"}
    one = items["INT-1"]
    assert (one.project, one.title, one.kind, one.team, one.owner) == (
        "INT",
        "Build",
        Kind.TICKET,
        "Integration",
        "ana",
    )
    assert (one.status, one.state) == ("In Progress", State.DOING)
    assert (one.duration_days, one.remaining_days) == (2.0, 1.0), "seconds as days of eight hours"
    assert one.effort == 2.0, "the charter counts effort in days"
    assert one.updated == minute("2024-02-29T10:02")
    assert one.deadline == date(2024, 3, 15)
    assert one.parent == "INT-4"
    assert one.origin is not None and one.origin.row == 2
    assert ("Labels", "core") in one.extra and ("Labels", "api") in one.extra and ("Project key", "INT") in one.extra
    assert ("Custom field (Epic Link)", "INT-4") in one.extra
    assert not [name for name, _ in one.extra if name in ("Summary", "Status")]
    assert [text for name, text in one.extra if name == "Comment"] == ['29/Feb/24;bo;two\nlines, "quoted"']
    assert items["INT-2"].actual_finish == minute("2024-03-01T12:30")
    assert items["INT-2"].origin is not None and items["INT-2"].origin.row == 4, "after a comment of two lines"
    assert items["INT-3"].parent == "INT-1"
    assert items["INT-3"].state is State.TODO, "an unknown word is worth Jira's own category"
    assert items["INT-4"].kind is Kind.SUMMARY
    assert items["INT-4"].actual_finish is None, "opened again, so what was resolved says nothing"


def test_each_link_stands_once_and_foreign_ends_are_stubs(tmp_path: Path) -> None:
    put(tmp_path, "export.csv", HEADER + ROWS)
    read = batch(tmp_path, "export.csv")
    assert {(link.predecessor, link.successor) for link in read.records["links"]} == {
        ("INT-1", "INT-2"), ("INT-1", "OPS-7"), ("INT-9", "INT-1"),
    }  # fmt: skip
    assert len(read.records["links"]) == 3, "INT-1 → INT-2 is named from both ends"
    assert {link.origin.row for link in read.records["links"] if link.origin} == {2}, "where each is named first"
    assert {link.type for link in read.records["links"]} == {LinkType.FS}
    stubs = {item.id: item for item in read.records["work_items"] if item.stub}
    assert set(stubs) == {"INT-9", "OPS-7"}
    assert (stubs["OPS-7"].project, stubs["OPS-7"].kind) == ("OPS", Kind.TICKET)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Outward issue link (Blocks)", ("A-1", "A-2")),
        ("Inward issue link (Blocks)", ("A-2", "A-1")),
        ("Outward issue link (Depends)", ("A-2", "A-1")),
        ("Inward issue link (Dependency)", ("A-1", "A-2")),
        ("Outward issue link (Dependent)", ("A-2", "A-1")),
        ("Outward issue link (Relates)", None),
        ("Inward issue link (Duplicate)", None),
    ],
)
def test_the_direction_of_links(tmp_path: Path, header: str, expected: tuple[str, str] | None) -> None:
    put(tmp_path, "export.csv", f"Issue key,Summary,{header}\nA-1,One,A-2\nA-2,Two,\n")
    links = batch(tmp_path, "export.csv").records["links"]
    assert [(link.predecessor, link.successor) for link in links] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("headers", "cell"),
    [("Parent", "A-1"), ("Parent", "101"), ("Parent id", "101"), ("Parent key", "A-1"), ("Epic Link", "A-1")],
)
def test_a_parent_by_id_or_key(tmp_path: Path, headers: str, cell: str) -> None:
    items = by_id(
        tmp_path, f"Issue key,Issue id,Summary,{headers}\nA-1,101,One,\nA-2,102,Two,{cell}\nA-3,103,Three,999\n"
    )
    assert items["A-2"].parent == "A-1"
    assert items["A-3"].parent == ""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_encodings_and_semicolons(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = "Issue key;Issue id;Summary;Updated\r\nA-1;1;Größe;28.05.2025 17:00\r\n".replace(";", delimiter)
    assert by_id(tmp_path, content.encode(encoding))["A-1"].updated == minute("2025-05-28T17:00")


def test_dates_in_american_order(tmp_path: Path) -> None:
    items = by_id(tmp_path, "Issue key,Summary,Updated\nA-1,One,5/6/25 17:00\nA-2,Two,5/28/25 17:00\n")
    assert items["A-1"].updated == minute("2025-05-06T17:00")


def test_ambiguous_dates_cost_the_dates_only(tmp_path: Path) -> None:
    put(
        tmp_path,
        "export.csv",
        "Issue key,Summary,Updated,Due date\nA-1,One,5/6/25 17:00,1/2/25\nA-2,Two,5/7/25 17:00,\n",
    )
    read = batch(tmp_path, "export.csv")
    assert [(item.id, item.updated, item.deadline) for item in read.records["work_items"]] == [
        ("A-1", None, None), ("A-2", None, None),
    ]  # fmt: skip
    assert {problem.column for problem in read.problems} == {"Updated", "Due date"}
    assert len(read.problems) == 2
    assert "set date_order" in read.problems[0].message
    more = '[[sources]]\npath = "export.csv"\ndate_order = "mdy"\n'
    items = by_id(tmp_path, (tmp_path / "export.csv").read_text(), more)
    assert items["A-1"].updated == minute("2025-05-06T17:00")


def test_rows_that_cannot_be_read_lose_nothing_else(tmp_path: Path) -> None:
    put(
        tmp_path,
        "export.csv",
        "Issue key,Summary,Due date,Original Estimate,Outward issue link (Blocks)\nA-1,One,2025-01-31,3600,not a key\n"
        ",No key,,,\nA-1,Again,,,\nA-3,Three,soon,a lot,A-1\n",
    )
    read = batch(tmp_path, "export.csv")
    assert [item.id for item in read.records["work_items"]] == ["A-1", "A-3"]
    assert [(link.predecessor, link.successor) for link in read.records["links"]] == [("A-3", "A-1")]
    assert {(problem.origin.row, problem.column) for problem in read.problems} == {
        (2, "Outward issue link (Blocks)"), (3, "Issue key"), (4, "Issue key"), (5, "Due date"),
        (5, "Original Estimate"),
    }  # fmt: skip


def test_the_charter_says_what_words_mean_and_where_fields_stand(tmp_path: Path) -> None:
    more = """[states]
blocked = ["In Progress"]
todo = ["Parked"]
[[sources]]
path = "export.csv"
columns = { team = "Squad", acceptance = "Proof" }
defaults = { project = "CORE", objective = "cloud" }
"""
    content = (
        "Issue key,Summary,Status,Status Category,Squad,Proof\nA-1,One,In Progress,In Progress,red,it runs\n"
        "A-2,Two,Resolved,In Progress,,\nA-3,Three,Blocked,In Progress,,\n"
        "A-4,Four,Parked,In Progress,,\n"
    )
    items = by_id(tmp_path, content, more)
    one = items["A-1"]
    assert (one.state, one.team, one.acceptance) == (State.BLOCKED, "red", "it runs")
    assert (one.project, one.objective) == ("CORE", "cloud")
    assert items["A-2"].state is State.DOING, "Jira's category says that it is not done"
    assert items["A-3"].state is State.BLOCKED
    assert items["A-4"].state is State.TODO, "the charter's own word wins over Jira's category"


def test_story_points_where_the_charter_counts_them(tmp_path: Path) -> None:
    put(tmp_path, "export.csv", "Issue key,Summary,Story Points,Original Estimate\nA-1,One,5,57600\n")
    text = '[portfolio]\nid = "p"\ntitle = "P"\neffort_unit = "story points"\n'
    from cockpit.charter.charter import load
    from cockpit.sources.registry import read, scan

    put(tmp_path, "portfolio.toml", text)
    rules = load(tmp_path)
    (source,) = scan(tmp_path, rules)
    assert read(source, rules).records["work_items"][0].effort == 5.0


def test_an_export_is_recognised_by_its_headers(tmp_path: Path) -> None:
    put(tmp_path, "whatever.csv", '"Summary";"Issue key";"Issue id"\nA;B-1;1\n')
    put(tmp_path, "sep.csv", "sep=,\nSummary,Issue key,Issue id\nA,B-1,1\n")
    assert found(tmp_path, "whatever.csv").format == "jira"
    assert found(tmp_path, "sep.csv").format == "jira"


@pytest.mark.parametrize(("decimal", "points", "days"), [("", None, None), (",", 1.25, 0.001), (".", 1250, 1)])
def test_numbers_whose_marks_the_charter_explains(
    tmp_path: Path, decimal: str, points: float | None, days: float | None
) -> None:
    header = "Issue key,Summary,Custom field (Story Points),Original Estimate"
    put(tmp_path, "export.csv", f'{header}\nA-1,One,"1,250","28,800"\n')
    more = f'effort_unit = "points"\n[[sources]]\npath = "export.csv"\ndecimal = "{decimal}"\n'
    read = batch(tmp_path, "export.csv", more)
    assert [(item.effort, item.duration_days) for item in read.records["work_items"]] == [(points, days)]
    assert len(read.problems) == (0 if decimal else 2)


def test_what_was_given_up_is_neither_open_nor_done(tmp_path: Path) -> None:
    content = (
        "Issue key,Summary,Status,Status Category,Resolution,Resolved\n"
        "A-1,Old idea,Closed,Done,Won't Do,1/Mar/24 12:30 PM\nA-2,Twice,Done,Done,Duplicate,1/Mar/24 12:30 PM\n"
        "A-3,Built,Closed,Done,Fixed,1/Mar/24 12:30 PM\nA-4,Stopped,Cancelled,Done,,\n"
        "A-5,Open,To Do,To Do,Unresolved,\n"
    )
    items = by_id(tmp_path, content)
    assert [(each.stub, each.state) for each in items.values()] == [
        (True, None), (True, None), (False, State.DONE), (True, None), (False, State.TODO),
    ]  # fmt: skip
    assert items["A-1"].title == "Old idea (cancelled)" and items["A-1"].actual_finish is None
    kept = by_id(tmp_path, content, '[states]\ndone = ["Cancelled", "Closed"]\n')
    assert [kept[key].state for key in ("A-1", "A-4")] == [State.DONE, State.DONE], "the charter's own words win"
