"""What reading a large file again costs when little of it changed: by what changed, and all of it.

    python benchmarks/portfolios.py FOLDER 10000
    python benchmarks/rereading.py FOLDER

Both read the same edits of the largest plan, into a store each; processor time of `Intake.read`, medians.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cockpit.charter import charter as charters
from cockpit.session.intake import Intake
from cockpit.store import Store

TIMES = 7
Lines = list[str]


def retitled(lines: Lines, *rows: int) -> None:
    """Make the titles of some rows others."""
    for row in rows:
        cells = lines[row].split(",")
        cells[2] += "!"
        lines[row] = ",".join(cells)


EDITS: dict[str, Callable[[Lines, int], None]] = {
    "one row says otherwise": lambda lines, time: retitled(lines, len(lines) // 2 + time),
    "200 rows all over it say otherwise": lambda lines, _: retitled(lines, *range(2, len(lines), len(lines) // 200)),
    "one row more, in the middle": lambda lines, time: lines.insert(5000, f"NEW{time}," + lines[4000].split(",", 1)[1]),
    "one row less, in the middle": lambda lines, _: lines.__delitem__(5000),
    "one row moved": lambda lines, _: lines.insert(100, lines.pop(4000)),
}


def main(source: Path) -> None:
    """Print the medians."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "p"
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("portfolio.db*"))
        plan = max((folder / "plans").iterdir(), key=lambda path: path.stat().st_size)
        name, charter = plan.relative_to(folder).as_posix(), charters.load(folder)
        today = charter.portfolio.today or datetime.now(UTC).date()
        intakes = [Intake(folder, Store.open(Path(place) / f"{each}.db")) for each in ("changes", "all")]
        for intake in intakes:
            intake.read(charter, datetime.now(UTC), today)
        intakes[0].watch(charter)
        print(f"{'':40}{'what changed':>14}{'all of it':>12}")
        for said, edit in EDITS.items():
            spent: list[list[float]] = [[], []]
            for turn in range(TIMES):
                lines = plan.read_text("utf-8").splitlines()
                edit(lines, turn)
                plan.write_text("\n".join(lines) + "\n", "utf-8")
                for intake, times in zip(intakes, spent, strict=True):
                    began = time.process_time()
                    (_,) = intake.read(charter, datetime.now(UTC), today, named=[name])
                    times.append(1000 * (time.process_time() - began))
            print(f"{said:40}" + "".join(f"{statistics.median(times):9.1f} ms" for times in spent))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
