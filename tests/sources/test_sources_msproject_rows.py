"""Rows that are cut out of a Project XML file are those that the handlers read, whatever stands between them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msproject_help import after, calendar, plan, task

from cockpit.sources import msproject_file, msproject_rows, msproject_xml
from cockpit.sources.errors import SourceError
from cockpit.sources.msproject_file import PLAN, parse

TASKS = (
    task(1, more="<Notes>Design &amp; build &lt;now&gt;</Notes>" + after(2, lag=480))
    + task(2, more="<Baseline><Number>0</Number><Start>2025-01-06T08:00:00</Start></Baseline>\r\n<Stop/>")
    + task(3, more="<ExtendedAttribute><FieldID>1</FieldID><Value>x</Value></ExtendedAttribute>")
)
MORE = (
    "<Resources><Resource><UID>1</UID><Type>1</Type></Resource></Resources><Assignments><Assignment><TaskUID>1</TaskUID>"
    "<ResourceUID>1</ResourceUID><TimephasedData><Type>1</Type><Start>2025-01-06T08:00:00</Start>"
    "<Finish>2025-01-06T12:00:00</Finish><Value>PT4H0M0S</Value></TimephasedData><Units>1</Units></Assignment></Assignments>"
)
WHOLE = plan(TASKS, calendar(1)).replace("</Project>", MORE + "</Project>")
ODD = (
    "<!-- </Task> -->", "<!-- </Tasks></Calendars> <Tasks> ", "<Task><UID>4</UID></Task> -->",
    "<![CDATA[</Task><Task>]]>", "<?note </Tasks>?>", "&amp;", "&#233;", "&bogus;", "]]>", "é",
    "\x01", "\ufffe", "\r", "\r\n", "<Task>", "</Task>", "</Tasks>", "<Tasks>", "<Task/>", "<Task></Task>",
    "<UID>7</UID>", "<UID/>",
    "<Name>a<b>c</b>d</Name>", "<Name><b>c</b></Name>", "<Name>  </Name>", "<Baseline/>", "<Baseline> </Baseline>",
    "<x:Name xmlns:x='u'>1</x:Name>", "<Task xmlns='other'><UID>9</UID></Task>", '<Name a="b">n</Name>', "<1/>", "<",
    "<deep>" * 9 + "</deep>" * 9, "<deep>" * 70 + "</deep>" * 70, "<Name>x</name>", " a > b ",
)  # fmt: skip


def told(path: Path) -> object:
    """All that is read of a file, or why it can't be."""
    try:
        return parse(path, "p.xml")
    except SourceError as error:
        return str(error)


def by_handlers(path: Path) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(msproject_rows, "rows_of", lambda *_: None)
        return told(path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE)), st.sampled_from(ODD)), max_size=4),
    st.integers(20, 2_000),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_whatever_stands_in_a_file_is_read_as_by_the_handlers(
    tmp_path: Path, put: list[tuple[int, str]], chunk: int, encoding: str
) -> None:
    text = WHOLE
    for place, odd in put:
        text = text[:place] + odd + text[place:]
    path = tmp_path / "p.xml"
    path.write_bytes(text.encode(encoding, "ignore"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(msproject_xml, "_CHUNK", chunk)
        assert told(path) == by_handlers(path)


def test_a_plan_as_programs_write_it_needs_no_handlers_for_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, read = [], msproject_rows.rows_of

    def counted(*arguments: object) -> object:
        cut.append(read(*arguments))  # type: ignore[arg-type]
        return cut[-1]

    monkeypatch.setattr(msproject_rows, "rows_of", counted)
    path = tmp_path / "p.xml"
    path.write_text(WHOLE, encoding="utf-8")
    assert [task.uid for task in msproject_file.parse(path, "p.xml").tasks] == ["1", "2", "3"]
    names = [name for rows in cut for name, _ in rows or ()]
    assert names == ["Calendar", "Task", "Task", "Task", "Resource", "TimephasedData", "Assignment"]


@pytest.mark.parametrize(
    "odd", ["<!-- c -->", "<?p x?>", "<UID>1", "</UID>", "<a b='c'/>", "&#1;", "\x02", "<i>a<b/></i>", "<i><b/></j>"]
)
def test_what_is_not_simple_is_left_to_the_handlers(odd: str) -> None:
    rows = PLAN["Tasks"]
    assert rows is not None
    row = "<Task><UID>1</UID>%s</Task>"
    assert msproject_rows.rows_of((row % "").encode(), rows, frozenset()) is not None
    assert msproject_rows.rows_of((row % odd).encode(), rows, frozenset()) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_damage_behind_rows_is_told_with_its_line(tmp_path: Path, end: str) -> None:
    lines = WHOLE.replace("\r", "").replace("<", "\n<").strip().splitlines()
    path = tmp_path / "p.xml"
    path.write_bytes(end.join([*lines, "<"]).encode())
    assert f"damaged at line {len(lines) + 1}" in str(told(path))


def test_a_list_in_a_comment_is_none(tmp_path: Path) -> None:
    hidden = "<!-- </Calendars> <Tasks> <Calendar><UID>8</UID></Calendar> <Task><UID>4</UID></Task> -->"
    path = tmp_path / "p.xml"
    path.write_text(WHOLE.replace("</Calendars>", f"{hidden}</Calendars>"), encoding="utf-8")
    found = parse(path, "p.xml")
    assert (list(found.calendars), [task.uid for task in found.tasks]) == (["1"], ["1", "2", "3"])
