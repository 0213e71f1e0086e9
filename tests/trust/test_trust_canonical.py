from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.trust.canonical import MAX_BYTES, StatementError, canonical, digest, parse

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(st.dictionaries(text, values, max_size=5).filter(lambda value: depth(value) <= 8))
def test_whatever_is_written_canonically_reads_back_the_same(value: dict[str, Any]) -> None:
    payload = canonical(value)
    assert parse(payload) == value
    assert canonical(parse(payload)) == payload


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_every_bit_but_the_sign_of_zero(value: float) -> None:
    back = float(parse(canonical({"value": value}))["value"])
    assert struct.pack(">d", back) == struct.pack(">d", value + 0.0 if value else 0.0)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b'{"a":1,"a":1}', "names the key 'a' twice"),
        (b'{"a":{"b":1,"b":2}}', "names the key 'b' twice"),
        (b'{"a":NaN}', "NaN, which is no number"),
        (b'{"a":Infinity}', "Infinity, which is no number"),
        (b'{"a":-Infinity}', "-Infinity, which is no number"),
        (b'{"a":1e999}', "too large"),
        (b'{"a":' + b"9" * 5000 + b"}", "too large"),
        (b'{"a": 1}', "not in canonical form"),
        (b'{"a":1}\n', "not in canonical form"),
        (b'{"b":1,"a":1}', "not in canonical form"),
        (b'{"a":1.0}', "not in canonical form"),
        (b'{"a":-0}', "not in canonical form"),
        (b'{"a":1e2}', "not in canonical form"),
        (b'{"a":"\\u0041"}', "not in canonical form"),
        (b'{"a":"\\ud800"}', "canonical JSON"),
        (b'{"\\ud800":1}', "canonical JSON"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        (b'{"a":9007199254740993}', "not in canonical form"),
        (b"[1]", "not a JSON object"),
        (b"7", "not a JSON object"),
        (b"", "not JSON"),
        (b'{"a":', "not JSON"),
        (b'{"a":' + b"[" * 8 + b"]" * 8 + b"}", "deeper than 8"),
        (b'{"a":' + b"[" * 30000 + b"]" * 30000 + b"}", "deeper than 8"),
        (b'{"a":"' + b"x" * MAX_BYTES + b'"}', "at most 65,536"),
    ],
)
def test_anything_else_is_refused_with_its_reason(payload: bytes, why: str) -> None:
    with pytest.raises(StatementError) as caught:
        parse(payload)
    assert why in str(caught.value)


def test_eight_levels_and_the_full_size_are_still_read() -> None:
    assert depth(parse(b'{"a":' + b"[" * 7 + b"]" * 7 + b"}")) == 8
    assert len(parse(b'{"a":"' + b"x" * (MAX_BYTES - 8) + b'"}')["a"]) == MAX_BYTES - 8


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, object(), {1: 2}, "\ud800"])
def test_what_json_cannot_carry_is_never_written(value: Any) -> None:
    with pytest.raises(StatementError):
        canonical({"a": value})


def test_the_digest_ignores_the_order_in_which_keys_were_given() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 2, "b": 1})
