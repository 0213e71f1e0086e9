"""What goes over the line, counted at the other end of it: a budget that SSH over a bad network can keep."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from pty_help import OURS, Line
from whole_help import SAMPLES

pytestmark = pytest.mark.slow
Open = Callable[..., Line]
COCKPIT = (sys.executable, "-m", "cockpit")
STEPS = 8
MOUSE = b"\x1b[?1000h"
PORTFOLIOS = SAMPLES.parent / "benchmarks" / "portfolios.py"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio whose lists are longer than a screen."""
    folder = tmp_path_factory.mktemp("large") / "portfolio"
    subprocess.run([sys.executable, PORTFOLIOS, folder, "1000"], check=True, capture_output=True)
    return folder


def opened(app: Line, screen: str) -> None:
    """Open a screen by its number, and let it say all that it has to say, also on a machine that is busy."""
    app.key(screen)
    app.until(f"▸{screen} ")
    app.quiet()


def test_the_first_screen_fits_its_budget_and_then_nothing_is_sent(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample)
    app.until("Robert Hale")
    app.quiet(1.5)  # also who sits here, and how far reports are behind
    assert len(app.sent) <= 80_000
    assert len(app.sent) <= 25_000, "it was 12 KB"
    assert MOUSE in app.sent
    assert b"\x1b[?1003h" not in app.sent, "moves of the mouse are no messages"
    assert app.quiet(3.0) == b"", "idle is silent"
    rest = OURS.sub(b"", app.sent).decode()
    assert rest.isprintable(), "nothing is sent but text, colours and places"


def test_steps_of_the_cursor_fit_their_budget_on_every_screen(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample)
    app.until("Robert Hale")
    app.quiet(1.5)
    for screen in "123456789":
        opened(app, screen)
        sent = app.key("j" * STEPS + "k" * STEPS)  # with the details of the row where it rests
        assert len(sent) <= 2 * STEPS * 1_000, f"{len(sent)} bytes for {2 * STEPS} steps on screen {screen}"
        assert len(app.key("j")) <= 4_000, "a step and all details that follow it"


def test_pages_fit_their_budget_and_a_step_over_the_edge_is_a_page_at_most(line: Open, large: Path) -> None:
    app = line(*COCKPIT, large)
    app.until("exception")
    app.quiet(1.5)
    for screen in "156":
        opened(app, screen)
        for key in ("\x1b[6~", "\x1b[6~", "\x1b[5~", "G", "g"):
            assert len(app.key(key)) <= 20_000
    opened(app, "1")
    assert len(app.key("j" * 60)) <= 60 * 1_000, "some of these steps scroll"


TICKETS = 15_000
"""Fewer than what the fast kernel is loaded for, which is told on the screen meanwhile."""


def tickets(folder: Path, changed: Collection[int] = ()) -> None:
    """Write tickets that serve no objective, the largest first; those that `changed` have another title."""
    titles = ("changed" if number in changed else "ticket" for number in range(TICKETS))
    rows = (f"T-{n},ticket,LOOSE,{title} {n},todo,{2 * TICKETS - n}" for n, title in enumerate(titles))
    written = folder / "work_items.csv.part"
    written.write_text("\n".join(["id,kind,project,title,status,effort", *rows]) + "\n", encoding="utf-8")
    written.replace(folder / "work_items.csv")


def test_of_fifty_rows_that_change_among_very_many_only_those_in_view_are_sent(line: Open, tmp_path: Path) -> None:
    charter = '[portfolio]\nid = "large"\ntitle = "Large"\ntoday = 2025-06-02\n'
    (tmp_path / "portfolio.toml").write_text(charter, encoding="utf-8")
    (tmp_path / "objectives.csv").write_text("id,title,owner,target_date\nO,Goal,lead,2025-12-01\n", encoding="utf-8")
    tickets(tmp_path)
    app = line(*COCKPIT, tmp_path)
    app.until("serve no objective", 60)
    app.key("7")
    app.until(f"{TICKETS:,} of {TICKETS:,}", 60)
    app.key("bbb")  # by team, by epic, one by one
    app.until("ticket 30")
    app.quiet(2.0)
    before = len(app.sent)
    tickets(tmp_path, {20, 30, *range(10_000, 10_048)})
    shown = app.until("changed 30", 60)
    app.quiet(2.0)
    assert "changed 20" in shown and "ticket 21" in shown
    sent = app.sent[before:]
    assert len(sent) <= 400, f"{len(sent)} bytes for two rows in view"
    assert b"10000" not in sent


