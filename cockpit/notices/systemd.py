"""What a service manager wants to hear of a service: that it is ready, still lives, stops. Nothing without one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket


def say(state: str) -> bool:
    """Send a state such as `READY=1` to the service manager; whether there was one to hear it."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")):
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
        # A name that begins with @ is of the abstract kind, which begins with a null byte.
        to.connect("\0" + path[1:] if path[0] == "@" else path)
        to.send(state.encode())
        return True
    return False


def watchdog_seconds() -> float | None:
    """After how many seconds of silence the service manager takes this process for dead; None if it never does."""
    said, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not said.isdecimal() or int(said) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(said) / 1e6


async def stay_alive() -> None:
    """Tell a service manager that asks for it, twice in its time, that the event loop still turns. Without one this
    returns at once."""
    seconds = watchdog_seconds()
    while seconds is not None:
        say("WATCHDOG=1")
        await asyncio.sleep(seconds / 2)
