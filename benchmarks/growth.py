"""How each stage of the whole way grows: `python benchmarks/growth.py [--sizes 1000 10000 100000] [--rounds 3]`.

Portfolios of `portfolios.py` with a ledger (a statement for twenty work items). A process a round measures all stages
of one size, in seconds of processor time, so that other programs disturb it little; commands are whole processes, their
children with them. The exponent e in time ~ size^e stands between neighbouring sizes; what is above 1.15 and costs
something is marked.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TypeVar

import portfolios
from statements import sign

HERE = Path(__file__).resolve()
STEEP = 1.15
"""n log n between 10,000 and 100,000 is an exponent of 1.10, between 1,000 and 10,000 one of 1.12."""
WORTH = 0.02
"""Seconds at the largest size from which a steep stage is marked."""
LITTLE = 0.002
"""Seconds at the largest size below which a part has no row of its own."""
DROPS = (8, 16, 32)
Spent = dict[str, float]
T = TypeVar("T")


class Watch:
    """Seconds of processor time of each stage, in the order in which they were measured."""

    def __init__(self) -> None:
        self.spent: Spent = {}

    def of(self, name: str, work: Callable[[], T]) -> T:
        """Do it and note what it took; done twice, it adds up."""
        began = time.process_time()
        found = work()
        self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - began
        return found


def stages(folder: Path) -> Spent:
    """Every stage over one portfolio, in this process."""
    from cockpit.engine.assess import assess
    from cockpit.session.live import Session

    watch = Watch()
    with Session.open(folder) as session:
        watch.of("import, first", session.import_sources)
        watch.of("import, unchanged", session.import_sources)
        today = watch.of("update, first", session.update).assessment.today
    with Session.open(folder) as session:
        watch.of("import, unchanged, cold", session.import_sources)
        watch.of("snapshot, first", session.snapshot)
        snapshot = watch.of("snapshot", session.snapshot)
        watch.of("assess, the whole of it", lambda: assess(snapshot, today))
        _parts(watch, folder)
        session.update()
        _edit(folder)
        watch.of("update, one row changed", session.update)
        portfolios.change(folder)
        watch.of("update, 3% changed", session.update)
    watch.spent["memory, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return watch.spent


def _parts(watch: Watch, folder: Path) -> None:
    """Every part of an assessment, each without those that were asked before."""
    from cockpit.basics.garbage import uncollected
    from cockpit.engine.assess import assessment_of
    from cockpit.engine.case import Case
    from cockpit.engine.decisions.escalation import levels
    from cockpit.engine.decisions.life import lived
    from cockpit.engine.facts import Facts
    from cockpit.engine.path.chains import item_dates
    from cockpit.engine.rules import catalogue
    from cockpit.engine.statements.signoffs import signoffs
    from cockpit.session.live import Session

    with Session.open(folder) as session:
        snapshot, today = session.snapshot(), session.today()
    facts = Facts(snapshot, today)
    case = Case(facts)
    with uncollected():  # else one part pays for the garbage of all before it
        for owner, kind in ((facts, "facts"), (case, "case")):
            for name in _lazy(type(owner)):
                watch.of(f"{kind}: {name}", lambda owner=owner, name=name: getattr(owner, name))
        breaches = []
        for rule in catalogue():
            breaches += watch.of(f"rule: {rule.code}", lambda rule=rule: list(rule.check(case)))
        life = watch.of("views: life of breaches", lambda: lived(case, breaches))
        watch.of("views: sign-offs", lambda: signoffs(case, life.breaches))
        watch.of("views: dates of items", lambda: item_dates(facts, case.blockage))
        watch.of("views: levels", lambda: levels(case, breaches))
        watch.of("all rules and views again", lambda: assessment_of(case))


def _lazy(kind: type) -> list[str]:
    """The names of what an object works out when it is asked, in the order of the source, base classes first."""
    found = [name for each in reversed(kind.__mro__) for name, value in vars(each).items()
             if isinstance(value, cached_property)]  # fmt: skip
    return list(dict.fromkeys(found))


def _edit(folder: Path) -> None:
    """Change one duration in the middle of the first file."""
    path = folder / "plans" / "plan-000.csv"
    lines = path.read_bytes().split(b"\r\n")
    cells = lines[len(lines) // 2].split(b",")
    cells[6] = b"11"
    lines[len(lines) // 2] = b",".join(cells)
    path.write_bytes(b"\r\n".join(lines))


def parts(folder: Path) -> Spent:
    """Import, snapshot, and the parts of an assessment alone: for sizes at which the whole takes minutes."""
    from cockpit.session.live import Session

    watch = Watch()
    with Session.open(folder) as session:
        watch.of("import, first", session.import_sources)
        watch.of("import, unchanged", session.import_sources)
        watch.of("snapshot, first", session.snapshot)
        watch.of("snapshot", session.snapshot)
    _parts(watch, folder)
    watch.spent["memory, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return watch.spent


def past(folder: Path) -> Spent:
    """Replay over all drops, and what is told of every subject."""
    from cockpit.session.live import Session

    watch = Watch()
    with Session.open(folder) as session:
        watch.of("import of all drops", session.update)
        watch.of("replay", session.replay)
        watch.of("events of every subject", session.events_of)
    return watch.spent


def _choose_kernel() -> None:
    """The same kernel for every size: else a step between two would look like growth."""
    from cockpit.basics import compiling
    from cockpit.engine.scheduling import speed

    if os.environ.get("COCKPIT_BENCH_KERNEL") == "compiled":
        speed.WORTH = 0
        compiling.prepare()
        speed.compiled()
    else:
        speed.WORTH = 1 << 62


def command(*arguments: str) -> float:
    """Seconds of processor time of a whole command, as a user meets it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "cockpit", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(original: Path, work: str, rounds: int) -> Spent:
    """The median of each stage over some processes, each with a copy of its own and nothing remembered."""
    found = []
    for number in range(rounds):
        copy = original.with_name(f"{original.name}-{work}-{number}")
        shutil.copytree(original, copy)
        os.environ["XDG_STATE_HOME"] = str(copy.with_name(copy.name + "-state"))
        done = subprocess.run([sys.executable, str(HERE), "--inside", work, str(copy)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        spent: Spent = json.loads(done.stdout)
        if work == "stages":
            for name in ("check", "brief"):
                spent[f"cockpit {name}, whole process"] = command(name, str(copy))
        found.append(spent)
        shutil.rmtree(copy)
    return {name: median(each[name] for each in found) for name in found[0]}


def table(sizes: Sequence[int], found: Sequence[Spent], unit: str) -> None:
    """Print a row a stage: what each size took, and the exponents between them."""
    heads = [f"{size:,}" for size in sizes] + [f"{a:,} … {b:,}" for a, b in pairwise(sizes)]
    print(f"\n| stage, by {unit} | " + " | ".join(heads) + " | |\n|---|" + "---|" * (len(heads) + 1))
    small = [name for name, value in found[-1].items() if value < LITTLE and name.count(": ")]
    for name in found[-1]:
        values = [each.get(name, math.nan) for each in found]
        if name in small:
            continue
        exponents = [
            math.log(b / a) / math.log(large / small) if a > 1e-4 and b > 1e-3 else math.nan
            for (a, b), (small, large) in zip(pairwise(values), pairwise(sizes), strict=True)
        ]
        steep = exponents and exponents[-1] > STEEP and values[-1] > WORTH
        cells = [_figure(name, value) for value in values]
        cells += ["–" if math.isnan(each) else f"{each:.2f}" for each in exponents]
        print(f"| {name} | {' | '.join(cells)} | {'steep' if steep else ''} |")
    if small:
        print(f"\nBelow {LITTLE * 1000:.0f} ms at {sizes[-1]:,}: {', '.join(small)}.")


def _figure(name: str, value: float) -> str:
    if "MiB" in name:
        return f"{value:.0f}"
    return "–" if math.isnan(value) else f"{value * 1000:,.1f} ms" if value < 1 else f"{value:.2f} s"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3, help="processes for each size; one from 100,000 on")
    parser.add_argument("--deep", action="store_true", help="all work items in one chain")
    parser.add_argument("--unsigned", action="store_true", help="no ledger, so nothing is promised and little holds")
    parser.add_argument("--fast", action="store_true", help="the compiled kernel at every size; else the plain one")
    parser.add_argument("--parts", action="store_true", help="no updates, no commands: for sizes that take minutes")
    parser.add_argument("--past", type=int, default=1_000, help="work items of the portfolio with drops; 0 for none")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        work, folder = asked.inside
        _choose_kernel()
        print(json.dumps({"stages": stages, "parts": parts, "past": past}[work](Path(folder))))
        return
    os.environ["COCKPIT_BENCH_KERNEL"] = "compiled" if asked.fast else "plain"
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        kernel = "compiled by numba" if asked.fast else "plain Python"
        print(f"Seconds of processor time, the kernel {kernel}, load {os.getloadavg()[0]:.1f} before")
        found = []
        for size in asked.sizes:
            portfolios.write(place / str(size), size, deep=asked.deep)
            if not asked.unsigned:
                sign(place / str(size), size // 20)
            work = "parts" if asked.parts else "stages"
            found.append(measured(place / str(size), work, 1 if size >= 100_000 else asked.rounds))
            print(f"measured {size:,}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        table(asked.sizes, found, "work items")
        if not asked.past:
            return
        found = []
        for drops in DROPS:
            portfolios.write(place / f"past-{drops}", asked.past, drops=drops)
            found.append(measured(place / f"past-{drops}", "past", asked.rounds))
        table(DROPS, found, f"drops of {asked.past:,} work items")


if __name__ == "__main__":
    main()
