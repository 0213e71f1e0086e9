"""What completes a command line: asked directly, and by the tab key in real shells."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_help import run
from click.testing import CliRunner
from live_portfolio import TABLES
from shells_help import Terminal

from cockpit.cli import cli
from cockpit.commands.completing import PROGRAM, VARIABLE
from cockpit.commands.shells import register

BREAKS = "\"'@><=;|&(:"
LOAD = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(cockpit completion bash)"; echo rea""dy\n'),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -Uz compinit; compinit -D; eval "$(cockpit completion zsh)"; echo rea""dy\n',
    ),
    "fish": (["fish", "--no-config", "-i"], 'cockpit completion fish | source; echo rea""dy\n'),
}


def offered(folder: Path, line: str, breaks: str = BREAKS) -> list[str]:
    """What Bash is offered at the end of a line, in the folder beside the portfolio."""
    asked = {VARIABLE: "bash_complete", "COMP_LINE": line, "COMP_BREAKS": breaks}
    register()
    with contextlib.chdir(folder.parent):
        told = CliRunner().invoke(cli, [], env=asked, prog_name=PROGRAM, complete_var=VARIABLE)
    assert (told.exit_code, told.stderr) == (0, ""), told
    return told.stdout.split()


@pytest.fixture
def known(folder: Path) -> Path:
    """The small portfolio, read once: then its store knows what it holds."""
    run("check", folder)
    return folder


def test_commands_options_and_what_they_may_say(known: Path) -> None:
    assert offered(known, "cockpit che") == ["plain,check"]
    assert "plain,--markdown" in offered(known, "cockpit brief portfolio --")
    assert offered(known, "cockpit check portfolio --fail-on o") == ["plain,off-track"]
    assert offered(known, "cockpit ledger f") == ["plain,forget"]
    assert offered(known, "cockpit sign portfolio D-1 prom") == ["plain,promised"]
    assert offered(known, "cockpit export portfolio --table po") == ["plain,policy"]


def test_folders_and_files_are_left_to_the_shell(known: Path) -> None:
    assert offered(known, "cockpit portf") == ["dir,portf"], "what begins no command may be a folder"
    assert offered(known, "cockpit check por") == ["dir,por"]
    assert offered(known, "cockpit schedule pl") == ["file,pl"]
    assert offered(known, "cockpit join none ") == [], "no portfolio"


def test_what_the_portfolio_holds(known: Path) -> None:
    assert offered(known, "cockpit sign portfolio D") == ["plain,D-1"]
    assert offered(known, "cockpit ask portfolio D-1 promised --signer ve") == ["plain,vera"]
    assert offered(known, "cockpit transfer portfolio proj", "") == ["plain,project:P1"]
    assert offered(known, "cockpit sign portfolio milestone:P", "") == ["plain,milestone:P1:finish"]
    assert offered(known, "cockpit check portfolio --as-of 2025-03") == ["plain,2025-03-31"]
    first = json.loads(run("check", known, "--json").stdout)["breaches"][0]
    assert f"plain,{first['id']}" in offered(known, "cockpit acknowledge portfolio ")


def test_bash_gets_of_a_word_with_a_colon_what_it_takes_for_the_last_word(known: Path) -> None:
    assert offered(known, "cockpit sign portfolio dependency:") == ["plain,D-1"]
    assert offered(known, "cockpit sign portfolio dependency:", breaks=" ") == ["plain,dependency:D-1"]
    assert offered(known, "cockpit sign portfolio 'dependency:") == ["plain,dependency:D-1"]


def test_an_id_that_a_shell_would_run_is_not_offered(folder: Path) -> None:
    ids = ("D-$(touch owned)", "D-`touch owned`", "D-2;ls", "D 3", "--yes")
    evil = "".join(f"{id_},Evil,vendor,integration,vera,ivo,I-2,2025-04-07,x\n" for id_ in ids)
    (folder / "dependencies.csv").write_text(TABLES["dependencies.csv"] + evil)
    assert "6 opened" in run("import", folder).stdout
    assert offered(folder, "cockpit sign portfolio D") == ["plain,D-1"]
    assert "plain,--yes" not in offered(folder, "cockpit sign portfolio ")


def test_what_cannot_be_looked_up_is_not_offered_and_nothing_is_made(folder: Path) -> None:
    assert offered(folder, "cockpit sign portfolio ") == []
    assert not list(folder.glob("portfolio.db*"))
    (folder / "portfolio.db").write_bytes(b"no store at all")
    (folder / "portfolio.toml").write_text("[[people", encoding="utf-8")
    for line in ("sign portfolio ", "acknowledge portfolio ", "check portfolio --as-of ", "join portfolio "):
        assert offered(folder, f"cockpit {line}") == []
    assert (folder / "portfolio.db").read_bytes() == b"no store at all"


def test_no_store_is_opened_to_be_written(known: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in known.glob("portfolio.db*")}
    offered(known, "cockpit sign portfolio ")
    assert {path: path.stat().st_mtime_ns for path in known.glob("portfolio.db*")} == before


def test_the_press_of_a_key_loads_neither_what_judges_nor_what_shows(known: Path) -> None:
    code = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    code += "from cockpit.cli import main; main()"
    for line, more in (("cockpit che", ()), ("cockpit sign portfolio D", ("cockpit.store",))):
        asked = {VARIABLE: "bash_complete", "COMP_LINE": line, "COMP_BREAKS": BREAKS}
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | asked, cwd=known.parent, capture_output=True, text=True
        )
        modules = set(done.stderr.split())
        assert done.stdout.startswith("plain,") and modules.issuperset(more)
        heavy = {
            "sqlite_utils",
            "textual",
            "pydantic",
            "networkx",
            "asyncio",
            "cryptography",
            "cockpit.session.live",
            "cockpit.engine",
        }
        assert not heavy & modules
        assert more or not {"sqlite3", "cockpit.store", "cockpit.outlets"} & modules


def test_a_shell_that_is_unknown_is_refused() -> None:
    refused = run("completion", "csh")
    assert refused.exit_code == 2 and "bash" in refused.stderr


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, known: Path) -> Iterator[Terminal]:
    name = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    command, load = LOAD[name]
    terminal = Terminal(command, known.parent)
    terminal.type(load)
    terminal.until("ready")
    yield terminal
    terminal.close()


@pytest.mark.slow
def test_the_tab_key_in_real_shells(shell: Terminal) -> None:
    for typed, completed in (
        ("bri", "brief"),
        ("brief port", "portfolio"),
        ("brief portfolio --mark", "--markdown"),
        ("sign portfolio D", "D-1"),
        ("sign portfolio dependency:", "dependency:D-1"),
        ("ask portfolio D-1 promised --signer v", "vera"),
    ):
        # The line begins anew; the shell draws what it completes in pieces.
        shell.type(f"\x15cockpit {typed}\t")
        shell.until(completed[len(typed.split()[-1]) :] if typed.split()[-1] in completed else completed)


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["zsh", "fish"], indirect=True)
def test_shells_that_tell_what_a_command_does_tell_it_whole(shell: Terminal) -> None:
    shell.type("\x15cockpit re\t\t")
    shell.until("Revoke a key: yours, or as a steward another's.")
