"""Primavera P6 exports (XER).

Work items are named by the file's stem and the activity's `task_id` (`outage/1042`), the branches of the WBS by
`stem/wbs-<wbs_id>`; what people call an activity is kept in the extra column “Activity ID”. How Primavera schedules
the project stands in `Project.method`, what it says of an activity in `WorkItem.terms`. The planned dates of an
export are its baseline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.text import clean, one_line
from cockpit.records.model import Batch, Calendar, Extra, Kind, Origin, Problem, State, WorkItem
from cockpit.records.terms import Role
from cockpit.sources.errors import refuse
from cockpit.sources.primavera_calendars import Calendars
from cockpit.sources.primavera_cells import Cells
from cockpit.sources.primavera_links import Foreign, Links, Place, is_key
from cockpit.sources.primavera_projects import Projects
from cockpit.sources.primavera_terms import Terming
from cockpit.sources.primavera_wbs import Branches
from cockpit.sources.primavera_xer import Activity, Row, Xer, is_xer, parse

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter, SourceMapping

__all__ = ["is_xer", "read"]

MOST_TOLD = 100
"""Problems that are listed for one column; how many more there are is said."""
_ROLES = {"TT_Task": Role.TASK, "TT_Rsrc": Role.TASK, "TT_LOE": Role.EFFORT, "TT_WBS": Role.WBS,
          "TT_Mile": Role.START_MILESTONE, "TT_FinMile": Role.FINISH_MILESTONE}  # fmt: skip
_MILESTONES = (Role.START_MILESTONE, Role.FINISH_MILESTONE)
_STATES = {"TK_NotStart": State.TODO, "TK_Active": State.DOING, "TK_Complete": State.DONE}
_WORDS = {State.TODO: "Not Started", State.DOING: "In Progress", State.DONE: "Completed"}


def read(path: Path, relative: str, charter: Charter | None = None, mapping: SourceMapping | None = None) -> Batch:
    """The projects, work items, links and calendars of a Primavera export.

    `relative` names the file in origins and its stem qualifies ids; the rows of origins are lines of the file. A
    mapping's default `project` takes the place of the export's own projects, and then no Project record is given.
    Activities of projects that were not exported are stubs. Raises `SourceError` when the whole file is unusable.
    """
    del charter
    xer = parse(path, relative)
    if not xer.tables["PROJECT"].rows:
        message = "has no project in its table PROJECT; export the project again from Primavera P6"
        raise refuse(relative, message)
    owner = mapping.defaults.get("project", "") if mapping is not None else ""
    return _Builder(xer, relative, owner).batch()


class _Builder:
    """Turns tables into records; what cannot be used becomes a problem and costs one field or row."""

    def __init__(self, xer: Xer, relative: str, owner: str) -> None:
        self.xer, self.relative = xer, relative
        self.stem = clean(Path(relative).stem, 200)
        self.cells = Cells(relative, xer.problems)
        self.calendars = Calendars(xer, self.stem, relative)
        for line, message in self.calendars.problems:
            self.cells.report(line, "clndr_data", message)
        self.projects = Projects(xer, self.cells, self.calendars, self.stem, owner)
        if not self.projects.rows:
            raise refuse(relative, "names no proj_id in its table PROJECT; export the project again from Primavera P6")
        self.branches = Branches(xer, self.cells, self.stem, relative, self.projects.names)
        self.terms = Terming(xer, self.cells, self.calendars, self.projects)
        self.items: dict[str, WorkItem] = {}
        self.places: dict[str, Place] = {}
        self.foreign: dict[str, Foreign] = {}
        self.ends: dict[str, datetime] = {}
        """The last planned finish of each project."""
        self.unknown: set[str] = set()
        """Calendars that are named and are not there: each is told once."""

    def batch(self) -> Batch:
        """The records of the export."""
        for row in self.xer.tables["TASK"].rows:
            self._take(row, Activity._make(row.cells))
        links = Links(
            self.stem, self.relative, self.cells, self.calendars, self.projects, self.places, self.foreign
        )  # fmt: skip
        tied = tuple(links.of(self.xer.tables["TASKPRED"].rows))
        records = {
            "projects": tuple(self.projects.records(self.relative, self.ends)),
            "work_items": (*self.branches.items, *self.items.values(), *links.stubs.values()),
            "links": tied,
            "calendars": tuple(self.calendars.used.values()),
        }
        return Batch(records, tuple(_bounded(self.cells.problems, self.relative)))

    def _take(self, row: Row, task: Activity) -> None:
        """Keep an activity: as a work item, or as what is known of one that is scheduled elsewhere."""
        key, project = task.task_id, task.proj_id
        report = self.cells.report
        if not is_key(key):
            report(row.line, "task_id", f"“{one_line(key, 30)}” is no task_id; the activity is left out.")
        elif key in self.places or key in self.foreign:
            report(row.line, "task_id", f"The activity {key} is given twice; the first one counts.")
        elif project in self.projects.names:
            self.items[key] = self._item(row, task, key, project)
        elif project in self.projects.rows:
            title = one_line(task.task_name, 500) or f"Activity {key} of another project"
            self.foreign[key] = Foreign(title, task.clndr_id, _extra(task))
        else:
            shown = one_line(project, 20)
            report(row.line, "proj_id", f"“{shown}” is no project of the file; the activity {key} is left out.")

    def _item(self, row: Row, task: Activity, key: str, project: str) -> WorkItem:
        role = self._role(row, task)
        calendar = self._calendar(row, task, project)
        self.places[key] = Place(project, calendar)
        moment, line = self.cells.moment, row.line
        begun = moment(line, "act_start_date", task.act_start_date)
        ended = moment(line, "act_end_date", task.act_end_date)
        state = self._state(row, task, begun, ended)
        left, whole = self._amounts(row, task, role, state)
        day = calendar.minutes_per_day
        planned = moment(line, "target_end_date", task.target_end_date)
        if planned is not None:
            self.ends[project] = max(planned, self.ends.get(project, planned))
        return WorkItem(
            id=f"{self.stem}/{key}",
            project=self.projects.names[project],
            title=one_line(task.task_name, 500) or f"Activity {key}",
            kind=Kind.MILESTONE if role in _MILESTONES else Kind.ACTIVITY,
            status=_WORDS[state],
            state=state,
            calendar=calendar.id,
            duration_days=None if whole is None else whole / day,
            remaining_days=left / day if left is not None and state is State.DOING else None,
            baseline_start=moment(line, "target_start_date", task.target_start_date),
            baseline_finish=planned,
            actual_start=begun,
            actual_finish=ended,
            percent=self._percent(row, task, state, left, whole),
            parent=self.branches.id_of(task.wbs_id),
            origin=Origin(self.relative, row.line),
            extra=_extra(task),
            terms=self.terms.of(row, task, role, calendar, is_paced=task.task_type == "TT_Rsrc"),
        )

    def _role(self, row: Row, task: Activity) -> Role:
        kind = task.task_type
        role = _ROLES.get(kind)
        if role is None:
            self.cells.report(row.line, "task_type", f"“{one_line(kind, 30)}” is no type of activity; it is a task.")
        return role or Role.TASK

    def _calendar(self, row: Row, task: Activity, project: str) -> Calendar:
        """The calendar that an activity is worked by: its own, else its project's."""
        key = task.clndr_id
        found = self.calendars.get(key)
        if found is not None:
            return found
        if key and key not in self.unknown:
            self.unknown.add(key)
            message = f"“{one_line(key, 30)}” is no calendar of the file; the project's is used wherever it is named."
            self.cells.report(row.line, "clndr_id", message)
        return self.projects.calendar(project)

    def _state(self, row: Row, task: Activity, begun: datetime | None, ended: datetime | None) -> State:
        """Actual dates say more than the status, which may lack them. Done work without an actual finish ended when
        it was planned to."""
        word = task.status_code
        said = _STATES.get(word)
        shown = State.DONE if ended else State.DOING if begun else State.TODO
        report = self.cells.report
        if said is None:
            report(row.line, "status_code", f"“{one_line(word, 30)}” is no status; the actual dates say it.")
            return shown
        if said is State.DONE and ended is None:
            report(row.line, "act_end_date", "The activity is complete without an actual finish; the planned one is "
                   "used.")  # fmt: skip
        elif said is State.DOING and begun is None:
            report(row.line, "act_start_date", "The activity is in progress without an actual start.")
        elif said is State.TODO and shown is not State.TODO:
            report(
                row.line, "status_code", "The activity has actual dates, so it counts as begun, whatever its status."
            )
            return shown
        return State.DONE if ended else said

    def _amounts(self, row: Row, task: Activity, role: Role, state: State) -> tuple[int | None, int | None]:
        """Minutes left, and minutes in all: what is left of unstarted work is what is scheduled."""
        if role in _MILESTONES:
            return 0, 0
        left = self._length(row, "remain_drtn_hr_cnt", task.remain_drtn_hr_cnt)
        target = self._length(row, "target_drtn_hr_cnt", task.target_drtn_hr_cnt)
        if state is State.TODO:
            whole = target if left is None else left
            return whole, whole
        if state is State.DONE:
            return 0, target
        return (target if left is None else left), (left if target is None else target)

    def _length(self, row: Row, name: str, text: str) -> int | None:
        minutes = self.cells.minutes(row.line, name, text)
        if minutes is not None and minutes < 0:
            self.cells.report(row.line, name, f"A duration of {minutes / 60:g} hours is none; 0 is used.")
            return 0
        return minutes

    def _percent(self, row: Row, task: Activity, state: State, left: int | None, whole: int | None) -> float:
        """How much is done: what was typed in where that counts, else by the duration."""
        if state is not State.DOING:
            return 100.0 if state is State.DONE else 0.0
        if task.complete_pct_type == "CP_Phys":
            return max(0.0, min(100.0, self.cells.number(row.line, "phys_complete_pct", task.phys_complete_pct) or 0.0))
        if not whole or left is None:
            return 0.0
        return max(0.0, min(99.0, round((whole - left) * 100 / whole, 1)))


def _extra(task: Activity) -> Extra:
    code = one_line(task.task_code, 100)
    return (("Activity ID", code),) if code else ()


def _bounded(problems: Iterable[Problem], relative: str) -> Iterable[Problem]:
    """The first problems of each column, so that one that is wrong throughout hides no other."""
    counts: Counter[str] = Counter()
    for problem in problems:
        counts[problem.column] += 1
        if counts[problem.column] <= MOST_TOLD:
            yield problem
    for column, count in counts.items():
        if count > MOST_TOLD:
            message = f"{count - MOST_TOLD:,} more problems like these are not listed."
            yield Problem(Origin(relative), message, column)
