"""A portfolio with all that people sign: stewards, keys of every kind, promises, disputes, transfers, departures.

`judged` takes its statements the whole way: signature, parents and time, keys, who may say what, which version.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from trust_keys import Authenticator, Ecdsa, Key, Rsa, Signer

from cockpit.engine.assess import assess
from cockpit.ledger.standing import standing
from cockpit.records.assessment import Assessment
from cockpit.records.model import Dependency, Kind, Kpi, Meaning, Objective, Person, Project, Statement, Team, WorkItem
from cockpit.records.snapshot import Assignment, Portfolio, Snapshot
from cockpit.records.verdicts import Verdict
from cockpit.trust.authority import POSSESSION, possession_payload
from cockpit.trust.canonical import canonical
from cockpit.trust.history import by_id
from cockpit.trust.obligations import (
    baseline_version,
    dependency_version,
    mapping_version,
    milestone_version,
    reading_version,
)
from cockpit.trust.statements import load, proof_body

CHARTER = "test"
BEGUN = datetime(2025, 3, 3, 8, tzinfo=UTC)
NOW = datetime(2025, 4, 30, 12, tzinfo=UTC)
STEWARDS = ("kim", "stu", "sue")
TEAM = {
    "vic": "sourcing", "ann": "apps", "ken": "data", "lea": "apps", "sid": "board", "mel": "audit", "ola": "board",
    "mallory": "board", "tom": "bank", "tim": "data",
}  # fmt: skip
"""Everybody who is enrolled, with their team. Mallory owns nothing; of Tom the key is revoked, Tim's ends soon."""


def dependency(id: str, giver: str, team: str, needed_by: date = date(2025, 6, 2)) -> Dependency:
    return Dependency(
        id=id, title=f"What {giver} gives", giver_team=team, receiver_team="apps", giver_owner=giver,
        receiver_owner="ann", receiver_project="P", needed_by=needed_by, acceptance="Read and agreed.",
    )  # fmt: skip


DEPENDENCIES = {
    "D": dependency("D", "vic", "vendor"),
    "E": dependency("E", "tom", "bank"),
    "F": dependency("F", "tim", "data"),
    "G": dependency("G", "vic", "vendor", date(2025, 7, 1)),
}
PROJECTS = {
    id: Project(
        id=id, title=f"Project {id}", objectives=("O",), owner="lea", sponsor="sid", team="apps",
        baseline_finish=date(2025, 6, 30),
    )
    for id in ("P", "Q")
}  # fmt: skip
ITEM = WorkItem(
    id="a", project="P", title="Migration", kind=Kind.MILESTONE, acceptor="mel", acceptance="Three nights without loss."
)
MAPPING = Assignment(field="component", pattern="core*", project="P")
KPIS = tuple(
    Kpi(id=id, objective="O", title=id.upper(), owner="ken", leads=("lea",), baseline=50.0, target=70.0)
    for id in ("nps", "csat")
)
ROWS = Snapshot(
    portfolio=Portfolio(id=CHARTER, title="Test", steward="kim"),
    objectives=(Objective(id="O", title="Leave the mainframe", owner="ola"),),
    kpis=KPIS,
    projects=tuple(PROJECTS.values()),
    work_items=(ITEM,),
    dependencies=tuple(DEPENDENCIES.values()),
    people=tuple(Person(id=name, name=name.title(), team=team) for name, team in TEAM.items()),
    teams=(
        *(Team(id=id, title=id.title()) for id in dict.fromkeys(TEAM.values())),
        Team(id="vendor", title="Vendor", external=True),
    ),
    assignments=(MAPPING,),
    baselines={"P": date(2025, 5, 30), "Q": date(2025, 5, 30)},
    owners={
        **{(f"dependency:{d.id}", "giver_owner"): d.giver_owner for d in DEPENDENCIES.values()},
        **{(f"dependency:{d.id}", "receiver_owner"): d.receiver_owner for d in DEPENDENCIES.values()},
        **{(f"kpi:{kpi.id}", "owner"): kpi.owner for kpi in KPIS},
        **{(f"project:{id}", role): getattr(p, role) for id, p in PROJECTS.items() for role in ("owner", "sponsor")},
        ("milestone:a", "acceptor"): "mel",
        ("objective:O", "owner"): "ola",
    },
)  # fmt: skip
DAY = date(2025, 3, 3)
VERSIONS = {
    **{f"dependency:{d.id}": dependency_version(d) for d in DEPENDENCIES.values()},
    "milestone:a": milestone_version("a", "P", ITEM.title, ITEM.acceptance),
    **{f"baseline:{id}": baseline_version(id, project.baseline_finish) for id, project in PROJECTS.items()},
    "kpi:nps": reading_version("nps", DAY, 61.5),
    "kpi:csat": reading_version("csat", DAY, 4.5),
    "mapping:component=core*": mapping_version("component", "core*", "P", ""),
}
"""Subject → the version that stands."""
EVIDENCE = "cd" * 32


