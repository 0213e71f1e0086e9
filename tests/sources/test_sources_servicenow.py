"""Change requests and incidents of ServiceNow, under labels and under field names."""

from datetime import date, datetime
from pathlib import Path

import pytest
from source_help import batch, found, put

from cockpit.records.model import Batch, Kind, State, WorkItem
from cockpit.sources.errors import SourceError

minute = datetime.fromisoformat

CHANGES = (
    "Number,Short description,Type,State,Assignment group,Assigned to,Planned start date,Planned end date,Actual "
    "start date,"
    "Actual end date,Priority,Close code,On hold,On hold reason,Configuration item,Business service,Parent,Updated,"
    "Description\n"
    "CHG0030001,Open firewall,Normal,Scheduled,Network,Ana Silva,2025-04-05 22:00:00,2025-04-06 02:00:00,,,3 - "
    "Moderate,,"
    'false,,fw-01,Payments,PRJ0010007,2025-03-14 14:58:11,"two\nlines"\n'
    "CHG0030002,Patch core,Standard,Closed,Network,,2025-03-01 22:00:00,2025-03-02 02:00:00,2025-03-01 22:05:00,"
    "2025-03-02 01:10:00,4 - Low,Successful,false,,,Core,,2025-03-03 08:00:00,\n"
    "CHG0030003,Move batch,Normal,Canceled,Batch,,,,,,4 - Low,,false,,,Core,,2025-03-03 08:00:00,\n"
    "CHG0030004,New limits,Normal,Closed,Batch,,,,2025-03-01 22:05:00,2025-03-02 01:10:00,4 - Low,Unsuccessful,false,"
    ",,Core,,"
    "2025-03-03 08:00:00,\n"
    "CHG0030005,Held,Normal,Implement,Batch,,2025-03-01 22:00:00,,2025-03-01 22:05:00,,2 - High,,true,Awaiting "
    "vendor,,Core,,"
    "2025-03-03 08:00:00,\n"
    "CTASK0010001,Notify branches,,Open,Service desk,,,,,,,,false,,,Core,CHG0030001,2025-03-03 08:00:00,\n"
)


def items_of(read: Batch) -> dict[str, WorkItem]:
    return {item.id: item for item in read.records["work_items"]}


def links_of(read: Batch) -> set[tuple[str, str]]:
    return {(link.predecessor, link.successor) for link in read.records["links"]}


def test_change_requests_under_labels(tmp_path: Path) -> None:
    put(tmp_path, "change_request.csv", CHANGES)
    assert found(tmp_path, "change_request.csv").format == "servicenow"
    read = batch(tmp_path, "change_request.csv")
    assert read.problems == ()
    items = items_of(read)
    one = items["CHG0030001"]
    assert (one.title, one.kind, one.team, one.owner) == ("Open firewall", Kind.TICKET, "Network", "Ana Silva")
    assert (one.project, one.parent, one.state) == ("Payments", "PRJ0010007", State.TODO)
    start, end = minute("2025-04-05T22:00"), minute("2025-04-06T02:00")
    assert (one.baseline_start, one.baseline_finish, one.not_before) == (start, end, start), (
        "the window of a change binds"
    )
    assert {("Configuration item", "fw-01"), ("Business service", "Payments"), ("Priority", "3 - Moderate")} <= set(
        one.extra
    )
    done = items["CHG0030002"]
    assert (done.state, done.actual_finish, done.not_before) == (State.DONE, minute("2025-03-02T01:10"), None)
    assert (items["CHG0030003"].stub, items["CHG0030003"].title) == (True, "Move batch (cancelled)")
    failed = items["CHG0030004"]
    assert (failed.stub, failed.actual_finish) == (True, None), "a change that was backed out delivered nothing"
    held = items["CHG0030005"]
    assert (held.state, held.actual_start) == (State.BLOCKED, minute("2025-03-01T22:05"))
    assert ("On hold reason", "Awaiting vendor") in held.extra
    assert (items["CTASK0010001"].parent, items["CTASK0010001"].state) == ("CHG0030001", State.TODO)


@pytest.mark.parametrize(
    ("value", "state", "cancelled"),
    [
        ("-5", State.TODO, False), ("-4", State.TODO, False), ("-2", State.TODO, False), ("-1", State.DOING, False),
        ("0", State.DOING, False), ("3", State.DONE, False), ("4", None, True), ("Closed Incomplete", None, True),
        ("Authorize", State.TODO, False), ("Review", State.DOING, False),
    ],
)  # fmt: skip
def test_the_states_of_changes(tmp_path: Path, value: str, state: State | None, cancelled: bool) -> None:
    put(tmp_path, "chg.csv", f'"number","short_description","state"\n"CHG0030001","One","{value}"\n')
    (item,) = batch(tmp_path, "chg.csv").records["work_items"]
    assert (item.state, item.stub) == (state, cancelled)


