"""The life of a breach on screens: what is acknowledged, decided and owed, and what `a` and `d` have signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.records.verdicts import Stage
from cockpit.screens.keynames import key
from cockpit.screens.words import SEVERITY, Cell, day, fit, inert, rule
from cockpit.wording import stages

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment, Breach, SignOff
    from cockpit.records.model import Meaning

Line = tuple[str, str]


def breach_of(assessment: Assessment, key: str, subject: str = "") -> Breach | None:
    """Return the breach of that key, else the one that a statement of this subject would be about."""
    from cockpit.trust.obligations import breach_subject

    found = (b for b in assessment.breaches if b.key == key or (subject and breach_subject(b.key) == subject))
    return next(found, None)


def to_sign(breach: Breach, meaning: Meaning) -> SignOff:
    """Return what is signed of a breach as a sign-off; who may sign it is said when it is drafted."""
    from cockpit.records.assessment import SignOff
    from cockpit.trust.obligations import breach_subject, breach_version

    owed = breach.life.owed
    return SignOff(
        subject=breach_subject(breach.key),
        title=breach.title,
        meanings=(meaning,),
        owner=owed.by if owed else breach.owner,
        owner_name=owed.by_name if owed else breach.owner_name,
        team="",
        due=owed.due if owed else None,
        state=breach.life.stage,
        version=breach_version(breach.key, breach.life.number),
        origin=breach.origin,
    )


def life_lines(breach: Breach) -> list[Line]:
    """Return where a breach stands, as labelled lines, and the keys that act on it."""
    life, lines = breach.life, []
    if life.owed is not None:
        lines.append(("warn", f"Decision\t{stages.owed_text(life.owed).removeprefix('decision ')}"))
    elif life.owed_from is not None and life.decided is None:
        lines.append(("", f"Decision\tis owed from {day(life.owed_from)} on, if it stands then"))
    if life.decided is not None:
        broken = " — broken: it still stands" if life.stage is not Stage.DECIDED else ""
        lines.append(("warn" if broken else "", f"Decided\t{stages.decided_text(life.decided, 2000)}{broken}"))
    if life.acknowledged is not None:
        seen = life.acknowledged
        lines.append(("", f"Acknowledged\tby {inert(seen.by_name, 80)} on {day(seen.on)}, until {day(seen.until)}"))
    if life.number > 1:
        lines.append(("warn", f"Came back\traised for the {stages.ordinal(life.number)} time"))
    if breach.id:
        keys = f"{key('acknowledge')} acknowledges it, {key('decide')} shows what may be decided"
        lines.append(("muted", f"Id\t{breach.id}: {keys}"))
    return lines


def apart_line(breach: Breach, width: int, changed: str = " ") -> Cell | None:
    """Return the line of a breach about which nobody has to act today: who saw or decided it, and until when; `changed`
    is the mark of what changed about it."""
    life = breach.life
    if life.stage is Stage.ACKNOWLEDGED and life.acknowledged is not None:
        said = f"seen by {inert(life.acknowledged.by_name, 24)} until {day(life.acknowledged.until)}"
    elif life.stage is Stage.DECIDED and life.decided is not None:
        said = f"decided by {inert(life.decided.by_name, 24)}, due {day(life.decided.due)}"
    else:
        return None
    said = f"✓ {said}"
    left = f"{SEVERITY[breach.severity][0]}{changed} {fit(rule(breach.code), 14)} {inert(breach.title)}"
    return f"{fit(left, max(width - len(said) - 2, 18))}  {said}", "muted"


def turn(breach: Breach) -> Cell:
    """Return whose turn it is: whoever owes a decision, marked, else who can clear it."""
    owed = breach.life.owed
    if owed is not None:
        return f"!{owed.by_name or owed.by or 'nobody'}", "warn"
    name = breach.owner_name or breach.owner
    return (name, "") if name else ("nobody", "warn")
