"""Files as bytes and text: what cannot be opened is refused in a sentence, what can is decoded."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from cockpit.sources.errors import SourceError, refuse

SIZE_LIMIT = 200_000_000
"""Bytes that a source may have; above it a file is refused, not read."""

_OLE = b"\xd0\xcf\x11\xe0"
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def check_file(path: Path, relative: str) -> os.stat_result:
    """Return the status of a file that may be read; SourceError says why another may not."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()
            raise refuse(relative, "is a folder, not a file; rename it or take it out of the portfolio")
        if not stat.S_ISREG(status.st_mode):
            raise refuse(relative, "is no regular file; put a plain file here")
        with path.open("rb"):
            pass
    except OSError as error:
        raise unreadable(relative, error) from error
    if status.st_size > SIZE_LIMIT:
        size = f"{status.st_size / 1e6:,.0f} MB"
        raise refuse(
            relative, f"has {size}, more than the {SIZE_LIMIT // 1_000_000} MB that are read; split the export"
        )
    if status.st_size == 0:
        raise refuse(relative, "is empty; export it again, or take it out of the portfolio")
    return status


def unreadable(relative: str, error: OSError) -> SourceError:
    """Return the error for a file that the system does not give."""
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "does not exist (any more); put it back or change its path in portfolio.toml",
        PermissionError: "may not be read by this user; give read permission (chmod a+r)",
    }
    said = reasons.get(type(error))
    if said is None and "symbolic link" in (error.strerror or ""):
        said = "is a symbolic link that leads back to itself; replace it by the file"
    return refuse(relative, said or f"cannot be read: {error.strerror or error}")


def read_bytes(path: Path, relative: str) -> bytes:
    """Return the content of a source file. SourceError where it cannot be read or is too large."""
    check_file(path, relative)
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise unreadable(relative, error) from error


def read_head(path: Path, relative: str, size: int = 65_536) -> bytes:
    """Return the first `size` bytes of a source file."""
    check_file(path, relative)
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise unreadable(relative, error) from error


def sha256(path: Path, relative: str = "") -> str:
    """Return the SHA-256 of a file's content in hexadecimal. SourceError where it cannot be read."""
    relative = relative or path.name
    check_file(path, relative)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(relative, error) from error


def encoding_of(data: bytes) -> str:
    """Return the encoding of a text: by its mark, by its zero bytes, else UTF-8, else Windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    sample = data[:2000]
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    shown = data.decode("utf-8", "replace")
    bad = shown.count("\ufffd")
    if not bad:
        return "utf-8"
    foreign = sum(1 for character in shown if character > "\x7f") - bad
    return "utf-8" if foreign > bad else "cp1252"


def binary_kind(data: bytes) -> str:
    """Return what a file that should be text is instead, in words, or an empty text where it may be text."""
    if data.startswith(b"PK\x03\x04"):
        return "is a ZIP archive or an Excel workbook; give a workbook the ending .xlsx"
    if data.startswith(_OLE):
        return "is an old or encrypted Office file; save it as .xlsx without a password"
    if data.startswith(b"%PDF"):
        return "is a PDF; export a table instead"
    return ""


def decode(data: bytes, relative: str) -> tuple[str, int]:
    """Return a file's text, and how many characters of it are damaged (shown as �)."""
    if kind := binary_kind(data):
        raise refuse(relative, kind)
    encoding = encoding_of(data)
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    if text[:4000].count("\x00") > 20:
        raise refuse(relative, "is no text; expected a table as CSV")
    return text, text.count("\ufffd")
