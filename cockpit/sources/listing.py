"""The sources of a folder as they were found last: told which files changed, only those are looked at again."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from cockpit.charter.charter import Charter
from cockpit.sources import registry
from cockpit.sources.registry import Found
from cockpit.sources.tables import drop_of


class Touched(NamedTuple):
    """The sources among some files, in order of their dates, and the names of those that are there no longer.

    `gone` is None where these are all sources there are: what is not among them is gone.
    """

    found: tuple[Found, ...]
    gone: frozenset[str] | None


class Listing:
    """What `registry.scan` gives, kept. After `whole`, `after` gives what a scan would give for some of the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._charter: Charter | None = None
        self._found: dict[str, Found] = {}

    @property
    def names(self) -> Collection[str]:
        """The relative paths of all sources as they were found last."""
        return self._found.keys()

    @property
    def found(self) -> Collection[Found]:
        """All sources as they were found last."""
        return self._found.values()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of all sources as they were found last."""
        return tuple(found.path for found in self._found.values())

    def whole(self, charter: Charter) -> tuple[Found, ...]:
        """Scan the folder. Raises SourceError as `registry.scan` does."""
        found = registry.scan(self.folder, charter)
        self._charter, self._found = charter, {each.relative: each for each in found}
        return found

    def after(self, charter: Charter, names: Collection[str]) -> Touched | None:
        """Look at these files only (relative paths); None where that can't tell all: then take `whole`.

        That is so for another charter, for folders, and for a file that a pattern of the charter gains or loses.
        """
        if charter is not self._charter:
            return None
        found: list[Found] = []
        gone: set[str] = set()
        for name in names:
            known, path = self._found.get(name), self.folder / name
            there = os.path.lexists(path)
            if known is not None and there:
                found.append(registry.found_at(known.path, name, known.mappings))
            elif known is not None and not known.mappings:
                gone.add(name)
            elif known is not None or self._asks_for_a_scan(name, path, charter):
                return None
            elif there and _is_native(name):
                found.append(registry.found_at(path, name, ()))
        for each in found:
            self._found[each.relative] = each
        for name in gone:
            del self._found[name]
        return Touched(tuple(sorted(found, key=lambda each: (each.drop or date.max, each.relative))), frozenset(gone))

    def _asks_for_a_scan(self, name: str, path: Path, charter: Charter) -> bool:
        """Tell whether a path that was no source may change what is one: a folder, or what a pattern takes."""
        if os.path.isdir(path) or any(known.startswith(f"{name}/") for known in self._found):  # noqa: PTH112
            return True
        last = PurePosixPath(name).name
        patterns = (PurePosixPath(mapping.path).name for mapping in charter.sources)
        return not registry.ignored(last) and any(fnmatchcase(last, pattern) for pattern in patterns)


def _is_native(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return registry.is_source(parts[-1]) and (len(parts) == 1 or (len(parts) == 2 and drop_of(name) is not None))
