"""The dependency register, the measures, and the plain tables of a drop."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sample_portfolios.generator.drops import World
from sample_portfolios.generator.org import LEADS
from sample_portfolios.generator.plan import OBJECTIVES, STUCK
from sample_portfolios.generator.simulate import DROPS, NEEDED

VENDOR_OWNER = "robert.hale"


@dataclass(frozen=True)
class Need:
    """A row of the register. `promised` and `resolved` say in which drop's month its giver signed (0 is January)."""

    id: str
    title: str
    giver: str
    receiver: str
    giver_item: str
    receiver_item: str
    acceptance: str
    logged: date = date(2025, 1, 20)
    promised: int | None = None
    until: str = ""

    @property
    def giver_owner(self) -> str:
        """Who promises and resolves: for a vendor, the one in Vendor Management who looks after it."""
        return VENDOR_OWNER if self.giver in ("CORVANE", "PAYLANE") else LEADS[self.giver]


NEEDS = (
    Need("D-001", "Integration test environment", "CLD", "TST", "CLD-03.2", "TST-01.3",
         "Testers sign in and the smoke script passes", promised=1, until="2025-04-30"),
    Need("D-002", "Shared cloud services for the directory", "CLD", "SEC", "CLD-01.3", "SEC-01.3",
         "Directory hosts join the shared network", promised=0, until="2025-03-31"),
    Need("D-003", "Keys for the second region", "SEC", "CLD", "SEC-02.2", "CLD-05.3",
         "Backups of the second region are encrypted with bank keys", promised=1, until="2025-04-30"),
    Need("D-004", "Product catalogue for the app", "FIN", "CHN", "FIN-03.2", "CHN-01.3",
         "All 86 retail products are in the catalogue", promised=0, until="2025-03-31"),
    Need("D-005", "Clean customer records", "DAT", "FIN", "DAT-02.2", "FIN-01.3",
         "Fewer than 0.5% of customer records fail the rules", promised=1, until="2025-03-31"),
    Need("D-006", "Online banking to be tested for intrusion", "CHN", "SEC", "CHN-02.3", "SEC-03.3",
         "First release runs in the test environment", promised=2, until="2025-06-30"),
    Need("D-007", "Gateway routes for the contact centre", "INT", "CHN", "INT-03.2", "CHN-04.2",
         "Agents see balances through the gateway", promised=0, until="2025-03-31"),
    Need("D-008", "Test access to the card processor", "PAYLANE", "INT", "", "INT-05.3",
         "Test cards can be authorised end to end", promised=2, until="2025-05-09"),
    Need("D-009", "Integration layer for the system test", "INT", "TST", "INT-02.4", "TST-02.1",
         "All adapters answer in the test environment"),
    Need("D-010", "Tested release for the migration rehearsal", "TST", "DAT", "TST-02.3", "DAT-05.1",
         "No open defect of severity 1 or 2"),
    Need("D-011", "Migrated data for the acceptance test", "DAT", "OPS", "DAT-05.3", "OPS-01.1",
         "Balances reconcile to the cent after the second rehearsal"),
    Need("D-012", "Production environment for the cutover", "CLD", "OPS", "CLD-03.5", "OPS-04.3",
         "Production checks are passed and recorded", promised=2, until="2025-06-30"),
    Need("D-013", "Fraud rules for the acceptance test", "SEC", "OPS", "SEC-04.4", "OPS-01.1",
         "Analysts work alerts of the new core", promised=4, until="2025-07-31"),
)  # fmt: skip

VENDOR = Need("D-014", "API documentation of the legacy core", "CORVANE", "INT", "", STUCK,
              "Endpoints, error codes and sample messages of all 42 interfaces, in writing",
              logged=date(2025, 6, 12))  # fmt: skip
"""Logged in the sixth month. In the healthy twin the documentation came before anybody had to ask for it."""

VENDOR_FROM = 5

