"""Primavera P6 exports (XER).

Work items are named by the file's stem and the activity's `task_id` (`outage/1042`), the branches of the WBS by
`stem/wbs-<wbs_id>`; what people call an activity is kept in the extra column “Activity ID”. How Primavera schedules
the project stands in `Project.method`, what it says of an activity in `WorkItem.terms`. The planned dates of an
export are its baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.model import Batch, Calendar, Extra, Kind, Link, LinkType, Origin, Project, State, WorkItem
from cockpit.sources.primavera_calendars import Calendars
from cockpit.sources.primavera_cells import Cells
from cockpit.sources.primavera_terms import Terming
from cockpit.sources.primavera_xer import Row, Table, Xer, is_xer, parse
from cockpit.terms import FloatType, Method, Progress, Role, Rules
from cockpit.text import clean, one_line

if TYPE_CHECKING:
    from cockpit.charter import Charter, SourceMapping

__all__ = ["is_xer", "read"]

_KINDS = {"PR_FS": LinkType.FS, "PR_SS": LinkType.SS, "PR_FF": LinkType.FF, "PR_SF": LinkType.SF}
_ROLES = {"TT_Task": Role.TASK, "TT_Rsrc": Role.TASK, "TT_LOE": Role.EFFORT, "TT_WBS": Role.WBS,
          "TT_Mile": Role.START_MILESTONE, "TT_FinMile": Role.FINISH_MILESTONE}  # fmt: skip
_STATES = {"TK_NotStart": State.TODO, "TK_Active": State.DOING, "TK_Complete": State.DONE}
_WORDS = {State.TODO: "Not Started", State.DOING: "In Progress", State.DONE: "Completed"}
_FLOATS = {"FT_SF": FloatType.START, "FT_FF": FloatType.FINISH}


def read(path: Path, relative: str, charter: Charter | None = None, mapping: SourceMapping | None = None) -> Batch:
    """The projects, work items, links and calendars of a Primavera export.

    `relative` names the file in origins and its stem qualifies ids; the rows of origins are lines of the file. A
    mapping's default `project` takes the place of the export's own projects, and then no Project record is given.
    Activities of projects that were not exported are stubs. Raises `SourceError` when the whole file is unusable.
    """
    del charter
    xer = parse(path, relative)
    owner = mapping.defaults.get("project", "") if mapping is not None else ""
    return _Builder(xer, relative, owner).batch()


class _Builder:
    """Turns tables into records; what cannot be used becomes a problem and costs one field or row."""

    def __init__(self, xer: Xer, relative: str, owner: str) -> None:
        self.xer, self.relative, self.owner = xer, relative, owner
        self.stem = clean(Path(relative).stem, 200)
        self.cells = Cells(relative, xer.problems)
        self.calendars = Calendars(xer, self.stem, relative)
        for line, message in self.calendars.problems:
            self.cells.report(line, "clndr_data", message)
        self.rows = {table.get(row, "proj_id"): (table, row) for table, row in xer.rows("PROJECT")}
        exported = [key for key, (table, row) in self.rows.items() if table.get(row, "export_flag") != "N"]
        self.exported = exported or list(self.rows)
        self.options = {table.get(row, "proj_id"): (table, row) for table, row in xer.rows("SCHEDOPTIONS")}
        self.wbs = {table.get(row, "wbs_id"): (table, row) for table, row in xer.rows("PROJWBS")}
        self.terms = Terming(xer, self.cells, self.calendars)
        self.clocks: dict[str, Calendar | None] = {}
        """Activity → the calendar that it is worked by."""

    def batch(self) -> Batch:
        """The records of the export."""
        names = {key: self._project_id(key) for key in self.exported}
        branches = tuple(self._branches(names))
        items: dict[str, WorkItem] = {}
        for table, row in self.xer.rows("TASK"):
            key, project = table.get(row, "task_id"), names.get(table.get(row, "proj_id"))
            if not key.isascii() or not key.isalnum() or len(key) > 20:
                self.cells.report(
                    row.line, "task_id", f"“{one_line(key, 30)}” is no task_id; the activity is left out."
                )
            elif f"{self.stem}/{key}" in items:
                self.cells.report(row.line, "task_id", f"The activity {key} is given twice; the first one counts.")
            elif project is not None:
                items[f"{self.stem}/{key}"] = self._item(table, row, key, project)
        links, stubs = self._links(items)
        projects = () if self.owner else tuple(self._project(key, name, items) for key, name in names.items())
        records = {
            "projects": projects,
            "work_items": (*branches, *items.values(), *stubs),
            "links": links,
            "calendars": tuple(self.calendars.used.values()),
        }
        return Batch(records, tuple(self.cells.problems))

    def _project_id(self, key: str) -> str:
        if self.owner or len(self.exported) == 1:
            return self.owner or self.stem
        table, row = self.rows[key]
        return f"{self.stem}/{one_line(table.get(row, 'proj_short_name'), 60) or key}"

    def _project(self, key: str, name: str, items: dict[str, WorkItem]) -> Project:
        table, row = self.rows[key]
        method = self._method(key)
        ends = [i.baseline_finish for i in items.values() if i.project == name and i.baseline_finish is not None]
        root = next(
            (one_line(t.get(r, "wbs_name"), 500) for t, r in self.wbs.values()
             if t.get(r, "proj_id") == key and t.get(r, "proj_node_flag") == "Y"), ""
        )  # fmt: skip
        end = max((moment for moment in ends if isinstance(moment, datetime)), default=None)
        return Project(
            id=name,
            title=root or one_line(table.get(row, "proj_short_name"), 500) or name,
            start=method.start.date() if method.start else None,
            baseline_finish=end.date() if end else None,
            method=method,
            origin=Origin(self.relative, row.line),
        )

    def _method(self, key: str) -> Method:
        table, row = self.rows[key]

        def flag(name: str) -> bool:
            found = self.options.get(key)
            return found is not None and found[0].get(found[1], name) == "Y"

        calendar = self._default(key)
        option = self.options.get(key)
        start = self.cells.moment(table, row, "plan_start_date")
        return Method(
            rules=Rules.PRIMAVERA,
            calendar=calendar.id if calendar else "",
            start=start,
            data_date=self.cells.moment(table, row, "last_recalc_date") or start,
            must_finish=self.cells.moment(table, row, "plan_end_date"),
            progress=Progress.OVERRIDE
            if flag("sched_progress_override") and not flag("sched_retained_logic")
            else Progress.RETAINED,
            float_type=_FLOATS.get(option[0].get(option[1], "sched_float_type"), FloatType.SMALLER)
            if option
            else FloatType.SMALLER,
            longest_path=table.get(row, "critical_path_type") == "CT_DrivPath",
            critical_minutes=self.cells.minutes(table, row, "critical_drtn_hr_cnt") or 0,
            expected_finish=flag("sched_use_expect_end_flag"),
            open_critical=flag("sched_open_critical_flag"),
        )

    def _default(self, project: str) -> Calendar | None:
        table, row = self.rows[project]
        return self.calendars.get(table.get(row, "clndr_id")) or self.calendars.get(self.calendars.default)

    def _branches(self, names: dict[str, str]) -> Iterator[WorkItem]:
        for key, (table, row) in self.wbs.items():
            project = names.get(table.get(row, "proj_id"))
            if project is None or not key:
                continue
            parent = table.get(row, "parent_wbs_id")
            yield WorkItem(
                id=f"{self.stem}/wbs-{one_line(key, 20)}",
                project=project,
                title=one_line(table.get(row, "wbs_name") or table.get(row, "wbs_short_name"), 500) or f"WBS {key}",
                kind=Kind.SUMMARY,
                parent=f"{self.stem}/wbs-{one_line(parent, 20)}" if parent in self.wbs else "",
                origin=Origin(self.relative, row.line),
            )

    def _item(self, table: Table, row: Row, key: str, project: str) -> WorkItem:
        kind = table.get(row, "task_type")
        role = _ROLES.get(kind)
        if role is None:
            role = Role.TASK
            self.cells.report(row.line, "task_type", f"“{one_line(kind, 30)}” is no type of activity; it is a task.")
        calendar = self.calendars.get(table.get(row, "clndr_id")) or self._default(table.get(row, "proj_id"))
        self.clocks[key] = calendar
        begun, ended = (self.cells.moment(table, row, name) for name in ("act_start_date", "act_end_date"))
        state = self._state(table, row, begun, ended)
        left, whole = self._amounts(table, row, role, state)
        per_day = calendar.minutes_per_day if calendar else 480
        wbs = table.get(row, "wbs_id")
        return WorkItem(
            id=f"{self.stem}/{key}",
            project=project,
            title=one_line(table.get(row, "task_name"), 500) or f"Activity {key}",
            kind=Kind.MILESTONE if role in (Role.START_MILESTONE, Role.FINISH_MILESTONE) else Kind.ACTIVITY,
            status=_WORDS[state],
            state=state,
            calendar=calendar.id if calendar else "",
            duration_days=None if whole is None else whole / per_day,
            remaining_days=left / per_day if left is not None and state is State.DOING else None,
            baseline_start=self.cells.moment(table, row, "target_start_date"),
            baseline_finish=self.cells.moment(table, row, "target_end_date"),
            actual_start=begun if state is not State.TODO else None,
            actual_finish=ended if state is State.DONE else None,
            percent=_percent(state, left, whole),
            parent=f"{self.stem}/wbs-{one_line(wbs, 20)}" if wbs in self.wbs else "",
            origin=Origin(self.relative, row.line),
            extra=_extra(table, row),
            terms=self.terms.of(table, row, role, calendar, is_paced=kind == "TT_Rsrc"),
        )

    def _state(self, table: Table, row: Row, begun: datetime | None, ended: datetime | None) -> State:
        """Actual dates say more than the status, which may lack them."""
        said = _STATES.get(table.get(row, "status_code"))
        shown = State.DONE if ended else State.DOING if begun else State.TODO
        if said is None:
            return shown
        if said is State.DONE and ended is None:
            self.cells.report(row.line, "act_end_date", "The activity is complete without an actual finish.")
        elif said is State.DOING and begun is None:
            self.cells.report(row.line, "act_start_date", "The activity is in progress without an actual start.")
        return State.DONE if ended else said

    def _amounts(self, table: Table, row: Row, role: Role, state: State) -> tuple[int | None, int | None]:
        """Minutes left, and minutes in all: what is left of unstarted work is what is scheduled."""
        if role in (Role.START_MILESTONE, Role.FINISH_MILESTONE):
            return 0, 0
        left = self.cells.minutes(table, row, "remain_drtn_hr_cnt")
        target = self.cells.minutes(table, row, "target_drtn_hr_cnt")
        if state is State.TODO:
            whole = target if left is None else left
            return whole, whole
        if state is State.DONE:
            return 0, target
        return (target if left is None else left), (left if target is None else target)

    def _links(self, items: dict[str, WorkItem]) -> tuple[tuple[Link, ...], tuple[WorkItem, ...]]:
        """The links, and a stub for each activity at an end of one that the export does not have."""
        links: list[Link] = []
        stubs: dict[str, WorkItem] = {}
        for table, row in self.xer.rows("TASKPRED"):
            before, after = table.get(row, "pred_task_id"), table.get(row, "task_id")
            ids = [f"{self.stem}/{one_line(key, 20)}" for key in (before, after)]
            missing = [id_ for id_ in ids if id_ not in items]
            if len(missing) == 2 or not before or not after:
                continue
            kind = _KINDS.get(table.get(row, "pred_type"))
            if kind is None:
                word = one_line(table.get(row, "pred_type"), 20)
                self.cells.report(row.line, "pred_type", f"“{word}” is no type of link; finish to start is used.")
                kind = LinkType.FS
            clock = self._lag_clock(items[next(id_ for id_ in ids if id_ in items)], ids, before, after, items)
            lag = self.cells.minutes(table, row, "lag_hr_cnt") or 0
            for id_ in missing:
                stubs[id_] = WorkItem(id=id_, project="", title=f"Activity {id_.rpartition('/')[2]} of another project",
                                      stub=True, origin=Origin(self.relative, row.line))  # fmt: skip
            links.append(
                Link(
                    predecessor=ids[0],
                    successor=ids[1],
                    type=kind,
                    lag_days=lag / clock.minutes_per_day if clock else lag / 480,
                    lag_calendar=clock.id if clock else "",
                    origin=Origin(self.relative, row.line),
                )
            )
        return tuple(links), tuple(stubs.values())

    def _lag_clock(
        self, known: WorkItem, ids: list[str], before: str, after: str, items: dict[str, WorkItem]
    ) -> Calendar | None:
        """The calendar of a lag, by the setting of the successor's project."""
        item = items.get(ids[1], known)
        key = next((key for key in self.exported if self._project_id(key) == item.project), self.exported[0])
        option = self.options.get(key)
        setting = option[0].get(option[1], "sched_calendar_on_relationship_lag") if option else ""
        if setting == "rcal_24Hour":
            return self.calendars.always()
        if setting == "rcal_ProjDefault":
            return self._default(key)
        first, second = (after, before) if setting == "rcal_Successor" else (before, after)
        return self.clocks.get(first) or self.clocks.get(second)


def _percent(state: State, left: int | None, whole: int | None) -> float:
    """Duration complete, in percent."""
    if state is not State.DOING:
        return 100.0 if state is State.DONE else 0.0
    if not whole or left is None:
        return 0.0
    return max(0.0, min(99.0, round((whole - left) * 100 / whole, 1)))


def _extra(table: Table, row: Row) -> Extra:
    code = one_line(table.get(row, "task_code"), 100)
    return (("Activity ID", code),) if code else ()
