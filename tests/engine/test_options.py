"""What may be decided about a breach, each option with the finish that follows from it, worked out by hand.

Project P: A takes ten days and waits for the interface documents, B five days after it. Today is Monday 6 January.
Free to begin, A takes until the 17th and B until Friday 24 January. Nobody promised the documents: they are assumed to
hold for 20 working days, until Friday 31 January. Then A takes until 14 February and B until the 21st: 28 days later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scene import TODAY, assess, breach, docs, item, link, project, signed, snapshot

from cockpit.engine.case import Case
from cockpit.engine.decisions.options import options
from cockpit.engine.facts import Facts
from cockpit.records.lives import Option
from cockpit.records.model import Kpi, Meaning
from cockpit.records.snapshot import Snapshot
from cockpit.trust.obligations import dependency_version

FREE, HELD = date(2025, 1, 24), date(2025, 2, 21)
NEED = docs(needed_by=date(2025, 1, 6))
WORK = (item("a", 10.0, team="apps"), item("b", 5.0, team="apps"))


def portfolio(**more: Any) -> Snapshot:
    given: dict[str, Any] = {
        "items": WORK,
        "links": (link("a", "b"),),
        "dependencies": (NEED,),
        "projects": (project(finish=FREE),),
    }
    return snapshot(**given | more)


def asked(known: Snapshot, code: str) -> dict[str, Option]:
    found = breach(assess(known, TODAY), code)
    return {option.id: option for option in options(Case(Facts(known, TODAY)), found)}


def then(option: Option) -> tuple[date | None, date | None, float | None]:
    (effect,) = option.effects
    return effect.now, effect.then, effect.days


def test_a_dependency_that_nobody_promised() -> None:
    found = asked(portfolio(), "DEP-UNPROVEN")
    assert list(found) == ["resolve", "without", "rebaseline", "stop", "accept"]
    assert then(found["resolve"]) == (HELD, FREE, 28.0)
    assert found["resolve"].saved == 28_000.0 and found["resolve"].at_least and not found["resolve"].saved_assumed
    assert found["resolve"].title == "Have “Interface documents” resolved now"
    assert then(found["without"]) == (HELD, FREE, 28.0)
    assert then(found["accept"]) == (HELD, HELD, 0.0)
    assert found["accept"].saved is None and not found["accept"].at_least
    assert found["accept"].due == date(2025, 1, 11), "five days to see it cleared"


def test_its_promise_may_be_taken_with_its_day() -> None:
    promise = signed("dependency:D", dependency_version(NEED), Meaning.PROMISED, "vic", date="2025-02-10")
    found = asked(portfolio(statements=(promise,)), "DEP-UNPROVEN")
    # A begins on Tuesday 11 February and takes until the 24th, B until 3 March: 38 days after 24 January.
    assert found["promise"].due == date(2025, 2, 10)
    assert then(found["promise"]) == (date(2025, 3, 3), date(2025, 3, 3), 0.0)
    assert then(found["resolve"]) == (date(2025, 3, 3), FREE, 38.0)
    assert not found["resolve"].at_least, "a promise is a date and no guess"


def test_a_delivery_whose_turn_it_is_not_cannot_be_had_now_but_one_may_go_on_without_it() -> None:
    """The vendor has ten days of work (until the 17th) before the ten days (until the 31st) that make the documents."""
    vendor = (item("g0", 10.0, "Q", team="vendor"), item("g", 10.0, "Q", team="vendor"))
    known = portfolio(
        items=(*WORK, *vendor),
        links=(link("a", "b"), link("g0", "g"), link("g", "a")),
        dependencies=(docs(needed_by=date(2025, 1, 6), giver_item="g"),),
        projects=(project(finish=FREE), project("Q", team="vendor", objectives=())),
    )
    found = asked(known, "DEP-UNPROVEN")
    assert then(found["resolve"]) == (HELD, HELD, 0.0)
    assert then(found["without"]) == (HELD, FREE, 28.0)
    assert "dependency:D withdrawn" in found["without"].then


def test_a_link_that_nobody_registered_may_be_taken_out_too() -> None:
    vendor = (item("g0", 10.0, "Q", team="vendor"), item("g", 10.0, "Q", team="vendor"))
    known = portfolio(
        items=(*WORK, *vendor),
        links=(link("a", "b"), link("g0", "g"), link("g", "a")),
        dependencies=(),
        projects=(project(finish=FREE), project("Q", team="vendor", objectives=())),
    )
    found = asked(known, "DEP-UNOWNED")
    assert then(found["without"]) == (HELD, FREE, 28.0)


def test_two_that_stand_side_by_side_are_resolved_together() -> None:
    other = docs(id="E", title="Test data", needed_by=date(2025, 1, 6))
    found = asked(portfolio(dependencies=(NEED, other)), "DEP-UNPROVEN")
    assert then(found["resolve"])[2] == 0.0
    assert then(found["together"]) == (HELD, FREE, 28.0)
    assert "“Interface documents”" in found["together"].title and "“Test data”" in found["together"].title


def test_work_that_is_silent_without_what_it_waited_for_is_not_held_against_going_on() -> None:
    """A began in November and has not moved since: without the dependency its silence would be assumed to hold it."""
    begun = date(2024, 11, 4)
    first = item("a", 10.0, team="apps", actual_start=begun, remaining_days=10.0)
    known = portfolio(items=(first, WORK[1]), moved={"a": begun}, observed={"a": TODAY, "b": TODAY})
    found = asked(known, "DEP-UNPROVEN")
    assert then(found["without"]) == (HELD, FREE, 28.0)


def test_a_late_project_names_what_regains_most_its_baseline_and_what_is_not_spent() -> None:
    late = project(finish=date(2025, 1, 10), budget=500_000.0, forecast_cost=500_000.0, actual_cost=120_000.0)
    found = asked(portfolio(projects=(late,)), "FINISH-LATE")
    assert list(found) == ["resolve", "clear", "rebaseline", "stop", "accept"]
    assert found["resolve"].title == "Have “Interface documents” resolved now"
    assert then(found["resolve"]) == (HELD, FREE, 28.0)
    assert found["rebaseline"].title == "Take 2025-02-21 as the baseline of “Project P”"
    assert "cockpit sign FOLDER baseline:P baselined" in found["rebaseline"].then
    assert found["stop"].then == "Of its forecast cost 380,000 is not spent yet."
    assert then(found["stop"]) == (HELD, None, None), "nothing of the objective is left"


def test_stopping_a_project_lets_go_what_waits_for_it() -> None:
    """R waits for B of P and takes five days more: until 28 February, and without P until 10 January."""
    after = item("r", 5.0, "R", team="apps")
    known = portfolio(
        items=(*WORK, after),
        links=(link("a", "b"), link("b", "r")),
        projects=(project(finish=FREE), project("R", finish=date(2025, 6, 30))),
    )
    found = asked(known, "DEP-UNPROVEN")
    assert then(found["stop"]) == (date(2025, 2, 28), date(2025, 1, 10), 49.0)


def test_an_overrun_is_cleared_stopped_or_left() -> None:
    dear = project(finish=date(2025, 6, 30), budget=100.0, forecast_cost=200.0)
    found = asked(portfolio(projects=(dear,), dependencies=()), "COST-OVER")
    assert list(found) == ["clear", "stop", "accept"]
    assert then(found["clear"]) == (FREE, FREE, 0.0)


@pytest.mark.parametrize("code", ["KPI-UNSIGNED", "ALIGN-UNMEASURED"])
def test_what_moves_no_finish_is_cleared_or_left(code: str) -> None:
    kpis = (Kpi(id="K", objective="O", title="Rate", owner="kim"),) if code == "KPI-UNSIGNED" else ()
    found = asked(portfolio(kpis=kpis), code)
    assert list(found) == ["clear", "accept"]
    assert all(effect.days == 0.0 for option in found.values() for effect in option.effects)


def test_a_missing_cost_of_delay_is_marked_as_assumed() -> None:
    known = portfolio()
    known = replace(known, objectives=(replace(known.objectives[0], cost_of_delay_per_day=None),))
    option = asked(known, "DEP-UNPROVEN")["resolve"]
    assert (option.saved, option.saved_assumed) == (28.0, True)
