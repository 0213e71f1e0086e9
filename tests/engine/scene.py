"""Small portfolios for the scenario tests: people, teams and statements that read like a story."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, time
from typing import Any

from cockpit.basics.deferred import Deferred, DeferredRows
from cockpit.engine.assess import assess
from cockpit.engine.statements.policies import version_of
from cockpit.records.assessment import Assessment, Breach, ProjectView
from cockpit.records.model import Dependency, Link, Meaning, Objective, Person, Project, Statement, Team, WorkItem
from cockpit.records.snapshot import Policy, Portfolio, Snapshot

TODAY = date(2025, 1, 6)
"""A Monday."""

PEOPLE = (
    Person(id="ann", name="Ann Alder", team="apps"),
    Person(id="ben", name="Ben Birch", team="bank"),
    Person(id="vic", name="Vic Vane", team="sourcing"),
    Person(id="sue", name="Sue Stone", team="board"),
    Person(id="kim", name="Kim Kane", team="board"),
)
TEAMS = (
    Team(id="apps", title="Apps", cost_centre="100", lead="ann"),
    Team(id="bank", title="Bank", cost_centre="100", lead="ben"),
    Team(id="sourcing", title="Sourcing", cost_centre="200", lead="vic"),
    Team(id="vendor", title="Old Vendor", cost_centre="200", external=True),
    Team(id="board", title="Board"),
)
OBJECTIVE = Objective(id="O", title="Move to the cloud", owner="kim", cost_of_delay_per_day=1000.0)


def item(id: str, days: float, project: str = "P", **more: Any) -> WorkItem:
    return WorkItem(**{"id": id, "project": project, "title": id.upper(), "duration_days": days, **more})


def link(before: str, after: str, **more: Any) -> Link:
    return Link(predecessor=before, successor=after, **more)


def project(id: str = "P", finish: date | None = date(2025, 6, 30), team: str = "apps", **more: Any) -> Project:
    defaults = {"title": f"Project {id}", "objectives": ("O",), "owner": "ann", "sponsor": "sue"}
    return Project(**{"id": id, "team": team, "baseline_finish": finish, **defaults, **more})


def docs(**more: Any) -> Dependency:
    """The interface documents that Apps needs of the old vendor, for whom Vic answers."""
    row = {"id": "D", "title": "Interface documents", "giver_team": "vendor", "receiver_team": "apps"}
    return Dependency(**{**row, "giver_owner": "vic", "receiver_owner": "ann", "receiver_item": "a", **more})


def snapshot(*, items: tuple[WorkItem, ...] = (), projects: tuple[Project, ...] | None = None, **more: Any) -> Snapshot:
    """A portfolio in which every item first appeared today, unless `moved` says otherwise."""
    moved = {i.id: TODAY for i in items} | more.pop("moved", {})
    base = {"objectives": (OBJECTIVE,), "people": PEOPLE, "teams": TEAMS}
    return Snapshot(
        portfolio=Portfolio(id="test", title="Test", steward="kim"),
        work_items=items,
        projects=(project(),) if projects is None else projects,
        moved=moved,
        **{**base, **more},
    )


_COUNT = [0]


def signed(subject: str, of: str, meaning: Meaning, signer: str, on: date = TODAY, **body: Any) -> Statement:
    """A statement whose signature holds; who may say it is for the engine to decide."""
    _COUNT[0] += 1
    return Statement(
        id=f"{_COUNT[0]:064x}",
        payload=b"",
        signature="",
        type="proof",
        signer=signer,
        key="",
        signed_at=datetime.combine(on, time(12), UTC),
        parents=(),
        body={"subject": subject, "of": of, "meaning": str(meaning), "evidence": [], "note": "", **body},
    )


def by_steward(policy: Policy, signer: str = "kim", on: date = TODAY) -> Statement:
    """The steward's signature over all that this policy loosens."""
    return signed("policy:test", version_of(policy), Meaning.CONFIRMED, signer, on)


def parts(found: Assessment) -> dict[str, str]:
    """An assessment part by part, so that a difference is told where it is; with all that is looked up only when asked,
    and the places of its records, which make no two of them unequal."""
    return {each.name: repr(_whole(getattr(found, each.name))) for each in fields(found)}


def _whole(value: Any) -> Any:
    if isinstance(value, Deferred):
        return dict(value)
    return tuple(value) if isinstance(value, DeferredRows) else value


def codes(assessment: Assessment) -> set[str]:
    return {b.code for b in assessment.breaches}


def breach(assessment: Assessment, code: str) -> Breach:
    return next(b for b in assessment.breaches if b.code == code)


def view(assessment: Assessment, id: str = "P") -> ProjectView:
    return next(p for p in assessment.projects if p.record.id == id)


__all__ = [
    "TODAY", "assess", "breach", "by_steward", "codes", "docs", "item", "link", "parts", "project", "signed",
    "snapshot", "view",
]  # fmt: skip
