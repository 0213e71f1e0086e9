"""What is kept of a portfolio's statements: in the shared store, in this user's own replica, and what comes as files.

The ledger is the union of the shared one and of what this user has seen here before. Whoever takes a statement out of
the shared store gains nothing on the machine of anybody who had seen it; that it is missing is said until it is back.
Whatever comes in is judged and kept: the good for good, of the rejected as many as there is room for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.basics.garbage import uncollected
from cockpit.basics.text import moment
from cockpit.ledger import pins
from cockpit.ledger.incoming import Arrived, Bundle, Incoming
from cockpit.ledger.replica import MAX_REJECTED, MOST_REJECTED, Kept, Replica, Room
from cockpit.ledger.standing import Bench, Standing, standing
from cockpit.records.model import Origin, Problem, Statement
from cockpit.records.snapshot import Snapshot, SourceFile
from cockpit.session.intake import Change
from cockpit.store import Store
from cockpit.trust import history, statements
from cockpit.trust.bundle import SUFFIX, Pair, pair_of
from cockpit.trust.history import ALLOWANCE
from cockpit.trust.people import signed_first

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter

_PLACES = ("statements", "evidence")
"""The folders in which statements and evidence lie; they may be replaced themselves."""
MOST_TOLD = 1_000
"""Rejected statements of one file that are told one by one."""


@dataclass
class Taken:
    """What became of the statements of one file."""

    new: int = 0
    known: int = 0
    beyond: int = 0
    """Rejected ones for which there was no room."""
    problems: list[Problem] = field(default_factory=list)

    def change(self, read: Bundle) -> Change:
        """As a change of that file."""
        told = [*read.problems, *self.problems[:MOST_TOLD]]
        told += [Problem(Origin(read.path), _no_room(self.beyond))] if self.beyond else []
        return Change(read.path, self.new, 0, self.known, tuple(told), read.failed)


class Keeping:
    """The statements of one portfolio folder. `since` is the earliest day whose truth changed since it was reset."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.waiting = False
        """A file was left for later: it is being written."""
        self.since: date | None = None
        self.evidence: dict[str, str] = {}
        self.missing: tuple[Statement, ...] = ()
        """What this user has seen here, and the shared ledger lacked when it was read last."""
        self._incoming = Incoming(folder)
        self._replica = Replica(folder)
        self._beyond: dict[str, int] = {}
        self._bench = Bench(folder)
        self._each: tuple[Standing, tuple[Statement, ...]] | None = None
        self._lacks: tuple[object, object, list[Kept]] = (None, None, [])
        self._set_aside: tuple[object, object, dict[str, date]] = (None, None, {})
        self._owned: tuple[object, object, dict[pins.Office, str]] = (None, None, {})
        """What was found last, after what it was made of."""

    # What is known

    def snapshot(self, charter: Charter, as_of: date | None, now: datetime) -> Snapshot:
        """Return all that is known at the end of a day (None: now), its statements judged. Raises StoreError."""
        snapshot = self._read(charter, as_of)
        stands = self._judged(charter, snapshot, now, as_of=as_of)
        if as_of is None:
            self._replica.remember(stands.statements, now)
        bundles = self._incoming.bundles if as_of is None else ()
        day = charter.portfolio.today or now.date()
        return replace(
            snapshot,
            statements=self._one_each(stands),
            people=stands.people,
            genesis=stands.genesis,
            awaiting=stands.awaiting,
            keys=stands.keys,
            enrolled=stands.held,
            owners=self._owners(stands, as_of),
            aside=self._aside(snapshot.aside),
            missing=tuple(s.id for s in self.missing) if as_of is None else (),
            sources=(*snapshot.sources, *(_source(each, day) for each in bundles)),
            evidence={**snapshot.evidence, **self.evidence},
        )

    def _one_each(self, stands: Standing) -> tuple[Statement, ...]:
        """As the function of this name; the very same where the same is asked again."""
        if self._each is None or self._each[0] is not stands:
            self._each = stands, one_each(stands.statements)
        return self._each[1]

    def _owners(self, stands: Standing, as_of: date | None) -> dict[pins.Office, str]:
        """Who owned what at first; only asked where signatures decide who owns it now."""
        if not stands.genesis:
            return {}
        found, seen = self.store.first_owners(as_of), pins.owners_mark(stands.genesis)
        if as_of is None and self._owned[0] is stands and self._owned[1] == (found, seen):
            return self._owned[2]
        means = signed_first(stands.people, {each.person for each in stands.held})
        owned = pins.first_owners(stands.genesis, found, means, remember=as_of is None)
        if as_of is None:
            self._owned = stands, (found, pins.owners_mark(stands.genesis)), owned
        return owned

    def _read(self, charter: Charter, as_of: date | None = None) -> Snapshot:
        """What the shared store holds. The replica is read before it: what another session of this user keeps and
        remembers meanwhile must not seem to be missing."""
        self._replica.refresh()
        return self.store.snapshot(charter.base_snapshot(), as_of)

    def _judged(
        self,
        charter: Charter,
        snapshot: Snapshot,
        now: datetime,
        *,
        as_of: date | None = None,
        more: Sequence[Statement] = (),
    ) -> Standing:
        """Judge what the shared store and the replica hold, and `more` that may come."""
        lacking = self._lacking(snapshot.statements, as_of)
        if as_of is None:
            self.missing = tuple({kept.statement.id: kept.statement for kept in lacking if kept.good}.values())
        said = (*snapshot.statements, *(kept.statement for kept in lacking))
        known = self._replica.verified
        with uncollected():
            if as_of is None and not more:
                name = charter.portfolio.id
                return self._bench.standing(name, said, snapshot.people, now, known, snapshot.aside)
            return standing(
                self.folder,
                charter.portfolio.id,
                said,
                snapshot.people,
                now,
                more=more,
                whole=as_of is None,
                verified=known,
                aside=snapshot.aside,
            )

    def _lacking(self, shared: Sequence[Statement], as_of: date | None) -> list[Kept]:
        """What the replica holds and the shared ledger lacks; not looked for again where the same is asked."""
        asked = as_of, self._replica.mark
        if self._lacks[0] is not shared or self._lacks[1] != asked:
            self._lacks = shared, asked, self._beside(shared, as_of)
        return self._lacks[2]

    def _beside(self, shared: Sequence[Statement], as_of: date | None) -> list[Kept]:
        held = set(map(pair_of, shared))
        found = [kept for pair, kept in self._replica.kept.items() if pair not in held]
        # Another signature over the same payload serves as well, if it fits.
        ids = {kept.statement.id for kept in found}
        known = self._replica.verified
        told = {s.id for s in shared if s.id in ids and not statements.sealed(s, known).verdict}
        lacking = [kept for kept in found if kept.statement.id not in told]
        return [kept for kept in lacking if as_of is None or kept.statement.signed_at.date() <= as_of]

    def _aside(self, shared: Mapping[str, date]) -> dict[str, date]:
        """The day on which each statement came in that was rejected then, and that this user has never seen good; not
        looked for again where the same is asked."""
        mark = self._replica.mark
        if self._set_aside[0] is not shared or self._set_aside[1] != mark:
            self._set_aside = shared, mark, self._rejected(shared)
        return self._set_aside[2]

    def _rejected(self, shared: Mapping[str, date]) -> dict[str, date]:
        kept = self._replica.kept.values()
        good = {each.statement.id for each in kept if each.good}
        seen = {each.statement.id: each.seen.date() for each in kept if not each.good and each.seen is not None}
        return {id_: day for id_, day in (seen | dict(shared)).items() if id_ not in good}

    def rests_on(self) -> tuple[tuple[object, ...], tuple[tuple[str, tuple[object, ...]], ...]]:
        """What past days rest on of what this user keeps, as plain values: what counts on every day, and what counts
        from a day (ISO) on."""
        self._replica.refresh()
        kept = sorted(self._replica.kept.values(), key=lambda each: each.pair)
        dated = ((k.statement.signed_at.date().isoformat(), (k.pair, k.good, None if k.good else k.seen)) for k in kept)
        genesis = pins.pinned(self.folder)
        return (genesis, pins.owners_told(genesis), sorted(self.evidence.items())), tuple(dated)

    @property
    def mark(self) -> object:
        """What tells whether anything of that was changed since, but by what lies in the folder."""
        genesis = pins.pinned(self.folder)
        return self._replica.mark, genesis, pins.owners_mark(genesis)

    # What comes in

    def take(self, charter: Charter, now: datetime, *, patient: bool = False) -> tuple[Change, ...]:
        """Take in the statements that lie in the folder as files. Raises StoreError; `patient` leaves for later
        what is being written."""
        looked = self._incoming.look(patient=patient)
        self.waiting = looked.waiting
        self._look_at_evidence()
        looked.changes += self._incoming.left_out
        taken = self.receive(charter, looked.arrived, now)
        fresh = {each.path: each for each in looked.fresh}
        changes = [*looked.changes]
        for path in sorted(taken.keys() | fresh.keys()):
            done, read = taken.get(path, Taken()), fresh.get(path, Bundle(path))
            # Those for which there is no room come again at each look, until there is.
            news = done.new or done.problems or read.problems or done.beyond != self._beyond.get(path, 0)
            self._beyond[path] = done.beyond
            changes += [done.change(read)] if news else []
        return tuple(changes)

    def is_concerned(self, named: Iterable[str]) -> bool:
        """Tell whether a change of one of these files (relative paths) may bring in something, or a look is due."""
        return self.waiting or any(name.startswith(_PLACES) or name.endswith(SUFFIX) for name in named)

    def take_bundle(self, charter: Charter, read: Bundle, now: datetime) -> Change:
        """Take in a bundle from anywhere. Raises StoreError."""
        return self.receive(charter, read.arrived, now).get(read.path, Taken()).change(read)

    def receive(self, charter: Charter, arrived: Iterable[Arrived], now: datetime) -> dict[str, Taken]:
        """Judge statements that came in, and keep them; by file what became of them. Raises StoreError.

        What is kept already, and what says that it was signed in a time to come, is not kept.
        """
        arrived = tuple(arrived)
        if not arrived:
            return {}
        snapshot = self._read(charter)
        held = set(map(pair_of, snapshot.statements))
        taken: dict[str, Taken] = {}
        new: dict[Pair, Arrived] = {}
        for each in arrived:
            outcome, pair = taken.setdefault(each.origin.path, Taken()), pair_of(each.statement)
            if pair in held or pair in new:
                outcome.known += 1
            elif each.statement.signed_at > now + ALLOWANCE and not each.statement.verdict:
                outcome.problems.append(Problem(each.origin, _to_come(each.statement)))
            else:
                new[pair] = each
        if new:
            self._keep(charter, snapshot, new, taken, now)
        return taken

    def _keep(
        self, charter: Charter, snapshot: Snapshot, new: dict[Pair, Arrived], taken: dict[str, Taken], now: datetime
    ) -> None:
        more = [each.statement for each in new.values()]
        judged = {pair_of(s): s for s in self._judged(charter, snapshot, now, more=more).statements}
        good = {s.id for s in snapshot.statements if not judged[pair_of(s)].verdict}
        room = Room(pair_of(s) for s in snapshot.statements if s.id in snapshot.aside)
        kept = []
        for pair, each in new.items():
            outcome, statement = taken[each.origin.path], judged[pair]
            if statement.verdict and not room.takes(pair):
                outcome.beyond += 1
                continue
            if statement.verdict:
                outcome.problems.append(Problem(each.origin, f"Rejected, and kept aside: {statement.verdict}"))
            elif statement.id in good:
                outcome.known += 1
                continue
            else:
                outcome.new += 1
                good.add(statement.id)
            kept.append(statement)
        self._put(kept, now)

    def _put(self, kept: Sequence[Statement], now: datetime) -> None:
        if kept:
            self.store.put_statements(kept, now)
            self._touch(min(min(s.signed_at for s in kept).date(), now.date()))

    def _look_at_evidence(self) -> None:
        evidence = self._incoming.evidence()
        if evidence != self.evidence:
            self.evidence = evidence
            self._touch(date.min)

    # What is signed here, and what is put back

    def add(self, statement: Statement, now: datetime) -> None:
        """Add a statement that stands, with all that it follows: what the shared ledger lacks of that goes back with
        it, since it would leave a hole there. Raises StoreError: then nothing was kept."""
        self._put([*self._sound(), statement], now)
        # At once: its signer is told that it is kept, and the store may be replaced before anybody reads it there.
        self._replica.remember([statements.sealed(statement)], now)
        self._look_at_evidence()

    def wrong_with(self, charter: Charter, statement: Statement, now: datetime) -> str:
        """What would be wrong with a signed statement if it were kept; empty when it would stand. Raises StoreError."""
        snapshot = self._read(charter)
        judged = self._judged(charter, snapshot, now, more=(statement,)).statements
        return next(s.verdict for s in reversed(judged) if s.id == statement.id)

    def repair(self, charter: Charter, now: datetime) -> tuple[Statement, ...]:
        """Put back what this user has seen and the shared ledger lacks; what was put back. Raises StoreError.

        Here no signature is believed because it was verified before.
        """
        self._judged(charter, self._read(charter), now)
        back = self._sound()
        self._put(back, now)
        return back

    def _sound(self) -> tuple[Statement, ...]:
        """What is missing and holds by its own bytes."""
        return tuple(s for s in map(statements.sealed, self.missing) if not s.verdict)

    def first_seen(self) -> dict[str, datetime]:
        """When this user saw each statement first, as far as the replica tells."""
        self._replica.refresh()
        return {each.statement.id: each.seen for each in self._replica.kept.values() if each.seen is not None}

    def _touch(self, day: date) -> None:
        self.since = day if self.since is None else min(self.since, day)


def one_each(judged: Iterable[Statement]) -> tuple[Statement, ...]:
    """Of several statements with the same payload one, good if there is a good one; in the order in which they came."""
    return tuple(history.by_id(judged).values())


def _source(read: Bundle, day: date) -> SourceFile:
    return SourceFile(
        name=read.path,
        path=read.path,
        format="ledger",
        observed=day,
        rows=len(read.arrived),
        problems=read.problems,
        failed=read.failed,
    )


def _to_come(statement: Statement) -> str:
    return (
        f"It says that it was signed on {moment(statement.signed_at)}, which is still to come; it does not "
        "count before. Set the signer's clock right and sign again."
    )


def _no_room(count: int) -> str:
    many = f"{count:,} rejected statements were" if count > 1 else "A rejected statement was"
    return f"{many} not kept: {MOST_REJECTED:,} of them, or {MAX_REJECTED >> 20} MiB, are kept at most."
