"""`cockpit completion`: the script with which a shell completes commands, options, and what a portfolio holds."""

from __future__ import annotations

import click

from cockpit.commands.common import put, say
from cockpit.commands.printing import at_terminal

KEEP = {
    "bash": "~/.local/share/bash-completion/completions/cockpit",
    "zsh": "a file named _cockpit in a folder of $fpath",
    "fish": "~/.config/fish/completions/cockpit.fish",
}
"""Where each shell looks for it when it starts."""
NOW = {
    "bash": 'eval "$(cockpit completion bash)"',
    "zsh": 'eval "$(cockpit completion zsh)"',
    "fish": "cockpit completion fish | source",
}


@click.command()
@click.argument("shell", type=click.Choice(list(KEEP)), metavar="SHELL")
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script with which SHELL (bash, zsh or fish) completes what you type after `cockpit`."""
    from cockpit.commands.shells import script

    put(script(ctx.find_root().command, shell))
    if at_terminal():
        say(f"For this shell: {NOW[shell]}\nFor good: cockpit completion {shell} > {KEEP[shell]}")


COMMANDS: tuple[click.Command, ...] = (completion,)
