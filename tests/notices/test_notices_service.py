"""`cockpit watch --notify` as a service: real processes, killed, stopped, started twice; nobody is told twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from live_portfolio import TABLES, charter, make

from cockpit.cli import cli

ROOT = Path(__file__).resolve().parents[2]
NOTIFY = '[notify]\nchannels = ["run:${COCKPIT_PAGER}"]\nquiet = "none"\ndigest_at = "23:59"\n'
AT_ANY_HOUR = NOTIFY.replace("23:59", "00:00")
"""The digest is due whenever these tests run."""
ALONE = 'quiet = "none"\n[notify.people.vera]\nchannels = ["run:${COCKPIT_PAGER}"]\n'
PAGER = """\
import json, os, signal, sys, time
folder = sys.argv[1]
told = json.load(sys.stdin)

def note(word):
    with open(folder + "/" + word, "a") as file:
        file.write(told["id"] + " " + told["person"] + " " + told["kind"] + "\\n")

plan, mine = "", folder + "/plan" + str(os.getpid())
try:
    os.rename(folder + "/plan", mine)  # several run at once, and one has it
    plan = open(mine).read()
except FileNotFoundError:
    pass
if plan == "kill before":
    note("killed")
    os.kill(os.getppid(), signal.SIGKILL)
    sys.exit(1)
if plan == "hang":
    note("hangs")
    time.sleep(600)
if plan == "slow":
    note("slow")
    time.sleep(1.5)
note("got")
if plan == "kill after":
    os.kill(os.getppid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "portfolio", tmp_path / "keys", more=NOTIFY)


