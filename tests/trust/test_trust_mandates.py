"""Owners give away what is theirs, two stewards move what nobody gives, and for some days others stand in."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from trust_ledger import Ledger

from cockpit.records.model import Statement
from cockpit.trust.history import witnessed
from cockpit.trust.mandates import Mandates, Office

D = Office("dependency:D", "giver_owner")
WEEK = ("2025-03-03", "2025-03-07")
DAY = 24 * 60


def portfolio(*stewards: str) -> Ledger:
    ledger = Ledger(*(stewards or ("ann", "bob")))
    for name in ("vera", "tom", "mel"):
        ledger.enrol(ledger.statements[0].signer, name)
    return ledger


def mandates(ledger: Ledger, today: date = date(2025, 3, 3)) -> Mandates:
    found, first = ledger.judge(), {D: "vera"}
    seen, stewards = witnessed(found.statements), frozenset(found.stewards)
    return Mandates(found.statements, stewards, lambda office: first.get(office, ""), seen, today)


def owner(ledger: Ledger) -> str:
    return mandates(ledger).owner(D)


def test_an_owner_gives_away_what_is_theirs_once_the_other_accepts() -> None:
    ledger = portfolio()
    said = ledger.transfer("vera", "tom")
    assert (owner(ledger), mandates(ledger).awaiting) == ("vera", {said.id: "tom"})
    assert "meant for tom" in ledger.verdict(ledger.about("mel", "accept", said))
    assert owner(ledger) == "vera"
    accepted = ledger.about("tom", "accept", said)
    (move,) = mandates(ledger).moves(D)
    assert (owner(ledger), move.giver, move.to, move.done, move.stewards) == ("tom", "vera", "tom", accepted.id, ())
    assert mandates(ledger).awaiting == {}
    again = ledger.transfer("tom", "mel")
    ledger.about("mel", "accept", again)
    assert owner(ledger) == "mel"


def test_nobody_gives_away_what_they_do_not_own_nor_what_they_gave_away_before() -> None:
    ledger = portfolio()
    theft = ledger.transfer("tom", "mel")
    assert ledger.verdict(ledger.about("mel", "accept", theft)) == "", "the words are hers; they move nothing"
    assert (owner(ledger), mandates(ledger).without_right) == ("vera", {theft.id})
    ledger.about("tom", "accept", ledger.transfer("vera", "tom"))
    second = ledger.transfer("vera", "mel")
    ledger.about("mel", "accept", second)
    assert (owner(ledger), mandates(ledger).without_right) == ("tom", {theft.id, second.id})


def test_two_stewards_move_what_its_owner_does_not_and_it_is_told_who_they_were() -> None:
    ledger = portfolio()
    said = ledger.transfer("ann", "tom")
    assert (owner(ledger), mandates(ledger).awaiting) == ("vera", {said.id: "another steward"})
    assert "signed first" in ledger.verdict(ledger.about("ann", "cosign", said))
    ledger.about("tom", "accept", said)
    assert owner(ledger) == "vera", "one steward and who gains by it are not two stewards"
    ledger.about("bob", "cosign", said)
    assert owner(ledger) == "tom"
    assert mandates(ledger).moves(D)[0].stewards == ("ann", "bob")


def test_a_thing_given_away_twice_unseen_is_nobodys_until_the_stewards_say() -> None:
    ledger = portfolio()
    start = ledger.heads()
    one, two = (ledger.transfer("vera", to, after=start) for to in ("tom", "mel"))
    ends = [ledger.about("tom", "accept", one, after=[one]), ledger.about("mel", "accept", two, after=[two])]
    assert (owner(ledger), mandates(ledger).contested(D)) == ("", True)
    moved = ledger.transfer("ann", "mel", after=ends)
    ledger.about("bob", "cosign", moved)
    assert (owner(ledger), mandates(ledger).contested(D)) == ("mel", False)


def test_what_the_old_owner_signs_counts_if_the_new_one_had_seen_it() -> None:
    ledger = portfolio()
    before = ledger.prove("vera")
    said = ledger.transfer("vera", "tom")
    ended = ledger.about("tom", "accept", said)
    after, dated_back = ledger.prove("vera"), ledger.prove("vera", after=[before], minutes=6)
    new = ledger.prove("tom", after=[ended])
    found = mandates(ledger)
    owners = [found.owner_for(D, s) for s in (before, after, dated_back, new)]
    assert owners == ["vera", "tom", "", "tom"]


def test_what_is_taken_back_before_it_is_accepted_moves_nothing() -> None:
    ledger = portfolio()
    said = ledger.transfer("vera", "tom")
    assert "may take that back" in ledger.verdict(ledger.about("mel", "recall", said))
    recall = ledger.about("vera", "recall", said)
    ledger.about("tom", "accept", said)
    found = mandates(ledger)
    assert (owner(ledger), found.recalled, found.awaiting) == ("vera", {said.id: recall.id}, {})
    ledger.about("tom", "accept", second := ledger.transfer("vera", "tom"))
    ledger.about("vera", "recall", second)
    assert owner(ledger) == "tom", "what is accepted is given"


def test_what_a_lead_gave_away_stays_given_when_the_team_has_another_lead_and_the_old_one_gives_no_more() -> None:
    ledger, lead = portfolio(), Office("team:T", "lead")
    start = ledger.heads()
    ledger.about("tom", "accept", ledger.transfer("vera", "tom"))
    ledger.about("mel", "accept", ledger.transfer("vera", "mel", "team:T", "lead"))
    forked = ledger.transfer("vera", "tom", "dependency:E", after=start)
    ledger.about("tom", "accept", forked)
    judged = ledger.judge()
    firsts: dict[Office, str | Office] = {lead: "vera"}
    found = Mandates(judged.statements, frozenset(judged.stewards), lambda o: firsts.get(o, lead), {}, date(2025, 3, 3))
    assert (found.owner(D), found.owner(lead), found.owner(Office("dependency:E", "giver_owner"))) == (
        "tom",
        "mel",
        "mel",
    )
    assert forked.id in found.without_right


def stands_in(ledger: Ledger, proof: Statement, today: date = date(2025, 3, 3)) -> bool:
    return bool(mandates(ledger, today).stands_in(proof, "vera"))


def test_a_delegate_stands_in_for_the_subjects_meanings_and_days_that_were_named() -> None:
    ledger = portfolio()
    early = ledger.prove("tom")
    ledger.delegate("vera", "tom", WEEK)
    assert stands_in(ledger, ledger.prove("tom"))
    assert not stands_in(ledger, early), "signed before"
    assert not stands_in(ledger, ledger.prove("mel"))
    assert not stands_in(ledger, ledger.prove("tom", subject="dependency:E"))
    assert not stands_in(ledger, ledger.prove("tom", meaning="withdrawn"))
    assert not mandates(ledger).stands_in(ledger.prove("tom"), "mel"), "only for who delegated"
    ledger.delegate("vera", "mel", WEEK, subject="dependency:*")
    assert stands_in(ledger, ledger.prove("mel", subject="dependency:E"))
    assert not stands_in(ledger, ledger.prove("tom", minutes=7 * DAY), date(2025, 3, 10))


def test_a_delegates_proof_counts_after_its_days_only_if_it_was_seen_on_one_of_them() -> None:
    ledger = portfolio()
    ledger.delegate("vera", "tom", WEEK)
    proof = ledger.prove("tom", minutes=2 * DAY)
    assert stands_in(ledger, proof)
    assert not stands_in(ledger, proof, date(2025, 3, 20)), "that it was signed by then is a claim"
    ledger.about("mel", "recall", proof, minutes=3 * DAY, after=[proof])
    assert not stands_in(ledger, proof, date(2025, 3, 20)), "what does not hold witnesses nothing"
    ledger.prove("mel", minutes=3 * DAY, after=[proof])
    assert stands_in(ledger, proof, date(2025, 3, 20))


def test_a_recalled_delegation_is_for_nothing_that_its_owner_had_not_seen() -> None:
    ledger = portfolio()
    said = ledger.delegate("vera", "tom", WEEK)
    seen = ledger.prove("tom")
    beside = ledger.prove("tom", after=[said])
    ledger.about("vera", "recall", said, after=[seen])
    after = ledger.prove("tom")
    assert [stands_in(ledger, proof) for proof in (seen, beside, after)] == [True, False, False]


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """People and stewards who give away, accept, second and take back, in any order and side by side."""
    ledger = portfolio()
    start = len(ledger.statements)
    for _ in range(draw(st.integers(1, 8))):
        heads = st.sampled_from(ledger.statements[start - 1 :])
        after = draw(st.lists(heads, min_size=1, max_size=2, unique_by=lambda s: s.id))
        who = draw(st.sampled_from(["vera", "tom", "mel", "ann", "bob"]))
        transfers = [s for s in ledger.statements if s.type == "transfer"]
        kind = draw(
            st.sampled_from(["transfer", "accept", "accept", "cosign", "recall", "revoke", "second", "receipt"])
        )
        if kind == "revoke":
            ledger.revoke("ann", who, after=after)
        elif kind == "second":
            ledger.enrol("ann", who, f"{who}2", after=after)
        elif kind == "receipt":
            seen = {ledger.statements[-1].id: "2025-03-04T12:00:00Z"}
            ledger.say(who, "receipt", {"seen": seen}, after=after, minutes=3000)
        elif kind == "transfer" or not transfers:
            ledger.transfer(who, draw(st.sampled_from(["tom", "mel"])), after=after)
        else:
            ledger.about(who, kind, draw(st.sampled_from(transfers)), after=after)
    return ledger


@settings(max_examples=150, deadline=None)
@given(ledgers(), st.randoms(use_true_random=False))
def test_nothing_moves_without_its_owner_and_the_new_one_or_two_stewards(ledger: Ledger, random: Random) -> None:
    found = mandates(ledger)
    known = {s.id: s for s in ledger.statements}
    for move in found.moves(D):
        said, end = known[move.transfer], known[move.done]
        if move.stewards:
            assert {said.signer, end.signer} == {"ann", "bob"}
        else:
            assert (said.signer, end.signer) == (move.giver, said.body["to"])
    if not found.moves(D):
        assert found.owner(D) == "vera"
    random.shuffle(ledger.statements)
    mixed = mandates(ledger)
    assert set(mixed.moves(D)) == set(found.moves(D))
    assert mixed.owner(D) == found.owner(D)
