"""How the memory of large things goes back to the system."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_MMAP_THRESHOLD = -3
"""`M_MMAP_THRESHOLD` of glibc's `malloc.h`."""
LARGE = 128 << 10
"""Bytes from which on a block is asked of the system for itself: what glibc begins with."""


def give_back() -> None:
    """From now on a large block goes back to the system as soon as nobody needs it. Elsewhere than with glibc nothing
    happens.

    glibc takes the largest block that was ever freed for a size that is asked for all the time, and keeps what is as
    large or smaller for itself from then on. A column of a large network is such a block: each edit makes dozens, and
    frees those of the snapshot before, between which other things lie by then.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)
