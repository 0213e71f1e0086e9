"""Detached SSH signatures (OpenSSH's PROTOCOL.sshsig), parsed and verified without a subprocess."""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from cockpit.trust.keys import KeyRefusedError, PublicKey, parse_blob
from cockpit.trust.wire import Reader, WireError, string

NAMESPACE = "cockpit-statement-v1"
BEGIN = "-----BEGIN SSH SIGNATURE-----"
END = "-----END SSH SIGNATURE-----"
MAX_ARMOR = 16 * 1024

_SPACE = " \t\r\n"
_MAGIC = b"SSHSIG"
_DIGESTS = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_RSA_HASHES: dict[str, hashes.HashAlgorithm] = {"rsa-sha2-256": hashes.SHA256(), "rsa-sha2-512": hashes.SHA512()}
_CURVE_HASHES: dict[str, hashes.HashAlgorithm] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}
_USER_PRESENT = 0x01


class SignatureError(Exception):
    """A signature that proves nothing. `reason` says why and reads on after “the signature”."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def verify(signature: str, message: bytes, namespace: str = NAMESPACE) -> PublicKey:
    """The key that made this armored signature over exactly these bytes in this namespace.

    Whose key it is, is the caller's question. Raises SignatureError with the reason otherwise.
    """
    try:
        return _verify(Reader(_dearmor(signature)), message, namespace)
    except WireError as error:
        raise SignatureError(f"is damaged: {error}") from None
    except KeyRefusedError as error:
        raise SignatureError(f"was made with a key that {error}") from None


def _dearmor(signature: str) -> bytes:
    if len(signature) > MAX_ARMOR:
        raise SignatureError(f"is {len(signature):,} characters long; an SSH signature has at most {MAX_ARMOR:,}")
    # Space that mail adds is let be, as far as ssh-keygen reads on: what counts here, anybody can check without us.
    text = signature.strip(_SPACE).replace("\r\n", "\n")
    first, last = f"{BEGIN}\n", f"\n{END}"
    if not (text.startswith(first) and text.endswith(last) and len(text) > len(first) + len(last)):
        raise SignatureError(
            f"is not an SSH signature: it should begin with {BEGIN} and end with {END}, each on a line"
        )
    packed = text[len(first) : -len(last)]
    for space in _SPACE:
        packed = packed.replace(space, "")
    try:
        data = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError("is damaged: what stands between its first and last line is not base64") from None
    if base64.b64encode(data).decode("ascii") != packed:
        raise SignatureError("is damaged: its base64 is not written the usual way")
    return data


def _verify(reader: Reader, message: bytes, namespace: str) -> PublicKey:
    if reader.take(len(_MAGIC), "magic") != _MAGIC:
        raise SignatureError("is not an SSH signature: it lacks the SSHSIG mark")
    version = reader.u32("version")
    if version != 1:
        raise SignatureError(f"is of version {version}; only version 1 is known")
    blob = reader.string("public key")
    found = reader.string("namespace")
    if found != namespace.encode("utf-8"):
        raise SignatureError(
            f"was made for the namespace {found[:60].decode('utf-8', 'replace')!a}, not for {namespace}"
        )
    if reader.string("reserved field"):
        raise SignatureError("uses the reserved field, which OpenSSH leaves empty")
    algorithm = reader.name("hash")
    if algorithm not in _DIGESTS:
        raise SignatureError(f"uses the hash {algorithm[:40]!a}; only sha256 and sha512 are accepted")
    inner = reader.string("signature")
    reader.end("signature")
    hashed = _DIGESTS[algorithm](message).digest()
    signed = _MAGIC + b"".join(map(string, (found, b"", algorithm.encode("ascii"), hashed)))
    key = parse_blob(blob)
    _check(key, Reader(inner), signed)
    return key


def _check(key: PublicKey, inner: Reader, signed: bytes) -> None:
    kind = inner.name("signature type")
    expected = tuple(_RSA_HASHES) if key.type == "ssh-rsa" else (key.type,)
    if kind not in expected:
        raise SignatureError(f"is of the type {kind[:60]!a}; a key of type {key.type} makes {' or '.join(expected)}")
    raw = inner.string("signature bytes")
    if key.type.startswith("sk-"):
        signed = _fido(key, inner, signed)
    inner.end("signature bytes")
    try:
        check_raw(key, kind, raw, signed)
    except InvalidSignature:
        raise SignatureError("does not fit these bytes: they were changed, or another key signed them") from None


def _fido(key: PublicKey, inner: Reader, signed: bytes) -> bytes:
    flags = inner.take(1, "flags")
    counter = inner.take(4, "counter")
    if not flags[0] & _USER_PRESENT:
        raise SignatureError("was made by a FIDO key that nobody touched")
    application = hashlib.sha256(key.application.encode("ascii")).digest()
    return application + flags + counter + hashlib.sha256(signed).digest()


def check_raw(key: PublicKey, kind: str, raw: bytes, signed: bytes) -> None:
    """Raise InvalidSignature, or WireError where it can't even be read, unless this signature without its frame was
    made over exactly these bytes by that key. `kind` is the type of signature, which tells the hash of an RSA one."""
    match key.crypto:
        case ed25519.Ed25519PublicKey() as crypto:
            if len(raw) != 64:
                raise WireError("an Ed25519 signature has 64 bytes")
            crypto.verify(raw, signed)
        case ec.EllipticCurvePublicKey() as crypto:
            pair = Reader(raw)
            r, s = pair.number("ECDSA r"), pair.number("ECDSA s")
            pair.end("ECDSA signature")
            crypto.verify(encode_dss_signature(r, s), signed, ec.ECDSA(_CURVE_HASHES[crypto.curve.name]))
        case rsa.RSAPublicKey() as crypto:
            size = (crypto.key_size + 7) // 8
            if len(raw) > size:
                raise WireError("the RSA signature is longer than its key")
            crypto.verify(raw.rjust(size, b"\0"), signed, padding.PKCS1v15(), _RSA_HASHES[kind])
