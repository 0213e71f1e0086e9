"""What the tests run as processes of their own: python store_worker.py TASK DATABASE ARGUMENT."""

from __future__ import annotations

import hashlib
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from store_help import batch, day, item, read

from cockpit.records.model import State, Statement
from cockpit.store import Store, StoreError

ROWS = 40
ROUNDS = 12


def statement(name: str, verdict: str = "", signature: str = "good", on: int = 1) -> Statement:
    payload = name.encode()
    return Statement(
        id=hashlib.sha256(payload).hexdigest(),
        payload=payload,
        signature=signature,
        type="proof",
        signer="anna",
        key="SHA256:x",
        signed_at=datetime(2025, 1, on, 23, 30, tzinfo=UTC),
        parents=("p1", "p2"),
        body={"subject": "dependency:d1", "meaning": "resolved", "evidence": ["e1"], "value": 1.5},
        verdict=verdict,
    )


def share(path: Path, worker: str) -> None:
    """Opens the store while others make it, then imports, signs and logs in turn with them."""
    with Store.open(path) as store:
        for number in range(ROUNDS):
            content = batch(*(item(f"{worker}-{row}", row=row, effort=float(number)) for row in range(ROWS)))
            read(store, day(1 + number % 20), content, f"s{number}", name=f"{worker}.csv")
            store.add_statement(statement(f"{worker} {number}"), datetime.now(UTC))
            store.add_statement(statement(f"all {number}"), datetime.now(UTC))
            store.log_breaches([f"{worker}-{number}"], datetime.now(UTC))


def write_on(path: Path, _: str) -> None:
    """Imports until killed: all rows of a reading carry its number; tells each number once it is committed."""
    with Store.open(path) as store:
        for number in range(1, 1_000_000):
            content = batch(*(item(f"W-{row}", row=row, effort=float(number)) for row in range(400)))
            read(store, day(1), content, f"s{number}")
            store.add_statement(statement(f"number {number}"), datetime.now(UTC))
            print(number, flush=True)


def fill(path: Path, limit: str) -> None:
    """Imports ever more until the disk (or the limit of a file's size in bytes) is full; tells what is left."""
    if int(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    with Store.open(path) as store:
        for number in range(1, 1_000):
            content = batch(
                *(item(f"W-{row}", State.DOING, row=row, effort=float(number), owner="o" * 90) for row in range(500))
            )
            try:
                read(store, day(1), content, f"s{number}")
            except StoreError as error:
                print(number, error, flush=True)
                return


def append(path: Path, limit: str) -> None:
    """Signs until the disk (or the limit of a file's size in bytes) is full; tells each that is kept, then the rest."""
    if int(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    with Store.open(path) as store:
        for number in range(1, 10_000):
            try:
                store.add_statement(statement(f"{number} {'n' * 3000}"), datetime.now(UTC))
            except StoreError as error:
                print(error, flush=True)
                return
            print(number, flush=True)


if __name__ == "__main__":
    {"share": share, "write_on": write_on, "fill": fill, "append": append}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
