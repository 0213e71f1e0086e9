"""Which calendar a task of a Microsoft Project plan is worked by, and who paces it.

Microsoft Project works a task by its own calendar, by those of its resources, or by what both have in common. Where
that comes to the hours of the task's own calendar, its duration says all; else each assignment becomes a `Share`.
"""

from __future__ import annotations

from cockpit.records.model import Calendar
from cockpit.records.terms import Share
from cockpit.sources.msproject_calendars import calendar_of, elapsed_calendar, names_of
from cockpit.sources.msproject_fields import Fields, is_elapsed, minutes_of, small_number
from cockpit.sources.msproject_file import Assignment, Plan, Task
from cockpit.sources.msproject_hours import Hours, as_calendar, common, hours_of

_FIXED_DURATION = "1"
_WORK = "1"
_Pace = tuple[Calendar, Assignment]
"""A calendar and the assignment that is worked by it."""


class Calendars:
    """The calendars of one plan: by UID, those in use, and those that two others have in common."""

    def __init__(self, plan: Plan, stem: str, minutes_per_day: int, fields: Fields) -> None:
        self.used: dict[str, Calendar] = {}
        self._stem, self._fields, self._minutes_per_day = stem, fields, minutes_per_day
        self._written, self._names = plan.calendars, names_of(plan.calendars)
        self._known: dict[str, Calendar] = {}
        self._elapsed = elapsed_calendar(stem, fields.relative)
        self._hours: dict[str, Hours] = {}
        self._kinds: dict[Hours, int] = {}
        self._kind_of: dict[str, int] = {}
        self._common: dict[tuple[str, str], Calendar] = {}
        self.default = self.named(plan.settings.get("CalendarUID", ""))
        if self.default is not None:
            self.use(self.default)

    def named(self, uid: str) -> Calendar | None:
        """The calendar with this UID."""
        found = self._known.get(uid)
        if found is None and uid in self._written:
            name, relative = self._names[uid], self._fields.relative
            found = calendar_of(self._written, uid, f"{self._stem}/{name}", name, self._minutes_per_day, relative)
            self._known[uid] = found
        return found

    def of(self, task: Task) -> Calendar | None:
        """The calendar that a task's duration is counted in: every hour where it is elapsed, its own, the plan's."""
        if is_elapsed(small_number(task.texts.get("DurationFormat", ""), 7)):
            return self._elapsed
        return self.named(task.text("CalendarUID")) or self.default

    def elapsed(self) -> str:
        """The id of the calendar of elapsed time."""
        return self.use(self._elapsed)

    def use(self, calendar: Calendar) -> str:
        """The id of a calendar, which is then among those in use."""
        self.used[calendar.id] = calendar
        return calendar.id

    def hours(self, calendar: Calendar) -> Hours:
        """When a calendar works."""
        if calendar.id not in self._hours:
            self._hours[calendar.id] = hours_of(calendar)
        return self._hours[calendar.id]

    def kind(self, calendar: Calendar) -> int:
        """A number that calendars which work the same have in common."""
        if calendar.id not in self._kind_of:
            self._kind_of[calendar.id] = self._kinds.setdefault(self.hours(calendar), len(self._kinds))
        return self._kind_of[calendar.id]

    def both(self, one: Calendar, other: Calendar) -> Calendar:
        """A calendar of the time that two have in common; the first where they have none."""
        if self.kind(one) == self.kind(other):
            return one
        key = (one.id, other.id)
        if key not in self._common:
            self._common[key] = self._meet(one, other)
        return self._common[key]

    def _meet(self, one: Calendar, other: Calendar) -> Calendar:
        hours = common(self.hours(one), self.hours(other))
        if not any(hours.week):
            self._fields.report(
                None, "Calendars",
                f"The calendars “{one.title}” and “{other.title}” have no working time in common in an ordinary week; "
                f"tasks that should be worked by both are worked by “{one.title}”.",
            )  # fmt: skip
            return one
        title = f"{one.title} ∩ {other.title}"
        return as_calendar(hours, one, f"{self._stem}/{title}", title)


