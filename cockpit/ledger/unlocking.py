"""A key file whose passphrase is typed once for several signatures: an OpenSSH agent of our own holds it meanwhile.

The key never enters our process, and that agent is gone when the last signature is made, or as soon as we are,
however we end: it is kept by a shell that waits for the end of a pipe which only we hold open.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.basics.homes import expanded
from cockpit.ledger.signing import PROMPT_TIMEOUT, SigningError

LIFETIME = 900
"""Seconds after which the agent forgets the key by itself, should even the shell that keeps it be killed."""
KEEPER = """
ssh-agent -D -a "$1/agent" </dev/null &
read -r _
kill "$!"
wait "$!"
rm -f "$1/agent"
rmdir "$1"
"""
"""Runs the agent until our end of its input is closed; the system closes it for whoever is killed. An agent that never
started has no socket, which is told by waiting for that."""
START = 5.0
"""Seconds that the agent gets to start."""


def is_locked(key: Path) -> bool:
    """Whether a private key file has a passphrase."""
    path = str(expanded(key).absolute())
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
    path = expanded(key).absolute()
    with tempfile.TemporaryDirectory(prefix="cockpit-agent-") as folder:
        socket = Path(folder) / "agent"
        if shutil.which("ssh-agent") is None:
            raise SigningError("ssh-agent is not installed, so nothing was signed: install OpenSSH.")
        try:
            process = subprocess.Popen(
                ["sh", "-c", KEEPER, "sh", folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C at the passphrase is not meant for it
            )
        except OSError as error:
            raise SigningError(f"No shell could be started for ssh-agent ({error.strerror}).") from None
        try:
            _wait_for(socket)
            _add(path, str(socket))
            yield str(socket)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(START)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the shell leads a session of its own, with the agent in it
        process.wait()


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
