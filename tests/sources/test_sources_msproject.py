from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msproject_help import HEAD, after, calendar, calendars, items, links, plan, read, rows, task, week_day, when

from cockpit.charter.charter import SourceMapping
from cockpit.commands.planfile import schedule_file
from cockpit.engine.plans.plan import schedule_plan
from cockpit.records.model import Kind, LinkType, Origin, Project, State
from cockpit.sources import msproject
from cockpit.sources.errors import SourceError
from cockpit.sources.msproject_file import PLAN
from cockpit.sources.msproject_xml import Shape


def test_a_plan_becomes_a_project_items_links_and_the_calendars_in_use(tmp_path: Path) -> None:
    text = plan(
        task(0, 400, "<Summary>1</Summary><Baseline><Finish>2025-06-30T16:00:00</Finish></Baseline>", level=0)
        + task(1, more="<Summary>1</Summary>")
        + task(2, 12, "<Deadline>2025-04-01T16:00:00</Deadline><CalendarUID>2</CalendarUID>", level=2)
        + task(3, 0, "<Milestone>1</Milestone>" + after(2, lag=-4800), level=2),
        calendar(1) + calendar(2, base=1) + calendar(9, base=1),
    )
    batch = read(tmp_path, text)
    assert batch.problems == ()
    (project,) = batch.records["projects"]
    assert isinstance(project, Project)
    assert (project.id, project.title, project.start) == ("payments-plan", "Payments", date(2025, 3, 3))
    assert project.baseline_finish == date(2025, 6, 30)
    found = items(batch)
    assert list(found) == ["1", "2", "3"]
    assert [item.kind for item in found.values()] == [Kind.SUMMARY, Kind.ACTIVITY, Kind.MILESTONE]
    assert [item.parent for item in found.values()] == ["", "payments-plan/1", "payments-plan/1"]
    assert found["2"].duration_days == 1.5
    assert found["2"].deadline == when("2025-04-01T16:00")
    assert found["2"].project == "payments-plan"
    assert found["2"].origin == Origin("plans/payments-plan.xml", 2)
    assert found["2"].calendar == "payments-plan/Calendar 2"
    assert calendars(batch).keys() == {"Calendar 1", "Calendar 2"}
    (link,) = links(batch)
    assert (link.predecessor, link.successor, link.type, link.lag_days) == (
        "payments-plan/2",
        "payments-plan/3",
        LinkType.FS,
        -1.0,
    )


def test_progress_constraints_and_manual_tasks(tmp_path: Path) -> None:
    text = plan(
        task(1, more="<PercentComplete>100</PercentComplete><ActualStart>2025-03-03T08:00:00</ActualStart>"
             "<ActualFinish>2025-03-04T12:00:00</ActualFinish>")
        + task(2, 16, "<PercentComplete>25</PercentComplete><ActualStart>2025-03-04T08:00:00</ActualStart>"
               "<RemainingDuration>PT12H0M0S</RemainingDuration>")
        + task(3, more="<ConstraintType>4</ConstraintType><ConstraintDate>2025-03-12T08:00:00</ConstraintDate>")
        + task(4, more="<ConstraintType>2</ConstraintType><ConstraintDate>2025-03-12T08:00:00</ConstraintDate>")
        + task(5, more="<Manual>1</Manual><Start>2025-03-20T08:00:00</Start>")
    )  # fmt: skip
    batch = read(tmp_path, text)
    found = items(batch)
    assert [item.state for item in found.values()] == [State.DONE, State.DOING, *[State.TODO] * 3]
    assert (found["2"].percent, found["2"].remaining_days) == (25.0, 1.5)
    assert (found["1"].not_before, found["3"].not_before) == (None, when("2025-03-12T08:00"))
    assert (found["4"].not_before, found["5"].not_before) == (None, when("2025-03-20T08:00"))
    assert dict(found["4"].extra) == {"ConstraintType": "2", "ConstraintDate": "2025-03-12T08:00:00"}
    dates = rows(batch)
    assert (dates["1"].start, dates["1"].finish) == (when("2025-03-03T08:00"), when("2025-03-04T12:00"))
    assert (dates["2"].start, dates["2"].finish) == (when("2025-03-04T08:00"), when("2025-03-05T16:00"))
    assert dates["3"].start == when("2025-03-12T08:00")
    assert dates["5"].start == when("2025-03-20T08:00")
    assert not dates["1"].critical


