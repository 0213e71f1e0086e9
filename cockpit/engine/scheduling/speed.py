"""Which kernel runs: plain Python, or the same functions compiled when numba (the extra `fast`) is there.

Compiling or loading compiled code costs a second, which only large networks win back.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import Any, NamedTuple, Protocol, cast

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


class _Behind:
    """What is known of a kernel that is loaded while plain Python runs. One for the process."""

    is_on = False
    wanted = False
    """A network was computed that is worth it."""
    thread: Thread | None = None
    fast: Kernel | None = None


def wait_for_nobody() -> None:
    """From now on no pass waits until the compiled kernel is there: plain Python runs until `load_behind` has it."""
    _Behind.is_on = True


def load_behind(tell: Callable[[str], None], is_first: Callable[[], bool]) -> Thread | None:
    """Load the compiled kernel in a thread, if a network was large enough to win by it; results are equal either way.

    A first use compiles (`is_first`), which `tell` is told; both are called in that thread. None where there is nothing
    to load, or it is begun.
    """
    if not (_Behind.is_on and _Behind.wanted) or _Behind.thread or importlib.util.find_spec("numba") is None:
        return None
    _Behind.thread = Thread(target=_load, args=(tell, is_first), name="fast kernel", daemon=True)
    _Behind.thread.start()
    return _Behind.thread


def _load(tell: Callable[[str], None], is_first: Callable[[], bool]) -> None:
    """Load and use the kernel once. Whoever is told may be gone meanwhile (`RuntimeError`)."""
    compiles = is_first()
    if compiles:
        with suppress(RuntimeError):
            tell("The fast kernel is compiled in the background, once; until then plain Python computes the same.")
    fast = compiled()
    if fast is not None:
        _use_once(fast)
        _Behind.fast = fast
    if compiles and fast is not None:
        with suppress(RuntimeError):
            tell("The fast kernel is ready.")


def _use_once(fast: Kernel) -> None:
    """Have every pass compiled, or loaded from where it is kept, over a network of nothing."""
    none = array("q", [0])
    net = kernel.Net(0, *(none,) * (len(kernel.Net._fields) - 1))
    frame = kernel.Frame(1, 0, *(none,) * (len(kernel.Frame._fields) - 2))
    dates = kernel.Dates(*(none,) * len(kernel.Dates._fields))
    fast.forward(net, frame, dates)
    fast.backward(net, frame, dates, none)
    fast.delay(net, frame, dates, none, none, none)
    fast.floats(net, frame, dates, none, none, none, none, none)
    if isinstance(fast, Compiled):
        fast.sweep(net, frame, dates, Room(none, none, none, none, none), 0, 0)
        fast.put_back(dates, none, 0)


def kernel_for(size: int) -> Kernel:
    """The kernel for a network of `size` nodes."""
    if _Behind.is_on:
        _Behind.wanted = _Behind.wanted or size >= WORTH
        return _Behind.fast or cast("Kernel", kernel)
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
    return Compiled(importlib.import_module(f"{FAST}.entry"), importlib.import_module(f"{FAST}.spread_entry"))


def kept_in() -> str:
    """The folder in which numba keeps what it compiled, loading the compiled kernel first; empty without numba."""
    if compiled() is None:
        return ""
    entry = sys.modules[f"{FAST}.entry"]
    return str(getattr(entry.forward.stats, "cache_path", None) or "")


def _addresses(values: Iterable[object]) -> tuple[int, ...]:
    """Arrays as the addresses of their first numbers; numbers as they are."""
    return tuple(value.buffer_info()[0] if isinstance(value, array) else cast("int", value) for value in values)


class Room(NamedTuple):
    """What a sweep reads and writes beside the dates (`kernel.spread`)."""

    ahead: array[int]
    after: array[int]
    given: array[int]
    due: array[int]
    log: array[int]


class Compiled:
    """The passes of the compiled copy, called with addresses (`kernel.entry`)."""

    def __init__(self, entry: Any, spread: Any) -> None:
        self._entry, self._spread = entry, spread

    def sweep(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, room: Room, begin: int, left: int
    ) -> int:
        """`kernel.spread.spread`: `left` nodes are due from `begin` on."""
        places = (*_addresses(room), begin, left)
        return int(self._spread.spread(_addresses(net), _addresses(frame), _addresses(dates), places))

    def put_back(self, dates: kernel.Dates, log: array[int], changed: int) -> None:
        """`kernel.spread.put_back`."""
        self._spread.put_back(_addresses(dates), (*_addresses((log,)), changed))

    def forward(self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates) -> None:
        """Early dates."""
        self._entry.forward(_addresses(net), _addresses(frame), _addresses(dates), (0,))

    def backward(self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, bound: array[int]) -> None:
        """Late dates."""
        self._entry.backward(_addresses(net), _addresses(frame), _addresses(dates), _addresses((bound,)))

    def delay(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, bound: array[int], asked: array[int],
        by: array[int],
    ) -> None:  # fmt: skip
        """As late as possible."""
        room = _addresses((bound, asked, by))
        self._entry.delay(_addresses(net), _addresses(frame), _addresses(dates), room)

    def floats(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, last: array[int], total: array[int],
        free: array[int], begin_place: array[int], reach_place: array[int],
    ) -> None:  # fmt: skip
        """Total and free float."""
        room = _addresses((last, total, free, begin_place, reach_place))
        self._entry.floats(_addresses(net), _addresses(frame), _addresses(dates), room)
