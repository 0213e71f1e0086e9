"""`docs/service.md`: its unit is one, its object is what a command gets, and what it says of defaults is so."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cockpit.charter.charter import load
from cockpit.charter.notify import NotifySettings
from cockpit.cli import cli
from cockpit.notices import postman, sending
from cockpit.notices.records import Kind, Told

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())

sys.path[:0] = [str(ROOT / "tests" / "notices"), str(ROOT / "tests" / "session")]


def block(kind: str) -> str:
    found = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.S)
    assert found
    return str(found[0])


def test_the_unit_is_one_and_starts_what_there_is(tmp_path: Path) -> None:
    text = block("ini")
    unit = configparser.RawConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(text)
    assert unit["Service"]["Type"] == "notify"
    assert unit["Service"]["KillMode"] == "mixed"
    assert int(unit["Service"]["TimeoutStopSec"]) > postman.GRACE
    program, command, _, option = unit["Service"]["ExecStart"].split()
    assert option in {o for parameter in cli.commands[command].params for o in parameter.opts}
    if shutil.which("systemd-analyze"):
        path = tmp_path / "cockpit.service"
        path.write_text(text.replace(program, sys.executable).replace("User=robot\nGroup=leads\n", ""))
        done = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)
        said = [line for line in done.stderr.splitlines() if path.name in line]
        assert said == [], done.stderr


def test_the_charter_of_the_page_loads(tmp_path: Path) -> None:
    (tmp_path / "portfolio.toml").write_text('[portfolio]\nid = "p"\ntitle = "P"\n' + block("toml"), encoding="utf-8")
    assert "${COCKPIT_SMTP}" in load(tmp_path).notify.channels[0]
    tomllib.loads(block("toml"))


def test_a_command_gets_the_object_of_the_page() -> None:
    from notices_help import breach, message

    shown, true = json.loads(block("json")), json.loads(message(breach("dependency:D-1")).data)
    assert list(shown) == list(true)
    assert list(shown["breaches"][0]) == list(true["breaches"][0])
    told = [each.value for each in Told]
    assert f"`event` is `{told[0]}`, `{told[1]}`, `{told[2]}` (a decision) or `{told[3]}`" in FLAT
    assert f"`kind` is `{Kind.BREACH}` (one root cause), `{Kind.DIGEST}` or `{Kind.TEST}`" in FLAT


@pytest.mark.parametrize(
    "said",
    [
        f"`at_once` ({NotifySettings().at_once})",
        f"`digest_at` ({NotifySettings().digest_at})",
        f"`escalate_days` ({NotifySettings().escalate_days})",
        f"A channel has {sending.TIMEOUT:g} seconds to take a message",
        f"tried again after {postman.FIRST:g} seconds, then after twice as long each time, up to an hour",
    ],
)
def test_the_numbers_of_the_page_are_those_of_the_code(said: str) -> None:
    assert said in FLAT
    assert postman.LONGEST == 3600
    assert postman.GRACE == 10
