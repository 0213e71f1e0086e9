"""Which kernel runs: plain Python, or the same functions compiled when numba (the extra `fast`) is there.

Compiling or loading compiled code costs a second, which only large networks win back.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from array import array
from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol, cast

from cockpit.engine import kernel

WORTH = 20_000
"""Nodes from which the compiled kernel is loaded; once loaded it serves every network."""
FAST = "cockpit.engine.kernel_fast"


class Kernel(Protocol):
    """The passes of either kernel (`kernel.passes`)."""

    def forward(self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates) -> None:
        """Early dates."""

    def backward(self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, bound: array[int]) -> None:
        """Late dates."""

    def delay(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, bound: array[int], asked: array[int],
        by: array[int],
    ) -> None:  # fmt: skip
        """As late as possible."""

    def floats(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, last: array[int], total: array[int],
        free: array[int], begin_place: array[int], reach_place: array[int],
    ) -> None:  # fmt: skip
        """Total and free float."""


def kernel_for(size: int) -> Kernel:
    """The kernel for a network of `size` nodes."""
    if size >= WORTH or FAST in sys.modules:
        fast = compiled()
        if fast is not None:
            return fast
    return cast("Kernel", kernel)


@cache
def compiled() -> Kernel | None:
    """The compiled kernel, loaded once; None where numba is not installed."""
    if importlib.util.find_spec("numba") is None:
        return None
    home = kernel.__path__[0]
    spec = importlib.util.spec_from_file_location(FAST, f"{home}/__init__.py", submodule_search_locations=[home])
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[FAST] = module
    spec.loader.exec_module(module)
    return _Compiled(importlib.import_module(f"{FAST}.entry"))


def kept_in() -> str:
    """The folder in which numba keeps what it compiled, loading the compiled kernel first; empty without numba."""
    if compiled() is None:
        return ""
    entry = sys.modules[f"{FAST}.entry"]
    return str(getattr(entry.forward.stats, "cache_path", None) or "")


def _addresses(values: Iterable[object]) -> tuple[int, ...]:
    """Arrays as the addresses of their first numbers; numbers as they are."""
    return tuple(value.buffer_info()[0] if isinstance(value, array) else cast("int", value) for value in values)


class _Compiled:
    """The passes of the compiled copy, called with addresses (`kernel.entry`)."""

    def __init__(self, entry: Any) -> None:
        self._entry = entry

    def forward(self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates) -> None:
        self._entry.forward(_addresses(net), _addresses(frame), _addresses(dates), (0,))

    def backward(self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, bound: array[int]) -> None:
        self._entry.backward(_addresses(net), _addresses(frame), _addresses(dates), _addresses((bound,)))

    def delay(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, bound: array[int], asked: array[int],
        by: array[int],
    ) -> None:  # fmt: skip
        room = _addresses((bound, asked, by))
        self._entry.delay(_addresses(net), _addresses(frame), _addresses(dates), room)

    def floats(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, last: array[int], total: array[int],
        free: array[int], begin_place: array[int], reach_place: array[int],
    ) -> None:  # fmt: skip
        room = _addresses((last, total, free, begin_place, reach_place))
        self._entry.floats(_addresses(net), _addresses(frame), _addresses(dates), room)
