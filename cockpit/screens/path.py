"""Critical path: where is it blocked? One driving chain an objective, its blockers first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.records.assessment import Assessment, Blocker
from cockpit.records.nearly import NearChain
from cockpit.screens.base import CockpitScreen
from cockpit.screens.chainrows import Kind, PathRow, path_rows
from cockpit.screens.gantt import KEY, SHORT_KEY, axis, bar
from cockpit.screens.keynames import key
from cockpit.screens.keys import HISTORY, WHAT_IF
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.why import Facts
from cockpit.screens.why_path import blocker_facts, chain_facts, near_facts, step_facts
from cockpit.screens.words import Cell, count, day, days, finish, fit, inert, money

WIDE = 110
"""Cells from which on there is room for more than a bar and its finish."""


class PathScreen(CockpitScreen[PathRow]):
    """The driving chain of every objective, earliest first, with what stands in its way; near-critical ones folded."""

    MODE = "path"
    BANNERS = True
    SORTS = False
    CSS_PATH = "path.tcss"
    EMPTY = "No critical path: an objective needs projects with work items, or a finish_item."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "what_if", "what-if", id="what-if", tooltip=WHAT_IF),
        # In the place of this one in the line of keys, which has room for no more.
        Binding("h", "history", "history", show=False, id="history", tooltip=HISTORY),
        Binding("space", "fold", "Unfold or fold the near-critical chains", show=False, id="fold"),
    ]

    class Unfolded(Message):
        """Near-critical chains were worked out."""

        def __init__(self, assessment: Assessment, near: dict[str, tuple[NearChain, ...]]) -> None:
            super().__init__()
            self.assessment, self.near = assessment, near

    def __init__(self) -> None:
        super().__init__()
        self._near: dict[str, Sequence[NearChain] | None] = {}
        """Of the objectives whose near-critical chains are unfolded."""
        self._near_of: Assessment | None = None
        """What these were worked out of."""

    def columns(self) -> Sequence[Column[PathRow]]:
        """Name the columns."""
        return (
            Column("driving chain", lambda r, _: _item(r), 26, grow=2),
            Column("project", lambda r, _: (self._named(r, "project"), "muted"), 14, grow=1, least=140),
            Column("team", lambda r, _: (self._named(r, "team"), "muted"), 12, grow=1, least=WIDE),
            Column("start", lambda r, _: (day(r.step.start) if r.step else "", ""), 10, least=140),
            Column("finish", lambda r, _: (day(r.step.finish) if r.step else "", ""), 10),
            Column("float", lambda r, _: (days(r.step.total_float_days) if r.step else "", ""), 5, right=True),
            Column("state", lambda r, _: self._state(r), 12, least=WIDE),
            Column(SHORT_KEY, _bar, 33, grow=4, most=199, searched=False),
            Column(KEY, _bar, 66, grow=4, least=200, searched=False),
        )

    def _named(self, row: PathRow, field: str) -> str:
        return self.name_of(str(getattr(row.step, field))) if row.step else ""

    def _state(self, row: PathRow) -> Cell:
        step = row.step
        if step is None:
            return "", ""
        if step.workable and step.silent_days:
            return f"silent {step.silent_days}d", "warn"
        return step.state, "good" if step.done else ""

    def banner(self, record: PathRow, width: int) -> Cell | None:
        """Say in full width what is neither a step nor the days over the bars."""
        if record.blocker is not None:
            return _blocker(record.blocker, record.place, width, self.delay_currency)
        if record.near is not None:
            return _near(record.near)
        if record.kind is Kind.HEAD:
            return _head(record, width)
        return _fold(record) if record.kind is Kind.FOLD else None

    def rows(self, assessment: Assessment) -> Sequence[PathRow]:
        """List the lines of all chains."""
        return path_rows(assessment, self._near)

    def many(self, assessment: Assessment) -> int:
        """Count the steps and blockers."""
        return sum(len(chain.steps) + len(chain.blockers) for chain in assessment.chains)

    # Near-critical chains

    @on(KeyedTable.Chosen)
    def choose(self, event: KeyedTable.Chosen) -> None:
        """Unfold what is beneath the row under the cursor, in place of its why."""
        record = self.table.record
        if record is not None and record.kind is Kind.FOLD:
            event.prevent_default()
            self.action_fold()

    def action_fold(self) -> None:
        """Unfold the near-critical chains of the objective under the cursor, or fold them."""
        record = self.table.record
        if record is None or self.assessment is None:
            self.desk.say("There is no chain to unfold here.", "warning")
            return
        objective = record.chain.objective
        if not record.chain.near_critical:
            self.desk.say("Nothing is nearly critical beside this chain.", "information")
        elif objective in self._near:
            self._near = {name: chains for name, chains in self._near.items() if name != objective}
            self._relist()
            self.table.point_at(f"{objective}|near")
        else:
            self._near = {**self._near, objective: None}
            self._relist()
            self._work_out(self.assessment)

    def take(self) -> None:
        """Show the app's assessment; what is unfolded is worked out anew."""
        super().take()
        if self._near and self.assessment is not None and self.assessment is not self._near_of:
            self._work_out(self.assessment)

    def _work_out(self, assessment: Assessment) -> None:
        self._aside("near", partial(self._worked_out, assessment, tuple(self._near)))

    def _worked_out(self, assessment: Assessment, objectives: Sequence[str]) -> None:
        """Work out near-critical chains, in a thread."""
        found = {name: tuple(assessment.near.get(name, ())) for name in objectives}
        self.post_message(self.Unfolded(assessment, found))

    def on_path_screen_unfolded(self, event: Unfolded) -> None:
        """Show near-critical chains, as far as they are still wanted."""
        event.stop()
        if event.assessment is self.assessment:
            self._near = {name: event.near.get(name, chains) for name, chains in self._near.items()}
            self._near_of = event.assessment
            self._relist()

    def _relist(self) -> None:
        self._listed = None
        self.list_rows()

    def on_screen_suspend(self) -> None:
        """Let go of what was worked out."""
        super().on_screen_suspend()
        if self.assessment is None:
            self._near_of, self._near = None, dict.fromkeys(self._near)

    # What a row is about

    def key(self, record: PathRow) -> str:
        """Know a line by its objective, step and blocker."""
        return record.key

    def owners(self, record: PathRow) -> tuple[str, ...]:
        """Find a line by who owns it or must act."""
        step = (record.step.owner, self.name_of(record.step.owner)) if record.step else ()
        return (*step, record.blocker.owner, record.blocker.owner_name) if record.blocker else step

    def projects(self, record: PathRow) -> tuple[str, ...]:
        """Find a line by its project."""
        project = record.blocker.project if record.blocker else record.step.project if record.step else ""
        return (project, self.name_of(project))

    def objectives(self, record: PathRow) -> tuple[str, ...]:
        """Find a line by the objective to which its chain leads."""
        return (record.chain.objective, record.chain.title)

    def row_facts(self, record: PathRow, assessment: Assessment) -> Facts:
        """Say why."""
        if record.blocker is not None:
            return blocker_facts(record.blocker, assessment)
        if record.step is not None:
            return step_facts(record.step, assessment)
        return near_facts(record.near) if record.near is not None else chain_facts(record.chain, assessment)


