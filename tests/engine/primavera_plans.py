"""Plans as Primavera P6 writes them, as records: what the tests of its rules are built from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import strategies as st
from schedule_plans import ALWAYS, NIGHT, OFFICE, SIX_DAYS

from cockpit.engine.plans.plan import PlanSchedule, schedule_plan
from cockpit.engine.plans.rows import PlanRow
from cockpit.records.model import Batch, Kind, Link, LinkType, Project, State, WorkItem
from cockpit.records.terms import Constraint, Method, Role, Rules, Terms

CALENDARS = (OFFICE, SIX_DAYS, NIGHT, ALWAYS)
MONDAY = datetime.fromisoformat("2025-03-03 09:00")
"""The data date of these plans, where nothing else is said; OFFICE works 9 to 13 and 14 to 18."""


def at(text: str) -> datetime:
    """`03-05 18:00` of 2025."""
    return datetime.fromisoformat(f"2025-{text}")


def activity(id_: str, hours: float = 8.0, *, calendar: str = "office", **fields: object) -> WorkItem:
    """An activity that has not begun; fields of `Terms` and of the record by their names."""
    names = {name for name in Terms.__slots__ if name in fields}
    terms = Terms(rules=Rules.PRIMAVERA, **{name: fields.pop(name) for name in names})  # type: ignore[arg-type]
    if terms.role in (Role.START_MILESTONE, Role.FINISH_MILESTONE):
        hours, fields["kind"] = 0.0, Kind.MILESTONE
    return WorkItem(
        id=f"plan/{id_}", project="plan", title=id_, calendar=calendar, duration_days=hours / 8, terms=terms,
        **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def begun(id_: str, since: datetime, left: float, hours: float = 24.0, **fields: object) -> WorkItem:
    """An activity in progress with `left` hours to go."""
    return activity(id_, hours, actual_start=since, remaining_days=left / 8, state=State.DOING, **fields)


def done(id_: str, start: datetime, finish: datetime, hours: float = 8.0, **fields: object) -> WorkItem:
    return activity(id_, hours, actual_start=start, actual_finish=finish, state=State.DONE, **fields)


def link(before: str, after: str, kind: str = "FS", hours: float = 0.0, calendar: str = "office") -> Link:
    return Link(
        predecessor=f"plan/{before}", successor=f"plan/{after}", type=LinkType(kind), lag_days=hours / 8,
        lag_calendar=calendar,
    )  # fmt: skip


def batch(items: Sequence[WorkItem], links: Sequence[Link] = (), **method: object) -> Batch:
    fields = {"rules": Rules.PRIMAVERA, "calendar": "office", "start": MONDAY, "data_date": MONDAY} | method
    project = Project(id="plan", title="Plan", method=Method(**fields))  # type: ignore[arg-type]
    records = {"projects": (project,), "work_items": tuple(items), "links": tuple(links), "calendars": CALENDARS}
    return Batch(records)  # type: ignore[arg-type]


def scheduled(items: Sequence[WorkItem], *links: Link, **method: object) -> PlanSchedule:
    return schedule_plan(batch(items, links, **method))


def rows(items: Sequence[WorkItem], *links: Link, **method: object) -> dict[str, PlanRow]:
    return {row.id: row for row in scheduled(items, *links, **method).rows}


def early(row: PlanRow) -> str:
    return f"{row.early_start:%m-%d %H:%M} to {row.early_finish:%m-%d %H:%M}"


def late(row: PlanRow) -> str:
    return f"{row.late_start:%m-%d %H:%M} to {row.late_finish:%m-%d %H:%M}"


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """A plan without cycles: all that Primavera's rules know, drawn at random."""
    size = draw(st.integers(1, 10))
    items = [_drawn(draw, f"{number}") for number in range(1, size + 1)]
    links = []
    for _ in range(draw(st.integers(0, 2 * size)) if size > 1 else 0):
        first = draw(st.integers(1, size - 1))
        second = draw(st.integers(first + 1, size))
        kind = draw(st.sampled_from(("FS", "FS", "SS", "FF", "SF")))
        hours = draw(st.sampled_from((0.0, 0.0, 4.0, 20.0, -6.0)))
        links.append(link(f"{first}", f"{second}", kind, hours, draw(st.sampled_from(CALENDARS)).id))
    must = draw(st.sampled_from((None, None, MONDAY + timedelta(days=20))))
    return batch(items, links, must_finish=must, expected_finish=draw(st.booleans()))


def _drawn(draw: st.DrawFn, id_: str) -> WorkItem:
    hours = draw(st.integers(0, 60))
    calendar = draw(st.sampled_from(CALENDARS)).id
    state = draw(st.sampled_from(("todo", "todo", "doing", "done")))
    since = MONDAY - timedelta(days=draw(st.integers(1, 20)))
    if state == "done":
        return done(id_, since, since + timedelta(hours=draw(st.integers(0, 20))), hours, calendar=calendar)
    if state == "doing":
        return begun(id_, since, draw(st.integers(0, 40)), hours + 8, calendar=calendar)
    fields: dict[str, object] = {"role": draw(st.sampled_from((Role.TASK, Role.TASK, *Role)))}
    if draw(st.booleans()):
        fields["constraint"] = kind = draw(st.sampled_from(tuple(Constraint)))
        fields["constraint_date"] = None if kind is Constraint.LATE else MONDAY + timedelta(hours=draw(hours_ahead))
    if draw(st.integers(0, 5)) == 0:
        fields["expected_finish"] = MONDAY + timedelta(hours=draw(hours_ahead))
    return activity(id_, hours, calendar=calendar, **fields)


hours_ahead = st.integers(-100, 400)
