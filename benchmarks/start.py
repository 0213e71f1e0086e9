"""How soon the app is there: `python benchmarks/start.py`.

Each start is a process of its own in a pseudo-terminal of 80 by 24 cells, and the clock runs from its exec until all
lines were painted: of an empty Textual app, and of `cockpit FOLDER`, in turn, so that both see the same machine. Beside
it stands when the first true screen was there (its header names the day), and what `cockpit --help` takes.
Medians, as times and as ratios.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from fcntl import ioctl
from pathlib import Path
from statistics import median
from termios import TIOCSWINSZ

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_portfolios" / "core-banking"
LINES, CELLS = 24, 80
LAST_LINE, OUR_LAST_LINE = f"\x1b[{LINES};1H".encode(), f"\x1b[{LINES}H".encode()
"""Where a full paint ends, of Textual and of the app."""
COUNTED = b" exception"
"""What the header says as soon as it knows anything."""
EMPTY = "from textual.app import App; App().run()"
PATIENCE = 60.0


def started(command: list[str], *marks: bytes, looked: float = 0.0) -> list[float]:
    """Return the seconds from exec until each of these has come out of the terminal; then end the process. `looked`: it
    may go on for so many seconds first, and ends by itself: only then is what is shown remembered for the next time."""
    process, terminal = pty.fork()
    if process == 0:
        ioctl(0, TIOCSWINSZ, struct.pack("HHHH", LINES, CELLS, 0, 0))
        os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
    begun = time.perf_counter()
    seen, found = b"", list[float]()
    while len(found) < len(marks) and time.perf_counter() - begun < PATIENCE:
        if select.select([terminal], [], [], 1.0)[0]:
            try:
                seen += os.read(terminal, 1 << 16)
            except OSError:  # it has ended
                break
            while len(found) < len(marks) and marks[len(found)] in seen:
                found.append(time.perf_counter() - begun)
    until = time.perf_counter() + looked
    while (left := until - time.perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 1 << 16)
    os.kill(process, signal.SIGTERM if looked else signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(terminal)
    if len(found) < len(marks):
        raise SystemExit(f"{' '.join(command)} did not paint {len(found)} {seen[-300:]!r}")
    return found


def helped() -> float:
    """Return the seconds that `cockpit --help` takes as a process."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "cockpit", "--help"], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - begun


def main() -> None:
    """Measure, and print a line for each figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", type=Path, default=SAMPLE)
    options.add_argument("--looked", type=float, default=5.0, help="seconds for which it is looked at first")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / given.folder.name
        shutil.copytree(given.folder, folder)
        app = [sys.executable, "-m", "cockpit", str(folder)]
        os.chdir(ROOT)
        # Reads the files, and writes bytecode.
        first = started(app, OUR_LAST_LINE, COUNTED, looked=given.looked)
        started([sys.executable, "-c", EMPTY], LAST_LINE)
        rounds = [
            (started([sys.executable, "-c", EMPTY], LAST_LINE)[0], *started(app, OUR_LAST_LINE, COUNTED), helped())
            for _ in range(given.rounds)
        ]
    empty, frame, true, helping = (median(column) for column in zip(*rounds, strict=True))
    print(f"{folder.name}, medians of {given.rounds}, load {os.getloadavg()[0]:.1f}")
    print(f"first frame of an empty Textual app   {empty:6.3f} s")
    print(f"first frame of cockpit                {frame:6.3f} s   ratio {frame / empty:.2f}")
    print(f"first true screen, files unchanged    {true:6.3f} s   ratio {true / empty:.2f}")
    print(f"first true screen, nothing read yet   {first[1]:6.3f} s")
    print(f"cockpit --help                        {helping:6.3f} s")


if __name__ == "__main__":
    main()
