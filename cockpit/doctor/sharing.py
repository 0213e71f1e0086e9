"""Whether all members of the group can read and write what they share, whatever umask each of them has."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from cockpit.doctor.findings import Finding, advice, ok, shell, some, wrong
from cockpit.doctor.patient import ENTER, READ, WRITE, Entry, Patient, group_name, members, unix

ALL = READ | WRITE | ENTER


def findings(patient: Patient) -> Iterator[Finding]:
    """Access of who asks; then group, setgid and sticky bits, and the rights of all files."""
    yield _access(patient)
    if not patient.shared:
        yield from _alone(patient) if unix() else ()
        return
    for check in (_group, _setgid, _sticky, _store_files, _folders, _files, _umask):
        yield check(patient)


def _access(patient: Patient) -> Finding:
    """What this user may do here."""
    group, place = group_name(patient.group) if unix() else "", patient.store.path if patient.store else patient.folder
    if os.access(place, os.W_OK) and os.access(patient.folder, os.W_OK):
        return ok("access", f"{patient.user} may write here.")
    listed = patient.shared and patient.user in members(patient.group)
    if listed and patient.group not in (*os.getgroups(), os.getegid()):
        says = (
            f"{patient.user} was put into the group {group} after logging in: log in again, or start a shell with it."
        )
        return wrong("access", says, f"newgrp {shell(group)}")
    if os.access(place, os.R_OK):
        return ok("access", f"{patient.user} may only look: nothing new is read, the state that others read is shown.")
    if patient.shared:
        says = f"{patient.user} may not read the store: only members of the group {group} may."
        return wrong("access", says, f"usermod -aG {shell(group)} {shell(patient.user)}", by="root")
    return wrong("access", f"{patient.user} may not read the store: it is {patient.top.owner}'s alone.")


def _alone(patient: Patient) -> Iterator[Finding]:
    """The checks of a folder that one user writes: nothing in it belongs to somebody else."""
    owner = patient.top.owner
    yield ok("group", f"Only {owner} writes here. docs/shared-server.md says how several people do.")
    other = [entry for entry in patient.entries if entry.is_store and entry.found.st_uid != patient.top.found.st_uid]
    if other:
        says = f"{_named(other)} {_is(other)} not {owner}'s, whose folder this is."
        yield wrong("store-files", says, f"chown {shell(owner)} {_paths(other)}", by="root")


def _group(patient: Patient) -> Finding:
    group, mode = group_name(patient.group), patient.top.found.st_mode
    folder, by = shell(patient.folder), patient.who([patient.top])
    if mode & stat.S_IWOTH:
        return wrong("group", "Anybody on this machine may write here.", f"chmod o-w {folder}", by=by)
    if patient.top.rights(patient.group) != ALL:
        command = _list(patient) if patient.groups else f"chmod g+rwx {folder}"
        return wrong("group", f"The group {group} may not read, write and enter this folder.", command, by=by)
    names = members(patient.group)
    who = f" ({some(names)})" if names else ""
    kind = ", by its access control list" if patient.groups else ""
    return ok("group", f"The group {group}{who} may write here{kind}.")


def _setgid(patient: Patient) -> Finding:
    """New files belong to the group: by the setgid bit of each folder, or by its default access control list."""
    group = group_name(patient.group)
    here = [entry for entry in (patient.top, *patient.entries) if entry.is_folder]
    if patient.groups:
        bad = [entry for entry in here if not entry.passes_on(patient.group)]
        says = f"What is made in {_named(bad)} is not given to the group {group}."
        command = _list(patient)
    else:
        bad = [entry for entry in here if not entry.found.st_mode & stat.S_ISGID]
        says = f"No setgid bit is on {_named(bad)}: new files there belong to their maker's own group."
        command = f"find {shell(patient.folder)} -type d ! -perm -g+s -exec chmod g+s {{}} +"
    if bad:
        return wrong("setgid", says, command, by=patient.who(bad))
    return ok("setgid", f"New files belong to the group {group}.")


def _sticky(patient: Patient) -> Finding:
    bad = [e for e in (patient.top, *patient.entries) if e.is_folder and e.found.st_mode & stat.S_ISVTX]
    if bad:
        says = f"The sticky bit is on {_named(bad)}: only a file's owner can replace it, or write the store."
        command = f"find {shell(patient.folder)} -type d -perm -1000 -exec chmod -t {{}} +"
        return wrong("sticky", says, command, by=patient.who(bad))
    return ok("sticky", "No folder has the sticky bit.")


def _store_files(patient: Patient) -> Finding:
    """The store and the files beside it: SQLite gives these its rights, so that one bad mode locks all others out."""
    here = [entry for entry in patient.entries if entry.is_store and entry.is_file]
    bad = _short(patient, here, READ | WRITE)
    if bad:
        group = shell(group_name(patient.group))
        commands = [f"chgrp {group} {_paths(foreign)}"] if (foreign := _foreign(patient, bad)) else []
        commands = [_list(patient)] if patient.groups else [*commands, f"chmod g+rw {_paths(bad)}"]
        return wrong("store-files", _lack(patient, bad, "written"), *commands, by=patient.who(bad))
    open_to_all = [entry for entry in here if entry.found.st_mode & stat.S_IWOTH]
    if open_to_all:
        says = f"Anybody on this machine may write {_named(open_to_all)}."
        return wrong("store-files", says, f"chmod o-w {_paths(open_to_all)}", by=patient.who(open_to_all))
    return ok("store-files", "All members can write the store." if here else "There is no store yet.")


def _folders(patient: Patient) -> Finding:
    here = [entry for entry in patient.entries if entry.is_folder]
    if bad := _short(patient, here, ALL):
        commands = _for_all(patient, bad, "d", "g+rwx")
        return wrong("folders", _lack(patient, bad, "written"), *commands, by=patient.who(bad))
    return ok("folders", "All members can add files to every folder.")


def _files(patient: Patient) -> Finding:
    """Files that people put here with a umask that shuts the others out; kept evidence and statements only need to be
    read."""
    here = [entry for entry in patient.entries if entry.is_file and not entry.is_store]
    if bad := _short(patient, here, READ):
        return wrong("files", _lack(patient, bad, "read"), *_for_all(patient, bad, "f", "g+rw"), by=patient.who(bad))
    ours = [entry for entry in here if not entry.relative.startswith(("evidence/", "statements/"))]
    if bad := _short(patient, ours, WRITE):
        commands = _for_all(patient, bad, "f", "g+rw")
        return advice("files", _lack(patient, bad, "written"), *commands, by=patient.who(bad))
    return ok("files", "All members can read and replace the files here.")


def _umask(patient: Patient) -> Finding:
    """What this user adds by hand; what Cockpit makes is shared whatever the umask."""
    umask = _current_umask()
    if umask & 0o070 and not patient.groups:
        done = "read" if umask & 0o040 else "replace"
        says = f"With the umask {umask:03o} the others can't {done} the files that you add by hand."
        return advice("umask", says, "echo 'umask 007' >> ~/.profile && . ~/.profile")
    return ok("umask", "The files that you add by hand can be used by all members.")


def _current_umask() -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _short(patient: Patient, entries: list[Entry], needed: int) -> list[Entry]:
    """Those on which the group has less than the needed rights."""
    return [entry for entry in entries if entry.rights(patient.group) & needed != needed]


def _lack(patient: Patient, bad: list[Entry], done: str) -> str:
    """Which files can't be read or written by the others, and whose they are."""
    owners = some(sorted({entry.owner for entry in bad}))
    return f"{_named(bad)} (of {owners}) can't be {done} by the other members of {group_name(patient.group)}."


def _for_all(patient: Patient, bad: list[Entry], kind: str, mode: str) -> list[str]:
    """Give every folder or plain file to the group with these rights; no link is followed."""
    if patient.groups:
        return [_list(patient)]
    group, find = shell(group_name(patient.group)), f"find {shell(patient.folder)} -type {kind}"
    commands = [f"{find} ! -group {group} -exec chgrp {group} {{}} +"] if _foreign(patient, bad) else []
    return [*commands, f"{find} ! -perm -{mode} -exec chmod {mode} {{}} +"]


def _foreign(patient: Patient, entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.found.st_gid != patient.group]


def _list(patient: Patient) -> str:
    group = group_name(patient.group)
    return f"setfacl -R -m {shell(f'g:{group}:rwX,d:g:{group}:rwX')} {shell(patient.folder)}"


def _named(entries: list[Entry]) -> str:
    return some(["this folder" if entry.relative == "." else entry.relative for entry in entries])


def _is(entries: list[Entry]) -> str:
    return "is" if len(entries) == 1 else "are"


def _paths(entries: list[Entry]) -> str:
    return " ".join(shell(entry.path) for entry in entries)
