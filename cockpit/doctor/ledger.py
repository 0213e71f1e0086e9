"""What the statements of a portfolio are worth, as far as its rights, keys and copies are to blame."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property

from cockpit.basics import homes
from cockpit.basics.classes import dataclass
from cockpit.basics.plainfiles import small
from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter
from cockpit.doctor.findings import MOST_NAMED, Finding, advice, ok, shell, some, wrong
from cockpit.doctor.patient import Patient
from cockpit.ledger import pins
from cockpit.ledger.replica import Replica
from cockpit.ledger.standing import Standing, standing
from cockpit.records.model import Statement
from cockpit.store import Store
from cockpit.trust import bundle, statements


@dataclass(frozen=True)
class Said:
    """What is said in a store: its statements as they are kept, and what they are worth."""

    charter: Charter
    kept: tuple[Statement, ...]
    stands: Standing

    @cached_property
    def whole(self) -> frozenset[str]:
        """The ids of those whose signature fits."""
        return frozenset(statement.id for statement in self.kept if not statements.sealed(statement).verdict)


def read(patient: Patient, charter: Charter, store: Store | None) -> Said:
    """Read and judge what is said; nothing where there is no store. Raises StoreError."""
    snapshot = charter.base_snapshot()
    if store is not None:
        snapshot = store.snapshot(snapshot, None)
    # Given as what may come, they make this machine remember nothing.
    found = standing(patient.folder, charter.portfolio.id, (), snapshot.people, patient.now, more=snapshot.statements)
    return Said(charter, snapshot.statements, found)


def findings(patient: Patient, said: Said) -> Iterator[Finding]:
    """The beginning that this machine knows, this user's replica, and the statements themselves."""
    yield _pin(patient, said)
    yield _replica(patient, said)
    yield _ledger(patient, said)


def _pin(patient: Patient, said: Said) -> Finding:
    """The portfolio begins as this user's machine remembers it."""
    known = pins.pinned(patient.folder)
    if not known:
        unseen = "The next command remembers how it begins." if said.stands.genesis else "It has no genesis to know."
        return ok("pin", unseen)
    if known not in said.whole:
        says = f"The genesis that this machine knows ({known[:12]}) is not in the store."
        return wrong("pin", says, _repair(patient))
    return ok("pin", f"It begins with the genesis that this machine knows ({known[:12]}).")


def _replica(patient: Patient, said: Said) -> Finding:
    """All that this user has seen here is still here."""
    seen = _seen(patient)
    missing = len(seen - said.whole)
    if missing:
        says = f"{_count(missing, 'statement')} that you have seen here {_are(missing)} not in the store any more."
        return wrong("replica", says, _repair(patient))
    if not seen:
        return ok("replica", "You have seen no statements here yet.")
    return ok("replica", f"Your replica holds {_count(len(seen), 'statement')}; the store has lost none.")


def _seen(patient: Patient) -> set[str]:
    """The ids of the good statements of this user's replica. Only read: a session would make what is not there."""
    path = Replica(patient.folder).path
    try:
        data = small(path, bundle.MAX_BUNDLE) or b""
    except OSError:
        return set()
    lines = (line for line in bundle.read(data) if isinstance(line, bundle.Line))
    return {hashlib.sha256(line.payload).hexdigest() for line in lines if "verdict" not in line.notes}


def _ledger(patient: Patient, said: Said) -> Finding:
    """No statement is missing or rejected, and the portfolio begins with its stewards' signatures."""
    found, folder = said.stands.statements, shell(patient.folder)
    holes = sorted({parent for statement in found for parent in statement.parents} - {s.id for s in found})
    if holes:
        named = some([hole[:12] for hole in holes])
        says = f"{_count(len(holes), 'statement')} that others follow {_are(len(holes))} missing ({named})."
        by = "" if set(holes) <= _seen(patient) else "somebody who has seen them"
        return wrong("ledger", says, _repair(patient), by=by)
    rejected = [statement for statement in found if statement.verdict]
    if rejected:
        details = [f"{s.id[:12]} of {one_line(s.signer, 40)}: {one_line(s.verdict)}" for s in rejected[:MOST_NAMED]]
        says = f"{len(rejected):,} of {_count(len(found), 'statement')} {_are(len(rejected))} rejected."
        return advice("ledger", says, f"cockpit verify {folder}", details=details)
    if not said.stands.genesis:
        says = f"{_count(len(found), 'statement')}. No stewards: who may write the table of people enrols keys."
        return advice("ledger", says, f"cockpit init {folder} --steward {_steward(said.charter)}")
    return ok("ledger", f"{_count(len(found), 'statement')}, all good. Stewards enrol the keys.")


def _steward(charter: Charter) -> str:
    """The steward that the charter names, with the first key that this user has; else words in their place."""
    try:
        keys = sorted((homes.home() / ".ssh").glob("id_*.pub"))
    except homes.HomelessError:
        keys = []
    return f"{shell(charter.portfolio.steward or 'ID')}={shell(keys[0]) if keys else 'KEY'}"


def _repair(patient: Patient) -> str:
    return f"cockpit verify {shell(patient.folder)} --repair"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}" if number else f"No {what}s"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
