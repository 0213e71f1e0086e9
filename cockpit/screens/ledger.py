"""Ledger: who said what, when, over what?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cockpit.basics.kept import kept
from cockpit.basics.text import moment
from cockpit.records.assessment import Assessment, StatementView
from cockpit.records.verdicts import Verdict
from cockpit.screens.bars import NoteLine
from cockpit.screens.base import CockpitScreen
from cockpit.screens.keynames import key
from cockpit.screens.statement import statement_facts
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.words import Cell, count
from cockpit.wording import signatures, telling

REJECTED = "rejected"
"""What a saved view calls it that only what does not count is shown."""
ROOM = 14
"""Cells that a subject with its kind takes, such as `dependency:D-1`."""


class LedgerScreen(CockpitScreen[StatementView]):
    """Every statement with what it is worth, the latest first; `x` leaves those that do not count, with the reason."""

    MODE = "ledger"
    NARROWED_BY = ("owner",)
    CSS_PATH = "ledger.tcss"
    EMPTY = "Nobody has signed anything yet."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "x", "rejected", "rejected", id="rejected", tooltip="Only what does not count, with the reason; or all"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._only_rejected = False
        self._titles: dict[str, str] = {}

    def columns(self) -> Sequence[Column[StatementView]]:
        """Name the columns: of what was rejected, the reason comes before the version."""
        signed: Column[StatementView] = Column(
            "signed (UTC)", lambda s, _: (signatures.signed_at(s).removesuffix(" UTC"), _tone(s, "muted")), 16
        )
        who: Column[StatementView] = Column(
            "who", lambda s, _: (s.signer_name or s.record.signer, _tone(s)), 10, grow=4
        )
        said: Column[StatementView] = Column("said", lambda s, _: (signatures.said(s.meaning), _tone(s)), 9, grow=1)
        over: Column[StatementView] = Column("over", lambda s, w: (self._over(s, w), _tone(s)), 10, grow=8)
        verdict: Column[StatementView] = Column("verdict", lambda s, _: _verdict(s), 14)
        if self._only_rejected:
            why: Column[StatementView] = Column("because", lambda s, _: (s.why, ""), 26, grow=8)
            return (replace(signed, least=100), who, said, over, verdict, why)
        return (
            signed,
            Column("witnessed (UTC)", lambda s, _: (_witnessed(s), "muted"), 16, least=98),
            who,
            said,
            over,
            Column("version", lambda s, _: (signatures.version_of(s)[: signatures.DIGITS], "muted"), 12, least=98),
            verdict,
            Column("because", lambda s, _: (s.why, "muted"), 20, grow=3, least=130),
        )

    def compose_top(self) -> ComposeResult:
        """Put over the table how much of it does not count."""
        yield NoteLine(id="counted")

    def take(self) -> None:
        """Show the app's assessment, and how many statements do not count."""
        super().take()
        self._say_counted()

    def _say_counted(self) -> None:
        views = self.assessment.statements if self.assessment else ()
        bad = len(_rejected(views))
        many = f"{bad:,} of {count(len(views), 'statement')} {'counts' if bad == 1 else 'count'} for nothing"
        text = f"{many} · {key('rejected')}: {'all' if self._only_rejected else 'only those, with the reason'}"
        text = text if bad or self._only_rejected else ""
        self.query_one("#counted", NoteLine).show_text(text)

    def rows(self, assessment: Assessment) -> Sequence[StatementView]:
        """List the statements, or those that do not count: what was signed since one last looked stands on top."""
        rejected = _rejected(assessment.statements)  # counted above the table in any case
        return rejected if self._only_rejected else _latest_first(assessment.statements)

    def make_ready(self, assessment: Assessment) -> None:
        """List the statements, and what people call what they are over."""
        if not self._is_ready(assessment):
            self._titles = dict(assessment.subjects)
        super().make_ready(assessment)

    def _beside(self) -> tuple[object, ...]:
        return (*super()._beside(), self._titles)

    def search_text(self, record: StatementView) -> str:
        """Search the subject as files name it too."""
        return f"{super().search_text(record)} {record.subject}"

    def _over(self, view: StatementView, width: int) -> str:
        title = self._titles.get(view.subject, view.subject)
        return _subject(view, width) if title == view.subject else title

    def _why_empty(self, hidden: bool) -> str:
        if self._only_rejected and self.assessment is not None and not hidden:
            said = "Nothing was rejected: every statement counts, or did until its signer said something else."
            return f"{said} {key('rejected')}: all."
        return super()._why_empty(hidden)

    def key(self, record: StatementView) -> str:
        """Know a statement by its id."""
        return record.record.id

    def owners(self, record: StatementView) -> tuple[str, ...]:
        """Find a statement by its signer."""
        return (record.record.signer, record.signer_name)

    def row_facts(self, record: StatementView, assessment: Assessment) -> Facts:
        """Say what it is worth and why."""
        return statement_facts(record, assessment)

    @on(NoteLine.Clicked, "#counted")
    def action_rejected(self) -> None:
        """Show only what does not count, or everything."""
        self.switch("" if self._only_rejected else REJECTED, "")
        self.list_rows()

    @property
    def switched(self) -> tuple[str, str]:
        """Say whether only what does not count is shown."""
        return REJECTED if self._only_rejected else "", ""

    def switch(self, show: str, within: str) -> None:  # noqa: ARG002 - there are no groups here
        """Show only what does not count, or everything."""
        if self._only_rejected is not (show == REJECTED):
            self._only_rejected, self._listed = show == REJECTED, None
            self.table.show_columns(self.columns())
            self._say_counted()

    def clear_filter(self) -> bool:
        """Clear the filter first, then show everything again."""
        if super().clear_filter():
            return True
        if self._only_rejected:
            self.action_rejected()
            return True
        return False


def is_rejected(view: StatementView) -> bool:
    """Whether it counts for nothing and never did, or does no longer because of what somebody else did."""
    return not signatures.good(view)


@kept
def _rejected(views: tuple[StatementView, ...]) -> tuple[StatementView, ...]:
    return tuple(filter(is_rejected, reversed(views)))


@kept
def _latest_first(views: tuple[StatementView, ...]) -> tuple[StatementView, ...]:
    return views[::-1]


def _tone(view: StatementView, tone: str = "") -> str:
    """What was superseded is dimmed and stays readable."""
    return "muted" if view.verdict is Verdict.SUPERSEDED else tone


def _subject(view: StatementView, width: int) -> str:
    """The subject; without its kind where there is no room for both, and on every row of a narrow column."""
    both = width >= ROOM and len(view.subject) <= width
    return view.subject if both else view.subject.partition(":")[2] or view.subject


def _witnessed(view: StatementView) -> str:
    return moment(view.witnessed_at).removesuffix(" UTC") if view.witnessed_at else "not yet"


def _verdict(view: StatementView) -> Cell:
    tone, mark = telling.mark(view)
    if view.verdict is Verdict.COUNTS and view.witnessed_at is None:
        return f"{mark} unwitnessed", tone
    return f"{mark} {view.verdict}", tone
