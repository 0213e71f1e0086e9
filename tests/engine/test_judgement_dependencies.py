"""Law 1: a dependency holds until its owner has signed it resolved, with evidence, over what it says now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from scene import TODAY, breach, by_steward, codes, docs, item, link, project, signed, snapshot, view

from cockpit.engine.assess import assess
from cockpit.records.assessment import Assessment
from cockpit.records.model import Dependency, Meaning, State
from cockpit.records.snapshot import Policy
from cockpit.records.verdicts import Basis, DependencyState, Severity, Status, Verdict
from cockpit.trust.obligations import dependency_version

HASH = "a" * 64


def judged(dependency: Dependency, *statements: Any, items: Any = None, today: date = TODAY, **more: Any) -> Assessment:
    items = items or (item("a", 10),)
    return assess(snapshot(items=items, dependencies=(dependency,), statements=statements, **more), today)


def say(dependency: Dependency, meaning: Meaning, signer: str = "vic", on: date = TODAY, **body: Any) -> Any:
    return signed(f"dependency:{dependency.id}", dependency_version(dependency), meaning, signer, on, **body)


def state(assessment: Assessment) -> DependencyState:
    return assessment.dependencies[0].state


def test_an_unsigned_dependency_puts_its_project_at_risk_by_itself() -> None:
    answer = judged(docs(needed_by=TODAY + timedelta(days=10)))
    assert state(answer) is DependencyState.OPEN
    assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.UNPROVEN)
    found = breach(answer, "DEP-UNPROVEN")
    assert (found.owner, found.severity) == ("vic", Severity.CRITICAL)  # another cost centre


def test_resolved_with_evidence_frees_the_project() -> None:
    answer = judged(docs(), say(docs(), Meaning.RESOLVED, evidence=[HASH]))
    assert state(answer) is DependencyState.RESOLVED
    assert view(answer).status is Status.ON_TRACK
    assert not {c for c in codes(answer) if c.startswith("DEP")}


def test_resolved_without_evidence_is_not_resolved() -> None:
    answer = judged(docs(), say(docs(), Meaning.RESOLVED))
    assert state(answer) is DependencyState.OPEN
    assert "no evidence" in " ".join(map(str, answer.dependencies[0].reasons))


def test_a_link_in_the_note_is_evidence() -> None:
    answer = judged(docs(), say(docs(), Meaning.RESOLVED, note="https://wiki.example/api"))
    assert state(answer) is DependencyState.RESOLVED


@pytest.mark.parametrize("signer", ["ann", "ben", "sue"])
def test_only_the_owner_counts(signer: str) -> None:
    answer = judged(docs(), say(docs(), Meaning.RESOLVED, signer, evidence=[HASH]))
    assert state(answer) is DependencyState.OPEN
    assert answer.statements[0].verdict is Verdict.NOT_ENTITLED
    assert "STATEMENT-INVALID" in codes(answer)


def test_a_statement_whose_signature_does_not_hold_counts_for_nothing() -> None:
    bad = replace(say(docs(), Meaning.RESOLVED, evidence=[HASH]), verdict="The signature is not over these bytes.")
    answer = judged(docs(), bad)
    assert state(answer) is DependencyState.OPEN
    assert answer.statements[0].verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "change",
    [
        {"needed_by": date(2025, 3, 1)},
        {"acceptance": "All 40 calls documented"},
        {"giver_team": "sourcing"},
        {"receiver_item": "", "receiver_project": "P"},
    ],
)
def test_changing_what_was_signed_voids_the_proof_and_says_so(change: dict[str, Any]) -> None:
    proof = say(docs(), Meaning.RESOLVED, evidence=[HASH])
    answer = judged(docs(**change), proof)
    assert state(answer) is DependencyState.OPEN
    assert answer.statements[0].verdict is Verdict.VOID
    found = breach(answer, "DEP-VOID")
    assert "Vic Vane" in found.title and found.basis is Basis.EVIDENCE


@pytest.mark.parametrize("change", [{"title": "Interface docs"}, {"logged_on": TODAY}, {"receiver_owner": "kim"}])
def test_a_corrected_typo_voids_nothing(change: dict[str, Any]) -> None:
    answer = judged(docs(**change), say(docs(), Meaning.RESOLVED, evidence=[HASH]))
    assert state(answer) is DependencyState.RESOLVED
    assert "DEP-VOID" not in codes(answer)


def test_a_promise_holds_until_its_day_and_breaks_the_day_after() -> None:
    promise = say(docs(), Meaning.PROMISED, date="2025-01-31")
    kept = judged(docs(), promise)
    assert state(kept) is DependencyState.PROMISED
    assert kept.dependencies[0].held_until == date(2025, 1, 31) and not kept.dependencies[0].assumed_hold
    on_the_day = judged(docs(), promise, today=date(2025, 1, 31))
    assert state(on_the_day) is DependencyState.PROMISED
    late = judged(docs(), promise, today=date(2025, 2, 1))
    assert state(late) is DependencyState.BROKEN
    assert (view(late).status, view(late).basis) == (Status.OFF_TRACK, Basis.EVIDENCE)
    assert breach(late, "DEP-BROKEN").owner == "vic"
    assert "no later date is promised" in str(breach(late, "DEP-BROKEN").reasons)
    assert "nobody has promised" not in str(breach(late, "DEP-BROKEN").reasons)


def test_the_last_promise_of_the_owner_counts() -> None:
    first = say(docs(), Meaning.PROMISED, on=date(2025, 1, 2), date="2025-01-10")
    second = say(docs(), Meaning.PROMISED, on=date(2025, 1, 5), date="2025-02-10")
    answer = judged(docs(), first, second, today=date(2025, 1, 20))
    assert state(answer) is DependencyState.PROMISED
    assert answer.dependencies[0].promised_for == date(2025, 2, 10)
    assert answer.statements[0].verdict is Verdict.SUPERSEDED


def test_a_signed_policy_may_accept_an_unbroken_promise_and_that_is_shown() -> None:
    promise, policy = say(docs(), Meaning.PROMISED, date="2025-01-31"), Policy(dependency_proof="promised")
    answer = judged(docs(), promise, by_steward(policy), policy=policy)
    assert view(answer).status is Status.ON_TRACK
    assert answer.policy_notes[0].startswith("dependency_proof promised instead of resolved, looser than the default")
    unsigned = judged(docs(), promise, policy=policy)
    assert view(unsigned).status is Status.AT_RISK
    assert "unsigned: the default rules" in unsigned.policy_notes[0]


def test_signed_resolved_while_the_givers_item_is_open_is_contradicted() -> None:
    items = (item("a", 10), item("v", 5, team="vendor", state=State.DOING))
    row = docs(giver_item="v")
    answer = judged(row, say(row, Meaning.RESOLVED, evidence=[HASH]), items=items)
    assert state(answer) is DependencyState.CONTRADICTED
    assert view(answer).status is Status.OFF_TRACK
    done = (item("a", 10), item("v", 5, team="vendor", state=State.DONE))
    assert state(judged(row, say(row, Meaning.RESOLVED), items=done)) is DependencyState.RESOLVED


def test_the_receivers_owner_may_dispute_and_only_a_new_proof_ends_it() -> None:
    proof = say(docs(), Meaning.RESOLVED, on=date(2025, 1, 2), evidence=[HASH])
    dispute = say(docs(), Meaning.DISPUTED, "ann", on=date(2025, 1, 3))
    answer = judged(docs(), proof, dispute)
    assert state(answer) is DependencyState.DISPUTED
    assert breach(answer, "DEP-DISPUTED").owner == "vic"
    again = say(docs(), Meaning.RESOLVED, on=date(2025, 1, 4), evidence=["b" * 64])
    unaware = judged(docs(), proof, dispute, again)
    assert state(unaware) is DependencyState.DISPUTED, "who resolved it did not know of the dispute"
    again = replace(again, parents=(dispute.id,))
    assert state(judged(docs(), proof, dispute, again)) is DependencyState.RESOLVED


def test_withdrawn_takes_both_owners() -> None:
    one = say(docs(), Meaning.WITHDRAWN, "vic")
    other = say(docs(), Meaning.WITHDRAWN, "ann")
    assert state(judged(docs(), one)) is DependencyState.OPEN
    both = judged(docs(), one, other)
    assert state(both) is DependencyState.WITHDRAWN
    assert view(both).status is Status.ON_TRACK


def test_a_vanished_dependency_stays_in_force() -> None:
    answer = judged(docs(), vanished={"D": date(2025, 1, 3)})
    assert state(answer) is DependencyState.OPEN
    assert "2025-01-03" in breach(answer, "DEP-VANISHED").title


def test_silence_holds_longer_than_no_promise_at_all_and_is_marked_assumed() -> None:
    answer = judged(docs())
    only = answer.dependencies[0]
    assert only.assumed_hold and only.held_until == date(2025, 1, 31)  # 20 working days from Monday the 6th
    blocker = answer.chains[0].blockers[0]
    assert blocker.at_least and (blocker.slip_days, blocker.leverage_days) == (28.0, 28.0)


def test_a_hold_lasts_until_the_later_of_promise_and_givers_finish() -> None:
    items = (item("a", 10), item("v", 30, team="vendor"))
    row = docs(giver_item="v")
    early = judged(row, say(row, Meaning.PROMISED, date="2025-01-10"), items=items)
    assert early.dependencies[0].held_until == date(2025, 2, 14)  # 30 working days
    late = judged(row, say(row, Meaning.PROMISED, date="2025-03-10"), items=items)
    assert late.dependencies[0].held_until == date(2025, 3, 10)


def test_a_link_between_two_teams_is_a_dependency_that_nobody_logged() -> None:
    items = (item("v", 5, project="Q", team="bank"), item("a", 10))
    both = (project(), project("Q", team="bank", owner="ben"))
    answer = assess(snapshot(items=items, links=(link("v", "a"),), projects=both), TODAY)
    found = answer.dependencies[0]
    assert (found.state, found.record.discovered) == (DependencyState.UNOWNED, True)
    assert view(answer).status is Status.AT_RISK
    assert breach(answer, "DEP-UNOWNED").owner == "ben"


def test_a_registered_dependency_covers_its_link() -> None:
    items = (item("v", 5, project="Q", team="bank"), item("a", 10))
    both = (project(), project("Q", team="bank", owner="ben"))
    row = docs(giver_team="bank", giver_owner="ben", giver_item="v")
    answer = assess(snapshot(items=items, links=(link("v", "a"),), projects=both, dependencies=(row,)), TODAY)
    assert [d.record.id for d in answer.dependencies] == ["D"]


def test_links_inside_a_team_and_to_finished_work_are_no_dependencies() -> None:
    items = (item("v", 5), item("a", 10), item("w", 5, team="bank"), item("b", 5, state=State.DONE))
    answer = assess(snapshot(items=items, links=(link("v", "a"), link("w", "b"))), TODAY)
    assert answer.dependencies == ()


def test_a_link_from_outside_the_files_is_a_dependency_on_somebody_unknown() -> None:
    items = (item("EXT-1", 0, stub=True, project=""), item("a", 10))
    answer = assess(snapshot(items=items, links=(link("EXT-1", "a"),)), TODAY)
    assert answer.dependencies[0].state is DependencyState.UNOWNED
    assert breach(answer, "DEP-UNOWNED").owner == "ann"


def test_no_receiver_holds_every_unfinished_project_of_the_team() -> None:
    both = (project(), project("Q"), project("R", team="bank"))
    answer = judged(docs(receiver_item=""), projects=both)
    assert set(answer.dependencies[0].projects) == {"P", "Q"}
    assert "2 projects" in breach(answer, "DEP-UNANCHORED").title
    assert "holds 1 project of" in breach(judged(docs(receiver_item="")), "DEP-UNANCHORED").title


def test_contradicting_and_unknown_receivers_are_named() -> None:
    both = (project(), project("Q"))
    assert "belongs to P" in breach(judged(docs(receiver_project="Q"), projects=both), "DEP-CONFLICT").title
    assert "receiver_project X" in breach(judged(docs(receiver_project="X")), "DEP-UNKNOWN").title


def test_without_an_item_it_gates_unstarted_work_from_needed_by_on() -> None:
    items = (item("a", 10), item("b", 10), item("c", 10))
    row = docs(receiver_item="", receiver_project="P", needed_by=date(2025, 1, 13))
    chain = (link("a", "b"), link("b", "c"))
    answer = judged(row, say(row, Meaning.PROMISED, date="2025-02-28"), items=items, links=chain)
    starts = {name: dates.early_start.date() for name, dates in answer.items.items()}
    assert starts["a"] == TODAY  # begins before it is needed
    assert starts["b"] == date(2025, 3, 3) and starts["c"] == date(2025, 3, 17)


def test_a_far_dependency_keeps_the_status_but_stays_off_the_list() -> None:
    later = TODAY + timedelta(days=300)
    items = (item("a", 10, not_before=later), item("z", 400))
    answer = judged(docs(needed_by=later), items=items, projects=(project(finish=date(2027, 1, 1)),))
    assert view(answer).status is Status.AT_RISK
    assert "DEP-UNPROVEN" not in codes(answer)


def test_within_one_second_what_was_signed_over_the_other_is_the_later_one() -> None:
    first = say(docs(), Meaning.PROMISED, date="2025-01-10")
    for low, high in (("0" * 64, "f" * 64), ("f" * 64, "0" * 64)):
        one = replace(first, id=low)
        two = replace(say(docs(), Meaning.PROMISED, date="2025-02-10"), id=high, parents=(low,))
        answer = judged(docs(), two, one)
        assert answer.dependencies[0].promised_for == date(2025, 2, 10)


def test_a_long_chain_of_statements_of_one_second_is_no_burden() -> None:
    chain = [say(docs(), Meaning.PROMISED, date="2025-02-10")]
    for _ in range(3000):
        chain.append(replace(say(docs(), Meaning.PROMISED, date="2025-02-10"), parents=(chain[-1].id,)))
    assert judged(docs(), *chain).dependencies[0].proof == chain[-1].id


def test_a_registered_need_holds_the_item_that_it_names_though_no_project_owns_it() -> None:
    loose = replace(item("a", 5), project="")
    held = snapshot(items=(loose,), dependencies=(replace(docs(), receiver_item="a", receiver_team=""),))
    free = snapshot(items=(loose,))
    assert assess(held, TODAY).items["a"].early_start > assess(free, TODAY).items["a"].early_start  # type: ignore[operator]
