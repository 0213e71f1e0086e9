"""A ledger for a portfolio of `portfolios.py`: its people are enrolled, and sign what waits for them.

`python benchmarks/portfolios.py FOLDER SIZE --signed COUNT` calls it. Keys follow from names, so that the same
portfolio gives the same bundle. It lies in the portfolio's folder, as one that somebody sent would.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "trust"))

from trust_keys import Key

from cockpit.records.assessment import Assessment
from cockpit.records.model import Meaning
from cockpit.session.live import Session
from cockpit.trust import bundle
from cockpit.trust.authority import POSSESSION, possession_payload
from cockpit.trust.statements import build, load, proof_body

BEGUN = datetime(2025, 1, 7, tzinfo=UTC)
STEP = timedelta(seconds=30)
STEWARDS = ("lead0", "lead1")
FILE = "bench.cockpit-ledger"


class Wanted(NamedTuple):
    """A signature that somebody may give."""

    signer: str
    subject: str
    version: str
    meaning: Meaning
    day: date | None
    value: float | None


class Ledger:
    """A ledger in the making: each statement follows the one before."""

    def __init__(self, portfolio: str, title: str) -> None:
        self.pairs: list[bundle.Pair] = []
        self._heads: tuple[str, ...] = ()
        stewards = [{"id": name, "name": name.title(), "key": Key(name).line} for name in STEWARDS]
        self._root = portfolio
        self._root = self.say(STEWARDS[0], "genesis", {"title": title, "stewards": stewards})

    def enrol(self, person: str, name: str, team: str) -> None:
        """A steward enrols a person with a key."""
        key = Key(person)
        proof = key.sign(possession_payload(self._root, person, key.fingerprint), POSSESSION)
        body = {"person": person, "name": name, "teams": [team], "key": key.line, "possession": proof}
        self.say(STEWARDS[0], "enrol", body)

    def say(self, who: str, kind: str, body: dict[str, Any]) -> str:
        """Add a statement and return its id."""
        key = Key(who)
        at = BEGUN + STEP * len(self.pairs)
        payload = build(self._root, kind, who, key.fingerprint, at, self._heads, body)
        self.pairs.append((payload, key.sign(payload)))
        found = load(*self.pairs[-1]).id
        self._heads = (found,)
        return found


def sign(folder: Path, count: int) -> int:
    """Put a bundle into the folder: a genesis, everybody's key, and so many statements; returns how many there are.

    What waits for a signature is signed in turn, again and again if need be. Leaves no store behind.
    """
    with Session.open(folder) as session:
        assessment = session.update().assessment
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    ledger = Ledger(assessment.portfolio, assessment.title)
    for person in sorted(assessment.people.values(), key=lambda each: each.id):
        if person.id not in STEWARDS:
            ledger.enrol(person.id, person.name, person.team)
    found = list(wanted(assessment))
    for number, each in enumerate(islice(cycle(found), count if found else 0)):
        note = f"seen, {number}"
        body = proof_body(each.subject, each.version, each.meaning, note=note, on=each.day, value=each.value)
        ledger.say(each.signer, "proof", body)
    (folder / FILE).write_bytes(bundle.written(ledger.pairs))
    return len(ledger.pairs)


def wanted(assessment: Assessment) -> Iterator[Wanted]:
    """What waits for somebody known: every second dependency is promised, all else is said as its subject asks."""
    readings = {f"kpi:{view.record.id}": view for view in assessment.kpis}
    for number, each in enumerate(assessment.signoffs):
        if each.owner not in assessment.people or each.command or not each.meanings:
            continue
        meaning = each.meanings[number % len(each.meanings)]
        kpi = readings.get(each.subject)
        day, value = (kpi.value_on, kpi.value) if kpi is not None else (None, None)
        if meaning is Meaning.PROMISED:
            day = assessment.today + timedelta(30)
        yield Wanted(each.owner, each.subject, each.version, meaning, day, value)
