"""What the tests of the schedule build their networks from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hypothesis import strategies as st

from cockpit.engine.scheduling import network, schedule
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.model import Calendar, Link, LinkType, WorkItem

OFFICE = Calendar(id="office", title="Office")
SIX_DAYS = Calendar(
    id="six",
    week=(((480, 720), (780, 1020)),) * 5 + (((480, 720),), ()),
    exceptions=((date(2025, 3, 12), date(2025, 3, 14), ()), (date(2025, 3, 16), date(2025, 3, 16), ((600, 660),))),
)
NIGHT = Calendar(id="night", week=(((0, 360), (1320, 1440)),) * 6 + ((),))
ALWAYS = Calendar(id="always", week=(((0, 1440),),) * 7)
CALENDARS = {calendar.id: calendar for calendar in (OFFICE, SIX_DAYS, NIGHT, ALWAYS)}
DURATIONS = {"activity": 5.0, "ticket": 3.0, "milestone": 0.0}


def when(text: str) -> int:
    """The minute of `2025-03-03 09:00`."""
    return minute_of(datetime.fromisoformat(text))


START = when("2025-03-03 09:00")


def item(id_: str, days: float | None = None, **fields: object) -> WorkItem:
    return WorkItem(**{"id": id_, "project": "p", "title": id_, "duration_days": days} | fields)  # type: ignore[arg-type]


def tie(pred: str, succ: str, kind: str = "FS", lag: float = 0.0) -> Link:
    return Link(predecessor=pred, successor=succ, type=LinkType(kind), lag_days=lag)


def build(items: Sequence[WorkItem], *links: Link, default: Calendar = OFFICE) -> network.Network:
    return network.build(items, links, CALENDARS, default, DURATIONS)


def forward(
    net: network.Network, today: int | None, floors: Mapping[int, int] | None = None, start: int | None = None
) -> schedule.Forward:
    return schedule.forward(schedule.live(net, today, start), floors)


def backward(net: network.Network, ahead: schedule.Forward, ends: Mapping[int, int] | None = None) -> schedule.Backward:
    return schedule.backward(schedule.live(net, START), ahead, ends)


def floats(net: network.Network, ahead: schedule.Forward, behind: schedule.Backward) -> schedule.Floats:
    return schedule.floats(schedule.live(net, START), ahead, behind)


@st.composite
def plans(draw: st.DrawFn, calendars: Sequence[str] = ("",), leads: bool = True) -> tuple[list[WorkItem], list[Link]]:
    """A plan without cycles: items of up to 4 days, links of all types with lags, maybe several calendars."""
    size = draw(st.integers(1, 12))
    minutes = st.integers(0, 4 * 480)
    items = [
        item(f"n{n:02}", draw(minutes) / 480 if draw(st.booleans()) else draw(st.integers(0, 4)),
             calendar=draw(st.sampled_from(calendars)))
        for n in range(size)
    ]  # fmt: skip
    links = []
    for _ in range(draw(st.integers(0, 2 * size)) if size > 1 else 0):
        first = draw(st.integers(0, size - 2))
        second = draw(st.integers(first + 1, size - 1))
        lag = draw(st.sampled_from((0.0, 0.0, 1.0, 0.3, 2.5, *((-1.0, -0.4) if leads else ()))))
        links.append(tie(items[first].id, items[second].id, draw(st.sampled_from(("FS", "SS", "FF", "SF"))), lag))
    return items, links
