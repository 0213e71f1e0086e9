"""Who sends: one process, known by name, and known to be dead when it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from notices_help import at

from cockpit.notices.lock import HeldError, Holder, SenderLock, _start, is_dead


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "portfolio.db"


def test_the_second_is_told_who_has_it_and_gets_it_when_the_first_lets_go(store: Path) -> None:
    first = SenderLock(store, at("09:00"))
    said = rf"Process {os.getpid()} on \S+ has sent the messages of this portfolio since 2025-03-03T09:00:00\+0000\."
    with pytest.raises(HeldError, match=said):
        SenderLock(store, at("09:01"))
    first.close()
    SenderLock(store, at("09:02")).close()


def test_a_lock_whose_file_was_taken_away_is_no_lock(store: Path) -> None:
    first = SenderLock(store, at("09:00"))
    assert first.holds
    (store.parent / "portfolio.db-sender").unlink()
    assert not first.holds
    second = SenderLock(store, at("09:01"))
    assert second.holds
    assert not first.holds
    first.close()
    second.close()


def test_a_lock_that_cannot_be_made_is_not_had(store: Path) -> None:
    (store.parent / "portfolio.db-sender").mkdir()
    with pytest.raises(HeldError, match=r"portfolio\.db-sender can't be made or opened"):
        SenderLock(store, at("09:00"))


def test_what_is_in_the_file_is_shown_as_what_it_is(store: Path) -> None:
    code = f"import fcntl, sys, time; f = open({str(store) + '-sender'!r}, 'w'); f.write('a \\x1b[31m c d'); f.flush()"
    code += "; fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None
            other.stdout.readline()
            with pytest.raises(HeldError) as refused:
                SenderLock(store, at("09:00"))
        finally:
            other.kill()
    assert "\x1b" not in str(refused.value)


def test_this_process_lives_and_another_of_its_number_would_be_another() -> None:
    me = Holder.me()
    assert Holder.of(str(me)) == me
    assert not is_dead(str(me))
    assert is_dead(f"{me.host} {me.pid} {int(me.start) + 1}")
    assert not is_dead(f"elsewhere {me.pid} 1"), "of another host nobody here can tell"
    assert is_dead("nonsense")


def test_a_killed_process_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as other:
        stat = Path(f"/proc/{other.pid}/stat").read_text()
        holder = f"{Holder.me().host} {other.pid} {stat.rpartition(')')[2].split()[19]}"
        assert not is_dead(holder)
        other.send_signal(signal.SIGKILL)
    assert is_dead(holder)


def test_one_that_has_ended_is_dead_although_its_parent_has_not_asked_how() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        line = str(Holder(Holder.me().host, child.pid, _start(child.pid)))
        assert not is_dead(line)
        assert child.stdin is not None
        child.stdin.close()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(line)