@dataclass
class Story:
    """What was signed, in order; each statement follows all that was there."""

    keys: dict[str, Signer] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    root: str = ""

    def key(self, name: str) -> Signer:
        """The key of this name; a person's first is named after them."""
        return self.keys.setdefault(name, Key(name))

    def key_of(self, statement: Statement) -> Signer:
        return next(key for key in self.keys.values() if key.fingerprint == statement.key)

    def say(self, who: str, kind: str, body: dict[str, Any], with_: str = "") -> Statement:
        key = self.key(with_ or who)
        at = BEGUN + timedelta(minutes=20 * len(self.statements))
        followed = {parent for s in self.statements for parent in s.parents}
        value = {
            "v": 1, "portfolio": self.root or CHARTER, "type": kind, "signer": who, "key": key.fingerprint,
            "signed_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "body": body,
            "parents": sorted(s.id for s in self.statements if s.id not in followed),
        }  # fmt: skip
        self.statements.append(signed(value, key))
        return self.statements[-1]

    def prove(self, who: str, subject: str, meaning: Meaning, with_: str = "", **more: Any) -> Statement:
        return self.say(who, "proof", proof_body(subject, VERSIONS[subject], meaning, **more), with_)

    def possession(self, person: str, key: Signer) -> str:
        """That the key is held, in the name of a person."""
        return key.sign(possession_payload(self.root, person, key.fingerprint), POSSESSION)

    def enrol(self, by: str, who: str, key: str = "", **more: str) -> Statement:
        new = self.key(key or who)
        body = {"person": who, "name": who.title(), "teams": [TEAM[who]], "key": new.line}
        return self.say(by, "enrol", {**body, "possession": self.possession(who, new), **more})


def signed(value: dict[str, Any], key: Signer) -> Statement:
    """A statement of these fields, whether they make sense or not."""
    payload = canonical(value)
    return load(payload, key.sign(payload))


def value_of(statement: Statement) -> dict[str, Any]:
    """The fields of a statement, to be changed."""
    found: dict[str, Any] = json.loads(statement.payload)
    return found


def told() -> Story:
    """All of it, from the genesis to the last receipt."""
    keys = {"ken": Rsa(), "mel": Ecdsa(256, "mel"), "sid": Ecdsa(384, "sid"), "ola": Ecdsa(521, "ola")}
    story = Story(keys | {"ann": Authenticator(Key("ann")), "lea": Authenticator(Ecdsa(256, "lea"))})
    stewards = [{"id": name, "name": name.title(), "key": story.key(name).line} for name in STEWARDS]
    story.root = story.say("sue", "genesis", {"title": "Test", "stewards": stewards}).id
    for name in TEAM:
        days = {"from": "2025-03-03", "until": "2025-03-05"} if name == "tim" else {}
        story.enrol("kim" if name == "ann" else "sue", name, **days)
    story.prove("vic", "dependency:D", Meaning.PROMISED, on=date(2025, 5, 20))
    story.prove("ken", "kpi:nps", Meaning.ATTESTED, on=DAY, value=61.5)
    story.prove("sid", "baseline:P", Meaning.BASELINED)
    story.prove("tom", "dependency:E", Meaning.RESOLVED, evidence=[EVIDENCE])
    story.prove("tim", "dependency:F", Meaning.RESOLVED, evidence=[EVIDENCE])
    story.prove("ola", "mapping:component=core*", Meaning.CONFIRMED)
    story.prove("vic", "dependency:D", Meaning.RESOLVED, evidence=[EVIDENCE])
    story.prove("ann", "dependency:D", Meaning.DISPUTED, note="Two chapters are empty.")
    story.prove("vic", "dependency:D", Meaning.RESOLVED, evidence=[EVIDENCE, "ab" * 32], note="Both are written.")
    story.prove("mel", "milestone:a", Meaning.VALIDATED, evidence=[EVIDENCE])
    _departures(story)
    return story


