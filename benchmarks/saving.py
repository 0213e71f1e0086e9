"""From a saved file to the repainted row: `python benchmarks/saving.py [SIZE] [--rounds N]`.

One duration changes in a file of all work items. Ours is the whole app, with every rule, roll-up and signature check:
the row of the project shows its new finish. The peer (`peer_table.py`) shows the file's rows in a DataTable and follows
it with watchfiles' defaults: the cell shows the new duration. All run at once, each in a terminal of its own, and meet
the same edits in turn: replaced as a whole (as planning programs and most editors do), and written in place. The time
runs from the end of the write until the terminal has the new text.

With `fast` installed, the compiled kernel is loaded from `speed.WORTH` nodes on, as it takes memory and a while to
load: below that, both columns run the same. `--worth 0` has it loaded for any network.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

import portfolios
from statements import sign
from terminals import Terminal

from cockpit.engine.scheduling import speed

HERE = Path(__file__).resolve()
ITEM, PROJECT, ROW = "I47", "P0", 47
"""The work item that is edited: open, and in the first rows of its file."""
FIRST = 331
"""Days; a duration that stands nowhere else."""
START = (
    "import sys; from cockpit.engine.scheduling import speed; speed.WORTH = {worth}; "
    "from cockpit.cli import main; sys.argv = ['cockpit', {folder!r}]; main()"
)
WAYS = ("replaced", "in place")


class App(NamedTuple):
    """A program that shows a portfolio, and what it shows after each edit."""

    terminal: Terminal
    folder: Path
    shown: dict[int, str]


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("size", nargs="?", type=int, default=10_000)
    words.add_argument("--rounds", type=int, default=15)
    words.add_argument("--worth", type=int, default=speed.WORTH, help="nodes from which `fast` is loaded")
    asked = words.parse_args()
    days = range(FIRST, FIRST + len(WAYS) * (asked.rounds + 1))
    print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n", flush=True)
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        os.environ["XDG_STATE_HOME"] = scratch
        original = Path(scratch, "portfolio")
        portfolios.write(original, asked.size)
        sign(original, asked.size // 20)
        expected = finishes(copied(original, "expected"), days)
        apps = {"peer": peer(stack, copied(original, "peer"), days)}
        apps["bare"] = ours(stack, copied(original, "bare"), expected, 1 << 62)
        if find_spec("numba") is not None:
            apps["[fast]"] = ours(stack, copied(original, "fast"), expected, asked.worth)
        found = measured(apps, iter(days), asked.rounds)
    print("| the file is | watchfiles' defaults, DataTable | bare | `[fast]` | ÷ bare | ÷ `[fast]` |")
    print("|---|---|---|---|---|---|")
    for way in WAYS:
        times = {name: median(found[way, name]) for name in apps}
        mine = [times.get("bare"), times.get("[fast]")]
        cells = [f"{value * 1000:,.0f} ms" if value else "–" for value in (times["peer"], *mine)]
        cells += [f"{times['peer'] / value:.1f}" if value else "–" for value in mine]
        print(f"| {way} | {' | '.join(cells)} |")
    worst = {f"{name}, {way}": f"{max(found[way, name]) * 1000:,.0f}" for way in WAYS for name in apps}
    print(f"\nWorst of {asked.rounds}, ms: {worst}. Load after: {os.getloadavg()[0]:.1f}.")


def copied(folder: Path, name: str) -> Path:
    """A copy of a portfolio beside it."""
    return Path(shutil.copytree(folder, folder.with_name(name)))


def finishes(folder: Path, days: range) -> dict[int, str]:
    """What the project's finish is when the item takes so many days, by a session without a screen."""
    from cockpit.session.live import Session

    found = {}
    with Session.open(folder) as session:
        for number in days:
            save(folder, number, "replaced")
            projects = session.update().assessment.projects
            found[number] = str(next(each.computed_finish for each in projects if each.record.id == PROJECT))
    return found


def ours(stack: ExitStack, folder: Path, expected: dict[int, str], worth: int) -> App:
    """Our app on its Projects screen."""
    command = [sys.executable, "-c", START.format(worth=worth, folder=str(folder))]
    terminal = stack.enter_context(Terminal(command))
    terminal.shows("who must act")
    terminal.settle()
    terminal.type("6")
    terminal.shows("reported")
    return App(terminal, folder, expected)


def peer(stack: ExitStack, folder: Path, days: range) -> App:
    """The peer with the edited row in view."""
    command = [sys.executable, str(HERE.parent / "peer_table.py"), str(folder / "plans" / "plan-000.csv"), str(ROW)]
    terminal = stack.enter_context(Terminal(command))
    terminal.shows(ITEM)
    terminal.settle()
    return App(terminal, folder, {number: str(number) for number in days})


def measured(apps: dict[str, App], days: Iterator[int], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Seconds by way and program; the first edit of each way does not count."""
    found: dict[tuple[str, str], list[float]] = {(way, name): [] for way in WAYS for name in apps}
    for way in WAYS:
        for _ in range(rounds + 1):
            number = next(days)
            for name, app in apps.items():
                app.terminal.settle()
                saved = save(app.folder, number, way)
                found[way, name].append(app.terminal.shows(app.shown[number]) - saved)
                print(f"{way}, {name}: {found[way, name][-1] * 1000:.0f} ms", file=sys.stderr, flush=True)
    return {key: times[1:] for key, times in found.items()}


def save(folder: Path, days: int, way: str) -> float:
    """Write the file with another duration of the item; the moment at which it was there."""
    path = folder / "plans" / "plan-000.csv"
    data = path.read_bytes()
    at = data.index(f"\n{ITEM},".encode()) + 1
    end = data.index(b"\n", at)
    cells = data[at:end].split(b",")
    cells[6] = str(days).encode()
    text = data[:at] + b",".join(cells) + data[end:]
    if way == "in place":
        path.write_bytes(text)
    else:
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(text)
        beside.replace(path)
    return time.perf_counter()


if __name__ == "__main__":
    main()
