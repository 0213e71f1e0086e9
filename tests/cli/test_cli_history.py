"""The history of a subject: old values with the signatures over them, and what every outlet shows of a signature."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_help import new_key, run, sign
from live_portfolio import TABLES
from rich.cells import cell_len
from test_cli_identity import enrol

HEADER = TABLES["dependencies.csv"].splitlines()[0]
HOSTILE = "API \x1b[31m[auth] docs\x9b2J \u202eevil [@click=app.quit] “counts”"
WHOLE = re.compile(
    r"Vera \(vera\) signed (promised|resolved)( for [-\d]+)?, \d{4}-\d\d-\d\d \d\d:\d\d UTC, "
    r"(not witnessed yet|witnessed \d{4}-\d\d-\d\d \d\d:\d\d UTC), over version [0-9a-f]{12}; (counts|void)"
)
"""A whole signature: who, what, when, by when witnessed, over which version, and whether it holds."""
SIGNED = [
    "event", "at", "id", "subject", "meaning", "signer", "signer_name", "key", "signed_at", "witnessed_at", "version",
    "evidence", "note", "date", "value", "verdict", "why", "superseded_by", "type", "says", "behalf",
    "evidence_names", "option",
    "present", "covers", "supersedes", "disputed_by", "key_revoked_by",
]  # fmt: skip
READ = [
    "event", "at", "change", "table", "path", "sheet", "row", "known_on", "claimed", "read_at", "values", "was",
    "version", "present", "counted",
]  # fmt: skip


def change(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    run("import", folder)


def history(folder: Path, subject: str) -> list[dict[str, Any]]:
    found = json.loads(run("verify", folder, subject, "--json").stdout)["subjects"]
    ((_, events),) = found.items()
    return list(events)


@pytest.fixture
def disputed(folder: Path, keys: Path, tmp_path: Path) -> tuple[Path, list[str]]:
    """Two promises, a resolution, a dispute, then another date in the register and a promise over that."""
    evidence = tmp_path / "docs.pdf"
    evidence.write_text("all of it")
    ids = [
        sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-03"),
        sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10", "--note", "one more week"),
        sign(folder, keys, "vera", "D-1", "resolved", "--evidence", evidence),
        sign(folder, keys, "ivo", "D-1", "disputed", "--note", "38 of 40"),
    ]
    change(folder, "dependencies", "2025-04-07,All 40 endpoints documented", "2025-06-30,Most endpoints documented")
    ids.append(sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-06-20"))
    return folder, ids


def test_a_history_has_what_was_signed_over_with_the_values_of_then(disputed: tuple[Path, list[str]]) -> None:
    folder, (first, second, resolved, dispute, last) = disputed
    events = history(folder, "D-1")
    assert [e["event"] for e in events] == ["read", *["signed"] * 4, "read", "signed"]
    assert all(list(e) == (SIGNED if e["event"] == "signed" else READ) for e in events)
    told, promise, again, done, denied, changed, anew = events
    assert [e["id"] for e in events if e["event"] == "signed"] == [first, second, resolved, dispute, last]
    # What the register said, and what it says now: both are there.
    assert told["values"]["needed_by"] == "2025-04-07" and told["values"]["giver_owner"] == "vera"
    assert changed["was"] == {"needed_by": "2025-04-07", "acceptance": "All 40 endpoints documented"}
    assert changed["values"]["needed_by"] == "2025-06-30"
    assert (told["path"], told["row"], told["change"], changed["change"]) == ("dependencies.csv", 2, "first", "changed")
    # Every signature tells what it was over, whatever the register says today.
    for event in (promise, again, done, denied):
        assert event["covers"]["needed_by"] == "2025-04-07"
        assert event["covers"]["acceptance"] == "All 40 endpoints documented"
        assert (event["version"], event["present"], event["verdict"]) == (told["version"], False, "void")
    assert anew["covers"]["needed_by"] == "2025-06-30"
    assert (anew["version"], anew["present"], anew["verdict"]) == (changed["version"], True, "counts")
    # Superseded values are there, and what came of each.
    assert [e["date"] for e in (promise, again, anew)] == ["2025-04-03", "2025-04-10", "2025-06-20"]
    assert (promise["superseded_by"], again["supersedes"], again["superseded_by"]) == (second, first, last)
    assert (done["disputed_by"], denied["disputed_by"]) == ([dispute], [])
    assert done["evidence_names"] == ["docs.pdf"] and len(done["evidence"][0]) == 64
    assert (again["note"], denied["note"]) == ("one more week", "38 of 40")


def test_a_history_in_words_shows_old_and_new_on_80_columns(disputed: tuple[Path, list[str]]) -> None:
    folder, (first, *_) = disputed
    result = run("verify", folder, "D-1")
    assert result.exit_code == 1, "what is void is a problem"
    assert all(cell_len(line) <= 80 for line in result.stdout.splitlines())
    text = " ".join(result.stdout.split())
    assert "dependency:D-1 · 7 events, oldest first" in text
    assert "needed_by: 2025-04-07 → 2025-06-30" in text
    assert "acceptance: “All 40 endpoints documented” → “Most endpoints documented”" in text
    assert "signed promised for 2025-04-03" in text and "signed promised for 2025-04-10" in text
    assert re.search(r"over version \w{12}, not the present one: .*needed_by 2025-04-07; acceptance “All 40", text)
    assert "evidence “docs.pdf” (SHA-256 " in text and f"replaces {first[:12]}" in text


def test_a_subject_is_found_without_its_kind_and_by_the_id_of_a_statement(disputed: tuple[Path, list[str]]) -> None:
    folder, ids = disputed
    whole = run("verify", folder, "dependency:D-1").stdout
    assert run("verify", folder, "D-1").stdout == whole
    assert run("verify", folder, ids[2][:12]).stdout == whole
    both = json.loads(run("verify", folder, "P1", "--json").stdout)["subjects"]
    assert list(both) == ["baseline:P1", "project:P1"]
    wrong = run("verify", folder, "D-11")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("Nothing is known here of “D-11”. Did you mean dependency:D-1")


def test_of_one_subject_only_its_statements_are_judged_and_written(
    disputed: tuple[Path, list[str]], keys: Path, tmp_path: Path
) -> None:
    folder, ids = disputed
    reading = sign(folder, keys, "sam", "K-1", "attested")
    only = run("verify", folder, "K-1", "--json", "--files", tmp_path / "out")
    assert only.exit_code == 0, "what is void is of another subject"
    assert [each["id"] for each in json.loads(only.stdout)["statements"]] == [reading]
    assert sorted(path.name for path in (tmp_path / "out").glob("*.json")) == [f"{reading}.json"]
    everything = json.loads(run("verify", folder, "--json").stdout)
    assert {each["id"] for each in everything["statements"]} == {*ids, reading}
    assert {"dependency:D-1", "kpi:K-1"} <= set(everything["subjects"])
    assert everything["subjects"]["dependency:D-1"] == history(folder, "D-1")


def test_a_readings_earlier_values_stay_those_of_files_and_those_that_were_signed(folder: Path, keys: Path) -> None:
    sign(folder, keys, "sam", "K-1", "attested", "--value", "91.2", "--date", "2025-03-28")
    sign(folder, keys, "sam", "K-1", "attested", "--value", "90.7", "--date", "2025-03-28", "--note", "recount")
    change(folder, "readings", "93.4", "94.9")
    events = history(folder, "K-1")
    signed = [e for e in events if e["event"] == "signed"]
    assert [(e["covers"]["value"], e["verdict"], e["present"]) for e in signed] == [
        (91.2, "superseded", False),
        (90.7, "counts", True),
    ]
    files = [e for e in events if e["event"] == "read" and e["table"] == "readings"]
    assert [(e["values"]["value"], e["was"]) for e in files] == [(93.4, {}), (94.9, {"value": 93.4})]
    assert [e["values"]["target"] for e in events if e["event"] == "read" and e["table"] == "kpis"] == [95.0]


def test_a_drop_that_somebody_corrects_afterwards_keeps_what_it_said(folder: Path) -> None:
    drop = folder / "2025-01-31" / "dependencies.csv"
    drop.parent.mkdir()
    row = "D-2,Test data,vendor,integration,vera,ivo,I-2,{},Masked copy"
    for needed_by in ("2025-02-15", "2025-05-15"):
        drop.write_text(f"{HEADER}\n{row.format(needed_by)}\n")
        run("import", folder)
    before, after, gone = history(folder, "D-2")
    assert (before["values"]["needed_by"], before["counted"]) == ("2025-02-15", False)
    assert (after["was"], after["counted"]) == ({"needed_by": "2025-02-15"}, True)
    assert before["known_on"] == "2025-01-31" and before["claimed"] and not before["read_at"].startswith("2025-01-31")
    assert (gone["change"], gone["path"]) == ("gone", "dependencies.csv"), "the later register does not have it"
    text = " ".join(run("verify", folder, "D-2").stdout.split())
    assert "it never counted: another reading of the same drop corrected it" in text
    assert "says nothing of it any more; last it said" in text


def test_a_milestone_keeps_the_acceptance_text_that_was_validated(folder: Path, keys: Path, tmp_path: Path) -> None:
    (folder / "work_items.csv").write_text(
        "id,project,title,kind,team,owner,status,actual_finish,acceptor,acceptance\n"
        "M-1,P1,Interfaces live,milestone,integration,ivo,Done,2025-03-28,sam,All 43 calls answered\n"
    )
    (folder / "links.csv").write_text("predecessor,successor\n")
    evidence = tmp_path / "protocol.txt"
    evidence.write_text("43 of 43")
    sign(folder, keys, "sam", "M-1", "validated", "--evidence", evidence)
    change(folder, "work_items", "All 43 calls answered", "Some calls answered")
    _, validated, changed = history(folder, "M-1")
    assert validated["covers"] == {"item": "M-1", "project": "P1", "acceptance": "All 43 calls answered"}
    assert (validated["verdict"], validated["present"]) == ("void", False)
    assert changed["was"] == {"acceptance": "All 43 calls answered"} and changed["present"]


def test_the_revocation_of_a_key_stands_in_the_history_of_what_it_signed(folder: Path, tmp_path: Path) -> None:
    sue, vera = new_key(tmp_path, "sue"), new_key(tmp_path, "vera")
    assert run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes").exit_code == 0
    assert enrol(folder, sue, "vera", vera).exit_code == 0
    promise = run("sign", folder, "D-1", "promised", "--date", "2025-04-10", "--key", vera, "--yes").stdout.strip()
    gone = run("revoke", folder, "vera", "--note", "laptop lost", "--key", sue, "--yes")
    assert gone.exit_code == 0, gone.stderr
    *_, said, revoked = history(folder, "D-1")
    assert (said["id"], said["key_revoked_by"], said["verdict"]) == (promise, [gone.stdout.strip()], "counts")
    assert (revoked["id"], revoked["type"], revoked["subject"]) == (gone.stdout.strip(), "revoke", "person:vera")
    assert revoked["says"] == "sue revoked a key of vera"
    assert "laptop lost" in run("verify", folder, "D-1").stdout


def test_hostile_text_is_inert_in_a_history(folder: Path, keys: Path) -> None:
    sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10", "--note", "x [bold]y[/] “z”")
    change(folder, "dependencies", "API documentation", HOSTILE)
    change(folder, "dependencies", "All 40 endpoints documented", f"Done {HOSTILE}")
    for text in (run("verify", folder, "D-1").stdout, run("verify", folder).stdout):
        assert not [c for c in text if not c.isprintable() and c != "\n"]
        assert "\u202e" not in text and "“counts”" not in text, "the quotation marks are ours"
        assert all(cell_len(line) <= 80 for line in text.splitlines())
    raw = run("verify", folder, "--json").stdout
    assert raw.isascii() and not [c for c in raw if ord(c) < 32 and c != "\n"]
    wrong = run("verify", folder, f"D-1{HOSTILE}")
    assert wrong.exit_code == 2 and "\x1b" not in wrong.stderr


def test_every_outlet_shows_the_whole_signature(disputed: tuple[Path, list[str]]) -> None:
    folder, ids = disputed
    reasons = [
        reason
        for breach in json.loads(run("check", folder, "--json").stdout)["breaches"]
        for reason in breach["reasons"]
    ]
    assert any(WHOLE.search(reason) and f"statement {ids[-1][:12]}" in reason for reason in reasons)
    assert any(WHOLE.search(reason) and "void" in reason for reason in reasons)
    for command in (("check", "--why"), ("brief", "--json"), ("brief", "--markdown")):
        text = " ".join(run(command[0], folder, *command[1:]).stdout.replace("\\", "").split())
        assert WHOLE.search(text), command
    tables = json.loads(run("export", folder, "--format", "json").stdout)
    (row,) = (each for each in tables["dependencies"] if each["id"] == "D-1")
    shown = ["statement", "signer", "signer_name", "signed_at", "witnessed_at", "meaning", "version", "verdict"]
    assert [row[f"proof_{name}"] for name in ("statement", "signer_name", "meaning", "verdict")] == [
        ids[-1], "Vera", "promised", "counts",
    ]  # fmt: skip
    for table in ("kpis", "readings"):
        assert set(shown) <= set(tables[table][0]) and tables[table][0]["verdict"] is None, "nobody has signed it"
    old = next(each for each in tables["statements"] if each["id"] == ids[0])
    assert (old["date"], old["verdict"], len(old["version"])) == ("2025-04-03", "void", 64)
    assert any(WHOLE.search(reason) for each in tables["blockers"] for reason in each["reasons"])
    lines = run("verify", folder).stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(ids[0][:12]))
    assert lines[place].endswith("Vera (vera) signed promised for 2025-04-03: dependency:D-1")
    assert re.fullmatch(r"  \S+ \S+ UTC, witnessed \S+ \S+ UTC, version [0-9a-f]{12}", lines[place + 1])
    assert lines[place + 2] == "  ▲ void: what it was signed over has changed since"


def test_a_signed_reading_is_exported_with_its_signature(folder: Path, keys: Path) -> None:
    signed = sign(folder, keys, "sam", "K-1", "attested")
    for table in ("kpis", "readings"):
        (row,) = json.loads(run("export", folder, "--format", "json", "--table", table).stdout)[table]
        assert (row["statement"], row["signer_name"], row["meaning"]) == (signed, "Sam", "attested")
        assert (row["verdict"], row["witnessed_at"], len(row["version"])) == ("counts", None, 64)
        assert row["signed_at"].endswith("Z")


def test_each_months_report_follows_on_the_last_and_one_that_is_taken_away_is_gone(folder: Path) -> None:
    path = folder / "status_reports.csv"

    def say(*rows: str) -> None:
        path.write_text("project,as_of,status,author\n" + "".join(f"P2,{row}\n" for row in rows))
        run("import", folder)

    def told() -> list[str]:
        """In whatever order within one second."""
        events = (event for event in history(folder, "project:P2") if event["table"] == "status_reports")
        return sorted(f"{event['change']} {event['values']['as_of']} {event['was']}" for event in events)

    say("2025-01-31,Green,Vera")
    say("2025-02-28,Green,Vera")
    say("2025-03-31,Amber,Vera")
    follow = [
        "changed 2025-02-28 {'as_of': '2025-01-31'}",
        "changed 2025-03-31 {'as_of': '2025-02-28', 'status': 'Green'}",
        "first 2025-01-31 {}",
    ]
    assert told() == follow
    say("2025-03-31,Amber,Vera", "2025-04-30,Red,Vera")
    assert told() == [*follow, "first 2025-04-30 {}"], "beside another it is one of its own"
    say()
    assert told() == [*follow, "first 2025-04-30 {}", "gone 2025-03-31 {}", "gone 2025-04-30 {}"]
