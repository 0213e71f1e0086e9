"""What happens on a shared machine: processes killed at random while they write, and a clock that is set back."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from store_forks import ended, folder_for_all, forked
from store_help import BASE, READ_AT, batch, day, dependency, drop, item, read
from store_worker import statement

from cockpit.records.model import Request, State
from cockpit.store import Store

WRITERS = 8
KILLS = 120
ROWS = 30


def append(path: Path, name: str, told: int) -> None:
    """Writes until killed: signs, asks, logs, and now and then imports a file whose rows all carry its number.

    Tells each thing once it is acknowledged, in one small write, which is whole or not there at all.
    """
    with Store.open(path) as store:
        for number in range(1, 1_000_000):
            if number % 5:
                store.add_statement(statement(f"{name}:{number}"), READ_AT)
                os.write(told, f"signed {name}:{number}\n".encode())
            else:
                content = batch(*(item(f"{name}-{row}", row=row, effort=float(number)) for row in range(ROWS)))
                read(store, day(1), content, f"{name} {number}", name=f"{name}.csv")
                os.write(told, f"imported {name} {number}\n".encode())
            request = Request(
                statement=f"{name}:{number}", signer="anna", subject="kpi:K", meaning="attested", asked_at=READ_AT
            )
            store.add_request(request)
            os.write(told, f"asked {name}:{number}\n".encode())


@contextmanager
def writers(path: Path, told: int) -> Iterator[list[tuple[int, str]]]:
    """Eight processes that write; those that are in the list at the end are killed."""
    names = iter(range(1_000_000))

    def one() -> tuple[int, str]:
        name = f"w{next(names)}"
        return forked(lambda: append(path, name, told)), name

    running = [one() for _ in range(WRITERS)]
    try:
        yield running
    finally:
        for child, _ in running:
            os.kill(child, signal.SIGKILL)
            ended(child)


def killed_at_random(path: Path, told: int, dice: random.Random) -> None:
    with writers(path, told) as running:
        started = WRITERS
        for _ in range(KILLS):
            time.sleep(dice.expovariate(1 / 0.02))
            child, _ = running.pop(dice.randrange(WRITERS))
            os.kill(child, signal.SIGKILL)
            assert ended(child) == -signal.SIGKILL, "it was writing until then"
            name = f"w{started}"
            running.append((forked(lambda name=name: append(path, name, told)), name))  # type: ignore[misc]
            started += 1


@pytest.mark.slow
def test_of_eight_writers_killed_at_random_nothing_acknowledged_is_lost_and_nothing_is_half_there() -> None:
    with folder_for_all() as folder:
        path, log = folder / "portfolio.db", folder / "told"
        Store.open(path).close()
        told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        killed_at_random(path, told, random.Random(4))
        os.close(told)
        lines = [line.split() for line in log.read_text().splitlines()]
        with Store.open(path) as store:
            assert store._connection.raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert store.check() == ()
            signed = {found.payload.decode() for found in store.statements()}
            assert {name for kind, name, *_ in lines if kind == "signed"} <= signed
            assert {name for kind, name, *_ in lines if kind == "asked"} <= {r.statement for r in store.requests()}
            found = store.snapshot(BASE, None).work_items
            for name in {record.id.partition("-")[0] for record in found}:
                rows = [record.effort for record in found if record.id.startswith(f"{name}-")]
                last = max(
                    [int(n) for kind, who, *n in lines if (kind, who) == ("imported", name) for n in n], default=0
                )
                assert len(rows) == ROWS
                assert len(set(rows)) == 1, "one reading, whole"
                assert rows[0] in (last, last + 5), "all that was acknowledged, or the next one"
            imported = {name for kind, name, *_ in lines if kind == "imported"}
            assert imported <= {record.id.partition("-")[0] for record in found}
            assert len(signed) > KILLS
            assert store.add_statement(statement("after"), READ_AT)
        assert sorted(found.name for found in folder.glob("portfolio.db*")) == ["portfolio.db", "portfolio.db-writer"]


def test_a_clock_that_is_set_back_changes_no_order_and_no_history(store: Store) -> None:
    """Statements stand by the time that they claim, whatever the clock says when they arrive; days that were known stay
    as they were known; what is read later is known no earlier than what it replaces."""
    now = datetime(2025, 1, 20, 12, tzinfo=UTC)
    drop(store, day(10), batch(item("a"), dependency("d")))
    read(store, day(20), batch(item("b")), "s1")
    store.add_statement(statement("first", on=19), now)
    store.log_breaches(["k"], now)
    before = [store.snapshot(BASE, day(number)) for number in range(1, 20)]
    back = now - timedelta(days=9)
    store.add_statement(statement("second", on=20), back)
    store.add_statement(statement("early", on=3), back)
    assert not store.add_statement(statement("first", on=19), back)
    assert [found.payload for found in store.statements()] == [b"early", b"first", b"second"]
    assert store.last_undated("work_items.csv") == day(20), "the intake takes it from here"
    read(store, day(20), batch(item("b", State.DONE)), "s2")
    drop(store, day(11), batch(item("a", State.DOING)))
    raised, cleared = store.log_breaches(["l"], back)
    assert (raised, cleared) == (("l",), ("k",))
    assert [store.snapshot(BASE, day(n)).work_items for n in range(1, 11)] == [s.work_items for s in before[:10]]
    now_known = {record.id: record.state for record in store.snapshot(BASE, None).work_items}
    assert now_known == {"a": State.DOING, "b": State.DONE}
    assert store.snapshot(BASE, None).first_seen == {"l": day(11)}
    assert store.check() == ()
