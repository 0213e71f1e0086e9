"""A backlog whose tracker forgets what is over, read from monthly drops."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from edited_portfolio import Rows, project, put, view

from cockpit.session.live import Session

DAYS = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 28), date(2025, 4, 25)]


def test_what_was_finished_and_has_left_its_file_was_finished_all_the_same(tmp_path: Path) -> None:
    """Sixteen tickets a month, four a week; the tracker keeps what is done for one month. 48 are left on 25 April:
    twelve weeks, which is 18 July. Those that it forgot count among the weeks in which they were done."""
    (tmp_path / "portfolio.toml").write_text('[portfolio]\nid = "bank"\ntitle = "Bank"\n', encoding="utf-8")
    for number, day in enumerate(DAYS):
        rows: Rows = [
            {"id": f"T{n}", "project": "P", "title": f"Ticket {n}", "kind": "ticket", "status": status}
            for n in range(96)
            if (status := "Done" if n < 16 * number else "To Do") == "To Do" or n >= 16 * (number - 1)
        ]
        projects = [project(date(2025, 12, 31))]
        put(tmp_path / day.isoformat(), {"work_items": rows, "projects": projects}, charter="")
    clock = datetime.combine(DAYS[-1], time(12), UTC)
    with Session.open(tmp_path, clock=lambda: clock) as session:
        answer = session.update().assessment
    told = " ".join(reason.text for reason in view(answer).reasons)
    assert "lately 4 4 4 4 4 4 4 4" in told
    assert view(answer).computed_finish == date(2025, 7, 18)


def test_tickets_that_turn_up_done_long_ago_make_nobody_faster(tmp_path: Path) -> None:
    """One ticket a week, and thirty are left. Then fifty more are in the list, finished before anybody had heard of
    them. Those that came and were finished since the last look count."""
    first, later = date(2025, 3, 3), date(2025, 3, 31)
    charter = '[portfolio]\nid = "bank"\ntitle = "Bank"\n'

    def ticket(name: str, done: date | None = None) -> dict[str, object]:
        state = "To Do" if done is None else "Done"
        return {"id": name, "project": "P", "title": name, "kind": "ticket", "status": state, "actual_finish": done}

    rows = [ticket(f"T{n}", first - timedelta(7 * n) if n < 10 else None) for n in range(40)]
    fake = [ticket(f"F{n}", first - timedelta(n + 1)) for n in range(50)]
    true = [ticket(f"N{n}", first + timedelta(n + 1)) for n in range(28)]
    finishes = {}
    for name, added in (("alone", []), ("fake", fake), ("true", true)):
        folder = tmp_path / name
        for day, more in ((first, []), (later, [ticket("T40"), *added])):
            put(folder, {"work_items": [*rows, *more], "projects": [project(date(2025, 12, 31))]}, charter)
            clock = datetime.combine(day, time(12), UTC)
            with Session.open(folder, clock=lambda clock=clock: clock) as session:  # type: ignore[misc]
                finishes[name] = view(session.update().assessment).computed_finish
    assert finishes["fake"] == finishes["alone"]
    assert finishes["true"] is not None and finishes["alone"] is not None and finishes["true"] < finishes["alone"]
