"""Makes the helpers beside the tests importable."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "session"):
    sys.path.insert(0, str(folder))