KPIS = (
    # id, objective, title, owner, leads, unit, direction, baseline, target, low, high, target date, tolerance
    ("K-01", "O1", "Customer records that pass data quality", "fatima.haddad", "marco.bellini", "%", "higher",
     71, 98, "", "", "2025-12-15", 1.5),
    ("K-02", "O2", "Workloads running in the cloud", "oskar.lind", "", "%", "higher", 4, 80, "", "", "2026-03-02", 4),
    ("K-03", "O3", "Customers active in the digital channels", "lucy.chen", "sarah.whitfield", "%", "higher",
     58, 66, "", "", "2025-12-15", 1),
    ("K-04", "O4", "Open critical security findings", "victor.stan", "", "findings", "lower",
     21, 2, "", "", "2025-11-28", 1.5),
    ("K-05", "O4", "Availability of payments", "sarah.whitfield", "oskar.lind", "%", "range",
     "", "", 99.9, 100, "2025-12-15", 0),
)  # fmt: skip

MEASURED = tuple(
    date.fromisoformat(day) for day in ("2024-07-31", "2024-10-31", "2025-01-31", "2025-04-30", "2025-07-31")
)
VALUES = {
    "K-01": (73.0, 77.5, 82.0, 86.5, 91.5),
    "K-02": (11.0, 22.0, 33.0, 44.5, 55.5),
    "K-03": (59.2, 60.6, 61.9, 63.1, 64.4),
    "K-04": (19.0, 15.5, 12.0, 9.0, 6.0),
    "K-05": (99.95, 99.97, 99.96, 99.94, 99.98),
}
UNSIGNED = ("K-03", MEASURED[-1])
"""The one reading that its owner has not signed yet."""

DECK_TURNS = date(2025, 10, 3)
"""The steering committee that reported Red for the first time."""

REPORTED_RED = ("OPS-04", "INT-02", "TST-02")
"""The symptoms. INT-01, where the cause lies, stayed Green even then."""


def needs(world: World, drop: int) -> tuple[Need, ...]:
    """The register as it stood in a drop (0 is January)."""
    return NEEDS if world.healthy or drop < VENDOR_FROM else (*NEEDS, VENDOR)


def needed_by(world: World, need: Need) -> date:
    """The day on which the receiver planned to start with it."""
    return NEEDED if need is VENDOR else world.planned[need.receiver_item].start


def write_tables(world: World, drop: int, folder: Path) -> None:
    """Write the register and the readings of a drop; the first also brings the objectives and their measures."""
    _write(folder / "dependencies.csv", REGISTER, (_row(world, need) for need in needs(world, drop)))
    readings = [
        (kpi, day, value)
        for kpi, values in VALUES.items()
        for day, value in zip(MEASURED, values, strict=True)
        if day <= DROPS[drop]
    ]
    _write(folder / "readings.csv", ("kpi", "as_of", "value"), readings)
    if drop == 0:
        _write(folder / "objectives.csv", GOALS, OBJECTIVES)
        _write(folder / "kpis.csv", MEASURES, ((*row, 93) for row in KPIS))


def write_last_report(folder: Path) -> None:
    """Write what the steering committee reported in the end."""
    why = "Launch moved from 2025-12-15 to 2026-06-15; forecast cost $22.0M against a budget of $18.0M"
    rows = [(project, DECK_TURNS, "Red", "Steering committee", why) for project in REPORTED_RED]
    _write(folder / "status_reports.csv", ("project", "as_of", "status", "author", "comment"), rows)


REGISTER = ("id", "title", "giver_team", "receiver_team", "giver_owner", "receiver_owner", "giver_item",
            "receiver_item", "needed_by", "acceptance", "logged_on")  # fmt: skip
GOALS = ("id", "title", "owner", "target_date", "finish_item", "weight", "cost_of_delay_per_day")
MEASURES = ("id", "objective", "title", "owner", "leads", "unit", "direction", "baseline", "target", "low", "high",
            "target_date", "tolerance", "cadence_days")  # fmt: skip


def _row(world: World, need: Need) -> tuple[object, ...]:
    return (
        need.id, need.title, need.giver, need.receiver, need.giver_owner, LEADS[need.receiver], need.giver_item,
        need.receiver_item, needed_by(world, need), need.acceptance, need.logged,
    )  # fmt: skip


def _write(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)
