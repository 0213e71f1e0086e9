"""Our dates against those of MPXJ's schedulers, on random plans that both read from the same file.

`COCKPIT_DIFFERENTIAL=20000` sets how many plans of each program are compared; `benchmarks/differential.py` finds and
shows disagreements by cause.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from differential_compare import Comparison, compared, our_rows
from differential_drawing import plans, seeded_plan
from differential_files import own_id, written
from differential_known import reason
from differential_peer import Row, missing
from differential_plans import FEATURES, Plan, Task, Tie, profiles
from differential_shrinking import shrunk
from differential_telling import signature, told
from hypothesis import HealthCheck, Phase, given, settings

from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.model import LinkType
from cockpit.records.terms import Constraint, Rules

COUNT = int(os.environ.get("COCKPIT_DIFFERENTIAL", "200"))
MANY = 5000
"""From so many plans on, the share that agrees is asked too."""
SHARE = 0.995
SHOWN = 8
"""After so many disagreements that are not understood no more are looked for."""
MONDAY = datetime.fromisoformat("2025-03-03 08:00")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where plans and the peer's class are written; there is a peer."""
    why = missing()
    if why and os.environ.get("COCKPIT_STRICT"):
        pytest.fail(why)
    if why:
        pytest.skip(why)
    return tmp_path_factory.mktemp("differential")


def differs(plan: Plan, folder: Path) -> bool:
    return bool(compared(plan, folder).dates)


def small(plan: Plan, folder: Path) -> Comparison:
    """The comparison of the smallest plan that still differs."""
    return compared(shrunk(plan, lambda one: differs(one, folder)), folder)


@pytest.mark.slow
@pytest.mark.parametrize("rules", Rules)
def test_random_plans_get_the_same_dates(rules: Rules, folder: Path) -> None:
    refused, unclear, odd = [], [], 0
    for seed in range(COUNT):
        result = compared(seeded_plan(seed, rules), folder)
        if result.refused:
            refused.append(f"seed {seed}: {result.refused}")
        odd += bool(result.dates)
        if result.dates and not reason(result):
            unclear.append((seed, result.plan))
    assert not refused, "\n".join(refused[:20])
    print(f"{COUNT - odd} of {COUNT} plans agree in every date")
    found = [(seed, small(plan, folder)) for seed, plan in unclear[:SHOWN]]
    kinds = [f"seed {seed}: {signature(one.plan, one.dates)}" for seed, one in found]
    assert not found, "\n".join([f"{odd} of {COUNT} plans differ, among them:", *kinds, told(found[0][1])])
    assert COUNT < MANY or odd <= (1 - SHARE) * COUNT, f"{odd} of {COUNT} plans differ"


@pytest.mark.slow
@pytest.mark.parametrize("rules", Rules)
def test_plans_that_hypothesis_draws_get_the_same_dates(rules: Rules, folder: Path) -> None:
    @settings(
        max_examples=max(25, COUNT // 100),
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),  # plans are shrunk by our own means
    )
    @given(plan=plans(rules))
    def same(plan: Plan) -> None:
        result = compared(plan, folder)
        assert not result.refused
        assert not result.dates or reason(result), told(small(plan, folder))

    same()


def two(kind: str = "FS", lag: int = 0, rules: Rules = Rules.PROJECT) -> Plan:
    tasks = (Task(uid=1, minutes=480), Task(uid=2, minutes=240))
    return Plan(rules=rules, start=MONDAY, tasks=tasks, links=(Tie(pred=1, succ=2, type=LinkType(kind), lag=lag),))


@pytest.mark.parametrize("rules", Rules)
def test_the_peer_says_what_a_person_would(rules: Rules, folder: Path) -> None:
    plan = two(lag=120, rules=rules)
    result = compared(plan, folder)
    second = result.theirs[own_id(plan, 2)]
    assert (second.early_start, second.early_finish) == (
        minute_of(MONDAY + timedelta(days=1, hours=2)),
        minute_of(MONDAY + timedelta(days=1, hours=7)),
    )
    assert not result.dates


@pytest.mark.parametrize(
    ("minutes", "fields"),
    [
        (-60, ["early_finish"]),
        (15 * 60, []),  # to eight the next morning: no working time lies between
        (15 * 60 + 1, ["early_finish"]),
    ],
)
def test_a_date_that_differs_in_working_time_is_a_disagreement(
    minutes: int, fields: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(two(), links=())
    honest = compared(plan, folder).ours

    def moved(*_: object) -> dict[int, Row]:
        row = honest[1]
        assert row.early_finish is not None
        return {**honest, 1: row._replace(early_finish=row.early_finish + minutes)}

    monkeypatch.setattr("differential_compare.our_rows", moved)
    assert [one.field for one in compared(plan, folder).dates] == fields


def test_work_that_ends_before_it_begins_is_no_answer_to_agree_with(folder: Path) -> None:
    plan = two("FF", rules=Rules.PRIMAVERA)
    wish = replace(plan.tasks[1], constraint=Constraint.MUST_START, on=MONDAY + timedelta(days=9))
    result = compared(replace(plan, tasks=(plan.tasks[0], wish)), folder)
    assert "ends before it begins" in result.impossible
    ours = result.ours[own_id(plan, 2)]
    assert (ours.early_start, ours.early_finish) == (
        minute_of(MONDAY + timedelta(days=9)),
        minute_of(MONDAY + timedelta(days=9, hours=4)),
    )


def test_plans_of_project_without_constraints_have_no_negative_float(tmp_path: Path) -> None:
    for seed in range(300):
        plan = seeded_plan(seed, Rules.PROJECT, "calendar-lags")
        rows = our_rows(plan, written(plan), tmp_path)
        for task in plan.tasks:
            row, working = rows[task.uid], plan.working(task)
            assert row.total_float is not None and row.total_float >= 0, f"seed {seed}, task {task.uid}"
            assert row.early_start is not None and row.late_start is not None
            assert working.work_between(row.early_start, row.late_start) >= 0, f"seed {seed}, task {task.uid}"


@pytest.mark.parametrize("rules", Rules)
def test_a_seed_gives_the_same_plan_each_time_and_every_profile_gives_files(rules: Rules) -> None:
    for profile in profiles(rules):
        files = {written(seeded_plan(seed, rules, profile)) for seed in (1, 1, 2, 3)}
        assert len(files) == 3


def test_every_feature_occurs_in_the_profile_that_has_everything() -> None:
    every = {name for names in FEATURES.values() for name in names} - {"nights", "override", "second"}
    assert every == set(FEATURES["all"])


def test_shrinking_leaves_what_the_difference_is_about() -> None:
    plan = seeded_plan(4, Rules.PRIMAVERA, "all")

    def has_lagged_finish(one: Plan) -> bool:
        return any(tie.type is LinkType.FF and tie.lag for tie in one.links)

    assert has_lagged_finish(plan)
    small = shrunk(plan, has_lagged_finish)
    assert has_lagged_finish(small)
    assert (len(small.tasks), len(small.links)) == (2, 1)
    assert signature(small, ()) in ("task FF+ task → ", "task FF- task → ")
