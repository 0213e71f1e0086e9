"""Which statements of a portfolio stand: by their signatures, their parents and times, and whose key is whose.

A portfolio with a genesis goes by what its stewards signed; one without by the keys in its table of people.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from cockpit.ledger import pins
from cockpit.records.model import EnrolledKey, Person, Statement
from cockpit.trust import authority, history, statements


class Standing(NamedTuple):
    """Statements with their verdicts, and the people with the keys that count."""

    statements: tuple[Statement, ...]
    people: tuple[Person, ...]
    genesis: str = ""
    """The id of the portfolio; empty where it has no genesis."""
    awaiting: Mapping[str, str] = {}
    """Statements about keys that change nothing before somebody signs them too → who that may be."""
    held: tuple[EnrolledKey, ...] = ()
    """Every key that a steward ever enrolled, with its time."""
    keys: Mapping[str, tuple[str, ...]] = {}
    """Person → the lines of the enrolled keys that count now, the oldest first."""


class Bench:
    """Judges all the statements of one portfolio, and not again as long as nothing that their worth rests on differs.

    That is the statements, the people, what was set aside, how the charter calls the portfolio, the genesis that this
    user's machine knows, and the day; and no key may have run out meanwhile, and nothing been signed in a time to come.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rests_on: tuple[object, ...] = ()
        self._said: tuple[Statement, ...] = ()
        self._at: datetime | None = None
        self._found: Standing | None = None

    def standing(
        self,
        charter_id: str,
        said: Sequence[Statement],
        people: tuple[Person, ...],
        now: datetime,
        verified: Container[tuple[bytes, str]],
        aside: Mapping[str, date],
    ) -> Standing:
        """As the function of this name, of all statements there are."""
        whom = [(each, each.origin) for each in people]  # people are equal wherever they stand
        rests_on = charter_id, whom, dict(aside), now.astimezone(UTC).date(), pins.pinned(self._folder)
        if self._found is None or rests_on != self._rests_on or not self._is_same(said, now):
            self._found = standing(self._folder, charter_id, said, people, now, verified=verified, aside=aside)
            # What was pinned now is known from now on.
            self._rests_on = (*rests_on[:-1], pins.pinned(self._folder))
            self._said, self._at = tuple(said), now
        return self._found

    def _is_same(self, said: Sequence[Statement], now: datetime) -> bool:
        if self._at is None or self._found is None or self._at > now or len(said) != len(self._said):
            return False
        runs_out = (each.until for each in self._found.held if each.until is not None)
        if any(self._at < until <= now for until in runs_out):
            return False
        return all(one is other and one.signed_at <= self._at for one, other in zip(said, self._said, strict=True))


def standing(
    folder: Path,
    charter_id: str,
    said: Sequence[Statement],
    people: Sequence[Person],
    now: datetime,
    *,
    more: Sequence[Statement] = (),
    whole: bool = True,
    verified: Container[tuple[bytes, str]] = frozenset(),
    aside: Container[str] = frozenset(),
) -> Standing:
    """Judge the statements of a portfolio, and `more` that may come to it, which begin none that has its genesis.

    `whole` says that these are all there are, so that a genesis which this user has pinned must be among them; a past
    day may lie before it. `verified` are payloads and signatures whose key this user has found to be the one named.
    `aside` are statements that were rejected when they came in: they begin a portfolio only where no other does.
    """
    sealed = [statements.sealed(s, verified) for s in said]
    timed = history.judged((*sealed, *map(statements.sealed, more)), now)
    # What may come is not remembered before it is kept.
    kept = _genesis(history.judged(sealed, now) if more else timed, aside)
    root = pins.pin(folder, kept, now) or _genesis(timed, aside)
    table = {person.id: person for person in people}
    if not root or (not whole and all(s.id != root for s in timed)):
        judged = tuple(replace(s, verdict=s.verdict or statements.by_table(s, table, charter_id)) for s in timed)
        # Verdicts by the table change what is good, and with it whose time bounds whom.
        return Standing(history.judged(judged, now), tuple(people))
    found = authority.judge(timed, root, lambda s: statements.by_table(s, table, charter_id), now)
    keys = _counting(found.held, now)
    return Standing(found.statements, _enrolled(people, found.people, keys), root, found.awaiting, found.held, keys)


def _genesis(judged: Sequence[Statement], aside: Container[str]) -> str:
    return authority.genesis_of(s for s in judged if s.id not in aside) or authority.genesis_of(judged)


def _counting(held: Iterable[EnrolledKey], now: datetime) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for each in held:
        if each.until is None or each.until > now:
            found.setdefault(each.person, {})[each.key] = None
    return {person: tuple(keys) for person, keys in found.items()}


def _enrolled(
    people: Iterable[Person], enrolled: Iterable[Person], keys: Mapping[str, tuple[str, ...]]
) -> tuple[Person, ...]:
    """The people of the tables, with the names, teams and keys that a steward signed; nobody else has a key."""
    known = {p.id: replace(p, key=keys[p.id][-1] if p.id in keys else "") for p in enrolled}
    found = []
    for person in people:
        signed = known.get(person.id)
        if signed is None:
            found.append(replace(person, key=""))
        else:
            found.append(replace(person, name=signed.name, team=signed.team or person.team, key=signed.key))
    listed = {person.id for person in found}
    return (*found, *(person for id_, person in known.items() if id_ not in listed))
