"""The rules of judgement, sentence by sentence: to whom an exception goes, what two sources count for, and latency.

Apps builds the mobile bank; Ann leads it, Sue sponsors the project, Kim owns the objective. Today is Monday, 6 January
2025.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from scene import OBJECTIVE, PEOPLE, TEAMS, TODAY, assess, breach, codes, docs, item, project, signed, snapshot, view

from cockpit.engine.precision.latency import past_day, replay_rows, with_latency
from cockpit.records.assessment import Assessment
from cockpit.records.model import Meaning, Origin, Person, Rag, State, StatusReport
from cockpit.records.snapshot import SourceFile
from cockpit.records.verdicts import Basis, Status
from cockpit.trust.obligations import breach_subject, breach_version

LATE = project(finish=date(2024, 12, 2), owner="ola")
OLA = Person(id="ola", name="Ola Oak", team="apps")


def who(answer: Assessment, code: str) -> str:
    return breach(answer, code).owner


@pytest.mark.parametrize(
    ("row", "teams", "expected"),
    [
        (LATE, TEAMS, "ola"),
        (replace(LATE, owner=""), TEAMS, "ann"),
        (replace(LATE, owner="nobody knows"), TEAMS, "ann"),
        (replace(LATE, owner=""), (), "sue"),
        (replace(LATE, owner="", sponsor=""), (), "kim"),
    ],
    ids=["its owner", "the lead", "of an unknown owner the lead", "the sponsor", "nobody named: the steward"],
)
def test_a_breach_goes_to_who_can_clear_it_else_the_teams_lead_else_the_sponsor(
    row: Any, teams: Any, expected: str
) -> None:
    answer = assess(snapshot(items=(item("a", 10),), projects=(row,), teams=teams, people=(*PEOPLE, OLA)), TODAY)
    assert who(answer, "FINISH-LATE") == expected


def test_of_a_dependency_the_giver_can_clear_it_else_their_lead_else_who_waits() -> None:
    ann = {"receiver_owner": "ann"}
    led = tuple(replace(t, lead="vic") if t.id == "vendor" else t for t in TEAMS)
    for row, teams, expected in (
        (docs(giver_owner="vic", **ann), TEAMS, "vic"),
        (docs(giver_owner="", **ann), led, "vic"),
        (docs(giver_owner="", **ann), TEAMS, "ann"),
    ):
        answer = assess(snapshot(items=(item("a", 10),), dependencies=(row,), teams=teams), TODAY)
        assert [b.owner for b in answer.breaches if b.subject == "dependency:D"] == [expected]


def test_what_costs_money_goes_to_the_sponsor_else_the_owner_of_the_objective() -> None:
    dear = project(budget=100.0, forecast_cost=120.0)
    assert who(assess(snapshot(items=(item("a", 5),), projects=(dear,)), TODAY), "COST-OVER") == "sue"
    nobody = replace(dear, sponsor="")
    owned = replace(OBJECTIVE, owner="ben")
    answer = assess(snapshot(items=(item("a", 5),), projects=(nobody,), objectives=(owned,)), TODAY)
    assert who(answer, "COST-OVER") == "ben"


def test_an_acknowledged_breach_stands_where_it_stood_and_its_project_is_as_bad_as_before() -> None:
    rows = snapshot(items=(item("a", 10),), projects=(LATE,), people=(*PEOPLE, OLA))
    before = assess(rows, TODAY)
    key = breach(before, "FINISH-LATE").key
    seen = signed(breach_subject(key), breach_version(key, 1), Meaning.ACKNOWLEDGED, "ola")
    after = assess(replace(rows, statements=(seen,)), TODAY)
    assert after.statements[0].verdict == "counts"
    assert breach(after, "FINISH-LATE").life.acknowledged is not None
    assert [(b.key, b.severity, b.owner) for b in after.breaches] == [
        (b.key, b.severity, b.owner) for b in before.breaches
    ]
    assert [(p.status, p.reasons) for p in after.projects] == [(p.status, p.reasons) for p in before.projects]
    assert after.status is before.status is Status.OFF_TRACK


# --- two sources


def test_of_a_shadow_tracker_and_the_official_one_the_worse_counts_and_both_rows_are_told() -> None:
    """Jira says that the interface is done; the lead's own sheet says that fifteen days are left: to 24 January."""
    jira = SourceFile(name="jira.csv", path="jira.csv", format="jira", observed=TODAY, since=date(2024, 1, 1))
    lead = replace(jira, name="lead.xlsx", path="lead.xlsx", shadow=True)
    official = item("INT-1", 10, state=State.DONE, title="Interface", origin=Origin("jira.csv", 40))
    shadow = item("INT-1", 15, state=State.TODO, title="interface", origin=Origin("lead.xlsx", 5))
    soon = (project(finish=date(2025, 1, 13)),)
    for pair in ((official, shadow), (shadow, official)):
        answer = assess(snapshot(items=pair, sources=(jira, lead), projects=soon), TODAY)
        assert not answer.items["INT-1"].done
        assert view(answer).computed_finish == date(2025, 1, 24)
        assert (view(answer).status, view(answer).basis) == (Status.OFF_TRACK, Basis.EVIDENCE)
        told = " ".join(map(str, breach(answer, "SOURCES-DISAGREE").reasons))
        assert "jira.csv row 40" in told and "lead.xlsx row 5" in told


# --- reality latency


def test_latency_runs_from_the_first_evidence_until_the_report_says_so_and_counts_evidence_only() -> None:
    """Monthly reports of a project that is late from the second month to the fifth, when the deck turns red: 90 days
    after the first evidence. The sixth is truly green; the seventh is green and merely unproven."""
    deck = [Rag.GREEN, Rag.GREEN, Rag.GREEN, Rag.GREEN, Rag.RED, Rag.GREEN, Rag.GREEN]
    late = [False, True, True, True, True, False, False]
    history = []
    for month, (rag, is_late) in enumerate(zip(deck, late, strict=True)):
        day = TODAY + timedelta(days=30 * month)
        report = StatusReport(project="P", as_of=day, status=rag.value.title(), rag=rag)
        row = project(finish=day - timedelta(days=30) if is_late else date(2027, 1, 1))
        need = (docs(),) if month == 6 else ()
        rows = snapshot(
            items=(item("a", 10),), projects=(row,), moved={"a": day}, status_reports=(report,), dependencies=need
        )
        history.append(assess(rows, day))
    past = [past_day(each) for each in history]
    assert [r.latency_days for r in replay_rows(past)] == [None, 0, 30, 60, 90, None, None]
    assert history[6].projects[0].basis is Basis.UNPROVEN and "DEP-UNPROVEN" in codes(history[6])
    told = with_latency(history[4], past).projects[0]
    assert told.replay is not None and told.latency_days == 90
    assert told.replay.days == tuple(answer.today for answer in history[:5]), "nothing of what came after it"
    assert told.replay.reported == ("green", "green", "green", "green", "red")
    assert told.replay.computed == (Status.ON_TRACK, *(Status.OFF_TRACK,) * 4)
    assert told.replay.behind == (False, True, True, True, False)
