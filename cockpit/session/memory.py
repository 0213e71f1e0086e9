"""Assessments that were made already, and the one thing that an assessment needs of an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from cockpit.basics.garbage import uncollected
from cockpit.engine.assess import Step, assess, assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.portfolio import Woven
from cockpit.engine.precision.glimpse import Glimpse, glimpse, glimpse_of, unheld
from cockpit.engine.precision.outcomes import Outcomes
from cockpit.engine.trackers.reconcile import as_it_stands
from cockpit.records.assessment import Assessment
from cockpit.records.snapshot import Snapshot
from cockpit.session.networks import Networks

MONTHS = 13
"""Past days, or months, by which precision is judged at most."""

Recall = Callable[[date | None], Snapshot]
"""What was known at the end of a day; of the present for None."""


class Memory:
    """Assessments by the day whose knowledge they rest on (None: all there is) and the day on which they judge."""

    def __init__(self, networks: Networks | None = None, hear: Step | None = None) -> None:
        self._networks = networks
        self._hear = hear
        """Is told how far the first judgement of the present is."""
        self._judged: dict[tuple[date | None, date], Assessment] = {}
        self._finishes: dict[date, Mapping[str, date]] = {}
        self._glimpses: dict[date, Glimpse] = {}
        self._present: Case | None = None
        """What the assessment of the present was made of: the next one takes from it what has not changed."""

    @property
    def woven(self) -> Woven | None:
        """The network of the present; None where it was not judged."""
        return self._present.woven if self._present is not None else None

    def case(self, snapshot: Snapshot, today: date) -> Case:
        """Return the case of what is known: the one by which the present was judged, where it is that."""
        present = self._present
        if present is not None and present.facts.today == today and present.facts.read == snapshot:
            return present
        return Case(Facts(snapshot, today))

    def recall(self, day: date | None, today: date) -> Assessment | None:
        """Return the assessment if it was made."""
        return self._judged.get((day, today))

    def put_away(self, day: date) -> None:
        """Keep of the assessment of a past day only what later days need of it."""
        if (found := self._judged.pop((day, day), None)) is not None:
            self._finishes[day] = found.unheld

    def judge(self, day: date | None, today: date, known: Recall, dates: Sequence[date]) -> Assessment:
        """Make the assessment. `dates` are the days on which something was observed, earliest first."""
        # Hardly anything that is made here is garbage, and of a hundred thousand rows a search for it takes a second.
        with uncollected():
            if self._hear is not None and day is None and self._present is None:
                self._hear("what is known")
            key = self._networks.key() if self._networks and day is None and self._present is None else None
            snapshot = self.with_earlier(known(day), today, known, dates)
            found = assess(snapshot, today) if day is not None else self._judge_present(snapshot, today, key)
        self._judged[day, today] = found
        return found

    def _judge_present(self, snapshot: Snapshot, today: date, key: bytes | None) -> Assessment:
        recalled = self._networks.recalled(key) if self._networks and key else None
        case = Case.after(Facts(snapshot, today), self._present, recalled)
        found = assessment_of(case, self._hear if self._present is None else None)
        case.let_go()
        self._present = case
        return found

    def with_earlier(self, snapshot: Snapshot, today: date, known: Recall, dates: Sequence[date]) -> Snapshot:
        """Return the snapshot with the finishes computed `silence_days` working days ago, to see what recedes."""
        facts = Facts(snapshot, today, as_it_stands(snapshot))
        old = [d for d in dates if d < today and facts.working_days(d, today) >= facts.policy.silence_days]
        if not old:
            return snapshot
        return replace(snapshot, earlier=self._finishes_on(old[-1], known), earlier_on=old[-1])

    def _finishes_on(self, day: date, known: Recall) -> Mapping[str, date]:
        """Return the finishes computed on a past day without holds. What was earlier still never moves them."""
        judged = self.recall(day, day)
        if judged is not None:
            return judged.unheld
        if day not in self._finishes:
            self._finishes[day] = unheld(known(day), day)
        return self._finishes[day]

    def precise(self, assessment: Assessment, as_of: date | None, known: Recall, dates: Sequence[date]) -> Assessment:
        """Return the assessment with the precision of outcomes, as the days before it show; `dates` as in `judge`."""
        today = assessment.today
        for day in (days := _sampled(dates, today)):
            if day not in self._glimpses:
                self._glimpses[day] = glimpse(self.with_earlier(known(day), day, known, dates), day)
        case = self._standing(today) if as_of is None else None
        case = case or Case(Facts(self.with_earlier(known(as_of), today, known, dates), today))
        past = (*(self._glimpses[day] for day in days), glimpse_of(case))
        return replace(assessment, precision=Outcomes(case.facts, assessment, past).rows())

    def _standing(self, today: date) -> Case | None:
        """What the assessment of the present was made of, if it is as true as it was and judges on this day."""
        present = self._present
        stands = present is not None and present.facts.today == today and self.recall(None, today) is not None
        return present if stands else None

    def forget(self, since: date | None) -> None:
        """Drop what was made of `since`, of all days after it and of the present; None: nothing changed."""
        if since is None:
            return
        self._judged = {k: v for k, v in self._judged.items() if k[0] is not None and k[0] < since}
        self._finishes = {day: finishes for day, finishes in self._finishes.items() if day < since}
        self._glimpses = {day: seen for day, seen in self._glimpses.items() if day < since}


def _sampled(dates: Sequence[date], today: date) -> list[date]:
    """The days before today by which precision is judged: all of them where they are few, else the last of a month."""
    before = [day for day in dates if day < today]
    last = {(day.year, day.month): day for day in before}
    return before if len(before) <= MONTHS else list(last.values())[-MONTHS:]
