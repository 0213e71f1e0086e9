"""Saved views in the app: what is shown is kept under a letter, and comes back with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cockpit.personal import views
from cockpit.personal.userfiles import UserFileError
from cockpit.personal.views import View, Views
from cockpit.screens.bars import SCREENS
from cockpit.screens.keynames import key
from cockpit.screens.narrowing import Narrowing, Shown
from cockpit.screens.words import inert

if TYPE_CHECKING:
    from cockpit.desk.ways import Ways

TITLES = dict(SCREENS)


class Viewing:
    """The saved views of whoever sits at an app. The file is read whenever it is asked for: it may have been edited."""

    def __init__(self, app: Ways) -> None:
        self._app = app

    @property
    def _portfolio(self) -> str:
        """The id of the portfolio, to which views belong; empty as long as nothing was read."""
        present = self._app.present
        return present.portfolio if present is not None else ""

    def _load(self) -> Views | None:
        try:
            found = views.load(self._portfolio)
        except UserFileError as error:
            self._app.say(f"{error} Mend it first; it is left as it is.", "error")
            return None
        if found.problems:
            self._app.say("\n".join(found.problems), "warning")
        return found

    @property
    def all(self) -> Sequence[tuple[str, View]]:
        """The saved views by their keys; none where the file is broken, which is said when one of them is asked for."""
        try:
            return list(views.load(self._portfolio).by_key.items())
        except UserFileError:
            return ()

    # -- asking for a letter

    def choose(self) -> Any:
        """Show the saved views, and go to that whose letter is pressed."""
        found = self._load()
        if found is None:
            return None
        if not found.by_key:
            self._app.say(f"No view is saved yet: {key('save-view')} and a letter saves what is shown.")
            return None
        return self._ask("Go to which saved view? Press its letter.", found, self._chosen)

    def keep(self) -> Any:
        """Ask under which letter to save what is shown."""
        if not isinstance(self._app.screen, Narrowing):
            return None
        found = self._load()
        title = f"Save “{inert(said(self.shown()), 60)}” under which letter or digit?"
        return None if found is None else self._ask(title, found, self._kept)

    def list(self) -> None:
        """Show the saved views."""
        self._app.call_later(self.choose)

    def _ask(self, title: str, found: Views, done: Any) -> Any:
        from cockpit.screens.saved import SavedScreen

        def more(letter: str, view: View) -> str:
            what = "" if view.name == said(view) else said(view)
            return what if letter in found.own else f"{what}  (in every portfolio)".strip()

        lines = [(letter, view.name, more(letter, view)) for letter, view in found.by_key.items()]
        return self._app.push_screen(SavedScreen(title, lines), done)

    def _chosen(self, key: str | None) -> None:
        if key is not None:
            self.go(key)

    def _kept(self, key: str | None) -> None:
        if key is not None:
            self.save(key)

    # -- what commands do

    def go(self, text: str) -> None:
        """Go to the view of that letter, or with these words in its name."""
        if not text:
            self.list()
            return
        found = self._load()
        if found is None:
            return
        keys = found.find(text)
        if len(keys) == 1:
            self._show(found.by_key[keys[0]])
        elif keys:
            names = ", ".join(f"{key} {inert(found.by_key[key].name, 40)}" for key in keys[:5])
            self._app.say(f"Several views match “{inert(text, 40)}”: {names}.", "warning")
        else:
            known = ", ".join(found.by_key) or f"none yet; {key('save-view')} and a letter saves what is shown"
            self._app.say(f"No view is saved under “{inert(text, 40)}”; there are {known}.", "warning")

    def save(self, text: str) -> None:
        """Save what is shown: under a letter, with a name after it where it is to have one of its own."""
        letter, _, name = text.partition(" ")
        if letter not in views.KEYS:
            self._app.say("A view is saved under one letter (but q) or digit: write :save a NAME.", "warning")
            return
        shown = self.shown()
        found = self._load()
        if found is None or shown is None:
            return
        old = found.by_key.get(letter)
        view = replace(shown, name=name.strip() or said(shown))
        if self._did(lambda: views.save(self._portfolio, letter, view)):
            instead = f", in the place of “{inert(old.name, 40)}”" if old is not None and old.name != view.name else ""
            back = f"{key('view')} and {letter} comes back to it"
            self._app.say(f"Saved under {letter}: “{inert(view.name, 60)}”{instead}. {back}.")

    def forget(self, text: str) -> None:
        """Forget a saved view."""
        found = self._load()
        if found is None:
            return
        if text not in found.by_key:
            self._app.say(f"No view is saved under “{inert(text, 40)}”: :views lists them.", "warning")
        elif self._did(lambda: views.forget(self._portfolio, text)):
            where = "" if text in found.own else ", in every portfolio"
            self._app.say(f"Forgotten{where}: {text}, “{inert(found.by_key[text].name, 60)}”.")

    def _did(self, change: Any) -> bool:
        try:
            change()
        except UserFileError as error:
            self._app.say(str(error), "error")
            return False
        return True

    # -- what is shown

    def shown(self) -> View | None:
        """What is shown now."""
        screen = self._app.screen
        if not isinstance(screen, Narrowing):
            return None
        now = screen.shown
        return View("", self._app.current_mode, now.filter, self._app.scope, now.sort, now.down, now.show, now.within)

    def _show(self, view: View) -> None:
        if view.screen not in TITLES:
            names = ", ".join(TITLES)
            self._app.say(f"There is no screen “{inert(view.screen, 40)}”; there are {names}.", "warning")
            return
        self._app.call_later(self._show_soon, view)

    async def _show_soon(self, view: View) -> None:
        await self._app.action_go(view.screen)
        self._app.scope = view.scope
        if isinstance(self._app.screen, Narrowing):
            self._app.screen.show_as(Shown(view.filter, view.sort, view.down, view.show, view.within))
        self._app.set_scope(*view.scope)


def said(view: View | None) -> str:
    """Say what a view shows: `Exceptions · owner: Dana Reyes · /api · by cost ▼`."""
    if view is None:
        return ""
    kind, text = view.scope
    parts = [TITLES.get(view.screen, view.screen), *filter(None, [f"› {view.within}" if view.within else view.show])]
    parts += [f"{kind}: {text.removeprefix('=')}"] if kind else []
    parts += [f"/{view.filter}"] if view.filter else []
    parts += [f"by {view.sort} {'▼' if view.down else '▲'}"] if view.sort else []
    return " · ".join(parts)
