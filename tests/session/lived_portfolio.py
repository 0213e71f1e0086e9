"""A small portfolio that lives: people change its files, charter and ledger in every way there is, step by step."""

from __future__ import annotations

import csv
import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from edited_portfolio import CHARTER, FIRST, PEOPLE, TEAMS, Rows, chain, project, put, text_of
from hypothesis import strategies as st
from live_portfolio import key_file

from cockpit.ledger.signing import SigningError
from cockpit.records.model import Meaning, Statement
from cockpit.session.live import DraftError, Session

MORE = '[[sources]]\npath = "more/*.csv"\ntable = "work_items"\n'
SHADOW = '[[sources]]\npath = "more/*.csv"\ntable = "work_items"\nshadow = true\n'
CALENDARS = '[calendars.half]\ndays = ["mon", "tue", "wed"]\n[calendars.full]\nholidays = [2025-03-17]\n'
FIXED = CHARTER + CALENDARS + MORE
CHARTERS = (
    FIXED,
    FIXED + "[policy]\nfinish_tolerance_days = 0\nsilence_days = 5\n",
    FIXED + "[policy]\nfinish_tolerance_days = 90\nunpromised_days = 1\n",
    FIXED + '[states]\ndone = ["to do"]\n',
    FIXED.replace('"kim"', '"ann"'),
    CHARTER.rstrip() + '\ncalendar = "half"\n' + CALENDARS + SHADOW,
    FIXED + '[[assign]]\nfield = "id"\npattern = "*"\nproject = "T"\nobjective = "O"\n',
    FIXED + '[[teams]]\nid = "all"\ntitle = "core"\naliases = ["apps"]\n',
)
BROKEN = ('[portfolio]\nid = "bank"\n', "[portfolio\n", FIXED + "[policy]\nnothing = 1\n")
WORDS = (
    "", "0", "1", "5", "99", "-3", "2025-01-01", "2025-03-10", "2025-12-31", "To Do", "In Progress", "Done", "Blocked",
    "apps", "core", "ann", "ben", "half", "full", "milestone", "summary", "SS", "FF", "SF", "P", "Q", "P2", "Q3",
    "waiting for Rack (C1)", 'a "quoted", text', "two\nlines", "x" * 300, "=1+1", "not a date", "ü",
)  # fmt: skip
"""What is typed into a cell, besides what another row has there."""


def rows(people: Rows) -> dict[str, Rows]:
    """Five projects over every table: links across them, a milestone, parents, a dependency, readings, reports."""
    late, ties = chain(10, 20, 20, 10, project="P")
    needing, more = chain(10, 5, 5, project="Q")
    claimed, others = chain(10, 10, project="R")
    claimed.append({"id": "RM", "project": "R", "title": "Accepted", "kind": "milestone", "team": "apps",
                    "status": "Done", "actual_finish": FIRST, "acceptor": "ben", "acceptance": "It runs"})  # fmt: skip
    silent, _ = chain(5, 5, project="S", begun=False)
    whole = {"id": "TS", "project": "T", "title": "Hall", "kind": "summary", "team": "core"}
    parts: Rows = [
        {"id": f"C{n}", "project": "T", "title": title, "team": "core", "status": "To Do", "duration_days": 5 * n,
         "parent": "TS", "calendar": calendar, "owner": "ben"}
        for n, title, calendar in ((1, "Rack", "half"), (2, "Cabling", "full"), (3, "Power", ""))
    ]  # fmt: skip
    far = FIRST + timedelta(200)
    across: Rows = [
        {"predecessor": "C1", "successor": "Q2", "type": "FS", "lag_days": 2},
        {"predecessor": "P2", "successor": "R2", "type": "SS", "lag_days": 0},
        {"predecessor": "C2", "successor": "C3", "type": "FF", "lag_days": -1},
    ]
    return {
        "people": people,
        "teams": TEAMS,
        "objectives": [{"id": "O", "title": "The move", "owner": "kim", "target_date": far, "cost_of_delay_per_day": 9},
                       {"id": "U", "title": "Less risk", "owner": "sue"}],
        "projects": [project(FIRST + timedelta(20), "P"), *(project(far, name) for name in "QRS"),
                     project(far, "T", budget=100, forecast_cost=150, team="core", owner="ben")],
        "work_items": [*late, *needing, *claimed, *silent, whole, *parts],
        "links": [*ties, *more, *others, *across],
        "dependencies": [
            {"id": "D", "title": "Rooms", "giver_team": "core", "receiver_team": "apps", "giver_owner": "ben",
             "receiver_owner": "ann", "giver_item": "", "receiver_item": "Q3", "needed_by": "2025-04-07",
             "acceptance": "They are free"},
            {"id": "E", "title": "Power", "giver_team": "core", "receiver_team": "apps", "giver_owner": "ben",
             "receiver_owner": "ann", "giver_item": "C3", "receiver_item": "P4", "needed_by": "2025-03-20"},
        ],
        "kpis": [{"id": "K", "objective": "O", "title": "Rate", "owner": "kim", "leads": "ann", "target": 95,
                  "baseline": 80, "target_date": far, "cadence_days": 30},
                 {"id": "L", "objective": "U", "title": "Load", "owner": "kim", "target": 5, "direction": "lower"}],
        "readings": [{"kpi": "K", "as_of": "2025-03-01", "value": 90}, {"kpi": "L", "as_of": "2025-03-01", "value": 4},
                     {"kpi": "L", "as_of": "2025-03-02", "value": 9}],
        "status_reports": [{"project": name, "as_of": "2025-02-28", "status": "Green"} for name in "PQ"],
    }  # fmt: skip


