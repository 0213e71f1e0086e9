"""The network of a portfolio from its store: `python benchmarks/loading.py [SIZE…]`.

One and a half links an item. Ours: until a session that opens the portfolio again has the network that was kept for it,
with calendars, durations, progress and lags in minutes, in topological order, proven to be whole and that of this very
store; and until it has the id of every node as a text and the early dates too. The peer: a networkx graph of the same
items and links, read from the same SQLite file with the standard library, which knows no dates. A process a figure;
medians of five, of three where one takes more than ten seconds. The records behind the nodes belong to neither.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
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
        print({"ours": ours, "dates": dates, "peer": peer}[who](Path(folder)))
        return
    print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    print(
        "| items | links | Cockpit, cached | with ids and dates | networkx from SQLite | ratio | with ids and dates |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for kind in ("STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = f"{scratch}/{kind.lower()}"
        for size in asked.sizes:
            folder = Path(scratch, str(size))
            portfolios.write(folder, size)
            subprocess.run([sys.executable, "-m", "cockpit", "check", str(folder)], capture_output=True, check=False)
            found: dict[str, list[float]] = {"ours": [], "dates": [], "peer": []}
            for turn in range(5):
                for who, times in found.items():
                    if turn < 3 or max(times) < LONG:
                        times.append(run(who, folder))
            mine, dated, theirs = (median(times) for times in found.values())
            print(
                f"| {size:,} | {links(folder):,} | {mine * 1000:,.1f} ms | {dated * 1000:,.1f} ms "
                f"| {theirs * 1000:,.0f} ms | {theirs / mine:.1f} | {theirs / dated:.1f} |",
                flush=True,
            )
    print(f"\nLoad after: {os.getloadavg()[0]:.1f}.")


def run(who: str, folder: Path) -> float:
    """Seconds that one of them takes, in a process of its own that has imported what it needs."""
    command = [sys.executable, str(HERE), "--inside", who, str(folder)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def ours(folder: Path) -> float:
    """The network in numbers, from what was kept."""
    from cockpit.session.live import Session
    from cockpit.session.networks import Networks

    with Session.open(folder) as session:
        began = time.perf_counter()
        found = Networks(session).numbers()
        taken = time.perf_counter() - began
    assert any(len(packed.ids) > 0 for packed in found.values()), "nothing was kept"
    return taken


def dates(folder: Path) -> float:
    """The same with the id and the early dates of every node."""
    from cockpit.session.live import Session
    from cockpit.session.networks import Networks

    with Session.open(folder) as session:
        began = time.perf_counter()
        networks = Networks(session)
        found = networks.recalled(networks.key() or b"")
        ids = [packed.ids for packed in found.networks.values()] if found is not None else []
        taken = time.perf_counter() - began
    assert any(ids) and found is not None and found.dated is not None, "nothing was kept"
    return taken


def links(folder: Path) -> int:
    """How many links the files hold."""
    with closing(sqlite3.connect(f"file:{folder}/portfolio.db?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM links WHERE closed_by IS NULL").fetchone()[0])


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
