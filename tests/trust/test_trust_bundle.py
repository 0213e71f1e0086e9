"""Bundles: equal ledgers give equal files, a damaged line costs only itself, and nothing but text is believed."""

from __future__ import annotations

import base64
import hashlib
import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trust_keys import Key

from cockpit.trust import bundle
from cockpit.trust.bundle import Damage, Line

PAIRS = [(payload := f'{{"n":{n}}}'.encode(), Key(f"k{n % 3}").sign(payload)) for n in range(12)]


def lines(data: bytes) -> list[Line]:
    found = list(bundle.read(data))
    assert all(isinstance(each, Line) for each in found), found
    return [each for each in found if isinstance(each, Line)]


def damage(data: bytes) -> list[Damage]:
    return [each for each in bundle.read(data) if isinstance(each, Damage)]


@given(st.lists(st.sampled_from(PAIRS)), st.randoms(use_true_random=False))
def test_equal_ledgers_give_equal_files_that_sort_merges(pairs: list[bundle.Pair], random: Random) -> None:
    first = bundle.written(pairs)
    again = [*pairs, *pairs]
    random.shuffle(again)
    assert bundle.written(again) == first
    assert {line.pair for line in lines(first)} == set(pairs)
    cut = random.randint(0, len(pairs))
    parts = bundle.written(pairs[:cut]).splitlines(True) + bundle.written(pairs[cut:]).splitlines(True)
    assert b"".join(sorted(set(parts))) == first, "sort -u"


@settings(max_examples=50)
@given(st.binary(max_size=300), st.text(max_size=200))
def test_any_payload_and_signature_come_back_as_they_were(payload: bytes, signature: str) -> None:
    (found,) = lines(bundle.written([(payload, signature)]))
    assert found.pair == (payload, signature)


def held(**changed: object) -> bytes:
    payload, signature = PAIRS[0]
    text = base64.b64encode(payload).decode()
    return json.dumps(
        {"id": hashlib.sha256(payload).hexdigest(), "payload": text, "signature": signature} | changed
    ).encode()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"\xff\xfe", "no JSON object"),
        (b"[" * 100_000, "no JSON object"),
        (b"[]", "should be a JSON object with id, payload, signature"),
        (b"1" * 6_000, "no JSON object"),
        (b'{"id":"x"}', "should be a JSON object with id, payload, signature"),
        (b'{"id":"x","id":"y","payload":"","signature":""}', "no JSON object"),
        (held(more="x"), "'more', which is not known here"),
        (held(signature=1), "should be text"),
        (held(payload="%"), "not base64"),
        (held(payload="AAAA"), "not the hash of its payload"),
        (held(id="0" * 64), "not the hash of its payload"),
        (held(signature="x" * 20_000), "longer than"),
        (held(signature="\ud800"), "half of a character"),
        (b'{"id":"' + b"x" * bundle.MAX_LINE + b'"}', "bytes long"),
        (held(payload=base64.b64encode(b"x" * 70_000).decode()), "65,536"),
    ],
)
def test_a_damaged_line_costs_only_itself(line: bytes, why: str) -> None:
    data = bundle.line(*PAIRS[0]) + line + b"\r\n\n" + bundle.line(*PAIRS[1])
    (found,) = damage(data)
    assert found.number == 2 and why in found.why
    assert [each.pair for each in bundle.read(data) if isinstance(each, Line)] == PAIRS[:2]


@pytest.mark.parametrize("idle", [b"\n", b"x\n", b" \n"])
def test_a_file_of_lines_without_end_is_not_read_to_its_end(idle: bytes) -> None:
    """128 MiB of them took minutes, and gigabytes of memory."""
    good = bundle.written(PAIRS[:1])
    found = list(bundle.read(good + idle * (bundle.MOST_IDLE - 1) + good))
    assert sum(isinstance(each, Line) for each in found) == 2, "a damaged line costs only itself"
    found = list(bundle.read(good + idle * bundle.MOST_IDLE + good))
    assert sum(isinstance(each, Line) for each in found) == 1
    assert isinstance(found[-1], Damage) and "what follows is not read" in found[-1].why


def test_a_file_of_damaged_lines_is_told_in_part() -> None:
    assert len(damage(b"x\n" * 5_000)) == bundle.MOST_DAMAGED


@settings(max_examples=200)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_changes_no_payload_unseen(at: int, by: int) -> None:
    data = bytearray(bundle.line(*PAIRS[0]))
    data[at % len(data)] ^= by
    for found in bundle.read(bytes(data)):
        assert isinstance(found, Damage) or found.payload == PAIRS[0][0]
