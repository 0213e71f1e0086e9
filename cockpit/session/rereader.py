"""What files said when they were read last, kept while they are watched, so that only what changed is read again."""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.records.difference import Difference

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter
    from cockpit.sources.registry import Found
    from cockpit.sources.rereading import Kept
    from cockpit.store import Store
    from cockpit.store.imports import Import

MOST = 64 << 20
"""Bytes that are kept of all files together; of what goes beyond, the files that were read longest ago are let go."""


@dataclass(frozen=True)
class _Last:
    """A file as it was read last. `kept` is what was made of it for the next difference; until there is one, its bytes
    are packed: most files of a portfolio do not change while it is open."""

    rules: str
    sha: str
    data: bytes
    kept: Kept | None = None

    def packed(self) -> _Last:
        """The same to be kept until it changes first."""
        return replace(self, data=zlib.compress(self.data, 1))

    def of(self, found: Found, charter: Charter, last: Import) -> Kept | None:
        """What the next difference starts from."""
        from cockpit.sources import rereading

        return self.kept or rereading.keep(found, charter, zlib.decompress(self.data), last.problems)


class Rereader:
    """Keeps the bytes of files of lines, once it was told to: not of files that a command reads once.

    The first difference of a file costs looking at all its lines, later ones what differs.
    """

    def __init__(self) -> None:
        self._on = False
        self._last: OrderedDict[str, _Last] = OrderedDict()
        self._next: tuple[str, _Last] | None = None
        self._at_hand: tuple[str, _Last] | None = None
        """The file whose fingerprint was taken last, if it is one that is kept."""

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(len(each.data) for each in self._last.values())

    def start(self, sources: Iterable[Found], charter: Charter, store: Store) -> None:
        """From now on keep what is read, and these sources as far as they are as they were read."""
        if self._on:
            return
        self._on = True
        for found in sources:
            last = store.last_reading(found.relative)
            if last is not None:
                self.keep(found, charter, last.sha256)

    def stop(self) -> None:
        """Let go of everything."""
        self._on, self._next, self._at_hand = False, None, None
        self._last.clear()

    def fingerprint(self, found: Found, charter: Charter) -> str:
        """As `registry.fingerprint`; the bytes of a file that is kept stay at hand for its difference."""
        from cockpit.sources import registry

        self._at_hand = None
        if found.relative in self._last and (last := self._read(found, charter)) is not None:
            self._at_hand = found.relative, last
            return last.sha
        return registry.fingerprint(found, charter)

    def keep(self, found: Found, charter: Charter, sha: str) -> None:
        """Keep a file that was read with this fingerprint, if it still is as it was."""
        last = self._now(found, charter, sha) if self._on else None
        self._last.pop(found.relative, None)
        if last is not None:
            self._keep(found.relative, last)

    def difference(self, found: Found, charter: Charter, sha: str, store: Store) -> Difference | None:
        """Return what a file with this fingerprint says otherwise than when it was read; None: all of it must be read.

        Once that has been stored, it is to be told by `accept`.
        """
        before = self._last.get(found.relative)
        now = self._now(found, charter, sha) if before is not None else None
        if before is None or now is None or before.rules != now.rules:
            return None
        from cockpit.sources import rereading

        last = store.last_reading(found.relative)
        if last is None or last.sha256 != before.sha:
            return None
        kept = before.of(found, charter, last)
        told = None if kept is None else rereading.difference(kept, found, charter, now.data, last.id)
        if told is None:
            return None
        self._next = (found.relative, _Last(now.rules, sha, now.data, told[1]))
        return told[0]

    def accept(self) -> None:
        """Note that the last difference was stored: later ones start from there."""
        if self._next is not None:
            self._keep(*self._next)
        self._next = None

    def _now(self, found: Found, charter: Charter, sha: str) -> _Last | None:
        """Return a file as it is; None where it can't be read by what differs, or is not what the fingerprint says."""
        at_hand, self._at_hand = self._at_hand, None
        last = at_hand[1] if at_hand is not None and at_hand[0] == found.relative else self._read(found, charter)
        return last if last is not None and last.sha == sha else None

    def _read(self, found: Found, charter: Charter) -> _Last | None:
        """Return a file as it is; None where it can't be read by what differs, or not at all."""
        from cockpit.sources import registry, rereading
        from cockpit.sources.files import read_bytes

        if not rereading.may_differ(found):
            return None
        try:
            data = read_bytes(found.path, found.relative)
        except registry.SourceError:
            return None
        rules = registry.rules_of(found, charter)
        whole = len(data) <= MOST
        return _Last(rules, registry.combined(hashlib.sha256(data).hexdigest(), rules), data) if whole else None

    def _keep(self, relative: str, last: _Last) -> None:
        self._last.pop(relative, None)
        self._last[relative] = last if last.kept is not None else last.packed()
        while self.size > MOST:
            self._last.popitem(last=False)
