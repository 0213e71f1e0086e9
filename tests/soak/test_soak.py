"""Edits at ten a second: memory stays flat, no saved value is lost, no file and no thread is left open.

A minute of it runs in CI. `COCKPIT_SOAK_SECONDS=3600` makes it an hour.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from soak_team import Follower, Look, Team

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import portfolios

from cockpit.session.live import Session

SECONDS = float(os.environ.get("COCKPIT_SOAK_SECONDS", "60"))
EVERY = 0.1
ITEMS = 1_000
PATIENCE = 300.0
"""Seconds within which the last edit must be on the screen, and its news gone; it takes some five, and where a machine
has much else to do a minute was too little."""
GROWTH = 60.0
"""MiB by which memory may grow after the first third, in a minute or an hour: the screen's caches fill for two minutes,
and the history grows with every edit."""
ALIVE = 8
"""Records of work that may be alive for each work item: those of some assessments, not of all that were made. What each
row said before is history, and kept beside them."""


def settled(follower: Follower, expected: dict[str, float]) -> dict[str, Any]:
    """What the app says once it knows every saved duration, no news lies over its rows and it shows the same twice;
    else what it says at last."""
    end = time.monotonic() + PATIENCE
    before: dict[str, Any] = {}
    while True:
        said = follower.ask()
        is_quiet = said["durations"] == expected and not said["toasts"]
        if (is_quiet and same(said, before)) or time.monotonic() > end:
            return said
        before = said
        time.sleep(2)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether an app shows and knows the same."""
    return bool(one and other) and all(one[name] == other[name] for name in ("screen", "check", "durations"))


def soak(team: Team, follower: Follower, seconds: float) -> list[Look]:
    """Edit for a while; what the app's process held, twice a second."""
    looks: list[Look] = []
    begun = time.monotonic()
    while (now := time.monotonic()) < begun + seconds:
        team.edit()
        if team.edits % 5 == 0:
            looks.append(follower.look())
        time.sleep(max(0.0, now + EVERY - time.monotonic()))
    return looks


def flat(looks: list[Look]) -> float:
    """By how many MiB memory grew from the second third to the last."""
    third = len(looks) // 3
    return median(each.mib for each in looks[-third:]) - median(each.mib for each in looks[third:-third])


def versions(folder: Path) -> int:
    """How many versions of work items the store holds."""
    with closing(sqlite3.connect(folder / "portfolio.db")) as database:
        return int(database.execute("SELECT count(*) FROM work_items").fetchone()[0])


@pytest.mark.slow
@pytest.mark.timeout(900 + SECONDS)
def test_edits_at_ten_a_second_lose_nothing_and_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "portfolio"
    portfolios.write(folder, ITEMS)
    team = Team(folder, seed=7)
    with Follower(folder, tmp_path) as follower:
        follower.ask()
        looks = soak(team, follower, SECONDS)
        saved = {row["id"]: float(row["duration_days"]) for row in team.plan.rows}
        said = settled(follower, saved)
        after = follower.look()
        assert said["durations"] == saved, "a saved value never reached the store"
        most = ALIVE * ITEMS + versions(folder)
        assert said["alive"] < most, "records of assessments long past are still held"
        assert flat(looks) < GROWTH, [round(each.mib) for each in looks[::10]]
        warm = looks[len(looks) // 3]
        assert after.files <= warm.files + 2, (warm, after)
        assert after.threads <= warm.threads + 2, (warm, after)
    cold = tmp_path / "cold"
    shutil.copytree(folder, cold)  # nobody has the store open any more: it is whole
    with Session.open(cold) as session:
        changes = session.update().changes
    assert not any(change.opened or change.closed for change in changes), changes
    with Follower(cold, tmp_path) as fresh:
        now = settled(fresh, saved)
    others = [pair for pair in zip(said["screen"], now["screen"], strict=True) if pair[0] != pair[1]]
    assert not others, "the screen differs from that of an app that starts now"
    assert same(now, said)
