"""`cockpit decide` without a decision: what there is to decide between, with its days, and what to type."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from cockpit.outlets.check import titled
from cockpit.outlets.look import WIDTH
from cockpit.outlets.plain import day, money, wrap
from cockpit.records.assessment import Breach
from cockpit.records.lives import Option
from cockpit.wording import stages

INDENT = 12


def options_text(
    breach: Breach, options: Iterable[Option], currency: str | None, folder: str = "FOLDER", width: int = WIDTH
) -> str:
    """Return the breach and each option with its days, in lines of at most `width` cells, then a command."""
    lines = wrap(f"{breach.code}  {titled(breach)}", width, first=f"{breach.id}  ")
    stage = stages.stage_text(breach) or f"a decision is owed from {day(breach.life.owed_from)} on"
    lines += wrap(f"since {day(breach.since)}; {stage}", width, first="  ")
    first = ""
    for option in options:
        first = first or option.id
        title = option.title.replace("FOLDER", folder)
        lines += ["", *wrap(title, width, first=f"{option.id:<{INDENT - 1}} ", rest=" " * INDENT)]
        for text in _details(option, currency):
            lines += wrap(text.replace("FOLDER", folder), width, first=" " * INDENT)
    # A command stands on a line of its own, whatever its width: it is there to be copied.
    lines += ["", "To decide, where you like with another --date and a --note:"]
    lines += [f"  cockpit decide {shlex.quote(folder)} {breach.id} --option {first}"]
    return "\n".join(lines) + "\n"


def _details(option: Option, currency: str | None) -> Iterable[str]:
    yield from stages.effects_of(option)
    if option.saved and currency is not None:
        word = "saved" if option.saved > 0 else "lost"
        yield f"{money(abs(option.saved), currency, option.saved_assumed)} {word}; due {day(option.due)}"
    else:
        yield f"due {day(option.due)}"
    if option.then:
        yield option.then
