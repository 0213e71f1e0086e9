"""ECDSA: numbers out of range, padded or negative; points that are on no curve, on another one, or written otherwise.

The figures named by tcId are those of testvectors_v1/ecdsa_secp256r1_sha256_test.json in github.com/C2SP/wycheproof;
what those cases do to r and s is done here again to keys of all three curves.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from cryptography.exceptions import InvalidSignature
from trust_keys import Ecdsa, armor, framed, mpint, to_sign

from cockpit.trust.keys import KeyRefusedError, parse_blob
from cockpit.trust.sshsig import SignatureError, check_raw, verify
from cockpit.trust.wire import WireError, string

MESSAGE = b'{"v":1}'
FIELD = {256: 2**256 - 2**224 + 2**192 + 2**96 - 1, 384: 2**384 - 2**128 - 2**96 + 2**32 - 1, 521: 2**521 - 1}
ORDER = {
    256: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    384: int("F" * 48 + "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16),
    521: int("01" + "F" * 64 + "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409", 16),
}
BITS = list(ORDER)

POINT_5 = (
    "042927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838"
    "c7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513e"
)
R_5 = 0x2BA3A8BE6B94D5EC80A6D9D1190A436EFFE50D85A1EEE859B8CC6AF9BD5C2E18
S_5 = 0x4CD60B855D442F5B3C7B11EB6C4E0AE7525FE710FAB9AA7C77A67F79E6FADD76
POINT_362 = (  # the key of cases 362 and 363, whose r and s are small
    "04d03eb09913cc20c6a8d0070f0d8d2a7f63527fafa44117fce6bd1ef2aa4ae3c4"
    "6d5df3f45ac58fa334c6d102381b3120b7a2455600dcaff3d1a845514f12bf46"
)
POINT_364 = (
    "043a72476291571193b4d109b2c37b59f2807e8fe9cffd804eacded903e77ca0da"
    "592dbc74fee0ca7508cc7bc282b0c51a143286ff53c60131668e7a0929e4ed04"
)
WYCHEPROOF = [  # tcId, key, r, s, whether it is valid; all over the message 123400
    (5, POINT_5, R_5, S_5, True),
    (7, POINT_5, R_5, ORDER[256] - S_5, True),
    (109, POINT_5, 0, ORDER[256] - S_5, False),
    (362, POINT_362, 6, 7, True),
    (363, POINT_362, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632557, 7, False),
    (364, POINT_364, 6, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC75FBD8, False),
]


def blob(bits: int, point: bytes) -> bytes:
    return string(b"ecdsa-sha2-nistp%d" % bits) + string(b"nistp%d" % bits) + string(point)


@pytest.mark.parametrize(("case", "point", "r", "s", "valid"), WYCHEPROOF)
def test_cases_of_wycheproof(case: int, point: str, r: int, s: int, valid: bool) -> None:
    key = parse_blob(blob(256, bytes.fromhex(point)))
    if valid:
        check_raw(key, key.type, mpint(r) + mpint(s), b"123400")
        return
    with pytest.raises((InvalidSignature, WireError)):
        check_raw(key, key.type, mpint(r) + mpint(s), b"123400")
        pytest.fail(f"tcId {case} is taken")


def signed(key: Ecdsa, pair: bytes) -> str:
    return armor(framed(key.blob, string(key.kind) + string(pair)))


def refused(signature: str) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(signature, MESSAGE)
    return caught.value.reason


def signed_number(value: int) -> bytes:
    """A number of either sign in two's complement, as the wire has it."""
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)) if value else string(b"")


def out_of_range(value: int, order: int) -> Iterator[int]:
    """What Wycheproof's range checks make of a good r or s (its s = n − s is another good signature, and left out)."""
    yield from (value + order, value - order, value + 256 * order, -value, -order - value, value + 2 * order)
    yield from (value + 2**320, value + 2**521, value + 2**1024, value ^ 1, value ^ 2**32, value ^ 2**64)


@pytest.mark.parametrize("bits", BITS)
def test_a_number_that_is_out_of_range_or_another_is_refused(bits: int) -> None:
    key, order = Ecdsa(bits, "vera"), ORDER[bits]
    r, s = key.pair(to_sign(MESSAGE))
    verify(signed(key, mpint(r) + mpint(s)), MESSAGE)
    verify(signed(key, mpint(r) + mpint(order - s)), MESSAGE)  # malleable by nature: the payload names a statement
    for other in (*out_of_range(r, order), order - r):
        assert refused(signed(key, signed_number(other) + mpint(s)))
    for other in out_of_range(s, order):
        assert refused(signed(key, mpint(r) + signed_number(other)))
    assert "does not fit" in refused(signed(key, mpint(s) + mpint(r)))


@pytest.mark.parametrize("bits", BITS)
def test_special_numbers_make_no_signature_that_fits_everything(bits: int) -> None:
    key, order, field = Ecdsa(bits, "vera"), ORDER[bits], FIELD[bits]
    special = (0, 1, -1, 2, order - 1, order, order + 1, field, field + 1, 2**bits, 2**4096)
    for r, s in product(special, special):
        assert refused(signed(key, signed_number(r) + signed_number(s)))


