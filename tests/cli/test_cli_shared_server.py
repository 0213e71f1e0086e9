"""The page `docs/shared-server.md` is followed to the letter, by different Unix users with umasks of their own."""

from __future__ import annotations

import json
import re
import select
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from unix_users import ROOT, Machine, machine

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))

from live_portfolio import PEOPLE, TABLES, charter, team_of

pytestmark = pytest.mark.slow
PAGE = (ROOT / "docs" / "shared-server.md").read_text(encoding="utf-8")
SIGNERS = {"anna": "vera", "omar": "ivo"}
"""Who of the users is whom in the portfolio."""


@pytest.fixture
def server() -> Iterator[Machine]:
    with machine() as found:
        yield found


def commands(heading: str) -> list[tuple[str, str]]:
    """The commands of a section, and who types each."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, flags=re.M | re.S)
    lines = [line for block in re.findall(r"```sh\n(.*?)```", section, flags=re.S) for line in block.splitlines()]
    found = [re.fullmatch(r"(.+?) +# (\w+)", line) for line in lines]
    assert found and all(found), f"each command of “{heading}” says who types it"
    return [(each[2], each[1]) for each in found if each]


def follow(server: Machine, heading: str) -> None:
    for who, command in commands(heading):
        exceptions = (0, 1) if " brief " in command else (0,)
        server.ok(who, command, *exceptions)


def fill(server: Machine) -> None:
    """Anna fills in the tables that `init` made, with the keys of the two who sign."""
    keys = {SIGNERS[who]: server.key(who).with_suffix(".pub").read_text().strip() for who in SIGNERS}
    rows = [f"{person},{person.title()},{team_of(person)},{keys.get(person, '')}" for person in PEOPLE]
    texts = TABLES | {"people.csv": "\n".join(["id,name,team,key", *rows]) + "\n", "portfolio.toml": charter(today="")}
    for name, text in texts.items():
        (server.folder / name).write_text(text)


def sign(server: Machine, who: str, what: str) -> str:
    said = server.ok(who, f"cockpit sign /srv/portfolio {what} --key ~/.ssh/id_ed25519 --yes")
    return next(line for line in said.splitlines() if re.fullmatch("[0-9a-f]{64}", line))


def verdicts(server: Machine, who: str) -> dict[str, str]:
    done = server.run(who, "cockpit verify /srv/portfolio --json")
    return {each["id"]: each["verdict"] for each in json.loads(done.stdout)["statements"]}


def not_shared(server: Machine) -> list[str]:
    """What the group could not use of all that lies in the folder."""
    bad = []
    for path in (server.folder, *server.folder.rglob("*")):
        mode = path.stat().st_mode
        wanted = stat.S_IRGRP | stat.S_IWGRP | (stat.S_IXGRP | stat.S_ISGID if path.is_dir() else 0)
        if mode & wanted != wanted or path.group() != server.names["leads"]:
            bad.append(f"{path.name} {stat.filemode(mode)} {path.owner()}:{path.group()}")
    return bad


def test_the_page_can_be_followed_from_an_empty_server_to_a_restored_copy(server: Machine) -> None:
    follow(server, "Set up")
    fill(server)
    proven = members_take_turns(server)
    strangers_are_told_why(server)
    follow(server, "Umask")
    said = server.ok("omar", "cockpit doctor /srv/portfolio | grep umask", umask=0o022)
    assert said.startswith("advice"), "a shell that was open before still has the old one"
    assert "ok      umask" in server.ok("omar", ". ~/.profile && cockpit doctor /srv/portfolio")
    follow(server, "An access control list in place of that")
    (server.folder / "notes").mkdir()
    server.ok("omar", "touch /srv/portfolio/notes/one.csv", umask=0o077)
    server.ok("anna", "echo more >> /srv/portfolio/notes/one.csv && cockpit doctor /srv/portfolio")
    readers_lock_nobody_out(server)
    jobs_run(server)
    copies_come_back(server, proven)
    leaving(server)


def members_take_turns(server: Machine) -> list[str]:
    """With umasks that shut others out, each reads, signs and keeps evidence after the other."""
    server.ok("anna", "cockpit import /srv/portfolio")
    assert not_shared(server) == []
    (server.home("anna") / "handover.txt").write_text("All 40 endpoints are documented.\n")
    first = sign(server, "anna", "D-1 resolved --evidence handover.txt")
    (server.folder / "status_reports.csv").write_text("project,as_of,status\nP1,2025-03-29,Green\n")
    assert "opened" in server.ok("omar", "cockpit import /srv/portfolio")
    (server.home("omar") / "missing.txt").write_text("Endpoint 40 is missing.\n")
    second = sign(server, "omar", "D-1 disputed --evidence missing.txt --note 'endpoint 40'")
    third = sign(server, "anna", "D-1 resolved --evidence handover.txt --note 'now all of them'")
    assert set(verdicts(server, "omar")) == {first, second, third}
    assert verdicts(server, "anna")[third] == "counts"
    assert not_shared(server) == []
    for who in SIGNERS:
        said = server.ok(who, "cockpit doctor /srv/portfolio")
        assert "wrong" not in said
    return [first, second, third]


def strangers_are_told_why(server: Machine) -> None:
    said = server.ok("rita", "cockpit doctor /srv/portfolio", 2)
    assert "rita may not enter this folder; members of the group leads may." in " ".join(said.split())
    assert "usermod -aG leads rita" in said
    assert server.run("rita", "cockpit brief /srv/portfolio").returncode == 2


def readers_lock_nobody_out(server: Machine) -> None:
    """Somebody with less right looks, also all the time; members write all the same, and find nothing of theirs."""
    follow(server, "Who may only look")
    said = server.ok("rita", "cockpit check /srv/portfolio", 1)
    assert "may only read the store" in said
    watching = server.start("rita", "cockpit watch /srv/portfolio --json")
    until(lambda: "inotify" in str(open_files(watching.pid)), "the watch")
    sign(server, "omar", "D-1 disputed --note 'seen while rita looks'")
    assert json.loads(next_line(watching))["code"] == "DEP-DISPUTED"
    sign(server, "anna", "D-1 resolved --evidence handover.txt --note 'and again'")
    assert json.loads(next_line(watching))["event"] == "cleared"
    assert watching.poll() is None
    watching.terminate()
    watching.wait(20)
    owners = {path.owner() for path in server.folder.rglob("*")}
    assert server.names["rita"] not in owners
    said = server.ok("rita", "cockpit doctor /srv/portfolio")
    assert "rita may only look" in said
    assert server.ok("rita", "cockpit sign /srv/portfolio K-1 attested --yes", 2)


def open_files(process: int) -> list[str]:
    found = []
    for path in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.append(str(path.readlink()))
    return found


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.05)


def next_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], 60)[0], "it says nothing more"
    return process.stdout.readline()


def jobs_run(server: Machine) -> None:
    follow(server, "Jobs")
    (block,) = re.findall(r"```crontab\n(.*?)```", PAGE, flags=re.S)
    (server.folder / "status_reports.csv").write_text("project,as_of,status\nP1,2025-03-30,Green\n")
    for line in block.splitlines():
        when, command = re.fullmatch(r"((?:\S+ +){5})(cockpit .*)", line).groups()  # type: ignore[union-attr]
        assert len(when.split()) == 5
        server.ok("robot", command)
    assert "1 opened" in (server.place / "var/lib/cockpit/import.log").read_text()
    assert "wrong" not in (server.place / "var/lib/cockpit/doctor.log").read_text()
    sign(server, "omar", "D-1 disputed --note 'after the job'")


def copies_come_back(server: Machine, proven: list[str]) -> None:
    section = commands("Copies, and what to do with them")
    restoring = next(n for n, (_, command) in enumerate(section) if command.startswith("mkdir -m"))
    for who, command in section[:restoring]:
        server.ok(who, command)
    late = sign(server, "anna", "D-1 resolved --evidence handover.txt --note 'after the copy was made'")
    with (server.folder / "portfolio.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 65_536)
    said = server.ok("anna", "cockpit doctor /srv/portfolio", 1)
    assert "wrong   store" in said
    for who, command in section[restoring:]:
        server.ok(who, command, *((0, 1) if " verify " in command else ()))
    found = verdicts(server, "omar")
    assert late in found, "anna had seen it, so it came back from her replica"
    assert set(proven) <= set(found)
    assert "opened" in server.ok("omar", "echo 'P1,2025-03-31,Green' >> /srv/portfolio/status_reports.csv; "
                                 "cockpit import /srv/portfolio")  # fmt: skip


def leaving(server: Machine) -> None:
    follow(server, "When somebody leaves")
    server.ok("root", "setfacl -R -x g:leads,d:g:leads /srv/portfolio")
    assert server.run("omar", "touch /srv/portfolio/left").returncode != 0


def test_a_folder_that_is_there_is_given_to_the_group(server: Machine) -> None:
    for who, command in commands("Set up")[:3]:
        server.ok(who, command)
    server.ok("root", "install -d -o anna -m 1755 /srv/portfolio")
    server.ok("anna", "cockpit init /srv/portfolio && cockpit check /srv/portfolio")
    assert not_shared(server)
    follow(server, "A folder that is there already")
    assert not_shared(server) == []
    server.ok("omar", "cockpit doctor /srv/portfolio")
