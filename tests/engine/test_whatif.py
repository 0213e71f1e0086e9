"""What would be true under assumptions is what is true once they have come about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scene import OBJECTIVE, TODAY, docs, item, link, project, signed, snapshot

from cockpit.engine.case import Case
from cockpit.engine.decisions.outcomes import what_if
from cockpit.engine.decisions.supposed import supposed
from cockpit.engine.facts import Facts
from cockpit.engine.portfolio import day_of
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.model import Dependency, Kind, LinkType, Meaning, Objective, State, Statement, WorkItem
from cockpit.records.snapshot import Snapshot
from cockpit.records.verdicts import Status
from cockpit.records.whatif import Assumption, Outcome
from cockpit.trust.obligations import dependency_version, milestone_version

MORE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
NEED = docs(needed_by=date(2025, 1, 6))
WORK = (item("a", 10.0, team="apps"), item("b", 5.0, team="apps"))
HELD, FREE = date(2025, 2, 21), date(2025, 1, 24)
"""With A and B held for twenty working days after today, the 6th of January, and without."""


def portfolio(**more: Any) -> Snapshot:
    given: dict[str, Any] = {"items": WORK, "links": (link("a", "b"),), "dependencies": (NEED,)}
    return snapshot(**{**given, "projects": (project(finish=FREE),), **more})


def case_of(known: Snapshot) -> Case:
    return Case(Facts(known, TODAY))


def outcome(known: Snapshot, *assumptions: Assumption) -> Outcome:
    (found,) = what_if(case_of(known), assumptions).outcomes
    return found


# Worked out by hand


def test_what_nobody_promised_is_there_now() -> None:
    found = outcome(portfolio(), Assumption("dependency:D"))
    assert (found.now.finish, found.then.finish, found.days, found.cost) == (HELD, FREE, 28.0, 28_000.0)
    assert (found.now.execution, found.then.execution) == (Status.OFF_TRACK, Status.ON_TRACK)
    assert (found.now.blockers, found.then.blockers) == (1, 0)
    assert [step.item for step in found.chain.steps] == ["a", "b", "P:finish"] and found.is_same_chain


def test_it_comes_on_another_day() -> None:
    """A begins on Tuesday the 21st and takes until 3 February, B until the 10th."""
    found = outcome(portfolio(), Assumption("dependency:D", date(2025, 1, 20)))
    assert (found.then.finish, found.days, found.cost) == (date(2025, 2, 10), 11.0, 11_000.0)
    assert (found.then.execution, found.then.blockers) == (Status.OFF_TRACK, 1), "a promise resolves nothing"


def test_later_than_today_it_costs() -> None:
    """A begins on Tuesday 11 February and takes until the 24th, B until 3 March: ten days after the 21st."""
    found = outcome(portfolio(), Assumption("dependency:D", date(2025, 2, 10)))
    assert (found.days, found.cost) == (-10.0, -10_000.0)


def test_of_two_side_by_side_one_alone_gives_nothing_back() -> None:
    known = portfolio(dependencies=(NEED, docs(id="E", title="Test data", needed_by=date(2025, 1, 6))))
    alone, both = Assumption("dependency:D"), Assumption("dependency:E")
    assert outcome(known, alone).days == 0.0
    assert outcome(known, alone, both).days == 28.0
    assert outcome(known).days == 0.0, "taken away again, all is as it is"


def test_the_givers_own_work_is_done_with_it_and_accepted() -> None:
    """The vendor's plan has twenty days of work in two steps before the documents are there."""
    vendor = (item("g0", 10.0, "Q", team="vendor"), item("g", 10.0, "Q", team="vendor", kind=Kind.MILESTONE))
    known = portfolio(
        items=(*WORK, *vendor),
        links=(link("a", "b"), link("g0", "g"), link("g", "a")),
        dependencies=(docs(giver_item="g", needed_by=date(2025, 1, 6)),),
        projects=(project(finish=FREE), project("Q", team="vendor", objectives=())),
    )
    found = what_if(case_of(known), [Assumption("dependency:D")])
    assert found.outcomes[0].then.finish == FREE
    assert [turned.project for turned in found.projects] == ["P"], "Q has not become a project that claims something"


