"""What parents tell: holes, times that cannot be, witnesses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cockpit.records.model import Statement
from cockpit.trust.bodies_mandates import MOST_SEEN
from cockpit.trust.history import ALLOWANCE, judged, knowing, not_before, witnessed
from cockpit.trust.statements import MOST_HEADS, build, heads

NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)


def said(id_: str, *parents: str, at: float = 0.0, by: str = "vera", verdict: str = "") -> Statement:
    """A statement signed `at` minutes before or after NOW."""
    moment = NOW + timedelta(minutes=at)
    return Statement(
        id=id_, payload=b"", signature="", type="proof", signer=by, key="", signed_at=moment,
        parents=tuple(sorted(parents)), body={}, verdict=verdict,
    )  # fmt: skip


def verdicts(*statements: Statement) -> dict[str, str]:
    return {s.id: s.verdict for s in judged(statements, NOW)}


def test_a_missing_parent_is_a_hole_that_is_named_and_what_follows_it_stands() -> None:
    found = verdicts(said("b", "a" * 64, at=-9), said("c", "b", at=-8))
    assert "missing here (aaaaaaaaaaaa): the ledger has a hole" in found["b"]
    assert found["c"] == ""
    many = verdicts(said("b", *(letter * 64 for letter in "klmno")))
    assert "5 statements that are missing here (kkkkkkkkkkkk, llllllllllll, mmmmmmmmmmmm, …)" in many["b"]


def test_a_time_to_come_and_a_time_before_what_it_names_are_not_believed() -> None:
    assert "still to come" in verdicts(said("a", at=6))["a"]
    assert verdicts(said("a", at=5))["a"] == "", "clocks may differ by five minutes"
    chain = (said("a", at=-60), said("b", "a", at=-65), said("c", "a", at=-66), said("d", "c", at=-64))
    found = verdicts(*chain)
    assert found["b"] == ""
    assert "names what was signed later, at 2025-03-31 11:00 UTC" in found["c"]
    assert found["d"] == "", "what follows is bounded by what is believed"


def test_a_time_is_bounded_by_all_that_went_before_not_by_parents_alone() -> None:
    slow = [said("0", at=-100)] + [said(f"{n}", f"{n - 1}", at=-100 - 4 * n) for n in range(1, 4)]
    assert verdicts(*slow)["2"] != "", "four minutes at each step are not taken for a clock that is behind"


def test_a_verdict_that_is_there_stays_and_its_time_bounds_nothing() -> None:
    found = verdicts(said("a", at=-1, verdict="forged"), said("b", "a", at=-500))
    assert found == {"a": "forged", "b": ""}


def test_a_witness_is_another_signers_statement_that_follows() -> None:
    chain = (
        said("a", at=-90), said("b", "a", at=-80), said("c", "b", at=-50, by="mel"), said("d", "a", at=-40, by="tom"),
        said("e", "c", at=-30, verdict="forged", by="ann"),
    )  # fmt: skip
    found = {id_: (moment - NOW) / timedelta(minutes=1) for id_, moment in witnessed(chain).items()}
    assert found == {"a": -50.0, "b": -50.0}


def test_who_knew_what() -> None:
    knew = knowing((said("a"), said("b", "a"), said("c", "b"), said("x", "a")))
    assert knew("c", "a") and knew("b", "a")
    assert not knew("a", "c") and not knew("x", "b") and not knew("b", "x") and not knew("a", "a")


def test_a_clock_a_little_behind_signs_at_the_time_of_what_it_follows() -> None:
    assert not_before(NOW, [said("a", at=3)]) == NOW + timedelta(minutes=3)
    assert not_before(NOW, [said("a", at=-3)]) == NOW
    assert not_before(NOW, [said("a", at=30)]) == NOW, "that one does not count itself"


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Statement, ...]:
    size = draw(st.integers(1, 12))
    found: list[Statement] = []
    for number in range(size):
        parents = draw(st.sets(st.sampled_from([s.id for s in found]), max_size=3)) if found else set()
        at = draw(st.integers(-120, 10))
        found.append(said(f"s{number:02}", *parents, at=at, by=draw(st.sampled_from(["vera", "mel", "tom"]))))
    return tuple(found)


@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(ledger: tuple[Statement, ...], random: Random) -> None:
    mixed = list(ledger)
    random.shuffle(mixed)
    assert verdicts(*mixed) == verdicts(*ledger)
    assert witnessed(mixed) == witnessed(ledger)


@given(ledgers())
def test_a_good_time_lies_between_what_is_named_and_now(ledger: tuple[Statement, ...]) -> None:
    good = {s.id: s for s in judged(ledger, NOW) if not s.verdict}
    for statement in good.values():
        assert statement.signed_at <= NOW + ALLOWANCE
        for parent in statement.parents:
            assert parent not in good or good[parent].signed_at <= statement.signed_at + ALLOWANCE


@given(ledgers())
def test_a_witness_is_the_earliest_of_all_who_knew(ledger: tuple[Statement, ...]) -> None:
    knew = knowing(ledger)
    for statement in ledger:
        times = [s.signed_at for s in ledger if s.signer != statement.signer and knew(s.id, statement.id)]
        assert witnessed(ledger).get(statement.id) == min(times, default=None)


@given(ledgers(), st.data())
def test_taking_one_away_leaves_a_hole_unless_all_that_followed_is_gone_too(
    ledger: tuple[Statement, ...], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(ledger))
    left = tuple(s for s in ledger if s is not gone)
    followers = {s.id for s in left if gone.id in s.parents}
    found = verdicts(*left)
    assert {id_ for id_, verdict in found.items() if "hole" in verdict} == followers


def test_a_chain_of_ten_thousand_is_judged() -> None:
    chain = [said("s0", at=-20_000)] + [
        said(f"s{n}", f"s{n - 1}", at=n - 20_000, by=f"p{n % 2}") for n in range(1, 10_000)
    ]
    assert not any(verdicts(*chain).values())
    found = witnessed(chain)
    assert all(found[a.id] == b.signed_at for a, b in pairwise(chain))
    assert knowing(chain)("s9999", "s0")


def test_who_signs_a_thousand_statements_side_by_side_shuts_nobody_out_of_signing() -> None:
    flood = [said(f"{n:064x}", at=n / 1000, by="thief") for n in range(1000)]
    others = [said(name * 64, at=-9, by=name) for name in "abc"]
    found = heads([*flood, *others])
    assert len(found) == MOST_HEADS
    assert {s.id for s in others} <= set(found), "the latest of each signer come first"
    assert found == heads([*others, *reversed(flood)])
    seen = {f"{n:064x}": "2025-03-31T12:00:00Z" for n in range(MOST_SEEN)}
    build("c" * 64, "receipt", "vera", "SHA256:" + "A" * 43, NOW, found, {"seen": seen})