def _departures(story: Story) -> None:
    for by, who in (("sue", "tom"), ("kim", "stu")):
        story.say(by, "revoke", {"person": who, "key": story.key(who).fingerprint, "note": "left"})
    given = story.say("ken", "transfer", {"subject": "kpi:csat", "role": "owner", "to": "lea", "note": ""})
    story.say("lea", "accept", {"of": given.id})
    story.prove("lea", "kpi:csat", Meaning.ATTESTED, on=DAY, value=4.5)
    lent = {"to": "mel", "meanings": ["baselined"], "subjects": ["baseline:Q"], "note": "holidays"}
    story.say("sid", "delegate", {**lent, "from": "2025-03-03", "until": "2025-03-10"})
    story.prove("mel", "baseline:Q", Meaning.BASELINED)
    new = story.key("vic2")
    story.say("vic", "rotate", {"person": "vic", "key": new.line, "possession": story.possession("vic", new)})
    story.prove("vic", "dependency:G", Meaning.PROMISED, "vic2", on=date(2025, 6, 20))
    second = story.enrol("sue", "ann", "ann2")
    story.say("kim", "cosign", {"of": second.id})
    seen = {s.id: f"{s.signed_at + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}" for s in story.statements[-3:]}
    story.say("kim", "receipt", {"seen": seen})


class World(NamedTuple):
    """A portfolio as anybody who opens it sees it."""

    verdicts: dict[str, Verdict]
    """Statement id → what it is worth."""
    states: dict[str, Any]
    """What statements bring about, whoever signed them."""
    counting: list[tuple[str, str]]
    """The proofs that count, by signer and body."""
    keys: dict[str, str]
    """Whose key counts; and who has to sign what is begun."""

    @property
    def worth(self) -> tuple[Any, ...]:
        return self.states, self.counting, self.keys


def said(statement: Statement) -> tuple[str, str]:
    """Who says what."""
    return statement.signer, json.dumps(statement.body, sort_keys=True)


def judged(statements: Sequence[Statement], folder: Path, now: datetime = NOW) -> World:
    """What these statements are worth in the portfolio, judged the whole way."""
    stands = standing(folder, CHARTER, statements, ROWS.people, now)
    one_each = tuple(by_id(stands.statements).values())
    snapshot = replace(
        ROWS, people=stands.people, statements=one_each, genesis=stands.genesis, awaiting=stands.awaiting
    )
    found = assess(snapshot, now.date())
    counts = [v.record for v in found.statements if v.verdict is Verdict.COUNTS and v.record.type == "proof"]
    keys = {person.id: person.key for person in stands.people} | stands.awaiting
    return World(
        {view.record.id: view.verdict for view in found.statements},
        _states(found),
        sorted(map(said, counts)),
        keys,
    )


def _states(assessment: Assessment) -> dict[str, Any]:
    found: dict[str, Any] = {d.subject: (d.state, d.promised_for, d.held_until) for d in assessment.dependencies}
    found |= {f"kpi:{k.record.id}": (k.value, k.signed, k.contradicted, k.status) for k in assessment.kpis}
    found |= {f"project:{p.record.id}": (p.status, p.basis) for p in assessment.projects}
    return found | {f"{o.subject} {o.role}": (o.owner, o.contested) for o in assessment.owners}
