"""The store: whether its file is one, whole and of this version; and the copies of it that lie about."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cockpit.basics.text import one_line
from cockpit.doctor.findings import MOST_NAMED, Finding, Level, advice, ok, shell, some, wrong
from cockpit.doctor.patient import STORE, Entry, Patient
from cockpit.store import Store, StoreError, schema, turns, wal
from cockpit.store.place import beside

HEADER, MAGIC = 100, b"SQLite format 3\0"
"""Bytes of the header of a SQLite database, and how it begins."""
ANEW = "Put it aside, and read the files anew."


@contextmanager
def looked_into(patient: Patient) -> Iterator[tuple[Finding, Store | None]]:
    """The finding about the store, and the store itself, for reading, where it can be read."""
    finding = _file(patient) or _logs(patient)
    if finding is not None:
        yield finding, None
        return
    try:
        store = Store.inspect(patient.folder / STORE)
    except StoreError as error:
        yield _unusable(patient, _said(patient, error)), None
        return
    with store:
        finding = _opened(patient, store)
        yield finding, store if finding.level is Level.OK else None


def _file(patient: Patient) -> Finding | None:
    """What is wrong with the store's file before SQLite looks at it; None where that can be done."""
    try:
        found = (patient.folder / STORE).stat()
    except FileNotFoundError:
        if patient.store is None:
            return advice("store", "There is none yet; the first import makes it.", _import(patient))
        return _unusable(patient, f"It is a link that leads nowhere. {ANEW}")
    except OSError as error:
        return _unusable(patient, f"It can't be looked at ({error.strerror or error}). {ANEW}")
    if not stat.S_ISREG(found.st_mode):
        return _unusable(patient, f"It is no plain file. {ANEW}")
    if not os.access(patient.folder / STORE, os.R_OK):
        return advice("store", f"Not looked into: {patient.user} may not read it.")
    if found.st_size == 0:
        return _empty(patient)
    return _header(patient.folder / STORE)


def _empty(patient: Patient) -> Finding:
    return advice("store", "It is empty; the next import fills it.", _import(patient))


def _header(path: Path) -> Finding | None:
    """What the first bytes of the file tell; read before SQLite has it open, whose locks this would drop."""
    with path.open("rb") as file:
        head = file.read(HEADER)
    if len(head) < HEADER or not head.startswith(MAGIC):
        return None
    version, identity = (int.from_bytes(head[at : at + 4], "big") for at in (60, 68))
    if identity == schema.APPLICATION_ID and version > schema.VERSION:
        says = (
            f"A newer Cockpit wrote it (version {version}, this one knows up to {schema.VERSION}). Get the newer one."
        )
        return wrong("store", says, f"{shell(sys.executable)} -m pip install --upgrade cockpit-portfolio")
    return None


def _logs(patient: Patient) -> Finding | None:
    """What is wrong with the files beside the store: another program's journal, another store's log."""
    path = (patient.folder / STORE).resolve()
    try:
        wal.refuse_journal(path)
    except StoreError as error:
        return _beside(patient, error, ("-journal",))
    try:
        wal.refuse_strange(path, turns.noted(path))
    except StoreError as error:
        return _beside(patient, error, wal.LOGS)
    return None


def _beside(patient: Patient, error: StoreError, suffixes: Sequence[str]) -> Finding:
    """A file beside the store that belongs to another one is put aside, if nobody has that open."""
    names = [beside(patient.folder / STORE, suffix) for suffix in suffixes]
    return wrong("store", _said(patient, error), *_put_aside(patient, names), by=_who(patient))


def _opened(patient: Patient, store: Store) -> Finding:
    try:
        version = store.version
        if version == 0:
            return _empty(patient)
        if version < schema.VERSION:
            says = f"It is of version {version}; the next import keeps a copy, and brings it to {schema.VERSION}."
            return advice("store", says, _import(patient))
        damage = store.check()
    except StoreError as error:
        return _unusable(patient, _said(patient, error))
    if damage:
        details = [one_line(each) for each in damage[:MOST_NAMED]]
        return _unusable(patient, f"It is damaged. {ANEW}", details)
    return ok("store", f"Version {version}, whole: every row is as it was written.")


def _unusable(patient: Patient, says: str, details: Sequence[str] = ()) -> Finding:
    """What can't be used is put aside, and a new store is made; the signatures come back from anybody's replica."""
    names = [beside(patient.folder / STORE, suffix) for suffix in ("", *wal.LOGS, "-journal")]
    commands = (*_put_aside(patient, names), _import(patient), _repair(patient))
    return wrong("store", says, *commands, by=_who(patient), details=details)


def _put_aside(patient: Patient, names: Sequence[Path]) -> tuple[str, str]:
    """The commands that put files into a folder of their own, which is new."""
    taken = {entry.relative for entry in patient.entries}
    free = ("aside", *(f"aside-{number}" for number in range(2, len(taken) + 3)))
    place = shell(patient.folder / next(name for name in free if name not in taken))
    found = " ".join(shell(name) for name in names if os.path.lexists(name))
    return f"mkdir {'-m 2770 ' if patient.shared else ''}{place}", f"mv {found} {place}/"


def _said(patient: Patient, error: StoreError) -> str:
    """The store's own sentence, without the words that say where and when."""
    said = one_line(str(error), 600).removeprefix(f"{patient.folder / STORE}: ")
    said = said.removeprefix("could not open the store: ").removeprefix("could not read the store: ")
    return said[:1].upper() + said[1:]


def _who(patient: Patient) -> str:
    return "" if os.access(patient.folder, os.W_OK) else patient.who([patient.top])


def _import(patient: Patient) -> str:
    return f"cockpit import {shell(patient.folder)}"


def _repair(patient: Patient) -> str:
    return f"cockpit verify {shell(patient.folder)} --repair"


def backups(patient: Patient) -> Finding:
    """Copies that an update made of the store before it changed it: needed until somebody has seen that all is well."""
    found = [entry for entry in patient.entries if _is_copy(entry)]
    if found:
        size = sum(entry.found.st_size for entry in found) >> 20
        says = (
            f"{some([entry.relative for entry in found])}: kept before an update ({size} MiB). If all is well, delete."
        )
        return advice("backups", says, "rm " + " ".join(shell(entry.path) for entry in found), by=patient.who(found))
    return ok("backups", "No old copy of the store lies here.")


def _is_copy(entry: Entry) -> bool:
    return entry.is_store and entry.is_file and entry.relative.endswith(".bak")
