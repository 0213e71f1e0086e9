"""What a case knows of the case before, to tell again what follows from nothing that differs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from cockpit.engine.rows import is_same

if TYPE_CHECKING:
    from cockpit.engine.case import Case
    from cockpit.engine.dependencies import Judged
    from cockpit.records.assessment import Breach, SignOff


class Again:
    """The part of a case that knows of the case before."""

    @property
    def same_ground(self) -> Case | None:
        """The case before, if nothing but work and its history is otherwise."""
        case = cast("Case", self)
        before = case.earlier
        return before if before is not None and before.facts.ground is case.facts.ground else None

    @property
    def same_needs(self) -> Case | None:
        """The case before, if every dependency and every statement is there what it is here, and of work only times
        are otherwise."""
        case = cast("Case", self)
        before = case.earlier
        return before if before is not None and before.facts.needs is case.facts.needs else None

    @cached_property
    def stirred(self) -> frozenset[str] | None:
        """The dependencies of which anything that a breach of theirs rests on is otherwise than in the case before:
        state and hold, what they cost, when what waits for them begins and whether it is near. None: any may be."""
        case, before = cast("Case", self), self.same_needs
        if before is None or case.woven.shifted is None:
            return None
        if case.facts.snapshot.first_seen != before.facts.snapshot.first_seen:
            return None
        nodes, now, was = case.woven.shifted | (case.near ^ before.near), case.blockage, before.blockage
        joined = now.joints_of.keys() | was.joints_of.keys()  # what one costs follows from others too
        return frozenset(
            subject
            for subject, judged in case.judged.items()
            if judged is not before.judged[subject]
            or not is_same(now.hold(subject), hold := was.hold(subject))
            or (hold is not None and not nodes.isdisjoint(hold.nodes))
            or now.effects.get(subject) != was.effects.get(subject)
            or subject in joined
        )

    @cached_property
    def raised(self) -> dict[str, dict[str, Breach]]:
        """Code → subject → breach, of rules that ask one dependency after another; as far as they were asked."""
        return {}

    @cached_property
    def alive(self) -> dict[str, tuple[Breach, Breach]]:
        """Key → a breach as it was raised and with its life, as far as lives were told."""
        return {}

    @cached_property
    def pending(self) -> dict[str, tuple[Judged, SignOff]]:
        """Dependency subject → what is known of it, and the signature that it waits for, as far as that was told."""
        return {}

    @cached_property
    def ladders(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        """Owner, project and objective of a breach → the people it goes to as it ages, as far as that was asked."""
        before = self.same_ground
        return before.ladders if before is not None else {}
