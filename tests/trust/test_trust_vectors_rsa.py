"""RSA: keys that are no keys, hashes that are not what they are called, and padding that is nearly right.

Wycheproof's rsa_signature_2048_sha256_test.json is the model for the padding: each of its kinds is made again here with
a private key, so that everything but the padding is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from trust_keys import RSA_HASHES, Rsa, armor, framed, mpint, to_sign

from cockpit.trust.keys import KeyRefusedError, parse_blob
from cockpit.trust.sshsig import SignatureError, verify
from cockpit.trust.wire import string

MESSAGE = b'{"v":1}'
SIZE = 256
INFO = {  # DigestInfo of RFC 8017, 9.2, as far as the hash itself
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
HASH_OF = {"rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512"}


@cache
def key() -> Rsa:
    return Rsa(2048)


def digest(name: str = "sha512") -> bytes:
    return hashlib.new(name, to_sign(MESSAGE)).digest()


def padded(content: bytes, size: int = SIZE) -> bytes:
    return b"\0\1" + b"\xff" * (size - 3 - len(content)) + b"\0" + content


def raised(block: bytes, signer: Rsa | None = None) -> bytes:
    """The private key's answer to a block, whatever is in it."""
    numbers = (signer or key()).secret.private_numbers()
    modulus = numbers.public_numbers.n
    return pow(int.from_bytes(block, "big"), numbers.d, modulus).to_bytes((modulus.bit_length() + 7) // 8, "big")


def signed(raw: bytes, kind: str = "rsa-sha2-512", blob: bytes = b"") -> str:
    return armor(framed(blob or key().blob, string(kind.encode()) + string(raw)))


def refused(signature: str) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(signature, MESSAGE)
    return caught.value.reason


@pytest.mark.parametrize("kind", HASH_OF)
def test_the_padding_of_the_standard_is_taken(kind: str) -> None:
    """So that what is refused below is refused for what it says there."""
    name = HASH_OF[kind]
    assert verify(signed(raised(padded(INFO[name] + digest(name))), kind), MESSAGE).type == "ssh-rsa"


@pytest.mark.parametrize("named", ["rsa-sha2-256", "rsa-sha2-512"])
@pytest.mark.parametrize("made", ["rsa-sha2-256", "rsa-sha2-512", "ssh-rsa"])
def test_a_hash_is_the_one_that_the_type_names(named: str, made: str) -> None:
    raw = key().secret.sign(to_sign(MESSAGE), padding.PKCS1v15(), RSA_HASHES[made])
    if named == made:
        verify(signed(raw, named), MESSAGE)
    else:
        assert "does not fit" in refused(signed(raw, named))


@pytest.mark.parametrize(
    "kind",
    ["ssh-rsa", "rsa-sha2-384", "rsa-sha1", "RSA-SHA2-512", "", "ssh-ed25519", "rsa-sha2-512-cert-v01@openssh.com"],
)
def test_no_other_type_of_signature_is_known(kind: str) -> None:
    for made in RSA_HASHES:
        raw = key().secret.sign(to_sign(MESSAGE), padding.PKCS1v15(), RSA_HASHES[made])
        assert "a key of type ssh-rsa makes rsa-sha2-256 or rsa-sha2-512" in refused(signed(raw, kind))


def blocks() -> dict[str, bytes]:
    """Name → what is nearly the block of the standard, as long as the modulus."""
    content = INFO["sha512"] + digest()
    good = padded(content)
    bare, of_hex = INFO["sha512"], bytes.fromhex
    return {
        "no digest info": padded(digest()),
        "hash of another message": padded(bare + hashlib.sha512(MESSAGE).digest()),
        "hash cut off": padded(content[:-1]),
        "garbage after the hash": padded(content + b"\0"),
        "garbage after the hash and short padding": b"\0\1"
        + b"\xff" * 8
        + b"\0"
        + content
        + bytes(SIZE - 11 - len(content)),
        "garbage within the digest info": padded(of_hex("3053300f060960864801650304020305000500") + content[17:]),
        "no null parameter": padded(of_hex("304f300b0609608648016503040203") + content[17:]),
        "null with content": padded(of_hex("3052300e06096086480165030402030501ff") + content[17:]),
        "long form of the outer length": padded(of_hex("308151") + content[2:]),
        "long form of the hash's length": padded(of_hex("3052300d06096086480165030402030500048140") + digest()),
        "indefinite length": padded(b"\x30\x80" + content[2:] + b"\0\0"),
        "octets of another length": padded(content[:18] + b"\x41" + digest() + b"\0"),
        "name of another hash": padded(INFO["sha256"] + digest()),
        "one hash after the other": padded(content + content),
        "type 0": b"\0\0" + bytes(SIZE - 3 - len(content)) + b"\0" + content,
        "type 2": b"\0\2" + b"\xff" * (SIZE - 3 - len(content)) + b"\0" + content,
        "no zero before the padding": good[1:] + b"\0",
        "padding not all ff": good[:9] + b"\xfe" + good[10:],
        "padding ended at once": b"\0\1\0" + good[3:],
        "no end of the padding": good.replace(b"\xff\0", b"\xff\xff", 1),
        "seven bytes of padding": (b"\0\1" + b"\xff" * 7 + b"\0" + content).ljust(SIZE, b"\0"),
        "nothing but the content": content.rjust(SIZE, b"\0"),
        "zero": bytes(SIZE),
        "one": (1).to_bytes(SIZE, "big"),
        "padding alone": b"\0\1" + b"\xff" * (SIZE - 3) + b"\0",
    }


def test_padding_that_is_nearly_right_is_refused() -> None:
    for name, block in blocks().items():
        assert len(block) == SIZE, name
        assert "does not fit" in refused(signed(raised(block))), name


def test_another_scheme_of_padding_is_refused() -> None:
    for salt in (0, 32, 64):
        scheme = padding.PSS(padding.MGF1(RSA_HASHES["rsa-sha2-512"]), salt)
        raw = key().secret.sign(to_sign(MESSAGE), scheme, RSA_HASHES["rsa-sha2-512"])
        assert "does not fit" in refused(signed(raw))


def test_a_signature_has_the_length_of_the_modulus_or_lacks_zeros_before_it() -> None:
    raw = key().secret.sign(to_sign(MESSAGE), padding.PKCS1v15(), RSA_HASHES["rsa-sha2-512"])
    modulus = key().secret.public_key().public_numbers().n
    assert "longer than its key" in refused(signed(b"\0" + raw))
    assert "longer than its key" in refused(signed(raw + b"\0"))
    for other in (raw[:-1], raw.lstrip(b"\0")[1:], b"", b"\0", b"\1", raw[:128], bytes(SIZE), b"\xff" * SIZE):
        assert "does not fit" in refused(signed(other))
    value = int.from_bytes(raw, "big")
    for other_value in (modulus - value, modulus, modulus - 1, modulus + 1, value ^ 1, value + modulus):
        if other_value < 2 ** (8 * SIZE):
            assert "does not fit" in refused(signed(other_value.to_bytes(SIZE, "big")))


def test_a_signature_whose_zeros_were_left_out_is_taken_as_openssh_takes_it() -> None:
    signer = key()
    for number in range(2000):
        raw = signer.secret.sign(to_sign(b"%d" % number), padding.PKCS1v15(), RSA_HASHES["rsa-sha2-512"])
        if raw[0] == 0:
            assert verify(signed(raw.lstrip(b"\0")), b"%d" % number).fingerprint == signer.fingerprint
            assert verify(signed(raw), b"%d" % number).fingerprint == signer.fingerprint
            return
    pytest.fail("no signature that begins with a zero byte in 2,000")


def test_with_exponent_three_no_cube_root_passes_for_a_signature() -> None:
    """Bleichenbacher's forgery of 2006: garbage after the hash, and a root in whole numbers in place of a secret."""
    signer = Rsa(2048, exponent=3)
    verify(signer.sign(MESSAGE), MESSAGE)
    content = INFO["sha256"] + digest("sha256")
    head = b"\0\1" + b"\xff" * 8 + b"\0" + content
    target = int.from_bytes(head.ljust(SIZE, b"\0"), "big")
    root = cube_root(target) + 1
    assert (root**3).to_bytes(SIZE, "big").startswith(head), "a lenient parser would stop here"
    assert "does not fit" in refused(signed(root.to_bytes(SIZE, "big"), "rsa-sha2-256", signer.blob))


def cube_root(value: int) -> int:
    low, high = 0, 1 << (value.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= value else (low, middle - 1)
    return low


def blob(exponent: bytes, modulus: bytes) -> bytes:
    return string(b"ssh-rsa") + exponent + modulus


def modulus_of(bits: int) -> int:
    """An odd number of that many bits: good enough for a public key that nobody signs with."""
    return (1 << bits - 1) + (1 << bits // 2) + 1


E65537 = mpint(65537)
BAD_KEYS: list[tuple[str, Callable[[], bytes], str]] = [
    ("e = 0", lambda: blob(mpint(0), mpint(modulus_of(2048))), "not a positive number"),
    ("e = 1", lambda: blob(mpint(1), mpint(modulus_of(2048))), "is no RSA key"),
    ("e = 2", lambda: blob(mpint(2), mpint(modulus_of(2048))), "is no RSA key"),
    ("e even", lambda: blob(mpint(65536), mpint(modulus_of(2048))), "is no RSA key"),
    ("e negative", lambda: blob(string(b"\xff"), mpint(modulus_of(2048))), "not a positive number"),
    ("e padded", lambda: blob(string(b"\0\1\0\1"), mpint(modulus_of(2048))), "zero or padded"),
    ("e of 65 bits", lambda: blob(mpint(2**64 + 1), mpint(modulus_of(2048))), "huge exponent"),
    ("e as large as n", lambda: blob(mpint(modulus_of(2048)), mpint(modulus_of(2048))), "huge exponent"),
    ("n = 0", lambda: blob(E65537, mpint(0)), "not a positive number"),
    ("n = 1", lambda: blob(E65537, mpint(1)), "RSA key of 1 bits"),
    ("n = 15", lambda: blob(E65537, mpint(15)), "RSA key of 4 bits"),
    ("n of 512 bits", lambda: blob(E65537, mpint(modulus_of(512))), "RSA key of 512 bits"),
    ("n of 1024 bits", lambda: blob(E65537, mpint(modulus_of(1024))), "RSA key of 1024 bits; 2048 are the least"),
    ("n of 2047 bits", lambda: blob(E65537, mpint(modulus_of(2047))), "RSA key of 2047 bits"),
    (
        "n padded up to 2048 bits",
        lambda: blob(E65537, string(bytes(192) + mpint(modulus_of(512))[4:])),
        "zero or padded",
    ),
    ("n with one zero more", lambda: blob(E65537, string(b"\0" + mpint(modulus_of(2048))[4:])), "zero or padded"),
    (
        "n without its zero",
        lambda: blob(E65537, string(modulus_of(2048).to_bytes(256, "big"))),
        "not a positive number",
    ),
    ("n even", lambda: blob(E65537, mpint(modulus_of(2048) - 1)), "its modulus is even"),
    ("n a power of two", lambda: blob(E65537, mpint(2**2047)), "its modulus is even"),
    ("n of 16385 bits", lambda: blob(E65537, mpint(modulus_of(16385))), "larger than 16384 bits"),
    ("n and e swapped", lambda: blob(mpint(modulus_of(2048)), E65537), "RSA key of 17 bits"),
    ("no n", lambda: blob(E65537, b""), "cut off in the RSA modulus"),
    ("more after n", lambda: blob(E65537, mpint(modulus_of(2048)) + b"\0"), "follow the end of the key"),
    ("a private key's d too", lambda: blob(E65537, mpint(modulus_of(2048)) + mpint(3)), "follow the end of the key"),
]


@pytest.mark.parametrize(("make", "why"), [pytest.param(m, w, id=name) for name, m, w in BAD_KEYS])
def test_what_is_no_rsa_key_is_refused(make: Callable[[], bytes], why: str) -> None:
    with pytest.raises(KeyRefusedError, match=why):
        parse_blob(make())
    with pytest.raises(SignatureError, match=why):
        verify(signed(b"\1" * SIZE, blob=make()), MESSAGE)


@pytest.mark.parametrize("exponent", [3, 17, 35, 37, 65537, 2**32 + 1, 2**64 - 1])
def test_exponents_that_are_in_use_are_taken(exponent: int) -> None:
    """Old OpenSSH made 35, old PuTTY 37."""
    assert parse_blob(blob(mpint(exponent), mpint(modulus_of(2048)))).type == "ssh-rsa"


@pytest.mark.parametrize("bits", [2048, 2049, 3072, 4095, 8192, 16384])
def test_moduli_up_to_the_largest_of_openssh_are_taken(bits: int) -> None:
    found = parse_blob(blob(E65537, mpint(modulus_of(bits))))
    assert isinstance(found.crypto, rsa.RSAPublicKey) and found.crypto.key_size == bits


def test_a_modulus_that_is_no_whole_number_of_bytes_signs_and_verifies() -> None:
    signer = Rsa(2049)
    assert verify(signer.sign(MESSAGE), MESSAGE).fingerprint == signer.fingerprint
