"""A policy looser than the default counts once a steward has signed it; until then the default rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scene import PEOPLE, TODAY, assess, breach, by_steward, codes, item, project, signed, snapshot
from worlds import World, worlds

import cockpit.engine
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.statements.policies import is_looser_setting, loosened, version_of, without
from cockpit.records.model import Meaning, Person, Statement
from cockpit.records.snapshot import Loosened, Policy, Portfolio, QualityTolerances, Snapshot
from cockpit.records.verdicts import Severity, Verdict

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
LOOSER: Mapping[str, tuple[Any, Any]] = {
    "silence_days": (21, 19),
    "horizon_days": (59, 61),
    "unpromised_days": (19, 21),
    "dependency_proof": ("promised", "resolved"),
    "finish_tolerance_days": (6, 4),
    "cost_tolerance_percent": (10.5, 9.5),
    "near_critical_days": (4, 6),
    "receding_days_per_day": (0.9, 0.7),
    "evidence_days": (366, 364),
    "ack_days": (6, 4),
    "decide_days": (6, 4),
    "longest_decision_days": (93, 91),
    "default_duration_days.activity": (4.5, 5.5),
    "default_duration_days.ticket": (2.0, 4.0),
    "default_duration_days.milestone": (None, 1.0),
    "default_duration_days.summary": (None, 1.0),
    "quality.logic_percent": (6.0, 4.0),
    "quality.leads_percent": (1.0, 0.0),
    "quality.lags_percent": (6.0, 4.0),
    "quality.fs_percent": (89.0, 91.0),
    "quality.hard_constraint_percent": (6.0, 4.0),
    "quality.high_float_percent": (6.0, 4.0),
    "quality.high_float_days": (45.0, 43.0),
    "quality.negative_float_percent": (1.0, 0.0),
    "quality.high_duration_percent": (6.0, 4.0),
    "quality.high_duration_days": (45.0, 43.0),
    "quality.invalid_dates": (1, 0),
    "quality.missing_resources_percent": (1.0, 0.0),
    "quality.missed_percent": (6.0, 4.0),
    "quality.cpli": (0.9, 1.0),
    "quality.bei": (0.9, 1.0),
}
"""Each setting: a value that lets more pass than the default (None: nothing can), and one that does not."""


def policy(given: Mapping[str, Any]) -> Policy:
    """A policy of settings by their dotted names."""
    return without(Policy(), [Loosened(name, 0.0, value) for name, value in given.items()])


def some(most: int) -> st.SearchStrategy[Policy]:
    """Policies with any of the settings given other values, up to this."""
    defaults = {each.name: each.default for each in loosened(policy({n: v for n, (v, _) in LOOSER.items() if v}))}
    values: dict[str, st.SearchStrategy[Any]] = {
        name: st.integers(0, most) if isinstance(default, int) else st.floats(0, most)
        for name, default in defaults.items()
    }
    return st.fixed_dictionaries({}, optional=values | {"dependency_proof": st.just("promised")}).map(policy)


POLICIES = some(60) | some(3)


def judged(asked: Policy, *statements: Statement, **more: Any) -> Any:
    """A project that finishes 20 days late, under this policy."""
    rows = snapshot(
        items=(item("a", 10),), projects=(project(finish=date(2024, 12, 28)),), policy=asked, statements=statements
    )
    return assess(replace(rows, **more), TODAY)


LATE = Policy(finish_tolerance_days=60)


@pytest.mark.parametrize("name", LOOSER)
def test_every_setting_knows_which_way_is_looser(name: str) -> None:
    looser, stricter = LOOSER[name]
    if looser is not None:
        assert [each.name for each in loosened(policy({name: looser}))] == [name]
    assert loosened(policy({name: stricter})) == ()


def test_no_setting_is_left_out() -> None:
    plain = {f.name for f in fields(Policy)} - {"quality", "default_duration_days", "tolerance"}
    quality = {f"quality.{f.name}" for f in fields(QualityTolerances)}
    durations = {f"default_duration_days.{kind}" for kind in Policy().default_duration_days}
    assert set(LOOSER) == plain | quality | durations


def test_the_engine_asks_the_policy_that_counts_and_only_hands_the_charters_on() -> None:
    folder = Path(cockpit.engine.__path__[0])
    files = [*folder.rglob("*.py"), folder.parent / "session" / "memory.py"]
    asking = {p.name for p in files if re.search(r"snapshot\.policy(?!\))", p.read_text(encoding="utf-8"))}
    assert asking == {"facts.py"}


def test_unsigned_the_default_rules_and_the_attempt_is_a_breach_of_the_stewards() -> None:
    answer = judged(LATE)
    assert "FINISH-LATE" in codes(answer)
    found = breach(answer, "POLICY-UNSIGNED")
    assert (found.subject, found.owner, found.owner_name) == ("policy:test", "kim", "Kim Kane")
    assert found.severity is Severity.MAJOR and "Kim Kane signs it" in found.clears_when
    assert "it asks for finish_tolerance_days 60 instead of 5 (portfolio.toml)" in " ".join(map(str, found.reasons))
    assert answer.policy_notes == ("asks for finish_tolerance_days 60 instead of 5, unsigned: the default rules",)
    (waiting,) = [s for s in answer.signoffs if s.subject == "policy:test"]
    assert (waiting.owner, waiting.meanings, waiting.state) == ("kim", (Meaning.CONFIRMED,), "unsigned")
    assert waiting.entitled and not waiting.enrolled and waiting.version == version_of(LATE)


def test_signed_by_the_steward_it_counts_and_is_shown_with_name_and_day() -> None:
    answer = judged(LATE, by_steward(LATE))
    assert not {"FINISH-LATE", "POLICY-UNSIGNED"} & codes(answer)
    assert not [s for s in answer.signoffs if s.subject == "policy:test"]
    assert answer.policy_notes == (
        "finish_tolerance_days 60 instead of 5, looser than the default, signed by Kim Kane on 2025-01-06",
    )
    assert answer.policy[0].signer == "kim"


def test_what_is_stricter_counts_at_once_beside_what_is_looser() -> None:
    asked = replace(LATE, silence_days=3, quality=QualityTolerances(bei=0.5, cpli=1.0))
    counts = Facts(snapshot(policy=asked), TODAY).policy
    assert (counts.silence_days, counts.finish_tolerance_days) == (3, 5)
    assert (counts.quality.cpli, counts.quality.bei) == (1.0, 0.95)
    assert "POLICY-UNSIGNED" not in codes(judged(Policy(silence_days=3)))


@pytest.mark.parametrize(
    "said",
    [
        by_steward(LATE, "ann"),
        by_steward(Policy(finish_tolerance_days=61)),
        by_steward(Policy()),
        signed("policy:other", version_of(LATE), Meaning.CONFIRMED, "kim"),
        signed("policy:test", version_of(LATE), Meaning.RESOLVED, "kim"),
        replace(by_steward(LATE), verdict="The signature is not over these bytes."),
        by_steward(LATE, "ghost"),
    ],
)
def test_nothing_else_stands_in_for_it(said: Statement) -> None:
    answer = judged(LATE, said)
    assert {"FINISH-LATE", "POLICY-UNSIGNED"} <= codes(answer)
    assert answer.statements[0].verdict is not Verdict.COUNTS


def test_what_it_was_signed_over_is_told_once_it_has_changed() -> None:
    answer = judged(LATE, by_steward(Policy(finish_tolerance_days=61)))
    assert answer.statements[0].verdict is Verdict.VOID
    assert "what Kim Kane signed on 2025-01-06 was another policy" in str(breach(answer, "POLICY-UNSIGNED").reasons)


def test_where_nobody_is_named_the_breach_says_so() -> None:
    answer = judged(LATE, by_steward(LATE), portfolio=Portfolio(id="test", title="Test"))
    assert answer.statements[0].verdict is Verdict.NOT_ENTITLED
    assert "Nobody is named as the steward of the portfolio" in answer.statements[0].why
    found = breach(answer, "POLICY-UNSIGNED")
    assert found.owner == "" and "a steward, who must be named, signs it" in found.clears_when


def genesis(*ids: str) -> Statement:
    stewards = [{"id": id_, "name": id_.title(), "key": "-"} for id_ in ids]
    plain = signed("portfolio:test", "", Meaning.CONFIRMED, ids[0], TODAY - timedelta(9))
    return replace(plain, type="genesis", body={"title": "Test", "stewards": stewards})


def test_with_a_genesis_any_of_its_stewards_signs_and_the_charters_has_no_say() -> None:
    root = genesis("ben", "sue")
    for who, counts in (("ben", True), ("sue", True), ("kim", False)):
        answer = judged(LATE, root, by_steward(LATE, who), genesis=root.id)
        assert ("FINISH-LATE" not in codes(answer)) is counts
    assert "only a steward of the portfolio may (Ben Birch, Sue Stone)" in answer.statements[1].why
    assert breach(answer, "POLICY-UNSIGNED").owner == "ben"


def test_who_has_a_key_is_asked_first_and_the_charters_steward_before_others() -> None:
    people = tuple(replace(p, key="a key") if p.id == "sue" else p for p in PEOPLE)
    root = genesis("ben", "sue")
    assert breach(judged(LATE, root, genesis=root.id, people=people), "POLICY-UNSIGNED").owner == "sue"
    charter = Portfolio(id="test", title="Test", steward="sue")
    assert breach(judged(LATE, root, genesis=root.id, portfolio=charter), "POLICY-UNSIGNED").owner == "sue"


@pytest.mark.parametrize("root", [genesis("kim"), replace(genesis("kim"), verdict="It is not here.")])
def test_where_the_genesis_is_gone_nobody_signs_a_policy(root: Statement) -> None:
    said = (root,) if root.verdict else ()
    answer = judged(LATE, *said, by_steward(LATE), genesis=root.id)
    assert {"FINISH-LATE", "POLICY-UNSIGNED"} <= codes(answer)


def test_a_steward_is_the_person_of_that_id_not_one_who_calls_themself_so() -> None:
    root = genesis("sue")
    people = (*PEOPLE, Person(id="eve", name="Sue Stone", aliases=("sue",)))
    answer = judged(LATE, root, by_steward(LATE, "eve"), genesis=root.id, people=people)
    assert {"FINISH-LATE", "POLICY-UNSIGNED"} <= codes(answer)


def test_of_two_signatures_of_one_steward_the_later_is_shown() -> None:
    answer = judged(LATE, by_steward(LATE, on=TODAY - timedelta(5)), by_steward(LATE))
    assert [s.verdict for s in answer.statements] == [Verdict.SUPERSEDED, Verdict.COUNTS]
    assert answer.policy_notes[0].endswith("on 2025-01-06")


@LAW
@given(worlds(), POLICIES)
def test_an_unsigned_looser_policy_changes_nothing_but_that_it_is_told(world: World, asked: Policy) -> None:
    said = tuple(s for s in world.snapshot.statements if not str(s.body["subject"]).startswith("policy:"))
    assume(loosened(asked))
    strict = without(asked, loosened(asked))
    plain = assess(world.but(policy=strict, statements=said).snapshot, world.today)
    after = assess(world.but(policy=asked, statements=said).snapshot, world.today)
    assert plain.policy == () and [(p.name, p.signed_on) for p in after.policy] == [
        (each.name, None) for each in loosened(asked)
    ]
    told = tuple(b for b in after.breaches if b.code == "POLICY-UNSIGNED")
    assert len(told) == 1
    own = ("policy:test", f"breach:{told[0].key}")
    waited = tuple(s for s in after.signoffs if s.subject not in own)
    kept = tuple(b for b in after.breaches if b not in told)
    levels = {key: people for key, people in after.levels.items() if key != told[0].key}
    assert replace(after, policy=(), breaches=kept, signoffs=waited, levels=levels) == plain


@LAW
@given(worlds(), POLICIES, st.sampled_from(("kim", "ann")))
def test_the_ledger_and_the_policy_agree_on_who_signed_it(world: World, asked: Policy, who: str) -> None:
    assume(loosened(asked))
    case = Case(Facts(world.but(policy=asked, statements=(by_steward(asked, who),)).snapshot, world.today))
    counts = bool(case.ledger.proofs("policy:test", Meaning.CONFIRMED))
    assert counts is (who == "kim")
    assert case.facts.policy == (asked if counts else without(asked, loosened(asked)))


@LAW
@given(POLICIES, st.data())
def test_a_signature_lapses_with_each_looser_value_and_with_nothing_else(asked: Policy, data: st.DataObject) -> None:
    loose = loosened(asked)
    assume(loose)
    changed = data.draw(st.sampled_from(loose))
    others = without(asked, [changed])
    assert version_of(others) != version_of(asked)
    if isinstance(changed.asked, int | float):
        by = -0.25 if LOOSER[changed.name][0] < LOOSER[changed.name][1] else 0.25
        if changed.asked + by >= 0:
            assert version_of(without(asked, [replace(changed, default=changed.asked + by)])) != version_of(asked)
    stricter = {n: v for n, (_, v) in LOOSER.items() if n not in {each.name for each in loose}}
    assert version_of(without(asked, [Loosened(n, 0.0, v) for n, v in stricter.items()])) == version_of(asked)


def test_a_whole_number_is_one_value_however_it_is_written() -> None:
    assert version_of(Policy(silence_days=30)) == version_of(Policy(silence_days=30.0))  # type: ignore[arg-type]


def test_nothing_at_all_asks_for_nothing() -> None:
    answer = assess(Snapshot(portfolio=Portfolio(id="t", title="T")), TODAY)
    assert answer.policy == () and "POLICY-UNSIGNED" not in codes(answer)


@pytest.mark.parametrize(
    ("name", "was", "now", "looser"),
    [
        ("policy.longest_decision_days", None, "92", False),  # noted by a version that had no such setting
        ("policy.longest_decision_days", None, "93", True),
        ("policy.finish_tolerance_days", "5", None, False),
        ("policy.tolerance.projects.P.time_days", None, "90", True),
        ("policy.tolerance.projects.P.time_days", None, "4", False),
        ("policy.tolerance.portfolio.time_days", None, "900", False),  # it had none at all
        ("policy.tolerance.portfolio.time_days", "900", None, True),
        ("portfolio.today", None, "2025-03-03", True),
    ],
)
def test_a_setting_that_was_never_asked_before_was_the_default(
    name: str, was: str | None, now: str | None, looser: bool
) -> None:
    assert is_looser_setting(name, was, now) is looser
