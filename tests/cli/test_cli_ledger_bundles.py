"""Offline work: `cockpit ledger export` and `import`, and bundles that are dropped into the folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest
from cli_help import PROOF, run, sign
from test_cli_documented import SECTIONS
from test_cli_ledger import as_another, codes, in_store, ledger, verdicts

from cockpit.commands.ledger import ledger as group
from cockpit.ledger.replica import MOST_REJECTED
from cockpit.trust import bundle


def export(folder: Path, to: Path, *options: object) -> Path:
    result = run("ledger", "export", folder, "--to", to, *options)
    assert result.exit_code == 0, result.stderr
    return to


def state_of(folder: Path) -> tuple[str, object]:
    tables = json.loads(run("export", folder, "--format", "json").stdout)
    found = {each["id"]: each["verdict"] for each in tables["statements"]}
    return next(each["state"] for each in tables["dependencies"] if each["id"] == "D-1"), found


@pytest.fixture
def apart(folder: Path, keys: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two folders that went apart: Vera resolved on her laptop what Ivo disputed on the server meanwhile."""
    sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10")
    laptop = tmp_path / "laptop"
    shutil.copytree(folder, laptop)
    sign(laptop, keys, "vera", "D-1", "resolved", *PROOF)
    sign(folder, keys, "ivo", "D-1", "disputed")
    return folder, laptop


def test_what_was_signed_apart_is_disputed_in_whatever_order_it_comes_together(
    apart: tuple[Path, Path], tmp_path: Path
) -> None:
    server, laptop = apart
    of_server, of_laptop = export(server, tmp_path / "s.cockpit-ledger"), export(laptop, tmp_path / "l.cockpit-ledger")
    assert run("ledger", "import", server, of_laptop).stdout == f"{of_laptop}: 1 new, 1 known already\n"
    assert run("ledger", "import", laptop, of_server, of_server).stdout.splitlines() == [
        f"{of_server}: 1 new, 1 known already",
        f"{of_server}: 0 new, 2 known already",
    ]
    assert state_of(server)[0] == "disputed"
    assert state_of(server) == state_of(laptop)
    assert run("ledger", "export", server).stdout == run("ledger", "export", laptop).stdout, (
        "equal ledgers, equal files"
    )


@pytest.mark.parametrize("place", ["", "statements"])
def test_a_bundle_dropped_into_the_folder_is_taken_in_like_any_file(apart: tuple[Path, Path], place: str) -> None:
    server, laptop = apart
    (server / place).mkdir(exist_ok=True)
    dropped = export(laptop, server / place / "from the laptop.cockpit-ledger")
    relative = dropped.relative_to(server).as_posix()
    assert run("import", server).stdout == f"{relative}: 1 opened, 0 closed, 1 unchanged\n"
    assert "Nothing new" in run("import", server).stderr
    assert state_of(server)[0] == "disputed"
    (source,) = [
        s for s in json.loads(run("export", server, "--format", "json").stdout)["sources"] if s["format"] == "ledger"
    ]
    assert (source["path"], source["rows"], source["failed"]) == (relative, 2, False)
    dropped.unlink()
    assert state_of(server)[0] == "disputed", "what was taken in stays"


def test_a_damaged_line_of_a_bundle_costs_only_itself(apart: tuple[Path, Path], keys: Path) -> None:
    server, laptop = apart
    sign(laptop, keys, "sam", "kpi:K-1", "attested")
    dropped = export(laptop, server / "l.cockpit-ledger")
    first, second, third = dropped.read_bytes().splitlines(keepends=True)
    dropped.write_bytes(first + second[:50] + b"\n" + third)
    known = len(in_store(server))
    result = run("import", server)
    assert result.exit_code == 1
    assert "l.cockpit-ledger row 2: It is no JSON object in one line" in result.stdout
    assert known < len(in_store(server)) + 1
    (breach,) = [b for b in json.loads(run("check", server, "--json").stdout)["breaches"] if b["code"] == "SOURCE-ROWS"]
    assert breach["subject"] == "source:l.cockpit-ledger" and "(l.cockpit-ledger row 2)" in breach["reasons"][0]
    dropped.write_bytes(first + second + third)
    run("import", server)
    assert "SOURCE-ROWS" not in codes(server) and set(verdicts(server).values()) == {"counts"}


def test_a_file_that_is_no_bundle_at_all_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "x.cockpit-ledger").write_bytes(b"\x00" * 100)
    assert "SOURCE-FAILED" in codes(folder)
    (folder / "x.cockpit-ledger").unlink()
    assert "SOURCE-FAILED" not in codes(folder)
    assert run("ledger", "import", folder, tmp_path / "none").exit_code == 2


