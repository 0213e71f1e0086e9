"""Where the store's file lies: may it be there, can it be made there, who may write it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cockpit.store.errors import StoreError, swapped

MOUNTS = Path("/proc/mounts")
"""Where Linux lists its mounts. Elsewhere the file does not exist and the check is passed over."""

NETWORK = frozenset(
    (
        *("nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre"),
        *("gpfs", "davfs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.davfs", "fuse.davfs2", "fuse.rclone"),
        *("fuse.s3fs", "fuse.smbnetfs"),
    )
)


def file_system(path: Path, mounts: str) -> str:
    """The type of the file system that holds `path` (absolute, resolved), by the text of /proc/mounts; else ""."""
    best, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(_unescape(fields[1]))
        # A later mount on the same point hides the earlier one.
        if len(point.parts) >= best and path.is_relative_to(point):
            best, found = len(point.parts), fields[2]
    return found


def _unescape(text: str) -> str:
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


def on_network(folder: Path) -> str:
    """The type of the network file system that a folder lies on; empty for a local one, or where nobody can tell."""
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    kind = file_system(folder.resolve(), mounts)
    return kind if kind in NETWORK else ""


def real(path: Path) -> Path:
    """The file that a path leads to, its links followed. Raises StoreError for links that lead in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # Python before 3.13 raises RuntimeError for a circle
        raise StoreError(f"{path}: this link leads nowhere but to itself. Remove it; a new store is made.") from error


def refuse_network(path: Path) -> None:
    """Raises StoreError when the folder of `path` lies on a network file system: WAL needs memory shared by all."""
    if kind := on_network(path.parent):
        raise StoreError(
            f"{path}: the folder lies on a network file system ({kind}), where several writers would damage the store. "
            "Keep the portfolio on a local disk of the server that all of you log in to."
        )


def beside(path: Path, suffix: str) -> Path:
    """The file beside the store that has its name and a suffix."""
    return path.with_name(path.name + suffix)


def ensure_file(path: Path) -> None:
    """Makes an empty file with mode 0660 whatever the umask is, unless it exists. Raises StoreError.

    SQLite gives the -wal and -shm files the mode of this one, so it decides whether a group can share the store.
    """
    if path.is_dir():
        raise StoreError(f"{path}: this is a folder, but the store is one file. Move the folder away.")
    if not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist. Name the folder of a portfolio.")
    try:
        # O_EXCL: an existing file is never opened here, since closing it would drop this process's SQLite locks on it.
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o660)
    except FileExistsError:
        _refuse_no_store(path)
        return
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path}: the store can't be made here: {reason}. The folder must be writable and have space left."
        ) from error
    try:
        os.fchmod(handle, 0o660)
    finally:
        os.close(handle)


def _refuse_no_store(path: Path) -> None:
    """Raises StoreError for what can't be a store, before it is opened."""
    try:
        found = path.stat()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            raise swapped(path) from error
        raise StoreError(
            f"{path}: could not open the store: it is a link that leads nowhere ({error.strerror or error}). Bring "
            "back what it points to, or remove the link."
        ) from error
    # SQLite would wait for a pipe, and take a file shorter than a page for an empty one and write over it.
    if not stat.S_ISREG(found.st_mode) or 0 < found.st_size < 512:
        raise StoreError(
            f"{path}: could not open the store: it is not a SQLite database. Move the file away; a new store is "
            "made in its place."
        )


def may_write(path: Path) -> bool:
    """Whether this user may write the file and make files beside it (WAL needs both)."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def sticky_advice(path: Path) -> str:
    """A sentence if others may write the folder and its sticky bit will lock them out of the store, else ""."""
    mode = path.parent.stat().st_mode
    if mode & stat.S_ISVTX and mode & (stat.S_IWGRP | stat.S_IWOTH):
        return (
            f"The folder {path.parent} is shared and has the sticky bit: a second user can't write the store. "
            f"Remove it: chmod -t {path.parent}"
        )
    return ""
