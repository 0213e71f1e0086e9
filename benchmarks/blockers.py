"""Slip and leverage of many blockers along one chain, the worst case: `python benchmarks/blockers.py`.

All work of a deep portfolio of 10,000 items is open and stands in one chain; dependencies hold work all along it, each
promised for some days after its work could begin (`--days 1`: all of them for as many, 100: for 1 to 100). Seconds of
processor time, in plain Python and with the compiled kernel where numba is installed; one run each.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

import portfolios

from cockpit.basics import compiling
from cockpit.engine import kernel
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.scheduling import speed
from cockpit.engine.scheduling.calendars import moment_of
from cockpit.records.model import Dependency, Meaning, State, Statement
from cockpit.records.snapshot import Snapshot
from cockpit.session.live import Session
from cockpit.trust.obligations import dependency_subject, dependency_version

OPEN: dict[str, Any] = {"state": State.TODO, "status": "", "actual_start": None, "actual_finish": None}


def chain(size: int) -> tuple[Snapshot, date]:
    """The deep portfolio with all of its work open, and its day."""
    with tempfile.TemporaryDirectory() as folder:
        portfolios.write(Path(folder), size, deep=True)
        session = Session.open(Path(folder))
        session.import_sources()
        known, today = session._known(None), session.today()
    items = tuple(replace(item, **OPEN) for item in known.work_items)
    return replace(known, work_items=items, dependencies=()), today


def held(known: Snapshot, today: date, blockers: int, days: int) -> Snapshot:
    """The same with so many dependencies that hold work all along it."""
    woven = Case(Facts(known, today)).woven
    items = {item.id: item for item in known.work_items}
    nodes = [node for node, name in enumerate(woven.network.ids) if name in items]
    needs, said = [], []
    for number in range(blockers):
        node = nodes[number * len(nodes) // blockers]
        item = items[woven.network.ids[node]]
        need = Dependency(
            id=f"N{number}", title=f"Need {number}", giver_team="t1", giver_owner="lead1", receiver_team="t2",
            receiver_owner="lead2", receiver_item=item.id, receiver_project=item.project,
        )  # fmt: skip
        needs.append(need)
        day = moment_of(woven.base.start[node]).date() + timedelta(30 if days == 1 else 1 + number * 37 % days)
        said.append(promise(need, today, day))
    return replace(known, dependencies=tuple(needs), statements=tuple(said))


def promise(need: Dependency, on: date, day: date) -> Statement:
    """As if its owner had promised it for a day: the engine asks nobody whether the signature holds."""
    body = {"subject": dependency_subject(need), "of": dependency_version(need), "meaning": str(Meaning.PROMISED)}
    at = datetime.combine(on, hour(12), UTC)
    body |= {"date": day.isoformat(), "note": ""}
    said: dict[str, Any] = {**body, "evidence": []}
    return Statement(
        id=need.id, payload=b"", signature="", type="proof", signer="lead1", key="", signed_at=at, parents=(), body=said
    )


def measured(known: Snapshot, today: date, engine: speed.Kernel | None) -> tuple[int, float, float]:
    """The blockers, and the seconds of all slips and leverages, and of what they regain only together."""
    blockage = Case(Facts(known, today)).blockage
    if engine is not None:
        object.__setattr__(blockage, "woven", replace(blockage.woven, run=replace(blockage.woven.run, engine=engine)))
    assert all(blockage.extremes)
    begin = time.process_time()
    moving = sum(1 for effect in blockage.effects.values() if effect)
    middle = time.process_time()
    assert blockage.joints is not None
    return moving, middle - begin, time.process_time() - middle


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--blockers", type=int, nargs="+", default=[260, 1000])
    parser.add_argument("--days", type=int, nargs="+", default=[1, 20])
    given = parser.parse_args()
    gc.disable()
    known, today = chain(given.size)
    compiling.prepare()
    engines = {"plain Python": None, "fast": speed.compiled()}
    print(
        f"load {os.getloadavg()[0]:.1f}\n\n| kernel | blockers | days | moving | slips and leverages | only together |"
    )
    print("|---|---|---|---|---|---|")
    for blockers in given.blockers:
        for days in given.days:
            rows = held(known, today, blockers, days)
            for name, engine in engines.items():
                if name == "fast" and engine is None:
                    continue
                moving, each, together = measured(rows, today, engine)
                print(f"| {name} | {blockers:,} | {days} | {moving} | {each:.2f} s | {together:.2f} s |", flush=True)


if __name__ == "__main__":
    speed.kernel_for = lambda _: kernel  # type: ignore[assignment]
    main()
