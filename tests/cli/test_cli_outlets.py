"""The text builders: width, inert text, stable JSON, and what each page must say."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from rich.cells import cell_len

from cockpit.engine.precision.latency import ReplayDay, ReplayRow
from cockpit.outlets.brief import brief_of, worst_thing
from cockpit.outlets.check import Check, fails
from cockpit.outlets.export import EXPORTS, export_csv, export_json
from cockpit.outlets.look import Look
from cockpit.outlets.notes import event_json
from cockpit.outlets.plain import days, money, wrap
from cockpit.outlets.replay import Replay
from cockpit.records.assessment import Assessment, Blocker, Breach, Chain, ObjectiveView, ProjectView, Reason, SignOff
from cockpit.records.measures import Alignment
from cockpit.records.model import Meaning, Objective, Origin, Project
from cockpit.records.snapshot import Loosened
from cockpit.records.verdicts import Basis, Severity, Status
from cockpit.wording.amounts import breach_day_cost, day_cost

HOSTILE = "fix \x1b[31m[auth] bug\x9b2J \u202eevil [@click=app.quit] \x07end"
WIDE = "核心银行系统迁移到云端的接口文档交付依赖"


def page(today: Assessment, yesterday: Assessment | None = None, width: int = 240) -> str:
    """The brief, by default so wide that no cell of a table wraps."""
    return brief_of(today, yesterday).text(Look(width))


def breach(**more: object) -> Breach:
    fields: dict[str, object] = {
        "key": "DEP-UNPROVEN dependency:D-1",
        "code": "DEP-UNPROVEN",
        "severity": Severity.CRITICAL,
        "basis": Basis.EVIDENCE,
        "subject": "dependency:D-1",
        "title": "API documentation",
        "project": "integration",
        "owner": "anna",
        "owner_name": "Anna Berg",
        "since": date(2025, 3, 1),
        "slip_days": 40.0,
        "leverage_days": 31.5,
        "cost": 1_240_000.0,
        "clears_when": "Anna Berg signs it resolved",
        "reasons": (Reason("nobody promised it", Origin("dependencies.csv", 3)),),
    }
    return Breach(**(fields | more))  # type: ignore[arg-type]


def blocker(subject: str, leverage: float, **more: object) -> Blocker:
    fields: dict[str, object] = {
        "subject": subject,
        "title": f"Title of {subject}",
        "objective": "cloud",
        "project": "integration",
        "receiver_team": "int",
        "giver_team": "vendor",
        "owner": "anna",
        "owner_name": "Anna Berg",
        "blocked_days": 12,
        "held_until": None,
        "slip_days": leverage,
        "leverage_days": leverage,
        "at_least": True,
        "cost": None,
        "cost_assumed": False,
        "state": "open",
        "driving": True,
    }
    return Blocker(**(fields | more))  # type: ignore[arg-type]


def chain(objective: str, *blockers: Blocker) -> Chain:
    return Chain(
        objective=objective,
        title=f"Objective {objective}",
        finish=None,
        target=None,
        steps=(),
        blockers=blockers,
        dead=True,
    )


def project(number: int, status: Status, **more: object) -> ProjectView:
    fields: dict[str, object] = {
        "record": Project(id=f"p{number}", title=f"Project {number}"),
        "status": status,
        "basis": Basis.EVIDENCE,
        "reasons": (Reason("its path is dead"),),
        "reported": "Green",
        "reported_on": date(2025, 3, 31),
        "reported_rag": "green",
        "watermelon": status in (Status.AT_RISK, Status.OFF_TRACK),
        "baseline_finish": date(2025, 9, 1),
        "computed_finish": date(2025, 12, 1),
        "slip_days": 91.0,
        "at_least": False,
    }
    return ProjectView(**(fields | more))  # type: ignore[arg-type]


def objective(*, cost_assumed: bool) -> ObjectiveView:
    return ObjectiveView(
        record=Objective(id="cloud", title="Cloud"),
        execution=Status.OFF_TRACK,
        execution_basis=Basis.EVIDENCE,
        outcome=Status.UNKNOWN,
        finish=None,
        at_least=False,
        slip_days=None,
        cost_of_delay=1.0,
        cost_assumed=cost_assumed,
        overrun=None,
        bottom_line=None,
        projects=(),
        kpis=(),
        owner_name="",
        blockers=0,
    )


def signoff(subject: str, owner: str, due: date | None) -> SignOff:
    return SignOff(
        subject=subject,
        title=f"Title of {subject}",
        meanings=(Meaning.PROMISED, Meaning.RESOLVED),
        owner=owner,
        owner_name=owner.title(),
        team="vendor",
        due=due,
        state="open",
        version="0" * 64,
    )


@pytest.fixture
def assessment() -> Assessment:
    return Assessment(
        portfolio="core",
        title="Core banking",
        currency="USD",
        today=date(2025, 3, 31),
        status=Status.OFF_TRACK,
        policy=(
            Loosened(name="silence_days", asked=30, default=20),
            Loosened(
                name="quality.bei",
                asked=0.5,
                default=0.95,
                signer="sue",
                signer_name="Sue Stone",
                signed_on=date(2025, 3, 30),
            ),
        ),
        breaches=(breach(), breach(key="k2", code="FINISH-LATE", subject="project:p1", leverage_days=None, cost=None)),
        projects=(project(1, Status.OFF_TRACK), project(2, Status.ON_TRACK)),
        chains=(
            chain("a", blocker("dependency:D-1", 3), blocker("dependency:D-2", 9)),
            chain("b", blocker("dependency:D-1", 31)),
        ),
        signoffs=(
            signoff("dependency:D-9", "zoe", date(2025, 5, 1)),
            signoff("dependency:D-1", "anna", date(2025, 5, 1)),
            signoff("dependency:D-2", "anna", date(2025, 4, 1)),
        ),
    )


def test_check_json_has_exactly_the_documented_shape(assessment: Assessment) -> None:
    found = json.loads(Check(assessment).json())
    assert list(found)[:5] == ["portfolio", "as_of", "status", "breaches", "policy"]
    assert found["decision_days"] is None and found["decided"] == 0
    assert found["policy"] == list(assessment.policy_notes)
    assert found["as_of"] == "2025-03-31"
    assert found["breaches"][0] == {
        "code": "DEP-UNPROVEN",
        "severity": "critical",
        "basis": "evidence",
        "subject": "dependency:D-1",
        "title": "API documentation",
        "project": "integration",
        "objective": None,
        "owner": "anna",
        "since": "2025-03-01",
        "slip_days": 40.0,
        "leverage_days": 31.5,
        "together": [],
        "clears_when": "Anna Berg signs it resolved",
        "reasons": ["nobody promised it (dependencies.csv row 3)"],
        "id": "",
        "life": {
            "stage": "raised",
            "number": 1,
            "owed_from": None,
            "acknowledged": None,
            "owed": None,
            "decided": None,
        },
        "owner_name": "Anna Berg",
        "needed_by": "2025-05-01",
        "at_least": False,
        "cost": 1_240_000.0,
        "day_cost": None,
    }
    assert [b["code"] for b in found["breaches"]] == ["DEP-UNPROVEN", "FINISH-LATE"]


def test_check_json_is_pure_ascii_without_control_characters(assessment: Assessment) -> None:
    text = Check(replace(assessment, breaches=(breach(title=HOSTILE + WIDE),))).json()
    assert text.isascii()
    assert not [c for c in text if ord(c) < 32 and c != "\n"]


@pytest.mark.parametrize("title", [HOSTILE, WIDE * 3, "x" * 10_000, "", "a\nb\tc"])
def test_plain_pages_are_inert_and_at_most_80_cells_wide(assessment: Assessment, title: str) -> None:
    found = replace(
        assessment,
        title=title,
        breaches=(breach(title=title, clears_when=title, owner_name=title, subject=f"dependency:{title}"),),
        chains=(chain("a", blocker("dependency:D-1", 3, title=title, owner_name=title)),),
        signoffs=(replace(signoff("dependency:D-1", "anna", None), title=title, owner_name=title),),
        projects=(project(1, Status.OFF_TRACK, record=Project(id="p", title=title), reported=title),),
    )
    printed = (Check(found), Check(found, why=True), brief_of(found, replace(found, breaches=())))
    for text in (each.text() for each in printed):
        assert all(cell_len(line) <= 80 for line in text.splitlines())
        assert not [c for c in text if not c.isprintable() and c != "\n"]
        assert "\u202e" not in text


def test_fail_on_off_track_looks_at_projects_and_the_default_at_breaches(assessment: Assessment) -> None:
    assert fails(assessment, "at-risk")
    assert fails(assessment, "off-track")
    calm = replace(assessment, projects=(project(1, Status.AT_RISK),))
    assert not fails(calm, "off-track")
    assert not fails(replace(assessment, breaches=()), "at-risk")


def test_the_brief_begins_with_status_who_must_act_on_what_and_the_cost(assessment: Assessment) -> None:
    head = " ".join(page(assessment).splitlines()[:4])
    assert "OFF TRACK" in head
    assert "Anna Berg must act: API documentation [dependency:D-1]" in head
    assert "leverage 32 d" in head
    assert "USD 1.2M" in head
    assert "Policy: asks for silence_days 30 instead of 20, unsigned: the default rules" in page(assessment)
    assert "Policy: quality.bei 0.5 instead of 0.95, looser than the default, signed by Sue" in page(assessment)


def test_a_breach_without_owner_says_that_nobody_is_named(assessment: Assessment) -> None:
    said = worst_thing(replace(assessment, breaches=(breach(owner="", owner_name=""),)))
    assert said.startswith("Nobody is named who can act:")


def test_of_a_portfolio_without_anything_the_brief_says_how_to_begin(assessment: Assessment) -> None:
    blank = replace(
        assessment, breaches=(), objectives=(), kpis=(), projects=(), dependencies=(), alignment=Alignment()
    )
    assert worst_thing(blank).startswith("Nothing is known yet: no file has an objective")
    assert worst_thing(replace(assessment, breaches=())) == "Nothing to report: no rule is broken."


def test_the_brief_names_each_blocker_once_with_its_largest_leverage_first(assessment: Assessment) -> None:
    text = page(assessment)
    blocked = text[text.index("Blocked critical paths") : text.index("Sign-offs waited for")]
    assert blocked.count("Title of dependency:D-1") == 1
    assert blocked.index("dependency:D-1") < blocked.index("dependency:D-2")
    first = next(line for line in blocked.splitlines() if line.startswith("Anna Berg"))
    assert "moves Objective a, Objective b" in first and first.endswith("2025-05-01  ≥ 31 d")


def test_the_brief_groups_sign_offs_by_owner_and_begins_with_what_clears_the_worst_breach(
    assessment: Assessment,
) -> None:
    text = " ".join(page(assessment).split())
    assert "Anna 2 Title of dependency:D-1 [dependency:D-1] promised or resolved 2025-05-01" in text
    assert text.index("Anna 2 ") < text.index("Zoe 1 ")
    quiet = " ".join(page(replace(assessment, breaches=())).split())
    nearest = "Anna 2 Title of dependency:D-2 [dependency:D-2] promised or resolved 2025-04-01"
    assert nearest in quiet, "without a breach the nearest day is first"


def test_money_is_shown_only_where_somebody_has_named_what_a_day_costs(assessment: Assessment) -> None:
    assumed, known = objective(cost_assumed=True), objective(cost_assumed=False)
    nobody = replace(assessment, objectives=(assumed,))
    assert "USD" not in page(nobody) and "USD" not in Check(nobody).text()
    somebody = replace(assessment, objectives=(assumed, known))
    assert "USD 1.2M" in " ".join(page(somebody).split()) and "USD 1.2M" in Check(somebody).text()


def test_what_a_day_costs_is_that_of_every_objective_that_is_moved(assessment: Assessment) -> None:
    def priced(id_: str, cost: float, *, assumed: bool = False) -> ObjectiveView:
        known = replace(objective(cost_assumed=assumed), cost_of_delay=cost)
        return replace(known, record=Objective(id=id_, title=id_))

    both = replace(assessment, objectives=(priced("a", 22_000.0), priced("b", 3_500.0), priced("c", 900.0)))
    assert day_cost(both, "dependency:D-1") == (25_500.0, False), "it moves a and b"
    assert day_cost(both, "dependency:D-2") == (22_000.0, False)
    assert "USD 25.5k/day" in page(both) and "USD 25.5k/day" in Check(both).text()
    assert day_cost(both, "project:p1") == (None, False)
    late = replace(assessment.breaches[1], objective="c")
    assert breach_day_cost(both, late) == (900.0, False), "a day that its own is later"
    guessed = replace(assessment, objectives=(priced("a", 22_000.0), priced("b", 3_500.0, assumed=True)))
    assert day_cost(guessed, "dependency:D-1") == (25_500.0, True) and "USD 25.5k*/day" in page(guessed)
    unknown = replace(assessment, objectives=(priced("a", 1.0, assumed=True),))
    assert day_cost(unknown, "dependency:D-1") == breach_day_cost(unknown, late) == (None, False), "that is no money"


def test_an_amount_in_millions_is_said_in_the_currency_itself() -> None:
    assert money(25.7, "AUD million") == "AUD 25.7M"
    assert money(3.0, "GBP bn") == "GBP 3bn"
    assert money(28.0, "Swiss francs") == "Swiss francs 28"


def test_a_cause_is_not_said_twice(assessment: Assessment) -> None:
    cause = breach(code="ALIGN-TICKETS", subject="tickets:GUILD is no project", title="3 tickets: GUILD is no project")
    text = " ".join(Check(replace(assessment, breaches=(cause,))).text().split())
    assert text.count("GUILD is no project") == 1


def test_what_is_late_only_because_of_another_project_is_told_with_that_one(assessment: Assessment) -> None:
    late = (project(1, Status.OFF_TRACK), replace(project(2, Status.OFF_TRACK), root="p1"))
    text = " ".join(page(replace(assessment, projects=late)).split())
    assert "1. Project 1: reported Green" in text and "; and because of it Project 2" in text
    assert "2. Project 2" not in text


def test_the_brief_lists_watermelons_only(assessment: Assessment) -> None:
    text = page(assessment)
    assert "Project 1: reported Green, computed Off Track" in text
    assert "Project 2" not in text


def test_the_brief_says_what_changed_since_yesterday(assessment: Assessment) -> None:
    before = replace(
        assessment,
        today=date(2025, 3, 30),
        breaches=(breach(key="old", code="KPI-STALE", title="Old KPI"), assessment.breaches[1]),
        projects=(project(1, Status.ON_TRACK), project(2, Status.ON_TRACK, computed_finish=date(2025, 11, 1))),
    )
    text = " ".join(page(assessment, before).split())
    assert "Since 2025-03-30" in text
    assert "+ DEP-UNPROVEN API documentation" in text
    assert "- KPI-STALE Old KPI" in text
    assert "FINISH-LATE API" not in text
    assert "Project 1: On Track → Off Track" in text
    assert "Computed finishes that moved: 1 Project 2 2025-11-01 → 2025-12-01" in text


def test_markdown_escapes_what_others_wrote(assessment: Assessment) -> None:
    text = brief_of(replace(assessment, title="<img src=x> [a](javascript:x) *b* `c`")).markdown()
    assert text.startswith("# &lt;img src=x&gt; \\[a\\](javascript:x) \\*b\\* \\`c\\`")


def test_export_has_a_table_for_everything_with_columns_that_do_not_depend_on_rows(assessment: Assessment) -> None:
    empty = replace(assessment, policy=(), breaches=(), projects=(), chains=(), signoffs=())
    for name in EXPORTS:
        header = export_csv(empty, name).splitlines()
        assert len(header) == 1
        assert export_csv(assessment, name).splitlines()[0] == header[0]


def test_export_csv_disarms_formulas_and_keeps_json_exact(assessment: Assessment) -> None:
    found = replace(assessment, breaches=(breach(title="=cmd|' /C calc'!A0"),))
    rows = list(csv.DictReader(io.StringIO(export_csv(found, "breaches"))))
    assert rows[0]["title"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["cost"] == "1240000.0"
    assert json.loads(export_json(found, ["breaches"]))["breaches"][0]["title"] == "=cmd|' /C calc'!A0"


def test_exported_projects_carry_both_what_is_stated_and_what_is_computed(assessment: Assessment) -> None:
    row = json.loads(export_json(assessment, ["projects"]))["projects"][0]
    assert row["id"] == "p1"
    assert row["status"] == "Off Track"
    assert row["computed_finish"] == "2025-12-01"
    assert row["reasons"] == ["its path is dead"]


def test_an_event_is_one_line_with_the_person_who_can_clear_it() -> None:
    line = event_json("raised", breach(title="two\nlines"), datetime(2025, 3, 31, 8, 0))  # noqa: DTZ001
    assert line.count("\n") == 1
    assert list(json.loads(line)) == [
        "at",
        "event",
        "code",
        "subject",
        "title",
        "owner",
        "owner_name",
        "project",
        "slip_days",
        "leverage_days",
        "clears_when",
        "key",
    ]
    assert json.loads(line)["owner_name"] == "Anna Berg"


def test_wrap_breaks_long_words_and_loses_nothing() -> None:
    word = "x" * 195
    lines = wrap(f"before {word} after", 60, first="- ")
    assert all(cell_len(line) <= 60 for line in lines)
    assert "".join("".join(lines).split()).replace("-", "") == f"before{word}after"


def row(day: int, reported: str, computed: Status, basis: Basis, latency: int | None) -> ReplayRow:
    rag = reported.lower()
    return ReplayRow(date(2025, 3, day), "p1", "Project 1", reported, rag, computed, basis, latency, "its path is dead")


def seen(day: int, rag: str, call: str = "", *worse: str) -> ReplayDay:
    why = ("A hangs on it (plan.csv row 7)",) if call else ()
    return ReplayDay(date(2025, 3, day), {rag: 1}, worse, call, why)


def test_replay_says_when_it_was_called_and_which_reports_still_said_green() -> None:
    rows = [
        row(1, "Green", Status.AT_RISK, Basis.UNPROVEN, None),
        row(8, "Green", Status.AT_RISK, Basis.EVIDENCE, 0),
        row(15, "Green", Status.OFF_TRACK, Basis.EVIDENCE, 7),
        row(22, "Red", Status.OFF_TRACK, Basis.EVIDENCE, 14),
    ]
    days = [seen(1, "green"), seen(8, "green", "API: dead", "p1"), seen(15, "green", "API: dead", "p1")]
    days.append(seen(22, "red", "API: dead"))
    whole = Replay(days, rows).text()
    text = " ".join(whole.split())
    assert "Cockpit calls it on 2025-03-08: API: dead." in text and "1. A hangs on it (plan.csv row 7)" in text
    assert "still said Green on 2025-03-08 and 2025-03-15; it turned on 2025-03-22, 14 days later." in text
    assert "2025-03-08 1 Green 1 project API: dead" in text
    assert "2025-03-22 1 Red the same" in text, "what stays the same is said once"
    assert [day["call"] for day in json.loads(Replay(days, rows).json())["days"]][2:] == ["API: dead"] * 2
    assert "Project 1 2025-03-08 2 reports, until 2025-03-15 14 d" in text
    assert all(cell_len(line) <= 80 for line in whole.splitlines())
    assert Replay(days, rows).csv().splitlines()[2] == "2025-03-08,p1,Green,At Risk,evidence,0"


def test_replay_of_an_honest_deck_and_of_nothing() -> None:
    honest = Replay([seen(1, "green")], [row(1, "Green", Status.ON_TRACK, Basis.NONE, None)]).text()
    assert honest.splitlines()[1].startswith("No report said better than the evidence of its day. 1 observation")
    assert Replay([], []).text() == "Nothing to replay: no source has been read yet.\n"


def test_days_and_money_read_as_people_write_them() -> None:
    assert [days(None), days(0.0), days(0.4), days(12.4), days(1234.0), days(12.0, at_least=True)] == [
        "",
        "0 d",
        "0.4 d",
        "12 d",
        "1,234 d",
        "≥ 12 d",
    ]
    assert [money(4e6, "USD"), money(1_250, "EUR", assumed=True), money(-3.5e6, ""), money(None, "USD")] == [
        "USD 4M",
        "EUR 1.2k*",
        "-3.5M",
        "",
    ]
