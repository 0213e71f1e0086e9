"""What `init --from` says on the terminal: what was found, how surely, what to do next. At most fifteen lines."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from cockpit.basics.text import one_line, path_text
from cockpit.proposing.findings import Findings
from cockpit.proposing.looking import TOOLS, Looked
from cockpit.proposing.sure import Sure, counted
from cockpit.proposing.writing import gives

LINES = 15
"""Lines that are printed at most."""
_FILES = 5
"""Files that have a line each; the others are counted."""


def lines(found: Findings, folder: Path) -> list[str]:
    """Return the lines for people; refused files are told elsewhere."""
    place = shlex.quote(one_line(path_text(str(folder)), 120))
    told = [_file(each) for each in found.usable]
    if len(told) > _FILES:
        told = [*told[: _FILES - 1], f"… and {counted(len(told) - _FILES + 1, 'more file')}"]
    told += _together(found)
    unsure = found.unsure()
    look = f"look at {counted(unsure, 'line')} marked (unsure) or required" if unsure else "read it through"
    told += [
        f"Written: {place}/portfolio.toml, which says behind each line what was recognised; empty tables beside it"
        + (f", with {counted(len(found.projects), 'project')} in projects.csv." if found.projects else "."),
        f"Next: 1. In portfolio.toml, {look}; you need not mend all of them.",
        f"      2. cockpit import {place}   reads your files where they lie, and says what is left out",
        f"      3. cockpit check {place}    shows the first exceptions",
    ]
    return told[-LINES:]


def _file(looked: Looked) -> str:
    if not looked.sources:
        return f"{looked.name}: no table was recognised by its headers"
    first = looked.sources[0]
    if first.format in TOOLS:
        return f"{looked.name}: {TOOLS[first.format]}; {gives(looked.batch)}{_wrong(looked)}"
    shown = [each for each in looked.sources if not each.off]
    main = [each for each in shown if each.table not in ("status_reports", "objectives")] or shown
    if not main:
        return f"{looked.name}: all of it is left out, see the charter"
    columns = [choice for each in main for choice in each.columns]
    sure = sum(choice.sure is Sure.SURE for choice in columns)
    likely = sum(choice.sure is Sure.LIKELY for choice in columns)
    open_ = sum(choice.sure is Sure.UNSURE for choice in columns)
    parts = [f"{sure} sure", f"{likely} likely" if likely else "", f"{open_} unsure" if open_ else ""]
    missing = [name for each in main for name in each.missing]
    lacking = f"; still to be named: {', '.join(missing[:6])}" if missing else ""
    return f"{looked.name}{_place(main[0].sheet, main[0].header_row)}: {gives(looked.batch)}; columns: " + (
        ", ".join(filter(None, parts)) + lacking + _wrong(looked)
    )


def _wrong(looked: Looked) -> str:
    problems = looked.batch.problems
    return f"; {counted(len(problems), 'problem')}, see the charter" if problems else ""


def _place(sheet: str, row: int | None) -> str:
    told = [f"sheet {one_line(sheet, 40)}" if sheet else "", f"headers in row {row}" if row else ""]
    return f" ({', '.join(filter(None, told))})" if any(told) else ""


def _together(found: Findings) -> Iterator[str]:
    """What the files say together: people, teams, words, which tickets work for which project."""
    people = found.people.people
    if people:
        several = sum(each.spellings > 1 for each in people)
        open_ = f", {counted(len(found.people.doubts), 'name')} left open" if found.people.doubts else ""
        yield f"{_many(len(people) + found.people.more, 'person', 'people')}, {several} in several spellings{open_}"
    if found.teams.teams:
        vendors = sum(bool(each.external) for each in found.teams.teams)
        yield f"{counted(len(found.teams.teams), 'team')}{f', {vendors} perhaps a vendor' if vendors else ''}"
    known = sum(len(each.words) for each in (*found.states.lines, *found.rag.lines))
    unknown = [*found.states.doubts, *found.rag.doubts]
    if known or unknown:
        named = f", unknown: {', '.join(f'“{one_line(each.text, 20)}”' for each in unknown[:3])}" if unknown else ""
        yield f"{counted(known, 'status word')} of other languages understood{named}"
    if found.assigned:
        sure = sum(each.sure is not Sure.UNSURE for each in found.assigned)
        yield f"{sure} of {counted(len(found.assigned), 'ticket project')} found among the tracker's projects"


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
