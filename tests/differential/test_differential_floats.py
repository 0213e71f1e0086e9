"""Our floats against those of MPXJ's schedulers, on the random plans whose dates agree and on one plan of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from differential_compare import compared
from differential_drawing import seeded_plan
from differential_files import own_id
from differential_floats import float_reason
from differential_pins import CLOCK, MONDAY, NIGHT, at, primavera, project, task, tie
from differential_plans import Plan
from differential_telling import told
from test_differential import COUNT, SHARE, folder

from cockpit.records.terms import Constraint, Role, Rules

__all__ = ["folder"]

AGREED: Mapping[str, tuple[Plan, int, float, float]] = MappingProxyType(
    {
        "nothing after it, and a deadline": (project(task(1, deadline=at(2, 9)), task(2, 80)), 1, 960, 960),
        "a deadline that is missed": (project(task(1, 16, deadline=at(0, 9)), task(2, 80)), 1, -480, 0),
        "a successor that has begun keeps its start": (
            project(task(1), task(2, 24, begun=at(2), left=480), tie(1, "FS", 2)), 1, 1440, 480,
        ),
        "a begun predecessor keeps its start": (
            project(
                task(1, 24, begun=at(0), left=480), task(2, constraint=Constraint.START_FROM, on=at(4)), task(3, 80),
                tie(1, "SS", 2),
            ), 1, 3360, 1920,
        ),
        "before what is to be late": (
            project(task(1), task(2, constraint=Constraint.LATE), task(3, 80), tie(1, "FS", 2)), 1, 3840, 3840,
        ),
        "what is to be late": (project(task(2, constraint=Constraint.LATE), task(3, 80)), 2, 0, 0),
        "a successor that is done": (
            primavera(
                task(1), task(2, begun=MONDAY, ended=at(0, 9)), task(3, constraint=Constraint.START_FROM, on=at(9)),
                tie(1, "FS", 2), tie(1, "FS", 3), data_date=at(2),
            ), 1, 1920, 0,
        ),
        "a pair of links on two calendars": (
            primavera(task(1, calendar=NIGHT.id), task(2), tie(1, "FF", 2, 8), tie(1, "SS", 2)), 1, -240, 720,
        ),
        "a level of effort, by start float": (
            primavera(
                task(1), task(2, 8, role=Role.EFFORT), task(3, 40), tie(1, "SS", 2), tie(3, "FF", 2), float_type="SS"
            ), 2, 1920, 0,
        ),
    }
)  # fmt: skip
"""A plan, a task of it, total and free float in minutes, by which both programs go."""

PARTED: Mapping[str, tuple[Plan, int, float, float]] = MappingProxyType(
    {
        "free slack above total slack": (project(task(1), task(2, 5), tie(1, "FF", 2, -8)), 1, 0, 300),
        "runs on the successor's other calendar": (
            project(task(1), task(2, 5, calendar=NIGHT.id), task(3, 80), tie(1, "FS", 2, 22)), 1, 0, 120,
        ),
        "elapsed": (
            project(
                task(1), task(2, constraint=Constraint.START_FROM, on=at(7)), task(3, 80),
                tie(1, "FS", 2, 40, "elapsed"),
            ), 1, 1920, 0,
        ),
        "link that leaves the summary": (
            project(
                task(4, 0, summary=True), task(1, parent=4), task(2, 24, parent=4), task(3), task(5, 80),
                tie(4, "FS", 3),
            ), 1, 960, 3840,
        ),
        "before a break and the other after it": (
            project(
                task(1, calendar=CLOCK.id), task(2, constraint=Constraint.START_FROM, on=at(3, -3)), tie(1, "FS", 2)
            ), 1, 3840, 3660,
        ),
    }
)  # fmt: skip
"""A plan, a task of it, its free float by ours and by the peer; the name is part of the reason."""


@pytest.mark.slow
@pytest.mark.parametrize("rules", Rules)
def test_the_floats_of_random_plans(rules: Rules, folder: Path) -> None:
    plans, odd, unclear = 0, 0, []
    for seed in range(COUNT):
        result = compared(seeded_plan(seed, rules), folder)
        if result.refused or result.dates:
            continue
        plans += 1
        odd += any(one.field == "total_float" for one in result.floats)
        unclear += [(seed, one) for one in result.floats if not float_reason(result, one)]
    print(f"{plans - odd} of {plans} plans whose dates agree agree in every total float")
    assert odd <= (1 - SHARE) * plans, f"{odd} of {plans} plans differ in a total float"
    assert not unclear, "\n".join(str(one) for one in unclear[:20])


@pytest.mark.parametrize("name", AGREED)
def test_both_programs_go_by_the_same_rule(name: str, folder: Path) -> None:
    plan, uid, total, free = AGREED[name]
    result = compared(plan, folder)
    ours, theirs = result.ours[own_id(plan, uid)], result.theirs[own_id(plan, uid)]
    assert (ours.total_float, ours.free_float) == (total, free), told(result)
    assert (theirs.total_float, theirs.free_float) == pytest.approx((total, free)), told(result)


@pytest.mark.parametrize("name", PARTED)
def test_a_known_difference_gets_its_reason(name: str, folder: Path) -> None:
    plan, uid, ours, theirs = PARTED[name]
    result = compared(plan, folder)
    key = own_id(plan, uid)
    assert (result.ours[key].free_float, result.theirs[key].free_float) == pytest.approx((ours, theirs)), told(result)
    (found,) = [one for one in result.floats if one.uid == uid]
    assert name in float_reason(result, found).replace("\n   ", "")


def test_a_difference_of_no_known_kind_gets_no_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = project(task(1), task(2), tie(1, "FS", 2))
    honest = compared(plan, folder).ours
    monkeypatch.setattr("differential_compare.our_rows", lambda *_: {**honest, 1: honest[1]._replace(free_float=60)})
    result = compared(plan, folder)
    (found,) = result.floats
    assert float_reason(result, found) == ""
    assert float_reason(result, replace(found, field="total_float")) == ""
