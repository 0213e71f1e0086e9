"""The rules of judgement, sentence by sentence: purpose, KPIs, the two statuses of an objective and its bottom line.

A bank moves to the cloud (objective O, Kim's); its KPI is the share of payments that pass without a hand, 80 % at first
and 95 % by the end of 2025, for which Ben answers. Today is Monday, 6 January 2025.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from scene import OBJECTIVE, TODAY, assess, breach, codes, item, project, signed, snapshot, view

from cockpit.records.assessment import Assessment
from cockpit.records.model import Direction, Kind, Kpi, Meaning, Objective, Reading
from cockpit.records.snapshot import Assignment
from cockpit.records.verdicts import Status
from cockpit.trust.obligations import mapping_subject, mapping_version, reading_version

RATE = Kpi(
    id="K", objective="O", title="Straight-through rate", owner="ben", leads=("ann",), unit="%",
    baseline=80.0, target=95.0, target_date=date(2025, 12, 31), tolerance=0.0, cadence_days=31,
)  # fmt: skip


def signs(day: date, value: float, kpi: str = "K", signer: str = "ben", meaning: Meaning = Meaning.ATTESTED) -> Any:
    version = reading_version(kpi, day, value)
    return signed(f"kpi:{kpi}", version, meaning, signer, day, date=day.isoformat(), value=value)


def judged(*kpis: Kpi, said: tuple[Any, ...] = (), readings: tuple[Reading, ...] = (), **more: Any) -> Assessment:
    base = {"items": (item("a", 5),), "kpis": kpis, "statements": said, "readings": readings}
    return assess(snapshot(**{**base, **more}), TODAY)


# --- KPI


def test_green_takes_a_signed_fresh_and_uncontradicted_number() -> None:
    """96 % is beyond the target; whether anybody may say so is another matter."""
    read = (Reading(kpi="K", as_of=TODAY, value=96.0),)
    other = (*read, Reading(kpi="K", as_of=TODAY, value=91.0))
    month_old = TODAY - timedelta(days=32)
    for told, why, answer in (
        (Status.ON_TRACK, "", judged(RATE, readings=read, said=(signs(TODAY, 96.0),))),
        (Status.UNKNOWN, "is not signed by Ben Birch", judged(RATE, readings=read)),
        (Status.UNKNOWN, "it has no reading", judged(RATE)),
        (Status.UNKNOWN, "is 32 days old, its cadence is 31", judged(RATE, said=(signs(month_old, 96.0),))),
        (Status.UNKNOWN, "contradict each other", judged(RATE, readings=other, said=(signs(TODAY, 96.0),))),
        (Status.UNKNOWN, "Ann Alder, who is bound by it, disputes", judged(
            RATE, said=(signs(TODAY, 96.0), signs(TODAY, 96.0, signer="ann", meaning=Meaning.DISPUTED)))),
    ):  # fmt: skip
        (found,) = answer.kpis
        assert found.status is told, why
        assert why in " ".join(map(str, found.reasons))
        assert answer.objectives[0].outcome is told
    edge = judged(RATE, said=(signs(TODAY - timedelta(days=31), 96.0),))
    assert edge.kpis[0].status is Status.ON_TRACK


def test_attainment_is_the_way_from_baseline_to_target_and_shown() -> None:
    """From 80 towards 95: at 86 six of fifteen points are made, 40 %; a fall to 77 is 20 % backwards."""
    assert judged(RATE, said=(signs(TODAY, 86.0),)).kpis[0].attainment == pytest.approx(0.4)
    assert judged(RATE, said=(signs(TODAY, 77.0),)).kpis[0].attainment == pytest.approx(-0.2)
    fewer = replace(RATE, direction=Direction.LOWER, baseline=50.0, target=10.0)
    assert judged(fewer, said=(signs(TODAY, 20.0),)).kpis[0].attainment == pytest.approx(0.75)


def test_the_forecast_counts_signed_readings_only_and_six_at_most() -> None:
    """Six signed readings of 90 stand still at 90. A seventh before them, and one that nobody signed, say otherwise."""
    days = [TODAY - timedelta(days=30 * n) for n in range(6, -1, -1)]
    flat = tuple(signs(day, 90.0) for day in days[1:])
    rising = Reading(kpi="K", as_of=days[3] + timedelta(days=5), value=10.0)
    answer = judged(RATE, said=(signs(days[0], 40.0), *flat), readings=(rising,))
    assert answer.kpis[0].forecast == pytest.approx(90.0)
    assert answer.kpis[0].status is Status.AT_RISK
    assert judged(RATE, said=flat[:2]).kpis[0].forecast is None


def test_a_range_is_met_between_its_ends_and_a_zero_span_within_tolerance() -> None:
    """Staff per branch, four to six; and a rate that is to stay at 95, give or take one."""
    staff = replace(RATE, direction=Direction.RANGE, low=4.0, high=6.0, baseline=None, target=None)
    past = replace(staff, target_date=TODAY - timedelta(days=1))
    assert [judged(past, said=(signs(TODAY, v),)).kpis[0].status for v in (3.9, 4.0, 6.0, 6.1)] == [
        Status.OFF_TRACK, Status.COMPLETE, Status.COMPLETE, Status.OFF_TRACK,
    ]  # fmt: skip
    stay = replace(RATE, baseline=95.0, tolerance=1.0, target_date=TODAY - timedelta(days=1))
    for value, met in ((94.0, True), (93.9, False)):
        found = judged(stay, said=(signs(TODAY, value),)).kpis[0]
        assert found.status is (Status.COMPLETE if met else Status.OFF_TRACK) and found.attainment is None


# --- an objective


def test_an_objective_shows_its_worst_kpi_beside_the_worst_project_that_drives_it() -> None:
    """The rollout (to 28 February) drives the objective and is in time. The archive is a month late, but ends in
    January: it does not drive anything. Of two KPIs one is met and one has missed its date."""
    archive = project("Q", finish=date(2024, 12, 16), title="Archive")
    missed = replace(RATE, id="L", title="Outages", target_date=TODAY - timedelta(days=1))
    said = (signs(TODAY, 96.0), signs(TODAY, 90.0, "L"))
    items = (item("rollout", 40), item("archive", 8, "Q"))
    answer = judged(RATE, missed, said=said, items=items, projects=(project(), archive))
    assert (view(answer).status, view(answer, "Q").status) == (Status.ON_TRACK, Status.OFF_TRACK)
    (found,) = answer.objectives
    assert (found.execution, found.outcome) == (Status.ON_TRACK, Status.OFF_TRACK)
    longer = judged(RATE, items=(item("rollout", 1), item("archive", 8, "Q")), projects=(project(), archive))
    assert longer.objectives[0].execution is Status.OFF_TRACK


def test_the_bottom_line_is_slip_by_cost_of_delay_and_all_overruns_together() -> None:
    """The build ends on 17 January, five days after the objective's date, at 1,000 a day; one project is 40 over its
    budget, the other, which finished in December, 15 under it."""
    late = replace(OBJECTIVE, target_date=date(2025, 1, 12))
    rows = (
        project(budget=200.0, forecast_cost=240.0),
        project("Q", budget=100.0, forecast_cost=85.0, actual_finish=date(2024, 12, 16)),
    )
    answer = judged(items=(item("a", 10),), objectives=(late,), projects=rows)
    (found,) = answer.objectives
    assert (found.finish, found.slip_days, found.overrun) == (date(2025, 1, 17), 5.0, 25.0)
    assert found.bottom_line == 5 * 1000.0 + 25.0


# --- purpose


def ticket(id: str, project_id: str = "", **more: Any) -> Any:
    return item(id, 1, project=project_id, kind=Kind.TICKET, **more)


def test_a_tickets_own_word_counts_before_its_epics_and_that_before_its_projects() -> None:
    """Branches is another objective, of Sue's; nothing of it but the ticket and the epic say so."""
    branch = Objective(id="B", title="Branches", owner="sue")
    epic = item("E", 0, "P", kind=Kind.SUMMARY, objective="B")
    items = (epic, ticket("by column", "P", objective="B"), ticket("by epic", "P", parent="E"), ticket("plain", "P"))
    answer = judged(items=items, objectives=(OBJECTIVE, branch))
    assert (answer.alignment.items, answer.alignment.unmapped) == (3, 0)
    gone = judged(items=items, objectives=(branch,))
    # Without the cloud objective only what names branches serves anything.
    assert [(g.cause, g.items) for g in gone.alignment.groups] == [("project P serves no objective", ("plain",))]
    lost = judged(items=(*items, ticket("own", "P", parent="E", objective="LOST")), objectives=(branch,))
    assert "objective LOST is not known" in {g.cause for g in lost.alignment.groups}


