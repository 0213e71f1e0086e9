"""Two sources, one item: the worse counts, disagreement is told with both rows, what looks like one is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from scene import TODAY, assess, breach, codes, item, link, project, signed, snapshot, view

from cockpit.records.assessment import Assessment
from cockpit.records.model import Dependency, Kind, Meaning, Origin, Project, State, Statement, WorkItem
from cockpit.records.snapshot import Apart, SourceFile
from cockpit.records.verdicts import Basis, Severity, Status, Verdict
from cockpit.trust.obligations import milestone_version, same_version

LONG_AGO = TODAY - timedelta(200)


def source(path: str, *, since: date = LONG_AGO, shadow: bool = False, name: str = "") -> SourceFile:
    return SourceFile(name=name or path, path=path, format="table", observed=TODAY, since=since, shadow=shadow)


TRACKER, JIRA, LEAD = source("tracker.xlsx"), source("jira.csv"), source("lead.xlsx", shadow=True)


def row(file: SourceFile, number: int, id: str, days: float | None, **more: Any) -> WorkItem:
    return replace(item(id, 0, **more), duration_days=days, origin=Origin(file.path, number))


def of(file: SourceFile, number: int, **more: Any) -> Project:
    return replace(project(**more), origin=Origin(file.path, number))


def judged(*items: WorkItem, sources: Sequence[SourceFile] = (TRACKER, JIRA), **more: Any) -> Assessment:
    return assess(snapshot(items=items, sources=tuple(sources), **more), TODAY)


def told(assessment: Assessment, code: str) -> list[str]:
    return [str(reason) for reason in breach(assessment, code).reasons]


# By id


def test_what_the_tracker_calls_done_and_jira_does_not_is_open_and_both_rows_are_told() -> None:
    done = row(TRACKER, 14, "P-7", 5, state=State.DONE, title="Interface spec", actual_finish=date(2025, 1, 3))
    doing = row(JIRA, 88, "P-7", None, state=State.DOING, status="In Review", title="Interface specification")
    answer = judged(done, doing, row(TRACKER, 15, "P-8", 5, state=State.DONE))
    found = breach(answer, "SOURCES-DISAGREE")
    assert found.title == "P-7 “Interface specification”: jira.csv and tracker.xlsx disagree, and the worse counts"
    assert told(answer, "SOURCES-DISAGREE") == [
        "P-7 “Interface specification” is in progress (“In Review”), which counts (jira.csv row 88)",
        "P-7 “Interface spec” was finished on 2025-01-03 (tracker.xlsx row 14)",
    ]
    assert (found.severity, found.basis, found.owner) == (Severity.MAJOR, Basis.EVIDENCE, "ann")
    assert (view(answer).items_open, view(answer).items_done) == (1, 1)
    assert not answer.items["P-7"].done


def test_two_trackers_that_agree_are_one_item_with_nothing_to_tell() -> None:
    rows = (
        row(TRACKER, 14, "P-7", 5, state=State.DOING),
        row(JIRA, 88, "P-7", 5, state=State.DOING, title="Other words"),
    )
    answer = judged(*rows)
    assert not {"SOURCES-DISAGREE", "SAME-PROPOSED"} & codes(answer)
    assert view(answer).items_open == 1


def test_of_equals_a_blank_is_filled_in_and_no_disagreement() -> None:
    bare = row(TRACKER, 14, "P-7", None)
    answer = judged(bare, row(JIRA, 88, "P-7", 40, team="bank", owner="ben"))
    assert answer.items["P-7"].team == "bank" and not answer.items["P-7"].assumed_duration
    assert "SOURCES-DISAGREE" not in codes(answer)


def test_a_word_that_only_one_of_them_says_of_its_state_counts() -> None:
    silent = row(TRACKER, 14, "P-7", 5)
    assert judged(silent, row(JIRA, 88, "P-7", 5, state=State.DONE)).items["P-7"].done


def test_a_finish_to_come_is_a_plan_and_does_not_make_it_done() -> None:
    planned = row(TRACKER, 14, "P-7", 5, actual_finish=TODAY + timedelta(9))
    answer = judged(planned, row(JIRA, 88, "P-7", 5, state=State.DOING))
    assert not answer.items["P-7"].done and "SOURCES-DISAGREE" not in codes(answer)


@pytest.mark.parametrize(
    ("tracker", "lead", "finish"), [(5, 8, "2025-01-15"), (8, 5, "2025-01-15"), (5, 15, "2025-01-24")]
)
def test_the_longer_of_two_counts_and_is_told_beyond_tolerance(tracker: float, lead: float, finish: str) -> None:
    """From Monday the 6th 5 working days end on the 10th, 8 on Wednesday the 15th, 15 on Friday the 24th."""
    answer = judged(row(TRACKER, 2, "a", tracker), row(LEAD, 3, "a", lead), sources=(TRACKER, LEAD))
    assert str(answer.items["a"].early_finish.date()) == finish
    assert ("SOURCES-DISAGREE" in codes(answer)) is (abs(tracker - lead) > 5)


# Shadow trackers


def test_the_lead_knows_that_it_takes_longer_and_the_project_is_late() -> None:
    """25 days instead of 5: it ends on 7 February instead of 10 January, and its baseline is 20 January."""
    plan = row(TRACKER, 14, "P-7", 5, title="Cut-over rehearsal", state=State.DOING)
    lead = row(LEAD, 3, "P-7", 25, title="rehearsal", state=State.DOING, remaining_days=25.0)
    late = (of(TRACKER, 2, finish=date(2025, 1, 20)),)
    alone = judged(plan, projects=late, sources=(TRACKER,))
    answer = judged(plan, lead, projects=late, sources=(TRACKER, LEAD))
    assert (view(alone).status, view(answer).status) == (Status.ON_TRACK, Status.OFF_TRACK)
    found = breach(answer, "SOURCES-DISAGREE")
    assert told(answer, "SOURCES-DISAGREE") == [
        "by tracker.xlsx alone it would be On Track, finishing on 2025-01-10; with both it is Off Track, finishing on "
        "2025-02-07",
        "P-7 “Cut-over rehearsal” takes 5 working days (tracker.xlsx row 14)",
        "P-7 “rehearsal” has 25 working days left, which counts (lead.xlsx row 3)",
    ]
    assert (found.slip_days, found.project) == (28.0, "P")
    assert answer.items["P-7"].title == "Cut-over rehearsal", "its texts are the official ones"


def test_a_shadow_makes_nothing_done_shorter_or_planned() -> None:
    bare = row(TRACKER, 14, "P-7", None)
    lead = row(
        LEAD, 3, "P-7", 1, state=State.DONE, actual_finish=date(2025, 1, 3), percent=100.0, owner="ben", team="bank"
    )
    plans = of(TRACKER, 2, finish=None), of(LEAD, 2, finish=date(2025, 6, 30), state=State.DONE)
    answer = judged(bare, lead, projects=plans, sources=(TRACKER, LEAD))
    plain = judged(bare, projects=plans[:1], sources=(TRACKER,))
    assert (answer.items["P-7"].early_finish, answer.items["P-7"].assumed_duration) == (
        plain.items["P-7"].early_finish, True,
    )  # fmt: skip
    assert view(answer).status is view(plain).status is Status.UNKNOWN
    assert view(answer).baseline_finish is None
    assert answer.items["P-7"].team == "apps"


def test_what_the_official_tracker_shows_wrong_alone_stays_wrong() -> None:
    """The path of the tracker is dead. A shadow that makes other work later takes it off the driving chain."""
    dead = row(TRACKER, 2, "a", 10, state=State.BLOCKED)
    other = row(TRACKER, 3, "b", 5, state=State.DOING)
    more = {"moved": {"a": date(2024, 10, 1)}, "projects": (of(TRACKER, 2),)}
    alone = judged(dead, other, sources=(TRACKER,), **more)
    assert view(alone).status is Status.AT_RISK and "PATH-DEAD" in codes(alone)
    later = row(LEAD, 3, "b", 25, state=State.DOING, remaining_days=25.0)
    answer = judged(dead, other, later, sources=(TRACKER, LEAD), **more)
    assert view(answer).status is Status.AT_RISK
    assert view(answer).reasons[0].text.startswith("by the official source alone: ")


def test_a_team_that_only_the_shadow_names_makes_a_dependency() -> None:
    rows = row(TRACKER, 2, "a", 5), row(TRACKER, 3, "b", 5), row(LEAD, 2, "a", 5, team="vendor")
    answer = judged(*rows, links=(link("a", "b"),), sources=(TRACKER, LEAD))
    (found,) = answer.dependencies
    assert (found.record.giver_team, found.record.receiver_team, found.state) == ("vendor", "apps", "unowned")
    assert view(answer).status is Status.AT_RISK
    assert "DEP-UNOWNED" in codes(answer)


def test_two_trackers_with_names_of_their_own_for_every_team_make_no_dependency() -> None:
    ours = row(TRACKER, 2, "a", 5, team="apps"), row(TRACKER, 3, "b", 5, team="apps")
    theirs = row(LEAD, 2, "a", 5, team="bank"), row(LEAD, 3, "b", 5, team="bank")
    assert judged(*ours, *theirs, links=(link("a", "b"),), sources=(TRACKER, LEAD)).dependencies == ()


def test_whom_the_shadow_says_it_waits_for_is_heard() -> None:
    plan = row(TRACKER, 2, "a", 5, state=State.BLOCKED)
    lead = row(
        LEAD, 3, "a", 5, state=State.BLOCKED, extra=(("Comment", "waiting for the API documents of Old Vendor"),)
    )
    assert "vendor" not in {s.subject.rpartition(">")[2] for s in judged(plan, sources=(TRACKER,)).signoffs}
    answer = judged(plan, lead, sources=(TRACKER, LEAD))
    assert "vendor" in {s.subject.rpartition(">")[2] for s in answer.signoffs}


def test_who_delivers_by_any_tracker_accepts_nothing() -> None:
    gate = row(TRACKER, 2, "M", 0, kind=Kind.MILESTONE, state=State.DONE, acceptor="ben", acceptance="It runs")
    proof = signed("milestone:M", milestone_version("M", "P", "M", "It runs"), Meaning.VALIDATED, "ben")
    alone = judged(gate, sources=(TRACKER,), statements=(proof,))
    assert alone.statements[0].verdict is Verdict.COUNTS
    lead = row(LEAD, 3, "M", 0, kind=Kind.MILESTONE, state=State.DONE, owner="ben")
    both = judged(gate, lead, sources=(TRACKER, LEAD), statements=(proof,))
    assert both.statements[0].verdict is Verdict.NOT_ENTITLED


# A file that came later


def test_a_file_that_came_later_replaces_no_text_and_is_no_movement() -> None:
    ours = row(TRACKER, 2, "a", 10, state=State.DOING, title="Ours")
    later = source("new.csv", since=TODAY)
    theirs = row(later, 9, "a", 10, state=State.TODO, title="Theirs, fuller", owner="ben", team="bank", effort=3.0)
    more: dict[str, Any] = {"moved": {"a": TODAY}, "projects": (of(TRACKER, 2),)}
    apart = {("a", "tracker.xlsx"): Apart(date(2024, 10, 1), TODAY), ("a", "new.csv"): Apart(TODAY, TODAY)}
    answer = judged(ours, theirs, sources=(TRACKER, later), apart=apart, **more)
    assert answer.items["a"].title == "Ours" and answer.items["a"].team == "bank"
    assert "PATH-DEAD" in codes(answer), "nobody has worked on it since October"


def test_the_same_tracker_over_its_drops_is_one_source() -> None:
    drop = source("2025-01-06/tracker.xlsx", name="tracker.xlsx")
    old = row(source("2024-12-01/tracker.xlsx"), 2, "a", 5, title="Interface spec")
    new = row(drop, 3, "b", 5, title="Interface specs")
    assert not {"SAME-PROPOSED", "SOURCES-DISAGREE"} & codes(judged(old, new, sources=(drop,)))


# Projects, dependencies


def test_of_a_project_the_later_forecast_and_the_higher_cost_count() -> None:
    ours = of(TRACKER, 2, forecast_finish=date(2025, 6, 30), budget=100.0, forecast_cost=100.0, state=State.DOING)
    theirs = of(LEAD, 4, forecast_finish=date(2025, 9, 1), forecast_cost=140.0, state=State.DOING)
    answer = judged(projects=(ours, theirs), sources=(TRACKER, LEAD))
    assert {"FINISH-LATE", "COST-OVER"} <= codes(answer)
    assert (view(answer).computed_finish, view(answer).record.forecast_cost) == (date(2025, 9, 1), 140.0)
    assert told(answer, "SOURCES-DISAGREE")[1:] == [
        "P “Project P” is forecast to finish on 2025-06-30 (tracker.xlsx row 2)",
        "P “Project P” is forecast to finish on 2025-09-01, which counts (lead.xlsx row 4)",
    ]


def test_the_earlier_baseline_counts_whichever_source_knew_it() -> None:
    plans = of(TRACKER, 2, finish=date(2025, 6, 30)), of(JIRA, 2, finish=date(2025, 5, 30))
    answer = judged(item("a", 5), projects=plans)
    assert view(answer).baseline_finish == date(2025, 5, 30)
    apart = {("P:finish", "tracker.xlsx"): Apart(baseline=date(2025, 4, 1)), ("P:finish", "jira.csv"): Apart()}
    answer = judged(item("a", 5), projects=plans, apart=apart, baselines={"P": date(2025, 4, 1)})
    assert view(answer).baseline_finish == date(2025, 4, 1)


def test_a_baseline_that_only_a_shadow_ever_gave_is_none() -> None:
    plans = of(TRACKER, 2, finish=None), of(LEAD, 2, finish=date(2025, 6, 30))
    apart = {("P:finish", "tracker.xlsx"): Apart(), ("P:finish", "lead.xlsx"): Apart(baseline=date(2025, 6, 30))}
    known = {"P": date(2025, 6, 30)}
    answer = judged(item("a", 5), projects=plans, apart=apart, baselines=known, sources=(TRACKER, LEAD))
    assert (view(answer).status, view(answer).baseline_finish) == (Status.UNKNOWN, None)


@pytest.mark.parametrize(("days", "tells"), [(5, False), (6, True), (-5, False), (-6, True)])
def test_days_within_tolerance_are_no_disagreement_and_the_worse_counts(days: int, tells: bool) -> None:
    planned = date(2025, 3, 3)
    other = planned + timedelta(days)
    answer = judged(row(TRACKER, 2, "a", 5, not_before=planned), row(JIRA, 2, "a", 5, not_before=other))
    assert answer.items["a"].early_start.date() >= max(planned, other)
    assert ("SOURCES-DISAGREE" in codes(answer)) is tells


def test_of_a_dependency_the_official_row_stands_as_it_is_signed_and_the_other_is_told() -> None:
    need = Dependency(id="D", title="Docs", giver_team="vendor", receiver_team="apps", receiver_project="P")
    ours = replace(need, needed_by=date(2025, 3, 1), giver_owner="vic", origin=Origin("tracker.xlsx", 5))
    theirs = replace(
        need, giver_team="bank", needed_by=date(2025, 2, 1), acceptance="All", origin=Origin("lead.xlsx", 6)
    )
    answer = judged(item("a", 5), dependencies=(theirs, ours), sources=(TRACKER, LEAD))
    record = answer.dependencies[0].record
    assert (record.giver_team, record.needed_by, record.acceptance) == ("vendor", date(2025, 3, 1), "")
    found = breach(answer, "SOURCES-DISAGREE")
    assert found.severity is Severity.MINOR
    assert told(answer, "SOURCES-DISAGREE")[0] == "D “Docs” is needed by 2025-03-01, which counts (tracker.xlsx row 5)"


def test_five_hundred_disagreements_are_one_breach_of_a_project_and_two_sources() -> None:
    rows: list[WorkItem] = []
    for number in range(250):
        for name in ("P", "Q"):
            id_ = f"{name}-{number:03}"
            rows.append(row(TRACKER, number, id_, 5, project=name, state=State.DONE))
            rows.append(row(JIRA, number, id_, 5, project=name, state=State.TODO))
    answer = judged(*rows, projects=(of(TRACKER, 2), of(TRACKER, 3, id="Q")))
    found = [b for b in answer.breaches if b.code == "SOURCES-DISAGREE"]
    assert [b.key for b in found] == [f"SOURCES-DISAGREE|sources:{name}:jira.csv=tracker.xlsx" for name in ("P", "Q")]
    assert found[0].title.startswith("250 things of Project P, P-000 “P-000” most of all: jira.csv and")
    assert (len(found[0].reasons), found[0].reasons[-1].text) == (11, "and 245 more")


# Under ids of its own


def spec(**more: Any) -> WorkItem:
    return row(TRACKER, 14, "T-14", 5, **{"title": "Interface spec", "state": State.DONE, **more})


def ticket(**more: Any) -> WorkItem:
    return row(JIRA, 88, "J-88", 10, **{"title": "Interface specs", "state": State.DOING, **more})


def test_a_column_that_names_the_ticket_makes_them_one() -> None:
    """The ticket takes 10 days, to 17 January; what the tracker builds on it takes 5 more."""
    answer = judged(spec(same_as="J-88"), ticket(), row(TRACKER, 15, "T-15", 5), links=(link("T-14", "T-15"),))
    assert "T-14" not in answer.items and not answer.items["J-88"].done
    assert answer.items["T-15"].early_finish.date() == date(2025, 1, 24)
    assert view(answer).items_open == 2
    assert (
        told(answer, "SOURCES-DISAGREE")[0] == "J-88 “Interface specs” is in progress, which counts (jira.csv row 88)"
    )
    assert "SAME-PROPOSED" not in codes(answer)


def test_what_is_signed_of_a_dependency_on_an_id_that_another_stands_for_stays_signed() -> None:
    need = Dependency(id="D", title="Docs", giver_team="vendor", receiver_team="apps", giver_owner="vic")
    need = replace(need, receiver_item="T-14", receiver_owner="ann")
    before = judged(spec(), ticket(title="Else"), dependencies=(need,)).dependencies[0]
    after = judged(spec(same_as="J-88"), ticket(title="Else"), dependencies=(need,)).dependencies[0]
    assert after.record.receiver_item == "J-88"
    assert after.version == before.version


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((spec(same_as="J-99"), ticket()), "T-14 is said to be the same as J-99, but nobody knows that"),
        (
            (spec(same_as="T-15"), row(TRACKER, 15, "T-15", 5)),
            "T-14 is said to be the same as T-15, but tracker.xlsx holds both as two",
        ),
        (
            (spec(same_as="J-88"), ticket(parent="T-14")),
            "T-14 is said to be the same as J-88, but one of them waits for the other, or is part of it",
        ),
        (
            (spec(), row(TRACKER, 15, "T-15", 5, same_as="J-88"), ticket(same_as="T-14")),
            "T-15 is said to be the same as J-88, but tracker.xlsx holds both as two",
        ),
    ],
)
def test_what_cannot_be_the_same_stays_apart_and_is_told(rows: tuple[WorkItem, ...], why: str) -> None:
    answer = judged(*rows)
    assert told(answer, "SAME-REFUSED")[0].startswith(f"{why} (")
    assert (breach(answer, "SAME-REFUSED").owner, len(answer.items)) == ("kim", 3)


def test_a_file_that_came_later_makes_no_one_of_two_official_things() -> None:
    later = source("new.csv", since=TODAY)
    rows = spec(), ticket(title="Something else"), row(later, 2, "T-14", 5, same_as="J-88")
    assert {"T-14", "J-88"} <= set(judged(*rows, sources=(TRACKER, JIRA, later)).items)


# Near-identical titles


def pair_version(one: WorkItem | Project, other: WorkItem | Project) -> str:
    kind = "work item" if isinstance(one, WorkItem) else "project"
    return same_version(kind, {one.id: one.title, other.id: other.title})


def says(meaning: Meaning, signer: str = "ann", of: str = "", on: date = TODAY) -> Statement:
    return signed("same:J-88=T-14", of or pair_version(spec(), ticket()), meaning, signer, on)


def test_titles_that_are_nearly_the_same_are_proposed_and_change_nothing() -> None:
    answer = judged(spec(), ticket())
    found = breach(answer, "SAME-PROPOSED")
    assert found.title == "“Interface specs” of jira.csv and “Interface spec” of tracker.xlsx may be one"
    assert (found.severity, found.basis, found.owner) == (Severity.MINOR, Basis.UNPROVEN, "ann")
    assert told(answer, "SAME-PROPOSED") == [
        "J-88 “Interface specs” (jira.csv row 88)", "T-14 “Interface spec” (tracker.xlsx row 14)",
    ]  # fmt: skip
    assert {"T-14", "J-88"} <= set(answer.items)
    (asked,) = [s for s in answer.signoffs if s.subject == "same:J-88=T-14"]
    assert (asked.owner, asked.meanings) == ("ann", (Meaning.CONFIRMED, Meaning.DISMISSED))


def test_confirmed_by_the_projects_owner_they_are_one_and_the_worse_counts() -> None:
    answer = judged(spec(), ticket(), statements=(says(Meaning.CONFIRMED),))
    assert answer.statements[0].verdict is Verdict.COUNTS
    assert not answer.items["J-88"].done and "T-14" not in answer.items
    assert "SAME-PROPOSED" not in codes(answer) and "SOURCES-DISAGREE" in codes(answer)


@pytest.mark.parametrize("signer", ["ben", "sue", "kim"])
def test_by_anybody_else_it_counts_for_nothing(signer: str) -> None:
    answer = judged(spec(), ticket(), statements=(says(Meaning.CONFIRMED, signer),))
    assert answer.statements[0].verdict is Verdict.NOT_ENTITLED
    assert "only Ann Alder, the owner of the project, may" in answer.statements[0].why
    assert "T-14" in answer.items and "SAME-PROPOSED" in codes(answer)


def test_without_an_owner_the_lead_of_the_team_says_it_and_then_the_sponsor() -> None:
    nobodys = of(TRACKER, 2, owner="", team="bank")
    assert (
        "T-14" not in judged(spec(), ticket(), projects=(nobodys,), statements=(says(Meaning.CONFIRMED, "ben"),)).items
    )
    teamless = replace(nobodys, team="")
    assert (
        "T-14" not in judged(spec(), ticket(), projects=(teamless,), statements=(says(Meaning.CONFIRMED, "sue"),)).items
    )


def test_dismissed_they_are_not_proposed_again_until_a_title_changes() -> None:
    said = (says(Meaning.DISMISSED),)
    assert "SAME-PROPOSED" not in codes(judged(spec(), ticket(), statements=said))
    assert "SAME-PROPOSED" not in codes(judged(spec(title="interface  SPEC."), ticket(), statements=said))
    assert "SAME-PROPOSED" in codes(judged(spec(title="Interfaces spec"), ticket(), statements=said))


def test_who_renames_a_row_does_not_get_rid_of_what_the_other_says() -> None:
    answer = judged(spec(title="Renamed"), ticket(), statements=(says(Meaning.CONFIRMED),))
    assert not answer.items["J-88"].done and "T-14" not in answer.items
    assert answer.statements[0].verdict is Verdict.VOID
    assert told(answer, "SAME-PROPOSED")[2].startswith(
        "confirmed under another title, and one until that is taken back"
    )
    back = (says(Meaning.CONFIRMED), says(Meaning.DISMISSED, of=pair_version(spec(title="Renamed"), ticket())))
    answer = judged(spec(title="Renamed"), ticket(), statements=back)
    assert "T-14" in answer.items and "SAME-PROPOSED" not in codes(answer)


def test_a_signature_outweighs_what_a_column_says() -> None:
    other = ticket(title="Quite another thing")
    said = signed("same:J-88=T-14", pair_version(spec(), other), Meaning.DISMISSED, "ann")
    assert "T-14" in judged(spec(same_as="J-88"), other, statements=(said,)).items


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Interface documents of the vendor", "Vendor: interface documents", True),
        ("Data migration cut-over", "Data migration cutover", True),
        ("Organisation design agreed", "Organization design agreed", True),
        ("Sprint 1 planning", "Sprint 2 planning", False),
        ("UAT phase A", "UAT phase B", False),
        ("Phase II sign-off", "Phase III sign-off", False),
        ("Import of all customer master data of branches", "Export of all customer master data of branches", False),
        ("Interface documents", "Interface tests", False),
        ("2025-01", "2025-01", False),
    ],
)  # fmt: skip
def test_what_is_nearly_the_same(one: str, other: str, alike: bool) -> None:
    answer = judged(spec(title=one), ticket(title=other))
    assert ("SAME-PROPOSED" in codes(answer)) is alike


@pytest.mark.parametrize(
    "more",
    [
        {"project": "Q"},
        {"kind": Kind.SUMMARY},
        {"stub": True},
        {"parent": "T-14"},
    ],
)
def test_what_cannot_be_the_same_is_not_proposed(more: dict[str, Any]) -> None:
    projects = of(TRACKER, 2), of(TRACKER, 3, id="Q", title="Quite different")
    assert "SAME-PROPOSED" not in codes(judged(spec(), ticket(**more), projects=projects))


def test_a_title_that_one_source_has_twice_tells_nothing() -> None:
    twice = row(JIRA, 89, "J-89", 5, title="Interface specs")
    assert "SAME-PROPOSED" not in codes(judged(spec(), ticket(), twice))


def test_many_pairs_are_one_breach_and_a_few_questions_at_a_time() -> None:
    towns = ("Aachen", "Bremen", "Cologne", "Dresden", "Essen", "Frankfurt", "Gera", "Hamburg")
    rows = [
        row(file, number, f"{letter}-{number}", 5, title=f"Branch {town} {what}")
        for number, town in enumerate(towns)
        for file, letter, what in ((TRACKER, "T", "migrated"), (JIRA, "J", "migrated."))
    ]
    answer = judged(*rows)
    assert len([b for b in answer.breaches if b.code == "SAME-PROPOSED"]) == 1
    assert breach(answer, "SAME-PROPOSED").title.startswith("8 pairs of Project P may be one, of jira.csv and tr")
    assert told(answer, "SAME-PROPOSED")[-1] == "and 3 more"
    assert len([s for s in answer.signoffs if s.subject.startswith("same:")]) == 5


# Projects under ids of their own


def test_two_projects_that_an_owner_signs_to_be_one_are_one_with_the_work_of_both() -> None:
    ours = of(TRACKER, 2, id="P-01", title="Payments hub", finish=date(2025, 6, 30))
    theirs = of(LEAD, 3, id="PAY", title="Payments Hub", finish=date(2025, 1, 20), owner="ben")
    rows = row(TRACKER, 5, "a", 5, project="P-01"), row(LEAD, 6, "x", 20, project="PAY")
    more: dict[str, Any] = {"projects": (ours, theirs), "sources": (TRACKER, LEAD)}
    open_ones = judged(*rows, **more)
    assert breach(open_ones, "SAME-PROPOSED").title.startswith(
        "“Payments hub” of tracker.xlsx and “Payments Hub” of lead"
    )
    said = signed("same:P-01=PAY", pair_version(ours, theirs), Meaning.CONFIRMED, "ann")
    answer = judged(*rows, statements=(said,), **more)
    (only,) = answer.projects
    assert (only.record.id, only.items_open, only.status) == ("P-01", 2, Status.OFF_TRACK)
    assert (only.baseline_finish, only.computed_finish) == (date(2025, 1, 20), date(2025, 1, 31))
    assert breach(answer, "SOURCES-DISAGREE").project == "P-01"


def test_what_one_owner_confirmed_the_other_does_not_take_back_alone() -> None:
    ours, theirs = (
        of(TRACKER, 2, id="P-01", title="Payments hub"),
        of(LEAD, 3, id="PAY", title="Payments Hub", owner="ben"),
    )
    version = pair_version(ours, theirs)
    said = [signed("same:P-01=PAY", version, Meaning.CONFIRMED, "ann", TODAY - timedelta(2))]
    said.append(signed("same:P-01=PAY", version, Meaning.DISMISSED, "ben", TODAY - timedelta(1)))
    more: dict[str, Any] = {"projects": (ours, theirs), "sources": (TRACKER, LEAD)}
    assert len(judged(statements=tuple(said), **more).projects) == 1
    said.append(signed("same:P-01=PAY", version, Meaning.DISMISSED, "ann"))
    assert len(judged(statements=tuple(said), **more).projects) == 2
