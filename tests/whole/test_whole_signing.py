"""Signing in a real terminal: with the agent, with a key file that has a passphrase, and when things go wrong."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from whole_help import COCKPIT, Terminal, tool

pytestmark = pytest.mark.slow
Open = Callable[..., Terminal]

PRIYA = {"USER": "priya.raman", "LOGNAME": "priya.raman", "SSH_AUTH_SOCK": ""}
"""Whose objective is O2, and who sits there by their name."""


@pytest.fixture
def locked(keys: Path) -> Path:
    """Priya's key with a passphrase, and without its public half beside it."""
    key = keys / "priya.raman"
    subprocess.run(
        [tool("ssh-keygen"), "-q", "-p", "-N", "open sesame", "-f", str(key)], check=True, stdout=subprocess.DEVNULL
    )
    key.with_name("priya.raman.pub").unlink()
    return key


def plain(screen: str) -> str:
    """What a screen says, without frames and line ends."""
    return " ".join(re.sub(r"[│▌╭╮╰╯─]", " ", screen).split())


def agent_at(socket: str) -> int:
    """The id of the agent that listens there."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if command[0].endswith(b"ssh-agent") and socket.encode() in command:
            return int(path.parent.name)
    raise AssertionError(f"no agent listens at {socket}")


def statements(sample: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "cockpit", "verify", str(sample)], capture_output=True, text=True, check=False
    ).stdout


def test_all_of_mine_are_signed_with_one_review_and_what_can_not_be_says_why(
    terminal: Open, sample: Path, keys: Path, agent: Callable[[Path], str]
) -> None:
    window = terminal(f"{COCKPIT} {sample}", SSH_AUTH_SOCK=agent(keys / "priya.raman"))
    window.until("Robert Hale")
    window.keys("5")
    window.until("3 wait for you")
    window.keys("*", "s")
    shown = plain(window.until("Sign 1 as Priya Raman"))
    assert "I, Priya Raman (priya.raman), confirm the mapping of all work whose “project” is “PLAT”" in shown
    window.keys("Enter")
    window.until("This is the end of it: enter signs")
    window.type("\r")
    shown = plain(window.until("1 of 3 signed"))
    assert "✓ signed: 19 work items serve Legacy data centre closed" in shown
    assert "✗ not signed: Penetration test: finish — it would settle nothing" in shown
    window.keys("Escape")
    window.until("2 rows marked")
    assert "mapping:project=PLAT" in statements(sample)


def test_a_passphrase_is_typed_once_for_several_and_what_was_mapped_is_taken_back(
    terminal: Open, sample: Path, locked: Path
) -> None:
    window = terminal(f"{COCKPIT} {sample}", **PRIYA)
    window.until("Robert Hale")
    window.keys("7", "b", "b", "b", "Space", "Space")
    window.until("2 rows marked")
    window.keys("m")
    window.until("Legacy data centre closed  O2")
    window.keys("Enter")
    window.until("No ssh-agent answers")
    window.keys("BTab")
    window.type(str(locked))
    window.keys("Enter")
    shown = plain(window.until("Sign 2 as Priya Raman"))
    assert "the mapping of “GUILD-1” and every ticket below it to the objective “Legacy data centre closed”" in shown
    window.keys("Enter")
    window.until("This is the end of it: enter signs")
    window.type("\r")
    window.until("Enter passphrase for")
    window.type("wrong\r")
    window.until("Bad passphrase, try again")
    window.type("open sesame\r")
    window.until("2 of 2 signed")
    window.keys("Escape")
    window.until("34 of 159 (21%) serve nothing, 2 by signature")
    window.keys("b")
    window.until("GUILD-2 and all below it")
    window.keys("m")
    window.until("agree to withdraw the mapping of")
    window.type("\r")
    window.until("Enter passphrase:")
    window.type("open sesame\r")
    window.until("1 of 1 signed")
    window.keys("Escape")
    window.until("35 of 159 (22%) serve nothing, 1 by signature")
    assert "open sesame" not in window.screen()


def test_ctrl_c_and_three_wrong_passphrases_sign_nothing_and_the_terminal_is_as_it_was(
    terminal: Open, sample: Path, locked: Path
) -> None:
    window = terminal("bash --norc", **PRIYA)
    window.type(f"{COCKPIT} {sample}\n")
    window.until("Robert Hale")
    window.keys("5", "s")
    window.until("No ssh-agent answers")
    window.keys("Tab")
    window.type(str(locked))
    window.keys("Enter")
    window.until("Sign as Priya Raman")
    window.type("\r")
    window.until("Enter passphrase:")
    window.keys("C-c")
    window.until("You gave up: it was not signed.")
    window.type("\r")
    for left in ("2 tries left", "1 try left"):
        window.until(lambda text: text.rstrip().endswith("Enter passphrase:"))
        window.type("wrong\r")
        window.until(left)
    window.until(lambda text: text.rstrip().endswith("Enter passphrase:"))
    window.type("wrong\r")
    window.until("The passphrase was not right 3 times")
    window.keys("Escape", "q", "q")
    window.type("echo still $((40 + 2)) here\n")
    shown = window.until("still 42 here")
    assert "echo still $((40 + 2)) here" in shown, "what is typed is seen again"
    assert "mapping:project=PLAT" not in statements(sample)


def test_an_agent_that_is_killed_before_it_signs_is_a_sentence(
    terminal: Open, sample: Path, keys: Path, agent: Callable[[Path], str]
) -> None:
    socket = agent(keys / "priya.raman")
    window = terminal(f"{COCKPIT} {sample}", SSH_AUTH_SOCK=socket)
    window.until("Robert Hale")
    window.keys("5", "s")
    window.until("Sign as Priya Raman")
    window.keys("Enter")
    os.kill(agent_at(socket), signal.SIGKILL)
    window.type("\r")
    # It is killed before it is asked, or while it is.
    window.until(lambda text: "The agent did not sign" in text or "No ssh-agent answers" in text)
    assert "mapping:project=PLAT" not in statements(sample)
    window.keys("Escape", "1")
    window.until("Robert Hale must")
