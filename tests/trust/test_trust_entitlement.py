from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cockpit.records.model import Dependency, Kpi, Meaning, Objective, Person, Project, Team, WorkItem
from cockpit.trust.entitlement import (
    giver_seat,
    may_attest,
    may_baseline,
    may_confirm,
    may_confirm_policy,
    may_dispute_reading,
    may_sign_dependency,
    may_validate,
    receiver_seat,
    steward_seat,
    validator_seat,
    withdrawal_side,
)
from cockpit.trust.people import Directory

NAMES = {
    "gina": "apis",  # owns the dependency on the giving side
    "gus": "apis",  # her colleague
    "docs": "docs",  # in a team below the giving one
    "head": "it",  # in the team above
    "glead": "",  # leads the giving team
    "rita": "apps",  # owns it on the receiving side
    "rob": "apps",  # her colleague
    "rsub": "mobile",  # in a team below the receiving one
    "rlead": "",  # leads the receiving team
    "paul": "pmo",  # owns the receiving project
    "vera": "pmo",  # the internal owner of the vendor
    "sue": "board",  # sponsor
}
PEOPLE = tuple(
    Person(id=name, name=name.title(), team=team, email=f"{name}@bank.example") for name, team in NAMES.items()
)
TEAMS = (
    Team(id="it", title="IT"),
    Team(id="apis", title="API team", parent="it", lead="glead"),
    Team(id="docs", title="Documentation", parent="API Team"),
    Team(id="apps", title="Applications", parent="it", lead="RLEAD@bank.example"),
    Team(id="mobile", title="Mobile", parent="apps"),
    Team(id="pmo", title="PMO"),
    Team(id="board", title="Board"),
    Team(id="vendor", title="Legacy vendor", external=True),
)
KNOWN = Directory(PEOPLE, TEAMS)
DEP = Dependency(
    id="D",
    title="API documentation",
    giver_team="API team",
    receiver_team="apps",
    giver_owner="gina@bank.example",
    receiver_owner="Rita",
    needed_by=date(2025, 6, 30),
)
M = Meaning


def why(meaning: Meaning, who: str, dep: Dependency = DEP, project_owner: str = "paul") -> str:
    return may_sign_dependency(meaning, KNOWN.people[who], dep, KNOWN, project_owner=project_owner)


def who_may(meaning: Meaning, dep: Dependency = DEP, project_owner: str = "paul") -> set[str]:
    return {name for name in NAMES if not why(meaning, name, dep, project_owner)}


SENTENCES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("the giver's owner, named by email", {}, {"gina"}),
    ("the giver's owner, named by name", {"giver_owner": "GUS"}, {"gus"}),
    ("an owner in a team below the giving one", {"giver_owner": "docs"}, {"docs"}),
    ("the lead of the giving team, when named as owner", {"giver_owner": "glead"}, {"glead"}),
    ("the lead of the giving team, when no owner is named", {"giver_owner": " "}, {"glead"}),
    ("nobody, when the owner sits in the team above the giving one", {"giver_owner": "head"}, set()),
    ("nobody, when the owner belongs to a third team", {"giver_owner": "vera"}, set()),
    ("nobody, when the named owner is unknown", {"giver_owner": "Ghost"}, set()),
    ("nobody, when no owner is named and the team is unknown", {"giver_owner": "", "giver_team": "Ghosts"}, set()),
    ("nobody, when no owner is named and the team has no lead", {"giver_owner": "", "giver_team": "docs"}, set()),
    ("nobody, when the giver's owner also owns the receiving side", {"receiver_owner": "gina"}, set()),
    ("nobody, when the giver's owner is in the receiving team", {"giver_owner": "rob"}, set()),
    ("nobody, when giver and receiver are one team", {"receiver_team": "apis"}, set()),
    (
        "nobody, when the giver's owner is in a team below the receiving one",
        {"giver_team": "it", "giver_owner": "rsub"},
        set(),
    ),
    (
        "nobody, when the giver's owner leads the receiving team",
        {"giver_team": "vendor", "giver_owner": "rlead"},
        set(),
    ),
    ("nobody, when the giver's owner owns the receiving project", {"giver_team": "pmo", "giver_owner": "paul"}, set()),
    ("the giver's owner, when the giving team is part of the receiving one", {"receiver_team": "it"}, {"gina"}),
    (
        "the named internal owner of a vendor, who is not in the vendor's team",
        {"giver_team": "vendor", "giver_owner": "vera"},
        {"vera"},
    ),
    (
        "nobody for a vendor whose owner sits in the receiving team",
        {"giver_team": "vendor", "giver_owner": "rob"},
        set(),
    ),
    ("nobody for a vendor with no owner and no lead", {"giver_team": "vendor", "giver_owner": ""}, set()),
]


