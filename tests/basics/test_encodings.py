"""What people read where an encoding lacks a sign."""

from __future__ import annotations

import pytest

from cockpit.basics.encodings import PLAINLY, SIGNS


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("open → resolved · ≥29d", "ascii", "open -> resolved - >=29d"),
        ("“Zoë’s” café…", "ascii", '"Zoe\'s" cafe...'),
        ("“Zoë’s” café…", "iso8859-1", '"Zoë\'s" café...'),
        ("日本 ▲", "ascii", "?? !!"),
    ],
)
def test_what_an_encoding_lacks_is_written_by_the_nearest_sign(text: str, encoding: str, shown: str) -> None:
    assert text.encode(encoding, PLAINLY).decode(encoding) == shown


def test_every_sign_has_one_that_every_encoding_has() -> None:
    assert all(plain.isascii() and plain.isprintable() for plain in SIGNS.values())


def test_only_writing_is_helped() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", PLAINLY)
