"""Asking somebody without a shell here: the payload that is kept, the one line, and all ways in which it comes back."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_help import run
from click.testing import Result
from live_portfolio import key_file

from cockpit.trust.sshsig import NAMESPACE

LINK = ("--note", "https://docs.vendor.example/api")


def ask(folder: Path, *more: object) -> tuple[Path, Result]:
    """Ask Vera for a promise; where its payload is kept, and what was said."""
    before = set(folder.glob("statements/*.json"))
    result = run("ask", folder, "D-1", "promised", "--date", "2025-04-10", "--signer", "vera", *more)
    assert result.exit_code == 0, result.stderr
    (kept,) = set(folder.glob("statements/*.json")) - before
    return kept, result


def signed(payload: bytes, place: Path, key: Path, name: str = "p.json", namespace: str = NAMESPACE) -> Path:
    """Sign a payload elsewhere as ssh-keygen does it; return the signature's file, the payload beside it."""
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(payload)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key, place / name], check=True)
    return place / f"{name}.sig"


def alone(signature: Path) -> Path:
    """The same signature without its payload."""
    signature.with_suffix("").unlink()
    return signature


def verdicts(folder: Path) -> list[str]:
    return [each["verdict"] for each in json.loads(run("verify", folder, "--json").stdout)["statements"]]


def asked(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("export", folder, "--table", "asked").stdout)))


# Asking


def test_the_one_line_signs_what_is_kept_and_the_dropped_signature_counts(
    folder: Path, keys: Path, tmp_path: Path
) -> None:
    kept, result = ask(folder)
    assert result.stdout_bytes == kept.read_bytes()
    (line,) = (text.strip() for text in result.stderr.splitlines() if text.startswith("  "))
    home = tmp_path / "home of vera"
    (home / ".ssh").mkdir(parents=True)
    for source, name in ((key_file(keys, "vera"), "id_ed25519"), (keys / "vera.key.pub", "id_ed25519.pub")):
        (home / ".ssh" / name).write_bytes(source.read_bytes())
        (home / ".ssh" / name).chmod(0o600)
    there = home / "downloads"
    there.mkdir()
    (there / kept.name).write_bytes(result.stdout_bytes)
    subprocess.run(["sh", "-c", line], cwd=there, env=os.environ | {"HOME": str(home)}, check=True, capture_output=True)
    (there / f"{kept.name}.sig").rename(kept.with_name(f"{kept.name}.sig"))
    assert verdicts(folder) == ["counts"]


@pytest.mark.parametrize(("line", "file"), [("ecdsa-sha2-nistp384", "id_ecdsa"), ("ssh-rsa", "id_rsa"),
                                            ("sk-ssh-ed25519@openssh.com", "id_ed25519_sk")])  # fmt: skip
def test_the_line_names_the_file_that_holds_such_a_key(line: str, file: str) -> None:
    from types import SimpleNamespace
    from typing import Any

    from cockpit.ledger.asking import instruction

    draft: Any = SimpleNamespace(public_line=f"{line} AAAA vera")
    assert instruction(draft, "x.json") == f'ssh-keygen -Y sign -n {NAMESPACE} -f "$HOME/.ssh/{file}" x.json'


def test_what_waits_for_its_signature_is_no_fault(folder: Path) -> None:
    assert run("import", folder).exit_code == 0
    before = run("check", folder)
    kept, _ = ask(folder)
    result = run("import", folder)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 request for a signature waits for an answer." in result.stderr
    after = run("check", folder)
    assert (after.stdout, after.stderr, after.exit_code) == (before.stdout, before.stderr, before.exit_code)
    assert verdicts(folder) == []
    kept.rename(kept.with_name("other.json"))
    told = run("import", folder)
    assert told.exit_code == 1 and "waits for its signature: put other.json.sig beside it" in told.stdout


def test_a_request_that_cannot_be_kept_says_so_and_is_not_counted(folder: Path) -> None:
    (folder / "statements").write_text("a file")
    result = run("ask", folder, "D-1", "resolved", *LINK, "--signer", "vera")
    assert result.exit_code == 0 and json.loads(result.stdout)["signer"] == "vera"
    assert "This request is not counted and " in result.stderr and "must come back too" in result.stderr
    (folder / "statements").unlink()
    assert asked(folder) == []