def test_a_mapping_of_the_charter_is_unconfirmed_until_the_objectives_owner_signs_it() -> None:
    """Tickets of the component `core-…` serve the cloud, says the charter; whoever owns the objective has to say so."""
    rule = Assignment(field="component", pattern="core-*", objective="O")
    items = (ticket("T1", extra=(("Component", "Core-API"),)), ticket("T2", extra=(("Component", "hardcore-api"),)))
    subject, version = mapping_subject("component", "core-*"), mapping_version("component", "core-*", "", "O")

    def mapped(*said: Any) -> Assessment:
        return judged(items=items, assignments=(rule,), said=said)

    plain = mapped()
    assert (plain.alignment.unmapped, plain.alignment.unconfirmed) == (1, 1), "a glob, from the first letter on"
    (asked,) = [s for s in plain.signoffs if s.subject == subject]
    assert (asked.owner, asked.meanings, asked.state) == ("kim", (Meaning.CONFIRMED,), "unconfirmed")
    assert asked.title == "1 work item serves Move to the cloud, since component is core-*"
    for signer, left in (("ann", 1), ("sue", 1), ("kim", 0)):
        answer = mapped(signed(subject, version, Meaning.CONFIRMED, signer))
        assert answer.alignment.unconfirmed == left, signer
        assert bool([s for s in answer.signoffs if s.subject == subject]) is bool(left)


