from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from cockpit.ledger import signing
from cockpit.records.model import Meaning, Person, Statement
from cockpit.trust import statements
from cockpit.trust.canonical import StatementError, canonical
from cockpit.trust.keys import parse_public_key
from cockpit.trust.statements import build, heads, load, proof_body, verify

PayloadFor = Callable[..., bytes]
BODY = proof_body("kpi:nps", "ab" * 32, Meaning.ATTESTED, on=date(2025, 3, 31), value=93.4)
WHEN = datetime(2025, 3, 31, 8, 15, 30, 123, tzinfo=UTC)
KEY = "SHA256:" + "A" * 43


def signed(payload: bytes, keys: dict[str, Path], people: dict[str, Person], by: str = "ed25519") -> Statement:
    return load(payload, signing.sign(payload, keys[by], people[by].key, interactive=False))


@pytest.fixture(scope="module")
def good(payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]) -> Statement:
    return signed(payload_for(), keys, people)


def changed(payload: bytes, **parts: Any) -> bytes:
    value = json.loads(payload)
    body = {**value["body"], **parts.pop("body_parts", {})}
    return canonical({**value, "body": body, **parts})


@pytest.mark.parametrize("by", ["ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa2048"])
def test_a_statement_signed_with_an_enrolled_key_is_good(
    by: str, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    statement = verify(signed(payload_for(by), keys, people, by), people, "core")
    assert statement.verdict == ""
    assert (statement.signer, statement.type) == (by, "proof")
    assert statement.signed_at == datetime(2025, 3, 31, 8, 15, tzinfo=UTC)
    assert statement.body["meaning"] == Meaning.RESOLVED


def test_the_payload_is_canonical_and_says_what_was_given() -> None:
    payload = build("core", "proof", "ann", KEY, WHEN, ["ff" * 32, "00" * 32, "ff" * 32], BODY)
    assert payload == (
        b'{"body":{"date":"2025-03-31","evidence":[],"meaning":"attested","note":"","of":"%s",'
        b'"subject":"kpi:nps","value":93.4},'
        b'"key":"%s","parents":["%s","%s"],"portfolio":"core","signed_at":"2025-03-31T08:15:30Z","signer":"ann",'
        b'"type":"proof","v":1}' % (b"ab" * 32, KEY.encode(), b"00" * 32, b"ff" * 32)
    )


def test_the_id_is_the_hash_of_the_payload_whatever_the_signature() -> None:
    payload = build("core", "proof", "ann", KEY, WHEN, [], BODY)
    assert load(payload, "one").id == load(payload, "another").id
    assert load(payload, "").id == hashlib.sha256(payload).hexdigest()


def test_a_local_time_is_signed_as_utc_and_a_naive_one_refused() -> None:
    local = datetime(2025, 3, 31, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert load(build("core", "proof", "ann", KEY, local, [], BODY), "").signed_at == datetime(
        2025, 3, 30, 23, 30, tzinfo=UTC
    )
    with pytest.raises(StatementError, match="time zone"):
        build("core", "proof", "ann", KEY, datetime(2025, 3, 31, 1, 30), [], BODY)  # noqa: DTZ001


def test_another_portfolio_is_refused(good: Statement, people: dict[str, Person]) -> None:
    assert verify(good, people, "other").verdict == "It was signed for another portfolio: core, not other."


def test_a_signer_who_is_nobody_here_is_refused(good: Statement, people: dict[str, Person]) -> None:
    rest = {name: person for name, person in people.items() if name != "ed25519"}
    assert verify(good, rest, "core").verdict == "Its signer ed25519 is not among the people of this portfolio."


def test_a_signer_without_a_key_is_refused(good: Statement, people: dict[str, Person]) -> None:
    bare = {**people, "ed25519": replace(people["ed25519"], key=" ")}
    assert "No key is enrolled for Person ed25519" in verify(good, bare, "core").verdict


def test_a_signer_with_an_unusable_key_is_refused(good: Statement, people: dict[str, Person]) -> None:
    bad = {**people, "ed25519": replace(people["ed25519"], key="ssh-dss AAAAB3NzaC1kc3M=")}
    assert verify(good, bad, "core").verdict.startswith("The key enrolled for Person ed25519 is ")


def test_a_key_replaced_since_is_refused(good: Statement, people: dict[str, Person]) -> None:
    other = {**people, "ed25519": replace(people["ed25519"], key=people["rsa2048"].key)}
    assert "which is not the one enrolled for Person ed25519" in verify(good, other, "core").verdict


def test_a_colleague_cannot_sign_in_anothers_name(
    payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    forged = signed(payload_for("ecdsa256"), keys, people, "ed25519")
    verdict = verify(forged, people, "core").verdict
    assert verdict.startswith("The signature is by the key SHA256:") and "not the one that it names" in verdict


def test_the_key_that_the_payload_names_must_be_the_one_enrolled(
    good: Statement, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    payload = changed(good.payload, key=parse_public_key(people["rsa2048"].key).fingerprint)
    own = verify(signed(payload, keys, people, "rsa2048"), people, "core").verdict
    assert own.startswith("It names the key SHA256:") and "not the one enrolled for Person ed25519" in own


def test_the_signature_of_another_statement_is_refused(
    good: Statement, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    other = signed(payload_for(note="another"), keys, people)
    swapped = load(good.payload, other.signature)
    assert verify(swapped, people, "core").verdict.startswith("The signature does not fit these bytes")


def test_a_signature_for_another_purpose_is_refused(
    good: Statement, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    command = ["ssh-keygen", "-Y", "sign", "-q", "-n", "git", "-f", str(keys["ed25519"])]
    signature = subprocess.run(command, input=good.payload, capture_output=True, check=True).stdout.decode()
    assert "namespace 'git'" in verify(load(good.payload, signature), people, "core").verdict


def test_only_the_stored_bytes_are_believed(good: Statement, people: dict[str, Person]) -> None:
    lied = replace(
        good, signer="rsa2048", body={"meaning": "disputed"}, type="other", signed_at=WHEN, parents=("00" * 32,)
    )
    assert verify(lied, people, "core") == good
    assert "stored under the id" in verify(replace(good, id="00" * 32), people, "core").verdict


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"v": 2}, "has no v = 1"),
    ({"v": True}, "has no v = 1"),
    ({"v": "1"}, "has no v = 1"),
    ({"extra": 1}, "has a key that is not known here: 'extra'"),
    ({"type": "genesis"}, "lacks body.stewards, body.title"),
    ({"type": "hearsay"}, "type that is not known"),
    ({"type": []}, "type that is not known"),
    ({"portfolio": ""}, "portfolio that is not one line"),
    ({"signer": "a\nb"}, "signer that is not one line"),
    ({"signer": "a\u2028b"}, "signer that is not one line"),
    ({"signer": 7}, "signer that is not one line"),
    ({"signer": "a\u202eb"}, "signer that is not one line"),
    ({"key": "SHA256:short"}, "fingerprint"),
    ({"key": KEY + "\n"}, "fingerprint"),
    ({"signed_at": "2025-03-31"}, "signed_at that is not a UTC time"),
    ({"signed_at": "2025-03-31T08:15:00+00:00"}, "signed_at that is not a UTC time"),
    ({"signed_at": "2025-03-31T08:15:00.5Z"}, "signed_at that is not a UTC time"),
    ({"signed_at": "2025-02-30T08:15:00Z"}, "signed_at that is not a UTC time"),
    ({"signed_at": "٢٠٢٥-03-31T08:15:00Z"}, "signed_at that is not a UTC time"),
    ({"signed_at": "2025-03-31T24:00:00Z"}, "signed_at that is not a UTC time"),
    ({"signed_at": "2025-03-31T23:59:60Z"}, "signed_at that is not a UTC time"),
    ({"signed_at": 1743408900}, "signed_at that is not a UTC time"),
    ({"parents": ["ff" * 32, "00" * 32]}, "parents that are not sorted"),
    ({"parents": ["00" * 32, "00" * 32]}, "parents that are not sorted, or one twice"),
    ({"parents": ["FF" * 32]}, "parents that are not a list"),
    ({"parents": "00" * 32}, "parents that are not a list"),
    ({"parents": None}, "parents that are not a list"),
    ({"body": []}, "body that is not an object"),
    ({"body_parts": {"more": 1}}, "not known here: body.'more'"),
    ({"body_parts": {"subject": "nps"}}, "kind:id"),
    ({"body_parts": {"subject": ":nps"}}, "kind:id"),
    ({"body_parts": {"subject": ["kpi:nps"]}}, "kind:id"),
    ({"body_parts": {"of": "ab"}}, "body.of"),
    ({"body_parts": {"meaning": "approved"}}, "body.meaning"),
    ({"body_parts": {"meaning": {}}}, "body.meaning"),
    ({"body_parts": {"evidence": ["x"]}}, "body.evidence"),
    ({"body_parts": {"evidence": [["x"]]}}, "body.evidence"),
    ({"body_parts": {"note": 7}}, "body.note"),
    ({"body_parts": {"note": "x" * 2001}}, "at most 2000"),
    ({"body_parts": {"note": "\x1b[2J"}}, "hide or obey"),
    ({"body_parts": {"note": "\x9b2J"}}, "hide or obey"),
    ({"body_parts": {"note": "a\u2066b"}}, "hide or obey"),
    ({"body_parts": {"date": "31.3.2025"}}, "body.date"),
    ({"body_parts": {"date": "2025-02-30"}}, "body.date"),
    ({"body_parts": {"date": None}}, "body.date"),
    ({"body_parts": {"value": "93.4"}}, "body.value"),
    ({"body_parts": {"value": True}}, "body.value"),
    ({"body_parts": {"option": "resolve"}}, "body.option and decides nothing"),
    ({"body_parts": {"meaning": "decided", "option": "Not a word"}}, "body.option that is no word"),
    ({"body_parts": {"meaning": "decided", "option": "x" * 41}}, "body.option that is no word"),
    ({"body_parts": {"meaning": "decided", "option": ""}}, "body.option that is no word"),
]


@pytest.mark.parametrize(("parts", "why"), MALFORMED)
def test_a_malformed_statement_is_refused_however_well_it_is_signed(
    parts: dict[str, Any], why: str, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    key = parse_public_key(people["ed25519"].key).fingerprint
    payload = changed(build("core", "proof", "ed25519", key, WHEN, [], BODY), **parts)
    verdict = verify(signed(payload, keys, people), people, "core").verdict
    assert verdict.startswith("It is malformed: the payload ") and why in verdict


@pytest.mark.parametrize("name", ["v", "portfolio", "type", "signer", "key", "signed_at", "parents", "body"])
def test_a_missing_field_is_refused(name: str) -> None:
    value = json.loads(build("core", "proof", "ann", KEY, WHEN, [], BODY))
    del value[name]
    assert load(canonical(value), "").verdict.startswith("It is malformed: the payload ")


@pytest.mark.parametrize("name", ["subject", "of", "meaning", "evidence", "note"])
def test_a_missing_field_of_the_body_is_refused(name: str) -> None:
    value = json.loads(build("core", "proof", "ann", KEY, WHEN, [], BODY))
    del value["body"][name]
    assert f"lacks body.{name}" in load(canonical(value), "").verdict


def test_a_promise_names_its_day_and_a_value_its_day_too() -> None:
    with pytest.raises(StatementError, match=r"promises without a body\.date"):
        build("core", "proof", "ann", KEY, WHEN, [], proof_body("dependency:D", "ab" * 32, Meaning.PROMISED))
    with pytest.raises(StatementError, match=r"body\.value without its body\.date"):
        build("core", "proof", "ann", KEY, WHEN, [], proof_body("kpi:K", "ab" * 32, Meaning.ATTESTED, value=1.0))


def test_bytes_that_are_nothing_never_raise_and_say_who_they_claim_to_be() -> None:
    nothing = load(b"\xff\x00", "")
    assert (nothing.signer, nothing.parents, nothing.body, nothing.signed_at) == ("", (), {}, statements.UNDATED)
    half = load(canonical({"v": 9, "signer": "ann\x1b[2J", "type": ["x"]}), "")
    assert half.signer == "ann[2J" and half.type == "" and half.verdict


def test_a_note_is_cleaned_before_it_is_signed() -> None:
    assert proof_body("kpi:K", "ab" * 32, Meaning.ATTESTED, note=" a\x1b[2J\u202eb \r\n")["note"] == "a[2Jb"


def test_the_parents_of_a_new_statement_are_all_heads() -> None:
    def link(parents: list[str], note: str) -> Statement:
        body = proof_body("kpi:K", "ab" * 32, Meaning.DISPUTED, note=note)
        return load(build("core", "proof", "ann", KEY, WHEN, parents, body), "")

    first, other = link([], "1"), link([], "2")
    second = link([first.id], "3")
    assert heads([]) == ()
    assert heads([first, other, second]) == tuple(sorted([other.id, second.id]))
    merged = link(list(heads([first, other, second])), "4")
    assert heads([merged, second, other, first]) == (merged.id,)
    rejected = replace(link([merged.id], "5"), verdict="The signature does not fit.")
    assert heads([first, other, second, merged, rejected]) == (merged.id,)


def unspaced(text: str) -> str:
    return re.sub("[ \\t\\r\\n]", "", text)


def mutations(data: bytes, count: int, seed: int) -> list[bytes]:
    dice = random.Random(seed)
    made: list[bytes] = []
    while len(made) < count:
        at, kind = dice.randrange(len(data)), dice.randrange(4)
        if kind == 0:
            new = data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        elif kind == 1:
            new = data[:at] + data[at + 1 + dice.randrange(3) :]
        elif kind == 2:
            new = data[:at] + bytes([dice.randrange(256)]) + data[at:]
        else:
            other = dice.randrange(len(data))
            new = data[:at] + data[other : other + dice.randrange(1, 9)] + data[at + 1 :]
        if new != data:
            made.append(new)
    return made


@pytest.mark.parametrize("by", ["ed25519", "ecdsa256", "rsa2048"])
def test_no_mutated_payload_is_ever_accepted(
    by: str, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    statement = signed(payload_for(by), keys, people, by)
    assert verify(statement, people, "core").verdict == ""
    for payload in mutations(statement.payload, 1000, 1):
        stored = load(payload, statement.signature)
        assert verify(stored, people, "core").verdict, payload
        assert verify(replace(statement, payload=payload), people, "core").verdict, payload


@pytest.mark.parametrize("by", ["ed25519", "ecdsa256", "rsa2048"])
def test_a_mutated_signature_is_refused_or_is_only_spaced_otherwise(
    by: str, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    statement = signed(payload_for(by), keys, people, by)
    for data in mutations(statement.signature.encode(), 1000, 2):
        text = data.decode("latin-1")
        checked = verify(load(statement.payload, text), people, "core")
        assert checked.id == statement.id and checked.payload == statement.payload
        assert checked.verdict or unspaced(text) == unspaced(statement.signature), text


@pytest.mark.parametrize(
    "parts",
    [
        {"signer": "ecdsa256"},
        {"portfolio": "other"},
        {"parents": ["00" * 32]},
        {"signed_at": "2025-03-30T08:15:00Z"},
        {"body_parts": {"evidence": ["ef" * 32]}},
        {"body_parts": {"of": "ef" * 32}},
        {"body_parts": {"subject": "dependency:D-2"}},
        {"body_parts": {"meaning": "disputed"}},
        {"body_parts": {"date": "2025-03-31"}},
        {"body_parts": {"note": ""}},
    ],
)
def test_no_field_can_be_changed_under_a_signature(
    parts: dict[str, Any], good: Statement, people: dict[str, Person]
) -> None:
    payload = changed(good.payload, **parts)
    assert payload != good.payload
    assert verify(load(payload, good.signature), people, "core").verdict


def test_random_bytes_are_no_statement(people: dict[str, Person]) -> None:
    dice = random.Random(3)
    for _ in range(500):
        assert verify(load(dice.randbytes(dice.randrange(200)), ""), people, "core").verdict


def test_ten_thousand_characters_do_no_harm(good: Statement, people: dict[str, Person]) -> None:
    assert (
        "one line" in verify(load(changed(good.payload, signer="x" * 10_000), good.signature), people, "core").verdict
    )
    weird = {**people, "ed25519": replace(people["ed25519"], name="[/x][@click=app.quit]\x1b[2J", key="")}
    verdict = verify(good, weird, "core").verdict
    assert "[@click=app.quit]" in verdict and "\x1b" not in verdict
