"""What an open portfolio takes of memory, what takes it, and what each step of its first reading costs.

    python benchmarks/portfolios.py FOLDER 100000
    python benchmarks/memory.py FOLDER [--edits 30]
    python benchmarks/memory.py FOLDER --parts
    python benchmarks/memory.py FOLDER --reading

Everything is done to a copy, in plain Python as it is installed without extras: numba and numpy, which comes with it,
are kept out. Resident memory is what Linux says; `peak` is the most that there was since the line before. Times are of
the processor.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

for _name in ("numba", "numpy"):
    sys.modules[_name] = None  # type: ignore[assignment]

from cockpit.engine.scheduling import speed  # noqa: E402
from cockpit.session.live import Session  # noqa: E402

speed.compiled = lambda: None  # type: ignore[assignment]
COLUMN = "duration_days"
MEGA = 1 << 20


class Line:
    """Prints what happened since it was asked last."""

    def __init__(self) -> None:
        self._since = time.process_time()

    def say(self, what: str) -> None:
        """Print time, resident memory and its peak, and begin anew."""
        spent = time.process_time() - self._since
        print(f"{what:<44}{spent:8.2f} s{_status('VmRSS'):8} MB{_status('VmHWM'):8} MB peak", flush=True)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._since = time.process_time()


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{name}:"))) // 1024


def edit(session: Session, folder: Path, number: int) -> None:
    """One more day of work in a row of the first plan, read and judged as when it was heard of."""
    plan = sorted((folder / "plans").iterdir())[0]
    lines = plan.read_text(encoding="utf-8").splitlines()
    place, row = lines[0].split(",").index(COLUMN), lines[1000 + number].split(",")
    row[place] = str(int(row[place]) + 1)
    lines[1000 + number] = ",".join(row)
    plan.write_text("\n".join(lines) + "\n", encoding="utf-8")
    session.import_sources(named=[plan.relative_to(folder).as_posix()])
    session.assess()


def opened(folder: Path, edits: int) -> None:
    """Print what a session holds: opened, watched, and after edits."""
    line = Line()
    line.say("the program")
    with Session.open(folder) as session:
        session.import_sources()
        line.say("files read")
        session.snapshot()
        line.say("snapshot")
        session.update()
        line.say("opened: the first assessment")
        _watched(session)
        line.say("watched: the files that are kept")
        for number in range(edits):
            edit(session, folder, number)
            if number + 1 in (1, 3, edits):
                line.say(f"{number + 1} edited row{'s' if number else ''}")


def _watched(session: Session) -> None:
    session._looks.walk(session.charter, session._intake.paths)
    session._intake.watch(session.charter)


class Parts:
    """What objects take, each counted where it is met first."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._beyond = (type, type(sys), type(lambda: 0), type(self.of))

    def of(self, *roots: object) -> int:
        """The bytes of all that is reached from here and was not counted."""
        found, open_ones = 0, list(roots)
        while open_ones:
            each = open_ones.pop()
            if id(each) in self._seen or isinstance(each, self._beyond):
                continue
            self._seen.add(id(each))
            found += sys.getsizeof(each)
            open_ones += gc.get_referents(each)
            if isinstance(each, dict):  # the collector is not told of keys that are texts
                open_ones += [key for key in each if isinstance(key, str)]
        return found

    def say(self, what: str, *roots: object) -> None:
        """Print it."""
        print(f"{what:<64}{self.of(*roots) / MEGA:8.1f} MB", flush=True)


