"""One task changes; how long until its new critical path is known? `python benchmarks/changing.py [SIZE]`.

Ours: a session that watches its files hears of one in which a duration changed, reads it, stores what differs, and
assesses anew, with every rule, roll-up and signature check; the driving chains are in the assessment. The peer,
TaskJuggler, runs again over the whole plan, which is what its users do. Its plan has the same work and links, as far as
it can say them (FS and SS links without lags, one calendar, no progress); it knows neither rules nor signatures.
Medians of five, of two where a run takes more than ten seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import aclosing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import portfolios
from statements import sign

if TYPE_CHECKING:
    from cockpit.session.live import Session

HERE = Path(__file__).resolve()
LONG = 10.0
ENDS = {"FS": "onend", "SS": "onstart"}


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("size", nargs="?", type=int, default=10_000)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--no-peer", action="store_true")
    words.add_argument("--inside", nargs=3, metavar=("FOLDER", "ROUNDS", "KERNEL"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.inside:
        folder, rounds, kernel = asked.inside
        print(*inside(Path(folder), int(rounds), kernel))
        return
    print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_STATE_HOME"] = scratch
        original = Path(scratch, "portfolio")
        portfolios.write(original, asked.size)
        sign(original, asked.size // 20)
        found = {}
        for kernel in ("plain", "compiled"):
            copy = Path(scratch, kernel)
            shutil.copytree(original, copy)
            command = [sys.executable, str(HERE), "--inside", str(copy), str(asked.rounds), kernel]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[kernel] = [float(word) for word in done.stdout.split()]
            print(f"measured {kernel}: {median(found[kernel]):.3f} s", file=sys.stderr, flush=True)
        theirs = [] if asked.no_peer or not shutil.which("tj3") else peer(original, Path(scratch), asked.rounds)
    bare, fast = median(found["plain"]), median(found["compiled"])
    print("| items | bare | `[fast]` | TaskJuggler again | ÷ bare | ÷ `[fast]` |\n|---|---|---|---|---|---|")
    figures = [f"{asked.size:,}", f"{bare * 1000:,.0f} ms", f"{fast * 1000:,.0f} ms"]
    if theirs:
        again = median(theirs)
        figures += [f"{again:.1f} s, of {len(theirs)}", f"{again / bare:,.0f}", f"{again / fast:,.0f}"]
    print(f"| {' | '.join(figures)} |\n\nLoad after: {os.getloadavg()[0]:.1f}.")


# Our side


def inside(folder: Path, rounds: int, kernel: str) -> list[float]:
    """Seconds from the saved file to the assessment of a session that watches its files, as the app does; each time
    after the last task of the longest chain grew."""
    from cockpit.basics import compiling
    from cockpit.engine.scheduling import speed
    from cockpit.session.live import Session

    speed.WORTH = 1 << 62 if kernel == "plain" else 0
    if kernel != "plain":
        compiling.prepare()
        speed.compiled()
    with Session.open(folder) as session:
        return asyncio.run(followed(session, folder, rounds))[1:]


async def followed(session: Session, folder: Path, rounds: int) -> list[float]:
    """The same, of a session that is open."""
    found = []
    assessment = session.update().assessment
    chain = max((each.steps for each in assessment.chains), key=len)
    last = [step.item for step in chain if ":" not in step.item][-1]
    async with aclosing(session.watch()) as updates:
        for number in range(rounds + 1):
            told = asyncio.ensure_future(anext(updates))
            await asyncio.sleep(1)  # until it listens, and all is quiet
            began = await asyncio.to_thread(change, folder, last, 20 + number)
            after = (await told).assessment
            found.append(time.perf_counter() - began)
            assert after.chains != assessment.chains
            assessment = after
    return found


def change(folder: Path, item: str, days: int) -> float:
    """Give a task another duration, as an editor does that writes a new file; the moment at which it is there."""
    for path in sorted(folder.glob("plans/*.csv")):
        data = path.read_bytes()
        at = data.find(f"\n{item},".encode())
        if at >= 0:
            end = data.index(b"\n", at + 1)
            cells = data[at + 1 : end].split(b",")
            cells[6] = str(days).encode()
            beside = path.with_name(f".{path.name}.new")
            beside.write_bytes(data[: at + 1] + b",".join(cells) + data[end:])
            beside.replace(path)
            return time.perf_counter()
    raise KeyError(item)


# The peer


def peer(folder: Path, scratch: Path, rounds: int) -> list[float]:
    """Seconds of whole runs of TaskJuggler."""
    plan = scratch / "plan.tjp"
    plan.write_text(tjp(folder))
    found: list[float] = []
    while len(found) < rounds and (len(found) < 2 or max(found) < LONG):
        began = time.perf_counter()
        command = ["tj3", "--silent", "--output-dir", str(scratch), str(plan)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:500]
        found.append(time.perf_counter() - began)
        print(f"measured TaskJuggler, {found[-1]:.1f} s", file=sys.stderr, flush=True)
    return found


def tjp(folder: Path) -> str:
    """The work and links of a portfolio as a TaskJuggler project."""
    before: dict[str, list[str]] = defaultdict(list)
    for row in rows(folder / "links.csv"):
        if row["type"] in ENDS:
            before[row["successor"]].append(f"{row['predecessor']} {{ {ENDS[row['type']]} }}")
    lines = [f'project bench "Bench" {portfolios.BEGIN} +8y {{\n}}\n']
    for path in sorted(folder.glob("plans/*.csv")):
        for row in rows(path):
            ties = before.get(row["id"])
            bound = f"depends {', '.join(ties)}" if ties else f"start {portfolios.BEGIN}"
            lines.append(f'task {row["id"]} "{row["title"]}" {{\n  length {row["duration_days"]}d\n  {bound}\n}}\n')
    return "".join(lines) + 'taskreport dates "dates" {\n  formats csv\n  columns id, start, end, criticalness\n}\n'


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
