"""What is typed after `:` in the app: the commands, what each may be given, and what is said of a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.basics.kept import kept
from cockpit.desk.sitting import user_name
from cockpit.screens.bars import SCREENS
from cockpit.screens.keynames import key
from cockpit.screens.narrowing import Narrowing
from cockpit.screens.scopes import KINDS
from cockpit.screens.theme import THEMES
from cockpit.screens.words import count, inert

if TYPE_CHECKING:
    from cockpit.desk.ways import Ways
    from cockpit.records.assessment import Assessment

Named = list[tuple[str, str]]
"""Ids, each with what people call it."""
MOST = 40
"""Choices that are offered at once."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, what it is given (empty for nothing), what it does, and what may be given."""

    name: str
    given: str
    what: str
    obey: Callable[[Ways, str], None]
    known: Callable[[Ways], Iterable[str]] = lambda _: ()


def obey(app: Ways, text: str) -> None:
    """Obey a command line, or say what would be one."""
    name, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    command = command_of(name, bool(rest))
    if command is not None:
        command.obey(app, rest)
    elif name and (mode := _screen_of(name)):
        app.show_screen(mode)
    else:
        names = [*(each.name for each in COMMANDS), *(mode for mode, _ in SCREENS)]
        app.say(f"There is no command “:{inert(name, 40)}”{_perhaps(name, names, ':')} :help lists them.", "warning")


def command_of(name: str, given: bool) -> Command | None:
    """Return the command of that name, else the first one that begins so; screens come first where nothing is given."""
    name = {"q": "quit", "asof": "as-of"}.get(name, name)
    exact = next((each for each in COMMANDS if each.name == name), None)
    if exact is not None or not name or (not given and _screen_of(name)):
        return exact
    return next((each for each in COMMANDS if each.name.startswith(name) and (each.given or not given)), None)


def _screen_of(name: str) -> str:
    found = (mode for mode, title in SCREENS if mode.startswith(name) or title.casefold().startswith(name.casefold()))
    return next(found, "")


def complete(app: Ways, text: str) -> Sequence[tuple[str, str]]:
    """Return what a line may become: the whole line, and what is shown for it."""
    name, space, rest = text.lstrip().partition(" ")
    if not space:
        names = [*((each.name, bool(each.given)) for each in COMMANDS), *((mode, False) for mode, _ in SCREENS)]
        return [(each + " " * given, each) for each, given in names if each.startswith(name)]
    command = command_of(name, True)
    if command is None:
        return ()
    words = rest.strip().casefold()
    found = [(f"{command.name} {each}", each) for each in _fitting(command.known(app), words)]
    return found or [(text, f"{command.given}: {command.what}" if command.given else command.what)]


def _fitting(known: Iterable[str], words: str) -> Sequence[str]:
    """Return the first that begin with these words, then those that have them in it; no more than are offered."""
    first: list[str] = []
    others: list[str] = []
    for each in known:
        place = each.casefold().find(words)
        if place == 0:
            first.append(each)
            if len(first) == MOST:
                break
        elif place > 0 and len(others) < MOST:
            others.append(each)
    return [*first, *others][:MOST]


def make_ready(app: Ways) -> None:
    """Gather all that commands may be given, which takes a while with many projects: called in a thread."""
    for kind in KINDS:
        names_of(app, kind)
    _all(app.assessment)


