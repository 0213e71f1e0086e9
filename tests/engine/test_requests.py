"""How often each person is asked: counted by ISO weeks from what was really sent, answered by what they signed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from cockpit.engine.statements.requests import WEEKS, asked, unanswered, with_requests
from cockpit.records.assessment import SignOff
from cockpit.records.model import Meaning, Request, Statement

TODAY = date(2025, 4, 2)  # a Wednesday
MONDAY = date(2025, 3, 31)
NAMES = {"vera": "Vera Voss", "omar": "Omar Haddad"}


def request(on: date, signer: str = "vera", number: int = 0, subject: str = "dependency:D-1") -> Request:
    at = datetime(on.year, on.month, on.day, 9, 30, 15, 500, tzinfo=UTC)
    return Request(statement=f"{on}-{signer}-{number}", signer=signer, subject=subject, meaning="resolved", asked_at=at)


def statement(signer: str, at: datetime, id_: str = "s", verdict: str = "", meaning: str = "resolved") -> Statement:
    return Statement(
        id=id_, payload=b"", signature="", type="proof", signer=signer, key="", signed_at=at, parents=(),
        body={"subject": "dependency:D-1", "meaning": meaning}, verdict=verdict,
    )  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["vera", "omar"])), max_size=40))
def test_every_request_is_counted_once_in_its_own_iso_week(sent: list[tuple[int, str]]) -> None:
    requests = [request(TODAY - timedelta(days=ago), who, n) for n, (ago, who) in enumerate(sent)]
    views = {view.person: view for view in asked(requests, requests, NAMES, TODAY)}
    assert set(views) == {who for _, who in sent}
    for who, view in views.items():
        weeks = [r.asked_at.date().isocalendar()[:2] for r in requests if r.signer == who]
        before = [(TODAY - timedelta(weeks=n)).isocalendar()[:2] for n in range(WEEKS, 0, -1)]
        assert view.this_week == weeks.count(TODAY.isocalendar()[:2])
        assert view.weeks == tuple(weeks.count(week) for week in before)
        assert (view.total, view.median) == (sum(view.weeks), median(view.weeks))
        assert (view.answered, view.open) == (0, len(weeks))


def test_a_week_begins_on_monday_and_whoever_was_asked_most_this_week_comes_first() -> None:
    requests = [request(MONDAY - timedelta(days=1), "vera", n) for n in range(5)]
    requests += [request(MONDAY, "omar"), request(MONDAY - timedelta(days=29), "omar", 9)]
    first, second = asked(requests, (), NAMES, TODAY)
    assert (first.person_name, first.this_week, first.weeks, first.median) == ("Omar Haddad", 1, (0, 0, 0, 0), 0)
    assert (second.person_name, second.this_week, second.weeks, second.total) == ("Vera Voss", 0, (0, 0, 0, 5), 5)
    assert (first.answered, second.answered) == (2, 5)


def test_answered_is_what_came_back_or_what_was_signed_since_in_another_way() -> None:
    first, second = request(MONDAY, number=1), request(TODAY, number=2)
    before, same = datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 4, 2, 9, 30, 15, tzinfo=UTC)
    assert unanswered([first, second], []) == (first, second)
    assert unanswered([first, second], [statement("vera", before, first.statement)]) == (second,)
    assert unanswered([first, second], [statement("vera", before, first.statement, verdict="forged")]) == (
        first,
        second,
    )
    assert unanswered([first, second], [statement("vera", same)]) == (), "statements know whole seconds only"
    for other in (statement("vera", before), statement("omar", same), statement("vera", same, meaning="promised")):
        assert unanswered([first, second], [other]) == (first, second)


def test_a_signoff_shows_when_its_owner_was_asked_last_and_nobody_elses() -> None:
    signoff = SignOff(
        subject="dependency:D-1", title="", meanings=(Meaning.RESOLVED,), owner="vera", owner_name="", team="",
        due=None, state="open", version="",
    )  # fmt: skip
    waiting = [request(MONDAY), request(TODAY, "omar"), request(TODAY, subject="kpi:K-1")]
    assert with_requests([signoff], waiting)[0].asked_on == MONDAY
    assert with_requests([signoff], ())[0].asked_on is None
