"""SSH signatures found in the text around them: a file of ssh-keygen's, or a mail that one was pasted into."""

from __future__ import annotations

from cockpit.trust.sshsig import BEGIN, END, MAX_ARMOR

MOST = 16
"""Marks of a beginning that are looked at in one text: a reply may quote older signatures."""
WIDTH = 70
"""Characters of a line, as ssh-keygen writes them."""

_AROUND = " \t\r\u00a0\u200b\ufeff>|"
"""What mail programs put at the ends of a line: blanks, marks of quotation, what is left of another line end."""


def signatures(text: str) -> tuple[str, ...]:
    """Every armored signature in `text` as ssh-keygen writes it, each once; what stands around them is left out.

    Nothing is verified. What is no base64 between the two marks stays, so that it is told as damaged.
    """
    found: dict[str, None] = {}
    inside = 0
    for _ in range(MOST):
        start = text.find(BEGIN, inside)
        if start < 0:
            break
        inside = start + len(BEGIN)
        end = text.find(END, inside, inside + 2 * MAX_ARMOR)
        if end >= 0:
            found[_written(text[inside:end])] = None
    return tuple(found)


def _written(inside: str) -> str:
    packed = "".join(line.strip(_AROUND) for line in inside.split("\n"))
    # In a mail saved as it travels an equals sign may be written as its number; base64 has one at its end only.
    packed = packed.replace("=3D", "=")
    lines = [packed[at : at + WIDTH] for at in range(0, len(packed), WIDTH)]
    return "\n".join([BEGIN, *lines, END, ""])
