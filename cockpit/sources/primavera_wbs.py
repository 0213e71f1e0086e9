"""The branches of the WBS of a Primavera export, as summaries."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.basics.text import one_line
from cockpit.records.model import Kind, Origin, WorkItem
from cockpit.sources.primavera_cells import Cells
from cockpit.sources.primavera_links import is_key
from cockpit.sources.primavera_xer import Row, Table, Xer


class Branches:
    """The branches of the exported projects. `names` has these projects: `proj_id` → id."""

    def __init__(self, xer: Xer, cells: Cells, stem: str, relative: str, names: Mapping[str, str]) -> None:
        self._stem, self._relative, self._cells = stem, relative, cells
        self._rows: dict[str, tuple[Table, Row]] = {}
        for table, row in xer.rows("PROJWBS"):
            if table.get(row, "proj_id") in names:
                self._take(table, row)
        parents = self._parents()
        self.items = tuple(
            self._item(key, table, row, names[table.get(row, "proj_id")], parents[key])
            for key, (table, row) in self._rows.items()
        )
        """The summaries, in the order of the file."""

    def id_of(self, key: str) -> str:
        """The id of the summary of a branch; empty where there is none."""
        return f"{self._stem}/wbs-{key}" if key in self._rows else ""

    def _take(self, table: Table, row: Row) -> None:
        key = table.get(row, "wbs_id")
        if not is_key(key):
            message = f"“{one_line(key, 30)}” is no wbs_id; the branch is left out."
            self._cells.report(row.line, "wbs_id", message)
        elif key in self._rows:
            self._cells.report(row.line, "wbs_id", f"The branch {key} is given twice; the first one counts.")
        else:
            self._rows[key] = (table, row)

    def _parents(self) -> dict[str, str]:
        """Branch → the branch above it, empty at the top; where a line of parents closes on itself it is cut."""
        parents = {key: table.get(row, "parent_wbs_id") for key, (table, row) in self._rows.items()}
        settled: set[str] = set()
        for key in parents:
            line: set[str] = set()
            current = key
            while current not in settled:
                line.add(current)
                above = parents[current]
                if above not in parents:
                    parents[current] = ""
                    break
                if above in line:
                    message = f"The branch {current} stands below itself; it is put at the top."
                    self._cells.report(self._rows[current][1].line, "parent_wbs_id", message)
                    parents[current] = ""
                    break
                current = above
            settled |= line
        return parents

    def _item(self, key: str, table: Table, row: Row, project: str, parent: str) -> WorkItem:
        name = table.get(row, "wbs_name") or table.get(row, "wbs_short_name")
        return WorkItem(
            id=self.id_of(key),
            project=project,
            title=one_line(name, 500) or f"WBS {key}",
            kind=Kind.SUMMARY,
            parent=self.id_of(parent),
            origin=Origin(self._relative, row.line),
        )
