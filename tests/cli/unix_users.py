"""Real Unix users on one server: a group, members with a umask and a key each, and a Python that all of them may run.

Users and groups are made with the system's own tools, under names that no test run beside this one has, and are
removed again.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
Login = dict[str, Any]
"""What starts a process as somebody: the words that subprocess has for it."""
UMASKS = {"anna": 0o077, "omar": 0o022, "rita": 0o077, "robot": 0o027, "root": 0o022}
"""Who there is, and with which umask each of them works."""
TOOLS = ("useradd", "userdel", "usermod", "groupadd", "groupdel", "gpasswd", "setfacl", "ssh-keygen")


def missing(reason: str) -> None:
    if os.environ.get("COCKPIT_STRICT") == "1":
        pytest.fail(f"{reason}, and COCKPIT_STRICT=1 allows no skipping")
    pytest.skip(reason)


@dataclass
class Machine:
    """A server with users. In commands their plain names, `/srv`, `/home` and `/var/lib` stand for the real ones."""

    place: Path
    python: tuple[str, ...]
    names: Mapping[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.place / "srv" / "portfolio"

    def home(self, who: str) -> Path:
        return self.place / ("var/lib/cockpit" if who == "robot" else f"home/{self.names.get(who, who)}")

    def real(self, text: str) -> str:
        """The text with real names and places."""
        text = re.sub(r"\b(leads|anna|omar|rita|robot)\b", lambda found: self.names[found[1]], text)
        return re.sub(r"(?<![\w/])/(srv|var/lib|home)\b", lambda found: f"{self.place}/{found[1]}", text)

    def told(self, text: str) -> str:
        """The text with the plain names again."""
        for plain, real in self.names.items():
            text = text.replace(real, plain)
        return text.replace(str(self.place), "")

    def run(
        self, who: str, command: str, *, umask: int | None = None, login: Login | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """What a user types at a shell, as somebody who has just logged in, or with an older `login`."""
        return subprocess.run(
            ["bash", "-c", self.real(command)], capture_output=True, text=True, timeout=60, check=False,
            stdin=subprocess.DEVNULL, **(login or self.as_user(who, umask=umask, **more)),
        )  # fmt: skip

    def ok(self, who: str, command: str, *codes: int, umask: int | None = None, **more: Any) -> str:
        """The same, which must end well (or with one of these exit codes); what it said."""
        done = self.run(who, command, umask=umask, **more)
        said = self.told(done.stdout + done.stderr)
        assert done.returncode in (codes or (0,)), f"{who}: {command}\nended with {done.returncode}:\n{said}"
        assert "Traceback" not in said
        return said

    def start(self, who: str, command: str) -> subprocess.Popen[bytes]:
        """Leave something running until the test ends."""
        process = subprocess.Popen(
            ["bash", "-c", f"exec {self.real(command)}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, **self.as_user(who),
        )  # fmt: skip
        self.running.append(process)
        return process

    def as_user(self, who: str, *, umask: int | None = None, environment: Mapping[str, str] | None = None) -> Login:
        """What starts a process as a user: ids, all groups, umask, home and nothing of who runs the tests."""
        import pwd

        known = pwd.getpwnam("root" if who == "root" else self.names[who])
        path = f"{self.place / 'bin'}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        found = {"PATH": path, "HOME": str(self.home(who)), "LANG": "C.UTF-8", "USER": known.pw_name}
        return {
            "user": known.pw_uid,
            "group": known.pw_gid,
            "extra_groups": os.getgrouplist(known.pw_name, known.pw_gid),
            "umask": UMASKS[who] if umask is None else umask,
            "env": found | dict(environment or {}),
            "cwd": self.place if who == "root" else self.home(who),
        }

    def key(self, who: str) -> Path:
        """A member's own key, made by ssh-keygen at the first call."""
        path = self.home(who) / ".ssh" / "id_ed25519"
        if not path.exists():
            self.ok(who, f"mkdir -p {path.parent} && ssh-keygen -q -t ed25519 -N '' -C {who} -f {path}")
        return path


@contextmanager
def machine() -> Iterator[Machine]:
    """A server of its own, with anna, omar and rita; the group and robot are for the test to make."""
    if os.name != "posix" or os.geteuid() != 0:
        missing("only root makes other users")
    for tool in TOOLS:
        if shutil.which(tool) is None:
            missing(f"{tool} is not installed")
    place = Path(tempfile.mkdtemp(prefix="cockpit-users-"))
    place.chmod(0o755)
    names = {name: f"ckp{os.getpid()}{name}" for name in ("leads", "anna", "omar", "rita", "robot")}
    found = Machine(place, python_for_all(place), names)
    try:
        _furnish(found)
        yield found
    finally:
        for process in found.running:
            process.terminate()
            process.wait(20)
        for name in names.values():
            subprocess.run(["userdel", name], capture_output=True, check=False)
        for name in names.values():
            subprocess.run(["groupdel", name], capture_output=True, check=False)
        shutil.rmtree(place)


def _furnish(found: Machine) -> None:
    for folder in ("srv", "var/lib", "bin", "home/root"):
        (found.place / folder).mkdir(parents=True)
        for each in (found.place / folder, *(found.place / folder).parents):
            if each.is_relative_to(found.place):
                each.chmod(0o755)
    for name, module in (("cockpit", "cockpit"), ("sqlite-utils", "sqlite_utils")):
        program = found.place / "bin" / name
        program.write_text(f'#!/bin/sh\nexec env {" ".join(found.python)} -m {module} "$@"\n')
        program.chmod(0o755)
    for who in ("anna", "omar", "rita"):
        home = found.home(who)
        command = ["useradd", "--home-dir", str(home), "--create-home", "--shell", "/bin/bash", found.names[who]]
        subprocess.run(command, check=True, capture_output=True)


def python_for_all(place: Path) -> tuple[str, ...]:
    """What starts a Python with Cockpit for users who can't enter the folders of whoever runs the tests.

    What they can't reach is copied to `place`; of the interpreter there must be one that they can.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = (sys.executable, f"/usr/local/bin/{version}", f"/usr/bin/{version}")
    reached = next((each for each in candidates if reachable(Path(each)) and reachable(Path(each).resolve())), None)
    if reached is None:
        missing(f"no {version} that other users may run")
    libraries = Path(importlib.metadata.distribution("click").locate_file(""))  # type: ignore[arg-type]
    code = ROOT
    if not reachable(libraries / "click" / "__init__.py"):
        libraries = _copied_libraries(place / "libraries")
    if not reachable(ROOT / "cockpit" / "__init__.py"):
        code = place / "code"
        shutil.copytree(ROOT / "cockpit", code / "cockpit")
    return (f"PYTHONPATH={code}:{libraries}", "PYTHONDONTWRITEBYTECODE=1", str(reached))


def reachable(path: Path) -> bool:
    """Whether every user may enter the folders above a file, and read it."""
    return all(folder.stat().st_mode & 0o001 for folder in path.absolute().parents) and bool(
        path.exists() and path.stat().st_mode & 0o004
    )


def _copied_libraries(place: Path) -> Path:
    """A copy of what Cockpit needs at run time."""
    wanted, seen = ["cockpit-portfolio"], set()
    for name in wanted:
        if name in seen:
            continue
        seen.add(name)
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system
        wanted += [re.split(r"[^\w.-]", line)[0] for line in found.requires or () if "extra ==" not in line]
        for file in found.files or () if name != "cockpit-portfolio" else ():
            if ".." not in file.parts and (source := Path(str(file.locate()))).is_file():
                target = place / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)  # as old as it was, or what was compiled of it counts for nothing
    return place
