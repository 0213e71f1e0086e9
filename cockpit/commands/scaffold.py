"""`cockpit init`: a charter and tables that a lead can fill in, every column explained where it stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from cockpit.basics import sharing
from cockpit.basics.text import one_line
from cockpit.charter.vocabulary import MEANINGS, NATIVE_TABLES, columns, meaning
from cockpit.proposing import writing
from cockpit.proposing.findings import Findings

CHARTER = "portfolio.toml"
WORKBOOK = "tables.xlsx"
STATEMENTS = "statements"
"""Where signatures from elsewhere are put."""

HEAD = "# The charter of this portfolio. Lines that begin with # are examples or defaults: take the # away to use them."
PORTFOLIO = {
    "currency": '# currency = "USD"',
    "effort_unit": '# effort_unit = "days"',
    "calendar": '# calendar = "standard"        # the calendar of work items that name none',
    "steward": '# steward = "me"               # the person (id) who clears what has no nearer owner',
}
"""The lines of `[portfolio]` that can be left out, as examples."""

POLICY = """\
[policy]                        # the defaults; looser ones count when a steward signs: cockpit sign . policy confirmed
# silence_days = 20             # working days without movement after which a driving chain is dead
# horizon_days = 60             # an unproven dependency is a breach when it is needed within so many days
# unpromised_days = 20          # working days for which a dependency without promise is assumed to hold
# finish_tolerance_days = 5     # how much later than its baseline a project may finish
# cost_tolerance_percent = 10.0 # how far the forecast cost may exceed the budget
"""

STATES = """\
# [states]
# todo = ["backlog"]
# doing = ["in progress"]
# blocked = ["on hold"]
# done = ["closed"]
"""

RAG = """\
# [rag]
# green = ["on schedule"]
# amber = ["some concern"]
# red = ["in trouble"]
"""

CALENDARS = """\
# [calendars.standard]
# days = ["mon", "tue", "wed", "thu", "fri"]
# shifts = ["09:00-13:00", "14:00-18:00"]
# holidays = [2025-12-25]
"""

TEAMS = """\
# [[teams]]
# id = "integration"
# title = "Integration"
# cost_centre = "4711"
# lead = "me"
"""

PEOPLE = """\
# [[people]]
# id = "me"
# name = "My Name"
# team = "integration"
# key = "ssh-ed25519 AAAA… me"  # the line in ~/.ssh/id_ed25519.pub
"""

ASSIGN = """\
# [[assign]]
# field = "project"
# pattern = "CORE*"
# objective = "cloud-core"
"""

NOTIFY = """\
# [notify]
# channels = ["mailtos://cockpit:${COCKPIT_SMTP}@smtp.bank.example?from=cockpit@bank.example&to={email}"]
# timezone = "Europe/Berlin"
# quiet = "19:00-07:00"         # nothing is sent in these hours
# digest_at = "16:00"           # what was gathered since the first message of the day
"""


def write(folder: Path, found: Findings, *, xlsx: bool) -> list[tuple[Path, str]]:
    """Write what is not there yet into `folder`, and return each path with a word on it. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    sharing.make_folder(folder / STATEMENTS)
    texts = {CHARTER: charter_text(folder, found)}
    if not xlsx:
        texts |= {f"{table}.csv": table_text(table) for table in NATIVE_TABLES}
        texts["projects.csv"] += rows_text("projects", found.projects)
    texts["tables.md"] = explained()
    written = [(folder / name, _words(name)) for name in texts if not (folder / name).exists()]
    for path, _ in written:
        sharing.write(path, texts[path.name])
    if xlsx and not (folder / WORKBOOK).exists():
        write_workbook(folder / WORKBOOK, found.projects)
        (folder / WORKBOOK).chmod(sharing.file_mode(folder))
        written.append((folder / WORKBOOK, "a sheet for each table"))
    return written


def _words(name: str) -> str:
    if name == CHARTER:
        return "the charter"
    return "what every column is for" if name == "tables.md" else one_line(MEANINGS[name.removesuffix(".csv")])


def charter_text(folder: Path, found: Findings) -> str:
    """Return the charter of a new portfolio, named after its folder, with all that was found in files."""
    name = one_line(folder.resolve().name, 80) or "portfolio"
    identity = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "portfolio"
    title = name.replace("-", " ").replace("_", " ").capitalize()
    lines = PORTFOLIO | writing.settings(found)
    return "\n".join(
        [
            f"{HEAD}\n{writing.HEAD if found.files else ''}",
            "\n".join(["[portfolio]", writing.line("id", identity), writing.line("title", title), *lines.values()])
            + "\n",
            POLICY,
            "# Which of your status words mean what. Usual English words are known already.",
            writing.words("states", found.states) or STATES,
            writing.words("rag", found.rag) or RAG,
            CALENDARS,
            "# People and teams may stand here or in the tables of those names.",
            writing.teams(found) or TEAMS,
            writing.people(found) or PEOPLE,
            "# Which work serves which objective, where the tables do not say it. Exact values and * only.",
            writing.assignments(found) or ASSIGN,
            "# Who is told of exceptions: cockpit watch FOLDER --notify sends. Secrets stand in the environment.",
            NOTIFY,
            writing.sources(found),
        ]
    )


def table_text(table: str) -> str:
    """Return a native table as CSV without rows: every column explained in a comment, then the header."""
    lines = [f"# {MEANINGS[table]}"]
    for column in columns(table):
        required = " (required)" if column.required else ""
        lines += [f"# {column.name}{required}: {meaning(table, column.name)}"]
    # A comment that held a comma or a quotation mark would be taken apart by spreadsheets.
    quoted = ['"' + line.replace('"', "'") + '"' for line in lines]
    return "\n".join([*quoted, ",".join(column.name for column in columns(table))]) + "\n"


def explained() -> str:
    """Return every table and column with its explanation, as Markdown."""
    parts = ["# The tables\n\nDates are written 2025-03-31. Columns in **bold** are required; more columns are kept.\n"]
    for table in NATIVE_TABLES:
        parts.append(f"\n## {table}\n\n{MEANINGS[table]}\n\n| column | holds |\n|---|---|\n")
        for column in columns(table):
            name = f"**{column.name}**" if column.required else column.name
            parts.append(f"| {name} | {meaning(table, column.name)} |\n")
    return "".join(parts)


def rows_text(table: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return rows of a native table as CSV, of which id and title are known."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in columns(table)], lineterminator="\n")
    writer.writerows({"id": id_, "title": title} for id_, title in rows)
    return text.getvalue()


def write_workbook(path: Path, projects: Sequence[tuple[str, str]] = ()) -> None:
    """Write a workbook with a sheet for each table, its headers explained in notes. Raises OSError."""
    import xlsxwriter  # type: ignore[import-untyped]
    from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

    book = xlsxwriter.Workbook(str(path))
    required, optional = (
        book.add_format({"bold": True, "bg_color": "#DDE7F0"}),
        book.add_format({"bg_color": "#EEEEEE"}),
    )
    for table in NATIVE_TABLES:
        sheet = book.add_worksheet(table)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns(table)):
            sheet.write_string(0, place, column.name, required if column.required else optional)
            sheet.write_comment(0, place, meaning(table, column.name))
            sheet.set_column(place, place, max(10, len(column.name) + 2))
        if table == "projects":
            for row, (id_, title) in enumerate(projects, 1):
                sheet.write_string(row, 0, id_)
                sheet.write_string(row, 1, title)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(f"{path} can't be written: {error}") from error
