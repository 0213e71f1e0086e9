"""Numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.basics.figures import quantity


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0.0, "0"),
        (99.98, "99.98"),
        (0.1 + 0.2, "0.3"),
        (45_000.0, "45,000"),
        (1_234.5, "1,234.5"),
        (250_000.0, "250,000"),
        (1_234_567.0, "1,234,567"),
        (-1_234_567.8, "-1,234,568"),
    ],
)
def test_thousands_are_marked_and_no_digit_is_a_power_of_ten(value: float | None, text: str) -> None:
    assert quantity(value) == text


@given(st.floats(allow_nan=False))
def test_no_value_makes_a_sentence_endless_or_says_another_number(value: float) -> None:
    text = quantity(value)
    assert len(text) <= 24
    assert float(text.replace(",", "")) == pytest.approx(value, rel=1e-5)