@pytest.mark.parametrize(("sentence", "change", "expected"), SENTENCES, ids=[s for s, _, _ in SENTENCES])
@pytest.mark.parametrize("meaning", [M.PROMISED, M.RESOLVED])
def test_promised_and_resolved_are_signed_by(
    meaning: Meaning, sentence: str, change: dict[str, Any], expected: set[str]
) -> None:
    assert who_may(meaning, replace(DEP, **change)) == expected, sentence


DISPUTES: list[tuple[str, dict[str, Any], str, set[str]]] = [
    ("the receiver's owner", {}, "paul", {"rita"}),
    ("the lead of the receiving team, when no owner is named", {"receiver_owner": ""}, "paul", {"rlead"}),
    (
        "the owner of the receiving project, when that team has no lead",
        {"receiver_owner": "", "receiver_team": "mobile"},
        "paul",
        {"paul"},
    ),
    (
        "the owner of the receiving project, when that team is unknown",
        {"receiver_owner": "", "receiver_team": "X"},
        "paul",
        {"paul"},
    ),
    ("nobody, when none of the three is named", {"receiver_owner": "", "receiver_team": "mobile"}, "", set()),
    ("nobody, when the named owner is unknown", {"receiver_owner": "Ghost"}, "paul", set()),
]


@pytest.mark.parametrize(("sentence", "change", "project_owner", "expected"), DISPUTES, ids=[s for s, *_ in DISPUTES])
def test_disputed_is_signed_by(sentence: str, change: dict[str, Any], project_owner: str, expected: set[str]) -> None:
    assert who_may(M.DISPUTED, replace(DEP, **change), project_owner) == expected, sentence


def test_withdrawn_is_signed_by_one_of_each_side_and_nobody_stands_on_both() -> None:
    assert who_may(M.WITHDRAWN) == {"gina", "rita"}
    assert withdrawal_side(KNOWN.people["gina"], DEP, KNOWN) == "giver"
    assert withdrawal_side(KNOWN.people["rita"], DEP, KNOWN) == "receiver"
    assert withdrawal_side(KNOWN.people["rlead"], DEP, KNOWN) is None
    both = replace(DEP, receiver_owner="gina")
    assert withdrawal_side(KNOWN.people["gina"], both, KNOWN) == "receiver"
    assert who_may(M.WITHDRAWN, both) == {"gina"}


@pytest.mark.parametrize("meaning", [M.VALIDATED, M.ATTESTED, M.CONFIRMED, M.BASELINED])
def test_nothing_else_is_said_of_a_dependency(meaning: Meaning) -> None:
    assert who_may(meaning) == set()
    assert why(meaning, "gina") == f"A dependency can't be {meaning}: it is promised, resolved, disputed or withdrawn."


REFUSALS = [
    (M.PROMISED, "gus", {}, "Gus may not sign promised: only Gina, the giver's owner, may."),
    (
        M.RESOLVED,
        "gina",
        {"giver_owner": "Ghost"},
        "Nobody may sign resolved. "
        "“Ghost”, named as the giver's owner, is nobody in the people table, or more than one.",
    ),
    (
        M.RESOLVED,
        "gina",
        {"receiver_owner": "gina"},
        "Gina may not sign resolved: they are the receiver's owner, "
        "and nobody may sign for what they receive themselves.",
    ),
    (
        M.RESOLVED,
        "vera",
        {"giver_owner": "vera"},
        "Vera may not sign resolved: they do not belong to the giving team API team.",
    ),
    (M.DISPUTED, "gina", {}, "Gina may not sign disputed: only Rita, the receiver's owner, may."),
    (
        M.PROMISED,
        "gina",
        {"giver_owner": "", "giver_team": "docs"},
        "Nobody may sign promised. No owner is named, and the giving team Documentation has no lead.",
    ),
    (M.WITHDRAWN, "sue", {}, "Sue may not sign withdrawn: only the owners of both sides may, and both must."),
]


@pytest.mark.parametrize(("meaning", "who", "change", "sentence"), REFUSALS)
def test_a_refusal_says_why(meaning: Meaning, who: str, change: dict[str, Any], sentence: str) -> None:
    assert why(meaning, who, replace(DEP, **change)) == sentence


def test_teams_in_no_table_are_compared_by_their_text() -> None:
    person = Person(id="x", name="X", team="Far Away")
    dep = replace(DEP, giver_team="far  away", giver_owner="x")
    assert may_sign_dependency(M.PROMISED, person, dep, [*PEOPLE, person], TEAMS) == ""
    assert "do not belong" in may_sign_dependency(M.PROMISED, replace(person, team="Near"), dep, [person], TEAMS)


