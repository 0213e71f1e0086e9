"""What is typed after `:`, and the palette: completion, what was typed before, names, sentences for what is wrong."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

from screens_data import FakeSession, make_assessment, notes, objectives, projects, ready, settle, until
from textual.command import CommandList
from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.desk.commanding import COMMANDS
from cockpit.screens.bars import SCREENS
from cockpit.screens.base import CockpitScreen
from cockpit.screens.help import HelpScreen
from cockpit.screens.palette import AT_ONCE, MOST, Everything, Palette
from cockpit.screens.prompt import Choices, Prompt
from cockpit.screens.theme import THEMES

SMALL = (80, 24)


def make_app(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


def shown(app: CockpitApp) -> CockpitScreen[Any]:
    assert isinstance(app.screen, CockpitScreen)
    return app.screen


def line(app: CockpitApp) -> str:
    return app.screen.query_one(Prompt).value


def choices(app: CockpitApp) -> str:
    found = app.screen.query_one(Choices)
    return found.render().plain if found.display else ""


async def type_in(pilot: Pilot[None], text: str, *more: str) -> None:
    await pilot.press(*("space" if each == " " else each for each in text), *more)
    await pilot.pause()


async def obey(pilot: Pilot[None], text: str) -> None:
    await pilot.press("colon")
    await type_in(pilot, text, "enter")
    await settle(pilot)


# -- completion, and what was typed before


async def test_choices_stand_above_the_line_and_tab_takes_one_after_the_other(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("colon")
        await pilot.pause()
        assert choices(app).startswith("project  owner  objective")
        await type_in(pilot, "proj")
        assert choices(app).split() == ["project", "projects"]
        await pilot.press("tab")
        assert line(app) == ":project " and "[project]" in choices(app)
        await pilot.press("tab")
        assert line(app) == ":projects" and "[projects]" in choices(app)
        await pilot.press("shift+tab")
        assert line(app) == ":project "
        await type_in(pilot, "pay")
        assert choices(app).strip() == "Payments hub migration"
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert app.scope == ("project", "Payments hub migration")
        assert not app.screen.query_one(Choices).display


async def test_any_part_of_a_name_is_completed_and_what_begins_so_comes_first(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        await pilot.press("colon")
        await type_in(pilot, "owner a")
        names = choices(app).split("  ")
        assert "Omar Haddad" in names and "Dana Reyes" in names
        await pilot.press(*["backspace"] * 1)
        await type_in(pilot, "o")
        assert choices(app).startswith("Omar Haddad"), "Sam Okafor only has it within"


async def test_what_takes_something_says_what_where_nothing_is_known(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon")
        await type_in(pilot, "save ")
        assert "LETTER NAME: Save what is shown" in choices(app)
        await pilot.press("tab")
        assert line(app) == ":save "


async def test_days_with_evidence_are_offered_latest_first(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon")
        await settle(pilot)
        await type_in(pilot, "as-of ")
        assert choices(app).startswith("2025-06-12  2025-06-09  2025-06-02  2025-05-31  2025-04-30")
        await type_in(pilot, "2025-05", "tab", "enter")
        await settle(pilot)
        assert str(app.shown_day.as_of) == "2025-05-31"


async def test_up_recalls_what_was_typed_and_down_what_was_begun(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await obey(pilot, "sort days")
        await obey(pilot, "owner dana")
        await pilot.press("slash")
        await type_in(pilot, "api", "enter")
        await pilot.press("2", "colon")
        await type_in(pilot, "th")
        await pilot.press("up")
        assert line(app) == ":owner dana", "also on another screen"
        await pilot.press("up", "up")
        assert line(app) == ":sort days"
        await pilot.press("down", "down")
        assert line(app) == ":th"
        await pilot.press("escape", "slash", "up")
        assert line(app) == "/api", "filters are kept apart from commands"


# -- names


async def test_part_of_a_name_or_id_finds_it_and_is_said_in_full(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await obey(pilot, "project hub")
        assert app.scope == ("project", "Payments hub migration")
        assert shown(app).narrowed == "project: Payments hub migration"
        await obey(pilot, "all")
        assert app.scope == ("", "") and shown(app).narrowed == ""


async def test_several_that_match_are_all_shown_and_named(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await obey(pilot, "owner da")
        assert app.scope == ("owner", "da")
        assert "owners match “da”: Dana Reyes, Omar Haddad" in notes(app)


async def test_a_name_that_is_part_of_another_can_be_meant_alone(session: FakeSession) -> None:
    one, two = projects()[:2]
    named = [
        dataclasses.replace(view, record=dataclasses.replace(view.record, title=title))
        for view, title in ((one, "Pay"), (two, "Pay later"))
    ]
    session.now = make_assessment(projects=tuple(named))
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("6")
        await obey(pilot, "project pay")
        assert shown(app).table.row_count == 1
        assert shown(app).narrowed == "project: Pay"
        await obey(pilot, "project pa")
        assert shown(app).table.row_count == 2


async def test_an_objective_narrows_every_screen_to_what_serves_it(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        view = objectives()[0]
        await obey(pilot, f"objective {view.record.id}")
        assert app.scope == ("objective", view.record.title)
        counts = {}
        for key, (mode, _) in enumerate(SCREENS[:6], 1):
            await pilot.press(str(key))
            await settle(pilot)
            counts[mode] = shown(app).table.row_count
        assert counts["objectives"] == 1
        assert counts["projects"] == len({each.record.id for each in projects()} & set(view.projects))
        assert counts["kpis"] == sum(each.record.objective == view.record.id for each in session.now.kpis)
        chain = next(each for each in session.now.chains if each.objective == view.record.id)
        assert counts["path"] >= 1 + len(chain.steps) + len(chain.blockers)
        assert counts["exceptions"] in range(1, 9)


WRONG = (
    ("projekt hub", "There is no command “:projekt”; did you mean :project? :help lists them."),
    ("[/x]", "There is no command “:[/x]”"),
    ("project paymnts", "No project has “paymnts” in name or id; did you mean Payments hub migration?"),
    ("owner zzzzqq", "No owner has “zzzzqq” in name or id."),
    ("as-of 2031-01-01", "2031-01-01 has not come yet: today is 2025-06-30."),
    ("as-of 2001-01-01", "Nothing was known on 2001-01-01: the first evidence is of 2025-04-30."),
    ("as-of monday", "“monday” is no day: write :as-of YYYY-MM-DD, or :as-of today."),
    ("sort nothing", "No column begins with “nothing”: there are mark, rule, subject"),
    ("theme pink", "there are cockpit, light, contrast, ansi."),
    ("view z", "No view is saved under “z”"),
    ("forget z", "No view is saved under “z”: :views lists them."),
    ("save ab", "A view is saved under one letter"),
)


async def test_what_is_wrong_is_said_in_a_sentence_with_what_is_near(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        for typed, said in WRONG:
            app.run_command(typed)
            await settle(pilot)
            assert said in notes(app), typed
            assert app.is_running and app.scope == ("", "")
            app.clear_notifications()


async def test_every_theme_can_be_asked_for(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        for theme in reversed(THEMES):
            await obey(pilot, f"theme {theme.name[:3]}")
            assert app.theme == theme.name
        assert f'write theme = "{THEMES[0].name}" into {app.config.path}' in notes(app)


async def test_help_names_every_command_and_finds_words(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(100, 90), notifications=True) as pilot:
        await ready(pilot)
        await obey(pilot, "help")
        assert isinstance(app.screen, HelpScreen)
        text = str(app.screen.query_one("#help Static").render())
        for command in COMMANDS:
            assert f":{command.name}" in text and command.what in text
        await pilot.press("slash")
        await type_in(pilot, "saved view")
        found = str(app.screen.query_one("#help Static").render())
        assert ":views" in found and ":sort" not in found
        await type_in(pilot, "xyz")
        assert "Nothing here has these words." in str(app.screen.query_one("#help Static").render())
        await pilot.press("escape")
        assert ":sort" in str(app.screen.query_one("#help Static").render())
        await pilot.press("q")
        assert isinstance(app.screen, CockpitScreen)


async def test_help_scrolls_at_80_by_24(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("question_mark", "G")
        await pilot.pause()
        pane = app.screen.query_one("#help")
        assert pane.scroll_offset.y == pane.max_scroll_y > 10
        await pilot.press("g")
        assert pane.scroll_offset.y == 0


# -- the palette


async def open_palette(pilot: Pilot[None], typed: str) -> list[str]:
    await pilot.press("ctrl+p")
    await pilot.press(*typed)
    found = pilot.app.screen.query_one(CommandList)
    await until(pilot, lambda: found.option_count and found.screen.has_class("-ready"))
    await settle(pilot)
    return [str(found.get_option_at_index(n).prompt) for n in range(found.option_count)]


async def test_the_palette_offers_every_key_of_the_screen_and_every_command(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        bindings = {active.binding.id: active.binding for active in app.screen.active_bindings.values()}
        found = await open_palette(pilot, "")
        text = "\n".join(found)
        for identity, binding in bindings.items():
            if identity not in (None, "palette"):
                assert (binding.tooltip or binding.description) in text, identity
        for command in COMMANDS:
            assert f":{command.name}" in text
        assert "Payments" not in text, "names only once something is typed"
        there, on = (next(each for each in found if each.startswith(words)) for words in ("Back to the day", "On to"))
        assert (there.split()[-1], on.split()[-1]) == ("[", "]"), "each by its own key"
        await pilot.press("ctrl+c")
        assert not isinstance(app.screen, Palette)


async def test_the_palette_finds_names_by_their_letters_and_narrows_to_them(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        found = await open_palette(pilot, "payhubmig")
        assert found and found[0].startswith("Payments hub migration  project")
        await pilot.press("enter")
        await until(pilot, lambda: app.scope == ("project", "Payments hub migration"))


async def test_the_palette_does_what_the_key_does(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await open_palette(pilot, "gotosources")
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "sources")
        await open_palette(pilot, "showadayofthepast")
        await pilot.press("enter")
        await until(pilot, lambda: line(app) == ":as-of ")
        assert line(app) == ":as-of " and app.focused is app.screen.query_one(Prompt), "what takes something is asked"


async def test_a_name_in_the_palette_is_never_markup(session: FakeSession) -> None:
    hostile = "Fix [auth] [@click=app.exit]bug[/] \x1b[2Jnow"
    view = projects()[0]
    record = dataclasses.replace(view.record, title=hostile)
    session.now = make_assessment(projects=(dataclasses.replace(view, record=record),))
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        found = await open_palette(pilot, "fixauth")
        assert found[0].startswith("Fix [auth] [@click=app.exit]bug[/]") and "\x1b" not in found[0]
        await pilot.press("enter")
        await settle(pilot)
        assert not app._exit and app.scope[0] == "project"
        await pilot.press("colon")
        await type_in(pilot, "project fix")
        assert "Fix [auth] [@click=app.exit]" in choices(app)


async def test_ten_thousand_names_hold_up_no_key_for_long(session: FakeSession) -> None:
    view = projects()[0]
    many = tuple(
        dataclasses.replace(view, record=dataclasses.replace(view.record, id=f"p{n}", title=f"Project number {n}"))
        for n in range(10_000)
    )
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        app.assessment = make_assessment(projects=many)
        everything = Everything(app.screen)
        await everything.startup()

        async def found() -> list[str]:
            return [hit.text or "" async for hit in everything.search("9999")]

        searching, turns = asyncio.create_task(found()), 0
        while not searching.done():
            await asyncio.sleep(0)
            turns += 1
        assert "Project number 9999" in searching.result() and len(searching.result()) <= MOST
        assert turns >= len(many) / AT_ONCE, "others have their turn between parts of the names"
        assert len([hit async for hit in everything.search("project")]) == MOST
