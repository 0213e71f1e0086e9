from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cockpit.records.model import Dependency, Origin
from cockpit.trust import obligations
from cockpit.trust.canonical import canonical
from cockpit.trust.fields import need_subject
from cockpit.trust.obligations import (
    baseline_version,
    breach_subject,
    breach_version,
    dependency_subject,
    dependency_version,
    mapping_version,
    milestone_version,
    policy_subject,
    policy_version,
    reading_version,
    receiver_of,
    split_subject,
)

DEP = Dependency(
    id="D-1",
    title="API documentation",
    giver_team="vendor",
    receiver_team="integration",
    giver_owner="Victor",
    receiver_owner="Rita",
    giver_item="plan/7",
    receiver_item="plan/9",
    receiver_project="gateway",
    needed_by=date(2025, 6, 30),
    acceptance="Reviewed by two engineers",
    logged_on=date(2025, 1, 7),
)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "API dokumentation"},
        {"giver_owner": "Vera"},
        {"receiver_owner": ""},
        {"logged_on": None},
        {"giver_item": "plan/8"},
        {"receiver_item": "plan/10"},
        {"discovered": True},
        {"origin": Origin("dependencies.csv", 9)},
        {"extra": (("Comment", "x"),)},
        {"acceptance": " Reviewed by\r\ntwo  engineers\n"},
    ],
)
def test_what_binds_nobody_may_change_without_voiding_a_signature(change: dict[str, Any]) -> None:
    assert dependency_version(replace(DEP, **change)) == dependency_version(DEP)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "D-2"},
        {"giver_team": "vendor 2"},
        {"receiver_team": "payments"},
        {"receiver_project": "portal"},
        {"receiver_project": ""},
        {"needed_by": date(2025, 7, 1)},
        {"needed_by": None},
        {"acceptance": "Reviewed by one engineer"},
    ],
)
def test_what_binds_voids_a_signature_when_it_changes(change: dict[str, Any]) -> None:
    assert dependency_version(replace(DEP, **change)) != dependency_version(DEP)


def test_the_receiver_is_project_then_item_then_team_in_the_records_own_words() -> None:
    assert receiver_of(DEP) == "gateway"
    without_project = replace(DEP, receiver_project="")
    assert receiver_of(without_project) == "plan/9"
    assert receiver_of(replace(without_project, receiver_item="")) == "integration"
    assert dependency_version(DEP, "gateway") == dependency_version(DEP) != dependency_version(DEP, "portal")


def test_the_version_of_a_dependency_stays_what_it_was_in_ledgers_already_signed() -> None:
    assert dependency_version(DEP) == "2d33af25f428c450a2062144dae494a687790515ce2180d6e019d740016b3a3e"


def test_a_reading_is_bound_by_kpi_day_and_value() -> None:
    version = reading_version("nps", date(2025, 3, 31), 93.0)
    assert version == reading_version("nps", date(2025, 3, 31), 93)
    assert (
        len({version, reading_version("nps2", date(2025, 3, 31), 93), reading_version("nps", date(2025, 3, 30), 93)})
        == 3
    )
    assert version != reading_version("nps", date(2025, 3, 31), 93.0000001)


def test_a_milestone_is_bound_by_item_project_and_acceptance_text() -> None:
    version = milestone_version("plan/7", "gateway", "Go live", "Ten users paid")
    assert version == milestone_version("plan/7", "gateway", "Going live", "Ten users paid")
    assert version != milestone_version("plan/7", "gateway", "Go live", "Nine users paid")
    assert version != milestone_version("plan/7", "portal", "Go live", "Ten users paid")
    assert milestone_version("m", "p", "Go live", " ") != milestone_version("m", "p", "Going live", " ")


def test_baselines_and_mappings_are_bound_by_all_they_say() -> None:
    assert baseline_version("gateway", date(2025, 6, 30)) != baseline_version("gateway", date(2025, 7, 1))
    assert baseline_version("gateway", None) != baseline_version("portal", None)
    mapping = ("labels", "pay-*", "gateway", "O-1")
    assert mapping_version(*mapping) == mapping_version(*mapping)
    for at in range(4):
        assert mapping_version(*mapping) != mapping_version(*(f"{v}x" if i == at else v for i, v in enumerate(mapping)))


def test_subjects_say_kind_and_id() -> None:
    assert dependency_subject(DEP) == "dependency:D-1"
    assert obligations.milestone_subject("gateway:finish") == "milestone:gateway:finish"
    assert split_subject("milestone:gateway:finish") == ("milestone", "gateway:finish")
    assert split_subject("gateway") == ("", "gateway")
    assert obligations.kpi_subject("nps") == "kpi:nps"
    assert obligations.baseline_subject("gateway") == "baseline:gateway"
    assert obligations.mapping_subject("labels", "pay-*") == "mapping:labels=pay-*"


def test_a_policy_is_each_loosened_setting_with_its_value() -> None:
    signed = {"silence_days": 30, "quality.bei": 0.5, "dependency_proof": "promised"}
    assert (
        policy_version(signed)
        == policy_version(dict(reversed(signed.items())))
        == policy_version(signed | {"silence_days": 30.0})
    )
    others = [signed | {"silence_days": 31}, signed | {"quality.bei": 0.51}, signed | {"ack_days": 6}, {}]
    others.append({name: value for name, value in signed.items() if name != "quality.bei"})
    assert len({policy_version(each) for each in (signed, *others)}) == 6
    assert split_subject(policy_subject("core:banking")) == ("policy", "core:banking")


def test_a_breach_is_which_one_it_is_and_in_which_life() -> None:
    key = "DEP-UNPROVEN|dependency:D-1"
    assert breach_subject(key) == f"breach:{key}" and split_subject(breach_subject(key))[0] == "breach"
    versions = [breach_version(key, 1), breach_version(key, 2), breach_version("DEP-BROKEN|dependency:D-1", 1)]
    assert len(set(versions)) == 3 and breach_version(key, 1) == versions[0]


@pytest.mark.parametrize("name", ["x" * 600, "two\nlines", "hidden \u202e", "half \ud800"])
def test_a_breach_of_any_name_has_a_subject_that_a_statement_can_carry(name: str) -> None:
    key = f"STATUS-UNKNOWN|projects:{name}"
    canonical({"subject": breach_subject(key), "of": breach_version(key, 1)})
    need_subject(breach_subject(key))
    assert breach_subject(key).startswith("breach:STATUS-UNKNOWN|")
    assert breach_subject(key) != breach_subject(key + "y")
