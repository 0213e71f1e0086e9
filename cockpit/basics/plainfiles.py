"""Files that others may have put there, read without waiting for them and no further than is sensible."""

from __future__ import annotations

import stat
from pathlib import Path


def small(path: Path, most: int) -> bytes | None:
    """Return the content of a plain file of at most `most` bytes; None for anything else. Raises OSError.

    What is no plain file is never opened: a pipe would keep everybody waiting, a device never ends.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    with path.open("rb") as file:
        content = file.read(most + 1)
    return content if len(content) <= most else None
