"""Processes of this process: forked, killed, run as another user."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 400
"""Seconds after which a process that is forked here is ended."""


def missing(reason: str) -> None:
    """Skip the test for want of `reason`; fail it where CI asked for everything to be there."""
    if os.environ.get("COCKPIT_STRICT") == "1":
        pytest.fail(f"{reason}, and COCKPIT_STRICT=1 allows no skipping")
    pytest.skip(reason)


@contextmanager
def folder_for_all(mode: int = 0o755, group: int = -1) -> Iterator[Path]:
    """A folder that other users can reach, unlike pytest's own; in memory where that can be had, to spare the disk."""
    memory = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="cockpit-", dir=memory if os.access(memory, os.W_OK) else None))
    try:
        if group >= 0:
            os.chown(made, -1, group)
        made.chmod(mode)
        yield made
    finally:
        made.chmod(0o700)
        shutil.rmtree(made)


def forked(work: Callable[[], object]) -> int:
    """Runs `work` in a process of its own and returns its number; it ends with 0, or 1 where something was raised.
    Where it would wait for ever it is ended, and says where it waited."""
    child = os.fork()
    if child:
        return child
    faulthandler.register(signal.SIGALRM, file=2, chain=True)
    signal.alarm(PATIENCE)
    try:
        work()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def ended(child: int) -> int:
    """How a forked process ended; negative: by which signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def as_user(user: int, groups: Sequence[int], work: Callable[[], Any], umask: int = 0o022) -> Any:
    """What `work` returns when that user does it; what it raises as text. Forked: others may not start this Python."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def run() -> None:
        os.setgroups(list(groups))
        os.setgid(user)
        os.setuid(user)
        os.umask(umask)
        try:
            there.send(("", work()))
        except Exception as error:
            there.send((f"{type(error).__name__}: {error}", None))

    child = forked(run)
    there.close()
    try:
        said, result = here.recv()
    finally:
        ended(child)
    return said or result
