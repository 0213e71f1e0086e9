"""Commands that begin: init and open."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cockpit.commands.common import FOLDER, Refusal, put, say


@click.command(name="open")
@FOLDER
def open_(folder: Path) -> None:
    """Open the app. Without a terminal it prints the brief instead."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):  # None: closed by who started it
        from cockpit.commands.look import print_brief

        raise click.exceptions.Exit(print_brief(folder))
    from cockpit.commands.common import session

    with session(folder) as opened:
        from cockpit.app import CockpitApp

        CockpitApp(opened).run()


@click.command()
@FOLDER
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file that you have: its mapping is proposed in the charter. May be given several times.",
)
@click.option("--xlsx", is_flag=True, help="One workbook with a sheet for each table, in place of CSV files.")
@click.option(
    "--steward",
    "stewards",
    multiple=True,
    metavar="ID=KEY",
    help="Who enrols and revokes keys, with their public key file; the portfolio begins with a statement that says so. "
    "May be repeated, and given for a portfolio that is there.",
)
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="The steward's SSH key that signs it.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
def init(
    folder: Path, files: tuple[Path, ...], xlsx: bool, stewards: tuple[str, ...], key: Path | None, yes: bool
) -> None:
    """Write a charter and tables with their columns explained."""
    if not (stewards and (folder / "portfolio.toml").exists()):
        _scaffold(folder, files, xlsx=xlsx)
    if stewards:
        _begin(folder, stewards, key, yes=yes)


def _begin(folder: Path, stewards: tuple[str, ...], key: Path | None, *, yes: bool) -> None:
    from cockpit.commands.identity import signed
    from cockpit.ledger import identity

    named = [identity.steward_of(text) for text in stewards]
    signed(folder, lambda opened: identity.genesis(opened, named, key), key, yes=yes)


def _scaffold(folder: Path, files: tuple[Path, ...], *, xlsx: bool) -> None:
    from cockpit.commands import scaffold

    if (folder / "portfolio.toml").exists():
        raise Refusal(f"{folder / 'portfolio.toml'} is there already; nothing was written. Choose another folder.")
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{folder} is a file; a portfolio is a folder.")
    written = scaffold.write(folder, files, xlsx=xlsx)
    for path, what in written:
        put(f"{path}: {what}\n")
    say(f"Next: fill in portfolio.toml and the tables, then run `cockpit {folder}`.")


COMMANDS: tuple[click.Command, ...] = (open_, init)
