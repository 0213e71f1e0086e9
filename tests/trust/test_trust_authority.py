"""Stewards enrol and revoke: what counts is what a signer could know, and a revocation reaches what nobody saw."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trust_keys import Key
from trust_ledger import Ledger

from cockpit.trust.authority import genesis_of
from cockpit.trust.keys import parse_public_key


def test_who_is_enrolled_by_a_steward_counts_from_then_on() -> None:
    ledger = Ledger("sue")
    early = ledger.prove("vera")
    ledger.enrol("sue", "vera")
    assert ledger.verdict(ledger.prove("vera")) == ""
    assert ledger.verdict(early) == "Nobody had enrolled vera when it was signed, as far as its signer knew."
    (sue, vera) = ledger.judge().people
    assert (sue.id, sue.key, vera.name, vera.team, vera.key) == (
        "sue",
        Key("sue").line,
        "Vera",
        "apps",
        Key("vera").line,
    )


def test_who_signs_beside_their_enrolment_had_not_been_enrolled() -> None:
    ledger = Ledger("sue")
    first = ledger.statements[0]
    ledger.enrol("sue", "vera", after=[first])
    assert "Nobody had enrolled vera" in ledger.verdict(ledger.prove("vera", after=[first]))


@pytest.mark.parametrize("by", ["vera", "mallory"])
def test_nobody_but_a_steward_enrols_or_revokes_others(by: str) -> None:
    ledger = Ledger("sue")
    ledger.enrol("sue", "vera")
    ledger.enrol("sue", "tom")
    forged = ledger.enrol(by, "mel")
    assert ledger.verdict(forged) != ""
    assert "Nobody had enrolled mel" in ledger.verdict(ledger.prove("mel"))
    assert ledger.verdict(ledger.revoke(by, "tom")) != ""
    assert ledger.verdict(ledger.prove("tom")) == ""


def test_a_key_is_enrolled_only_with_proof_that_its_person_holds_it() -> None:
    ledger = Ledger("sue")
    assert "Another key" in ledger.verdict(ledger.enrol("sue", "vera", holder="mallory"))
    other = Ledger("sue", "tom")
    stolen = other.enrol("sue", "vera").body
    lifted = ledger.say("sue", "enrol", dict(stolen))
    assert "Nobody shows to hold the key" in ledger.verdict(lifted), "the proof names the portfolio it was made for"
    assert "is vera's" in _second_of_one_key()


def _second_of_one_key() -> str:
    ledger = Ledger("sue")
    ledger.enrol("sue", "vera")
    return ledger.verdict(ledger.enrol("sue", "mel", key="vera"))


def test_a_revocation_voids_what_follows_it_and_what_stands_beside_it_never_what_it_saw() -> None:
    ledger = Ledger("sue")
    enrolled = ledger.enrol("sue", "vera")
    before = ledger.prove("vera")
    beside = ledger.prove("vera", after=[enrolled], minutes=1)
    ledger.revoke("sue", "vera", after=[before])
    after = ledger.prove("vera")
    assert ledger.verdict(before) == ""
    assert "was revoked by" in ledger.verdict(beside), "nobody saw it before: it may have been dated back"
    assert "was revoked by" in ledger.verdict(after)
    assert [p.key for p in ledger.judge().people if p.id == "vera"] == [""]
    assert "revoked or replaced" in ledger.verdict(ledger.enrol("sue", "vera")), "not that key again"
    ledger.enrol("sue", "vera", key="vera2")
    assert ledger.verdict(ledger.prove("vera", with_="vera2")) == ""


def test_a_person_revokes_their_own_key_and_changes_it_without_losing_what_stands_beside() -> None:
    ledger = Ledger("sue")
    enrolled = ledger.enrol("sue", "vera")
    offline = ledger.prove("vera", after=[enrolled])
    ledger.rotate("vera", "vera2", after=[enrolled])
    assert ledger.verdict(offline) == "", "signed on another machine that had not heard of the change"
    assert "was replaced by" in ledger.verdict(ledger.prove("vera"))
    assert ledger.verdict(ledger.prove("vera", with_="vera2")) == ""
    assert ledger.verdict(ledger.revoke("vera", "vera", "vera2", with_="vera2")) == ""
    assert "was revoked by" in ledger.verdict(ledger.prove("vera", with_="vera2"))


def test_a_key_is_not_put_in_its_own_place() -> None:
    ledger = Ledger("sue")
    ledger.enrol("sue", "vera")
    assert "in its own place" in ledger.verdict(ledger.rotate("vera", "vera"))
    assert ledger.verdict(ledger.prove("vera")) == ""


def test_nobody_changes_anothers_key() -> None:
    ledger = Ledger("sue")
    for name in ("vera", "tom"):
        ledger.enrol("sue", name)
    assert "no key but their own" in ledger.verdict(ledger.rotate("vera", "evil", by="tom", with_="tom"))
    assert ledger.verdict(ledger.prove("vera", with_="evil")) != ""


def test_two_stewards_who_revoke_each_other_unseen_are_both_out_whoever_is_heard_first() -> None:
    ledger = Ledger("ann", "bob", "kim")
    start = ledger.heads()
    first = ledger.revoke("ann", "bob", after=start)
    second = ledger.revoke("bob", "ann", after=start)
    for order in ([0, 1, 2], [0, 2, 1]):
        found = ledger.judge([ledger.statements[n] for n in order])
        assert {s.id: s.verdict for s in found.statements} == {s.id: "" for s in ledger.statements}
        assert [p.id for p in found.people if p.key] == ["kim"]
    assert first.id != second.id
    assert all(ledger.verdict(ledger.enrol(by, "mel")) != "" for by in ("ann", "bob"))
    assert ledger.verdict(ledger.enrol("kim", "mel")) == ""


def test_a_thief_who_enrols_beside_the_revocation_of_the_stolen_key_gains_nothing() -> None:
    ledger = Ledger("ann", "bob")
    start = ledger.heads()
    ledger.revoke("bob", "ann", after=start)
    enrolled = ledger.enrol("ann", "mallory", after=start)
    assert ledger.verdict(enrolled) != ""
    assert "Nobody had enrolled mallory" in ledger.verdict(ledger.prove("mallory", after=[enrolled]))


def test_a_thief_who_rotates_beside_the_revocation_revokes_nobody_with_the_new_key() -> None:
    ledger = Ledger("ann", "bob", "kim")
    start = ledger.heads()
    ledger.revoke("bob", "ann", after=start)
    rotated = ledger.rotate("ann", "evil", after=start)
    revenge = ledger.revoke("ann", "bob", after=[rotated], with_="evil")
    assert "was revoked by" in ledger.verdict(rotated)
    assert ledger.verdict(revenge) != ""
    assert [p.id for p in ledger.judge().people if p.key] == ["bob", "kim"]
    assert ledger.verdict(ledger.enrol("bob", "mel")) == ""


def test_an_enrolment_may_have_a_first_and_a_last_day() -> None:
    ledger = Ledger("sue")
    ledger.enrol("sue", "vera", **{"from": "2025-03-04", "until": "2025-03-05"})
    day = 24 * 60
    found = [ledger.prove("vera", minutes=n * day) for n in range(4)]
    assert all(ledger.verdict(proof) != "" for proof in found), "nobody else had seen them when her key ended"
    ledger.prove("sue", minutes=2 * day + 1, after=found[:3])
    assert [ledger.verdict(proof) != "" for proof in found] == [True, False, False, True]


def test_what_is_witnessed_only_after_its_key_ended_may_have_been_dated_back() -> None:
    ledger = Ledger("sue")
    ledger.enrol("sue", "vera", until="2025-03-05")
    day = 24 * 60
    proof = ledger.prove("vera", minutes=2 * day)
    ledger.prove("sue", minutes=9 * day)
    assert "Nobody else had seen it on 2025-03-05" in ledger.verdict(proof)
    ledger.say("sue", "receipt", {"seen": {proof.id: "2025-03-05T12:00:00Z"}}, minutes=10 * day)
    assert ledger.verdict(proof) == "", "she had seen it in time, and says so"


def test_with_two_stewards_one_alone_gives_nobody_a_second_key() -> None:
    ledger = Ledger("ann", "bob")
    ledger.enrol("ann", "vera")
    second = ledger.enrol("ann", "vera", key="accomplice")
    assert ledger.verdict(second) == ""
    assert ledger.judge().awaiting == {second.id: "another steward, or vera"}
    assert "not one enrolled for vera" in ledger.verdict(ledger.prove("vera", with_="accomplice"))
    ledger.revoke("ann", "vera")
    third = ledger.enrol("ann", "vera", key="again")
    assert third.id in ledger.judge().awaiting, "nor after the first key was revoked"
    assert "signed first" in ledger.verdict(ledger.about("ann", "cosign", third))
    ledger.about("bob", "cosign", third)
    assert ledger.judge().awaiting.keys() == {second.id}
    assert ledger.verdict(ledger.prove("vera", with_="again")) == ""


def test_a_person_takes_a_second_key_that_a_steward_enrols_with_the_first() -> None:
    ledger = Ledger("ann", "bob")
    ledger.enrol("ann", "vera")
    ledger.enrol("ann", "tom")
    second = ledger.enrol("ann", "vera", key="laptop")
    assert "is no steward" in ledger.verdict(ledger.about("tom", "cosign", second))
    ledger.about("vera", "cosign", second)
    assert ledger.verdict(ledger.prove("vera", with_="laptop")) == ""
    assert ledger.verdict(ledger.prove("vera")) == "", "and keeps the first"


def test_two_stewards_put_a_new_key_in_the_place_of_one_that_was_lost() -> None:
    ledger = Ledger("ann", "bob")
    ledger.enrol("ann", "vera")
    before = ledger.prove("vera")
    old = Key("vera").fingerprint
    assert "does not have" in ledger.verdict(ledger.rotate("vera", "new", by="ann", old=Key("other").fingerprint))
    said = ledger.rotate("vera", "new", by="ann", old=old)
    assert ledger.judge().awaiting == {said.id: "another steward"}
    assert ledger.verdict(ledger.prove("vera")) == "", "one steward alone takes nobody's key away like that"
    ledger.about("bob", "cosign", said)
    assert ledger.verdict(ledger.prove("vera", with_="new")) == ""
    assert "was replaced by" in ledger.verdict(ledger.prove("vera"))
    assert ledger.verdict(before) == ""


def test_all_stewards_may_sign_the_genesis() -> None:
    ledger = Ledger("ann", "bob")
    genesis = ledger.statements[0]
    ledger.enrol("ann", "vera")
    assert ledger.verdict(ledger.about("bob", "cosign", genesis)) == ""
    assert "is no steward" in ledger.verdict(ledger.about("vera", "cosign", genesis))
    proof = ledger.prove("vera")
    assert "needs none" in ledger.verdict(ledger.about("bob", "cosign", proof))


def test_every_key_is_held_from_its_enrolment_to_its_end() -> None:
    ledger = Ledger("sue")
    ledger.enrol("sue", "vera", until="2025-03-31")
    ledger.enrol("sue", "tom")
    gone = ledger.revoke("sue", "tom")
    held = {h.person: h for h in ledger.judge().held}
    assert held["sue"].until is None
    assert (held["tom"].until, str(held["vera"].until)) == (gone.signed_at, "2025-04-01 00:00:00+00:00")
    assert held["vera"].since == ledger.statements[1].signed_at


def test_the_genesis_that_is_known_counts_and_no_other() -> None:
    ledger = Ledger("sue")
    people = [{"id": "mallory", "name": "M", "key": Key("mallory").line}]
    usurper = ledger.say("mallory", "genesis", {"title": "Core", "stewards": people}, after=(), minutes=-60)
    assert "a second time" in ledger.verdict(usurper)
    assert genesis_of(ledger.statements) == usurper.id, "without a pin the earliest counts: that is why it is pinned"
    gone = ledger.judge(ledger.statements[1:])
    assert all("is not here" in s.verdict for s in gone.statements)
    stranger = ledger.say("mallory", "genesis", {"title": "X", "stewards": people}, after=(), with_="other")
    assert genesis_of([stranger]) == "", "not signed by a steward that it names"


def test_what_the_genesis_adopted_is_judged_as_before_and_all_else_names_the_genesis() -> None:
    ledger = Ledger("sue")
    ledger.statements.clear()
    ledger.root = ""
    old = ledger.prove("vera")
    people = [{"id": "sue", "name": "Sue", "key": Key("sue").line}]
    ledger.root = ledger.say("sue", "genesis", {"title": "Core", "stewards": people}).id
    assert ledger.verdict(old) == "by the table: vera"
    ledger.enrol("sue", "vera")
    loose = ledger.prove("vera", after=[old])
    assert "does not follow the genesis" in ledger.verdict(loose)
    root, ledger.root = ledger.root, "f" * 64
    foreign = ledger.prove("vera")
    ledger.root = root
    assert "for another portfolio" in ledger.verdict(foreign)


def test_nobody_revokes_anothers_key_in_their_own_name() -> None:
    ledger = Ledger("ann", "bob")
    ledger.enrol("ann", "vera")
    theft = {"person": "vera", "key": Key("ann").fingerprint, "note": ""}
    assert "vera has no key" in ledger.verdict(ledger.say("vera", "revoke", theft))
    assert ledger.verdict(ledger.enrol("ann", "tom")) == ""
    wrong = ledger.revoke("bob", "vera", "tom")
    assert "vera has no key" in ledger.verdict(wrong), "nor does a steward, by mistake"


def test_a_steward_who_forks_history_gives_nobody_a_second_key() -> None:
    ledger = Ledger("ann", "bob")
    start = ledger.heads()
    first = ledger.enrol("bob", "vera")
    before = ledger.prove("vera")
    forked = ledger.enrol("ann", "vera", key="accomplice", after=start)
    forged = ledger.prove("vera", with_="accomplice", after=[forked])
    assert "Nobody had enrolled vera" in ledger.verdict(forged)
    assert ledger.judge().awaiting.keys() == {first.id, forked.id}, "which is the true one, no order tells"
    third = ledger.enrol("ann", "vera", key="another")
    assert third.id in ledger.judge().awaiting
    ledger.about("ann", "cosign", first)
    assert ledger.verdict(before) == "", "all that she signed counts again"
    assert ledger.verdict(forged) != ""


def test_a_departed_person_is_given_no_key_by_a_fork_before_their_enrolment() -> None:
    ledger = Ledger("ann", "bob")
    start = ledger.heads()
    ledger.enrol("bob", "vera")
    ledger.revoke("bob", "vera")
    forked = ledger.enrol("ann", "vera", key="accomplice", after=start)
    assert ledger.verdict(ledger.prove("vera", with_="accomplice", after=[forked])) != ""


@pytest.mark.parametrize("revoked_before", [False, True])
def test_who_revokes_their_own_key_takes_back_nothing_that_a_steward_had_seen(revoked_before: bool) -> None:
    ledger = Ledger("ann", "bob")
    enrolled = ledger.enrol("ann", "vera")
    promise = ledger.prove("vera", meaning="withdrawn")
    ledger.enrol("ann", "tom")
    unseen = ledger.prove("vera", after=[promise])
    if revoked_before:
        ledger.revoke("ann", "vera")
    ledger.revoke("vera", "vera", after=[enrolled])
    assert ledger.verdict(promise) == "", "be it she who would not have promised, or a thief of her key"
    assert ("was revoked by" in ledger.verdict(unseen)) is not revoked_before
    assert "was revoked by" in ledger.verdict(ledger.prove("vera"))
    ledger.enrol("ann", "mel")
    late = ledger.prove("vera", after=[promise])
    ledger.prove("tom")
    assert "was revoked by" in ledger.verdict(late), "a steward who knew of the end vouches for nothing"


def test_nobody_is_enrolled_under_the_name_or_id_of_somebody_else() -> None:
    ledger = Ledger("ann", "bob")
    ledger.enrol("ann", "vera", name="Vera Vogt")
    assert "is called vera vogt already" in ledger.verdict(ledger.enrol("ann", "vera  vogt", key="x"))
    assert "is called BOB already" in ledger.verdict(ledger.enrol("ann", "BOB", key="y"))
    assert "is the id of somebody else" in ledger.verdict(ledger.enrol("ann", "mel", name="Vera"))
    assert ledger.verdict(ledger.enrol("ann", "vera2", name="Vera Vogt")) == "", "two may have one name"


def test_many_revocations_side_by_side_are_judged_as_fast_as_one() -> None:
    ledger = Ledger("ann", "bob")
    start = [ledger.enrol("ann", "vera")]
    proof = ledger.prove("vera")
    for _ in range(60):
        ledger.revoke("vera", "vera", after=start)
    seen = ledger.prove("bob", after=[proof])
    assert [ledger.verdict(s) for s in (proof, seen)] == ["", ""]
    assert len([s for s in ledger.judge().statements if not s.verdict]) == len(ledger.statements)


def test_what_falls_with_a_witness_whose_key_ended_falls_at_once() -> None:
    ledger = Ledger("ann", "bob")
    for name in ("vera", "tom"):
        ledger.enrol("ann", name, until="2025-03-05")
    chain = [ledger.prove("vera" if n % 2 else "tom") for n in range(30)]
    assert all("Nobody else had seen it" in ledger.verdict(s) for s in chain)
    ledger.say("ann", "receipt", {"seen": {chain[-1].id: "2025-03-04T12:00:00Z"}}, minutes=30 * 24 * 60)
    assert not any(ledger.verdict(s) for s in chain)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Two stewards, three people, and what they do to each other, in any order and side by side."""
    ledger = Ledger("ann", "bob")
    names = st.sampled_from(["ann", "bob", "vera", "tom"])
    for _ in range(draw(st.integers(1, 12))):
        after = draw(st.lists(st.sampled_from(ledger.statements), min_size=1, max_size=2, unique_by=lambda s: s.id))
        who, whom = draw(names), draw(names)
        kinds = ["enrol", "second", "ends", "cosign", "cosign", "receipt", "revoke", "rotate", "prove", "prove"]
        match draw(st.sampled_from(kinds)):
            case "enrol":
                ledger.enrol(who, whom, after=after)
            case "second":
                ledger.enrol(who, whom, f"{whom}3", after=after)
            case "ends":
                ledger.enrol(who, whom, after=after, until="2025-03-04")
            case "cosign":
                ledger.about(who, "cosign", draw(st.sampled_from(ledger.statements)), after=after)
            case "receipt":
                seen = draw(st.sampled_from(ledger.statements))
                ledger.say(who, "receipt", {"seen": {seen.id: "2025-03-04T12:00:00Z"}}, after=after, minutes=3000)
            case "revoke":
                ledger.revoke(who, whom, after=after)
            case "rotate":
                ledger.rotate(who, f"{who}2", after=after)
            case _:
                ledger.prove(who, after=after)
    return ledger


@settings(max_examples=200, deadline=None)
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_verdict(ledger: Ledger, random: Random) -> None:
    mixed = list(ledger.statements)
    random.shuffle(mixed)
    one, other = ledger.judge(), ledger.judge(mixed)
    assert {s.id: s.verdict for s in one.statements} == {s.id: s.verdict for s in other.statements}
    assert (one.people, one.awaiting) == (other.people, other.awaiting)
    assert set(one.held) == set(other.held)


@settings(max_examples=200, deadline=None)
@given(ledgers())
def test_no_key_counts_that_no_steward_enrolled_and_none_after_its_revocation(ledger: Ledger) -> None:
    found = {s.id: s for s in ledger.judge().statements}
    good = [s for s in found.values() if not s.verdict]
    enrolled = {Key("ann").fingerprint, Key("bob").fingerprint}
    for statement in good:
        if statement.type in ("enrol", "rotate"):
            enrolled.add(parse_public_key(statement.body["key"]).fingerprint)
    assert {s.key for s in good} <= enrolled
    for revocation in (s for s in good if s.type == "revoke"):
        for follower in good:
            assert follower.key != revocation.body["key"] or revocation.id not in follower.parents
