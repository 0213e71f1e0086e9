"""OpenSSH public keys: read from a line or from the wire, named by their fingerprint, weak ones refused."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import field
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from cockpit.basics.classes import dataclass
from cockpit.trust.wire import Reader, WireError

MIN_RSA_BITS = 2048
MAX_RSA_BITS = 16384
MAX_EXPONENT_BITS = 64
MAX_LINE = 8192

CryptoKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "nistp256": ec.SECP256R1,
    "nistp384": ec.SECP384R1,
    "nistp521": ec.SECP521R1,
}
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_ONE = pow(2, (_P - 1) // 4, _P)


class KeyRefusedError(Exception):
    """A public key that can't be used. The text says why and reads on after “the key”."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that may be enrolled. Two keys are the same when type and blob are."""

    type: str
    blob: bytes
    crypto: CryptoKey = field(compare=False, repr=False)
    application: str = ""
    """Of FIDO keys: the application they were made for, `ssh:` or `ssh:something`."""
    comment: str = field(default="", compare=False)

    @property
    def line(self) -> str:
        """Type and base64, as in a `.pub` file, without comment."""
        return f"{self.type} {base64.b64encode(self.blob).decode('ascii')}"

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` prints it: `SHA256:` and 43 characters."""
        return fingerprint(self.blob)


@lru_cache(maxsize=4096)
def fingerprint(blob: bytes) -> str:
    """The OpenSSH SHA-256 fingerprint of a public key blob."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


@lru_cache(maxsize=4096)
def parse_public_key(line: str) -> PublicKey:
    """The key of a `.pub` line: type, base64 and perhaps a comment.

    Raises KeyRefusedError for what is no such line, certificates, DSA, RSA under 2048 bits, and Ed25519 points that are
    small-order, non-canonical or not on the curve.
    """
    parts = line.strip().split(None, 2)
    if len(line) > MAX_LINE or len(parts) < 2 or "\n" in line.strip():
        raise KeyRefusedError("is not one line of type and base64, as in a .pub file")
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except (binascii.Error, ValueError):
        raise KeyRefusedError("is not one line of type and base64, as in a .pub file") from None
    if base64.b64encode(blob).decode("ascii") != parts[1]:
        raise KeyRefusedError("has base64 that is not written the usual way")
    key = parse_blob(blob)
    if key.type != parts[0]:
        raise KeyRefusedError(f"says {parts[0][:60]!a} but is {key.type}")
    return PublicKey(key.type, key.blob, key.crypto, key.application, parts[2] if len(parts) > 2 else "")


@lru_cache(maxsize=4096)
def parse_blob(blob: bytes) -> PublicKey:
    """The key of an SSH wire blob. Raises KeyRefusedError like `parse_public_key`."""
    try:
        return _parse(blob)
    except WireError as error:
        raise KeyRefusedError(f"is damaged: {error}") from None


def _parse(blob: bytes) -> PublicKey:
    reader = Reader(blob)
    kind = reader.name("key type")
    application = ""
    crypto: CryptoKey
    if kind in ("ssh-ed25519", "sk-ssh-ed25519@openssh.com"):
        crypto = _ed25519(reader.string("Ed25519 point"))
    elif kind.startswith("ecdsa-sha2-") or kind == "sk-ecdsa-sha2-nistp256@openssh.com":
        crypto = _ecdsa(kind, reader)
    elif kind == "ssh-rsa":
        crypto = _rsa(reader)
    else:
        raise KeyRefusedError(_why_unknown(kind))
    if kind.startswith("sk-"):
        application = reader.name("application")
        if not application.startswith("ssh:"):
            raise KeyRefusedError(f"is a FIDO key made for {application[:60]!a} and not for SSH")
    reader.end("key")
    return PublicKey(kind, blob, crypto, application)


def _why_unknown(kind: str) -> str:
    if "-cert-" in kind:
        return "is a certificate; enrol the plain public key"
    if kind == "ssh-dss":
        return "is a DSA key, which is too weak; make one with ssh-keygen -t ed25519"
    return f"is of the type {kind[:60]!a}, which is not supported; make one with ssh-keygen -t ed25519"


def _ed25519(point: bytes) -> ed25519.Ed25519PublicKey:
    if len(point) != 32:
        raise WireError("the Ed25519 point is not 32 bytes long")
    _check_point(point)
    return ed25519.Ed25519PublicKey.from_public_bytes(point)


def _check_point(point: bytes) -> None:
    # Libraries take these points, and under a small-order one a signature can be made that fits any message.
    encoded = int.from_bytes(point, "little")
    y = encoded & (2**255 - 1)  # the bit above is the sign of x, which changes neither order nor curve
    if y >= _P:
        raise KeyRefusedError("has an Ed25519 point that is not written the canonical way")
    x = _root((y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P)
    for _ in range(3):
        x, y = _double(x, y)
    if (x, y) == (0, 1):
        raise KeyRefusedError("has a small-order Ed25519 point: anybody can forge signatures under it")


def _root(square: int) -> int:
    root = pow(square, (_P + 3) // 8, _P)
    if root * root % _P != square:
        root = root * _SQRT_MINUS_ONE % _P
    if root * root % _P != square:
        raise KeyRefusedError("has an Ed25519 point that is not on the curve")
    return root


def _double(x: int, y: int) -> tuple[int, int]:
    product = _D * x * x * y * y
    return (
        2 * x * y * pow(1 + product, -1, _P) % _P,
        (y * y + x * x) * pow(1 - product, -1, _P) % _P,
    )


def _ecdsa(kind: str, reader: Reader) -> ec.EllipticCurvePublicKey:
    curve = reader.name("curve")
    if curve not in _CURVES or not kind.removesuffix("@openssh.com").endswith(f"ecdsa-sha2-{curve}"):
        raise KeyRefusedError(f"names the curve {curve[:40]!a}, which is not the one of its type")
    point = reader.string("ECDSA point")
    if point[:1] != b"\x04":
        raise WireError("the ECDSA point is not uncompressed")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve](), point)
    except ValueError:
        raise KeyRefusedError("has an ECDSA point that is not on its curve") from None


def _rsa(reader: Reader) -> rsa.RSAPublicKey:
    exponent, modulus = reader.number("RSA exponent"), reader.number("RSA modulus")
    bits = modulus.bit_length()
    if bits < MIN_RSA_BITS:
        raise KeyRefusedError(f"is an RSA key of {bits} bits; {MIN_RSA_BITS} are the least")
    if bits > MAX_RSA_BITS or exponent.bit_length() > MAX_EXPONENT_BITS:
        raise KeyRefusedError(f"is an RSA key larger than {MAX_RSA_BITS} bits or with a huge exponent")
    if modulus % 2 == 0:
        raise KeyRefusedError("is no RSA key: its modulus is even")
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise KeyRefusedError(f"is no RSA key: {error}") from None
