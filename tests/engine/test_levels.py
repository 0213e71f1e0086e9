"""To whom a breach goes as it ages: its owner, the team's lead, the sponsor, the objective's owner, the steward."""

from __future__ import annotations

from dataclasses import replace

from scene import PEOPLE, TEAMS, TODAY, docs, item, project, snapshot

from cockpit.engine.assess import assess
from cockpit.records.model import Person, Team


def test_each_level_is_one_person_nearest_first() -> None:
    """Vic answers for the vendor, Rob leads his team; Sue sponsors the project, Kim owns the objective."""
    people = (*PEOPLE, Person(id="rob", name="Rob Reed", team="board"))
    teams = tuple(replace(team, lead="Rob Reed") if team.id == "sourcing" else team for team in TEAMS)
    known = snapshot(items=(item("a", 5),), dependencies=(docs(),), people=people, teams=teams)
    found = assess(known, TODAY)
    assert found.levels["DEP-UNPROVEN|dependency:D"] == ("vic", "rob", "sue", "kim")
    assert found.people["vic"].name == "Vic Vane"


def test_without_an_owner_it_begins_with_the_next_who_is_known() -> None:
    lead = Team(id="apps", title="Apps", lead="ben")
    late = project(owner="nobody knows", sponsor="")
    found = assess(snapshot(projects=(late,), items=(), teams=(lead,)), TODAY)
    assert found.breaches
    assert {found.levels[breach.key][0] for breach in found.breaches if breach.project == "P"} == {"ben"}


def test_who_holds_several_offices_is_asked_once() -> None:
    known = snapshot(
        items=(item("a", 5),), projects=(project(owner="kim", sponsor="kim"),), dependencies=(docs(giver_owner="kim"),)
    )
    for key, people in assess(known, TODAY).levels.items():
        assert len(people) == len(set(people)), key
