from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from cockpit.trust.keys import parse_public_key
from cockpit.trust.sshsig import BEGIN, END, NAMESPACE, SignatureError, verify
from cockpit.trust.wire import string

ALL = ["ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa2048"]
MESSAGE = b'{"v":1}'


def ssh_sign(key: Path, message: bytes, namespace: str = NAMESPACE, *options: str) -> str:
    command = ["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, *options, "-f", str(key)]
    return subprocess.run(command, input=message, capture_output=True, check=True).stdout.decode()


def armor(data: bytes) -> str:
    return f"{BEGIN}\n{base64.b64encode(data).decode()}\n{END}\n"


def raw(signature: str) -> bytes:
    return base64.b64decode("".join(signature.split("\n")[1:-2]))


def raw_of(signature: str) -> bytes:
    return base64.b64decode(signature.split("\n")[1])


def wrapped(blob: bytes, inner: bytes, **parts: bytes) -> bytes:
    namespace, hash_name = parts.get("namespace", NAMESPACE.encode()), parts.get("hash", b"sha512")
    head = parts.get("magic", b"SSHSIG") + parts.get("version", b"\0\0\0\1")
    return head + b"".join(map(string, (blob, namespace, parts.get("reserved", b""), hash_name, inner)))


def to_sign(message: bytes, hash_name: str = "sha512", reserved: bytes = b"") -> bytes:
    hashed = hashlib.new(hash_name, message).digest()
    return b"SSHSIG" + b"".join(map(string, (NAMESPACE.encode(), reserved, hash_name.encode(), hashed)))


def refused(signature: str, message: bytes = MESSAGE) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(signature, message)
    return caught.value.reason


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("hashalg", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_is_accepted(
    name: str, hashalg: str, keys: dict[str, Path], line_of: Callable[[str], str]
) -> None:
    signature = ssh_sign(keys[name], MESSAGE, NAMESPACE, "-O", f"hashalg={hashalg}")
    assert verify(signature, MESSAGE) == parse_public_key(line_of(name))
    assert "does not fit these bytes" in refused(signature, MESSAGE + b"\n")


def test_windows_line_ends_and_spaces_around_change_nothing(keys: dict[str, Path]) -> None:
    signature = ssh_sign(keys["ed25519"], MESSAGE)
    verify("\n " + signature.replace("\n", "\r\n") + "\n\n", MESSAGE)


def test_a_signature_for_another_namespace_is_refused(keys: dict[str, Path]) -> None:
    assert "was made for the namespace 'git', not for" in refused(ssh_sign(keys["ed25519"], MESSAGE, "git"))


@pytest.mark.parametrize("name", ALL)
def test_a_signature_cut_off_anywhere_or_with_more_behind_it_is_refused(name: str, keys: dict[str, Path]) -> None:
    data = raw(ssh_sign(keys[name], MESSAGE))
    for end in range(len(data)):
        assert refused(armor(data[:end]))
    assert "follow the end" in refused(armor(data + b"\0"))


@pytest.fixture(scope="module")
def private() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


@pytest.fixture(scope="module")
def blob(private: ed25519.Ed25519PrivateKey) -> bytes:
    return string(b"ssh-ed25519") + string(private.public_key().public_bytes_raw())


def inner_of(private: ed25519.Ed25519PrivateKey, signed: bytes) -> bytes:
    return string(b"ssh-ed25519") + string(private.sign(signed))


def test_each_part_of_the_frame_is_checked(private: ed25519.Ed25519PrivateKey, blob: bytes) -> None:
    good = inner_of(private, to_sign(MESSAGE))
    verify(armor(wrapped(blob, good)), MESSAGE)
    assert "lacks the SSHSIG mark" in refused(armor(wrapped(blob, good, magic=b"SSHSIX")))
    assert "of version 2" in refused(armor(wrapped(blob, good, version=b"\0\0\0\2")))
    assert "reserved field" in refused(
        armor(wrapped(blob, inner_of(private, to_sign(MESSAGE, reserved=b"x")), reserved=b"x"))
    )
    sha1 = inner_of(private, to_sign(MESSAGE, "sha1"))
    assert "uses the hash 'sha1'" in refused(armor(wrapped(blob, sha1, hash=b"sha1")))
    assert "does not fit" in refused(armor(wrapped(blob, good, hash=b"sha256")))
    assert "64 bytes" in refused(
        armor(wrapped(blob, string(b"ssh-ed25519") + string(private.sign(to_sign(MESSAGE)) + b"\0")))
    )
    assert "follow the end" in refused(armor(wrapped(blob, good + b"\0")))
    assert "is of the type 'ssh-rsa'" in refused(armor(wrapped(blob, good.replace(b"\x0bssh-ed25519", b"\x07ssh-rsa"))))


@pytest.mark.parametrize(
    "text", ["", "x", BEGIN, END, f"{BEGIN}\n{END}", f"{BEGIN}\n%%%\n{END}", f"{BEGIN}\n{'A' * 20000}\n{END}"]
)
def test_what_is_no_signature_is_refused_in_words(text: str) -> None:
    assert refused(text)


def test_endless_space_inside_the_armor_is_refused(keys: dict[str, Path]) -> None:
    signature = ssh_sign(keys["ed25519"], MESSAGE)
    verify(signature.replace("\n", "\n" * 9), MESSAGE)
    assert "should begin with" in refused(signature.replace("\n", "\n" * 9000))


def test_base64_with_spare_bits_or_odd_spaces_is_refused(private: ed25519.Ed25519PrivateKey, blob: bytes) -> None:
    signature = armor(wrapped(blob, inner_of(private, to_sign(MESSAGE))))
    padding_at = signature.index("=")
    letter = signature[padding_at - 1]
    other = signature[: padding_at - 1] + chr(ord(letter) + 1) + signature[padding_at:]
    assert raw_of(other) == raw_of(signature)
    assert "usual way" in refused(other)
    assert "not base64" in refused(signature.replace("\n", "\u00a0\n", 1))


def test_text_before_or_after_the_armor_is_refused(keys: dict[str, Path]) -> None:
    signature = ssh_sign(keys["ed25519"], MESSAGE)
    assert "should begin with" in refused("hello\n" + signature)
    assert "should begin with" in refused(signature + "hello")
    assert "not base64" in refused(signature + signature)


def rsa_parts() -> tuple[rsa.RSAPrivateKey, bytes]:
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    modulus = b"\0" + numbers.n.to_bytes(256, "big")
    return key, string(b"ssh-rsa") + string(b"\1\0\1") + string(modulus)


def test_rsa_with_sha1_is_refused_and_with_sha2_accepted() -> None:
    key, blob = rsa_parts()
    signed = to_sign(MESSAGE)
    algorithms = {b"rsa-sha2-256": hashes.SHA256(), b"rsa-sha2-512": hashes.SHA512()}
    for name, algorithm in algorithms.items():
        verify(armor(wrapped(blob, string(name) + string(key.sign(signed, padding.PKCS1v15(), algorithm)))), MESSAGE)
    sha1 = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())
    assert "is of the type 'ssh-rsa'" in refused(armor(wrapped(blob, string(b"ssh-rsa") + string(sha1))))
    assert "does not fit" in refused(armor(wrapped(blob, string(b"rsa-sha2-256") + string(sha1))))


def mpint(value: int) -> bytes:
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big")) if value else string(b"")


def ecdsa_parts(kind: bytes = b"ecdsa-sha2-nistp256") -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    point = b"\4" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return key, string(kind) + string(b"nistp256") + string(point)


def test_ecdsa_numbers_out_of_range_are_refused() -> None:
    key, blob = ecdsa_parts()
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    r, s = utils.decode_dss_signature(key.sign(to_sign(MESSAGE), ec.ECDSA(hashes.SHA256())))

    def made(first: bytes, second: bytes, more: bytes = b"") -> str:
        return armor(wrapped(blob, string(b"ecdsa-sha2-nistp256") + string(first + second + more)))

    verify(made(mpint(r), mpint(s)), MESSAGE)
    verify(made(mpint(r), mpint(order - s)), MESSAGE)  # malleable by nature: a statement is known by its payload
    for bad in ((mpint(0), mpint(s)), (mpint(r), mpint(0)), (mpint(r + order), mpint(s)), (mpint(r), mpint(s + order))):
        assert refused(made(*bad))
    assert "padded" in refused(made(string(b"\0" + mpint(r)[4:]), mpint(s)))
    assert "positive" in refused(made(string(b"\xff" + mpint(r)[4:]), mpint(s)))
    assert "follow the end" in refused(made(mpint(r), mpint(s), b"\0"))


def fido(signed: bytes, flags: int, application: bytes = b"ssh:") -> tuple[bytes, bytes]:
    tail = bytes([flags]) + (7).to_bytes(4, "big")
    return hashlib.sha256(application).digest() + tail + hashlib.sha256(signed).digest(), tail


def test_a_touched_fido_ed25519_key_counts_and_an_untouched_one_does_not(private: ed25519.Ed25519PrivateKey) -> None:
    name = b"sk-ssh-ed25519@openssh.com"
    blob = string(name) + string(private.public_key().public_bytes_raw()) + string(b"ssh:")
    for flags, counts in ((1, True), (5, True), (0, False), (4, False)):
        data, tail = fido(to_sign(MESSAGE), flags)
        signature = armor(wrapped(blob, string(name) + string(private.sign(data)) + tail))
        if counts:
            assert verify(signature, MESSAGE).application == "ssh:"
        else:
            assert "nobody touched" in refused(signature)


def test_the_touch_flag_the_counter_and_the_application_are_signed(private: ed25519.Ed25519PrivateKey) -> None:
    name = b"sk-ssh-ed25519@openssh.com"
    blob = string(name) + string(private.public_key().public_bytes_raw()) + string(b"ssh:")
    data, tail = fido(to_sign(MESSAGE), 0)
    untouched = string(name) + string(private.sign(data))
    assert "does not fit" in refused(armor(wrapped(blob, untouched + b"\1" + tail[1:])))
    data, tail = fido(to_sign(MESSAGE), 1)
    touched = string(name) + string(private.sign(data))
    assert "does not fit" in refused(armor(wrapped(blob, touched + tail[:-1] + b"\x08")))
    assert "cut off in the counter" in refused(armor(wrapped(blob, touched + tail[:-1])))
    data, tail = fido(to_sign(MESSAGE), 1, b"ssh:other")
    assert "does not fit" in refused(armor(wrapped(blob, string(name) + string(private.sign(data)) + tail)))


def test_a_touched_fido_ecdsa_key_counts_and_an_untouched_one_does_not() -> None:
    name = b"sk-ecdsa-sha2-nistp256@openssh.com"
    key, blob = ecdsa_parts(name)
    blob += string(b"ssh:")
    for flags, counts in ((1, True), (0, False)):
        data, tail = fido(to_sign(MESSAGE), flags)
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        signature = armor(wrapped(blob, string(name) + string(mpint(r) + mpint(s)) + tail))
        if counts:
            assert verify(signature, MESSAGE).type == name.decode()
        else:
            assert "nobody touched" in refused(signature)


def test_a_plain_signature_does_not_pass_for_a_fido_one(private: ed25519.Ed25519PrivateKey, blob: bytes) -> None:
    data, tail = fido(to_sign(MESSAGE), 1)
    inner = string(b"sk-ssh-ed25519@openssh.com") + string(private.sign(data)) + tail
    assert "is of the type" in refused(armor(wrapped(blob, inner)))


def test_a_signature_by_a_small_order_key_is_refused() -> None:
    neutral = (1).to_bytes(32, "little")
    blob = string(b"ssh-ed25519") + string(neutral)
    signature = armor(wrapped(blob, string(b"ssh-ed25519") + string(neutral + bytes(32))))
    assert "small-order" in refused(signature)
