"""Where the compiled kernel is kept: never where a change of its source would not be seen."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cockpit.basics import compiling

COMPILE = """
import os
from array import array
from cockpit.basics import compiling
compiling.prepare()
from cockpit.engine import kernel
from cockpit.engine.scheduling import speed
none = array("q", [0])
speed.compiled().put_back(kernel.Dates(*(none,) * len(kernel.Dates._fields)), none, 0)  # the one that compiles soonest
print(os.environ.get(compiling.VARIABLE, ""), speed.kept_in(), sep="\\n")
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(compiling.VARIABLE, "")  # so that it is put back
    monkeypatch.delenv(compiling.VARIABLE)
    return tmp_path / "cockpit" / "kernel"


def test_another_source_has_another_folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiling.prepare()
    one = os.environ[compiling.VARIABLE]
    assert Path(one).parent == home
    assert Path(one).stat().st_mode & 0o777 == 0o700
    other = tmp_path / "kernel"
    other.mkdir()
    for path in compiling._KERNEL.glob("*.py"):
        (other / path.name).write_bytes(path.read_bytes() + (b"#" if path.name == "clock.py" else b""))
    monkeypatch.setattr(compiling, "_KERNEL", other)
    monkeypatch.delenv(compiling.VARIABLE)
    compiling.prepare()
    assert os.environ[compiling.VARIABLE] not in ("", one)


def test_what_was_compiled_long_ago_goes(home: Path) -> None:
    (home / "old").mkdir(parents=True)
    (home / "new").mkdir()
    os.utime(home / "old", (0, time.time() - 100 * 86_400))
    compiling.prepare()
    assert not (home / "old").exists()
    assert (home / "new").exists()


def test_whoever_says_where_is_heard(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compiling.VARIABLE, "/elsewhere")
    compiling.prepare()
    assert os.environ[compiling.VARIABLE] == "/elsewhere"
    assert not home.exists()


def test_where_nothing_can_be_written_nothing_happens(home: Path) -> None:
    home.parent.mkdir()
    home.write_text("a file stands here")
    compiling.prepare()
    assert compiling.VARIABLE not in os.environ


@pytest.mark.slow
def test_the_kernel_is_compiled_there(home: Path) -> None:
    pytest.importorskip("numba")
    done = subprocess.run([sys.executable, "-c", COMPILE], capture_output=True, text=True, check=True)
    said, kept = done.stdout.splitlines()
    assert Path(said).parent == home
    assert Path(kept).is_relative_to(said)
    assert any(Path(said).rglob("*.nbi"))
