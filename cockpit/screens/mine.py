"""Which sign-offs are mine: those that wait for whoever sits here, or for somebody in whose place they sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import compress
from operator import not_
from typing import TYPE_CHECKING

from cockpit.basics.kept import kept
from cockpit.records.verdicts import Verdict

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment, SignOff, StatementView
    from cockpit.records.model import Person


class Mine:
    """Tells it of one assessment."""

    def __init__(self, me: Person | None, assessment: Assessment | None) -> None:
        self._me = me.id if me is not None else ""
        known = _delegations(assessment.statements) if assessment is not None and self._me else ()
        today = assessment.today if assessment is not None else date.min
        self._lent = [view for view in known if view.record.body["to"] == self._me and _is_in_force(view, today)]

    def has(self, signoff: SignOff) -> bool:
        """Whether it is one of mine."""
        if not self._me:
            return False
        return self._me in (signoff.owner, *signoff.others) or any(_covers(view, signoff) for view in self._lent)

    def many(self, rows: tuple[SignOff, ...]) -> int:
        """How many of them are mine."""
        if not self._me:
            return 0
        return sum(map(self.has, rows)) if self._lent else _waiting(rows)[self._me]

    def first(self, rows: tuple[SignOff, ...]) -> Sequence[SignOff]:
        """Return them with mine first; the very rows where none is."""
        if not self.many(rows):
            return rows
        mine = [self.has(row) for row in rows]
        return (*compress(rows, mine), *compress(rows, map(not_, mine)))


@kept
def _waiting(rows: tuple[SignOff, ...]) -> Counter[str]:
    """How many wait for each person, by id."""
    return Counter(who for row in rows for who in (row.owner, *row.others))


@kept
def _delegations(views: tuple[StatementView, ...]) -> tuple[StatementView, ...]:
    return tuple(view for view in views if view.record.type == "delegate" and view.verdict is Verdict.COUNTS)


def _is_in_force(view: StatementView, today: date) -> bool:
    body = view.record.body
    return str(body["from"]) <= today.isoformat() <= str(body["until"])


def _covers(view: StatementView, signoff: SignOff) -> bool:
    """Whether a delegation is for a sign-off: of its signer, over that subject or all of its kind, in one of its
    meanings."""
    body = view.record.body
    over = {signoff.subject, f"{signoff.subject.partition(':')[0]}:*"}
    meant = any(str(meaning) in body["meanings"] for meaning in signoff.meanings)
    return view.record.signer == signoff.owner and meant and not over.isdisjoint(body["subjects"])
