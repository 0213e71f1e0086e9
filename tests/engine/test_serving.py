"""Work that no file gives to an objective is given to one by its owner's signature: what that changes and what not.

Tickets of a guild that is no project stand beside the project P, which serves the cloud (objective O, Kim's); Branches
(objective B) is Sue's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scene import OBJECTIVE, TODAY, assess, codes, item, project, signed, snapshot

from cockpit.engine.assess import assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.serving import Rule, rule_of
from cockpit.records.assessment import Assessment
from cockpit.records.model import Kind, Meaning, Objective, Statement
from cockpit.records.snapshot import Assignment
from cockpit.records.verdicts import Verdict

BRANCH = Objective(id="B", title="Branches", owner="sue")


def ticket(id: str, project_id: str = "GUILD", **more: Any) -> Any:
    return item(id, 1, project=project_id, kind=Kind.TICKET, effort=2.0, **more)


GUILD = (ticket("G1", team="core"), ticket("G2", team="apps"), ticket("G3", parent="G2"), ticket("P1", "P"))


def judged(*said: Statement, **more: Any) -> Assessment:
    given: dict[str, Any] = {"items": GUILD, "objectives": (OBJECTIVE, BRANCH), "projects": (project(),)}
    return assess(snapshot(**{**given, "statements": said, **more}), TODAY)


def mapped(
    field: str, pattern: str, objective: str = "O", signer: str = "kim", meaning: Meaning = Meaning.CONFIRMED
) -> Statement:
    rule = Rule(field, pattern, objective)
    return signed(rule.subject, rule.version, meaning, signer)


def left(answer: Assessment) -> set[str]:
    return {ticket.id for ticket in answer.unmapped}


def test_the_owner_of_an_objective_maps_what_no_file_does() -> None:
    plain = judged()
    assert left(plain) == {"G1", "G2", "G3"} and "ALIGN-TICKETS" in codes(plain)
    answer = judged(mapped("project", "GUILD"))
    assert left(answer) == set() and "ALIGN-TICKETS" not in codes(answer)
    (served,) = answer.alignment.served
    assert (served.count, served.effort, served.objective, served.signer_name) == (3, 6.0, "O", "Kim Kane")
    assert (answer.alignment.unmapped, answer.alignment.items) == (0, 4)


@pytest.mark.parametrize(
    ("field", "pattern", "rest"),
    [
        ("id", "G1", {"G2", "G3"}),
        ("id", "G2", {"G1"}),  # and what stands below it
        ("id", "G*", set()),
        ("team", "core", {"G2", "G3"}),
        ("project", "guild", set()),
        ("project", "OTHER", {"G1", "G2", "G3"}),
    ],
)
def test_by_id_with_all_below_by_team_or_by_project(field: str, pattern: str, rest: set[str]) -> None:
    assert left(judged(mapped(field, pattern))) == rest


def test_a_ticket_that_names_no_team_is_the_work_of_its_projects() -> None:
    items = (ticket("Q1", "Q"), ticket("Q2", "Q", team="apps"))
    projects = (project("P"), project("Q", objectives=(), team="core"))
    answer = judged(mapped("team", "core"), items=items, projects=projects)
    assert left(answer) == {"Q2"}


def test_nobody_else_maps_to_it() -> None:
    for signer in ("ann", "sue"):
        answer = judged(mapped("project", "GUILD", signer=signer))
        assert left(answer) == {"G1", "G2", "G3"}
        assert answer.statements[0].verdict is Verdict.NOT_ENTITLED
        assert "Kim" in answer.statements[0].why


def test_it_is_taken_back_by_signature_and_may_be_signed_again() -> None:
    first = mapped("project", "GUILD")
    back = mapped("project", "GUILD", meaning=Meaning.WITHDRAWN)
    back = replace(back, parents=(first.id,))
    assert left(judged(first, back)) == {"G1", "G2", "G3"}
    again = replace(mapped("project", "GUILD"), parents=(back.id,))
    assert left(judged(first, back, again)) == set()


def test_a_confirmation_beside_a_withdrawal_counts_for_nothing() -> None:
    """Neither had the other before their eyes: no order decides, so that what is greener does not."""
    said = (mapped("project", "GUILD"), mapped("project", "GUILD", meaning=Meaning.WITHDRAWN))
    assert left(judged(*said)) == left(judged(*reversed(said))) == {"G1", "G2", "G3"}


def test_another_version_voids_it() -> None:
    rule = Rule("project", "GUILD", "O")
    said = signed(rule.subject, Rule("project", "GUILD", "B").version, Meaning.CONFIRMED, "kim")
    answer = judged(said)
    assert left(answer) == {"G1", "G2", "G3"} and answer.statements[0].verdict is Verdict.VOID


def test_what_a_file_or_the_charter_says_comes_first() -> None:
    """P1 serves the cloud by its project: no signature of Sue's takes it to Branches."""
    answer = judged(mapped("id", "P1", "B", "sue"))
    assert [view.count for view in answer.alignment.served] == [0]
    rule = Assignment(field="id", pattern="G1", objective="O")
    answer = judged(mapped("project", "GUILD", "B", "sue"), assignments=(rule,))
    assert [view.count for view in answer.alignment.served] == [2]


def test_it_changes_no_date_and_no_roll_up() -> None:
    plain, answer = judged(), judged(mapped("project", "GUILD"))
    assert answer.projects == plain.projects and answer.objectives == plain.objectives and answer.chains == plain.chains


def test_an_objective_that_is_gone_takes_it_along() -> None:
    answer = judged(mapped("project", "GUILD", "B", "sue"), objectives=(OBJECTIVE,))
    assert left(answer) == {"G1", "G2", "G3"} and answer.statements[0].verdict is Verdict.UNKNOWN_SUBJECT


def test_only_columns_in_which_an_edit_is_seen_may_map() -> None:
    assert rule_of("mapping:id=A=B>C>O", ("O",)) == Rule("id", "A=B>C", "O")
    assert rule_of("mapping:label=x>O", ("O",)) is None
    assert rule_of("mapping:id=>O", ("O",)) is None and rule_of("mapping:id=A>X", ("O",)) is None
    assert rule_of("baseline:id=A>O", ("O",)) is None


def test_single_tickets_come_with_most_effort_first_and_with_what_stands_above_them() -> None:
    rows = judged(items=(*GUILD, replace(ticket("G9", parent="G3"), effort=9.0)))
    first = rows.unmapped[0]
    assert (first.id, first.epic, first.epic_title, first.cause) == (
        "G9", "G2", rows.titles["G2"], "GUILD is no project of the portfolio",
    )  # fmt: skip
    assert [each.id for each in rows.unmapped] == ["G9", "G1", "G2", "G3"]


@pytest.mark.parametrize(
    "edit",
    [{"team": "core"}, {"project": "P"}, {"parent": "G1"}, {"effort": 7.0}, {"title": "Else"}, {"kind": Kind.ACTIVITY}],
)
def test_after_an_edit_it_is_what_it_would_be_anew(edit: dict[str, Any]) -> None:
    said = (mapped("team", "core"), mapped("id", "G1", "B", "sue"))
    known = {"objectives": (OBJECTIVE, BRANCH), "projects": (project(),), "statements": said}
    old = Case(Facts(snapshot(items=GUILD, **known), TODAY))
    assessment_of(old)
    edited = (GUILD[0], replace(GUILD[1], **edit), *GUILD[2:])
    new = snapshot(items=edited, **known)
    warm, cold = assessment_of(Case.after(Facts(new, TODAY), old)), assess(new, TODAY)
    assert warm == cold and tuple(warm.unmapped) == tuple(cold.unmapped)
