"""The schedule passes beside a networkx graph of the same network, in one run: `python benchmarks/passes.py [SIZE…]`.

The peer answers less: `networkx.dag_longest_path` knows neither calendars nor lags nor floats. Medians of five.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import date
from statistics import median

import networkx as nx

from cockpit.engine.assess import assess
from cockpit.engine.scheduling import network, schedule
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.model import Calendar, Link, Project, WorkItem
from cockpit.records.snapshot import Portfolio, Snapshot

TODAY = date(2025, 1, 6)
RUNS = 5


def portfolio(size: int) -> Snapshot:
    """A hundred items a project, one and a half links an item, most of them inside a project; 20 calendars."""
    dice = random.Random(size)
    projects = tuple(
        Project(id=f"P{n}", title=f"Project {n}", baseline_finish=date(2026, 1, 1)) for n in range(max(1, size // 100))
    )
    items = tuple(
        WorkItem(
            id=f"I{n}", project=f"P{n // 100}", title=f"Item {n}", duration_days=float(dice.randint(1, 15)),
            calendar=f"C{n % 20}",
        )
        for n in range(size)
    )  # fmt: skip
    links = tuple(
        Link(predecessor=f"I{before}", successor=f"I{n}", lag_days=float(dice.choice((0, 0, 0, 1))))
        for n in range(1, size)
        for before in {max(0, n - dice.randint(1, 120)) for _ in range(dice.choice((1, 2)))}
    )
    calendars = tuple(
        Calendar(id=f"C{n}", exceptions=((date(2025, 5, n + 1), date(2025, 5, n + 1), ()),)) for n in range(20)
    )
    return Snapshot(
        portfolio=Portfolio(id="bench", title="Bench"),
        projects=projects,
        work_items=items,
        links=links,
        calendars=calendars,
    )


def timed(work: Callable[[], object]) -> float:
    """Milliseconds, the median of some runs."""
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return median(found)


def main(sizes: list[int]) -> None:
    """Print a row a size."""
    print("| items | passes | networkx longest path | ratio | build | whole assessment |\n|---|---|---|---|---|---|")
    for size in sizes:
        snapshot = portfolio(size)
        calendars = {c.id: c for c in snapshot.calendars}

        def build(snapshot: Snapshot = snapshot, calendars: dict[str, Calendar] = calendars) -> network.Network:
            return network.build(snapshot.work_items, snapshot.links, calendars, Calendar(id="standard"), {})

        run = schedule.live(build(), minute_of(TODAY))

        def passes(run: schedule.Run = run) -> None:
            ahead = schedule.forward(run)
            schedule.floats(run, ahead, schedule.backward(run, ahead))

        graph = nx.DiGraph()
        durations = {i.id: i.duration_days for i in snapshot.work_items}
        graph.add_weighted_edges_from((k.predecessor, k.successor, durations[k.predecessor]) for k in snapshot.links)
        ours, peer = timed(passes), timed(lambda graph=graph: nx.dag_longest_path(graph))
        whole = timed(lambda snapshot=snapshot: assess(snapshot, TODAY))
        figures = f"{ours:.0f} ms | {peer:.0f} ms | {peer / ours:.2f} | {timed(build):.0f} ms | {whole:.0f} ms"
        print(f"| {size:,} | {figures} |", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_000, 10_000])
