"""How deep the rows of a sheet are grouped, which is how exports to Excel keep what is indented under what."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from cockpit.sources.fills import path_of

_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_PLACE = re.compile(rb"""\br=["'](\d{1,7})["']""")
_LEVEL = re.compile(rb"""\boutlineLevel=["'](\d)["']""")
_CHUNK = 1 << 20


def groups(data: bytes, sheet: str) -> Mapping[int, int]:
    """Return by row number (from 1) how deep each row of a sheet is grouped, where it is (ECMA-376, 18.3.1.73, at most
    7 deep). Raises what zipfile and the XML parser raise for a damaged file; KeyError for a sheet that is not there.

    The archive must have been checked for its size before.
    """
    found: dict[int, int] = {}
    row, tail = 0, b""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path_of(archive, sheet)) as stream:
        while chunk := stream.read(_CHUNK):
            part = tail + chunk
            cut = part.rfind(b">") + 1
            tail = part[cut:][-10_000:]
            for attributes in _ROW.findall(part[:cut]):
                place = _PLACE.search(attributes)
                row = int(place[1]) if place else row + 1
                if level := _LEVEL.search(attributes):
                    found[row] = int(level[1])
    return found
