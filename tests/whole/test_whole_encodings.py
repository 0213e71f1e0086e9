"""Terminals without UTF-8, or whose locale does not say: what they answer counts, and what they get can be read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pty_help import Line

pytestmark = pytest.mark.slow
Open = Callable[..., Line]
COCKPIT = (sys.executable, "-m", "cockpit")
ASKED = b"\x1b[6n"
SENTENCE = "This terminal does not take UTF-8"


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No locale at all, as cron and some logins have it."""
    for name in ("LANG", "LC_ALL", "LC_CTYPE", "PYTHONUTF8"):
        monkeypatch.delenv(name, raising=False)


def answering(app: Line, cells: int) -> Line:
    """Answer as a terminal does on which the letter took so many cells."""
    app.sends(ASKED)
    os.write(app.end, f"\x1b[1;{cells + 1}R".encode())
    return app


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("locale", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {}])
def test_without_a_locale_a_terminal_that_takes_utf8_gets_the_app(
    line: Open, sample: Path, locale: dict[str, str]
) -> None:
    app = answering(line(*COCKPIT, sample, **locale), 1)
    assert "▲" in app.until("Robert Hale must prove")
    assert SENTENCE not in app.text


@pytest.mark.usefixtures("nowhere")
def test_without_a_locale_a_terminal_that_takes_none_gets_the_brief_in_signs_that_it_has(
    line: Open, sample: Path
) -> None:
    app = answering(line(*COCKPIT, sample, LANG="C"), 2)
    assert app.ended(60.0) == 1
    printed = app.sent.partition(ASKED)[2]
    assert b"\\u" not in printed and b"\x1b[?1049h" not in printed
    said = re.sub(r"\s+", " ", printed.decode("latin-1"))
    assert "Robert Hale must act" in said and "leverage >= 29 d" in said
    assert f"{SENTENCE}, or its locale says so: here is the brief." in said


@pytest.mark.usefixtures("nowhere")
def test_a_terminal_that_answers_late_or_never_gets_the_app_and_its_answer_is_no_key(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample, LANG="C")
    app.until("Robert Hale must prove")
    app.quiet(1.5)
    shown = app.text
    os.write(app.end, b"\x1b[1;")
    app.quiet(0.3)
    os.write(app.end, b"2R\x1b[?2026;2$y\x1b[?62;22c\x1b]11;rgb:0000/0000/0000\x1b\\")
    app.quiet()
    assert app.text == shown
    app.key("q")
    assert app.ended() == 0


@pytest.mark.usefixtures("nowhere")
def test_an_encoding_that_is_named_is_not_believed_where_the_terminal_shows_otherwise(line: Open, sample: Path) -> None:
    latin = {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "iso8859-1"}
    assert "▲" in answering(line(*COCKPIT, sample, **latin), 1).until("Robert Hale must prove")
    app = answering(line(*COCKPIT, sample, **latin), 2)
    assert app.ended(60.0) == 1
    assert b"\x1b[?1049h" not in app.sent
    assert "leverage >= 29 d" in re.sub(r"\s+", " ", app.sent.decode("latin-1"))


def test_a_terminal_with_a_locale_is_not_asked(line: Open, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    app = line(*COCKPIT, sample, LANG="C.UTF-8", LC_CTYPE="C.UTF-8")
    app.until("Robert Hale must prove")
    assert ASKED not in app.sent
