"""What stands in the way of each objective, a row each: one for several blockers that give days back only together."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.basics.text import one_line
from cockpit.engine.path.blockage import Blockage, Worth
from cockpit.engine.path.holds import Hold
from cockpit.records.assessment import Blocker, Reason


def blockers(blockage: Blockage, objective: str) -> tuple[Blocker, ...]:
    """The blockers of one objective, the costliest first; told once."""
    if objective not in blockage.told:
        blockage.told[objective] = _told(blockage, objective)
    return blockage.told[objective]


def _told(blockage: Blockage, objective: str) -> tuple[Blocker, ...]:
    rows = {hold.subject: _row(blockage, hold, objective) for hold in blockage.blocking.get(objective, ())}
    joint = blockage.joints.get(objective)
    if joint is not None:
        members = [rows.pop(subject) for subject in joint.members]
        together = _together(members, joint.gains[objective], blockage.worth(members[0].subject))
        rows[together.subject] = together
    return tuple(sorted(rows.values(), key=lambda b: (-(b.cost or 0.0), -b.leverage_days, -b.slip_days, b.subject)))


def _together(members: Sequence[Blocker], days: float, worth: Worth) -> Blocker:
    """One row for blockers that stand side by side: the one with the largest slip speaks for all."""
    first = members[0]
    who = dict.fromkeys(b.owner_name or b.owner or "nobody named" for b in members)
    return Blocker(
        subject=first.subject,
        title=" + ".join(one_line(b.title, 100) for b in members),
        objective=first.objective,
        project=first.project,
        receiver_team=first.receiver_team,
        giver_team=first.giver_team,
        owner=first.owner,
        owner_name=", ".join(who),
        blocked_days=max(b.blocked_days for b in members),
        held_until=max((b.held_until for b in members if b.held_until), default=None),
        slip_days=first.slip_days,
        leverage_days=days,
        at_least=worth.at_least,
        cost=worth.cost,
        cost_assumed=worth.cost_assumed,
        state=" + ".join(dict.fromkeys(b.state for b in members)),
        driving=True,
        reasons=tuple(Reason(f"{b.title}: {r.text}", r.origin, r.statement) for b in members for r in b.reasons),
        together=tuple(b.subject for b in members[1:]),
        members=tuple(members),
    )


def _row(blockage: Blockage, hold: Hold, objective: str) -> Blocker:
    if hold.subject in blockage.judged:
        return _dependency(blockage, hold, objective)
    return _silent(blockage, hold, objective)


def _dependency(blockage: Blockage, hold: Hold, objective: str) -> Blocker:
    facts, view = blockage.facts, blockage.judged[hold.subject].view
    slip, leverage = blockage.effects[hold.subject][objective]
    alone, record = blockage.alone(hold.subject), view.record
    since = record.needed_by or record.logged_on or facts.today
    return Blocker(
        subject=hold.subject,
        title=record.title,
        objective=objective,
        project=next(iter(view.projects), ""),
        receiver_team=facts.team_title(record.receiver_team),
        giver_team=facts.team_title(record.giver_team),
        owner=facts.first_person(record.giver_owner, facts.lead_of(record.giver_team)),
        owner_name=view.giver_owner_name,
        blocked_days=max(0, (facts.today - since).days),
        held_until=hold.until,
        slip_days=slip,
        leverage_days=leverage,
        at_least=hold.assumed,
        cost=alone.cost,
        cost_assumed=alone.cost_assumed,
        state=str(view.state),
        driving=leverage > 0,
        reasons=view.reasons,
    )


def _silent(blockage: Blockage, hold: Hold, objective: str) -> Blocker:
    facts, node = blockage.facts, hold.nodes[0]
    item = blockage.woven.network.items[node]
    slip, leverage = blockage.effects[hold.subject][objective]
    alone, owner = blockage.alone(hold.subject), facts.owner_of_item(item)
    return Blocker(
        subject=hold.subject,
        title=item.title,
        objective=objective,
        project=item.project,
        receiver_team=facts.team_title(facts.team_of(item)),
        giver_team="",
        owner=owner,
        owner_name=facts.person_name(owner),
        blocked_days=max(0, (facts.today - blockage.silence.last_movement(item)).days),
        held_until=hold.until,
        slip_days=slip,
        leverage_days=leverage,
        at_least=True,
        cost=alone.cost,
        cost_assumed=alone.cost_assumed,
        state="silent",
        driving=leverage > 0,
        reasons=(blockage.silent_reason(node),),
    )