def test_inactive_empty_and_summary_rows_of_the_project_are_left_out(tmp_path: Path) -> None:
    text = plan(task(0, level=0) + task(1) + task(2, more="<IsNull>1</IsNull>") + task(3, more="<Active>0</Active>"))
    batch = read(tmp_path, text)
    assert list(items(batch)) == ["1"]
    assert batch.problems == ()


def test_a_calendar_without_work_gives_way_and_says_so(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1), calendar(1, "".join(week_day(kind, "") for kind in range(1, 8)))))
    result = schedule_plan(batch)
    assert result.rows[0].finish == when("2025-03-03T17:00")
    assert any("has no working time" in problem.message for problem in result.problems)


@pytest.mark.parametrize(
    ("bad", "column", "words"),
    [
        ("<Duration>eight hours</Duration>", "Duration", "“eight hours” is no duration"),
        ("<ActualStart>yesterday</ActualStart>", "ActualStart", "“yesterday” is no date"),
        ("<PercentComplete>many</PercentComplete>", "PercentComplete", "“many” is no percentage"),
        (after(99), "PredecessorUID", "predecessor 99 is no task"),
        (after(1, 7), "Type", "Link type 7 is unknown"),
        (after(1, lag="soon"), "LinkLag", "“soon” is no whole number"),
        (after(1, lag=10**15), "LinkLag", "too large"),
    ],
)
def test_what_cannot_be_read_costs_one_field(tmp_path: Path, bad: str, column: str, words: str) -> None:
    batch = read(tmp_path, plan(task(1) + task(2, more=bad) + task(3, more=after(2))))
    assert list(items(batch)) == ["1", "2", "3"]
    (problem,) = batch.problems
    assert problem.column == column
    assert problem.origin == Origin("plans/payments-plan.xml", 2)
    assert "UID 2" in problem.message and words in problem.message
    assert ("payments-plan/2", "payments-plan/3") in {(link.predecessor, link.successor) for link in links(batch)}
    assert rows(batch)["3"].finish is not None


@pytest.mark.parametrize("uid", ["", "x", "-3", "1" * 30, "²"])
def test_a_task_without_a_number_is_left_out_alone(tmp_path: Path, uid: str) -> None:
    batch = read(tmp_path, plan(task(1) + task(uid) + task(3)))
    assert list(items(batch)) == ["1", "3"]
    assert "has no UID that is a number" in batch.problems[0].message


def test_a_uid_given_twice_counts_once(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1, 8) + task(1, 80)))
    assert items(batch)["1"].duration_days == 1.0
    assert "given twice" in batch.problems[0].message


def test_text_is_made_harmless(tmp_path: Path) -> None:
    name = "A\u202eB \u009b31m [@click=app.quit]x[/] " + "y" * 40_000
    batch = read(tmp_path, plan(f"<Task><UID>1</UID><Name>{name}</Name></Task>"))
    title = items(batch)["1"].title
    assert title.startswith("AB 31m [@click=app.quit]x[/] yyy")
    assert len(title) <= 500


def test_a_cycle_is_named_and_the_rest_computed(tmp_path: Path) -> None:
    text = plan(
        task(1, more=after(3)) + task(2, more=after(1)) + task(3, more=after(2)) + task(4, more=after(3)) + task(5)
    )
    result = schedule_plan(read(tmp_path, text))
    assert result.cycles == (("1", "2", "3"),)
    assert [row.start is None for row in result.rows] == [True, True, True, True, False]


