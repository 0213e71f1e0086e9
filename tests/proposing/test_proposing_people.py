"""One person in many spellings, two people in one, teams, and words: put together only where it is safe."""

from __future__ import annotations

from collections import Counter

import pytest

from cockpit.proposing import teams, words
from cockpit.proposing.names import Form, read
from cockpit.proposing.people import Mention, People, recognised
from cockpit.proposing.sure import Sure
from cockpit.records.model import Rag, State


def people(*texts: str, team: str = "") -> People:
    return recognised([Mention(text, team) for text in texts])


@pytest.mark.parametrize(
    ("text", "form", "name"),
    [
        ("Thomas Müller", Form.FULL, "Thomas Müller"),
        ("Müller, Thomas", Form.FULL, "Thomas Müller"),
        ("Müller, Dr. Thomas (IT-3)", Form.FULL, "Thomas Müller"),
        ("MÜLLER Thomas", Form.FULL, "Thomas Müller"),
        ("Jean-Pierre LE GALL", Form.FULL, "Jean-Pierre Le Gall"),
        ("Anna-Lena von der Heide", Form.FULL, "Anna-Lena von der Heide"),
        ("Anna Berg <anna.berg@x.de>", Form.FULL, "Anna Berg"),
        ("thomas.mueller@bank.example", Form.FULL, "Thomas Mueller"),
        ("anna.berg", Form.FULL, "Anna Berg"),
        ("tmueller", Form.LOGIN, "tmueller"),
        ("BANK\\tmueller", Form.LOGIN, "tmueller"),
        ("[~tmueller]", Form.LOGIN, "tmueller"),
        ("u123456", Form.LOGIN, "u123456"),
        ("T. Müller", Form.INITIAL, "T. Müller"),
        ("Herr Müller", Form.SINGLE, "Müller"),
        ("Mme Dupont", Form.SINGLE, "Dupont"),
        ("TM", Form.LETTERS, "TM"),
        ("Anna Berg / Omar Haddad", Form.SEVERAL, "Anna Berg / Omar Haddad"),
        ("Berg; Haddad", Form.SEVERAL, "Berg; Haddad"),
        ("Card gateway", Form.NOBODY, "Card gateway"),
        ("P-17", Form.NOBODY, "P-17"),
        ("x" * 500, Form.NOBODY, "x" * 500),
    ],
)
def test_how_a_text_names_somebody(text: str, form: Form, name: str) -> None:
    found = read(text)
    assert (found.form, found.name) == (form, name)


def test_login_address_and_surname_given_name_are_one_person() -> None:
    found = people("Müller, Thomas", "tmueller", "thomas.mueller@bank.example", "Thomas Müller", "Müller, Thomas")
    (one,) = found.people
    assert (one.id, one.name, one.email) == ("tmueller", "Thomas Müller", "thomas.mueller@bank.example")
    assert one.aliases == ("Müller, Thomas",)
    assert (one.rows, one.spellings, one.sure) == (5, 4, Sure.LIKELY)
    assert found.doubts == ()


def test_what_could_be_two_people_is_nobodys_alias() -> None:
    found = people("Thomas Müller", "Tobias Müller", "tmueller", "T. Müller", "Müller")
    assert [each.name for each in found.people] == ["Thomas Müller", "Tobias Müller"]
    assert all(each.aliases == () for each in found.people)
    assert [each.text for each in found.doubts] == ["tmueller", "T. Müller", "Müller"]
    assert "Thomas Müller or Tobias Müller" in found.doubts[0].why


def test_an_umlaut_that_is_only_gone_is_likely_the_same_and_one_spelled_out_is_surely() -> None:
    assert [each.sure for each in people("Jörg Weiß", "Joerg Weiss").people] == [Sure.SURE]
    assert [each.sure for each in people("Jörg Keller", "Jorg Keller").people] == [Sure.LIKELY]


