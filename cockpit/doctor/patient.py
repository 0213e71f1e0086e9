"""The folder as it is found: its files with owners and rights, whose group it is, and who is asking."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line, path_text
from cockpit.session.watching import DEPTH, is_passing

STORE = "portfolio.db"
ENTRIES = 20_000
"""Files and folders that are looked at; in a folder with more, the first ones."""

READ, WRITE, ENTER = 4, 2, 1
_ACCESS, _DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
_GROUP_OBJ, _GROUP, _MASK = 0x04, 0x08, 0x10


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder below the portfolio's folder, or that folder itself; never what a symbolic link names."""

    path: Path
    relative: str
    found: os.stat_result

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.found.st_mode)

    @property
    def is_file(self) -> bool:
        """Whether it is a plain file."""
        return stat.S_ISREG(self.found.st_mode)

    @property
    def is_store(self) -> bool:
        """Whether it is the store or one of the files beside it."""
        return "/" not in self.relative and self.relative.startswith(STORE)

    @property
    def owner(self) -> str:
        """Its owner's name."""
        return user_name(self.found.st_uid)

    def rights(self, group: int) -> int:
        """What members of a group may do with it, by its mode or its access control list: READ, WRITE, ENTER."""
        entries = _acl(self.path, _ACCESS)
        if not entries:
            return (self.found.st_mode >> 3) & 7 if self.found.st_gid == group else 0
        mask = next((rights for tag, rights, _ in entries if tag == _MASK), 7)
        given = [rights for tag, rights, id_ in entries if tag == _GROUP and id_ == group]
        if self.found.st_gid == group:
            given += [rights for tag, rights, _ in entries if tag == _GROUP_OBJ]
        return mask & _any(given)

    def passes_on(self, group: int) -> bool:
        """Whether what is made in this folder can be used by the group whatever the umask of its maker is."""
        return group in acl_groups(self.path)


def _any(given: Iterable[int]) -> int:
    together = 0
    for rights in given:
        together |= rights
    return together


@dataclass(frozen=True)
class Patient:
    """A portfolio's folder and the user who asks; `now` has a zone."""

    folder: Path
    now: datetime
    top: Entry
    entries: tuple[Entry, ...]
    more: bool = False
    """There were more files than are looked at."""

    @cached_property
    def user(self) -> str:
        """The name of who asks."""
        return user_name(os.geteuid()) if unix() else one_line(os.environ.get("USERNAME", ""))

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """The groups that the access control list of the folder gives everything new to; empty where it has none."""
        return acl_groups(self.folder)

    @cached_property
    def group(self) -> int:
        """The group that shares the folder."""
        return self.groups[0] if self.groups else self.top.found.st_gid

    @cached_property
    def shared(self) -> bool:
        """Whether several users are meant to write here, as far as its rights and files tell."""
        if not unix():
            return False
        mode, owner = self.top.found.st_mode, self.top.owner
        own_group = group_name(self.group) == owner and not set(members(self.group)) - {owner}
        if self.groups or mode & (stat.S_ISGID | stat.S_IWOTH):
            return True
        return bool(mode & stat.S_IWGRP) and not own_group

    @property
    def store(self) -> Entry | None:
        """The store's file, or what stands in its place."""
        return next((entry for entry in self.entries if entry.relative == STORE), None)

    def who(self, entries: Iterable[Entry]) -> str:
        """Who has to mend the rights of these: empty where this user may, else their one owner, else root."""
        if not unix():
            return ""
        owners = {entry.found.st_uid for entry in entries}
        if os.geteuid() == 0 or owners <= {os.geteuid()}:
            return ""
        return f"{user_name(owners.pop())} or root" if len(owners) == 1 and owners != {0} else "root"


def unix() -> bool:
    """Whether this system has users, groups and modes."""
    return os.name == "posix"


def admit(folder: Path, now: datetime) -> Patient:
    """Look at a folder. Raises OSError where it can't be entered."""
    top = Entry(folder, ".", folder.stat())
    os.scandir(folder).close()
    found: list[Entry] = []
    for entry in _below(folder, folder, 0):
        if len(found) == ENTRIES:
            return Patient(folder, now, top, tuple(found), more=True)
        found.append(entry)
    return Patient(folder, now, top, tuple(found))


def _below(root: Path, place: Path, depth: int) -> Iterator[Entry]:
    """What a folder holds, then what its folders hold. What can't be read is passed over: its own rights tell why."""
    try:
        with os.scandir(place) as listed:
            names = sorted(found.name for found in islice(listed, ENTRIES + 1))
    except OSError:
        return
    folders = []
    for name in names:
        path = place / name
        try:
            found = path.lstat()
        except OSError:
            continue
        if is_passing(name):
            continue
        yield Entry(path, one_line(path_text(path.relative_to(root).as_posix())), found)
        if stat.S_ISDIR(found.st_mode):
            folders.append(path)
    for path in folders if depth < DEPTH else ():
        yield from _below(root, path, depth + 1)


def acl_groups(folder: Path) -> tuple[int, ...]:
    """The named groups that may read, write and enter what is made in a folder, by its default access control list."""
    entries = _acl(folder, _DEFAULT)
    mask = next((rights for tag, rights, _ in entries if tag == _MASK), 7)
    return tuple(id_ for tag, rights, id_ in entries if tag == _GROUP and rights & mask == READ | WRITE | ENTER)


def _acl(path: Path, name: str) -> tuple[tuple[int, int, int], ...]:
    """The entries (tag, rights, id) of an access control list; empty where the file has none, or the system."""
    if not hasattr(os, "getxattr"):
        return ()
    try:
        packed = os.getxattr(path, name, follow_symlinks=False)
    except OSError:
        return ()
    size = struct.calcsize("<HHI")
    return tuple(struct.iter_unpack("<HHI", packed[4 : 4 + (len(packed) - 4) // size * size]))


def user_name(uid: int) -> str:
    """A user's name, else the number."""
    import pwd

    try:
        return one_line(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return str(uid)


def group_name(gid: int) -> str:
    """A group's name, else the number."""
    import grp

    try:
        return one_line(grp.getgrgid(gid).gr_name)
    except KeyError:
        return str(gid)


def members(gid: int) -> tuple[str, ...]:
    """Who was put into a group by name."""
    import grp

    try:
        return tuple(sorted(one_line(name) for name in grp.getgrgid(gid).gr_mem))
    except KeyError:
        return ()
