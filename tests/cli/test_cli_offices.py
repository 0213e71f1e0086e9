"""Owners who give away, stewards who move, delegates and witnesses in the shell, with keys that ssh-keygen made."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_help import new_key, run
from click.testing import Result
from live_portfolio import key_file

from cockpit.ledger import pins
from cockpit.session.batch import Wish, draft_of, prepared, sign_one
from cockpit.session.live import Session

PROOF = ("--note", "https://docs.vendor.example/api", "--yes")


def good(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return result.stderr


class Place:
    """The portfolio with Ann and Bob as its stewards, and everybody of its people table enrolled."""

    def __init__(self, folder: Path, keys: Path, tmp_path: Path) -> None:
        self.folder, self.tmp = folder, tmp_path
        self.keys = {name: new_key(tmp_path, name, name.title()) for name in ("ann", "bob")}
        named = [part for name, key in self.keys.items() for part in ("--steward", f"{name}={key}.pub")]
        self.genesis = good("init", folder, *named, "--key", self.keys["ann"], "--yes")
        for name in ("vera", "ivo", "sam"):
            self.keys[name] = key_file(keys, name)
            self.enrol(name)

    def request(self, name: str, key: Path) -> Path:
        path = self.tmp / f"{name}-{key.name}.json"
        good("join", self.folder, name, "--key", key, "--to", path)
        return path

    def enrol(self, name: str, key: Path | None = None, *more: object) -> str:
        request = self.request(name, key or self.keys[name])
        return good("enrol", self.folder, request, "--key", self.keys["ann"], "--yes", *more)

    def by(self, who: str, command: str, *arguments: object) -> str:
        return good(command, self.folder, *arguments, "--key", self.keys[who], "--yes")

    def refused(self, who: str, command: str, *arguments: object) -> str:
        return refused(command, self.folder, *arguments, "--key", self.keys[who], "--yes")

    def resolve(self, who: str) -> Result:
        return run("sign", self.folder, "D-1", "resolved", *PROOF, "--key", self.keys[who])

    def statements(self) -> dict[str, dict[str, str]]:
        found = json.loads(run("verify", self.folder, "--json").stdout)["statements"]
        return {each["id"]: each for each in found}

    def signoffs(self) -> list[dict[str, str]]:
        return list(json.loads(run("export", self.folder, "--format", "json").stdout)["signoffs"])

    def codes(self) -> dict[str, str]:
        found = json.loads(run("check", self.folder, "--json").stdout)["breaches"]
        return {each["code"]: each["title"] for each in found}


@pytest.fixture
def place(folder: Path, keys: Path, tmp_path: Path) -> Place:
    return Place(folder, keys, tmp_path)


def test_what_somebody_owns_is_given_away_and_taken(place: Place) -> None:
    told = place.refused("ivo", "transfer", "dependency:D-1", "sam", "--role", "giver_owner")
    assert "You may not give away dependency:D-1 (giver's owner): Vera" in told
    said = run("transfer", place.folder, "dependency:D-1", "ann", "--key", place.keys["vera"], "--yes")
    assert "give dependency:D-1 (giver's owner) to Ann (ann); it is theirs once they accept." in said.stderr
    transfer = said.stdout.strip()
    assert place.statements()[transfer]["verdict"] == "waits"
    assert "waits for Ann" in place.codes()["STATEMENT-WAITS"]
    command = f"cockpit accept {place.folder} {transfer[:12]}"
    assert f"Next, Ann: {command}" in said.stderr
    (waiting,) = (each for each in place.signoffs() if each["command"])
    assert (waiting["owner"], waiting["state"], waiting["command"]) == (
        "ann",
        "waits",
        command.replace(str(place.folder), "FOLDER"),
    )
    assert f"[{waiting['subject']}] {waiting['command']}" in " ".join(run("brief", place.folder).stdout.split())
    assert "may not sign this: only Ann (ann) may." in place.refused("sam", "accept", transfer[:12])
    place.by("ann", "accept", transfer[:12])
    assert place.resolve("vera").exit_code == 2, "it is not hers any more"
    assert "STATEMENT-WAITS" not in place.codes()
    assert not any(each["command"] for each in place.signoffs())
    assert place.statements()[transfer]["verdict"] == "counts"


def test_a_file_that_names_another_owner_is_a_breach_and_moves_nothing(place: Place) -> None:
    register = place.folder / "dependencies.csv"
    text = register.read_text()
    assert ",vera," in text
    register.write_text(text.replace(",vera,", ",sam,"))
    assert "the file names Sam" in place.codes()["OWNER-NAMED"]
    told = place.resolve("sam")
    assert told.exit_code == 2 and "only Vera" in told.stderr
    assert place.resolve("vera").exit_code == 0
    register.write_text(text)
    assert "OWNER-NAMED" not in place.codes()


def test_what_this_user_saw_first_holds_even_if_the_store_is_made_anew(place: Place) -> None:
    run("check", place.folder)
    register = place.folder / "dependencies.csv"
    register.write_text(register.read_text().replace(",vera,", ",sam,"))
    for path in place.folder.glob("portfolio.db*"):
        path.unlink()
    assert "the file names Sam" in place.codes()["OWNER-NAMED"]
    assert (pins.state_folder() / "owners").stat().st_mode & 0o777 == 0o700


def test_an_owner_is_remembered_as_the_person_whom_the_tables_named_then(place: Place) -> None:
    register, people = place.folder / "dependencies.csv", place.folder / "people.csv"
    row = next(row for row in register.read_text().splitlines() if row.startswith("D-1,"))
    register.write_text(register.read_text() + row.replace("D-1,", "D-2,").replace(",vera,", ",v@bank.example,") + "\n")
    rows = people.read_text().splitlines()

    def addressed(whose: str) -> None:
        cells = ["email", *("v@bank.example" if row.startswith(f"{whose},") else "" for row in rows[1:])]
        people.write_text("".join(f"{row},{cell}\n" for row, cell in zip(rows, cells, strict=True)))

    addressed("vera")
    place.codes()
    addressed("sam")
    told = run("sign", place.folder, "D-2", "resolved", *PROOF, "--key", place.keys["sam"])
    assert told.exit_code == 2 and "only Vera" in told.stderr, told.output
    assert run("sign", place.folder, "D-2", "resolved", *PROOF, "--key", place.keys["vera"]).exit_code == 0


def test_a_session_that_is_open_learns_of_new_owners_and_of_what_its_user_remembers_elsewhere(place: Place) -> None:
    register, named = place.folder / "dependencies.csv", ("dependency:D-2", "giver_owner")
    row = next(row for row in register.read_text().splitlines() if row.startswith("D-1,"))
    with Session.open(place.folder) as session:
        session.update()
        assert named not in session.snapshot().owners
        register.write_text(register.read_text() + row.replace("D-1,", "D-2,") + "\n")
        session.update()
        assert session.snapshot().owners[named] == "vera"
        told = pins.state_folder() / "owners" / f"{session.snapshot().genesis[:32]}.json"
        told.write_text(told.read_text().replace('"vera"', '"sam"'))
        assert session.snapshot().owners[named] == "sam"


def test_two_stewards_move_what_belongs_to_somebody_who_has_left(place: Place) -> None:
    place.by("ann", "revoke", "vera", "--note", "left the company")
    assert "has no key that counts any more, and owns 1 thing" in place.codes()["OWNER-LEFT"]
    transfer = place.by("ann", "transfer", "dependency:D-1", "bob", "--role", "giver_owner")
    assert "may not sign this: only Bob (bob) may." in place.refused("ann", "cosign", transfer)
    place.by("bob", "cosign", transfer)
    assert "OWNER-LEFT" not in place.codes()
    whole = run("check", place.folder, "--json").stdout + run("verify", place.folder, "dependency:D-1").stdout
    assert "two stewards, moved it from Vera" in " ".join(whole.split())


def test_a_delegate_signs_while_the_owner_is_away(place: Place) -> None:
    now = datetime.now(UTC).date()
    far = now + timedelta(days=200)
    assert "is not one to 92 days" in place.refused("vera", "delegate", "ann", "--until", far)
    place.enrol("ann", None, "--team", "vendor")
    assert place.resolve("ann").exit_code == 2
    until = now + timedelta(days=7)
    said = run("delegate", place.folder, "ann", "--until", until, "--key", place.keys["vera"], "--yes")
    assert f"have Ann (ann) sign for me from {now} to {until}: everything that is mine to sign." in said.stderr
    proof = place.resolve("ann")
    assert proof.exit_code == 0, proof.stderr
    recall = place.by("vera", "recall", said.stdout.strip()[:12], "--note", "back early")
    assert place.statements()[said.stdout.strip()]["why"] == f"taken back by {recall[:12]}"
    assert place.statements()[proof.stdout.strip()]["verdict"] == "counts", "vera had seen it when she came back"
    assert place.resolve("ann").exit_code == 2


def test_a_receipt_witnesses_what_nobody_has_followed(place: Place) -> None:
    proof = place.resolve("vera").stdout.strip()
    assert place.statements()[proof]["witnessed_at"] is None
    said = run("receipt", place.folder, "--key", place.keys["sam"], "--yes")
    assert "have seen 1 statement that others signed" in said.stderr
    assert place.statements()[proof]["witnessed_at"] is not None
    again = run("receipt", place.folder, "--key", place.keys["sam"], "--yes")
    assert (again.exit_code, again.stdout) == (0, "") and "Nothing to witness" in again.stderr


def test_a_second_key_and_one_in_the_place_of_a_lost_one_take_a_second_signature(place: Place) -> None:
    laptop = new_key(place.tmp, "laptop")
    second = place.enrol("vera", laptop)
    assert place.statements()[second]["verdict"] == "waits"
    (waiting,) = (each for each in place.signoffs() if each["command"])
    assert (waiting["owner"], waiting["others"]) == ("bob", ["vera"]), "either of them may sign it too"
    place.keys["laptop"] = laptop
    assert place.resolve("laptop").exit_code == 2
    place.by("vera", "cosign", second)
    assert place.resolve("laptop").exit_code == 0
    assert place.resolve("vera").exit_code == 0, "both keys are hers"
    fresh = new_key(place.tmp, "fresh")
    request = place.request("ivo", fresh)
    rotation = place.by("ann", "rotate", request)
    place.by("bob", "cosign", rotation)
    place.keys["fresh"] = fresh
    assert "ivo" not in place.refused("ivo", "transfer", "dependency:D-1", "sam", "--role", "receiver_owner")[:3]
    place.by("fresh", "transfer", "dependency:D-1", "sam", "--role", "receiver_owner")


def test_a_second_key_that_is_revoked_before_anybody_signed_it_too_waits_no_longer(place: Place) -> None:
    laptop = new_key(place.tmp, "laptop")
    second = place.enrol("vera", laptop)
    assert "STATEMENT-WAITS" in place.codes()
    mark = subprocess.run(["ssh-keygen", "-lf", f"{laptop}.pub"], capture_output=True, text=True, check=True).stdout
    revoked = place.by("ann", "revoke", "vera", "--fingerprint", mark.split()[1])
    assert "STATEMENT-WAITS" not in place.codes()
    found = place.statements()[second]
    assert (found["verdict"], found["why"]) == ("superseded", f"its key was revoked by {revoked[:12]}")
    assert "revoked" in place.refused("vera", "cosign", second)
    assert place.resolve("vera").exit_code == 0, "her own key is another"


def test_every_steward_may_sign_the_genesis_and_ids_are_asked_for_plainly(place: Place) -> None:
    place.by("bob", "cosign", place.genesis[:12])
    assert "is the id of no transfer here" in place.refused("ann", "accept", place.genesis[:12])
    assert "is the id of no transfer" in place.refused("ann", "accept", "a")
    assert "There is no dependency “D-9”" in place.refused("vera", "transfer", "dependency:D-9", "ann")
    assert "say which with --role" in place.refused("ann", "transfer", "dependency:D-1", "sam")
    assert "is nobody in the people table" in place.refused("vera", "transfer", "dependency:D-1", "nobody")
    assert "nothing that is owned" in place.refused("vera", "transfer", "D-1", "ann")


def test_plain_openssh_knows_from_when_to_when_a_key_counts(place: Place) -> None:
    proof = place.resolve("vera").stdout.strip()
    place.by("ann", "revoke", "vera")
    out = place.tmp / "out"
    assert run("verify", place.folder, "--files", out).exit_code == 0
    signed_at = place.statements()[proof]["signed_at"].replace("-", "").replace(":", "").replace("T", "")

    def verifies(at: str) -> bool:
        command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "vera", "-n", "cockpit-statement-v1"]
        arguments = [*command, "-O", f"verify-time={at}", "-s", f"{proof}.json.sig"]
        payload = (out / f"{proof}.json").read_bytes()
        return subprocess.run(arguments, cwd=out, input=payload, capture_output=True, check=False).returncode == 0

    assert [verifies(at) for at in (signed_at, "20240101000000Z", "20990101000000Z")] == [True, False, False]


def test_what_the_app_signs_too_is_what_the_commands_would_sign(place: Place) -> None:
    """By the command that the sign-off names: accepted by who it is given to, cosigned by the other steward."""
    place.by("vera", "transfer", "dependency:D-1", "sam", "--role", "giver_owner")
    place.by("ann", "transfer", "kpi:K-1", "ivo")
    said = {"accept": "accept dependency:D-1 (giver's owner) from Vera", "cosign": "sign too what ann"}
    with Session.open(place.folder) as session:
        waiting = [each for each in session.update().assessment.signoffs if each.command]
        waiting.sort(key=lambda each: each.command)
        assert [each.command.split()[1] for each in waiting] == ["accept", "cosign"]
        for signoff, who in zip(waiting, ("sam", "bob"), strict=True):
            wish = Wish(signoff, None, {"key": place.keys[who]})
            paper = draft_of(session, wish)
            assert said[signoff.command.split()[1]].casefold() in paper.sentence.casefold()
            assert sign_one(session, paper, wish.key, None).signer == who
        assert not [each for each in session.update().assessment.signoffs if each.command]
        wrong = prepared(session, Wish(waiting[0], None, {"key": place.keys["ivo"]}))
        assert wrong.draft is None and "may not sign this: only Sam (sam) may" in wrong.refusal
