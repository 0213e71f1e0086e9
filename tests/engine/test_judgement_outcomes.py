"""KPIs, objectives and purpose."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scene import OBJECTIVE, TODAY, breach, codes, item, project, signed, snapshot

from cockpit.engine.assess import assess
from cockpit.engine.assign import matches
from cockpit.engine.kpis import attainment, meets
from cockpit.records.assessment import Assessment, KpiView
from cockpit.records.model import Direction, Kind, Kpi, Meaning, Objective, Reading
from cockpit.records.snapshot import Assignment, SourceFile
from cockpit.records.verdicts import Status
from cockpit.trust.obligations import mapping_subject, mapping_version, reading_version


def kpi(**more: Any) -> Kpi:
    base = {"id": "K", "objective": "O", "title": "Uptime", "owner": "ben", "baseline": 90.0, "target": 99.0}
    return Kpi(**{**base, "target_date": date(2025, 12, 31), **more})


def attest(day: date, value: float, signer: str = "ben", meaning: Meaning = Meaning.ATTESTED) -> Any:
    return signed("kpi:K", reading_version("K", day, value), meaning, signer, day, date=day.isoformat(), value=value)


def readings(*values: float, step: int = 30) -> tuple[Reading, ...]:
    first = TODAY - timedelta(days=step * (len(values) - 1))
    return tuple(Reading(kpi="K", as_of=first + timedelta(days=step * n), value=v) for n, v in enumerate(values))


def judged(row: Kpi, rows: tuple[Reading, ...], *statements: Any) -> tuple[KpiView, Assessment]:
    answer = assess(snapshot(items=(item("a", 5),), kpis=(row,), readings=rows, statements=statements), TODAY)
    return answer.kpis[0], answer


def all_signed(row: Kpi, *values: float) -> tuple[KpiView, Assessment]:
    rows = readings(*values)
    return judged(row, rows, *(attest(r.as_of, r.value) for r in rows))


def test_unsigned_is_unknown_however_good() -> None:
    view, answer = judged(kpi(), readings(99.9))
    assert view.status is Status.UNKNOWN
    assert breach(answer, "KPI-UNSIGNED").owner == "ben"


def test_only_the_owners_signature_counts() -> None:
    view, answer = judged(kpi(), readings(99.9), attest(TODAY, 99.9, "ann"))
    assert view.status is Status.UNKNOWN
    assert "STATEMENT-INVALID" in codes(answer)


def test_the_signature_may_carry_the_value() -> None:
    view, _ = judged(kpi(), (), attest(TODAY, 99.2))
    assert (view.status, view.value, view.signed) == (Status.ON_TRACK, 99.2, True)


def test_a_changed_reading_loses_its_signature() -> None:
    view, answer = judged(kpi(), readings(99.9), attest(TODAY, 97.0))
    assert view.status is Status.UNKNOWN and view.contradicted
    assert "KPI-CONTRADICTED" in codes(answer)


def test_stale_is_unknown() -> None:
    day = TODAY - timedelta(days=40)
    view, answer = judged(kpi(cadence_days=31), (Reading(kpi="K", as_of=day, value=99.5),), attest(day, 99.5))
    assert view.status is Status.UNKNOWN
    assert "KPI-STALE" in codes(answer)


def test_a_reading_that_nobody_signs_hides_nothing_that_its_owner_signed() -> None:
    """Signed 91 against a target whose day has passed; then a file says 99, or says it of the very day that was
    signed. It is no better than what was signed, and no worse: where that was good, it is Unknown."""
    before, day = kpi(target_date=TODAY - timedelta(days=1)), TODAY - timedelta(days=3)
    for row in (Reading(kpi="K", as_of=TODAY, value=99.0), Reading(kpi="K", as_of=day, value=99.0)):
        view, answer = judged(before, (row,), attest(day, 91.0))
        assert view.status is Status.OFF_TRACK and "KPI-OFF" in codes(answer)
        assert "the last signed reading, 91 on 2025-01-03, counts" in str(view.reasons)
        assert {"KPI-UNSIGNED", "KPI-CONTRADICTED"} & codes(answer)
        good, _ = judged(before, (row,), attest(day, 99.5))
        assert good.status is Status.UNKNOWN


def test_two_sources_of_one_day_contradict_each_other() -> None:
    rows = (Reading(kpi="K", as_of=TODAY, value=99.0), Reading(kpi="K", as_of=TODAY, value=98.0))
    view, answer = judged(kpi(), rows, attest(TODAY, 99.0))
    assert view.status is Status.UNKNOWN
    assert "99 and 98" in str(breach(answer, "KPI-CONTRADICTED").reasons)


def test_a_lead_who_is_bound_by_it_may_dispute() -> None:
    row = kpi(leads=("ann",))
    view, _ = judged(row, (), attest(TODAY, 99.5), attest(TODAY, 99.5, "ann", Meaning.DISPUTED))
    assert view.contradicted and view.status is Status.UNKNOWN
    stranger, _ = judged(kpi(), (), attest(TODAY, 99.5), attest(TODAY, 99.5, "ann", Meaning.DISPUTED))
    assert stranger.status is Status.ON_TRACK


@pytest.mark.parametrize(
    ("row", "value", "share"),
    [
        (kpi(), 93.6, 0.4),
        (kpi(direction=Direction.LOWER, baseline=50.0, target=10.0), 30.0, 0.5),
        (kpi(baseline=None), 95.0, None),
        (kpi(baseline=99.0), 95.0, None),  # a zero span
        (kpi(direction=Direction.RANGE, low=1.0, high=2.0), 1.5, None),
    ],
)
def test_attainment(row: Kpi, value: float, share: float | None) -> None:
    assert attainment(row, value) == (None if share is None else pytest.approx(share))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_attainment_is_nought_at_the_baseline_and_whole_at_the_target(base: float, target: float, value: float) -> None:
    row = kpi(baseline=base, target=target)
    if attainment(row, value) is not None:
        assert attainment(row, base) == 0.0
        assert attainment(row, target) == pytest.approx(1.0)


def test_a_zero_span_is_within_tolerance_or_not() -> None:
    hold = kpi(baseline=99.0, tolerance=0.5)
    assert meets(hold, 98.5) and not meets(hold, 98.4)


@pytest.mark.parametrize(("value", "good"), [(0.9, False), (1.0, True), (2.0, True), (2.1, False)])
def test_a_range_has_two_ends(value: float, good: bool) -> None:
    assert meets(kpi(direction=Direction.RANGE, low=1.0, high=2.0), value) is good


def test_the_forecast_is_a_line_through_the_last_six_of_three_at_least() -> None:
    two, _ = all_signed(kpi(), 91.0, 92.0)
    assert two.forecast is None and two.status is Status.UNKNOWN
    # One point a month from 90 on 7 November: 99 would be reached about the end of July.
    good, _ = all_signed(kpi(), 90.0, 91.0, 92.0)
    assert good.forecast == pytest.approx(92 + (date(2025, 12, 31) - TODAY).days / 30)
    assert good.status is Status.ON_TRACK
    bad, answer = all_signed(kpi(), 90.0, 90.1, 90.2)
    assert bad.status is Status.AT_RISK
    assert "KPI-OFF" in codes(answer)
    seven, _ = all_signed(kpi(), 0.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0)
    assert seven.forecast == pytest.approx(90.0)  # the first is too old to count


def test_after_its_date_a_target_is_met_or_missed() -> None:
    past = kpi(target_date=TODAY - timedelta(days=1))
    assert all_signed(past, 99.0)[0].status is Status.COMPLETE
    assert all_signed(past, 98.0)[0].status is Status.OFF_TRACK


def test_outcome_is_the_worst_kpi_and_execution_the_worst_project_on_the_chain() -> None:
    _, answer = all_signed(kpi(), 90.0, 90.1, 90.2)
    assert answer.objectives[0].outcome is Status.AT_RISK
    assert answer.objectives[0].execution is Status.ON_TRACK


# --- purpose ---------------------------------------------------------------------------------------------------------


def ticket(id: str, project_id: str = "", effort: float | None = None, **more: Any) -> Any:
    return item(id, 1, project=project_id, kind=Kind.TICKET, effort=effort, **more)


def test_tickets_that_serve_nothing_are_one_breach_per_cause_with_their_share() -> None:
    items = (
        ticket("T1", "P", 5.0),
        ticket("T2", "OPS", 10.0),
        ticket("T3", "OPS", 5.0),
        ticket("T4", "", 0.0),
    )
    answer = assess(snapshot(items=items), TODAY)
    assert (answer.alignment.items, answer.alignment.unmapped, answer.alignment.unmapped_effort) == (4, 3, 15.0)
    found = [b for b in answer.breaches if b.code == "ALIGN-TICKETS"]
    assert len(found) == 2
    assert any("2 tickets serve no objective (50% of tickets, 75% of effort)" in b.title for b in found)
    assert any(b.title.startswith("1 ticket serves no objective (25% of tickets") for b in found)


def test_a_thousand_is_marked_in_what_a_breach_says() -> None:
    strays = tuple(project(f"S{n}", objectives=()) for n in range(1_100))
    tickets = tuple(ticket(f"T{n}", "OPS") for n in range(1_200))
    answer = assess(snapshot(items=tickets, projects=(project(), *strays)), TODAY)
    assert breach(answer, "ALIGN-TICKETS").title.startswith("1,200 tickets serve no objective")
    assert breach(answer, "ALIGN-PROJECT").title == "1,100 projects serve no strategic objective"
    counted = (sentence for b in answer.breaches for sentence in (b.title, *(reason.text for reason in b.reasons)))
    assert not [each for each in counted if re.search(r"(?<![\w-])\d{4,} (?!-)", each)]


def test_a_kpi_of_a_million_is_said_in_digits() -> None:
    _, answer = judged(kpi(baseline=1e6, target=2e6, unit="users"), readings(1_234_567.0))
    assert breach(answer, "KPI-UNSIGNED").title == f"Uptime: 1,234,567 of {TODAY} is not signed"
    assert next(s for s in answer.signoffs if s.subject == "kpi:K").title == "Uptime: 1,234,567 users"
    counted, _ = judged(kpi(baseline=1e6, target=2e6, unit="users"), readings(1_234_567.0), attest(TODAY, 1_234_567.0))
    assert counted.reasons[0].text.startswith(f"1,234,567 users on {TODAY}: ")


def test_a_ticket_is_mapped_by_its_column_its_epic_or_the_charter() -> None:
    epic = item("E", 0, project="", kind=Kind.SUMMARY, objective="O")
    items = (
        ticket("T1", objective="O"),
        epic,
        ticket("T2", parent="E"),
        ticket("T3", extra=(("Labels", "cloud; core-api"),)),
    )
    rule = Assignment(field="labels", pattern="core-*", objective="O")
    assert assess(snapshot(items=items), TODAY).alignment.unmapped == 1
    mapped = assess(snapshot(items=items, assignments=(rule,)), TODAY).alignment
    assert (mapped.unmapped, mapped.unconfirmed) == (0, 1)
    subject = mapping_subject("labels", "core-*")
    proof = signed(subject, mapping_version("labels", "core-*", "", "O"), Meaning.CONFIRMED, "kim")
    confirmed = assess(snapshot(items=items, assignments=(rule,), statements=(proof,)), TODAY).alignment
    assert confirmed.unconfirmed == 0


def test_an_assignment_gives_a_project_too() -> None:
    rule = Assignment(field="project", pattern="JIRA", project="P")
    answer = assess(snapshot(items=(ticket("T", "JIRA"), item("a", 5)), assignments=(rule,)), TODAY)
    assert answer.alignment.unmapped == 0
    assert answer.items["T"].project == "P"


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [("core-*", "CORE-api", True), ("core", "core-api", False), ("a[b]*", "a[b]c", True), ("a?c", "abc", False)],
)
def test_globs_know_the_star_only(pattern: str, text: str, hit: bool) -> None:
    assert matches(pattern, text) is hit


def test_an_objective_that_nothing_executes_or_measures_is_named() -> None:
    lost = Objective(id="X", title="World peace", owner="kim")
    answer = assess(snapshot(items=(item("a", 5),), objectives=(OBJECTIVE, lost), kpis=(kpi(),)), TODAY)
    assert [b.subject for b in answer.breaches if b.code == "ALIGN-UNEXECUTED"] == ["objective:X"]
    assert [b.subject for b in answer.breaches if b.code == "ALIGN-UNMEASURED"] == ["objective:X"]


def test_many_of_one_owner_are_one_breach() -> None:
    lost = tuple(Objective(id=f"X{n}", title=f"Wish {n}", owner="kim") for n in range(9))
    answer = assess(snapshot(items=(item("a", 5),), objectives=(OBJECTIVE, *lost), kpis=(kpi(),)), TODAY)
    found = [b for b in answer.breaches if b.code == "ALIGN-UNMEASURED"]
    assert [(b.subject, b.owner) for b in found] == [("objectives:kim", "kim")]
    assert "9 objectives" in found[0].title
    alone = assess(snapshot(items=(item("a", 5),), objectives=(OBJECTIVE, lost[0]), kpis=(kpi(),)), TODAY)
    one = breach(alone, "ALIGN-UNMEASURED")
    assert (one.subject, one.key) == ("objective:X0", found[0].key), "its age does not hang on how many they are"


def test_projects_without_an_objective_are_one_breach() -> None:
    rows = (project(), project("Q", objectives=()), project("R", objectives=("nope",)))
    answer = assess(snapshot(items=(item("a", 5),), projects=rows), TODAY)
    found = breach(answer, "ALIGN-PROJECT")
    assert "2 projects" in found.title and len(found.reasons) == 2


def test_a_kpi_of_an_unknown_objective_is_named() -> None:
    view, answer = judged(kpi(objective="GHOST"), ())
    assert view.record.objective == "GHOST"
    found = breach(answer, "ALIGN-KPI")
    assert "GHOST" in found.title and found.owner == "ben"
    assert "ALIGN-KPI" not in codes(judged(kpi(), ())[1])


def test_a_failed_source_says_whether_anything_of_it_is_known() -> None:
    def failed(rows: int) -> str:
        file = SourceFile(name="a.csv", path="a.csv", format="table", observed=TODAY, rows=rows, failed=True)
        return breach(assess(snapshot(items=(item("a", 5),), sources=(file,)), TODAY), "SOURCE-FAILED").clears_when

    assert "last good version counts" in failed(3)
    assert "nothing of it is known" in failed(0)


# --- what was attained over time


def test_an_objective_has_attained_on_each_day_what_the_kpi_furthest_behind_had_by_readings_that_count() -> None:
    """From 90 to 99: 94.5 is half the way, 99 all of it. The second KPI, from 0 to 10, is read first at 8, then at 2;
    its last reading, 10, is signed by nobody."""
    days = [TODAY - timedelta(days=30 * back) for back in (4, 3, 2, 1, 0)]
    one = [Reading(kpi="K", as_of=days[0], value=94.5), Reading(kpi="K", as_of=days[2], value=99.0)]
    two = [Reading(kpi="L", as_of=on, value=v) for on, v in ((days[1], 8.0), (days[3], 2.0), (days[4], 10.0))]
    rows = (kpi(), kpi(id="L", baseline=0.0, target=10.0))
    proofs = [attest(r.as_of, r.value) for r in one]
    for row in two[:2]:
        version = reading_version("L", row.as_of, row.value)
        more = {"date": row.as_of.isoformat(), "value": row.value}
        proofs.append(signed("kpi:L", version, Meaning.ATTESTED, "ben", row.as_of, **more))
    known = snapshot(items=(item("a", 5),), kpis=rows, readings=(*one, *two), statements=tuple(proofs))
    (view,) = assess(known, TODAY).objectives
    assert view.attained == ((days[0], 0.5), (days[1], 0.5), (days[2], 0.8), (days[3], 0.2))


def test_an_objective_of_ranges_or_of_readings_that_nobody_signed_has_attained_nothing_that_can_be_told() -> None:
    _, answer = judged(kpi(), readings(99.9))
    assert answer.objectives[0].attained == ()
    _, answer = all_signed(kpi(direction=Direction.RANGE, baseline=None, target=None, low=1.0, high=2.0), 1.5)
    assert answer.objectives[0].attained == ()
