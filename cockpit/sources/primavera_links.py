"""The links of a Primavera export, with the calendars of their lags, and stubs for what they name elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cockpit.basics.text import one_line
from cockpit.records.model import Calendar, Extra, Link, LinkType, Origin, WorkItem
from cockpit.sources.primavera_calendars import Calendars
from cockpit.sources.primavera_cells import Cells
from cockpit.sources.primavera_projects import Projects
from cockpit.sources.primavera_xer import Relation, Row

_KINDS = {"PR_FS": LinkType.FS, "PR_SS": LinkType.SS, "PR_FF": LinkType.FF, "PR_SF": LinkType.SF}


class Place(NamedTuple):
    """Where an activity of an exported project is worked."""

    project: str
    """Its `proj_id`."""
    calendar: Calendar


class Foreign(NamedTuple):
    """What is known of an activity of a project that was not exported."""

    title: str
    calendar: str
    extra: Extra


def is_key(text: str) -> bool:
    """Whether a text can be the number of an activity or a branch."""
    return text.isascii() and text.isalnum() and len(text) <= 20


class Links:
    """Makes links; `stubs` gathers the activities that the file does not schedule, by id."""

    def __init__(
        self,
        stem: str,
        relative: str,
        cells: Cells,
        calendars: Calendars,
        projects: Projects,
        places: Mapping[str, Place],
        foreign: Mapping[str, Foreign],
    ) -> None:
        self._stem, self._relative, self._cells, self._calendars = stem, relative, cells, calendars
        self._places, self._foreign, self._projects = places, foreign, projects
        self._settings = {key: projects.option(key, "sched_calendar_on_relationship_lag") for key in projects.names}
        self.stubs: dict[str, WorkItem] = {}

    def of(self, rows: Iterable[Row]) -> Iterator[Link]:
        """The links of the rows of TASKPRED, of which at least one end is scheduled here."""
        for row in rows:
            tie = Relation._make(row.cells)
            before, after = tie.pred_task_id, tie.task_id
            if not self._is_usable(row, before, after):
                continue
            clock = self._clock(before, after)
            lag = self._cells.minutes(row.line, "lag_hr_cnt", tie.lag_hr_cnt) or 0
            yield Link(
                predecessor=self._end(before, row),
                successor=self._end(after, row),
                type=self._kind(row, tie.pred_type),
                lag_days=lag / clock.minutes_per_day,
                lag_calendar=clock.id,
                origin=Origin(self._relative, row.line),
            )

    def _is_usable(self, row: Row, before: str, after: str) -> bool:
        """Whether an end is scheduled here and the other is at least named; links between others say nothing."""
        here = before in self._places, after in self._places
        if all(here):
            return True
        if any(here) and is_key(before) and is_key(after):
            return True
        if not (before in self._foreign and after in self._foreign):
            shown = f"“{one_line(before, 20)}” to “{one_line(after, 20)}”"
            self._cells.report(row.line, "task_id", f"The link {shown} ties no activities of the file; it is left out.")
        return False

    def _kind(self, row: Row, word: str) -> LinkType:
        kind = _KINDS.get(word)
        if kind is None:
            message = f"“{one_line(word, 20)}” is no type of link; finish to start is used."
            self._cells.report(row.line, "pred_type", message)
        return kind or LinkType.FS

    def _end(self, key: str, row: Row) -> str:
        """The id of an end of a link; an activity of a project that is not here becomes a stub."""
        id_ = f"{self._stem}/{key}"
        if key not in self._places and id_ not in self.stubs:
            known = self._foreign.get(key)
            self.stubs[id_] = WorkItem(
                id=id_,
                project="",
                title=known.title if known else f"Activity {key} of another project",
                stub=True,
                origin=Origin(self._relative, row.line),
                extra=known.extra if known else (),
            )
        return id_

    def _clock(self, before: str, after: str) -> Calendar:
        """The calendar of a lag, by the setting of the successor's project, else of the predecessor's."""
        place = self._places.get(after) or self._places[before]
        setting = self._settings[place.project]
        if setting == "rcal_24Hour":
            return self._calendars.always()
        if setting == "rcal_ProjDefault":
            return self._projects.calendar(place.project)
        return self._worked(after if setting == "rcal_Successor" else before) or place.calendar

    def _worked(self, key: str) -> Calendar | None:
        """The calendar of an activity, as far as the file knows it."""
        place = self._places.get(key)
        if place is not None:
            return place.calendar
        known = self._foreign.get(key)
        return self._calendars.get(known.calendar) if known else None
