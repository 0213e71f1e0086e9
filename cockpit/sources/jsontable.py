"""JSON tables: a list of objects, or an object whose members are such lists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem
from cockpit.sources.errors import refuse
from cockpit.sources.files import decode
from cockpit.sources.rows import Grid


class Document:
    """A parsed JSON file: `tables` by name, or under an empty name where the file is one list."""

    def __init__(self, data: bytes, relative: str) -> None:
        self._relative = relative
        self.problems: list[Problem] = []
        text, _ = decode(data, relative)
        try:
            tree = json.loads(text, object_pairs_hook=self._object, parse_constant=str)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise refuse(relative, f"is not valid JSON: {error.msg} at {place}", row=error.lineno) from error
        except (RecursionError, ValueError) as error:
            raise refuse(relative, "is not valid JSON: its values are nested too deep or too long") from error
        if isinstance(tree, list):
            self.tables: Mapping[str, Sequence[Any]] = {"": tree}
        elif isinstance(tree, dict):
            self.tables = {name: rows for name, rows in tree.items() if isinstance(rows, list)}
        else:
            raise refuse(relative, "expected a list of objects, or an object of such lists")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                message = f"“{one_line(name, 60)}” stands twice in one object; the first counts"
                self.problems.append(Problem(Origin(self._relative), message))
            found.setdefault(name, value)
        return found

    def grid(self, name: str) -> Grid:
        """Return the table `name`; rows are numbered from 1 in their list."""
        header: dict[str, None] = {}
        kept, numbers = [], []
        for number, row in enumerate(self.tables[name], 1):
            if isinstance(row, dict):
                header.update(dict.fromkeys(row))
                kept.append(row)
                numbers.append(number)
            else:
                message = f'expected an object such as {{"id": …}}; found {one_line(json.dumps(row), 60)}'
                self.problems.append(Problem(Origin(self._relative, number, name), message))
        rows = [[row.get(column) for column in header] for row in kept]
        return Grid(tuple(one_line(column) for column in header), rows, numbers, name)
