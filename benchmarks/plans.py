"""Plans read and scheduled beside the peers, in one run: `python benchmarks/plans.py [SIZE…] [--rounds N]`.

The peers are MPXJ (the Python package `mpxj` brings its archives; a Java development kit 17 compiles the helper) and
TaskJuggler (`tj3`, at the smallest size). Who is missing is said and left out. Every program prints the same
columns; rounds go through all programs in turn, so that a busy minute of the machine meets each of them. Medians.
"""

from __future__ import annotations

import argparse
import compileall
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

import plans_files

HERE = Path(__file__).resolve().parent
SIZES = (1_000, 10_000, 100_000)
CHAIN = 50_000
WARM = 5
"""How often a plan is read and scheduled in one process; twice at `LARGE`."""
LARGE = 50_000
TASKJUGGLER_MOST = 1_000
PATIENCE = 900
"""Seconds after which a program is stopped."""
PROGRAMS = {"xer": "P6 XER", "xml": "Project XML"}
PLAIN = (
    "import sys; from cockpit.engine.scheduling import speed; from cockpit.cli import main; speed.WORTH = 1 << 62; "
    "sys.argv[0] = 'cockpit'; main()"
)
"""The command as it runs where numba is not installed."""
Times = tuple[float, float, float]
"""Milliseconds for reading, scheduling and writing the table."""


class Run(NamedTuple):
    """One program run as a whole process."""

    seconds: float
    busy: float
    """Seconds of processors, which a busy machine stretches less."""
    mib: float
    code: int
    errors: str


class Peer(NamedTuple):
    """The command line of MPXJ without file and count."""

    command: tuple[str, ...]

    def on(self, file: Path, rounds: int) -> list[str]:
        """The command for one file."""
        return [*self.command, str(file), str(rounds)]


def main() -> None:
    """Measure and print tables for `docs/performance.md`."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("sizes", nargs="*", type=int, default=SIZES)
    words.add_argument("--rounds", type=int, default=3, help="whole processes a figure (at most 2 from 50,000 on)")
    words.add_argument("--keep", type=Path, help="a folder that keeps the plans and what was compiled from run to run")
    words.add_argument("--no-chain", action="store_true")
    words.add_argument("--inside", nargs=3, metavar=("FILE", "ROUNDS", "KERNEL"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.inside:
        inside(Path(asked.inside[0]), int(asked.inside[1]), asked.inside[2])
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        peer = mpxj(Path(scratch))
        compile_kernel(folder)
        print(f"Load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n", flush=True)
        compare(sorted(asked.sizes), asked.rounds, folder, peer)
        task_juggler(min(asked.sizes), asked.rounds, folder)
        if not asked.no_chain:
            long_chain(folder, peer)
        print(f"\nLoad of the machine after: {os.getloadavg()[0]:.1f}.")


# The programs


def mpxj(folder: Path) -> Peer | None:
    """The peer's helper, compiled; None, and said, where something is missing."""
    spec = find_spec("mpxj")
    if spec is None or spec.origin is None or not shutil.which("javac"):
        print("MPXJ is left out: it takes the Python package mpxj and a Java development kit.\n")
        return None
    jars = ":".join(sorted(str(path) for path in (Path(spec.origin).parent / "lib").glob("*.jar")))
    subprocess.run(["javac", "-cp", jars, "-d", str(folder), str(HERE / "Peer_plans.java")], check=True)
    return Peer(("java", "-cp", f"{jars}:{folder}", "PeerPlans"))


