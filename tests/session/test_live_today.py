"""Which day counts, and a dependency that only Jira tells: from the file to the status."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from live_portfolio import TABLES, make

from cockpit.records.verdicts import Basis, DependencyState, Status
from cockpit.session.live import Session

JUNE = datetime(2025, 6, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("as_of", "charter", "expected"),
    [
        (None, "", date(2025, 6, 2)),
        (None, "2025-03-31", date(2025, 3, 31)),
        (date(2025, 4, 7), "2025-03-31", date(2025, 4, 7)),
        (date(2025, 4, 7), "", date(2025, 4, 7)),
    ],
)
def test_today_is_the_day_that_is_asked_for_else_the_charters_else_the_clocks(
    tmp_path: Path, as_of: date | None, charter: str, expected: date
) -> None:
    """Five days of design are done; the twenty days of build have not begun, and begin on that day at the earliest."""
    folder = make(tmp_path / "p", tmp_path / "keys", today="", dependencies="")
    with Session.open(folder, clock=lambda: datetime(2025, 3, 3, tzinfo=UTC)) as early:
        early.update()
    make(folder, tmp_path / "keys", today=charter, dependencies="")
    with Session.open(folder, as_of=as_of, clock=lambda: JUNE) as session:
        found = session.update().assessment
        assert session.today() == found.today == expected
    assert found.items["I-2"].early_start.date() == expected


def test_what_jira_says_blocks_a_ticket_of_another_team_is_a_dependency_that_nobody_registered(tmp_path: Path) -> None:
    """The mobile bank waits for the interface that Integration has to open; the register knows nothing of it."""
    export = "\n".join(
        [
            "Issue key,Issue id,Summary,Status,Status Category,Team,Outward issue link (Blocks)",
            "INT-7,7,Open the payments interface,In Progress,In Progress,vendor,PAY-3",
            "PAY-3,3,Pay from the phone,To Do,To Do,integration,",
        ]
    )
    folder = make(tmp_path / "p", tmp_path / "keys", dependencies="")
    (folder / "jira.csv").write_text(export)
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"])
    more = (
        '\n[[assign]]\nfield = "id"\npattern = "PAY-*"\nproject = "P1"\n'
        '[[sources]]\npath = "jira.csv"\nformat = "jira"\ncolumns = { team = "Team" }\n'
    )
    with (folder / "portfolio.toml").open("a") as charter:
        charter.write(more)
    with Session.open(folder) as session:
        found = session.update().assessment
    (need,) = found.dependencies
    assert (need.record.giver_item, need.record.receiver_item) == ("INT-7", "PAY-3")
    assert (need.state, need.record.giver_team, need.giver_owner_name) == (DependencyState.UNOWNED, "vendor", "Vera")
    assert (found.projects[0].status, found.projects[0].basis) == (Status.AT_RISK, Basis.UNPROVEN)
    (told,) = [b for b in found.breaches if b.code == "DEP-UNOWNED"]
    assert told.owner == "vera" and "jira.csv row 2" in " ".join(map(str, told.reasons))
