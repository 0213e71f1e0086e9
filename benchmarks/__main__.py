"""All figures of `docs/performance.md`: `python -m benchmarks [NAME…]`; without names, what the targets are about.

Each benchmark is a program of its own (`python benchmarks/NAME.py --help`); this one only runs them in turn.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMANDS = {
    "recompute": ["recompute.py", "10000", "100000"],
    "cold": ["plans.py", "1000", "10000", "--rounds", "5", "--no-chain"],
    "changing": ["changing.py", "10000"],
    "saving": ["saving.py", "10000"],
    "loading": ["loading.py", "100000"],
    "growth": ["growth.py"],
    "deep": ["growth.py", "--deep", "--parts", "--unsigned", "--past", "0"],
    "large": ["growth.py", "--sizes", "10000", "100000", "--fast", "--parts", "--rounds", "1", "--past", "0"],
    "passes": ["passes.py"],
    "start": ["start.py"],
    "screens": ["screens.py"],
    "bytes": ["bytes.py"],
    "ledger": ["ledger.py"],
    "writers": ["writers.py"],
}
TARGETS = ("recompute", "cold", "changing", "saving", "loading")


def main() -> int:
    """Run them; the number of those that failed."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="*", metavar="NAME", help=", ".join(COMMANDS))
    asked = words.parse_args()
    unknown = set(asked.names) - COMMANDS.keys()
    if unknown:
        words.error(f"there is no {', '.join(sorted(unknown))}; known are {', '.join(COMMANDS)}")
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores", flush=True)
    failed = 0
    for name in asked.names or TARGETS:
        script, *arguments = COMMANDS[name]
        print(f"\n## `python benchmarks/{' '.join([script, *arguments])}`\n", flush=True)
        failed += subprocess.run([sys.executable, str(HERE / script), *arguments], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
