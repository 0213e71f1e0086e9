"""Milestones close on evidence: which ones are asked for, by whom, and what becomes of evidence afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from scene import TODAY, assess, breach, codes, docs, item, link, project, signed, snapshot, view

from cockpit.engine.statements.policies import version_of
from cockpit.records.assessment import Assessment
from cockpit.records.model import Kind, Meaning, State, Statement
from cockpit.records.snapshot import Policy
from cockpit.records.verdicts import Basis, Status
from cockpit.trust.obligations import dependency_version, milestone_version

REPORT, OTHER = "a" * 64, "b" * 64
KEPT = {REPORT: f"evidence/{REPORT}-uat report.pdf"}
GATE = item("m", 0, kind=Kind.MILESTONE, state=State.DONE, acceptance="UAT report signed", acceptor="ben")


def validation(on: date = TODAY, signer: str = "ben", gate: Any = GATE, **more: Any) -> Statement:
    version = milestone_version(gate.id, "P", gate.title, gate.acceptance)
    return signed(f"milestone:{gate.id}", version, Meaning.VALIDATED, signer, on, **{"evidence": [REPORT], **more})


def judged(*statements: Statement, today: date = TODAY, **more: Any) -> Assessment:
    """An accepted gate, and work that goes on until 17 January."""
    base: dict[str, Any] = {"items": (GATE, item("a", 10)), "evidence": KEPT, "statements": statements}
    return assess(snapshot(**{**base, **more}), today)


def asked_of(answer: Assessment) -> dict[str, str]:
    return {s.subject: s.owner for s in answer.signoffs if s.subject.startswith("milestone:")}


# --- which milestones


def test_one_with_an_acceptor_closes_by_the_acceptor_over_its_text_with_kept_evidence() -> None:
    assert view(judged()).status is Status.AT_RISK and asked_of(judged()) == {"milestone:m": "ben"}
    assert view(judged(validation())).status is Status.ON_TRACK and asked_of(judged(validation())) == {}


def test_one_that_another_team_waits_for_closes_by_the_receivers_owner() -> None:
    gate = item("m", 0, kind=Kind.MILESTONE, state=State.DONE, project="Q", team="bank")
    both = (project(), project("Q", team="bank", owner="ben"))
    row = docs(giver_team="bank", giver_owner="ben", giver_item="m", receiver_item="a")
    answer = judged(items=(gate, item("a", 10), item("q", 3, "Q")), projects=both, dependencies=(row,))
    assert asked_of(answer) == {"milestone:m": "ann"}
    assert view(answer, "Q").status is Status.AT_RISK
    found = next(b for b in answer.breaches if b.code == "MILESTONE-UNVALIDATED")
    assert (found.subject, found.owner, found.project) == ("milestone:m", "ann", "Q")


def test_a_critical_one_closes_by_the_sponsor_and_many_are_one_breach() -> None:
    gates = tuple(item(name, 0, kind=Kind.MILESTONE, state=State.DONE) for name in ("g", "h"))
    aside = item("z", 0, kind=Kind.MILESTONE, state=State.DONE)
    links = (link("g", "h"), link("h", "a"))
    answer = judged(items=(*gates, aside, item("a", 10)), links=links)
    assert asked_of(answer) == {"milestone:g": "sue", "milestone:h": "sue"}
    found = breach(answer, "MILESTONE-UNVALIDATED")
    assert (found.subject, found.owner) == ("project:P", "sue")
    assert found.title == "Project P: 2 critical milestones are claimed done, and nobody has validated that"


def test_a_milestone_that_is_not_done_claims_nothing() -> None:
    gate = item("m", 0, kind=Kind.MILESTONE, acceptance="UAT report signed", acceptor="ben")
    assert asked_of(judged(items=(gate, item("a", 10)))) == {}


# --- what the evidence is, and what becomes of it


def test_a_word_without_evidence_closes_nothing_and_a_link_in_the_note_does() -> None:
    bare = judged(validation(evidence=[]))
    assert view(bare).status is Status.AT_RISK
    assert "Ben Birch validated it, but with no evidence behind it" in str(
        breach(bare, "MILESTONE-UNVALIDATED").reasons
    )
    assert view(judged(validation(evidence=[], note="see https://docs.example/uat"))).status is Status.ON_TRACK


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({}, "the evidence with SHA-256 aaaaaaaaaaaa is not kept any more"),
        ({OTHER: KEPT[REPORT]}, "its evidence uat report.pdf is another file now than was signed"),
    ],
)
def test_evidence_that_changed_or_went_away_opens_it_again(kept: dict[str, str], said: str) -> None:
    answer = judged(validation(), evidence=kept)
    assert view(answer).status is Status.AT_RISK
    found = breach(answer, "EVIDENCE-LOST")
    assert said in found.title and (found.owner, found.basis) == ("ben", Basis.EVIDENCE)
    assert "MILESTONE-UNVALIDATED" not in codes(answer), "it is asked once"
    assert "EVIDENCE-LOST" not in codes(judged(validation()))


def test_the_evidence_of_a_resolved_dependency_is_watched_too() -> None:
    row = docs()
    proof = signed("dependency:D", dependency_version(row), Meaning.RESOLVED, "vic", evidence=[REPORT])
    fine = judged(proof, items=(item("a", 10),), dependencies=(row,))
    assert "EVIDENCE-LOST" not in codes(fine)
    lost = judged(proof, items=(item("a", 10),), dependencies=(row,), evidence={})
    assert breach(lost, "EVIDENCE-LOST").subject == "dependency:D"


def test_evidence_of_a_year_ago_is_too_old_while_its_project_goes_on() -> None:
    year_ago = TODAY - timedelta(days=365)
    old = judged(validation(year_ago))
    found = breach(old, "EVIDENCE-EXPIRED")
    assert found.title == "M: its evidence is 365 days old" and found.owner == "ben"
    assert view(old).status is Status.ON_TRACK  # old evidence is no absence of evidence
    assert "EVIDENCE-EXPIRED" not in codes(judged(validation(year_ago + timedelta(days=1))))
    over = project(actual_finish=TODAY, state=State.DONE)
    assert "EVIDENCE-EXPIRED" not in codes(judged(validation(year_ago), projects=(over,)))


def test_the_age_that_is_too_old_is_the_policys() -> None:
    strict = Policy(evidence_days=30)
    assert "EVIDENCE-EXPIRED" in codes(judged(validation(TODAY - timedelta(days=30)), policy=strict))
    loose = Policy(evidence_days=400)
    year_ago = validation(TODAY - timedelta(days=366))
    assert "EVIDENCE-EXPIRED" in codes(judged(year_ago, policy=loose))
    steward = signed("policy:test", version_of(loose), Meaning.CONFIRMED, "kim")
    assert "EVIDENCE-EXPIRED" not in codes(judged(year_ago, steward, policy=loose))
