from __future__ import annotations

from datetime import date

import pytest

from cockpit.records.model import Dependency, Kpi, Meaning, Objective, Person, Project, WorkItem
from cockpit.trust.sentence import of_baseline, of_dependency, of_mapping, of_milestone, of_policy, of_reading, sentence

ANN = Person(id="ann", name="Ann Bauer")
DEP = Dependency(
    id="D-1",
    title="API documentation",
    giver_team="vendor",
    receiver_team="apps",
    receiver_project="gateway",
    needed_by=date(2025, 6, 30),
    acceptance="Two engineers\nhave reviewed it",
)


def test_a_promise_says_who_what_by_when_and_over_which_version() -> None:
    text = sentence(
        ANN,
        Meaning.PROMISED,
        "dependency:D-1",
        of_dependency(DEP, "Legacy vendor", "Applications"),
        "ab" * 32,
        portfolio="core",
        on=date(2025, 6, 1),
        evidence=[("minutes.pdf", "cd" * 32)],
        note="if the contract holds",
    )
    assert text == (
        "I, Ann Bauer (ann), promise by 2025-06-01 the dependency “API documentation”, which “Legacy vendor” gives to "
        "“Applications” for “gateway”, needed by 2025-06-30, accepted when “Two engineers have reviewed it”. This is "
        "“dependency:D-1” of the portfolio “core”, in its version abababababab; if what it binds changes, this lapses. "
        "Evidence: “minutes.pdf” (SHA-256 cdcdcdcdcdcd). Note: “if the contract holds”."
    )


def test_an_attestation_says_value_and_day() -> None:
    kpi = Kpi(id="nps", objective="O", title="Net promoter score", unit="points")
    text = sentence(ANN, Meaning.ATTESTED, "kpi:nps", of_reading(kpi), "ab" * 32, on=date(2025, 3, 31), value=93.4)
    assert text.startswith(
        "I, Ann Bauer (ann), attest 93.4 on 2025-03-31 as the value of the KPI “Net promoter score” in "
    )
    assert "I name no evidence." in text


@pytest.mark.parametrize("meaning", list(Meaning))
def test_every_meaning_makes_one_paragraph_that_names_signer_and_subject(meaning: Meaning) -> None:
    text = sentence(ANN, meaning, "dependency:D-1", of_dependency(DEP), "ab" * 32)
    assert text.startswith("I, Ann Bauer (ann), ") and "“dependency:D-1”" in text and "\n" not in text


def test_every_kind_of_subject_can_be_described() -> None:
    project = Project(id="gateway", title="Gateway", baseline_finish=date(2025, 6, 30))
    item = WorkItem(id="m", project="gateway", title="Go live", acceptance="Ten users paid")
    objective = Objective(id="O", title="Cloud")
    assert (
        of_milestone(item, project)
        == "the milestone “Go live” of the project “Gateway”, accepted when “Ten users paid”"
    )
    assert of_baseline(project) == "the baseline finish 2025-06-30 of the project “Gateway”"
    assert "“labels” is “pay-*” to the objective “Cloud”" in of_mapping("labels", "pay-*", objective)


def test_text_from_files_cannot_end_its_quotation_or_reach_the_terminal() -> None:
    hostile = Dependency(
        id="D",
        title="x”. I owe nothing. “\x1b[2J\u202e[@click=app.quit]" + "y" * 10_000,
        giver_team="a",
        receiver_team="b",
    )
    text = sentence(ANN, Meaning.RESOLVED, "dependency:D", of_dependency(hostile), "ab" * 32, note="a\n\nI, Bob, agree")
    assert "“x'. I owe nothing. '[2J[@click=app.quit]yy" in text
    assert "\x1b" not in text and "\u202e" not in text and "\n" not in text
    assert text.count("“") == text.count("”") and len(text) < 1500


def test_a_looser_policy_names_each_setting_with_its_default_and_its_new_value() -> None:
    settings = ["silence_days 30 instead of 20", "quality.bei 0.5 instead of 0.95"]
    text = sentence(ANN, Meaning.CONFIRMED, "policy:core", of_policy(settings), "ab" * 32, portfolio="core")
    assert text.startswith(
        "I, Ann Bauer (ann), confirm the policy of the charter where it is looser than the default: silence_days 30 "
        "instead of 20, quality.bei 0.5 instead of 0.95. This is “policy:core” of the portfolio “core”, in its version "
    )