def test_the_payload_goes_to_a_file_in_place_of_standard_output(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "for-vera.json"
    kept, result = ask(folder, "--to", target)
    assert result.stdout == "" and target.read_bytes() == kept.read_bytes()
    assert f'-f "$HOME/.ssh/id_ed25519" {target.name}\n' in result.stderr and f"{target.name}.sig" in result.stderr


def test_what_is_kept_has_the_rights_of_the_folder_whatever_the_umask(folder: Path) -> None:
    folder.chmod(0o2770)
    before = os.umask(0o077)
    try:
        kept, _ = ask(folder)
    finally:
        os.umask(before)
    assert [oct(path.stat().st_mode)[-4:] for path in (kept.parent, kept)] == ["2770", "0660"]


def test_a_payload_that_is_written_into_the_portfolio_is_for_all_who_share_it_and_elsewhere_as_the_umask_says(
    folder: Path, tmp_path: Path
) -> None:
    folder.chmod(0o2770)
    before = os.umask(0o077)
    try:
        for target in (folder / "for-vera.txt", tmp_path / "for-vera.txt"):
            assert run("ask", folder, "D-1", "resolved", *LINK, "--signer", "vera", "--to", target).exit_code == 0
    finally:
        os.umask(before)
    assert [oct(place.joinpath("for-vera.txt").stat().st_mode)[-3:] for place in (folder, tmp_path)] == ["660", "600"]


def test_asking_nobody_lists_close_names(folder: Path) -> None:
    result = run("ask", folder, "D-1", "resolved", *LINK, "--signer", "verra")
    assert result.exit_code == 2
    assert "Did you mean vera?" in result.stderr


# What comes back


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "> "])
def test_a_signature_alone_or_pasted_into_a_mail_is_taken_in(
    folder: Path, keys: Path, tmp_path: Path, ending: str, mark: str
) -> None:
    kept, _ = ask(folder)
    signature = alone(signed(kept.read_bytes(), tmp_path / "mail", key_file(keys, "vera")))
    lines = signature.read_text().splitlines()
    body = ["Hello,", "here it is.", *(f"{mark}{line}" for line in lines), "-- ", "Vera Voss", "Confidential."]
    mail = tmp_path / "mail" / "reply.txt"
    mail.write_bytes(ending.join(body).encode())
    result = run("import", folder, mail)
    assert (result.exit_code, result.stdout) == (0, f"{mail}: 1 opened, 0 closed, 0 unchanged\n")
    assert "Vera (vera) signed promised for 2025-04-10: dependency:D-1. counts" in result.stderr
    again = run("import", folder, signature)
    assert (again.exit_code, again.stdout) == (0, f"{signature}: 0 opened, 0 closed, 1 unchanged\n")
    assert verdicts(folder) == ["counts"]
    assert [(row["answered"], row["open"]) for row in asked(folder)] == [("1", "0")]


def test_the_payload_named_brings_the_signature_beside_it(folder: Path, keys: Path, tmp_path: Path) -> None:
    kept, result = ask(folder)
    kept.unlink()
    signature = signed(result.stdout_bytes, tmp_path / "mail", key_file(keys, "vera"))
    assert run("import", folder, signature.with_suffix("")).exit_code == 0
    assert verdicts(folder) == ["counts"]


def test_a_dropped_signature_of_any_name_finds_its_payload(folder: Path, keys: Path, tmp_path: Path) -> None:
    kept, _ = ask(folder)
    signature = alone(signed(kept.read_bytes(), tmp_path / "mail", key_file(keys, "vera")))
    dropped = folder / "statements" / "answer of vera.sig"
    dropped.write_bytes(signature.read_bytes().replace(b"\n", b"\r\n"))
    assert verdicts(folder) == ["counts"]
    assert run("import", folder).exit_code == 0
    kept.unlink()
    result = run("import", folder)
    assert result.exit_code == 1 and "answer of vera.sig" in result.stdout and "fits no payload here" in result.stdout


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda payload: payload + b"\n", "a line end was added after its last byte"),
        (lambda payload: payload + b"\r\n", "a line end was added after its last byte"),
        (lambda payload: b"\xef\xbb\xbf" + payload, "a byte order mark was put before its first byte"),
        (lambda payload: payload.decode().encode("utf-16"), "it was saved as UTF-16"),
        (lambda payload: payload.replace(b"-10", b"-11"), "unchanged to the last byte"),
    ],
)
def test_a_payload_that_was_changed_before_it_was_signed_is_told_with_the_change(
    folder: Path, keys: Path, tmp_path: Path, change: Callable[[bytes], bytes], told: str
) -> None:
    kept, _ = ask(folder)
    signature = signed(change(kept.read_bytes()), tmp_path / "mail", key_file(keys, "vera"))
    for answer in (alone(signature), signature):
        result = run("import", folder, answer)
        assert result.exit_code == 1 and told in result.stdout
    assert verdicts(folder) == []


