"""The charter of a portfolio, `portfolio.toml`: read, validated, and told what is wrong in sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cockpit.basics.text import clean
from cockpit.charter.calendars import CalendarSettings
from cockpit.charter.checks import check, rows
from cockpit.charter.errors import CHARTER_FILE, CharterError, Lines, explain
from cockpit.charter.errors import Path as KeyPath
from cockpit.charter.notify import NotifySettings, PersonSettings
from cockpit.charter.settings import settings
from cockpit.charter.words import RAG_WORDS, STATE_WORDS, word
from cockpit.records.model import Calendar, Origin, Person, Problem, Rag, State, Team
from cockpit.records.snapshot import Assignment, Policy, Portfolio, QualityTolerances, Snapshot, Tolerance, Tolerances

__all__ = ["CHARTER_FILE", "Charter", "CharterError", "SourceMapping", "load"]

_LIMIT = 4_000_000
"""Bytes that a charter may have."""


class SourceMapping(BaseModel):
    """`[[sources]]`: how one file, or each file that matches a pattern, becomes rows of one table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    """Relative to the portfolio folder (also with `..`) or absolute; `*`, `?` and `**` match many files."""
    format: Literal[
        "auto", "table", "azure", "github", "gitlab", "jira", "msproject", "primavera", "servicenow"
    ] = "auto"  # fmt: skip
    table: str = ""
    """A native table; needed unless the file is a tracker's export or a plan."""
    sheet: str = ""
    """The sheet of a workbook, or the key of a JSON object; else the one named like the table, else the first."""
    header_row: int | None = Field(default=None, ge=1)
    """The row of the headers, from 1; else the first row that is not empty."""
    columns: dict[str, str] = {}
    """Our column → their header. Where it is empty, headers are matched by our names."""
    defaults: dict[str, Any] = {}
    """Our column → the value of rows that have none."""
    date_order: Literal["dmy", "mdy", "ymd", ""] = ""
    """The order of day, month and year, where a column does not show it."""
    decimal: Literal[".", ",", ""] = ""
    """What stands before the decimals of numbers such as 1,234, where a column does not show it."""
    distinct: bool = False
    """Rows repeat (a team in every row of its projects): equal ones count once, other columns are left out."""
    # `repr` goes into the fingerprint of what was read: `registry` adds these where they are used, so that the
    # fingerprints of sources without them stay as they were.
    qualifier: str = Field(default="", repr=False)
    """What stands before the ids of a source, as `qualifier/id`, where they are unique in it alone."""
    level: str = Field(default="", repr=False)
    """The header whose cells say how deep a row stands: the row above that is less deep is its parent."""
    predecessors: str = Field(default="", repr=False)
    """The header whose cells name what comes before a row, as planning tools write it: `12FS +3d, 14SS`."""
    # Not in the fingerprint of what was read, which `repr` goes into: it changes nothing of what a file says.
    shadow: bool = Field(default=False, repr=False)
    """A tracker beside the official one: where it says worse, that counts; its texts never do."""
    colours: tuple[str, ...] = Field(default=(), repr=False)
    """Columns of ours whose cells are coloured: the fill counts where a cell says no known status word."""


