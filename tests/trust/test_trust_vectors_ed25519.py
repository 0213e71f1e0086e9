"""Ed25519: every signature that Project Wycheproof calls invalid, and every point that no key may have.

The figures named by tcId are those of testvectors_v1/ed25519_test.json in github.com/C2SP/wycheproof (151 cases, 63 of
them invalid: 10 to 70, 85 and 151). They sign messages of their own, so they meet the check of the bare signature.
"""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from trust_keys import Key, armor, framed, to_sign

from cockpit.trust.keys import KeyRefusedError, parse_blob
from cockpit.trust.sshsig import SignatureError, check_raw, verify
from cockpit.trust.wire import WireError, string

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
MESSAGE = b'{"v":1}'
KEY = "7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa"
RFC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
BOUND_KEY = "100fdf47fb94f1536a4f7c3fda27383fa03375a8f527c537e6f1703c47f94f86"
TEST = "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab0"
TEST_S = "7a9155711ecfaf7f99f277bad0c6ae7e39d4eef676573336a5c51eb6f946b30d"
R = "657c1492402ab5ce03e2c3a7f0384d051b9cf3570f1207fc78c1bcc98c281c2b"

VALID = {  # tcId: key, message, signature
    1: (KEY, "", "d4fbdb52bfa726b44d1786a8c0d171c3e62ca83c9e5bbe63de0bb2483f8fd6cc"
                 "1429ab72cafc41ab56af02ff8fcc43b99bfe4c7ae940f60f38ebaa9d311c4007"),
    3: (KEY, "54657374", TEST + TEST_S),
    5: (KEY, "313233343030", R + "f0cf5b3a289976458a1be6277a5055545253b45b07dcc1abd96c8b989c00f301"),
    80: (RFC_KEY, "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    84: (BOUND_KEY, "124e583f8b8eca58bb29c271b41d36986bbc45541f8e51f9cb0133eca447601e",
         "dac119d6ca87fc59ae611c157048f4d4fc932a149dbe20ec6effd1436abf83ea"
         "05c7df0fef06147241259113909bc71bd3c53ba4464ffcad3c0968f2ffffff0f"),
}  # fmt: skip
CUT_OR_LONGER = {  # tcId: message, signature
    30: ("54657374", ""),
    31: ("54657374", TEST),
    32: ("54657374", TEST + TEST_S[:-4]),
    33: ("54657374", TEST + TEST_S + "2020"),
    34: ("54657374", TEST + TEST_S + KEY),
    35: ("54657374", "00" + TEST + TEST_S),
    36: ("54657374", TEST + "00" + TEST_S),
    37: ("54657374", TEST + TEST_S + "00"),
    38: ("546573743137", "93de3ca252426c95f735cb9edd92e83321ac62372d5aa5b379786bae111ab6b1"
                         "7251330e8f9a7c30d6993137c596007d7b001409287535ac4804e662bc58a3"),
    39: ("54657374313236", "dffed33a7f420b62bb1731cfd03be805affd18a281ec02b1067ba6e9d2082656"
                           "9e742347df59c88ae96db1f1969fb189b0ec34381d85633e1889da48d95e0e"),
    40: ("546573743530", "6e170c719577c25e0e1e8b8aa7a6346f8b109f37385cc2e85dc3b4c0f46a9c6b"
                         "cafd67f52324c5dbaf40a1b673fb29c4a56052d2d6999d0838a8337bccb502"),
    41: ("54657374333437", "b0928b46e99fbbad3f5cb502d2cd309d94a7e86cfd4d84b1fcf4cea18075a9c3"
                           "6993c0582dba1e9e519fae5a8654f454201ae0c3cb397c37b8f4f8eef18400"),
}  # fmt: skip
FLIPPED = {  # tcId: the bit of R that is flipped (or R whole), S computed to fit if that bit were not looked at
    42: (0, "1d125e5538f38afbcc1c84e489521083041d24bc6240767029da063271a1ff0c"),
    43: (1, "c108ca4b87a49c9ed2cf383aecad8f54a962b2899da891e12004d7993a627e01"),
    44: (2, "9ce23fc6213ed5b87912e9bbf92f5e2c780eae26d15c50a112d1e97d2ea33c06"),
    45: (7, "bb3eb51cd98dddb235a5f46f2bded6af184a58d09cce928bda43f41d69118a03"),
    46: (8, "cd237dda9a116501f67a5705a854b9adc304f34720803a91b324f2c13e0f5a09"),
    47: (16, "6b167bbdc0d881cc04d28905552c1876f3709851abc5007376940cc8a435c300"),
    48: (31, "7fd2ac7da14afffcceeb13f2a0d6b887941cb1a5eb57a52f3cb131a16cce7b0e"),
    49: (32, "7373ba13ebbef99cd2a8ead55ce735c987d85a35320925a8e871702dc7c5c40d"),
    50: (63, "d35bd331c03f0855504ca1cab87b83c36a028425a3cf007ede4f4254c261cb00"),
    51: (64, "cb35101f73cf467deac8c1a03b6c3dc35af544132734b7e57ab20c89b2e4750d"),
    52: (97, "b58d2e8878290bff8d3355fdd4ea381924ee578752354eb6dee678ab4011c301"),
    53: (127, "b978c866187ffb1cc7b29a0b4045aefc08768df65717194ff0c6e63f4dea0d02"),
    54: (240, "0576ecf8eaf675f00f3dfbe19f75b83b7607a6c96414f6821af920a2498d0305"),
    55: (247, "e5241a345c7b5428054c74b7c382fa10d4a5f1e8f8b79a71d3fdea2254f1ff0e"),
    56: (248, "63950c85cd6dc96364e768de50ff7732b538f8a0b1615d799190ab600849230e"),
    57: (253, "543bd3da0a56a8c9c152f59c9fec12f31fa66434d48b817b30d90cb4efa8b501"),
    58: (254, "8da07efd07a6dafb015ed6a32fe136319a972ffbc341f3a0beae97ccf8136505"),
    59: (255, "227aedf259f910f0f3a759a335062665217925d019173b88917eae294f75d40f"),
    60: (bytes(32), "e0b8e7770d51c7a36375d006c5bffd6af43ff54aaf47e4330dc118c71d61ec02"),
    61: (b"\xff" * 32, "463a1908382e7eb7693acef9884f7cf931a215e0791876be22c631a59881fd0e"),
    62: (bytes(255 - b for b in bytes.fromhex(R)), "0e94254586cb6188c5386c3febed477cb9a6cb29e3979adc4cb27cf5278fb70a"),
}
OTHERS = {  # tcId: key, message, signature
    85: (BOUND_KEY, "6a0bc2b0057cedfc0fa2e3f7f7d39279b30f454a69dfd1117c758d86b19d85e0",
         "0971f86d2c9c78582524a103cb9cf949522ae528f8054dc20107d999be673ff4"
         "e25ebf2f2928766b1248bec6e91697775f8446639ede46ad4df4053000000010"),
    151: (RFC_KEY, "313233343030", "0100000000000000000000000000000000000000000000000000000000000080"
                                   "c803ee1f2342aa96ff698a393d1ab5e66f3eda101d6d120b394c3fd32c117d0a"),
}  # fmt: skip