def test_what_cannot_be_an_answer_is_told_with_its_reason_and_nothing_is_kept(
    folder: Path, keys: Path, tmp_path: Path
) -> None:
    kept, _ = ask(folder)
    mail, vera = tmp_path / "mail", key_file(keys, "vera")
    wrong = alone(signed(kept.read_bytes(), mail, vera, "namespace.json", "file"))
    stranger = alone(signed(kept.read_bytes(), mail, key_file(keys, "ivo"), "ivo.json"))
    (mail / "empty.sig").write_text("Hello")
    (mail / "large.sig").write_bytes(b"x" * 2_000_000)
    os.mkfifo(mail / "pipe.sig")
    for path, told in (
        (wrong, "was made for the namespace 'file', not for cockpit-statement-v1"),
        (stranger, "which is not the one that it names"),
        (mail / "empty.sig", "There is no whole SSH signature for it"),
        (mail / "large.sig", "larger than any statement"),
    ):
        result = run("import", folder, path)
        assert result.exit_code == 1 and told in result.stdout, path
    assert run("import", folder, mail / "pipe.sig").exit_code == 2
    assert verdicts(folder) == []


def test_a_payload_that_was_changed_after_it_was_signed_gives_way_to_the_kept_one(
    folder: Path, keys: Path, tmp_path: Path
) -> None:
    kept, result = ask(folder)
    signature = signed(result.stdout_bytes, tmp_path / "mail", key_file(keys, "vera"))
    signature.with_suffix("").write_bytes(result.stdout_bytes + b"\r\n")
    kept.rename(tmp_path / "away")
    told = run("import", folder, signature)
    assert told.exit_code == 1 and "something was added to it" in told.stdout
    (tmp_path / "away").rename(kept)
    assert run("import", folder, signature).exit_code == 0
    assert verdicts(folder) == ["counts"]


def test_an_answer_that_does_not_stand_is_refused_with_its_verdict(folder: Path, keys: Path, tmp_path: Path) -> None:
    kept, _ = ask(folder)
    signature = alone(signed(kept.read_bytes(), tmp_path / "mail", key_file(keys, "vera")))
    people = folder / "people.csv"
    people.write_text("\n".join(line for line in people.read_text().splitlines() if not line.startswith("vera")))
    result = run("import", folder)
    assert result.exit_code == 0, result.stdout
    result = run("import", folder, signature)
    assert result.exit_code == 1 and "vera is not among the people" in result.stdout
    assert "counts" not in verdicts(folder)


# How much is asked of whom


def test_every_request_is_counted_and_told_where_it_is_sent_and_in_the_brief(folder: Path) -> None:
    _, first = ask(folder)
    assert "Vera was asked once this week, 0 in the 4 weeks before; 1 without an answer." in first.stderr
    _, second = ask(folder, "--note", "a reminder")
    assert "Vera was asked 2 times this week" in second.stderr
    run("ask", folder, "K-1", "attested", "--signer", "sam")
    assert "     Asked this week: Vera 2, Sam 1.\n" in run("brief", folder).stdout
    assert "\nAsked this week: Vera 2, Sam 1.\n" in run("brief", folder, "--markdown").stdout
    (vera, _) = asked(folder)
    assert [vera[name] for name in ("person", "this_week", "total", "median", "answered", "open")] == [
        "vera", "2", "0", "0", "0", "2",
    ]  # fmt: skip
    charter = folder / "portfolio.toml"
    charter.write_text(charter.read_text().replace("today = 2025-03-31", "today = 2025-04-07"))
    assert "Asked this week" not in run("brief", folder).stdout
    assert [(row["this_week"], row["total"]) for row in asked(folder)] == [("0", "2"), ("0", "1")]
    assert run("export", folder, "--table", "asked", "--as-of", "2025-03-30").stdout.count("\n") == 1


def test_what_merely_waits_or_is_signed_here_is_no_request(folder: Path, keys: Path) -> None:
    key = key_file(keys, "vera")
    assert run("sign", folder, "D-1", "promised", "--date", "2025-04-10", "--key", key, "--yes").exit_code == 0
    assert asked(folder) == []
    ask(folder)
    signed_since = run("sign", folder, "D-1", "promised", "--date", "2025-04-11", "--key", key, "--yes")
    assert signed_since.exit_code == 0
    assert [(row["answered"], row["open"]) for row in asked(folder)] == [("1", "0")]