def test_the_givers_work_ends_on_the_day_that_is_assumed() -> None:
    """Ten days of work would end on the 17th; on the 10th it is a week sooner, and so is all that follows."""
    giver = item("g", 10.0, "Q", team="vendor")
    known = portfolio(
        items=(*WORK, giver),
        links=(link("a", "b"), link("g", "a")),
        dependencies=(docs(giver_item="g"),),
        projects=(project(finish=FREE), project("Q", team="vendor", objectives=())),
    )
    found = outcome(known, Assumption("dependency:D", date(2025, 1, 10)))
    assert (found.now.finish, found.then.finish, found.days) == (date(2025, 2, 7), date(2025, 1, 31), 7.0)


def test_work_that_waits_for_something_itself_does_not_come_sooner_and_that_is_said() -> None:
    vendor = (item("g0", 10.0, "Q", team="vendor"), item("g", 5.0, "Q", team="vendor"))
    known = portfolio(
        items=(*WORK, *vendor),
        links=(link("a", "b"), link("g0", "g"), link("g", "a")),
        dependencies=(docs(giver_item="g"),),
        projects=(project(finish=FREE), project("Q", team="vendor", objectives=())),
    )
    found = what_if(case_of(known), [Assumption("dependency:D", date(2025, 1, 15))])
    assert found.outcomes[0].days == 0.0
    assert found.assumed[0].note == "its own work would end on 2025-01-24 all the same"


def vendors(**more: Any) -> Snapshot:
    """The bank's documents are late work of its own project Q, of which nothing has moved since November."""
    begun = date(2024, 11, 4)
    own = (
        item("g", 5.0, "Q", team="bank", state=State.DOING, actual_start=begun, remaining_days=5.0),
        item("h", 5.0, "Q", team="bank"),
    )
    return portfolio(
        items=(*WORK, *own),
        links=(link("a", "b"), link("g", "a"), link("g", "h")),
        dependencies=(docs(giver_team="bank", giver_owner="ben", giver_item="g"),),
        projects=(project(finish=FREE), project("Q", team="bank", owner="kim", objectives=())),
        moved={"g": begun, "h": begun},
        observed=dict.fromkeys(("a", "b", "g", "h"), TODAY),
        **more,
    )


def test_whoever_promises_moves_and_so_does_what_follows_a_delivery() -> None:
    case = case_of(vendors())
    assert silent(case) == ["g"] and case.judgements["Q"].status is Status.AT_RISK
    for day in (None, date(2025, 2, 3)):
        then = supposed(case, [Assumption("dependency:D", day)])
        assert silent(then) == [], "neither G, nor H that waited for it"
        assert then.judgements["Q"].status is Status.ON_TRACK


def silent(case: Case) -> list[str]:
    return [case.woven.network.ids[node] for node in case.blockage.silent]


def test_silent_work_is_done() -> None:
    begun = date(2024, 10, 7)
    silent = item("a", 10.0, team="apps", actual_start=begun, remaining_days=10.0, state=State.DOING)
    known = portfolio(items=(silent, WORK[1]), dependencies=(), moved={"a": begun}, observed={"a": TODAY, "b": TODAY})
    case = case_of(known)
    assert [blocker.subject for blocker in case.chains[0].blockers] == ["item:a"]
    found = outcome(known, Assumption("item:a"))
    assert (found.now.finish, found.then.finish, found.then.blockers) == (FREE, date(2025, 1, 10), 0)


def test_what_is_settled_or_unknown_changes_nothing_and_says_so() -> None:
    proof = signed("dependency:D", dependency_version(NEED), Meaning.RESOLVED, "vic", note="https://docs")
    known = portfolio(statements=(proof,))
    found = what_if(case_of(known), [Assumption("dependency:D"), Assumption("dependency:Z")])
    assert [each.note for each in found.assumed] == ["it is settled already", "nobody knows it any more"]
    assert not found.outcomes[0].is_otherwise and found.saved is None


def test_nothing_of_today_is_touched() -> None:
    case = case_of(portfolio())
    before = (case.objectives, case.chains, case.judgements, case.facts.read)
    what_if(case, [Assumption("dependency:D")])
    assert before == (case.objectives, case.chains, case.judgements, case.facts.read)
    assert case_of(portfolio()).objectives == case.objectives


