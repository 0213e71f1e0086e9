"""One source, two ways to run: as plain Python, or compiled by numba when the extra `fast` is installed.

The package is loaded a second time under the name `cockpit.engine.kernel_fast` (`engine.speed` does it); there the
decorator compiles, here it leaves the function as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

FAST = __name__.startswith("cockpit.engine.kernel_fast")

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Mark a function of the kernel."""
    return _compiled(function) if FAST else function


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
