"""The sample tells its story: the evidence calls it months before the deck, and the healthy twin stays quiet."""

from __future__ import annotations

import csv
import filecmp
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cockpit.records.verdicts import Basis, Status
from cockpit.session.live import Session

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_portfolios" / "core-banking"
CHAIN = ("INT-01", "INT-02", "TST-02", "DAT-05", "OPS-01", "OPS-04")
STUCK = "INT-01.3"
VENDOR = "dependency:D-014"


def drops(folder: Path) -> list[Path]:
    """The folders of the nine monthly drops."""
    return sorted(each for each in folder.iterdir() if (each / "tracker.xlsx").exists())


def sheet(drop: Path, name: str) -> list[dict[str, object]]:
    """The rows of a sheet of the tracker, by header."""
    rows = CalamineWorkbook.from_path(drop / "tracker.xlsx").get_sheet_by_name(name).to_python()
    return [dict(zip(map(str, rows[3]), row, strict=True)) for row in rows[4:]]


def generate(folder: Path, *more: str) -> Path:
    """What the generator writes into a folder."""
    subprocess.run([sys.executable, "-m", "sample_portfolios.generator", *more, str(folder)], cwd=ROOT, check=True)
    return folder


def cockpit(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What the command says."""
    return subprocess.run(
        [sys.executable, "-m", "cockpit", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the committed sample."""
    folder = tmp_path_factory.mktemp("sample") / "core-banking"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("portfolio.db*"))
    return folder


