"""Slip, leverage and options are those of passes over the whole network, hold by hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import World, worlds

from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.path.holds import Hold, floors
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.calendars import DAY
from cockpit.engine.scheduling.schedule import Forward


def whole(blockage: Blockage, acting: Iterable[Hold]) -> Forward:
    """A pass over all nodes with these holds in force; what the others wait for is delivered."""
    woven, active = blockage.woven, list(acting)
    kept = {hold.release for hold in active}
    released = {h.release for h in blockage.all_holds if h.release is not None and h.release not in kept}
    return schedule.forward(woven.run, woven.reached(floors(active)), released)


def later(blockage: Blockage, ahead: Forward, than: Forward) -> dict[str, float]:
    found = {}
    for objective in blockage.facts.objectives.values():
        late, early = blockage.end_of(objective, ahead), blockage.end_of(objective, than)
        if late is not None and early is not None:
            found[objective.id] = round((ahead.finish[late] - than.finish[early]) / DAY, 1)
    return found


def rest(blockage: Blockage, gone: Collection[str]) -> list[Hold]:
    return [hold for hold in blockage.all_holds if hold.subject not in gone]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds(), st.data())
def test_every_effect_is_that_of_two_whole_passes(world: World, data: st.DataObject) -> None:
    blockage = Case(Facts(world.snapshot, world.today)).blockage
    holds = blockage.all_holds
    full, free = whole(blockage, holds), whole(blockage, ())
    assert blockage.full == full
    assert blockage.held == schedule.forward(blockage.woven.run, blockage.woven.reached(floors(blockage.holds)))
    for hold in holds:
        slips = later(blockage, whole(blockage, (hold,)), free)
        gains = later(blockage, full, whole(blockage, rest(blockage, (hold.subject,))))
        pairs = {o: (slips[o], gains[o]) for o in slips}
        assert blockage.effects[hold.subject] == {o: pair for o, pair in pairs.items() if any(pair)}
    subjects = [hold.subject for hold in holds]
    gone = data.draw(st.sets(st.sampled_from(subjects))) if subjects else set()
    then = whole(blockage, rest(blockage, gone))
    assert blockage.without(gone) == then
    days = later(blockage, full, then)
    assert dict.fromkeys(days, 0.0) | dict(blockage.trials.regained(gone)) == days
