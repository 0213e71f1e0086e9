"""A rich hand-made assessment, and a session that serves it."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from cockpit.charter.charter import Charter
from cockpit.records.assessment import (
    AskedView,
    Assessment,
    Blocker,
    Breach,
    Chain,
    DependencyView,
    KpiView,
    ObjectiveView,
    ProjectView,
    Reason,
    SignOff,
    StatementView,
)
from cockpit.records.itemdates import ItemDates
from cockpit.records.measures import Alignment, Replay, UnmappedGroup, UnmappedTicket
from cockpit.records.model import (
    Dependency,
    Direction,
    Kpi,
    Meaning,
    Objective,
    Origin,
    Person,
    Problem,
    Project,
    State,
    Statement,
)
from cockpit.records.past import Covered, Event, Happening, Look, Signed, Told
from cockpit.records.snapshot import Portfolio, SourceFile
from cockpit.records.steps import ChainStep
from cockpit.records.verdicts import Basis, DependencyState, Severity, Status, Verdict
from cockpit.session.live import Change
from cockpit.session.news import Update

TODAY = date(2025, 6, 30)

PEOPLE = {
    "dana": "Dana Reyes",
    "omar": "Omar Haddad",
    "li": "Li Wei",
    "petra": "Petra Nováková",
    "sam": "Sam Okafor",
    "ines": "Inês Duarte",
}
NAMES = PEOPLE | {
    "O1": "Core banking runs in the cloud",
    "O2": "Open a current account in five minutes",
    "payments": "Payments hub migration",
    "cards": "Card processing cut-over",
    "ledger": "General ledger replatforming",
    "onboarding": "Digital onboarding",
    "archive": "Statement archive",
    "integration": "Integration team",
    "legacy": "Harland Systems (vendor)",
    "platform": "Cloud platform",
}
API = "dependency:DEP-14"
TRACKER = "2025-06-30/tracker.xlsx"


def day(month: int, number: int) -> date:
    return date(2025, month, number)


def breach(key: str, code: str, title: str, owner: str = "", **more: Any) -> Breach:
    given: dict[str, Any] = {
        "severity": Severity.MAJOR,
        "basis": Basis.UNPROVEN,
        "subject": key,
        "since": day(6, 10),
        "clears_when": "its owner proves it",
        "owner_name": PEOPLE.get(owner, ""),
        "reasons": (Reason(f"{title} breaks {code}.", Origin("projects.csv", 4)),),
    }
    return Breach(key=key, code=code, title=title, owner=owner, **(given | more))


def breaches() -> tuple[Breach, ...]:
    api = breach(
        "DEP-UNOWNED|DEP-14",
        "DEP-UNOWNED",
        "API documentation for the payments interface",
        "dana",
        severity=Severity.CRITICAL,
        basis=Basis.EVIDENCE,
        subject=API,
        project="payments",
        objective="O1",
        since=day(5, 20),
        slip_days=41.0,
        leverage_days=38.0,
        at_least=True,
        cost=2_090_000.0,
        clears_when="Harland's owner signs it resolved, with the published documentation as evidence",
        reasons=(
            Reason("PAY-212 waits for LEG-77 of another team.", Origin(TRACKER, 118, "Links")),
            Reason("Nobody of Harland Systems has signed for it."),
            Reason("An earlier promise was withdrawn.", statement="9f3a" * 16),
        ),
    )
    dead = breach(
        "PATH-DEAD|O1",
        "PATH-DEAD",
        "Core banking runs in the cloud",
        "omar",
        severity=Severity.CRITICAL,
        basis=Basis.EVIDENCE,
        subject="O1",
        objective="O1",
        since=day(6, 2),
        slip_days=28.0,
        leverage_days=28.0,
        cost=1_540_000.0,
        clears_when="one of the driving items moves: a change of state, an actual date or a signature",
    )
    more = [
        breach(
            "DEP-BROKEN|DEP-9",
            "DEP-BROKEN",
            "HSM keys for card cut-over",
            "li",
            project="cards",
            leverage_days=9.5,
            cost=310_000.0,
            cost_assumed=True,
            severity=Severity.CRITICAL,
        ),
        breach(
            "FINISH-LATE|ledger",
            "FINISH-LATE",
            "General ledger replatforming",
            "petra",
            project="ledger",
            slip_days=22.0,
            basis=Basis.EVIDENCE,
        ),
        breach("MS|42", "MILESTONE-UNVALIDATED", "Rehearsal 2 signed off by Operations", "sam", project="cards"),
        breach(
            "KPI-UNSIGNED|k1", "KPI-UNSIGNED", "Straight-through payments", "ines", subject="kpi:k1", objective="O1"
        ),
        breach("COST-OVER|payments", "COST-OVER", "Payments hub migration", "omar", project="payments"),
        breach("ALIGN-TICKETS", "ALIGN-TICKETS", "212 tickets of 1,480 serve no objective", severity=Severity.MINOR),
        breach("SOURCE-ROWS|jira", "SOURCE-ROWS", "jira-export.csv", "sam", severity=Severity.MINOR, since=TODAY),
    ]
    return (api, dead, *more)


def objective(identity: str, owner: str, **more: Any) -> ObjectiveView:
    given: dict[str, Any] = {
        "execution_basis": Basis.EVIDENCE,
        "at_least": False,
        "cost_assumed": False,
        "overrun": None,
        "bottom_line": None,
        "projects": (),
        "kpis": (),
        "owner_name": PEOPLE[owner],
        "blockers": 0,
    }
    record = Objective(id=identity, title=NAMES[identity], owner=owner, target_date=more.pop("target", None))
    return ObjectiveView(record=record, **(given | more))


def objectives() -> tuple[ObjectiveView, ...]:
    cloud = objective(
        "O1",
        "omar",
        execution=Status.OFF_TRACK,
        outcome=Status.UNKNOWN,
        finish=day(12, 18),
        at_least=True,
        slip_days=171.0,
        cost_of_delay=55_000.0,
        overrun=1_200_000.0,
        bottom_line=10_605_000.0,
        target=day(6, 30),
        projects=("payments", "cards", "ledger"),
        kpis=("k1", "k3"),
        blockers=3,
        reasons=(Reason("The driving chain waits for DEP-14."),),
    )
    account = objective(
        "O2",
        "ines",
        execution=Status.ON_TRACK,
        outcome=Status.ON_TRACK,
        finish=day(9, 12),
        slip_days=-4.0,
        cost_of_delay=8_000.0,
        cost_assumed=True,
        target=day(9, 16),
        projects=("onboarding",),
        kpis=("k2",),
    )
    return cloud, account


def kpi(identity: str, title: str, owner: str, values: list[float], status: Status, **more: Any) -> KpiView:
    dates = [TODAY - timedelta(days=30 * (len(values) - n)) for n in range(len(values))]
    signed = more.pop("signed", True)
    record = Kpi(
        id=identity,
        objective=more.pop("objective", "O1"),
        title=title,
        owner=owner,
        leads=("li",),
        unit="%",
        direction=Direction.HIGHER,
        baseline=60.0,
        target=95.0,
        target_date=day(12, 31),
        cadence_days=31,
    )
    given: dict[str, Any] = {
        "value": values[-1] if values else None,
        "value_on": dates[-1] if values else None,
        "signed": signed,
        "signer_name": PEOPLE[owner] if signed else "",
        "stale": False,
        "contradicted": False,
        "attainment": 0.62 if values else None,
        "forecast": 91.5 if len(values) > 2 else None,
        "forecast_status": Status.AT_RISK if len(values) > 2 else Status.UNKNOWN,
        "readings": tuple((on, value, signed) for on, value in zip(dates, values, strict=True)),
        "owner_name": PEOPLE[owner],
    }
    return KpiView(record=record, status=status, **(given | more))


def kpis() -> tuple[KpiView, ...]:
    return (
        kpi("k1", "Straight-through payments", "ines", [61.0, 64, 70, 69, 78, 81.7], Status.UNKNOWN, signed=False),
        kpi("k2", "Accounts opened in five minutes", "ines", [60, 71.0, 83, 88, 93.4], Status.ON_TRACK, objective="O2"),
        kpi("k3", "Batch window", "petra", [], Status.UNKNOWN, signed=False),
        kpi("k4", "Incidents closed within SLA", "sam", [90.0, 90, 90], Status.UNKNOWN, contradicted=True),
        kpi("k5", "Cloud spend within plan", "li", [95.0, 97.5], Status.OFF_TRACK, stale=True),
    )


def project(identity: str, owner: str, status: Status, reported: str, **more: Any) -> ProjectView:
    record = Project(
        id=identity,
        title=NAMES[identity],
        objectives=("O1",),
        owner=owner,
        sponsor="ines",
        state=State.DOING,
        team="integration",
        budget=4_000_000.0,
        forecast_cost=5_200_000.0,
        origin=Origin(TRACKER, 12, "Plan"),
    )
    given: dict[str, Any] = {
        "basis": Basis.EVIDENCE,
        "reasons": (Reason("Its driving chain is held by DEP-14.", Origin(TRACKER, 118, "Links")),),
        "reported_on": day(6, 27),
        "reported_rag": "green",
        "watermelon": False,
        "baseline_finish": day(6, 30),
        "computed_finish": day(12, 18),
        "slip_days": 171.0,
        "at_least": True,
        "owner_name": PEOPLE[owner],
        "team_title": NAMES["integration"],
        "items_open": 31,
        "items_done": 112,
    }
    return ProjectView(record=record, status=status, reported=reported, **(given | more))


def replay(reported: str, computed: Status, since: int, words: int = 6) -> Replay:
    """Six months of which from month `since` on the status is what it is now; it was reported for the last `words`."""
    rag = {"Green": "green", "Amber": "amber", "On schedule": "green"}.get(reported, "")
    rank = {Status.AT_RISK: 1, Status.OFF_TRACK: 2}.get(computed, 0)
    later = [month >= since for month in range(1, 7)]
    return Replay(
        days=(day(1, 31), day(2, 28), day(3, 31), day(4, 30), day(5, 31), TODAY),
        reported=tuple(rag if month > 6 - words else "" for month in range(1, 7)),
        computed=tuple(computed if late else Status.ON_TRACK for late in later),
        behind=tuple(late and rank > {"green": 0, "amber": 1}.get(rag, 9) for late in later),
    )


def projects() -> tuple[ProjectView, ...]:
    return (
        project(
            "payments",
            "omar",
            Status.OFF_TRACK,
            "Green",
            watermelon=True,
            latency_days=91,
            replay=replay("Green", Status.OFF_TRACK, 3),
        ),
        project(
            "cards",
            "li",
            Status.AT_RISK,
            "Green",
            watermelon=True,
            latency_days=30,
            replay=replay("Green", Status.AT_RISK, 5),
            basis=Basis.UNPROVEN,
            slip_days=3.5,
            at_least=False,
        ),
        project("ledger", "petra", Status.OFF_TRACK, "Amber", root="payments", slip_days=22.0, at_least=False),
        project(
            "onboarding",
            "ines",
            Status.ON_TRACK,
            "On schedule",
            basis=Basis.NONE,
            slip_days=0.0,
            at_least=False,
            reasons=(),
        ),
        project(
            "archive",
            "sam",
            Status.UNKNOWN,
            "",
            computed_finish=None,
            slip_days=None,
            reported_on=None,
            basis=Basis.UNPROVEN,
        ),
    )


def blocker(subject: str, title: str, owner: str, slip: float, leverage: float, **more: Any) -> Blocker:
    given: dict[str, Any] = {
        "objective": "O1",
        "project": "payments",
        "receiver_team": "integration",
        "giver_team": "legacy",
        "blocked_days": 41,
        "held_until": day(8, 8),
        "at_least": True,
        "cost": leverage * 55_000,
        "cost_assumed": False,
        "state": "unowned",
        "driving": True,
        "reasons": (Reason("PAY-212 waits for LEG-77.", Origin(TRACKER, 118, "Links")),),
    }
    return Blocker(
        subject=subject,
        title=title,
        owner=owner,
        owner_name=PEOPLE[owner],
        slip_days=slip,
        leverage_days=leverage,
        **(given | more),
    )


def step(item: str, title: str, start: date, finish: date, **more: Any) -> ChainStep:
    given: dict[str, Any] = {
        "project": "payments",
        "team": "integration",
        "owner": "omar",
        "state": "To Do",
        "total_float_days": 0.0,
        "why": "its predecessor",
        "origin": Origin(TRACKER, 40, "Plan"),
    }
    found = given | more
    return ChainStep(item=item, title=title, start=start, finish=finish, done=found["state"] == "Done", **found)


def chains() -> tuple[Chain, ...]:
    steps = (
        step("PAY-198", "Interface inventory", day(3, 3), day(4, 11), state="Done"),
        step("PAY-205", "Adapter design", day(4, 14), day(5, 16), state="Done"),
        step(
            "PAY-212", "Adapter build", day(8, 11), day(10, 3), blocker=API, why="a hold", silent_days=28, workable=True
        ),
        step("CRD-31", "HSM integration", day(10, 6), day(10, 31), project="cards", blocker="dependency:DEP-9"),
        step("PAY-240", "End-to-end rehearsal", day(11, 3), day(12, 12), assumed_duration=True),
        step("PAY-250", "Go-live", day(12, 18), day(12, 18), team="platform"),
    )
    held = (
        blocker(API, "API documentation for the payments interface", "dana", 41.0, 38.0),
        blocker("dependency:DEP-9", "HSM keys for card cut-over", "li", 14.0, 9.5, at_least=False, state="broken"),
        blocker("silent:PAY-212", "Adapter build", "omar", 28.0, 0.0, at_least=False, state="silent", driving=False),
    )
    cloud = Chain(
        objective="O1",
        title=NAMES["O1"],
        finish=day(12, 18),
        target=day(6, 30),
        steps=steps,
        blockers=held,
        dead=True,
        near_critical=("LED-9", "LED-12"),
    )
    account = Chain(
        objective="O2",
        title=NAMES["O2"],
        finish=day(9, 12),
        target=day(9, 16),
        blockers=(),
        dead=False,
        steps=(
            step(
                "ONB-4",
                "Identity check",
                day(6, 2),
                day(7, 25),
                project="onboarding",
                state="doing",
                total_float_days=2.0,
            ),
            step("ONB-9", "Pilot in two branches", day(7, 28), day(9, 12), project="onboarding", total_float_days=2.0),
        ),
    )
    return cloud, account


def items() -> dict[str, ItemDates]:
    return {
        one.item: ItemDates(
            id=one.item,
            title=one.title,
            project=one.project,
            team=one.team,
            early_start=datetime(one.start.year, one.start.month, one.start.day, 9),  # noqa: DTZ001 - plans are naive
            early_finish=datetime(one.finish.year, one.finish.month, one.finish.day, 18),  # noqa: DTZ001
            late_start=datetime(one.start.year, one.start.month, one.start.day, 9),  # noqa: DTZ001
            late_finish=datetime(one.finish.year, one.finish.month, one.finish.day, 18),  # noqa: DTZ001
            total_float_days=one.total_float_days,
            free_float_days=0.0,
            done=one.state == "Done",
            assumed_duration=one.assumed_duration,
        )
        for chain in chains()
        for one in chain.steps
    }


def dependencies() -> tuple[DependencyView, ...]:
    record = Dependency(
        id="DEP-14",
        title="API documentation for the payments interface",
        giver_team="legacy",
        receiver_team="integration",
        receiver_project="payments",
        needed_by=day(6, 6),
        discovered=True,
        acceptance="All 43 calls documented and tried",
    )
    return (
        DependencyView(
            record=record,
            subject=API,
            version="c0ffee" * 10,
            state=DependencyState.UNOWNED,
            giver_owner_name="Dana Reyes",
            receiver_owner_name="Omar Haddad",
            crosses_cost_centre=True,
            promised_for=None,
            held_until=day(8, 8),
            assumed_hold=True,
            projects=("payments", "cards"),
        ),
    )


def signoffs() -> tuple[SignOff, ...]:
    def signoff(subject: str, title: str, owner: str, *meanings: Meaning, **more: Any) -> SignOff:
        given: dict[str, Any] = {"team": "legacy", "due": day(6, 6), "state": "unowned", "version": "c0ffee" * 10}
        return SignOff(
            subject=subject,
            title=title,
            meanings=meanings,
            owner=owner,
            owner_name=PEOPLE.get(owner, ""),
            **(given | more),
        )

    return (
        signoff(
            API,
            "API documentation for the payments interface",
            "dana",
            Meaning.PROMISED,
            Meaning.RESOLVED,
            projects=("payments", "cards"),
            acceptance="All 43 calls documented and tried",
            asked_on=day(6, 27),
        ),
        signoff(
            "dependency:DEP-9",
            "HSM keys for card cut-over",
            "li",
            Meaning.RESOLVED,
            state="broken",
            projects=("cards",),
            enrolled=False,
        ),
        signoff(
            "milestone:42",
            "Rehearsal 2 signed off by Operations",
            "sam",
            Meaning.VALIDATED,
            due=day(7, 11),
            state="claimed",
            projects=("cards",),
            origin=Origin("plan.xml", 801),
        ),
        signoff("kpi:k1", "Straight-through payments", "ines", Meaning.ATTESTED, due=TODAY, state="unsigned"),
        signoff(
            "dependency:DEP-21", "Branch network capacity", "", Meaning.PROMISED, due=None, entitled=False, state="open"
        ),
    )


def asked() -> tuple[AskedView, ...]:
    def view(person: str, this_week: int, weeks: tuple[int, ...], total: int, median: float, open: int) -> AskedView:
        return AskedView(
            person=person,
            person_name=PEOPLE[person],
            this_week=this_week,
            weeks=weeks,
            total=total,
            median=median,
            answered=this_week + total - open,
            open=open,
        )

    return (
        view("dana", 3, (0, 2, 1, 4), 7, 1.5, 2),
        view("petra", 1, (0, 0, 0, 0), 0, 0.0, 0),
        view("sam", 0, (1, 0, 0, 0), 1, 0.0, 1),
    )


def statements() -> tuple[StatementView, ...]:
    def view(number: int, meaning: str, verdict: Verdict, why: str) -> StatementView:
        record = Statement(
            id=f"{number:064x}",
            payload=b"",
            signature="",
            type="proof",
            signer="dana",
            key="SHA256:abc",
            signed_at=datetime(2025, 6, number, 9, 30, tzinfo=UTC),
            parents=(),
            body={"note": "see wiki"},
        )
        return StatementView(
            record=record, subject=API, meaning=meaning, signer_name="Dana Reyes", verdict=verdict, why=why
        )

    return (
        view(2, "promised", Verdict.SUPERSEDED, "A later statement replaced it."),
        view(9, "withdrawn", Verdict.NOT_ENTITLED, "Only both owners together may withdraw a dependency."),
        view(12, "promised", Verdict.COUNTS, ""),
    )


def history() -> tuple[Event, ...]:
    """What a register said of a dependency, a promise over that, and another date since."""

    def look(number: int, on: date) -> Look:
        at = datetime(on.year, on.month, on.day, 8, 0, tzinfo=UTC)
        return Look(number=number, path=TRACKER, known_on=on, claimed=True, read_at=at)

    fields = {"title": "API documentation", "giver_owner": "dana", "needed_by": "2025-06-06"}
    old = Covered(
        version="0ddba11" * 9 + "0", fields={"id": "DEP-14", "needed_by": "2025-05-02"}, origin=Origin(TRACKER, 9)
    )
    told = {"table": "dependencies", "origin": Origin(TRACKER, 9), "version": old.version, "present": False}
    superseded, _, counting = statements()
    return (
        Told(
            at=datetime(2025, 6, 1, tzinfo=UTC),
            happening=Happening.FIRST,
            look=look(1, day(6, 1)),
            values=fields | {"needed_by": "2025-05-02"},
            **told,  # type: ignore[arg-type]
        ),
        Signed(at=superseded.record.signed_at, view=superseded, version=old.version, covered=old, present=False),
        Told(
            at=datetime(2025, 6, 10, tzinfo=UTC),
            happening=Happening.CHANGED,
            look=look(2, day(6, 10)),
            values=fields,
            was={"needed_by": "2025-05-02"},
            **told | {"version": "c0ffee" * 10, "present": True},  # type: ignore[arg-type]
        ),
        Signed(at=counting.record.signed_at, view=counting, version="c0ffee" * 10, present=True),
    )


def sources() -> tuple[SourceFile, ...]:
    read = datetime(2025, 6, 30, 6, 30, tzinfo=UTC)
    refused = tuple(
        Problem(Origin("jira-export.csv", row), "The date “31/02/25” does not exist.", "Due date") for row in (4, 19)
    )
    return (
        SourceFile(
            name="tracker.xlsx", path=TRACKER, format="xlsx", observed=TODAY, claimed=True, rows=1_480, read_at=read
        ),
        SourceFile(
            name="jira-export.csv",
            path="jira-export.csv",
            format="jira",
            observed=day(6, 20),
            rows=921,
            problems=refused,
            read_at=read,
        ),
        SourceFile(
            name="plan.xml",
            path="plan.xml",
            format="msproject",
            observed=day(5, 30),
            rows=310,
            failed=True,
            problems=(Problem(Origin("plan.xml"), "Not XML after byte 2,048: the file is cut off."),),
        ),
    )


def unmapped() -> tuple[UnmappedTicket, ...]:
    """The first tickets that serve nothing, most effort first."""

    def ticket(identity: str, title: str, cause: str, effort: float, **more: str) -> UnmappedTicket:
        given = {"project": "HYG", "team": "platform", "epic": "HYG-0", "epic_title": "Tech hygiene"} | more
        return UnmappedTicket(
            id=identity, title=title, cause=cause, effort=effort, origin=Origin("jira-export.csv", 12), **given
        )

    hygiene, lost = "Jira epic “Tech hygiene” maps to nothing", "No epic and no parent"
    return (
        ticket("HYG-2", "Rename the modules", hygiene, 21.0),
        ticket("HYG-1", "Upgrade the linter", hygiene, 13.5, team="integration"),
        ticket("HYG-3", "Tidy the [wiki]", hygiene, 5.0),
        ticket("OPS-7", "Move the printer", lost, 1.5, project="", team="", epic="", epic_title=""),
    )


def known_people() -> tuple[Person, ...]:
    return (Person(id="dana", name="Dana Reyes", email="dreyes@bank.example", aliases=("d.reyes",)),)


def make_assessment(**more: Any) -> Assessment:
    given: dict[str, Any] = {
        "portfolio": "core-banking",
        "title": "Core banking to the cloud",
        "currency": "USD",
        "today": TODAY,
        "status": Status.OFF_TRACK,
        "breaches": breaches(),
        "objectives": objectives(),
        "kpis": kpis(),
        "projects": projects(),
        "chains": chains(),
        "dependencies": dependencies(),
        "signoffs": signoffs(),
        "asked": asked(),
        "statements": statements(),
        "subjects": {view.subject: view.subject for view in statements()},
        "alignment": Alignment(
            items=1480,
            unmapped=212,
            effort=9_300.0,
            unmapped_effort=1_120.5,
            unconfirmed=40,
            groups=(
                UnmappedGroup(
                    cause="Jira epic “Tech hygiene” maps to nothing",
                    count=180,
                    effort=990.5,
                    items=("HYG-1", "HYG-2", "HYG-3"),
                    field="project",
                    value="HYG",
                ),
                UnmappedGroup(cause="No epic and no parent", count=32, effort=130.0, items=("OPS-7",)),
            ),
        ),
        "unmapped": unmapped(),
        "names": NAMES,
        "items": items(),
        "titles": {name: dates.title for name, dates in items().items()},
        "sources": sources(),
        "people": {person.id: person for person in known_people()},
    }
    return Assessment(**(given | more))


@dataclasses.dataclass(frozen=True)
class FakeDraft:
    payload: bytes
    sentence: str
    subject: str
    meaning: Meaning
    signer: Person


class FakeSession:
    """The session's interface over a hand-made assessment: what the app asks is kept, what comes is fed by the test."""

    polled: Mapping[str, str] = {}

    def why_polled(self, path: str) -> str:
        return self.polled.get(path, "")

    def __init__(self, folder: Path, assessment: Assessment) -> None:
        self.folder = folder
        self.charter = Charter(portfolio=Portfolio(id="p", title="P"))
        self.now = assessment
        self.generation = 0
        self.feed: asyncio.Queue[Update] = asyncio.Queue()
        self.signed: list[tuple[Any, Path | None]] = []
        self.drafts: list[tuple[str, Meaning, dict[str, Any]]] = []
        self.assessed: list[date | None] = []
        self.history: tuple[Event, ...] = history()
        self.told: list[tuple[tuple[str, ...], date | None]] = []
        self.failure: Exception | None = None
        self.sign_failure: Exception | None = None
        self.may_ask = False
        """Whether the app stands aside while it is signed."""

    def people(self) -> tuple[Person, ...]:
        return known_people()

    def dates(self) -> tuple[date, ...]:
        return (day(4, 30), day(5, 31), TODAY)

    def update(self) -> Update:
        if self.failure is not None:
            raise self.failure
        self.generation += 1
        return Update(self.generation, self.now)

    def assess(self, as_of: date | None = None) -> Assessment:
        self.assessed.append(as_of)
        return dataclasses.replace(self.now, today=as_of or TODAY, breaches=self.now.breaches[:3])

    def with_latency(self, assessment: Assessment) -> Assessment:
        return assessment

    async def watch(self) -> AsyncIterator[Update]:
        while True:
            yield await self.feed.get()

    def events_of(self, subjects: Collection[str] = (), as_of: date | None = None) -> Mapping[str, tuple[Event, ...]]:
        self.told.append((tuple(subjects), as_of))
        return dict.fromkeys(subjects, self.history)

    def publish(self, assessment: Assessment, *changes: Change, **more: Any) -> None:
        self.generation += 1
        self.now = assessment
        self.feed.put_nowait(Update(self.generation, assessment, changes, **more))

    def options(self, _: str) -> Any:
        raise OSError("The store is gone.")

    def draft(self, subject: str, meaning: Meaning, **fields: Any) -> FakeDraft:
        self.drafts.append((subject, meaning, fields))
        sentence = f"I, Dana Reyes, sign that {subject} is {meaning}"
        if "on" in fields:
            sentence += f" for {fields['on']}"
        return FakeDraft(b"{}", f"{sentence}.", subject, meaning, self.people()[0])

    def second(self, command: str, key: Path | None = None) -> FakeDraft:
        self.drafts.append((command, Meaning.CONFIRMED, {"key": key}))
        return FakeDraft(b"{}", f"I, Dana Reyes, sign too: {command}.", command, Meaning.CONFIRMED, self.people()[0])

    def sign(self, draft: FakeDraft, key: Path | None = None, *, interactive: bool | None = None) -> Statement:
        assert interactive is self.may_ask, "nothing is asked on a screen that the app draws on"
        if self.sign_failure is not None:
            raise self.sign_failure
        self.signed.append((draft, key))
        self.now = dataclasses.replace(
            self.now, signoffs=tuple(s for s in self.now.signoffs if s.subject != draft.subject)
        )
        return statements()[0].record


