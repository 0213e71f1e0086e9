"""All checks of one folder, in order. None changes anything, and none that fails keeps the others from being made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from cockpit.basics.homes import HomelessError
from cockpit.basics.text import one_line
from cockpit.charter.charter import CHARTER_FILE, Charter, CharterError, load
from cockpit.doctor import kept, keys, ledger, machine, notices, sharing
from cockpit.doctor.findings import Finding, Report, ok, shell, wrong
from cockpit.doctor.patient import Patient, admit, group_name, unix, user_name

_MOST_TOLD = 5
"""Problems of the charter that are told; `cockpit check` tells all."""


def examine(folder: Path, now: datetime) -> Report:
    """What is well and what is wrong with a portfolio's folder, as this user finds it. `now` has a zone."""
    try:
        patient = admit(folder, now)
        is_portfolio = (folder / CHARTER_FILE).exists()
    except OSError as error:
        return _unusable(folder, _no_entry(folder, error))
    if not is_portfolio:
        says = f"This is no portfolio: it has no {CHARTER_FILE}."
        return _unusable(folder, wrong("folder", says, f"cockpit init {shell(folder)}"))
    charter, found = _charter(folder)
    title, id_ = (charter.portfolio.title, charter.portfolio.id) if charter is not None else ("", "")
    return Report(folder, title, id_, patient.user, (found, *_findings(patient, charter)))


def _unusable(folder: Path, finding: Finding) -> Report:
    return Report(folder, "", "", user_name(os.geteuid()) if unix() else "", (finding,), usable=False)


def _no_entry(folder: Path, error: OSError) -> Finding:
    """Why the folder can't be looked at."""
    if isinstance(error, FileNotFoundError):
        return wrong("folder", "There is no such folder.", f"cockpit init {shell(folder)}")
    if isinstance(error, NotADirectoryError):
        return wrong("folder", "This is a file; a portfolio is a folder.")
    if not (isinstance(error, PermissionError) and unix()):
        return wrong("folder", f"It can't be read: {error.strerror or error}.")
    me = user_name(os.geteuid())
    try:
        group = group_name(folder.stat().st_gid)
    except OSError:
        return wrong("folder", f"{me} may not enter a folder above it; this shows which.", f"namei -l {shell(folder)}")
    says = f"{me} may not enter this folder; members of the group {group} may."
    return wrong("folder", says, f"usermod -aG {shell(group)} {shell(me)}", by="root")


def _charter(folder: Path) -> tuple[Charter | None, Finding]:
    try:
        charter = load(folder)
    except CharterError as error:
        told = [one_line(sentence) for sentence in str(error).splitlines()]
        more = [f"and {len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
        edit = f"${{EDITOR:-vi}} {shell(folder / CHARTER_FILE)}"
        says = "It can't be used as it is."
        return None, wrong("charter", says, edit, details=(*told[:_MOST_TOLD], *more))
    return charter, ok("charter", f"“{one_line(charter.portfolio.title, 60)}”: {CHARTER_FILE} can be used.")


def _findings(patient: Patient, charter: Charter | None) -> Iterator[Finding]:
    """Every check but those of folder and charter."""
    yield from _guarded("access", lambda: sharing.findings(patient))
    yield from _guarded("disk", lambda: (machine.disk(patient), machine.library()))
    said: list[ledger.Said] = []
    yield from _guarded("store", lambda: _stored(patient, charter, said))
    yield from _guarded("clock", lambda: [machine.clock(patient, said[0].kept if said else ())])
    yield from _guarded("openssh", lambda: [keys.openssh()])
    yield from _guarded("agent", lambda: [keys.agent(patient, said[0].stands if said else None)])
    yield from _guarded("state", lambda: [keys.state()])
    for each in said:
        yield from _guarded("ledger", lambda each=each: ledger.findings(patient, each))  # type: ignore[misc]
    yield from _guarded("watching", lambda: [machine.watching(patient, charter)])


def _stored(patient: Patient, charter: Charter | None, said: list[ledger.Said]) -> Iterator[Finding]:
    """The store and its copies; what is said in it, if it can be read, is added to `said`."""
    with kept.looked_into(patient) as (finding, store):
        yield finding
        yield kept.backups(patient)
        if charter is not None and store is not None:
            yield from notices.findings(patient, charter, store)
        if charter is not None and (store is not None or patient.store is None):
            said.append(ledger.read(patient, charter, store))


def _guarded(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check. What nobody has thought of is told, and the checks after it are made."""
    try:
        yield from check()
    except HomelessError:
        yield wrong(name, "It rests on what this machine remembers of you: see what is said of “state”.")
    except Exception as error:  # whatever a hostile folder brings about
        reason = one_line(f"{type(error).__name__}: {error}")
        yield wrong(name, f"This check could not be made ({reason}).")
