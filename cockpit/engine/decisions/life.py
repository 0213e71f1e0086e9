"""The life of each breach: raised, acknowledged, a decision owed, decided, cleared, raised again; and what every
statement about a breach is worth.

It is told after the rules have run, since breaches rest on the ledger. No such statement raises or clears a breach, or
moves a status: so there is no circle. All days are of the log of breaches, by what was known on the day that is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from statistics import median

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.engine.decisions.ladder import Place, place_of
from cockpit.engine.decisions.trial import Trial
from cockpit.records.assessment import Breach, StatementView
from cockpit.records.lives import short_ids
from cockpit.records.snapshot import Stood
from cockpit.records.verdicts import Verdict
from cockpit.trust.bodies import PROOF
from cockpit.trust.obligations import BREACH, breach_subject, breach_version, split_subject

OWN = ("LEDGER-MISSING",)
"""Rules about what one user knows and others may not: such a breach is in no log, and nobody signs anything of it."""
STATES = ("DEP-UNOWNED", "DEP-UNPROVEN", "DEP-BROKEN", "DEP-CONTRADICTED", "DEP-DISPUTED")
"""The states of a dependency that is not proven: one follows the other, and the trouble is the same."""


@dataclass(frozen=True, slots=True)
class Lived:
    """The breaches with their lives, the statements with what they are worth, and how long decisions took."""

    breaches: tuple[Breach, ...]
    views: tuple[StatementView, ...]
    decision_days: float | None
    """The median of the days from raised to decided, over every life of a breach that was ever decided."""
    decided: int
    """How many those are."""


def lived(case: Case, breaches: Sequence[Breach]) -> Lived:
    """Tell the lives of these breaches, the only ones that stand, and judge what was signed of them and of others."""
    log = _Log(case, {breach.key: breach for breach in breaches})
    judged, latencies = _judged(case, log)
    known = _known(case, log)
    for breach in breaches:
        before = known.get(breach.key)
        stands = before is not None and before[0] is breach
        case.alive[breach.key] = before if before is not None and stands else (breach, log.alive(breach))
    return Lived(
        breaches=tuple(case.alive[breach.key][1] for breach in breaches),
        views=tuple(judged.get(view.record.id, view) for view in case.ledger.views),
        decision_days=float(median(latencies)) if latencies else None,
        decided=len(latencies),
    )


def _known(case: Case, log: _Log) -> Mapping[str, tuple[Breach, Breach]]:
    """Key → a breach as it was raised and with its life, of the case before: as long as the log tells the same lives of
    the same breaches, one that is the very same has the life that it had."""
    before = case.same_ground
    if before is None or log.standing.keys() != before.alive.keys():
        return {}
    return before.alive if case.facts.snapshot.lives == before.facts.snapshot.lives else {}


def _judged(case: Case, log: _Log) -> tuple[dict[str, StatementView], list[int]]:
    """Statement → what it is worth; and the days that each decision took."""
    said = [v for v in case.ledger.views if v.verdict is Verdict.COUNTS and v.record.type == PROOF and _is_about(v)]
    judged: dict[str, StatementView] = {}
    trials: dict[tuple[str, int], Trial] = {}
    for view in said:
        key = log.keys.get(view.subject)
        if key is None:
            why = f"no breach of that name was ever raised here by {case.facts.today}"
            judged[view.record.id] = replace(view, verdict=Verdict.UNKNOWN_SUBJECT, why=why)
            continue
        number = log.life_of(key, str(view.record.body["of"]))
        if number is None:
            why = "it is over no life of this breach that is known here"
            judged[view.record.id] = replace(view, verdict=Verdict.VOID, why=why)
            continue
        current = log.current(key) if key in log.standing else None
        trial = current if current is not None and current.number == number else trials.get((key, number))
        trial = trial or log.trial(key, number)
        trials[key, number] = trial
        trial.hear(view)
    for trial in trials.values():
        judged |= trial.verdicts()
    return judged, [days for trial in trials.values() if (days := trial.latency) is not None]


def _is_about(view: StatementView) -> bool:
    return split_subject(view.subject)[0] == BREACH


@dataclass(frozen=True)
class _Log:
    """The log of breaches on the day that is judged, with what stands on it."""

    case: Case
    standing: Mapping[str, Breach]

    def alive(self, breach: Breach) -> Breach:
        """A breach that stands, with its short name and its life."""
        return replace(breach, id=self._ids[breach.key], life=self.current(breach.key).life())

    @cached_property
    def _ids(self) -> dict[str, str]:
        return short_ids(list(self.standing))

    @cached_property
    def keys(self) -> dict[str, str]:
        """Subject of a statement → the key of the breach, of all that stand or ever stood."""
        known = (*self.standing, *self.case.facts.snapshot.lives)
        return {breach_subject(key): key for key in known if key.partition("|")[0] not in OWN}

    def lives(self, key: str) -> tuple[Stood, ...]:
        """Each time that a breach stood. One that stands and is not logged yet has stood since today."""
        snapshot = self.case.facts.snapshot
        logged = snapshot.lives.get(key, ())
        if key not in self.standing:
            return logged
        if not logged and key in snapshot.first_seen:
            return (Stood(_begin(snapshot.first_seen[key]), None),)
        if logged and logged[-1].cleared is None:
            return logged
        cleared = logged[-1].cleared if logged else None
        today = _begin(self.case.facts.today)
        return (*logged, Stood(max(today, cleared) if cleared is not None else today, None))

    def number(self, key: str) -> int:
        """Which life a standing breach is in."""
        return len(self.lives(key))

    def life_of(self, key: str, version: str) -> int | None:
        """The life that was signed of."""
        numbers = range(len(self.lives(key)), 0, -1)
        return next((n for n in numbers if breach_version(key, n) == version), None)

    @cached_property
    def _current(self) -> dict[str, Trial]:
        return {}

    def current(self, key: str) -> Trial:
        """The hearing of the life that a standing breach is in, the one and only."""
        if key not in self._current:
            self._current[key] = self.trial(key, self.number(key))
        return self._current[key]

    def trial(self, key: str, number: int) -> Trial:
        """The hearing of one life."""
        lives, breach = self.lives(key), self.standing.get(key)
        stood = lives[number - 1]
        if number < len(lives):
            breach = None
        named = Place(breach.project, breach.objective) if breach is not None else Place()
        place = named if any(named) else place_of(self.case, key.partition("|")[2])
        again = lives[number].raised.date() if number < len(lives) else None
        return Trial(self.case, breach, place, number, stood, self.owed_from(key, stood), again)

    def owed_from(self, key: str, stood: Stood) -> date:
        """The first day on which a decision is owed: `decide_days` after the trouble began.

        What comes back within `decide_days`, or in another of a dependency's states, was not cleared: the time goes on.
        """
        patience = timedelta(days=self.case.facts.policy.decide_days)
        raised = stood.raised.date()
        began = end = raised
        for number, (start, cleared) in enumerate(self._troubles[_trouble(key)]):
            if start > raised:
                break
            if number == 0 or start - end > patience:
                began, end = start, cleared
            end = max(end, cleared)
        return max(raised, began + patience)

    @cached_property
    def _troubles(self) -> dict[str, list[tuple[date, date]]]:
        """By trouble the days on which each of its lives began and ended, in the order in which they began."""
        found: dict[str, list[tuple[date, date]]] = defaultdict(list)
        keys: Iterable[str] = dict.fromkeys((*self.standing, *self.case.facts.snapshot.lives))
        for key in keys:
            for stood in self.lives(key):
                cleared = stood.cleared.date() if stood.cleared is not None else self.case.facts.today
                found[_trouble(key)].append((stood.raised.date(), cleared))
        return {trouble: sorted(days) for trouble, days in found.items()}


def _trouble(key: str) -> str:
    code, _, subject = key.partition("|")
    return f"{STATES[0]}|{subject}" if code in STATES else key


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
