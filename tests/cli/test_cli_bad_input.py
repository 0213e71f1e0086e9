"""Bad input: one sentence that says what and where, the right exit code, no traceback, the last good state kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from live_portfolio import TABLES, charter

ROOT = Path(__file__).resolve().parents[2]


def cockpit(*arguments: object, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*prefix, sys.executable, "-m", "cockpit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def refused(result: subprocess.CompletedProcess[str], *words: str) -> None:
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr, result.stderr


def codes(result: subprocess.CompletedProcess[str]) -> list[str]:
    assert "Traceback" not in result.stderr
    return [breach["code"] for breach in json.loads(result.stdout)["breaches"]]


def test_no_folder_no_charter_no_command(tmp_path: Path) -> None:
    refused(cockpit("check", tmp_path), "portfolio.toml", "cockpit init")
    refused(cockpit("check", tmp_path / "none"), "portfolio.toml")
    refused(cockpit("nonsense"), "neither a command nor a folder")
    refused(cockpit("check", tmp_path, "--as-of", "tomorrow"), "is not a date")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("this is not TOML", ("portfolio.toml", "not valid TOML", "line 1")),
        (charter(more="[policy]\nsilense_days = 3\n"), ("portfolio.toml line 7", "silense_days", "silence_days")),
        (b"\xff\xfe\x00", ("portfolio.toml", "UTF-8")),
        ("", ("portfolio.toml", "portfolio")),
    ],
)
def test_a_charter_that_can_not_be_used_names_file_key_and_line(
    folder: Path, text: str | bytes, words: tuple[str]
) -> None:
    (folder / "portfolio.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(cockpit("check", folder), *words)


def test_a_dependency_on_an_unknown_project_is_a_breach_that_names_it(folder: Path) -> None:
    rows = TABLES["dependencies.csv"].replace("receiver_item", "receiver_project").replace("I-2", "P9")
    (folder / "dependencies.csv").write_text(rows)
    result = cockpit("check", folder, "--json")
    assert result.returncode == 1
    assert "DEP-UNKNOWN" in codes(result)
    assert "P9" in result.stdout


def test_a_truncated_workbook_is_a_source_breach_beside_the_good_data(folder: Path) -> None:
    good = codes(cockpit("check", folder, "--json"))
    (folder / "tracker.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 50)
    result = cockpit("check", folder, "--json")
    assert result.returncode == 1
    assert sorted(codes(result)) == sorted([*good, "SOURCE-FAILED"])
    assert "tracker.xlsx" in result.stderr


def test_a_circle_of_links_is_named_in_full_and_the_rest_computed(folder: Path) -> None:
    (folder / "links.csv").write_text(TABLES["links.csv"] + "M-1,I-2\n")
    result = cockpit("check", folder, "--json")
    circle = next(b for b in json.loads(result.stdout)["breaches"] if b["code"] == "NETWORK-CYCLE")
    assert "I-2" in str(circle)
    assert "M-1" in str(circle)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX ones")
@pytest.mark.parametrize("what", ["portfolio.toml", "projects.csv"])
def test_no_permission_is_a_sentence(folder: Path, what: str) -> None:
    assert cockpit("check", folder).returncode == 1
    (folder / what).chmod(0)
    result = limited("check", folder, "--json")
    if what == "portfolio.toml":
        refused(result, "portfolio.toml", "ermission")
    else:
        assert "SOURCE-FAILED" in codes(result)
        assert "projects.csv" in result.stderr


def limited(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command without root's power to read and write everything."""
    if os.geteuid() != 0:
        return cockpit(*arguments)
    if shutil.which("setpriv") is None:
        pytest.skip("root reads everything, and setpriv is not here to give that up")
    prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    return cockpit(*arguments, prefix=prefix)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX ones")
