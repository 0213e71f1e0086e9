"""Dates as tools write them: the order is inferred from a whole column and never guessed."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.sources.dates import read_column

minute = datetime.fromisoformat


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2025-03-31"], date(2025, 3, 31)),
        (["20250331"], date(2025, 3, 31)),
        (["2011-01-10T00:00:00Z"], date(2011, 1, 10)),
        (["2011-09-22T10:22:25Z"], minute("2011-09-22T10:22:25")),
        (["2025-05-28 17:00"], minute("2025-05-28T17:00:00")),
        (["2025-05-28T17:00:00.000+0200"], minute("2025-05-28T17:00:00")),
        (["2025/05/28"], date(2025, 5, 28)),
        (["29/Feb/24 10:02 AM"], minute("2024-02-29T10:02:00")),
        (["29/Feb/24 12:02 AM"], minute("2024-02-29T00:02:00")),
        (["29/Feb/24 12:02 PM"], minute("2024-02-29T12:02:00")),
        (["28-May-2025"], date(2025, 5, 28)),
        (["28. Mai 2025"], date(2025, 5, 28)),
        (["28/Mär/25 17:00"], minute("2025-03-28T17:00:00")),
        (["May 28, 2025"], date(2025, 5, 28)),
        (["5/28/25 17:00"], minute("2025-05-28T17:00:00")),
        (["5/6/25 17:00", "5/28/25 17:00"], minute("2025-05-06T17:00:00")),
        (["5/6/25 17:00", "28/5/25 17:00"], minute("2025-06-05T17:00:00")),
        (["28.05.2025 17:00"], minute("2025-05-28T17:00:00")),
        (["05.06.2025"], date(2025, 6, 5)),
        (["5/5/25"], date(2025, 5, 5)),
        (["1/2/99", "31/1/99"], date(1999, 2, 1)),
        (["3. März 2025"], date(2025, 3, 3)),
        (["12 févr. 2025"], date(2025, 2, 12)),
        (["12 fe\u0301vr. 2025"], date(2025, 2, 12)),
        (["3. Jänner 2025"], date(2025, 1, 3)),
        (["Montag, 3. März 2025"], date(2025, 3, 3)),
        (["lundi 3 mars 2025"], date(2025, 3, 3)),
        (["mar. 4 mars 2025"], date(2025, 3, 4)),
        (["Mar 4 2025"], date(2025, 3, 4)),
        (["le 1er mars 2025"], date(2025, 3, 1)),
        (["3 de marzo de 2025"], date(2025, 3, 3)),
        (["March 3rd, 2025"], date(2025, 3, 3)),
        (["Mo 31.03.2025 17:00"], minute("2025-03-31T17:00:00")),
    ],
)
def test_readings(texts: list[str], expected: object) -> None:
    assert read_column(texts).values[texts[0]] == expected


@pytest.mark.parametrize("text", ["5/6/25 17:00", "25-05-28", "01/02/2025", "Mo 01/02/2025", "le 01/02/2025"])
def test_what_could_be_either_is_not_guessed(text: str) -> None:
    column = read_column([text])
    assert column.unclear == {text}
    assert text not in column.values


@pytest.mark.parametrize("text", ["mars 2025", "KW 12 2025", "Ende Mai 2025", "Q2 2025", "1er trimestre 2025"])
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert read_column([text]).bad == {text}


def test_the_given_order_decides() -> None:
    assert read_column(["5/6/25"], "dmy").values == {"5/6/25": date(2025, 6, 5)}
    assert read_column(["5/6/25"], "mdy").values == {"5/6/25": date(2025, 5, 6)}
    assert read_column(["25-05-28"], "ymd").values == {"25-05-28": date(2025, 5, 28)}
    assert read_column(["28/5/25"], "mdy").bad == {"28/5/25"}
    assert read_column(["2025-05-28 17:00"], "mdy").values == {"2025-05-28 17:00": minute("2025-05-28T17:00:00")}


def test_a_column_that_mixes_orders_keeps_only_what_is_certain() -> None:
    column = read_column(["25/12/2025", "12/26/2025", "1/2/2025"])
    assert column.values == {"25/12/2025": date(2025, 12, 25), "12/26/2025": date(2025, 12, 26)}
    assert column.unclear == {"1/2/2025"}


@pytest.mark.parametrize("text", ["31/31/25", "2025-02-30", "yesterday", "1/1", "25/13/2025 25:00", "9" * 100, "0/0/0"])
def test_no_dates(text: str) -> None:
    assert read_column([text]).bad == {text}


@given(st.text(max_size=80))
def test_any_text_is_one_of_three(text: str) -> None:
    column = read_column([text])
    assert (text in column.values) + (text in column.unclear) + (text in column.bad) == 1


FORMATS = ["%d/%m/%Y", "%m/%d/%y %H:%M", "%d.%m.%Y %H:%M", "%d/%b/%y %I:%M %p", "%Y-%m-%d %H:%M"]


@given(
    st.lists(st.datetimes(minute("1990-01-01T00:00:00"), minute("2060-01-01T00:00:00")), min_size=1, max_size=20),
    st.sampled_from(FORMATS),
)
def test_a_column_is_never_read_as_another_day(moments: list[datetime], pattern: str) -> None:
    moments = [moment.replace(second=0, microsecond=0) for moment in moments]
    written = {moment.strftime(pattern): moment for moment in moments}
    column = read_column(list(written))
    assert not column.bad
    for text, value in column.values.items():
        assert (value.year, value.month, value.day) == written[text].timetuple()[:3]
    if any(moment.day > 12 for moment in moments) or "%b" in pattern or pattern[1] == "Y" or "." in pattern:
        assert not column.unclear
