"""Alignment: what are we doing that serves no objective?"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.assessment import Assessment
from cockpit.measures import Alignment, UnmappedGroup
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.words import count, inert


class AlignmentScreen(CockpitScreen[UnmappedGroup]):
    """Tickets that serve no objective, one row a cause."""

    MODE = "alignment"
    NARROWED_BY = ()
    CSS_PATH = "alignment.tcss"
    EMPTY = "Every ticket that is known serves an objective."

    def columns(self) -> Sequence[Column[UnmappedGroup]]:
        """Name the columns."""
        return (
            Column("tickets that serve no objective, by cause", lambda g, _: (g.cause, ""), 30, grow=3),
            Column("tickets", lambda g, _: (f"{g.count:,}", ""), 8, right=True, by=lambda g: g.count),
            Column(
                "effort",
                lambda g, _: (f"{g.effort:,.1f}" if g.effort else "–", ""),
                10,
                right=True,
                by=lambda g: g.effort,
            ),
            Column("such as", lambda g, _: (", ".join(map(inert, g.items[:8])), "muted"), 16, grow=2),
        )

    def rows(self, assessment: Assessment) -> Sequence[UnmappedGroup]:
        """List the causes."""
        return assessment.alignment.groups

    def key(self, record: UnmappedGroup) -> str:
        """Know a group by its cause."""
        return record.cause

    def row_facts(self, record: UnmappedGroup, assessment: Assessment) -> Facts:
        """Say how much of all work it is, and name the items."""
        lines = [("head", record.cause), ("", ""), ("", shares(assessment.alignment)), ("", ""), ("head", "Tickets")]
        lines += [("", f"  {item}") for item in record.items[:200]]
        lines += [("muted", f"  and {len(record.items) - 200:,} more")] if len(record.items) > 200 else []
        return Facts(tuple(lines))


def shares(alignment: Alignment) -> str:
    """Say how much of the portfolio's work serves nothing, by count and by effort."""
    text = f"{alignment.unmapped:,} of {count(alignment.items, 'ticket')} serve no objective"
    if alignment.effort:
        text += f"; {alignment.unmapped_effort:,.1f} of {alignment.effort:,.1f} in effort"
    if alignment.unconfirmed:
        text += f"; {alignment.unconfirmed:,} mapped by the charter and not yet confirmed"
    return text + "."
