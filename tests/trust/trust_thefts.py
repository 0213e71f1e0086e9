"""What people sign with what they had once: keys that were revoked, replaced or are over, rights that were given away.

Each makes a few statements at random, with what is built on them, for the whole ledger of a story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from trust_forgeries import EVE, Value, stamp
from trust_keys import Signer
from trust_portfolio import DAY, STEWARDS, VERSIONS, Story, signed

from cockpit.records.model import Statement
from cockpit.trust.bodies import ACCEPT, COSIGN, DELEGATE, ENROL, PROOF, RECALL, RECEIPT, REVOKE, ROTATE, TRANSFER
from cockpit.trust.obligations import reading_version

Theft = Callable[[Story, Random], Iterator[Statement]]
THEFTS: dict[str, Theft] = {}
"""What somebody signs with what they had once; what they build on it is among it. Judged in the whole ledger."""


def theft(kind: Theft) -> Theft:
    THEFTS[kind.__name__.replace("_", " ")] = kind
    return kind


def _index(story: Story, kind: str, person: str) -> int:
    return next(n for n, s in enumerate(story.statements) if s.type == kind and s.body.get("person") == person)


def _beside(story: Story, dice: Random, person: str) -> tuple[list[str], datetime]:
    """Parents and a time from before the revocation of a person's key."""
    start = 0 if person in STEWARDS else _index(story, ENROL, person)
    parent = dice.choice(story.statements[start : _index(story, REVOKE, person)])
    return [parent.id], parent.signed_at + timedelta(seconds=dice.randrange(100_000))


def _by(
    story: Story, who: str, kind: str, body: Value, parents: list[str], at: datetime, with_: Signer | None = None
) -> Statement:
    key = with_ or story.key(who)
    value = {"v": 1, "portfolio": story.root, "type": kind, "signer": who, "key": key.fingerprint, "body": body}
    return signed({**value, "signed_at": stamp(at), "parents": sorted(parents)}, key)


def _resolved(subject: str, dice: Random) -> Value:
    evidence = [dice.randbytes(32).hex()]
    return {"subject": subject, "of": VERSIONS[subject], "meaning": "resolved", "evidence": evidence, "note": ""}


@theft
def a_revoked_key_goes_on(story: Story, dice: Random) -> Iterator[Statement]:
    later = story.statements[_index(story, REVOKE, "tom") :]
    parent = dice.choice(later)
    at = parent.signed_at + timedelta(seconds=dice.randrange(100_000))
    yield _by(story, "tom", PROOF, _resolved("dependency:E", dice), [parent.id], at)


@theft
def a_revoked_key_is_dated_back(story: Story, dice: Random) -> Iterator[Statement]:
    yield _by(story, "tom", PROOF, _resolved("dependency:E", dice), *_beside(story, dice, "tom"))


@theft
def a_replaced_key_goes_on(story: Story, dice: Random) -> Iterator[Statement]:
    parent = dice.choice(story.statements[_index(story, ROTATE, "vic") :])
    at = parent.signed_at + timedelta(seconds=dice.randrange(100_000))
    yield _by(story, "vic", PROOF, _resolved("dependency:G", dice), [parent.id], at)


@theft
def a_revoked_stewards_key_enrols_an_accomplice(story: Story, dice: Random) -> Iterator[Statement]:
    parents, at = _beside(story, dice, "stu")
    person = f"eve{dice.randrange(10**6)}"
    possession = story.possession(person, EVE)
    body = {"person": person, "name": "Eve", "teams": [], "key": EVE.line, "possession": possession}
    enrolled = _by(story, "stu", ENROL, body, parents, at)
    yield enrolled
    yield _by(story, person, PROOF, _resolved("dependency:D", dice), [enrolled.id], at, EVE)


@theft
def a_revoked_stewards_key_signs_a_second_time(story: Story, dice: Random) -> Iterator[Statement]:
    """Under the one who waits for it: a second key of Ann's, enrolled by one steward."""
    begun = story.statements[_index(story, ENROL, "ann")]
    waiting = next(s for s in story.statements if s.type == ENROL and s.body["person"] == "ann" and s is not begun)
    at = waiting.signed_at + timedelta(seconds=dice.randrange(100_000))
    yield _by(story, "stu", COSIGN, {"of": waiting.id}, [waiting.id], at)


@theft
def a_revoked_key_is_rotated_beside_its_revocation(story: Story, dice: Random) -> Iterator[Statement]:
    for person in ("tom", "stu"):
        parents, at = _beside(story, dice, person)
        body = {"person": person, "key": EVE.line, "possession": story.possession(person, EVE)}
        turned = _by(story, person, ROTATE, body, parents, at)
        yield turned
        yield _by(story, person, PROOF, _resolved("dependency:E", dice), [turned.id], at, EVE)


@theft
def a_revoked_key_gives_away_what_its_owner_had(story: Story, dice: Random) -> Iterator[Statement]:
    parents, at = _beside(story, dice, "tom")
    body = {"subject": "dependency:E", "role": "giver_owner", "to": "mallory", "note": dice.randbytes(4).hex()}
    given = _by(story, "tom", TRANSFER, body, parents, at)
    yield given
    enrolled = story.statements[_index(story, ENROL, "mallory")].id
    yield _by(story, "mallory", ACCEPT, {"of": given.id}, [given.id, enrolled], at)


