"""Portfolios of any size, as the files that teams would write: `python benchmarks/portfolios.py FOLDER SIZE`.

A hundred work items a project, one and a half links an item of all types, one link in thirty across projects, 20
calendars, dependencies between teams (one in a hundred items, 1,000 at most), 200 KPIs at most. The same size gives the
same files. `TODAY` lies in the middle: what was planned before it is mostly done, and one project in five is late.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path

TODAY = date(2025, 6, 2)
BEGIN = date(2025, 1, 6)
SPAN = 300
"""Days over which the work is spread."""
PER_PROJECT = 100
PER_FILE = 10_000
TEAMS = 20
CALENDARS = 20
OBJECTIVES = 10
_TYPES = ("FS",) * 17 + ("SS", "FF", "SF")

Row = dict[str, object]


def write(folder: Path, size: int, *, deep: bool = False, drops: int = 0) -> None:
    """Write a portfolio of `size` work items. `deep`: all of them in one chain of links, the worst case.

    `drops`: so many dated folders beside it hold the plans as they were on earlier days, from the beginning on. Rows
    are written as they are made, so that a million of them need no memory.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(size)
    (folder / "portfolio.toml").write_text(_charter(past=drops > 0), encoding="utf-8")
    _plans(folder, _items(dice, size, TODAY), size)
    table(folder / "projects.csv", _projects(dice, size))
    table(folder / "links.csv", _chain(size) if deep else _links(dice, size))
    table(folder / "dependencies.csv", _dependencies(dice, size))
    table(folder / "objectives.csv", _objectives())
    kpis = list(_kpis(dice, min(200, max(10, size // 50))))
    table(folder / "kpis.csv", kpis)
    table(folder / "readings.csv", _readings(dice, kpis))
    for number in range(drops):
        day = BEGIN + (TODAY - BEGIN) * (number + 1) / (drops + 1)
        _plans(folder / str(day), _earlier(_items(random.Random(size), size, day), number), size)


def table(path: Path, rows: Iterable[Row]) -> None:
    """Write rows of equal columns as CSV, one by one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = iter(rows)
        first = next(rows, None)
        writer = csv.DictWriter(file, list(first or ["id"]))
        writer.writeheader()
        writer.writerows([first] if first else [])
        writer.writerows(rows)


def _plans(folder: Path, items: Iterator[Row], size: int) -> None:
    for start in range(0, size, PER_FILE):
        table(folder / f"plans/plan-{start // PER_FILE:03}.csv", islice(items, PER_FILE))


def _charter(*, past: bool) -> str:
    calendars = "\n".join(
        f"[calendars.c{n}]\nholidays = [2025-05-{n + 1:02}, 2025-08-{n + 1:02}]\n" for n in range(CALENDARS)
    )
    people = "\n".join(
        f'[[people]]\nid = "lead{n}"\nname = "Lead {n}"\nteam = "t{n}"\n[[teams]]\nid = "t{n}"\ntitle = "Team {n}"\n'
        f'lead = "lead{n}"\n'
        for n in range(TEAMS)
    )
    paths = ("plans/*.csv", "2*/plans/*.csv") if past else ("plans/*.csv",)
    sources = "\n".join(f'[[sources]]\npath = "{path}"\ntable = "work_items"\n' for path in paths)
    return (
        f'[portfolio]\nid = "bench"\ntitle = "Bench"\ncurrency = "EUR"\ntoday = {TODAY}\ncalendar = "c0"\n'
        f'steward = "lead0"\n\n{calendars}\n{people}\n{sources}'
    )


def _items(dice: random.Random, size: int, day: date) -> Iterator[Row]:
    """The work items as they stand on a day."""
    for number in range(size):
        project, place = divmod(number, PER_PROJECT)
        late = project % 5 == 0
        start = BEGIN + timedelta(days=int(SPAN * place / PER_PROJECT) + dice.randint(0, 10))
        days = dice.randint(1, 8)
        finish = start + timedelta(days=int(days * 1.4))
        state = "done" if finish < day else "doing" if start < day else "todo"
        if late and state == "done" and place > 45:
            state = "doing"
        yield {
            "id": f"I{number}", "project": f"P{project}", "title": f"Build part {place} of product {project}",
            "team": f"t{project % TEAMS}", "owner": f"lead{project % TEAMS}", "status": state,
            "duration_days": days, "calendar": f"c{number % CALENDARS}", "baseline_start": start,
            "baseline_finish": finish, "actual_start": "" if state == "todo" else start,
            "actual_finish": finish if state == "done" else "", "effort": days * 2,
        }  # fmt: skip


def _earlier(items: Iterator[Row], drop: int) -> Iterator[Row]:
    """The same of an earlier drop: three in a hundred durations were others then."""
    for number, row in enumerate(items):
        if (number * 31 + drop) % 100 < 3:
            row["duration_days"] = int(str(row["duration_days"])) + 1
        yield row


def _links(dice: random.Random, size: int) -> Iterator[Row]:
    for number in range(1, size):
        place = number % PER_PROJECT
        for back in {dice.randint(1, 6) for _ in range(dice.choice((1, 2)))}:
            across = dice.random() < 1 / 30 and number > PER_PROJECT
            before = (
                dice.randrange(number // PER_PROJECT) * PER_PROJECT + max(0, place - 10) if across else number - back
            )
            if across or back <= place:
                yield _link(before, number, "FS" if across else dice.choice(_TYPES), dice.choice((0, 0, 0, 1)))


def _chain(size: int) -> Iterator[Row]:
    return (_link(number - 1, number, "FS", 0) for number in range(1, size))


def _link(before: int, after: int, type_: str, lag: int) -> Row:
    return {"predecessor": f"I{before}", "successor": f"I{after}", "type": type_, "lag_days": lag}


def _projects(dice: random.Random, size: int) -> Iterator[Row]:
    for number in range((size + PER_PROJECT - 1) // PER_PROJECT):
        yield {
            "id": f"P{number}", "title": f"Product {number}", "objectives": f"O{number % OBJECTIVES}",
            "team": f"t{number % TEAMS}", "owner": f"lead{number % TEAMS}", "sponsor": f"lead{(number + 1) % TEAMS}",
            "baseline_finish": BEGIN + timedelta(days=SPAN + 25), "budget": 1_000_000,
            "forecast_cost": 900_000 + dice.randint(0, 150_000),
        }  # fmt: skip


def _dependencies(dice: random.Random, size: int) -> Iterator[Row]:
    projects = max(1, size // PER_PROJECT)
    for number in range(min(1_000, max(3, size // 100))):
        receiver, giver = dice.randrange(projects), dice.randrange(projects)
        giver = giver if giver % TEAMS != receiver % TEAMS else (giver + 1) % projects
        place = dice.randint(50, 99)
        yield {
            "id": f"D{number}", "title": f"Interface {number}", "giver_team": f"t{giver % TEAMS}",
            "giver_item": f"I{giver * PER_PROJECT + place - 10}" if number % 2 else "",
            "receiver_team": f"t{receiver % TEAMS}", "receiver_item": f"I{receiver * PER_PROJECT + place}",
            "needed_by": TODAY + timedelta(days=dice.randint(-20, 150)), "logged_on": BEGIN,
        }  # fmt: skip


def _objectives() -> Iterator[Row]:
    for number in range(OBJECTIVES):
        yield {
            "id": f"O{number}", "title": f"Objective {number}", "owner": f"lead{number}",
            "target_date": BEGIN + timedelta(days=SPAN + 60), "cost_of_delay_per_day": 10_000 * (number + 1),
        }  # fmt: skip


def _kpis(dice: random.Random, count: int) -> Iterator[Row]:
    for number in range(count):
        yield {
            "id": f"K{number}", "objective": f"O{number % OBJECTIVES}", "title": f"Rate {number}",
            "owner": f"lead{number % TEAMS}", "baseline": 50, "target": 50 + dice.randint(10, 40),
            "target_date": BEGIN + timedelta(days=SPAN), "cadence_days": 31,
        }  # fmt: skip


def _readings(dice: random.Random, kpis: Sequence[Row]) -> Iterator[Row]:
    for kpi in kpis:
        value = 50.0
        for month in range(5):
            value += dice.uniform(-1, 6)
            yield {"kpi": kpi["id"], "as_of": date(2025, month + 1, 28), "value": round(value, 2)}


# What happens to it


def change(folder: Path, share: float = 0.03, seed: int = 0) -> int:
    """Edit so large a share of the work items as teams do in a day; returns how many.

    Of a hundred edits 70 tell progress, 20 change a duration, 5 take a row away with its links, and 5 are new rows that
    follow another. Each file that changes is replaced as a whole, as planning programs do.
    """
    dice = random.Random(f"{seed} {folder.name}")
    gone: set[str] = set()
    fresh: list[Row] = []
    edited = 0
    for path in sorted(folder.glob("plans/*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            rows = _edited(csv.DictReader(file), dice, share, gone, fresh)
            edited += _replaced(path, rows)
    links = folder / "links.csv"
    with links.open(newline="", encoding="utf-8") as file:
        kept = (r for r in csv.DictReader(file) if r["predecessor"] not in gone and r["successor"] not in gone)
        _replaced(links, chain(((dict(row), False) for row in kept), ((row, True) for row in fresh)))
    return edited


def _edited(
    rows: Iterable[Mapping[str, str]], dice: random.Random, share: float, gone: set[str], fresh: list[Row]
) -> Iterator[tuple[Row, bool]]:
    """The rows of a file after a day, and which of them are other than before. What is taken away counts with the next
    row that stays."""
    for old in rows:
        row: Row = dict(old)
        if dice.random() >= share:
            yield row, False
            continue
        kind = dice.random()
        if kind < 0.05:
            gone.add(old["id"])
        elif kind < 0.10:
            yield row, False
            name = f"{old['id']}n{dice.randrange(1_000_000)}"
            yield row | {"id": name, "status": "todo", "actual_start": "", "actual_finish": ""}, True
            fresh.append({"predecessor": old["id"], "successor": name, "type": "FS", "lag_days": 0})
        elif kind < 0.30:
            yield row | {"duration_days": dice.randint(1, 12)}, True
        else:
            yield row | _progress(old), True


def _progress(row: Mapping[str, str]) -> Row:
    """What a row says when its work has gone on: begun, or done; done work that is opened again."""
    if row["status"] == "todo":
        return {"status": "doing", "actual_start": TODAY}
    if row["status"] == "doing":
        return {"status": "done", "actual_finish": TODAY}
    return {"status": "doing", "actual_finish": ""}


def _replaced(path: Path, rows: Iterable[tuple[Row, bool]]) -> int:
    """Write rows in the place of a file; how many of them are new or other than before."""
    count = 0

    def plain() -> Iterator[Row]:
        nonlocal count
        for row, is_other in rows:
            count += is_other
            yield row

    beside = path.with_name(f".{path.name}.new")
    table(beside, plain())
    beside.replace(path)
    return count


def main() -> None:
    """Write what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", type=int)
    parser.add_argument("--deep", action="store_true", help="all items in one chain")
    parser.add_argument("--drops", type=int, default=0, help="dated folders with the plans as they were")
    parser.add_argument("--signed", type=int, default=0, help="a ledger, and so many statements of what waits for one")
    parser.add_argument("--days", type=int, default=0, help="days of changes after it is written")
    asked = parser.parse_args()
    write(asked.folder, asked.size, deep=asked.deep, drops=asked.drops)
    if asked.signed:
        from statements import sign

        sign(asked.folder, asked.signed)
    for day in range(asked.days):
        change(asked.folder, seed=day)


if __name__ == "__main__":
    main()
