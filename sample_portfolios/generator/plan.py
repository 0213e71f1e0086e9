"""The programme as it was planned: four objectives, forty sub-projects, their work items and what ties them together.

A work item is written "title:days"; "title:0" is a milestone. The items of a sub-project follow one another. `@date`
behind it is a date before which the item is not meant to start; `CROSS` adds the ties between sub-projects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sample_portfolios.generator.org import CFO, CIO, COO

OBJECTIVES = (
    # id, title, owner, target date, finish item, weight, cost of delay a day
    ("O1", "Core banking live in the cloud", COO, "2025-12-15", "OPS-04.5", "4", "22000"),
    ("O2", "Legacy data centre closed", CIO, "2026-03-02", "OPS-05.4", "2", "3500"),
    ("O3", "Digital channels on the new core", COO, "2025-12-15", "", "2", "1500"),
    ("O4", "Safe and compliant from the first day", CFO, "2025-11-28", "", "2", "2000"),
)

STUCK = "INT-01.3"
"""The item that waits for the vendor: nothing in it can be worked out without the documentation."""

LAUNCH = "OPS-04.5"

PLAN_FILE = "data-migration-plan"
"""DAT-01 is planned in Microsoft Project, not in the workbook; its tasks are `data-migration-plan/UID` elsewhere."""

MARGIN = 5
"""Working days that every sub-project promised later than it planned."""

COMMITTED = {"OPS-04": date(2025, 12, 15), "OPS-05": date(2026, 3, 2)}
"""The launch that the board was told, some eight weeks after the planned one, and what follows from it."""


@dataclass(frozen=True)
class Project:
    """A sub-project. Budgets are in thousands of dollars."""

    id: str
    title: str
    objective: str
    sponsor: str
    start: date
    budget: int
    items: tuple[str, ...]

    @property
    def team(self) -> str:
        """The id's first part is the workstream, and each workstream is one team's."""
        return self.id.split("-")[0]


def _project(id_: str, title: str, objective: str, sponsor: str, start: str, budget: int, items: str) -> Project:
    parts = tuple(part.strip() for part in items.split("|") if part.strip())
    return Project(id_, title, objective, sponsor, date.fromisoformat(start), budget, parts)


PROJECTS = (
    _project("INT-01", "Legacy interface analysis", "O1", CIO, "2025-01-06", 420,
             "Integration architecture:20|Inventory of legacy interfaces:15|Map the legacy core's API:15"),
    _project("INT-02", "Integration layer", "O1", CIO, "2025-02-03", 1500,
             "Legacy adapter framework:20|Account and balance adapters:20|Payment adapters:15|Hardening:10"),
    _project("INT-03", "API gateway", "O1", CIO, "2025-01-13", 380,
             "Gateway installed:15|Routes for the channels:20|Throttling and quotas:15|Developer portal:20"),
    _project("INT-04", "Event streaming", "O1", CIO, "2025-02-10", 450,
             "Broker cluster:15|Event catalogue:25|Producers for accounts:20|Consumers for fraud:20"),
    _project("INT-05", "Card processor interface", "O1", CIO, "2025-03-03", 390,
             "Message specification:15|Interface build:20|Connect to Paylane:15@2025-05-19|Certification run:20"),
    _project("INT-06", "Payments hub interface", "O1", CIO, "2025-03-17", 420,
             "Scheme rules:20|Outgoing payments:20|Incoming payments:20|Returns and recalls:20|Scheme tests:15"),
    _project("CLD-01", "Cloud landing zone", "O2", CIO, "2025-01-06", 610,
             "Account structure:15|Guardrails:15|Shared services:20|Hand over to run:5"),
    _project("CLD-02", "Network and connectivity", "O2", CIO, "2025-01-13", 540,
             "Network design:15|Circuits:20|Firewall rules:15|Link tests:10"),
    _project("CLD-03", "Environments", "O1", CIO, "2025-02-10", 620,
             "Templates:15|Integration test environment:20|Acceptance environment:15|Production environment:25|"
             "Production checks:10"),
    _project("CLD-04", "Monitoring and logging", "O2", CIO, "2025-03-03", 330,
             "Log pipeline:20|Dashboards:20|Alert rules:20|On-call rota:15|Run book drills:25|Noise reduction:25"),
    _project("CLD-05", "Backup and recovery", "O2", CIO, "2025-04-01", 410,
             "Recovery design:15|Backup vault:15|Second-region copy:25@2025-05-12|First failover test:10|"
             "Second failover test:10"),
    _project("CLD-06", "Build and release pipeline", "O2", CIO, "2025-01-06", 260,
             "Source hosting:15|Build agents:20|Release gates:15|Team onboarding:20"),
    _project("DAT-01", "Data migration build", "O1", CIO, "2025-02-03", 1200, ""),
    _project("DAT-02", "Data cleansing", "O1", COO, "2025-01-20", 480,
             "Profile the sources:20|Clean customer records:25|Clean account records:25|Clean addresses:20|"
             "Final checks:10"),
    _project("DAT-03", "Archive of closed accounts", "O2", CIO, "2025-05-05", 290,
             "Retention rules:20|Archive store:20|Load 1990 to 2010:25|Load 2011 to 2024:25|Retrieval test:15"),
    _project("DAT-04", "Reporting warehouse feed", "O4", CFO, "2025-04-07", 340,
             "Feed design:15|Daily feed:25|Month-end feed:20|Reconcile reports:15"),
    _project("DAT-05", "Migration rehearsals", "O1", COO, "2025-07-01", 560,
             "First rehearsal:10|Reconcile first rehearsal:5|Second rehearsal:10"),
    _project("TST-01", "Test environment and data", "O1", CIO, "2025-03-17", 270,
             "Test data rules:15|Masked data set:20|Install in the test environment:15@2025-05-05|Smoke test:5"),
    _project("TST-02", "System integration test", "O1", CIO, "2025-06-02", 640,
             "First test cycle:15|Fixes and retests:10|Second test cycle:10"),
    _project("TST-03", "Performance test", "O1", CIO, "2025-06-02", 310,
             "Load model:15|Load scripts:15|Runs in the test environment:15|Tuning:15"),
    _project("TST-04", "Regression automation", "O1", CIO, "2025-02-24", 360,
             "Framework:20|Account suite:20|Payment suite:20|Channel suite:20|Nightly runs:10"),
    _project("SEC-01", "Identity and access", "O4", CIO, "2025-02-03", 470,
             "Role model:20|Directory design:15|Directory in the cloud:20@2025-04-07|Roll-out:20|Access review:10"),
    _project("SEC-02", "Key management", "O4", CIO, "2025-02-03", 300,
             "Key ceremony:15|Hardware modules:25|Rotation:20|Audit of keys:10"),
    _project("SEC-03", "Penetration test", "O4", CIO, "2025-06-02", 220,
             "Scope and rules:15|Choice of testers:10|Test of online banking:20@2025-07-14|Fix findings:15|Retest:10"),
    _project("SEC-04", "Fraud monitoring rules", "O4", CFO, "2025-03-24", 310,
             "Rule inventory:20|Rules on the new core:25|Tuning on old cases:20|Analyst screens:15"),
    _project("CHN-01", "Mobile app", "O3", COO, "2025-02-03", 690,
             "Account screens:20|Sign-in and consent:20|Product pages:20@2025-04-14|Payments:25|Store release:10"),
    _project("CHN-02", "Online banking", "O3", COO, "2025-02-17", 640,
             "Account pages:20|Payments and orders:25|First release:25|Accessibility:15|Second release:20"),
    _project("CHN-03", "Branch teller", "O3", COO, "2025-03-31", 430,
             "Cash desk screens:20|Cheque handling:25|Pilot branch:20|Printer and till drivers:15|Branch kit:20"),
    _project("CHN-04", "Contact centre", "O3", COO, "2025-03-24", 350,
             "Agent screens:15|Calls to the gateway:20@2025-04-21|Telephone link:20|Pilot team:15"),
    _project("CHN-05", "Statements and notices", "O3", COO, "2025-06-09", 240,
             "Templates:15|Print vendor files:20|Electronic notices:20|Proofs:10|Bulk run:15"),
    _project("FIN-01", "General ledger", "O4", CFO, "2025-03-03", 560,
             "Chart of accounts:20|Posting rules:20|Opening balances trial:20@2025-05-05|Month-end trial:15|"
             "Auditor walk-through:10"),
    _project("FIN-02", "Regulatory reporting", "O4", CFO, "2025-04-14", 490,
             "Report inventory:20|Liquidity reports:25|Capital reports:20|Parallel run:20|Second parallel run:20"),
    _project("FIN-03", "Product catalogue", "O3", CFO, "2025-01-13", 280,
             "Catalogue design:20|Catalogue loaded:25|Pricing:20|Regression of products:15"),
    _project("FIN-04", "Interest and fees", "O4", CFO, "2025-02-03", 370,
             "Rule catalogue:20|Interest engine:20|Fee engine:20|Comparison with legacy:20"),
    _project("OPS-01", "User acceptance test", "O1", COO, "2025-08-04", 410,
             "First acceptance wave:10|Second acceptance wave:5|Acceptance closed:5"),
    _project("OPS-02", "Training", "O3", COO, "2025-06-30", 330,
             "Training material:20|Train the trainers:15|Branch training:25|Back-office training:15"),
    _project("OPS-03", "Operating procedures", "O1", COO, "2025-05-19", 190,
             "Daily procedures:20|Month-end procedures:20|Incident procedures:15|Walk-throughs:15"),
    _project("OPS-04", "Cutover and launch", "O1", COO, "2025-06-02", 410,
             "Cutover run book:20|Table-top exercise:10|Go or no-go pack:3|Cutover weekend:2|Launch:0"),
    _project("OPS-05", "Legacy decommissioning", "O2", CIO, "2025-05-05", 380,
             "Inventory of systems:20|Exit plan:20|Legacy read-only:20|Data centre exit:25"),
    _project("PMO-01", "Customer communication", "O3", COO, "2025-04-07", 150,
             "Message plan:15|Call scripts:20|First letters:20|Branch posters:20|Reminder letters:20|Hotline:20"),
)  # fmt: skip

CROSS = (
    # before, after: the first eight run through the driving chain, from the stuck item to the launch
    ("INT-01.3", "INT-02.1"),
    ("INT-02.4", "TST-02.1"),
    ("TST-01.4", "TST-02.1"),
    ("TST-02.3", "DAT-05.1"),
    (f"{PLAN_FILE}/51", "DAT-05.1"),
    ("DAT-05.3", "OPS-01.1"),
    ("OPS-01.3", "OPS-04.3"),
    ("OPS-04.5", "OPS-05.3"),
    ("TST-02.1", "TST-03.3"),
    ("CLD-03.2", "TST-01.3"),
    ("CLD-01.3", "SEC-01.3"),
    ("SEC-02.2", "CLD-05.3"),
    ("FIN-03.2", "CHN-01.3"),
    ("DAT-02.2", "FIN-01.3"),
    ("CHN-02.3", "SEC-03.3"),
    ("INT-03.2", "CHN-04.2"),
    ("SEC-04.4", "OPS-01.1"),
    ("CLD-03.5", "OPS-04.3"),
)
