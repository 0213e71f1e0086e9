"""Python's own JSON stands in for RFC 8785 where the two are the same, and nowhere else."""

from __future__ import annotations

import json

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.trust.canonical import StatementError, canonical, parse

KEYS = st.text(st.sampled_from('abcABC_" \\/\x00\x1f\x7f\n\t\u00e9\u20ac\ufb33\U0001f600'), max_size=4)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | KEYS | st.integers(-(2**53) + 1, 2**53 - 1) | NUMBERS
DEEPER = st.recursive(PLAIN, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=3), max_leaves=6)
VALUES = st.dictionaries(KEYS, DEEPER, max_size=4)


@settings(max_examples=200)
@given(VALUES, st.booleans(), st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_what_is_accepted_is_what_the_rfc_writes(
    value: dict[str, object], ascii_only: bool, ordered: bool, separators: tuple[str, str]
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, sort_keys=ordered, separators=separators)
    payload = text.encode("utf-8")
    try:
        accepted = parse(payload)
    except StatementError as error:
        assert "levels" in str(error) or rfc8785.dumps(json.loads(payload)) != payload
    else:
        assert rfc8785.dumps(accepted) == payload


@given(VALUES)
def test_what_the_rfc_writes_is_accepted(value: dict[str, object]) -> None:
    payload = canonical(value)
    try:
        assert canonical(parse(payload)) == payload
    except StatementError as error:
        assert "levels" in str(error)
