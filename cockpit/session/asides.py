"""What stands among the sources and is none: a charter that can't be used, messages that no channel has taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from cockpit.basics.text import moment, one_line
from cockpit.notices.records import Failure
from cockpit.records.assessment import Assessment
from cockpit.records.model import Origin, Problem
from cockpit.records.snapshot import SourceFile

CHARTER = "portfolio.toml"
MESSAGES = "messages"
"""The format of what is no file: messages to people, as `[notify]` of the charter has them sent."""


def broken_charter(problems: Sequence[Problem], today: date) -> SourceFile:
    """The charter as it is now, of which the last good version is kept."""
    return SourceFile(
        name=CHARTER, path=CHARTER, format="charter", observed=today, problems=tuple(problems), failed=True
    )


def with_untaken(assessment: Assessment, failures: Sequence[Failure]) -> Assessment:
    """The assessment with a row among its sources for each channel that has not taken what it was given. It judges
    nothing: whether people are reached moves no status."""
    rows = tuple(_channels(failures, assessment.today))
    return replace(assessment, sources=(*assessment.sources, *rows)) if rows else assessment


def _channels(failures: Sequence[Failure], today: date) -> Iterator[SourceFile]:
    for channel in sorted({each.channel for each in failures}):
        name = f"[notify] {one_line(channel, 60)}"
        problems = tuple(_problem(each) for each in failures if each.channel == channel)
        yield SourceFile(name=name, path=name, format=MESSAGES, observed=today, rows=len(problems), problems=problems)


def _problem(failure: Failure) -> Problem:
    tries = "1 try" if failure.attempts == 1 else f"{failure.attempts} tries"
    who, why = one_line(failure.person, 60), one_line(failure.error, 200).rstrip(".")
    return Problem(Origin(CHARTER), f"to {who}, {tries}, next at {moment(failure.next_try)}: {why}", "notify")
