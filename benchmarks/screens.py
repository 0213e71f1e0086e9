"""Screens with very many rows, beside the same screens without any: `python benchmarks/screens.py [ROWS]`.

The records of the screens' own tests, again and again under other names, until every screen has so many rows. Figures
are of the longest single turn of the event loop that a key causes, in processor time, which is what typing waits for.
Each screen is opened for the first time, then five times again in turn with the first one; other keys are pressed five
times; medians. *Over the empty case* is what the same opening takes in an app that has no rows at all.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count, cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "screens"))

ROWS = 100_000
KEYS = {"G": "g", "g": "G", "pagedown": "pageup", "j": "k", "enter": "escape"}
"""Each with the key that leads back."""
SIZE = (160, 50)
ROUNDS = 5
MANY = ("breaches", "objectives", "kpis", "projects", "signoffs", "statements", "sources", "unmapped")
CHANGED = 50


class Turns:
    """Times every turn of the event loop from now on."""

    def __init__(self) -> None:
        self.longest = 0.0
        run = asyncio.Handle._run  # type: ignore[attr-defined]

        def timed(handle: asyncio.Handle) -> None:
            begun = time.thread_time()
            run(handle)
            self.longest = max(self.longest, time.thread_time() - begun)

        asyncio.Handle._run = timed  # type: ignore[attr-defined]


class Driven:
    """An app over hand-made records, and what its keys cost."""

    def __init__(self, pilot: Any, turns: Turns) -> None:
        self._pilot, self._turns = pilot, turns

    async def settle(self) -> None:
        """Wait until nothing is left to be done."""
        from screens_data import settle

        await settle(self._pilot)

    async def cost(self, *keys: str) -> float:
        """Milliseconds of the longest turn until all is done that these keys ask for."""
        self._turns.longest = 0.0
        await self._pilot.press(*keys)
        await self.settle()
        return self._turns.longest * 1000

    async def costs(self, keys: Sequence[str], back: Sequence[str]) -> float:
        """The median of several times, with what leads back in between."""
        found = []
        for _ in range(ROUNDS):
            found.append(await self.cost(*keys))
            await self._pilot.press(*back)
            await self.settle()
        return median(found)


def named(record: Any, number: int) -> Any:
    """The same record under another name."""
    for field in ("key", "subject", "item", "id", "path"):
        if isinstance(getattr(record, field, None), str) and field in record.__dataclass_fields__:
            return replace(record, **{field: f"{getattr(record, field)}~{number}"})
    own = record.record
    return replace(record, record=replace(own, id=f"{own.id}~{number}"))


def again(records: Iterable[Any], rows: int) -> tuple[Any, ...]:
    """So many of them, in turn."""
    return tuple(map(named, islice(cycle(tuple(records)), rows), count()))


def portfolio(rows: int) -> Any:
    """An assessment in which every screen has so many rows."""
    from screens_data import make_assessment

    few = make_assessment()
    chain = replace(few.chains[0], steps=again(few.chains[0].steps, rows))
    return make_assessment(
        **{name: again(getattr(few, name), rows) for name in MANY},
        chains=(chain,) if rows else (),
        alignment=replace(few.alignment, unmapped=rows),
    )


async def measured(rows: int, turns: Turns) -> tuple[dict[str, list[float]], dict[str, list[float]], float]:
    """By screen what opening costs, first and again, and what its keys do; and what some changed rows cost."""
    from screens_data import FakeSession, ready

    from cockpit.app import CockpitApp
    from cockpit.screens.bars import SCREENS

    session = FakeSession(Path.cwd(), portfolio(rows))
    opened, keyed = {}, {}
    async with CockpitApp(session).run_test(size=SIZE) as pilot:
        await ready(pilot)
        app = Driven(pilot, turns)
        await app.settle()
        gc.freeze()  # as a session does with records that are many
        for number in (*range(2, len(SCREENS) + 1), 1):
            name, key, other = SCREENS[number - 1][1], str(number), "1" if number > 1 else "2"
            opened[name] = [await app.cost(key) if number > 1 else float("nan"), await app.costs([key], [other])]
            if rows:
                await app.cost(key)
                keyed[name] = [await app.costs([key], [back]) for key, back in KEYS.items()]
        return opened, keyed, await changing(session, app, turns) if rows else 0.0


async def changing(session: Any, app: Driven, turns: Turns) -> float:
    """Milliseconds of the longest turn when some rows change, in view and out of it."""
    found = []
    for number in range(ROUNDS):
        rows, turns.longest = list(session.now.breaches), 0.0
        for place in (*range(CHANGED // 2), *range(len(rows) - CHANGED // 2, len(rows))):
            rows[place] = replace(rows[place], title=f"Changed {number} {place}")
        session.publish(replace(session.now, breaches=tuple(rows)))
        await app.settle()
        found.append(turns.longest * 1000)
    return median(found)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("rows", nargs="?", type=int, default=ROWS)
    asked = words.parse_args()
    print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n", flush=True)
    turns = Turns()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(dict.fromkeys(("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), scratch))
        empty, _, _ = asyncio.run(measured(0, turns))
        opened, keyed, changed = asyncio.run(measured(asked.rows, turns))
    print(f"| {asked.rows:,} rows, ms | opened first, again | over the empty case | {' | '.join(KEYS)} |")
    print("|---" * (3 + len(KEYS)) + "|")
    for name, costs in opened.items():
        over = [mine - nothing for mine, nothing in zip(costs, empty[name], strict=True)]
        cells = [name, _pair(costs, ""), _pair(over, "+"), *(f"{cost:.0f}" for cost in keyed[name])]
        print(f"| {' | '.join(cells)} |")
    print(f"\n{CHANGED} changed rows on Exceptions: {changed:.0f} ms. Load after: {os.getloadavg()[0]:.1f}.")


def _pair(costs: Iterable[float], sign: str) -> str:
    return ", ".join("–" if cost != cost else f"{cost:{sign}.0f}" for cost in costs)


if __name__ == "__main__":
    main()
