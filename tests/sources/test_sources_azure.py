"""Work items of Azure DevOps, as its CSV export, its REST API and `az boards` write them."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from source_help import batch, found, put, workbook

from cockpit.records.model import Batch, Kind, State, WorkItem
from cockpit.sources.errors import SourceError

minute = datetime.fromisoformat

FLAT = (
    "ID,Work Item Type,Title,Assigned To,State,Tags,Area Path,Iteration Path,Parent,Predecessor,Remaining Work,"
    "Original Estimate,Story Points,Start Date,Target Date,Changed Date,Closed Date,Blocked\n"
    '"4701","Epic","Instant payments",,"Active",,"Bank","Bank\\2025",,,,,,"3/3/2025 8:00:00 AM","6/27/2025 5:00:00 PM",'
    '"3/20/2025 2:05:11 PM",,\n'
    '"4711","User Story","Switch the gateway","Ana Silva <ana.silva@bank.example>","Active","api; cloud",'
    '"Bank\\Payments","Bank\\2025\\Sprint 6","4701","4720;4721","12","40","5",,,"3/14/2025 2:58:11 PM",,"No"\n'
    '"4712","Task","Write ""run book""","Bo, Chen {IT} <bo.chen@bank.example>","Resolved",,"Bank\\Payments\\API",'
    '"Bank",,,"0","8",,,,"3/4/2025 9:00:00 AM",,"No"\n'
    '"4713","Bug","Time-outs",,"New","BLOCKED; prod","Bank","Bank",,,,,,,,"3/5/2025 9:00:00 AM",,\n'
    '"4714","User Story","Old idea",,"Removed",,"Bank\\Payments","Bank",,,,,,,,"3/5/2025 9:00:00 AM",'
    '"3/5/2025 9:00:00 AM",\n'
    '"4715","Task","Sign contract",,"Closed",,"Bank\\Payments","Bank",,,"0","4",,,,"3/6/2025 9:00:00 AM",'
    '"3/6/2025 4:00:00 PM",\n'
    '"4716","Test Case","Gateway smoke",,"Design",,"Bank\\Payments","Bank",,,,,,,,"3/6/2025 9:00:00 AM",,\n'
)


def items_of(read: Batch) -> dict[str, WorkItem]:
    return {item.id: item for item in read.records["work_items"]}


def links_of(read: Batch) -> set[tuple[str, str]]:
    return {(link.predecessor, link.successor) for link in read.records["links"]}


def test_the_flat_export_of_a_query(tmp_path: Path) -> None:
    put(tmp_path, "data.csv", b"\xef\xbb\xbf" + FLAT.encode())
    read = batch(tmp_path, "data.csv")
    assert read.problems == ()
    items = items_of(read)
    assert set(items) == {"AB#4701", "AB#4711", "AB#4712", "AB#4713", "AB#4714", "AB#4715", "AB#4720", "AB#4721"}
    story = items["AB#4711"]
    assert (story.title, story.kind, story.project, story.team) == (
        "Switch the gateway",
        Kind.TICKET,
        "Bank",
        "Payments",
    )
    assert (story.owner, story.state, story.parent) == (
        "Ana Silva <ana.silva@bank.example>",
        State.DOING,
        "AB#4701",
    )
    assert (story.duration_days, story.remaining_days, story.effort) == (5.0, 1.5, 5.0), "hours as days of eight hours"
    assert story.updated == minute("2025-03-14T14:58:11")
    assert ("Area Path", "Bank\\Payments") in story.extra and ("Tags", "api; cloud") in story.extra
    epic = items["AB#4701"]
    assert (epic.kind, epic.team) == (Kind.SUMMARY, ""), "the root of the areas is nobody's"
    assert epic.baseline_start == minute("2025-03-03T08:00"), "the order of day and month is shown by another column"
    assert items["AB#4712"].state is State.DOING, "resolved is implemented and not yet verified"
    assert (items["AB#4712"].title, items["AB#4712"].team) == ('Write "run book"', "API")
    assert items["AB#4713"].state is State.BLOCKED, "by its tag"
    assert (items["AB#4715"].state, items["AB#4715"].actual_finish) == (State.DONE, minute("2025-03-06T16:00"))
    assert links_of(read) == {("AB#4720", "AB#4711"), ("AB#4721", "AB#4711")}
    assert items["AB#4720"].stub


