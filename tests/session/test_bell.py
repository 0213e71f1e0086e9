"""A file that was closed or moved into its place is heard of at once, and once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cockpit.session.bell import Bell
from cockpit.session.watching import Listener, wakes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems tell nothing here")


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """`watchfiles` says nothing."""

    async def nothing(*_places: str, stop_event: asyncio.Event, **_more: Any) -> AsyncIterator[set[tuple[int, str]]]:
        await stop_event.wait()
        return
        yield set()

    monkeypatch.setattr("watchfiles.awatch", nothing)


@pytest.mark.usefixtures("deaf")
async def test_what_is_written_and_closed_or_moved_is_heard_of_in_every_folder(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    async with Listener(tmp_path, [outside]) as listener:
        (deep / "x.csv").write_text("id\n")
        assert await listener.wait(20) == {str(deep / "x.csv")}
        (tmp_path / ".x.tmp").write_text("id\n")
        (tmp_path / ".x.tmp").replace(tmp_path / "y.csv")
        assert await listener.wait(20) == {str(tmp_path / "y.csv")}, "and of the temporary file nothing"
        (outside / "z.csv").write_text("id\n")
        assert await listener.wait(20) == {str(outside / "z.csv")}


@pytest.mark.usefixtures("deaf")
async def test_that_the_folder_itself_goes_is_heard_of(tmp_path: Path) -> None:
    folder = tmp_path / "portfolio"
    folder.mkdir()
    async with Listener(folder) as listener:
        folder.rename(tmp_path / "renamed")
        assert await listener.wait(20) == {str(folder)}
        assert listener.stale


@pytest.mark.usefixtures("deaf")
async def test_as_long_as_it_is_written_nothing_rings(tmp_path: Path) -> None:
    async with Listener(tmp_path) as listener:
        with (tmp_path / "x.csv").open("w") as file:
            file.write("id\n")
            file.flush()
            assert await listener.wait(0.2) == set()
        assert await listener.wait(20) == {str(tmp_path / "x.csv")}


async def test_heard_twice_it_is_looked_at_once_unless_something_was_done_to_it(tmp_path: Path) -> None:
    rung: list[str] = []
    heard = asyncio.Event()
    bell = Bell(wakes, lambda paths: (rung.extend(paths), heard.set())[0])
    bell.listen([str(tmp_path)])
    file = tmp_path / "x.csv"
    try:
        for more in ("", "b\n"):
            file.write_text("a\n")
            await asyncio.wait_for(heard.wait(), 50)
            heard.clear()
            if more:
                with file.open("a") as open_:
                    open_.write(more)
                    open_.flush()
                    assert not bell.has_told(str(file)), "it was written on"
            else:
                assert bell.has_told(str(file))
                assert bell.has_told(str(file)), "it may be heard of more often than twice"
        assert set(rung) == {str(file)}
    finally:
        bell.close()
        bell.close()


async def test_where_nothing_may_be_listened_to_nothing_happens(tmp_path: Path) -> None:
    bell = Bell(wakes, pytest.fail)
    bell.listen([str(tmp_path / "not there")])
    (tmp_path / "x").touch()
    await asyncio.sleep(0.05)
    assert not bell.has_told(str(tmp_path / "x"))
    bell.close()


@pytest.mark.slow
async def test_a_change_is_one_event_though_two_tell_of_it(tmp_path: Path) -> None:
    async with Listener(tmp_path) as listener:
        await listener.wait(0.5)
        for n in range(5):
            (tmp_path / "x.csv").write_text(f"id\n{n}\n")
            assert await listener.wait(20) == {str(tmp_path / "x.csv")}
            assert await listener.wait(0.3) == set()