# The law


def told(case: Case) -> dict[str, Any]:
    """All that is shown of a case, but for the words in which it is signed."""
    objectives = [replace(each, reasons=()) for each in case.objectives]
    chains = [
        replace(chain, blockers=tuple(replace(each, reasons=(), members=()) for each in chain.blockers))
        for chain in case.chains
    ]
    judgements = {p: (j.status, j.basis, j.finish, j.unheld, j.at_least, j.root) for p, j in case.judgements.items()}
    states = {s: (j.view.state, j.view.held_until, j.view.projects) for s, j in case.judged.items()}
    return {"judged": states, "judgements": judgements, "objectives": objectives, "chains": chains}


def come_about(case: Case, assumptions: list[Assumption]) -> Snapshot | None:
    """The snapshot in which files and signatures say what is assumed; None where nobody could sign that."""
    known, rows = case.facts.read, dict[str, WorkItem]()
    for each in sorted(assumptions, key=lambda each: each.on is None):
        work_ = case.facts.items.get(case.judged[each.subject].view.record.giver_item)
        if work_ is None or work_.stub or case.facts.is_done(work_):
            continue
        if each.on is None:
            rows |= {one.id: _done(one) for one in _with_below(case, work_)}
        elif (ending := _ending(case, work_, each.on)) is not None:
            rows[work_.id] = max(rows.get(work_.id, ending), ending, key=lambda row: row.remaining_days or 0.0)
    items = tuple(rows.get(i.id, i) for i in known.work_items)
    done = replace(known, work_items=items, moved={**known.moved, **dict.fromkeys(rows, TODAY)})
    said = _said(case_of(done), assumptions, [i for i in rows.values() if i.state is State.DONE])
    return None if said is None else replace(done, statements=(*known.statements, *said))


def _said(case: Case, assumptions: list[Assumption], done: list[WorkItem]) -> list[Statement] | None:
    """What is signed of them, once the work is done."""
    said, link_ = [], "https://evidence"
    for each in assumptions:
        if each.subject not in case.judged:
            continue  # who needed it is done too
        record = case.judged[each.subject].view.record
        giver = case.ledger.entitled.giver(record).person
        if giver is None:
            return None
        more: dict[str, Any] = {"note": link_} if each.on is None else {"date": str(each.on)}
        meaning = Meaning.RESOLVED if each.on is None else Meaning.PROMISED
        of = dependency_version(case.facts.as_written(record))
        said.append(signed(each.subject, of, meaning, giver.id, **more))
    for one in done:
        of = milestone_version(one.id, one.project, one.title, one.acceptance)
        said.append(signed(f"milestone:{one.id}", of, Meaning.VALIDATED, "kim", note=link_))
    return said


def _with_below(case: Case, work: WorkItem) -> list[WorkItem]:
    below = [one for each in case.facts.below.get(work.id, ()) for one in _with_below(case, each)]
    return [work, *(one for one in below if not case.facts.is_done(one))]


def _done(work: WorkItem) -> WorkItem:
    now = datetime.combine(TODAY, time())
    return replace(
        work,
        state=State.DONE,
        percent=100.0,
        remaining_days=0.0,
        actual_start=work.actual_start or now,
        actual_finish=now,
    )


def _ending(case: Case, work: WorkItem, day: date) -> WorkItem | None:
    """As much of the work left as ends on that day, where it would end later for there being more."""
    node = case.woven.node(work.id)
    if node is None or day_of(case.blockage.held.finish[node]) <= day:
        return None
    calendar = case.woven.network.calendar_of(node)
    left = max(0, calendar.work_between(minute_of(TODAY), calendar.finish_of(day)))
    if left >= case.woven.network.remaining[node]:
        return None
    begun = work.actual_start or datetime.combine(TODAY, time())
    days = left / calendar.minutes_per_day
    return replace(work, state=State.DOING, percent=None, remaining_days=days, actual_start=begun)


LEADS = {"apps": "ann", "bank": "ben", "sourcing": "vic"}
teams = st.sampled_from(sorted(LEADS))