def test_what_was_removed_is_neither_open_nor_done(tmp_path: Path) -> None:
    put(tmp_path, "data.csv", FLAT)
    gone = items_of(batch(tmp_path, "data.csv"))["AB#4714"]
    assert (gone.stub, gone.state, gone.actual_finish) == (True, None, None)
    assert (gone.title, gone.status) == ("Old idea (cancelled)", "Removed")
    done = items_of(batch(tmp_path, "data.csv", '[states]\ndone = ["Removed"]\n'))["AB#4714"]
    assert (done.stub, done.state) == (False, State.DONE), "the charter's word wins"


def test_what_was_removed_waits_for_nothing_and_delivers_nothing(tmp_path: Path) -> None:
    rows = "ID,Work Item Type,Title,State,Predecessor\n1,Task,A,New,2\n2,Task,B,Removed,3\n3,Task,C,New,\n"
    put(tmp_path, "data.csv", rows)
    assert links_of(batch(tmp_path, "data.csv")) == {("AB#2", "AB#1")}


def test_a_reason_for_closing_may_say_that_nothing_was_delivered(tmp_path: Path) -> None:
    rows = (
        "ID,Work Item Type,Title,State,Reason\n1,Bug,A,Closed,Duplicate\n"
        "2,Bug,B,Closed,Fixed and verified\n3,Task,C,Closed,Cut\n"
    )
    put(tmp_path, "data.csv", rows)
    items = items_of(batch(tmp_path, "data.csv"))
    assert [(each.stub, each.state) for each in items.values()] == [(True, None), (False, State.DONE), (True, None)]


def test_a_tree_of_indented_titles(tmp_path: Path) -> None:
    rows = (
        "ID,Work Item Type,Title 1 ,Title 2,Title 3,Assigned To,State,Tags\n"
        '"1","Epic","Track telemetry",,,,"Active",\n'
        '"2","Feature",,"Import",,,"New",\n'
        '"3","Issue",,,"Fix code","Dan Hellem <dan@fabrikam.example>","To Do",\n'
        '"","Issue",,,"Not yet saved",,"To Do",\n'
        '"4","Issue",,"Merge modules",,,"Doing","wip"\n'
        '"5","Epic","Alone",,,,"New",\n'
    )
    put(tmp_path, "data.csv", rows)
    read = batch(tmp_path, "data.csv")
    items = items_of(read)
    assert {id_: item.parent for id_, item in items.items()} == {
        "AB#1": "", "AB#2": "AB#1", "AB#3": "AB#2", "AB#4": "AB#1", "AB#5": "",
    }  # fmt: skip
    assert items["AB#3"].title == "Fix code" and ("Tags", "wip") in items["AB#4"].extra
    assert [(each.origin.row, each.column) for each in read.problems] == [(5, "ID")]


def test_a_query_of_direct_links(tmp_path: Path) -> None:
    rows = (
        "ID,Work Item Type,Title 1,Title 2,Link Type,State\n"
        "7,Feature,Cut over,,,Active\n8,Task,,Order hardware,Predecessor,Active\n9,Task,,Go live,Successor,New\n"
        "5,Task,,Rack it,Child,New\n6,Bug,,Noise,Related,New\n9,Task,Go live,,,New\n7,Feature,,Cut over,Predecessor,"
        "Active\n"
    )
    put(tmp_path, "data.csv", rows)
    read = batch(tmp_path, "data.csv")
    assert read.problems == (), "an item stands under each that it is tied to"
    assert links_of(read) == {("AB#8", "AB#7"), ("AB#7", "AB#9")}
    assert {id_: item.parent for id_, item in items_of(read).items() if item.parent} == {"AB#5": "AB#7"}


