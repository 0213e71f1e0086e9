"""The days before, as this user's cache keeps them: what is found there is what judging them anew says."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from edited_portfolio import FIRST
from hypothesis import HealthCheck, Phase, example, given, settings
from lived_portfolio import CHARTERS, KINDS, Choice, Clock, Editor, Step, make, sign, steps

from cockpit.charter import charter as charters
from cockpit.charter.charter import CharterError
from cockpit.records.measures import PastDay
from cockpit.session import cached
from cockpit.session.live import Session

_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("looked-back")
    make(base / "first", base / "keys")
    return base


def days(folder: Path, clock: Clock, cache: Path) -> tuple[tuple[PastDay, ...], set[date]]:
    """What a new session with this cache says of all days, and which of them it judged."""
    with pytest.MonkeyPatch.context() as patch, Session.open(folder, clock=clock) as session:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        session.update()
        judged: set[date] = set()
        assess = session.assess

        def noted(day: date | None = None) -> object:
            judged.update([day] if day else [])
            return assess(day)

        patch.setattr(session, "assess", noted)
        return tuple(session.looked_back()), judged


def lived(ground: Path, sequence: Sequence[Step]) -> None:
    """Go through the steps, and look back after each with what was kept and without."""
    base = ground / f"life-{next(_NUMBERS)}"
    shutil.copytree(ground / "first", base / "live")
    clock = Clock(datetime.combine(FIRST, time(9), UTC))
    editor = Editor(base / "live", ground / "first")
    for number, step in enumerate(sequence):
        clock.now += timedelta(minutes=1)
        for choice in step:
            if choice.what == "day":
                clock.now += timedelta(days=(1, 1, 7, 25)[choice.value % 4])
            elif choice.what == "drop":
                drop = base / "live" / str(FIRST - timedelta(choice.value % 60))
                shutil.copytree(ground / "first" / "2025-01-31", drop, dirs_exist_ok=True)
            elif choice.what == "sign":
                with Session.open(base / "live", clock=clock) as session:
                    session.update()
                    sign(session, ground / "keys", choice)
            elif choice.what != "nothing":
                editor.apply(choice)
        try:
            charters.load(base / "live")
        except CharterError:
            shutil.copy(ground / "first" / "people.csv", base / "live")
        kept, _ = days(base / "live", clock, base / "cache")
        anew, _ = days(base / "live", clock, base / f"none-{number}")
        assert kept == anew, number
    shutil.rmtree(base)


EACH = [
    [Choice("cell", 9, 3, 5, 3)],
    [Choice("day", 0, 0, 0, 2), Choice("sign", 0, 1, 0, 3)],
    [Choice("drop", 0, 0, 0, 40)],
    [Choice("day", 0, 0, 0, 1), Choice("progress", 9, 1, 1, 2)],
    [Choice("charter", 0, 0, 0, 1)],
    [Choice("sign", 0, 4, 0, 3), Choice("day", 0, 0, 0, 0)],
]


@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@example(EACH)
@given(steps((*KINDS, "drop", "day"), least=3, most=6))
def test_what_was_kept_of_the_days_before_is_what_judging_them_anew_says(ground: Path, sequence: list[Step]) -> None:
    lived(ground, sequence)


@pytest.fixture
def folder(ground: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ground / "first", tmp_path / "live"))


def test_a_new_drop_has_only_its_own_day_judged_and_those_after_it(folder: Path, tmp_path: Path) -> None:
    clock, cache = Clock(datetime.combine(FIRST, time(9), UTC)), tmp_path / "cache"
    for day in ("2025-01-10", "2025-02-10"):
        shutil.copytree(folder / "2025-01-31", folder / day)
    before = {date(2025, 1, 10), date(2025, 1, 31), date(2025, 2, 10)}
    assert days(folder, clock, cache)[1] >= before
    assert not days(folder, clock, cache)[1] & before, "all of it was kept"
    shutil.copytree(folder / "2025-01-31", folder / "2025-02-20")
    again = days(folder, clock, cache)[1]
    assert date(2025, 2, 20) in again and not again & before
    shutil.copytree(folder / "2025-01-31", folder / "2025-01-20")
    again = days(folder, clock, cache)[1]
    assert date(2025, 1, 10) not in again and again >= {date(2025, 1, 20), date(2025, 1, 31), date(2025, 2, 10)}
    (folder / "portfolio.toml").write_text(CHARTERS[1])
    assert days(folder, clock, cache)[1] >= before, "another policy judges otherwise"


def test_a_store_that_was_made_anew_of_as_many_other_rows_has_its_days_judged(folder: Path, tmp_path: Path) -> None:
    clock, cache = Clock(datetime.combine(FIRST, time(9), UTC)), tmp_path / "cache"
    said, _ = days(folder, clock, cache)
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    for path in (folder / "2025-01-31").glob("*.csv"):
        path.write_text(path.read_text() + "\n")
    found, judged = days(folder, clock, cache)
    assert date(2025, 1, 31) in judged and len(found) == len(said)


def test_a_file_that_is_not_as_it_was_written_keeps_no_day(folder: Path, tmp_path: Path) -> None:
    clock, cache = Clock(datetime.combine(FIRST, time(9), UTC)), tmp_path / "cache"
    said, _ = days(folder, clock, cache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        (path,) = cached.cache_folder().glob("*.past")
    whole = path.read_bytes()
    for torn in (b"", whole[:50], whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(torn)
        found, judged = days(folder, clock, cache)
        assert found == said and date(2025, 1, 31) in judged
