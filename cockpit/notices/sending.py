"""Sending one message through one channel: a child process with a time limit, whatever it does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO

from cockpit.notices.channels import Address, masked
from cockpit.notices.records import Message, Outcome

TIMEOUT = 30.0
"""Seconds that a channel has to take a message."""
_TAIL = 4_000
"""Bytes of what a child says on standard error that are kept."""
_LAST = 16
"""Parts that are read at most once it has ended: a pipe holds one."""
_COURIER = (sys.executable, "-P", "-m", "cockpit.notices.courier")
"""`-P`: nothing is imported from the folder that somebody happens to be in."""
_NOT_OURS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""What the service manager says to this process alone."""


async def deliver(address: Address, message: Message, tone: str, *, timeout: float = TIMEOUT) -> Outcome:
    """Send a message; never raises. A child that hangs is killed with all that it has started."""
    if address.command:
        return await _run(address.command, message.data.encode(), address.secrets, timeout)
    order = {"url": address.url, "id": message.id, "subject": message.subject, "body": message.body, "tone": tone}
    return await _run(_COURIER, json.dumps(order).encode(), address.secrets, timeout)


async def examine(address: Address, *, timeout: float = TIMEOUT) -> Outcome:
    """Whether an address can be used at all, as far as that can be told without sending."""
    if address.command:
        import shutil

        found = shutil.which(address.command[0])
        return Outcome() if found else Outcome(f"there is no program “{masked(address.command[0], ())}”")
    order = {"url": address.url, "id": "", "check": True}
    return await _run(_COURIER, json.dumps(order).encode(), address.secrets, timeout)


async def _run(command: Sequence[str], given: bytes, secrets: tuple[str, ...], timeout: float) -> Outcome:
    # No pipe of ours is the event loop's own business: it would wait for whoever else holds on to it.
    with _paper(given) as paper, _Ear() as ear:
        try:
            child = await asyncio.create_subprocess_exec(
                *command,
                stdin=paper,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=ear.mouth,
                start_new_session=True,
                env=_environment(os.environ),
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            return Outcome(f"the command could not be started: {masked(reason or str(error), secrets)}")
        try:
            async with asyncio.timeout(timeout):
                await child.wait()
        except TimeoutError:
            return Outcome(f"it did not answer within {timeout:g} seconds and was stopped")
        finally:
            _end(child)
            await child.wait()
        lines = ear.heard().decode("utf-8", "replace").split("\n")
        text = masked(next((line for line in reversed(lines) if line.strip()), ""), secrets)
    return _outcome(child.returncode or 0, text, told=command is _COURIER)


@contextlib.contextmanager
def _paper(text: bytes) -> Iterator[IO[bytes]]:
    """A file with this content, to be read from its start: in memory where that can be had, for it may hold secrets."""
    with os.fdopen(os.memfd_create("message"), "r+b") if hasattr(os, "memfd_create") else TemporaryFile() as paper:
        paper.write(text)
        paper.seek(0)
        yield paper


class _Ear:
    """Hears what a child says, to the end and however much it is, and keeps the last of it."""

    def __enter__(self) -> _Ear:
        self._said = b""
        self._own, self.mouth = os.pipe2(os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
        os.set_blocking(self._own, False)
        asyncio.get_running_loop().add_reader(self._own, self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._own)
        for end in (self._own, self.mouth):
            os.close(end)

    def _listen(self) -> bool:
        """Whether there was something to hear."""
        with contextlib.suppress(BlockingIOError):
            part = os.read(self._own, 1 << 16)
            self._said = (self._said + part)[-_TAIL:]
            return bool(part)
        return False

    def heard(self) -> bytes:
        """The last words of a child that has ended; what it has left behind may go on for ever."""
        for _ in range(_LAST):
            if not self._listen():
                break
        return self._said


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in _NOT_OURS}


def _end(child: asyncio.subprocess.Process) -> None:
    """Kill the child if it still runs, with all that it has started in its session."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def _outcome(code: int, said: str, told: bool) -> Outcome:
    """What an exit code means; `told`: what was said explains it."""
    if code == 0:
        return Outcome()
    if code == 1 and said and told:
        return Outcome(said)
    ended = f"it ended with {code}" if code > 0 else f"it was killed by signal {-code}"
    return Outcome(f"{ended}: {said}" if said else ended)
