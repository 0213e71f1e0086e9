"""The frame around a signature, and the text around the frame."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from trust_keys import Authenticator, Ecdsa, Key, Rsa, Signer, armor, dearmor, framed, mpint, ssh_verifies, to_sign

from cockpit.trust.sshsig import BEGIN, END, MAX_ARMOR, NAMESPACE, SignatureError, verify
from cockpit.trust.wire import Reader, string

MESSAGE = b'{"v":1}'
VERA = Key("vera")
GOOD = VERA.sign(MESSAGE)
KINDS = ["ed25519", "rsa2048", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519-sk", "ecdsa-sk"]


@pytest.fixture(scope="module")
def signers() -> dict[str, Signer]:
    """One of each kind of key."""
    found: dict[str, Signer] = {"ed25519": VERA, "rsa2048": rsa_key()}
    found |= {f"ecdsa{bits}": Ecdsa(bits) for bits in (256, 384, 521)}
    return found | {"ed25519-sk": Authenticator(VERA), "ecdsa-sk": Authenticator(Ecdsa(256))}


def rsa_key() -> Rsa:
    """One whose signature does not begin with a zero byte, which might be left out."""
    return next(key for key in iter(Rsa, None) if key.inner(to_sign(MESSAGE))[20:21] != b"\0")


def refused(signature: str, message: bytes = MESSAGE) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(signature, message)
    return caught.value.reason


def test_a_signature_for_another_namespace_is_refused() -> None:
    assert "was made for the namespace 'git', not for cockpit-statement-v1" in refused(VERA.sign(MESSAGE, "git"))
    for other in ("", "cockpit-statement-v2", "cockpit-statement-v", "COCKPIT-STATEMENT-V1", f"{NAMESPACE}\0", "*"):
        assert "was made for the namespace" in refused(VERA.sign(MESSAGE, other))
    long = refused(VERA.sign(MESSAGE, "\x1b]0;x\x07" + "n" * 5000))
    assert "\x1b" not in long and len(long) < 200


def test_a_namespace_that_was_renamed_after_signing_is_refused() -> None:
    inner = VERA.inner(to_sign(MESSAGE, namespace="git"))
    assert "does not fit" in refused(armor(framed(VERA.blob, inner)))
    assert "does not fit" in refused(armor(framed(VERA.blob, VERA.inner(MESSAGE))))


def test_each_part_of_the_frame_is_checked() -> None:
    inner = VERA.inner(to_sign(MESSAGE))
    verify(armor(framed(VERA.blob, inner)), MESSAGE)
    for magic in (b"SSHSIX", b"sshsig", b"SSHSI\0", b"\0\0\0\0\0\0"):
        assert "lacks the SSHSIG mark" in refused(armor(framed(VERA.blob, inner, magic=magic)))
    for version in (0, 2, 256, 2**24, 2**32 - 1):
        found = refused(armor(framed(VERA.blob, inner, version=version.to_bytes(4, "big"))))
        assert f"is of version {version}; only version 1 is known" in found
    for reserved in (b"x", b"\0", b"\0" * 1000):
        signed = VERA.inner(to_sign(MESSAGE, reserved=reserved))
        assert "reserved field" in refused(armor(framed(VERA.blob, signed, reserved=reserved)))
        assert "reserved field" in refused(armor(framed(VERA.blob, inner, reserved=reserved)))


@pytest.mark.parametrize("name", ["md5", "sha1", "sha224", "sha384", "sha3_512", "SHA512", "sha512 ", "sha-512", ""])
def test_only_sha256_and_sha512_are_known(name: str) -> None:
    made = name if name in ("md5", "sha1", "sha224", "sha384", "sha3_512") else "sha512"
    signature = armor(framed(VERA.blob, VERA.inner(to_sign(MESSAGE, made)), hash=name.encode()))
    assert f"uses the hash {name!a}; only sha256 and sha512" in refused(signature)


def test_a_hash_is_the_one_that_the_frame_names() -> None:
    for named, made in (("sha256", "sha512"), ("sha512", "sha256")):
        inner = VERA.inner(to_sign(MESSAGE, made))
        assert "does not fit" in refused(armor(framed(VERA.blob, inner, hash=named.encode())))
    for name in (b"sha512\0", b"\xffsha512", b"sha512\n"):
        assert "hash is not plain ASCII" in refused(armor(framed(VERA.blob, b"", hash=name)))


def test_a_key_makes_no_signature_of_another_kind(signers: dict[str, Signer]) -> None:
    inner = {name: signer.inner(to_sign(MESSAGE)) for name, signer in signers.items()}
    for name, signer in signers.items():
        assert verify(armor(framed(signer.blob, inner[name])), MESSAGE).fingerprint == signer.fingerprint
        for other in signers.keys() - {name}:
            assert f"a key of type {signer.line.split()[0]} makes" in refused(armor(framed(signer.blob, inner[other])))
            renamed = kind_of(inner[name]) + inner[other].removeprefix(kind_of(inner[other]))
            assert refused(armor(framed(signer.blob, renamed)))


def kind_of(inner: bytes) -> bytes:
    return string(Reader(inner).string("type"))


def test_another_key_of_the_same_kind_does_not_pass_for_the_signer(signers: dict[str, Signer]) -> None:
    others = [Key("mallory"), Ecdsa(256, "m"), Ecdsa(384, "m"), Ecdsa(521, "m"), Rsa(2048)]
    for other in (*others, Authenticator(Key("mallory")), Authenticator(Ecdsa(256, "m"))):
        signer = next(s for s in signers.values() if s.line.split()[0] == other.line.split()[0])
        assert "does not fit" in refused(armor(framed(signer.blob, other.inner(to_sign(MESSAGE)))))


Span = tuple[int, int]


def strings_of(data: bytes, at: int, end: int) -> list[Span]:
    """Where the strings lie that fill a stretch of bytes: the place of each length, and the end of what follows it."""
    found = []
    while at + 4 <= end:
        after = at + 4 + int.from_bytes(data[at : at + 4], "big")
        found.append((at, after))
        at = after
    return found if at == end else []


def nested(data: bytes) -> Iterator[list[Span]]:
    """Every string of a frame, with those around it before it."""
    paths = [[span] for span in strings_of(data, len(b"SSHSIG\0\0\0\1"), len(data))]
    while paths:
        path = paths.pop()
        yield path
        at, end = path[-1]
        inside = strings_of(data, at + 4, end) or strings_of(data, at + 4, end - len(b"flags"))
        paths += [[*path, span] for span in inside]


def resized(data: bytes, path: list[Span], new: bytes) -> bytes:
    """The frame with other content in the last of these strings, and the lengths around it made to fit."""
    at, end = path[-1]
    data = data[:at] + string(new) + data[end:]
    for start, stop in path[:-1]:
        length = stop - start - 4 + len(new) - (end - at - 4)
        data = data[:start] + length.to_bytes(4, "big") + data[start + 4 :]
    return data


@pytest.mark.parametrize("kind", KINDS)
def test_at_every_level_a_byte_less_or_more_is_refused(kind: str, signers: dict[str, Signer]) -> None:
    data = dearmor(signers[kind].sign(MESSAGE))
    verify(armor(data), MESSAGE)
    paths = list(nested(data))
    assert len(paths) >= 9 and max(map(len, paths)) >= 2
    for path in paths:
        at, end = path[-1]
        held = data[at + 4 : end]
        assert resized(data, path, held) == data
        others = [held + b"\0", held + b"\xff" * 9, b"\0" + held, held[:-1], held[1:], held + held, string(held), b""]
        for other in others:
            if other != held:
                assert refused(armor(resized(data, path, other))), (path, other)
        for length in (0, len(held) - 1, len(held) + 1, len(held) + 4, 2**31 - 1, 2**31, 2**32 - 1):
            if length not in (-1, len(held)):
                assert refused(armor(data[:at] + length.to_bytes(4, "big") + data[at + 4 :])), (path, length)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_cut_off_anywhere_or_with_more_behind_it_is_refused(kind: str, signers: dict[str, Signer]) -> None:
    data = dearmor(signers[kind].sign(MESSAGE))
    for end in range(len(data)):
        assert refused(armor(data[:end]))
    for more in (b"\0", b"\xff", data, string(b"")):
        assert "follow the end of the signature" in refused(armor(data + more))


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_bytes_are_changed_it_is_refused_in_words(kind: str, signers: dict[str, Signer]) -> None:
    """Every bit of the frame once, and a thousand times some bytes: no other error than the one with its reason."""
    data, dice = dearmor(signers[kind].sign(MESSAGE)), random.Random(4)
    changed = [data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :] for at in range(len(data)) for bit in range(8)]
    for _ in range(1000):
        at = dice.randrange(len(data))
        changed.append(data[:at] + dice.randbytes(dice.randrange(9)) + data[at + dice.randrange(9) :])
    for other in changed:
        if other != data:
            assert refused(armor(other))


def test_random_frames_are_refused_in_words() -> None:
    dice = random.Random(5)
    for _ in range(2000):
        kind = dice.choice(
            [VERA.blob[:15], b"", string(b"ssh-rsa"), string(b"ecdsa-sha2-nistp256") + string(b"nistp256")]
        )
        blob = kind + b"".join(string(dice.randbytes(dice.randrange(40))) for _ in range(dice.randrange(4)))
        assert refused(armor(framed(blob, dice.randbytes(dice.randrange(100)))))


def lines() -> list[str]:
    return GOOD.split("\n")[1:-2]


SPACED = {
    "as it is made": GOOD,
    "no last line end": GOOD.strip(),
    "windows line ends": GOOD.replace("\n", "\r\n"),
    "space around": f"\n \t{GOOD}\n\n",
    "empty lines": GOOD.replace("\n", "\n\n"),
    "one long line": f"{BEGIN}\n{''.join(lines())}\n{END}\n",
    "lines of one letter": "\n".join([BEGIN, *"".join(lines()), END]),
    "indented content": f"{BEGIN}\n" + "".join(f"    {line}\n" for line in lines()) + END,
    "spaces at line ends": f"{BEGIN}\n" + "".join(f"{line} \t\n" for line in lines()) + END,
}


@pytest.mark.parametrize("name", SPACED)
def test_space_that_mail_and_editors_add_changes_nothing(name: str) -> None:
    assert verify(SPACED[name], MESSAGE) == VERA.public


MISSHAPEN = {
    "nothing": "",
    "a word": "x",
    "first line alone": BEGIN,
    "last line alone": END,
    "no content": f"{BEGIN}\n{END}",
    "no content but space": f"{BEGIN}\n \n{END}",
    "content on the first line": GOOD.replace(f"{BEGIN}\n", f"{BEGIN} "),
    "content on the last line": GOOD.replace(f"\n{END}", f" {END}"),
    "an indented last line": GOOD.replace(END, f" {END}"),
    "line ends of old": GOOD.replace("\n", "\r"),
    "first and last line in one": f"{BEGIN[:-5]}{END}",
    "no first line": GOOD.replace(BEGIN + "\n", ""),
    "no last line": GOOD.replace(END + "\n", ""),
    "lines swapped": f"{END}\n{''.join(lines())}\n{BEGIN}",
    "four dashes": GOOD.replace("-----", "----"),
    "small letters": GOOD.lower(),
    "another kind": GOOD.replace("SSH SIGNATURE", "PGP SIGNATURE"),
    "a key": GOOD.replace("SSH SIGNATURE", "OPENSSH PRIVATE KEY"),
    "text before": "Dear all,\n" + GOOD,
    "text after": GOOD + "Regards",
    "quoted": "".join(f"> {line}\n" for line in GOOD.splitlines()),
    "two": GOOD + GOOD,
    "two in one frame": f"{BEGIN}\n{GOOD}{END}\n",
    "a header": GOOD.replace("\n", "\nVersion: 1\n\n", 1),
    "a comment": GOOD.replace("\n", "\n# mine\n", 1),
    "a line left out": GOOD.replace(lines()[1] + "\n", ""),
    "a line twice": GOOD.replace(lines()[1], f"{lines()[1]}\n{lines()[1]}"),
    "lines in another order": "\n".join([BEGIN, *reversed(lines()), END]),
    "a letter left out": GOOD.replace(lines()[1], lines()[1][1:]),
    "no padding": GOOD.replace("=", ""),
    "padding in the middle": GOOD.replace(lines()[1], f"=={lines()[1]}"),
    "content after the padding": f"{BEGIN}\n{''.join(lines())}AAAA\n{END}",
    "no base64": f"{BEGIN}\n%%%\n{END}",
    "letters of another base64": f"{BEGIN}\n{base64.urlsafe_b64encode(bytes([251, 255] * 9)).decode()}\n{END}",
    "a space that is none": GOOD.replace("\n", "\u00a0\n", 1),
    "a line separator": GOOD.replace("\n", "\u2028", 1),
    "a form feed": GOOD.replace("\n", "\n\f", 1),
    "a zero byte": GOOD.replace("\n", "\n\0", 1),
    "a byte order mark": "\ufeff" + GOOD,
    "half a surrogate pair": GOOD.replace("\n", "\n\ud800", 1),
    "full-width letters": GOOD.replace("A", "\uff21"),
    "hex": f"{BEGIN}\n{dearmor(GOOD).hex()}\n{END}",
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_what_is_no_signature_is_refused_in_words(name: str) -> None:
    assert refused(MISSHAPEN[name])


def test_base64_with_bits_left_over_is_refused() -> None:
    """Their two or four bits stand for nothing, so that a signature could be written in several ways."""
    found = 0
    for signature in (VERA.sign(MESSAGE, hash_name=name) for name in ("sha256", "sha512")):
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        end = signature.index("=") - 1 if "=" in signature else 0
        for letter in letters if end else "":
            other = signature[:end] + letter + signature[end + 1 :]
            if other != signature and dearmor(other) == dearmor(signature):
                found += 1
                assert "not written the usual way" in refused(other)
    assert found >= 3


def test_a_signature_has_a_most_length_whatever_fills_it() -> None:
    for filler in ("\n", " ", "A", "=", "-"):
        for size in (MAX_ARMOR, 10 * MAX_ARMOR):
            found = refused(GOOD.replace("\n", "\n" + filler * size, 1))
            assert f"characters long; an SSH signature has at most {MAX_ARMOR:,}" in found
    assert len(Rsa(2048).sign(MESSAGE)) < MAX_ARMOR / 8
    blob = string(b"ssh-rsa") + mpint(65537) + mpint(2**16383 + 1)
    largest = armor(framed(blob, string(b"rsa-sha2-512") + string(bytes(2048))))
    assert len(largest) < MAX_ARMOR and "does not fit" in refused(largest), "the largest key fits in"


def test_what_is_taken_here_is_taken_by_ssh_keygen_once_line_ends_are_plain(tmp_path: Path) -> None:
    """Space is put in and taken out at a hundred places: ssh-keygen is never the stricter one."""
    dice, texts, taken = random.Random(6), list(SPACED.values()), 0
    for _ in range(100):
        at = dice.randrange(len(GOOD))
        texts.append(GOOD[:at] + dice.choice([" ", "\t", "\n", "\r\n", "\r", ""]) + GOOD[at + dice.randrange(2) :])
    for text in texts:
        try:
            verify(text, MESSAGE)
        except SignatureError:
            continue
        taken += 1
        assert ssh_verifies(tmp_path, VERA.line, MESSAGE, text.replace("\r\n", "\n").strip()), text
    assert taken > len(SPACED) + 20
