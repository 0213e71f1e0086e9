"""A page for people: a title, sentences, and sections of tables or entries. As text of any width, and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from cockpit.basics.classes import dataclass
from cockpit.outlets.cells import escape
from cockpit.outlets.look import PAPER, Look
from cockpit.outlets.plain import wrap
from cockpit.outlets.tables import Table


class Body(Protocol):
    """What stands under a heading."""

    def text(self, look: Look) -> str:
        """Return it as lines for a terminal, each with its newline."""

    def markdown(self) -> str:
        """Return the same as Markdown."""


class Printed(Protocol):
    """What a command prints in one of four ways."""

    def text(self, look: Look = PAPER) -> str:
        """Return it for people, in lines of at most `look.width` cells."""

    def markdown(self) -> str:
        """Return it as Markdown, for a mail or a wiki."""

    def csv(self) -> str:
        """Return its rows for scripts, and for spreadsheets."""

    def json(self) -> str:
        """Return one object for scripts."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table with its rows."""

    table: Table[Any]
    rows: Sequence[Any]

    def text(self, look: Look) -> str:
        """Return the table, as wide as there is room."""
        return self.table.text(self.rows, look) if self.rows else ""

    def markdown(self) -> str:
        """Return the table."""
        return self.table.markdown(self.rows) if self.rows else ""


@dataclass(frozen=True, slots=True)
class Entries:
    """Numbered sentences, each with what there is to say besides."""

    entries: Sequence[tuple[str, str]]

    def text(self, look: Look) -> str:
        """Return the entries."""
        lines = []
        for number, (head, detail) in enumerate(self.entries, 1):
            lines += wrap(head, look.prose, first=f"{number:>3}. ", rest="     ")
            lines += wrap(detail, look.prose, first="     ") if detail else []
        return _lines(lines)

    def markdown(self) -> str:
        """Return the entries."""
        return _lines([f"- **{escape(head)}**" + (f": {escape(more)}" if more else "") for head, more in self.entries])


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences, each on lines of its own."""

    sentences: Sequence[str]

    def text(self, look: Look) -> str:
        """Return the sentences."""
        return _lines([line for said in self.sentences for line in wrap(said, look.prose, rest="   ")])

    def markdown(self) -> str:
        """Return the sentences as a list, one alone as it is."""
        mark = "- " if len(self.sentences) > 1 else ""
        return _lines([f"{mark}{escape(said)}" for said in self.sentences])


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what stands under it, and how much was left out."""

    body: Body
    heading: str = ""
    empty: bool = False
    """Nothing stands under it: `nothing` says so."""
    nothing: str = ""
    left_out: int = 0
    note: str = ""
    """One line more."""

    def text(self, look: Look) -> str:
        """Return the section after an empty line."""
        lines = [look.tinted(line, "strong") for line in wrap(self.heading, look.prose)] if self.heading else []
        after = [self.nothing] if self.empty and self.nothing else []
        after += [f"and {self.left_out:,} more"] if self.left_out else []
        after += [self.note] if self.note else []
        told = [line for each in after for line in wrap(each, look.prose, first=" " * 5)]
        return f"\n{_lines(lines)}{self.body.text(look)}{_lines(told)}"

    def markdown(self) -> str:
        """Return the section after an empty line."""
        body = self.body.markdown() + (f"{escape(self.nothing)}\n" if self.empty else "")
        more = f"\nand {self.left_out:,} more\n" if self.left_out else ""
        note = f"\n{escape(self.note)}\n" if self.note else ""
        return (f"\n## {escape(self.heading)}\n" if self.heading else "") + f"\n{body}{more}{note}"


@dataclass(frozen=True, slots=True)
class Page:
    """Title, sentences, short notes (where the policy is looser, what was edited), then sections."""

    title: str
    lead: Sequence[str] = ()
    notes: Sequence[str] = ()
    sections: Sequence[Section] = ()

    def text(self, look: Look = PAPER) -> str:
        """Return the page in lines of at most `look.width` cells."""
        lines = [look.tinted(line, "strong") for line in wrap(self.title, look.prose, rest="  ")]
        for sentence in self.lead:
            lines += wrap(sentence, look.prose)
        for note in self.notes:
            lines += wrap(note, look.prose, rest="  ")
        return _lines(lines) + "".join(section.text(look) for section in self.sections)

    def markdown(self) -> str:
        """Return the page as Markdown, for a mail or a wiki."""
        lines = [f"# {escape(self.title)}"]
        for sentence in self.lead:
            lines += ["", escape(sentence)]
        for note in self.notes:
            lines += ["", f"*{escape(note)}*"]
        return _lines(lines) + "".join(section.markdown() for section in self.sections)


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
