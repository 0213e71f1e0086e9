from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cockpit.records.model import Meaning, Person
from cockpit.trust import statements
from cockpit.trust.keys import parse_public_key

TYPES = {
    "ed25519": ["-t", "ed25519"],
    "ecdsa256": ["-t", "ecdsa", "-b", "256"],
    "ecdsa384": ["-t", "ecdsa", "-b", "384"],
    "ecdsa521": ["-t", "ecdsa", "-b", "521"],
    "rsa2048": ["-t", "rsa", "-b", "2048"],
}


def keygen(*arguments: str) -> None:
    subprocess.run(["ssh-keygen", "-q", *arguments], check=True, stdin=subprocess.DEVNULL, capture_output=True)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A key file of every kind, made by ssh-keygen."""
    folder = tmp_path_factory.mktemp("keys")
    for name, arguments in TYPES.items():
        keygen(*arguments, "-N", "", "-C", f"{name} key", "-f", str(folder / name))
    keygen("-t", "ed25519", "-N", "a passphrase", "-f", str(folder / "protected"))
    return {path.name: path for path in folder.iterdir() if path.suffix != ".pub"}


@pytest.fixture(scope="session")
def line_of(keys: dict[str, Path]) -> Callable[[str], str]:
    return lambda name: keys[name].with_name(f"{name}.pub").read_text().strip()


@pytest.fixture(scope="session")
def people(line_of: Callable[[str], str]) -> dict[str, Person]:
    """One person per kind of key, named after it."""
    return {name: Person(id=name, name=f"Person {name}", key=line_of(name)) for name in TYPES}


@pytest.fixture(scope="session")
def payload_for(people: dict[str, Person]) -> Callable[..., bytes]:
    def build(signer: str = "ed25519", portfolio: str = "core", parents: tuple[str, ...] = (), note: str = "") -> bytes:
        body = statements.proof_body(
            "dependency:D-1",
            "ab" * 32,
            Meaning.RESOLVED,
            evidence=["cd" * 32],
            note=note or "API documentation handed over, naïve „quotes“ and all.",
        )
        key = parse_public_key(people[signer].key).fingerprint
        when = datetime(2025, 3, 31, 8, 15, tzinfo=UTC)
        return statements.build(portfolio, "proof", signer, key, when, parents, body)

    return build


@pytest.fixture
def agent(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Path], None]]:
    """A running ssh-agent of its own; call it to add a key file."""
    socket = tmp_path_factory.mktemp("a") / "s"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))

    def add(key: Path) -> None:
        subprocess.run(["ssh-add", "-q", str(key)], check=True, env=os.environ.copy(), stdin=subprocess.DEVNULL)

    yield add
    process.terminate()
    process.wait(5)
    process.stdout.close()


@pytest.fixture(autouse=True)
def no_agent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test meets the agent of whoever runs it, nor knows that they are connected over SSH."""
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    if "agent" not in request.fixturenames:
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