def little(value: int) -> bytes:
    return value.to_bytes(32, "little")


def invalid() -> dict[int, tuple[str, bytes, bytes]]:
    """tcId → key, message, signature."""
    found: dict[int, tuple[str, bytes, bytes]] = {}
    specials = [(r, s) for r in (0, 1, L, P) for s in (0, 1, L - 1, L, P)]
    for case, (r, s) in enumerate(specials, 10):
        found[case] = (KEY, b"?", little(r) + little(s))
    for case, (message, text) in CUT_OR_LONGER.items():
        found[case] = (KEY, bytes.fromhex(message), bytes.fromhex(text))
    for case, (change, text) in FLIPPED.items():
        flipped = (
            little(int.from_bytes(bytes.fromhex(R), "little") ^ 1 << change) if isinstance(change, int) else change
        )
        found[case] = (KEY, b"123400", flipped + bytes.fromhex(text))
    s = int.from_bytes(bytes.fromhex(TEST_S), "little")
    for case, more in enumerate((L, 2 * L, 4 * L, 8 * L, 2**253, 2**254, 2**255, P), 63):
        found[case] = (KEY, b"Test", bytes.fromhex(TEST) + little(s + more))
    for case, (key, message, text) in OTHERS.items():
        found[case] = (key, bytes.fromhex(message), bytes.fromhex(text))
    return found


def blob(point: bytes) -> bytes:
    return string(b"ssh-ed25519") + string(point)


@pytest.mark.parametrize("case", VALID)
def test_valid_signatures_of_wycheproof_are_taken(case: int) -> None:
    key, message, signature = VALID[case]
    check_raw(parse_blob(blob(bytes.fromhex(key))), "ssh-ed25519", bytes.fromhex(signature), bytes.fromhex(message))


