"""Commands that begin: init and open."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cockpit.commands.common import EXCEPTIONS, FOLDER, Refusal, put, say
from cockpit.commands.working import working

HAND_OVER = 0.000_5
"""Seconds after which a thread that computes lets another one go on; Python's own 0.005 are waited for by every
picture that is to be written meanwhile, and by every key."""
NO_UTF8 = (
    "This terminal does not take UTF-8, or its locale says so: here is the brief. For the app, set LC_ALL=C.UTF-8 in a "
    "terminal that takes it; screen is started with -U, and tmux with -u."
)


@click.command(name="open")
@FOLDER
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal: it selects text, as in a shell.")
def open_(folder: Path, no_mouse: bool) -> None:
    """Open the app. Without a terminal, or in one that is dumb, it prints the brief instead."""
    from cockpit.basics import encodings, terminals

    if not terminals.has_screen():
        from cockpit.commands.look import print_brief

        raise click.exceptions.Exit(print_brief(folder))
    from cockpit.session.opening import Opening

    if not encodings.takes_utf8():
        from cockpit.commands.look import print_brief

        say(NO_UTF8)
        raise click.exceptions.Exit(print_brief(folder))
    terminals.prepare()
    with Opening(folder) as opening:
        if not (folder / "portfolio.toml").is_file():
            opening.session()  # says what is missing, before the screen is taken
        from cockpit.app import CockpitApp
        from cockpit.screens.theme import ANSI, THEME

        app = CockpitApp(opening=opening)
        if terminals.has_few_colours() and app.theme == THEME.name:  # nobody has chosen another
            app.theme = ANSI.name
        sys.setswitchinterval(HAND_OVER)
        app.run(mouse=app.wants_mouse and not no_mouse)
        if opening.failure is not None:
            raise opening.failure
        opening.remember(app.present)
        if app.ended_by:
            raise click.exceptions.Exit(app.ended_by)
        if opening.notice:
            say(opening.notice)


class _Files(click.Command):
    """A command whose option `--from` takes all the files that follow it, up to the next option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give each file an option of its own. Without a folder before them the last one is it, if it is no file; else
        the portfolio begins in the current folder."""
        return super().parse_args(ctx, _one_each(args))


def _one_each(args: list[str]) -> list[str]:
    found, files, place = list[str](), list[str](), ""
    takes = ""  # the option whose values follow
    for index, each in enumerate(args):
        if each == "--":
            return [*found, *_from(files), each, *args[index + 1 :]]
        if each.startswith("-") and each != "-":
            takes = each if each in ("--from", "--steward", "--key") else ""
            found += [] if takes == "--from" else [each]
        elif takes == "--from":
            files.append(each)
        else:
            place = place or ("" if takes else each)
            found.append(each)
            takes = ""
    if files and not place:
        found.append(files.pop() if not Path(files[-1]).suffix and not Path(files[-1]).is_file() else ".")
    return [*found, *_from(files)]


def _from(files: list[str]) -> list[str]:
    return [part for file in files for part in ("--from", file)]


@click.command(cls=_Files)
@FOLDER
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
    help="Files that you have: what they hold is recognised, and their mappings are proposed in the charter.",
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
    """Write a charter and tables with their columns explained; with --from, what your own files hold."""
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
    from cockpit.proposing.findings import Findings, gathered

    if (folder / "portfolio.toml").exists():
        raise Refusal(f"{folder / 'portfolio.toml'} is there already; nothing was written. Choose another folder.")
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{folder} is a file; a portfolio is a folder.")
    with working("Looking at the files"):
        found = gathered(files, folder) if files else Findings()
    refused = [f"{each.path}: {each.refusal}." for each in found.files if each.refusal]
    if files and len(refused) == len(files):
        raise Refusal("\n".join([*refused, "Nothing was written."]))
    written = scaffold.write(folder, found, xlsx=xlsx)
    for sentence in refused:
        say(f"{sentence} It is left out.")
    if not files:
        for path, what in written:
            put(f"{path}: {what}\n")
        say(f"Next: fill in portfolio.toml and the tables, then run `cockpit {folder}`.")
        return
    from cockpit.proposing.summary import lines

    put("".join(f"{line}\n" for line in lines(found, folder)))
    if refused:
        raise click.exceptions.Exit(EXCEPTIONS)


COMMANDS: tuple[click.Command, ...] = (open_, init)
