"""Disagreements with the peer that are understood: who is right, and why. docs/schedule.md lists the same."""

from __future__ import annotations

from collections.abc import Callable

from differential_compare import Comparison

Known = Callable[[Comparison], bool]

KNOWN: tuple[Known, ...] = ()
"""Each looks at a shrunk plan and says whether its disagreement is of that kind; its docstring says who is right and
why, and a test of its own pins it."""


def reason(small: Comparison) -> str:
    """Why the programs differ on a shrunk plan; empty where that is not understood."""
    return next((known.__doc__ or known.__name__ for known in KNOWN if known(small)), "")
