"""What is signed of a breach: which one somebody means, what may be decided about it, and the words that are signed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from cockpit.basics.text import one_line
from cockpit.engine.decisions.life import OWN
from cockpit.engine.decisions.options import choices, options
from cockpit.ledger import subjects
from cockpit.ledger.subjects import DraftError, Known, Words, listed
from cockpit.records.assessment import Assessment, Breach
from cockpit.records.lives import Option
from cockpit.records.model import Meaning
from cockpit.trust import sentence
from cockpit.trust.obligations import BREACH, breach_subject, breach_version
from cockpit.wording import stages

MEANINGS = subjects.MEANINGS[BREACH]
"""What can be said of a breach, and of nothing else."""
SHORTEST = 4
"""Digits of a breach's id that may stand for it, as long as they fit no other."""
_SHOWN = 6


def find(known: Known, text: str, _: Meaning) -> str:
    """The subject of the one breach that a text means. Raises DraftError."""
    return breach_subject(find_breach(known.assessment, text).key)


def find_breach(assessment: Assessment, text: str) -> Breach:
    """The one breach that a text means: its short id, its key, its subject with or without its kind, or its code, in
    any case. Raises DraftError that lists close ones, with their ids."""
    wanted = text.strip().removeprefix(f"{BREACH}:").casefold()
    found = [b for b in assessment.breaches if wanted in _names(b)]
    if not found and len(wanted) >= SHORTEST:
        found = [b for b in assessment.breaches if b.id.startswith(wanted)]
    if len(found) == 1:
        return _signable(found[0])
    if found:
        raise DraftError(f"“{one_line(text, 80)}” may be {_list(found)}. Give the id of the one that you mean.")
    raise DraftError(f"No breach that stands is called “{one_line(text, 80)}”.{_close(assessment, wanted)}")


def _names(breach: Breach) -> set[str]:
    """Everything by which a breach is called."""
    names = (
        breach.id,
        breach.key,
        breach_subject(breach.key).partition(":")[2],
        f"{breach.code} {breach.subject}",
        f"{breach.code}:{breach.subject}",
        breach.subject,
        breach.subject.partition(":")[2],
        breach.code,
    )
    return {name.casefold() for name in names if name}


def _signable(breach: Breach) -> Breach:
    if breach.code in OWN:
        raise DraftError(
            f"{breach.code} is about what you alone have seen, so nobody acknowledges or decides it. "
            f"It clears when {breach.clears_when}."
        )
    return breach


def _list(breaches: Sequence[Breach]) -> str:
    shown = [f"{b.id} ({b.code} {one_line(b.subject, 60)})" for b in breaches[:_SHOWN]]
    more = f", and {len(breaches) - _SHOWN} more" if len(breaches) > _SHOWN else ""
    return (" or ".join(shown) if len(shown) < 3 else ", ".join(shown)) + more


def _close(assessment: Assessment, wanted: str) -> str:
    if not assessment.breaches:
        return " None stands."
    names = {name: breach for breach in reversed(assessment.breaches) for name in _names(breach)}
    close = difflib.get_close_matches(wanted, list(names), n=4, cutoff=0.5)
    near = list({names[name].key: names[name] for name in close}.values())
    return f" Did you mean {_list(near)}?" if near else f" The worst is {_list(assessment.breaches[:1])}."


def _standing(known: Known, subject: str) -> Breach:
    return next(b for b in known.assessment.breaches if breach_subject(b.key) == subject)


def options_of(known: Known, breach: Breach) -> tuple[Option, ...]:
    """What may be decided about a breach, with days that are recomputed now."""
    return options(known.case, breach)


def completed(known: Known, words: Words) -> Words:
    """The words of a decision with its day and with what its option does, as it is signed. Raises DraftError."""
    if words.meaning is not Meaning.DECIDED:
        return words
    breach, today = _standing(known, words.subject), known.assessment.today
    chosen = _chosen(known, breach, words.option) if words.option else None
    if chosen is None and not words.note.strip():
        raise DraftError(
            "A decision names an option, or says in a note what was decided: --option or --note. "
            f"The options, with their days: cockpit decide FOLDER {breach.id}"
        )
    longest = known.facts.policy.longest_decision_days
    latest = today + timedelta(days=longest)
    due = words.on or min(latest, chosen.due if chosen is not None else _by_default(known, today))
    if due < today:
        raise DraftError(f"A decision that is due on {due} is broken already: today is {today}. Give a day to come.")
    if due > latest:
        raise DraftError(
            f"A decision holds for {longest} days at most (policy.longest_decision_days): "
            f"name a day up to {latest}. If the breach still stands then, decide again."
        )
    note = stages.outcome_text(chosen, words.note) if chosen is not None else words.note
    return replace(words, on=due, note=note)


def _by_default(known: Known, today: date) -> date:
    return today + timedelta(days=max(1, known.facts.policy.decide_days))


def _chosen(known: Known, breach: Breach, option: str) -> Option:
    found = choices(known.case, breach)
    if option not in found:
        raise DraftError(f"“{one_line(option, 40)}” is no option of {breach.id}: take {listed(list(found))}.")
    return found[option]()


def obligation(known: Known, words: Words) -> tuple[str, str]:
    """The version of a breach that is signed, and the words for what it is."""
    breach = _standing(known, words.subject)
    what = sentence.of_breach(breach.code, breach.title, breach.subject, breach.since, breach.owner_name)
    return breach_version(breach.key, breach.life.number), what


def more(known: Known, words: Words) -> str:
    """What becomes of it, for whoever is about to sign it; empty for what is said of anything else."""
    if words.meaning is Meaning.ACKNOWLEDGED:
        last = known.assessment.today + timedelta(days=known.facts.policy.ack_days)
        return f" It says that I have seen it, until {last}; it clears nothing and changes no status."
    if words.meaning is Meaning.DECIDED and words.on is not None:
        option = f" My choice is the option “{words.option}”." if words.option else ""
        return f"{option} {stages.until_text(words.on)}"
    return ""
