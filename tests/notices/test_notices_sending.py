"""Sending: to a real mail server and a real endpoint on the loopback, and to commands that do what commands do."""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from notices_help import PEOPLE, breach, message

from cockpit.notices.channels import Address, address
from cockpit.notices.records import Message, Outcome
from cockpit.notices.sending import deliver, examine

VERA = PEOPLE["vera"]
NASTY = "API\r\nBcc: all@bank.example\r\n\r\n<b>@everyone</b> <!channel> \x1b[31m*red* [x](http://evil.example)"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Mailbox:
    """A mail server that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: ARG002, N802
        if self.answer.startswith("250"):
            self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
            self.to.append(envelope.rcpt_tos)
        return self.answer


@pytest.fixture
def mail() -> Iterator[tuple[Mailbox, Address]]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    yield box, address(f"mailto://127.0.0.1:{server.port}?from=cockpit@bank.example&to={{email}}", VERA, {})
    server.stop()


@pytest.fixture
def hook() -> Iterator[tuple[list[dict[str, Any]], list[int], Address]]:
    """An endpoint: what it was given, what it answers (200 when empty), and its address."""
    got: list[dict[str, Any]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(
                json.loads(self.rfile.read(int(self.headers["Content-Length"]))) | {"headers": dict(self.headers)}
            )
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield got, answers, Address(url=f"json://127.0.0.1:{server.server_port}/hook")
    server.shutdown()
    server.server_close()


def letter() -> Message:
    return message(breach("dependency:1", title=NASTY))


async def test_a_mail_arrives_as_plain_text_with_an_id_that_stays_the_same(mail: tuple[Mailbox, Address]) -> None:
    box, to = mail
    told = letter()
    assert [await deliver(to, told, "warning") for _ in range(2)] == [Outcome(), Outcome()]
    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"] == f"<{told.id}.cockpit@127.0.0.1>"
    assert first["X-Cockpit-Message"] == told.id
    assert first.get_content_type() == "text/plain"
    assert first.get_content().split() == told.body.split()


async def test_a_name_from_a_file_adds_no_header_and_no_reader(mail: tuple[Mailbox, Address]) -> None:
    box, to = mail
    await deliver(to, letter(), "failure")
    (found,) = box.letters
    assert box.to == [["vera@bank.example"]]
    assert found["Bcc"] is None
    assert "\n" not in found["Subject"]
    assert found["Subject"].startswith("API Bcc: all@bank.example <b>@\u2060everyone</b> <\u2060!channel> [31m*red*")


async def test_a_server_that_refuses_is_quoted(mail: tuple[Mailbox, Address]) -> None:
    box, to = mail
    box.answer = "550 mailbox of vera is full"
    assert "mailbox of vera is full" in (await deliver(to, letter(), "warning")).error


async def test_a_server_that_is_not_there_is_an_error_in_words() -> None:
    to = address(f"mailto://127.0.0.1:{free_port()}?from=c@bank.example&to={{email}}", VERA, {})
    assert "Connection refused" in (await deliver(to, letter(), "warning")).error


async def test_an_endpoint_gets_text_and_the_id(hook: tuple[list[dict[str, Any]], list[int], Address]) -> None:
    got, answers, to = hook
    told = letter()
    answers.append(500)
    assert "error=500" in (await deliver(to, told, "failure")).error
    assert await deliver(to, told, "failure") == Outcome()
    for each in got:
        assert (each["id"], each["title"], each["message"], each["type"]) == (
            told.id,
            told.subject,
            told.body,
            "failure",
        )
        assert each["headers"]["X-Cockpit-Message"] == told.id


async def test_an_endpoint_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        to = Address(url=f"json://127.0.0.1:{silent.getsockname()[1]}/?rto=60&cto=60")
        assert (
            await deliver(to, letter(), "info", timeout=2)
        ).error == "it did not answer within 2 seconds and was stopped"


async def test_an_address_is_examined_without_sending(hook: tuple[list[dict[str, Any]], list[int], Address]) -> None:
    got, _, to = hook
    assert await examine(to) == Outcome()
    assert got == []
    assert "foo" in (await examine(Address(url="foo://bar"))).error
    assert (await examine(Address(command=("no-such-pager",)))).error == "there is no program “no-such-pager”"


# Commands


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Address]:
    """Makes a program of a few lines of Python, to be run as a command."""

    def make(*lines: str) -> Address:
        path = tmp_path / "pager.py"
        path.write_text("\n".join(["import json, os, signal, subprocess, sys, time", *lines]))
        return Address(command=(sys.executable, str(path), str(tmp_path)))

    return make


async def test_a_command_gets_one_json_object(command: Callable[..., Address], tmp_path: Path) -> None:
    told = letter()
    to = command("open(sys.argv[1] + '/got', 'w').write(sys.stdin.read())", "print('ignored')")
    assert await deliver(to, told, "warning") == Outcome()
    got = json.loads((tmp_path / "got").read_text())
    assert (got["id"], got["person"], got["email"], got["kind"]) == (told.id, "vera", "vera@bank.example", "breach")
    assert got["breaches"][0]["event"] == "raised"
    assert got["breaches"][0]["key"] == "DEP-UNPROVEN|dependency:1"


async def test_a_command_that_fails_is_quoted(command: Callable[..., Address]) -> None:
    assert (await deliver(command("sys.exit('no modem\\n')"), letter(), "info")).error == "it ended with 1: no modem"
    assert (await deliver(command("os.kill(os.getpid(), 9)"), letter(), "info")).error == "it was killed by signal 9"


async def test_a_command_that_is_not_there_is_an_error_in_words() -> None:
    found = await deliver(Address(command=("/no/such/pager",)), letter(), "info")
    assert found.error == "the command could not be started: No such file or directory"


async def test_a_command_that_hangs_is_killed_with_what_it_started(
    command: Callable[..., Address], tmp_path: Path
) -> None:
    to = command(
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
        "open(sys.argv[1] + '/pid', 'w').write(str(child.pid))",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "time.sleep(600)",
    )
    assert "did not answer within 2 seconds" in (await deliver(to, letter(), "info", timeout=2)).error
    gone = time.monotonic() + 60
    while Path(f"/proc/{(tmp_path / 'pid').read_text()}/cmdline").exists() and time.monotonic() < gone:
        if not Path(f"/proc/{(tmp_path / 'pid').read_text()}/cmdline").read_bytes():
            break  # dead, and not yet buried by whoever adopted it
        time.sleep(0.02)
    assert time.monotonic() < gone


async def test_a_command_may_talk_without_end_and_listen_to_nothing(command: Callable[..., Address]) -> None:
    to = command("os.close(0)", "sys.stderr.write('x' * 30_000_000 + '\\nthe last words\\n\\n')", "sys.exit(3)")
    assert (await deliver(to, letter(), "info")).error == "it ended with 3: the last words"


async def test_a_command_may_leave_something_running_that_holds_the_pipe(
    command: Callable[..., Address], tmp_path: Path
) -> None:
    to = command(
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)",
        "open(sys.argv[1] + '/pid', 'w').write(str(child.pid))",
    )
    # Whoever waited for what holds the pipe would be told that it did not answer.
    assert await deliver(to, letter(), "info") == Outcome()
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


async def test_what_the_service_manager_says_is_for_us_alone(
    command: Callable[..., Address], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/us")
    monkeypatch.setenv("COCKPIT_TOKEN", "for the pager")
    to = command("open(sys.argv[1] + '/env', 'w').write(json.dumps(dict(os.environ)))")
    await deliver(to, letter(), "info")
    environment = json.loads((tmp_path / "env").read_text())
    assert "NOTIFY_SOCKET" not in environment
    assert environment["COCKPIT_TOKEN"] == "for the pager"
    assert os.environ["NOTIFY_SOCKET"] == "/run/us"