def test_every_invalid_signature_of_wycheproof_is_refused() -> None:
    cases = invalid()
    assert sorted(cases) == [*range(10, 71), 85, 151]
    for case, (key, message, signature) in cases.items():
        with pytest.raises((InvalidSignature, WireError)):
            check_raw(parse_blob(blob(bytes.fromhex(key))), "ssh-ed25519", signature, message)
            pytest.fail(f"tcId {case} is taken")


def refused(data: bytes) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(armor(data), MESSAGE)
    return caught.value.reason


def test_in_its_frame_a_signature_has_one_form() -> None:
    """S and R are each written one way only, so nobody makes a second signature of the first."""
    key = Key("vera")
    raw = key.secret.sign(to_sign(MESSAGE))
    verify(armor(framed(key.blob, string(b"ssh-ed25519") + string(raw))), MESSAGE)
    r, s = raw[:32], int.from_bytes(raw[32:], "little")
    others = [r + little(s + times * L) for times in range(1, 9) if s + times * L < 2**256]
    others += [r + little(L - s), r + little(s ^ 1 << 255), little(int.from_bytes(r, "little") ^ 1 << 255) + raw[32:]]
    others += [raw[32:] + r, raw[::-1], bytes(64), b"\xff" * 64]
    for other in others:
        assert "does not fit" in refused(framed(key.blob, string(b"ssh-ed25519") + string(other)))
    for length in (0, 1, 32, 63, 65, 96, 128):
        assert "64 bytes" in refused(framed(key.blob, string(b"ssh-ed25519") + string((raw + raw)[:length])))


def added(point: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points of the curve −x² + y² = 1 + d·x²·y²."""
    (a, b), (c, d) = point, other
    product = D * a * b * c * d % P
    x = (a * d + b * c) * pow(1 + product, -1, P) % P
    return x, (b * d + a * c) * pow(1 - product, -1, P) % P


def small_order() -> list[tuple[int, int]]:
    """All eight points whose order divides eight: the multiples of one of order eight."""
    root = pow(2, (P - 1) // 4, P)
    for y in range(2, 100):
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        x = x if x * x % P == square else x * root % P
        if x * x % P != square:
            continue
        point = times((x, y), L)
        if times(point, 4) != (0, 1):
            return [times(point, n) for n in range(1, 9)]
    raise AssertionError("no point of order eight")


def times(point: tuple[int, int], factor: int) -> tuple[int, int]:
    found = (0, 1)
    for bit in f"{factor:b}":
        found = added(found, found)
        found = added(found, point) if bit == "1" else found
    return found


def test_there_are_eight_points_of_small_order_and_no_way_to_write_one_is_taken() -> None:
    points = small_order()
    assert len(set(points)) == 8 and (0, 1) in points and (0, P - 1) in points
    written = {
        little(y + more | sign << 255) for _, y in points for more in (0, P) for sign in (0, 1) if y + more < 2**255
    }
    assert len(written) == 14, "five y, two of them also with p added, each with either sign of x"
    for point in written:
        with pytest.raises(KeyRefusedError, match=r"small-order|canonical"):
            parse_blob(blob(point))
        with pytest.raises(KeyRefusedError, match=r"small-order|canonical"):
            parse_blob(string(b"sk-ssh-ed25519@openssh.com") + string(point) + string(b"ssh:"))


def test_under_each_of_those_points_that_the_library_takes_a_forgery_is_made_and_refused_here() -> None:
    """With S = 0 and R of small order, one message in eight or so fits without any secret."""
    forged = 0
    for _, y in small_order():
        for sign in (0, 1):
            point = little(y | sign << 255)
            library = Ed25519PublicKey.from_public_bytes(point)
            for number in range(16):
                message = b'{"v":%d}' % number
                try:
                    library.verify(little(1) + bytes(32), to_sign(message))
                except InvalidSignature:
                    continue
                forged += 1
                signature = armor(framed(blob(point), string(b"ssh-ed25519") + string(little(1) + bytes(32))))
                with pytest.raises(SignatureError, match="small-order"):
                    verify(signature, message)
    assert forged > 30, "the library alone takes forgeries"


def test_every_y_beyond_the_field_is_refused() -> None:
    """Nineteen values are written in 255 bits and are no canonical y, with either sign."""
    for y in range(P, 2**255):
        for sign in (0, 1):
            with pytest.raises(KeyRefusedError, match="canonical"):
                parse_blob(blob(little(y | sign << 255)))


@pytest.mark.parametrize("length", [0, 1, 31, 33, 57, 64])
def test_a_point_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(KeyRefusedError, match="not 32 bytes"):
        parse_blob(blob(bytes(length)))
