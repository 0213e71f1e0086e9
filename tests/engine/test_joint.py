"""Blockers joined until they regain a day together: enough, none too many, and few questions asked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.engine.path.joint import REGAINED, fewest, joined

PATHS = st.lists(st.lists(st.integers(0, 5), min_size=5, max_size=5), min_size=1, max_size=5)
"""Paths into one finish: on each, the days that five blockers add."""


def finish(paths: Sequence[Sequence[int]], out: Sequence[str]) -> float:
    return float(max(sum(days for name, days in zip("abcde", path, strict=True) if name not in out) for path in paths))


@given(PATHS)
def test_a_joint_regains_a_day_and_every_member_is_needed_for_it(paths: list[list[int]]) -> None:
    def without(members: Sequence[str]) -> dict[str, float]:
        return {"O": finish(paths, ()) - finish(paths, members)}

    slips = {name: finish(paths, [n for n in "abcde" if n != name]) - finish(paths, "abcde") for name in "abcde"}
    order = sorted(slips, key=lambda name: (-slips[name], name))
    joint = joined(order, "O", without)
    few = fewest([slips[name] for name in order], without(order)["O"])
    assert all(without(order[:fewer])["O"] < REGAINED for fewer in range(1, few))
    assert joined(order, "O", without, few) == joint, "a bound saves questions and changes no answer"
    if joint is None:
        assert without(order)["O"] < REGAINED
        return
    assert joint.gains["O"] == without(joint.members)["O"] >= REGAINED
    assert list(joint.members) == [name for name in order if name in joint.members]
    for fewer in combinations(joint.members, len(joint.members) - 1):
        assert without(fewer)["O"] < REGAINED or len(joint.members) == 1


def test_many_parallel_blockers_take_few_passes() -> None:
    names, asked = [f"{n:04}" for n in range(1000)], 0

    def without(members: Sequence[str]) -> dict[str, float]:
        nonlocal asked
        asked += 1
        return {"O": 30.0 if len(members) >= 700 else 0.0}

    joint = joined(names, "O", without)
    assert joint is not None and len(joint.members) == 700
    assert asked <= 15


def test_one_blocker_alone_is_no_joint() -> None:
    assert joined(["a"], "O", lambda _: {"O": 9.0}) is None
