"""The life of a breach and what may be decided about it, in words: the same in the shell, in the app and in what is
signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from cockpit.basics.text import one_line
from cockpit.records.verdicts import Stage

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment, Breach
    from cockpit.records.lives import Decided, Effect, Option, Owed

LONGEST = 100
"""Characters of what was decided that stand in a line of other things."""
NOBODY = "nobody named"


def stage_text(breach: Breach) -> str:
    """Where a breach stands and who has said or owes what about it; empty for one that is merely raised."""
    life, parts = breach.life, []
    if life.stage is Stage.OWED and life.owed is not None:
        parts.append(owed_text(life.owed))
        parts += [f"{decided_text(life.decided)}, broken"] if life.decided is not None else []
    elif life.stage is Stage.DECIDED and life.decided is not None:
        parts.append(decided_text(life.decided))
    if life.acknowledged is not None:
        parts.append(f"acknowledged by {_name(life.acknowledged.by_name)} until {life.acknowledged.until}")
    if life.number > 1:
        parts.append(f"raised for the {ordinal(life.number)} time")
    return "; ".join(parts)


def owed_text(owed: Owed) -> str:
    """Who owes a decision, since when and until when."""
    return f"decision owed by {_name(owed.by_name)} since {owed.since}, due {owed.due}"


def decided_text(decided: Decided, longest: int = LONGEST) -> str:
    """What was decided, by whom, and by when the breach is to be cleared by it."""
    said = one_line(decided.outcome, 4000)
    if len(said) > longest:
        # What is signed of an option ends with the days that it moves: they are the first to go.
        said = said.partition(" (")[0] if " (" in said[:longest] else one_line(said, longest)
    said = said or decided.option
    return f"decided by {_name(decided.by_name)} on {decided.on}, due {decided.due}: {said.rstrip('.')}"


def _name(name: str) -> str:
    return one_line(name, 80) or NOBODY


def ordinal(number: int) -> str:
    """`second`, `3rd`, `21st`."""
    if number == 2:
        return "second"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def apart(breaches: Iterable[Breach]) -> tuple[tuple[Breach, ...], tuple[Breach, ...]]:
    """Breaches about which somebody has to act now, and those that are acknowledged or decided; each in its order."""
    both: tuple[list[Breach], list[Breach]] = ([], [])
    for breach in breaches:
        both[breach.life.stage in (Stage.ACKNOWLEDGED, Stage.DECIDED)].append(breach)
    return tuple(both[0]), tuple(both[1])


def decisions_text(assessment: Assessment) -> str:
    """How long decisions take here, and how many are owed; empty where there is nothing to say."""
    owed = sum(breach.life.stage is Stage.OWED for breach in assessment.breaches)
    parts = []
    if assessment.decision_days is not None:
        took, times = f"{assessment.decision_days:g}", assessment.decided
        parts.append(f"median {took} day{'' if took == '1' else 's'} from raised to decided ({times:,} decided)")
    if owed:
        none = "" if parts else ", none made yet"
        parts.append(f"{owed:,} owed{none}")
    return ", ".join(parts)


# Options


def effect_text(effect: Effect, at_least: bool = False) -> str:
    """What an option does to one objective: the finishes before and after, and the days between."""
    title = one_line(effect.title, 80)
    if effect.then is None:
        return f"{title}: no finish left (now {effect.now or 'unknown'})"
    if not effect.days:
        return f"{title}: stays {effect.then}"
    days = f"{abs(effect.days):g}"
    word = "regained" if effect.days > 0 else "lost"
    least = "at least " if at_least else ""
    return f"{title}: {effect.now} → {effect.then}, {least}{days} day{'' if days == '1' else 's'} {word}"


def effects_of(option: Option) -> Iterator[str]:
    """What an option does to each objective, one text each; one text where no finish moves."""
    if option.effects:
        yield from (effect_text(effect, option.at_least) for effect in option.effects)
    else:
        yield "no finish moves"


def outcome_text(option: Option, note: str) -> str:
    """What is signed of an option that is chosen: its title, the days shown with it, and the signer's words."""
    moved = [effect_text(e, option.at_least) for e in option.effects if e.days or e.then is None]
    said = f"{option.title.rstrip('.')} ({'; '.join(moved) or 'no finish moves'})."
    return f"{one_line(said, 1200)} {note.strip()}".strip()


def until_text(due: date) -> str:
    """What becomes of a decision, for whoever is about to sign it."""
    return f"It clears nothing by itself: if the breach still stands after {due}, the decision is broken and shown so."
