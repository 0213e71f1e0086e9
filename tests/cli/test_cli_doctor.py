"""`cockpit doctor`: each thing is broken for real, told, and mended with the very commands that were printed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from live_portfolio import key_file, make
from rich.cells import cell_len
from unix_users import missing

from cockpit.cli import cli
from cockpit.doctor import keys
from cockpit.doctor.examine import examine
from cockpit.doctor.findings import Level, shell
from cockpit.store import place, schema
from cockpit.store.errors import sqlite3

ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    *("charter", "access", "group", "setgid", "sticky", "store-files", "folders", "files", "umask", "disk", "sqlite"),
    *("store", "backups", "notify", "clock", "openssh", "agent", "state", "pin", "replica", "ledger", "watching"),
)
"""All checks of a shared folder, in their order."""


@dataclass(frozen=True)
class Ward:
    """A shared portfolio, all of it well, and a shell that has `cockpit` on its path."""

    folder: Path
    environment: Mapping[str, str]

    def doctor(self) -> tuple[int, dict[str, Any]]:
        """The exit code, and each check by its name."""
        done = CliRunner().invoke(cli, ["doctor", str(self.folder), "--json"], env=self.environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, {check["check"]: check for check in json.loads(done.stdout)["checks"]}

    def shell(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-ec", command], cwd=self.folder.parent, env=self.environment, capture_output=True, text=True,
            check=False, timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode in (0, 1), f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def cockpit(self, *arguments: object) -> None:
        """A command that only sets the scene, in this process."""
        done = CliRunner().invoke(cli, [str(argument) for argument in arguments], env=self.environment)
        assert done.exit_code in (0, 1), done.output

    def break_it(self, how: str) -> None:
        self.shell(f"f={shell(self.folder)}; s=$XDG_STATE_HOME/cockpit; {how}")

    def mend(self, check: Mapping[str, Any]) -> None:
        """Type the commands that the check printed."""
        assert check["commands"], f"nothing is said that mends {check}"
        for command in check["commands"]:
            self.shell(command)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small portfolio, read once, beside the keys of its people."""
    place = tmp_path_factory.mktemp("made")
    folder = make(place / "portfolio", place / "keys")
    assert CliRunner().invoke(cli, ["import", str(folder)]).exit_code == 0
    group = 54321 if os.geteuid() == 0 else os.getgid()
    os.chown(folder, -1, group)
    folder.chmod(0o2770)
    for path in folder.iterdir():
        os.chown(path, -1, group)
        path.chmod(0o660)
    return place


