"""The charter of the sample and of its healthy twin: the same text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sample_portfolios.generator.keys import public_line
from sample_portfolios.generator.org import PEOPLE, PORTFOLIO, TEAMS
from sample_portfolios.generator.plan import PLAN_FILE
from sample_portfolios.generator.register import DECK_TURNS
from sample_portfolios.generator.workbook import HEADER_ROW
from sample_portfolios.generator.worktime import BANK_HOLIDAYS

CONFIRMED = ("project", "INTG", "O1")
"""The mapping that the objective's owner has signed: field, pattern, objective."""

PROJECT_COLUMNS = {
    "id": "Ref", "title": "Sub-project", "objectives": "Objective", "owner": "Lead", "sponsor": "Sponsor",
    "team": "Workstream", "start": "Start", "baseline_finish": "Baseline end", "forecast_finish": "Forecast end",
    "actual_finish": "Actual end", "budget": "Budget ($)", "forecast_cost": "Forecast cost ($)",
    "actual_cost": "Spent ($)",
}  # fmt: skip
REPORT_COLUMNS = {"project": "Ref", "as_of": "Status date", "status": "RAG", "author": "Reported by"}
ITEM_COLUMNS = {
    "id": "Item", "project": "Ref", "title": "Activity", "kind": "Type", "status": "Progress",
    "duration_days": "Days", "remaining_days": "Days left", "not_before": "Not before",
    "baseline_start": "Baseline start", "baseline_finish": "Baseline end", "actual_start": "Started",
    "actual_finish": "Finished", "percent": "% done", "effort": "Effort (person days)",
    "acceptance": "Accepted when", "updated": "Last edited",
}  # fmt: skip
LINK_COLUMNS = {"predecessor": "Before", "successor": "After", "type": "Type"}

SHEETS = (
    ("projects", "Sub-projects", PROJECT_COLUMNS, "One row a sub-project."),
    ("status_reports", "Sub-projects", REPORT_COLUMNS, "The same rows once more: what the programme office reports."),
    ("work_items", "Plan", ITEM_COLUMNS, "The work of the sub-projects, except DAT-01."),
    ("links", "Logic", LINK_COLUMNS, "What follows what."),
)


def charter() -> str:
    """The text of `portfolio.toml`."""
    return "\n".join((*_head(), *_calendar(), *_sources(), *_teams(), *_people())) + "\n"


def _head() -> Iterator[str]:
    yield "# Written by `python -m sample_portfolios.generator`; README.md tells the story."
    yield "[portfolio]"
    yield f'id = "{PORTFOLIO}"'
    yield 'title = "Core banking to the cloud"'
    yield 'currency = "USD"'
    yield 'effort_unit = "person days"'
    yield f"today = {DECK_TURNS}  # a sample stands still: on the day on which the deck turned"
    yield 'calendar = "bank"'
    yield 'steward = "helen.marsh"'


def _calendar() -> Iterator[str]:
    yield "\n[calendars.bank]"
    yield 'days = ["mon", "tue", "wed", "thu", "fri"]'
    yield 'shifts = ["09:00-13:00", "14:00-18:00"]'
    yield "holidays = ["
    for day in BANK_HOLIDAYS:
        yield f"    {day},"
    yield "]"


def _sources() -> Iterator[str]:
    for table, sheet, columns, comment in SHEETS:
        yield f"\n[[sources]]  # {comment}"
        yield 'path = "*/tracker.xlsx"'
        yield f'table = "{table}"'
        yield f'sheet = "{sheet}"'
        yield f"header_row = {HEADER_ROW}"
        yield from _columns(columns)
    yield "\n[[sources]]  # The migration team's Microsoft Project plan is sub-project DAT-01 of the tracker."
    yield f'path = "*/{PLAN_FILE}.xml"'
    yield 'format = "msproject"'
    yield 'defaults = { project = "DAT-01" }'
    yield "\n# Jira's own projects serve objectives; the guild's serve none, and nobody is asked to pretend."
    for pattern, objective in (CONFIRMED[1:], ("CHAN", "O3"), ("PLAT", "O2")):
        yield f'[[assign]]\nfield = "project"\npattern = "{pattern}"\nobjective = "{objective}"\n'


def _columns(columns: Mapping[str, str]) -> Iterator[str]:
    yield "[sources.columns]"
    for ours, theirs in columns.items():
        yield f'{ours} = "{theirs}"'


def _teams() -> Iterator[str]:
    for team in TEAMS:
        yield f'[[teams]]\nid = "{team.id}"\ntitle = "{team.title}"\ncost_centre = "{team.cost_centre}"'
        yield f'lead = "{team.lead}"' + ("\nexternal = true" if team.external else "") + "\n"


def _people() -> Iterator[str]:
    yield "# Sample keys: their private halves are in ../keys for everybody to use. Never enrol one in earnest.\n"
    for person in PEOPLE:
        yield f'[[people]]\nid = "{person.id}"\nname = "{person.name}"\nteam = "{person.team}"'
        yield f'email = "{person.email}"\nkey = "{public_line(person)}"\n'
