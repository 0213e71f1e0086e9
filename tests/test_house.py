"""The house: what the README promises of CI, and arrows that only a process of its own can prove."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_ci_calls_exactly_the_readmes_test_command() -> None:
    commands = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert len(commands) == 2, "two commands, each one line"
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "cockpit sample_portfolios/core-banking" in commands[0]


def test_every_dependency_is_justified() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for line in project["dependencies"]:
        name = re.match(r"[\w-]+", line)
        assert name is not None and f"| {name[0]} " in text, line
        assert re.search(r">=|==", line), f"{line} has no lower bound"
    assert any(line.startswith("textual==") for line in project["dependencies"])


@pytest.mark.parametrize("command", [["check", "--json"], ["brief"], ["replay"], ["verify"], ["rules"]])
def test_no_command_but_the_app_loads_textual_and_none_of_them_what_sends(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "portfolio.toml").write_text('[portfolio]\nid = "p"\ntitle = "P"\n', encoding="utf-8")
    folder = [] if command == ["rules"] else [str(tmp_path)]
    code = (
        "import sys\nfrom cockpit.cli import main\n"
        f"sys.argv = ['cockpit', {command[0]!r}, *{folder!r}, *{command[1:]!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.exit('textual' in sys.modules or 'apprise' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
