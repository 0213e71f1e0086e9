from __future__ import annotations

import pytest

from cockpit.records.model import Person, Team
from cockpit.trust.people import Directory, directory, find_person

PEOPLE = (
    Person(id="ann", name="Ann Bauer", email="ann@bank.example", aliases=("abauer", "A. Bauer")),
    Person(id="ann2", name="Ann Bauer", email="ann2@bank.example"),
    Person(id="bob", name="Bob Czerny", aliases=("ann2",)),
)
TEAMS = (
    Team(id="it", title="IT", lead="bob"),
    Team(id="api", title="API team", parent="IT", aliases=("Interfaces",)),
    Team(id="docs", title="Docs", parent="api team"),
    Team(id="round", title="Round", parent="about"),
    Team(id="about", title="About", parent="round"),
)


@pytest.mark.parametrize("text", ["ann", " ANN ", "ann@bank.example", "ABAUER", "a.  bauer"])
def test_a_person_is_found_by_id_email_and_alias_whatever_the_case(text: str) -> None:
    found = find_person(PEOPLE, text)
    assert found is not None and found.id == "ann"


@pytest.mark.parametrize("text", ["", " ", "Ann Bauer", "ANN2", "nobody", "*", "ann bauer ann bauer"])
def test_a_text_that_fits_two_people_or_none_finds_nobody(text: str) -> None:
    assert find_person(PEOPLE, text) is None


def test_an_exact_id_wins_over_anothers_alias() -> None:
    found = find_person({p.id: p for p in PEOPLE}, "ann2")
    assert found is not None and found.name == "Ann Bauer"


def test_a_team_is_found_by_id_title_and_alias() -> None:
    for text in ("api", "api TEAM", "interfaces"):
        team = directory((), TEAMS).team(text)
        assert team is not None and team.id == "api"
    assert directory((), TEAMS).team("apis") is None


def test_the_chain_of_parents_is_followed_by_any_name_and_ends_in_a_circle() -> None:
    known = Directory(PEOPLE, TEAMS)
    assert known.chain("Docs") == ("docs", "api", "it")
    assert known.chain("round") == ("round", "about")
    assert known.chain("Unknown Team") == ("unknown team",)
    assert known.chain("") == ()
    lead = known.lead("IT")
    assert lead is not None and lead.id == "bob"


def test_a_directory_is_used_as_it_is() -> None:
    known = Directory(PEOPLE, TEAMS)
    assert directory(known) is known
    assert find_person(known, "bob") == PEOPLE[2]


@pytest.mark.parametrize(
    "text",
    ["Ann Bauer <ann@bank.example>", "A. Bauer <nobody@else.example>", "Stranger <ABAUER>", " <ann@bank.example> "],
)
def test_a_name_with_an_address_behind_it_is_whom_either_names(text: str) -> None:
    found = find_person(PEOPLE, text)
    assert found is not None and found.id == "ann"
    assert "ann" in directory(PEOPLE).candidates(text)


@pytest.mark.parametrize(
    "text", ["Bob Czerny <ann@bank.example>", "Ann Bauer <x@y.example>", "<>", "Bob <", "Bob <a> <b>"]
)
def test_a_name_and_an_address_that_contradict_each_other_find_nobody(text: str) -> None:
    assert find_person(PEOPLE, text) is None
