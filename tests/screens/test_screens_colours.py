"""Colour is never the only sign: with all colours taken away, every screen still tells its statuses apart."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import Any

import pytest
from screens_data import FakeSession, make_assessment, ready, settle

from cockpit.app import CockpitApp
from cockpit.records.verdicts import Severity, Status
from cockpit.screens.base import CockpitScreen
from cockpit.screens.words import SEVERITY, STATUS

MEANING = {"bad", "warn", "good"}


def plain(app: Any) -> str:
    """What stands on the screen, without any colour."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def test_statuses_and_severities_differ_by_mark_and_word() -> None:
    assert len({text for text, _ in STATUS.values()}) == len({text[0] for text, _ in STATUS.values()}) == len(Status)
    assert len({text for text, _ in SEVERITY.values()}) == len(Severity)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_where_colours_differ_the_text_does_too(session: FakeSession, size: tuple[int, int]) -> None:
    """The same text in the same column has one colour of meaning, or none: else the colour would say more than it."""
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        for mode in app.MODES:
            app.action_go(mode)
            await settle(pilot)
            screen: Any = app.screen
            assert isinstance(screen, CockpitScreen) and screen.table.row_count
            for column in screen.columns():
                tones = defaultdict(set)
                for record in screen.table.records:
                    if not screen.BANNERS or screen.banner(record, 200) is None:
                        text, tone = column.cell(record, max(column.width, 24))
                        tones[text.strip()].add(tone)
                told = {text: found for text, found in tones.items() if len(found) > 1 and found & MEANING}
                assert not told, f"{mode}, column {column.name}"


@pytest.mark.parametrize("status", list(Status))
async def test_a_status_is_read_on_the_screens_that_show_it(session: FakeSession, status: Status) -> None:
    now = make_assessment()
    session.now = dataclasses.replace(
        now,
        status=status,
        projects=tuple(dataclasses.replace(each, status=status) for each in now.projects),
        objectives=tuple(dataclasses.replace(each, execution=status, outcome=status) for each in now.objectives),
        kpis=tuple(dataclasses.replace(each, status=status) for each in now.kpis),
    )
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        for mode in ("exceptions", "objectives", "kpis", "projects"):
            app.action_go(mode)
            await settle(pilot)
            shown = plain(app)
            assert STATUS[status][0] in shown.splitlines()[0], "the header tells of the whole portfolio"
            if mode != "exceptions":
                body = "\n".join(shown.splitlines()[2:])
                assert STATUS[status][0] in body, mode
                others = {text for other, (text, _) in STATUS.items() if other is not status}
                rows = [line for line in body.splitlines() if STATUS[status][0] in line]
                assert not any(text in line.split("│")[0] for text in others for line in rows), mode
