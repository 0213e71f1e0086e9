"""What the tests of the command line share: a command run in the process, a signature, a key that ssh-keygen made."""

from __future__ import annotations

import subprocess
from pathlib import Path

from click.testing import CliRunner, Result
from live_portfolio import key_file

from cockpit.cli import cli
from cockpit.commands.exits import EXITS, codes

PROOF = ("--note", "https://docs.vendor.example/api")


def run(*arguments: object, typed: str | None = None, columns: int | None = None) -> Result:
    """Run a command, its output so many columns wide. An error that it does not tell as a sentence fails the test,
    whatever exit code is expected."""
    environment = {"COLUMNS": None if columns is None else str(columns)}
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=typed, env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    name = str(arguments[0]) if arguments and arguments[0] in EXITS else "open"
    assert result.exit_code in codes(name), f"`{name}` exits with {result.exit_code}, which no page says"
    return result


def sign(folder: Path, keys: Path, who: str, *words: object) -> str:
    """Sign with the key of a person of the small portfolio; the id of the statement."""
    result = run("sign", folder, *words, "--key", key_file(keys, who), "--yes")
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def new_key(folder: Path, name: str, comment: str = "") -> Path:
    """Make a key without a passphrase; its private file, the public one beside it. The comment, by default the name of
    the file, is what a genesis calls a steward."""
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment or name, "-f", path], check=True)
    return path
