"""The fields of a Microsoft Project plan read as values. What cannot be read is told and costs that field only."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem

if TYPE_CHECKING:
    from cockpit.sources.msproject_file import Task

ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 20})
PERCENT_FORMATS = frozenset({19, 20, 51, 52})
_ESTIMATED = 32
_MOST_TENTHS = 10**10
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?", re.ASCII
)


@lru_cache(4096)
def minutes_of(text: str) -> float | None:
    """The minutes of a duration such as `PT8H0M0S`; None for what is none."""
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    return (-1 if match[1] else 1) * (days * 1440 + hours * 60 + minutes + seconds / 60)


def is_elapsed(form: int) -> bool:
    """Whether a duration or lag of this format runs day and night."""
    return form % _ESTIMATED in ELAPSED_FORMATS


@lru_cache(1024)
def small_number(text: str, default: int) -> int:
    """A whole number of at most three digits, such as a format; the default for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else default


class Fields:
    """Reads fields of the tasks of one file and gathers what is wrong with them."""

    def __init__(self, relative: str, problems: list[Problem]) -> None:
        self.relative, self.problems = relative, problems

    def report(self, task: Task | None, name: str, message: str) -> None:
        """Tell what is wrong with a field of a task, or of the plan itself."""
        origin = Origin(self.relative) if task is None else task.origin
        prefix = "" if task is None else f"Task UID {task.uid}: "
        self.problems.append(Problem(origin, prefix + message, name))

    def moment(self, text: str, task: Task | None, name: str) -> datetime | None:
        """A date with its minute; None for an empty one."""
        if not text or text == "NA":
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.report(task, name, f"“{one_line(text, 40)}” is no date like 2026-01-31T08:00:00; it is ignored.")
            return None
        return moment if moment.tzinfo is None else moment.replace(tzinfo=None)

    def when(self, task: Task, name: str) -> datetime | None:
        """A date of a task."""
        text = task.texts.get(name)
        return None if text is None else self.moment(text, task, name)

    def minutes(self, task: Task, name: str) -> float | None:
        """A duration of a task in minutes; None for an empty one."""
        text = task.texts.get(name)
        if not text:
            return None
        minutes = minutes_of(text)
        if minutes is None:
            self.report(task, name, f"“{one_line(text, 40)}” is no duration like PT8H0M0S; it counts as unknown.")
        return minutes

    def percent(self, task: Task) -> float:
        """How much of a task is done, from 0 to 100."""
        text = task.texts.get("PercentComplete", "0")
        if text.isascii() and text.isdecimal() and len(text) < 4:
            return float(min(int(text), 100))
        self.report(task, "PercentComplete", f"“{one_line(text, 20)}” is no percentage; it counts as 0.")
        return 0.0

    def tenths(self, task: Task, text: str, name: str, what: str) -> int:
        """A whole number as lags and delays have it, in tenths of a minute or percent; 0 for what is none."""
        try:
            number = int(text) if len(text) < 30 else _MOST_TENTHS + 1
        except ValueError:
            self.report(task, name, f"The {what} “{one_line(text, 20)}” is no whole number; it counts as none.")
            return 0
        if abs(number) > _MOST_TENTHS:
            message = f"The {what} {one_line(text, 20)} is too large to be meant; it counts as none."
            self.report(task, name, message)
            return 0
        return number
