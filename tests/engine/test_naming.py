"""What holds of names in any text: whole words, one meaning, and no order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scene import PEOPLE, TODAY, item, snapshot

from cockpit.engine.facts import Facts
from cockpit.engine.suspicions.naming import Names
from cockpit.engine.suspicions.plainwords import Sentence, sentences, words_of
from cockpit.engine.suspicions.suspicion import Suspicions
from cockpit.records.model import Person, State, Team
from cockpit.records.snapshot import Snapshot

LAW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = (
    "Core",
    "core",
    "IT",
    "it",
    "Data",
    "Acme",
    "acme",
    "Müller",
    "muller",
    "Vera",
    "Vogt",
    "Old",
    "Vendor",
    "x",
    "é",
)
JOINS = (" ", " ", " ", "-", "_", ".", "/", "’", ", ", ". ", "\n", "\u200b", "\u00a0", "")
PHRASES = ("", "", "waiting for ", "blocked by the ", "wartet auf ", "no longer waiting for ")
TEAMS = (
    Team(id="core", title="Core"),
    Team(id="it", title="IT", parent="core"),
    Team(id="data", title="Data Migration", aliases=("Data",)),
    Team(id="acme", title="Acme GmbH (Old Vendor), maker of the core", external=True),
    Team(id="m", title="Müller", aliases=("Core Data", "é x"), external=True),
)
VERA = Person(id="vera", name="Vera Vogt", team="data")
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINS)), min_size=1, max_size=8).map(
    lambda parts: "".join(word + join for word, join in parts)
)
lines = st.builds(str.__add__, st.sampled_from(PHRASES), texts)


def names(*teams: Team) -> Names:
    return Names(teams or TEAMS, [(VERA, "data")])


def rows(*said: str, teams: tuple[Team, ...] = TEAMS, own: str = "") -> Snapshot:
    work = item("a", 5, state=State.BLOCKED, team=own, extra=tuple((f"Comment {n % 2}", t) for n, t in enumerate(said)))
    return snapshot(items=(work,), teams=teams, people=(*PEOPLE, VERA))


def read(given: Snapshot) -> Suspicions:
    facts = Facts(given, TODAY)
    vars(facts.suspicions)["held"] = facts  # what is asked through it
    return facts.suspicions


@LAW
@given(lines)
def test_a_name_never_begins_or_ends_inside_a_word(text: str) -> None:
    known = names()
    for sentence in sentences(text):
        for hit in known.hits(sentence):
            word = sentence.words[hit.place]
            before, after = sentence.folded[: word.start], sentence.folded[word.end :]
            assert not before[-1:].isalnum() and not after[:1].isalnum()
            assert word.low in {"core", "it", "data", "acme", "muller", "vera", "old", "vendor", "e"}


@LAW
@given(st.text(max_size=80), st.sampled_from(("core", "it", "data", "acme")))
def test_what_a_word_is_part_of_is_not_its_name(text: str, name: str) -> None:
    """Letters glued to both sides of a name make another word of it, whatever they are."""
    glued = "".join(c for c in text if c.isalnum() and len(words_of(c)) == 1)
    assume(glued)
    for said in (f"waiting for {glued}{name.title()}", f"waiting for {name.title()}{glued}"):
        low = words_of(said)
        assume(name not in low)
        hits = [hit for sentence in sentences(said) for hit in names().hits(sentence)]
        assert name not in {hit.giver for hit in hits}


@LAW
@given(st.lists(lines, max_size=4), st.sampled_from(TEAMS))
def test_never_its_own_team_nor_one_above_it(said: list[str], own: Team) -> None:
    given_rows = rows(*said, own=own.id)
    reading = read(given_rows).reading(given_rows.work_items[0])
    assert not {own.id, own.parent} & reading.named.keys()


@LAW
@given(st.data(), st.lists(lines, max_size=4), st.sampled_from(("", *(t.id for t in TEAMS))))
def test_order_says_nothing(data: st.DataObject, said: list[str], giver: str) -> None:
    mixed, teams = data.draw(st.permutations(said)), data.draw(st.permutations(TEAMS))
    one, other = rows(*said), rows(*mixed, teams=tuple(teams))
    plain, after = read(one), read(other)
    work, moved = one.work_items[0], other.work_items[0]
    assert plain.reading(work).named.keys() == after.reading(moved).named.keys()
    assert plain.text(work, giver) == after.text(moved, giver)


@LAW
@given(lines)
def test_case_of_the_table_spacing_and_marks_in_the_text_change_nothing_about_its_words(text: str) -> None:
    assert words_of(text) == words_of(text.replace("\u00e9", "e\u0301")) == words_of(" ".join(text.split()))
    loud = tuple(replace(t, title=t.title.upper(), aliases=tuple(a.upper() for a in t.aliases)) for t in TEAMS)
    for sentence in sentences(text):
        assert sentence.normal == Sentence(sentence.text.replace("ü", "u\u0308")).normal
        longer = {h.giver for h in names(*loud).hits(sentence)} ^ {h.giver for h in names().hits(sentence)}
        assert longer <= {"acme", "m"}, (
            "capitals of a vendor's name are asked for where nothing else says that it waits"
        )


@LAW
@given(st.text(max_size=200))
def test_any_text_at_all_is_read(text: str) -> None:
    given_rows = rows(text, f"waiting for {text}")
    texts_ = read(given_rows)
    work = given_rows.work_items[0]
    reading = texts_.reading(work)
    for giver in ("", *reading.named):
        for found in texts_.found(work, giver):
            assert len(found.sentence) <= 170 and found.normal
        assert texts_.text(work, giver)
