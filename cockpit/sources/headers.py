"""Where a header stands that the charter or a reader names."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.basics.text import one_line
from cockpit.charter.vocabulary import fold


def find_header(wanted: str, header: Sequence[str]) -> list[int]:
    """Return where `wanted` stands in a row of headers: exactly, else but for case, spaces and punctuation."""
    wanted = one_line(wanted)
    if exact := [index for index, each in enumerate(header) if each == wanted]:
        return exact
    if near := [index for index, each in enumerate(header) if each.casefold() == wanted.casefold()]:
        return near
    loose = [index for index, each in enumerate(header) if fold(each) == fold(wanted) != ""]
    return loose if len({header[index] for index in loose}) == 1 else []