@pytest.fixture(scope="module")
def session(sample: Path) -> Iterator[Session]:
    """The sample, read."""
    with Session.open(sample) as opened:
        opened.update()
        yield opened


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The healthy twin, read."""
    with Session.open(generate(tmp_path_factory.mktemp("twin"), "--healthy")) as opened:
        opened.update()
        yield opened


def same(one: Path, other: Path) -> list[str]:
    """The files in which two folders differ."""
    ours = {
        each.relative_to(one) for each in one.rglob("*") if each.is_file() and not each.name.startswith("portfolio.db")
    }
    theirs = {each.relative_to(other) for each in other.rglob("*") if each.is_file()}
    files = [each for each in ours & theirs if not filecmp.cmp(one / each, other / each, shallow=False)]
    return sorted(str(each) for each in {*files, *(ours ^ theirs)} if each.name != "README.md")


def test_the_generator_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    assert same(SAMPLE, generate(tmp_path)) == []


def test_forty_sub_projects_green_in_nine_monthly_drops() -> None:
    assert [each.name[:7] for each in drops(SAMPLE)] == [f"2025-0{month}" for month in range(1, 10)]
    for drop in drops(SAMPLE):
        rows = sheet(drop, "Sub-projects")
        assert len(rows) == 40
        assert {row["RAG"] for row in rows} == {"Green"}


def test_the_vendor_dependency_is_in_no_register_until_the_sixth_month() -> None:
    for number, drop in enumerate(drops(SAMPLE), 1):
        text = (drop / "dependencies.csv").read_text("utf-8")
        assert ("CORVANE" in text) == (number >= 6)
        assert len(text.splitlines()) > 12


def test_nothing_of_the_stuck_item_moves_but_its_percentage() -> None:
    seen = [next(row for row in sheet(drop, "Plan") if row["Item"] == STUCK) for drop in drops(SAMPLE)[1:]]
    assert {row["Progress"] for row in seen} == {"In Progress"}
    assert {(row["Started"], row["Finished"]) for row in seen} == {(date(2025, 2, 25), "")}
    assert [row["% done"] for row in seen] == sorted({row["% done"] for row in seen})
    assert len({row["Last edited"] for row in seen}) == 8


def test_the_twin_differs_by_the_vendor_only(twin: Session) -> None:
    assert (twin.folder / "portfolio.toml").read_bytes() == (SAMPLE / "portfolio.toml").read_bytes()
    first = "2025-01-31"
    assert sheet(SAMPLE / first, "Plan") == sheet(twin.folder / first, "Plan")
    done = {row["Item"] for row in sheet(twin.folder / "2025-03-31", "Plan") if row["Progress"] == "Done"}
    assert STUCK in done


def test_check_fails_and_names_the_vendor_first(sample: Path) -> None:
    run = cockpit("check", sample, "--json")
    assert run.returncode == 1, run.stderr
    told = json.loads(run.stdout)
    first = told["breaches"][0]
    assert first["subject"] == VENDOR
    assert first["owner"] == "robert.hale"
    assert first["leverage_days"] == max(each["leverage_days"] or 0 for each in told["breaches"]) > 0


def test_the_first_blocker_of_the_launch_is_the_vendor(session: Session) -> None:
    chain = next(each for each in session.assess().chains if each.objective == "O1")
    assert chain.blockers[0].subject == VENDOR
    assert chain.blockers[0].owner_name == "Robert Hale"
    assert [p for p in dict.fromkeys(step.project for step in chain.steps) if p in CHAIN] == list(CHAIN)


def test_evidence_calls_it_four_drops_before_the_deck_turns(session: Session) -> None:
    dates = session.dates()
    rows = [row for row in session.replay() if row.project == "OPS-04"]
    red = next(row.date for row in rows if row.reported_rag == "red")
    called = next(row for row in rows if row.basis is Basis.EVIDENCE)
    assert dates.index(red) - dates.index(called.date) >= 4
    assert called.date < date(2025, 6, 12), "before anybody logged the dependency"
    assert "INT-01" in called.root_cause or "Map the legacy core" in called.root_cause or VENDOR in called.root_cause
    between = [row for row in rows if called.date <= row.date < red]
    assert {row.reported_rag for row in between} == {"green"}
    assert {row.basis for row in between} == {Basis.EVIDENCE}
    last = next(row for row in rows if row.date == red)
    assert last.latency_days == (red - called.date).days


def test_replay_prints_the_months_in_which_the_deck_said_green(sample: Path) -> None:
    run = cockpit("replay", sample, "--csv")
    rows = [row for row in csv.DictReader(run.stdout.splitlines()) if row["project"] == "OPS-04"]
    wrong = [row["date"] for row in rows if row["reported"] == "Green" and row["basis"] == "evidence"]
    assert len(wrong) >= 5
    assert rows[-1]["reported"] == "Red"


def test_the_chain_it_names_is_the_one_that_waits_for_the_vendor(session: Session) -> None:
    judged = session.assess(date(2025, 4, 30))
    chain = next(each for each in judged.chains if each.objective == "O1")
    assert chain.dead
    assert next(step for step in chain.steps if step.workable).item == STUCK
    assert [p for p in dict.fromkeys(step.project for step in chain.steps) if p in CHAIN] == list(CHAIN)


def test_what_was_written_under_the_tickets_names_the_vendor_months_before_any_register(
    session: Session, twin: Session
) -> None:
    day = date(2025, 3, 31)
    (found,) = [b for b in session.assess(day).breaches if b.code == "DEP-SUSPECTED"]
    assert found.subject == "suspicion:INTG-2>CORVANE" and found.owner_name == "Mei Tanaka"
    assert "Asked Corvane again for the endpoint list" in " ".join(map(str, found.reasons))
    assert not any(b.code == "DEP-SUSPECTED" for each in twin.dates() for b in twin.assess(each).breaches)


def test_projects_that_do_not_wait_for_the_vendor_are_not_accused(session: Session) -> None:
    accused = {view.record.id for view in session.assess().projects if view.basis is Basis.EVIDENCE}
    assert accused == {*CHAIN, "TST-03", "OPS-05"}


def test_the_healthy_twin_raises_no_breach_on_evidence_in_nine_drops(twin: Session) -> None:
    assert len(twin.dates()) == 9
    for day in twin.dates():
        judged = twin.assess(day)
        assert [b.key for b in judged.breaches if b.basis is Basis.EVIDENCE] == [], day
        assert [p.record.id for p in judged.projects if p.basis is Basis.EVIDENCE or p.status is Status.OFF_TRACK] == []


def test_no_source_row_is_refused_and_every_statement_holds(session: Session, twin: Session) -> None:
    for opened in (session, twin):
        judged = opened.assess()
        assert [str(p) for source in judged.sources for p in source.problems] == []
        assert {str(each.verdict) for each in judged.statements} == {"counts"}
        assert len(judged.statements) >= 40


def test_no_rule_knows_the_sample() -> None:
    for path in (ROOT / "cockpit").rglob("*"):
        if path.suffix in (".py", ".tcss", ".toml"):
            text = path.read_text("utf-8").casefold()
            assert not any(name in text for name in ("corvane", "paylane", "int-01", "core-banking", "core banking")), (
                path
            )
