"""One table for every screen: rows are drawn only when they are looked at, whatever their number.

It is given records and draws cells from them line by line, so 100,000 rows cost no more than those in view. A new
list is compared by key: the cursor stays on its record, the view does not jump, and only lines that differ are
painted again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cockpit.basics.classes import dataclass
from cockpit.screens.fitting import Wish, fitted
from cockpit.screens.words import TONES, Cell, fit, inert, pad

T = TypeVar("T")

GUTTER, MARGIN = 2, 1
WIDE = 120
"""Cells for which a column is asked what it would say where there is room."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column: `cell` is asked for text at the width it will have; it shows at table widths
    from `least` to `most`."""

    title: str
    cell: Callable[[T, int], Cell]
    width: int
    grow: int = 0
    right: bool = False
    least: int = 0
    most: int = 100_000
    searched: bool = True
    """Whether a filter looks at it, and rows may be sorted by it; not where it is a drawing."""
    by: Callable[[T], Any] | None = None
    """What rows are sorted by, None for what is unknown; without it by the text of the cell."""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or "mark"


def layout(columns: Sequence[Column[T]], width: int, needs: Sequence[int] = ()) -> list[tuple[Column[T], int]]:
    """Return the columns that show at `width` cells, each with its width; what is left over goes to those that grow,
    first to those whose words would be cut, as far as it is known how many cells each column `needs`. Cells that nobody
    has a use for stay empty at the end.

    Where there is no room for all, the last ones are left out.
    """
    shown = [column for column in columns if column.least <= width <= column.most]
    while (spare := width - GUTTER - MARGIN - sum(column.width + 1 for column in shown) + 1) < 0 and len(shown) > 1:
        shown.pop()
    known = dict(zip(map(id, columns), needs, strict=False))
    wishes = [Wish(column.width, column.grow, _need(column, known)) for column in shown]
    return list(zip(shown, fitted(wishes, max(spare, 0)), strict=True))


def _need(column: Column[T], known: Mapping[int, int]) -> int | None:
    return max(known.get(id(column), column.width), len(column.title)) if column.searched else None


@dataclass(frozen=True, slots=True)
class _Painted(Generic[T]):
    """What stands on a line of the screen: of which record, whether under the cursor, and how it looks."""

    record: T | None
    cursor: bool
    strip: Strip


class KeyedTable(ScrollView, Generic[T], can_focus=True, inherit_bindings=False):
    """A table of records, each known by a key. `banner` may give a full-width line instead of cells."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "keyed-table--heading",
        "keyed-table--cursor",
        *(f"keyed-table--{tone}" for tone in TONES),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False, id="down"),
        Binding("k,up", "move(-1)", "Up", show=False, id="up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="half-down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="half-up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="page-down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="page-up"),
        Binding("g,home", "jump(0)", "First row", show=False, id="first"),
        Binding("G,end", "jump(-1)", "Last row", show=False, id="last"),
        Binding("enter", "choose", "why", key_display="enter", id="why"),
    ]

    class Moved(Message):
        """The cursor stands on another record, or its record has changed."""

    class Chosen(Message):
        """The record under the cursor was asked for."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        key: Callable[[T], str],
        banner: Callable[[T, int], Cell | None] | None = None,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._specs = tuple(columns)
        self._key = key
        self._banner = banner
        self._records: Sequence[T] = ()
        self._beside: object = None
        self._painted: dict[int, _Painted[T]] = {}
        self._painted_top = 0
        self._fresh: dict[int, _Painted[T]] = {}
        """Lines that were compared with what stands, and differ: they need not be drawn again to be shown."""
        self._styles: dict[str, Style] = {}
        """How tones look, as long as nothing but these lines is drawn: Textual asks all that is around for it."""
        self._laid: tuple[int, list[tuple[Column[T], int]]] = (-1, [])
        self._needs = [0] * len(self._specs)
        """How many cells each column needs for all that it has said so far: it only grows, so that columns stand."""
        self._marks: frozenset[str] = frozenset()
        self.cursor_row = 0

    @property
    def record(self) -> T | None:
        """The record under the cursor."""
        return self._records[self.cursor_row] if self._records else None

    @property
    def row_count(self) -> int:
        """How many records are listed."""
        return len(self._records)

    @property
    def records(self) -> Sequence[T]:
        """The records that are listed, in their order."""
        return self._records

    def show_columns(self, columns: Sequence[Column[T]]) -> None:
        """Show other columns of the same records."""
        self._specs, self._laid, self._needs = tuple(columns), (-1, []), [0] * len(columns)
        self._forget_lines()
        self.refresh()

    def show_marks(self, keys: Iterable[str]) -> None:
        """Put a star beside the rows of these keys."""
        marks = frozenset(keys)
        if marks != self._marks:
            self._marks = marks
            self._forget_lines()
            self.refresh()

    def at(self, key: str) -> T | None:
        """Return the listed record of that key."""
        row = self._row_of(key, self.cursor_row)
        return None if row is None else self._records[row]

    def _row_of(self, key: str, near: int) -> int | None:
        """Find a key from a row outwards: where little has changed it is close by, and no index has to be kept."""
        records, known = self._records, self._key
        near = max(0, min(near, len(records) - 1))
        for away in range(max(near + 1, len(records) - near)):
            if near + away < len(records) and known(records[near + away]) == key:
                return near + away
            if 0 < away <= near and known(records[near - away]) == key:
                return near - away
        return None

    def show_records(self, records: Sequence[T], context: object = None) -> None:
        """List `records` instead of those shown; the cursor stays on its key, and only differing lines are painted.

        `context` is what cells take from elsewhere than their record: while it is equal, equal records look the same.
        """
        old_key = self._key(self._records[self.cursor_row]) if self._records else None
        old_row, top = self.cursor_row, self.scroll_offset.y
        changed = context != self._beside
        self._records, self._beside = records, context
        found = None if old_key is None else self._row_of(old_key, old_row)
        row = min(old_row, max(len(records) - 1, 0)) if found is None else found
        self.cursor_row = row
        self.virtual_size = Size(self.size.width, len(records) + 1)
        if not top <= row < top + self._page:
            self.scroll_to(y=max(top + row - old_row, 0), animate=False)
        self._repaint(changed)
        self.post_message(self.Moved())

    @property
    def _page(self) -> int:
        return max(self.size.height - 1, 1)

    def _repaint(self, changed: bool) -> None:
        if self._fit_columns(changed) or self.scroll_offset.y != self._painted_top:
            self.refresh()
            return
        self._fresh.clear()
        self._styles.clear()
        for y in range(self.size.height):
            known, record, cursor = self._painted.get(y), self._record_at(y), self._is_cursor(y)
            if known is not None and not changed and cursor == known.cursor and record == known.record:
                continue
            now = _Painted(record, cursor, self._paint(y))
            if known is None or now.strip != known.strip:
                self._fresh[y] = now
                self.refresh_line(y + self.scroll_offset.y)

    def _record_at(self, y: int) -> T | None:
        row = self.scroll_offset.y + y - 1
        return self._records[row] if y and row < len(self._records) else None

    def _is_cursor(self, y: int) -> bool:
        return y > 0 and self.scroll_offset.y + y - 1 == self.cursor_row

    def _fit_columns(self, changed: bool) -> bool:
        """See what the rows say that came into view, all in view where names have `changed`; return whether columns
        have other widths now."""
        if self.size.width != self._laid[0]:
            self._forget_lines()
        stays = not changed and self.scroll_offset.y == self._painted_top
        for y in range(1, self.size.height):
            record, known = self._record_at(y), self._painted.get(y)
            if record is not None and not (stays and known is not None and known.record is record):
                self._measure(record)
        laid = layout(self._specs, self.size.width, self._needs)
        if (self.size.width, laid) == self._laid:
            return False
        self._laid = (self.size.width, laid)
        self._forget_lines()
        return True

    def _forget_lines(self) -> None:
        self._painted.clear()
        self._fresh.clear()

    def notify_style_update(self) -> None:
        """Look at every style anew."""
        super().notify_style_update()
        self._fresh.clear()
        self._styles.clear()

    def _measure(self, record: T) -> None:
        if self._banner is not None and self._banner(record, WIDE) is not None:
            return
        for place, column in enumerate(self._specs):
            if column.searched:
                text = column.cell(record, WIDE)[0][:WIDE]
                size = len(text) if text.isascii() else min(cell_len(text), WIDE)
                self._needs[place] = max(self._needs[place], size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines of the widget; all of them where columns have to have other widths for what these say."""
        self._styles.clear()
        if self._fit_columns(False):
            self.refresh()  # what Textual keeps of other lines is of other widths
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw the line `y` of the widget: the heading, then one line for each record in view."""
        if self.scroll_offset.y != self._painted_top:
            self._painted_top = self.scroll_offset.y
            self._forget_lines()
        record, cursor, fresh = self._record_at(y), self._is_cursor(y), self._fresh.pop(y, None)
        if fresh is None or fresh.record is not record or fresh.cursor != cursor:
            fresh = _Painted(record, cursor, self._paint(y))
        self._painted[y] = fresh
        return fresh.strip

    def _paint(self, y: int) -> Strip:
        width, columns = self.size.width, self._laid[1]
        if y == 0:
            style = self._style("heading")
            text = " ".join(fit(column.title, size, column.right) for column, size in columns)
            return Strip([Segment(pad(" " * GUTTER + text, width), style)], width)
        record = self._record_at(y)
        if record is None:
            return Strip.blank(width, self._style(""))
        return self._paint_row(record, self._is_cursor(y), columns, width)

    def _paint_row(self, record: T, cursor: bool, columns: list[tuple[Column[T], int]], width: int) -> Strip:
        base = self._style("cursor" if cursor else "")
        mark = "*" if self._marks and self._key(record) in self._marks else " "
        segments = [Segment(("▌" if cursor else " ") + mark, base)]
        banner = self._banner(record, width - GUTTER - MARGIN) if self._banner else None
        if banner is not None:
            segments.append(Segment(pad(banner[0], width - GUTTER - MARGIN), self._tone(banner[1], base)))
        else:
            for place, (column, size) in enumerate(columns):
                text, tone = column.cell(record, size)
                segments.append(Segment(" " * bool(place) + fit(text, size, column.right), self._tone(tone, base)))
        return Strip(segments).adjust_cell_length(width, base)

    def _tone(self, tone: str, base: Style) -> Style:
        return base + self._style(tone, partial=True) if tone else base

    def _style(self, name: str, *, partial: bool = False) -> Style:
        """How a part of the table looks (empty: the table), with or without what is behind it."""
        found = self._styles.get(name)
        if found is None:
            part = f"keyed-table--{name}"
            found = self.get_component_rich_style(part, partial=partial) if name else self.rich_style
            self._styles[name] = found
        return found

    def texts(self, record: T) -> str:
        """Return all that the cells of a record say, whether the columns show or not: what a filter searches."""
        banner = self._banner(record, 400) if self._banner else None
        if banner is not None:
            return inert(banner[0])
        return " ".join(inert(column.cell(record, 60)[0]) for column in self._specs if column.searched)

    def _put(self, row: int) -> None:
        row = max(0, min(row, len(self._records) - 1))
        if row == self.cursor_row or not self._records:
            return
        old, self.cursor_row = self.cursor_row, row
        top = self.scroll_offset.y
        # A step over the edge shows some rows more, as every scroll sends all that is in view through the network.
        ahead = self._page // 3 if abs(row - old) == 1 else 0
        if row < top:
            self.scroll_to(y=max(row - ahead, 0), animate=False)
        elif row >= top + self._page:
            self.scroll_to(y=row - self._page + 1 + ahead, animate=False)
        else:
            self.refresh_line(old + 1)
            self.refresh_line(row + 1)
        self.post_message(self.Moved())

    def point_at(self, key: str) -> bool:
        """Put the cursor on the record of a key; say whether it is listed."""
        row = self._row_of(key, self.cursor_row)
        if row is not None:
            self._put(row)
        return row is not None

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._put(self.cursor_row + by)

    def action_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        self._put(self.cursor_row + int(self._page * pages))

    def action_jump(self, row: int) -> None:
        """Put the cursor on the first row (0) or the last (-1)."""
        self._put(len(self._records) - 1 if row < 0 else row)

    def action_choose(self) -> None:
        """Ask for the record under the cursor; where there is none, whoever listens says so."""
        self.post_message(self.Chosen())

    def on_resize(self, event: events.Resize) -> None:
        """Lay the columns out anew and keep the cursor in view."""
        self._forget_lines()
        self.virtual_size = Size(event.size.width, len(self._records) + 1)
        top = self.scroll_offset.y
        if self._records and not top <= self.cursor_row < top + self._page:
            self.scroll_to(y=max(self.cursor_row - self._page + 1, 0), animate=False)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; a click on the cursor's own row asks for it."""
        row = self.scroll_offset.y + event.y - 1
        if event.y < 1 or row >= len(self._records):
            return
        if row == self.cursor_row:
            self.action_choose()
        else:
            self._put(row)
