"""Signing over SSH: a real sshd on loopback, a real agent with the only copy of the key, and `ssh -A` between them."""

from __future__ import annotations

import getpass
import grp
import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from whole_help import Terminal, tool

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))

from live_portfolio import key_file, make

pytestmark = pytest.mark.slow
SUBJECT = "dependency:D-1"
NAMESPACE = "cockpit-statement-v1"


def keygen(path: Path) -> Path:
    subprocess.run([tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def children(process: int) -> list[int]:
    """The processes below one, as Linux and macOS list them."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [(int(line.split()[0]), int(line.split()[1])) for line in table.splitlines()]
    found = [process]
    for above in found:
        found += [pid for pid, parent in pairs if parent == above]
    return found[1:]


@dataclass
class Server:
    """An sshd with a host key, configuration and authorized keys of its own, on a port that was free."""

    place: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self, login: str, **environment: str) -> None:
        """Listen on loopback for the one login key; sessions get this environment."""
        self.place.mkdir(mode=0o700)
        keygen(self.place / "host")
        (self.place / "authorized_keys").write_text(login)
        (self.place / "authorized_keys").chmod(0o600)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where it gives up root's rights; a user has none
        for _ in range(5):  # another process may take the port first
            self.port = free_port()
            (self.place / "config").write_text(self._config(environment))
            log = (self.place / "log").open("ab")
            with log:
                command = [tool("sshd"), "-D", "-e", "-f", str(self.place / "config")]
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
            if self._listens():
                return
        pytest.fail(f"sshd did not start: {(self.place / 'log').read_text()}")

    def _config(self, environment: dict[str, str]) -> str:
        pairs = " ".join(f'"{name}={value}"' for name, value in environment.items())
        return (
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.place / 'host'}\nPidFile {self.place / 'pid'}\n"
            f"AuthorizedKeysFile {self.place / 'authorized_keys'}\nStrictModes no\nUsePAM no\nUseDNS no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
            f"AllowAgentForwarding yes\nAllowTcpForwarding no\nX11Forwarding no\nSetEnv {pairs}\n"
        )

    def _listens(self) -> bool:
        assert self.process is not None
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            if answers(self.port):
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def stop(self) -> None:
        """End it and every session that it still has."""
        if self.process is None:
            return
        sessions = children(self.process.pid)
        self.process.terminate()
        self.process.wait(10)
        for session in sessions:
            subprocess.run(["kill", "-TERM", str(session)], capture_output=True, check=False)


@dataclass
class Laptop:
    """The client's side: a login key, what it knows of the server, and agents that hold the signing key alone."""

    place: Path
    server: Server
    agents: list[subprocess.Popen[bytes]] = field(default_factory=list)
    socket: str = ""

    def agent(self, key: Path, *options: str, askpass: Path | None = None) -> str:
        """Start an agent, give it the key, and delete the key's file: from now on the agent has the only copy."""
        self.socket = str(self.place / f"agent{len(self.agents)}")
        asks = {"SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"} if askpass else {}
        self.agents.append(
            subprocess.Popen(
                [tool("ssh-agent"), "-D", "-a", self.socket], env=os.environ | asks, stdout=subprocess.DEVNULL
            )
        )
        end = time.monotonic() + 60
        while not Path(self.socket).exists():
            assert time.monotonic() < end, "the agent did not start"
            time.sleep(0.02)
        environment = os.environ | {"SSH_AUTH_SOCK": self.socket}
        subprocess.run([tool("ssh-add"), "-q", *options, str(key)], env=environment, check=True, capture_output=True)
        key.unlink()
        return self.socket

    def ssh(self, *options: str) -> list[str]:
        """The command line up to the command that is run there."""
        plain = ["-F", "/dev/null", "-i", str(self.place / "login"), "-p", str(self.server.port)]
        for option in ("IdentitiesOnly=yes", "StrictHostKeyChecking=yes", f"UserKnownHostsFile={self.place / 'known'}"):
            plain += ["-o", option]
        return [tool("ssh"), *plain, *options, f"{getpass.getuser()}@localhost"]

    def run(self, options: list[str], *command: object) -> subprocess.CompletedProcess[str]:
        """Run a command on the server without a terminal."""
        environment = os.environ | {"SSH_AUTH_SOCK": self.socket}
        return subprocess.run(
            [*self.ssh(*options), shlex.join(str(word) for word in command)],
            env=environment, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def line(self, *command: object, ending: str = "") -> str:
        """The same with a terminal, as one line for a shell."""
        there = shlex.join(str(word) for word in command) + ending
        return shlex.join([*self.ssh("-A", "-tt"), there])


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    """The portfolio on the server; people's keys lie elsewhere. The vendor's handover is the evidence."""
    folder = make(tmp_path / "portfolio", keys)
    (folder / "handover.txt").write_text("All 40 endpoints are documented.\n")
    return folder


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    """A client that may log in to a running server, where `cockpit` is on the PATH."""
    client = tmp_path / "client"
    client.mkdir(mode=0o700)
    login = keygen(client / "login")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "cockpit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cockpit "$@"\n')
    (programs / "cockpit").chmod(0o755)
    server = Server(tmp_path / "sshd")
    path = f"{programs}:{os.environ['PATH']}"
    server.start(login.with_suffix(".pub").read_text(), PATH=path, XDG_STATE_HOME=os.environ["XDG_STATE_HOME"])
    host = (server.place / "host.pub").read_text()
    (client / "known").write_text(f"[localhost]:{server.port} {host}")
    found = Laptop(client, server)
    yield found
    for agent in found.agents:
        agent.terminate()
        agent.wait(10)
    server.stop()


@pytest.fixture
def terminals() -> None:
    """An sshd that an ordinary user runs can give no terminal where the system does not make them the group tty's."""
    ours, theirs = os.openpty()
    group = os.fstat(theirs).st_gid
    os.close(ours)
    os.close(theirs)
    if os.geteuid() != 0 and group != grp.getgrnam("tty").gr_gid:
        pytest.skip("the terminals of this system are not of the group tty, and only root's sshd may change that")


def verified(folder: Path) -> list[dict[str, Any]]:
    """The statements of the portfolio as `cockpit verify --json` tells them."""
    done = subprocess.run(
        [sys.executable, "-m", "cockpit", "verify", str(folder), "--json"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)["statements"]
    return found


def sign(folder: Path, *more: object) -> tuple[object, ...]:
    return ("cockpit", "sign", folder, SUBJECT, "resolved", "--evidence", folder / "handover.txt", *more)


def test_a_forwarded_agent_signs_with_the_key_that_never_left_the_client(
    laptop: Laptop, folder: Path, keys: Path, tmp_path: Path
) -> None:
    laptop.agent(key_file(keys, "vera"))
    assert not (keys / "vera.key").exists(), "the agent has the only copy"
    done = laptop.run(["-A"], *sign(folder, "--yes"))
    assert done.returncode == 0, done
    assert "I, Vera (vera), " in done.stderr and f"{SUBJECT}: open → resolved" in done.stderr
    (statement,) = verified(folder)
    assert (statement["id"], statement["verdict"], statement["signer"]) == (done.stdout.strip(), "counts", "vera")
    out = tmp_path / "out"
    subprocess.run(
        [sys.executable, "-m", "cockpit", "verify", str(folder), "--files", str(out)], check=True, capture_output=True
    )
    signers, payload = out / "allowed_signers", out / f"{statement['id']}.json"
    check = [tool("ssh-keygen"), "-Y", "verify", "-f", signers, "-I", "vera", "-n", NAMESPACE, "-s", f"{payload}.sig"]
    said = subprocess.run(check, input=payload.read_bytes(), capture_output=True, check=True).stdout.decode()
    assert f'Good "{NAMESPACE}" signature for vera' in said
    forged = payload.read_bytes().replace(b"resolved", b"promised")
    assert subprocess.run(check, input=forged, capture_output=True, check=False).returncode != 0


def test_without_the_agent_one_sentence_says_what_to_do(laptop: Laptop, folder: Path, keys: Path) -> None:
    laptop.agent(key_file(keys, "vera"))
    done = laptop.run(["-a"], *sign(folder, "--yes"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        "Your ssh-agent is not here, so there is no key to sign with: connect again with ssh -A to bring it along, "
        "or name a key file (in the shell: --key)."
    )
    assert verified(folder) == []


def test_a_key_added_with_ssh_add_c_signs_only_once_its_owner_confirms(
    laptop: Laptop, folder: Path, keys: Path
) -> None:
    asks = laptop.place / "askpass"
    asks.symlink_to("/bin/false")
    laptop.agent(key_file(keys, "vera"), "-c", askpass=asks)
    refused = laptop.run(["-A"], *sign(folder, "--yes"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "The agent did not sign" in refused.stderr and "Did you confirm" in refused.stderr
    assert verified(folder) == []
    asks.unlink()
    asks.symlink_to("/bin/true")
    assert laptop.run(["-A"], *sign(folder, "--yes")).returncode == 0
    assert [statement["verdict"] for statement in verified(folder)] == ["counts"]


@pytest.mark.usefixtures("terminals")
def test_at_a_terminal_it_asks_before_it_signs(
    laptop: Laptop, folder: Path, keys: Path, terminal: Callable[..., Terminal]
) -> None:
    agent = laptop.agent(key_file(keys, "vera"))
    for answer, told in (("n", "Nothing was signed."), ("y", "open → resolved")):
        window = terminal(laptop.line(*sign(folder), ending="; sleep 60"), 120, 40, SSH_AUTH_SOCK=agent)
        shown = " ".join(window.until("Sign this?").split())
        assert "I, Vera (vera), " in shown and verified(folder) == []
        window.type(answer)
        window.keys("Enter")
        window.until(told)
        window.close()
    assert [statement["verdict"] for statement in verified(folder)] == ["counts"]


@pytest.mark.usefixtures("terminals")
def test_the_app_over_ssh_signs_with_the_forwarded_agent(
    laptop: Laptop, folder: Path, keys: Path, terminal: Callable[..., Terminal]
) -> None:
    window = terminal(laptop.line("cockpit", folder), SSH_AUTH_SOCK=laptop.agent(key_file(keys, "sam")))
    window.until("Core banking")
    window.keys("5", "/")
    window.type("sam")
    window.keys("Enter", "s")
    assert "I, Sam (sam), attest 93.4" in " ".join(window.until("Sign as Sam").replace("▌", "").split())
    window.keys("Enter", "Enter")
    window.until(lambda text: "Sign as" not in text)
    (statement,) = verified(folder)
    assert (statement["signer"], statement["subject"], statement["verdict"]) == ("sam", "kpi:K-1", "counts")