class Pace:
    """Who paces the tasks of one plan."""

    def __init__(self, plan: Plan, calendars: Calendars) -> None:
        self._calendars = calendars
        self._resources = {uid: texts for uid, texts in plan.resources.items() if texts.get("IsNull") != "1"}
        self._assignments = {
            task: [each for each in assignments if each.texts.get("ResourceUID", "") in self._resources]
            for task, assignments in plan.assignments.items()
        }
        self._any = any(self._assignments.values())

    def resourced(self, task: Task) -> bool | None:
        """Whether anything is assigned to a task; None where the plan assigns nothing at all."""
        return bool(self._assignments.get(task.uid)) if self._any else None

    def shares(self, task: Task, minutes: float | None, left: float | None) -> tuple[Share, ...]:
        """The shares of the resources that pace a task of this duration, of which `left` remains; none where the
        duration does."""
        paces = self.paces(task)
        own = self._calendars.of(task)
        if not paces or own is None:
            return ()
        kinds = {self._calendars.kind(calendar) for calendar, _ in paces}
        if kinds == {self._calendars.kind(own)}:
            return ()
        if len(kinds) == 1 and minutes:
            # Microsoft Project counts a duration in the hours in which the task is worked: where these are the same
            # for all, the duration holds contours and delays too.
            return (Share(self._calendars.use(paces[0][0]), round(minutes), round(minutes if left is None else left)),)
        return tuple(self._share(calendar, each.texts, minutes, left) for calendar, each in paces)

    def paces(self, task: Task) -> list[_Pace]:
        """The assignments of people and machines that have work to do, each with the calendar it is worked by."""
        if task.uid not in self._assignments or task.text("Type") == _FIXED_DURATION:
            return []
        if task.says("Manual") or task.is_summary or is_elapsed(small_number(task.texts.get("DurationFormat", ""), 7)):
            return []
        working = [each for each in self._assignments[task.uid] if self._works(each.texts)]
        found = ((self.calendar(task, each.texts), each) for each in working)
        return [(calendar, each) for calendar, each in found if calendar is not None]

    def _works(self, assignment: dict[str, str]) -> bool:
        resource = self._resources[assignment["ResourceUID"]]
        return (resource.get("Type") or _WORK) == _WORK and _units(assignment) > 0 and _regular(assignment) > 0

    def is_work(self, assignment: dict[str, str]) -> bool:
        """Whether an assignment stands for work: of people, of machines, or of nobody in particular."""
        resource = self._resources.get(assignment.get("ResourceUID", ""), {})
        return (resource.get("Type") or _WORK) == _WORK

    def calendar(self, task: Task, assignment: dict[str, str]) -> Calendar | None:
        """The resource's calendar, the task's own, or the time that both have in common."""
        own = self._calendars.named(task.text("CalendarUID"))
        resource = self._resources.get(assignment.get("ResourceUID", ""), {})
        theirs = self._calendars.named(resource.get("CalendarUID", ""))
        if own is None:
            return theirs or self._calendars.default
        if theirs is None or task.says("IgnoreResourceCalendar"):
            return own
        return self._calendars.both(own, theirs)

    def _share(
        self, calendar: Calendar, assignment: dict[str, str], minutes: float | None, left: float | None
    ) -> Share:
        id_ = self._calendars.use(calendar)
        if minutes and assignment.get("WorkContour", "0") not in ("", "0"):
            return Share(id_, round(minutes), round(minutes if left is None else left))
        units, work = _units(assignment), _regular(assignment)
        wait = _delay(assignment) if left is None else 0.0
        rest = work if left is None else _regular(assignment, "Remaining")
        return Share(id_, round(work / units + wait), round(rest / units + wait))


def _units(assignment: dict[str, str]) -> float:
    """How much of a resource works, 1 for the whole of one; 0 for what is no number."""
    try:
        units = float(assignment.get("Units", "1"))
    except ValueError:
        return 0.0
    return units if 0.001 <= units < 1e6 else 0.0


def _delay(assignment: dict[str, str]) -> float:
    """Minutes by which a resource begins later than the task does."""
    text = assignment.get("Delay", "")
    return int(text) / 10 if text.isascii() and text.isdecimal() and len(text) < 9 else 0.0


def _regular(assignment: dict[str, str], which: str = "") -> float:
    """Minutes of work without overtime, which is done beside the working time."""
    names = (f"{which}Work", f"{which}OvertimeWork")
    work, overtime = (minutes_of(assignment.get(name, "")) or 0.0 for name in names)
    return max(0.0, work - overtime)
