"""What is copied reaches the clipboard at the other end: through the terminal, tmux and GNU screen."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from cockpit.screens import terminal

TEXT = "Robert Hale must prove: die Übergabe\n" * 40
CODE = f"\x1b]52;c;{base64.b64encode(TEXT.encode()).decode()}\x07"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)


def test_a_terminal_gets_the_code_as_it_is() -> None:
    assert terminal.clipboard_codes(TEXT) == CODE


@pytest.mark.parametrize("name", ["TERM", "TMUX"])
def test_tmux_gets_it_once_for_itself_and_once_to_hand_on(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "tmux-256color")
    own, _, handed_on = terminal.clipboard_codes(TEXT).partition("\x1bPtmux;")
    assert own == CODE
    assert handed_on.endswith("\x1b\\")
    assert handed_on[:-2].replace("\x1b\x1b", "\x1b") == CODE


def test_screen_gets_it_in_strings_that_it_hands_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STY", "1.pts-0.server")
    strings = terminal.clipboard_codes(TEXT).split("\x1b\\")
    assert strings.pop() == ""
    assert all(string.startswith("\x1bP") and len(string) <= 256 for string in strings)
    assert "".join(string.removeprefix("\x1bP") for string in strings) == CODE


def test_of_a_long_text_whole_lines_are_copied() -> None:
    assert terminal.whole_lines(TEXT) == TEXT
    long = "".join(f"line {number} é\n" for number in range(20_000))
    part = terminal.whole_lines(long)
    assert long.startswith(f"{part}\n")
    assert terminal.LONGEST - 20 < len(part.encode()) <= terminal.LONGEST
    assert len(base64.b64encode(part.encode())) <= 100_000
    one = terminal.whole_lines("é" * terminal.LONGEST)
    assert len(one.encode()) == terminal.LONGEST


@pytest.mark.parametrize(("fails", "calls"), [("no", ["-w -"]), ('[ "$2" = -w ]', ["-w -", "-"]), ("true", None)])
def test_an_old_tmux_gets_its_buffer_without_the_clipboard(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fails: str, calls: list[str] | None
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n{fails} && exit 1\ncat > {tmp_path}/got\n')
    tmux.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert terminal.copy_to_tmux(TEXT) is (calls is not None)
    if calls is not None:
        assert (tmp_path / "calls").read_text().splitlines() == [f"load-buffer {call}" for call in calls]
        assert (tmp_path / "got").read_text() == TEXT
