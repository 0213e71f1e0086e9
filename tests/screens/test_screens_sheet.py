"""What is parsed of the stylesheet, and when."""

from __future__ import annotations

from typing import Any

import pytest
from screens_data import FakeSession, ready, settle
from textual.css import stylesheet
from textual.css.stylesheet import StylesheetParseError

from cockpit.app import CockpitApp
from cockpit.screens.sheet import Sheet


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Textual parses, from now on."""
    texts: list[str] = []
    parse = stylesheet.parse

    def noted(scope: str, css: str, *more: Any, **named: Any) -> Any:
        texts.append(css)
        return parse(scope, css, *more, **named)

    monkeypatch.setattr(stylesheet, "parse", noted)
    return texts


async def test_a_screen_that_is_opened_has_its_own_styles_parsed_and_no_others(
    session: FakeSession, parsed: list[str]
) -> None:
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        known = set(parsed)
        parsed.clear()
        for number in "23456789":
            await pilot.press(number)
            await settle(pilot)
        assert parsed and len(parsed) == len(set(parsed)), "each once"
        assert len(known & set(parsed)) < len(known) / 2


async def test_another_theme_has_all_of_it_parsed_with_its_colours(session: FakeSession, parsed: list[str]) -> None:
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        known, before = set(parsed), app.screen.styles.background
        parsed.clear()
        app.theme = "light"
        await settle(pilot)
        assert set(parsed) == known
        assert app.screen.styles.background != before


def test_what_cannot_be_parsed_leaves_the_rules_as_they_were() -> None:
    sheet = Sheet(variables={"a": "red"})
    sheet.add_source("Screen { color: $a; }", ("one", ""))
    rules = list(sheet.rules)
    sheet.add_source("Screen { color: nothing-known; }", ("two", ""))
    with pytest.raises(StylesheetParseError):
        sheet.reparse()
    assert sheet._rules == rules
