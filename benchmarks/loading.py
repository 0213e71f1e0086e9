"""The network of a portfolio from its store: `python benchmarks/loading.py [SIZE…]`.

One and a half links an item. Ours: what a session that opens the portfolio again needs until every early date is known.
The peer: a networkx graph of the same items and links, read from the same SQLite file with the standard library, which
knows no dates. A process a figure; medians of five, of three where one takes more than ten seconds.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import portfolios

HERE = Path(__file__).resolve()
SIZES = (10_000, 100_000)
LONG = 10.0


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("sizes", nargs="*", type=int, default=SIZES)
    words.add_argument("--inside", nargs=2, metavar=("WHO", "FOLDER"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.inside:
        who, folder = asked.inside
        print({"ours": ours, "peer": peer}[who](Path(folder)))
        return
    print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    print("| items | Cockpit, cached | networkx from SQLite | ratio |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_STATE_HOME"] = scratch
        for size in asked.sizes:
            folder = Path(scratch, str(size))
            portfolios.write(folder, size)
            run("ours", folder)  # the first reading of the files; it leaves the store, and what is cached
            found: dict[str, list[float]] = {"ours": [], "peer": []}
            for turn in range(5):
                for who, times in found.items():
                    if turn < 3 or max(times) < LONG:
                        times.append(run(who, folder))
            mine, theirs = median(found["ours"]), median(found["peer"])
            print(f"| {size:,} | {mine * 1000:,.0f} ms | {theirs * 1000:,.0f} ms | {theirs / mine:.2f} |", flush=True)
    print(f"\nLoad after: {os.getloadavg()[0]:.1f}.")


def run(who: str, folder: Path) -> float:
    """Seconds that one of them takes, in a process of its own that has imported what it needs."""
    command = [sys.executable, str(HERE), "--inside", who, str(folder)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def ours(folder: Path) -> float:
    """From the store to the network with its forward pass."""
    from cockpit.engine.case import Case
    from cockpit.engine.facts import Facts
    from cockpit.garbage import uncollected
    from cockpit.live import Session

    with Session.open(folder) as session, uncollected():
        if not session.dates():
            session.update()
        began = time.perf_counter()
        woven = Case(Facts(session.snapshot(), session.today())).woven
        taken = time.perf_counter() - began
    assert len(woven.network.items) > 0
    return taken


def peer(folder: Path) -> float:
    """From the same file to a graph, with the durations and lags as its weights."""
    import networkx as nx

    began = time.perf_counter()
    database = sqlite3.connect(f"file:{folder}/portfolio.db?mode=ro", uri=True)
    graph = nx.DiGraph()
    items = database.execute("SELECT id, duration_days FROM work_items WHERE closed_by IS NULL")
    graph.add_nodes_from((name, {"duration": days}) for name, days in items)
    links = database.execute("SELECT predecessor, successor, type, lag_days FROM links WHERE closed_by IS NULL")
    graph.add_edges_from((a, b, {"type": type_, "lag": lag}) for a, b, type_, lag in links)
    taken = time.perf_counter() - began
    database.close()
    assert graph.number_of_nodes() > 0
    return taken


if __name__ == "__main__":
    main()
