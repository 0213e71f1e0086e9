"""The page `docs/getting-started.md` is followed to the letter: its commands, edits and promises, in their order.

Only three things are put in the reader's place: the files of the bank, everybody's SSH keys, and who sits at the
keyboard.
"""

from __future__ import annotations

import asyncio
import csv
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from cockpit.app import CockpitApp
from cockpit.session.live import Session

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
SAVED = datetime(2025, 3, 31, 16, 0).timestamp()  # noqa: DTZ001
SIGNERS = ("lea", "omar", "nina")

# -- what a bank has before it knows of Cockpit

HEADERS = (
    "Ref", "Project", "Workstream", "Lead", "Sponsor", "Objective", "RAG", "Start", "Baseline end", "Forecast end",
    "Budget", "Forecast cost", "Comment",
)  # fmt: skip
ROWS = (
    ("P-01", "Card gateway", "Payments", "Anna Berg", "Ruth Adler", "O1", "Green", date(2025, 1, 6),
     date(2025, 7, 31), date(2025, 7, 31), 400_000, 400_000, "on plan"),
    ("P-02", "Fraud screening", "Risk", "Omar Haddad", "Ruth Adler", "O1", "Green", date(2025, 1, 6),
     date(2025, 8, 29), date(2025, 8, 29), 250_000, 255_000, None),
    ("P-03", "Statement archive", "Operations", "Lea Moreau", "Ruth Adler", None, "Green", date(2025, 2, 3),
     date(2025, 11, 28), date(2025, 11, 28), 120_000, 120_000, None),
)  # fmt: skip


def write_tracker(path: Path) -> None:
    """A workbook as people keep it: real dates in the country's format, numbers with separators, a comment column."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("Tracker"), book.add_format({"num_format": "dd/mm/yyyy"})
        money, bold = book.add_format({"num_format": "#,##0"}), book.add_format({"bold": True})
        sheet.write_row(0, 0, HEADERS, bold)
        for number, row in enumerate(ROWS, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                elif isinstance(cell, int):
                    sheet.write_number(number, place, cell, money)
                elif cell is not None:
                    sheet.write_string(number, place, cell)


JIRA = (
    "Summary", "Issue key", "Issue id", "Issue Type", "Status", "Project key", "Project name", "Project type",
    "Project lead", "Priority", "Resolution", "Assignee", "Assignee Id", "Reporter", "Created", "Updated",
    "Last Viewed", "Resolved", "Due date", "Votes", "Labels", "Labels", "Description", "Watchers", "Original estimate",
    "Remaining Estimate", "Time Spent", "Inward issue link (Blocks)", "Outward issue link (Blocks)",
    "Outward issue link (Cloners)", "Custom field (Rank)", "Custom field (Story Points)", "Sprint", "Sprint", "Comment",
    "Comment", "Parent", "Parent key", "Status Category", "Status Category Changed",
)  # fmt: skip
TICKETS = (
    # key, title, assignee, days, blocked by, blocks
    ("PAY-1", "Map the gateway's messages", "Anna Berg", 15, "", "PAY-2"),
    ("PAY-2", "Switch cards over", "Anna Berg", 40, "PAY-1", ""),
    ("RISK-7", "Scoring interface", "Omar Haddad", 15, "", "PAY-2"),
    ("RISK-8", "Tune the rules", "Omar Haddad", 60, "RISK-7", ""),
    ("GUILD-4", "Renew the licences", "Lea Moreau", 5, "", ""),
)
STATES = {
    "january": ("In Progress", "To Do", "In Progress", "To Do", "To Do"),
    "february": ("In Progress", "To Do", "In Progress", "To Do", "To Do"),
    "march": ("Done", "To Do", "In Progress", "To Do", "To Do"),
    "april": ("Done", "To Do", "Done", "In Progress", "To Do"),
}
RESOLVED = {"PAY-1": "14/Mar/25 3:00 PM", "RISK-7": "17/Apr/25 3:00 PM"}
EXPORTED = {"january": "31/Jan/25", "february": "28/Feb/25", "march": "31/Mar/25", "april": "30/Apr/25"}


def write_jira(path: Path, month: str) -> None:
    """An export as Jira writes it: byte order mark, repeated headers, estimates in seconds, cells of several lines."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow(JIRA)
        for number, (ticket, state) in enumerate(zip(TICKETS, STATES[month], strict=True), 10_001):
            key, title, who, days, blocked_by, blocks = ticket
            done = state == "Done"
            rows.writerow(
                (title, key, number, "Story", state, key.partition("-")[0], key.partition("-")[0].title(), "software",
                 who, "Medium", "Done" if done else "", who, f"712020:{number}", who, "06/Jan/25 9:12 AM",
                 f"{EXPORTED[month]} 4:30 PM", f"{EXPORTED[month]} 4:31 PM", RESOLVED[key] if done else "", "", 0,
                 "cards", "q3", 'First line,\nsecond "line"; and [/b] a third', who, days * 8 * 3600, "", "",
                 blocked_by, blocks, "", f"0|i0{number}:", 5, "Sprint 1", "Sprint 2",
                 f"06/Jan/25 10:00 AM;{number};started", "", "", "", state, "06/Jan/25 10:00 AM")
            )  # fmt: skip


