"""Pins every kind of disagreement that is understood: on a small plan, what ours says and what the peer says.

docs/schedule.md ("Beside MPXJ") says who is right. Where either program changes, a test here fails.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from differential_compare import compared
from differential_files import own_id
from differential_known import reason
from differential_pins import PINS
from test_differential import folder

from cockpit.engine.scheduling.calendars import minute_of

__all__ = ["folder"]

DATES = [
    ("finish from, nothing before it", 1, "early_start", "03-05 08:00", "03-04 13:00"),
    ("start from, on the day of its links", 2, "early_start", "03-04 10:00", "03-04 08:00"),
    ("must start, its links say when it ends", 2, "early_finish", "03-12 12:00", "03-03 17:00"),
    ("must start, another starts with it", 1, "late_start", "03-04 08:00", "03-14 08:00"),
    ("progress override", 2, "early_start", "03-04 08:00", "03-05 08:00"),
    ("secondary start from", 1, "early_start", "03-12 08:00", "03-03 08:00"),
    ("expected finish, start on", 1, "late_start", "03-04 08:00", "02-28 08:00"),
    ("expected finish, at night", 2, "early_start", "03-05 16:00", "03-06 08:00"),
    ("as late as possible, late before the data date", 1, "early_start", "03-07 08:00", "03-04 08:00"),
    ("as late as possible, begun", 1, "early_start", "03-05 08:00", "03-04 08:00"),
    ("finishes on two calendars", 1, "late_start", "03-04 01:00", "03-03 01:00"),
    ("a milestone on another calendar", 1, "late_start", "03-03 08:00", "02-28 08:00"),
    ("a summary with done work", 1, "late_start", "03-13 08:00", "03-03 08:00"),
    ("as late as possible, begun (Project)", 1, "finish", "03-04 17:00", "03-14 17:00"),
    ("as late as possible, a lag round the clock", 1, "early_start", "03-04 15:00", "03-03 10:00"),
    ("work counted back from midnight", 2, "early_start", "03-06 15:00", "03-07 08:00"),
    ("two links at once", 4, "early_start", "03-04 08:00", "03-03 17:00"),
    ("a milestone with a deadline, from a start", 1, "late_finish", "03-04 03:00", "03-05 03:00"),
    ("elapsed lag between finishes", 2, "early_start", "03-07 08:00", "03-10 08:00"),
    ("elapsed lag into a milestone", 1, "late_start", "03-03 08:00", "02-28 09:00"),
    ("typed in, before a summary's work", 1, "late_finish", "03-11 17:00", "03-04 17:00"),
    ("start until midnight", 3, "early_start", "03-05 16:00", "03-05 08:00"),
    ("a short day round the clock", 1, "late_start", "03-04 11:15", "03-04 23:00"),
    ("percent lag behind a summary", 4, "early_start", "03-07 13:00", "03-07 08:00"),
    ("must finish at midnight", 1, "early_start", "03-07 13:00", "03-07 20:00"),
]
"""The plan, a task of it, one of its dates, ours and the peer's; all in 2025."""


@pytest.mark.parametrize(("name", "uid", "field", "ours", "theirs"), DATES)
def test_both_programs_say_what_they_said(
    name: str,
    uid: int,
    field: str,
    ours: str,
    theirs: str,
    folder: Path,
) -> None:
    plan = PINS[name]
    result = compared(plan, folder)
    assert not result.refused
    key = own_id(plan, uid)
    said = getattr(result.ours[key], field), getattr(result.theirs[key], field)
    assert said == tuple(minute_of(datetime.fromisoformat(f"2025-{text}")) for text in (ours, theirs))


def test_the_peer_fails_on_late_work_that_only_start_to_finish_links_follow(folder: Path) -> None:
    assert "DateTimeException" in compared(PINS["as late as possible, start-to-finish only"], folder).refused


def test_every_plan_is_pinned() -> None:
    assert {name for name, *_ in DATES} | {"as late as possible, start-to-finish only"} == set(PINS)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("finish from, nothing before it", "finish no earlier than"),
        ("start from, on the day of its links", "start no earlier than"),
        ("must start, its links say when it ends", "a link that says when work ends"),
        ("must start, another starts with it", "a link from its start"),
        ("as late as possible, a lag round the clock", "as late as possible"),
        ("work counted back from midnight", "a moment at midnight"),
        ("two links at once", "two links that ask for the same"),
        ("a milestone with a deadline, from a start", "bound lies in a break"),
        ("typed in, before a summary's work", "dates typed in"),
        ("start until midnight", "a constraint on the start at an hour"),
        ("a short day round the clock", "round the clock with other days"),
    ],
)
def test_a_known_disagreement_gets_its_reason(name: str, word: str, folder: Path) -> None:
    assert word in reason(compared(PINS[name], folder))


def test_a_disagreement_of_no_known_kind_gets_no_reason(folder: Path) -> None:
    assert reason(compared(PINS["progress override"], folder)) == ""
