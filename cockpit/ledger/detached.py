"""Statements that travel as files, in the folder `statements/`: a payload, and a signature made anywhere.

A signature is found whatever its file is called and whatever a mail program wrote around it. The payload is taken as it
is: to the last byte it is what was signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cockpit.basics import sharing
from cockpit.basics.plainfiles import small
from cockpit.basics.text import path_text
from cockpit.records.model import Statement
from cockpit.session.settling import Mark, is_settled, mark_of
from cockpit.trust import statements as ledger
from cockpit.trust.armor import signatures
from cockpit.trust.sshsig import SignatureError, verify

FOLDER = "statements"
MAX_FILE = 1 << 20
"""The most that is read of one file: payloads and signatures are smaller, a mail around one may not be much larger."""
NAME = 16
"""Characters of a statement's id that name the file of its payload."""
MOST_LOOSE = 50
"""Signatures without a payload beside them that are tried on those that wait."""
NO_SIGNATURE = (
    "There is no whole SSH signature for it: one begins with -----BEGIN SSH SIGNATURE----- and ends with "
    "-----END SSH SIGNATURE-----."
)
LEFT = (
    "It fits no payload here. Put the payload that was signed beside it, unchanged to the last byte, or take it away."
)


class Found(NamedTuple):
    """A file of the folder: the statement that it makes together with its signature, or what is wrong with it."""

    path: str
    """Relative to the portfolio."""
    statement: Statement | None = None
    problem: str = ""


class UnreadableError(Exception):
    """A file that can't be used; the text says why."""


class Detached:
    """The folder `statements/` of one portfolio. What has not changed is not read again."""

    def __init__(self, folder: Path) -> None:
        self.waiting = False
        """A file was left for later: it is being written."""
        self._folder = folder
        self._read: dict[tuple[Path, Mark | None, Path | None, Mark | None], Statement] = {}

    def found(self, *, patient: bool = False) -> Iterator[Found]:
        """Yield every payload with its signature, and every file that waits or fits nothing with what to do about it.

        What was asked for waits for its signature without a word: it has the name that `keep` gave it, its own.
        `patient` leaves what is being written for the next time.
        """
        place = self._folder / FOLDER
        self.waiting = False
        payloads, marks = (sorted(place.glob(f"*{kind}")) for kind in (".json", ".sig"))
        own = {beside(path) for path in payloads}
        loose = [path for path in marks if path not in own and not (patient and self._young(path))]
        tried, rest = loose[:MOST_LOOSE], loose[MOST_LOOSE:]
        for path in payloads:
            if patient and self._young(path, beside(path)):
                continue
            try:
                yield from self._payload(path, tried)
            except UnreadableError as problem:
                yield Found(self._relative(path), problem=str(problem))
        for path in (*tried, *rest):
            yield Found(self._relative(path), problem=LEFT)

    def _young(self, *paths: Path) -> bool:
        """Tell whether one of these files is being written, and remember that it waits."""
        young = not all(map(is_settled, paths))
        self.waiting = self.waiting or young
        return young

    def _payload(self, path: Path, loose: list[Path]) -> Iterator[Found]:
        """Yield a payload with the signature beside it, else with the loose one that fits, which is loose no more."""
        relative, signature = self._relative(path), beside(path)
        if mark_of(signature) is None:
            answer = self._answer(path, loose)
            if answer is None:
                if path.name != name_of(self._statement(path).id):
                    told = f"It waits for its signature: put {path_text(signature.name)} beside it."
                    yield Found(relative, problem=told)
                return
            loose.remove(answer)
            signature = answer
        statement = self._statement(path, signature)
        yield Found(relative, statement) if statement.signature else Found(relative, problem=NO_SIGNATURE)

    def _answer(self, path: Path, loose: Iterable[Path]) -> Path | None:
        """Return the first of the loose signatures that fits a payload."""
        for signature in loose:
            with suppress(UnreadableError):
                if not ledger.sealed(self._statement(path, signature)).verdict:
                    return signature
        return None

    def _statement(self, path: Path, signature: Path | None = None) -> Statement:
        """Return the statement of a payload and a signature's file. Raises UnreadableError."""
        key = (path, mark_of(path), signature, mark_of(signature) if signature else None)
        if key not in self._read:
            self._read[key] = signed(content_of(path), content_of(signature) if signature else b"")
        return self._read[key]

    def _relative(self, path: Path) -> str:
        return path_text(path.relative_to(self._folder).as_posix())


