"""The peer: MPXJ in a Java machine inside this process, started once."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from cockpit.engine.scheduling.calendars import minute_of

Times = tuple[int | None, int | None, int | None, int | None, int | None, int | None]
"""In the order of `DATES`."""


class Row(NamedTuple):
    """What a program says of a task, in minutes since 1970; None where it says nothing."""

    start: int | None
    finish: int | None
    early_start: int | None
    early_finish: int | None
    late_start: int | None
    late_finish: int | None
    total_float: float | None
    free_float: float | None
    critical: bool


DATES = Row._fields[:6]
FLOATS = Row._fields[6:8]


class PeerError(Exception):
    """The peer refused a plan; the text is its reason."""


def missing() -> str:
    """Why there is no peer here, as a sentence; empty where there is one."""
    for module in ("jpype", "mpxj"):
        if find_spec(module) is None:
            return f"The package {module} is not installed (the extra `dev` brings it)."
    for program in ("java", "javac"):
        if shutil.which(program) is None:
            return f"There is no {program} on the path: the peer needs a Java development kit, 17 or newer."
    return ""


def jars() -> list[str]:
    """The archives of MPXJ."""
    spec = find_spec("mpxj")
    assert spec is not None
    assert spec.origin is not None
    return sorted(str(path) for path in (Path(spec.origin).parent / "lib").glob("*.jar"))


@cache
def peer(folder: Path) -> Any:
    """The compiled helper class, in a machine that is started at need. `folder` takes what the compiler writes."""
    import jpype  # type: ignore[import-untyped]

    source = Path(__file__).parent / "Peer.java"
    mpxj = [path for path in jars() if path.endswith("mpxj.jar")]
    subprocess.run(["javac", "-cp", ":".join(mpxj), "-d", str(folder), str(source)], check=True)
    if not jpype.isJVMStarted():
        quick = ("-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # it lives for seconds
        jpype.startJVM(*quick, classpath=[*jars(), str(folder)], convertStrings=False)
    else:
        jpype.addClassPath(str(folder))
    return jpype.JClass("Peer")


def their_rows(plan: bytes, primavera: bool, folder: Path) -> dict[int, Row]:
    """The peer's dates of every task of a file, by the file's own id. Raises `PeerError` where it refuses."""
    text = str(peer(folder).schedule(plan, primavera))
    if text.startswith("!"):
        raise PeerError(text[1:])
    rows = {}
    for line in text.splitlines():
        parts = line.split(",")
        start, finish, early_start, early_finish, late_start, late_finish = (_minute(part) for part in parts[1:7])
        dates = start, finish, early_start, early_finish, late_start, late_finish
        rows[int(parts[0])] = Row(*dates, _number(parts[7]), _number(parts[8]), parts[9] == "1")
    return rows


def _minute(text: str) -> int | None:
    return minute_of(datetime.fromisoformat(text)) if text else None


def _number(text: str) -> float | None:
    return float(text) if text else None
