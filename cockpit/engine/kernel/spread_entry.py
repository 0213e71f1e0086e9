"""Ways into the compiled `spread`, as `entry` has them into the passes; only the compiled copy has them too."""

from __future__ import annotations

from . import spread as source
from .entry import _dates, _frame, _net, pointer
from .mode import compiled


@compiled
def spread(net: tuple[int, ...], frame: tuple[int, ...], dates: tuple[int, ...], room: tuple[int, ...]) -> int:
    """`spread.spread` on addresses."""
    return source.spread(
        _net(net), _frame(frame), _dates(dates), pointer(room[0]), pointer(room[1]), pointer(room[2]), pointer(room[3]),
        pointer(room[4]), room[5], room[6],
    )  # fmt: skip


@compiled
def put_back(dates: tuple[int, ...], log: tuple[int, ...]) -> None:
    """`spread.put_back` on addresses."""
    source.put_back(_dates(dates), pointer(log[0]), log[1])
