"""The driving chain of each objective as people read it: item by item, with what keeps each from starting earlier."""

from __future__ import annotations

from datetime import date

from cockpit.engine.facts import Facts
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.path.blockers import blockers
from cockpit.engine.path.near import Near
from cockpit.engine.portfolio import day_of, finish_day
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.calendars import moment_of
from cockpit.records.assessment import Chain
from cockpit.records.itemdates import ItemDates
from cockpit.records.model import Objective
from cockpit.records.steps import ChainStep


def chain_of(facts: Facts, blockage: Blockage, objective: Objective, near: Near) -> Chain:
    """The blocked critical path of one objective; `near` is what is near-critical in the whole portfolio."""
    end = blockage.end_of(objective, blockage.held)
    nodes = blockage.chain_to(end) if end is not None else ()
    steps = tuple(step_of(facts, blockage, node) for node in nodes)
    on_chain = {step.item for step in steps}
    projects = {step.project for step in steps}.union(facts.projects_by_objective.get(objective.id, ()))
    beside = tuple(i for i in near.items if i not in on_chain and facts.items[i].project in projects)
    return Chain(
        objective=objective.id,
        title=objective.title,
        finish=finish_day(blockage.held, end),
        target=objective.target_date,
        steps=steps,
        blockers=blockers(blockage, objective.id),
        dead=end is not None and bool(blockage.dead_at(end)),
        near_critical=beside,
        near_float_days=float_days(blockage, near, beside[0]) if beside else None,
    )


def float_days(blockage: Blockage, near: Near, item: str) -> float:
    """The total float of a near-critical item, in working days of its calendar."""
    network = blockage.woven.network
    node = network.index[item]
    return round(near.within[node] / network.calendar_of(node).minutes_per_day, 1)


def step_of(facts: Facts, blockage: Blockage, node: int) -> ChainStep:
    """A node of a chain; as it was told before where nothing has disturbed it."""
    if node not in blockage.steps:
        before, disturbed = blockage.earlier, blockage.disturbed
        known = before.steps.get(node) if before is not None and disturbed is not None else None
        if known is None or node in (disturbed or ()) or known.blocker != blockage.stands_at(node):
            known = _new_step(facts, blockage, node)
        blockage.steps[node] = known
    return blockage.steps[node]


def _new_step(facts: Facts, blockage: Blockage, node: int) -> ChainStep:
    network, held = blockage.woven.network, blockage.held
    item = network.items[node]
    owner = facts.owner_of_item(item)
    workable = blockage.silence.workable(node)
    return ChainStep(
        item=item.id,
        title=item.title,
        project=item.project,
        team=facts.team_title(facts.team_of(item)),
        owner=facts.person_name(owner),
        # The minute at which a milestone was reached is the end of one working day and the beginning of the next.
        start=min(moment_of(held.start[node]).date(), day_of(held.finish[node])),
        finish=day_of(held.finish[node]),
        state="done" if facts.is_done(item) else item.status or ("in progress" if facts.is_started(item) else "to do"),
        total_float_days=0.0,
        why=_why(blockage, node),
        bound=_bound(blockage, node),
        blocker=blockage.stands_at(node),
        workable=workable,
        silent_days=blockage.silence.days(node) if workable else None,
        done=facts.is_done(item),
        assumed_duration=item.id in network.assumed,
        origin=item.origin,
    )


def _why(blockage: Blockage, node: int) -> str:
    network, driver = blockage.woven.network, blockage.held.driver[node]
    if driver >= 0:
        return f"after {network.ids[network.link_pred[driver]]}"
    if driver == schedule.NOT_BEFORE:
        return f"not before {moment_of(network.not_before[node]).date()}"
    if driver == schedule.CONSTRAINT:
        terms = network.items[node].terms
        return f"by its plan: {terms.constraint}" if terms and terms.constraint else "by its plan"
    if driver == schedule.FLOOR:
        hold = blockage.hold(blockage.stands_on_hold(node))
        return f"held until {hold.until}" if hold else "held"
    return "actual dates" if driver == schedule.ACTUAL else "from today on"


def _bound(blockage: Blockage, node: int) -> date | None:
    network, held = blockage.woven.network, blockage.held
    driver = held.driver[node]
    if driver == schedule.NOT_BEFORE:
        return moment_of(network.not_before[node]).date()
    if driver == schedule.CONSTRAINT:
        return moment_of(held.start[node]).date()
    if driver == schedule.FLOOR:
        hold = blockage.hold(blockage.stands_on_hold(node))
        return hold.until if hold else None
    return None


def item_dates(facts: Facts, blockage: Blockage) -> dict[str, ItemDates]:
    """The computed schedule of every item that can be computed, towards the last finish of the portfolio."""
    network, held = blockage.woven.network, blockage.held
    behind = schedule.backward(blockage.woven.run, held)
    floats = schedule.floats(blockage.woven.run, held, behind)
    found = {}
    for node, item in enumerate(network.items):
        per_day = network.calendar_of(node).minutes_per_day
        found[item.id] = ItemDates(
            id=item.id,
            title=item.title,
            project=item.project,
            team=facts.team_of(item),
            early_start=moment_of(held.start[node]),
            early_finish=moment_of(held.finish[node]),
            late_start=moment_of(behind.late_start[node]),
            late_finish=moment_of(behind.late_finish[node]),
            total_float_days=round(floats.total[node] / per_day, 2),
            free_float_days=round(floats.free[node] / per_day, 2),
            done=facts.is_done(item),
            assumed_duration=item.id in network.assumed,
            origin=item.origin,
        )
    return found
