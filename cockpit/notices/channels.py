"""Channels: how a message gets to a person. An address in the form of Apprise, or a command of who sends.

Secrets stay out of the charter: `${COCKPIT_…}` is looked up where messages are sent. What the store keeps of a channel
is its mark, which tells nothing.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Mapping
from urllib.parse import quote

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.charter.notify import RUN, VARIABLE, NotifySettings
from cockpit.records.model import Person

_EMAIL = re.compile(r"[^\s@<>,;:\"\\()\[\]]+@[^\s@<>,;:\"\\()\[\]]+\.[^\s@<>,;:\"\\()\[\]]+|[\w.+-]+@localhost")
_LONGEST_EMAIL = 254
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=://)", re.I)


class ChannelError(ValueError):
    """A channel can't be used as it is. `str()` is a sentence for people, without any secret."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: an `url`, or a `command` with its arguments. `secrets` must stand in no message of ours."""

    url: str = ""
    command: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def mark(channel: str) -> str:
    """A name for a channel that holds nothing of it but its kind: `mailtos-3f2a9c0d41b8`."""
    return f"{kind(channel)}-{hashlib.sha256(channel.encode()).hexdigest()[:12]}"


def kind(channel: str) -> str:
    """What a channel is: the scheme of its address, `run` for a command, `address` where a variable holds all of it."""
    if channel.startswith(RUN):
        return RUN.rstrip(":")
    scheme = _SCHEME.match(channel)
    return scheme[0].casefold() if scheme else "address"


def channels_of(settings: NotifySettings, person: Person) -> tuple[str, ...]:
    """The channels of a person, as the charter writes them; without those that need an e-mail address they have not."""
    named = settings.of(person.id).channels or ()
    found = (channel for channel in named if "{email}" not in channel or is_email(person.email))
    return tuple(dict.fromkeys(found))


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address that can be written to."""
    return len(text) <= _LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def address(channel: str, person: Person, environment: Mapping[str, str]) -> Address:
    """Where a channel leads for a person. Raises ChannelError where a variable is missing or a command is none."""
    names = VARIABLE.findall(channel)
    if missing := [name for name in names if not environment.get(name)]:
        raise ChannelError(f"the variable {missing[0]} is not set where Cockpit sends messages")
    secrets = tuple(environment[name] for name in names)
    if channel.startswith(RUN):
        return Address(command=_command(names[0], environment[names[0]]), secrets=secrets)
    whole = VARIABLE.fullmatch(channel) is not None
    url = VARIABLE.sub(lambda found: _value(environment[found[1]], whole), channel)
    hidden = (*secrets, *(quote(secret, safe="") for secret in secrets), *_tokens(url))
    for name, value in (("{email}", person.email), ("{person}", person.id)):
        url = url.replace(name, quote(value, safe=""))
    return Address(url=url, secrets=hidden)


def _tokens(url: str) -> list[str]:
    """What in an address may be a token or password: its longer parts but for the names of hosts."""
    return [part for part in re.split(r"[/:@?&=#]+", url.partition("://")[2]) if len(part) > 7 and "." not in part]


def _value(value: str, whole: bool) -> str:
    """A value as a part of an address: what would end that part is escaped."""
    return value if whole else quote(value, safe="")


def _command(name: str, line: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(line))
    except ValueError as error:
        raise ChannelError(f"the command in {name} can't be read: {one_line(str(error), 80)}") from error
    if not words:
        raise ChannelError(f"the variable {name} holds no command")
    return words


def masked(text: str, secrets: tuple[str, ...], limit: int = 300) -> str:
    """A text from outside as one line without these secrets."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > 3:
            text = text.replace(secret, "***")
    return one_line(text, limit)
