"""The network of a portfolio, kept for this user (`cached`), so that no session builds again what one has built.

It is that of the store: it may be recalled when every file has been read, and holds as long as the store and what else
it was made of (`cached.key`) are as they were. What the files say in every row is read all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from cockpit.engine import recalled
from cockpit.engine.portfolio import Woven
from cockpit.engine.recalled import Dated, Recalled
from cockpit.engine.scheduling import packed
from cockpit.engine.scheduling.columns import FormError
from cockpit.engine.scheduling.packed import Packed
from cockpit.session import cached
from cockpit.sources.errors import SourceError
from cockpit.store import StoreError

if TYPE_CHECKING:
    from cockpit.session.live import Session

WORTH = 5_000
"""Nodes from which a network is kept: smaller ones are built in less than a tenth of a second."""
_NETWORKS, _DATES = "networks", "dates"


class Networks:
    """What is kept of the networks of one session's portfolio, as it is known at present."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def key(self) -> bytes | None:
        """What the networks rest on now; None where that cannot be told."""
        with suppress(StoreError, SourceError):
            return cached.key(self._session, self._session.store.held())
        return None

    def numbers(self) -> Mapping[str, Packed]:
        """The networks in numbers, by name; none where none are kept of what is known now."""
        key = self.key()
        return {} if key is None else self._numbers(key)

    def recalled(self, key: bytes) -> Recalled | None:
        """What was kept under a key, if everything is still as it says."""
        found = self._numbers(key)
        return Recalled(found, self._dated(key)) if found and self.key() == key else None

    def keep(self, woven: Woven) -> None:
        """Keep the networks of the present for the next session, if they are still those of all files and the store."""
        key = self.key() if len(woven.network.ids) >= WORTH else None
        if key is None or cached.is_kept(self._name(_NETWORKS), key) or not self._session.is_current():
            return
        with suppress(FormError):
            cached.keep(self._name(_DATES), key, recalled.dates(woven))
            cached.keep(self._name(_NETWORKS), key, recalled.networks(woven))

    def _name(self, kind: str) -> str:
        return cached.name(self._session, kind)

    def _numbers(self, key: bytes) -> Mapping[str, Packed]:
        data = cached.recall(self._name(_NETWORKS), key)
        with suppress(FormError):
            return {} if data is None else packed.unpack(data)
        return {}

    def _dated(self, key: bytes) -> Dated | None:
        data = cached.recall(self._name(_DATES), key)
        with suppress(FormError):
            return None if data is None else recalled.dated(data)
        return None


def keep(session: Session) -> None:
    """Keep the networks of a session that has judged the present."""
    woven = session.woven()
    if woven is not None:
        with suppress(StoreError, SourceError):
            Networks(session).keep(woven)