@st.composite
def programmes(draw: Any) -> Snapshot:
    """Three projects of three teams with two objectives: hand-overs that are logged, only linked, or both, work that is
    silent, and milestones that Kim accepts."""
    names = [f"i{n:02}" for n in range(draw(st.integers(4, 14)))]
    items = [draw(work(name)) for name in names]
    pairs = [draw(st.tuples(st.integers(0, len(names) - 1), st.integers(0, len(names) - 1))) for _ in names]
    ends = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    if draw(st.booleans()):
        items.append(item("s", 0.0, "P", kind=Kind.SUMMARY, team="bank", acceptor="kim"))
        items = [replace(i, parent="s") if draw(st.integers(0, 3)) == 3 and i.id != "s" else i for i in items]
    begun = TODAY - timedelta(60)
    finish = st.sampled_from((TODAY + timedelta(10), TODAY + timedelta(30), date(2025, 6, 30)))
    projects = [
        project(
            name, draw(finish), draw(teams), owner="kim", objectives=draw(st.sampled_from((("O",), ("O", "N"), ("N",))))
        )
        for name in "PQR"
    ]
    return snapshot(
        items=tuple(items),
        links=tuple(link(names[a], names[b], type=draw(st.sampled_from((*FS, *LinkType)))) for a, b in ends),
        projects=tuple(projects),
        objectives=(OBJECTIVE, Objective(id="N", title="Another", target_date=TODAY + timedelta(20))),
        dependencies=tuple(draw(need(name, [i.id for i in items])) for name in "DEF"[: draw(st.integers(0, 3))]),
        # A file is read today in any case, so that the day of the edit tells nothing.
        moved={names[0]: TODAY} | {name: begun for name in names[1:] if draw(st.integers(0, 4))},
    )


FS = (LinkType.FS,) * 6


@st.composite
def work(draw: Any, name: str) -> WorkItem:
    state = draw(st.sampled_from((None, None, State.TODO, State.DOING, State.DONE)))
    return item(
        name,
        draw(st.sampled_from((0.0, 1.0, 2.0, 5.0, 20.0))),
        draw(st.sampled_from("PPQR")),
        team=draw(teams),
        kind=draw(st.sampled_from((Kind.ACTIVITY, Kind.ACTIVITY, Kind.MILESTONE))),
        acceptor="kim",
        state=state,
        remaining_days=draw(st.sampled_from((None, 3.0))) if state is State.DOING else None,
        actual_start=TODAY - timedelta(60) if state is State.DOING else None,
        actual_finish=TODAY - timedelta(10) if state is State.DONE else None,
    )


@st.composite
def need(draw: Any, id: str, names: list[str]) -> Dependency:
    giver, receiver = draw(st.sampled_from([(a, b) for a in sorted(LEADS) for b in sorted(LEADS) if a != b]))
    return docs(
        id=id,
        giver_team=giver,
        receiver_team=receiver,
        giver_owner=LEADS[giver],
        receiver_owner=LEADS[receiver],
        giver_item=draw(st.sampled_from(("", *names))),
        receiver_item=draw(st.sampled_from(("", *names))),
        receiver_project=draw(st.sampled_from(("", "P", "Q"))),
        needed_by=draw(st.sampled_from((None, TODAY + timedelta(3)))),
    )


@MORE
@given(programmes(), st.data())
def test_it_is_what_is_true_once_it_has_come_about(known: Snapshot, data: st.DataObject) -> None:
    case = case_of(known)
    subjects = [subject for subject, judged in case.judged.items() if not judged.settled]
    assume(subjects)
    chosen = data.draw(st.lists(st.sampled_from(sorted(subjects)), min_size=1, max_size=3, unique=True))
    days = st.none() | st.integers(0, 40).map(lambda n: TODAY + timedelta(n))
    assumptions = [Assumption(subject, data.draw(days)) for subject in chosen]
    told(case)
    true = come_about(case, assumptions)
    assume(true is not None)
    assert true is not None
    found, expected = told(supposed(case, assumptions)), told(case_of(true))
    for name, value in expected.items():
        assert found[name] == value, name
