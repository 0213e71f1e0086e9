"""The public data opens as it is. It lies outside the repository: without it these tests skip."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.records.assessment import Assessment
from cockpit.records.verdicts import Status
from cockpit.session.live import Session

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plans(corpus: Path) -> list[Path]:
    """The five plans."""
    return sorted((corpus / "mspsplib").glob("*.xml"))


@pytest.fixture(scope="module")
def judged(corpus: Path, plans: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assessment]:
    """The portfolio over the table and the plans."""
    folder = tmp_path_factory.mktemp("federal-it")
    shutil.copy(ROOT / "sample_portfolios" / "federal-it" / "portfolio.toml", folder)
    (folder / "data").mkdir()
    for path in (corpus / "itdb" / "Projects_Data.csv", *plans):
        (folder / "data" / path.name).symlink_to(path)
    with Session.open(folder) as opened:
        opened.update()
        yield opened.assess()


@pytest.fixture(scope="module")
def rows(corpus: Path) -> dict[str, dict[str, str]]:
    """The table as it stands, by project id."""
    with (corpus / "itdb" / "Projects_Data.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["Project ID"]: row for row in csv.DictReader(file)}


def test_every_project_agency_and_plan_is_there(
    judged: Assessment, rows: dict[str, dict[str, str]], plans: list[Path]
) -> None:
    found = {view.record.id for view in judged.projects}
    assert found >= set(rows)
    assert len(found) == len(rows) + len(plans)
    assert [str(p) for source in judged.sources for p in source.problems] == []
    teams = {view.team_title for view in judged.projects if view.record.id in rows}
    assert teams == {row["Agency Name"] for row in rows.values()}


def test_a_project_without_planned_date_is_unknown(judged: Assessment, rows: dict[str, dict[str, str]]) -> None:
    without = {key for key, row in rows.items() if not row["Planned Project Completion Date (B2)"]}
    assert len(without) > 900
    assert {view.status for view in judged.projects if view.record.id in without} <= {Status.UNKNOWN, Status.AT_RISK}


def test_projected_later_than_planned_is_off_track(judged: Assessment, rows: dict[str, dict[str, str]]) -> None:
    views = {view.record.id: view for view in judged.projects}
    checked = 0
    today = judged.today.isoformat()
    for key, row in rows.items():
        planned, projected = (
            row[f"{word} Project Completion Date (B2)"][:10] for word in ("Planned", "Projected/Actual")
        )
        view = views[key]
        if planned and projected > max(today, row["Start Date"][:10]):  # a few rows end before they start
            assert view.computed_finish is not None
            assert view.computed_finish.isoformat() == projected
            late = (view.computed_finish - view.record.baseline_finish).days > 5  # type: ignore[operator]
            assert (view.status is Status.OFF_TRACK) == late, key
            checked += 1
    assert checked > 700