def _perhaps(text: str, names: Iterable[str], mark: str = "") -> str:
    """Say which of the names is nearest to what was typed: “; did you mean …?”, or a full stop."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        text.casefold(), list(names), scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=60
    )
    return f"; did you mean {mark}{inert(found[0], 60)}?" if found else "."


# -- days


def _as_of(app: Ways, text: str) -> None:
    if text.strip().casefold() == "today":
        app.go_to_day(lambda: None)
        return
    try:
        target = date.fromisoformat(text)
    except ValueError:
        app.say(f"“{inert(text, 40)}” is no day: write :as-of YYYY-MM-DD, or :as-of today.", "warning")
        return
    today = app.present.today if app.present is not None else target
    if target > today:
        app.say(f"{target} has not come yet: today is {today}.", "warning")
        return

    def choose() -> date | None:
        first = min((*app.session.dates(), *app.known_days()), default=target)
        if target < first:
            raise LookupError(f"Nothing was known on {target}: the first evidence is of {first}.")
        return target if target < today else None

    app.go_to_day(choose)


# -- whose rows


def names_of(app: Ways, kind: str) -> Named:
    """Return id and name of all owners, projects or objectives that are known, by name."""
    return {"owner": _owners, "project": _projects, "objective": _objectives}[kind](app.assessment)


@kept
def _projects(shown: Assessment | None) -> Named:
    return _by_name((view.record.id, view.record.title) for view in (shown.projects if shown else ()))


@kept
def _objectives(shown: Assessment | None) -> Named:
    return _by_name((view.record.id, view.record.title) for view in (shown.objectives if shown else ()))


@kept
def _owners(shown: Assessment | None) -> Named:
    if shown is None:
        return []
    people = [(person.id, person.name) for person in shown.people.values()]
    names = {name for _, name in people if name}
    owners = [(each.owner, each.owner_name) for each in shown.breaches]
    owners += [(each.owner, each.owner_name) for each in shown.signoffs]
    owners += [(view.record.owner, view.owner_name) for view in shown.projects]
    owners += [(view.record.owner, view.owner_name) for view in shown.objectives]
    owners += [(view.record.owner, view.owner_name) for view in shown.kpis]
    # A file that calls somebody by name names no other one: whoever is known is found by the name, wherever it stands.
    owners = [(identity, name) for identity, name in owners if identity in shown.people or name not in names]
    return _by_name(reversed([*people, *owners]))  # of several names for one id the first one counts


def _by_name(pairs: Iterable[tuple[str, str]]) -> Named:
    found = {identity: name or identity for identity, name in pairs if identity}
    return sorted(found.items(), key=lambda pair: (pair[1].casefold(), pair[0]))


def narrow(app: Ways, kind: str, text: str) -> None:
    """Show the rows of those with this text in name or id, and say which they are."""
    if kind == "owner" and text == "me":
        if app.me is None:
            app.say(f"Nobody in portfolio.toml goes by “{inert(user_name(), 40)}”: write :owner NAME.", "warning")
            return
        text = app.me.id
    if not text or app.assessment is None:
        app.set_scope(kind if text else "", text)
        return
    known = names_of(app, kind)
    found, exact = _having(known, text)
    if not found:
        found, exact = _having(known, text.removeprefix("="))
    if not found:
        perhaps = _perhaps(text.removeprefix("="), [name for _, name in known])
        app.say(f"No {kind} has “{inert(text, 40)}” in name or id{perhaps}", "warning")
    elif len(exact) == 1 or len(found) == 1:
        app.set_scope(kind, _only((exact or found)[0], known, alone=len(found) == 1))
    else:
        names = ", ".join(inert(name, 40) for _, name in found[:5]) + (", …" if len(found) > 5 else "")
        app.set_scope(kind, text.removeprefix("="))
        app.say(f"{count(len(found), kind)} match “{inert(text, 40)}”: {names}.")


def _having(known: Named, text: str) -> tuple[Named, Named]:
    """Those that have a text in name or id, and of these those whose name or id it is."""
    words = text.casefold()
    found = [pair for pair in known if any(words in each.casefold() for each in pair)]
    return found, [pair for pair in found if words in (each.casefold() for each in pair)]


def _only(pair: tuple[str, str], known: Named, *, alone: bool) -> str:
    """What finds one of all that are known: its name, else its id where another has that name too. It stands behind a
    `=` unless it is `alone` in having it."""
    identity, name = pair
    twice = sum(each.casefold() == name.casefold() for _, each in known) > 1
    return f"={identity}" if twice else name if alone and not name.startswith("=") else f"={name}"


def _narrowing(kind: str) -> tuple[Callable[[Ways, str], None], Callable[[Ways], Iterable[str]]]:
    def known(app: Ways) -> Iterable[str]:
        return [*(["me"] if kind == "owner" else []), *(name for _, name in names_of(app, kind))]

    return lambda app, text: narrow(app, kind, text), known


# -- sorting, themes


def _sort(app: Ways, text: str) -> None:
    if isinstance(app.screen, Narrowing):
        app.screen.sort_by(text)


def _columns(app: Ways) -> Iterable[str]:
    return app.screen.sort_names() if isinstance(app.screen, Narrowing) else ()


def _views(app: Ways) -> Iterable[str]:
    return [key for key, _ in app.views.all]


def _theme(app: Ways, text: str) -> None:
    found = [theme.name for theme in THEMES if theme.name.startswith(text.casefold())]
    if not text or not found:
        names = ", ".join(theme.name for theme in THEMES)
        app.say(f"This is the theme {app.theme}; there are {names}.", "warning" if text else "information")
        return
    app.theme = found[0]
    app.say(f'To keep it, write theme = "{found[0]}" into {app.config.path}.')


def _history(app: Ways, text: str) -> None:
    if ":" in text:
        app.show_history(text)
    else:
        app.say(f"Of what? Such as :history dependency:D-1; {key('prompt-complete')} completes.", "warning")


def _subjects(app: Ways) -> Iterable[str]:
    return _all(app.assessment)


@kept
def _all(shown: Assessment | None) -> list[str]:
    """Return the subjects that are signed or may be, as they stand on the screens."""
    if shown is None:
        return []
    views = (shown.signoffs, shown.dependencies, shown.statements)
    found = [view.subject for each in views for view in each if ":" in view.subject]
    found += [f"kpi:{view.record.id}" for view in shown.kpis]
    found += [f"{kind}:{view.record.id}" for view in shown.projects for kind in ("project", "baseline", "scope")]
    return list(dict.fromkeys(found))


COMMANDS: tuple[Command, ...] = (
    Command("project", "NAME", "Show one project's rows everywhere: any part of name or id", *_narrowing("project")),
    Command("owner", "NAME or me", "Show one person's rows everywhere", *_narrowing("owner")),
    Command("objective", "NAME", "Show what serves one objective", *_narrowing("objective")),
    Command("all", "", "Show all rows again", lambda app, _: app.set_scope("", "")),
    Command("sort", "COLUMN", "Sort by a column, again to turn it; alone: as they came", _sort, _columns),
    Command("as-of", "YYYY-MM-DD or today", "Show a day of the past", _as_of, lambda app: app.days),
    Command("live", "", "Come back to today", lambda app, _: app.go_to_day(lambda: None)),
    Command("view", "LETTER or NAME", "Go to a saved view", lambda app, t: app.views.go(t), _views),
    Command("views", "", "List the saved views", lambda app, _: app.views.list()),
    Command("save", "LETTER NAME", "Save what is shown under a letter", lambda app, text: app.views.save(text)),
    Command("forget", "LETTER", "Forget a saved view", lambda app, t: app.views.forget(t), _views),
    Command("theme", "NAME", "Change the colours", _theme, lambda _: [theme.name for theme in THEMES]),
    Command("read", "", "Read every source again", lambda app, _: app.action_read()),
    Command("help", "", "Every key that works here", lambda app, _: app.show_help()),
    Command("history", "SUBJECT", "All that happened to anything that is signed", _history, _subjects),
    Command("quit", "", "Quit (also :q)", lambda app, _: app.exit()),
)
"""All commands, beside the names of the screens."""