class Service:
    """Starts commands on the portfolio, and ends them whatever happens."""

    def __init__(self, folder: Path, post: Path) -> None:
        self.folder, self.post = folder, post
        post.mkdir()
        (post / "pager.py").write_text(PAGER)
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "COCKPIT_PAGER": f"{sys.executable} {post}/pager.py {post}",
        }
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "cockpit", *words]
        started = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment | environment,
            cwd=self.post,
        )
        self.started.append(started)
        return started

    def watch(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        return self.start("watch", str(self.folder), "--notify", *words, **environment)

    def ready(self, *words: str) -> subprocess.Popen[str]:
        """Start a command, and wait until it says that it is ready."""
        path = str(self.post / f"manager{len(self.started)}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(60)
            started = self.start(*words, NOTIFY_SOCKET=path)
            assert manager.recv(100) == b"READY=1"
        return started

    def run(self, *words: str) -> tuple[int, str, str]:
        started = self.start(*words)
        out, err = started.communicate(timeout=60)
        return started.returncode, out, err

    def plan(self, what: str) -> None:
        (self.post / "plan").write_text(what)

    def read(self, name: str) -> list[list[str]]:
        path = self.post / name
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def waits(self) -> int:
        """How many messages were not taken yet, as the store has it."""
        from cockpit.store import Store

        with Store.open(self.folder / "portfolio.db") as store:
            return 0 if store.outbox.next_at() is None else 1

    def settled(self) -> bool:
        return bool(self.read("got")) and not self.waits()

    def stop(self, process: subprocess.Popen[str]) -> str:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return err


@pytest.fixture
def service(folder: Path, tmp_path: Path) -> Iterator[Service]:
    made = Service(folder, tmp_path / "post")
    yield made
    for process in made.started:
        process.kill()
        process.communicate(timeout=60)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


PEOPLE = ["sam", "vera"]
"""Who has something to clear in the small portfolio: the KPI's owner, and the vendor's."""


@pytest.mark.slow
def test_killed_before_it_was_sent_it_is_sent_after_a_restart_and_never_again(service: Service) -> None:
    (service.folder / "portfolio.toml").write_text(charter(more=f"[notify]\n{ALONE}"))
    service.plan("kill before")
    first = service.watch()
    assert first.wait(30) == -signal.SIGKILL
    second = service.watch()
    until(service.settled)
    service.stop(second)
    assert service.read("got") == service.read("killed"), "the very message that was not sent"
    third = service.ready("watch", str(service.folder), "--notify")
    code, out, err = service.run("notify", str(service.folder))
    assert (code, out) == (2, ""), "only one process sends"
    service.stop(third)
    assert service.run("notify", str(service.folder))[0] == 0
    assert len(service.read("got")) == 1, err


def test_killed_after_it_was_sent_it_comes_again_with_the_same_id(service: Service) -> None:
    (service.folder / "portfolio.toml").write_text(charter(more=f"[notify]\n{ALONE}"))
    service.plan("kill after")
    assert service.watch().wait(30) == -signal.SIGKILL
    second = service.watch()
    until(lambda: len(service.read("got")) == 2)
    until(service.settled)
    service.stop(second)
    first, again = service.read("got")
    assert first == again, "the receiver can tell that it is the same"


def test_a_second_one_is_refused_by_name_and_a_watch_that_sends_nothing_is_not(service: Service) -> None:
    first = service.watch()
    until(service.settled)
    code, out, err = service.run("watch", str(service.folder), "--notify")
    assert (code, out) == (2, "")
    assert f"Process {first.pid} on {socket.gethostname()} has sent the messages of this portfolio since 20" in err
    beside = service.ready("watch", str(service.folder), "--json")
    (service.folder / "kpis.csv").write_text(TABLES["kpis.csv"].replace("cloud", "nothing"))
    assert beside.stdout is not None
    assert json.loads(beside.stdout.readline())["event"] == "raised"
    service.stop(beside)
    first.kill()
    first.wait(20)
    third = service.ready("watch", str(service.folder), "--notify")
    holder = (service.folder / "portfolio.db-sender").read_text().split()[1]
    assert holder == str(third.pid), "the lock of a killed one is free"
    service.stop(third)


def test_who_loses_the_right_to_send_ends_so_that_it_is_started_again(service: Service) -> None:
    """Whoever mends a store moves `portfolio.db*` away: a watch that only fell silent would tell nobody anything."""
    watch = service.ready("watch", str(service.folder), "--notify")
    (service.folder / "portfolio.db-sender").unlink()
    (service.folder / "kpis.csv").write_text(TABLES["kpis.csv"].replace("cloud", "nothing"))
    _, err = watch.communicate(timeout=60)
    assert watch.returncode == 2
    assert "The file that says who sends was taken away or replaced: nothing is sent." in err


@pytest.mark.slow
def test_a_channel_that_hangs_stalls_neither_the_watch_nor_its_end(service: Service) -> None:
    service.plan("hang")
    watch = service.watch("--json")
    until(lambda: service.read("hangs") and service.read("got"))
    assert watch.stdout is not None
    while json.loads(watch.stdout.readline())["code"] != "KPI-UNSIGNED":
        pass
    (service.folder / "kpis.csv").write_text(TABLES["kpis.csv"].replace("cloud", "nothing"))
    assert json.loads(watch.stdout.readline())["event"] == "raised"
    watch.send_signal(signal.SIGTERM)
    watch.communicate(timeout=100)  # what hangs would be there for ten minutes
    assert watch.returncode == 0
    ((number, person, _),) = service.read("hangs")
    assert service.run("notify", str(service.folder))[0] == 0
    assert [number, person, "breach"] in service.read("got"), "it was due for the next process at once"


def test_what_is_being_sent_ends_before_the_service_does(service: Service) -> None:
    service.plan("slow")
    watch = service.watch()
    until(lambda: service.read("slow"))
    service.stop(watch)
    assert service.read("slow")[0] in service.read("got")
    assert service.run("notify", str(service.folder))[0] == 0
    assert sorted(person for _, person, _ in service.read("got")) == PEOPLE


def test_the_service_manager_hears_that_it_is_ready_lives_and_stops(service: Service, tmp_path: Path) -> None:
    path = str(tmp_path / "manager")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        manager.settimeout(30)
        watch = service.watch(NOTIFY_SOCKET=path, WATCHDOG_USEC="400000")
        heard = [manager.recv(100).decode()]
        while "READY=1" not in heard or heard.count("WATCHDOG=1") < 3:  # it lives before the first reading has ended
            heard.append(manager.recv(100).decode())
        assert set(heard) == {"READY=1", "WATCHDOG=1"}
        assert heard.count("READY=1") == 1
        service.stop(watch)
        manager.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                heard.append(manager.recv(100).decode())
    assert heard[-1] == "STOPPING=1"


def test_the_end_of_the_pipe_ends_the_watch_at_once(service: Service) -> None:
    watch = service.start("watch", str(service.folder))
    assert watch.stdout is not None
    assert "raised" in watch.stdout.readline()
    watch.stdout.close()
    assert watch.wait(30) in (0, 1), "1: it was just about to say more"


def test_what_was_raised_and_cleared_while_it_was_down_is_told_at_the_start(service: Service) -> None:
    first = service.watch("--json")
    until(service.settled)
    first.send_signal(signal.SIGTERM)
    before = [json.loads(line) for line in first.communicate(timeout=60)[0].splitlines()]
    (service.folder / "kpis.csv").write_text(TABLES["kpis.csv"].replace("cloud", "nothing"))
    assert service.run("check", str(service.folder))[0] == 1, "somebody else has looked meanwhile"
    second = service.ready("watch", str(service.folder), "--notify", "--json")
    second.send_signal(signal.SIGTERM)
    told = [json.loads(line) for line in second.communicate(timeout=60)[0].splitlines()]
    assert {(each["event"], each["code"]) for each in told} >= {("raised", "ALIGN-KPI"), ("raised", "ALIGN-UNMEASURED")}
    assert not {each["code"] for each in told} & {each["code"] for each in before}, "what stands is not told again"
    assert "ALIGN-KPI" not in {each["code"] for each in before}


# The command for a table of jobs


@pytest.fixture
def notify(service: Service) -> Callable[..., tuple[int, str, str]]:
    """The command in this process: exit code, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, ["notify", str(service.folder), *words], env=service.environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


def test_notify_says_what_is_due_and_sends_nothing_when_it_only_looks(
    service: Service, notify: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, err = notify("--dry-run")
    assert (code, err) == (0, "")
    first = "To Vera (run): Integration layer: API documentation: nobody promised a date; USD 10k a day; you to sign"
    assert any(line.startswith(first) for line in out.splitlines())
    assert f"cockpit sign {service.folder} dependency:D-1 resolved --evidence FILE" in out
    assert service.read("got") == []
    wrong = '[notify]\nchannels = ["json://${COCKPIT_NONE}", "foo://bar"]\n'
    (service.folder / "portfolio.toml").write_text(charter(more=wrong))
    said = notify("--dry-run")[2].splitlines()
    assert said[0] == "json: the variable COCKPIT_NONE is not set where Cockpit sends messages."
    assert said[1].startswith("foo: ")


def check_of(service: Service) -> str:
    return CliRunner().invoke(cli, ["check", str(service.folder), "--json"]).stdout


def test_notify_sends_once_and_says_what_was_not_taken(
    service: Service, notify: Callable[..., tuple[int, str, str]]
) -> None:
    assert notify()[::2] == (0, "2 messages were taken.\n")
    assert notify()[::2] == (0, "No messages were taken.\n")
    assert sorted(person for _, person, _ in service.read("got")) == PEOPLE
    (service.folder / "kpis.csv").write_text(TABLES["kpis.csv"].replace("cloud", "nothing"))
    (service.folder / "portfolio.toml").write_text(charter(more=AT_ANY_HOUR.replace("COCKPIT_PAGER", "COCKPIT_NONE")))
    for _ in range(2):
        code, _, err = notify()
        assert code == 1
        assert err.endswith("No messages were taken, 1 not: tried again later.\n")
    found = CliRunner().invoke(cli, ["doctor", str(service.folder), "--json"]).stdout
    (check,) = [each for each in json.loads(found)["checks"] if each["check"] == "notify"]
    assert (check["level"], check["commands"]) == ("wrong", [f"cockpit notify {service.folder} --test sam"])
    assert check["details"] == ["run to sam, 1 try: the variable COCKPIT_NONE is not set where Cockpit sends messages"]
    told = CliRunner().invoke(cli, ["export", str(service.folder), "--format", "json", "--table", "sources"]).stdout
    (row,) = [each for each in json.loads(told)["sources"] if each["format"] == "messages"]
    assert row["path"].startswith("[notify] run-")
    (problem,) = row["problems"]
    assert problem.startswith("portfolio.toml, notify: to sam, 1 try, next at 20")
    assert problem.endswith("UTC: the variable COCKPIT_NONE is not set where Cockpit sends messages")
    assert not [b for b in json.loads(check_of(service))["breaches"] if "notify" in b["subject"]], "it judges nothing"


def test_what_ages_goes_to_who_owes_the_decision(service: Service, notify: Callable[..., tuple[int, str, str]]) -> None:
    """Both breaches are of 31 March. Five days later Sam, the sponsor and the KPI's owner, owes two decisions."""
    notify()
    (service.folder / "portfolio.toml").write_text(charter(today="2025-04-04", more=AT_ANY_HOUR))
    assert notify("--dry-run")[1].startswith("Nothing is due now.")
    (service.folder / "portfolio.toml").write_text(charter(today="2025-04-05", more=AT_ANY_HOUR))
    said = notify("--dry-run")[1]
    assert said.startswith("To Sam (run): Core banking: 2 exceptions; worst: Integration layer: API documentation")
    assert said.count("A decision about this is yours to make.") == 2
    assert said.count("  cockpit decide ") == 2
    assert "dependency:D-1 resolved" not in said, "that is not Sam's to sign"
    notify()
    assert [person for _, person, _ in service.read("got")[2:]] == ["sam"]


def test_a_test_message_goes_to_one_person_and_is_kept_nowhere(
    service: Service, notify: Callable[..., tuple[int, str, str]]
) -> None:
    assert notify("--test", "vera") == (0, "", "run: taken\n")
    ((_, person, kind),) = service.read("got")
    assert (person, kind) == ("vera", "test")
    assert notify("--test", "verra") == (2, "", "No person has the id “verra”. Known are: ivo, sam, vera.\n")
    assert notify("--dry-run")[1].startswith("To ")


def test_who_may_only_read_the_store_sends_nothing(
    notify: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    notify()
    monkeypatch.setattr("cockpit.store.place.may_write", lambda _: False)
    code, out, err = notify()
    assert (code, out) == (2, "")
    assert "this user may only read it" in err
    assert notify("--dry-run")[0] == 0