def test_who_may_only_read_sees_the_last_state(folder: Path) -> None:
    assert cockpit("check", folder).returncode == 1
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        result = limited("check", folder, "--json")
    finally:
        folder.chmod(0o755)
    assert "DEP-UNPROVEN" in codes(result)
    assert "only read" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_the_output_is_a_sentence(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "cockpit", "check", str(folder)]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, timeout=60)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "No space left" in result.stderr


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
def test_a_full_disk_under_the_store_keeps_the_last_good_state(folder: Path) -> None:
    good = cockpit("check", folder, "--json")
    rows = "".join(f"I-{n},P1,Item number {n},activity,integration,ivo,To Do,5,,\n" for n in range(10, 9000))
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"] + rows)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["prlimit", "--fsize=300000", sys.executable, "-m", "cockpit", "check", str(folder), "--json"]
    full = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert full.returncode == 2, full
    assert "Traceback" not in full.stderr
    assert "portfolio.db" in full.stderr
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"])
    assert cockpit("check", folder, "--json").stdout == good.stdout


def test_hostile_text_is_inert_in_every_plain_output(folder: Path) -> None:
    bad = "fix [/x] [@click=app.quit] \x1b]0;owned\x07 \u202etxt \x9b31m " + "y" * 10_000
    rows = TABLES["dependencies.csv"].replace("API documentation", bad)
    (folder / "dependencies.csv").write_text(rows, encoding="utf-8")
    for command in ("import", "check", "brief", "replay", "verify"):
        result = cockpit(command, folder)
        for text in (result.stdout, result.stderr):
            assert not [c for c in text if not c.isprintable() and c != "\n"], command
    assert "[@click=app.quit]" in cockpit("check", folder).stdout


def test_check_never_imports_textual_and_help_is_instant(folder: Path) -> None:
    code = (
        "import sys; from cockpit.cli import cli\n"
        f"try: cli(['check', {str(folder)!r}, '--json'])\n"
        "except SystemExit: pass\n"
        "sys.exit(sorted(m for m in sys.modules if m.split('.')[0] == 'textual') or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    code = "import sys, cockpit.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.split()
    assert not {"pydantic", "networkx", "rich", "sqlite3", "pysqlite3", "cryptography", "asyncio"} & set(loaded)


def test_an_error_of_cockpit_itself_is_a_sentence_unless_asked_for(folder: Path) -> None:
    code = (
        "import cockpit.session.live\n"
        "def bug(*_, **__): raise KeyError('spam')\n"
        "cockpit.session.live.Session.update = bug\n"
        "from cockpit.cli import main\nimport sys\n"
        f"sys.argv = ['cockpit', 'check', {str(folder)!r}]\nmain()"
    )
    for debug, expected in (("", "Cockpit itself failed (KeyError: 'spam')"), ("1", "Traceback")):
        environment = {**os.environ, "COCKPIT_DEBUG": debug}
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment)
        assert expected in result.stderr
        assert ("Traceback" in result.stderr) == bool(debug)
    assert cockpit("check", folder).returncode == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watch_prints_raised_and_cleared_and_stops_cleanly(folder: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cockpit", "watch", str(folder), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        first = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert [(e["event"], e["code"]) for e in first] == [("raised", "DEP-UNPROVEN"), ("raised", "KPI-UNSIGNED")]
        assert first[0]["owner_name"] == "Vera"
        time.sleep(0.5)
        (folder / "kpis.csv").write_text(TABLES["kpis.csv"].replace("cloud", "nothing"))
        seen = json.loads(process.stdout.readline())
        assert seen["event"] in ("raised", "cleared")
        (folder / "portfolio.toml").write_text("[broken")
        assert "SOURCE-FAILED" in "".join(_until(process.stdout, "SOURCE-FAILED"))
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert "portfolio.toml" in err


def _until(stream: object, word: str) -> list[str]:
    lines: list[str] = []
    while not lines or word not in lines[-1]:
        lines.append(stream.readline())  # type: ignore[attr-defined]
        assert lines[-1], "the watch ended"
    return lines
