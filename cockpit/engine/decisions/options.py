"""What may be decided about a breach: each option with the finishes that follow from it, recomputed over the whole
network. Asked for one breach at a time: each option takes a pass, and one that changes the plan a network of its own.

The finishes are those with everything in that blocks an objective, silent work included, as for leverage.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from functools import cached_property, partial

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.engine.decisions.lookups import Cut
from cockpit.engine.decisions.otherwise import case_without, without_dependency, without_items
from cockpit.engine.dependencies import Judged
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.path.holds import recomputed
from cockpit.engine.portfolio import finish_day
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.calendars import DAY
from cockpit.engine.scheduling.schedule import Forward
from cockpit.records.assessment import Breach
from cockpit.records.lives import Effect, Option
from cockpit.records.verdicts import DependencyState

Make = Callable[[], Option]
Effects = Callable[[], tuple[Effect, ...]]
Choice = tuple[str, Make]


def options(case: Case, breach: Breach) -> tuple[Option, ...]:
    """The options of a breach that stands in this case: what clears it first, to leave it last."""
    return tuple(make() for make in choices(case, breach).values())


def choices(case: Case, breach: Breach) -> dict[str, Make]:
    """By id what makes each option of a breach, in the order of `options`: only what is made costs its passes."""
    return dict(_Menu(case, breach).choices())


@dataclass(frozen=True)
class _Menu:
    case: Case
    breach: Breach

    def choices(self) -> Iterator[Choice]:
        """Every option that applies, in a fixed order."""
        judged = self.case.judged.get(self.breach.subject)
        yield from self._resolve()
        if self.case.blockage.hold(self.breach.subject) is None:
            yield self._option("clear", f"Have it cleared: {self.breach.clears_when}")
        if judged is not None and not judged.settled:
            yield from self._of_dependency(judged)
        if self._late is not None:
            yield from self._rebaseline(self._late)
        yield from self._stop()
        yield self._option("accept", "Leave it as it is")

    @cached_property
    def _late(self) -> date | None:
        """The computed finish of its project, where that is beyond its baseline and the breach is about time."""
        about_time = self.breach.slip_days is not None or self.breach.subject in self.case.judged
        if not about_time and self.breach.code not in ("FORECAST-LATE", "PLAN-COMPRESSED"):
            return None
        judgement = self.case.judgements.get(self.breach.project)
        late = judgement is not None and (judgement.slip_days or 0) > 0
        return judgement.finish if judgement is not None and late else None

    def _option(
        self,
        id: str,
        title: str,
        effects: Effects | None = None,
        *,
        at_least: bool = False,
        due: date | None = None,
        then: str = "",
    ) -> Choice:
        """A choice; without effects of its own nothing moves by it."""
        make = partial(self._made, id, title, effects or self._unmoved, at_least=at_least, due=due, then=then)
        return id, make

    def _made(self, id: str, title: str, effects: Effects, *, at_least: bool, due: date | None, then: str) -> Option:
        facts, shown = self.case.facts, effects()
        days = [(each.days, *self.case.blockage.cost_of_delay(each.objective)) for each in shown if each.days]
        return Option(
            id=id,
            title=title,
            effects=shown,
            saved=sum(gain * cost for gain, cost, _ in days) if days else None,
            saved_assumed=any(assumed for _, _, assumed in days),
            at_least=at_least and bool(days),
            due=min(
                due or facts.today + timedelta(days=max(1, facts.policy.decide_days)),
                facts.today + timedelta(days=facts.policy.longest_decision_days),
            ),
            then=then,
        )

    # Passes

    def _effects(self, blockage: Blockage, then: Forward) -> tuple[Effect, ...]:
        """What each objective that moves by it would finish on, else the one that the breach is about."""
        full = self.case.blockage.full
        found = []
        for objective in self.case.facts.objectives.values():
            now, end = self.case.blockage.end_of(objective, full), blockage.end_of(objective, then)
            both = now is not None and end is not None
            days = round((full.finish[now] - then.finish[end]) / DAY, 1) if both else None  # type: ignore[index]
            effect = Effect(
                objective=objective.id,
                title=objective.title,
                now=finish_day(full, now),
                then=finish_day(then, end),
                days=days,
            )
            if days or (effect.now is None) != (effect.then is None) or objective.id == self.breach.objective:
                found.append(effect)
        return tuple(sorted(found, key=lambda e: (-(e.days or 0.0), e.objective)))

    def _unmoved(self) -> tuple[Effect, ...]:
        """With everything as it is."""
        return self._effects(self.case.blockage, self.case.blockage.full)

    def _without(self, subjects: Collection[str]) -> tuple[Effect, ...]:
        """With these blockers out of the way."""
        blockage = self.case.blockage
        return self._effects(blockage, blockage.without(subjects))

    def _assumed(self, subjects: Collection[str]) -> bool:
        return any(hold.assumed for hold in self.case.blockage.all_holds if hold.subject in subjects)

    def _changed(self, cut: Cut) -> tuple[Effect, ...]:
        """With another plan. Work that is silent only there, since nothing else holds it, is not held against it."""
        here, other = self.case.blockage, case_without(self.case, cut).blockage
        acting = [hold for hold in other.all_holds if hold.subject in other.judged or here.hold(hold.subject)]
        return self._effects(other, recomputed(other.woven, acting, other.all_holds).dates)

    # Options

    def _resolve(self) -> Iterator[Choice]:
        if subject := self._blocker():
            title, effects = f"Have {self._name(subject)} resolved now", partial(self._without, (subject,))
            yield self._option("resolve", title, effects, at_least=self._assumed((subject,)))
        if self.breach.together:
            all_ = (self.breach.subject, *self.breach.together)
            title = f"Have {len(all_):,} resolved now that stand side by side: {', '.join(map(self._name, all_))}"
            yield self._option("together", title, partial(self._without, all_), at_least=self._assumed(all_))

    def _blocker(self) -> str:
        """The blocker that the breach is about; of a late project the one at which its driving chain stands."""
        blockage = self.case.blockage
        if blockage.hold(self.breach.subject) is not None:
            return self.breach.subject
        node = blockage.woven.finish_node(self.breach.project)
        if self._late is None or node is None:
            return ""
        chain = schedule.driving_chain(blockage.woven.network, blockage.full, node)
        return next((subject for n in chain if (subject := blockage.stands_at(n))), "")

    def _name(self, subject: str) -> str:
        judged = self.case.judged.get(subject)
        if judged is not None:
            return f"“{judged.view.record.title}”"
        item = self.case.facts.item(subject.partition(":")[2])
        return f"“{item.title}”" if item is not None else subject

    def _of_dependency(self, judged: Judged) -> Iterator[Choice]:
        view = judged.view
        if view.state is DependencyState.PROMISED and view.promised_for is not None:
            who = view.giver_owner_name or "its owner"
            yield self._option("promise", f"Take the promise of {who}: {view.promised_for}", due=view.promised_for)
        facts = self.case.facts
        then = "Both owners sign it withdrawn, and its links leave the plan: cockpit sign FOLDER "
        assumed = self._assumed((view.subject,))
        yield self._option(
            "without",
            "Go on without it",
            lambda: self._changed(without_dependency(facts, judged)),
            at_least=assumed,
            then=f"{then}{view.subject} withdrawn",
        )

    def _rebaseline(self, finish: date) -> Iterator[Choice]:
        project = self.breach.project
        command = f"cockpit sign FOLDER baseline:{project} baselined"
        title = f"Take {finish} as the baseline of “{self.case.facts.names[project]}”"
        yield self._option("rebaseline", title, then=f"Its file says so, and its sponsor signs it: {command}")

    def _stop(self) -> Iterator[Choice]:
        facts, project = self.case.facts, self.case.facts.projects.get(self.breach.project)
        if project is not None and (self._late is not None or "COST" in self.breach.code):
            name, items = project.id, {i.id for i in facts.items.values() if i.project == project.id}
            cost, spent = project.forecast_cost, project.actual_cost
            left = cost - spent if cost is not None and spent is not None else 0.0
            then = f"Of its forecast cost {left:,.0f} is not spent yet." if left > 0 else ""
            title = f"Stop the project “{project.title}”"
            yield self._option(
                "stop", title, lambda: self._changed(without_items(facts.snapshot, items, name)), then=then
            )
        elif self.breach.code == "ALIGN-TICKETS":
            cause = self.breach.subject.partition(":")[2]
            names = {i for group in self.case.alignment.groups if group.cause == cause for i in group.items}
            title = f"Stop the work on them: {len(names):,} tickets"
            yield self._option("stop", title, lambda: self._changed(without_items(facts.snapshot, names)))
