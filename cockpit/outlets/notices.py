"""A notice in words: a line for the lock screen of a phone, a short text, and the JSON object that a command gets."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.basics.text import clean, moment, one_line
from cockpit.notices.records import Item, Kind, Message, Notice, Plan, Told
from cockpit.notices.roots import next_level
from cockpit.outlets.plain import count, cut, day, days, money, name_of
from cockpit.records.assessment import Assessment, Breach, SignOff
from cockpit.records.model import Meaning
from cockpit.wording import signatures
from cockpit.wording.amounts import breach_day_cost

SUBJECT, TITLE, LINE, BODY = 180, 100, 400, 20_000
"""Characters of a subject, of the name of a breach in it, of a line and of a whole text at most."""
_LISTED, _REASONS = 20, 5
"""Breaches of one message that are told one by one, and reasons of each of them."""
_GIVEN = 200
"""Breaches of one message that a command gets."""
_CALL = re.compile(r"(?<![\w.+-])@(?=\w)|<(?=[@!#])")
"""What calls people or rooms in a chat. A name from a file must not."""
_JOINER = "\u2060"
_PROVEN = (Meaning.RESOLVED, Meaning.VALIDATED)
_TOLD = {
    Told.RAISED: "This is yours to clear.",
    Told.ESCALATED: "Nobody has cleared this: it goes to you as well.",
    Told.OWED: "A decision about this is yours to make.",
}


@dataclass(frozen=True)
class Writer:
    """Writes the notices of an assessment. `folder` is where the reader finds the portfolio."""

    assessment: Assessment
    folder: Path
    escalate_days: int = 0

    @cached_property
    def _breaches(self) -> dict[str, Breach]:
        return {breach.key: breach for breach in self.assessment.breaches}

    @cached_property
    def _title(self) -> str:
        return _said(self.assessment.title or self.assessment.portfolio, 60)

    def message(self, notice: Notice, at: datetime) -> Message:
        """Return the message; the same notice of the same moment has the same id."""
        number = _number(self.assessment.portfolio, notice, at)
        subject = cut(_said(self._subject(notice), SUBJECT), SUBJECT)
        body = clean("\n".join(self._body(notice, number)), BODY)
        return Message(
            id=number,
            person=notice.person,
            kind=notice.kind,
            day=notice.day,
            made_at=at,
            subject=subject,
            body=body,
            data=json.dumps(self._data(notice, number, subject, body, at), allow_nan=False),
            critical=any(item.critical for item in notice.items),
            digest=notice.digest,
            items=notice.items,
        )

    def trial(self, person: str, at: datetime, today: date) -> Message:
        """Return a message that only shows that it arrives."""
        notice = Notice(person=person, day=today, items=())
        number = _number(self.assessment.portfolio, notice, at)
        subject = f"{self._title}: a test of what Cockpit sends you"
        body = f"Nothing is wrong. Exceptions that are yours reach you here.\n\n{self._foot(number)}"
        data = self._data(notice, number, subject, body, at) | {"kind": Kind.TEST.value}
        return Message(
            id=number,
            person=person,
            kind=Kind.TEST,
            day=today,
            made_at=at,
            subject=subject,
            body=body,
            data=json.dumps(data, allow_nan=False),
        )

    # The subject

    def _subject(self, notice: Notice) -> str:
        standing = [item for item in notice.items if item.told is not Told.CLEARED]
        if notice.kind is Kind.BREACH:
            return self._headline(_weightiest(standing), notice.person)
        cleared = len(notice.items) - len(standing)
        told = [count(len(_keys(standing)), "exception")] if standing else []
        told += [f"{cleared} cleared"] if cleared else []
        worst = f"; worst: {self._what(standing[0])}" if standing else f": {notice.items[0].title}"
        return f"{self._title}: {', '.join(told)}{worst}"

    def _headline(self, item: Item, person: str) -> str:
        """What, which project, what it costs a day, who is asked for what by when."""
        breach = self._breaches[item.key]
        parts = [self._what(item), self._cost_a_day(breach), self._asked(item, breach, person)]
        text = "; ".join(part for part in parts if part)
        return f"Escalated: {text}" if item.told is Told.ESCALATED else text

    def _what(self, item: Item) -> str:
        breach = self._breaches[item.key]
        key, title = breach.project or breach.objective, _said(breach.title, TITLE)
        place = self._name(key) if key else ""
        return title if not place or place in title else f"{place}: {title}"

    def _cost_a_day(self, breach: Breach) -> str:
        amount, assumed = breach_day_cost(self.assessment, breach)
        return f"{money(amount, self.assessment.currency)} a day" if amount and not assumed else ""

    def _asked(self, item: Item, breach: Breach, person: str) -> str:
        owed = breach.life.owed
        if item.told is Told.OWED and owed is not None:
            return f"you decide by {day(owed.due)}"
        asked = self._signoff(breach, person)
        who = "you" if person == breach.owner else self._name(breach.owner) or "nobody named"
        what = f"to sign it {_meaning(asked)}" if asked is not None and asked.meanings else "to clear it"
        due = asked.due if asked is not None else self._needed(breach)
        if due is None:
            return f"{who} {what}"
        return f"{who} {what}, due since {day(due)}" if due < self.assessment.today else f"{who} {what} by {day(due)}"

    def _needed(self, breach: Breach) -> date | None:
        views = (view for view in self.assessment.dependencies if view.subject == breach.subject)
        return next((view.record.needed_by for view in views), None)

    def _signoff(self, breach: Breach, person: str) -> SignOff | None:
        """The signature that clears a breach, that of its reader first."""
        found = [signoff for signoff in self.assessment.signoffs if signoff.subject == breach.subject]
        return next((signoff for signoff in found if signoff.owner == person), found[0] if found else None)

    def _name(self, key: str) -> str:
        return _said(name_of(self.assessment, key), 60)

    # The text

    def _body(self, notice: Notice, number: str) -> Iterator[str]:
        standing = [item for item in notice.items if item.told is not Told.CLEARED]
        keys = _keys(standing)
        for key in keys[:_LISTED]:
            yield from self._paragraph(_weightiest(i for i in standing if i.key == key), notice.person)
            yield ""
        if len(keys) > _LISTED:
            yield f"… and {len(keys) - _LISTED:,} more: cockpit check {self._folder}"
            yield ""
        cleared = [item for item in notice.items if item.told is Told.CLEARED]
        if cleared:
            yield "Cleared, and no longer yours:"
            yield from (f"- {_said(item.title, LINE)}" for item in cleared[:_LISTED])
            if len(cleared) > _LISTED:
                yield f"- … and {len(cleared) - _LISTED:,} more"
            yield ""
        yield self._foot(number)

    def _paragraph(self, item: Item, person: str) -> Iterator[str]:
        breach = self._breaches[item.key]
        yield cut(_said(f"{self._what(item)} [{breach.subject}]", LINE), LINE)
        yield _said(" ".join((_TOLD[item.told], *self._facts(item, breach, person))), LINE)
        views = signatures.by_id(self.assessment)
        for reason in breach.reasons[:_REASONS]:
            yield f"- {_said(signatures.cited(reason, views), LINE)}"
        if len(breach.reasons) > _REASONS:
            yield f"- … and {len(breach.reasons) - _REASONS:,} more"
        yield _said(f"Cleared when: {breach.clears_when}", LINE)
        yield from (f"  {command}" for command in self._commands(item, breach, person))

    def _facts(self, item: Item, breach: Breach, person: str) -> Iterator[str]:
        age = (self.assessment.today - breach.since).days
        yield f"Open since {day(breach.since)}" + (f", {count(age, 'day')}." if age else ".")
        if breach.leverage_days:
            yield f"Clearing it regains {days(breach.leverage_days, breach.at_least)}."
        if per_day := self._cost_a_day(breach):
            yield f"A day of delay costs {per_day.removesuffix(' a day')}."
        if item.told is not Told.RAISED and breach.owner and breach.owner != person:
            yield f"It is {self._name(breach.owner)}'s to clear."
        if item.told is Told.OWED and breach.life.owed is not None:
            yield f"Decide by {day(breach.life.owed.due)}."
        coming = next_level(self.assessment, breach, self.escalate_days)
        if coming is not None and coming[0] != person:
            who, on = self._name(coming[0]), _later(coming[1], self)
            yield f"Unless it is cleared or acknowledged, {who} hears of it on {on}."

    def _commands(self, item: Item, breach: Breach, person: str) -> Iterator[str]:
        asked = self._signoff(breach, person)
        if asked is not None and asked.owner != person and item.told is not Told.RAISED:
            asked = None
        if asked is not None and asked.command:
            yield one_line(asked.command.replace("FOLDER", self._folder), LINE)
        elif asked is not None and asked.meanings:
            yield f"cockpit sign {self._folder} {_word(asked.subject)} {_meaning(asked)}{_options(asked)}"
        if breach.id:
            verb = "decide" if item.told is Told.OWED else "acknowledge"
            yield f"cockpit {verb} {self._folder} {breach.id}"

    @property
    def _folder(self) -> str:
        return _word(str(self.folder))

    def _foot(self, number: str) -> str:
        return f"{self._title}, {day(self.assessment.today)}. Message {number}."

    # What a command gets

    def _data(self, notice: Notice, number: str, subject: str, body: str, at: datetime) -> dict[str, Any]:
        person = self.assessment.people.get(notice.person)
        return {
            "id": number,
            "portfolio": self.assessment.portfolio,
            "title": self.assessment.title,
            "at": at.isoformat(timespec="seconds"),
            "person": notice.person,
            "name": person.name if person is not None else None,
            "email": (person.email or None) if person is not None else None,
            "kind": notice.kind.value,
            "subject": subject,
            "body": body,
            "breaches": [self._object(item) for item in notice.items[:_GIVEN]],
            "more": max(0, len(notice.items) - _GIVEN),
        }

    def _object(self, item: Item) -> dict[str, Any]:
        breach = self._breaches.get(item.key)
        told = {"event": item.told.value, "key": item.key, "root": item.root, "title": one_line(item.title, LINE)}
        if breach is None:
            return told
        return told | {
            "code": breach.code,
            "severity": breach.severity.value,
            "subject": breach.subject,
            "project": breach.project or None,
            "objective": breach.objective or None,
            "owner": breach.owner or None,
            "since": breach.since.isoformat(),
            "slip_days": breach.slip_days,
            "leverage_days": breach.leverage_days,
            "clears_when": one_line(breach.clears_when, LINE),
        }


def forecast_text(
    assessment: Assessment, planned: Plan, messages: Sequence[Message], kinds: Mapping[str, Sequence[str]]
) -> str:
    """Return what would be sent now, to whom and how, when something is next, and of what nobody would hear."""
    lines: list[str] = []
    for message in messages:
        how = ", ".join(kinds.get(message.person, ()))
        lines += [f"To {name_of(assessment, message.person)} ({how}): {message.subject}"]
        lines += [f"  {line}".rstrip() for line in message.body.splitlines()] + [""]
    lines += [] if messages else ["Nothing is due now."]
    if planned.next_at is not None:
        lines.append(f"Next: {moment(planned.next_at)}")
    if planned.unreached:
        reached = count(len(planned.unreached), "breach reaches", "breaches reach")
        lines.append(f"{reached} nobody: no channel is named for anybody to whom this goes.")
    return "\n".join(lines) + "\n"


def _number(portfolio: str, notice: Notice, at: datetime) -> str:
    told = [[item.key, item.told.value, day(item.owed)] for item in notice.items]
    said = json.dumps([portfolio, notice.person, at.isoformat(), told])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _keys(items: Iterable[Item]) -> list[str]:
    return list(dict.fromkeys(item.key for item in items))


def _weightiest(items: Iterable[Item]) -> Item:
    """What a breach is told for: a decision that is owed, before all else."""
    found: Sequence[Item] = list(items)
    return next((item for item in found if item.told is Told.OWED), found[0])


def _meaning(signoff: SignOff) -> str:
    return next((m for m in signoff.meanings if m in _PROVEN), signoff.meanings[0]).value


def _options(signoff: SignOff) -> str:
    return " --evidence FILE" if any(meaning in _PROVEN for meaning in signoff.meanings) else ""


def _later(on: date, writer: Writer) -> str:
    """A day to come: what should have come already comes with the next day."""
    return day(max(on, writer.assessment.today + timedelta(days=1)))


def _word(text: str) -> str:
    return shlex.quote(one_line(text, LINE))


def _said(text: str, limit: int) -> str:
    """Text from outside as one line that calls nobody in a chat."""
    return _CALL.sub(lambda found: found[0] + _JOINER, one_line(text, limit))
