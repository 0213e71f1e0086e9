"""The CSV export of GitLab's issues, in the columns of old and new versions."""

from datetime import date, datetime
from pathlib import Path

import pytest
from source_help import batch, found, put

from cockpit.records.model import Kind, State, WorkItem

minute = datetime.fromisoformat

OLD = (
    "Title,Description,Issue ID,URL,State,Author,Author Username,Assignee,Assignee Username,Confidential,Locked,Due "
    "Date,"
    "Created At (UTC),Updated At (UTC),Closed At (UTC),Milestone,Weight,Labels,Time Estimate,Time Spent,Epic ID,Epic "
    "Title\n"
    '\'=Sum of limits,"two\nlines",7,https://gitlab.bank.example/risk/limits/-/issues/7,Open,Bo Chen,bchen,'
    '"Ana Silva, Cy Lee","asilva, clee",No,No,2025-06-30,2025-03-01 09:00:00,2025-03-14 14:58:11,,Q2,3,'
    '"goal::cloud,team::risk,workflow::blocked",57600,28800,12,Limits\n'
    "Closed one,,8,https://gitlab.bank.example/risk/limits/-/issues/8,Closed,Bo,bo,Bo Chen,bchen,No,No,,2025-03-01 "
    "09:00:00,"
    "2025-03-10 10:00:00,2025-03-10 10:00:00,,,,0,0,,\n"
    "Never,,9,https://gitlab.bank.example/risk/limits/-/issues/9,Closed,Bo,bo,,,No,No,,2025-03-01 09:00:00,"
    '2025-03-10 10:00:00,2025-03-10 10:00:00,,,"wontfix",0,0,,\n'
    "Over,,10,https://gitlab.bank.example/risk/limits/-/issues/10,Open,Bo,bo,,,Yes,No,,2025-03-01 09:00:00,"
    '2025-03-10 10:00:00,,,,"Doing",3600,7200,,\n'
)


def by_id(folder: Path, content: str | bytes, more: str = "") -> dict[str, WorkItem]:
    put(folder, "issues.csv", content)
    assert found(folder, "issues.csv", more).format == "gitlab"
    read = batch(folder, "issues.csv", more)
    assert read.problems == ()
    return {item.id: item for item in read.records["work_items"]}


def test_the_export(tmp_path: Path) -> None:
    items = by_id(tmp_path, OLD)
    name = "gitlab.bank.example/risk/limits#"
    assert set(items) == {f"{name}7", f"{name}8", f"{name}9", f"{name}10"}
    one = items[f"{name}7"]
    assert (one.title, one.project, one.team) == ("=Sum of limits", "gitlab.bank.example/risk/limits", "risk")
    assert one.owner == "Ana Silva <asilva>; Cy Lee <clee>"
    assert (one.status, one.state) == ("blocked", State.BLOCKED), "by its label"
    assert (one.deadline, one.updated) == (date(2025, 6, 30), minute("2025-03-14T14:58:11"))
    assert (one.duration_days, one.remaining_days, one.effort) == (2.0, 1.0, 2.0)
    assert {("goal", "cloud"), ("Epic Title", "Limits"), ("Labels", "goal::cloud;team::risk;workflow::blocked")} <= set(
        one.extra
    )
    done = items[f"{name}8"]
    assert (done.state, done.actual_finish, done.owner) == (State.DONE, minute("2025-03-10T10:00"), "Bo Chen <bchen>")
    assert (done.duration_days, done.team) == (None, "gitlab.bank.example/risk/limits"), "an estimate of 0 is none"
    assert (items[f"{name}9"].stub, items[f"{name}9"].status) == (True, "Closed as wontfix")
    assert (items[f"{name}10"].state, items[f"{name}10"].remaining_days) == (State.DOING, None)


def test_the_columns_of_newer_versions(tmp_path: Path) -> None:
    content = (
        "ID,IID,Title,Description,Type,URL,State,Confidential,Locked,Milestone,Labels,Author,Author Username,Assignee,"
        "Assignee Username,Created At (UTC),Updated At (UTC),Closed At (UTC),Due Date,Start Date,Parent ID,Parent IID,"
        "Parent Title,Time Estimate,Time Spent,Weight\n"
        "901,4,Parent,,Issue,https://gitlab.com/bank/core/-/work_items/4,Open,No,No,,,A,a,,,2025-03-01 09:00:00,"
        "2025-03-14 14:58:11,,,2025-03-03,55,3,Epic of a group,0,0,\n"
        "902,5,Child,,Task,https://gitlab.com/bank/core/-/work_items/5,Open,No,No,,,A,a,,,2025-03-01 09:00:00,"
        "2025-03-14 14:58:11,,,,901,4,Parent,0,0,\n"
        "903,6,Goal,,Objective,https://gitlab.com/bank/core/-/work_items/6,Open,No,No,,,A,a,,,2025-03-01 09:00:00,"
        "2025-03-14 14:58:11,,,,,,,0,0,\n"
    )
    items = by_id(tmp_path, content)
    parent, child = items["gitlab.com/bank/core#4"], items["gitlab.com/bank/core#5"]
    assert child.parent == parent.id
    assert (parent.parent, parent.baseline_start) == ("", date(2025, 3, 3)), (
        "an epic's number says nothing in the project"
    )
    assert ("Parent Title", "Epic of a group") in parent.extra
    assert items["gitlab.com/bank/core#6"].kind is Kind.SUMMARY


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ";"), ("utf-16-le", "\t"), ("cp1252", ",")])
def test_as_a_spreadsheet_saves_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["Title", "Issue ID", "URL", "State", "Author Username", "Due Date"],
        ["Prüfung", "7", "https://gitlab.com/a/b/c/-/issues/7", "Open", "a", "30.06.2025"],
    ]
    items = by_id(tmp_path, "\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert (items["gitlab.com/a/b/c#7"].title, items["gitlab.com/a/b/c#7"].deadline) == ("Prüfung", date(2025, 6, 30))


def test_rows_that_cannot_be_read_cost_nothing_else(tmp_path: Path) -> None:
    content = (
        "Title,Issue ID,URL,State,Author Username,Due Date,Time Estimate\n"
        "One,1,,Open,a,soon,much\nTwo,,,Open,a,,\n,3,nowhere,Limbo,a,,\n"
    )
    put(tmp_path, "core.csv", content)
    read = batch(tmp_path, "core.csv")
    assert [(item.id, item.title) for item in read.records["work_items"]] == [("core#1", "One"), ("core#3", "core#3")]
    assert {(each.origin.row, each.column) for each in read.problems} == {
        (2, "Due Date"), (2, "Time Estimate"), (3, "URL"), (4, "State"),
    }  # fmt: skip
