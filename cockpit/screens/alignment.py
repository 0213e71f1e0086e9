"""Alignment: what are we doing that serves no objective?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cockpit.records.assessment import Assessment, SignOff
from cockpit.records.measures import Alignment
from cockpit.records.model import Meaning
from cockpit.screens.bars import NoteLine
from cockpit.screens.choosing import Choice, ChooseScreen
from cockpit.screens.keynames import key
from cockpit.screens.keys import not_then
from cockpit.screens.marking import MarkingScreen
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.why import Facts, Line, named, pair, signed_over
from cockpit.screens.words import Cell, count, day, inert, number, percent
from cockpit.wording import unmapped
from cockpit.wording.unmapped import By, Row

WHAT = {
    By.CAUSE: "why they serve nothing",
    By.TEAM: "team",
    By.EPIC: "epic",
    By.EFFORT: "ticket",
    By.SIGNED: "tickets whose …",
}
"""What a row is, for each way to group them."""
SAID = {By.SIGNED: "Mapped by signature"}


class AlignmentScreen(MarkingScreen[Row]):
    """Tickets that serve no objective: by cause, team or epic, or one by one. A selection is mapped by signature."""

    MODE = "alignment"
    NARROWED_BY = ()
    CSS_PATH = "alignment.tcss"
    EMPTY = "Every ticket that is known serves an objective."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "group", "by", id="group-by", tooltip="Group by cause, team, epic, effort; then what is mapped"),
        Binding(
            "m", "map", "map", id="map", tooltip="Map what is marked to an objective, by signature; or take it back"
        ),
        Binding("q", "up", "Back to the groups", show=False, id="back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.by = By.CAUSE
        self._within: Row | None = None
        """The group whose tickets are listed."""

    @property
    def _singly(self) -> bool:
        return self._within is not None or self.by is By.EFFORT

    def columns(self) -> Sequence[Column[Row]]:
        """Name the columns of the list as it is grouped."""
        what = WHAT[By.EFFORT if self._within else self.by]
        first: Column[Row] = Column(what, lambda row, _: (row.title, ""), 24, grow=3)
        tickets: Column[Row] = Column(
            "tickets", lambda row, _: (f"{row.count:,}", ""), 8, right=True, by=lambda row: row.count
        )
        effort: Column[Row] = Column(
            "effort", lambda row, _: (_effort(row), ""), 9, right=True, by=lambda row: row.effort
        )
        share: Column[Row] = Column(
            "share", lambda row, _: (self._share(row), ""), 5, right=True, by=lambda row: row.effort
        )
        if self.by is By.SIGNED:
            goal: Column[Row] = Column("serve", lambda row, _: (self._goal(row), ""), 16, grow=2)
            signed: Column[Row] = Column("signed by", lambda row, _: (_signer(row), "muted"), 14, grow=1, least=96)
            on_day: Column[Row] = Column("on", lambda row, _: (_signed_on(row), "muted"), 10)
            return (first, goal, signed, on_day, tickets, effort)
        if self._singly:
            team: Column[Row] = Column("team", lambda row, _: (self.name_of(row.team), "muted"), 14, grow=1)
            why: Column[Row] = Column("why", lambda row, _: self._why(row), 20, grow=2, least=96)
            return (first, team, why, effort, share)
        such_as: Column[Row] = Column(
            "such as", lambda row, _: (", ".join(map(inert, row.items[:8])), "muted"), 16, grow=2, least=96
        )
        return (first, tickets, effort, share, such_as)

    def _share(self, row: Row) -> str:
        whole = self.assessment.alignment if self.assessment else Alignment()
        part, of = (row.effort, whole.effort) if whole.effort else (row.count, whole.items)
        return "<1%" if 0 < part < of / 200 else percent(part / of) if of else ""

    def _goal(self, row: Row) -> str:
        return self.name_of(row.served.objective) if row.served is not None else ""

    @staticmethod
    def _why(row: Row) -> Cell:
        return (row.ticket.cause, "muted") if row.ticket is not None else ("", "")

    def compose_top(self) -> ComposeResult:
        """Put over the table how it is grouped, and how much of all work it is."""
        yield NoteLine(id="grouped")

    def take(self) -> None:
        """Show the app's assessment and how it is grouped."""
        super().take()
        self.say_marks(len(self.marks))

    def say_marks(self, number: int) -> None:
        """Say how the list is grouped and how much of all work it is, or how many rows are marked."""
        if number:
            them = "it" if number == 1 else "them"
            act = f"takes {them} back" if self.by is By.SIGNED else f"maps {them} to an objective"
            text = f"{count(number, 'row')} marked: {key('map')} {act} by signature · {key('escape')} unmarks"
        else:
            text = self._grouped()
        self.query_one("#grouped", NoteLine).show_text(text)

    def _grouped(self) -> str:
        whole = self.assessment.alignment if self.assessment else Alignment()
        if self._within is not None:
            tickets = count(self._within.count, "ticket")
            return f"By {self.by} › {inert(self._within.title, 40)}: {tickets} · {key('escape')} goes back"
        if not whole.items and not whole.served:
            return ""
        goes_on = "shows what is mapped" if self._next is By.SIGNED else f"groups by {self._next}"
        return f"{SAID.get(self.by, f'By {self.by}')} · {_brief(whole)} · {key('group-by')} {goes_on}"

    @property
    def _next(self) -> By:
        """How the list is grouped next."""
        order = list(By)
        return order[(order.index(self.by) + 1) % len(order)]

    def rows(self, assessment: Assessment) -> Sequence[Row]:
        """List the groups, or the tickets of one."""
        if self._within is not None:
            return unmapped.within(assessment, self.by, self._within.key)
        return unmapped.rows(assessment, self.by)

    def many(self, assessment: Assessment) -> int:
        """Return about how many rows there are."""
        few = {By.CAUSE: len(assessment.alignment.groups), By.SIGNED: len(assessment.alignment.served)}
        whole = assessment.alignment.unmapped
        return whole if self._within is not None else few.get(self.by, whole)

    def _why_empty(self, hidden: bool) -> str:
        if self.by is By.SIGNED and self.assessment is not None and not hidden:
            return f"Nobody has mapped anything by signature. {key('group-by')} goes on to what serves no objective."
        if self.assessment is not None and not self.assessment.alignment.items and not hidden:
            return f"No file has tickets: what projects serve stands under {key('go-projects')}."
        return super()._why_empty(hidden)

    def key(self, record: Row) -> str:
        """Know a row by what it groups."""
        return record.key

    def row_facts(self, record: Row, assessment: Assessment) -> Facts:
        """Say how much of all work it is, what may be done about it, and name the tickets."""
        lines: list[Line] = [("head", record.title), ("", "")]
        if record.served is not None:
            served = record.served
            lines += pair("Serve", named(assessment, served.objective))
            lines += pair("Signed by", f"{served.signer_name} on {day(served.signed_on)}")
            lines += pair("Tickets", f"{served.count:,}, which no file gives to an objective")
            lines += [("", ""), ("muted", f"{key('map')} takes it back, by signature.")]
            lines += signed_over(assessment, served.subject)
            return Facts(tuple(lines), None, served.subject)
        if record.ticket is not None:
            ticket = record.ticket
            lines += pair("Why", ticket.cause)
            lines += pair("Project", named(assessment, ticket.project))
            lines += pair("Team", named(assessment, ticket.team))
            lines += pair("Epic", f"{ticket.epic} {ticket.epic_title}".strip() if ticket.epic else "")
            lines += pair("Effort", number(ticket.effort, assessment.alignment.unit) if ticket.effort else "")
            return Facts((*lines, ("", ""), ("muted", _how(record))), record.origin)
        lines += [("", shares(assessment.alignment)), ("", ""), ("muted", _how(record)), ("", ""), ("head", "Tickets")]
        lines += [("", f"  {item}") for item in record.items]
        more = record.count - len(record.items)
        lines += [("muted", f"  and {more:,} more")] if more > 0 else []
        return Facts(tuple(lines))

    @on(KeyedTable.Chosen)
    def look_into(self, event: KeyedTable.Chosen) -> None:
        """List the tickets of a group; of a ticket, and of what is mapped, the why is opened."""
        record = self.table.record
        if record is not None and record.ticket is None and record.served is None:
            event.prevent_default()
            self._group_by(self.by, record)

    @on(NoteLine.Clicked, "#grouped")
    def action_group(self) -> None:
        """Group the list in the next way."""
        self._group_by(self._next, None)

    def action_up(self) -> None:
        """Go back from the tickets of a group to the groups, else from the screen."""
        if not self._up():
            self.app.action_leave()  # type: ignore[attr-defined]

    def clear_filter(self) -> bool:
        """Take marks away first, then the filter, then go back to the groups."""
        return super().clear_filter() or self._up()

    def _up(self) -> bool:
        within = self._within
        if within is None:
            return False
        self._group_by(self.by, None)
        return True

    def _group_by(self, by: By, within: Row | None) -> None:
        """List that: the cursor goes to the top, or back to the group that was looked into."""
        self._regroup(by, within)
        self.list_rows()

    def _regroup(self, by: By, within: Row | None) -> None:
        self.by, self._within, self._listed = by, within, None
        self._order, self.marks = None, set()
        self.table.show_columns(self.columns())
        self.table.action_jump(0)
        self.show_marks()

    @property
    def switched(self) -> tuple[str, str]:
        """Say how the list is grouped, and the group whose tickets are listed."""
        return "" if self.by is By.CAUSE else str(self.by), self._within.key if self._within is not None else ""

    def switch(self, show: str, within: str) -> None:
        """Group the list so, and list the tickets of that group where there is such a group."""
        assessment, known = self.desk.assessment, [str(each) for each in By]
        if show and show not in known:
            self.desk.say(f"Alignment is grouped by {', '.join(known)}, not by “{inert(show, 40)}”.", "warning")
        by = By(show) if show in known else By.CAUSE
        groups = unmapped.rows(assessment, by) if within and assessment is not None else ()
        found = next((row for row in groups if row.key == within), None)
        if within and found is None:
            self.desk.say(f"There is no group “{inert(within, 60)}” any more: here are all.", "warning")
        self._regroup(by, found)

    def action_sign(self) -> None:
        """Mapping is signing."""
        self.action_map()

    def action_map(self) -> None:
        """Map what is marked, else the row under the cursor, to an objective; or take back what is mapped."""
        record, assessment = self.table.record, self.assessment
        rows = self.marked() or ([record] if record is not None else [])
        if assessment is None or not rows:
            self.desk.say("There is nothing to map here.", "warning")
        elif self.desk.shown_day.as_of is not None:
            self.desk.say(not_then(), "warning")
        elif self.by is By.SIGNED:
            self.desk.sign_together([_withdrawal(row, assessment) for row in rows], self._forget)
        elif bare := next((row for row in rows if not row.field), None):
            self.desk.say(f"“{inert(bare.title, 60)}” is no name to map by: {key('why')} lists its tickets.", "warning")
        else:
            many = count(len(rows), "row")
            self.app.push_screen(
                ChooseScreen(f"Which objective do they serve ({many})? Its owner signs.", self._goals(assessment)),
                partial(self._map, rows),
            )

    def _goals(self, assessment: Assessment) -> list[Choice]:
        """The objectives, those of whoever sits here first."""
        me = self.desk.me.id if self.desk.me is not None else ""
        rows = sorted(assessment.objectives, key=lambda view: not me or view.record.owner != me)
        owners = (view.owner_name or "nobody" for view in rows)
        return [
            (view.record.id, view.record.title, f"{view.record.id} · owner {owner}")
            for view, owner in zip(rows, owners, strict=True)
        ]

    def _map(self, rows: Sequence[Row], objective: str | None) -> None:
        assessment = self.assessment
        if objective is not None and assessment is not None:
            self.desk.sign_together([_mapping(row, objective, assessment) for row in rows], self._forget)

    def _forget(self, _: Collection[str]) -> None:
        """What was signed is listed here no more, and with it go the marks."""
        self.show_marks()