def _bar(row: PathRow, width: int) -> Cell:
    if row.scale is None:
        return "", ""
    if row.step is None:
        return axis(row.scale, width), "muted"
    return bar(row.step, row.scale, width, row.free), "accent"


def _head(row: PathRow, width: int) -> Cell:
    chain = row.chain
    late = (chain.finish - chain.target).days if chain.finish and chain.target else 0
    ends = f"finish {finish(chain.finish, row.at_least)}"
    parts = [f"{ends}, {'≥' if row.at_least else ''}{count(late, 'day')} late" if late > 0 else ends]
    parts += [f"target {day(chain.target)}"] if chain.target and (width >= WIDE or late <= 0) else []
    parts += [count(len(chain.blockers), "blocker")] if chain.blockers and width >= WIDE else []
    parts += ["▲ DEAD PATH"] if chain.dead else []
    parts += [] if chain.blockers or chain.dead else ["nothing blocks it"]
    tail = " · ".join(parts)
    return f"{inert(chain.title, max(width - len(tail) - 3, 12))} · {tail}", "head"


def _fold(row: PathRow) -> Cell:
    is_open, many, items, least = row.says
    text = f"{count(int(str(items)), 'item')} nearly critical"
    text += f" in {count(many, 'chain')}" if isinstance(many, int) else ""
    text += f", least float {days(least)}" if isinstance(least, float) else ""
    if is_open and many is None:
        return f"  ▾ {text} · computing…", "warn"
    if is_open:
        return f"  ▾ {text} · {key('why')} folds", "warn"
    return f"  ▸ {text} · {key('why')} or {key('fold')} unfolds", "warn"


def _near(near: NearChain) -> Cell:
    into = f", joins “{inert(near.into, 60)}”" if near.into else ""
    return f"    {days(near.float_days)} float{into}", "muted"


def _blocker(blocker: Blocker, place: int, width: int, currency: str | None) -> Cell:
    who = blocker.owner_name or blocker.owner or "nobody named"
    tone = "bad" if blocker.driving else "warn"
    if not place:
        tail = f" · {inert(who, 24)} · slip {_least(blocker, blocker.slip_days)}"
        return f"    ▲ held by {inert(blocker.title, max(width - len(tail) - 14, 8))}{tail}", tone
    numbers = [f"slip {_least(blocker, blocker.slip_days):>5}", f"worth {_least(blocker, blocker.leverage_days):>5}"]
    if currency is not None:
        numbers += [f"{money(blocker.cost, currency, blocker.cost_assumed) or '–':>6}"]
    if width >= WIDE:
        since = f"for {count(blocker.blocked_days, 'day')}" if blocker.blocked_days else "since today"
        numbers += [f"{blocker.state} {since}"]
    tail = "  ".join(numbers)
    name = 16 if width < WIDE else 22
    title = fit(blocker.title, max(width - len(tail) - name - 10, 8))
    return f"  ▲ {place:<2}{fit(who, name)}  {title}  {tail}", tone


def _least(blocker: Blocker, value: float) -> str:
    return days(value, blocker.at_least) if value else "–"


def _item(row: PathRow) -> Cell:
    return (f"  {inert(row.step.title)}", "warn" if row.step.blocker else "") if row.step else ("", "")
