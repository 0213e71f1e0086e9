"""From the charter's `[notify]` to the people who can be told, and the rules that hold for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from cockpit.charter.calendars import DAYS
from cockpit.charter.notify import NotifySettings, parse_quiet, parse_time
from cockpit.notices.channels import channels_of, mark
from cockpit.notices.records import Recipient, Rules
from cockpit.records.model import Person


def rules(settings: NotifySettings) -> Rules:
    """What holds for everybody."""
    return Rules(at_once=settings.at_once, escalate_days=settings.escalate_days)


def recipients(
    settings: NotifySettings, people: Mapping[str, Person], lost: Collection[str] = ()
) -> dict[str, Recipient]:
    """Everybody who has a channel, by id."""
    return {
        person.id: _recipient(settings, person, person.id in lost)
        for person in people.values()
        if channels_of(settings, person)
    }


def _recipient(settings: NotifySettings, person: Person, lost: bool) -> Recipient:
    own = settings.of(person.id)
    return Recipient(
        id=person.id,
        name=person.name,
        zone=ZoneInfo(own.timezone or "UTC"),
        digest_at=parse_time(own.digest_at or settings.digest_at),
        quiet=parse_quiet(own.quiet or settings.quiet),
        quiet_days=frozenset(DAYS.index(day) for day in own.quiet_days or ()),
        lost=lost,
    )


def marks(settings: NotifySettings, people: Mapping[str, Person]) -> dict[str, tuple[str, ...]]:
    """By person the marks of their channels, of those who have one."""
    found = {person.id: tuple(map(mark, channels_of(settings, person))) for person in people.values()}
    return {person: channels for person, channels in found.items() if channels}
