"""How commands print what people look at: as text for the terminal or pipe there is, as Markdown, CSV or JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from cockpit.commands.common import put

if TYPE_CHECKING:
    from cockpit.outlets.page import Printed


class Form(Enum):
    """In which of the four ways something is printed."""

    TEXT = ""
    MARKDOWN = "--markdown"
    CSV = "--csv"
    JSON = "--json"


def printed(csv: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options `--markdown`, `--csv` (with this help) and `--json`; it is called with a `form`."""
    options = (
        click.option("--markdown", is_flag=True, help="As Markdown, for a mail or a wiki page."),
        click.option("--csv", is_flag=True, help=csv),
        click.option("--json", is_flag=True, help="One JSON object on standard output."),
    )

    def give(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def called(*arguments: Any, markdown: bool, csv: bool, json: bool, **more: Any) -> Any:
            asked = [form for form, one in zip(list(Form)[1:], (markdown, csv, json), strict=True) if one]
            if len(asked) > 1:
                raise click.UsageError(f"Give one of {', '.join(form.value for form in asked)}, not several.")
            return command(*arguments, form=asked[0] if asked else Form.TEXT, **more)

        for option in reversed(options):
            called = option(called)
        return called

    return give


def show(what: Printed, form: Form) -> None:
    """Print it to standard output."""
    from cockpit.outlets.look import look_of

    if form is Form.TEXT:
        put(what.text(look_of(sys.stdout)))
    else:
        put({Form.MARKDOWN: what.markdown, Form.CSV: what.csv, Form.JSON: what.json}[form]())


def width() -> int:
    """How wide lines of sentences on standard output are."""
    from cockpit.outlets.look import look_of

    return look_of(sys.stdout).prose


def at_terminal() -> bool:
    """Whether somebody reads standard output as it comes."""
    return sys.stdout is not None and sys.stdout.isatty()