def screen_text(app: Any) -> str:
    """Return what is on the terminal, as text; lines without the blanks at their end."""
    lines = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


def notes(app: Any) -> str:
    """Return what was said, as text."""
    return "\n".join(note.message for note in app._notifications)


async def until(pilot: Pilot[None], reached: Callable[[], object]) -> None:
    """Wait until something is so, on however busy a machine."""
    end = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < end, "it never came"
        await pilot.pause(0.01)


async def ready(pilot: Pilot[None]) -> None:
    """Wait until the first reading is on the screen."""
    await until(pilot, lambda: pilot.app.assessment is not None)  # type: ignore[attr-defined]
    await pilot.pause()


async def settle(pilot: Pilot[None]) -> None:
    """Wait until all that was fed or asked for is on the screen."""
    idle = 0
    for _ in range(600):  # on a busy machine a process that gets no time looks idle
        await pilot.pause()
        idle = 0 if _works(pilot.app) else idle + 1
        if idle == 3:
            break


def _works(app: Any) -> bool:
    """Whether a message waits for anybody, or anything runs that ends by itself."""
    feed = getattr(app.session, "feed", None)  # a session that is none of ours has its own
    return (
        any(worker.group != "live" and worker.is_running for worker in app.workers)
        or (feed is not None and not feed.empty())
        # What is mounted goes through no queue: until it is, a key is lost.
        or any(node.message_queue_size or not node.is_mounted for node in (app.screen, *app.screen.walk_children()))
        or bool(app.message_queue_size)
    )
