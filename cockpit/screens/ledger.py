"""Ledger: who said what, when, over what?"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit import signatures, telling
from cockpit.assessment import Assessment, StatementView
from cockpit.screens.base import CockpitScreen
from cockpit.screens.statement import statement_facts
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.words import Cell
from cockpit.verdicts import Verdict

ROOM = 14
"""Cells that a subject with its kind takes, such as `dependency:D-1`."""


class LedgerScreen(CockpitScreen[StatementView]):
    """Every statement with what it is worth."""

    MODE = "ledger"
    NARROWED_BY = ("owner",)
    CSS_PATH = "ledger.tcss"
    EMPTY = "Nobody has signed anything yet."

    def columns(self) -> Sequence[Column[StatementView]]:
        """Name the columns."""
        return (
            Column("signed (UTC)", lambda s, _: (signatures.signed_at(s).removesuffix(" UTC"), _tone(s, "muted")), 16),
            Column("witnessed (UTC)", lambda s, _: (_witnessed(s), "muted"), 16, least=98),
            Column("who", lambda s, _: (s.signer_name or s.record.signer, _tone(s)), 10, grow=2),
            Column("said", lambda s, _: (signatures.said(s.meaning), _tone(s)), 9, grow=1),
            Column("over", lambda s, w: (_subject(s, w), _tone(s)), 10, grow=4),
            Column("version", lambda s, _: (signatures.version_of(s)[: signatures.DIGITS], "muted"), 12),
            Column("verdict", lambda s, _: _verdict(s), 14),
            Column("because", lambda s, _: (s.why, "muted"), 20, grow=3, least=130),
        )

    def rows(self, assessment: Assessment) -> Sequence[StatementView]:
        """List the statements."""
        return assessment.statements

    def key(self, record: StatementView) -> str:
        """Know a statement by its id."""
        return record.record.id

    def owners(self, record: StatementView) -> tuple[str, ...]:
        """Find a statement by its signer."""
        return (record.record.signer, record.signer_name)

    def row_facts(self, record: StatementView, assessment: Assessment) -> Facts:
        """Say what it is worth and why."""
        return statement_facts(record, assessment)


def _tone(view: StatementView, tone: str = "") -> str:
    """What was superseded is dimmed and stays readable."""
    return "muted" if view.verdict is Verdict.SUPERSEDED else tone


def _subject(view: StatementView, width: int) -> str:
    """The subject; without its kind where there is no room for both, and on every row of a narrow column."""
    both = width >= ROOM and len(view.subject) <= width
    return view.subject if both else view.subject.partition(":")[2] or view.subject


def _witnessed(view: StatementView) -> str:
    return signatures.moment(view.witnessed_at).removesuffix(" UTC") if view.witnessed_at else "not yet"


def _verdict(view: StatementView) -> Cell:
    tone, mark = telling.mark(view)
    if view.verdict is Verdict.COUNTS and view.witnessed_at is None:
        return f"{mark} unwitnessed", tone
    return f"{mark} {view.verdict}", tone