def test_bundles_that_are_too_large_together_are_refused_and_cost_the_others_nothing(
    apart: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, laptop = apart
    size = len(export(laptop, server / "a.cockpit-ledger").read_bytes())
    monkeypatch.setattr(bundle, "MAX_BUNDLE", size + 100)
    (server / "b.cockpit-ledger").write_bytes(b"x" * 101)
    result = run("import", server)
    assert result.exit_code == 1 and "b.cockpit-ledger: The bundles here have more than" in result.stdout
    assert state_of(server)[0] == "disputed"
    (server / "a.cockpit-ledger").unlink()
    assert "b.cockpit-ledger row 1: It is no JSON object" in run("import", server).stdout


def test_a_bundle_in_parts_fills_its_own_holes(apart: tuple[Path, Path], tmp_path: Path) -> None:
    server, laptop = apart
    whole = export(laptop, tmp_path / "l.cockpit-ledger").read_bytes().splitlines(keepends=True)
    resolved = next(line for line in whole if json.loads(line)["id"] in in_store(laptop) - in_store(server))
    fresh = tmp_path / "fresh"
    shutil.copytree(server, fresh, ignore=shutil.ignore_patterns("portfolio.db*"))
    (tmp_path / "part.cockpit-ledger").write_bytes(resolved)
    early = run("ledger", "import", fresh, tmp_path / "part.cockpit-ledger")
    assert (
        early.exit_code == 1
        and "row 1: Rejected, and kept aside: It follows a statement that is missing" in early.stdout
    )
    assert "STATEMENT-INVALID" in codes(fresh)
    (tmp_path / "part.cockpit-ledger").write_bytes(b"".join(line for line in whole if line != resolved))
    assert run("ledger", "import", fresh, tmp_path / "part.cockpit-ledger").exit_code == 0
    assert verdicts(fresh) == verdicts(laptop), "what came too early counts once what it follows is there"
    assert "STATEMENT-INVALID" not in codes(fresh)
    assert in_store(fresh) == in_store(laptop)


def test_only_what_was_signed_since_a_day(folder: Path, keys: Path, tmp_path: Path) -> None:
    sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10")
    assert export(folder, tmp_path / "none", "--since", "2999-01-01").read_bytes() == b""
    assert len(export(folder, tmp_path / "all", "--since", "2020-01-01").read_bytes().splitlines()) == 1


def test_forgeries_in_a_bundle_are_kept_aside_bounded_and_shut_nothing_out(
    apart: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, laptop = apart
    good = export(laptop, tmp_path / "l.cockpit-ledger").read_bytes().splitlines(keepends=True)
    template = json.loads(good[0])
    junk = [bundle.line(b'{"forged":%d}' % n, template["signature"]) for n in range(MOST_REJECTED + 200)]
    flood = tmp_path / "flood.cockpit-ledger"
    flood.write_bytes(b"".join(junk))
    before = verdicts(server)
    result = run("ledger", "import", server, flood)
    assert result.exit_code == 1
    assert "200 rejected statements were not kept: 1,000 of them, or 16 MiB, are kept at most." in result.stdout
    assert run("ledger", "import", server, tmp_path / "l.cockpit-ledger").stdout.endswith("1 new, 1 known already\n")
    found = ledger(server)
    assert len(found) == len(before) + 1 + MOST_REJECTED
    as_another(tmp_path, monkeypatch)
    assert {id_: v for id_, v in verdicts(server).items() if v != "invalid"}.keys() == in_good(server)
    assert "forged" not in run("ledger", "export", server).stdout


def in_good(folder: Path) -> set[str]:
    return {json.loads(line)["id"] for line in run("ledger", "export", folder).stdout.splitlines()}


def test_a_forged_signature_that_came_first_does_not_shut_out_the_true_one(
    apart: tuple[Path, Path], tmp_path: Path
) -> None:
    server, laptop = apart
    lines = [json.loads(line) for line in export(laptop, tmp_path / "l").read_bytes().splitlines()]
    swapped = [each | {"signature": other["signature"]} for each, other in zip(lines, reversed(lines), strict=True)]
    (tmp_path / "forged").write_text("".join(json.dumps(each) + "\n" for each in swapped))
    before = verdicts(server)
    assert run("ledger", "import", server, tmp_path / "forged").exit_code == 1
    assert "invalid" in verdicts(server).values() and before.items() <= verdicts(server).items()
    assert run("ledger", "import", server, tmp_path / "l").exit_code == 0
    assert "invalid" not in verdicts(server).values()
    assert "LEDGER-MISSING" not in codes(server)


def test_evidence_goes_separately_and_what_is_lacking_is_said(
    apart: tuple[Path, Path], keys: Path, tmp_path: Path
) -> None:
    server, laptop = apart
    report = tmp_path / "report.pdf"
    report.write_text("all forty endpoints")
    sign(laptop, keys, "vera", "D-1", "resolved", "--evidence", report)
    taken = run("ledger", "import", server, export(laptop, tmp_path / "l"))
    assert taken.exit_code == 0 and "1 file of evidence is not here" in taken.stderr
    shutil.copytree(laptop / "evidence", server / "evidence")
    assert "evidence" not in run("ledger", "import", server, tmp_path / "l").stderr


def test_each_part_of_the_command_is_documented() -> None:
    text = SECTIONS["ledger"]
    for name, command in group.commands.items():
        assert f"`cockpit ledger {name} " in text and command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help and all(option in text for option in parameter.opts), (name, parameter.name)


def test_a_file_of_junk_does_not_bury_what_a_command_is_asked_for(folder: Path) -> None:
    (folder / "junk.cockpit-ledger").write_bytes(b"no statement\n" * 300)
    told = run("check", folder).stderr.splitlines()
    assert len(told) < 12
    assert told[-1] == "  … and 295 more"
    assert "junk.cockpit-ledger row 5: It is no JSON object" in told[-2]