def _mapping(row: Row, objective: str, assessment: Assessment) -> SignOff:
    """What is signed to map a row to an objective."""
    from cockpit.trust.obligations import serving_subject

    subject = serving_subject(row.field, row.pattern, objective)
    return _to_sign(subject, f"{row.title} → {named(assessment, objective)}", Meaning.CONFIRMED, objective, assessment)


def _withdrawal(row: Row, assessment: Assessment) -> SignOff:
    """What is signed to take a mapping back."""
    assert row.served is not None, "only what is mapped is taken back"
    goal = row.served.objective
    title = f"{row.title} → {named(assessment, goal)}"
    return _to_sign(row.served.subject, title, Meaning.WITHDRAWN, goal, assessment)


def _to_sign(subject: str, title: str, meaning: Meaning, objective: str, assessment: Assessment) -> SignOff:
    view = next((each for each in assessment.objectives if each.record.id == objective), None)
    return SignOff(
        subject=subject,
        title=title,
        meanings=(meaning,),
        owner=view.record.owner if view is not None else "",
        owner_name=view.owner_name if view is not None else "",
        team="",
        due=None,
        state="",
        version="",
        objective=objective,
    )


def _effort(row: Row) -> str:
    return number(row.effort) if row.effort else "–"


def _signer(row: Row) -> str:
    return row.served.signer_name if row.served is not None else ""


