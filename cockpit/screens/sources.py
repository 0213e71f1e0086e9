"""Sources: how old is our truth? And which messages about it did not get through?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cockpit.asides import MESSAGES
from cockpit.assessment import Assessment
from cockpit.model import Origin
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.words import Cell, age, count, day
from cockpit.snapshot import SourceFile


class SourcesScreen(CockpitScreen[SourceFile]):
    """Every file, how old it is, and what was refused in it."""

    MODE = "sources"
    NARROWED_BY = ()
    CSS_PATH = "sources.tcss"
    EMPTY = "No files were read: put tables (projects.csv, work_items.csv …) beside portfolio.toml."

    def columns(self) -> Sequence[Column[SourceFile]]:
        """Name the columns."""
        return (
            Column("file", lambda s, _: (f"{s.path} (shadow)" if s.shadow else s.path, ""), 24, grow=2),
            Column("format", lambda s, _: (s.format, "muted"), 10, least=96),
            Column("known on", lambda s, _: (_known(s), ""), 18),
            Column("old", lambda s, _: ("" if _told(s) else age(s.observed, self.today), ""), 6, right=True, by=_old),
            Column("rows", lambda s, _: (f"{s.rows:,}", ""), 9, right=True, by=lambda s: s.rows),
            Column("refused", lambda s, _: _refused(s), 10, by=lambda s: -len(s.problems)),
        )

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
        lines = [("head", record.path), ("", ""), ("", _age(record, assessment.today))]
        if record.shadow:
            lines.append(("", "A shadow tracker: what it says worse than the official one counts, its texts do not."))
        if record.failed:
            lines.append(("bad", "The file as it is now cannot be read; the last good version is kept."))
        if polled := self.desk.why_polled(record.path):
            lines.append(("", polled))
        lines += [("", ""), ("head", "Refused")] if record.problems else []
        lines += [("", f"  {problem}") for problem in record.problems[:200]]
        first = record.problems[0].origin if record.problems else Origin(record.path)
        return Facts(tuple(lines), first)


def _told(source: SourceFile) -> bool:
    """Whether it is no file, but what a channel has not taken."""
    return source.format == MESSAGES


def _old(source: SourceFile) -> int | None:
    return None if _told(source) else -source.observed.toordinal()


def _known(source: SourceFile) -> str:
    return "" if _told(source) else day(source.observed) + (" claimed" if source.claimed else "")


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
    return (f"{len(source.problems):,} rows", "warn") if source.problems else ("none", "muted")


def _age(source: SourceFile, today: date) -> str:
    old = count((today - source.observed).days, "day")
    return f"{count(source.rows, 'row')}, known on {day(source.observed)}, {old} old"
