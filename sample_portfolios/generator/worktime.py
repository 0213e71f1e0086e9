"""Working days of the bank and of the migration team. The samples count in whole days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_HOLIDAYS = """
2025-01-01 2025-01-20 2025-02-17 2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-10-13 2025-11-11 2025-11-27
2025-12-25 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07
"""
BANK_HOLIDAYS = tuple(date.fromisoformat(day) for day in _HOLIDAYS.split())

MIGRATION_TRAINING = (date(2025, 3, 6), date(2025, 3, 7))
"""Two days on which the migration team learns the new tool set and nothing else."""


@dataclass(frozen=True)
class Days:
    """Monday to Friday without the holidays."""

    holidays: frozenset[date]

    def works(self, day: date) -> bool:
        """Whether people work on that day."""
        return day.weekday() < 5 and day not in self.holidays

    def first(self, day: date) -> date:
        """The day itself if people work on it, else the next day on which they do."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date) -> date:
        """The first working day after a day."""
        return self.first(day + timedelta(days=1))

    def last_of(self, start: date, days: int) -> date:
        """The last of so many working days from a start; the start itself for none."""
        day = self.first(start)
        for _ in range(days - 1):
            day = self.after(day)
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie from start to end, both included."""
        return sum(self.works(start + timedelta(days=n)) for n in range((end - start).days + 1))

    def back(self, day: date, days: int) -> date:
        """The working day that lies so many working days before a day."""
        for _ in range(days):
            day -= timedelta(days=1)
            while not self.works(day):
                day -= timedelta(days=1)
        return day


BANK = Days(frozenset(BANK_HOLIDAYS))
MIGRATION = Days(frozenset((*BANK_HOLIDAYS, *MIGRATION_TRAINING)))
