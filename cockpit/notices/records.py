"""The words of the notices, as frozen records: what is planned, what is kept in the outbox, what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from cockpit.basics.classes import dataclass


class Told(StrEnum):
    """Why somebody is told of a breach."""

    RAISED = "raised"
    """It is theirs to clear."""
    ESCALATED = "escalated"
    """Nobody below them has cleared it."""
    OWED = "owed"
    """They owe a decision about it."""
    CLEARED = "cleared"
    """They were told of it, and it stands no more."""


class Kind(StrEnum):
    """What a message holds."""

    BREACH = "breach"
    """One root cause."""
    DIGEST = "digest"
    """All that was gathered."""
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person who can be told, and when they may be."""

    id: str
    name: str
    zone: tzinfo
    digest_at: time
    quiet: tuple[time, time] | None = None
    """When their quiet hours begin and end, in their own time."""
    quiet_days: frozenset[int] = frozenset()
    """Days of the week, Monday 0, on which they are told nothing."""
    lost: bool = False
    """None of their channels has taken a message for so long that what is theirs goes to the next one too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for everybody."""

    at_once: int = 3
    """How many messages a person gets at one moment; more come as one."""
    escalate_days: int = 5
    """Days after which a breach goes one level up as well; 0: never."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A breach of which a person was told, and not yet that it is cleared."""

    key: str
    root: str
    title: str
    critical: bool
    owed: date | None = None
    """Since when they owe a decision about it, if that is what they were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What one person was told so far."""

    standing: tuple[Standing, ...] = ()
    last_day: date | None = None
    """The last of their own days on which a message was made for them."""
    last_digest: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A breach of which a person is told now. `title` is kept for when it stands no more."""

    key: str
    told: Told
    root: str
    title: str
    critical: bool = False
    owed: date | None = None
    """Since when they owe a decision about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that is due: to whom, about what. One root cause, or all that was gathered."""

    person: str
    day: date
    """The person's own day."""
    items: tuple[Item, ...]
    """Worst first; what was cleared comes last."""
    digest: bool = False
    """It is the digest of the day."""

    @property
    def roots(self) -> tuple[str, ...]:
        """The causes of what stands, worst first."""
        return tuple(dict.fromkeys(item.root for item in self.items if item.told is not Told.CLEARED))

    @property
    def kind(self) -> Kind:
        """One root cause alone is no digest, whenever it goes out."""
        alone = len(self.roots) == 1 and all(item.told is not Told.CLEARED for item in self.items)
        return Kind.BREACH if alone else Kind.DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is due now, when the next thing may be, and what reaches nobody."""

    due: tuple[Notice, ...] = ()
    next_at: datetime | None = None
    """The next moment at which something falls due as things stand; None: nothing waits."""
    unreached: tuple[str, ...] = ()
    """The keys of breaches for which nobody who could be told is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice in words. `id` stays the same however often it is sent."""

    id: str
    person: str
    kind: Kind
    day: date
    made_at: datetime
    subject: str
    body: str
    data: str
    """The JSON object that a command gets."""
    critical: bool = False
    digest: bool = False
    items: tuple[Item, ...] = ()
    """Of which breaches it tells; not read back from the outbox."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this process alone may send through one channel, until its lease is over."""

    message: Message
    channel: str
    """The channel's mark: `mailto-3f2a9c0d41b8`."""
    attempt: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `error` is a sentence; empty when the channel took the message."""

    error: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the channel took it."""
        return not self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message that a channel has not taken yet."""

    message: str
    person: str
    channel: str
    subject: str
    attempts: int
    next_try: datetime
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What the store knows of the notices."""

    people: Mapping[str, Past] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    """Who has taken nothing for a day although something waits for them."""
