"""Ten thousand statements that are not what they say, none of which counts.

Bytes changed at random, in what was signed, in the signature and in what is stored beside them; and forgeries that are
validly signed (`trust_forgeries`, `trust_thefts`). These are judged the whole way, as it was in the portfolio just
before the true statement came, and in the portfolio as it is in the end.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from trust_forgeries import POWERLESS, REFUSED, Forge
from trust_keys import Ecdsa, armor, dearmor, framed, mpint
from trust_portfolio import NOW, Story, World, judged, said, told, value_of
from trust_thefts import THEFTS

from cockpit.records.model import Statement
from cockpit.records.verdicts import Verdict
from cockpit.trust.canonical import canonical
from cockpit.trust.statements import UNDATED, load, sealed
from cockpit.trust.wire import Reader, string

pytestmark = pytest.mark.slow

BYTES = {"payload": 3000, "signature": 1000, "frame": 1500, "field": 1000, "exchanged": 900, "column": 500}
"""How many mutations of each kind that need no key."""
NOTHING = (Verdict.INVALID, Verdict.NOT_ENTITLED, Verdict.VOID, Verdict.UNKNOWN_SUBJECT)
FORGED = 120
"""How many forgeries of each kind at least; where fewer statements have what is forged, each is forged more often."""


class Scene(NamedTuple):
    """The portfolio, and what it is worth in the end."""

    story: Story
    folder: Path
    end: World

    def before(self, target: Statement) -> list[Statement]:
        return self.story.statements[: self.story.statements.index(target)]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    story, folder = told(), tmp_path_factory.mktemp("portfolio")
    return Scene(story, folder, judged(story.statements, folder))


def test_ten_thousand_are_made() -> None:
    assert sum(BYTES.values()) + FORGED * (len(REFUSED) + len(POWERLESS) + len(THEFTS)) >= 10_000


def test_without_a_forgery_every_statement_counts_and_brings_something_about(scene: Scene) -> None:
    story = scene.story
    superseded = next(s.id for s in story.statements if said(s)[0] == "vic" and s.body.get("meaning") == "resolved")
    assert {id_ for id_, verdict in scene.end.verdicts.items() if verdict is not Verdict.COUNTS} == {superseded}
    for target in story.statements:
        now, before = just_after(target), scene.before(target)
        with_it = judged([*before, target], scene.folder, now)
        assert with_it.verdicts[target.id] in (Verdict.COUNTS, Verdict.WAITS)
        if target.type not in ("receipt", "transfer", "delegate"):
            assert with_it.worth != judged(before, scene.folder, now).worth, f"{target.type} {target.body}"


def just_after(target: Statement) -> Any:
    return target.signed_at + timedelta(minutes=5)


# Without a key


def garbled(data: bytes, dice: random.Random) -> bytes:
    """Some bytes flipped, left out, put in, or copied from elsewhere."""
    at, kind = dice.randrange(len(data)), dice.randrange(4)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + data[at + 1 + dice.randrange(3) :]
    if kind == 2:
        return data[:at] + bytes([dice.randrange(256)]) + data[at:]
    other = dice.randrange(len(data))
    return data[:at] + data[other : other + dice.randrange(1, 9)] + data[at + 1 :]


def unspaced(text: str) -> str:
    return "".join(text.split())


def payloads(story: Story, dice: random.Random) -> Iterator[Statement]:
    """Other bytes under a signature, stored under the old id or under their own hash."""
    while True:
        target = dice.choice(story.statements)
        payload = garbled(target.payload, dice)
        if payload != target.payload:
            yield dice.choice([replace(target, payload=payload), load(payload, target.signature)])


def signatures(story: Story, dice: random.Random) -> Iterator[Statement]:
    """Other text in place of a signature; what is only spaced otherwise is the same one."""
    while True:
        target = dice.choice(story.statements)
        text = garbled(target.signature.encode(), dice).decode("latin-1")
        if unspaced(text) != unspaced(target.signature):
            yield replace(target, signature=text)


def frames(story: Story, dice: random.Random) -> Iterator[Statement]:
    """Other bytes in a signature, packed again as they ought to be."""
    while True:
        target = dice.choice(story.statements)
        data = dearmor(target.signature)
        other = garbled(data, dice)
        if other != data:
            yield replace(target, signature=armor(other))


def fields(story: Story, dice: random.Random) -> Iterator[Statement]:
    """One field changed, all else as it was, in canonical form; the signature is kept."""
    while True:
        target, other = dice.sample(story.statements, 2)
        value, foreign = value_of(target), value_of(other)
        names = [name for name in value if value[name] != foreign[name] and name != "body"]
        inner = [name for name in value["body"] if value["body"][name] != foreign["body"].get(name)]
        if dice.random() < 0.4 and names:
            name = dice.choice(names)
            value[name] = foreign[name]
        elif inner:
            value["body"][dice.choice(inner)] = dice.choice([dice.randbytes(32).hex(), "", "2025-03-04", [], None, 0])
        if canonical(value) != target.payload:
            yield load(canonical(value), target.signature)


def exchanged(story: Story, _: random.Random) -> Iterator[Statement]:
    """Each statement with the signature of each other one."""
    for one in story.statements:
        for other in story.statements:
            if one is not other:
                yield replace(one, signature=other.signature)


KEYLESS = {"payload": payloads, "signature": signatures, "frame": frames, "field": fields, "exchanged": exchanged}


def distinct(found: Iterator[Statement], count: int) -> list[Statement]:
    made: dict[tuple[bytes, str, str], Statement] = {}
    for statement in found:
        made[statement.payload, statement.signature, statement.id] = statement
        if len(made) == count:
            break
    return list(made.values())


@pytest.mark.parametrize("kind", KEYLESS)
def test_what_nobody_signed_is_refused(kind: str, scene: Scene) -> None:
    found = distinct(KEYLESS[kind](scene.story, random.Random(kind)), BYTES[kind])
    assert len(found) == BYTES[kind]
    for statement in found:
        assert sealed(statement).verdict, (kind, statement.payload, statement.signature)
    assert judged([*scene.story.statements, *found], scene.folder).worth == scene.end.worth
    true = {said(s) for s in scene.story.statements}
    for statement in random.Random(kind).sample(found, 40):
        instead = [statement if s.signature == statement.signature else s for s in scene.story.statements]
        assert set(judged(instead, scene.folder).counting) <= true


def test_only_what_was_signed_is_believed_of_what_is_stored(scene: Scene) -> None:
    """Every column beside payload and signature says something else."""
    dice = random.Random("column")
    other: dict[str, list[Any]] = {
        "type": ["genesis", "proof", "", "enrol"], "signer": ["mallory", "sue", ""], "key": ["", "SHA256:" + "A" * 43],
        "signed_at": [UNDATED, NOW], "parents": [(), ("00" * 32,)], "body": [{}, {"meaning": "resolved"}],
        "portfolio": ["", "other"], "verdict": ["", "It is forged."],
    }  # fmt: skip
    rows: list[Statement] = []
    while len(rows) < BYTES["column"]:
        target = dice.choice(scene.story.statements)
        names = dice.sample(sorted(other), dice.randrange(1, 5))
        row = replace(target, **{name: dice.choice(other[name]) for name in names})
        if row != target and row not in rows:
            rows.append(row)
            assert sealed(row) == sealed(target)
            for wrong in (dice.randbytes(32).hex(), "", target.id.upper(), dice.choice(scene.story.statements).id):
                if wrong != target.id:
                    assert "stored under the id" in sealed(replace(row, id=wrong)).verdict
    latest = {row.id: row for row in rows}
    stored = [latest.get(s.id, s) for s in scene.story.statements]
    assert judged(stored, scene.folder).worth == scene.end.worth


# With a key


def forgeries(scene: Scene, kind: str, make: Any) -> dict[str, list[Statement]]:
    """Target id → what was made of it."""
    dice, found, rounds = random.Random(kind), {}, 0
    while sum(map(len, found.values())) < FORGED:
        rounds += 1
        assert rounds < 400, f"{kind}: no statement can be forged like this"
        for target in scene.story.statements:
            made = list(make(Forge(scene.story, target, dice)))
            if made:
                known = {(s.payload, s.signature) for s in found.get(target.id, [])}
                fresh = [s for s in made if (s.payload, s.signature) not in known]
                found.setdefault(target.id, []).extend(fresh)
    return found


@pytest.mark.parametrize("kind", REFUSED)
def test_a_forgery_with_a_good_signature_counts_neither_then_nor_later(kind: str, scene: Scene) -> None:
    made = forgeries(scene, kind, REFUSED[kind])
    for target in scene.story.statements:
        if found := made.get(target.id):
            now, before = just_after(target), scene.before(target)
            refused(found, judged([*before, *found], scene.folder, now), judged(before, scene.folder, now))
    every = [statement for found in made.values() for statement in found]
    refused(every, judged([*scene.story.statements, *every], scene.folder), scene.end)


def refused(forged: Sequence[Statement], found: World, without: World) -> None:
    """None of these counts, and with them all is as it was without."""
    taken = [s for s in forged if found.verdicts[s.id] not in NOTHING]
    assert taken == [], [(s.payload, s.verdict) for s in taken[:2]]
    assert found.worth == without.worth


@pytest.mark.parametrize("kind", POWERLESS)
def test_what_its_signer_may_say_does_not_count_for_more(kind: str, scene: Scene) -> None:
    made = forgeries(scene, kind, POWERLESS[kind])
    for target in scene.story.statements:
        now, before = just_after(target), scene.before(target)
        without = judged(before, scene.folder, now)
        for forged in made.get(target.id, []):
            found = judged([*before, forged], scene.folder, now)
            assert (found.states, found.keys) == (without.states, without.keys), forged.payload


@pytest.mark.parametrize("kind", THEFTS)
def test_what_somebody_had_once_brings_nothing_about(kind: str, scene: Scene) -> None:
    dice, made = random.Random(kind), 0
    while made < FORGED:
        found = [s for _ in range(10) for s in THEFTS[kind](scene.story, dice)]
        made += len(found)
        refused(found, judged([*scene.story.statements, *found], scene.folder), scene.end)


def again(story: Story, statement: Statement, dice: random.Random) -> Iterator[Statement]:
    """The same statement once more: as it is, signed with another hash, twice, malleated, or with a signature that is
    none."""
    key = story.key_of(statement)
    yield statement
    yield replace(statement, signature=key.sign(statement.payload, hash_name="sha256"))
    yield replace(statement, signature=key.sign(statement.payload))
    yield replace(statement, signature=statement.signature.replace("\n", "\r\n"))
    yield replace(statement, signature=dice.choice(story.statements).signature)
    yield replace(statement, signature="")
    if isinstance(key, Ecdsa):
        yield replace(statement, signature=malleated(key, statement.signature))


def malleated(key: Ecdsa, signature: str) -> str:
    """The other signature that anybody can make of one by ECDSA: r with n − s."""
    order = key.secret.curve.group_order
    reader = Reader(dearmor(signature)[10:])
    blob, _, _, hash_name, inner = (reader.string("part") for _ in range(5))
    pair = Reader(Reader(inner[4 + len(key.kind) :]).string("pair"))
    r, s = pair.number("r"), pair.number("s")
    assert encode_dss_signature(r, order - s)
    return armor(framed(blob, string(key.kind) + string(mpint(r) + mpint(order - s)), hash=hash_name))


def test_a_statement_counts_once_however_often_and_in_whatever_order_it_is_there(scene: Scene) -> None:
    dice, made = random.Random("again"), 0
    for _ in range(4):
        rows = [row for s in scene.story.statements for row in again(scene.story, s, dice)]
        made += len(rows)
        dice.shuffle(rows)
        assert judged(rows, scene.folder).worth == scene.end.worth
    assert made > 800
