"""What completes a word that is being typed: folders, and the people, subjects, breaches and days of a portfolio.

They are looked up where that is cheap: in the store, as somebody read it last. Nothing is read anew, judged or changed,
and what can't be looked up is not offered.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]
    Named = Iterable[tuple[str, str]]

PROGRAM = "cockpit"
VARIABLE = "_COCKPIT_COMPLETE"
"""Set by a shell that asks what may be typed, in the environment of `cockpit`."""
STORE = "portfolio.db"
KINDS = {
    "dependency": "dependencies",
    "kpi": "kpis",
    "baseline": "projects",
    "scope": "projects",
    "project": "projects",
    "objective": "objectives",
    "team": "teams",
}
"""Kind of subject → the table whose ids name it."""
BARE = ("dependency", "kpi")
"""Kinds that need not be typed."""
OWNED_KINDS = ("dependency", "kpi", "objective", "project", "team")
SAFE = frozenset("._:/@+-")
"""What an id may hold besides letters and digits to be offered: an id comes from anybody's file, and what is offered
lands on a command line as it is."""


class Folder(click.Path):
    """A portfolio's folder: completed among folders."""

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        """Have the shell offer folders."""
        return folders(incomplete)


def folders(incomplete: str) -> list[CompletionItem[str]]:
    """Have the shell offer folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


def among(named: Callable[[Path, str], Named]) -> Completer:
    """Return what completes a word by the store of the folder that stands before it, given what is typed of it."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:  # noqa: ARG001
        from click.shell_completion import CompletionItem

        from cockpit.basics.text import one_line

        store = _store(ctx)
        found = dict(named(store, incomplete)) if store else {}
        return [
            CompletionItem(value, help=one_line(title, 60) or None)
            for value, title in found.items()
            if value.casefold().startswith(incomplete.casefold()) and _is_safe(value)
        ]

    return complete


def _is_safe(value: str) -> bool:
    """Whether a shell takes it for a word, and the command for no option."""
    return not value.startswith("-") and all(c.isalnum() or c in SAFE for c in value)


def _store(ctx: click.Context) -> Path | None:
    """The store of the folder that was typed before."""
    folder = ctx.params.get("folder")
    if folder is None:
        # Click gives up on a line that ends with an option whose value is still to come.
        from click.shell_completion import split_arg_string

        words = split_arg_string(os.environ.get("COMP_LINE") or os.environ.get("COMP_WORDS") or "")
        folder = next((word for word in words[1:] if (Path(word) / STORE).is_file()), None)
    return None if folder is None else Path(folder) / STORE


def _people(store: Path, typed: str) -> Named:  # noqa: ARG001
    return _known(store, "people")


def _known(store: Path, table: str) -> Iterator[tuple[str, str]]:
    """Ids and names of a table, as the files say, and as the charter does."""
    from cockpit.store.names import TITLES, names

    yield from names(store, table)
    if table in ("people", "teams"):
        for row in _charter(store.parent, table):
            if isinstance(row, dict) and isinstance(row.get("id"), str):
                yield row["id"], str(row.get(TITLES[table], ""))


def _charter(folder: Path, table: str) -> list[Any]:
    """The rows of a table of the charter; none where it can't be read. Nothing of it is checked."""
    import tomllib

    try:
        rows = tomllib.loads((folder / "portfolio.toml").read_text(encoding="utf-8")).get(table)
    except (OSError, ValueError, RecursionError):
        return []
    return rows if isinstance(rows, list) else []


def _subjects(store: Path, typed: str) -> Iterator[tuple[str, str]]:
    """Ids alone, where they say enough; with their kinds once a kind is typed."""
    kinds = [kind for kind in KINDS if typed and (typed.startswith(f"{kind}:") or kind.startswith(typed))]
    for kind in kinds:
        yield from ((f"{kind}:{key}", title) for key, title in _known(store, KINDS[kind]))
    if typed and "milestone:".startswith(typed[: len("milestone:")]):
        yield from ((f"milestone:{key}:finish", title) for key, title in _known(store, "projects"))
    for kind in BARE if ":" not in typed else ():
        yield from _known(store, KINDS[kind])


def _owned(store: Path, typed: str) -> Iterator[tuple[str, str]]:
    """What somebody may own, each with its kind."""
    for kind in OWNED_KINDS:
        if typed.startswith(f"{kind}:") or kind.startswith(typed):
            yield from ((f"{kind}:{key}", title) for key, title in _known(store, KINDS[kind]))


def _breaches(store: Path, typed: str) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    from cockpit.records.lives import short_ids
    from cockpit.store.names import standing

    yield from ((short, key.replace("|", " ")) for key, short in short_ids(standing(store)).items())


def _days(store: Path, typed: str) -> Named:  # noqa: ARG001
    from cockpit.store.names import days

    return [(day, "") for day in days(store)]


def _tables(store: Path, typed: str) -> Named:  # noqa: ARG001
    from cockpit.outlets.export import EXPORTS

    return [(name, "") for name in EXPORTS]


PEOPLE, SUBJECTS, OWNED = among(_people), among(_subjects), among(_owned)
BREACHES, DAYS, TABLES = among(_breaches), among(_days), among(_tables)
