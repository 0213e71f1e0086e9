"""A key file whose passphrase is typed once for several signatures: an OpenSSH agent of our own holds it meanwhile.

The key never enters our process, and that agent is gone when the last signature is made.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.ledger.signing import PROMPT_TIMEOUT, SigningError

LIFETIME = 900
"""Seconds after which the agent forgets the key by itself, should nobody be left to end it."""
START = 5.0
"""Seconds that the agent gets to start."""


def is_locked(key: Path) -> bool:
    """Whether a private key file has a passphrase."""
    path = str(key.expanduser().absolute())
    try:
        done = subprocess.run(
            ["ssh-keygen", "-y", "-P", "", "-f", path],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
            timeout=START,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode != 0 and b"passphrase" in done.stderr


@contextmanager
def unlocked(key: Path) -> Iterator[str]:
    """An agent of our own that holds the key file's key; ssh-add asks for the passphrase at the terminal.

    Gives the agent's socket. Raises SigningError when the key was not added.
    """
    path = key.expanduser().absolute()
    with tempfile.TemporaryDirectory(prefix="cockpit-agent-") as folder:
        socket = Path(folder) / "agent"
        try:
            process = subprocess.Popen(
                ["ssh-agent", "-D", "-a", str(socket)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C at the passphrase is not meant for it
            )
        except OSError as error:
            raise SigningError(f"ssh-agent could not be started ({error.strerror}): install OpenSSH.") from None
        try:
            _wait_for(socket)
            _add(path, str(socket))
            yield str(socket)
        finally:
            process.terminate()
            try:
                process.wait(START)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(socket: Path) -> None:
    end = time.monotonic() + START
    while not socket.exists():
        if time.monotonic() > end:
            raise SigningError("ssh-agent did not start within 5 seconds: nothing was signed. Try again.")
        time.sleep(0.01)


def _add(path: Path, socket: str) -> None:
    try:
        done = subprocess.run(
            ["ssh-add", "-q", "-t", str(LIFETIME), str(path)],
            env={**os.environ, "SSH_AUTH_SOCK": socket, "LC_ALL": "C"},
            timeout=PROMPT_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise SigningError(f"ssh-add gave no answer, so {path} was not unlocked and nothing was signed.") from None
    if done.returncode != 0:
        raise SigningError(f"{path} was not unlocked, so nothing was signed.")
