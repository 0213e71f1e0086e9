"""`cockpit doctor` as different Unix users: what each of them is told, and what they or root type to mend it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from unix_users import Machine, machine

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Machine]:
    """A group with anna in it, a shared portfolio, and omar and rita outside."""
    with machine() as found:
        found.ok("root", "groupadd leads && usermod -aG leads anna && install -d -m 2770 -g leads /srv/portfolio")
        found.ok("anna", "cockpit init /srv/portfolio && cockpit import /srv/portfolio", umask=0o007)
        yield found


def doctor(server: Machine, who: str, before: str = "", folder: str = "/srv/portfolio", **more: Any) -> dict[str, Any]:
    """Each check by its name, in plain names; `before` is typed in the same shell first."""
    done = server.run(who, f"{before}\ncockpit doctor {folder} --json", **more)
    assert done.returncode in (0, 1, 2), done.stderr
    told = json.loads(server.told(done.stdout[done.stdout.index("{\n") :]))
    return {check["check"]: check for check in told["checks"]}


def mend(server: Machine, who: str, check: dict[str, Any]) -> None:
    """Type the printed commands, as whom they are printed for."""
    for command in check["commands"]:
        server.ok("root" if check["by"] == "root" else who, command)


def test_somebody_outside_is_told_which_group_to_join_and_to_log_in_again(server: Machine) -> None:
    check = doctor(server, "omar")["folder"]
    assert check["says"] == "omar may not enter this folder; members of the group leads may."
    mend(server, "omar", check)
    assert doctor(server, "omar")["access"]["says"] == "omar may write here."
    server.ok("root", "chmod o+rx /srv/portfolio")
    before_login = server.as_user("omar") | {"extra_groups": []}
    check = doctor(server, "omar", login=before_login)["access"]
    assert check["level"] == "wrong" and "log in again" in check["says"]
    (command,) = check["commands"]
    said = server.run("omar", f"{command} <<< 'cockpit doctor /srv/portfolio'", login=before_login).stdout
    assert re.search(r"^ok +access +\S+ may write here\.$", said, flags=re.M)
    server.ok("root", "chmod o-rx /srv/portfolio && gpasswd -d omar leads")


def test_a_store_that_root_made_in_somebodys_own_folder_is_given_back(server: Machine) -> None:
    own = str(server.home("anna") / "own")
    server.ok("anna", f"cockpit init {own}")
    server.ok("root", f"cockpit import {own}")
    checks = doctor(server, "anna", folder=own)
    assert checks["access"]["level"] == "wrong"
    assert checks["store-files"]["says"].startswith("portfolio.db, portfolio.db-writer are not anna's")
    mend(server, "anna", checks["store-files"])
    checks = doctor(server, "anna", folder=own)
    assert checks["access"]["level"] == "ok" and "store-files" not in checks
    server.ok("anna", f"cockpit import {own}")


def test_a_file_that_shuts_the_others_out_is_mended_by_its_owner_or_root(server: Machine) -> None:
    server.ok("root", "usermod -aG leads omar")
    server.ok("anna", "echo id,title > /srv/portfolio/late.csv", umask=0o077)
    assert "late.csv" in server.ok("omar", "cockpit import /srv/portfolio", 1)
    check = doctor(server, "omar")["files"]
    assert check["says"] == "late.csv (of anna) can't be read by the other members of leads."
    assert check["by"] == "anna or root"
    mend(server, "anna", check)
    assert doctor(server, "omar")["files"]["level"] == "ok"
    server.ok("root", "rm /srv/portfolio/late.csv && gpasswd -d omar leads")


def test_a_umask_is_told_and_set_for_good(server: Machine) -> None:
    check = doctor(server, "anna", umask=0o077)["umask"]
    assert check["level"] == "advice" and "077" in check["says"]
    server.ok("anna", check["commands"][0], umask=0o077)
    assert doctor(server, "anna", before=". ~/.profile", umask=0o077)["umask"]["level"] == "ok"


def test_an_access_control_list_is_understood_and_mended(server: Machine) -> None:
    server.ok("root", "install -d -m 2770 -g leads /srv/listed && setfacl -m g:leads:rwX,d:g:leads:rwX /srv/listed")
    server.ok("anna", "cockpit init /srv/listed && mkdir /srv/listed/more && cockpit import /srv/listed", umask=0o077)
    found = doctor(server, "anna", folder="/srv/listed", umask=0o077)
    assert {check["level"] for check in found.values()} <= {"ok", "advice"}
    assert "by its access control list" in found["group"]["says"] and found["umask"]["level"] == "ok"
    broken = {
        "group": "chmod g-w /srv/listed",
        "setgid": "setfacl -k /srv/listed/more",
        "store-files": "setfacl -m g:leads:r /srv/listed/portfolio.db",
        "folders": "setfacl -m g:leads:rx /srv/listed/more",
        "files": "setfacl -m g:leads:0 /srv/listed/portfolio.toml",
    }
    server.ok("root", f"chgrp -R anna /srv/listed; {'; '.join(broken.values())}")
    found = doctor(server, "anna", folder="/srv/listed")
    assert {name: found[name]["level"] for name in broken} == dict.fromkeys(broken, "wrong")
    assert len({found[name]["commands"][0] for name in broken}) == 1
    assert (found["files"]["by"], found["group"]["by"]) == (None, "root"), "whose they are"
    mend(server, "anna", found["group"])
    found = doctor(server, "anna", folder="/srv/listed")
    assert {name: found[name]["level"] for name in broken} == dict.fromkeys(broken, "ok")


def test_no_home_to_remember_in_is_told_and_made(server: Machine) -> None:
    server.ok("root", "install -d -m 755 /srv/nothome")
    home = {"HOME": str(server.place / "srv/nothome")}
    check = doctor(server, "anna", environment=home)["state"]
    assert check["level"] == "wrong" and "can't be made" in check["says"]
    mend(server, "anna", check)
    assert doctor(server, "anna", environment=home)["state"]["level"] == "ok"
    server.ok("root", f"chown omar {home['HOME']}/.local/state/cockpit")
    check = doctor(server, "anna", environment=home)["state"]
    assert check["level"] == "wrong" and "omar's" in check["says"]
    mend(server, "anna", check)
    assert doctor(server, "anna", environment=home)["state"]["level"] == "ok"


HOG = """exec python3 -c '
import ctypes, sys, time
libc = ctypes.CDLL(None)
while libc.inotify_init() >= 0: pass
print("held", flush=True)
time.sleep(600)'"""


def test_no_file_events_left_is_told_until_there_are_some_again(server: Machine) -> None:
    hog = server.start("rita", HOG.removeprefix("exec "))
    assert hog.stdout is not None and hog.stdout.readline() == b"held\n"
    server.ok("root", "usermod -aG leads rita")
    check = doctor(server, "rita")["watching"]
    assert check["level"] == "advice" and "No more inotify instances can be had for rita" in check["says"]
    assert re.fullmatch(r"sysctl -w fs\.inotify\.max_user_instances=\d+", check["commands"][0])
    assert check["by"] == "root"
    hog.terminate()
    hog.wait(20)
    assert doctor(server, "rita")["watching"]["level"] == "ok"


def test_the_key_in_the_agent_is_added_by_what_is_printed(server: Machine) -> None:
    server.key("anna")
    check = doctor(server, "anna")["agent"]
    (command,) = check["commands"]
    assert command == 'eval "$(ssh-agent)" && ssh-add'
    said = server.ok("anna", f"{command} && cockpit doctor /srv/portfolio; kill $SSH_AGENT_PID")
    assert "The agent holds 1 key, and none is enrolled here." in " ".join(said.split())
