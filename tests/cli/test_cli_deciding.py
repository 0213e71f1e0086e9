"""Acknowledging and deciding in the shell: which breach is meant, what is shown, and that nothing else changes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_help import new_key, run
from click.testing import Result
from live_portfolio import charter, key_file

from cockpit.session.live import Session
from cockpit.trust.sshsig import NAMESPACE

KEY = "DEP-UNPROVEN|dependency:D-1"


def told(folder: Path, *more: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", folder, "--json", *more).stdout)
    return found


def breach(folder: Path, subject: str = "dependency:D-1") -> dict[str, Any]:
    return next(each for each in told(folder)["breaches"] if each["subject"] == subject)


def acknowledge(folder: Path, keys: Path, who: str, what: str, *more: object) -> Result:
    return run("acknowledge", folder, what, "--key", key_file(keys, who), "--yes", *more)


def decide(folder: Path, keys: Path, who: str, what: str, *more: object) -> Result:
    return run("decide", folder, what, "--key", key_file(keys, who), "--yes", *more)


def statements(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads(run("verify", folder, "--json").stdout)["statements"])


def raised_days_ago(folder: Path, days: int) -> None:
    """Open the portfolio as it was opened so many days ago: what is wrong now was raised then."""
    (folder / "portfolio.toml").write_text(charter(today=""))
    past = datetime.now(UTC) - timedelta(days=days)
    with Session.open(folder, clock=lambda: past) as opened:
        opened.update()


@pytest.fixture
def old(folder: Path) -> Path:
    """The portfolio by the clock, all of whose breaches were raised six days ago: decisions are owed."""
    raised_days_ago(folder, 6)
    return folder


# Acknowledging


def test_an_acknowledgement_is_shown_whole_signed_and_changes_neither_status_nor_exit_code(
    folder: Path, keys: Path
) -> None:
    before = run("check", folder, "--json")
    name = breach(folder)["id"]
    done = acknowledge(folder, keys, "vera", name, "--note", "on it")
    assert done.exit_code == 0, done.stderr
    sentence = " ".join(done.stderr.split())
    assert "I, Vera (vera), acknowledge the breach DEP-UNPROVEN “API documentation" in sentence
    assert "of “dependency:D-1”, raised on 2025-03-31, which goes to “Vera”" in sentence
    assert "It says that I have seen it, until 2025-04-05; it clears nothing and changes no status." in sentence
    assert "signed acknowledged" in sentence and f"{name} DEP-UNPROVEN" in sentence
    assert "acknowledged by Vera until 2025-04-05" in sentence
    after = run("check", folder, "--json")
    assert after.exit_code == before.exit_code == 1
    assert run("check", folder, "--fail-on", "off-track").exit_code == 0
    assert run("verify", folder).exit_code == 0
    old, new = json.loads(before.stdout), json.loads(after.stdout)
    assert new["status"] == old["status"]
    assert [{**each, "life": None} for each in new["breaches"]] == [{**each, "life": None} for each in old["breaches"]]
    life = breach(folder)["life"]
    assert (life["stage"], life["number"], life["owed_from"]) == ("acknowledged", 1, "2025-04-05")
    assert life["acknowledged"] == {
        "by": "vera",
        "by_name": "Vera",
        "on": "2025-03-31",
        "until": "2025-04-05",
        "statement": done.stdout.strip(),
    }
    assert life["owed"] is life["decided"] is None


def test_what_is_acknowledged_stands_apart_with_who_and_until_when(folder: Path, keys: Path) -> None:
    assert "Acknowledged or decided" not in run("check", folder).stdout
    acknowledge(folder, keys, "vera", "D-1")
    text = run("check", folder).stdout
    first, apart = text.split("Acknowledged or decided, and not cleared yet:")
    assert "[dependency:D-1]" not in first and "[kpi:K-1]" in first
    assert breach(folder)["id"] in apart and "Vera until" in apart
    first, apart = run("check", folder, "--why").stdout.split("Acknowledged or decided, and not cleared yet:")
    assert "DEP-UNPROVEN" not in first and "KPI-UNSIGNED" in first
    assert "Acknowledged by Vera until 2025-04-05" in " ".join(apart.split())
    assert f"id {breach(folder)['id']}" in " ".join(apart.split())
    page = " ".join(run("brief", folder).stdout.split())
    assert "Vera must act: API documentation" in page, "the worst stays the worst"
    assert "acknowledged by Vera until 2025-04-05." in page


@pytest.mark.parametrize(
    "text",
    [KEY, "breach:" + KEY, "dependency:D-1", "d-1", "DEP-UNPROVEN", "dep-unproven:dependency:D-1", "dep-unproven D-1"],
)
def test_a_breach_is_found_by_whatever_names_it(folder: Path, keys: Path, text: str) -> None:
    done = acknowledge(folder, keys, "vera", text)
    assert (done.exit_code == 0) is (text != "dep-unproven D-1"), done.stderr


def test_the_first_four_digits_of_its_id_are_enough_and_fewer_are_not(folder: Path, keys: Path) -> None:
    name = breach(folder)["id"]
    assert acknowledge(folder, keys, "vera", name[:3]).exit_code == 2
    assert acknowledge(folder, keys, "vera", name[:4].upper()).exit_code == 0


def test_what_names_several_or_none_lists_them_with_their_ids(folder: Path, keys: Path) -> None:
    more = "K-2,cloud,Calls answered,sam,higher,10,5,40\nK-3,cloud,Calls lost,sam,higher,10,5,40\n"
    (folder / "kpis.csv").write_text((folder / "kpis.csv").read_text() + more)
    several = acknowledge(folder, keys, "sam", "KPI-UNSIGNED")
    assert several.exit_code == 2 and several.stdout == ""
    for subject in ("kpi:K-1", "kpi:K-2", "kpi:K-3"):
        assert f"{breach(folder, subject)['id']} (KPI-UNSIGNED {subject})" in several.stderr
    none = acknowledge(folder, keys, "sam", "dependency:D-2")
    assert none.exit_code == 2 and "No breach that stands is called “dependency:D-2”" in none.stderr
    assert f"Did you mean {breach(folder)['id']} (DEP-UNPROVEN dependency:D-1)" in none.stderr
    assert statements(folder) == []


def test_somebody_elses_acknowledgement_is_refused_before_it_is_signed(folder: Path, keys: Path) -> None:
    refused = acknowledge(folder, keys, "ivo", "D-1")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Ivo may not sign acknowledged: the breach goes to Vera, who can clear it." in refused.stderr
    assert statements(folder) == []


def test_it_is_not_signed_unless_somebody_says_yes(folder: Path, keys: Path) -> None:
    refused = run("acknowledge", folder, "D-1", "--key", key_file(keys, "vera"))
    assert refused.exit_code == 2 and "add --yes" in refused.stderr
    assert statements(folder) == []


def test_who_has_no_shell_here_is_asked(folder: Path, keys: Path) -> None:
    asked = run("ask", folder, breach(folder)["id"], "acknowledged", "--signer", "vera")
    assert asked.exit_code == 0, asked.stderr
    (kept,) = folder.glob("statements/*.json")
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", key_file(keys, "vera"), kept], check=True)
    assert breach(folder)["life"]["stage"] == "acknowledged"


def test_what_only_one_user_can_see_is_nobodys_to_acknowledge(folder: Path, keys: Path) -> None:
    acknowledge(folder, keys, "vera", "D-1")
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    assert "LEDGER-MISSING" in {each["code"] for each in told(folder)["breaches"]}
    refused = acknowledge(folder, keys, "sam", "LEDGER-MISSING")
    assert refused.exit_code == 2 and "is about what you alone have seen" in refused.stderr


# Deciding


def test_without_a_decision_the_options_are_printed_with_their_days(folder: Path) -> None:
    shown = run("decide", folder, "D-1")
    assert shown.exit_code == 0, shown.stderr
    name, text = breach(folder)["id"], " ".join(shown.stdout.split())
    assert f"{name} DEP-UNPROVEN API documentation" in text
    assert "a decision is owed from 2025-04-05 on" in text
    # 20 working days from Monday 31 March are until 25 April: the 20 days of I-2 begin four weeks later than free.
    assert "resolve Have “API documentation” resolved now Core in the cloud: 2025-05-23 → 2025-04-25, at least" in text
    assert "at least 28 days regained USD 280k saved; due 2025-04-05" in text
    assert "accept Leave it as it is Core in the cloud: stays 2025-05-23 due 2025-04-05" in text
    *lines, command = shown.stdout.splitlines()
    assert command == f"  cockpit decide {folder} {name} --option resolve"
    assert all(len(line) <= 80 for line in lines)


def test_the_sponsor_decides_with_an_option_a_day_and_a_note(old: Path, keys: Path) -> None:
    due = (datetime.now(UTC) + timedelta(days=12)).date()
    assert breach(old)["life"]["owed"]["by"] == "sam"
    done = decide(old, keys, "sam", "D-1", "--option", "resolve", "--date", due, "--note", "Vera calls them today")
    assert done.exit_code == 0, done.stderr
    sentence = " ".join(done.stderr.split())
    assert f"I, Sam (sam), decide, due on {due}: the breach DEP-UNPROVEN" in sentence
    assert "My choice is the option “resolve”." in sentence
    assert f"if the breach still stands after {due}, the decision is broken and shown so" in sentence
    found = breach(old)
    made = found["life"]["decided"]
    assert (found["life"]["stage"], made["by"], made["due"], made["option"]) == ("decided", "sam", f"{due}", "resolve")
    assert made["outcome"].startswith("Have “API documentation” resolved now (Core in the cloud: ")
    assert made["outcome"].endswith("days regained). Vera calls them today")
    (said,) = statements(old)
    assert (said["option"], said["date"], said["note"], said["verdict"]) == (
        "resolve",
        f"{due}",
        made["outcome"],
        "counts",
    )
    assert said["says"] == f"Sam (sam) signed decided (resolve) due {due}"
    assert run("check", old).exit_code == 1 and run("verify", old).exit_code == 0
    whole = told(old)
    assert (whole["decision_days"], whole["decided"]) == (6.0, 1)
    assert "Decisions: median 6 days from raised to decided (1 decided)" in run("check", old).stdout
    row = next(r for r in csv.DictReader(io.StringIO(run("export", old, "--table", "breaches").stdout)) if r["id"])
    assert {"stage", "acknowledged_until", "owed_by", "decided_option", "decided_due"} <= row.keys()


def test_what_is_owed_is_said_by_whom_and_by_when(old: Path) -> None:
    today = datetime.now(UTC).date()
    since, due = today - timedelta(days=1), today + timedelta(days=4)
    owed = f"decision owed by Sam since {since}, due {due}"
    assert owed in " ".join(run("check", old).stdout.split()).replace("Decision owed", "decision owed")
    page = " ".join(run("brief", old).stdout.split())
    name = breach(old)["id"]
    first = f"{name} API documentation: nobody promised a date [dependency:D-1] {owed}"
    assert f"Decisions owed 1. {first}" in page and "cockpit decide FOLDER ID" in page
    many = sum(each["life"]["stage"] == "decision owed" for each in told(old)["breaches"])
    assert many > 1 and f"Decisions: {many} owed, none made yet" in page
    waiting = list(csv.DictReader(io.StringIO(run("export", old, "--table", "signoffs").stdout)))
    assert {r["owner"] for r in waiting if r["state"] == "decision owed"} == {"sam"}
    assert f"**{name} API documentation" in run("brief", old, "--markdown").stdout


def test_the_history_of_a_breach_is_found_by_what_decide_takes_for_it(old: Path, keys: Path) -> None:
    name = breach(old)["id"]
    nothing = run("verify", old, name)
    assert nothing.exit_code == 2 and f"Nobody has signed anything of the breach {name}" in nothing.stderr
    assert decide(old, keys, "sam", name, "--note", "We wait").exit_code == 0
    for said in (name, "DEP-UNPROVEN", KEY):
        assert "We wait" in run("verify", old, said).stdout
    far = decide(old, keys, "sam", name, "--note", "We wait", "--date", "2099-01-01")
    assert far.exit_code == 2 and "A decision holds for 92 days at most" in far.stderr


def test_who_is_late_may_not_decide(old: Path, keys: Path) -> None:
    refused = decide(old, keys, "vera", "D-1", "--option", "accept")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Vera may not sign decided: only Sam, the owner of its objective, may." in refused.stderr
    assert statements(old) == []


def test_a_decision_that_says_nothing_known_or_nothing_at_all_is_refused(folder: Path, keys: Path) -> None:
    unknown = decide(folder, keys, "sam", "D-1", "--option", "pray")
    assert unknown.exit_code == 2
    assert "is no option of" in unknown.stderr and "take resolve, without, accept" in unknown.stderr.replace(
        " or ", ", "
    )
    past = decide(folder, keys, "sam", "D-1", "--note", "We wait", "--date", "2025-03-30")
    assert past.exit_code == 2 and "is broken already: today is 2025-03-31" in past.stderr
    empty = run("sign", folder, KEY, "decided", "--key", key_file(keys, "sam"), "--yes")
    assert empty.exit_code == 2 and "--option or --note" in empty.stderr
    assert statements(folder) == []
    own = decide(folder, keys, "sam", "D-1", "--note", "The pilot goes first")
    assert own.exit_code == 0, own.stderr
    assert breach(folder)["life"]["decided"]["outcome"] == "The pilot goes first"
    assert breach(folder)["life"]["decided"]["due"] == "2025-04-05"


def test_an_option_belongs_to_a_breach(folder: Path, keys: Path) -> None:
    refused = run("sign", folder, "D-1", "resolved", "--note", "https://x", "--key", key_file(keys, "vera"), "--yes")
    assert refused.exit_code == 0, refused.stderr
    other = run("sign", folder, "breach:" + KEY, "resolved", "--key", key_file(keys, "vera"), "--yes")
    assert other.exit_code == 2


def test_a_decision_of_before_does_not_hold_for_a_breach_that_came_back(folder: Path, keys: Path) -> None:
    assert decide(folder, keys, "sam", "D-1", "--note", "We wait", "--date", "2025-06-30").exit_code == 0
    acknowledge(folder, keys, "vera", "D-1")
    proof = run("sign", folder, "D-1", "resolved", "--note", "https://x", "--key", key_file(keys, "vera"), "--yes")
    assert proof.exit_code == 0 and "cleared: DEP-UNPROVEN" in proof.stderr
    assert {s["verdict"] for s in statements(folder)} == {"counts", "superseded"}, "they are history now"
    again = run("sign", folder, "D-1", "promised", "--date", "2025-04-30", "--key", key_file(keys, "vera"), "--yes")
    assert again.exit_code == 0 and "raised: DEP-UNPROVEN" in again.stderr
    life = breach(folder)["life"]
    assert (life["stage"], life["number"], life["decided"]) == ("raised", 2, None)
    assert "Raised for the second time" in run("check", folder).stdout
    whys = [s["why"] for s in statements(folder) if s["meaning"] in ("acknowledged", "decided")]
    assert len(whys) == 2 and all("that takes another signature" in why for why in whys)
    assert acknowledge(folder, keys, "vera", "D-1").exit_code == 0
    assert breach(folder)["life"]["stage"] == "acknowledged"


def test_a_delegate_acknowledges_in_the_place_of_whom_it_goes_to(folder: Path, keys: Path, tmp_path: Path) -> None:
    stewards = {name: new_key(tmp_path, name, name.title()) for name in ("ann", "bob")}
    named = [part for name, key in stewards.items() for part in ("--steward", f"{name}={key}.pub")]
    assert run("init", folder, *named, "--key", stewards["ann"], "--yes").exit_code == 0
    for name in ("vera", "ivo"):
        request = tmp_path / f"{name}.json"
        assert run("join", folder, name, "--key", key_file(keys, name), "--to", request).exit_code == 0
        assert run("enrol", folder, request, "--key", stewards["ann"], "--yes").exit_code == 0
    assert acknowledge(folder, keys, "ivo", "D-1").exit_code == 2
    until = datetime.now(UTC).date() + timedelta(days=3)
    away = ("ivo", "--until", until, "--subject", "breach:*", "--key", key_file(keys, "vera"), "--yes")
    assert run("delegate", folder, *away).exit_code == 0
    done = acknowledge(folder, keys, "ivo", "D-1")
    assert done.exit_code == 0, done.stderr
    assert "It is signed in the place of Vera (vera), by a delegation." in " ".join(done.stderr.split())
    said = next(s for s in statements(folder) if s["meaning"] == "acknowledged")
    assert (said["behalf"], said["verdict"]) == ("Vera (vera)", "counts")
    assert breach(folder)["life"]["acknowledged"]["by"] == "ivo"
