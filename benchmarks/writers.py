"""Eight processes that sign at once, with turns and with SQLite's own busy handler: `python benchmarks/writers.py`.

Both in one run, one after the other, several rounds: how long a statement waits until it is kept, the worst and all but
one of a hundred, and how many are kept in a second. `--seconds S` a round, `--writers N`, `--rounds N`.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from cockpit.records.model import Statement
from cockpit.store import Store
from cockpit.store.connection import Connection

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def statement(name: str) -> Statement:
    payload = f"{name} {'x' * 600}".encode()
    return Statement(
        id=hashlib.sha256(payload).hexdigest(), payload=payload, signature="s" * 400, type="proof", signer="anna",
        key="k", signed_at=NOW, parents=(), body={},
    )  # fmt: skip


def handler_alone(connection: Connection) -> None:
    """How a write began before there were turns: SQLite's busy handler lets it wait."""
    connection.raw.execute("BEGIN IMMEDIATE")


@contextmanager
def only_the_handler() -> Iterator[None]:
    begin = Connection._begin
    Connection._begin = handler_alone  # type: ignore[method-assign]
    try:
        yield
    finally:
        Connection._begin = begin  # type: ignore[method-assign]


def write(path: Path, name: str, seconds: float, start: Any, waits: Any) -> None:
    """Signs as fast as it can for so long; how long each statement took until it was kept."""
    found = []
    with Store.open(path) as store:
        start.wait()
        end = time.monotonic() + seconds
        while (since := time.monotonic()) < end:
            store.add_statement(statement(f"{name} {len(found)}"), NOW)
            found.append(time.monotonic() - since)
    waits.put(found)


def measured(writers: int, seconds: float) -> tuple[float, float, float, float]:
    """Milliseconds of the worst wait and of the hundredth worst of a hundred; statements a second; the least served
    writer's share of what an even one would be."""
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portfolio.db"
        Store.open(path).close()
        start, waits = context.Barrier(writers), context.Queue()
        workers = [
            context.Process(target=write, args=(path, str(number), seconds, start, waits)) for number in range(writers)
        ]
        for worker in workers:
            worker.start()
        each = [waits.get() for _ in workers]
        for worker in workers:
            worker.join()
    every = sorted(wait for found in each for wait in found)
    return (
        every[-1] * 1000,
        every[int(len(every) * 0.99)] * 1000,
        len(every) / seconds,
        min(map(len, each)) * writers / len(every),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"{given.writers} writers, {given.seconds:g} s a round\n")
    print("| | worst wait | 99 of 100 | statements a second | least served, of an even share |")
    print("|---|---|---|---|---|")
    rows: dict[str, list[tuple[float, ...]]] = {"SQLite's busy handler": [], "turns": []}
    for _ in range(given.rounds):
        with only_the_handler():
            rows["SQLite's busy handler"].append(measured(given.writers, given.seconds))
        rows["turns"].append(measured(given.writers, given.seconds))
    middle = {name: [median(column) for column in zip(*found, strict=True)] for name, found in rows.items()}
    for name, (worst, most, rate, least) in middle.items():
        print(f"| {name} | {worst:,.0f} ms | {most:,.1f} ms | {rate:,.0f} | {least:.0%} |")
    before, after = middle.values()
    print(f"| ratio | {before[0] / after[0]:,.0f} | {before[1] / after[1]:,.1f} | {after[2] / before[2]:.2f} | |")


if __name__ == "__main__":
    main()
