from __future__ import annotations

from datetime import date

import pytest
from rich.cells import cell_len

from cockpit.engine.rules import catalogue
from cockpit.screens import words
from cockpit.screens.why import Facts, wrap

BREACH_CODES = [rule.code for rule in catalogue()]


@pytest.mark.parametrize("code", BREACH_CODES)
def test_every_rule_is_said_in_words_that_fit_the_list(code: str) -> None:
    assert words.rule(code) != code
    assert cell_len(words.rule(code)) <= 14
    assert words.duty(code).startswith("must ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "$0"),
        (940, "$940"),
        (55_000, "$55k"),
        (999_700, "$1.0M"),
        (2_090_000, "$2.1M"),
        (-1.2e9, "−$1.2B"),
    ],
)
def test_money_is_short(value: float | None, text: str) -> None:
    assert words.money(value, "USD") == text


def test_money_marks_what_is_assumed_and_keeps_an_unknown_currency() -> None:
    assert words.money(12_000, "CHF", assumed=True) == "~CHF 12k"


def test_money_in_millions_is_said_in_the_currency_itself_and_none_where_no_day_has_a_price() -> None:
    assert words.money(25.7, "GBP million") == "£26M" and words.money(6.19, "AUD million") == "AUD 6.2M"
    assert words.money(28.0, None, assumed=True) == ""


def test_a_minus_is_one_sign_for_days_and_money() -> None:
    assert words.days(-7.0) == "−7d" and words.money(-46_000, "USD") == "−$46k"


@pytest.mark.parametrize(
    ("value", "text"), [(38.0, "≥38d"), (2.5, "≥2.5d"), (10.4, "≥10d"), (-0.0, "≥0d"), (1234.0, "≥1,234d"), (None, "")]
)
def test_days_say_at_least(value: float | None, text: str) -> None:
    assert words.days(value, at_least=True) == text


@pytest.mark.parametrize(
    "text", ["plain", "日本語の長い題名です", "é" * 40, "👩‍👩‍👧‍👦 family", "a\nb\tc", "\x1b[31mred", "x" * 10_000]
)
@pytest.mark.parametrize("width", [1, 2, 7, 20])
def test_text_is_fitted_to_cells_on_one_line(text: str, width: int) -> None:
    fitted = words.fit(text, width)
    assert cell_len(fitted) == width
    assert fitted.isprintable()


def test_our_own_lines_keep_their_spaces_and_let_nothing_through() -> None:
    assert words.pad("a   ▲ b", 10) == "a   ▲ b   "
    assert "\x1b" not in words.pad("a\x1b[0m", 10)


def test_a_sparkline_shows_the_last_readings() -> None:
    assert words.sparkline([9, 1, 2, 3], 3) == "▁▄█" or words.sparkline([9, 1, 2, 3], 3) == "▁▅█"
    assert words.sparkline([5, 5], 8) == "▄▄"
    assert words.sparkline([], 8) == ""
    assert words.sparkline([float("nan"), 1.0, float("inf")], 8)


def test_ages_are_days_since() -> None:
    assert words.age(date(2025, 5, 20), date(2025, 6, 30)) == "41d"
    assert words.age(date(2025, 6, 30), date(2025, 6, 30)) == "new"


def test_a_why_wraps_beside_its_label_and_copies_as_plain_text() -> None:
    facts = Facts((("", "Owner\tDana Reyes of the very long department of names"), ("", "1.\tbecause")))
    rows = facts.content(40).plain.splitlines()
    assert rows[0].startswith("Owner        Dana Reyes")
    assert rows[1].startswith(" " * 13) and rows[1].strip()
    assert facts.text == "Owner: Dana Reyes of the very long department of names\n1. because"


def test_wide_text_wraps_within_its_cells() -> None:
    assert all(cell_len(row) <= 11 for row in wrap("日本語" * 20, 11))
