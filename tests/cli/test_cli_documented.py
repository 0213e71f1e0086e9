"""Every command, argument and option of the command line is documented, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cockpit.cli import cli
from cockpit.outlets.export import EXPORTS

ROOT = Path(__file__).resolve().parents[2]

DOCS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", DOCS, re.M | re.S))


def test_the_sections_are_the_commands() -> None:
    assert sorted(SECTIONS) == sorted(cli.commands)


def test_help_lists_the_commands_in_the_order_of_the_page_each_whole() -> None:
    told = CliRunner().invoke(cli, ["--help"], terminal_width=80).stdout.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in told] == list(SECTIONS)
    assert not any(line.endswith("...") for line in told)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_each_command_is_documented_with_all_its_parts_and_no_others(name: str) -> None:
    usage = SECTIONS[name].strip().splitlines()[0]
    options = {o for p in cli.commands[name].params if isinstance(p, click.Option) for o in p.opts}
    assert usage.startswith(f"`cockpit {name}")
    assert set(re.findall(r"--[a-z-]+", usage)) == options
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Argument):
            assert (parameter.metavar or "").strip("[].") in usage
    if name != "ask":
        assert all(f"`{option}" in SECTIONS[name] or option in SECTIONS[name].split("\n\n", 1)[1] for option in options)


def test_each_command_and_option_has_help() -> None:
    for command in cli.commands.values():
        assert command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in ("kind", "help"):
                assert parameter.help, (command.name, parameter.name)


def test_every_table_of_export_is_named() -> None:
    assert all(table in SECTIONS["export"] for table in EXPORTS)
