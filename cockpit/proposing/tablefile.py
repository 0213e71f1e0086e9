"""What is proposed for the sheets of a table that somebody keeps by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from cockpit.basics.text import one_line
from cockpit.charter.vocabulary import NATIVE_TABLES, columns, table_of
from cockpit.proposing import sheetplans
from cockpit.proposing.cells import Cells
from cockpit.proposing.columns import BY_CELLS, Choice, kind_of, matched, profiles
from cockpit.proposing.contacts import IN_CHARTER, contacts
from cockpit.proposing.grids import SAMPLE, Sheet, Tables, newest_first
from cockpit.proposing.headers import begins_with, named_like, telling
from cockpit.proposing.locales import decimal_of, ordered
from cockpit.proposing.phrases import NO_TABLES
from cockpit.proposing.proposed import Proposed, Setting
from cockpit.proposing.reports import Light, day, light
from cockpit.proposing.sure import Sure, counted
from cockpit.sources.outline import ROW
from cockpit.sources.tables import drop_of

ENOUGH = 2
"""Columns that must be recognised before a table is proposed."""
_MONEY = re.compile(r"(?<!\w)(k€|T€|M€|Mio\.? ?€|TEUR|TCHF|kEUR|EUR|€|CHF|USD|\$|GBP|£|PLN|SEK|NOK|DKK|CZK)(?!\w)")
_AMOUNTS = {"budget", "forecast_cost", "actual_cost", "cost_of_delay_per_day"}


def proposed(file: Path, charter_path: str, found: Tables) -> list[Proposed]:
    """Return what is proposed for a file, sheet by sheet; nothing for sheets in which no table is recognised."""
    made: list[Proposed] = []
    ids: dict[str, dict[str, frozenset[str]]] = {}
    for choices in newest_first(found.sheets):
        name = choices[0].name
        if name and not table_of(name) and begins_with(name, NO_TABLES):
            continue
        sheet, table, taken, held = _best(choices, file.stem)
        if table == "people" and (listed := contacts(sheet, taken)):
            made.append(Proposed(charter_path, "table", table, sheet.name, sheet.row, off=IN_CHARTER, named=listed))
            continue
        if len([each for each in taken.values() if each.sure is not Sure.UNSURE]) < ENOUGH:
            continue
        sources = list(_sources(file, charter_path, sheet, table, taken, held))
        twin = _twin(sheet, table, _with_ids(sheet, table, taken, held), ids)
        made += [replace(each, off=twin) for each in sources] if twin else sources
    return made


def _best(choices: Sequence[Sheet], stem: str) -> tuple[Sheet, str, dict[str, Choice], Mapping[str, Cells]]:
    """Return the row of headers and the native table that fit a sheet best, and our column → their header."""
    best: tuple[int, Sheet, str, dict[str, Choice], Mapping[str, Cells]] | None = None
    for sheet in choices:
        held = profiles(sheet)
        all_of = {table: matched(table, sheet, held) for table in NATIVE_TABLES}
        table = max(all_of, key=lambda name: _fit(name, all_of[name], sheet.name or stem, sheet.names))
        named = sum(
            each.sure is not Sure.UNSURE and not each.why.startswith(BY_CELLS) for each in all_of[table].values()
        )
        if best is None or named > best[0]:
            best = (named, sheet, table, all_of[table], held)
    assert best is not None  # a sheet has a row of headers, or is none
    return best[1:]


def _fit(table: str, found: Mapping[str, Choice], name: str, header: Sequence[str]) -> tuple[float, int]:
    """Return how well a table fits: a name that says so, required columns, all columns, headers that only it has."""
    sure = {column for column, choice in found.items() if choice.sure is not Sure.UNSURE}
    required = [column.name for column in columns(table) if column.required]
    # What the cells alone show may be anything: a header that says it is worth more.
    worth = {name: 0.5 if choice.why.startswith(BY_CELLS) else 1.0 for name, choice in found.items()}
    share = sum(worth[column] for column in required if column in sure) / len(required)
    score = named_like(name, table) + share + len(sure) / 10 + telling(header, table) * 0.3
    return (score, -NATIVE_TABLES.index(table))


def _twin(sheet: Sheet, table: str, taken: Mapping[str, Choice], ids: dict[str, dict[str, frozenset[str]]]) -> str:
    """Return why a sheet is left out: it holds the rows of a sheet before it."""
    if "id" not in taken or taken["id"].header == ROW:
        return ""
    own = frozenset(map(str, sheet.cells(taken["id"].header)))
    for other, known in ids.get(table, {}).items():
        if own and len(own & known) > len(own) / 2:
            return f"more than half of its ids stand in the sheet “{one_line(other, 40)}” too"
    ids.setdefault(table, {})[sheet.name] = own
    return ""


def _sources(
    file: Path, path: str, sheet: Sheet, table: str, taken: dict[str, Choice], held: Mapping[str, Cells]
) -> list[Proposed]:
    """Return the mapping of a sheet to its table, and those of what the same rows hold besides."""
    taken = _with_ids(sheet, table, taken, held)
    own_state = taken.get("state")
    spare = [name for name in sheet.names if name not in {c.header for n, c in taken.items() if n != "state"}]
    reported = light(sheet, held, spare) if table == "projects" else None
    if reported and own_state and own_state.header == reported.choice.header:
        del taken["state"]
    base = Proposed(path, "table", sheet=sheet.name, header_row=sheet.row, rows=len(sheet.rows))
    made = [_main(base, sheet, table, taken, held, reported, file.stem)]
    if table == "projects":
        if reported and "id" in taken:
            made.append(_reports(base, file, sheet, taken, held, reported))
        made += _objectives(base, taken, held)
    return made


def _main(
    base: Proposed,
    sheet: Sheet,
    table: str,
    taken: dict[str, Choice],
    held: Mapping[str, Cells],
    reported: Light | None,
    stem: str,
) -> Proposed:
    tied = sheetplans.settings(sheet, taken, held, stem) if table == "work_items" else []
    plan = sheetplans.own_project(sheet, taken, stem) if table == "work_items" else None
    used = {choice.header for choice in taken.values()} | ({reported.choice.header} if reported else set())
    used |= {str(each.value) for each in tied if each.key == "predecessors"}
    missing = tuple(c.name for c in columns(table) if c.required and (c.name not in taken or _off(taken[c.name])))
    missing = tuple(name for name in missing if name not in taken and (name, table) != ("as_of", "status_reports"))
    missing = tuple(name for name in missing if name != "project" or plan is None)
    state = taken.get("state")
    return replace(
        base,
        table=table,
        columns=tuple(taken.values()),
        missing=missing,
        settings=(*_locales(sheet, table, taken, held), *tied),
        defaults=(*_of_plan(plan), *_defaults(sheet, table, taken)),
        project=plan,
        unmapped=tuple(name for name in sheet.names if name not in used),
        notes=(f"Its first {SAMPLE} of {len(sheet.rows):,} rows were looked at.",) if len(sheet.rows) > SAMPLE else (),
        money=_money(taken),
        states=_words(held[state.header]) if state and not _off(state) else (),
    )


def _with_ids(sheet: Sheet, table: str, taken: dict[str, Choice], held: Mapping[str, Cells]) -> dict[str, Choice]:
    """Return the columns with ids: where no column holds any, the numbers of rows by which a plan names them, else
    titles that are all different."""
    if table == "work_items" and (rows := sheetplans.numbered(sheet, taken, held)):
        return {"id": rows, **taken}
    if "id" in taken or "title" not in taken or not _all_different(held[taken["title"].header]):
        return taken
    why = "no column of ids; the titles are all different, but a new title is a new row then"
    return {"id": Choice("id", taken["title"].header, Sure.LIKELY, why), **taken}


def _off(choice: Choice) -> bool:
    return choice.sure is Sure.UNSURE


def _all_different(held: Cells) -> bool:
    return held.distinct == len(held.said) > 0


def _words(held: Cells) -> tuple[str, ...]:
    return tuple(one_line(text, 80) for text, _ in Counter(held.texts).most_common(100))


def _locales(sheet: Sheet, table: str, taken: Mapping[str, Choice], held: Mapping[str, Cells]) -> tuple[Setting, ...]:
    kinds = {column.name: kind_of(column) for column in columns(table)}
    active = {name: held[choice.header] for name, choice in taken.items() if not _off(choice) and choice.header != ROW}
    days = {taken[name].header: each for name, each in active.items() if kinds[name] == "day"}
    amounts = {taken[name].header: each for name, each in active.items() if kinds[name] in ("number", "duration")}
    found = (ordered(days, held, sheet.names), decimal_of(amounts, held))
    return tuple(each for each in found if each is not None)


def _defaults(sheet: Sheet, table: str, taken: Mapping[str, Choice]) -> tuple[Setting, ...]:
    milestones = begins_with(f"{sheet.name} {' '.join(sheet.names)}", ("meilenstein", "jalon", "milestone"))
    if table == "work_items" and "kind" not in taken and milestones:
        return (Setting("kind", "milestone", Sure.LIKELY, "the sheet speaks of milestones"),)
    return ()


def _of_plan(plan: sheetplans.Named | None) -> tuple[Setting, ...]:
    why = "no column names a project: all rows are taken for one, which is in projects.csv; or the id of one you have"
    return () if plan is None else (Setting("project", plan.id, Sure.LIKELY, why),)


def _money(taken: Mapping[str, Choice]) -> str:
    said = Counter(
        match[1] for name, choice in taken.items() if name in _AMOUNTS and (match := _MONEY.search(choice.header))
    )
    return said.most_common(1)[0][0] if len(said) == 1 else ""


def _reports(
    base: Proposed, file: Path, sheet: Sheet, taken: Mapping[str, Choice], held: Mapping[str, Cells], reported: Light
) -> Proposed:
    """Return a second mapping of a tracker: what it reports of its projects, to be compared with what is true.

    The day of the report is a column of its own, else the dated folder's, else what stands over the headers, else that
    on which the file was saved.
    """
    used = [choice.header for choice in taken.values()]
    more = matched("status_reports", sheet, held, [*used, reported.choice.header])
    found = {"project": replace(taken["id"], column="project"), "status": reported.choice}
    found |= {name: more[name] for name in ("as_of", "author") if name in more and not _off(more[name])}
    chosen = [found[name] for name in ("project", "as_of", "status", "author") if name in found]
    as_of = () if "as_of" in found or drop_of(base.path) or base.path.startswith("*/") else (_saved(file, sheet),)
    colours = (Setting("colours", ("status",), Sure.SURE, "the fill of a cell counts where it says no known word"),)
    return replace(
        base,
        table="status_reports",
        columns=tuple(chosen),
        settings=(*_locales(sheet, "status_reports", found, held), *(colours if reported.colours else ())),
        defaults=as_of,
        notes=("What the same rows report: never believed, only compared with what is computed.",),
    )


def _saved(file: Path, sheet: Sheet) -> Setting:
    if stated := day(sheet.above):
        return Setting("as_of", stated[0], Sure.SURE, f"“{one_line(stated[1], 60)}” stands over the headers")
    saved = datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone().date()
    return Setting(
        "as_of", saved, Sure.LIKELY, "the day on which the file was saved; in a dated folder its date counts"
    )


def _objectives(base: Proposed, taken: Mapping[str, Choice], held: Mapping[str, Cells]) -> list[Proposed]:
    """Return the objectives that stand in the rows of their projects, where each cell names one."""
    choice = taken.get("objectives")
    texts = held[choice.header].texts if choice and not _off(choice) else ()
    if choice is None or not texts or any(";" in text for text in texts):
        return []
    named = sum(len(text.split()) > 1 for text in texts)
    why = f"{counted(len(set(texts)), 'objective')} in {counted(len(texts), 'row')}"
    both = tuple(
        Choice(name, choice.header, Sure.LIKELY, why if name == "id" else "the same") for name in ("id", "title")
    )
    return [
        replace(
            base,
            table="objectives",
            columns=both,
            settings=(Setting("distinct", True, Sure.SURE, "an objective stands in every row of its projects"),),
            notes=("What the projects are for, as far as their rows name it.",),
            off=""
            if named > len(texts) / 2
            else "its cells are short names: give them titles in a table of objectives",
        )
    ]


def charter_path(file: Path, folder: Path) -> str:
    """Return the path of a file for `[[sources]]`.

    A file in a dated folder of the portfolio stands for all of its drops. A file in the portfolio's folder or near it
    (one or two folders up) is named from there, so that both can move together; any other by its whole path. Symbolic
    links of folders are followed, because the system follows them before it goes up.
    """
    from glob import escape
    from os.path import relpath

    place = file.parent.resolve() / file.name
    relative = PurePath(relpath(place, folder.resolve())).as_posix()
    if not relative.startswith("../") and drop_of(relative) and len(PurePath(relative).parts) == 2:
        return f"*/{escape(file.name)}"
    return relative if relative.count("../") <= 2 else place.as_posix()