class Charter(BaseModel):
    """A valid charter. `states` and `rag` hold the built-in words too; `chosen` the charter's own of `[states]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    portfolio: Portfolio
    policy: Policy = Policy()
    states: Mapping[State, tuple[str, ...]] = Field(default_factory=lambda: dict(STATE_WORDS))
    rag: Mapping[Rag, tuple[str, ...]] = Field(default_factory=lambda: dict(RAG_WORDS))
    chosen: frozenset[str] = frozenset()
    calendars: tuple[Calendar, ...] = ()
    teams: tuple[Team, ...] = ()
    people: tuple[Person, ...] = ()
    sources: tuple[SourceMapping, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    notify: NotifySettings = NotifySettings()

    @cached_property
    def _state_words(self) -> Mapping[str, State]:
        return {each: state for state, words in self.states.items() for each in words}

    @cached_property
    def _rag_words(self) -> Mapping[str, Rag]:
        return {each: rag for rag, words in self.rag.items() for each in words}

    def state_of(self, status: str) -> State | None:
        """Return the category of a work item's or project's status word, None for an unknown word."""
        return self._state_words.get(word(status))

    def rag_of(self, status: str) -> Rag | None:
        """Return the category of a reported status word, None for an unknown word."""
        return self._rag_words.get(word(status))

    def chose(self, status: str) -> bool:
        """Return whether the charter itself, not the built-in list, says what this status word means."""
        return word(status) in self.chosen

    def calendar(self) -> Calendar:
        """Return the calendar of work items that name none, as far as the charter knows it."""
        return next((each for each in self.calendars if each.id == self.portfolio.calendar), Calendar(id=""))

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """What it says that binds, as one text for each setting."""
        return settings(self)

    def base_snapshot(self) -> Snapshot:
        """Return a snapshot with what the charter itself says, and no rows of any source."""
        return Snapshot(
            portfolio=self.portfolio,
            policy=self.policy,
            people=self.people,
            teams=self.teams,
            calendars=self.calendars,
            assignments=self.assignments,
            settings=self.settings,
        )


class _File(BaseModel):
    """The shape of `portfolio.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    portfolio: Portfolio
    policy: Policy = Policy()
    states: dict[State, tuple[str, ...]] = {}
    rag: dict[Rag, tuple[str, ...]] = {}
    calendars: dict[str, CalendarSettings] = {}
    teams: tuple[Team, ...] = ()
    people: tuple[Person, ...] = ()
    sources: tuple[SourceMapping, ...] = ()
    assign: tuple[Assignment, ...] = ()
    notify: NotifySettings = NotifySettings()


_SHAPES: Mapping[str, Any] = {
    "portfolio": Portfolio,
    "policy": Policy,
    "policy.quality": QualityTolerances,
    "policy.tolerance": Tolerance,
    "calendars": CalendarSettings,
    "teams": Team,
    "people": Person,
    "sources": SourceMapping,
    "assign": Assignment,
    "notify": NotifySettings,
    "notify.people": PersonSettings,
}


def _known(path: KeyPath) -> Sequence[str]:
    """Return the keys that the table at `path` may have."""
    inner = _SHAPES.get(".".join(str(part) for part in path[:2]))
    if path == ("policy", "tolerance"):
        inner = Tolerances
    shape: Any = (inner or _SHAPES.get(str(path[0]))) if path else _File
    if shape is None:
        return ()
    if issubclass(shape, BaseModel):
        return tuple(shape.model_fields)
    return tuple(name for name in shape.__dataclass_fields__ if name not in ("origin", "extra"))


def load(folder: Path) -> Charter:
    """Return the charter of the portfolio in `folder`. CharterError holds every problem of it at once."""
    text = _read(folder)
    tree = _parse(text)
    lines = Lines(text)
    problems = [*_prepare(tree, lines), *check(tree, lines, folder)]
    try:
        file = _File.model_validate(tree)
    except ValidationError as error:
        listed = [explain(dict(each), lines, _known) for each in error.errors(include_url=False)]
        told = {(problem.origin.row, problem.column) for problem in problems}
        problems += [each for each in listed if (each.origin.row, each.column) not in told]
    if problems:
        raise CharterError(problems)
    return _charter(file)


def _fault(message: str, line: int | None = None) -> CharterError:
    return CharterError([Problem(Origin(CHARTER_FILE, line), message)])


def _read(folder: Path) -> str:
    path = folder / CHARTER_FILE
    try:
        if not path.exists():
            state = "has no" if folder.is_dir() else "is no folder, so it has no"
            raise _fault(f"{folder} {state} {CHARTER_FILE}; run `cockpit init {folder}` to write one")
        if not path.is_file() or path.stat().st_size > _LIMIT:
            raise _fault(f"{path} must be a file of at most {_LIMIT // 1_000_000} MB")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise _fault(f"{path} cannot be read: {error.strerror or error}; check its permissions") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _fault("expected text in UTF-8; save the file as UTF-8", line) from error


def _parse(text: str) -> dict[str, Any]:
    try:
        tree = tomllib.loads(text)
        _clean(tree)
        return tree
    except tomllib.TOMLDecodeError as error:
        raise _fault(f'this is not valid TOML: {error}; expected lines such as `title = "Name"`') from error
    except (RecursionError, ValueError) as error:
        raise _fault(
            f"this is not valid TOML: {type(error).__name__}, values are nested too deep or too long"
        ) from error


def _prepare(tree: dict[str, Any], lines: Lines) -> list[Problem]:
    """Make lists of texts with `;`, and fill in the policy's kinds; refuse keys that are no columns."""
    problems = []
    for name in ("people", "teams"):
        for index, row in enumerate(rows(tree, name)):
            for hidden in {"origin", "extra"} & set(row):
                path = (name, index, hidden)
                problems.append(explain({"type": "extra_forbidden", "loc": path}, lines, _known))
            if isinstance(row, dict) and isinstance(row.get("aliases"), str):
                row["aliases"] = [part.strip() for part in row["aliases"].split(";") if part.strip()]
    policy = tree.get("policy")
    if isinstance(policy, dict) and isinstance(policy.get("default_duration_days"), dict):
        policy["default_duration_days"] = {**Policy().default_duration_days, **policy["default_duration_days"]}
    return problems


def _clean(value: Any) -> Any:
    """Return `value` with harmless texts; tables and lists are changed in place. Nesting is bounded by the parser."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        for key in list(value):
            value[clean(key)] = _clean(value.pop(key))
    elif isinstance(value, list):
        value[:] = [_clean(each) for each in value]
    return value


def _charter(file: _File) -> Charter:
    states = {word(each): state for state, words in file.states.items() for each in words}
    rag = {word(each): colour for colour, words in file.rag.items() for each in words}
    return Charter(
        portfolio=file.portfolio,
        policy=file.policy,
        states={state: _words(state, STATE_WORDS[state], states) for state in State},
        rag={colour: _words(colour, RAG_WORDS[colour], rag) for colour in Rag},
        chosen=frozenset(states),
        calendars=tuple(settings.record(name) for name, settings in file.calendars.items()),
        teams=file.teams,
        people=file.people,
        sources=file.sources,
        assignments=file.assign,
        notify=file.notify,
    )


def _words(
    category: State | Rag, builtin: Sequence[str], chosen: Mapping[str, State] | Mapping[str, Rag]
) -> tuple[str, ...]:
    """Return the words of a category; a word that the charter gives to another one is not among them."""
    kept = [each for each in builtin if each not in chosen]
    return (*kept, *(each for each, meant in chosen.items() if meant == category))