def make(folder: Path, keys: Path) -> Path:
    """Write the portfolio, with a drop of January in which there was less; everybody has a key."""
    keys.mkdir(parents=True, exist_ok=True)
    people = [{**row, "key": key_file(keys, row["id"]).with_suffix(".key.pub").read_text().strip()} for row in PEOPLE]
    found = rows(people)
    put(folder, found, FIXED)
    put(folder / "2025-01-31", {"work_items": found["work_items"][:9], "projects": found["projects"][:3]}, "")
    return folder


# What people do


class Choice(NamedTuple):
    """Something that is done, as numbers: each counts round what there is to choose from."""

    what: str
    file: int
    row: int
    column: int
    value: int


Step = list[Choice]
"""What is done before anybody looks again."""

FILE_EDITS = (
    "cell", "cell", "cell", "cell", "progress", "progress", "add", "add", "remove", "twin", "move", "sort", "header",
    "file", "restore", "copy", "rename", "rewrite", "torn", "drop", "unchanged",
)  # fmt: skip
KINDS = (*FILE_EDITS, "charter", "sign", "sign", "sign", "day", "day", "nothing")


def steps(kinds: tuple[str, ...] = KINDS, *, least: int, most: int) -> st.SearchStrategy[list[Step]]:
    """Sequences of steps, three things at most in each."""
    choice = st.builds(Choice, st.sampled_from(kinds), *[st.integers(0, 200)] * 4)
    return st.lists(st.lists(choice, min_size=1, max_size=3), min_size=least, max_size=most)


