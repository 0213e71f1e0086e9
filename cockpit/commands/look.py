"""Commands that look: check, brief, replay, export, rules, schedule."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from cockpit.commands.common import AS_OF, EXCEPTIONS, FOLDER, JSON, Refusal, put, say, say_policy, session, updated
from cockpit.garbage import uncollected


@click.command()
@FOLDER
@AS_OF
@JSON
@click.option(
    "--fail-on",
    type=click.Choice(["at-risk", "off-track"]),
    default="at-risk",
    show_default=True,
    help="Exit with 1 on any breach, or only when a project is Off Track.",
)
def check(folder: Path, as_of: date | None, as_json: bool, fail_on: str) -> None:
    """Print the breaches, worst first."""
    from cockpit.outlets.check import check_json, check_text, fails

    with session(folder, as_of) as opened:
        assessment = updated(opened).assessment
    put(check_json(assessment) if as_json else check_text(assessment))
    if fails(assessment, fail_on):
        raise click.exceptions.Exit(EXCEPTIONS)


@click.command()
@FOLDER
@AS_OF
@click.option("--markdown", is_flag=True, help="As Markdown, for a mail or a wiki page.")
def brief(folder: Path, as_of: date | None, markdown: bool) -> None:
    """Print one page: blocked paths by leverage, sign-offs waited for, what changed since yesterday."""
    raise click.exceptions.Exit(print_brief(folder, as_of, markdown=markdown))


def print_brief(folder: Path, as_of: date | None = None, *, markdown: bool = False) -> int:
    """Print the brief and return the exit code: 1 when there is something to report."""
    from cockpit.outlets import brief as outlet

    with session(folder, as_of) as opened:
        today = updated(opened).assessment
        before = today.today - timedelta(days=1)
        known = any(day <= before for day in opened.dates())
        yesterday = opened.assess(before) if known else None
        today = opened.with_precision(today)
    put(outlet.brief(today, yesterday, markdown=markdown))
    return EXCEPTIONS if today.breaches else 0


@click.command()
@FOLDER
@click.option("--csv", "as_csv", is_flag=True, help="Every project on every date as CSV.")
def replay(folder: Path, as_csv: bool) -> None:
    """Print what was reported against what the evidence said, date by date, and reality latency per project."""
    from cockpit.engine.precision.latency import replay_days
    from cockpit.outlets.replay import differs, replay_csv, replay_text
    from cockpit.signatures import policy_notes

    with session(folder) as opened:
        assessment = updated(opened).assessment
        rows, days = opened.replay(), replay_days(opened.history())
    if as_csv:
        say_policy(assessment)
    put(replay_csv(rows) if as_csv else replay_text(days, rows, policy=policy_notes(assessment)))
    if any(differs(row) for row in rows):
        raise click.exceptions.Exit(EXCEPTIONS)


@click.command()
@FOLDER
@AS_OF
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--table", metavar="NAME", help="Only this table, on standard output.")
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

    put(rules_text(catalogue()))


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV with ISO minutes and floats in minutes.")
@click.option("--baseline", is_flag=True, help="Beside its baseline: how much later and longer, in working time.")
@click.option("--quality", is_flag=True, help="DCMA's fourteen checks of the plan in place of its dates.")
def schedule(file: Path, as_csv: bool, baseline: bool, quality: bool) -> None:
    """Run the critical path method on one plan file, by its own calendars."""
    if file.is_dir():
        raise Refusal(f"{file} is a folder. Give one plan in it; `cockpit check FOLDER` judges a portfolio.")
    if not file.is_file():
        raise Refusal(f"{file}: there is no such file. Give a Microsoft Project XML plan or a Primavera XER export.")
    if baseline and quality:
        raise Refusal("Give --baseline or --quality, not both: each prints a table of its own.")
    with uncollected():
        _schedule(file, as_csv=as_csv, baseline=baseline, quality=quality)


def _schedule(file: Path, *, as_csv: bool, baseline: bool, quality: bool) -> None:
    from cockpit.outlets import schedule_table
    from cockpit.planfile import quality_file, schedule_file, variance_file

    failed = False
    if quality:
        from cockpit.outlets import quality_table

        plan, answers = quality_file(file, say)
        failed = bool(answers.failed)
        put(quality_table.to_csv(answers) if as_csv else quality_table.to_text(plan.title or file.name, answers))
    elif baseline:
        from cockpit.outlets import variance_table

        plan, found = variance_file(file, say)
        put(variance_table.to_csv(found) if as_csv else variance_table.to_text(plan.title or file.name, found))
    else:
        plan = schedule_file(file, say)
        put(schedule_table.to_csv(plan) if as_csv else schedule_table.to_text(plan))
    for note in (notes := schedule_table.notes(plan)):
        say(note)
    if notes or failed:
        raise click.exceptions.Exit(EXCEPTIONS)


COMMANDS: tuple[click.Command, ...] = (check, brief, replay, export, rules, schedule)
