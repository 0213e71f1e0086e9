"""Write the sample portfolio, or its healthy twin: `python -m sample_portfolios.generator [--healthy] [FOLDER]`.

One simulation, two variants: in the sample the vendor delivers its documentation eight months late, in the twin in
time. Everything else, down to the charter, is the same. The same call writes the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sample_portfolios.generator.charter import charter
from sample_portfolios.generator.drops import World
from sample_portfolios.generator.jira import write_jira
from sample_portfolios.generator.keys import write_keys
from sample_portfolios.generator.msproject import write_plan
from sample_portfolios.generator.plan import PLAN_FILE
from sample_portfolios.generator.register import DECK_TURNS, write_last_report, write_tables
from sample_portfolios.generator.simulate import DROPS
from sample_portfolios.generator.statements import write_statements
from sample_portfolios.generator.workbook import write_workbook

HERE = Path(__file__).resolve().parent.parent


def generate(folder: Path, *, healthy: bool) -> None:
    """Write the portfolio into a folder, which may hold an earlier one."""
    world = World(healthy=healthy)
    for number, day in enumerate(DROPS):
        drop = folder / day.isoformat()
        drop.mkdir(parents=True, exist_ok=True)
        write_workbook(world, number, drop / "tracker.xlsx")
        write_jira(day, drop / "jira.csv", healthy=healthy)
        write_plan(world, number, drop / f"{PLAN_FILE}.xml")
        write_tables(world, number, drop)
    if not healthy:
        (folder / DECK_TURNS.isoformat()).mkdir(exist_ok=True)
        write_last_report(folder / DECK_TURNS.isoformat())
    (folder / "portfolio.toml").write_text(charter(), encoding="utf-8")
    write_statements(world, folder)


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(prog="python -m sample_portfolios.generator", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where to write (default: the sample itself)")
    parser.add_argument("--healthy", action="store_true", help="the vendor delivers in time")
    given = parser.parse_args()
    if given.healthy and given.folder is None:
        parser.error("name a folder for the healthy twin: the sample is not to be overwritten with it")
    if given.folder is None:
        write_keys(HERE / "keys")
    generate(given.folder or HERE / "core-banking", healthy=given.healthy)


if __name__ == "__main__":
    main()
