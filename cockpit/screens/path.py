"""Critical path: where is it blocked? One driving chain an objective, its blockers first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from cockpit.assessment import Assessment, Blocker, Chain, ChainStep
from cockpit.records import quick
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.why_path import blocker_facts, step_facts
from cockpit.screens.words import Cell, count, day, days, fit, inert, money


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PathRow:
    """A line of the screen: the head of a chain (neither step nor blocker), a blocker, or a step."""

    key: str
    chain: Chain = field(compare=False)
    head: tuple[object, ...] = ()
    """Of a head: what it says of the chain, which is too long to be compared."""
    step: ChainStep | None = None
    blocker: Blocker | None = None
    place: int = 0
    """Of a blocker at the top of its chain; 0 where it stands beneath the step that it blocks."""
    span: tuple[date, date] = (date.min, date.max)
    """The days from the first of the chain, or today, to the last."""


def path_rows(assessment: Assessment) -> Iterator[PathRow]:
    """Give the lines of every chain: its head, its blockers as sorted, then its steps with blockers in place."""
    for chain in assessment.chains:
        head = (chain.title, chain.finish, chain.target, len(chain.blockers), chain.dead)
        yield PathRow(key=chain.objective, chain=chain, head=head)
        for place, blocker in enumerate(chain.blockers, 1):
            key = f"{chain.objective}|{blocker.subject}"
            yield PathRow(key=key, chain=chain, blocker=blocker, place=place)
        at = {each.subject: each for blocker in chain.blockers for each in blocker.members or (blocker,)}
        days = span(chain, assessment.today)
        for number, step in enumerate(chain.steps):
            key = f"{chain.objective}|{step.item}|{number}"
            yield PathRow(key=key, chain=chain, step=step, span=days)
            held = at.get(step.blocker)
            if held is not None:
                yield PathRow(key=f"{key}|{held.subject}", chain=chain, step=step, blocker=held)


def span(chain: Chain, today: date) -> tuple[date, date]:
    """Return the first and the last day of a chain, today among them."""
    first = min((step.start for step in chain.steps), default=today)
    last = max((step.finish for step in chain.steps), default=today)
    return min(first, today), max(last, today)


def gantt(step: ChainStep, days: tuple[date, date], today: date, done: bool, width: int) -> str:
    """Return the step as a bar on the days of its chain: done ═, open █, a milestone ◆, today │."""
    first, last = days
    length = max((last - first).days, 1)

    def at(on: date) -> int:
        return round((on - first).days / length * (width - 1))

    cells = [" "] * width
    cells[at(today)] = "│"
    start, end = at(step.start), max(at(step.finish), at(step.start))
    if step.start == step.finish:
        cells[start] = "◆"
    else:
        cells[start : end + 1] = ("═" if done else "█") * (end + 1 - start)
    return "".join(cells)


class PathScreen(CockpitScreen[PathRow]):
    """The driving chain of every objective, earliest first, with what stands in its way."""

    MODE = "path"
    BANNERS = True
    SORTS = False
    CSS_PATH = "path.tcss"
    EMPTY = "No critical path: an objective needs projects with work items, or a finish_item."

    def columns(self) -> Sequence[Column[PathRow]]:
        """Name the columns."""
        return (
            Column("driving chain, earliest first", lambda r, _: _item(r), 20, grow=2),
            Column("project", lambda r, _: (self._named(r, "project"), "muted"), 14, grow=1, least=110),
            Column("team", lambda r, _: (self._named(r, "team"), "muted"), 12),
            Column("start", lambda r, _: (day(r.step.start) if r.step else "", ""), 10),
            Column("finish", lambda r, _: (day(r.step.finish) if r.step else "", ""), 10),
            Column("float", lambda r, _: (days(r.step.total_float_days) if r.step else "", ""), 5, right=True),
            Column("state", lambda r, _: self._state(r), 12),
            Column("═ done  █ open  ◆ milestone  │ today", self._bar, 36, grow=1, least=140, searched=False),
        )

    def _named(self, row: PathRow, field: str) -> str:
        return self.name_of(str(getattr(row.step, field))) if row.step else ""

    def _bar(self, row: PathRow, width: int) -> Cell:
        if row.step is None:
            return "", ""
        return gantt(row.step, row.span, self.today, row.step.done, width), "accent"

    def _state(self, row: PathRow) -> Cell:
        step = row.step
        if step is None:
            return "", ""
        if step.workable and step.silent_days:
            return f"silent {step.silent_days}d", "warn"
        return step.state, "good" if step.done else ""

    def banner(self, record: PathRow, width: int) -> Cell | None:
        """Say heads and blockers in full width."""
        if record.blocker is not None:
            return _blocker(record.blocker, record.place, width, self.delay_currency)
        return None if record.step is not None else _head(record.chain, width)

    def rows(self, assessment: Assessment) -> Sequence[PathRow]:
        """List the lines of all chains."""
        return tuple(path_rows(assessment))

    def many(self, assessment: Assessment) -> int:
        """Count the steps and blockers."""
        return sum(len(chain.steps) + len(chain.blockers) for chain in assessment.chains)

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

    def row_facts(self, record: PathRow, assessment: Assessment) -> Facts:
        """Say why."""
        if record.blocker is not None:
            return blocker_facts(record.blocker, assessment)
        if record.step is not None:
            return step_facts(record.step, assessment)
        return chain_facts(record.chain)


def chain_facts(chain: Chain) -> Facts:
    """Say how a chain ends and which chains are nearly critical."""
    lines = [("head", chain.title), ("", ""), ("", _head(chain, 400)[0])]
    lines += [("", ""), ("head", "Nearly critical")] if chain.near_critical else []
    lines += [("", f"  {item}") for item in chain.near_critical]
    return Facts(tuple(lines))


def _head(chain: Chain, width: int) -> Cell:
    finish = f"finish {day(chain.finish)}" if chain.finish else "finish unknown"
    late = (chain.finish - chain.target).days if chain.finish and chain.target else 0
    parts = [f"{finish}, {count(late, 'day')} late" if late > 0 else finish]
    parts += [f"target {day(chain.target)}"] if chain.target and (width >= 110 or late <= 0) else []
    parts += [count(len(chain.blockers), "blocker")] if chain.blockers and width >= 110 else []
    parts += ["▲ DEAD PATH"] if chain.dead else []
    parts += [] if chain.blockers or chain.dead else ["nothing blocks it"]
    tail = " · ".join(parts)
    return f"{inert(chain.title, max(width - len(tail) - 3, 12))} · {tail}", "head"


def _blocker(blocker: Blocker, place: int, width: int, currency: str | None) -> Cell:
    who = blocker.owner_name or blocker.owner or "nobody named"
    tone = "bad" if blocker.driving else "warn"
    if not place:
        tail = f" · {inert(who, 24)} · slip {_least(blocker, blocker.slip_days)}"
        return f"    ▲ held by {inert(blocker.title, max(width - len(tail) - 14, 8))}{tail}", tone
    numbers = [f"slip {_least(blocker, blocker.slip_days):>5}", f"worth {_least(blocker, blocker.leverage_days):>5}"]
    if currency is not None:
        numbers += [f"{money(blocker.cost, currency, blocker.cost_assumed) or '–':>6}"]
    if width >= 110:
        numbers += [f"{blocker.state} {count(blocker.blocked_days, 'day')}"]
    tail = "  ".join(numbers)
    name = 16 if width < 110 else 22
    title = fit(blocker.title, max(width - len(tail) - name - 10, 8))
    return f"  ▲ {place:<2}{fit(who, name)}  {title}  {tail}", tone


def _least(blocker: Blocker, value: float) -> str:
    return days(value, blocker.at_least) if value else "–"


def _item(row: PathRow) -> Cell:
    return (f"  {inert(row.step.title)}", "warn" if row.step.blocker else "") if row.step else ("", "")
