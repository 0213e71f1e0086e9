"""Which message is due for whom, and when the next one may be. Pure: assessment, outbox and `now` in, a Plan out.

For each person, in their own time:

1. In quiet hours nothing is due.
2. The first messages of a day are about all that waits for them.
3. Later that day a critical breach is due at once, unless they know a critical one of the same root already.
4. The rest is gathered, and is due as the digest of the day, with what was cleared of all that they were told.

A message is about one root cause. Where more than `at_once` would be due at one moment, they are one.
Each breach is told to each person once as long as it stands; so nothing is lost and nothing comes twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from cockpit.basics.text import one_line
from cockpit.notices import hours
from cockpit.notices.records import Item, Notice, Outbox, Past, Plan, Recipient, Rules, Told
from cockpit.notices.roots import Roots, heard_by, is_critical
from cockpit.records.assessment import Assessment


def plan(
    assessment: Assessment, recipients: Mapping[str, Recipient], rules: Rules, outbox: Outbox, now: datetime
) -> Plan:
    """Return what is due now. `recipients` are all who can be told, by id; `now` has a zone."""
    waiting, unreached = _waiting(assessment, recipients, rules, outbox)
    cleared = _cleared(assessment, outbox)
    due: list[Notice] = []
    moments: list[datetime] = []
    for person in sorted({*waiting, *cleared} & {*recipients}):
        past = outbox.people.get(person, Past())
        found, then = _due(recipients[person], waiting[person], cleared[person], past, rules, now)
        due += found
        moments += [then] if then is not None else []
    return Plan(due=tuple(due), next_at=min(moments, default=None), unreached=unreached)


def _waiting(
    assessment: Assessment, recipients: Mapping[str, Recipient], rules: Rules, outbox: Outbox
) -> tuple[defaultdict[str, list[Item]], tuple[str, ...]]:
    """By person the breaches of which they have not been told, worst first; and those that reach nobody."""
    roots = Roots(assessment)
    known: defaultdict[str, set[tuple[str, date | None]]] = defaultdict(set)
    for person, past in outbox.people.items():
        known[person] = {pair for each in past.standing for pair in ((each.key, each.owed), (each.key, None))}
    lost = {person for person, each in recipients.items() if each.lost}
    waiting: defaultdict[str, list[Item]] = defaultdict(list)
    unreached: list[str] = []
    for breach in assessment.breaches:
        heard = heard_by(assessment, breach, recipients, lost, rules.escalate_days)
        if not heard:
            unreached.append(breach.key)
        for person, told, owed in heard:
            if (breach.key, owed) in known[person]:
                continue
            known[person] |= {(breach.key, owed), (breach.key, None)}
            title = one_line(breach.title)
            waiting[person].append(Item(breach.key, told, roots.of(breach), title, is_critical(breach), owed))
    return waiting, tuple(unreached)


def _cleared(assessment: Assessment, outbox: Outbox) -> defaultdict[str, list[Item]]:
    """By person what they were told of that stands no more, the oldest first."""
    standing = {breach.key for breach in assessment.breaches}
    cleared: defaultdict[str, list[Item]] = defaultdict(list)
    for person, past in outbox.people.items():
        gone = {each.key: each for each in past.standing if each.key not in standing}.values()
        if gone:
            cleared[person] = [Item(each.key, Told.CLEARED, each.root, each.title) for each in gone]
    return cleared


def _due(
    recipient: Recipient, waiting: Sequence[Item], cleared: Sequence[Item], past: Past, rules: Rules, now: datetime
) -> tuple[list[Notice], datetime | None]:
    """What is due for one person, and when what is not due yet will be."""
    if hours.is_quiet(recipient, now):
        return [], hours.opens(recipient, now)
    today = hours.day_of(recipient, now)
    if hours.is_digest_time(recipient, now) and past.last_digest != today:
        return [Notice(person=recipient.id, day=today, items=(*waiting, *cleared), digest=True)], None
    first = past.last_day != today
    now_due = [group for group in _by_root(waiting) if first or _is_urgent(group, past)]
    notices = [Notice(person=recipient.id, day=today, items=tuple(items)) for items in _few(now_due, rules.at_once)]
    left = len(waiting) - sum(map(len, now_due))
    return notices, _next(recipient, bool(left), bool(cleared), past, now)


def _next(recipient: Recipient, waits: bool, cleared: bool, past: Past, now: datetime) -> datetime | None:
    """When what waits, or what was cleared, is due: with the next digest, or with the first message of the next day."""
    if not waits and not cleared:
        return None
    digest = hours.next_digest(recipient, now, today=past.last_digest != hours.day_of(recipient, now))
    moments = [digest, hours.next_day(recipient, now) if waits else None]
    return min((at for at in moments if at is not None), default=None)


def _by_root(items: Iterable[Item]) -> list[list[Item]]:
    """The items by their root cause, the root of the worst one first."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.root, []).append(item)
    return list(groups.values())


def _is_urgent(group: Sequence[Item], past: Past) -> bool:
    """Whether a root cause has become critical, as far as the person knows."""
    knows = any(each.root == group[0].root and each.critical for each in past.standing)
    return not knows and any(item.critical for item in group)


def _few(groups: list[list[Item]], most: int) -> list[list[Item]]:
    """One list for each root cause, or one for all where they are too many."""
    return groups if len(groups) <= most else [[item for group in groups for item in group]]
