"""Commands that look: check, brief, replay, export, rules, schedule."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from cockpit.basics.garbage import uncollected
from cockpit.commands.common import AS_OF, EXCEPTIONS, FOLDER, Refusal, put, say, say_policy, session, updated
from cockpit.commands.completing import TABLES
from cockpit.commands.printing import Form, at_terminal, printed, show, width
from cockpit.commands.working import each, working

SCREENFUL = 40
"""So many breaches `check` prints at a terminal where nobody asks for more: the worst must not scroll away."""


def _counted(ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:
    """Refuse to print fewer than none."""
    if value is not None and value < 0:
        raise click.BadParameter(f"{value} is less than none; 0 means all.", ctx, param)
    return value


@click.command()
@FOLDER
@AS_OF
@printed("Every breach as CSV.")
@click.option("--why", is_flag=True, help="Each in full: its reasons down to file and row, and what clears it.")
@click.option(
    "--most",
    type=int,
    callback=_counted,
    metavar="NUMBER",
    help=f"Only so many, the worst; 0 for all. At a terminal {SCREENFUL}, else all.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["at-risk", "off-track"]),
    default="at-risk",
    show_default=True,
    help="Exit with 1 on any breach, or only when a project is Off Track.",
)
def check(folder: Path, as_of: date | None, form: Form, why: bool, most: int | None, fail_on: str) -> None:
    """Print the breaches, worst first: who must act, on what, by when, and what it costs."""
    from cockpit.outlets.check import Check, fails

    with session(folder, as_of) as opened:
        assessment = updated(opened).assessment
    if form is Form.CSV:
        say_policy(assessment)
    most = (SCREENFUL if at_terminal() else 0) if most is None else most
    show(Check(assessment, why=why, most=most), form)
    if fails(assessment, fail_on):
        raise click.exceptions.Exit(EXCEPTIONS)


@click.command()
@FOLDER
@AS_OF
@printed("Each line of the page as CSV.")
def brief(folder: Path, as_of: date | None, form: Form) -> None:
    """Print one page: blocked paths by leverage, sign-offs waited for, what changed since yesterday."""
    raise click.exceptions.Exit(print_brief(folder, as_of, form))


def print_brief(folder: Path, as_of: date | None = None, form: Form = Form.TEXT) -> int:
    """Print the brief and return the exit code: 1 when there is something to report."""
    from cockpit.outlets.brief import brief_of

    with session(folder, as_of) as opened:
        today = updated(opened).assessment
        with working("Looking into the past"):
            before = today.today - timedelta(days=1)
            known = any(day <= before for day in opened.dates())
            yesterday = opened.assess(before) if known else None
            today = opened.with_precision(today)
    if form is Form.CSV:
        say_policy(today)
    show(brief_of(today, yesterday), form)
    return EXCEPTIONS if today.breaches else 0


@click.command()
@FOLDER
@printed("Every project on every date as CSV.")
def replay(folder: Path, form: Form) -> None:
    """Print what was reported against what the evidence said, date by date, and reality latency per project."""
    from cockpit.engine.precision.latency import replay_days, replay_rows
    from cockpit.outlets.replay import Replay, differs
    from cockpit.wording.signatures import policy_notes

    with session(folder) as opened:
        assessment = updated(opened).assessment
        count = sum(day <= opened.today() for day in opened.dates())
        with working("Looking into the past"):
            history = list(each(opened.looked_back(), count, "days"))
    rows, days = replay_rows(history), replay_days(history)
    if form is Form.CSV:
        say_policy(assessment)
    show(Replay(days, rows, policy_notes(assessment), assessment.title or assessment.portfolio), form)
    if any(differs(row) for row in rows):
        raise click.exceptions.Exit(EXCEPTIONS)


@click.command()
@FOLDER
@AS_OF
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--table", metavar="NAME", help="Only this table, on standard output.", shell_complete=TABLES)
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="One file per table in DIR."
)
def export(folder: Path, as_of: date | None, kind: str, table: str | None, to: Path | None) -> None:
    """Write every table of the assessment. Several tables as CSV need --to DIR."""
    from cockpit.outlets.export import EXPORTS, export_csv, export_json

    if table is not None and table not in EXPORTS:
        raise click.UsageError(f"There is no table {table!r}. The tables are {', '.join(EXPORTS)}.")
    if table is not None and to is not None:
        raise click.UsageError("Use --table for one table on standard output, or --to for all tables in a folder.")
    if kind == "csv" and table is None and to is None:
        raise click.UsageError("CSV holds one table: name it with --table, or give a folder with --to.")
    with session(folder, as_of) as opened:
        assessment = updated(opened).assessment
        with working("Looking into the past"):
            assessment = opened.with_precision(assessment) if table in (None, "precision") else assessment
    say_policy(assessment)
    names = [table] if table else list(EXPORTS)
    if to is None:
        put(export_json(assessment, names) if kind == "json" else export_csv(assessment, names[0]))
        return
    to.mkdir(parents=True, exist_ok=True)
    for name in names:
        text = export_json(assessment, [name]) if kind == "json" else export_csv(assessment, name)
        (to / f"{name}.{kind}").write_text(text, encoding="utf-8")
    say(f"{len(names)} tables written to {to}.")


@click.command()
def rules() -> None:
    """Print every rule: code, what it asks, its tolerance, and what clears it."""
    from cockpit.engine.rules import catalogue
    from cockpit.outlets.notes import rules_text

    put(rules_text(catalogue(), width()))


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@printed("As CSV with ISO minutes and floats in minutes.")
@click.option("--baseline", is_flag=True, help="Beside its baseline: how much later and longer, in working time.")
@click.option("--quality", is_flag=True, help="DCMA's fourteen checks of the plan in place of its dates.")
def schedule(file: Path, form: Form, baseline: bool, quality: bool) -> None:
    """Run the critical path method on one plan file, by its own calendars."""
    if file.is_dir():
        raise Refusal(f"{file} is a folder. Give one plan in it; `cockpit check FOLDER` judges a portfolio.")
    if not file.is_file():
        raise Refusal(f"{file}: there is no such file. Give a Microsoft Project XML plan or a Primavera XER export.")
    if baseline and quality:
        raise Refusal("Give --baseline or --quality, not both: each prints a table of its own.")
    with uncollected():
        _schedule(file, form, baseline=baseline, quality=quality)


def _schedule(file: Path, form: Form, *, baseline: bool, quality: bool) -> None:
    from cockpit.commands.planfile import quality_file, schedule_file, variance_file
    from cockpit.outlets import schedule_table

    failed = False
    if quality:
        from cockpit.outlets.quality_table import Qualities

        with working("Reading the plan"):
            plan, answers = quality_file(file, say)
        failed = bool(answers.failed)
        show(Qualities(plan.title or file.name, answers), form)
    elif baseline:
        from cockpit.outlets.variance_table import Variances

        with working("Reading the plan"):
            plan, found = variance_file(file, say)
        show(Variances(plan.title or file.name, found), form)
    else:
        with working("Reading the plan"):
            plan = schedule_file(file, say)
        show(schedule_table.Schedule(plan), form)
    for note in (notes := schedule_table.notes(plan)):
        say(note)
    if notes or failed:
        raise click.exceptions.Exit(EXCEPTIONS)


COMMANDS: tuple[click.Command, ...] = (check, brief, replay, export, rules, schedule)
