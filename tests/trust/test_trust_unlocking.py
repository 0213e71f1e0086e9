"""A key file with a passphrase, typed once for several signatures: a real agent of our own holds it meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.ledger import signing, unlocking
from cockpit.ledger.signing import PassphraseError, SigningError
from cockpit.session.batch import TRIES, GivenUpError, Terminal, sign_one
from cockpit.trust import sshsig


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Answers every passphrase that OpenSSH asks for, as a person at a terminal would."""

    def answer(text: str) -> None:
        helper = tmp_path / "askpass"
        helper.write_text(f"#!/bin/sh\nprintf '%s\\n' '{text}'\n")
        helper.chmod(0o700)
        monkeypatch.setenv("SSH_ASKPASS", str(helper))
        monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")

    return answer


def test_which_keys_have_a_passphrase(keys: dict[str, Path], tmp_path: Path) -> None:
    assert unlocking.is_locked(keys["protected"]) and not unlocking.is_locked(keys["ed25519"])
    assert not unlocking.is_locked(tmp_path / "none")


def test_it_is_typed_once_and_the_agent_is_gone_afterwards(keys: dict[str, Path], types: Callable[[str], None]) -> None:
    types("a passphrase")
    key = keys["protected"]
    line = signing.public_line(key)
    with unlocking.unlocked(key) as socket:
        types("never asked again")
        for payload in (b"one", b"two"):
            signature = signing.sign(payload, key, line, interactive=False, agent=socket)
            sshsig.verify(signature, payload, signing.NAMESPACE)
    assert not Path(socket).exists()
    with pytest.raises(SigningError):
        signing.sign(b"three", None, line, interactive=False, agent=socket)


def test_who_gives_up_unlocks_nothing(keys: dict[str, Path], types: Callable[[str], None]) -> None:
    types("")
    with (
        pytest.raises(SigningError, match="was not unlocked, so nothing was signed"),
        unlocking.unlocked(keys["protected"]),
    ):
        pytest.fail("nothing was unlocked")


HOLDER = """
import sys, time
from pathlib import Path
from cockpit.ledger import unlocking
with unlocking.unlocked(Path(sys.argv[1])) as socket:
    print(socket, flush=True)
    time.sleep(600)
"""
"""Holds an agent open until it is killed."""


def test_the_agent_ends_with_whoever_is_killed_and_leaves_nothing(
    keys: dict[str, Path], types: Callable[[str], None]
) -> None:
    types("a passphrase")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(keys["protected"])], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        socket = Path(process.stdout.readline().strip())
        assert socket.is_socket()
        process.kill()
    end = time.monotonic() + 60
    while socket.parent.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not socket.parent.exists()
    with pytest.raises(SigningError):
        signing.sign(b"one", None, signing.public_line(keys["protected"]), interactive=False, agent=str(socket))


def test_where_openssh_has_no_agent_it_says_so_at_once(
    keys: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningError, match="ssh-agent is not installed"), unlocking.unlocked(keys["protected"]):
        pytest.fail("there is no agent")


@pytest.mark.parametrize("name", ["protected", "ed25519", "ecdsa384", "rsa2048"])
def test_the_public_half_is_read_where_it_stands_in_clear_and_nothing_is_asked(
    keys: dict[str, Path], line_of: Callable[[str], str], tmp_path: Path, name: str
) -> None:
    alone = tmp_path / "key"
    shutil.copy(keys[name], alone)
    with signing.hands_off():
        assert signing.public_line(alone).split()[:2] == line_of(name).split()[:2]


def test_what_is_no_key_is_still_refused_in_a_sentence(tmp_path: Path) -> None:
    for text in (
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza\n-----END",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "x",
    ):
        path = tmp_path / "key"
        path.write_text(text)
        path.chmod(0o600)
        with pytest.raises(SigningError, match="OpenSSH can't use the key"):
            signing.public_line(path)


class Locked:
    """A session whose key has a passphrase that is right at the given try."""

    def __init__(self, right: int) -> None:
        self.tries, self._right = 0, right

    def sign(self, *_: Any, **__: Any) -> str:
        self.tries += 1
        if self.tries != self._right:
            raise PassphraseError("The passphrase was not right.")
        return "signed"


def test_a_passphrase_is_asked_for_three_times_and_only_at_a_terminal() -> None:
    said: list[str] = []
    there = Terminal(said.append, lambda: False)
    session: Any = Locked(TRIES)
    draft: Any = None
    assert sign_one(session, draft, None, there) == "signed"  # type: ignore[comparison-overlap]
    assert [line.split(".")[1].split(";")[0].strip() for line in said] == ["2 tries left", "1 try left"]
    session = Locked(TRIES + 1)
    with pytest.raises(SigningError, match=r"not right 3 times, so nothing was signed"):
        sign_one(session, draft, None, there)
    session = Locked(2)
    with pytest.raises(PassphraseError):
        sign_one(session, draft, None, None)
    assert session.tries == 1
    with pytest.raises(GivenUpError):
        sign_one(Locked(9), draft, None, Terminal(said.append, lambda: True))  # type: ignore[arg-type]
