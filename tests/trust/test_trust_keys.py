from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from trust_keys import Key

from cockpit.trust.keys import KeyRefusedError, parse_blob, parse_public_key
from cockpit.trust.wire import string

ALL = ["ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa2048"]


def ed25519_line(point: bytes) -> str:
    blob = string(b"ssh-ed25519") + string(point)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


@pytest.mark.parametrize("name", ALL)
def test_a_key_of_openssh_has_the_fingerprint_that_openssh_prints(
    name: str, keys: dict[str, Path], line_of: Callable[[str], str]
) -> None:
    printed = subprocess.run(["ssh-keygen", "-l", "-f", keys[name]], capture_output=True, text=True, check=True).stdout
    key = parse_public_key(line_of(name))
    assert key.fingerprint == printed.split()[1]
    assert key.comment == f"{name} key"
    assert line_of(name).startswith(key.line)


def test_the_comment_is_no_part_of_the_key(line_of: Callable[[str], str]) -> None:
    line = line_of("ed25519")
    assert parse_public_key(line) == parse_public_key(" ".join(line.split()[:2]) + " somebody else")


def test_a_point_off_the_curve_is_refused() -> None:
    with pytest.raises(KeyRefusedError, match="not on the curve"):
        parse_public_key(ed25519_line((2).to_bytes(32, "little")))


def test_a_thousand_honest_points_are_taken() -> None:
    for _ in range(1000):
        point = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        assert parse_public_key(ed25519_line(point)).type == "ssh-ed25519"


def test_dsa_is_refused() -> None:
    blob = string(b"ssh-dss") + string(b"\x01") * 4
    with pytest.raises(KeyRefusedError, match="DSA"):
        parse_public_key(f"ssh-dss {base64.b64encode(blob).decode()}")


def test_a_certificate_is_refused(keys: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "k.pub"
    copy.write_bytes(keys["ed25519"].with_name("ed25519.pub").read_bytes())
    subprocess.run(["ssh-keygen", "-q", "-s", keys["rsa2048"], "-I", "x", copy], check=True)
    with pytest.raises(KeyRefusedError, match="certificate"):
        parse_public_key((tmp_path / "k-cert.pub").read_text())


@pytest.mark.parametrize(
    "line", ["", "ssh-ed25519", "ssh-ed25519 %%%%", "a b c", "ssh-ed25519 AAAA\nssh-ed25519 AAAA", "x" * 9000]
)
def test_what_is_no_key_line_is_refused(line: str) -> None:
    with pytest.raises(KeyRefusedError):
        parse_public_key(line)


def test_a_line_of_endless_comment_is_refused(line_of: Callable[[str], str]) -> None:
    with pytest.raises(KeyRefusedError, match="not one line"):
        parse_public_key(line_of("ed25519") + "x" * 9000)


def test_a_line_that_lies_about_its_type_is_refused(line_of: Callable[[str], str]) -> None:
    with pytest.raises(KeyRefusedError, match="says 'ssh-rsa' but is ssh-ed25519"):
        parse_public_key("ssh-rsa " + line_of("ed25519").split()[1])


@pytest.mark.parametrize("name", ALL)
def test_cut_off_or_longer_keys_are_refused(name: str, line_of: Callable[[str], str]) -> None:
    blob = base64.b64decode(line_of(name).split()[1])
    for end in range(len(blob)):
        with pytest.raises(KeyRefusedError):
            parse_blob(blob[:end])
    with pytest.raises(KeyRefusedError, match="follow the end"):
        parse_blob(blob + b"\0")


def test_an_ecdsa_key_must_be_on_the_curve_of_its_type(line_of: Callable[[str], str]) -> None:
    blob = base64.b64decode(line_of("ecdsa256").split()[1])
    with pytest.raises(KeyRefusedError, match="names the curve 'nistp384', which is not the one of its type"):
        parse_blob(blob.replace(b"\0\0\0\x08nistp256", b"\0\0\0\x08nistp384"))
    with pytest.raises(KeyRefusedError, match="not on its curve"):
        parse_blob(blob[:-1] + bytes([blob[-1] ^ 1]))


def test_base64_with_spare_bits_is_refused() -> None:
    point = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    line = ed25519_line(point)
    assert not line.endswith("=")
    longer = string(b"sk-ssh-ed25519@openssh.com") + string(point) + string(b"ssh:ab")
    text = base64.b64encode(longer).decode()
    assert text.endswith("=")
    stripped = text.rstrip("=")
    other = stripped[:-1] + chr(ord(stripped[-1]) + 1) + "=" * (len(text) - len(stripped))
    assert base64.b64decode(other) == longer
    parse_public_key(f"sk-ssh-ed25519@openssh.com {text}")
    with pytest.raises(KeyRefusedError, match="usual way"):
        parse_public_key(f"sk-ssh-ed25519@openssh.com {other}")


@pytest.mark.parametrize(
    "kind",
    ["ssh-ed448", "ssh-xmss@openssh.com", "rsa-sha2-512", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "", "SSH-RSA"],
)
def test_other_types_of_key_are_refused_by_name(kind: str) -> None:
    with pytest.raises(KeyRefusedError, match=f"is of the type '{kind}', which is not supported"):
        parse_blob(string(kind.encode()) + string(bytes(32)))


@pytest.mark.parametrize(
    "kind", ["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519", "sk-ssh-ed25519", "sk-ecdsa-sha2-nistp256", "ssh-dss"]
)
def test_certificates_of_every_type_are_refused(kind: str) -> None:
    with pytest.raises(KeyRefusedError):
        parse_blob(string(f"{kind}-cert-v01@openssh.com".encode()) + string(bytes(32)) * 12)


def test_options_of_an_authorized_keys_file_are_no_part_of_a_key_line() -> None:
    for text in (f"no-touch-required {Key('vera').line}", f'from="*" {Key("vera").line}', f"vera {Key('vera').line}"):
        with pytest.raises(KeyRefusedError):
            parse_public_key(text)
