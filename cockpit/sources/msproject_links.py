"""The links of a Microsoft Project plan, with their lags, and the tasks of other plans that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cockpit.basics.text import clean, one_line
from cockpit.records.model import Extra, Link, LinkType, WorkItem
from cockpit.records.terms import ROW_ID, Rules, Terms
from cockpit.sources.msproject_fields import PERCENT_FORMATS, Fields, is_elapsed, small_number
from cockpit.sources.msproject_file import Plan, Task
from cockpit.sources.msproject_work import Calendars

_LINK_TYPES = {"0": LinkType.FF, "1": LinkType.FS, "2": LinkType.SF, "3": LinkType.SS}
_ENDING = re.compile(r"\.(?:mpp|mpt|xml)$", re.IGNORECASE)
_DAYS = 7
"""The format of a lag in working days."""


class Links:
    """Makes the links of one plan. `durations` holds minutes by task UID, for lags in percent."""

    def __init__(self, plan: Plan, stem: str, fields: Fields, calendars: Calendars, minutes_per_day: int) -> None:
        self._stem, self._fields, self._calendars = stem, fields, calendars
        self._minutes_per_day = minutes_per_day
        self._own = {task.uid for task in plan.tasks if task.uid != "0" and not task.is_external}
        self._inactive = plan.inactive - self._own
        self._foreign = _foreign_ids(plan, stem)
        self.stubs: dict[str, WorkItem] = {}
        """The tasks of other plans by id."""

    def take_stubs(self, tasks: list[Task]) -> None:
        """Keep the rows that stand for tasks of other plans: their dates are given from outside."""
        for task in tasks:
            if not task.is_external or self._foreign[task.uid] in self.stubs:
                continue
            start, finish = self._fields.when(task, "Start"), self._fields.when(task, "Finish")
            self._add_stub(
                self._foreign[task.uid],
                one_line(task.text("Name"), 500) or f"Task {task.uid}",
                task,
                Terms(rules=Rules.PROJECT, manual=start is not None, manual_start=start, manual_finish=finish),
            )

    def _add_stub(self, id_: str, title: str, task: Task, terms: Terms | None = None) -> None:
        row: Extra = ((ROW_ID, task.uid),) if terms is not None else ()
        self.stubs[id_] = WorkItem(
            id=id_, project="", title=title, stub=True, terms=terms, origin=task.origin, extra=row
        )  # fmt: skip

    def of(self, task: Task, durations: Mapping[str, float]) -> Iterator[Link]:
        """The links by which a task waits for others."""
        for written in task.links:
            kind = _LINK_TYPES.get(written.get("Type") or "1")
            if kind is None:
                name = one_line(written["Type"], 20)
                message = f"Link type {name} is unknown (0 to 3 were expected); the link is left out."
                self._fields.report(task, "Type", message)
                continue
            source = written.get("PredecessorUID", "")
            predecessor = self._predecessor(task, source, written)
            if predecessor:
                yield self._link(task, predecessor, kind, written, durations.get(source, 0.0))

    def id_of(self, task: Task) -> str:
        """The id of a task's item."""
        return self._foreign.get(task.uid) or f"{self._stem}/{task.uid}"

    def _predecessor(self, task: Task, source: str, written: Mapping[str, str]) -> str:
        """The id of what a link names; empty, and told, where it names nothing. A link to an inactive task ties
        nothing, as in Microsoft Project."""
        if source in self._foreign:
            return self._foreign[source]
        if written.get("CrossProject") == "1":
            name = _foreign_id(written.get("CrossProjectName", ""), source if source != "0" else "")
            if name:
                if name not in self.stubs:
                    self._add_stub(name, name, task)
                return name
        if source in self._own:
            return f"{self._stem}/{source}"
        if source in self._inactive:
            return ""
        name = one_line(source, 20) or "(none)"
        message = f"Its predecessor {name} is no task of this plan; the link is left out."
        self._fields.report(task, "PredecessorUID", message)
        return ""

    def _link(self, task: Task, source: str, kind: LinkType, written: Mapping[str, str], duration: float) -> Link:
        text = written.get("LinkLag") or "0"
        number = self._fields.tenths(task, text, "LinkLag", "lag") if text != "0" else 0
        form = small_number(written.get("LagFormat", ""), _DAYS)
        minutes = number / 100 * duration if form in PERCENT_FORMATS else number / 10
        elapsed = bool(number) and is_elapsed(form)
        extra: Extra = () if form == _DAYS else (("LagFormat", str(form)),)
        return Link(
            predecessor=source,
            successor=self.id_of(task),
            type=kind,
            lag_days=minutes / (1440 if elapsed else self._minutes_per_day),
            lag_calendar=self._calendars.elapsed() if elapsed else "",
            origin=task.origin,
            extra=extra,
        )


def _foreign_ids(plan: Plan, stem: str) -> dict[str, str]:
    """Task UID → item id, of the rows that stand for tasks of other plans: by the name of that plan and the number of
    the task in it where they are given."""
    found = {task.uid: "" for task in plan.tasks if task.is_external}
    for task in plan.tasks if found else ():
        for written in task.links:
            uid = written.get("PredecessorUID", "")
            if found.get(uid) == "":
                found[uid] = _foreign_id(written.get("CrossProjectName", ""))
    for task in plan.tasks:
        if task.is_external:
            found[task.uid] = _foreign_id(task.text("ExternalTaskProject")) or found[task.uid] or f"{stem}/{task.uid}"
    return found


def _foreign_id(text: str, number: str = "") -> str:
    r"""`C:\plans\core.mpp\5` → `core/5`. A name without a task's number takes the one given; with neither, none."""
    parts = [part for part in re.split(r"[\\/]", one_line(text, 1000)) if part]
    if len(parts) > 1 and _is_number(parts[-1]) and not _ENDING.search(parts[-1]):
        number = parts.pop()
    name = clean(_ENDING.sub("", parts[-1]), 200) if parts else ""
    return f"{name}/{number}" if name and _is_number(number) else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 11