@pytest.fixture
def ward(made: Path, tmp_path: Path) -> Ward:
    subprocess.run(["cp", "-rp", *made.iterdir(), tmp_path], check=True)
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "cockpit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cockpit "$@"\n')
    (bin_ / "cockpit").chmod(0o755)
    environment = {
        "PATH": f"{bin_}:{os.environ['PATH']}:/usr/sbin:/sbin",
        "HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}".rstrip(":"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "LANG": "C.UTF-8",
        "SSH_AUTH_SOCK": "",
    }
    return Ward(tmp_path / "portfolio", environment)


def test_a_folder_that_is_well_has_every_check_and_nothing_wrong(ward: Ward) -> None:
    code, checks = ward.doctor()
    assert code == 0
    assert tuple(checks) == CHECKS
    assert {name for name, check in checks.items() if check["level"] != "ok"} <= {"agent", "ledger", "disk", "umask"}


BREAKS = (
    ("charter", "wrong", "sed -i s/title/titel/ $f/portfolio.toml"),
    ("group", "wrong", "chmod g-w $f"),
    ("group", "wrong", "chmod o+w $f"),
    ("setgid", "wrong", "chmod g-s $f"),
    ("setgid", "wrong", "mkdir -p $f/evidence && chmod 770 $f/evidence && chmod g-s $f/evidence"),
    ("sticky", "wrong", "chmod +t $f"),
    ("sticky", "wrong", "mkdir $f/statements && chmod 3770 $f/statements"),
    ("store-files", "wrong", "chmod 600 $f/portfolio.db"),
    ("store-files", "wrong", "chmod o+w $f/portfolio.db"),
    ("store-files", "wrong", "rm -f $f/portfolio.db-writer; (umask 077; : > $f/portfolio.db-writer)"),
    ("folders", "wrong", "(umask 077; mkdir -p $f/evidence/of-anna)"),
    ("files", "wrong", "(umask 077; echo id,title > $f/late.csv)"),
    ("files", "advice", "(umask 022; echo id,title > $f/late.csv)"),
    ("store", "advice", "rm $f/portfolio.db"),
    ("store", "advice", "rm $f/portfolio.db*; : > $f/portfolio.db; chmod 660 $f/portfolio.db"),
    ("store", "wrong", "echo 'no database' > $f/portfolio.db"),
    ("store", "wrong", "echo 'left behind' > $f/portfolio.db-journal; chmod 660 $f/portfolio.db-journal"),
    ("backups", "advice", "cp -p $f/portfolio.db $f/portfolio.db.v1.bak"),
    ("clock", "advice", "touch -d '3 days' $f/projects.csv"),
    ("state", "wrong", "mkdir -p $s; chmod 755 $s"),
    ("state", "wrong", "rm -rf $s; mkdir -p $XDG_STATE_HOME; echo > $s"),
)


@pytest.mark.parametrize(("name", "level", "how"), BREAKS, ids=[f"{name}: {how}" for name, _, how in BREAKS])
def test_what_is_broken_is_told_and_mended_by_what_is_printed(ward: Ward, name: str, level: str, how: str) -> None:
    ward.break_it(how)
    code, checks = ward.doctor()
    assert (checks[name]["level"], code) == (level, 1 if level == "wrong" else 0), checks[name]
    edited = {**ward.environment, "EDITOR": "sed -i s/titel/title/"}
    Ward(ward.folder, edited).mend(checks[name])
    code, checks = ward.doctor()
    assert (checks[name]["level"], code) == ("ok", 0), checks


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("rm $f/portfolio.db; mkdir -m 2770 $f/portfolio.db", "no plain file"),
        ("rm $f/portfolio.db; mkfifo $f/portfolio.db", "no plain file"),
        ("rm $f/portfolio.db; ln -s /nowhere/at/all $f/portfolio.db", "a link that leads nowhere"),
        ("rm $f/portfolio.db; ln -s portfolio.db $f/portfolio.db", "can't be looked at"),
        ("truncate -s 8192 $f/portfolio.db", "damaged"),
    ],
)
def test_what_is_no_store_is_put_aside(ward: Ward, how: str, why: str) -> None:
    ward.break_it(how)
    code, checks = ward.doctor()
    assert code == 1 and why in checks["store"]["says"]
    put_aside = checks["store"]["commands"][:2]
    for command in put_aside:
        ward.shell(command)
    code, checks = ward.doctor()
    assert (code, checks["store"]["says"]) == (0, "There is none yet; the first import makes it.")
    assert list((ward.folder / "aside").iterdir())


def test_whose_file_shuts_the_others_out_is_named(ward: Ward) -> None:
    if os.geteuid() != 0:
        missing("only root gives files away")
    ward.break_it("(umask 077; for n in 1 2 3 4 5; do echo > $f/late$n.csv; done); chown 54399 $f/late?.csv")
    says = ward.doctor()[1]["files"]["says"]
    assert says.startswith("late1.csv, late2.csv, late3.csv and 2 more (of 54399) can't be read by the other members")


def test_a_row_that_was_changed_behind_our_back_is_found_by_its_hash(ward: Ward) -> None:
    raw = sqlite3.connect(str(ward.folder / "portfolio.db"))
    raw.execute("UPDATE projects SET baseline_finish = '2027-01-01'")
    raw.commit()
    raw.close()
    code, checks = ward.doctor()
    assert (code, checks["store"]["level"]) == (1, "wrong")
    assert "damaged" in checks["store"]["says"] and "projects" in " ".join(checks["store"]["details"])
    ward.mend(checks["store"])
    assert ward.doctor()[1]["store"]["level"] == "ok"