def _signed_on(row: Row) -> str:
    return day(row.served.signed_on) if row.served is not None else ""


def _how(row: Row) -> str:
    """What may be done about a row."""
    if row.ticket is None:
        whole = f"{key('map')} maps all of it, by “{row.field}”. " if row.field else ""
        return f"{key('why')} lists the tickets. {whole}{key('mark')} marks several."
    return f"{key('map')} maps it to an objective, by its owner's signature. {key('mark')} marks several."


def _brief(alignment: Alignment) -> str:
    """How much serves nothing, in a few words."""
    share = f" ({percent(alignment.unmapped / alignment.items)})" if alignment.items else ""
    signed = sum(view.count for view in alignment.served)
    more = f", {signed:,} by signature" if signed else ""
    return f"{alignment.unmapped:,} of {alignment.items:,}{share} serve nothing{more}"


def shares(alignment: Alignment) -> str:
    """Say how much of the portfolio's work serves nothing, by count and by effort."""
    text = f"{alignment.unmapped:,} of {count(alignment.items, 'ticket')} serve no objective"
    if alignment.effort:
        text += f"; {number(alignment.unmapped_effort)} of {number(alignment.effort, alignment.unit)} of effort"
    if alignment.unconfirmed:
        text += f"; {alignment.unconfirmed:,} mapped by the charter and not yet confirmed"
    return text + "."
