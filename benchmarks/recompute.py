"""A plan computed again in a process that runs: `python benchmarks/recompute.py [SIZE…] [--rounds N]`.

One duration has changed in a network of 20 calendars, another one in each round. Whole: early and late dates and both
floats of every node, computed anew. Edit: what an open session does, from the changed row to the early and late dates
and the total float of every node, of which only those that the row reaches are computed; that they are those of a whole
pass is checked each time. The peer is MPXJ's `schedule()` on the same network by one calendar, in a Java machine that
is warm, which knows one way only. Processes go in turn; a figure is the median of all their rounds. Bare: plain
Python. `[fast]`: the same source compiled by numba.
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
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import plans_files

if TYPE_CHECKING:
    from cockpit.engine.scheduling.network import Network
    from cockpit.engine.scheduling.rebuilt import Given
    from cockpit.engine.scheduling.schedule import Forward

    Taken = tuple[list[float], Network, Forward]

HERE = Path(__file__).resolve()
SIZES = (10_000, 100_000)
WARM = 3
"""Rounds that nobody counts; the Java machine gets ten times as many, to compile what it likes."""
TURNS = 3
OURS = ("plain", "compiled", "edit-plain", "edit-compiled")
WAYS = {
    **dict(zip(OURS, ("whole, bare", "whole, `[fast]`", "edit, bare", "edit, `[fast]`"), strict=True)),
    "peer": "MPXJ, one calendar",
}
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
        print(f"| items | {' | '.join(WAYS.values())} | {' | '.join(f'MPXJ ÷ {WAYS[way]}' for way in OURS)} | same |")
        print("|---" * (len(WAYS) + len(OURS) + 2) + "|", flush=True)
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
    is_fast = find_spec("numba") is not None
    commands = {way: [*own, way, "20", str(rounds)] for way in OURS if is_fast or not way.endswith("compiled")}
    if peer:
        commands["peer"] = [*peer, str(plan), str(rounds), str(WARM * (10 if size < 50_000 else 1))]
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    said = ""
    for _ in range(TURNS):
        for way, command in commands.items():
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[way] += [float(line) for line in done.stderr.split()]
            said = done.stdout if way == "peer" else said
    same = agreement(said, [*own, "plain", "1", "1"]) if peer else "–"
    taken = {way: median(times) for way, times in found.items() if times}
    figures = [f"{taken[way]:,.1f} ms" if way in taken else "–" for way in WAYS]
    ratios = [f"{taken['peer'] / taken[way]:.1f}" if {way, "peer"} <= taken.keys() else "–" for way in OURS]
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


def inside(size: int, way: str, calendars: int, rounds: int) -> None:
    """Compute a network again and again; milliseconds to standard error, early starts to standard output."""
    from cockpit.basics import compiling
    from cockpit.engine.scheduling import speed
    from cockpit.engine.scheduling.calendars import moment_of

    if way.endswith("plain"):
        speed.WORTH = 1 << 62
    else:
        speed.WORTH = 0
        compiling.prepare()
        speed.compiled()
    given = network_of(size, calendars)
    rounds += WARM
    taken, net, ahead = (edits if way.startswith("edit") else passes)(given, rounds)
    for seconds in taken[WARM:]:
        print(f"{seconds * 1000:.3f}", file=sys.stderr)
    for item, node in net.index.items():
        print(f"{item},{moment_of(ahead.begin[node]):%Y-%m-%dT%H:%M}")


def passes(given: Given, rounds: int) -> Taken:
    """The seconds that every date and float takes after another duration has changed, the last time by the old one."""
    from cockpit.engine.scheduling import schedule

    net, taken = given.build(), []
    nodes = [net.index[given.items[len(given.items) * (n + 1) // (rounds + 1)].id] for n in range(rounds)]
    for round_, node in enumerate(nodes, 1):
        before = net.duration[node]
        if round_ < rounds:
            net.duration[node] = net.remaining[node] = before + 480 * round_
        begun = time.perf_counter()
        run = schedule.planned(net)
        ahead = schedule.forward(run)
        behind = schedule.backward(run, ahead)
        schedule.floats(run, ahead, behind)
        taken.append(time.perf_counter() - begun)
        net.duration[node] = net.remaining[node] = before
    return taken, net, ahead


def edits(given: Given, rounds: int) -> Taken:
    """The seconds from another changed row to the early and late dates and total floats of all, as in a session."""
    from cockpit.basics.garbage import uncollected
    from cockpit.engine.scheduling import rebuilt, ripple, schedule, upstream
    from cockpit.engine.scheduling.calendars import minute_of

    built, taken = rebuilt.Built(given, given.build()), []
    run = schedule.live(built.network, minute_of(date(2025, 1, 6)))
    asked = ripple.Asked(run, {}, frozenset(), schedule.forward(run))
    last = max(asked.dates.reach)
    ends, far = {asked.dates.reach.index(last): last}, last + 20 * 366 * 1440  # the finish of an objective
    late = upstream.late(asked, ends, far, None, None)
    for number in range(1, rounds + 1):
        place = len(given.items) * number // (rounds + 1)
        items = list(given.items)
        items[place] = replace(items[place], duration_days=(items[place].duration_days or 0) + number)
        given = replace(given, items=items)
        with uncollected():  # as a session does it
            begun = time.perf_counter()
            built, nodes = rebuilt.build(given, built)
            assert nodes is not None, "a row that says otherwise is no other network"
            run = rebuilt.run(asked.run, built.network, nodes)
            found = ripple.patched(run, asked.run, asked.dates, nodes)
            assert found is not None, "the question is the same"
            asked = ripple.Asked(run, {}, frozenset(), found.dates, found.others)
            late = upstream.late(asked, ends, far, late, frozenset(nodes))
            taken.append(time.perf_counter() - begun)
        whole = upstream.late(ripple.Asked(run, {}, frozenset(), schedule.forward(run)), ends, far, None, None)
        same = (asked.dates, late.total) == (whole.asked.dates, whole.total)
        assert same, "what an edit leaves is what a whole pass finds"
    return taken, built.network, asked.dates


def network_of(size: int, calendars: int) -> Given:
    """The network of `plans_files`, without progress and constraints, by so many of its calendars."""
    from cockpit.engine.scheduling import rebuilt
    from cockpit.records import model

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
    return rebuilt.Given(
        items=items, links=links, calendars=known if calendars > 1 else {}, default=office,
        durations={"activity": 1.0}, starts=starts, methods={}, leaders={},
    )  # fmt: skip


if __name__ == "__main__":
    main()