def test_a_foreign_database_is_told_and_put_aside(ward: Ward) -> None:
    (ward.folder / "portfolio.db").unlink()
    raw = sqlite3.connect(str(ward.folder / "portfolio.db"))
    raw.execute("CREATE TABLE t (a)")
    raw.close()
    (ward.folder / "portfolio.db").chmod(0o660)
    code, checks = ward.doctor()
    assert code == 1 and "another program" in checks["store"]["says"]
    ward.mend(checks["store"])
    assert ward.doctor()[0] == 0
    assert (ward.folder / "aside" / "portfolio.db").exists()


def test_a_trigger_in_the_store_is_told(ward: Ward) -> None:
    raw = sqlite3.connect(str(ward.folder / "portfolio.db"))
    raw.execute("CREATE TRIGGER quietly AFTER INSERT ON statements BEGIN DELETE FROM statements; END")
    raw.close()
    code, checks = ward.doctor()
    assert code == 1 and "quietly" in checks["store"]["says"]


def test_a_newer_cockpits_store_is_not_put_aside(ward: Ward) -> None:
    raw = sqlite3.connect(str(ward.folder / "portfolio.db"))
    raw.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    raw.close()
    code, checks = ward.doctor()
    assert code == 1 and f"version {schema.VERSION + 1}" in checks["store"]["says"]
    assert ["--upgrade" in command for command in checks["store"]["commands"]] == [True]


def test_an_older_store_is_told_before_it_is_brought_up_to_date(ward: Ward) -> None:
    sys.path.insert(0, str(ROOT / "tests" / "store"))
    from store_versions import make

    for path in ward.folder.glob("portfolio.db*"):
        path.unlink()
    make(ward.folder / "portfolio.db", 1)
    (ward.folder / "rows.db").unlink(missing_ok=True)
    ward.shell(f"chgrp --reference={ward.folder} {ward.folder}/*; chmod g+rw {ward.folder}/*")
    before = (ward.folder / "portfolio.db").read_bytes()
    code, checks = ward.doctor()
    assert (code, checks["store"]["level"]) == (0, "advice") and "version 1" in checks["store"]["says"]
    assert (ward.folder / "portfolio.db").read_bytes() == before
    ward.mend(checks["store"])
    checks = ward.doctor()[1]
    assert (checks["store"]["level"], checks["backups"]["level"]) == ("ok", "advice")
    ward.mend(checks["backups"])
    assert ward.doctor()[1]["backups"]["level"] == "ok"


# -- the machine


