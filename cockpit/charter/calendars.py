"""Working time as a charter writes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from cockpit.records.model import Calendar, Shift

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


def parse_shifts(texts: Sequence[str]) -> tuple[Shift, ...]:
    """Return shifts such as `09:00-13:00` as minutes of the day, in order; ValueError says what is wrong."""
    shifts = []
    for text in texts:
        match = _SHIFT.fullmatch(text)
        if match is None or int(match[2]) > 59 or int(match[4]) > 59:
            raise ValueError(f"expected shifts such as “09:00-13:00”; found “{text}”")
        shift = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if not shift[0] < shift[1] <= 1440:
            raise ValueError(f"a shift must start before it ends, within one day; found “{text}”")
        shifts.append(shift)
    shifts.sort()
    if any(after[0] < before[1] for before, after in pairwise(shifts)):
        raise ValueError(f"shifts of one day overlap: {', '.join(texts)}")
    return tuple(shifts)


class CalendarSettings(BaseModel):
    """`[calendars.NAME]`: either `week`, shifts by day, or `days` that all have the same `shifts`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    week: dict[str, tuple[str, ...]] | None = None
    """Shifts by day (mon … sun); a day that is not named is not worked."""
    days: tuple[str, ...] | None = None
    shifts: tuple[str, ...] | None = None
    holidays: tuple[date, ...] = ()
    worked: dict[date, tuple[str, ...]] = {}
    """Days worked by other shifts than their weekday's."""
    minutes_per_day: int | None = None
    """What one day of a duration is worth; else what most working days of the week have."""

    @field_validator("week")
    @classmethod
    def _check_week(cls, week: dict[str, tuple[str, ...]] | None) -> dict[str, tuple[str, ...]] | None:
        for day, shifts in (week or {}).items():
            if day not in DAYS:
                raise ValueError(f"expected days {', '.join(DAYS)}; found “{day}”")
            parse_shifts(shifts)
        return week

    @field_validator("days")
    @classmethod
    def _check_days(cls, days: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if unknown := [day for day in days or () if day not in DAYS]:
            raise ValueError(f"expected days {', '.join(DAYS)}; found “{unknown[0]}”")
        return days

    @field_validator("shifts")
    @classmethod
    def _check_shifts(cls, shifts: tuple[str, ...] | None) -> tuple[str, ...] | None:
        parse_shifts(shifts or ())
        return shifts

    @field_validator("worked")
    @classmethod
    def _check_worked(cls, worked: dict[date, tuple[str, ...]]) -> dict[date, tuple[str, ...]]:
        for shifts in worked.values():
            parse_shifts(shifts)
        return worked

    @field_validator("minutes_per_day")
    @classmethod
    def _check_minutes(cls, minutes: int | None) -> int | None:
        if minutes is not None and not 0 < minutes <= 1440:
            raise ValueError(f"expected 1 to 1440 minutes; found {minutes}")
        return minutes

    @model_validator(mode="after")
    def _check_whole(self) -> CalendarSettings:
        if self.week is not None and (self.days is not None or self.shifts is not None):
            raise ValueError("give either week, or days and shifts; found both")
        if both := sorted(set(self.holidays) & set(self.worked)):
            raise ValueError(f"{both[0]} is both a holiday and worked")
        if not any(self._week()):
            raise ValueError("no day of the week has working time; give week, or days and shifts")
        return self

    def _week(self) -> tuple[tuple[Shift, ...], ...]:
        if self.week is not None:
            return tuple(parse_shifts(self.week.get(day, ())) for day in DAYS)
        days = DAYS[:5] if self.days is None else self.days
        shifts = Calendar(id="").week[0] if self.shifts is None else parse_shifts(self.shifts)
        return tuple(shifts if day in days else () for day in DAYS)

    def record(self, name: str) -> Calendar:
        """Return the calendar `name` as a record of the portfolio."""
        week = self._week()
        exceptions: list[tuple[date, date, tuple[Shift, ...]]] = [(day, day, ()) for day in set(self.holidays)]
        exceptions += [(day, day, parse_shifts(shifts)) for day, shifts in self.worked.items()]
        return Calendar(
            id=name,
            title=self.title or name,
            week=week,
            exceptions=tuple(sorted(exceptions)),
            minutes_per_day=self.minutes_per_day or _usual_day(week),
        )


def _usual_day(week: Sequence[Sequence[Shift]]) -> int:
    totals: Mapping[int, int] = Counter(sum(end - start for start, end in shifts) for shifts in week if shifts)
    return max(totals, key=lambda total: (totals[total], total))
