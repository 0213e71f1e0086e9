"""FIDO keys, by a software authenticator: what it signs is checked here and by ssh-keygen, which is less strict."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from trust_keys import Authenticator, Ecdsa, Key, armor, framed, mpint, ssh_verifies, to_sign

from cockpit.trust.keys import KeyRefusedError, parse_blob, parse_public_key
from cockpit.trust.sshsig import NAMESPACE, SignatureError, verify
from cockpit.trust.wire import Reader, string

MESSAGE = b'{"v":1}'
PRESENT, VERIFIED = 0x01, 0x04
Make = Callable[..., Authenticator]


@pytest.fixture(params=["ed25519-sk", "ecdsa-sk"])
def make(request: pytest.FixtureRequest) -> Make:
    key = Key("fido") if request.param == "ed25519-sk" else Ecdsa(256, "fido")
    return lambda application="ssh:": Authenticator(key, application)


def refused(signature: str, message: bytes = MESSAGE) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(signature, message)
    return caught.value.reason


@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
@pytest.mark.parametrize("application", ["ssh:", "ssh:work", "ssh:vera@bank.example", "ssh: "])
def test_a_touched_key_counts_here_and_for_ssh_keygen(
    make: Make, application: str, hash_name: str, tmp_path: Path
) -> None:
    key = make(application)
    for key.counter in (0, 1, 2**32 - 1):
        signature = key.sign(MESSAGE, NAMESPACE, hash_name)
        assert ssh_verifies(tmp_path, key.line, MESSAGE, signature)
        found = verify(signature, MESSAGE)
        assert (found.line, found.application, found.fingerprint) == (key.line, application, key.fingerprint)
        assert parse_public_key(key.line) == found
        assert "does not fit" in refused(signature, MESSAGE + b" ")


def test_of_the_flags_it_is_the_touch_alone_that_counts(make: Make) -> None:
    """Whether a PIN or a finger was asked for too, or whatever else an authenticator tells, is for its owner."""
    key = make()
    for key.flags in range(256):
        signature = key.sign(MESSAGE)
        if key.flags & PRESENT:
            assert verify(signature, MESSAGE).application == "ssh:"
        else:
            assert "a FIDO key that nobody touched" in refused(signature)


def test_ssh_keygen_takes_what_nobody_touched_and_cockpit_does_not(make: Make, tmp_path: Path) -> None:
    key = make()
    for key.flags in (0, VERIFIED):
        signature = key.sign(MESSAGE)
        assert ssh_verifies(tmp_path, key.line, MESSAGE, signature), "why the flag is checked here"
        assert "a FIDO key that nobody touched" in refused(signature)


@pytest.mark.parametrize("application", ["", "ssh", "SSH:", " ssh:", "https://bank.example", "bank.example", "xssh:"])
def test_a_key_of_another_application_is_refused_however_well_it_signs(
    make: Make, application: str, tmp_path: Path
) -> None:
    key = make(application)
    signature = key.sign(MESSAGE)
    assert f"a FIDO key made for {application!a} and not for SSH" in refused(signature)
    with pytest.raises(KeyRefusedError, match="and not for SSH"):
        parse_public_key(key.line)
    if application:
        assert ssh_verifies(tmp_path, key.line, MESSAGE, signature), "why the application is checked here"


@pytest.mark.parametrize("application", ["ssh:\n", "ssh:\0", "ssh:\x1b[2J", "ssh:über"])
def test_an_application_of_other_than_printable_ascii_is_refused(make: Make, application: str) -> None:
    assert "application is not plain ASCII" in refused(make(application).sign(MESSAGE))


def test_touch_counter_and_application_are_part_of_what_is_signed(make: Make) -> None:
    key = make()
    honest = key.inner(to_sign(MESSAGE))
    head = honest[: -len(key.tail)]
    assert honest.endswith(b"\x01\0\0\0\x07")
    for tail in (b"\x05\0\0\0\x07", b"\x01\0\0\0\x08", b"\x01\x07\0\0\0"):
        assert "does not fit" in refused(armor(framed(key.blob, head + tail)))
    key.flags = 0
    untouched = key.inner(to_sign(MESSAGE))[: -len(key.tail)]
    assert "does not fit" in refused(armor(framed(key.blob, untouched + b"\x01\0\0\0\x07")))
    other = make("ssh:other")
    assert "does not fit" in refused(armor(framed(key.blob, other.inner(to_sign(MESSAGE)))))
    assert "does not fit" in refused(armor(framed(other.blob, honest)))


def test_flag_and_counter_are_all_there_and_nothing_follows(make: Make) -> None:
    key = make()
    honest = key.inner(to_sign(MESSAGE))
    for cut, what in ((1, "counter"), (4, "counter"), (5, "flags")):
        assert f"cut off in the {what}" in refused(armor(framed(key.blob, honest[:-cut])))
    assert "1 bytes follow the end of the signature bytes" in refused(armor(framed(key.blob, honest + b"\0")))
    assert "follow the end" in refused(armor(framed(key.blob + b"\0", honest)))


def test_a_plain_key_and_a_fido_key_with_the_same_secret_do_not_stand_for_each_other() -> None:
    for plain in (Key("fido"), Ecdsa(256, "fido")):
        fido = Authenticator(plain)
        for key, other in ((plain, fido), (fido, plain)):
            assert "is of the type" in refused(armor(framed(key.blob, other.inner(to_sign(MESSAGE)))))
        reader = Reader(plain.inner(to_sign(MESSAGE)))
        reader.name("type")
        renamed = string(fido.kind) + string(reader.string("signature")) + fido.tail
        assert "does not fit" in refused(armor(framed(fido.blob, renamed)))


def test_the_two_kinds_of_fido_key_do_not_stand_for_each_other() -> None:
    one, other = Authenticator(Key("fido")), Authenticator(Ecdsa(256, "fido"))
    assert "is of the type" in refused(armor(framed(one.blob, other.inner(to_sign(MESSAGE)))))
    assert "is of the type" in refused(armor(framed(other.blob, one.inner(to_sign(MESSAGE)))))


def test_an_ecdsa_fido_key_is_on_the_one_curve_that_fido_has() -> None:
    key = Authenticator(Ecdsa(256, "fido"))
    larger = string(key.kind) + string(b"nistp384") + string(Ecdsa(384).point) + string(b"ssh:")
    with pytest.raises(KeyRefusedError, match="names the curve 'nistp384', which is not the one of its type"):
        parse_blob(larger)


def webauthn(key: Authenticator, origin: str) -> bytes:
    """A signature as a browser has it made (OpenSSH's PROTOCOL.u2f): over a JSON text that holds the message."""
    assert isinstance(key.key, Ecdsa)
    challenge = base64.urlsafe_b64encode(to_sign(MESSAGE)).decode().rstrip("=")
    client = f'{{"type":"webauthn.get","challenge":"{challenge}","origin":{json.dumps(origin)}}}'.encode()
    application = hashlib.sha256(key.application.encode()).digest()
    r, s = key.key.pair(application + key.tail + hashlib.sha256(client).digest())
    parts = string(mpint(r) + mpint(s)) + key.tail + string(origin.encode()) + string(client) + string(b"")
    return string(b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com") + parts


def test_what_a_browser_signs_is_refused_by_its_type(tmp_path: Path) -> None:
    key = Authenticator(Ecdsa(256, "fido"))
    signature = armor(framed(key.blob, webauthn(key, "https://bank.example")))
    assert ssh_verifies(tmp_path, key.line, MESSAGE, signature), "well made: OpenSSH takes it"
    assert "is of the type 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com'" in refused(signature)
