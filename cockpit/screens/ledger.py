"""Ledger: who said what, when, over what?"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.assessment import Assessment, StatementView
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts, statement_facts
from cockpit.screens.words import Cell, said
from cockpit.verdicts import Verdict


class LedgerScreen(CockpitScreen[StatementView]):
    """Every statement with what it is worth."""

    MODE = "ledger"
    NARROWED_BY = ("owner",)
    CSS_PATH = "ledger.tcss"
    EMPTY = "Nobody has signed anything yet."

    def columns(self) -> Sequence[Column[StatementView]]:
        """Name the columns."""
        return (
            Column("signed (UTC)", lambda s, _: (f"{s.record.signed_at:%Y-%m-%d %H:%M}", "muted"), 16),
            Column("who", lambda s, _: (s.signer_name or s.record.signer, ""), 12, grow=1),
            Column("said", lambda s, _: (said(s.meaning), ""), 10),
            Column("over", lambda s, _: (s.subject, ""), 16, grow=2),
            Column("verdict", lambda s, _: _verdict(s), 16),
            Column("because", lambda s, _: (s.why, "muted"), 20, grow=3, least=120),
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


def _verdict(view: StatementView) -> Cell:
    if view.verdict is Verdict.COUNTS:
        return "● counts", "good"
    return f"{'○' if view.verdict is Verdict.SUPERSEDED else '▲'} {view.verdict}", "warn"
