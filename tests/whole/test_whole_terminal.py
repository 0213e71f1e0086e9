"""A lead at seven in the morning: the app in tmux, on the sample, with a real agent and a file that changes."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from whole_help import COCKPIT, Terminal

pytestmark = pytest.mark.slow
Open = Callable[..., Terminal]


def fits(screen: str, columns: int, rows: int) -> bool:
    lines = screen.splitlines()
    return len(lines) <= rows and all(len(line) <= columns for line in lines)


def test_the_first_screen_says_who_must_act_on_what_at_what_cost(terminal: Open, sample: Path) -> None:
    shown = terminal(f"{COCKPIT} {sample}").until("Robert Hale must")
    assert fits(shown, 80, 24)
    head = "\n".join(shown.splitlines()[:7])
    assert "API documentation" in head
    assert "29d" in head and "$736k" in head and "$26k" in head
    assert "clears when" in head and "2025-10-03" in head


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 50)])
def test_every_screen_opens_by_its_number_and_fits(terminal: Open, sample: Path, columns: int, rows: int) -> None:
    window = terminal(f"{COCKPIT} {sample}", columns, rows)
    window.until("Robert Hale")
    tells = {
        "2": "execution",
        "3": "readings",
        "4": "driving chain",
        "5": "waits for",
        "6": "watermelon",
        "7": "tickets",
        "8": "verdict",
        "9": "read (UTC)" if columns > 100 else "refused",
        "1": "who must act",
    }
    for key, text in tells.items():
        window.keys(key)
        assert fits(window.until(text), columns, rows)


def test_filter_drill_down_and_back(terminal: Open, sample: Path) -> None:
    window = terminal(f"{COCKPIT} {sample}")
    window.until("Robert Hale")
    window.keys("6", "/")
    window.type("acceptance")
    shown = window.until(lambda text: "User acceptance" in text and "Performance test" not in text)
    assert "acceptance" in shown
    window.keys("Enter", "Enter")
    assert "Legacy interface analysis" in window.until("186 days behind")
    window.keys("Space")
    window.until("the root is project Legacy interface")
    window.keys("Space")
    window.until("tracker.xlsx")
    window.keys("Escape")
    window.until("watermelon")


def test_the_days_can_be_walked_back_and_forth(terminal: Open, sample: Path) -> None:
    window = terminal(f"{COCKPIT} {sample}")
    window.until("Robert Hale")
    window.keys("[")
    window.until("2025-09-30")
    window.keys("[")
    window.until("2025-08-31")
    window.keys("]", "]")
    window.until("2025-10-03")


def test_an_owner_signs_with_the_ssh_agent(
    terminal: Open, sample: Path, keys: Path, agent: Callable[[Path], str]
) -> None:
    window = terminal(f"{COCKPIT} {sample}", SSH_AUTH_SOCK=agent(keys / "lucy.chen"))
    window.until("Robert Hale")
    window.keys("3")
    window.until(lambda text: any("Customers active" in line and "unsigned" in line for line in text.splitlines()))
    window.keys("5", "/")
    window.type("lucy")
    window.keys("Enter", "s")
    shown = " ".join(window.until("Sign as Lucy Chen").replace("▌", "").split())
    assert "I, Lucy Chen (lucy.chen), attest 64.4 on 2025-07-31" in shown
    window.keys("Enter", "Enter")
    window.until(lambda text: "Sign as" not in text)
    window.keys("Escape", "3")
    window.until(lambda text: any("Customers active" in line and " signed" in line for line in text.splitlines()))
    said = subprocess.run(
        [sys.executable, "-m", "cockpit", "verify", str(sample)], capture_output=True, text=True, check=False
    ).stdout
    assert "Lucy Chen" in said and "kpi:K-03" in said


def test_what_nobody_may_sign_here_is_refused_in_a_sentence(
    terminal: Open, sample: Path, keys: Path, agent: Callable[[Path], str]
) -> None:
    window = terminal(f"{COCKPIT} {sample}", SSH_AUTH_SOCK=agent(keys / "joan.pereira"))
    window.until("Robert Hale")
    window.keys("5", "/")
    window.type("lucy")
    window.keys("Enter", "s")
    shown = " ".join(window.until("may not sign").split())
    assert "Lucy Chen" in shown


def test_a_file_saved_in_another_pane_is_on_the_screen_without_a_key(terminal: Open, sample: Path) -> None:
    window = terminal(f"{COCKPIT} {sample}")
    window.until("$736k")
    path = sample / "2025-09-30" / "dependencies.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        if row["id"] == "D-014":
            row["title"] = "Documents of the old core"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(out.getvalue(), encoding="utf-8")
    temporary.replace(path)
    window.until("Documents of the old core")


def test_a_resize_in_the_middle_loses_nothing(terminal: Open, sample: Path) -> None:
    window = terminal(f"{COCKPIT} {sample}")
    window.until("Robert Hale")
    window.keys("6", "/")
    window.type("accept")
    window.until("/accept")
    for columns, rows in ((160, 50), (300, 80), (80, 24)):
        window.resize(columns, rows)
        assert fits(
            window.until(lambda text: "User acceptance" in text and "Performance test" not in text), columns, rows
        )
    window.type("ance")
    window.until("/acceptance")
    window.keys("Enter", "Enter")
    window.until("186 days behind")
    window.resize(40, 10)
    window.until("Cockpit needs")
    window.keys("Escape", "x")
    window.resize(160, 50)
    assert fits(window.until("186 days behind"), 160, 50), "no key was taken for what nobody could see"
    window.keys("Escape")
    window.until("/acceptance")


@pytest.mark.parametrize("term", ["tmux-256color", "screen-256color", "xterm"])
def test_what_is_copied_is_in_the_tmux_buffer(terminal: Open, sample: Path, tmp_path: Path, term: str) -> None:
    window = terminal(f"{COCKPIT} {sample}", TERM=term, TMUX=f"{tmp_path / 'tmux0'},1,0")
    window.until("Robert Hale")
    window.keys("c")
    window.until("Copied to the tmux buffer")
    buffer = window.tmux("show-buffer")
    assert "API documentation of the legacy core" in buffer and "Robert Hale must prove it" in buffer


def test_a_what_if_shows_every_objective_and_saves_nothing(terminal: Open, sample: Path) -> None:
    window = terminal(f"{COCKPIT} {sample}", 160, 50)
    window.until("Robert Hale")
    window.keys("4", "j", "w")
    window.until("WHAT-IF")
    window.keys("Escape", "1")
    assert "29d" in window.until("Robert Hale")


def test_quitting_leaves_the_terminal_as_it_was(terminal: Open, sample: Path) -> None:
    window = terminal(f"sh -c '{COCKPIT} {sample}; echo back in the shell; sleep 30'")
    window.until("Robert Hale")
    window.keys("q")
    assert "Robert Hale" not in window.until("back in the shell")
