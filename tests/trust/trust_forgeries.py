"""Statements that are not what they say, each signed by somebody whose signature is good.

Each kind of forgery takes a true statement and makes of it what an attacker would: with a key of their own in another's
name, for another portfolio, without what came before, at another time. A few are what an honest person may sign, who
then says less than it looks like (`POWERLESS`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from trust_keys import Key, Signer
from trust_portfolio import DEPENDENCIES, NOW, STEWARDS, TEAM, VERSIONS, Story, signed, value_of

from cockpit.records.model import Statement
from cockpit.trust.authority import POSSESSION, possession_payload
from cockpit.trust.bodies import ACCEPT, COSIGN, DELEGATE, ENROL, GENESIS, PROOF, RECEIPT, REVOKE, ROTATE, TRANSFER
from cockpit.trust.history import ALLOWANCE
from cockpit.trust.obligations import dependency_version
from cockpit.trust.sshsig import NAMESPACE
from cockpit.trust.statements import load

Value = dict[str, Any]
EVE = Key("eve")
"""Nobody enrolled her."""
TYPES = (GENESIS, ENROL, REVOKE, ROTATE, COSIGN, TRANSFER, ACCEPT, DELEGATE, "recall", RECEIPT, PROOF, "hearsay", "")
RIGHTFUL = {
    "dependency:D": {"vic", "ann"}, "dependency:E": {"tom", "ann"}, "dependency:F": {"tim", "ann"},
    "dependency:G": {"vic", "ann"}, "milestone:a": {"mel"}, "baseline:P": {"sid"}, "baseline:Q": {"sid", "mel"},
    "kpi:nps": {"ken", "lea"}, "kpi:csat": {"ken", "lea"}, "mapping:component=core*": {"ola"},
}  # fmt: skip
"""Who has any say on a subject, at whatever time."""


@dataclass
class Forge:
    """Makes forgeries of one statement of a story."""

    story: Story
    target: Statement
    dice: Random

    @property
    def value(self) -> Value:
        """The fields of the true statement, a little later, so that no two forgeries are alike."""
        found = value_of(self.target)
        found["signed_at"] = stamp(self.target.signed_at + timedelta(seconds=self.dice.randrange(1, 240)))
        return found

    @property
    def key(self) -> Signer:
        return self.story.key_of(self.target)

    @property
    def past(self) -> list[Statement]:
        return self.story.statements[: self.story.statements.index(self.target)]

    def other(self) -> str:
        """An enrolled person who has no say in what the statement is about."""
        body, kind = self.target.body, self.target.type
        barred = {self.target.signer, body.get("person"), body.get("to")} | RIGHTFUL.get(body.get("subject"), set())
        barred |= {"ann", "lea"} if kind in (COSIGN, ACCEPT) else set()
        barred |= set(STEWARDS) if kind != PROOF else set()
        return self.dice.choice([name for name in TEAM if name not in barred])

    def random_hash(self) -> str:
        return self.dice.randbytes(32).hex()


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


Kind = Callable[[Forge], Iterator[Statement]]
REFUSED: dict[str, Kind] = {}
"""What must not count at all."""
POWERLESS: dict[str, Kind] = {}
"""What its signer may say, and what changes nothing of what it seems to be about."""


def refused(kind: Kind) -> Kind:
    REFUSED[kind.__name__.replace("_", " ").strip()] = kind
    return kind


def powerless(kind: Kind) -> Kind:
    POWERLESS[kind.__name__.replace("_", " ").strip()] = kind
    return kind


# Another key, another name


@refused
def another_enrolled_key_in_the_signers_name(forge: Forge) -> Iterator[Statement]:
    key = forge.story.key(forge.other())
    yield signed({**forge.value, "key": key.fingerprint}, key)


@refused
def another_enrolled_key_that_names_the_signers_key(forge: Forge) -> Iterator[Statement]:
    yield signed(forge.value, forge.story.key(forge.other()))


@refused
def another_enrolled_person_in_their_own_name(forge: Forge) -> Iterator[Statement]:
    if forge.target.type not in (TRANSFER, DELEGATE, RECEIPT):
        name = forge.other()
        key = forge.story.key(name)
        yield signed({**forge.value, "signer": name, "key": key.fingerprint}, key)


@powerless
def another_person_gives_away_or_lends_what_is_not_theirs(forge: Forge) -> Iterator[Statement]:
    if forge.target.type in (TRANSFER, DELEGATE, RECEIPT):
        name = forge.other()
        key = forge.story.key(name)
        yield signed({**forge.value, "signer": name, "key": key.fingerprint}, key)


@refused
def the_signers_own_key_in_anothers_name(forge: Forge) -> Iterator[Statement]:
    names = [name for name in (*TEAM, *STEWARDS) if name != forge.target.signer]
    yield signed({**forge.value, "signer": forge.dice.choice(names)}, forge.key)


@refused
def a_key_that_nobody_enrolled(forge: Forge) -> Iterator[Statement]:
    yield signed({**forge.value, "key": EVE.fingerprint}, EVE)
    yield signed({**forge.value, "key": EVE.fingerprint, "signer": "eve"}, EVE)
    yield signed(forge.value, EVE)


@refused
def a_signers_second_key_before_it_counts(forge: Forge) -> Iterator[Statement]:
    """Made by the signer or enrolled for them by one steward: neither is enough, nor is what came later."""
    later = {"vic": "vic2", "ann": "ann2"}.get(forge.target.signer)
    if later is not None and forge.key is forge.story.key(forge.target.signer) and forge.target.type == PROOF:
        key = forge.story.key(later)
        yield signed({**forge.value, "key": key.fingerprint}, key)


# Another portfolio, another past


@refused
def another_portfolio(forge: Forge) -> Iterator[Statement]:
    root = forge.story.root
    others = (forge.random_hash(), root[:-1], root.upper(), f"{root} ", "test2", forge.target.id)
    portfolio = forge.dice.choice([other for other in others if other != forge.value["portfolio"]])
    if forge.target.type != GENESIS:
        yield signed({**forge.value, "portfolio": portfolio}, forge.key)


@refused
def no_parents(forge: Forge) -> Iterator[Statement]:
    if forge.target.type != GENESIS:
        yield signed({**forge.value, "parents": []}, forge.key)


@refused
def dropped_parents_so_that_the_signer_was_not_enrolled(forge: Forge) -> Iterator[Statement]:
    past = forge.past
    named = [s for s in past if s.body.get("person") == forge.target.signer]
    if named:
        before = past[: past.index(named[0])]
        picked = forge.dice.sample(before, min(len(before), forge.dice.randrange(1, 4)))
        yield signed({**forge.value, "parents": sorted(s.id for s in picked)}, forge.key)


@refused
def parents_that_are_not_there(forge: Forge) -> Iterator[Statement]:
    parents = sorted([*forge.value["parents"], forge.random_hash()])
    if forge.target.type != GENESIS:
        yield signed({**forge.value, "parents": parents}, forge.key)


@powerless
def dropped_the_dispute_from_the_parents(forge: Forge) -> Iterator[Statement]:
    disputes = [s for s in forge.past if s.body.get("meaning") == "disputed"]
    if disputes and forge.target.body.get("meaning") == "resolved":
        before = forge.past[: forge.past.index(disputes[0])]
        since = next(n for n, s in enumerate(before) if s.body.get("person") == forge.target.signer)
        parents = [forge.dice.choice(before[since:]).id]
        yield signed({**forge.value, "parents": parents}, forge.key)


# Another time


@refused
def a_time_before_its_ancestors(forge: Forge) -> Iterator[Statement]:
    if forge.target.type != GENESIS:
        latest = max(s.signed_at for s in forge.past)
        back = ALLOWANCE + timedelta(seconds=1 + int(10 ** (9 * forge.dice.random())))
        yield signed({**forge.value, "signed_at": stamp(latest - back)}, forge.key)


@refused
def a_time_to_come(forge: Forge) -> Iterator[Statement]:
    if forge.target.type != GENESIS:
        ahead = ALLOWANCE + timedelta(seconds=1 + int(10 ** (9 * forge.dice.random())))
        yield signed({**forge.value, "signed_at": stamp(NOW + ahead)}, forge.key)


@refused
def a_day_on_which_the_key_is_not_enrolled(forge: Forge) -> Iterator[Statement]:
    if forge.target.signer == "tim":
        day = datetime(2025, 3, 6, tzinfo=UTC) + timedelta(seconds=forge.dice.randrange(4_700_000))
        before = datetime(2025, 3, 2, 23, 59, forge.dice.randrange(60), tzinfo=UTC)
        for moment in (day, before):
            yield signed({**forge.value, "signed_at": stamp(moment)}, forge.key)


# Another meaning


@refused
def an_older_version(forge: Forge) -> Iterator[Statement]:
    body = forge.target.body
    if forge.target.type in (COSIGN, ACCEPT):
        of = forge.dice.choice([forge.random_hash(), *(s.id for s in forge.past if s.type in (PROOF, REVOKE, GENESIS))])
        if forge.target.type == ACCEPT or of not in {s.id for s in forge.past if s.type == GENESIS}:
            yield signed({**forge.value, "body": {**body, "of": of}}, forge.key)
    elif forge.target.type == PROOF:
        kind, _, name = body["subject"].partition(":")
        versions = [forge.random_hash(), *(v for subject, v in VERSIONS.items() if subject != body["subject"])]
        if kind == "dependency":
            day = date(2025, 6, 1) - timedelta(days=forge.dice.randrange(300))
            versions = [dependency_version(replace(DEPENDENCIES[name], needed_by=day))] * 5 + versions
        yield signed({**forge.value, "body": {**body, "of": forge.dice.choice(versions)}}, forge.key)


@refused
def another_value_than_the_version(forge: Forge) -> Iterator[Statement]:
    body = forge.target.body
    if "value" in body:
        value, day = forge.dice.uniform(0, 100), date(2025, 3, 2) - timedelta(days=forge.dice.randrange(300))
        for change in ({"value": round(value, 3)}, {"date": day.isoformat()}):
            yield signed({**forge.value, "body": {**body, **change}}, forge.key)


@refused
def another_subject_with_its_own_version(forge: Forge) -> Iterator[Statement]:
    body, signer = forge.target.body, forge.target.signer
    if forge.target.type != PROOF:
        return
    others = [subject for subject, people in RIGHTFUL.items() if signer not in people]
    subject = forge.dice.choice([*others, "dependency:Z", "kpi:none", f"person:{signer}", "portfolio:test"])
    of = VERSIONS.get(subject, forge.random_hash())
    yield signed({**forge.value, "body": {**body, "subject": subject, "of": of}}, forge.key)


@refused
def another_meaning_than_is_the_signers_to_say(forge: Forge) -> Iterator[Statement]:
    body = forge.target.body
    if forge.target.type == PROOF:
        fitting = {"dependency": ("promised", "resolved", "withdrawn"), "kpi": ("attested", "disputed")}
        kind = body["subject"].partition(":")[0]
        allowed = ("disputed", "withdrawn") if forge.target.signer == "ann" else fitting.get(kind, (body["meaning"],))
        meanings = ["promised", "resolved", "disputed", "validated", "attested", "confirmed", "baselined", "approved"]
        meaning = forge.dice.choice([m for m in meanings if m not in allowed])
        yield signed({**forge.value, "body": {"date": "2025-03-03", **body, "meaning": meaning}}, forge.key)


@powerless
def no_evidence(forge: Forge) -> Iterator[Statement]:
    """Before anybody disputes it: whoever takes back what is disputed ends the dispute too, and resolves nothing."""
    body = forge.target.body
    if body.get("meaning") == "resolved" and not any(s.body.get("meaning") == "disputed" for s in forge.past):
        yield signed({**forge.value, "body": {**body, "evidence": []}}, forge.key)


@refused
def swapped_evidence(forge: Forge) -> Iterator[Statement]:
    body = forge.target.body
    if "evidence" not in body:
        return
    new, twice = forge.random_hash(), [forge.random_hash()] * 2
    other = forge.story.key(forge.other())
    yield signed({**forge.value, "key": other.fingerprint, "body": {**body, "evidence": [new]}}, other)
    for wrong in ([new.upper()], [new[:-1]], twice, ["ff" * 32, new], new, [None], [f"{new}\n"], {new: 1}):
        yield signed({**forge.value, "body": {**body, "evidence": wrong}}, forge.key)


@refused
def another_type(forge: Forge) -> Iterator[Statement]:
    kind = forge.dice.choice([kind for kind in TYPES if kind != forge.target.type])
    yield signed({**forge.value, "type": kind}, forge.key)


# Another form


@refused
def a_field_too_many_or_too_few(forge: Forge) -> Iterator[Statement]:
    value = forge.value
    name = forge.dice.choice(sorted(value))
    yield signed({n: v for n, v in value.items() if n != name}, forge.key)
    yield signed({**value, "x" + forge.random_hash()[:6]: forge.dice.choice([1, None, "", []])}, forge.key)
    yield signed({**value, "body": {**value["body"], forge.random_hash()[:6]: 0}}, forge.key)
    yield signed({**value, "v": forge.dice.choice([0, 2, 1.5, "1", None, True, [1]])}, forge.key)


@refused
def another_spelling_of_the_same(forge: Forge) -> Iterator[Statement]:
    """Signed as it stands, and read by any parser of JSON; but not in canonical form."""
    value = forge.value
    names = list(value)
    forge.dice.shuffle(names)
    texts = [
        json.dumps(value, sort_keys=True),
        json.dumps({name: value[name] for name in names}, separators=(",", ":")),
        json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n",
        json.dumps(value, sort_keys=True, separators=(",", ":")).replace('"v":1', '"v":1.0'),
        json.dumps(value, sort_keys=True, separators=(",", ":")).replace('"v":1', '"v":2,"v":1'),
        json.dumps(value, sort_keys=True, separators=(",", ":")).replace('"type"', '"\\u0074ype"'),
    ]
    for text in texts:
        payload = text.encode()
        if payload != signed(value, forge.key).payload:
            yield load(payload, forge.key.sign(payload))


@refused
def another_purpose(forge: Forge) -> Iterator[Statement]:
    payload = signed(forge.value, forge.key).payload
    for namespace in ("git", "file", POSSESSION, NAMESPACE + "2", ""):
        yield load(payload, forge.key.sign(payload, namespace))


# Keys


@refused
def another_possession(forge: Forge) -> Iterator[Statement]:
    body, story = forge.target.body, forge.story
    if "possession" not in body:
        return
    person, new = body["person"], next(k for k in story.keys.values() if k.line == body["key"])
    honest = possession_payload(story.root, person, new.fingerprint)
    other = story.key(forge.other())
    wrong = [
        other.sign(honest, POSSESSION),
        EVE.sign(honest, POSSESSION),
        new.sign(honest, NAMESPACE),
        new.sign(possession_payload(story.root, forge.other(), new.fingerprint), POSSESSION),
        new.sign(possession_payload(forge.random_hash(), person, new.fingerprint), POSSESSION),
        new.sign(possession_payload(story.root, person, other.fingerprint), POSSESSION),
        forge.random_hash(),
    ]
    for possession in wrong:
        yield signed({**forge.value, "body": {**body, "possession": possession}}, forge.key)


@refused
def a_key_that_another_holds(forge: Forge) -> Iterator[Statement]:
    """With proof that it is held: its holder lends a hand."""
    body, story = forge.target.body, forge.story
    enrolled = {s.body["person"] for s in forge.past if s.type == ENROL} | set(STEWARDS)
    names = sorted(enrolled - {body.get("person")})
    if "possession" in body:
        other = story.key(forge.dice.choice(names))
        held = {"key": other.line, "possession": story.possession(body["person"], other)}
        yield signed({**forge.value, "body": {**body, **held}}, forge.key)


@refused
def a_second_genesis(forge: Forge) -> Iterator[Statement]:
    if forge.target.type == GENESIS:
        names = forge.dice.sample(sorted(TEAM), forge.dice.randrange(1, 4))
        people = [{"id": name, "name": name, "key": forge.story.key(name).line} for name in sorted(names)]
        for signer in (names[0], "sue"):
            key = forge.story.key(signer)
            body = {"title": forge.random_hash()[:8], "stewards": people}
            usurped = {**forge.value, "signer": signer, "key": key.fingerprint, "body": body}
            yield signed(usurped, key)
            after = forge.dice.choice(forge.story.statements)
            within = {"portfolio": forge.story.root, "parents": [after.id], "signed_at": stamp(after.signed_at)}
            yield signed({**usurped, **within}, key)
