"""The shells that complete what is typed: the script for each, and what it is told at each press of tab."""

from __future__ import annotations

import os
from typing import Any

from click import Command
from click.shell_completion import (
    CompletionItem,
    FishComplete,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from cockpit.commands.completing import PROGRAM, VARIABLE

BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' response kind value
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1") || return 1
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done <<< "$response"
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(ShellComplete):
    """Bash from 4.4 on. Click's own can't complete a word with a colon in it, as every subject has."""

    name = "bash"
    source_template = BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is typed, and that one as far as it is typed."""
        words = split_arg_string(os.environ["COMP_LINE"])[1:]
        begins = not os.environ["COMP_LINE"].strip() or os.environ["COMP_LINE"][-1].isspace()
        return (words, "") if begins or not words else (words[:-1], words[-1])

    def complete(self) -> str:
        """Return what may be typed, each without what readline takes for an earlier word."""
        words, incomplete = self.get_completion_args()
        typed = os.environ["COMP_LINE"].split()[-1:] if incomplete else []
        is_quoted = bool(typed) and typed[0].startswith(("'", '"'))
        ends = [incomplete.rfind(mark) + 1 for mark in ":=@" if mark in os.environ.get("COMP_BREAKS", "")]
        before = "" if is_quoted else incomplete[: max(ends, default=0)]
        items = self.get_completions(words, incomplete)
        return "\n".join(f"{item.type},{_after(item, before)}" for item in items)

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return a word as the script takes it."""
        return f"{item.type},{item.value}"


def _after(item: CompletionItem[Any], before: str) -> str:
    return str(item.value)[len(before) :]


class Fish(FishComplete):
    """Fish. The script of Click's own cuts a word or its description off at its first comma."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')


def register() -> None:
    """Have Bash and Fish completed by the classes above."""
    add_completion_class(Bash)
    add_completion_class(Fish)


def script(cli: Command, shell: str) -> str:
    """Return the script that a shell reads to complete `cockpit`."""
    register()
    made = get_completion_class(shell)
    if made is None:
        raise ValueError(shell)
    return made(cli, {}, PROGRAM, VARIABLE).source()
