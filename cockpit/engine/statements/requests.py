"""How often each person is asked for a signature: who is asked too much stops reading what they sign.

Only what somebody sent with `cockpit ask` is a request; what merely waits for a signature is none. Weeks are ISO weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median

from cockpit.records.assessment import AskedView, SignOff
from cockpit.records.model import Request, Statement

WEEKS = 4
"""The whole weeks before this one that are counted."""


def asked(
    requests: Iterable[Request], waiting: Iterable[Request], names: Mapping[str, str], today: date
) -> tuple[AskedView, ...]:
    """Everybody who was ever asked, and how often: most asked this week first, then lately, then by name.

    `waiting` are the requests without an answer.
    """
    open_ids = {request.statement for request in waiting}
    by_person: dict[str, list[Request]] = {}
    for request in requests:
        by_person.setdefault(request.signer, []).append(request)
    views = [_view(person, names.get(person, person), of, open_ids, today) for person, of in by_person.items()]
    return tuple(sorted(views, key=lambda v: (-v.this_week, -v.total, -v.open, v.person_name, v.person)))


def unanswered(requests: Iterable[Request], statements: Iterable[Statement]) -> tuple[Request, ...]:
    """The requests that their person has not answered, in their order.

    Answered is what came back signed; and what its person has signed since in another way, of the same subject in the
    same meaning.
    """
    requests = tuple(requests)
    if not requests:
        return ()
    good = [statement for statement in statements if not statement.verdict]
    ids = {statement.id for statement in good}
    latest: dict[tuple[str, ...], datetime] = {}
    for statement in good:
        said = (statement.signer, *(str(statement.body.get(name, "")) for name in ("subject", "meaning")))
        latest[said] = max(latest.get(said, statement.signed_at), statement.signed_at)
    return tuple(r for r in requests if r.statement not in ids and not _since(r, latest))


def _since(request: Request, latest: Mapping[tuple[str, ...], datetime]) -> bool:
    """Tell whether its person has signed since they were asked. Statements know whole seconds only."""
    signed_at = latest.get((request.signer, request.subject, request.meaning))
    return signed_at is not None and signed_at >= request.asked_at.replace(microsecond=0)


def with_requests(signoffs: Sequence[SignOff], waiting: Iterable[Request]) -> tuple[SignOff, ...]:
    """The sign-offs, each with the day on which its owner was asked last, where that is not answered yet."""
    days: dict[tuple[str, str], date] = {}
    for request in waiting:
        key = (request.signer, request.subject)
        days[key] = max(days.get(key, date.min), request.asked_at.date())
    asked_on = ((signoff, days.get((signoff.owner, signoff.subject))) for signoff in signoffs)
    return tuple(replace(signoff, asked_on=day) if day is not None else signoff for signoff, day in asked_on)


def _view(person: str, name: str, of: Sequence[Request], open_ids: Collection[str], today: date) -> AskedView:
    """Count the requests to one person."""
    monday = today - timedelta(days=today.weekday())
    ages = [(monday - request.asked_at.date()).days for request in of]
    before = tuple(sum(7 * week - 7 < age <= 7 * week for age in ages) for week in range(WEEKS, 0, -1))
    still = sum(request.statement in open_ids for request in of)
    return AskedView(
        person=person,
        person_name=name,
        this_week=sum(age <= 0 for age in ages),
        weeks=before,
        total=sum(before),
        median=float(median(before)),
        answered=len(of) - still,
        open=still,
    )