@theft
def a_revoked_key_lends_what_its_owner_had(story: Story, dice: Random) -> Iterator[Statement]:
    parents, at = _beside(story, dice, "tom")
    days = {"from": "2025-03-03", "until": "2025-05-10"}
    body = {"to": "mallory", "meanings": ["resolved"], "subjects": ["dependency:E"], "note": dice.randbytes(4).hex()}
    lent = _by(story, "tom", DELEGATE, {**body, **days}, parents, at)
    yield lent


@theft
def a_key_whose_days_are_over_is_dated_back(story: Story, dice: Random) -> Iterator[Statement]:
    parent = story.statements[_index(story, ENROL, "tim")]
    at = parent.signed_at + timedelta(seconds=dice.randrange(100_000))
    yield _by(story, "tim", PROOF, _resolved("dependency:F", dice), [parent.id], at)


@theft
def who_gave_it_away_goes_on(story: Story, dice: Random) -> Iterator[Statement]:
    """With their own good key: what they gave away is not theirs, whether they name the transfer or date it back."""
    enrolled = _index(story, ENROL, "ken")
    accepted = next(n for n, s in enumerate(story.statements) if s.type == ACCEPT)
    value = round(dice.uniform(0, 100), 2)
    body = {"subject": "kpi:csat", "of": reading_version("csat", DAY, value), "meaning": "attested"}
    body |= {"evidence": [], "note": "", "date": f"{DAY}", "value": value}
    for parent in (dice.choice(story.statements[enrolled:accepted]), dice.choice(story.statements[accepted:])):
        yield _by(story, "ken", PROOF, body, [parent.id], parent.signed_at + timedelta(minutes=1))


@theft
def who_stood_in_goes_on(story: Story, dice: Random) -> Iterator[Statement]:
    """After the days for which it was lent, or dated back into them unseen by anybody."""
    lent = next(n for n, s in enumerate(story.statements) if s.type == DELEGATE)
    body = {"subject": "baseline:Q", "of": VERSIONS["baseline:Q"], "meaning": "baselined", "evidence": [], "note": ""}
    parent = dice.choice(story.statements[lent:])
    for at in (datetime(2025, 3, 11, tzinfo=UTC), parent.signed_at):
        later = at + timedelta(seconds=dice.randrange(100_000))
        yield _by(story, "mel", PROOF, body, [parent.id], later)


@theft
def whatever_revoked_keys_can_sign(story: Story, dice: Random) -> Iterator[Statement]:
    """At random, each building on what was there before the revocation or on each other."""
    made: list[Statement] = []
    thieves: dict[str, list[Signer]] = {name: [story.key(name), EVE] for name in ("tom", "stu")} | {"eve": [EVE]}
    for _ in range(8):
        who = dice.choice(list(thieves))
        parents, at = _beside(story, dice, dice.choice(("tom", "stu")))
        before = dice.sample(made, min(len(made), dice.randrange(3)))
        kind = dice.choice((ENROL, ROTATE, COSIGN, TRANSFER, ACCEPT, DELEGATE, RECALL, RECEIPT, PROOF))
        body = _anything(story, dice, kind, [*story.statements, *made], dice.choice((who, "eve", "vic", "mallory")))
        at = max([at, *(s.signed_at for s in before)])
        made.append(_by(story, who, kind, body, [*parents, *(s.id for s in before)], at, dice.choice(thieves[who])))
    yield from made


def _anything(story: Story, dice: Random, kind: str, known: list[Statement], person: str) -> Value:
    of, subject = dice.choice(known[-12:]), dice.choice(list(VERSIONS))
    office = dice.choice([("kpi:nps", "owner"), ("dependency:E", "giver_owner"), ("project:P", "sponsor")])
    days = {"from": "2025-03-03", "until": "2025-05-20"}
    holder = dice.choice((EVE, story.key("tom"), story.key("stu"), story.key("mallory")))
    held = {"person": person, "key": holder.line, "possession": story.possession(person, holder)}
    bodies: dict[str, Value] = {
        ENROL: {**held, "name": person.title(), "teams": ["data"]},
        ROTATE: held | dice.choice([{}, {"old": story.key(person).fingerprint}]),
        COSIGN: {"of": of.id},
        ACCEPT: {"of": of.id},
        RECALL: {"of": of.id, "note": ""},
        TRANSFER: {"subject": office[0], "role": office[1], "to": person, "note": dice.randbytes(4).hex()},
        DELEGATE: {"to": person, "meanings": ["resolved"], "subjects": ["dependency:*"], "note": "", **days},
        RECEIPT: {"seen": {of.id: stamp(of.signed_at)}},
        PROOF: {
            **_resolved(subject, dice),
            "meaning": dice.choice(["resolved", "validated", "baselined", "confirmed"]),
        },
    }
    return bodies[kind]
