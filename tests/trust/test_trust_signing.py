from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cockpit.ledger import signing
from cockpit.ledger.signing import SigningError, agent_keys, choose_key, public_line, sign
from cockpit.records.model import Person
from cockpit.trust.allowed import allowed_signers
from cockpit.trust.keys import parse_public_key
from cockpit.trust.sshsig import NAMESPACE
from cockpit.trust.statements import load, verify

PayloadFor = Callable[..., bytes]
AddKey = Callable[[Path], None]
ALL = ["ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa2048"]


def plain_verify(folder: Path, people: dict[str, Person], signer: str, payload: bytes, signature: str) -> int:
    (folder / "allowed_signers").write_text(allowed_signers(people))
    (folder / "X.sig").write_text(signature)
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", signer, "-n", NAMESPACE, "-s", "X.sig"]
    return subprocess.run(command, cwd=folder, input=payload, capture_output=True, check=False).returncode


def refusal(call: Callable[..., object], *arguments: object, **options: object) -> str:
    with pytest.raises(SigningError) as caught:
        call(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize("name", ALL)
def test_what_is_signed_here_verifies_with_plain_openssh(
    name: str, tmp_path: Path, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    payload = payload_for(name)
    signature = sign(payload, keys[name], people[name].key, interactive=False)
    assert plain_verify(tmp_path, people, name, payload, signature) == 0
    assert plain_verify(tmp_path, people, name, payload + b" ", signature) != 0
    assert plain_verify(tmp_path, people, "somebody", payload, signature) != 0


@pytest.mark.parametrize("name", ALL)
def test_what_plain_ssh_keygen_signs_counts_here(
    name: str, tmp_path: Path, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    payload = payload_for(name)
    (tmp_path / "ask.json").write_bytes(payload)
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(keys[name]), "-n", "cockpit-statement-v1", "ask.json"]
    subprocess.run(command, cwd=tmp_path, check=True, stdin=subprocess.DEVNULL)
    assert verify(load(payload, (tmp_path / "ask.json.sig").read_text()), people, "core").verdict == ""


@pytest.mark.parametrize("name", ALL)
def test_the_agent_signs_with_a_key_whose_file_is_gone(
    name: str, agent: AddKey, tmp_path: Path, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    copy = tmp_path / "key"
    copy.write_bytes(keys[name].read_bytes())
    copy.chmod(0o600)
    agent(copy)
    copy.unlink()
    choice = choose_key(None, people)
    assert choice.person.id == name and choice.key is None
    assert choice.fingerprint == parse_public_key(people[name].key).fingerprint
    payload = payload_for(name)
    signature = sign(payload, None, choice.public_line, interactive=False)
    assert verify(load(payload, signature), people, "core").verdict == ""


def test_the_agent_lists_its_keys_in_order(agent: AddKey, keys: dict[str, Path]) -> None:
    assert agent_keys() == ()
    agent(keys["rsa2048"])
    agent(keys["ed25519"])
    assert [line.split()[0] for line in agent_keys()] == ["ssh-rsa", "ssh-ed25519"]


def test_no_agent_is_said_with_what_to_do(people: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    for socket in (None, "/nowhere/agent"):
        if socket:
            monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        said = refusal(choose_key, None, people)
        assert "No ssh-agent answers" in said and "--key" in said


def test_an_agent_with_no_key_or_strange_ones_is_said(
    agent: AddKey, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    assert "holds no keys" in refusal(choose_key, None, people)
    agent(keys["ed25519"])
    others = {name: person for name, person in people.items() if name != "ed25519"}
    assert refusal(choose_key, None, others).startswith("The one key in the ssh-agent is not enrolled for anybody.")
    agent(keys["rsa2048"])
    assert "None of the 2 keys in the ssh-agent is enrolled for anybody" in refusal(choose_key, None, {})


def test_an_agent_that_lost_the_key_is_said(agent: AddKey, keys: dict[str, Path], people: dict[str, Person]) -> None:
    agent(keys["rsa2048"])
    assert "The agent did not sign" in refusal(sign, b"{}", None, people["ed25519"].key, interactive=False)


def test_keys_of_two_people_ask_for_one(agent: AddKey, keys: dict[str, Path], people: dict[str, Person]) -> None:
    agent(keys["ed25519"])
    agent(keys["rsa2048"])
    said = refusal(choose_key, None, people)
    assert "keys of Person ed25519 and Person rsa2048" in said and "--key" in said
    assert choose_key(None, people, "PERSON RSA2048").person.id == "rsa2048"
    assert choose_key(keys["ed25519"], people).person.id == "ed25519"


def test_a_key_of_nobody_is_said_with_the_line_to_enrol(keys: dict[str, Path], people: dict[str, Person]) -> None:
    said = refusal(choose_key, keys["protected"], people)
    assert "is not enrolled for anybody" in said and "ssh-ed25519 AAAA" in said


def test_one_key_enrolled_for_two_is_said(keys: dict[str, Path], people: dict[str, Person]) -> None:
    twin = replace(people["ed25519"], id="twin", name="Twin")
    said = refusal(choose_key, keys["ed25519"], [*people.values(), twin])
    assert "is enrolled for Person ed25519 and Twin" in said
    assert choose_key(keys["ed25519"], [*people.values(), twin], "twin").person.id == "twin"


def test_a_signer_who_is_nobody_or_has_no_key_is_said(keys: dict[str, Path], people: dict[str, Person]) -> None:
    assert "“Zoe” is nobody in the people table" in refusal(choose_key, keys["ed25519"], people, "Zoe")
    bare = [*people.values(), Person(id="bob", name="Bob")]
    assert "No key is enrolled for Bob" in refusal(choose_key, keys["ed25519"], bare, "bob")
    assert "is not enrolled for Person rsa2048" in refusal(choose_key, keys["ed25519"], people, "rsa2048")


def test_the_public_line_comes_from_the_file_its_pub_or_ssh_keygen(keys: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "alone"
    copy.write_bytes(keys["ed25519"].read_bytes())
    copy.chmod(0o600)
    expected = parse_public_key(keys["ed25519"].with_name("ed25519.pub").read_text())
    for path in (copy, keys["ed25519"], keys["ed25519"].with_name("ed25519.pub")):
        assert parse_public_key(public_line(path)) == expected


def test_a_key_file_that_is_missing_or_is_none_is_said(tmp_path: Path) -> None:
    assert refusal(public_line, tmp_path / "none") == f"There is no key file {tmp_path / 'none'}."
    assert "can't be read" in refusal(public_line, tmp_path)
    (tmp_path / "junk").write_text("junk\n")
    (tmp_path / "junk").chmod(0o600)
    assert "OpenSSH can't use the key" in refusal(public_line, tmp_path / "junk")
    (tmp_path / "bad.pub").write_text("ssh-rsa AAAA\n")
    assert "is damaged" in refusal(public_line, tmp_path / "bad.pub")


def test_a_key_that_others_can_read_is_said(keys: dict[str, Path], people: dict[str, Person], tmp_path: Path) -> None:
    copy = tmp_path / "open"
    copy.write_bytes(keys["ed25519"].read_bytes())
    copy.chmod(0o644)
    said = refusal(sign, b"{}", copy, people["ed25519"].key, interactive=False)
    assert said.endswith(f"chmod 600 {copy}")


def test_a_pub_file_of_another_key_is_noticed(keys: dict[str, Path], people: dict[str, Person], tmp_path: Path) -> None:
    copy = tmp_path / "mixed"
    copy.write_bytes(keys["ed25519"].read_bytes())
    copy.chmod(0o600)
    copy.with_name("mixed.pub").write_text(people["rsa2048"].key)
    said = refusal(sign, b"{}", copy, public_line(copy), interactive=False)
    assert said.startswith(f"The file {copy}.pub is not the public key of {copy}")


def test_a_signature_by_another_key_than_the_payload_names_is_noticed(
    keys: dict[str, Path], people: dict[str, Person]
) -> None:
    said = refusal(sign, b"{}", keys["ed25519"], people["rsa2048"].key, interactive=False)
    assert f"not with {parse_public_key(people['rsa2048'].key).fingerprint}" in said


def test_a_public_key_whose_private_one_is_nowhere_is_said(people: dict[str, Person], tmp_path: Path) -> None:
    lonely = tmp_path / "lonely.pub"
    lonely.write_text(people["ed25519"].key)
    assert "neither beside it nor in the agent" in refusal(sign, b"{}", lonely, public_line(lonely), interactive=False)


def test_a_passphrase_without_a_terminal_is_said_and_nothing_waits(keys: dict[str, Path]) -> None:
    said = refusal(sign, b"{}", keys["protected"], public_line(keys["protected"]), interactive=False)
    assert "has a passphrase, and there is no terminal here" in said


PROGRAM = """
import sys
from pathlib import Path
from cockpit.ledger.signing import SigningError, public_line, sign
key = Path(sys.argv[1])
try:
    Path(sys.argv[2]).write_text(sign(b"{}", key, public_line(key)))
except SigningError as error:
    Path(sys.argv[2]).write_text(str(error))
"""


def at_a_terminal(key: Path, answer: bytes, result: Path) -> str:
    """Sign in a process with a terminal of its own, typing `answer` when a passphrase is asked for."""
    pid, terminal = pty.fork()
    if pid == 0:
        # On a desktop too the terminal is asked, not a window that may be on another screen.
        os.environ["DISPLAY"] = ":0"
        os.execv(sys.executable, [sys.executable, "-c", PROGRAM, str(key), str(result)])
    shown = b""
    while b"passphrase" not in shown:
        shown += os.read(terminal, 1024)
    time.sleep(0.1)
    os.write(terminal, answer + b"\n")
    os.waitpid(pid, 0)
    os.close(terminal)
    return result.read_text()


def test_at_a_terminal_the_passphrase_is_asked_for(keys: dict[str, Path], tmp_path: Path) -> None:
    made = at_a_terminal(keys["protected"], b"a passphrase", tmp_path / "made")
    assert made.startswith("-----BEGIN SSH SIGNATURE-----")


def test_a_wrong_passphrase_is_said(keys: dict[str, Path], tmp_path: Path) -> None:
    said = at_a_terminal(keys["protected"], b"a guess", tmp_path / "said")
    assert said == f"The passphrase of {keys['protected']} was not right, so nothing was signed."


def test_without_openssh_the_sentence_says_what_to_install(
    keys: dict[str, Path], people: dict[str, Person], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(agent_keys).startswith("ssh-add is not installed")
    assert refusal(sign, b"{}", keys["ed25519"], people["ed25519"].key, interactive=False).startswith(
        "ssh-keygen is not ins"
    )


def test_an_answer_that_never_comes_is_given_up(
    keys: dict[str, Path], people: dict[str, Person], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "ssh-keygen"
    slow.write_text("#!/bin/sh\nexec /bin/sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(signing, "TIMEOUT", 0.3)
    assert "gave no answer within" in refusal(sign, b"{}", keys["ed25519"], people["ed25519"].key, interactive=False)


def test_nothing_is_left_behind(
    keys: dict[str, Path], people: dict[str, Person], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sign(b"{}", keys["ed25519"], people["ed25519"].key, interactive=False)
    refusal(sign, b"{}", keys["protected"], people["ed25519"].key, interactive=False)
    assert list(tmp_path.iterdir()) == []


def test_ids_that_openssh_would_read_as_patterns_get_no_line(
    tmp_path: Path, payload_for: PayloadFor, keys: dict[str, Path], people: dict[str, Person]
) -> None:
    key = people["ed25519"].key
    odd = [Person(id=name, name="x", key=key) for name in ("*", "a,b", "a?", "!a", '"a"', "a\nb", "#a")]
    text = allowed_signers([*odd, Person(id="two words", name="x", key=key), Person(id="no", name="x")])
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == [f'"two words" namespaces="{NAMESPACE}" {parse_public_key(key).line}']
    assert "# no: no key is enrolled" in text
    payload = payload_for("ed25519")
    signature = sign(payload, keys["ed25519"], key, interactive=False)
    spaced = {"two words": Person(id="two words", name="x", key=key)}
    assert plain_verify(tmp_path, spaced, "two words", payload, signature) == 0
