"""Makes the helpers beside the tests importable."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from cockpit.engine import kernel

sys.path.insert(0, str(Path(__file__).parent))


def _kernel_cache() -> str:
    """Where the compiled kernel is kept: numba does not see that a function changed which a cached one calls."""
    digest = hashlib.sha256()
    for path in sorted(Path(kernel.__path__[0]).glob("*.py")):
        digest.update(path.read_bytes())
    return str(Path(tempfile.gettempdir()) / f"cockpit-kernel-{digest.hexdigest()[:16]}")


os.environ.setdefault("NUMBA_CACHE_DIR", _kernel_cache())
