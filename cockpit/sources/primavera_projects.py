"""The projects of a Primavera export that were exported: their ids, calendars and how they are scheduled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from cockpit.basics.text import one_line
from cockpit.records.model import Calendar, Extra, Origin, Project
from cockpit.records.terms import FloatType, Method, Progress, Rules
from cockpit.sources.primavera_calendars import Calendars
from cockpit.sources.primavera_cells import Cells
from cockpit.sources.primavera_xer import Row, Table, Xer

_FLOATS = {"FT_SS": FloatType.START, "FT_SF": FloatType.START, "FT_FF": FloatType.FINISH}


class Projects:
    """Names the exported projects of a file. `owner` takes the place of all of them, where it is given."""

    def __init__(self, xer: Xer, cells: Cells, calendars: Calendars, stem: str, owner: str) -> None:
        self._cells, self._calendars, self._stem, self._owner = cells, calendars, stem, owner
        self.rows = _first_of(xer, cells, "PROJECT", "proj_id")
        """All projects of the file by `proj_id`, also those that were not exported."""
        exported = [key for key, (table, row) in self.rows.items() if table.get(row, "export_flag") != "N"]
        self.names = self._named(exported or list(self.rows))
        """`proj_id` → the id of an exported project."""
        self._options = _first_of(xer, cells, "SCHEDOPTIONS", "proj_id")
        self._titles = {
            table.get(row, "proj_id"): one_line(table.get(row, "wbs_name"), 500)
            for table, row in xer.rows("PROJWBS")
            if table.get(row, "proj_node_flag") == "Y"
        }
        self._clocks = {key: self._clock(key) for key in self.names}

    def calendar(self, key: str) -> Calendar:
        """The calendar of an exported project."""
        return self._clocks[key]

    def option(self, key: str, name: str) -> str:
        """What a project says among its SCHEDOPTIONS; empty where it says nothing."""
        found = self._options.get(key)
        return found[0].get(found[1], name) if found else ""

    def records(self, relative: str, ends: Mapping[str, datetime]) -> Iterator[Project]:
        """The projects; `ends` has the last planned finish of each. None where another takes their place."""
        for key, name in () if self._owner else self.names.items():
            table, row = self.rows[key]
            method, end = self._method(key), ends.get(key)
            yield Project(
                id=name,
                title=self._titles.get(key) or one_line(table.get(row, "proj_short_name"), 500) or name,
                start=method.start.date() if method.start else None,
                baseline_finish=end.date() if end else None,
                method=method,
                origin=Origin(relative, row.line),
                extra=self._extra(key),
            )

    def _named(self, keys: list[str]) -> dict[str, str]:
        if self._owner or len(keys) == 1:
            return dict.fromkeys(keys, self._owner or self._stem)
        names: dict[str, str] = {}
        taken: set[str] = set()
        for key in keys:
            table, row = self.rows[key]
            short = one_line(table.get(row, "proj_short_name"), 60) or one_line(key, 20)
            name, copy = short, 0
            while name in taken:
                copy += 1
                name = f"{short} ({one_line(key, 20)})" + (f" {copy}" if copy > 1 else "")
            taken.add(name)
            names[key] = f"{self._stem}/{name}"
        return names

    def _clock(self, key: str) -> Calendar:
        table, row = self.rows[key]
        own = table.get(row, "clndr_id")
        found = self._calendars.get(own) or self._calendars.get(self._calendars.default)
        if found is None or (own and self._calendars.get(own) is None):
            used = f"“{found.title}” is" if found else "Monday to Friday, 8 to 12 and 13 to 17, are"
            said = f"“{one_line(own, 30)}” is no calendar of the file" if own else "The project names no calendar"
            self._cells.report(row.line, "clndr_id", f"{said}; {used} used.")
        return found or self._calendars.standard()

    def _flag(self, key: str, name: str) -> bool:
        return self.option(key, name) == "Y"

    def _method(self, key: str) -> Method:
        table, row = self.rows[key]

        def moment(column: str) -> datetime | None:
            return self._cells.moment(row.line, column, table.get(row, column))

        start = moment("plan_start_date")
        limit = self._cells.minutes(row.line, "critical_drtn_hr_cnt", table.get(row, "critical_drtn_hr_cnt"))
        overrides = self._flag(key, "sched_progress_override") and not self._flag(key, "sched_retained_logic")
        return Method(
            rules=Rules.PRIMAVERA,
            calendar=self._clocks[key].id,
            start=start,
            data_date=moment("last_recalc_date") or start,
            must_finish=moment("plan_end_date"),
            progress=Progress.OVERRIDE if overrides else Progress.RETAINED,
            float_type=_FLOATS.get(self.option(key, "sched_float_type"), FloatType.SMALLER),
            longest_path=table.get(row, "critical_path_type") == "CT_DrivPath",
            critical_minutes=limit or 0,
            expected_finish=self._flag(key, "sched_use_expect_end_flag"),
            shared_finish=self.option(key, "sched_use_project_end_date_for_float") == "N",
            lag_from_actual=self.option(key, "sched_lag_early_start_flag") == "N",
            open_critical=self._flag(key, "sched_open_critical_flag"),
        )

    def _extra(self, key: str) -> Extra:
        """What becomes of work out of sequence, where the program does neither of what is known here."""
        said = {self.option(key, name) for name in ("sched_retained_logic", "sched_progress_override")}
        return (("Out-of-sequence progress", "actual dates; retained logic is used"),) if said == {"N"} else ()


def _first_of(xer: Xer, cells: Cells, name: str, column: str) -> dict[str, tuple[Table, Row]]:
    """The rows of a table by a column; of several the first counts."""
    found: dict[str, tuple[Table, Row]] = {}
    for table, row in xer.rows(name):
        key = table.get(row, column)
        if not key:
            cells.report(row.line, column, f"A row of {name} has no {column}, so it is left out.")
        elif key in found:
            cells.report(row.line, column, f"{name} has {one_line(key, 20)} twice; the first one counts.")
        else:
            found[key] = (table, row)
    return found
