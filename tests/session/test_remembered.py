"""The last assessment of the present, as this user's cache keeps it."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from cockpit.personal import looked
from cockpit.personal.looks import Look, Looks, standing
from cockpit.records.assessment import Assessment
from cockpit.session import cached, remembered
from cockpit.session.live import Session

KEY, OTHER = cached.key_of(("a", 1)), cached.key_of(("a", 2))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cached.cache_folder()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("kept") / "core-banking"
    shutil.copytree(Path(__file__).parents[2] / "sample_portfolios" / "core-banking", folder)
    with Session.open(folder) as session:
        return session.update().assessment


def test_what_is_recalled_is_what_was_kept_to_the_last_place_in_a_file(judged: Assessment) -> None:
    remembered.keep("p", KEY, judged)
    found = remembered.recall("p", KEY)
    assert found is not None
    assert dict(found.subjects) == dict(judged.subjects) != {}
    left_out = {"items", "titles", "subjects", "near", "quality", "unmapped"}
    for name in (f.name for f in fields(Assessment) if f.name not in left_out):
        assert repr(getattr(found, name)) == repr(getattr(judged, name)), name
    assert (dict(found.items), dict(found.titles), dict(found.near), tuple(found.quality)) == ({}, {}, {}, ())


def test_it_is_recalled_also_where_python_tells_members_of_enumerations_by_a_call(
    judged: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_a_call(member: Enum, _: int) -> tuple[Any, ...]:  # as releases up to 3.11.3 do it
        return getattr, (type(member), member.name)

    monkeypatch.setattr(Enum, "__reduce_ex__", by_a_call)
    assert pickle.dumps(judged.status).count(b"getattr") == 1
    remembered.keep("p", KEY, judged)
    found = remembered.recall("p", KEY)
    assert found is not None and (found.status, found.breaches) == (judged.status, judged.breaches)


def test_of_another_key_nothing_is_recalled_and_the_last_one_takes_the_place_of_the_others(judged: Assessment) -> None:
    remembered.keep("p", KEY, judged)
    assert remembered.recall("p", OTHER) is None and remembered.recall("q", KEY) is None
    remembered.keep("p", OTHER, judged)
    assert remembered.recall("p", KEY) is None and remembered.recall("p", OTHER) is not None


def test_it_is_the_users_own_and_nobody_elses_file_is_looked_at(judged: Assessment, cache: Path) -> None:
    remembered.keep("p", KEY, judged)
    assert [path.name for path in cache.iterdir()] == ["p"]
    assert (cache.stat().st_mode & 0o777, (cache / "p").stat().st_mode & 0o777) == (0o700, 0o600)
    (cache / "p").chmod(0o666)
    assert remembered.recall("p", KEY) is None
    (cache / "p").chmod(0o600)
    (cache / "link").symlink_to(cache / "p")
    assert remembered.recall("p", KEY) is not None and remembered.recall("link", KEY) is None


class Call:
    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call[0], self.call[1:]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"no pickle", pickle.dumps("text"), pickle.dumps(date(2025, 1, 1)), pickle.dumps(Call(os.mkdir, "made")),
        pickle.dumps(Call(print, "said")), pickle.dumps(Path("x")), pickle.dumps(Call(Assessment, 1, 2, 3)),
        b"\x80\x05\x8c\x0dcockpit.model\x8c\x06key_of\x93.", b"\x80\x05\x8c\x0dcockpit.model\x8c\x08date.min\x93.",
    ],
)  # fmt: skip
def test_nothing_but_records_is_made_of_its_bytes(
    data: bytes, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    cache.mkdir(parents=True)
    (cache / "p").write_bytes(KEY + hashlib.sha256(data).digest() + data)
    (cache / "p").chmod(0o600)
    assert remembered.recall("p", KEY) is None
    assert not (tmp_path / "made").exists() and capsys.readouterr().out == ""


def test_a_cache_that_cannot_be_written_keeps_nothing_and_says_nothing(
    judged: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    remembered.keep("p", KEY, judged)
    assert remembered.recall("p", KEY) is None


def test_a_torn_file_is_none(judged: Assessment, cache: Path) -> None:
    remembered.keep("p", KEY, judged)
    whole = (cache / "p").read_bytes()
    for length in (0, 10, 40, 70, len(whole) - 1):
        (cache / "p").write_bytes(whole[:length])
        assert remembered.recall("p", KEY) is None


# Of a portfolio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small portfolio, with a clock of its own for the day."""
    place = tmp_path / "p"
    place.mkdir()
    (place / "portfolio.toml").write_text('[portfolio]\nid = "p"\ntitle = "P"\n')
    (place / "projects.csv").write_text("id,title,baseline_finish\nP,Pay,2025-06-01\n")
    (place / "work_items.csv").write_text("id,project,title,duration_days\na,P,Build,10\n")
    return place


