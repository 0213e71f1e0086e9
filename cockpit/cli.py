"""The command `cockpit`. Every command imports what it needs when it runs, so that help is instant."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from cockpit import __version__
from cockpit.basics.encodings import PLAINLY
from cockpit.commands import (
    asking,
    common,
    completing,
    completion,
    deciding,
    doctor,
    identity,
    ledger,
    look,
    notify,
    offices,
    records,
    signing,
    start,
    watch,
)
from cockpit.commands.exits import exits_text

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

LINES = {
    "init": "Write a charter and tables, or begin with stewards.",
    "open": "Open the app.",
    "import": "Read the sources once, or an answer to `ask`.",
    "check": "Print the breaches, worst first.",
    "brief": "Print one page: blocked paths, sign-offs, what changed.",
    "watch": "Print a line as each breach is raised or cleared.",
    "notify": "Send people the messages that are due now.",
    "sign": "Sign one statement, shown in full before it is signed.",
    "ask": "Ask somebody without a shell here for a signature.",
    "acknowledge": "Sign that you have seen a breach.",
    "decide": "Decide about a breach, or print the options.",
    "join": "Ask a steward to enrol your key.",
    "enrol": "As a steward, enrol somebody's key.",
    "revoke": "Revoke a key: yours, or as a steward another's.",
    "rotate": "Put a new key in the place of an old one.",
    "cosign": "Give the second signature that a statement takes.",
    "transfer": "Give what you own to somebody else.",
    "accept": "Take what a transfer gives you.",
    "delegate": "Have somebody sign for you for some days.",
    "recall": "Take back a delegation or an open transfer.",
    "receipt": "Witness what others signed.",
    "verify": "Print every statement and its verdict, or a history.",
    "ledger": "Carry the ledger about as a file.",
    "doctor": "Check folder, store, machine and keys.",
    "rules": "Print every rule.",
    "schedule": "Compute the critical path of one plan file.",
    "replay": "Print what was reported beside what was true.",
    "export": "Write every table of the assessment.",
    "completion": "Print what completes commands in your shell.",
}
"""The commands in the order of the page about them (docs/commands.md), each in a line that 80 cells hold."""


class Commands(click.Group):
    """The commands, and a folder in place of a command opens it. Errors end as one sentence on standard error."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return their names in the order of `LINES`."""
        return list(LINES)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that is no command for a folder to open."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from pathlib import Path

            if not Path(args[0]).is_dir():
                if ctx.resilient_parsing:  # somebody is typing
                    return None, None, []
                ctx.fail(f"{args[0]!r} is neither a command nor a folder. `cockpit --help` lists the commands.")
            args = ["open", *args]
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Offer the commands that begin so, else folders."""
        found = super().shell_complete(ctx, incomplete)
        return found or completing.folders(incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what goes wrong is said, never shown as a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except (click.Abort, KeyboardInterrupt) as stop:
            # CPython remembers an interrupt that passed through a text run by `exec` (a dataclass being made), and
            # ends by the signal although it was caught. Running another text makes it forget.
            exec("")
            # What was under way is let go of after the store was closed, and would complain of that.
            sys.unraisablehook = lambda _: None
            # Click would end with 1, which says that exceptions were found.
            raise common.Refusal("Stopped.") from stop
        except Exception as error:
            message = common.sentence(error)
            if message is None:
                if common.debugging():
                    raise
                fault = f"{type(error).__name__}: {error}"
                message = f"Cockpit itself failed ({fault}). Set COCKPIT_DEBUG=1 to see where, and report it."
            raise common.Refusal(message) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="cockpit")
def cli() -> None:
    """See what is really true of a portfolio, recomputed from evidence.

    `cockpit FOLDER` opens the portfolio in FOLDER. Without a terminal it prints the brief instead.

    Exit codes: 0 nothing to report, 1 exceptions found (or a file refused, or a statement invalid), 2 wrong
    usage or unreadable input. Data goes to standard output, everything else to standard error.
    """


for module in (
    start,
    look,
    records,
    signing,
    asking,
    deciding,
    identity,
    offices,
    ledger,
    doctor,
    watch,
    notify,
    completion,
):
    for command in module.COMMANDS:
        command.short_help = LINES[command.name or ""]
        command.epilog = f"Exit codes: {exits_text(command.name or '')}."
        cli.add_command(command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.isatty():
            stream.reconfigure(errors=PLAINLY)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if os.environ.get(completing.VARIABLE):
        from cockpit.commands.shells import register

        register()
    cli(prog_name=completing.PROGRAM, complete_var=completing.VARIABLE)
