"""Stuck work of a small portfolio, and what is suspected and signed of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from scene import PEOPLE, TEAMS, TODAY, assess, item, signed, snapshot

from cockpit.engine.facts import Facts
from cockpit.records.assessment import Assessment, Breach, DependencyView
from cockpit.records.model import Meaning, Origin, Person, State, Statement, Team, WorkItem
from cockpit.records.snapshot import Snapshot
from cockpit.trust.canonical import digest

CORE = (
    *TEAMS,
    Team(id="core", title="Core"),
    Team(id="it", title="IT", aliases=("Information Technology",)),
    Team(id="sec", title="Security", lead="sid", aliases=("InfoSec", "Sicherheit")),
    Team(id="dm", title="Data Migration"),
)
CROWD = (*PEOPLE, Person(id="sid", name="Sid Shaw", team="sec"), Person(id="ida", name="Ida Øst", team="apps"))
ROW = Origin("jira.csv", 12)
SAID = "waiting for the API documents of the vendor"


def stuck(id: str = "a", *texts: str, **more: Any) -> WorkItem:
    """Blocked work of Apps, which Ann owns, with comments."""
    given = {"title": "Map the API", "state": State.BLOCKED, "status": "Blocked", "team": "apps", "owner": "ann"}
    comments = tuple(("Comment", text) for text in texts)
    return item(id, 10, **{**given, "extra": comments, "origin": ROW, **more})


def world(*items: WorkItem, **more: Any) -> Snapshot:
    return snapshot(items=items, **{"teams": CORE, "people": CROWD, **more})


def suspected(rows: Snapshot, today: date = TODAY) -> list[Breach]:
    return [b for b in assess(rows, today).breaches if b.code == "DEP-SUSPECTED"]


def givers(*texts: str, **more: Any) -> list[str]:
    """The teams that one stuck item is suspected to wait for; an empty id stands for nobody known."""
    return sorted(b.subject.rpartition(">")[2] for b in suspected(world(stuck("a", *texts, **more))))


def say(rows: Snapshot, subject: str, meaning: Meaning, signer: str = "ann", **more: Any) -> Statement:
    """A signature over what the suspicion is in these rows."""
    facts = Facts(rows, TODAY)
    texts = facts.suspicions
    work, giver = texts.split(subject.partition(":")[2])
    assert work is not None
    return signed(subject, digest(texts.covered(work, giver, meaning)), meaning, signer, **more)


def dependency(answer: Assessment, id: str = "vendor>a") -> DependencyView:
    return next(d for d in answer.dependencies if d.record.id == id)
