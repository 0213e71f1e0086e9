"""What the parents of statements tell: what is missing, which times cannot be, who witnessed what, and what was signed
without knowing of what.

Every signature names the statements that its signer had before their eyes. So it proves that those, and all that they
name in turn, were there before it: a statement by another person that follows one witnesses it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.basics import text
from cockpit.records.model import Statement
from cockpit.trust.bodies import RECEIPT
from cockpit.trust.fields import moment

ALLOWANCE = timedelta(seconds=300)
"""How far the clocks of honest people may lie apart."""
_MOST_NAMED = 3


def judged(statements: Iterable[Statement], now: datetime) -> tuple[Statement, ...]:
    """The statements, with the verdicts that follow from their parents and from the clock; a verdict that is there
    already stays. `now` has a zone.

    A parent that is not here is a hole: what was before cannot be checked. A time before what it names, or a time to
    come, is no time at which it was signed.
    """
    said = tuple(statements)
    known = by_id(said)
    floors: dict[str, datetime] = {}
    verdicts: dict[str, str] = {}
    for statement in in_order(known):
        parents = [known[id_] for id_ in statement.parents if id_ in known]
        times = [floors[p.id] for p in parents if p.id in floors]
        times += [p.signed_at for p in parents if not verdicts[p.id]]
        if times:
            floors[statement.id] = max(times)
        verdicts[statement.id] = statement.verdict or _verdict(statement, known, floors.get(statement.id), now)
    return with_verdicts(said, verdicts)


def with_verdicts(statements: Iterable[Statement], verdicts: Mapping[str, str]) -> tuple[Statement, ...]:
    """Statements with these verdicts, by id; one that is there already stays."""
    return tuple(s if s.verdict or not verdicts.get(s.id) else replace(s, verdict=verdicts[s.id]) for s in statements)


def by_id(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Statements by id: of several with the same payload one whose signature is good, if there is one."""
    known: dict[str, Statement] = {}
    for statement in statements:
        if statement.id not in known or known[statement.id].verdict:
            known[statement.id] = statement
    return known


def _verdict(statement: Statement, known: Mapping[str, Statement], floor: datetime | None, now: datetime) -> str:
    missing = [id_ for id_ in statement.parents if id_ not in known]
    if missing:
        return _hole(missing)
    if statement.signed_at > now + ALLOWANCE:
        return f"It says that it was signed at {text.moment(statement.signed_at)}, which is still to come."
    if floor is not None and statement.signed_at + ALLOWANCE < floor:
        return (
            f"It says that it was signed at {text.moment(statement.signed_at)}, but it names what was signed later, at "
            f"{text.moment(floor)}: its time is not believed."
        )
    return ""


def _hole(missing: list[str]) -> str:
    named = ", ".join(id_[:12] for id_ in missing[:_MOST_NAMED]) + (", …" if len(missing) > _MOST_NAMED else "")
    what = "a statement that is" if len(missing) == 1 else f"{len(missing)} statements that are"
    return f"It follows {what} missing here ({named}): the ledger has a hole. Bring them back from a copy."


def not_before(now: datetime, parents: Iterable[Statement]) -> datetime:
    """The time to sign at: now, or that of the latest parent where this clock is a little behind its signer's."""
    return max([now, *(p.signed_at for p in parents if p.signed_at <= now + ALLOWANCE)])


def witnessed(
    statements: Iterable[Statement], late: Callable[[str, datetime | None], bool] = lambda *_: False
) -> dict[str, datetime]:
    """Good statement → when another person is known to have seen it: the earliest of a statement of theirs that follows
    it, and of a receipt of theirs. What has no witness is left out.

    `late` tells of an id and its witness whether it no longer holds for want of an earlier one; then it is no witness.
    """
    known = by_id(statements)
    # Of all that follows each statement: the earliest time, its signer, and the earliest of anybody else. What does not
    # hold witnesses nothing, but who follows it has seen what it follows.
    after: dict[str, list[tuple[datetime, str]]] = {id_: [] for id_ in known}
    receipted: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    found: dict[str, datetime] = {}
    # Children first, and receipts before what they saw: so whether those hold is known by then.
    for statement in reversed(list(in_order(known, _named))):
        # Nobody saw it before it says that it was signed.
        receipted_at = [(max(at, statement.signed_at), by) for at, by in receipted[statement.id]]
        times = [time for time, signer in (*after[statement.id], *receipted_at) if signer != statement.signer]
        if times and not statement.verdict:
            found[statement.id] = min(times)
        holds = not statement.verdict and not late(statement.id, found.get(statement.id))
        own = [(statement.signed_at, statement.signer)] if holds else []
        for parent in statement.parents:
            if parent in after:
                after[parent] = _earliest([*after[parent], *after[statement.id], *own])
        for receipt in receipts([statement]) if holds else ():
            receipted[receipt.of] = _earliest([*receipted[receipt.of], (receipt.at, receipt.by)])
    return found


