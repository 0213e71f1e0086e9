"""Sample SSH keys: made from the person's id, public on purpose, good for nothing but trying `cockpit sign`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sample_portfolios.generator.org import PEOPLE, Person

COMMENT = "sample-key-protects-nothing"


def private_key(person: Person) -> Ed25519PrivateKey:
    """The person's sample key: anybody can work it out."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"cockpit sample key: {person.id}".encode()).digest())


def public_line(person: Person) -> str:
    """The person's sample public key as OpenSSH writes it."""
    public = private_key(person).public_key()
    line = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{line.decode()} {COMMENT}"


def write_keys(folder: Path) -> None:
    """Write every person's key pair. A private key file that holds the key stays: the format has random bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for person in PEOPLE:
        (folder / f"{person.id}.pub").write_text(public_line(person) + "\n", encoding="ascii")
        path = folder / person.id
        if not _holds(path, person):
            path.touch(mode=0o600)
            path.write_bytes(
                private_key(person).private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
                )
            )
        path.chmod(0o600)


def _holds(path: Path, person: Person) -> bool:
    try:
        held = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError):
        return False
    return isinstance(held, Ed25519PrivateKey) and held.private_bytes_raw() == private_key(person).private_bytes_raw()