class Clock:
    """Stands still until somebody sets it on."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def sign(session: Session, keys: Path, choice: Choice) -> Statement | None:
    """Sign one of the things that somebody waits for; None where it would not count."""
    assessment = session.assess()
    found = [
        (one.subject, meaning, one.owner) for one in assessment.signoffs if not one.command for meaning in one.meanings
    ]
    found += [(f"breach:{one.id}", Meaning.ACKNOWLEDGED, one.owner) for one in assessment.breaches]
    found += [(view.subject, Meaning.DISPUTED, "ann") for view in assessment.dependencies]
    if not found:
        return None
    subject, meaning, owner = found[choice.row % len(found)]
    key = keys / f"{owner}.key"
    on = assessment.today + timedelta(choice.value % 40 + 1) if meaning is Meaning.PROMISED else None
    if key.exists():
        with suppress(DraftError, SigningError):
            return session.sign(session.draft(subject, meaning, key=key, on=on, note="seen"))
    return None


class Editor:
    """Whoever edits the files of a portfolio; `original` is where they were as they were at first."""

    def __init__(self, folder: Path, original: Path) -> None:
        self.folder = folder
        self.original = original
        self._times = itertools.count(1)

    def apply(self, choice: Choice) -> None:
        """One edit. An edited file gets a time of its own, of now or long ago: both are read in ways of their own."""
        if choice.what == "charter":
            self._put(self.folder / "portfolio.toml", CHARTERS[choice.value % len(CHARTERS)], choice)
            return
        files = sorted(self.folder.glob("*.csv")) + sorted(self.folder.glob("*/*.csv"))
        if choice.what == "restore" or not files:
            originals = sorted(self.original.glob("*.csv"))
            source = originals[choice.file % len(originals)]
            self._put(self.folder / source.name, source.read_text(), choice)
            return
        path = files[choice.file % len(files)]
        if choice.what == "progress":
            path = next((each for each in files if each.name == "work_items.csv"), path)
        getattr(self, f"_{choice.what}")(path, choice)

    def _put(self, path: Path, text: str | bytes, choice: Choice) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        if choice.column % 2:  # as editors do
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_bytes(data)
            fresh.replace(path)
        else:
            path.write_bytes(data)
        if choice.row % 2:
            moment = 1_700_000_000 + next(self._times)
            os.utime(path, (moment, moment))

    def _rows(self, path: Path, choice: Choice, found: Rows) -> None:
        self._put(path, text_of(found), choice)

    def _cell(self, path: Path, choice: Choice) -> None:
        found = table(path)
        if found:
            row = found[choice.row % len(found)]
            name = list(row)[choice.column % len(row)]
            values = [*dict.fromkeys(other[name] for other in found), *WORDS]
            row[name] = values[choice.value % len(values)]
            self._rows(path, choice, found)

    def _progress(self, path: Path, choice: Choice) -> None:
        found = table(path)
        if found and "status" in found[0]:
            row = found[choice.row % len(found)]
            state = ("To Do", "In Progress", "Done")[choice.value % 3]
            row["status"] = state
            for name, filled in (("actual_start", state != "To Do"), ("actual_finish", state == "Done")):
                if name in row:
                    row[name] = f"2025-03-0{choice.column % 8 + 1}" if filled else ""
            self._rows(path, choice, found)

    def _add(self, path: Path, choice: Choice) -> None:
        found = table(path)
        if found:
            new = dict(found[choice.row % len(found)])
            new[next(iter(new))] = f"N{choice.value % 5}"
            found.insert(choice.column % (len(found) + 1), new)
            self._rows(path, choice, found)

    def _remove(self, path: Path, choice: Choice) -> None:
        found = table(path)
        if found:
            del found[choice.row % len(found)]
            self._put(path, text_of(found) if found else path.read_text().splitlines()[0] + "\n", choice)

    def _twin(self, path: Path, choice: Choice) -> None:
        """The same row once more: a key that is there twice."""
        found = table(path)
        if found:
            self._rows(path, choice, [*found, dict(found[choice.row % len(found)])])

    def _move(self, path: Path, choice: Choice) -> None:
        found = table(path)
        if found:
            found.insert(choice.value % len(found), found.pop(choice.row % len(found)))
            self._rows(path, choice, found)

    def _sort(self, path: Path, choice: Choice) -> None:
        found = table(path)
        if found:
            name = list(found[0])[choice.column % len(found[0])]
            self._rows(path, choice, sorted(found, key=lambda row: str(row[name]), reverse=bool(choice.value % 2)))

    def _header(self, path: Path, choice: Choice) -> None:
        found = table(path)
        if found:
            name = list(found[0])[choice.column % len(found[0])]
            renamed = [{f"old {k}" if k == name else k: v for k, v in row.items()} for row in found]
            self._rows(path, choice, renamed)

    def _file(self, path: Path, choice: Choice) -> None:  # noqa: ARG002
        path.unlink()

    def _copy(self, path: Path, choice: Choice) -> None:
        self._put(self.folder / "more" / f"{choice.value % 2}.csv", path.read_bytes(), choice)

    def _rename(self, path: Path, choice: Choice) -> None:
        target = self.folder / "more" / f"{choice.value % 2}.csv"
        target.parent.mkdir(exist_ok=True)
        path.replace(target)

    def _rewrite(self, path: Path, choice: Choice) -> None:
        """Other bytes, the same rows."""
        text = path.read_text(encoding="utf-8-sig")
        variants = (
            text.replace("\n", "\r\n").encode(),
            "\ufeff".encode() + text.encode(),
            (text.rstrip("\n")).encode(),
            (text + "\n\n").encode(),
            quoted(table(path)).encode() or text.encode(),
        )
        self._put(path, variants[choice.value % len(variants)], choice)

    def _torn(self, path: Path, choice: Choice) -> None:
        """Half of it, in the middle of a row; or what is no table at all."""
        data = path.read_bytes()
        self._put(path, data[: choice.row * len(data) // 200] if choice.value % 4 else b"\0\1\2" * 50, choice)

    def _drop(self, path: Path, choice: Choice) -> None:
        """A dated folder gets what a file says today: before or after the drops that are there."""
        day = ("2024-12-31", "2025-01-31", "2025-02-28", "2025-03-10")[choice.value % 4]
        self._put(self.folder / day / path.name, path.read_bytes(), choice)

    def _unchanged(self, path: Path, choice: Choice) -> None:
        self._put(path, path.read_bytes(), choice)


def table(path: Path) -> Rows:
    """The rows of a CSV file; none where it is no such file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{str(k): v for k, v in row.items() if k} for row in csv.DictReader(file)]
    except (OSError, csv.Error, UnicodeDecodeError):
        return []


def quoted(found: Rows) -> str:
    """Rows as CSV with every cell in quotes; empty for none."""
    names = list(found[0]) if found else []
    cells = [names, *([row[name] or "" for name in names] for row in found)] if names else []
    return "".join(",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) + "\n" for row in cells)


# Comparison


def files_of(folder: Path) -> Iterator[Path]:
    """The files of a portfolio, without its store."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("portfolio.db"):
            yield path.relative_to(folder)


def plain(value: Any) -> Any:
    """All that records hold, also what they leave out when they are compared (where a row stood)."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"": type(value).__name__, **{each.name: plain(getattr(value, each.name)) for each in fields(value)}}
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(repr, value))
    if isinstance(value, Enum | str) or not isinstance(value, tuple | list):
        return value
    return [plain(each) for each in value]


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two plain values differ, the first ones of each place."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            if key not in one or key not in other:
                yield f"{where}.{key}: only in the {'second' if key in other else 'first'}"
            else:
                yield from differences(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{where}: {len(one)} against {len(other)}"
        for number, pair in enumerate(zip(one, other, strict=False)):
            yield from differences(*pair, f"{where}[{number}]")
    elif one != other or type(one) is not type(other):
        yield f"{where}: {str(one)[:200]!r} against {str(other)[:200]!r}"
