"""A portfolio whose every text was written by somebody who wants to break, steer or flood the terminal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

NASTY = (
    "fix [/x] bug [bold red]loud[/] [@click=app.quit]press me[/] [on",
    "a\x1b[2J\x1b]0;title\x07b\x1b]52;c;cm0=\x07c\x9b31md\x90q\x9c\x1bPtmux;\x1b\x1b[2J\x1b\\ \x1b[?1049l",
    "\u202egnp.exe\u202c \u2067x\u2069 \u200f\u061c\u200b\u200d\ufeff two\u2028lines\u2029 here",
    "日本語のとても長い題名" * 6,
    "👩‍👩‍👧‍👦❤️🏳️‍🌈🇩🇪👍🏽 flags",
    "Zalgo Z" + "\u0300\u0336" * 100 + " e\u0301",
    "x" * 3000,
    "one\ntwo\tthree\r\nfour\x0bfive\x85six\x00seven",
    "=cmd|' /C calc'!A0",
)
TYPED = "\x1b[200~[/x]\x1b[31m\x1b]0;t\x07\u202eabc日本\x1b[201~"
"""A paste that holds all of it."""
PEOPLE, TEAMS, PROJECTS = 4, 3, 9


def nasty(number: int) -> str:
    """One of the texts, with a number so that each stands apart."""
    return f"{number} {NASTY[number % len(NASTY)]}"


def _table(folder: Path, name: str, header: str, rows: list[list[object]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    (folder / name).write_bytes(out.getvalue().encode())


def make(folder: Path) -> Path:
    """Write the portfolio."""
    folder.mkdir(parents=True)
    title = json.dumps(nasty(0))
    (folder / "portfolio.toml").write_text(
        f'[portfolio]\nid = "core"\ntitle = {title}\ncurrency = "USD"\ntoday = 2025-03-31\n\n'
        '[[sources]]\npath = "work*.csv"\ntable = "work_items"\n'
    )
    _table(folder, "teams.csv", "id,title,cost_centre,lead",
           [[f"t{n}", nasty(n), n, f"p{n}"] for n in range(TEAMS)])  # fmt: skip
    _table(folder, "people.csv", "id,name,team", [[f"p{n}", nasty(n + 1), f"t{n % TEAMS}"] for n in range(PEOPLE)])
    _table(folder, "objectives.csv", "id,title,owner,target_date,cost_of_delay_per_day",
           [[f"o{n}", nasty(n + 2), f"p{n}", "2025-06-30", 1000] for n in range(3)])  # fmt: skip
    _table(folder, "kpis.csv", "id,objective,title,owner,unit,direction,baseline,target,cadence_days",
           [[f"k{n}", f"o{n % 3}", nasty(n), f"p{n % PEOPLE}", nasty(n + 3), "higher", 80, 95, 40]
            for n in range(9)])  # fmt: skip
    _table(folder, "readings.csv", "kpi,as_of,value", [[f"k{n}", "2025-03-20", 90 + n] for n in range(9)])
    _table(folder, "projects.csv", "id,title,objectives,owner,sponsor,team,baseline_finish",
           [[f"P{n}", nasty(n), f"o{n % 3}" if n else "", f"p{n % PEOPLE}", "p0", f"t{n % TEAMS}", "2025-04-30"]
            for n in range(PROJECTS)])  # fmt: skip
    _work(folder)
    _table(folder, "dependencies.csv",
           "id,title,giver_team,receiver_team,giver_owner,receiver_owner,receiver_item,needed_by,acceptance",
           [[f"D{n}", nasty(n), "t1", "t0", "p1", "p0", f"I{n}-2", "2025-04-07", nasty(n + 4)]
            for n in range(PROJECTS)])  # fmt: skip
    _table(folder, "status_reports.csv", "project,as_of,status,author",
           [[f"P{n}", "2025-03-28", "Green", nasty(n)] for n in range(PROJECTS)])  # fmt: skip
    return folder


def _work(folder: Path) -> None:
    rows: list[list[object]] = []
    for n in range(PROJECTS):
        rows += [
            [f"I{n}-1", f"P{n}", nasty(n), "activity", f"t{n % TEAMS}", f"p{n % PEOPLE}", "Doing", 5, nasty(n)],
            [f"I{n}-2", f"P{n}", nasty(n + 1), "activity", f"t{n % TEAMS}", nasty(n), "To Do", 20, nasty(n)],
            [f"T{n}", "", nasty(n + 2), "ticket", f"t{n % TEAMS}", f"p{n % PEOPLE}", nasty(n), 1, nasty(n)],
        ]
    rows.append(["bad", "P1", nasty(1), nasty(1), "t1", nasty(1), nasty(1), nasty(1), nasty(1)])
    header = "id,project,title,kind,team,owner,status,duration_days,acceptance"
    _table(folder, "work\x1b]0;x\x07\u202e[@click=app.quit].csv", header, rows)
    _table(folder, "links.csv", "predecessor,successor", [[f"I{n}-1", f"I{n}-2"] for n in range(PROJECTS)])
