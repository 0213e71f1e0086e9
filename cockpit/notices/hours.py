"""When a person may be told something: their own day, their quiet hours, their digest. Pure: `now` is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cockpit.notices.records import Recipient

_AHEAD = 9
"""Days that are looked at for an hour that is not quiet: a week, and the days that it begins and ends on."""


def is_between(at: time, hours: tuple[time, time]) -> bool:
    """Return whether a time of the day lies in hours that may go past midnight; their end does not."""
    begin, end = hours
    return begin <= at < end if begin < end else at >= begin or at < end


def day_of(recipient: Recipient, now: datetime) -> date:
    """The person's own day."""
    return now.astimezone(recipient.zone).date()


def is_quiet(recipient: Recipient, now: datetime) -> bool:
    """Whether the person is not to be disturbed now."""
    local = now.astimezone(recipient.zone)
    if local.weekday() in recipient.quiet_days:
        return True
    return recipient.quiet is not None and is_between(local.time(), recipient.quiet)


def is_digest_time(recipient: Recipient, now: datetime) -> bool:
    """Whether the hour of the person's digest has come today."""
    return now.astimezone(recipient.zone).time() >= recipient.digest_at


def opens(recipient: Recipient, now: datetime) -> datetime | None:
    """The first moment from now on that is not quiet; None where there is none within a week."""
    if not is_quiet(recipient, now):
        return now
    ends = [time(0)] if recipient.quiet is None else [time(0), recipient.quiet[1]]
    # An hour that the clocks repeat ends twice.
    ends = [end.replace(fold=fold) for end in ends for fold in (0, 1)]
    moments = sorted(_at(recipient, day, end) for day in _days(recipient, now) for end in ends)
    return next((at for at in moments if at > now and not is_quiet(recipient, at)), None)


def next_day(recipient: Recipient, now: datetime) -> datetime | None:
    """The first moment of the person's next day that is not quiet."""
    tomorrow = _at(recipient, day_of(recipient, now) + timedelta(days=1), time(0))
    return opens(recipient, max(tomorrow, now))


def next_digest(recipient: Recipient, now: datetime, *, today: bool) -> datetime | None:
    """The next moment at which a digest may go out, from tomorrow on unless `today` counts too."""
    days = list(_days(recipient, now))[0 if today else 1 :]
    moments = (opens(recipient, max(now, _at(recipient, day, recipient.digest_at))) for day in days)
    return next((at for at in moments if at is not None and _is_its_day(recipient, at)), None)


def _is_its_day(recipient: Recipient, at: datetime) -> bool:
    """A quiet day has no digest: what would be its digest is that of the next day."""
    return is_digest_time(recipient, at)


def _days(recipient: Recipient, now: datetime) -> Iterator[date]:
    first = day_of(recipient, now)
    return (first + timedelta(days=n) for n in range(_AHEAD))


def _at(recipient: Recipient, day: date, at: time) -> datetime:
    """A wall-clock time as a moment; one that the clocks skip is taken an hour later."""
    return datetime.combine(day, at, recipient.zone).astimezone(UTC)
