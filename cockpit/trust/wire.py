"""Reading and writing the SSH wire format (RFC 4251, section 5), refusing whatever is not written the one right way."""

from __future__ import annotations


class WireError(ValueError):
    """Bytes that are not what the format says. The text names what was being read."""


class Reader:
    """Takes fields off a byte string in order; every method raises WireError when the field isn't there."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int, what: str) -> bytes:
        """The next `count` bytes."""
        end = self._at + count
        if end > len(self._data):
            raise WireError(f"it is cut off in the {what}")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def u32(self, what: str) -> int:
        """A 32-bit number."""
        return int.from_bytes(self.take(4, what), "big")

    def string(self, what: str) -> bytes:
        """A length and that many bytes."""
        start = self._at + 4
        end = start + int.from_bytes(self._data[self._at : start], "big")
        if max(start, end) > len(self._data):
            raise WireError(f"it is cut off in the {what}")
        self._at = end
        return self._data[start:end]

    def name(self, what: str) -> str:
        """A string of printable ASCII."""
        raw = self.string(what)
        if not raw.isascii() or not raw.decode("ascii").isprintable():
            raise WireError(f"the {what} is not plain ASCII")
        return raw.decode("ascii")

    def number(self, what: str) -> int:
        """A positive integer in its shortest form."""
        raw = self.string(what)
        if not raw or raw[0] & 0x80:
            raise WireError(f"the {what} is not a positive number")
        if raw[0] == 0 and (len(raw) == 1 or not raw[1] & 0x80):
            raise WireError(f"the {what} is zero or padded")
        return int.from_bytes(raw, "big")

    def end(self, what: str) -> None:
        """Nothing may follow."""
        if self._at != len(self._data):
            raise WireError(f"{len(self._data) - self._at} bytes follow the end of the {what}")


def string(data: bytes) -> bytes:
    """A byte string with its length before it."""
    return len(data).to_bytes(4, "big") + data
