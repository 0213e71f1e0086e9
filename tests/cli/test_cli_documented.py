"""Every command, argument and option of the command line is documented, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cockpit.cli import cli
from cockpit.commands.exits import EXITS, exits_text
from cockpit.outlets.export import EXPORTS

ROOT = Path(__file__).resolve().parents[2]

DOCS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", DOCS, re.M | re.S))
OTHERS = ["How things are printed", "Environment"]
"""Sections that are about no command."""


def test_the_sections_are_the_commands() -> None:
    assert sorted(SECTIONS) == sorted([*OTHERS, *cli.commands])


def test_help_lists_the_commands_in_the_order_of_the_page_each_whole() -> None:
    told = CliRunner().invoke(cli, ["--help"], terminal_width=80).stdout.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in told] == [name for name in SECTIONS if name not in OTHERS]
    assert not any(line.endswith("...") for line in told)


def options_of(command: click.Command) -> dict[str, click.Option]:
    """The options of a command, and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    found = {name: p for p in command.params if isinstance(p, click.Option) for name in p.opts}
    return found | {name: option for each in below for name, option in options_of(each).items()}


def usages_of(name: str) -> list[tuple[str, click.Command]]:
    """The usage lines of a section, each with its command."""
    lines = re.findall(rf"^`(cockpit {name}\b[^`]*)`", SECTIONS[name], re.M)
    command = cli.commands[name]
    if not isinstance(command, click.Group):
        return [(lines[0], command)]
    assert lines[0] == f"cockpit {name} COMMAND FOLDER"
    return [(line, command.commands[line.split()[2]]) for line in lines[1:]]


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_each_usage_line_has_all_parts_of_its_command_and_no_others(name: str) -> None:
    usages = usages_of(name)
    if isinstance(cli.commands[name], click.Group):
        assert {command.name for _, command in usages} == set(cli.commands[name].commands)  # type: ignore[attr-defined]
    for usage, command in usages:
        assert re.findall(r"--[a-z-]+", usage) == list(dict.fromkeys(re.findall(r"--[a-z-]+", usage)))
        assert set(re.findall(r"--[a-z-]+", usage)) == set(options_of(command))
        arguments = [(p.metavar or "").strip("[].") for p in command.params if isinstance(p, click.Argument)]
        words = usage.split(" [--")[0].split(" --")[0].split()
        assert [word.strip("[].") for word in words][len(words) - len(arguments) :] == arguments
        for option, told in options_of(command).items():
            if told.metavar:
                assert f"{option} {told.metavar}" in usage, "what an option takes is told by its name"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_each_section_has_a_table_of_precisely_the_options_that_the_command_knows(name: str) -> None:
    known = options_of(cli.commands[name])
    tables = re.findall(r"^\| option \| does \|\n\|[-|]+\|\n((?:\|.*\n)+)", SECTIONS[name], re.M)
    assert len(tables) == bool(known), "one table of options, where there are any"
    rows = [re.match(r"\| `(--[a-z-]+)([^`]*)` \| \S", row) for table in tables for row in table.splitlines()]
    assert None not in rows, "each row begins with an option and says what it does"
    assert {row[1] for row in rows if row} == set(known)
    for row in rows:
        assert row is not None
        takes = row[2].strip()
        assert bool(takes) == (not known[row[1]].is_flag), f"{row[1]} is told with what it takes"
        if known[row[1]].metavar:
            assert takes == known[row[1]].metavar
        elif takes:
            choices = known[row[1]].type
            assert isinstance(choices, click.Choice) and takes in choices.choices, "a choice has a row for each"
    assert not re.search(r"^\| option \|", re.sub(r"^\| option \| does \|", "", SECTIONS[name], flags=re.M), re.M)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_each_section_and_each_help_end_with_the_exit_codes(name: str) -> None:
    said = f"Exit codes: {exits_text(name)}."
    assert SECTIONS[name].strip().splitlines()[-1] == said
    told = " ".join(CliRunner().invoke(cli, [name, "--help"]).stdout.split())
    assert said in told


def test_every_command_has_exit_codes_and_nothing_else_has() -> None:
    assert set(EXITS) == set(cli.commands)
    assert all(zero and two for zero, _, two in EXITS.values())


def test_every_variable_of_the_environment_that_is_read_is_told_and_no_other() -> None:
    asked = (
        r"""environ(?:ment)?(?:\.get\(|\[)"([A-Z_]+)"|own_folder\("([A-Z_]+)"\)|"([A-Z_]+)" (?:not )?in os\.environ"""
    )
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "cockpit").rglob("*.py"))
    read = {"".join(found) for text in sources for found in re.findall(asked, text)}
    table = SECTIONS["Environment"]
    told = {name for row in re.findall(r"^\| (`.*?) \|", table, re.M) for name in re.findall(r"`([A-Z_]+)`", row)}
    assert told - {"SSH_AUTH_SOCK", "NUMBA_CACHE_DIR"} == read - {"SSH_AUTH_SOCK", "NUMBA_CACHE_DIR"}


def test_each_command_and_option_has_help() -> None:
    for command in cli.commands.values():
        assert command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in ("kind", "help"):
                assert parameter.help, (command.name, parameter.name)


def test_every_table_of_export_is_named() -> None:
    assert all(table in SECTIONS["export"] for table in EXPORTS)
