"""What was found, as text of the charter: every line with what was recognised and how surely, in a comment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from glob import escape
from pathlib import PurePath

from cockpit.basics.text import one_line
from cockpit.proposing.assigning import Assigned
from cockpit.proposing.findings import Findings
from cockpit.proposing.looking import TOOLS, Looked, told
from cockpit.proposing.people import Someone
from cockpit.proposing.proposed import Proposed, Setting
from cockpit.proposing.sure import Doubt, Sure, counted
from cockpit.proposing.teams import Found
from cockpit.proposing.words import Vocabulary
from cockpit.records.model import Batch, Rag, State

_BEHIND = 42
"""The column at which a comment behind a line begins."""
_DOUBTS = 30
"""Open texts of one kind that are listed."""
HEAD = """\
# Behind a line stands what was recognised, and how surely: (sure); (likely), have a look; (unsure), so that the line is
# only a comment: take its # away where it is right. Your files stay where they are; nothing in them was changed.
"""


def line(key: str, value: object, why: str = "", sure: Sure | None = None, *, off: bool = False) -> str:
    """Return `key = value`, commented out where it is unsure or `off`, with its reason behind it."""
    text = f"{'# ' if off or sure is Sure.UNSURE else ''}{key} = {toml(value)}"
    said = one_line(f"{why} ({sure})" if sure else why, 300)
    return f"{text:<{_BEHIND - 1}} # {said}" if said else text


def toml(value: object) -> str:
    """Return a value in TOML. Texts were cleaned when they were read."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def settings(found: Findings) -> dict[str, str]:
    """Return by key the lines of `[portfolio]` that the files speak for."""
    return {each.key: line(each.key, each.value, each.why, each.sure) for each in found.settings}


def words(section: str, found: Vocabulary) -> str:
    """Return the section `[states]` or `[rag]`; empty where nothing has to be said."""
    if not found.lines and not found.doubts:
        return ""
    order = [str(each) for each in (State if section == "states" else Rag)]
    ranked = sorted(found.lines, key=lambda each: order.index(str(each.category)))
    lines = [line(str(each.category), each.words, each.why, each.sure) for each in ranked]
    return "\n".join([f"[{section}]", *lines, *_doubts(found.doubts)]) + "\n"


def _doubts(doubts: Sequence[Doubt]) -> Iterator[str]:
    for each in doubts[:_DOUBTS]:
        yield f"# “{one_line(each.text, 80)}” ({counted(each.rows, 'row')}) {one_line(each.why, 200)} (unsure)"
    if len(doubts) > _DOUBTS:
        yield f"# … and {len(doubts) - _DOUBTS} more like these"


def teams(found: Findings) -> str:
    """Return a `[[teams]]` for each team."""
    blocks = ["\n".join(_team(each, found)) for each in found.teams.teams]
    more = [f"# {counted(found.teams.more, 'team')} more: write a table of teams"] if found.teams.more else []
    return _blocks([*blocks, *_open(found.teams.doubts), *more])


def _team(each: Found, found: Findings) -> Iterator[str]:
    yield f"{'[[teams]]':<{_BEHIND}}# {each.why} ({each.sure})"
    yield line("id", each.id)
    yield line("title", each.title)
    if each.aliases:
        yield line("aliases", each.aliases, "other spellings", Sure.SURE)
    if each.external:
        yield line("external", True, f"a vendor: “{each.external}”", Sure.LIKELY)
    if each.id in found.leads:
        lead, why = found.leads[each.id]
        yield line("lead", lead, why, Sure.UNSURE)


def people(found: Findings) -> str:
    """Return a `[[people]]` for each person."""
    blocks = ["\n".join(_person(each, found)) for each in found.people.people]
    more = [f"# {counted(found.people.more, 'name')} more: write a table of people"] if found.people.more else []
    return _blocks([*blocks, *_open(found.people.doubts), *more])


def _person(each: Someone, found: Findings) -> Iterator[str]:
    yield f"{'[[people]]':<{_BEHIND}}# {one_line(each.why, 200)} ({each.sure})"
    yield line("id", each.id)
    yield line("name", each.name)
    if each.email:
        yield line("email", each.email)
    if each.aliases:
        yield line("aliases", each.aliases)
    team = found.teams.id_of(each.team) or each.team
    if team:
        yield line("team", team, each.team_why, each.team_sure)


def _open(doubts: Sequence[Doubt]) -> list[str]:
    return ["\n".join(_doubts(doubts))] if doubts else []


