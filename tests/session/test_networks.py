"""The network of a portfolio, as this user's cache keeps it: it changes nothing but the time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cockpit.engine import recalled
from cockpit.engine.scheduling import network as building
from cockpit.engine.scheduling.columns import FormError
from cockpit.outlets.check import Check
from cockpit.session import cached, networks
from cockpit.session.live import Session
from cockpit.session.networks import Networks

SAMPLE = Path(__file__).parents[2] / "sample_portfolios" / "core-banking"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(networks, "WORTH", 1)
    return cached.cache_folder()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The size of every network that is built, as long as the test runs."""
    found: list[int] = []
    real = building.build

    def build(items: Any, *given: Any) -> Any:
        found.append(len(items))
        return real(items, *given)

    monkeypatch.setattr(building, "build", build)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small portfolio, with a clock of its own for the day."""
    place = tmp_path / "p"
    place.mkdir()
    (place / "portfolio.toml").write_text('[portfolio]\nid = "p"\ntitle = "P"\n')
    (place / "projects.csv").write_text("id,title,baseline_finish\nP,Pay,2025-06-01\n")
    put(place, "a,P,Build,10\nb,P,Test,5\n")
    (place / "links.csv").write_text("predecessor,successor\na,b\n")
    return place


def put(folder: Path, rows: str) -> None:
    (folder / "work_items.csv").write_text(f"id,project,title,duration_days\n{rows}")


def opened(folder: Path, day: int = 3) -> Session:
    return Session.open(folder, clock=lambda: datetime(2025, 3, day, 12, tzinfo=UTC))


def judged(folder: Path, day: int = 3, *, keep: bool = True) -> str:
    """What a session of its own says of the present; it keeps its networks for the next."""
    with opened(folder, day) as session:
        found = Check(session.update().assessment).json()
        if keep:
            networks.keep(session)
    return found


def kept(folder: Path, day: int = 3) -> bool:
    with opened(folder, day) as session:
        return bool(Networks(session).numbers())


def test_the_next_session_builds_no_network_and_says_the_same(folder: Path, built: list[int]) -> None:
    first = judged(folder)
    assert built == [3]
    assert judged(folder) == first and built == [3]


def test_what_is_in_the_cache_is_computed_with(folder: Path) -> None:
    with opened(folder) as session:
        session.update()
        woven = session.woven()
        assert woven is not None
        woven.base.finish[woven.network.index["P:finish"]] += 1440
        networks.keep(session)
    with opened(folder) as session:
        finish = session.update().assessment.projects[0].computed_finish
    shutil.rmtree(cached.cache_folder())
    with opened(folder) as session:
        assert session.update().assessment.projects[0].computed_finish != finish


def test_a_whole_sample_says_the_same_with_and_without_it(tmp_path: Path) -> None:
    place = tmp_path / "core-banking"
    shutil.copytree(SAMPLE, place)
    first = judged(place, 20)
    shutil.rmtree(cached.cache_folder())
    judged(place, 20)
    assert kept(place, 20)
    assert judged(place, 20) == first


def test_an_edit_in_the_session_after_it_is_judged_as_by_one_that_built(folder: Path) -> None:
    judged(folder)
    with opened(folder) as session:
        session.update()
        for days in (40, 7):
            put(folder, f"a,P,Build,{days}\nb,P,Test,5\n")
            live = Check(session.update().assessment).json()
            shutil.rmtree(cached.cache_folder(), ignore_errors=True)
            assert live == judged(folder, keep=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("work_items.csv", "id,project,title,duration_days\na,P,Build,11\n"),
        ("links.csv", "predecessor,successor\n"),
        ("portfolio.toml", '[portfolio]\nid = "p"\ntitle = "P"\n[policy]\nsilence_days = 9\n'),
        ("evidence/x.pdf", "x"),
    ],
)
def test_whatever_file_is_another_it_is_built_again(folder: Path, name: str, text: str) -> None:
    judged(folder)
    assert kept(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    assert not kept(folder)
    later = judged(folder)
    shutil.rmtree(cached.cache_folder())
    assert judged(folder) == later


def test_on_another_day_it_is_built_again_and_the_log_of_breaches_is_not_what_it_rests_on(folder: Path) -> None:
    judged(folder)
    with opened(folder) as session:
        session.store.log_breaches(["MADE-UP|x"], session.now())
    assert kept(folder) and not kept(folder, 4)


def test_a_store_that_somebody_read_anew_has_none(folder: Path) -> None:
    judged(folder)
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    with Session.open(folder, clock=lambda: datetime(2025, 3, 3, 13, tzinfo=UTC)) as session:
        session.import_sources()
        assert not Networks(session).numbers()


def test_what_the_store_got_while_it_was_read_is_not_mistaken(folder: Path) -> None:
    judged(folder)
    with opened(folder) as session:
        found = Networks(session)
        key = found.key()
        assert key is not None and found.recalled(key) is not None
        with opened(folder) as other:
            put(folder, "a,P,Build,11\n")
            other.import_sources()
        assert found.recalled(key) is None


def test_what_is_not_true_any_more_is_not_kept(folder: Path) -> None:
    with opened(folder) as session:
        session.update()
        put(folder, "a,P,Build,400\n")
        networks.keep(session)
    assert not cached.cache_folder().exists()


@pytest.mark.parametrize("kind", ["networks", "dates"])
def test_a_damaged_or_foreign_file_is_never_believed(folder: Path, kind: str) -> None:
    first = judged(folder)
    with opened(folder) as session:
        path = cached.cache_folder() / cached.name(session, kind)
    whole = path.read_bytes()
    for place in (0, 40, 70, 64 + len(whole[64:]) // 2, len(whole) - 1):
        path.write_bytes(bytes(byte ^ (n == place) for n, byte in enumerate(whole)))
        assert judged(folder, keep=False) == first
        if kind == "networks":
            assert not kept(folder)
    for length in (0, 40, 64, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert judged(folder, keep=False) == first
    path.write_bytes(whole)
    path.chmod(0o666)
    assert judged(folder, keep=False) == first
    assert kept(folder) == (kind == "dates")


def test_bytes_of_another_form_are_built_again_though_they_are_whole(folder: Path) -> None:
    first = judged(folder)
    for kind in ("networks", "dates"):
        for data in (b"", b"no columns", b"\x02\0\0\0\0\0\0\0{}"):
            with opened(folder) as session:
                key = Networks(session).key()
                assert key is not None
                cached.keep(cached.name(session, kind), key, data)
            assert judged(folder, keep=False) == first


def test_another_program_makes_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(folder)
    monkeypatch.setattr(cached, "program", lambda: "another")
    assert not kept(folder)


def test_a_small_one_is_not_worth_a_file_and_a_past_day_keeps_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(folder, as_of=datetime(2025, 3, 3, tzinfo=UTC).date()) as session:
        session.update()
        networks.keep(session)
    monkeypatch.setattr(networks, "WORTH", 5_000)
    judged(folder)
    assert not cached.cache_folder().exists()


def test_a_cache_that_cannot_be_written_keeps_nothing_and_says_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert judged(folder) == judged(folder) and not kept(folder)


def test_a_check_keeps_it_and_the_next_one_takes_it(folder: Path) -> None:
    rows = "".join(f"i{n},P,Item {n},1\n" for n in range(networks.WORTH + 5))
    put(folder, rows)
    code = "from cockpit.session import networks; networks.WORTH = 1; from cockpit.cli import main; main()"
    said = [
        subprocess.run(
            [sys.executable, "-c", code, "check", "--json", str(folder)],
            capture_output=True, check=False, env=dict(os.environ),
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert said[0] == said[1] != b""
    assert sorted(path.suffix for path in cached.cache_folder().iterdir()) == [".dates", ".networks"]
    with Session.open(folder) as session:
        assert len(next(iter(Networks(session).numbers().values())).ids) == networks.WORTH + 6


def test_what_cannot_be_kept_as_bytes_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> bytes:
        raise FormError("An id holds what parts one from another.")

    monkeypatch.setattr(recalled, "networks", refused)
    judged(folder)
    assert not kept(folder)
