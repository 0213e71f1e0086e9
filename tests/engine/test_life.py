"""The life of a breach: raised, acknowledged, a decision owed, decided, cleared, raised again.

The portfolio: Apps' project P needs the interface documents of the old vendor, for whom Vic answers. Sue sponsors P,
Kim owns its objective and is the steward. Nothing is signed for the documents: DEP-UNPROVEN stands and goes to Vic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import OBJECTIVE, TODAY, assess, docs, item, project, signed, snapshot
from worlds import worlds

from cockpit.records.assessment import Assessment, Breach, StatementView
from cockpit.records.lives import Life
from cockpit.records.model import Meaning, Statement
from cockpit.records.snapshot import Policy, Snapshot, Stood
from cockpit.records.verdicts import Stage, Verdict
from cockpit.trust.obligations import breach_subject, breach_version, dependency_version

KEY = "DEP-UNPROVEN|dependency:D"
RAISED = TODAY


def at(day: int, hour: int = 8) -> datetime:
    """A time on the day so many days after it was raised."""
    return datetime.combine(RAISED + timedelta(days=day), time(hour), UTC)


def on(day: int) -> date:
    return RAISED + timedelta(days=day)


def stood(*days: tuple[int, int | None]) -> tuple[Stood, ...]:
    return tuple(Stood(at(raised), None if cleared is None else at(cleared, 10)) for raised, cleared in days)


def late(*said: Statement, lives: Any = None, **more: Any) -> Snapshot:
    """The portfolio whose one dependency nobody has proven, with what was signed, raised on the first day."""
    known = {KEY: stood((0, None))} if lives is None else lives
    first = {key: all_[-1].raised.date() for key, all_ in known.items() if all_ and all_[-1].cleared is None}
    return snapshot(
        items=(item("a", 10.0), item("b", 5.0)),
        dependencies=(docs(needed_by=date(2025, 1, 20)),),
        statements=said,
        lives=known,
        first_seen=first,
        **more,
    )


def acknowledged(signer: str, day: int, life: int = 1, key: str = KEY, hour: int = 12, **body: Any) -> Statement:
    return _said(Meaning.ACKNOWLEDGED, signer, day, life, key, hour, **body)


def decided(signer: str, day: int, due: int | None = None, life: int = 1, **body: Any) -> Statement:
    when = {} if due is None else {"date": on(due).isoformat()}
    said = {"note": "Vic gets two more people", **when, **body}
    return _said(Meaning.DECIDED, signer, day, life, KEY, 12, **said)


def _said(meaning: Meaning, signer: str, day: int, life: int, key: str, hour: int, **body: Any) -> Statement:
    statement = signed(breach_subject(key), breach_version(key, life), meaning, signer, on(day), **body)
    return replace(statement, signed_at=at(day, hour))


def judged(known: Snapshot, day: int) -> Assessment:
    """What is true so many days after it was raised; nothing that was signed later is known."""
    said = tuple(s for s in known.statements if s.signed_at.date() <= on(day))
    return assess(replace(known, statements=said), on(day))


def unproven(assessment: Assessment) -> Breach:
    return next(b for b in assessment.breaches if b.key == KEY)


def life(known: Snapshot, day: int) -> Life:
    return unproven(judged(known, day)).life


def verdict(assessment: Assessment, statement: Statement) -> StatementView:
    return next(v for v in assessment.statements if v.record.id == statement.id)


def worth(known: Snapshot, day: int, statement: Statement) -> tuple[Verdict, str]:
    view = verdict(judged(known, day), statement)
    return view.verdict, view.why


# Raised, acknowledged


def test_it_goes_to_who_can_clear_it_and_has_its_age() -> None:
    breach = unproven(judged(late(), 3))
    assert (breach.owner, breach.since, breach.life.stage) == ("vic", RAISED, Stage.RAISED)
    assert breach.life.owed_from == on(5)


def test_an_acknowledgement_holds_for_five_days_and_lapses() -> None:
    seen = acknowledged("vic", 1)
    known = late(seen)
    for day in range(1, 5):
        found = life(known, day)
        assert found.stage is Stage.ACKNOWLEDGED
        assert found.acknowledged is not None
        assert (found.acknowledged.by_name, found.acknowledged.on, found.acknowledged.until) == (
            "Vic Vane",
            on(1),
            on(6),
        )
    assert worth(known, 6, seen)[0] is Verdict.COUNTS
    assert worth(known, 7, seen) == (Verdict.SUPERSEDED, f"it lapsed after {on(6)}")
    assert life(known, 7).acknowledged is None


def test_an_acknowledgement_may_be_renewed_and_keeps_no_decision_away() -> None:
    first, again = acknowledged("vic", 1), acknowledged("vic", 4)
    found = life(late(first, again), 5)
    assert found.stage is Stage.OWED
    assert found.acknowledged is not None and found.acknowledged.until == on(9)
    assert worth(late(first, again), 5, first) == (Verdict.SUPERSEDED, f"replaced by {again.id[:12]}")


def test_who_it_does_not_go_to_may_not_acknowledge_it() -> None:
    for stranger in ("ann", "ben", "sue", "kim"):
        seen = acknowledged(stranger, 1)
        found, why = worth(late(seen), 1, seen)
        assert found is Verdict.NOT_ENTITLED
        assert "the breach goes to Vic Vane, who can clear it" in why
        assert life(late(seen), 1).stage is Stage.RAISED


def test_the_lead_of_its_owner_may_acknowledge_it_and_once_it_is_owed_the_sponsor() -> None:
    known = replace(late(), dependencies=(docs(needed_by=date(2025, 1, 20), giver_team="bank", giver_owner="pia"),))
    pia = replace(known.people[1], id="pia", name="Pia Pine")
    known = replace(known, people=(*known.people, pia))
    by_lead = acknowledged("ben", 2)
    assert life(replace(known, statements=(by_lead,)), 2).stage is Stage.ACKNOWLEDGED
    early, when_owed = acknowledged("sue", 4), acknowledged("sue", 5)
    assert worth(replace(known, statements=(early,)), 4, early)[0] is Verdict.NOT_ENTITLED
    assert worth(replace(known, statements=(when_owed,)), 5, when_owed)[0] is Verdict.COUNTS


# Decisions owed


def test_after_five_days_the_sponsor_owes_a_decision_then_the_owner_of_the_objective_who_keeps_it() -> None:
    assert life(late(), 4).owed is None
    for day, who, since, due in ((5, "sue", 5, 10), (9, "sue", 5, 10), (10, "kim", 10, 15), (40, "kim", 10, 15)):
        found = life(late(), day)
        assert found.stage is Stage.OWED
        assert found.owed is not None
        assert (found.owed.by, found.owed.since, found.owed.due) == (who, on(since), on(due))


def test_days_are_those_of_the_policy() -> None:
    quick = late(acknowledged("vic", 0), policy=Policy(ack_days=1, decide_days=2))
    assert life(quick, 1).stage is Stage.ACKNOWLEDGED
    assert life(quick, 2).stage is Stage.OWED and life(quick, 2).acknowledged is None
    at_once = late(policy=Policy(decide_days=0))
    assert [life(at_once, day).owed.by for day in (0, 1)] == ["sue", "kim"]  # type: ignore[union-attr]


def test_without_a_sponsor_the_owner_of_the_objective_decides_and_without_both_the_steward() -> None:
    no_sponsor = late(projects=(project(sponsor=""),))
    assert [life(no_sponsor, day).owed.by for day in (5, 12)] == ["kim", "kim"]  # type: ignore[union-attr]
    nobody = late(projects=(project(sponsor=""),), objectives=(replace(OBJECTIVE, owner=""),))
    assert life(nobody, 5).owed.by == "kim"  # type: ignore[union-attr]
    nobody = replace(nobody, portfolio=replace(nobody.portfolio, steward="ghost"))
    owed = life(nobody, 5).owed
    assert owed is not None and (owed.by, owed.by_name) == ("", "")


def test_a_decision_that_is_owed_waits_among_the_sign_offs() -> None:
    assert not [s for s in judged(late(), 4).signoffs if Meaning.DECIDED in s.meanings]
    (waits,) = [s for s in judged(late(), 6).signoffs if Meaning.DECIDED in s.meanings]
    assert (waits.subject, waits.owner, waits.due, waits.state) == (f"breach:{KEY}", "sue", on(10), "decision owed")


# Decided


def test_the_sponsor_decides_and_the_breach_stands_all_the_same() -> None:
    said = decided("sue", 6, due=20, option="resolve")
    plain, found = judged(late(), 8), judged(late(said), 8)
    breach = unproven(found)
    assert breach.life.stage is Stage.DECIDED and breach.life.owed is None
    made = breach.life.decided
    assert made is not None
    assert (made.by_name, made.on, made.due, made.option) == ("Sue Stone", on(6), on(20), "resolve")
    assert made.outcome == "Vic gets two more people"
    assert {b.key: b.severity for b in found.breaches} == {b.key: b.severity for b in plain.breaches}
    assert [p.status for p in found.projects] == [p.status for p in plain.projects]


def test_a_decision_may_come_before_it_is_owed() -> None:
    assert life(late(decided("sue", 1, due=9)), 6).stage is Stage.DECIDED


def test_a_decision_whose_day_passes_is_broken_and_owed_by_the_next_level_at_once() -> None:
    known = late(decided("sue", 6, due=20))
    assert life(known, 20).stage is Stage.DECIDED
    found = life(known, 21)
    assert found.stage is Stage.OWED and found.owed is not None and found.decided is not None
    assert (found.owed.by, found.owed.since, found.owed.due) == ("kim", on(21), on(26))
    again = decided("sue", 22, due=60)
    assert worth(late(*known.statements, again), 22, again) == (
        Verdict.NOT_ENTITLED,
        "Sue Stone may not sign decided: only Kim Kane, the owner of its objective, may.",
    )
    by_kim = decided("kim", 22, due=30)
    assert life(late(*known.statements, by_kim), 22).decided.by == "kim"  # type: ignore[union-attr]
    # Nobody stands above the owner of the objective.
    assert life(late(*known.statements, by_kim), 31).owed.by == "kim"  # type: ignore[union-attr]


def test_who_let_it_pass_may_not_decide_any_more_and_what_was_decided_in_time_stays() -> None:
    late_one = decided("sue", 10, due=30)
    assert worth(late(late_one), 10, late_one)[0] is Verdict.NOT_ENTITLED
    in_time = decided("sue", 9, due=30)
    assert worth(late(in_time), 25, in_time)[0] is Verdict.COUNTS


@pytest.mark.parametrize("stranger", ["vic", "ann", "ben"])
def test_neither_who_is_late_nor_anybody_else_decides(stranger: str) -> None:
    said = decided(stranger, 6, due=20)
    found, why = worth(late(said), 6, said)
    assert found is Verdict.NOT_ENTITLED
    assert "only Sue Stone, the sponsor of its project, or Kim Kane, the owner of its objective, may" in why
    assert life(late(said), 6).stage is Stage.OWED


def test_who_is_late_decides_where_they_are_the_sponsor_themself() -> None:
    known = late(decided("vic", 6, due=20), projects=(project(sponsor="vic"),))
    assert life(known, 6).stage is Stage.DECIDED


def test_the_owner_of_the_objective_overrules_the_sponsor_and_not_the_other_way_round() -> None:
    first, over, back = decided("sue", 6, due=20), decided("kim", 7, due=15), decided("sue", 8, due=40)
    known = late(first, over, back)
    assert life(known, 9).decided.by == "kim"  # type: ignore[union-attr]
    assert worth(known, 9, first) == (Verdict.SUPERSEDED, f"decided otherwise by {over.id[:12]}")
    assert worth(known, 9, back)[0] is Verdict.NOT_ENTITLED


def test_a_decision_says_something_and_is_not_due_before_it_is_made() -> None:
    empty = decided("sue", 6, due=20, note="")
    assert worth(late(empty), 6, empty) == (Verdict.VOID, "it names no option and no outcome")
    past = decided("sue", 6, due=5)
    assert worth(late(past), 6, past) == (Verdict.VOID, f"its day, {on(5)}, had passed when it was signed")
    undated = decided("sue", 6)
    assert life(late(undated), 6).decided.due == on(11)  # type: ignore[union-attr]


def test_no_decision_parks_a_breach_for_ever() -> None:
    """Signed on the sixth day for a day in 27 years, it holds for 92 days, and then the next level owes one."""
    parked = decided("sue", 6, due=10_000)
    known = late(parked)
    assert life(known, 98).stage is Stage.DECIDED and life(known, 98).decided.due == on(98)  # type: ignore[union-attr]
    assert worth(known, 98, parked) == (
        Verdict.COUNTS,
        f"it holds until {on(98)}, not {on(10_000)}: no decision holds for more than 92 days",
    )
    assert life(known, 99).stage is Stage.OWED and life(known, 99).owed.by == "kim"  # type: ignore[union-attr]
    strict = late(parked, policy=Policy(longest_decision_days=10))
    assert life(strict, 17).stage is Stage.OWED


# Cleared and raised again


TWICE = {KEY: stood((0, 3), (20, None))}


def test_a_breach_that_comes_back_takes_a_new_signature() -> None:
    old, new = acknowledged("vic", 1), acknowledged("vic", 21, life=2)
    known = late(old, new, lives=TWICE)
    assert life(known, 20).number == 2 and life(known, 20).stage is Stage.RAISED
    assert life(known, 21).stage is Stage.ACKNOWLEDGED
    found, why = worth(known, 21, old)
    assert (found, why) == (
        Verdict.SUPERSEDED,
        f"the breach was cleared on {on(3)}, and came back on {on(20)}: that takes another signature",
    )


def test_an_acknowledgement_cannot_be_kept_for_a_later_life() -> None:
    for replayed in (acknowledged("vic", 21, life=1), acknowledged("vic", 1, life=2)):
        known = late(replayed, lives=TWICE)
        assert life(known, 21).stage is Stage.RAISED
        assert worth(known, 21, replayed)[0] is not Verdict.COUNTS
    early = acknowledged("vic", 1, life=2)
    assert worth(late(early, lives=TWICE), 21, early) == (Verdict.VOID, f"signed before it was raised on {on(20)}")


def test_an_acknowledgement_dated_back_before_the_breach_was_raised_is_void() -> None:
    back = acknowledged("vic", 0, hour=7)
    assert worth(late(back), 0, back) == (Verdict.VOID, f"signed before it was raised on {on(0)}")
    within = acknowledged("vic", 0, hour=8)
    assert worth(late(within), 3, within)[0] is Verdict.COUNTS


def test_of_a_breach_that_is_cleared_the_statements_are_history() -> None:
    seen, made = acknowledged("vic", 1), decided("sue", 2, due=9)
    known = late(seen, made, lives={KEY: stood((0, 3))})
    settled = signed("dependency:D", dependency_version(docs(needed_by=date(2025, 1, 20))), Meaning.WITHDRAWN, "vic")
    other = replace(settled, id="e" * 64, signer="ann", body={**settled.body})
    known = replace(known, statements=(*known.statements, settled, other))
    found = judged(known, 12)
    assert KEY not in {b.key for b in found.breaches}
    for statement in (seen, made):
        view = verdict(found, statement)
        assert (view.verdict, view.why) == (Verdict.SUPERSEDED, f"the breach was cleared on {on(3)}")
    assert (found.decision_days, found.decided) == (2.0, 1)


def test_what_is_said_of_a_breach_that_never_was_is_of_an_unknown_subject() -> None:
    said = acknowledged("vic", 1, key="DEP-BROKEN|dependency:D")
    assert worth(late(said), 1, said)[0] is Verdict.UNKNOWN_SUBJECT
    other = replace(acknowledged("vic", 1), body={**acknowledged("vic", 1).body, "of": "0" * 64})
    assert worth(late(other), 1, other) == (Verdict.VOID, "it is over no life of this breach that is known here")
    wrong = _said(Meaning.RESOLVED, "vic", 1, 1, KEY, 12)
    assert worth(late(wrong), 1, wrong) == (Verdict.NOT_ENTITLED, "A breach is acknowledged or decided, not resolved.")


def test_what_comes_back_within_five_days_was_not_cleared_and_the_time_goes_on() -> None:
    quick = late(lives={KEY: stood((0, 3), (5, None))})
    assert life(quick, 5).stage is Stage.OWED and life(quick, 5).owed_from == on(5)
    slow = late(lives={KEY: stood((0, 3), (9, None))})
    assert life(slow, 9).owed_from == on(14)
    assert unproven(judged(quick, 6)).since == on(5), "its own age is that of this life"


def test_a_new_promise_after_each_broken_one_gains_no_time() -> None:
    broken = "DEP-BROKEN|dependency:D"
    lives = {KEY: stood((0, 2), (12, None)), broken: stood((2, 12))}
    found = life(late(lives=lives), 12)
    assert (found.owed_from, found.stage) == (on(12), Stage.OWED), "it is owed from when it came back on, not earlier"
    assert found.owed is not None and found.owed.by == "sue"
    other = {KEY: stood((3, None)), "DEP-UNANCHORED|dependency:D": stood((0, 2))}
    assert life(late(lives=other), 4).owed_from == on(8), "another trouble has its own time"


# How long decisions take


def test_the_median_from_raised_to_decided_counts_the_first_decision_of_each_life() -> None:
    lives = {KEY: stood((0, 8), (20, None)), "KPI-UNSIGNED|kpi:K": stood((0, None))}
    known = late(decided("sue", 6, due=7), decided("kim", 7, due=30), decided("sue", 21, due=40, life=2), lives=lives)
    assert judged(known, 6).decision_days == 6.0
    found = judged(known, 30)
    assert (found.decision_days, found.decided) == (3.5, 2), "six days, then one"


def test_who_may_not_decide_makes_no_decision_look_quick() -> None:
    lives = {KEY: stood((0, 8))}
    by_vic = decided("vic", 0, due=20)
    known = replace(late(by_vic, lives=lives), dependencies=())
    found = judged(known, 30)
    assert (found.decision_days, found.decided) == (None, 0)
    assert verdict(found, by_vic).verdict is Verdict.NOT_ENTITLED


# By day


def test_an_earlier_day_knows_only_what_was_signed_by_then() -> None:
    known = late(acknowledged("vic", 2), decided("sue", 6, due=20))
    stages = [life(known, day).stage for day in (1, 2, 4, 5, 6)]
    assert stages == [Stage.RAISED, Stage.ACKNOWLEDGED, Stage.ACKNOWLEDGED, Stage.OWED, Stage.DECIDED]


def test_a_day_is_that_of_whoever_keeps_the_log() -> None:
    """Raised at half past midnight in a zone two hours east: in UTC that is the day before."""
    east = datetime.fromisoformat("2025-01-06T00:30:00+02:00")
    seen = replace(acknowledged("vic", 0), signed_at=datetime(2025, 1, 5, 23, 0, tzinfo=UTC))
    known = late(seen, lives={KEY: (Stood(east, None),)})
    found = life(known, 0)
    assert found.stage is Stage.ACKNOWLEDGED and found.acknowledged is not None
    assert found.acknowledged.until == on(5)


def test_the_short_id_is_of_the_key_alone() -> None:
    first, later = unproven(judged(late(), 0)), unproven(judged(late(lives=TWICE), 30))
    assert first.id == later.id and len(first.id) == 6
    everything = judged(late(kpis=()), 3).breaches
    assert len({b.id for b in everything}) == len(everything)


# Laws


LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def plain(assessment: Assessment) -> Assessment:
    """All but what tells of the lives of breaches."""
    bare = tuple(replace(b, life=Life()) for b in assessment.breaches)
    signoffs = tuple(s for s in assessment.signoffs if Meaning.DECIDED not in s.meanings)
    return replace(assessment, breaches=bare, signoffs=signoffs, statements=(), decision_days=None, decided=0, asked=())


@LAW
@given(worlds(), st.data())
def test_nothing_that_is_said_of_breaches_moves_a_status_or_a_breach(world: Any, data: st.DataObject) -> None:
    before = assess(world.snapshot, world.today)
    keys = [b.key for b in before.breaches] or ["DEP-UNPROVEN|dependency:D"]
    said = data.draw(st.lists(_statements(keys, world.today), min_size=1, max_size=4))
    after = assess(replace(world.snapshot, statements=(*world.snapshot.statements, *said)), world.today)
    assert plain(after) == plain(before)


@st.composite
def _statements(draw: Any, keys: list[str], today: date) -> Statement:
    key, meaning = draw(st.sampled_from(keys)), draw(st.sampled_from(list(Meaning)))
    day = today - timedelta(days=draw(st.integers(0, 3)))
    due = {"date": day.isoformat()} if draw(st.booleans()) else {}
    signer = draw(st.sampled_from(("ann", "ben", "vic", "sue", "kim")))
    version = breach_version(key, draw(st.integers(1, 2)))
    return signed(breach_subject(key), version, meaning, signer, day, **due)


@LAW
@given(st.lists(st.sampled_from(range(6)), unique=True, min_size=2), st.randoms())
def test_the_order_in_which_statements_arrive_changes_nothing(chosen: list[int], random: Any) -> None:
    said: list[Statement] = [
        acknowledged("vic", 1),
        acknowledged("ann", 1),
        decided("sue", 6, due=8),
        decided("kim", 9, due=30),
        decided("sue", 10, due=40),
        acknowledged("vic", 9),
    ]
    some: Iterable[Statement] = [said[n] for n in chosen]
    shuffled = list(some)
    random.shuffle(shuffled)
    first, other = judged(late(*some), 12), judged(late(*shuffled), 12)
    assert first == other
