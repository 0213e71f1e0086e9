"""One source, two ways to run: as plain Python, or compiled by numba when the extra `fast` is installed.

The package is loaded a second time under the name `cockpit.engine.kernel_fast` (`engine.speed` does it); there the
decorator compiles, here it leaves the function as it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, TypeVar, cast

FAST = __name__.startswith("cockpit.engine.kernel_fast")

Function = TypeVar("Function", bound=Callable[..., Any])
Step = Callable[["array[int]", int, int], int]
Memory = tuple["array[int]", dict[tuple[int, int], int]]

TABLES, ANSWERS = 64, 1 << 14
"""Of so many tables, and of one so many answers to each step, are remembered at most."""


def compiled(function: Function) -> Function:
    """Mark a function of the kernel."""
    return _compiled(function) if FAST else function


def remembered(function: Step) -> Step:
    """Mark a step through a table that never changes. Plain Python remembers its answers: many nodes stand at the same
    minutes, and an edit asks of the same ones a dozen times over."""
    if FAST:
        return _compiled(function)
    memories: dict[int, Memory] = {}
    last: Memory = (array("q"), {})

    def memory_of(table: array[int]) -> Memory:
        memory = memories.get(id(table))
        if memory is None or memory[0] is not table:
            if len(memories) >= TABLES or sum(len(known) for _, known in memories.values()) > ANSWERS:
                memories.clear()
            memory = memories[id(table)] = (table, {})
        return memory

    def asked(table: array[int], at: int, number: int) -> int:
        nonlocal last
        memory = last  # looked at once: another thread may ask about another table meanwhile
        if memory[0] is not table:
            last = memory = memory_of(table)
        known, key = memory[1], (at, number)
        found = known.get(key)
        if found is None:
            if len(known) >= ANSWERS:
                known.clear()
            found = known[key] = function(table, at, number)
        return found

    return asked


def inlined(function: Function) -> Function:
    """Mark a function that takes whole networks, is called for every node or link, and from one place or two: compiled
    into its callers, as handing over dozens of addresses costs as much as what it does."""
    return _compiled(function, into_callers=True) if FAST else function


def _compiled(function: Function, into_callers: bool = False) -> Function:
    import numba

    try:
        return cast("Function", numba.njit(nogil=True, cache=True, forceinline=into_callers)(function))
    except RuntimeError:  # nowhere to keep what was compiled: it is compiled anew in each process
        return cast("Function", numba.njit(nogil=True, forceinline=into_callers)(function))