def opened(folder: Path, day: int = 3) -> Session:
    return Session.open(folder, clock=lambda: datetime(2025, 3, day, 12, tzinfo=UTC))


def kept(folder: Path) -> Assessment:
    with opened(folder) as session:
        found = session.update().assessment
        remembered.keep_present(session, found)
    return found


def recalled(folder: Path, day: int = 3) -> Assessment | None:
    with opened(folder, day) as session:
        return remembered.present(session)


def test_a_portfolio_that_nothing_touched_is_shown_as_it_was(folder: Path) -> None:
    first = kept(folder)
    found = recalled(folder)
    assert found is not None and found.breaches == first.breaches and found.projects == first.projects
    with opened(folder) as session:
        assert session.update().assessment.projects == found.projects
    assert recalled(folder) is not None, "a session that found nothing new changes nothing"


def test_what_its_user_looked_at_last_changes_nothing(folder: Path) -> None:
    found = kept(folder)
    looked.keep(folder, Looks(Look(datetime(2025, 3, 3, 8, tzinfo=UTC), found.today, standing(found.breaches))))
    assert looked.recall(folder) is not None and recalled(folder) is not None


@pytest.mark.parametrize(
    "name", ["portfolio.toml", "work_items.csv", "links.csv", "evidence/x.pdf", "statements/x.json"]
)
def test_whatever_file_is_another_it_is_not_shown(folder: Path, name: str) -> None:
    kept(folder)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(path.read_text() + "\n" if path.exists() else "predecessor,successor\n")
    assert recalled(folder) is None


def test_on_another_day_it_is_not_shown(folder: Path) -> None:
    kept(folder)
    assert recalled(folder, 4) is None and recalled(folder, 3) is not None


def test_what_another_session_has_committed_is_not_passed_over(folder: Path) -> None:
    kept(folder)
    with opened(folder) as other:
        other.store.log_breaches(["MADE-UP|x"], other.now())
    assert recalled(folder) is None


def test_what_is_not_true_any_more_is_not_kept(folder: Path) -> None:
    with opened(folder) as session:
        found = session.update().assessment
        (folder / "work_items.csv").write_text("id,project,title,duration_days\na,P,Build,400\n")
        remembered.keep_present(session, found)
        assert remembered.present(session) is None


def test_another_program_makes_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(folder)
    monkeypatch.setattr(cached, "program", lambda: "another")
    assert recalled(folder) is None


def test_what_a_killed_process_left_half_written_goes_with_the_next_one_kept(cache: Path) -> None:
    cached.keep("p", KEY, b"whole")
    left, young, another = (cache / f"{name}.passing" for name in ("p.1", "p.2", "q.1"))
    for path in (left, young, another):
        path.write_bytes(b"half")
    for path in (left, another):
        os.utime(path, (0, 0))
    cached.keep("p", OTHER, b"whole again")
    assert sorted(path.name for path in cache.iterdir()) == ["p", "p.2.passing", "q.1.passing"]