@dataclass
class Bank:
    """The reader's place: a folder of files, a home with an SSH key for each signer, and `cockpit` on the PATH."""

    place: Path
    homes: Path
    told: str = ""
    running: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for month in STATES:
            folder = self.place if month == "march" else self.place / month
            folder.mkdir(parents=True, exist_ok=True)
            write_tracker(folder / "tracker.xlsx")
            os.utime(folder / "tracker.xlsx", (SAVED, SAVED))
            write_jira(folder / "jira.csv", month)
        (self.place / "message-format.txt").write_text("Field 1: the card's number. Field 2: the amount.\n")
        for name in SIGNERS:
            (self.homes / name / ".ssh").mkdir(parents=True)
            key = str(self.homes / name / ".ssh" / "id_ed25519")
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key], check=True)
        program = self.homes / "bin" / "cockpit"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cockpit "$@"\n')
        program.chmod(0o755)

    def file(self, name: str) -> Path:
        return self.place / name

    def charter(self) -> str:
        return self.file("bank/portfolio.toml").read_text(encoding="utf-8")

    def run(self, line: str) -> None:
        """Type a line of the page. Its comment may say who types it and with which code it ends. Questions hear y."""
        command, _, comment = line.partition(" # ")
        who = next((name for name in SIGNERS if comment.strip().casefold() == name), SIGNERS[0])
        found = {"HOME": str(self.homes / who), "PYTHONPATH": str(ROOT), "SSH_AUTH_SOCK": ""}
        found["PATH"] = f"{self.homes / 'bin'}{os.pathsep}{os.environ['PATH']}"
        keyboard, screen = os.openpty()
        try:
            os.write(keyboard, b"y\n")
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.place, env=os.environ | found, stdin=screen, text=True,
                capture_output=True, timeout=60,
            )  # fmt: skip
        finally:
            os.close(keyboard)
            os.close(screen)
        self.told = done.stdout + done.stderr
        expected = 1 if "exits with 1" in comment else 0
        assert done.returncode == expected, f"{line}\n{self.told}"


# -- the page


@dataclass(frozen=True)
class Block:
    """A code block, and the paragraph above it."""

    kind: str
    text: str
    above: str

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.strip()]


def blocks() -> list[Block]:
    found, above = [], ""
    for part in re.split(r"(^```\w+\n.*?^```\n)", PAGE, flags=re.M | re.S):
        if match := re.fullmatch(r"```(\w+)\n(.*?)```\n", part, flags=re.S):
            found.append(Block(match[1], match[2], above))
        else:
            above = part.strip().rpartition("\n\n")[2] or above
    return found


def flat(text: str) -> str:
    return " ".join(text.split())


