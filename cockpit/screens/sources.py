"""Sources: how old is our truth, and how quickly does a save get here? Which messages about it did not get through?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rich.cells import cell_len
from textual.app import ComposeResult

from cockpit.basics.kept import kept
from cockpit.basics.text import moment
from cockpit.records.assessment import Assessment
from cockpit.records.model import Origin
from cockpit.records.snapshot import SourceFile
from cockpit.screens.bars import NoteLine
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts, Line, pair
from cockpit.screens.words import Cell, age, count, day, inert
from cockpit.session.asides import MESSAGES

MOST = 200
"""So many refused rows are listed."""


class SourcesScreen(CockpitScreen[SourceFile]):
    """Every file, how old it is, and what was refused in it."""

    MODE = "sources"
    NARROWED_BY = ()
    CSS_PATH = "sources.tcss"
    EMPTY = "No files were read: put tables (projects.csv, work_items.csv …) beside portfolio.toml."

    def columns(self) -> Sequence[Column[SourceFile]]:
        """Name the columns."""
        return (
            Column("file", lambda s, w: (_path(s, w), ""), 23, grow=2, by=lambda s: s.path),
            Column("format", lambda s, _: (s.format, "muted"), 10, least=110),
            Column("known on", lambda s, _: ("" if _told(s) else day(s.observed), ""), 10, least=100),
            Column("old", lambda s, _: (self._old(s), ""), 13, by=_old),
            Column("read (UTC)", lambda s, _: (_read(s), "muted"), 16, by=lambda s: s.read_at),
            Column("rows", lambda s, _: (f"{s.rows:,}", ""), 9, right=True, least=90, by=lambda s: s.rows),
            Column("refused", lambda s, _: _refused(s), 10, by=lambda s: -len(s.problems)),
            Column("to screen", lambda s, _: (self._lag(s), "muted"), 9, right=True, by=self._worst),
        )

    def compose_top(self) -> ComposeResult:
        """Put over the table how old all of it is, and how much was refused."""
        yield NoteLine(id="ages")

    def take(self) -> None:
        """Show the app's assessment, and how old its files are."""
        super().take()
        whole = self.assessment
        self.query_one("#ages", NoteLine).show_text(_ages(whole.sources, whole.today) if whole is not None else "")

    def _old(self, source: SourceFile) -> str:
        if _told(source):
            return ""
        return age(source.observed, self.today) + (" claimed" if source.claimed else "")

    def _lag(self, source: SourceFile) -> str:
        lags = self.desk.lags(source.path)
        return f"{lags.last:.1f}/{lags.worst:.1f}s" if lags is not None else "–"

    def _worst(self, source: SourceFile) -> float | None:
        lags = self.desk.lags(source.path)
        return lags.worst if lags is not None else None

    def _beside(self) -> tuple[object, ...]:
        rows = self.assessment.sources if self.assessment else ()
        return (*super()._beside(), _moments(rows), self.desk.all_lags())

    def make_ready(self, assessment: Assessment) -> None:
        """List the files, and gather when each was read."""
        super().make_ready(assessment)
        _moments(assessment.sources)

    def rows(self, assessment: Assessment) -> Sequence[SourceFile]:
        """List the files."""
        return assessment.sources

    def key(self, record: SourceFile) -> str:
        """Know a file by its path."""
        return record.path

    def row_facts(self, record: SourceFile, assessment: Assessment) -> Facts:
        """Say what was refused, row by row."""
        if _told(record):
            return _untaken(record)
        lines: list[Line] = [("head", record.path), ("", ""), *_age(record, assessment.today), *self._lag_lines(record)]
        if record.shadow:
            lines.append(("", "A shadow tracker: what it says worse than the official one counts, its texts do not."))
        if record.failed:
            lines.append(("bad", "The file as it is now cannot be read; the last good version is kept."))
        if polled := self.desk.why_polled(record.path):
            lines.append(("", polled))
        first = record.problems[0].origin if record.problems else Origin(record.path)
        return Facts((*lines, *_refusals(record)), first)

    def _lag_lines(self, record: SourceFile) -> list[Line]:
        lags = self.desk.lags(record.path)
        if lags is None:
            return pair("To screen", "no save of it was watched in this session yet")
        saves = count(lags.saves, "save")
        return pair("To screen", f"{lags.last:.2f} s from the last save, {lags.worst:.2f} s at worst ({saves} watched)")