def _named(statement: Statement) -> Iterable[str]:
    """What a statement names, and so comes after."""
    seen = statement.body.get("seen", ()) if statement.type == RECEIPT else ()
    return (*statement.parents, *seen)


class Receipt(NamedTuple):
    """That a statement was there by a time, in the word of `by`.

    The token of a time-stamping authority (RFC 3161) over a statement's id says the same, in the word of the authority:
    whoever reads such tokens makes these of them, beside those of `receipts`.
    """

    of: str
    at: datetime
    by: str


def receipts(statements: Iterable[Statement]) -> Iterator[Receipt]:
    """What good statements of the type `receipt` say."""
    for statement in statements:
        if statement.type == RECEIPT and not statement.verdict:
            for id_, text in statement.body["seen"].items():
                at = moment(text)
                if at is not None:
                    yield Receipt(id_, at, statement.signer)


def _earliest(times: list[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """The earliest, and the earliest by another signer: more are never asked for."""
    if not times:
        return []
    first = min(times)
    others = [each for each in times if each[1] != first[1]]
    return [first, min(others)] if others else [first]


def knowing(statements: Iterable[Statement]) -> Callable[[str, str], bool]:
    """A function of two ids: whether the first was signed by somebody who had the second before their eyes."""
    known = {statement.id: statement for statement in statements}
    return lambda later, earlier: any(id_ == earlier for id_ in past(known, [later]))


def past(known: Mapping[str, Statement], ids: Iterable[str]) -> Iterator[str]:
    """The ids of all that these statements follow, each once; these themselves are left out."""
    open_ones = list(ids)
    seen = set(open_ones)
    while open_ones:
        statement = known.get(open_ones.pop())
        for parent in statement.parents if statement is not None else ():
            if parent not in seen:
                seen.add(parent)
                open_ones.append(parent)
                yield parent


class Followed:
    """Which of some statements (`named`) each other one follows: a bit for each, in one number a statement.

    `order` has parents first. `of` are those that will be asked for (None: all); only theirs are kept, since each
    number may be as long as the ledger.
    """

    def __init__(self, order: Sequence[Statement], named: Iterable[str], of: Collection[str] | None = None) -> None:
        self._places = {id_: place for place, id_ in enumerate(named)}
        self._found: dict[str, int] = {}
        children = Counter(parent for statement in order for parent in statement.parents)
        for statement in order:
            bits = 0
            for parent in statement.parents:
                if parent in self._found:
                    # A long ledger is mostly a chain: they all share one number.
                    bits = bits | self._found[parent] if bits else self._found[parent]
                if parent in self._places:
                    bits |= 1 << self._places[parent]
                children[parent] -= 1
                if of is not None and not children[parent] and parent not in of:
                    self._found.pop(parent, None)
            self._found[statement.id] = bits

    def bits(self, later: str) -> int:
        """What a statement follows, as bits (see `bit`)."""
        return self._found[later]

    def bit(self, named: str) -> int:
        """The bit of one that is named; 0 where it is not."""
        place = self._places.get(named)
        return 0 if place is None else 1 << place

    def __call__(self, later: str, earlier: str) -> bool:
        """Whether one statement follows another, which is among those that are named."""
        place = self._places.get(earlier)
        return place is not None and bool(self._found[later] >> place & 1)


def in_order(
    known: Mapping[str, Statement], named: Callable[[Statement], Iterable[str]] = lambda s: s.parents
) -> Iterator[Statement]:
    """Statements by id, those that they name (their parents) first. Those that name each other in a circle, which no
    hash allows, are left out."""
    # By time and id first, so that what is side by side has one order, however it arrived.
    said = sorted(known.values(), key=lambda s: (s.signed_at, s.id))
    waits = dict.fromkeys((s.id for s in said), 0)
    after: dict[str, list[str]] = {id_: [] for id_ in known}
    for statement in said:
        for name in named(statement):
            if name in after:
                after[name].append(statement.id)
                waits[statement.id] += 1
    ready = [id_ for id_, count in waits.items() if count == 0]
    for id_ in ready:
        yield known[id_]
        for child in after[id_]:
            waits[child] -= 1
            if waits[child] == 0:
                ready.append(child)
