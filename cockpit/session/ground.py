"""What a session stands on: a folder, its charter, its store. Loaded in half the time that a session takes, which may
judge, it is enough to see whether what was true is true still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from cockpit.charter import charter as charters
from cockpit.store import Store

STORE = "portfolio.db"


def local_now() -> datetime:
    """Return the present, in local time with its offset."""
    return datetime.now(UTC).astimezone()


class Ground(NamedTuple):
    """A portfolio's folder, charter and open store, and the clock that it is looked at by."""

    folder: Path
    charter: charters.Charter
    store: Store
    clock: Callable[[], datetime]

    @classmethod
    def open(cls, folder: Path, clock: Callable[[], datetime] = local_now) -> Ground:
        """Open the store of the portfolio in `folder`. Raises CharterError or StoreError."""
        charter = charters.load(folder)
        return cls(folder, charter, Store.open(folder / STORE), clock)

    def today(self) -> date:
        """Return the day that counts at present: the charter's, else the clock's."""
        return self.charter.portfolio.today or self.clock().date()