LAUGHS = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
DOCUMENT_TYPE = '<!DOCTYPE Project SYSTEM "http://example.invalid/plan.dtd">'
EXTERNAL = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This is no XML"),
        ("ERMHDR\t19.12\t", "Primavera XER export; give it the ending .xer"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 mpp", "binary Microsoft Project file"),
        ("<Project/>", "its root element is <Project> without a namespace"),
        ('<APIBusinessObjects xmlns="http://xmlns.oracle.com/Primavera/P6"/>', "<APIBusinessObjects>"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "its root element is <html> of http://www.w3.org/1999/xhtml"),
        (plan(task(1))[:-30], "breaks off or is damaged at line 2"),
        (plan(task(1)).replace("<Project", LAUGHS + "<Project").replace("Task 1", "&b;"), "declares a document type"),
        (plan(task(1)).replace("<Project", EXTERNAL + "<Project").replace("Task 1", "&a;"), "declares a document type"),
        (plan(task(1)).replace("<Project", DOCUMENT_TYPE + "<Project"), "declares a document type"),
        (HEAD + "<a>" * 100 + "</a>" * 100 + "</Project>", "nested deeper"),
        (plan(task(1)).replace("UTF-8", "klingon"), "encoding"),
        (plan(task(1)).encode().replace(b"Task 1", b"\xff\xfe"), "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_refused_in_one_sentence(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(tmp_path, text)
    assert words in refused.value.problem.message
    assert refused.value.problem.origin == Origin("plans/payments-plan.xml")


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        msproject.read(tmp_path / "gone.xml", "gone.xml")
    with pytest.raises(SourceError, match="cannot be read"):
        msproject.read(tmp_path, "folder.xml")


def test_a_file_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.sources.msproject_xml.LARGEST", 100)
    with pytest.raises(SourceError, match="larger than"):
        read(tmp_path, plan(task(1)))


def test_utf16_and_byte_order_marks(tmp_path: Path) -> None:
    text = plan(task(1)).replace("UTF-8", "UTF-16").replace("Task 1", "Prüfung")
    assert items(read(tmp_path, text.encode("utf-16")))["1"].title == "Prüfung"
    assert items(read(tmp_path, b"\xef\xbb\xbf" + plan(task(1)).encode()))["1"].title == "Task 1"


def test_a_plan_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    for name, text, expected in (("a.xml", plan(task(1)), True), ("b.xml", "<Project/>", False), ("c.xml", "x", False)):
        (tmp_path / name).write_text(text)
        assert msproject.is_mspdi(tmp_path / name) is expected
    (tmp_path / "d.xml").write_bytes(plan(task(1)).encode("utf-16"))
    assert msproject.is_mspdi(tmp_path / "d.xml")
    assert not msproject.is_mspdi(tmp_path / "gone.xml")


def test_a_mapped_project_takes_the_place_of_the_plans_own(tmp_path: Path) -> None:
    path = tmp_path / "plan.xml"
    path.write_text(plan(task(1)))
    batch = msproject.read(path, "plan.xml", None, SourceMapping(path="plan.xml", defaults={"project": "core"}))
    assert batch.records["projects"] == ()
    assert items(batch)["1"].project == "core"
    assert items(batch)["1"].not_before == when("2025-03-03T08:00")


def test_memory_is_bounded_by_what_is_kept(tmp_path: Path) -> None:
    import tracemalloc

    noise = "<TimephasedData><Value>PT8H0M0S</Value></TimephasedData>" * 20
    assignments = f"<Assignment>{noise}</Assignment>" * 3000
    text = plan(task(1)).replace("</Project>", f"<Assignments>{assignments}</Assignments></Project>")
    path = tmp_path / "large.xml"
    path.write_text(text)
    tracemalloc.start()
    msproject.read(path, "large.xml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 3_000_000
    assert peak < 1_000_000


def test_the_real_files_have_no_problems(corpus: Path) -> None:
    for path in sorted(corpus.glob("m*/*.xml")):
        assert msproject.is_mspdi(path)
        assert msproject.read(path, path.name).problems == ()
        assert schedule_file(path).rows


def names_in(shape: Shape) -> set[str]:
    return set(shape) | {name for inner in shape.values() if inner is not None for name in names_in(inner)}


def test_every_field_that_is_read_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    section = page.partition("## Microsoft Project\n")[2].partition("\n## ")[0]
    names = names_in(PLAN)
    assert len(names) > 80
    assert sorted(name for name in names if f"`{name}`" not in section) == []