def parts(folder: Path) -> None:
    """Print what takes the memory of a session after three edits."""
    with Session.open(folder) as session:
        session.update()
        _watched(session)
        for number in range(3):
            edit(session, folder, number)
        count, case = Parts(), session._past._present
        assert case is not None
        count.of(*sys.modules.values())
        snapshot, woven, blockage = case.facts.read, case.woven, case.blockage
        for table in ("work_items", "links"):
            for name in ("title", "id", "predecessor", "successor", "origin"):
                rows = getattr(snapshot, table)
                if hasattr(rows[0], name) and name != "origin":
                    count.say(f"{table}: {name}", *(getattr(row, name) for row in rows))
            count.say(f"{table}: the records and the rest of their values", getattr(snapshot, table))
        count.say("snapshot: when work moved and was seen, tables, the past", snapshot)
        count.say("store: what it told last", vars(session.store))
        count.say("files kept while they are watched", session._intake._rereader)
        lookups = {name: value for name, value in vars(case.facts).items() if name not in ("read", "today", "edits")}
        count.say("lookups over items and links", lookups)
        count.say("network: its arrays", woven.network.net, woven.run.net, woven.network.onward, woven.run.frame)
        count.say("network: ids, items, links, and what they were built from", woven.network, woven.kept)
        count.say("early dates without holds", woven.base)
        count.say("early dates with holds", blockage._held)
        count.say("early dates with all blockers, and without any", blockage._full, blockage._unheld)
        count.say("early dates by the first plan", case.compression.lengthened)
        count.say("late dates and floats", case.near_critical)
        count.say("the assessment", {n: v for n, v in vars_of(session.assess()) if "Deferred" not in type(v).__name__})
        count.say("what else the engine keeps for the next edit", vars(case))
        count.say("what else the session keeps", vars(session))


def vars_of(record: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a record with slots."""
    return ((name, getattr(record, name)) for name in record.__dataclass_fields__)


class Clock:
    """Processor time by step; what is spent in a step within another counts for that one alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = time.process_time()

    def _turn(self, to: str | None) -> None:
        now = time.process_time()
        self.spent[self._open[-1] if self._open else "everything else"] += now - self._since
        self._since = now
        if to is None:
            self._open.pop()
        else:
            self._open.append(to)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What is done within is this step."""
        self._turn(name)
        try:
            yield
        finally:
            self._turn(None)

    def measure(self, owner: Any, name: str, step: str) -> None:
        """Have each call of a function be a step."""
        work: Callable[..., Any] = getattr(owner, name)

        @wraps(work)
        def measured(*args: Any, **named: Any) -> Any:
            with self.step(step):
                return work(*args, **named)

        setattr(owner, name, measured)


def reading(folder: Path) -> None:
    """Print what each step of the first reading and the first assessment costs."""
    from cockpit.engine.case import Case
    from cockpit.sources import registry, tables
    from cockpit.store import contents, history, layout, present
    from cockpit.store.connection import Connection

    clock = Clock()
    for owner, name, step in (
        (registry, "fingerprint", "read: bytes and their hash"),
        (tables, "read_csv", "parse: lines and cells"),
        (tables, "build", "validate: cells to records"),
        (history, "prepare_table", "encode and hash each row"),
        (layout, "packed", "layout: where each row stands"),
        (history, "_compare", "compare with what was known"),
        (history, "write_change", "store and index"),
        (contents, "_load", "snapshot: rows to records, their hashes verified"),
        (present, "_whole", "snapshot: what history tells"),
    ):
        clock.measure(owner, name, step)
    Connection.write = _committed(clock, Connection.write)  # type: ignore[method-assign]
    with Session.open(folder) as session:
        clock._turn("everything else of reading")
        session.import_sources()
        clock._turn(None)
        with clock.step("everything else of the snapshot"):
            session.snapshot()
        for name, step in (("woven", "network and its first pass"), ("blockage", "holds")):
            getattr(Case, name).func = _stepped(clock, step, getattr(Case, name).func)
        with clock.step("everything else of judging"):
            session.assess()
    for step, spent in clock.spent.items():
        print(f"{step:<60}{spent:8.2f} s")


def _committed(clock: Clock, write: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def measured(own: Any, doing: str) -> Iterator[Any]:
        within = write(own, doing)
        yield within.__enter__()
        with clock.step("commit"):
            within.__exit__(None, None, None)

    return measured


def _stepped(clock: Clock, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def measured(own: Any) -> Any:
        with clock.step(step):
            return work(own)

    return measured


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--again", action="store_true", help="a portfolio that was read before")
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--reading", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "p"
        left = () if asked.again else ("portfolio.db*",)
        shutil.copytree(asked.folder, folder, ignore=shutil.ignore_patterns(*left))
        if asked.parts:
            parts(folder)
        elif asked.reading:
            reading(folder)
        else:
            opened(folder, asked.edits)


if __name__ == "__main__":
    main()
