"""Signatures one after the other: each is its own statement, and what fails costs nothing but itself.

What somebody read is what is signed: each is drafted once to be shown and once more just before it is signed, since it
follows those before it; where the words are others by then, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.records.model import Meaning, Person, Statement

if TYPE_CHECKING:
    from cockpit.ledger.papers import Paper
    from cockpit.records.assessment import SignOff
    from cockpit.session.live import Draft, Session

ToSign: TypeAlias = "Draft | Paper"
"""What can be signed: a proof, or what somebody else signs too."""
TRIES = 3
"""So often a passphrase is asked for."""
GIVEN_UP = "You gave up: it was not signed."


class GivenUpError(Exception):
    """Whoever was asked to sign gave up."""


@dataclass(frozen=True)
class Wish:
    """What is to be signed: a sign-off, what is said of it, and what is said with that (`Session.draft`)."""

    signoff: SignOff
    meaning: Meaning | None
    """None for what somebody else signed first: accept, cosign."""
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Path | None:
        """The key file that signs; None for the agent."""
        found: Path | None = self.fields.get("key")
        return found


@dataclass(frozen=True)
class Prepared:
    """What would be signed, or why it can't be."""

    wish: Wish
    draft: ToSign | None = None
    refusal: str = ""

    @property
    def sentence(self) -> str:
        """The exact sentence; empty where it can't be signed."""
        return self.draft.sentence if self.draft is not None else ""

    @property
    def signer(self) -> Person | None:
        """Who would sign."""
        return self.draft.signer if self.draft is not None else None


@dataclass(frozen=True)
class Outcome:
    """What became of one: the statement, or why there is none."""

    wish: Wish
    statement: Statement | None = None
    why: str = ""


@dataclass(frozen=True)
class Terminal:
    """What whoever signs at a terminal hears and says: a line to them, and whether they gave up."""

    say: Callable[[str], None]
    given_up: Callable[[], bool]


def draft_of(session: Session, wish: Wish) -> ToSign:
    """Return the draft of a wish. Raises what `Session.draft` and `Session.second` do."""
    from cockpit.ledger.signing import hands_off

    with hands_off():
        if wish.meaning is None:
            return session.second(wish.signoff.command, wish.key)
        more = dict(wish.fields)
        subject = wish.signoff.subject + more.pop("giver", "")
        return session.draft(subject, wish.meaning, **more)


def prepared(session: Session, wish: Wish) -> Prepared:
    """Return what would be signed, or why it can't be, in a sentence."""
    try:
        return Prepared(wish, draft_of(session, wish))
    except Exception as error:
        return Prepared(wish, refusal=said(error))


def said(error: BaseException) -> str:
    """What went wrong, in a sentence."""
    return str(error).strip() or f"{type(error).__name__}, without a reason given."


def sign_one(session: Session, draft: ToSign, key: Path | None, at: Terminal | None, agent: str = "") -> Statement:
    """Sign and keep one; at a terminal a passphrase that is not right is asked for again.

    Raises GivenUpError, or what `Session.sign` does.
    """
    from cockpit.ledger.signing import PassphraseError, SigningError

    for left in reversed(range(TRIES)):
        try:
            more = {"agent": agent} if agent else {}
            return session.sign(draft, key, interactive=at is not None, **more)
        except SigningError as error:
            if at is not None and at.given_up():
                raise GivenUpError(GIVEN_UP) from None
            if at is None or not isinstance(error, PassphraseError):
                raise
            if not left:
                raise SigningError(f"The passphrase was not right {TRIES} times, so nothing was signed.") from None
            at.say(f"That passphrase was not right. {left} {'try' if left == 1 else 'tries'} left; Ctrl-C gives up.")
    raise AssertionError("each try ends in a statement or an error")


def sign_all(
    session: Session, shown: Sequence[Prepared], at: Terminal | None, heard: Callable[[Outcome], None]
) -> tuple[Outcome, ...]:
    """Sign what was shown, in its order, and return what became of each; `heard` hears it as it comes.

    Whoever gives up ends it: what comes after is not signed. Any other failure costs its own row only.
    """
    found: list[Outcome] = []
    wishes = [each for each in shown if each.draft is not None]
    try:
        with _unlocked(wishes, at) as agent:
            for place, each in enumerate(wishes, 1):
                if at is not None and len(wishes) > 1:
                    at.say(f"{place} of {len(wishes)}: {one_line(each.wish.signoff.title)}")
                found.append(_signed(session, each, at, agent))
                heard(found[-1])
                if at is not None and at.given_up():
                    break
    except Exception as error:  # the key could not be unlocked
        why = GIVEN_UP if at is not None and at.given_up() else said(error)
        found += [Outcome(each.wish, why=why) for each in wishes[len(found) :]]
    found += [Outcome(each.wish, why=GIVEN_UP) for each in wishes[len(found) :]]
    return tuple(found)


def _signed(session: Session, shown: Prepared, at: Terminal | None, agent: str) -> Outcome:
    wish = shown.wish
    try:
        draft = draft_of(session, wish)
        if draft.sentence != shown.sentence:
            return Outcome(wish, why="What would be signed reads otherwise now than what was shown: look at it again.")
        return Outcome(wish, sign_one(session, draft, wish.key, at, agent))
    except Exception as error:
        return Outcome(wish, why=said(error))


@contextmanager
def _unlocked(wishes: Sequence[Prepared], at: Terminal | None) -> Iterator[str]:
    """The socket of an agent that holds the key file, where several are signed with one that has a passphrase: it is
    typed once. Else empty."""
    from cockpit.ledger import unlocking

    keys = {each.wish.key for each in wishes}
    key = next(iter(keys)) if len(keys) == 1 else None
    if at is None or key is None or len(wishes) < 2 or not unlocking.is_locked(key):
        yield ""
        return
    at.say(f"The passphrase of {one_line(str(key))} is asked for once; an empty one or Ctrl-C gives up.")
    with unlocking.unlocked(key) as socket:
        yield socket