def compile_kernel(folder: Path) -> None:
    """Compile what numba keeps from run to run, into a folder of its own, so that no figure below holds it; nor what
    Python compiles of modules, which an installation does."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(HERE.parent / "cockpit", quiet=1)
    if find_spec("numba") is None:
        print("numba is not installed: both columns of Cockpit are plain Python.\n")
        return
    os.environ["NUMBA_CACHE_DIR"] = str(folder / "kernel")
    runs = [process(ours_inside(written(folder / f"200.{ending}"), 1, "compiled")) for ending in PROGRAMS]
    print(f"With `fast`, what was not compiled before this run took {sum(run.seconds for run in runs):.0f} s.\n")


def written(file: Path) -> Path:
    """The plan that the name of a file asks for. A child writes it: what this process ever held would count as memory
    of every program that it starts."""
    if not file.exists():
        subprocess.run([sys.executable, str(HERE / "plans_files.py"), str(file)], check=True)
    return file


def ours(file: Path) -> list[str]:
    """The command as people give it."""
    return [sys.executable, "-m", "cockpit", "schedule", str(file), "--csv"]


def ours_plain(file: Path) -> list[str]:
    """The command without numba."""
    return [sys.executable, "-c", PLAIN, "schedule", str(file), "--csv"]


def ours_inside(file: Path, rounds: int, kernel: str) -> list[str]:
    """This file, measuring steps in one process."""
    return [sys.executable, __file__, "--inside", str(file), str(rounds), kernel]


def inside(file: Path, rounds: int, kernel: str) -> None:
    """Read and schedule in this process; milliseconds to standard error as the peer prints them."""
    from cockpit.engine.plans.plan import schedule_plan
    from cockpit.engine.scheduling import speed
    from cockpit.outlets.schedule_table import Schedule

    if file.suffix == ".xer":
        from cockpit.sources.primavera import read
    else:
        from cockpit.sources.msproject import read
    if kernel == "plain":
        speed.WORTH = 1 << 62
    else:
        speed.compiled()
    for _ in range(rounds):
        begun = time.perf_counter()
        batch = read(file, file.name)
        read_at = time.perf_counter()
        schedule = schedule_plan(batch)
        scheduled = time.perf_counter()
        print(Schedule(schedule).csv(), end="")
        times = (read_at - begun, scheduled - read_at, time.perf_counter() - scheduled)
        print(*(f"{each * 1000:.1f}" for each in times), file=sys.stderr, flush=True)
        del batch, schedule


def process(command: Sequence[str], out: Path | None = None, folder: Path | None = None) -> Run:
    """Run a program to its end: its time, its peak of memory, what it said of errors."""
    with tempfile.TemporaryFile() as errors, (out or Path(os.devnull)).open("wb") as output:
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=errors, cwd=folder or HERE.parent)
        deadline = begun + PATIENCE
        while True:
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() > deadline:
                child.kill()
            time.sleep(0.005)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        return Run(
            seconds,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024,
            child.returncode,
            errors.read().decode(errors="replace"),
        )


# The comparison


class Figures(NamedTuple):
    """What was measured of one plan; empty lists where a program is missing."""

    size: int
    ending: str
    whole: dict[str, list[Run]]
    inside: dict[str, list[Times]]
    megabytes: float
    same: str


def compare(sizes: Sequence[int], rounds: int, folder: Path, peer: Peer | None) -> None:
    """Measure every size in every format and print the tables."""
    found = []
    for size in sizes:
        for ending in PROGRAMS:
            file = written(folder / f"{size}.{ending}")
            found.append(measured(size, file, min(rounds, 2) if size >= LARGE else rounds, peer))
            print(f"measured {size:,} {ending}", file=sys.stderr, flush=True)
    whole_table(found)
    steps_table(found)
    growth_table(found)


def measured(size: int, file: Path, rounds: int, peer: Peer | None) -> Figures:
    """Every program on one plan, in turn, some rounds."""
    commands = {"plain": ours_plain(file), "compiled": ours(file)}
    commands |= {"mpxj": peer.on(file, 1)} if peer else {}
    whole: dict[str, list[Run]] = {name: [] for name in commands}
    texts = {name: file.with_name(f"{file.name}.{name}.csv") for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            whole[name].append(process(command, texts[name]))
    warm = 2 if size >= LARGE else WARM
    inside = {name: steps(process(ours_inside(file, warm, name))) for name in ("plain", "compiled")}
    if peer:
        inside["mpxj"] = steps(process(peer.on(file, warm)))
    same = agreement(texts["compiled"], texts["mpxj"]) if peer else "–"
    for text in texts.values():
        text.unlink()
    return Figures(size, file.suffix[1:], whole, inside, file.stat().st_size / 1e6, same)


def steps(run: Run) -> list[Times]:
    """The milliseconds that a program printed, a round a line."""
    found: list[Times] = []
    for line in run.errors.splitlines():
        try:
            read, scheduled, written = map(float, line.split())
        except ValueError:
            continue
        found.append((read, scheduled, written))
    return found


def agreement(ours: Path, theirs: Path) -> str:
    """How many activities start at the same minute: a sign that both did the same work, not a test of either."""
    peers = {line.split(",")[0]: line.split(",")[2] for line in theirs.read_text().splitlines()}
    lines = [line.split(",") for line in ours.read_text().splitlines()[1:]]
    lines = [line for line in lines if int(line[0]) > plans_files.FIRST]
    return f"{100 * sum(peers.get(line[0]) == line[2] for line in lines) / len(lines):.1f} %"


def whole_table(found: Sequence[Figures]) -> None:
    """What a user waits for."""
    print("### Whole processes: read, schedule, write the dates\n")
    print("| activities | file | Cockpit | with `fast` | MPXJ, cold | MPXJ ÷ Cockpit | ÷ with `fast` "
          "| processors: Cockpit | `fast` | MPXJ | memory: Cockpit | `fast` | MPXJ | same start |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for one in found:
        runs = [one.whole.get(name, ()) for name in ("plain", "compiled", "mpxj")]
        plain, fast, peer = map(middle, runs)
        cells = [
            f"{one.size:,}", f"{PROGRAMS[one.ending]}, {one.megabytes:.1f} MB", seconds(plain), seconds(fast),
            seconds(peer), ratio(peer, plain), ratio(peer, fast), *map(busy, runs), *map(peak, runs), one.same,
        ]  # fmt: skip
        print(f"| {' | '.join(cells)} |")


def steps_table(found: Sequence[Figures]) -> None:
    """The steps in a process that has begun long ago."""
    print("\n### In one process: read / schedule / write, the first time and then\n")
    print("| activities | file | Cockpit | with `fast` | MPXJ, first | MPXJ, warm | MPXJ warm ÷ Cockpit: read "
          "| schedule | ÷ with `fast`: schedule |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for one in found:
        plain, fast = (settled(one.inside[name]) for name in ("plain", "compiled"))
        first, warm = None, None
        if one.inside.get("mpxj"):
            first, warm = one.inside["mpxj"][0], settled(one.inside["mpxj"])
        print(
            f"| {one.size:,} | {PROGRAMS[one.ending]} | {parts(plain)} | {parts(fast)} | {parts(first)} "
            f"| {parts(warm)} | {quotient(warm, plain, 0)} | {quotient(warm, plain, 1)} | {quotient(warm, fast, 1)} |"
        )


def growth_table(found: Sequence[Figures]) -> None:
    """The exponent e in time ~ size^e between neighbouring sizes: 1 is in proportion."""
    print("\n### How the time grows: the exponent of the number of activities\n")
    print("| from … to | file | Cockpit read | schedule | with `fast`: schedule | MPXJ warm read | schedule |")
    print("|---|---|---|---|---|---|---|")
    for ending in PROGRAMS:
        ones = [one for one in found if one.ending == ending]
        for small, large in pairwise(ones):

            def exponent(name: str, step: int, small: Figures = small, large: Figures = large) -> str:
                a, b = settled(small.inside.get(name, ())), settled(large.inside.get(name, ()))
                if a is None or b is None:
                    return "–"
                return f"{math.log(b[step] / a[step]) / math.log(large.size / small.size):.2f}"

            cells = [("plain", 0), ("plain", 1), ("compiled", 1), ("mpxj", 0), ("mpxj", 1)]
            print(
                f"| {small.size:,} … {large.size:,} | {PROGRAMS[ending]} | "
                + " | ".join(exponent(*cell) for cell in cells)
                + " |"
            )


def task_juggler(size: int, rounds: int, folder: Path) -> None:
    """The peer that knows no early and late dates: forward only, without SF, FF and negative lags."""
    print()
    if size > TASKJUGGLER_MOST:
        return
    if not shutil.which("tj3"):
        print("TaskJuggler is left out: there is no tj3 here.")
        return
    file = written(folder / f"{size}.tjp")
    runs = [process(["tj3", "--silent", "--output-dir", str(folder), str(file)]) for _ in range(rounds)]
    if runs[0].code:
        print(f"TaskJuggler refused the plan: {runs[0].errors.strip()[:500]}")
        return
    mine = [process(ours_plain(written(folder / f"{size}.xer"))) for _ in range(rounds)]
    theirs, here = middle(runs), middle(mine)
    print(f"TaskJuggler, {size:,} activities, whole process: {seconds(theirs)}, {peak(runs)}; Cockpit {seconds(here)} "
          f"(plain Python, XER). Ratio {ratio(theirs, here)}.")  # fmt: skip


def long_chain(folder: Path, peer: Peer | None) -> None:
    """A chain on which the recursion of the peer ends."""
    print(f"\n### A chain of {CHAIN:,} activities\n\n| file | Cockpit | with `fast` | MPXJ |\n|---|---|---|---|")
    for ending in PROGRAMS:
        file = written(folder / f"chain-{CHAIN}.{ending}")
        runs = [process(ours_plain(file)), process(ours(file))]
        theirs = told(process(peer.on(file, 1))) if peer else "–"
        print(f"| {PROGRAMS[ending]} | {told(runs[0])} | {told(runs[1])} | {theirs} |", flush=True)


# How figures are said


def told(run: Run) -> str:
    """The time of a run, or how it ended."""
    if run.code in (0, 1) and "Exception" not in run.errors and "StackOverflow" not in run.errors:
        return f"{run.seconds:.1f} s, {run.mib:.0f} MiB"
    lines = [line for line in run.errors.splitlines() if "Error" in line or "Exception" in line]
    return f"fails after {run.seconds:.1f} s: {(lines or ['killed'])[0].split(':', 1)[0].strip()[:80]}"


def middle(runs: Sequence[Run]) -> float | None:
    """The median of seconds; None where a run failed."""
    good = [run.seconds for run in runs if run.code in (0, 1) and "Exception in" not in run.errors]
    return median(good) if good and len(good) == len(runs) else None


def peak(runs: Sequence[Run]) -> str:
    """The median of the peaks of memory."""
    return f"{median(run.mib for run in runs):.0f} MiB" if runs else "–"


def busy(runs: Sequence[Run]) -> str:
    """The median of the time that processors worked."""
    return seconds(median(run.busy for run in runs)) if runs else "–"


def seconds(value: float | None) -> str:
    """Seconds with two digits that count."""
    return "–" if value is None else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def ratio(peer: float | None, own: float | None) -> str:
    """How many times as long the peer takes."""
    return "–" if peer is None or own is None else f"{peer / own:.1f}"


def settled(rounds: Sequence[Times]) -> Times | None:
    """The median of all rounds but the first."""
    later = list(rounds[1:]) or list(rounds)
    if not later:
        return None
    read, scheduled, written = (median(one[step] for one in later) for step in range(3))
    return read, scheduled, written


def parts(times: Times | None) -> str:
    """The three steps in milliseconds."""
    return "–" if times is None else " / ".join(f"{each:,.0f}" for each in times) + " ms"


def quotient(peer: Times | None, own: Times | None, step: int) -> str:
    """How many times as long the peer takes for one step."""
    return "–" if peer is None or own is None else f"{peer[step] / own[step]:.1f}"


if __name__ == "__main__":
    main()