def assignments(found: Findings) -> str:
    """Return an `[[assign]]` for each project key of tickets."""
    return _blocks("\n".join(_assignment(each)) for each in found.assigned)


def _assignment(each: Assigned) -> Iterator[str]:
    off = each.sure is Sure.UNSURE
    mark = "# " if off else ""
    yield f"{mark + '[[assign]]':<{_BEHIND}}# {one_line(each.why, 200)} ({each.sure})"
    yield line("field", "project", off=off)
    yield line("pattern", each.pattern, off=off)
    yield line("project", each.project, off=off)


def sources(found: Findings) -> str:
    """Return the `[[sources]]` of all files."""
    return _blocks(block for each in found.files for block in _file(each))


def _file(looked: Looked) -> Iterator[str]:
    if looked.refusal:
        yield f"# {looked.name} {one_line(looked.refusal, 300)}."
        return
    head = "\n".join(_head(looked))
    if not looked.sources:
        example = "\n".join(_source(Proposed("", "table", "work_items"), looked))
        yield f"{head}\n{_commented(example)}"
    for index, each in enumerate(looked.sources):
        block = "\n".join(_source(each, looked))
        if each.named:
            block = f"# Sheet “{one_line(each.sheet, 60)}”: {each.off}" if each.sheet else f"# Left out: {each.off}"
        elif each.off:
            block = f"# Left out: {each.off}\n{_commented(block)}"
        yield f"{head}\n{block}" if index == 0 else block


def _head(looked: Looked) -> Iterator[str]:
    """What a file is, what it gives when it is read so, and what does not go in."""
    if not looked.sources:
        yield f"# {looked.name}: no table was recognised by its headers: {looked.headers}"
        return
    first = looked.sources[0]
    yield f"# {looked.name}: {TOOLS.get(first.format, 'a table')}; read so, it gives {gives(looked.batch)}"
    if looked.batch.problems:
        yield f"# {counted(len(looked.batch.problems), 'problem')}, the first: {told(looked.batch.problems[0])}"
    for name, why in looked.passed[:12]:
        yield f"# Sheet “{one_line(name, 60)}”: {why}"


def gives(batch: Batch) -> str:
    """Return how many rows of which tables there are, for people."""
    told = [_some(len(rows), table.replace("_", " ")) for table, rows in batch.records.items() if rows]
    return ", ".join(told) or "nothing yet"


def _some(number: int, table: str) -> str:
    one = f"{table.removesuffix('ies')}y" if table.endswith("ies") else table.removesuffix("s")
    return f"{number} {one if number == 1 else table}"


def _source(each: Proposed, looked: Looked) -> Iterator[str]:
    path = each.path or looked.name
    yield from (f"# {note}" for note in each.notes)
    yield "[[sources]]"
    yield line("path", path)
    if path.startswith("../") or PurePath(path).is_absolute():
        drops = toml(f"*/{escape(PurePath(path).name)}")
        yield f"# path = {drops}  # if it arrives in folders named by date, such as 2025-03-31/"
    keys = (("format", each.format), ("table", each.table), ("sheet", each.sheet), ("header_row", each.header_row))
    yield from (line(key, value) for key, value in keys if value)
    yield from (_setting(setting) for setting in each.settings)
    yield from _columns(each)
    if each.defaults:
        yield "[sources.defaults]"
        yield from (_setting(setting) for setting in each.defaults)


def _setting(each: Setting) -> str:
    return line(each.key, each.value, each.why, each.sure)


def _columns(each: Proposed) -> Iterator[str]:
    if not each.table:
        return
    yield "[sources.columns]"
    for choice in each.columns:
        others = f"; or {', '.join(f'“{one_line(other, 40)}”' for other in choice.others[:3])}" if choice.others else ""
        yield line(choice.column, choice.header, f"{choice.why}{others}", choice.sure)
    for name in each.missing:
        yield line(name, "", "required: which header is it? Or give a constant under [sources.defaults]", off=True)
    if each.unmapped:
        kept = ", ".join(f"“{one_line(name, 40)}”" for name in each.unmapped[:12])
        yield f"# Kept and shown as they are: {one_line(kept, 400)}"


def _commented(text: str) -> str:
    return "\n".join(each if each.startswith("#") else f"# {each}" for each in text.splitlines())


def _blocks(blocks: Iterable[str]) -> str:
    return "".join(f"{block}\n\n" for block in blocks).removesuffix("\n")
