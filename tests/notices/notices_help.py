"""Assessments with nothing but breaches in them, people who can be told, and an outbox in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cockpit.notices.records import Item, Message, Notice, Outbox, Past, Recipient, Standing, Told
from cockpit.outlets.notices import Writer
from cockpit.records.assessment import Assessment, Breach, Reason
from cockpit.records.model import Origin, Person
from cockpit.records.verdicts import Basis, Severity, Status

DAY = date(2025, 3, 3)
"""A Monday."""
PEOPLE = {
    "vera": Person(id="vera", name="Vera Vogt", email="vera@bank.example"),
    "omar": Person(id="omar", name="Omar Haddad", email="omar@bank.example"),
    "ruth": Person(id="ruth", name="Ruth Adler", email="ruth@bank.example"),
}


def at(text: str, day: date = DAY) -> datetime:
    """A time of that Monday, in UTC."""
    return datetime.combine(day, time.fromisoformat(text), UTC)


MORNING = at("09:00")


def breach(
    subject: str, owner: str = "vera", *, code: str = "DEP-UNPROVEN", critical: bool = False, **more: Any
) -> Breach:
    given: dict[str, Any] = {
        "since": DAY,
        "title": f"{subject} is not proven",
        "clears_when": "its owner signs it resolved",
        "reasons": (Reason("nobody promised it", Origin("dependencies.csv", 3)),),
    }
    return Breach(
        key=f"{code}|{subject}",
        code=code,
        severity=Severity.CRITICAL if critical else Severity.MAJOR,
        basis=Basis.UNPROVEN,
        subject=subject,
        owner=owner,
        owner_name=PEOPLE[owner].name if owner in PEOPLE else owner,
        **(given | more),
    )


def assessed(*breaches: Breach, today: date = DAY, levels: Iterable[str] = (), **more: Any) -> Assessment:
    """What is true of a portfolio in which just this is wrong. `levels` stand above the owner of each breach."""
    above = tuple(levels)
    return Assessment(
        portfolio="core",
        title="Core banking",
        currency="USD",
        today=today,
        status=Status.AT_RISK,
        breaches=breaches,
        people=PEOPLE,
        names={person.id: person.name for person in PEOPLE.values()},
        levels={each.key: tuple(dict.fromkeys((each.owner, *above))) for each in breaches},
        **more,
    )


def person(name: str, zone: str = "UTC", quiet: str = "19:00-07:00", digest: str = "16:00", **more: Any) -> Recipient:
    begin, _, end = quiet.partition("-")
    return Recipient(
        id=name,
        name=name.title(),
        zone=ZoneInfo(zone),
        digest_at=time.fromisoformat(digest),
        quiet=(time.fromisoformat(begin), time.fromisoformat(end)) if quiet else None,
        **more,
    )


def kept(outbox: Outbox, notices: Iterable[Notice]) -> Outbox:
    """The outbox once these notices are in it."""
    people = dict(outbox.people)
    for notice in notices:
        past = people.get(notice.person, Past())
        gone = {item.key for item in notice.items if item.told is Told.CLEARED}
        standing = [each for each in past.standing if each.key not in gone]
        standing += [
            Standing(item.key, item.root, item.title, item.critical, item.owed)
            for item in notice.items
            if item.told is not Told.CLEARED
        ]
        people[notice.person] = Past(
            standing=tuple(standing),
            last_day=notice.day,
            last_digest=notice.day if notice.digest else past.last_digest,
        )
    return replace(outbox, people=people)


def message(*breaches: Breach, name: str = "vera", moment: datetime = MORNING) -> Message:
    """The message that tells a person of these breaches."""
    items = tuple(Item(each.key, Told.RAISED, each.subject, each.title) for each in breaches)
    notice = Notice(person=name, day=DAY, items=items)
    return Writer(assessed(*breaches), Path("/srv/bank"), 5).message(notice, moment)
