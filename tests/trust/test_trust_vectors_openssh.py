"""OpenSSH's own cases, made again with the real ssh-keygen and ssh-agent, both ways.

OpenSSH's regress/unittests/sshsig signs one text with each kind of key in one namespace and verifies it. Here each kind
signs several messages in several namespaces: what ssh-keygen makes must be taken here, what is made here by ssh-keygen.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from trust_keys import Ecdsa, Key, Rsa, Signer, dearmor, framed, ssh_verifies

from cockpit.trust.keys import parse_public_key
from cockpit.trust.sshsig import NAMESPACE, SignatureError, verify
from cockpit.trust.wire import Reader

AddKey = Callable[[Path], None]
MESSAGES = [b"", b"This is a test, this is only a test\n", b"\0\xff" * 700, b"x" * 65536]
KINDS = ["ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa2048", "rsa3072", "rsa4096"]
HASHES = ["sha256", "sha512"]
NAMESPACES = [NAMESPACE, "unittest", "git"]


@pytest.fixture(scope="module")
def files(keys: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A key file of each kind, the larger RSA ones too."""
    found, folder = dict(keys), tmp_path_factory.mktemp("large")
    for bits in (3072, 4096):
        found[f"rsa{bits}"] = folder / f"rsa{bits}"
        run("ssh-keygen", "-q", "-t", "rsa", "-b", str(bits), "-N", "", "-f", str(found[f"rsa{bits}"]))
    return found


def run(*command: str, given: bytes = b"") -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout


def ssh_sign(key: Path, message: bytes, namespace: str = NAMESPACE, *options: str) -> str:
    return run("ssh-keygen", "-Y", "sign", "-q", "-n", namespace, *options, "-f", str(key), given=message).decode()


def public(key: Path) -> str:
    return key.with_name(f"{key.name}.pub").read_text().strip()


def counts(signature: str, message: bytes, namespace: str = NAMESPACE) -> bool:
    try:
        verify(signature, message, namespace)
    except SignatureError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hashalg", HASHES)
def test_what_ssh_keygen_signs_counts_here_and_nothing_else(kind: str, hashalg: str, files: dict[str, Path]) -> None:
    for message, namespace in zip(MESSAGES, [*NAMESPACES, NAMESPACE], strict=True):
        signature = ssh_sign(files[kind], message, namespace, "-O", f"hashalg={hashalg}")
        assert verify(signature, message, namespace) == parse_public_key(public(files[kind]))
        assert not counts(signature, message + b"\n", namespace)
        assert not counts(signature, message, f"{namespace}2")


@pytest.mark.parametrize("hashalg", HASHES)
@pytest.mark.parametrize(
    "signer",
    [
        *(pytest.param(lambda: Key("vera"), id="ed25519"), pytest.param(lambda: Ecdsa(256), id="ecdsa256")),
        *(pytest.param(lambda: Ecdsa(384), id="ecdsa384"), pytest.param(lambda: Ecdsa(521), id="ecdsa521")),
        pytest.param(lambda: Rsa(2048, "rsa-sha2-512"), id="rsa2048"),
        pytest.param(lambda: Rsa(3072, "rsa-sha2-256"), id="rsa3072"),
        pytest.param(lambda: Rsa(4096, "rsa-sha2-512"), id="rsa4096"),
    ],
)
def test_what_is_framed_here_is_taken_by_ssh_keygen(signer: Callable[[], Signer], hashalg: str, tmp_path: Path) -> None:
    key = signer()
    for message, namespace in zip(MESSAGES, [*NAMESPACES, NAMESPACE], strict=True):
        signature = key.sign(message, namespace, hashalg)
        assert ssh_verifies(tmp_path, key.line, message, signature, namespace)
        assert verify(signature, message, namespace).fingerprint == key.fingerprint
    assert not ssh_verifies(tmp_path, key.line, b"other", signature)


@pytest.mark.parametrize("kind", KINDS)
def test_the_frame_is_the_one_that_ssh_keygen_writes(kind: str, files: dict[str, Path]) -> None:
    """Byte for byte: so what the other tests build by hand differs from OpenSSH's in nothing but what they say."""
    data = dearmor(ssh_sign(files[kind], b"m"))
    reader = Reader(data[10:])
    blob, _, _, hash_name, inner = (reader.string("part") for _ in range(5))
    assert framed(blob, inner, hash=hash_name) == data
    assert Reader(inner).name("type") == ("rsa-sha2-512" if kind.startswith("rsa") else Reader(blob).name("type"))


@pytest.mark.parametrize("kind", [*KINDS, "protected"])
def test_what_the_agent_signs_counts_here(
    kind: str, files: dict[str, Path], agent: AddKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The private key is in the agent alone, opened with its passphrase where it has one."""
    asked = tmp_path / "askpass"
    asked.write_text("#!/bin/sh\necho a passphrase\n")
    asked.chmod(0o700)
    monkeypatch.setenv("SSH_ASKPASS", str(asked))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    agent(files[kind])
    (tmp_path / "only.pub").write_text(public(files[kind]))
    for hashalg in HASHES:
        signature = ssh_sign(tmp_path / "only.pub", b"m", NAMESPACE, "-O", f"hashalg={hashalg}")
        assert verify(signature, b"m") == parse_public_key(public(files[kind]))
        assert not counts(signature, b"n")


def test_one_statement_may_bear_signatures_of_several_forms(files: dict[str, Path]) -> None:
    """Made twice, or with another hash, ECDSA's bytes differ: what a statement is known by is its payload's hash."""
    made = {ssh_sign(files["ecdsa256"], b"m", NAMESPACE, "-O", f"hashalg={h}") for h in HASHES for _ in range(2)}
    assert len(made) == 4 and all(counts(signature, b"m") for signature in made)
