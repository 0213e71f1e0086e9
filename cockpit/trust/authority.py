"""Whose key is whose, as the stewards have signed it: which statements count in a portfolio that has a genesis.

A statement is judged by what its signer could know: the enrolments and revocations among all that it follows. A
revocation reaches further: it also voids what was signed beside it by the same key, unseen by who revoked it, since
only what they saw was surely there before (docs/trust.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime

from cockpit.basics.classes import dataclass
from cockpit.records.model import EnrolledKey, Person, Statement
from cockpit.trust.bodies import GENESIS
from cockpit.trust.court import Court
from cockpit.trust.court_keys import founds
from cockpit.trust.court_words import POSSESSION, possession_payload
from cockpit.trust.history import by_id, in_order, with_verdicts, witnessed

__all__ = ["POSSESSION", "Authority", "genesis_of", "judge", "possession_payload", "stewards_of"]


@dataclass(frozen=True, slots=True)
class Authority:
    """The statements with their verdicts, and the people as the stewards enrolled them."""

    statements: tuple[Statement, ...]
    people: tuple[Person, ...] = ()
    """Everybody who was ever enrolled; those whose keys are all revoked or replaced have an empty one."""
    stewards: tuple[str, ...] = ()
    awaiting: Mapping[str, str] = field(default_factory=dict)
    """Good statements that change nothing before somebody signs them too → who that may be."""
    held: tuple[EnrolledKey, ...] = ()
    """Every key that ever counted, with its person and its time."""


def genesis_of(statements: Iterable[Statement]) -> str:
    """The id of the genesis where nobody has pinned one: the earliest good one; empty where there is none."""
    found = [s for s in statements if s.type == GENESIS and not s.verdict and founds(s)]
    return min(found, key=lambda s: (s.signed_at, s.id)).id if found else ""


def stewards_of(statements: Iterable[Statement], genesis: str) -> tuple[str, ...]:
    """Whom the genesis of this id names as stewards, by id; nobody where it is not here, or does not hold."""
    found = (s for s in statements if s.id == genesis and s.type == GENESIS and not s.verdict)
    return tuple(steward["id"] for each in found for steward in each.body["stewards"])


def judge(statements: Sequence[Statement], root: str, by_table: Callable[[Statement], str], now: datetime) -> Authority:
    """Judge statements whose signatures and parents are judged already, in a portfolio that begins with `root`.

    `by_table` says what is wrong with a statement that the genesis adopted, by the table of people as before. `now` has
    a zone: a key that has its last day behind it counts for what somebody else saw by then.
    """
    known = by_id(statements)
    genesis = known.get(root)
    if genesis is None or genesis.verdict or genesis.type != GENESIS or not founds(genesis):
        why = f"The genesis of this portfolio ({root[:12]}), which this machine knows, is not here."
        return Authority(tuple(replace(s, verdict=s.verdict or why) for s in statements))
    order = tuple(in_order(known))
    late: frozenset[str] = frozenset()
    while True:
        court = Court(genesis, known, order, by_table, late)
        verdicts = court.verdicts()
        found = with_verdicts(statements, verdicts)
        later = late | _late(court, found, now)
        if later == late:
            break
        late = later
    stewards = tuple(sorted(court.stewards))
    return Authority(found, tuple(court.people()), stewards, court.awaiting(), tuple(court.held()))


def _late(court: Court, found: Sequence[Statement], now: datetime) -> frozenset[str]:
    """What was signed with a key that ends, and that nobody else had seen when it ended."""
    if not court.ends:
        return frozenset()

    def late(id_: str, at: datetime | None) -> bool:
        last = court.ends.get(id_)
        return last is not None and (at or now).astimezone(UTC).date() > last

    seen = witnessed(found, late)
    return frozenset(id_ for id_ in court.ends if late(id_, seen.get(id_)))