@pytest.mark.parametrize("bits", BITS)
def test_a_number_is_written_in_one_way(bits: int) -> None:
    key = Ecdsa(bits, "vera")
    r, s = key.pair(to_sign(MESSAGE))
    good, bare = mpint(r), r.to_bytes((r.bit_length() + 7) // 8, "big")
    assert "zero or padded" in refused(signed(key, string(b"\0" + good[4:]) + mpint(s)))
    assert "zero or padded" in refused(signed(key, string(b"\0\0" + good[4:]) + mpint(s)))
    assert "not a positive number" in refused(signed(key, string(b"\xff" + good[4:]) + mpint(s)))
    assert "not a positive number" in refused(signed(key, string(b"\x80" + bare) + mpint(s)))
    assert "zero or padded" in refused(signed(key, string(b"\0") + mpint(s)))
    assert refused(signed(key, string(good[4:] + b"\0") + mpint(s)))
    assert "cut off in the ECDSA s" in refused(signed(key, good))
    assert "cut off in the ECDSA r" in refused(signed(key, b""))
    assert "follow the end of the ECDSA signature" in refused(signed(key, good + mpint(s) + b"\0"))
    assert "follow the end of the ECDSA signature" in refused(signed(key, good + mpint(s) + mpint(s)))
    der = b"\x30\x06\x02\x01\x01\x02\x01\x01"
    assert refused(signed(key, der))


@pytest.mark.parametrize("bits", BITS)
def test_a_signature_that_begins_with_a_zero_byte_or_a_high_bit_is_taken(bits: int) -> None:
    """r and s as they happen to be: short ones, and those that need a zero before them."""
    key, seen = Ecdsa(bits, "vera"), set()
    for _ in range(20_000):  # of 521 bits one number in 1,024 is short by two bytes
        r, s = key.pair(to_sign(MESSAGE))
        sort = (len(mpint(r)), len(mpint(s)))
        if sort not in seen:
            seen.add(sort)
            verify(signed(key, mpint(r) + mpint(s)), MESSAGE)
        if len({each for pair in seen for each in pair}) >= 3:
            return
    pytest.fail("no short number in 20,000 signatures")


@pytest.mark.parametrize("bits", BITS)
def test_a_point_has_one_form_and_is_on_the_curve(bits: int) -> None:
    key, field, size = Ecdsa(bits, "vera"), FIELD[bits], (bits + 7) // 8
    x, y = (int.from_bytes(key.point[at : at + size], "big") for at in (1, 1 + size))
    assert parse_blob(blob(bits, key.point)).type == f"ecdsa-sha2-nistp{bits}"

    def point(mark: int, *numbers: int) -> bytes:
        return bytes([mark]) + b"".join(number.to_bytes(size, "big") for number in numbers)

    assert parse_blob(blob(bits, point(4, x, field - y))).blob != key.blob, "the negative point is another key"
    others = {
        "infinity": b"\0",
        "infinity, long": bytes(1 + 2 * size),
        "compressed": point(2 + y % 2, x),
        "hybrid": point(6 + y % 2, x, y),
        "x beyond the field": point(4, (x + field) % 2 ** (8 * size), y),
        "y beyond the field": point(4, x, (y + field) % 2 ** (8 * size)),
        "zero": point(4, 0, 0),
        "no y": point(4, x),
        "swapped": point(4, y, x),
        "off": point(4, x, y ^ 1),
        "largest": b"\4" + b"\xff" * (2 * size),
        "short": key.point[:-1],
        "long": key.point + b"\0",
        "mark alone": b"\4",
        "empty": b"",
    }
    for name, other in others.items():
        with pytest.raises(KeyRefusedError):
            parse_blob(blob(bits, other))
            pytest.fail(f"{name} is taken")


@pytest.mark.parametrize(("bits", "other"), [(a, b) for a, b in product(BITS, BITS) if a != b])
def test_the_names_of_the_curve_and_the_point_agree(bits: int, other: int) -> None:
    own, foreign = Ecdsa(bits, "vera"), Ecdsa(other, "vera")
    name, curve = string(own.kind), string(b"nistp%d" % other)
    with pytest.raises(KeyRefusedError, match="not the one of its type"):
        parse_blob(name + curve + string(foreign.point))
    with pytest.raises(KeyRefusedError, match="not the one of its type"):
        parse_blob(name + curve + string(own.point))
    with pytest.raises(KeyRefusedError, match="not on its curve"):
        parse_blob(blob(bits, foreign.point))
    inner = foreign.inner(to_sign(MESSAGE))
    assert "is of the type" in refused(armor(framed(own.blob, inner)))
    assert refused(armor(framed(own.blob, inner.replace(foreign.kind, own.kind))))


@pytest.mark.parametrize(
    "curve", [b"nistp192", b"nistp224", b"secp256k1", b"NISTP256", b"", b"nistp256 ", b"1.3.132.0.10"]
)
def test_no_other_curve_is_known(curve: bytes) -> None:
    for kind in (b"ecdsa-sha2-nistp256", b"ecdsa-sha2-" + curve, b"sk-ecdsa-sha2-nistp256@openssh.com"):
        with pytest.raises(KeyRefusedError):
            parse_blob(string(kind) + string(curve) + string(Ecdsa(256).point))
