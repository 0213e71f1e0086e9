"""Keys and SSH signatures made in the test: where ssh-keygen would take too long, or would refuse to make them."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cockpit.trust import sshsig
from cockpit.trust.keys import PublicKey, fingerprint, parse_public_key
from cockpit.trust.wire import string

CURVES = {256: (ec.SECP256R1(), hashes.SHA256()), 384: (ec.SECP384R1(), hashes.SHA384())}
CURVES |= {521: (ec.SECP521R1(), hashes.SHA512())}
RSA_HASHES = {"rsa-sha2-256": hashes.SHA256(), "rsa-sha2-512": hashes.SHA512(), "ssh-rsa": hashes.SHA1()}


def mpint(value: int) -> bytes:
    """A number that is not negative, as the SSH wire has it."""
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big")) if value else string(b"")


def armor(data: bytes) -> str:
    """The text that ssh-keygen makes of a signature's bytes."""
    packed = base64.b64encode(data).decode()
    lines = "\n".join(packed[at : at + 70] for at in range(0, len(packed), 70))
    return f"{sshsig.BEGIN}\n{lines}\n{sshsig.END}\n"


def dearmor(signature: str) -> bytes:
    return base64.b64decode("".join(signature.split("\n")[1:-2]))


def to_sign(
    message: bytes, hash_name: str = "sha512", namespace: str = sshsig.NAMESPACE, reserved: bytes = b""
) -> bytes:
    """What the key signs in place of the message."""
    hashed = hashlib.new(hash_name, message).digest()
    return b"SSHSIG" + b"".join(map(string, (namespace.encode(), reserved, hash_name.encode(), hashed)))


def framed(blob: bytes, inner: bytes, **parts: bytes) -> bytes:
    """Key and signature in a frame, whose parts may be set to something else."""
    namespace, hash_name = parts.get("namespace", sshsig.NAMESPACE.encode()), parts.get("hash", b"sha512")
    head = parts.get("magic", b"SSHSIG") + parts.get("version", b"\0\0\0\1")
    return head + b"".join(map(string, (blob, namespace, parts.get("reserved", b""), hash_name, inner)))


def ssh_verifies(folder: Path, line: str, message: bytes, signature: str, namespace: str = sshsig.NAMESPACE) -> bool:
    """Whether ssh-keygen takes a signature over this message by the key of this line."""
    (folder / "allowed").write_text(f"vera {line}\n")
    (folder / "sig").write_bytes(signature.encode())
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "vera", "-n", namespace, "-s", "sig"]
    return subprocess.run(command, cwd=folder, input=message, capture_output=True, check=False).returncode == 0


class Signer(ABC):
    """Who holds a private key, and signs as OpenSSH does."""

    @property
    @abstractmethod
    def blob(self) -> bytes:
        """The public key on the wire."""

    @abstractmethod
    def inner(self, signed: bytes) -> bytes:
        """The signature over exactly these bytes, with its type before it."""

    @property
    def line(self) -> str:
        kind = self.blob[4 : 4 + int.from_bytes(self.blob[:4], "big")]
        return f"{kind.decode()} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.blob)

    def sign(self, message: bytes, namespace: str = sshsig.NAMESPACE, hash_name: str = "sha512") -> str:
        """An armored SSH signature, as ssh-keygen makes it."""
        inner = self.inner(to_sign(message, hash_name, namespace))
        return armor(framed(self.blob, inner, namespace=namespace.encode(), hash=hash_name.encode()))


@dataclass(frozen=True)
class Key(Signer):
    """An Ed25519 key by name: the same name gives the same key."""

    name: str
    secret: Ed25519PrivateKey = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        seed = hashlib.sha256(self.name.encode()).digest()
        object.__setattr__(self, "secret", Ed25519PrivateKey.from_private_bytes(seed))

    @cached_property
    def blob(self) -> bytes:
        return string(b"ssh-ed25519") + string(self.secret.public_key().public_bytes_raw())

    @cached_property
    def public(self) -> PublicKey:
        return parse_public_key(self.line)

    def inner(self, signed: bytes) -> bytes:
        return string(b"ssh-ed25519") + string(self.secret.sign(signed))


class Ecdsa(Signer):
    """An ECDSA key: the same name gives the same key."""

    def __init__(self, bits: int = 256, name: str = "") -> None:
        curve, self.hash = CURVES[bits]
        seed = int.from_bytes(hashlib.sha512(f"{bits} {name}".encode()).digest(), "big")
        self.secret = ec.derive_private_key(seed % 2 ** (bits - 2) + 1, curve)
        self.kind = f"ecdsa-sha2-nistp{bits}".encode()
        self.bits = bits

    @property
    def point(self) -> bytes:
        numbers, size = self.secret.public_key().public_numbers(), (self.bits + 7) // 8
        return b"\4" + numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")

    @cached_property
    def blob(self) -> bytes:
        return string(self.kind) + string(b"nistp%d" % self.bits) + string(self.point)

    def pair(self, signed: bytes) -> tuple[int, int]:
        return utils.decode_dss_signature(self.secret.sign(signed, ec.ECDSA(self.hash)))

    def inner(self, signed: bytes) -> bytes:
        r, s = self.pair(signed)
        return string(self.kind) + string(mpint(r) + mpint(s))


class Rsa(Signer):
    """An RSA key, another one each time."""

    def __init__(self, bits: int = 2048, kind: str = "rsa-sha2-512", exponent: int = 65537) -> None:
        self.secret = rsa.generate_private_key(exponent, bits)
        self.kind = kind

    @cached_property
    def blob(self) -> bytes:
        numbers = self.secret.public_key().public_numbers()
        return string(b"ssh-rsa") + mpint(numbers.e) + mpint(numbers.n)

    def inner(self, signed: bytes) -> bytes:
        return string(self.kind.encode()) + string(self.secret.sign(signed, padding.PKCS1v15(), RSA_HASHES[self.kind]))


class Authenticator(Signer):
    """A FIDO authenticator without its housing: it signs touched or untouched, as it is told."""

    def __init__(self, key: Key | Ecdsa, application: str = "ssh:") -> None:
        self.key, self.application = key, application
        self.flags, self.counter = 1, 7
        name = "sk-ssh-ed25519" if isinstance(key, Key) else "sk-ecdsa-sha2-nistp256"
        self.kind = f"{name}@openssh.com".encode()

    @property
    def blob(self) -> bytes:
        curve = string(b"nistp256") if isinstance(self.key, Ecdsa) else b""
        point = self.key.point if isinstance(self.key, Ecdsa) else self.key.secret.public_key().public_bytes_raw()
        return string(self.kind) + curve + string(point) + string(self.application.encode())

    @property
    def tail(self) -> bytes:
        return bytes([self.flags]) + self.counter.to_bytes(4, "big")

    def inner(self, signed: bytes) -> bytes:
        application = hashlib.sha256(self.application.encode()).digest()
        data = application + self.tail + hashlib.sha256(signed).digest()
        if isinstance(self.key, Key):
            return string(self.kind) + string(self.key.secret.sign(data)) + self.tail
        return string(self.kind) + string(b"".join(map(mpint, self.key.pair(data)))) + self.tail
