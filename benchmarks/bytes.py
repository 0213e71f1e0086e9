"""What goes over the line, in bytes: `python benchmarks/bytes.py [FOLDER…]` (the sample portfolio if none is named).

The app in a pseudo-terminal of 160 by 50 cells in truecolour. A step is a key that moves the cursor down, awaited until
all has been said that follows it, details too, medians of up to twelve; *quick* is what each of twelve takes in a row.
Where a list has a row only there is none.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from itertools import takewhile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "whole"))

SAMPLE = ROOT / "sample_portfolios" / "core-banking"
STEPS, IDLE = 12, 3.0
PAGE_DOWN, PAGE_UP = "\x1b[6~", "\x1b[5~"


def main() -> None:
    """Count and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folders", nargs="*", type=Path, default=[SAMPLE])
    for folder in words.parse_args().folders:
        with tempfile.TemporaryDirectory() as scratch:
            os.environ.update(dict.fromkeys(("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), scratch))
            counted(Path(shutil.copytree(folder, Path(scratch, folder.name))))


def counted(folder: Path) -> None:
    """Print what one portfolio takes."""
    from pty_help import Line

    from cockpit.screens.bars import SCREENS

    app = Line((sys.executable, "-m", "cockpit", str(folder)))
    app.until("exception", 300.0)
    app.quiet(3.0)
    first, idle = len(app.sent), len(app.quiet(IDLE))
    print(f"\n{folder.name}: first screen {first:,} bytes, idle {idle}\n")
    print(
        "| | opened | a step with its details | the most | a quick step | a page, the most |\n|---|---|---|---|---|---|"
    )
    for number, (_, name) in enumerate(SCREENS, start=1):
        opened = len(app.key(str(number)))
        steps = list(takewhile(bool, (len(app.key("j")) for _ in range(STEPS)))) or [0]
        app.key("g")
        alone = len(app.key("j" * STEPS)) // STEPS
        pages = [len(app.key(key)) for key in (PAGE_DOWN, PAGE_DOWN, PAGE_UP, "G", "g")]
        cells = [name, opened, median(steps), max(steps), alone, max(pages)]
        print("| " + " | ".join(cell if isinstance(cell, str) else f"{cell:,.0f}" for cell in cells) + " |", flush=True)
    app.close()


if __name__ == "__main__":
    main()