def test_nobody_is_asked_to_confirm_a_mapping_that_maps_nothing() -> None:
    rule = Assignment(field="component", pattern="core-*", objective="O")
    answer = judged(items=(ticket("T1", objective="O", extra=(("Component", "core-api"),)),), assignments=(rule,))
    assert not [s for s in answer.signoffs if s.subject.startswith("mapping:")]


def test_what_serves_nothing_is_one_breach_per_cause_with_its_share_by_count_and_effort() -> None:
    """Ten tickets of eight days: six of a guild that is no project (6 days of the 8), one that names a lost goal."""
    guild = tuple(ticket(f"G{n}", "GUILD", effort=1.0) for n in range(6))
    rest = (ticket("L", objective="LOST", effort=0.5), *(ticket(f"P{n}", "P", effort=0.5) for n in range(3)))
    answer = judged(items=(*guild, *rest), projects=(project(), project("Q", objectives=())))
    found = {b.title: b for b in answer.breaches if b.code == "ALIGN-TICKETS"}
    assert sorted(found) == [
        "1 ticket serves no objective (10% of tickets, 6% of effort): objective LOST is not known",
        "6 tickets serve no objective (60% of tickets, 75% of effort): GUILD is no project of the portfolio",
    ]
    assert breach(answer, "ALIGN-PROJECT").title == "“Project Q” serves no strategic objective"
    assert breach(answer, "ALIGN-UNMEASURED").subject == "objective:O"
    assert "ALIGN-UNEXECUTED" not in codes(answer)
    idle = judged(objectives=(OBJECTIVE, Objective(id="B", title="Branches", owner="sue")))
    assert (breach(idle, "ALIGN-UNEXECUTED").subject, breach(idle, "ALIGN-UNEXECUTED").owner) == ("objective:B", "sue")