def test_seats_name_the_person_or_the_reason() -> None:
    assert giver_seat(DEP, KNOWN).person == KNOWN.people["gina"]
    assert receiver_seat(replace(DEP, receiver_owner=""), KNOWN).role == "the lead of the receiving team"
    assert "no acceptor" in validator_seat(WorkItem(id="m", project="p", title="Go live"), KNOWN).problem


ITEM = WorkItem(id="m", project="p", title="Go live", team="apis", owner="gina", acceptor="rita")


def validators(item: WorkItem = ITEM, **options: Any) -> set[str]:
    return {name for name, person in KNOWN.people.items() if not may_validate(person, item, KNOWN, **options)}


def test_a_milestone_is_validated_by_its_acceptor_else_the_receivers_owner_else_the_sponsor() -> None:
    assert validators(receiver_owner="rob", sponsor="sue") == {"rita"}
    nobody = replace(ITEM, acceptor="")
    assert validators(nobody, receiver_owner="rob", sponsor="sue") == {"rob"}
    assert validators(nobody, sponsor="sue") == {"sue"}
    assert validators(nobody) == set()
    assert validators(replace(ITEM, acceptor="Ghost"), sponsor="sue") == set()


def test_who_delivers_a_milestone_never_validates_it() -> None:
    assert validators(replace(ITEM, acceptor="gina", team="")) == set()
    for member in ("gus", "docs", "glead"):
        assert validators(replace(ITEM, acceptor=member)) == set()
    assert validators(replace(ITEM, acceptor="gus", team="")) == {"gus"}
    assert validators(replace(ITEM, acceptor="gus", team=""), team="apis") == set()
    sentence = may_validate(KNOWN.people["gus"], replace(ITEM, acceptor="gus"), KNOWN)
    assert sentence.endswith("they belong to the delivering team API team, and who delivers never validates.")


KPI = Kpi(id="nps", objective="O", title="Net promoter score", owner="Paul", leads=("Rita", "sue"))


def test_only_the_owner_of_a_kpi_attests_it_and_only_its_leads_dispute_it() -> None:
    assert {n for n, p in KNOWN.people.items() if not may_attest(KPI, p, KNOWN)} == {"paul"}
    assert {n for n, p in KNOWN.people.items() if not may_attest(KPI, p)} == {"paul"}
    assert {n for n, p in KNOWN.people.items() if not may_dispute_reading(KPI, p, KNOWN)} == {"rita", "sue"}
    assert "Nobody is named as the owner of the KPI" in may_attest(replace(KPI, owner=""), KNOWN.people["paul"], KNOWN)


def test_only_the_sponsor_baselines_and_only_the_objectives_owner_confirms() -> None:
    project = Project(id="p", title="Gateway", owner="paul", sponsor="sue")
    objective = Objective(id="O", title="Cloud", owner="sue")
    assert {n for n, p in KNOWN.people.items() if not may_baseline(project, p, KNOWN)} == {"sue"}
    assert {n for n, p in KNOWN.people.items() if not may_confirm(objective, p, KNOWN)} == {"sue"}


def test_any_steward_confirms_a_looser_policy_and_nobody_else() -> None:
    stewards = ("sue", "paul")
    assert {p.id for p in PEOPLE if not may_confirm_policy(p, stewards, PEOPLE)} == {"sue", "paul"}
    gus, sue = (next(p for p in PEOPLE if p.id == name) for name in ("gus", "sue"))
    assert may_confirm_policy(gus, stewards, PEOPLE) == (
        "Gus may not sign confirmed: only a steward of the portfolio may (Sue, Paul)."
    )
    assert may_confirm_policy(gus, ("Sue",), PEOPLE) == (
        "Gus may not sign confirmed: only Sue, the steward of the portfolio, may."
    )
    assert may_confirm_policy(sue, (), PEOPLE) == (
        "Nobody may sign confirmed. Nobody is named as the steward of the portfolio."
    )
    assert "“ghost”, named as the steward of the portfolio, is nobody" in may_confirm_policy(sue, ("ghost",), PEOPLE)


def test_of_several_stewards_the_first_with_a_key_is_asked_and_one_who_is_known_before_one_who_is_not() -> None:
    assert steward_seat(("ghost", "sue", "paul"), PEOPLE).person == next(p for p in PEOPLE if p.id == "sue")
    people = [replace(p, key="ssh-ed25519 AAAA") if p.id == "paul" else p for p in PEOPLE]
    assert steward_seat(("ghost", "sue", "paul"), people).person == next(p for p in people if p.id == "paul")
    assert steward_seat(("ghost",), PEOPLE).person is None
