"""Where two versions of a file differ, and what a column shows of cells that are read without the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.sources import dates, numbers
from cockpit.sources.lines import edit, part_that_differs

texts = st.lists(st.sampled_from(("a", "b", "ab", "", "ba\r")), max_size=9).map("\n".join).map(str.encode)
HEAD = b"id\n"
DATES = ("2025-05-01", "01/02/2025", "13/02/2025", "02/13/2025", "03.04.2025", "31.12.2025", "3 March 2025", "25-05-28")
NUMBERS = ("1", "1.5", "1,5", "1,234", "1.234", "1.230", "400,000", "1,234,567", "1.234.567", "x", "5d", "-1,234")


@given(texts, texts)
@settings(max_examples=300, deadline=None)
def test_the_part_that_differs_holds_all_that_differs_from_line_to_line(one: bytes, other: bytes) -> None:
    old, new = HEAD + one, HEAD + other
    a, b = part_that_differs(old, new, len(HEAD), None)
    assert old[: a.start] == new[: b.start]
    assert old[a.end :] == new[b.end :]
    for data, part in ((old, a), (new, b)):
        assert len(HEAD) <= part.start <= part.end
        assert data[part.start - 1] == 10
        assert part.end in (len(data), part.start) or data[part.end - 1] == 10
        assert part.line == data[: part.start].count(b"\n") + 1


@pytest.mark.parametrize("place", [0, 1, 40_000, 79_999])
def test_of_a_large_file_the_part_is_the_line_that_differs(place: int) -> None:
    rows = [b"row %d\n" % number for number in range(80_000)]
    one = [*rows[:place], b"another\n", *rows[place + 1 :]]
    for other in (rows, [*rows[:place], *rows[place + 1 :]]):
        parts = part_that_differs(HEAD + b"".join(one), HEAD + b"".join(other), len(HEAD), None)
        begin, gone = len(HEAD) + len(b"".join(rows[:place])), len(rows[place]) if other is rows else 0
        assert parts == ((begin, begin + len(b"another\n"), place + 2), (begin, begin + gone, place + 2))


@given(st.lists(st.sampled_from(b"abcd").map(lambda each: bytes([each])), max_size=9), st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_gone_and_what_came_make_the_old_records_the_new_ones(said: list[bytes], data: st.DataObject) -> None:
    new_said = data.draw(st.permutations([*said, *data.draw(st.lists(st.sampled_from((b"a", b"x")), max_size=3))]))
    old, new = list(enumerate(said, 2)), list(enumerate(new_said[: data.draw(st.integers(0, 12))], 2))
    found = edit(old, new, near=data.draw(st.integers(0, 4)))
    left = {number for number, _ in found.gone}
    stayed = [(found.moved.get(number, number), each) for number, each in old if number not in left]
    assert sorted([*stayed, *found.came]) == new


@given(st.lists(st.sampled_from(DATES), min_size=1, max_size=6))
def test_a_date_means_alone_what_it_means_in_its_column_once_the_order_is_known(column: list[str]) -> None:
    whole = dates.read_column(set(column))
    numeric = {shown for shown in map(dates.shown, column) if shown is not None}
    orders = dates.orders_shown(numeric)
    if numeric and len(orders) != 1:
        return
    assert not whole.unclear
    assert {text: dates.read_column({text}, "", orders).values[text] for text in column} == whole.values


@given(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6))
def test_the_mark_before_decimals_is_known_from_what_the_numbers_show(column: list[str]) -> None:
    whole = numbers.read_column(set(column))
    decimal = numbers.decimal_shown({shown for shown in map(numbers.shown, column) if shown is not None})
    assert (decimal is None) == bool(whole.unclear)
    assert decimal in (None, whole.decimal)
    for text in column:
        assert numbers.may_depend(text) or _read(text, ",") == _read(text, ".")


def _read(text: str, decimal: str) -> float | None:
    return numbers.parse(text, decimal)
