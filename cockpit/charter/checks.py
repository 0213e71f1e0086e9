"""What types cannot say of a charter: names given twice, keys that are no keys, references that lead nowhere."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cockpit.charter.errors import Lines, at, suggestion
from cockpit.charter.vocabulary import NATIVE_TABLES, column_names, table_of
from cockpit.charter.words import word
from cockpit.records.model import YEARS, Kind, Problem

Tree = Mapping[str, Any]

LONGEST = 36_500
"""A hundred years of days: what a policy may hold at most, so that every day it leads to exists."""

KEY_TYPES = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)


def check(tree: Tree, lines: Lines, folder: Path) -> list[Problem]:
    """Return the problems of a parsed charter beyond its types. Values of wrong types are passed over."""
    steps: tuple[Callable[[Tree, Lines], Iterator[Problem]], ...] = (
        _check_today,
        _check_duplicates,
        _check_keys,
        _check_policy,
        _check_words,
        _check_sources,
        _check_assignments,
        _check_calendar,
    )
    problems = [problem for step in steps for problem in step(tree, lines)]
    return [*problems, *_check_people(tree, lines, folder)]


def rows(tree: Tree, name: str) -> list[Tree]:
    """Return the tables of `[[name]]`, or nothing where that is something else."""
    found = tree.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def table(tree: Tree, name: str) -> Tree:
    """Return the table `[name]`, or an empty one where that is something else."""
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def _check_today(tree: Tree, lines: Lines) -> Iterator[Problem]:
    today = table(tree, "portfolio").get("today")
    if isinstance(today, date) and today.year not in YEARS:
        yield at(lines, ("portfolio", "today"), f"expected a day from {YEARS[0]} to {YEARS[-1]}; found {today}")


def _check_duplicates(tree: Tree, lines: Lines) -> Iterator[Problem]:
    for name in ("people", "teams"):
        seen: dict[str, int] = {}
        for index, row in enumerate(rows(tree, name)):
            identity = row.get("id")
            if not isinstance(identity, str):
                continue
            path = (name, index, "id")
            if not identity.strip():
                yield at(lines, path, "expected a name that other tables can refer to; found an empty text")
            elif identity in seen:
                first = lines.of((name, seen[identity], "id"))
                where = f" (line {first})" if first else ""
                yield at(lines, path, f"“{identity}” is already the id of {name}[{seen[identity] + 1}]{where}")
            else:
                seen[identity] = index


def key_fault(line: str) -> str:
    """Return why `line` is no OpenSSH public key line, or an empty text."""
    parts = line.split(None, 2)
    expected = "expected an OpenSSH public key line such as “ssh-ed25519 AAAA… name”, the content of a .pub file"
    if "PRIVATE KEY" in line:
        return f"this is a private key: take it out at once and treat it as lost; {expected}"
    if len(parts) < 2 or parts[0] not in KEY_TYPES:
        return f"{expected}; key types are {', '.join(KEY_TYPES)}"
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except (binascii.Error, ValueError):
        return f"{expected}; its second word is not base64"
    size = int.from_bytes(blob[:4], "big")
    if blob[4 : 4 + size] != parts[0].encode() or len(blob) <= 4 + size:
        return f"{expected}; its second word is cut short or is no {parts[0]} key"
    return ""


def _check_keys(tree: Tree, lines: Lines) -> Iterator[Problem]:
    for index, row in enumerate(rows(tree, "people")):
        key = row.get("key")
        if isinstance(key, str) and key and (fault := key_fault(key)):
            yield at(lines, ("people", index, "key"), fault)


def _check_policy(tree: Tree, lines: Lines) -> Iterator[Problem]:
    policy = table(tree, "policy")
    yield from _check_numbers(policy, ("policy",), lines)
    yield from _check_numbers(table(policy, "quality"), ("policy", "quality"), lines)
    yield from _check_tolerances(table(policy, "tolerance"), lines)
    proof = policy.get("dependency_proof", "resolved")
    if isinstance(proof, str) and proof not in ("resolved", "promised"):
        yield at(lines, ("policy", "dependency_proof"), f"expected “resolved” or “promised”; found “{proof}”")
    for kind, days in table(policy, "default_duration_days").items():
        path = ("policy", "default_duration_days", kind)
        if kind not in [str(each) for each in Kind]:
            yield at(lines, path, f"unknown kind; {suggestion(kind, [str(each) for each in Kind])}")
        elif isinstance(days, int | float) and not 0 <= days <= LONGEST:
            yield at(lines, path, f"expected 0 to {LONGEST:,} days; found {days}")


def _check_tolerances(levels: Tree, lines: Lines) -> Iterator[Problem]:
    at_all = ("policy", "tolerance")
    yield from _check_numbers(table(levels, "portfolio"), (*at_all, "portfolio"), lines)
    for level in ("objectives", "projects"):
        for name, values in table(levels, level).items():
            path = (*at_all, level, name)
            yield from _check_numbers(values if isinstance(values, dict) else {}, path, lines)
            if level == "projects" and isinstance(values, dict) and "benefit_percent" in values:
                yield at(lines, (*path, "benefit_percent"), "KPIs measure objectives: give it to an objective")


def _check_numbers(values: Tree, path: tuple[str, ...], lines: Lines) -> Iterator[Problem]:
    """No number of a policy is negative or beyond all days; a share of a schedule is none above a hundred."""
    for name, value in values.items():
        most = 100 if path[-1] == "quality" and name.endswith("_percent") else LONGEST
        if isinstance(value, bool):
            yield at(lines, (*path, name), f"expected a number; found {str(value).lower()}")
        elif isinstance(value, int | float) and not 0 <= value <= most:
            yield at(lines, (*path, name), f"expected a number from 0 to {most:,}; found {value}")


def _check_words(tree: Tree, lines: Lines) -> Iterator[Problem]:
    for name in ("states", "rag"):
        meant: dict[str, str] = {}
        for category, words in table(tree, name).items():
            for each in words if isinstance(words, list) else ():
                if isinstance(each, str) and meant.setdefault(word(each), category) != category:
                    yield at(lines, (name, category), f"“{each}” also stands under {meant[word(each)]}; give it once")


def _check_sources(tree: Tree, lines: Lines) -> Iterator[Problem]:
    for index, source in enumerate(rows(tree, "sources")):
        path, name, form = ("sources", index), source.get("table", ""), source.get("format", "auto")
        if source.get("path") == "":
            yield at(lines, (*path, "path"), "expected a file name or a pattern such as “*/tracker.xlsx”")
        if isinstance(name, str) and name and name not in NATIVE_TABLES:
            yield at(lines, (*path, "table"), f"unknown table “{name}”; {suggestion(name, NATIVE_TABLES)}")
        elif form == "table" and not name:
            yield at(lines, (*path, "table"), f"name the table of the file: one of {', '.join(NATIVE_TABLES)}")
        elif isinstance(name, str):
            yield from _check_columns(source, name, path, lines)
        for key in ("level", "predecessors"):
            if source.get(key) and name != "work_items":
                yield at(lines, (*path, key), 'is only for work_items; set table = "work_items", or leave it out')


def _check_columns(source: Tree, name: str, path: tuple[str | int, ...], lines: Lines) -> Iterator[Problem]:
    known = column_names(name or "work_items")
    for key in ("columns", "defaults"):
        for column, value in table(source, key).items():
            if column not in known:
                yield at(lines, (*path, key, column), f"unknown column; {suggestion(column, known)}")
            elif isinstance(value, list | dict):
                yield at(lines, (*path, key, column), "expected one value; found a list or table")
    for column in source.get("colours", ()) if isinstance(source.get("colours"), list) else ():
        if isinstance(column, str) and column not in known:
            yield at(lines, (*path, "colours"), f"unknown column “{column}”; {suggestion(column, known)}")


def _check_assignments(tree: Tree, lines: Lines) -> Iterator[Problem]:
    for index, row in enumerate(rows(tree, "assign")):
        if not row.get("project") and not row.get("objective"):
            yield at(lines, ("assign", index), "expected a project or an objective that matching items get")


def _check_calendar(tree: Tree, lines: Lines) -> Iterator[Problem]:
    name, known = table(tree, "portfolio").get("calendar"), list(table(tree, "calendars"))
    if isinstance(name, str) and name and name not in known and "/" not in name:
        hint = suggestion(name, known) if known else f"describe it under [calendars.{name}]"
        yield at(lines, ("portfolio", "calendar"), f"no calendar is named “{name}”; {hint}")


def _check_people(tree: Tree, lines: Lines, folder: Path) -> Iterator[Problem]:
    """A person named in the charter must be one of it, unless people also come from a table."""
    if _elsewhere(tree, folder):
        return
    known = list(dict.fromkeys(str(row.get("id")) for row in rows(tree, "people")))
    named: list[tuple[tuple[str | int, ...], object]] = [
        (("teams", index, "lead"), row.get("lead")) for index, row in enumerate(rows(tree, "teams"))
    ]
    named += [(("notify", "people", name), name) for name in table(table(tree, "notify"), "people")]
    for path, person in [(("portfolio", "steward"), table(tree, "portfolio").get("steward")), *named]:
        if isinstance(person, str) and person and person not in known:
            hint = suggestion(person, known) if known else "list people under [[people]] or in a people table"
            yield at(lines, path, f"no person has the id “{person}”; {hint}")


def _elsewhere(tree: Tree, folder: Path) -> bool:
    if any(source.get("table") == "people" for source in rows(tree, "sources")):
        return True
    try:
        files = [*folder.iterdir(), *folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/*")]
    except OSError:
        return True
    return any(file.suffix.lower() in (".xlsx", ".xlsm", ".json") or table_of(file.stem) == "people" for file in files)
