"""Statements that come as files: detached signatures and bundles that lie in a portfolio folder; and their evidence."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.basics.plainfiles import small
from cockpit.basics.text import path_text
from cockpit.ledger.detached import Detached
from cockpit.records.model import Origin, Problem, Statement
from cockpit.session.intake import Change, sha256
from cockpit.session.settling import BROKEN, Mark, age_of, is_settled, mark_of
from cockpit.trust import bundle, statements

MAX_EVIDENCE = 4 << 30
"""Bytes of evidence that are read: a file may claim any size and take no space."""
TOO_LARGE = f"It is not read: of all evidence {MAX_EVIDENCE >> 30} GiB are read at most, the smallest files first."
MOST_LARGE = 5
"""Files beyond that which are told one by one."""


class Arrived(NamedTuple):
    """A statement that came in, and where it was read."""

    origin: Origin
    statement: Statement


@dataclass(frozen=True)
class Bundle:
    """A bundle as it was read. `failed`: nothing of it could be read."""

    path: str
    arrived: tuple[Arrived, ...] = ()
    problems: tuple[Problem, ...] = ()
    failed: bool = False


@dataclass
class Looked:
    """What a look at the files of a folder found."""

    arrived: list[Arrived] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    fresh: list[Bundle] = field(default_factory=list)
    """The bundles among them that were not read before."""
    waiting: bool = False
    """A file was left for later: it is being written."""


def bundle_of(path: Path, shown: str) -> Bundle:
    """What a bundle holds; `shown` is its path for people. Never raises: what can't be read is said."""
    try:
        data = small(path, bundle.MAX_BUNDLE)
    except OSError as error:
        return _failed(shown, f"It can't be read ({error.strerror or error}). Check its permissions.")
    if data is None:
        return _failed(shown, f"It is no plain file, or larger than {bundle.MAX_BUNDLE >> 20} MiB.")
    arrived, problems = [], []
    for found in bundle.read(data):
        origin = Origin(shown, found.number)
        if isinstance(found, bundle.Damage):
            problems.append(Problem(origin, found.why))
        else:
            arrived.append(Arrived(origin, statements.load(*found.pair)))
    return Bundle(shown, tuple(arrived), tuple(problems), failed=bool(problems) and not arrived)


def _failed(shown: str, why: str) -> Bundle:
    return Bundle(shown, problems=(Problem(Origin(shown), why),), failed=True)


class Incoming:
    """The statements and the evidence that lie in one portfolio folder. What is as it was is not read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundles: tuple[Bundle, ...] = ()
        """The bundles as they were read last."""
        self._read: dict[Path, tuple[tuple[Mark, bool], Bundle]] = {}
        self._signed = Detached(folder)
        self._hashes: dict[str, tuple[Mark, str]] = {}
        self.left_out: tuple[Change, ...] = ()
        """What is wrong with evidence that was too large to be read last."""

    def look(self, *, patient: bool = False) -> Looked:
        """Read what lies there. `patient` leaves what is being written."""
        found = Looked()
        found.changes += self._locked_folders()
        self._detached(found, patient)
        self._bundles(found, patient)
        return found

    def evidence(self) -> dict[str, str]:
        """Return SHA-256 → path of every evidence file that is kept in the folder."""
        found, large, left = {}, [], MAX_EVIDENCE
        for mark, path in self._evidence_files():
            shown = path_text(f"evidence/{path.name}")
            if mark[1] > left:
                large.append(Change(shown, problems=(Problem(Origin(shown), TOO_LARGE),)))
                continue
            left -= mark[1]
            if sha := self._hash_of(path, mark):
                found[sha] = shown
        self.left_out = tuple(large[:MOST_LARGE])
        return found

    def _evidence_files(self) -> list[tuple[Mark, Path]]:
        """Return the plain files of evidence, the smallest first: a large one shuts nobody's out."""
        marked = ((mark_of(path), path) for path in (self.folder / "evidence").glob("*"))
        # In this order: to ask for the kind of a file that may not be looked at raises PermissionError.
        files = [(mark, path) for mark, path in marked if mark is not None and path.is_file()]
        return sorted(files, key=lambda each: (each[0][1], each[1]))

    def _hash_of(self, path: Path, mark: Mark) -> str:
        """Return the SHA-256 of a file; empty where it can't be read, or holds more than its size says."""
        known = self._hashes.get(path.name)
        if known is not None and known[0] == mark:
            return known[1]
        try:
            sha = sha256(path, mark[1])
        except OSError:
            return ""
        self._hashes[path.name] = (mark, sha)
        return sha

    def _locked_folders(self) -> Iterator[Change]:
        """Say which folder of statements or evidence is there and gives nothing; it would look empty."""
        for name in ("statements", "evidence"):
            try:
                os.scandir(self.folder / name).close()
            except FileNotFoundError:
                continue
            except OSError as error:
                reason = error.strerror or error
                message = f"It can't be read ({reason}), so nothing of it counts. Make it a folder that may be read."
                yield Change(name, problems=(Problem(Origin(name), message),))

    def _detached(self, found: Looked, patient: bool) -> None:
        """Read the payloads among the statements with their signatures."""
        for path, statement, problem in self._signed.found(patient=patient):
            if problem:
                found.changes.append(Change(path, problems=(Problem(Origin(path), problem),)))
            elif statement is not None:
                found.arrived.append(Arrived(Origin(path), statement))
        found.waiting = self._signed.waiting

    def _bundles(self, found: Looked, patient: bool) -> None:
        """Read the bundles in the folder itself and among its statements."""
        known, self._read, left = self._read, {}, bundle.MAX_BUNDLE
        for path in _bundle_files(self.folder):
            mark = mark_of(path)
            if mark is None:
                continue
            left -= mark[1]
            before, state = known.get(path), (mark, left >= 0)
            if before is not None and before[0] == state:
                self._read[path] = before
                continue
            fresh = None if patient and not is_settled(path) else self._fresh(path, fits=left >= 0)
            if fresh is None or (patient and fresh.problems and age_of(mark) < BROKEN):
                found.waiting = True
                if before is not None:
                    self._read[path] = before
                continue
            self._read[path] = (state, fresh)
            found.fresh.append(fresh)
        self.bundles = tuple(read for _, read in self._read.values())
        found.arrived += (arrived for read in self.bundles for arrived in read.arrived)

    def _fresh(self, path: Path, *, fits: bool) -> Bundle:
        shown = path_text(path.relative_to(self.folder).as_posix())
        if fits:
            return bundle_of(path, shown)
        return _failed(
            shown, f"The bundles here have more than {bundle.MAX_BUNDLE >> 20} MiB together; take some away."
        )


def _bundle_files(folder: Path) -> Iterable[Path]:
    for place in (folder, folder / "statements"):
        yield from sorted(path for path in place.glob(f"*{bundle.SUFFIX}") if not path.name.startswith("."))
