"""One life of one breach: what was signed of it, heard in the order in which it was signed, and what that is worth."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import UTC, date, datetime, timedelta

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.engine.decisions.ladder import Clock, Place, Rung, rung_of, rungs
from cockpit.records.assessment import Breach, StatementView
from cockpit.records.lives import Acknowledged, Decided, Life, Owed
from cockpit.records.model import Meaning, Person, Statement
from cockpit.records.snapshot import Stood
from cockpit.records.verdicts import Stage, Verdict
from cockpit.trust.people import called


@dataclass(slots=True)
class Trial:
    """Hears what was signed of one life; `breach` is None where it has ended."""

    case: Case
    breach: Breach | None
    place: Place
    number: int
    stood: Stood
    owed_from: date
    again: date | None
    """The day on which it came back after this life."""
    latency: int | None = None
    """Days from raised to the first decision."""
    _heard: dict[str, StatementView] = field(default_factory=dict)
    _counting: dict[tuple[Meaning, str], str] = field(default_factory=dict)
    """The decision that counts, and each signer's acknowledgement that does."""
    _clock: Clock | None = None
    _ruling: int = 0
    """The level of the decision that holds, if one does."""
    _decided: Decided | None = None
    _acknowledged: Acknowledged | None = None

    # What is signed

    def hear(self, view: StatementView) -> None:
        """Hear the next statement. They come in the order in which they were signed."""
        meaning, person = str(view.record.body["meaning"]), self.case.facts.people[view.record.signer]
        hear = {Meaning.ACKNOWLEDGED: self._acknowledge, Meaning.DECIDED: self._decide}.get(Meaning(meaning))
        if hear is None:
            self._refuse(view, f"A breach is acknowledged or decided, not {meaning}.")
        elif view.record.signed_at < _second(self.stood.raised) or self._day(view) < self.stood.raised.date():
            when = f"before it was raised on {self.stood.raised.date()}"
            self._heard[view.record.id] = replace(view, verdict=Verdict.VOID, why=f"signed {when}")
        else:
            hear(view, person)

    def _acknowledge(self, view: StatementView, person: Person) -> None:
        day = self._day(view)
        allowed = self._may_acknowledge(view.record, day)
        who = next((one for one in allowed if self._acts_for(view.record, one.person.id)), None)
        if self.breach is not None and who is None:
            names = ", or ".join(f"{called(each.person)}, {each.role}" for each in allowed) or "nobody who is named"
            self._refuse(view, f"{called(person)} may not sign acknowledged: the breach goes to {names}.")
            return
        until = day + timedelta(days=self.case.facts.policy.ack_days)
        self._replace(Meaning.ACKNOWLEDGED, view, "replaced by")
        self._heard[view.record.id] = self._in_place(view, who)
        self._acknowledged = Acknowledged(
            by=person.id, by_name=person.name, on=day, until=until, statement=view.record.id
        )

    def _may_acknowledge(self, proof: Statement, day: date) -> list[Rung]:
        """To whom the breach goes: its owner, the lead of their team, and by then whoever owes its decision."""
        if self.breach is None:
            return []
        facts, owner = self.case.facts, self.case.facts.person(self.breach.owner)
        lead = facts.person(facts.lead_of(owner.team)) if owner is not None and owner.team else None
        found = [Rung(owner, "who can clear it")] if owner is not None else []
        found += [Rung(lead, f"who leads the team of {called(owner)}")] if lead and owner and lead != owner else []
        levels = rungs(self.case, self.place, proof)
        turn = self._at(day).turn(day)
        if turn is not None or owner is None:
            found += levels[: (turn.rung if turn is not None else 0) + 1]
        return list({each.person.id: each for each in reversed(found)}.values())[::-1]

    def _decide(self, view: StatementView, person: Person) -> None:
        day, levels = self._day(view), rungs(self.case, self.place, view.record)
        rung = rung_of(levels, lambda owner: self._acts_for(view.record, owner))
        needed = self._needed(day)
        if rung is None or rung < min(needed, max(0, len(levels) - 1)):
            self._refuse(view, _may_not_decide(person, levels[needed:] or levels[-1:]))
            return
        body = view.record.body
        option, outcome = str(body.get("option", "")), str(body.get("note", "")).strip()
        due = date.fromisoformat(body["date"]) if body.get("date") else day + timedelta(days=self._at(day).days)
        empty = "" if option or outcome else "it names no option and no outcome"
        if why := empty or ("" if due >= day else f"its day, {due}, had passed when it was signed"):
            self._heard[view.record.id] = replace(view, verdict=Verdict.VOID, why=why)
            return
        longest = self.case.facts.policy.longest_decision_days
        latest = day + timedelta(days=longest)
        if due > latest:
            why = f"it holds until {latest}, not {due}: no decision holds for more than {longest} days"
            view, due = replace(view, why=why), latest
        self._replace(Meaning.DECIDED, view, "decided otherwise by")
        self._heard[view.record.id] = self._in_place(view, levels[rung])
        self._ruling = rung
        self._decided = Decided(
            by=person.id, by_name=person.name, on=day, due=due, option=option, outcome=outcome, statement=view.record.id
        )
        if self.latency is None and (self.stood.cleared is None or day <= self.stood.cleared.date()):
            self.latency = max(0, (day - self.stood.raised.date()).days)

    def _needed(self, day: date) -> int:
        """The level that decides on a day: whose decision holds, else whose turn it is, else the first."""
        clock = self._at(day)
        if self._decided is not None and self._decided.due >= day:
            return self._ruling
        turn = clock.turn(day)
        return turn.rung if turn is not None else clock.rung

    def _at(self, day: date) -> Clock:
        """The clock as it runs on a day: a decision whose day has passed by then has set it anew."""
        if self._clock is None:
            count = len(rungs(self.case, self.place))
            self._clock = Clock(self.owed_from, 0, count, max(1, self.case.facts.policy.decide_days))
        if self._decided is not None and self._decided.due < day:
            return self._clock.broken(self._ruling, self._decided.due)
        return self._clock

    def _acts_for(self, proof: Statement, owner: str) -> bool:
        return proof.signer == owner or bool(self.case.facts.owners.mandates.stands_in(proof, owner))

    def _in_place(self, view: StatementView, who: Rung | None) -> StatementView:
        """The statement with whose place its signer takes, by a delegation."""
        if who is None or who.person.id == view.record.signer:
            return view
        return replace(view, behalf=f"{who.person.name} ({who.person.id})")

    def _day(self, view: StatementView) -> date:
        """The day on which it was signed, as the log counts days: in a portfolio that stands still, on its own day."""
        return min(view.record.signed_at.astimezone(self.stood.raised.tzinfo or UTC).date(), self.case.facts.today)

    def _refuse(self, view: StatementView, why: str) -> None:
        self._heard[view.record.id] = replace(view, verdict=Verdict.NOT_ENTITLED, why=why)

    def _replace(self, meaning: Meaning, by: StatementView, how: str) -> None:
        """A later decision takes the place of every earlier one; a later acknowledgement of those of its signer."""
        place = meaning, "" if meaning is Meaning.DECIDED else by.record.signer
        if (before := self._counting.get(place)) is not None:
            view = self._heard[before]
            words = "replaced by" if view.record.signer == by.record.signer else how
            why, later = f"{words} {by.record.id[:12]}", by.record.id
            self._heard[before] = replace(view, verdict=Verdict.SUPERSEDED, why=why, superseded_by=later)
        self._counting[place] = by.record.id

    # What comes of it

    @property
    def _holds(self) -> bool:
        """Whether there is a decision that holds today."""
        return self._decided is not None and self._decided.due >= self.case.facts.today

    def life(self) -> Life:
        """Where the breach stands today."""
        today = self.case.facts.today
        seen = self._acknowledged if self._acknowledged and self._acknowledged.until >= today else None
        owed = None if self._holds else self._owed(today)
        stage = Stage.DECIDED if self._holds else Stage.OWED if owed else Stage.ACKNOWLEDGED if seen else Stage.RAISED
        return Life(
            stage=stage,
            number=self.number,
            owed_from=self._at(today).day,
            acknowledged=seen,
            owed=owed,
            decided=self._decided,
        )

    def _owed(self, today: date) -> Owed | None:
        turn = self._at(today).turn(today)
        if turn is None:
            return None
        levels = rungs(self.case, self.place)
        person = levels[turn.rung].person if levels else None
        name = person.name if person is not None else ""
        return Owed(by=person.id if person is not None else "", by_name=name, since=turn.since, due=turn.due)

    def verdicts(self) -> dict[str, StatementView]:
        """Statement → what it is worth today."""
        return {id_: self._today(view) for id_, view in self._heard.items()}

    def _today(self, view: StatementView) -> StatementView:
        if view.verdict is not Verdict.COUNTS:
            return view
        if self.breach is None:
            cleared = self.stood.cleared.date() if self.stood.cleared is not None else self.case.facts.today
            back = f", and came back on {self.again}: that takes another signature" if self.again else ""
            return replace(view, verdict=Verdict.SUPERSEDED, why=f"the breach was cleared on {cleared}{back}")
        if view.meaning == Meaning.ACKNOWLEDGED:
            last = self._day(view) + timedelta(days=self.case.facts.policy.ack_days)
            if last < self.case.facts.today:
                return replace(view, verdict=Verdict.SUPERSEDED, why=f"it lapsed after {last}")
        return view


def _may_not_decide(person: Person, levels: tuple[Rung, ...]) -> str:
    if not levels:
        return "Nobody may sign decided: no sponsor, owner of an objective or steward is named who is known."
    names = ", or ".join(f"{called(each.person)}, {each.role}" for each in levels)
    return f"{called(person)} may not sign decided: only {names}, may."


def _second(moment: datetime) -> datetime:
    """Statements tell whole seconds."""
    return moment.replace(microsecond=0)