def with_keys(bank: Bank, text: str) -> str:
    """Put each person's real public key where the page has `ssh-ed25519 AAAA… NAME`."""

    def line(match: re.Match[str]) -> str:
        return (bank.homes / match[1] / ".ssh" / "id_ed25519.pub").read_text().strip()

    return re.sub(r"ssh-ed25519 AAAA… (\w+)", line, text)


def edit_charter(bank: Bank, block: Block) -> None:
    """Do with a TOML block what the page tells: compare it, or put it where it belongs."""
    charter, text = bank.charter(), with_keys(bank, block.text)
    if "it proposes" in block.above:
        assert text in charter, "the page shows another proposal than init wrote"
        return
    if text.startswith("[portfolio]"):
        charter = re.sub(r"^\[portfolio\]\n.*?(?=^\[policy\])", text + "\n", charter, flags=re.M | re.S)
    else:
        for entry in text.strip().split("\n\n"):
            charter = with_entry(charter, entry)
    bank.file("bank/portfolio.toml").write_text(charter, encoding="utf-8")


def with_entry(charter: str, entry: str) -> str:
    """Put the entry of a list in the place of the one with its id, else at the end."""
    kind, *lines = entry.splitlines()
    place = re.compile(re.escape(kind) + r" *#.*\n" + re.escape(lines[0]) + r"\n(?:.+\n)*")
    if lines[0].startswith("id = ") and place.search(charter):
        return place.sub(lambda _: f"{entry}\n", charter, count=1)
    return f"{charter}\n{entry}\n"


def append(bank: Bank, block: Block) -> None:
    name = re.findall(r"`(bank/[\w./-]+\.csv)`", block.above)[-1]
    headers = next(line for line in bank.file(name).read_text().splitlines() if not line.startswith('"'))
    assert all(len(row) <= len(headers.split(",")) for row in csv.reader(block.lines))
    with bank.file(name).open("a", encoding="utf-8") as file:
        file.write(block.text)


def watch(bank: Bank, line: str) -> None:
    """Start what the page leaves running, and remember it."""
    bank.run(line.removesuffix("&").replace("nohup ", "exec nohup ", 1) + "& echo $!")
    bank.running.append(int(bank.told.split()[-1]))


def look_at_the_app(bank: Bank) -> None:
    """Open the app on the folder, and see the list of the page on its first screen."""

    async def look() -> str:
        with Session.open(bank.file("bank")) as session:
            app = CockpitApp(session)
            async with app.run_test(size=(80, 24), notifications=True) as pilot:
                await until_async(lambda: "D-1" in shown(app) or "Message format" in shown(app), pilot.pause)
                return shown(app)

    def shown(app: CockpitApp) -> str:
        strips = app.screen._compositor.render_strips(app.size)
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    seen = flat(asyncio.run(look()))
    assert "Message format" in seen
    assert "Lea Moreau" in seen


async def until_async(true: Callable[[], bool], pause: Callable[[float], object]) -> None:
    for _ in range(200):
        if true():
            return
        await pause(0.02)  # type: ignore[misc]
    raise AssertionError("it did not come")


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.05)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    if shutil.which("ssh-keygen") is None and os.environ.get("COCKPIT_STRICT") != "1":
        pytest.skip("ssh-keygen is not installed")
    found = Bank(tmp_path / "files", tmp_path / "homes")
    yield found
    for process in found.running:
        subprocess.run(["kill", "-KILL", str(process)], check=False, capture_output=True)


def follow(bank: Bank, block: Block) -> None:
    """Do what one block of the page says, or hold it against what the last command said."""
    if block.kind == "toml":
        edit_charter(bank, block)
    elif block.kind == "csv":
        append(bank, block)
    elif block.kind == "text" and "exceptions.jsonl" in block.above:
        promised = block.text.strip()
        until(lambda: promised in bank.file("exceptions.jsonl").read_text(), promised)
    elif block.kind == "text":
        told = flat(bank.told)
        for line in block.lines:
            assert flat(line) in told, f"the page promises: {line}\nbut it was: {bank.told}"
    elif block.kind == "sh":
        for line in block.lines:
            type_line(bank, line, block)


