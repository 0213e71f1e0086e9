"""Who is told of exceptions, where and when, as a charter says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cockpit.charter.calendars import DAYS
from cockpit.notices.hours import is_between

VARIABLE = re.compile(r"\$\{([^{}]*)\}")
"""A variable of the environment in a channel."""
VARIABLES = "COCKPIT_"
"""How the names of variables begin that a charter may ask for: whoever may edit it must not get at the others."""
RUN = "run:"
"""How a channel begins that is a command and no address."""
NONE = "none"
"""No quiet hours at all."""
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_LONGEST = 2_000


def parse_time(text: str) -> time:
    """Return a time of the day such as `16:00`; ValueError says what is wrong."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"expected a time such as “16:00”; found “{text}”")
    return time(int(match[1]), int(match[2]))


def parse_quiet(text: str) -> tuple[time, time] | None:
    """Return when quiet hours such as `19:00-07:00` begin and end, None for `none`; ValueError says what is wrong."""
    if text.strip() == NONE:
        return None
    parts = re.split(r"\s*[-–]\s*", text.strip())
    if len(parts) != 2:
        raise ValueError(f"expected hours such as “19:00-07:00”, or “{NONE}”; found “{text}”")
    begin, end = map(parse_time, parts)
    if begin == end:
        raise ValueError(f"quiet hours must end at another time than they begin; found “{text}”")
    return begin, end


def _check_zone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"expected a time zone such as “Europe/Berlin”; found “{name}”") from error


def _check_days(days: Sequence[str]) -> None:
    if unknown := [day for day in days if day not in DAYS]:
        raise ValueError(f"expected days {', '.join(DAYS)}; found “{unknown[0]}”")
    if set(days) == set(DAYS):
        raise ValueError("every day is quiet, so nobody would ever be told; leave one out")


def _check_channels(channels: Sequence[str]) -> None:
    for channel in channels:
        names = VARIABLE.findall(channel)
        if wrong := [name for name in names if not re.fullmatch(rf"{VARIABLES}\w+", name)]:
            raise ValueError(f"a channel may only use variables whose names begin with {VARIABLES}; found “{wrong[0]}”")
        if channel.startswith(RUN):
            if VARIABLE.fullmatch(channel[len(RUN) :]) is None:
                raise ValueError(
                    f"a command stands in the environment of who sends, never here: write “{RUN}${{{VARIABLES}PAGER}}”"
                )
        elif len(channel) > _LONGEST or ("://" not in channel and VARIABLE.fullmatch(channel) is None):
            raise ValueError(
                "expected an address such as “mailtos://…”, “${COCKPIT_MAIL}” or “run:${COCKPIT_PAGER}”; "
                f"found “{channel[:20]}”"
            )


def _check_digest(digest_at: str, quiet: str) -> None:
    """A digest that falls into quiet hours would never be due."""
    at, hours = parse_time(digest_at), parse_quiet(quiet)
    if hours is not None and is_between(at, hours):
        raise ValueError(f"the digest of {digest_at} falls into the quiet hours {quiet}; choose another time")


class PersonSettings(BaseModel):
    """`[notify.people.ID]`: what differs for one person. What is left out is as in `[notify]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: tuple[str, ...] | None = None
    """Where to tell them; an empty list: nowhere."""
    timezone: str | None = None
    quiet: str | None = None
    quiet_days: tuple[str, ...] | None = None
    digest_at: str | None = None

    @model_validator(mode="after")
    def _check(self) -> PersonSettings:
        _check_channels(self.channels or ())
        _check_days(self.quiet_days or ())
        if self.timezone is not None:
            _check_zone(self.timezone)
        if self.quiet is not None:
            parse_quiet(self.quiet)
        if self.digest_at is not None:
            parse_time(self.digest_at)
        return self


class NotifySettings(BaseModel):
    """`[notify]`: who is told of exceptions, where and when. Nobody is, before a channel is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: tuple[str, ...] = ()
    """Addresses in the form of Apprise, or `run:${COCKPIT_…}`: a command. `{email}` and `{person}` stand for whom it
    goes to."""
    timezone: str = "UTC"
    quiet: str = "19:00-07:00"
    """Hours in which nobody is told anything, in their own time; `none`: there are none."""
    quiet_days: tuple[str, ...] = ()
    """Days of the week on which nobody is told anything."""
    digest_at: str = "16:00"
    """When what was gathered since the first message of the day goes out, in the person's own time."""
    at_once: int = Field(default=3, ge=1, le=100)
    """How many messages a person gets at one moment; more come as one."""
    escalate_days: int = Field(default=5, ge=0, le=36_500)
    """Days after which a breach that is neither cleared nor acknowledged goes one level up as well; 0: never."""
    people: dict[str, PersonSettings] = {}

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, name: str) -> str:
        _check_zone(name)
        return name

    @field_validator("quiet")
    @classmethod
    def _check_quiet(cls, quiet: str) -> str:
        parse_quiet(quiet)
        return quiet

    @field_validator("channels")
    @classmethod
    def _check_addresses(cls, channels: tuple[str, ...]) -> tuple[str, ...]:
        _check_channels(channels)
        return channels

    @field_validator("quiet_days")
    @classmethod
    def _check_quiet_days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        _check_days(days)
        return days

    @field_validator("digest_at")
    @classmethod
    def _check_time(cls, text: str) -> str:
        parse_time(text)
        return text

    @model_validator(mode="after")
    def _check_digests(self) -> NotifySettings:
        _check_digest(self.digest_at, self.quiet)
        for name in self.people:
            one = self.of(name)
            try:
                _check_digest(one.digest_at or "", one.quiet or "")
            except ValueError as error:
                raise ValueError(f"people.{name}: {error}") from error
        return self

    def of(self, person: str) -> PersonSettings:
        """Return all that holds for one person, by id."""
        own = self.people.get(person, PersonSettings())
        names = ("channels", "timezone", "quiet", "quiet_days", "digest_at")
        given = {name: getattr(own, name) for name in names}
        return PersonSettings(**{n: getattr(self, n) if value is None else value for n, value in given.items()})

    @property
    def silent(self) -> bool:
        """Whether no channel is named for anybody."""
        return not self.channels and not any(each.channels for each in self.people.values())
