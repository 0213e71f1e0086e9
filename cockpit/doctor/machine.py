"""The machine under a portfolio: its disk, SQLite library, clock and file events."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cockpit.basics.text import moment, path_text
from cockpit.charter.charter import Charter
from cockpit.doctor.findings import Finding, Level, advice, ok, shell, some, wrong
from cockpit.doctor.patient import Patient
from cockpit.records.model import Statement
from cockpit.session.watching import outside_places
from cockpit.store.connection import SAFE_SQLITE
from cockpit.store.errors import sqlite3
from cockpit.store.place import on_network
from cockpit.trust import statements
from cockpit.trust.history import ALLOWANCE

MIB = 1 << 20
LEAST = 16 * MIB
"""Free space below which a write may fail before its end."""
PLENTY = 256 * MIB
INODES = 1_000


def disk(patient: Patient) -> Finding:
    """The file system is local, may be written, and has room for the store, its log and a copy of it."""
    if kind := on_network(patient.folder):
        says = (
            f"The folder lies on a network file system ({kind}), where several writers would damage the store: move it."
        )
        return wrong("disk", says, f"cp -r {shell(patient.folder)} /srv/")
    if not hasattr(os, "statvfs"):
        return ok("disk", f"{_size(shutil.disk_usage(patient.folder).free)} are free.")
    found = os.statvfs(patient.folder)
    if found.f_flag & os.ST_RDONLY:
        return wrong("disk", "The file system is mounted for reading only.", _remount(patient.folder), by="root")
    free, size = found.f_bavail * found.f_frsize, patient.store.found.st_size if patient.store else 0
    look = f"du -xah {shell(_mount(patient.folder))} | sort -rh | head -n 20"
    if free < LEAST + size:
        return wrong("disk", f"The disk is full: {_size(free)} are free. Make room; this lists what is large:", look)
    if found.f_files and found.f_favail < INODES:
        says = f"The file system has room for {found.f_favail} more files. Delete some; this lists the fullest folders:"
        return wrong("disk", says, f"du -x --inodes {shell(_mount(patient.folder))} | sort -rn | head -n 20")
    if free < PLENTY + 2 * size:
        return advice("disk", f"Only {_size(free)} are free. Make room; this lists what is large:", look)
    return ok("disk", f"A local disk with {_size(free)} free.")


def _mount(folder: Path) -> Path:
    place = folder.resolve()
    while not place.is_mount():
        place = place.parent
    return place


def _remount(folder: Path) -> str:
    return f"mount -o remount,rw {shell(_mount(folder))}"


def _size(number: int) -> str:
    for unit, name in ((1 << 40, "TiB"), (1 << 30, "GiB"), (MIB, "MiB")):
        if number >= unit:
            return f"{number / unit:.{0 if number >= 10 * unit else 1}f} {name}"
    return f"{number >> 10} KiB"


def library() -> Finding:
    """The SQLite library is one that several writers can't damage a store with."""
    version = sqlite3.sqlite_version
    if tuple(int(part) for part in version.split(".")) < SAFE_SQLITE:
        says = f"SQLite {version} can damage a store that several processes write at once (mended in 3.51.3)."
        return advice("sqlite", says, f"{shell(sys.executable)} -m pip install 'pysqlite3>=0.6.1'")
    return ok("sqlite", f"SQLite {version} is safe with several writers.")


def clock(patient: Patient, kept: Sequence[Statement]) -> Finding:
    """The clock is not behind what was signed or saved here. Nothing here can tell whether it is ahead."""
    late = patient.now + ALLOWANCE
    said = [statement for statement in kept if statement.signed_at > late and not statements.sealed(statement).verdict]
    now = moment(patient.now)
    if said:
        latest = moment(max(statement.signed_at for statement in said))
        says = f"The clock says {now}, but a statement that was kept here is of {latest}: it is behind."
        return wrong("clock", says, "timedatectl set-ntp true", by="root")
    ahead = [entry for entry in patient.entries if entry.is_file and _time(entry.found) > late]
    if ahead:
        names = some([entry.relative for entry in ahead])
        says = (
            f"The clock says {now}, and {names} was saved later than that: this clock is behind, or another machine's "
            "was ahead. In that case give the file the present time."
        )
        touch = f"find {shell(patient.folder)} -type f -newermt '5 minutes' -exec touch {{}} +"
        return advice("clock", says, touch)
    return ok("clock", f"{now}: nothing here is of a later time.")


def _time(found: os.stat_result) -> datetime:
    try:
        return datetime.fromtimestamp(found.st_mtime, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC) if found.st_mtime > 0 else datetime.min.replace(tzinfo=UTC)


def watching(patient: Patient, charter: Charter | None) -> Finding:
    """File events can be had for every folder of the portfolio and of its mapped files: else the app looks every two
    seconds."""
    if sys.platform != "linux":
        return ok("watching", "Changed files are noticed as the system tells of them.")
    folders = [patient.folder, *(entry.path for entry in patient.entries if entry.is_folder)]
    limit = _limit_met(folders)
    if limit:
        what = {"max_user_watches": "watches", "max_user_instances": "instances"}[limit]
        says = f"No more inotify {what} can be had for {patient.user}, so changed files are noticed 2 seconds later."
        more = 4 * _limit(limit)
        return advice("watching", says, f"sysctl -w fs.inotify.{limit}={more}", by="root")
    shares = [(place, on_network(place)) for place in outside_places(patient.folder, charter)] if charter else []
    told = [f"{path_text(str(place))}: a network share ({kind})" for place, kind in shares if kind]
    if told:
        says = "Changed files are noticed at once, but on network shares after 2 seconds: those tell of no changes."
        return Finding("watching", Level.OK, says, tuple(told))
    return ok("watching", "Changed files are noticed at once.")


def _limit(name: str) -> int:
    try:
        return int(Path(f"/proc/sys/fs/inotify/{name}").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 8192


def _limit_met(folders: Sequence[Path]) -> str:
    """Try what the app will do: watch every folder, for a moment. The limit that stands in the way, else empty."""
    import ctypes
    import errno

    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
    if handle < 0:
        return "max_user_instances" if ctypes.get_errno() == errno.EMFILE else ""
    try:
        for folder in folders:
            created = 0x100
            if libc.inotify_add_watch(handle, os.fsencode(folder), created) < 0 and ctypes.get_errno() == errno.ENOSPC:
                return "max_user_watches"
        return ""
    finally:
        os.close(handle)