def type_line(bank: Bank, line: str, block: Block) -> None:
    if "pip install" in line or line.startswith("export PATH"):
        return  # the wheel is built and installed by CI
    if line == "cockpit bank":
        look_at_the_app(bank)
    elif line.endswith("&"):
        watch(bank, line)
    else:
        if "The example moves its day on" in block.above and line.startswith("mkdir"):
            (day,) = re.findall(r"`(today = [\d-]+)`", block.above)
            bank.file("bank/portfolio.toml").write_text(re.sub(r"today = [\d-]+", day, bank.charter()))
        bank.run(line.replace("chgrp -R leads", f"chgrp -R {os.getgid()}"))


@pytest.mark.slow
def test_the_page_can_be_followed_from_nothing_to_a_signed_resolution(bank: Bank) -> None:
    for block in blocks():
        follow(bank, block)
    assert {"sh", "toml", "csv", "text"} <= {block.kind for block in blocks()}
    check_history(bank)
    check_watch(bank)
    check_group(bank)


def check_history(bank: Bank) -> None:
    """What the page says in passing: history from the first drop on, evidence kept, a changed obligation void."""
    bank.run("cockpit check bank --as-of 2025-01-31 # exits with 1")
    assert "PATH-DEAD" not in bank.told
    assert [path.name.partition("-")[2] for path in bank.file("bank/evidence").iterdir()] == ["message-format.txt"]
    register = bank.file("bank/dependencies.csv")
    register.write_text(register.read_text().replace("every card message", "most card messages"))
    bank.run("cockpit check bank --why # exits with 1")
    assert "DEP-VOID" in bank.told


def check_watch(bank: Bank) -> None:
    """The watch that the page starts ends in peace when it is told to."""
    (process,) = bank.running
    subprocess.run(["kill", "-TERM", str(process)], check=True)
    until(lambda: subprocess.run(["kill", "-0", str(process)], capture_output=True).returncode != 0, "the end")
    assert "Traceback" not in bank.file("watch.log").read_text()


def check_group(bank: Bank) -> None:
    for path in (bank.file("bank"), *bank.file("bank").rglob("*")):
        mode = path.stat().st_mode
        assert mode & stat.S_IRGRP and mode & stat.S_IWGRP and not mode & stat.S_IROTH, path
        assert not path.is_dir() or mode & stat.S_ISGID, path


def test_every_breach_of_the_first_check_is_explained_in_the_table(bank: Bank) -> None:
    for block in blocks():
        if "## 6." in PAGE[: PAGE.index(block.text)]:
            break
        follow(bank, block)
    bank.run("cockpit check bank --why # exits with 1")
    raised = set(re.findall(r"^(?:critical|major|minor) +([A-Z]+-[A-Z]+)", bank.told, flags=re.M))
    table = PAGE[PAGE.index("| breach |") : PAGE.index("what the deck said")]
    assert raised == set(re.findall(r"[A-Z]+-[A-Z]+", table))


def test_the_crontab_runs_what_it_says(bank: Bank) -> None:
    (table,) = (block for block in blocks() if block.kind == "crontab")
    bank.run("cockpit init srv/bank")
    for line in table.lines:
        when, command = re.fullmatch(r"(@\w+|(?:\S+ ){4}\S+) +(cockpit .*)", line).groups()  # type: ignore[union-attr]
        assert when in ("@reboot", "0 7 * * 1-5")
        command = command.replace("/srv/", "srv/")
        if " watch " in command:
            watch(bank, f"nohup {command} &")
        else:
            bank.run(command)
    assert "Bank" in bank.file("srv/brief.md").read_text()
    until(lambda: bank.file("srv/bank/portfolio.db").exists(), "the watch")


def test_the_install_line_is_that_of_the_readme() -> None:
    (line,) = (line for block in blocks() if block.kind == "sh" for line in block.lines if "pip install" in line)
    assert f"\n{line}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