@pytest.mark.parametrize(
    ("value", "state", "cancelled"),
    [
        ("1", State.TODO, False), ("2", State.DOING, False), ("3", State.BLOCKED, False), ("6", State.DONE, False),
        ("7", State.DONE, False), ("8", None, True), ("Awaiting Problem", State.BLOCKED, False),
        ("On Hold", State.BLOCKED, False), ("Canceled", None, True),
    ],
)  # fmt: skip
def test_the_states_of_incidents(tmp_path: Path, value: str, state: State | None, cancelled: bool) -> None:
    put(tmp_path, "inc.csv", f'"number","short_description","incident_state"\n"INC0010001","One","{value}"\n')
    (item,) = batch(tmp_path, "inc.csv").records["work_items"]
    assert (item.state, item.stub) == (state, cancelled)


def test_incidents_under_field_names(tmp_path: Path) -> None:
    content = (
        '"number","short_description","priority","state","assignment_group","assigned_to","opened_at","resolved_at",'
        '"closed_at",'
        '"parent_incident","rfc","problem_id","hold_reason","business_service","cmdb_ci","sys_updated_on",'
        '"work_notes"\n'
        '"INC0010001","No payments","1 - Critical","On Hold","Payments","Ana Silva","2025-03-01 09:00:00","","","",'
        '"CHG0030001","PRB0040001","Awaiting Change","","gateway","2025-03-14 14:58:11","long"\n'
        '"INC0010002","Slow","3 - Moderate","Resolved","Payments","","2025-03-01 09:00:00","2025-03-02 10:00:00",'
        '"2025-03-09 10:00:00","INC0010001","CHG0030009","","","Core","","2025-03-14 14:58:11",""\n'
        '"INC0010003","Odd","3 - Moderate","In Progress","Payments","","2025-03-01 09:00:00","","","","CHG0030009",'
        '"PRB0040001",'
        '"","Core","","2025-03-14 14:58:11",""\n'
    )
    put(tmp_path, "incident.csv", content.encode("cp1252"))
    assert found(tmp_path, "incident.csv").format == "servicenow"
    read = batch(tmp_path, "incident.csv")
    assert read.problems == ()
    items = items_of(read)
    one = items["INC0010001"]
    assert (one.project, one.team, one.state, one.not_before) == ("gateway", "Payments", State.BLOCKED, None)
    assert links_of(read) == {("CHG0030001", "INC0010001")}, "who is on hold for a change waits for it"
    assert items["CHG0030001"].stub
    two = items["INC0010002"]
    assert (two.actual_finish, two.parent) == (minute("2025-03-02T10:00"), "INC0010001")


def test_dates_in_the_format_of_the_user(tmp_path: Path) -> None:
    content = "Number;Short description;State;Due date;Updated\nCHG0030001;One;New;04/03/2025;25/03/2025 14:58:11\n"
    put(tmp_path, "x.csv", content)
    (item,) = batch(tmp_path, "x.csv").records["work_items"]
    assert item.deadline == date(2025, 3, 4)


def test_rows_that_cannot_be_read_cost_nothing_else(tmp_path: Path) -> None:
    content = (
        "Number,Short description,State,Due date,Predecessor\nCHG0030001,,New,soon,CHG0030002 nobody\n,No number,New,"
        ",\n"
        "CHG0030001,Again,New,,\nCHG0030004,Four,Limbo,,\n"
    )
    put(tmp_path, "x.csv", content)
    read = batch(tmp_path, "x.csv")
    assert {(each.origin.row, each.column) for each in read.problems} == {
        (2, "Due date"), (2, "Predecessor"), (3, "Number"), (4, "Number"), (5, "State"),
    }  # fmt: skip
    assert links_of(read) == {("CHG0030002", "CHG0030001")}
    assert items_of(read)["CHG0030001"].title == "CHG0030001"


def test_a_list_without_numbers_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "x.csv", "Short description,State\nOne,New\n")
    with pytest.raises(SourceError, match="has no column “Number”, so it is no ServiceNow list"):
        batch(tmp_path, "x.csv", '[[sources]]\npath = "x.csv"\nformat = "servicenow"\n')