def test_a_network_file_system_is_told(ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/export {ward.folder} nfs4 rw 0 0\n")
    monkeypatch.setattr(place, "MOUNTS", mounts)
    code, checks = ward.doctor()
    assert (code, checks["disk"]["level"]) == (1, "wrong") and "nfs4" in checks["disk"]["says"]


@pytest.fixture
def small_disk(ward: Ward, tmp_path: Path) -> Iterator[Ward]:
    """The portfolio on a disk of its own with 64 MiB and room for 1,400 files."""
    if os.geteuid() != 0:
        missing("only root mounts a disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    options = "size=64m,nr_inodes=1400,mode=755"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], check=False).returncode:
        missing("no disk can be mounted here")
    try:
        shutil.copytree(ward.folder, disk / "portfolio", copy_function=shutil.copy2)
        yield Ward(disk / "portfolio", ward.environment)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_told_with_what_fills_it(small_disk: Ward) -> None:
    disk, large = small_disk.folder.parent, small_disk.folder.parent / "large"
    assert small_disk.doctor()[1]["disk"]["level"] == "advice"
    large.write_bytes(bytes(50 << 20))
    code, checks = small_disk.doctor()
    assert (code, checks["disk"]["level"]) == (1, "wrong") and "full" in checks["disk"]["says"]
    (command,) = checks["disk"]["commands"]
    assert str(large) in small_disk.shell(command).splitlines()[1], "what to delete is on top"
    large.unlink()
    many = disk / "many"
    many.mkdir()
    for number in range(500):
        (many / str(number)).touch()
    code, checks = small_disk.doctor()
    assert (code, checks["disk"]["level"]) == (1, "wrong") and "more files" in checks["disk"]["says"]
    assert str(many) in small_disk.shell(checks["disk"]["commands"][0])


def test_a_disk_for_reading_only_is_told_and_mended(small_disk: Ward) -> None:
    small_disk.shell(f"mount -o remount,ro {small_disk.folder.parent}")
    code, checks = small_disk.doctor()
    assert (code, checks["disk"]["level"]) == (1, "wrong")
    assert checks["disk"]["by"] == "root"
    small_disk.mend(checks["disk"])
    assert small_disk.doctor()[1]["disk"]["level"] == "advice"


def test_an_old_sqlite_library_is_told(ward: Ward) -> None:
    """The library that Python brings, where it is one of the old ones."""
    import sqlite3 as own

    if own.sqlite_version_info >= (3, 51, 3):
        pytest.skip("this Python brings a new SQLite")
    code = "import sys; sys.modules['pysqlite3'] = None; from cockpit.cli import main; main()"
    told = ward.shell(f'{sys.executable} -c "{code}" doctor {ward.folder} --json')
    (check,) = [each for each in json.loads(told)["checks"] if each["check"] == "sqlite"]
    assert check["level"] == "advice" and own.sqlite_version in check["says"]
    assert check["commands"][0].endswith("-m pip install 'pysqlite3>=0.6.1'")


def test_a_clock_that_is_behind_what_was_signed_is_told(ward: Ward, keys_of_vera: Path) -> None:
    ward.cockpit("sign", ward.folder, "D-1", "promised", "--date", "2025-04-04", "--key", keys_of_vera, "--yes")
    now = datetime.now(UTC)
    levels = {
        behind: {f.check: f for f in examine(ward.folder, now - timedelta(minutes=behind)).findings}["clock"].level
        for behind in (0, 4, 6, 60 * 24)
    }
    assert levels == {0: Level.OK, 4: Level.OK, 6: Level.WRONG, 60 * 24: Level.WRONG}


@pytest.fixture
def keys_of_vera(keys: Path) -> Path:
    return key_file(keys, "vera")


# -- keys and what is remembered


def test_openssh_that_is_missing_or_too_old_is_told(ward: Ward, tmp_path: Path) -> None:
    nothing = Ward(ward.folder, {**ward.environment, "PATH": str(tmp_path)})
    code, checks = nothing.doctor()
    assert (code, checks["openssh"]["level"], checks["openssh"]["by"]) == (1, "wrong", "root")
    old = tmp_path / "old"
    old.mkdir()
    (old / "ssh").write_text("#!/bin/sh\necho 'OpenSSH_7.9p1 Debian-10, OpenSSL 1.1.1d' >&2\n")
    (old / "ssh").chmod(0o755)
    aged = Ward(ward.folder, {**ward.environment, "PATH": f"{old}:{ward.environment['PATH']}"})
    assert aged.doctor()[1]["openssh"]["level"] == "wrong"
    assert "7.9p1" in aged.doctor()[1]["openssh"]["says"]


def test_the_agent_is_told_from_none_to_one_that_signs_for_somebody_here(
    ward: Ward, keys_of_vera: Path, tmp_path: Path
) -> None:
    assert ward.doctor()[1]["agent"]["level"] == "advice"
    address = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(address)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        held = Ward(ward.folder, {**ward.environment, "SSH_AUTH_SOCK": str(address)})
        assert held.doctor()[1]["agent"]["says"] == "The ssh-agent holds no key."
        held.shell(f"ssh-keygen -q -t ed25519 -N '' -f {tmp_path}/stranger && ssh-add -q {tmp_path}/stranger")
        assert "holds 1 key, and none is enrolled here" in held.doctor()[1]["agent"]["says"]
        held.shell(f"ssh-add -q {keys_of_vera}")
        check = held.doctor()[1]["agent"]
        assert (check["level"], check["says"]) == ("ok", "The agent signs for Vera.")
        stewarded(held, tmp_path)
        check = held.doctor()[1]["agent"]
        assert check["commands"] == [f"cockpit join {ward.folder} PERSON --to request.json"]
        held.shell(check["commands"][0].replace("PERSON", f"vera --key {keys_of_vera}"))
        held.cockpit("enrol", ward.folder, tmp_path / "request.json", "--key", tmp_path / "sue", "--yes")
        assert held.doctor()[1]["agent"]["says"] == "The agent signs for Vera."
    finally:
        process.terminate()
        process.wait(5)
        process.stdout.close()


def test_an_agent_that_never_answers_keeps_nobody_waiting(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "PATIENCE", 0.3)
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        deaf.listen(1)
        held = Ward(ward.folder, {**ward.environment, "SSH_AUTH_SOCK": str(tmp_path / "deaf")})
        check = held.doctor()[1]["agent"]
    assert check["level"] == "advice" and "gave no answer" in check["says"]


def stewarded(ward: Ward, tmp_path: Path) -> None:
    ward.shell(f"ssh-keygen -q -t ed25519 -N '' -C sue -f {tmp_path}/sue")
    ward.cockpit("init", ward.folder, "--steward", f"sue={tmp_path}/sue.pub", "--key", tmp_path / "sue", "--yes")


def test_a_portfolio_without_stewards_is_told_how_to_begin(ward: Ward, tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    ward.shell(f"ssh-keygen -q -t ed25519 -N '' -f {tmp_path}/.ssh/id_ed25519")
    check = ward.doctor()[1]["ledger"]
    assert check["level"] == "advice"
    command = check["commands"][0]
    assert command == f"cockpit init {ward.folder} --steward ID={tmp_path}/.ssh/id_ed25519.pub"
    ward.shell(command.replace("ID=", "sue=") + f" --key {tmp_path}/.ssh/id_ed25519 --yes")
    checks = ward.doctor()[1]
    assert (checks["ledger"]["level"], checks["ledger"]["says"]) == (
        "ok",
        "1 statement, all good. Stewards enrol the keys.",
    )
    assert checks["pin"]["says"].startswith("It begins with the genesis that this machine knows (")


def resolve(ward: Ward, key: Path) -> None:
    ward.cockpit("sign", ward.folder, "D-1", "resolved", "--note", "https://docs.example", "--key", key, "--yes")


def take_out(ward: Ward, which: str) -> None:
    raw = sqlite3.connect(str(ward.folder / "portfolio.db"))
    raw.execute(f"DELETE FROM statements WHERE {which}")
    raw.commit()
    raw.close()


def test_a_genesis_that_was_taken_out_is_told_and_comes_back(ward: Ward, tmp_path: Path) -> None:
    stewarded(ward, tmp_path)
    assert ward.doctor()[0] == 0
    take_out(ward, "type = 'genesis'")
    code, checks = ward.doctor()
    assert code == 1 and (checks["pin"]["level"], checks["replica"]["level"]) == ("wrong", "wrong")
    ward.mend(checks["pin"])
    code, checks = ward.doctor()
    assert code == 0 and (checks["pin"]["level"], checks["replica"]["level"]) == ("ok", "ok")


def test_a_statement_that_was_taken_out_is_told_by_the_replica_and_by_what_follows_it(
    ward: Ward, keys: Path, tmp_path: Path
) -> None:
    vera, ivo = key_file(keys, "vera"), key_file(keys, "ivo")
    resolve(ward, vera)
    ward.cockpit("sign", ward.folder, "D-1", "disputed", "--note", "no", "--key", ivo, "--yes")
    take_out(ward, "signer = 'vera'")
    checks = ward.doctor()[1]
    assert checks["replica"]["level"] == "wrong"
    assert checks["replica"]["says"] == "1 statement that you have seen here is not in the store any more."
    assert (checks["ledger"]["level"], checks["ledger"]["by"]) == ("wrong", None)
    stranger = Ward(ward.folder, {**ward.environment, "XDG_STATE_HOME": str(tmp_path / "another")})
    checks = stranger.doctor()[1]
    assert (checks["replica"]["level"], checks["ledger"]["level"]) == ("ok", "wrong")
    assert checks["ledger"]["by"] == "somebody who has seen them"
    ward.mend(checks["ledger"])
    for each in (ward, stranger):
        checks = each.doctor()[1]
        assert (checks["replica"]["level"], checks["ledger"]["level"]) == ("ok", "advice")


def test_a_statement_that_is_rejected_is_told(ward: Ward, keys_of_vera: Path) -> None:
    resolve(ward, keys_of_vera)
    (ward.folder / "people.csv").write_text("id,name,team,key\nvera,Vera,vendor,\nivo,Ivo,integration,\n")
    ward.cockpit("import", ward.folder)
    check = ward.doctor()[1]["ledger"]
    assert (check["level"], check["says"]) == ("advice", "1 of 1 statement is rejected.")
    assert "No key is enrolled for Vera" in check["details"][0]


def test_a_state_folder_that_cannot_be_made_is_told(ward: Ward, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lost = Ward(ward.folder, {**ward.environment, "XDG_STATE_HOME": str(tmp_path / "file" / "state")})
    check = lost.doctor()[1]["state"]
    assert (check["level"], check["by"]) == ("wrong", "root")
    assert check["commands"][0].startswith("install -d -o ") and check["commands"][0].endswith("/state/cockpit")


# -- what it never does


def everything(*places: Path) -> list[tuple[object, ...]]:
    """All that can be seen of these folders: names, modes, sizes, times, contents."""
    found: list[tuple[object, ...]] = []
    for top in places:
        for path in (top, *sorted(top.rglob("*"))):
            seen = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            found.append((str(path), seen.st_mode, seen.st_uid, seen.st_gid, seen.st_mtime_ns, seen.st_ino, content))
    return found


def test_it_changes_nothing(ward: Ward, tmp_path: Path) -> None:
    stewarded(ward, tmp_path)
    state, fresh = tmp_path / "state", tmp_path / "fresh"
    fresh.mkdir()
    other = Ward(ward.folder, {**ward.environment, "XDG_STATE_HOME": str(fresh)})
    (ward.folder / "statements").mkdir(exist_ok=True)
    before = everything(ward.folder, state, fresh)
    ward.doctor()
    other.doctor()
    assert everything(ward.folder, state, fresh) == before
    for path in ward.folder.glob("portfolio.db*"):
        path.unlink()
    before = everything(ward.folder, state, fresh)
    ward.doctor()
    assert everything(ward.folder, state, fresh) == before


def test_a_log_that_a_killed_writer_left_is_read_and_stays(ward: Ward) -> None:
    code = (
        "import os, sys; from pathlib import Path; from cockpit.session.live import Session\n"
        "opened = Session.open(Path(sys.argv[1])); opened.update()\n"
        "opened.store.log_breaches(['one more'], opened.now())\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(ward.folder)], env=ward.environment, check=False)
    log = ward.folder / "portfolio.db-wal"
    assert log.stat().st_size > 0
    before = log.read_bytes()
    code_, checks = ward.doctor()
    assert (code_, checks["store"]["level"]) == (0, "ok")
    assert log.read_bytes() == before


# -- folders that are none, and hostile ones


@pytest.mark.parametrize("how", ["rm -r $f", "rm -r $f; mkdir $f", "rm -r $f; echo > $f"])
def test_what_is_no_portfolio_ends_with_2(ward: Ward, how: str) -> None:
    ward.break_it(how)
    code, checks = ward.doctor()
    assert (code, list(checks), checks["folder"]["level"]) == (2, ["folder"], "wrong")
    if "echo" not in how:
        ward.mend(checks["folder"])
        assert ward.doctor()[0] in (0, 1)


HOSTILE = (
    "rm $f/portfolio.toml; mkfifo $f/portfolio.toml",
    "rm $f/portfolio.toml; mkdir $f/portfolio.toml",
    "rm $f/portfolio.toml; ln -s /dev/zero $f/portfolio.toml",
    "rm $f/portfolio.toml; ln -s portfolio.toml $f/portfolio.toml",
    "head -c 100000 /dev/urandom > $f/portfolio.toml",
    "printf 'a = %s' \"$(printf '[%.0s' $(seq 9000))\" > $f/portfolio.toml",
    "rm $f/portfolio.db; ln -s /dev/zero $f/portfolio.db",
    "rm $f/portfolio.db; ln -s portfolio.db $f/portfolio.db",
    "head -c 200000 /dev/urandom > $f/portfolio.db",
    "head -c 3000 $f/portfolio.db > $f/x; head -c 90000 /dev/urandom >> $f/x; cat $f/x > $f/portfolio.db",
    "head -c 40000 /dev/urandom > $f/portfolio.db-wal",
    "rm -f $f/portfolio.db-writer; mkfifo $f/portfolio.db-writer",
    "rm -f $f/portfolio.db-writer; ln -s /dev/zero $f/portfolio.db-writer",
    "mkfifo $f/statements.json; rm -rf $f/evidence; echo > $f/evidence; ln -s . $f/loop; ln -s / $f/root",
    "d=$f; for n in $(seq 60); do d=$d/deep; mkdir $d; done",
    "touch $f/$'\\e[2J\\e]0;owned\\a.csv' $f/$'a\\nb.csv' $f/-rf $f/$'\\xff\\xfe.csv'",
    "touch -d '9999-12-31' $f/projects.csv; touch -d '1901-01-01' $f/people.csv",
    "mkdir -p $s/pins $s/replicas; for p in $s/pins/* $s/replicas/*; do [ -e $p ] && rm -r $p && mkdir $p; done; true",
    "for p in $s/replicas/*.cockpit-ledger; do head -c 100000 /dev/urandom > $p; done",
)


@pytest.mark.parametrize("how", HOSTILE)
def test_nothing_in_a_folder_makes_it_fail_or_wait(ward: Ward, how: str) -> None:
    ward.break_it(how)
    with patience(20):
        done = CliRunner().invoke(cli, ["doctor", str(ward.folder)], env=ward.environment)
    assert done.exit_code in (0, 1, 2), done.output
    assert isinstance(done.exception, SystemExit | None) and done.stderr == ""
    assert "could not be made" not in done.stdout
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Fail what waits for ever."""

    def ring(*_: object) -> None:
        pytest.fail(f"it waits, for {seconds} seconds already")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_check_that_fails_in_a_way_nobody_thought_of_costs_only_itself(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("a thing nobody thought of")

    monkeypatch.setattr("cockpit.doctor.machine.disk", fails)
    code, checks = ward.doctor()
    assert code == 1
    assert checks["disk"]["says"] == "This check could not be made (ZeroDivisionError: a thing nobody thought of)."
    assert [name for name in CHECKS if name not in checks] == ["sqlite"]


# -- how it looks


@pytest.mark.parametrize("name", ["portfolio", "it's a “folder”", "$(touch owned)", "two\nlines", "\x1b[2Jx"])
def test_the_commands_can_be_copied_whatever_the_folder_is_called(ward: Ward, name: str) -> None:
    moved = Ward(ward.folder.rename(ward.folder.with_name(name)), ward.environment)
    moved.folder.chmod(0o3770)
    done = CliRunner().invoke(cli, ["doctor", str(moved.folder)], env=ward.environment)
    (line,) = [line for line in done.stdout.splitlines() if "chmod -t" in line]
    moved.shell(line.strip().removeprefix("$ "))
    assert moved.folder.stat().st_mode & 0o7777 == 0o2770
    assert not (ward.folder.parent / "owned").exists()
    assert "\x1b" not in done.stdout


def test_a_name_that_begins_with_a_dash_is_no_option() -> None:
    assert shell("-rf") == "./-rf"
    assert shell("-r\nf") == "$'./-r\\x0af'"


def test_the_page_fits_80_columns_but_for_commands_and_ends_with_a_sum(ward: Ward) -> None:
    ward.break_it("chmod 600 $f/portfolio.db; chmod +t $f; cp $f/portfolio.db $f/portfolio.db.v1.bak")
    told = CliRunner().invoke(cli, ["doctor", str(ward.folder)], env=ward.environment).stdout
    for line in told.splitlines():
        assert cell_len(line) <= 80 or line.lstrip().startswith(("$ ", "# ")), line
    assert told.startswith("Core banking\n/")
    assert "things are wrong" in told.splitlines()[-1]
    assert "\nwrong   sticky       The sticky bit is on this folder: " in told


def test_the_sample_is_well(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(ROOT / "sample_portfolios" / "core-banking", folder, ignore=shutil.ignore_patterns("portfolio.db*"))
    assert CliRunner().invoke(cli, ["import", str(folder)]).exit_code == 0
    report = examine(folder, datetime.now(UTC).astimezone())
    assert (report.wrong, report.usable, report.portfolio) == (0, True, "core-banking")
