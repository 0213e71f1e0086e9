"""Where numba keeps what it compiled of the kernel: in this user's cache, apart for every state of the kernel's source.

By itself numba keeps it beside the source, where often nobody may write, and sees a change only in the file of the very
function: whatever calls that one would go on as it was compiled.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from cockpit.basics.homes import own_folder

VARIABLE = "NUMBA_CACHE_DIR"
_KERNEL = Path(__file__).parent.parent / "engine" / "kernel"
_STALE = 90 * 86_400
"""Seconds after which what was compiled of another state of the source is thrown away."""


def prepare() -> None:
    """Tell numba, which is not loaded yet, unless whoever started the program did. Where numba is not installed, or the
    folder can't be made, nothing happens."""
    if VARIABLE in os.environ or find_spec("numba") is None:
        return
    with suppress(OSError):
        place = own_folder("XDG_CACHE_HOME") / "kernel"
        folder = place / source()
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
            _forget(place)
        os.environ[VARIABLE] = str(folder)


def source() -> str:
    """What tells this source of the kernel from every other."""
    digest = sha256()
    for path in sorted(_KERNEL.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _forget(place: Path) -> None:
    """Throw away what was compiled long ago."""
    from shutil import rmtree

    for folder in place.iterdir():
        if folder.stat().st_mtime < time.time() - _STALE:
            rmtree(folder, ignore_errors=True)
