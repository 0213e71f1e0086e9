"""What this user signs with, and what this user's machine remembers of the portfolio."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from cockpit.basics.homes import HomelessError
from cockpit.basics.text import one_line
from cockpit.doctor.findings import Finding, advice, ok, shell, some, wrong
from cockpit.doctor.patient import Patient, user_name
from cockpit.ledger import pins, signing
from cockpit.ledger.standing import Standing
from cockpit.trust.keys import KeyRefusedError, parse_public_key

PATIENCE = 3.0
"""Seconds that ssh and the agent get to answer."""
LEAST_OPENSSH = (8, 2)
"""The first that signs (`ssh-keygen -Y`), also with FIDO keys."""
INSTALL = "apt-get install -y openssh-client"


def openssh() -> Finding:
    """ssh-keygen is there, and new enough to sign."""
    if shutil.which("ssh-keygen") is None:
        return wrong("openssh", "ssh-keygen is not installed, so nobody can sign here.", INSTALL, by="root")
    told = _version()
    found = told.partition("OpenSSH_")[2].split(",")[0].split(" ")[0]
    numbers = tuple(int(part) for part in found.split("p")[0].split(".")[:2] if part.isdigit())
    if not numbers:
        return ok("openssh", "ssh-keygen is there; its version can't be told.")
    if numbers < LEAST_OPENSSH:
        return wrong("openssh", f"OpenSSH {one_line(found, 20)} can't sign files; 8.2 can.", INSTALL, by="root")
    return ok("openssh", f"OpenSSH {one_line(found, 20)} signs.")


def _version() -> str:
    try:
        done = subprocess.run(
            ["ssh", "-V"], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stderr.decode("utf-8", "replace")


def agent(patient: Patient, stands: Standing | None) -> Finding:
    """The agent answers, and one of its keys is somebody's here. `stands` is what is known of them, if anything."""
    try:
        lines = signing.agent_keys(PATIENCE)
    except signing.SigningError as error:
        return _without(patient, str(error))
    if not lines:
        return advice("agent", "The ssh-agent holds no key.", "ssh-add")
    held = f"The agent holds {len(lines)} key{'s' * (len(lines) != 1)}"
    if stands is None:
        return ok("agent", f"{held}.")
    whose = {_fingerprint(person.key): person for person in stands.people if person.key.strip()}
    mine = [whose[mark] for mark in map(_fingerprint, lines) if mark in whose]
    if mine:
        return ok("agent", f"The agent signs for {some([one_line(person.name) or person.id for person in mine])}.")
    says = f"{held}, and none is enrolled here."
    if stands.genesis:
        return advice("agent", says + " Ask a steward to enrol it; PERSON is your id here.", _join(patient))
    return advice("agent", says + " Put its line into the column “key” of the people table.", "ssh-add -L")


def _without(patient: Patient, reason: str) -> Finding:
    if os.environ.get("SSH_CONNECTION"):
        return advice("agent", f"{reason} On your own machine:", f"ssh -A {shell(patient.user)}@SERVER")
    return advice("agent", reason, 'eval "$(ssh-agent)" && ssh-add')


def _join(patient: Patient) -> str:
    return f"cockpit join {shell(patient.folder)} PERSON --to request.json"


def _fingerprint(line: str) -> str:
    try:
        return parse_public_key(line).fingerprint
    except KeyRefusedError:
        return ""


def state() -> Finding:
    """The folder in which this user's machine remembers is this user's alone, or can be made."""
    try:
        folder = pins.state_folder()
    except HomelessError as error:
        return wrong("state", f"{error}", "export HOME=/home/you")
    try:
        found = folder.lstat()
    except OSError as error:
        return _without_state(folder, error)
    if not stat.S_ISDIR(found.st_mode):
        says = f"{_told(folder)} is no folder, so nothing is remembered."
        return wrong("state", says, f"mv {shell(folder)} {shell(folder.with_name('cockpit-aside'))}")
    if os.name == "posix" and found.st_uid != os.geteuid():
        says = f"{_told(folder)} is {user_name(found.st_uid)}'s, who could change what this machine remembers."
        return wrong("state", says, f"chown -R {shell(user_name(os.geteuid()))} {shell(folder)}", by="root")
    if os.name == "posix" and stat.S_IMODE(found.st_mode) != 0o700:
        says = f"{_told(folder)} has the mode {stat.S_IMODE(found.st_mode):03o}; it should be yours alone."
        return wrong("state", says, f"chmod 700 {shell(folder)}")
    return ok("state", f"{_told(folder)} is yours alone.")


def _without_state(folder: Path, error: OSError) -> Finding:
    """There is none: it can be made, or the reason why not and how."""
    above = next(place for place in folder.parents if os.access(place, os.F_OK))
    if isinstance(error, FileNotFoundError) and os.access(above, os.W_OK | os.X_OK):
        return ok("state", f"{_told(folder)} will be made when there is something to remember.")
    says = f"{_told(folder)} can't be made, so nothing is remembered from one command to the next."
    if os.name != "posix":
        return wrong("state", says)
    return wrong("state", says, f"install -d -o {shell(user_name(os.geteuid()))} -m 700 {shell(folder)}", by="root")


def _told(folder: Path) -> str:
    return one_line(str(folder))
