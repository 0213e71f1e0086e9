"""Cells as values: numbers only where they leave no doubt, texts always harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.basics.text import CELL_LIMIT, clean
from cockpit.records.model import Kind, LinkType
from cockpit.sources.values import CONVERTERS, names, number, percent, text, whole_number, yes_or_no


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12", 12), ("-3.5", -3.5), ("−3", -3), ("1,234,567", 1234567), ("1.234.567", 1234567), ("1,234.5", 1234.5),
        ("1.234,5", 1234.5), ("1 234", 1234), ("1\u00a0234,56", 1234.56), ("1'234'567.8", 1234567.8), ("12,5", 12.5),
        ("0,123", 0.123), ("1234,567", 1234.567), ("1.234", 1.234), ("$1,234.50", 1234.5), ("45%", 45),
        ("(1,234.50)", -1234.5),        ("-$5", -5), ("1e3", 1000), (7, 7), (7.5, 7.5),
    ],
)  # fmt: skip
def test_numbers(cell: str | float, expected: float) -> None:
    assert number(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "1,234",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "abc",
        "1,23,4",
        "1.2.3",
        "12,34,567",
        "--5x",
        True,
        float("nan"),
        "9" * 99,
    ],
)
def test_no_numbers(cell: object) -> None:
    with pytest.raises(ValueError, match="number"):
        number(cell)  # type: ignore[arg-type]


def test_an_ambiguous_number_tells_both_readings() -> None:
    with pytest.raises(ValueError, match=r"1234 or 1\.234"):
        number("1,234")


def test_percentages_whole_numbers_and_truth() -> None:
    assert percent("45%") == 45
    with pytest.raises(ValueError, match="0 to 100"):
        percent("145")
    assert whole_number("7.0") == 7
    with pytest.raises(ValueError, match="whole number"):
        whole_number("7.5")
    assert [yes_or_no(cell) for cell in ("yes", "TRUE", "1", "x", 1.0, True)] == [True] * 6
    assert [yes_or_no(cell) for cell in ("no", "False", "0", 0, False)] == [False] * 5
    with pytest.raises(ValueError, match="yes or no"):
        yes_or_no("perhaps")


def test_lists_and_enumerations() -> None:
    assert names(" a; b ;;c") == ("a", "b", "c")
    assert names(["a", 1]) == ("a", "1")
    assert CONVERTERS[LinkType]("ff") is LinkType.FF
    assert CONVERTERS[LinkType]("Finish-to-Start") is LinkType.FS
    assert CONVERTERS[Kind]("Task") is Kind.ACTIVITY
    with pytest.raises(ValueError, match="one of activity, milestone"):
        CONVERTERS[Kind]("thing")


@given(st.text())
def test_any_text_becomes_harmless(raw: str) -> None:
    shown = clean(raw)
    assert not any((ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) <= 0x9F for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    shown.encode("utf-8")
    assert clean(shown) == shown


def test_text_keeps_what_is_harmless() -> None:
    assert clean("Größe\t日本 [/x] [@click=app.quit] 👩‍💻\r\nnew") == "Größe\t日本 [/x] [@click=app.quit] 👩‍💻\nnew"
    assert clean("\x1b[31mred\x1b]0;t\x07\x9b2J") == "[31mred]0;t2J"
    assert len(clean("x" * 100_000)) == CELL_LIMIT
    assert text(5.0) == "5"
    assert text(None) == ""


@given(st.text(max_size=30))
def test_no_text_breaks_a_converter(raw: str) -> None:
    for convert in CONVERTERS.values():
        try:
            convert(raw)
        except ValueError as error:
            assert str(error)