@kept
def _moments(rows: tuple[SourceFile, ...]) -> list[datetime | None]:
    """When each was read: no part of what makes two records equal."""
    return [each.read_at for each in rows]


def _path(source: SourceFile, width: int) -> str:
    """The path; where it is too long the end of it, by which files differ."""
    mark = " (shadow)" if source.shadow else ""
    path = inert(source.path)
    room = width - len(mark)
    return (path if cell_len(path) <= room else f"…{_last_cells(path, room - 1)}") + mark


def _last_cells(text: str, room: int) -> str:
    """As much of the end of a text as has room."""
    text = text[-max(room, 0) :] if room > 0 else ""
    while cell_len(text) > room:
        text = text[1:]
    return text


def _ages(sources: Sequence[SourceFile], today: date) -> str:
    """How many files there are, how old what they say is, and how many have rows that were refused."""
    files = [source for source in sources if not _told(source)]
    if not files:
        return ""
    ages = [(today - source.observed).days for source in files]
    old = count(max(ages), "day") if min(ages) == max(ages) else f"{min(ages):,} to {count(max(ages), 'day')}"
    refused = sum(bool(source.problems) and not source.failed for source in files)
    unread = sum(source.failed for source in files)
    parts = [count(len(files), "file"), f"{old} old"]
    parts += [f"rows refused in {refused:,}"] if refused else []
    parts += [f"{unread:,} can't be read"] if unread else []
    return " · ".join(parts if refused or unread else [*parts, "nothing refused"])


def _told(source: SourceFile) -> bool:
    """Whether it is no file, but what a channel has not taken."""
    return source.format == MESSAGES


def _old(source: SourceFile) -> int | None:
    return None if _told(source) else -source.observed.toordinal()


def _read(source: SourceFile) -> str:
    return moment(source.read_at).removesuffix(" UTC") if source.read_at is not None and not _told(source) else ""


def _refusals(source: SourceFile) -> list[Line]:
    """Each row that was refused, by its number, and what to do about them."""
    problems = source.problems
    if not problems:
        return []
    rows = sum(problem.origin.row is not None for problem in problems)
    lines: list[Line] = [("", ""), ("head", f"Refused: {count(rows, 'row')}" if rows else "Refused")]
    for problem in problems[:MOST]:
        where = f"row {problem.origin.row}" if problem.origin.row is not None else "the file"
        sheet = f"{problem.origin.sheet}, " if problem.origin.sheet else ""
        column = f"{problem.column}: " if problem.column else ""
        lines.append(("", f"{where}\t{inert(sheet + column + problem.message, 1000)}"))
    if len(problems) > MOST:
        lines.append(("muted", f"and {len(problems) - MOST:,} more: cockpit import FOLDER lists all"))
    todo = "Mend these rows in the file and save it" if rows else "Mend the file, or put the last good one in its place"
    kept = " Everything else counts." if rows and not source.failed else ""
    return [*lines, ("", ""), ("muted", f"{todo}: it is read again at once. o opens it at the first of them.{kept}")]


def _untaken(source: SourceFile) -> Facts:
    many = "1 message was" if source.rows == 1 else f"{source.rows:,} messages were"
    lines = [("head", source.path), ("", "")]
    lines += [("bad", f"{many} not taken yet; each is kept and tried again. cockpit doctor says more."), ("", "")]
    lines += [("", f"  {problem.message}") for problem in source.problems[:200]]
    return Facts(tuple(lines), source.problems[0].origin)


def _refused(source: SourceFile) -> Cell:
    if _told(source):
        return "not taken", "bad"
    if source.failed:
        return "unreadable", "bad"
    return (count(len(source.problems), "row"), "warn") if source.problems else ("none", "muted")


def _age(source: SourceFile, today: date) -> list[Line]:
    old = count((today - source.observed).days, "day")
    claimed = ", as its folder claims" if source.claimed else ""
    lines = pair("Known on", f"{day(source.observed)}{claimed}; {old} old")
    lines += pair("Last read", moment(source.read_at) if source.read_at is not None else "")
    return lines + pair("Rows", f"{source.rows:,}")
