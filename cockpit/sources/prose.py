"""What people write under a ticket: kept of work that is not finished, since whom it names may be whom the work waits
for. It is long, and of finished work it says nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from cockpit.basics.text import clean
from cockpit.sources.values import Cell, text

TEXTS = ("description", "beschreibung", "body", "discussion", "repro steps", "work notes", "work_notes")
COMMENTS = ("comment", "additional comments", "kommentar", "commentaire")
"""Beginnings of the headers of both kinds, in whatever language a tracker writes them."""
_OTHERS = ("description du projet", "comment count")
LONGEST = 2_000
"""So many characters of a text are kept; of a long one the beginning says what it is about."""
LAST = 3
"""So many comments are kept, the newest, which trackers write last."""


def columns(header: Sequence[str], taken: Collection[int]) -> tuple[list[int], list[int]]:
    """Return the places of the texts, and those of the comments, that are not `taken` already."""
    names = [each.strip().casefold() for each in header]
    free = [n for n, name in enumerate(names) if n not in taken and not name.startswith(_OTHERS)]
    return [n for n in free if names[n].startswith(TEXTS)], [n for n in free if names[n].startswith(COMMENTS)]


def cells(row: Sequence[Cell], texts: Sequence[int], comments: Sequence[int], plain: Callable[[str], str]) -> list[str]:
    """Return the texts of a row, then its last comments, blanks where it has fewer; `plain` takes markup out."""
    said = [written for place in comments if (written := text(row[place]))][-LAST:]
    kept = [clean(plain(each), LONGEST) for each in (*(text(row[place]) for place in texts), *said)]
    return kept + [""] * (min(LAST, len(comments)) - len(said))