def test_what_stands_after_many_keys_is_what_a_fresh_picture_shows(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample)
    app.until("Robert Hale")
    app.quiet(1.5)
    for keys in ("jj", "5j", "\r", "\x1b", "/lucy", "\x1b", "6jjj", "?", "j", "q", "4\x1b[6~", "8", "h", "\x1b", ":so"):
        app.key(keys)
        shown = app.text
        app.key("\x0c")  # everything anew
        assert app.text == shown, f"after {keys!r}"
    app.key("\x1b")
    for columns, rows in ((80, 24), (300, 80), (160, 50)):
        app.resize(columns, rows)
        app.quiet()
        shown = app.text
        app.key("\x0c")
        assert app.text == shown
        assert "Core banking to the cloud" in shown


def test_after_an_editor_everything_is_there_again(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample, EDITOR="true")
    app.until("Robert Hale")
    app.quiet(1.5)
    shown = app.text
    before = len(app.sent)
    app.key("o")
    app.until(lambda _: app.sent.count(b"\x1b[?1049", before) == 2)  # the terminal was the editor's for a moment
    app.until(shown.splitlines()[0])
    app.quiet(1.0)
    assert app.text == shown


def test_a_window_that_is_too_small_says_so_and_takes_no_key_but_the_one_that_quits(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample, columns=80, rows=24, COLUMNS="80", LINES="24")  # as some shells export them
    app.until("Robert Hale")
    app.quiet()
    app.resize(59, 24)
    app.until("Cockpit needs 60 × 16 cells; here are 59 × 24. q quits.")
    app.key("5s")
    app.resize(80, 24)
    app.until("Robert Hale must prove")
    assert "▸1 Exceptions" in app.text
    app.resize(20, 5)
    app.until("Cockpit needs")
    app.key("q")
    assert app.ended() == 0


def test_a_dumb_terminal_gets_the_brief(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample, TERM="dumb")
    assert app.ended(60.0) == 1
    assert b"\x1b" not in app.sent
    assert b"Robert Hale" in app.sent


@pytest.mark.parametrize("term", ["xterm", "screen-256color", "tmux-256color", "linux", "vt100"])
def test_terminals_get_what_they_understand(line: Open, sample: Path, term: str) -> None:
    app = line(*COCKPIT, sample, columns=80, rows=24, TERM=term, COLORTERM="")
    app.until("Robert Hale must prove")
    app.key("6")
    app.until("watermelon")
    app.key("5")
    app.key("s")
    app.until("Back, sign nothing")
    assert re.search(r"Sign +Back, sign nothing", app.text), "buttons of one line have room for their names"
    assert not re.search(rb"[34]8;2;", app.sent), "no colours by their parts"
    assert (b"38;5;" in app.sent) is term.endswith("256color")
    simple = term in {"linux", "vt100"}
    assert (b"$p" in app.sent) is not simple and (b"\x1b[>" in app.sent) is not simple
    if term.startswith(("screen", "vt")):
        assert not re.search(rb"\x1b\[\d+X", app.sent), "what it erases has no colour"


def test_screen_is_not_sent_what_its_own_terminal_understands(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample, TERM="screen-256color", COLORTERM="truecolor", STY="1.pts-0.server")
    app.until("Robert Hale must prove")
    assert not re.search(rb"[34]8;2;", app.sent)


def test_without_colours_nothing_is_coloured(line: Open, sample: Path) -> None:
    app = line(*COCKPIT, sample, NO_COLOR="1")
    app.until("Robert Hale must prove")
    app.key("6jj5j")
    app.quiet()
    app.key("s")
    app.until("Back, sign nothing")
    app.key("\t\t\t\t")
    (y,) = (y for y, text in enumerate(app.screen.display) if "Back, sign nothing" in text)
    x = app.screen.display[y].index("Back, sign nothing")
    assert app.screen.buffer[y][x].reverse, "what has the focus is told without colour"
    codes = {code for found in re.findall(rb"\x1b\[([0-9;]*)m", app.sent) for code in found.split(b";")}
    assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"22", b"23", b"24", b"27"}, "attributes, there and back"
    assert b"7" in codes, "the row under the cursor is told without colour"


def test_the_mouse_is_left_to_the_terminal_where_that_is_asked_for(line: Open, sample: Path, tmp_path: Path) -> None:
    app = line(*COCKPIT, sample, "--no-mouse")
    app.until("Robert Hale")
    assert MOUSE not in app.sent
    app.close()
    config = tmp_path / "config" / "cockpit"
    config.mkdir(parents=True)
    (config / "config.toml").write_text("mouse = false\n")
    app = line(*COCKPIT, sample, XDG_CONFIG_HOME=str(config.parent))
    app.until("Robert Hale")
    assert MOUSE not in app.sent