def beside(payload: Path) -> Path:
    """Return the path of the signature that ssh-keygen puts beside a payload."""
    return payload.with_name(payload.name + ".sig")


def content_of(path: Path) -> bytes:
    """Return the content of a payload's or a signature's file. Raises UnreadableError."""
    try:
        content = small(path, MAX_FILE)
    except OSError as error:
        raise UnreadableError(f"It can't be read ({error.strerror or error}). Check its permissions.") from error
    if content is None:
        raise UnreadableError("It or its signature is no plain file, or larger than any statement: 1 MiB at most.")
    return content


def text_of(content: bytes) -> str:
    """Return a file's content as text; what is no text becomes marks that no signature has."""
    return content.decode("utf-8", "replace")


def signed(payload: bytes, content: bytes) -> Statement:
    """Return the payload with whichever signature in `content` fits it, else with the first, else with none."""
    candidates = [ledger.load(payload, text) for text in signatures(text_of(content)) or ("",)]
    return next((each for each in candidates if not ledger.sealed(each).verdict), candidates[0])


def name_of(id_: str) -> str:
    """Return the name under which the payload of a statement that was asked for is kept."""
    return f"{id_[:NAME]}.json"


def keep(folder: Path, name: str, payload: bytes) -> Path:
    """Write a payload into `statements/` for all who share the portfolio, and return its path. Raises OSError."""
    path = folder / FOLDER / name
    sharing.make_folder(path.parent)
    sharing.write(path, payload)
    return path


UNFIT = "does not fit these bytes"
"""What a signature's reason says that is good, but of other bytes."""
CHANGES: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("a line end was added after its last byte", lambda payload: payload + b"\n"),
    ("a line end was added after its last byte", lambda payload: payload + b"\r\n"),
    ("a byte order mark was put before its first byte", lambda payload: b"\xef\xbb\xbf" + payload),
    ("it was saved as UTF-16", lambda payload: payload.decode("utf-8", "replace").encode("utf-16")),
)
"""What mail programs and editors do to a payload."""
AROUND = b"\xef\xbb\xbf\r\n"
"""What they put around it."""


def misfit(texts: Sequence[str], payloads: Sequence[bytes]) -> str:
    """Say why none of these signatures fits one of these payloads, and what to do."""
    pairs = [(text, payload) for payload in payloads for text in texts]
    for told, change in CHANGES:
        if any(_fits(text, change(payload)) for text, payload in pairs):
            return (
                f"What was signed is not the payload that was asked for: {told}. Send the payload as an attachment (in "
                "a zip, if it must), and have it signed again, unchanged."
            )
    if any(_fits(text, payload.strip(AROUND)) for text, payload in pairs if payload != payload.strip(AROUND)):
        return "The payload beside it is not the one that was signed: something was added to it. Have it sent again."
    verdicts = (ledger.sealed(ledger.load(payload, text)).verdict for text, payload in pairs)
    others = dict.fromkeys(verdict for verdict in verdicts if UNFIT not in verdict)
    if others:
        return next(iter(others))
    number = "the one payload" if len(payloads) == 1 else f"any of the {len(payloads)} payloads"
    return (
        f"The signature does not fit {number} that it could be for. What is signed must be the payload, unchanged to "
        "the last byte: no line end added, no space changed."
    )


def _fits(text: str, payload: bytes) -> bool:
    try:
        verify(text, payload)
    except SignatureError:
        return False
    return True