def test_two_surnames_with_a_comma_are_two_people() -> None:
    found = people("Anna Berg", "Omar Haddad", "Berg, Haddad")
    assert len(found.people) == 2
    assert "several" in found.doubts[0].why


def test_the_name_of_a_team_is_nobody_and_an_unknown_word_stays_open() -> None:
    found = recognised([Mention("Operations"), Mention("Lea Moreau"), Mention("PMO")], ["operations"])
    assert [each.name for each in found.people] == ["Lea Moreau"]
    assert [each.text for each in found.doubts] == ["PMO"]


def test_misspelt_names_are_asked_about_and_left_apart() -> None:
    found = people("Tobias Meier", "Tobias Meyer")
    assert len(found.people) == 2
    assert "misspelt" in found.doubts[0].why


def test_somebody_belongs_to_the_team_of_most_of_their_rows() -> None:
    rows = [Mention("Anna Berg", "Risk")] * 3 + [Mention("Anna Berg", "Cards")]
    (anna,) = recognised(rows).people
    assert (anna.team, anna.team_sure, anna.team_why) == ("Risk", Sure.LIKELY, "in 3 of 4 rows")
    (split,) = recognised(rows[2:]).people
    assert split.team_sure is Sure.UNSURE


def test_the_order_of_rows_changes_nothing() -> None:
    texts = ["Müller, Thomas", "tmueller", "Thomas Müller", "Anna Berg", "aberg", "L. Weber", "Lars Weber"]
    forward, backward = people(*texts), people(*reversed(texts))
    told = [{(e.id, e.name, e.email, frozenset(e.aliases)) for e in each.people} for each in (forward, backward)]
    assert told[0] == told[1]


def test_spellings_of_a_team_are_one_and_vendors_are_asked_about() -> None:
    found = teams.recognised(
        Counter({"IT-Betrieb": 3, "IT Betrieb": 1, "Nordsoft GmbH": 2, "Zahlungen": 4, "Zahlngen": 1})
    )
    by_id = {each.id: each for each in found.teams}
    assert by_id["it-betrieb"].aliases == ("IT Betrieb",)
    assert by_id["nordsoft-gmbh"].external == "GmbH"
    assert not by_id["zahlungen"].external
    assert [(each.text, "Zahlungen" in each.why) for each in found.doubts] == [("Zahlngen", True)]


def test_numbered_teams_are_alike_and_two() -> None:
    assert teams.recognised(Counter({"Squad 1": 1, "Squad 2": 1})).doubts == ()


@pytest.mark.parametrize(
    ("said", "category", "sure"),
    [
        ("in Arbeit", State.DOING, Sure.SURE),
        ("ERLEDIGT", State.DONE, Sure.SURE),
        ("bloqué", State.BLOCKED, Sure.SURE),
        ("à faire", State.TODO, Sure.SURE),
        ("erledigt am 3.3.", State.DONE, Sure.LIKELY),
        ("abgeschlosen", State.DONE, Sure.LIKELY),
    ],
)
def test_words_of_other_languages(said: str, category: State, sure: Sure) -> None:
    (line,) = words.states(Counter({said: 2})).lines
    assert (line.category, line.sure) == (category, sure)


def test_known_words_need_no_line_and_unknown_ones_are_asked_about() -> None:
    found = words.states(Counter({"In progress": 5, "Done": 2, "Sankt Nimmerlein": 3, "abgebrochen": 1}))
    assert found.lines == ()
    assert [(each.text, each.rows) for each in found.doubts] == [("Sankt Nimmerlein", 3), ("abgebrochen", 1)]
    assert "todo, doing, blocked or done" in found.doubts[0].why


def test_colours_in_german_and_french() -> None:
    found = words.rags(Counter({"grün": 3, "Gelb": 2, "rouge": 1, "Météo": 1}))
    assert {line.category: line.words for line in found.lines} == {
        Rag.GREEN: ("grün",), Rag.AMBER: ("gelb",), Rag.RED: ("rouge",),
    }  # fmt: skip
    assert [each.text for each in found.doubts] == ["Météo"]
