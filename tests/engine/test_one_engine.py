"""A plan opened as a portfolio finishes when `cockpit schedule` says it does: there is one engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.engine.assess import assess
from cockpit.engine.plans.plan import schedule_plan
from cockpit.records.snapshot import Portfolio, Snapshot
from cockpit.sources import msproject

PLANS = (
    *(f"mspsplib/{name}.xml" for name in ("6_mp_j30_a2_nr1", "16_mp_j30_a5_nr1", "26_mp_j90_a2_nr1")),
    *(f"mspsplib/{name}.xml" for name in ("41_mp_j120_a10_nr1", "46_mp_j120_a2_nr1")),
    *(
        f"mpxj/{name}.xml"
        for name in ("mspdirelations", "task_links_project2003_mspdi", "task_links_project2010_mspdi")
    ),
)


@pytest.mark.parametrize("name", PLANS)
def test_check_and_schedule_give_the_same_finish(corpus: Path, name: str) -> None:
    batch = msproject.read(corpus / name, name)
    plan = schedule_plan(batch)
    assert plan.start is not None and plan.finish is not None
    snapshot = Snapshot(portfolio=Portfolio(id="plan", title="Plan"), **batch.records)
    answer = assess(snapshot, plan.start.date())
    assert answer.projects[0].computed_finish == plan.finish.date()
