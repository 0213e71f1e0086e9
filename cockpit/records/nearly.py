"""Work that is nearly critical, as chains: what comes next if the driving chain is shortened."""

from __future__ import annotations

from cockpit.basics.classes import dataclass
from cockpit.records.steps import ChainStep


@dataclass(frozen=True, slots=True, kw_only=True)
class NearChain:
    """Near-critical work in turn, earliest first, that no driving chain of its objective runs through."""

    steps: tuple[ChainStep, ...]
    """Each with its own float towards the objectives' finishes."""
    float_days: float
    """Working days by which the least patient of it may slip before an objective's finish does."""
    into: str = ""
    """The title of the work on the driving chain that waits for it; empty where none does directly."""
