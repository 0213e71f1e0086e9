"""A team that never stops saving: edits of a portfolio's files, and a look at the process that follows them."""

from __future__ import annotations

import csv
import io
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
Row = dict[str, str]


class Table:
    """A CSV file of the team, and the rows that it has or is about to have."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(newline="", encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))
        self._names = list(self.rows[0])

    def save(self, way: str) -> None:
        """Write all rows, as programs do: `replaced` by another file, `in place`, or `anew` after it was deleted."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self._names)
        writer.writeheader()
        writer.writerows(self.rows)
        if way == "replaced":
            beside = self.path.with_name(f".{self.path.name}.new")
            beside.write_text(out.getvalue(), newline="")
            beside.replace(self.path)
            return
        if way == "anew":
            self.path.unlink()
        self.path.write_text(out.getvalue(), newline="")


class Team:
    """Edits one thing after the other; the same seed makes the same edits."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._dice = random.Random(seed)
        self.plan = Table(folder / "plans" / "plan-000.csv")
        self._projects = Table(folder / "projects.csv")
        self._readings = Table(folder / "readings.csv")
        self.edits = 0

    def edit(self) -> None:
        """Change something and save it."""
        self.edits += 1
        dice = self._dice
        kind = dice.random()
        way = dice.choices(("replaced", "in place", "anew"), (60, 37, 3))[0]
        if kind < 0.08:
            dice.choice(self._projects.rows)["forecast_cost"] = str(dice.randint(900_000, 1_200_000))
            self._projects.save(way)
        elif kind < 0.12:
            dice.choice(self._readings.rows)["value"] = str(dice.randint(40, 90))
            self._readings.save(way)
        else:
            self._change_plan(kind)
            self.plan.save(way)

    def _change_plan(self, kind: float) -> None:
        rows, dice = self.plan.rows, self._dice
        at = dice.randrange(len(rows))
        if kind < 0.16:
            rows.insert(at, rows[at] | {"id": f"N{self.edits}", "status": "todo"})
        elif kind < 0.20:
            del rows[at]
        elif kind < 0.30:
            rows[at]["status"] = dice.choice(("todo", "doing", "done"))
        else:
            rows[at]["duration_days"] = str(dice.randint(1, 30))


class Look(NamedTuple):
    """What a process holds."""

    mib: float
    files: int
    threads: int


class Follower:
    """The app in a process of its own. Use as a context manager."""

    def __init__(self, folder: Path, place: Path) -> None:
        self._question, self._answer = place / "question", place / "answer.json"
        command = [sys.executable, str(HERE / "soaked_app.py"), *map(str, (folder, self._question, self._answer))]
        self._errors = (place / "errors.txt").open("wb")
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self._errors)

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def look(self) -> Look:
        """Resident memory, open files and threads, as the system counts them."""
        place = Path(f"/proc/{self._process.pid}")
        lines = (place / "status").read_text().splitlines()
        told = {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines) if value.split()}
        return Look(int(told["VmRSS"]) / 1024, len(list((place / "fd").iterdir())), int(told["Threads"]))

    def ask(self, patience: float = 300.0) -> dict[str, Any]:
        """What the app shows and knows now."""
        self._question.touch()
        end = time.monotonic() + patience
        while not self._answer.exists():
            assert self._process.poll() is None, Path(self._errors.name).read_text()
            assert time.monotonic() < end, "the app does not answer"
            time.sleep(0.05)
        found: dict[str, Any] = json.loads(self._answer.read_text())
        self._answer.unlink()
        return found