def test_rows_that_cannot_be_read_cost_nothing_else(tmp_path: Path) -> None:
    rows = (
        "ID,Work Item Type,Title,State,Start Date,Remaining Work,Successor\n"
        "1,Task,One,Active,soon,a lot,x y 2\nABC,Task,Two,New,,,\n,Task,Three,New,,,\n1,Task,Again,New,,,\n4,Task,,"
        "Limbo,,,\n"
    )
    put(tmp_path, "data.csv", rows)
    read = batch(tmp_path, "data.csv")
    assert {(each.origin.row, each.column) for each in read.problems} == {
        (2, "Start Date"), (2, "Remaining Work"), (2, "Successor"), (3, "ID"), (4, "ID"), (5, "ID"), (6, "State"),
    }  # fmt: skip
    assert set(items_of(read)) == {"AB#1", "AB#2", "AB#4"}
    assert items_of(read)["AB#4"].title == "AB#4"
    assert links_of(read) == {("AB#1", "AB#2")}


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";"), ("utf-8", "|")]
)
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["ID", "Work Item Type", "Title", "State", "Changed Date"],
        ["1", "Task", "Größe à Orléans", "Active", "28.05.2025 17:00:09"],
    ]
    put(tmp_path, "export.csv", "\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert found(tmp_path, "export.csv").format == "azure"
    (item,) = batch(tmp_path, "export.csv").records["work_items"]
    assert (item.title, item.updated) == ("Größe à Orléans", minute("2025-05-28T17:00:09"))


def item(number: int, fields: dict[str, Any], relations: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "id": number,
        "rev": 3,
        "fields": {"System.Id": number, **fields},
        "relations": relations,
        "url": f"https://dev.azure.com/bank/_apis/wit/workItems/{number}",
    }


def relation(kind: str, number: int) -> dict[str, Any]:
    url = f"https://dev.azure.com/bank/f8652d6a-e6ed-48b3-ab87-e32016d73455/_apis/wit/workItems/{number}"
    return {"rel": f"System.LinkTypes.{kind}", "url": url, "attributes": {"isLocked": False, "name": "x"}}


ANSWER = [
    item(
        42,
        {
            "System.AreaPath": "Bank\\Payments", "System.TeamProject": "Bank", "System.WorkItemType": "User Story",
            "System.State": "Active", "System.Title": "Switch", "System.Tags": "api; cloud",
            "System.AssignedTo": {"displayName": "Ana Silva", "uniqueName": "ana.silva@bank.example", "_links": {}},
            "System.ChangedDate": "2025-03-14T14:58:11.547Z", "Microsoft.VSTS.Scheduling.RemainingWork": 12.0,
            "Microsoft.VSTS.Scheduling.StoryPoints": 5.0, "Microsoft.VSTS.CMMI.Blocked": "Yes",
            "Microsoft.VSTS.Common.AcceptanceCriteria": "<div>It runs &amp; is seen</div><ul><li>twice</li></ul>",
            "Microsoft.VSTS.Scheduling.TargetDate": "2025-04-30T00:00:00Z", "System.Description": "<p>long</p>",
            "Custom.Squad": "Blue",
        },
        [
            relation("Hierarchy-Reverse", 40), relation("Dependency-Reverse", 99), relation("Related", 7),
            {"rel": "AttachedFile", "url": "https://dev.azure.com/bank/_apis/wit/attachments/1", "attributes": {}},
        ],
    ),
    item(
        40, {"System.WorkItemType": "Epic", "System.State": "New", "System.Title": "Epic"},
        [relation("Hierarchy-Forward", 42)],
    ),
    item(43, {"System.WorkItemType": "Task", "System.State": "Done", "System.Title": "Done", "System.Parent": 42,
              "Microsoft.VSTS.Common.ClosedDate": "2025-03-01T10:00:00Z"}, [relation("Dependency-Forward", 42)]),
]  # fmt: skip


@pytest.mark.parametrize(
    "tree",
    [{"count": 3, "value": ANSWER}, ANSWER, [{"count": 1, "value": ANSWER[:1]}, {"count": 2, "value": ANSWER[1:]}]],
)
def test_the_answers_of_the_api(tmp_path: Path, tree: object) -> None:
    put(tmp_path, "work-items.json", json.dumps(tree))
    assert found(tmp_path, "work-items.json").format == "azure", "whatever its name: no table of ours looks so"
    (tmp_path / "work-items.json").rename(tmp_path / "boards.json")
    assert found(tmp_path, "boards.json").format == "azure"
    read = batch(tmp_path, "boards.json")
    assert read.problems == ()
    items = items_of(read)
    one = items["AB#42"]
    assert (one.owner, one.team, one.project, one.state) == (
        "Ana Silva <ana.silva@bank.example>",
        "Payments",
        "Bank",
        State.BLOCKED,
    )
    assert (one.remaining_days, one.baseline_finish, one.parent) == (1.5, date(2025, 4, 30), "AB#40")
    assert one.acceptance == "It runs & is seen\ntwice"
    assert ("Squad", "Blue") in one.extra
    assert (items["AB#43"].parent, items["AB#43"].state, items["AB#40"].kind) == ("AB#42", State.DONE, Kind.SUMMARY)
    assert links_of(read) == {("AB#99", "AB#42"), ("AB#43", "AB#42")}
    assert items["AB#99"].stub


def test_the_links_of_a_query_stand_for_themselves(tmp_path: Path) -> None:
    kind = "System.LinkTypes.Dependency-Forward"
    tree = {
        "queryType": "oneHop",
        "workItemRelations": [
            {"rel": None, "source": None, "target": {"id": 1, "url": "https://dev.azure.com/b/_apis/wit/workItems/1"}},
            {"rel": kind, "source": {"id": 1}, "target": {"id": 2}},
        ],
    }
    put(tmp_path, "board-links.json", json.dumps(tree))
    read = batch(tmp_path, "board-links.json")
    assert links_of(read) == {("AB#1", "AB#2")}
    assert all(item.stub for item in read.records["work_items"]), "they give way to the items of another file"


def test_an_answer_with_numbers_only_is_refused_with_what_to_do(tmp_path: Path) -> None:
    url = "https://dev.azure.com/bank/_apis/wit/workItems/1"
    put(tmp_path, "q.json", json.dumps({"queryType": "flat", "workItems": [{"id": 1, "url": url}]}))
    with pytest.raises(SourceError, match=r"only their numbers, the answer of a query: ask for `_apis/wit/workitems"):
        batch(tmp_path, "q.json")


def test_damaged_items_and_cut_off_answers(tmp_path: Path) -> None:
    put(tmp_path, "a.json", json.dumps([ANSWER[0], 7, {"id": 3}, {"id": "x", "fields": {"System.Title": "X"}}]))
    read = batch(tmp_path, "a.json")
    assert [each.origin.row for each in read.problems] == [2, 3, 4]
    assert set(items_of(read)) == {"AB#42", "AB#99"}
    put(tmp_path, "b.json", json.dumps({"value": ANSWER})[:-40])
    with pytest.raises(SourceError, match=r"is not valid JSON: .*; the file seems to be cut off"):
        batch(tmp_path, "b.json")


def test_the_charter_names_other_fields(tmp_path: Path) -> None:
    put(tmp_path, "2025-03-31/board.csv", FLAT)
    more = """[[sources]]
path = "*/board.csv"
format = "azure"
columns = { team = "Area Level 3", objective = "Tags" }
defaults = { project = "P-01", team = "Core" }
"""
    items = items_of(batch(tmp_path, "2025-03-31/board.csv", more))
    assert (items["AB#4711"].project, items["AB#4711"].team, items["AB#4711"].objective) == (
        "P-01",
        "Core",
        "api; cloud",
    )
    assert items["AB#4712"].team == "API"


def test_an_export_that_was_saved_as_a_workbook_is_read_where_it_is_mapped(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["ID", "Work Item Type", "Title", "State", "Changed Date"],
        [7, "Task", "One", "Active", date(2025, 3, 14)],
    ]
    workbook(tmp_path / "board.xlsx", {"data": rows})
    (only,) = batch(tmp_path, "board.xlsx", '[[sources]]\npath = "board.xlsx"\nformat = "azure"\n').records[
        "work_items"
    ]
    assert (only.id, only.updated) == ("AB#7", date(2025, 3, 14))
