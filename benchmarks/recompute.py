"""A plan computed again in a process that runs: `python benchmarks/recompute.py [SIZE…] [--rounds N]`.

Early and late dates and both floats of a whole network in which one duration has changed, by 20 calendars. The peer is
MPXJ's `schedule()` on the same network by one calendar, in a Java machine that is warm. Processes go in turn; a figure
is the median of all their rounds. Bare: plain Python. `[fast]`: the same source compiled by numba.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import plans_files

if TYPE_CHECKING:
    from cockpit.engine.scheduling.network import Network

HERE = Path(__file__).resolve()
SIZES = (10_000, 100_000)
WARM = 3
"""Rounds that nobody counts; the Java machine gets ten times as many, to compile what it likes."""
TURNS = 3
OFFICE = ((480, 720), (780, 1020))
"""Minutes of a day that are worked."""


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("sizes", nargs="*", type=int, default=SIZES)
    words.add_argument("--rounds", type=int, default=5, help="rounds a process; there are three of each")
    words.add_argument("--inside", nargs=4, metavar=("SIZE", "KERNEL", "CALENDARS", "ROUNDS"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.inside:
        size, kernel, calendars, rounds = asked.inside
        inside(int(size), kernel, int(calendars), int(rounds))
        return
    with tempfile.TemporaryDirectory() as scratch:
        peer = compiled_peer(Path(scratch))
        print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
        print("| items | bare | `[fast]` | MPXJ, one calendar | MPXJ ÷ bare | MPXJ ÷ `[fast]` | same early start |")
        print("|---|---|---|---|---|---|---|", flush=True)
        for size in asked.sizes:
            print(row(size, asked.rounds, Path(scratch), peer), flush=True)
        print(f"\nLoad after: {os.getloadavg()[0]:.1f}.")


def compiled_peer(folder: Path) -> list[str]:
    """The command of the peer without its arguments; empty, and said, where something is missing."""
    spec = find_spec("mpxj")
    if spec is None or spec.origin is None or not shutil.which("javac"):
        print("MPXJ is left out: it takes the Python package mpxj and a Java development kit.\n")
        return []
    jars = ":".join(sorted(str(path) for path in (Path(spec.origin).parent / "lib").glob("*.jar")))
    subprocess.run(["javac", "-cp", jars, "-d", str(folder), str(HERE.parent / "Peer_warm.java")], check=True)
    return ["java", "-cp", f"{jars}:{folder}", "PeerWarm"]


def row(size: int, rounds: int, folder: Path, peer: Sequence[str]) -> str:
    """Measure one size, every program in turn."""
    plan = folder / f"{size}.plan"
    plan.write_text("".join(peer_lines(plans_files.network(size))))
    own = [sys.executable, str(HERE), "--inside", str(size)]
    commands = {"bare": [*own, "plain", "20", str(rounds)]}
    if find_spec("numba") is not None:
        commands["fast"] = [*own, "compiled", "20", str(rounds)]
    if peer:
        commands["peer"] = [*peer, str(plan), str(rounds), str(WARM * (10 if size < 50_000 else 1))]
    found: dict[str, list[float]] = {name: [] for name in ("bare", "fast", "peer")}
    said = ""
    for _ in range(TURNS):
        for name, command in commands.items():
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[name] += [float(line) for line in done.stderr.split()]
            said = done.stdout if name == "peer" else said
    same = agreement(said, [*own, "plain", "1", "1"]) if peer else "–"
    bare, fast, theirs = (median(found[name]) if found[name] else None for name in ("bare", "fast", "peer"))
    figures = [f"{value:,.1f} ms" if value is not None else "–" for value in (bare, fast, theirs)]
    ratios = [f"{theirs / mine:.1f}" if theirs is not None and mine is not None else "–" for mine in (bare, fast)]
    return f"| {size:,} | {' | '.join([*figures, *ratios, same])} |"


def peer_lines(plan: plans_files.Network) -> list[str]:
    """The network in the peer's words."""
    tasks = [f"T {task.uid} {task.hours}\n" for task in plan.tasks]
    return tasks + [f"L {tie.pred} {tie.succ} {tie.type} {tie.lag}\n" for tie in plan.ties]


def agreement(said: str, command: Sequence[str]) -> str:
    """How many tasks start at the same minute in both programs, both by the one calendar: that both did the work."""
    theirs = dict(line.split(",") for line in said.splitlines())
    mine = dict(line.split(",") for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines())
    return f"{100 * sum(mine[key] == value for key, value in theirs.items()) / len(mine):.1f} %"


# Our side


def inside(size: int, kernel: str, calendars: int, rounds: int) -> None:
    """Compute a network again and again; milliseconds to standard error, early starts to standard output."""
    from cockpit import compiling
    from cockpit.engine.scheduling import schedule, speed
    from cockpit.engine.scheduling.calendars import moment_of

    if kernel == "plain":
        speed.WORTH = 1 << 62
    else:
        speed.WORTH = 0
        compiling.prepare()
        speed.compiled()
    net = built(size, calendars)
    changing, before = net.index[str(size // 2)], net.duration[net.index[str(size // 2)]]
    for round_ in range(rounds + WARM, 0, -1):
        net.duration[changing] = net.remaining[changing] = before if round_ == 1 else 480 * round_
        begun = time.perf_counter()
        run = schedule.planned(net)
        ahead = schedule.forward(run)
        behind = schedule.backward(run, ahead)
        schedule.floats(run, ahead, behind)
        if round_ <= rounds:
            print(f"{(time.perf_counter() - begun) * 1000:.3f}", file=sys.stderr)
    for item, node in net.index.items():
        print(f"{item},{moment_of(ahead.begin[node]):%Y-%m-%dT%H:%M}")


def built(size: int, calendars: int) -> Network:
    """The network of `plans_files`, without progress and constraints, by so many of its calendars."""
    from cockpit import model
    from cockpit.engine.scheduling import network

    plan = plans_files.network(size)
    known = {
        str(each.uid): model.Calendar(
            id=str(each.uid),
            week=tuple(tuple((a * 60, b * 60) for a, b in day) for day in each.week),
            exceptions=(
                *((d, d, ()) for d in each.holidays),
                *((d, d, ((480, 720), (780, 1020))) for d in each.worked),
            ),
        )
        for each in plan.calendars
    }
    office = model.Calendar(id="office", week=(OFFICE,) * 5 + ((), ()))
    items = [
        model.WorkItem(
            id=str(task.uid), project="P", title="", duration_days=task.hours / 8,
            calendar=str(task.calendar) if calendars > 1 else "",
        )
        for task in plan.tasks
    ]  # fmt: skip
    links = [
        model.Link(
            predecessor=str(tie.pred), successor=str(tie.succ), type=model.LinkType(tie.type), lag_days=tie.lag / 8
        )
        for tie in plan.ties
    ]
    starts = {"P": date(2025, 1, 6)}
    return network.build(items, links, known if calendars > 1 else {}, office, {"activity": 1.0}, starts)


if __name__ == "__main__":
    main()
