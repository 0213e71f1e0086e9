"""Ways into the compiled passes. Only the compiled copy of the package has them.

Compiled functions that pass tuples of arrays to each other take minutes to compile, since each array travels as seven
values; as bare addresses they take seconds. The same source runs as plain Python in every test, where every index is
checked. Callers keep the arrays alive while a pass runs.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from . import passes
from .mode import compiled
from .shapes import Dates, Frame, Net


def _pointer(typing: Any, address: Any) -> Any:  # noqa: ARG001 -- numba's protocol
    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], context.get_value_type(signature.return_type))

    array_of_int64: Any = types.CPointer
    return array_of_int64(types.int64)(types.int64), code


pointer: Any = intrinsic(_pointer)
"""The array of int64 at an address."""


@compiled
def _net(a: tuple[int, ...]) -> Net:
    return Net(
        size=a[0],
        table=pointer(a[1]),
        calendar=pointer(a[2]),
        rules=pointer(a[3]),
        role=pointer(a[4]),
        project=pointer(a[5]),
        progress=pointer(a[6]),
        whole=pointer(a[7]),
        work=pointer(a[8]),
        spent=pointer(a[9]),
        begun=pointer(a[10]),
        ended=pointer(a[11]),
        resumed=pointer(a[12]),
        not_before=pointer(a[13]),
        constraint=pointer(a[14]),
        constraint_date=pointer(a[15]),
        second=pointer(a[16]),
        second_date=pointer(a[17]),
        deadline=pointer(a[18]),
        pinned_start=pointer(a[19]),
        pinned_finish=pointer(a[20]),
        delay=pointer(a[21]),
        expected=pointer(a[22]),
        outer_start=pointer(a[23]),
        outer_finish=pointer(a[24]),
        first=pointer(a[25]),
        followers=pointer(a[26]),
        link_from=pointer(a[27]),
        link_type=pointer(a[28]),
        link_lag=pointer(a[29]),
        link_calendar=pointer(a[30]),
        share_first=pointer(a[31]),
        share_calendar=pointer(a[32]),
        share_whole=pointer(a[33]),
        share_left=pointer(a[34]),
    )


@compiled
def _frame(a: tuple[int, ...]) -> Frame:
    return Frame(
        live=a[0],
        late=a[1],
        now=pointer(a[2]),
        origin=pointer(a[3]),
        must=pointer(a[4]),
        override=pointer(a[5]),
        stretch=pointer(a[6]),
        open_critical=pointer(a[7]),
        actual_lag=pointer(a[8]),
        floor=pointer(a[9]),
    )


@compiled
def _dates(a: tuple[int, ...]) -> Dates:
    return Dates(
        start=pointer(a[0]),
        finish=pointer(a[1]),
        begin=pointer(a[2]),
        reach=pointer(a[3]),
        work=pointer(a[4]),
        whole=pointer(a[5]),
        driver=pointer(a[6]),
        asked=pointer(a[7]),
        drives=pointer(a[8]),
        late_start=pointer(a[9]),
        late_finish=pointer(a[10]),
        start_bound=pointer(a[11]),
        tell_start=pointer(a[12]),
        tell_finish=pointer(a[13]),
    )


@compiled
def forward(net: tuple[int, ...], frame: tuple[int, ...], dates: tuple[int, ...], room: tuple[int, ...]) -> None:  # noqa: ARG001
    """`passes.forward` on addresses."""
    passes.forward(_net(net), _frame(frame), _dates(dates))


@compiled
def backward(net: tuple[int, ...], frame: tuple[int, ...], dates: tuple[int, ...], room: tuple[int, ...]) -> None:
    """`passes.backward` on addresses."""
    passes.backward(_net(net), _frame(frame), _dates(dates), pointer(room[0]))


@compiled
def delay(net: tuple[int, ...], frame: tuple[int, ...], dates: tuple[int, ...], room: tuple[int, ...]) -> None:
    """`passes.delay` on addresses."""
    passes.delay(_net(net), _frame(frame), _dates(dates), pointer(room[0]), pointer(room[1]), pointer(room[2]))


@compiled
def floats(net: tuple[int, ...], frame: tuple[int, ...], dates: tuple[int, ...], room: tuple[int, ...]) -> None:
    """`passes.floats` on addresses."""
    passes.floats(
        _net(net), _frame(frame), _dates(dates), pointer(room[0]), pointer(room[1]), pointer(room[2]),
        pointer(room[3]), pointer(room[4]),
    )  # fmt: skip
