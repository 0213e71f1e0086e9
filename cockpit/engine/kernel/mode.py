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
    if not FAST:
        return function
    import numba

    try:
        return cast("Function", numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:  # nowhere to keep what was compiled: it is compiled anew in each process
        return cast("Function", numba.njit(nogil=True)(function))
