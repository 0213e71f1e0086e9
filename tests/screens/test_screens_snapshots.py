"""Few pictures: what a lead sees first, and the screens whose layout is easiest to break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from screens_data import FakeSession, make_assessment, ready, settle
from textual.pilot import Pilot

from cockpit.app import CockpitApp

Compare = Callable[..., bool]


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ((), (80, 24)),
        ((), (160, 50)),
        (("enter",), (80, 24)),
        (("4",), (160, 50)),
        (("5",), (80, 24)),
        (("6",), (80, 24)),
        (("2", "enter"), (80, 24)),
        (("3",), (160, 50)),
        (("7", "b", "b", "b", "space"), (80, 24)),
        (("5", "j", "j", "space", "space", "s"), (80, 24)),
        (("9", "j"), (160, 50)),
    ],
    ids=[
        "first-80",
        "first-160",
        "why-80",
        "path-160",
        "signoffs-80",
        "projects-80",
        "parts-80",
        "kpis-160",
        "alignment-80",
        "together-80",
        "sources-160",
    ],
)
def test_the_screen_looks_as_it_did(snap_compare: Compare, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    session = FakeSession(Path("/portfolio"), make_assessment())

    async def before(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press(*keys)
        await settle(pilot)

    assert snap_compare(CockpitApp(session), terminal_size=size, run_before=before)  # type: ignore[arg-type]
