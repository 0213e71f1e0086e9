"""Ed25519 keys and SSH signatures made in the test, where ssh-keygen for each would take too long."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cockpit.trust import sshsig
from cockpit.trust.keys import PublicKey, parse_public_key
from cockpit.trust.wire import string


@dataclass(frozen=True)
class Key:
    """A key by name: the same name gives the same key."""

    name: str
    secret: Ed25519PrivateKey = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        seed = hashlib.sha256(self.name.encode()).digest()
        object.__setattr__(self, "secret", Ed25519PrivateKey.from_private_bytes(seed))

    @cached_property
    def public(self) -> PublicKey:
        blob = string(b"ssh-ed25519") + string(self.secret.public_key().public_bytes_raw())
        return parse_public_key(f"ssh-ed25519 {base64.b64encode(blob).decode()}")

    @property
    def line(self) -> str:
        return self.public.line

    @property
    def fingerprint(self) -> str:
        return self.public.fingerprint

    def sign(self, message: bytes, namespace: str = sshsig.NAMESPACE) -> str:
        """An armored SSH signature, as ssh-keygen makes it."""
        head = (namespace.encode(), b"", b"sha512")
        signed = b"SSHSIG" + b"".join(map(string, (*head, hashlib.sha512(message).digest())))
        inner = string(b"ssh-ed25519") + string(self.secret.sign(signed))
        outer = b"SSHSIG" + (1).to_bytes(4, "big") + string(self.public.blob) + b"".join(map(string, (*head, inner)))
        packed = base64.b64encode(outer).decode()
        lines = "\n".join(packed[at : at + 70] for at in range(0, len(packed), 70))
        return f"{sshsig.BEGIN}\n{lines}\n{sshsig.END}\n"
