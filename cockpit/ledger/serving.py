"""What is signed of work that no file gives to an objective: which work is meant, and the words that are signed."""

from __future__ import annotations

import difflib

from cockpit.basics.text import one_line
from cockpit.engine.serving import FIELDS, Rule, Serving, is_of_charter, rule_of
from cockpit.ledger import subjects
from cockpit.ledger.subjects import DraftError, Known, Words
from cockpit.records.model import Meaning
from cockpit.trust import sentence
from cockpit.trust.obligations import MAPPING, split_subject

MEANINGS = subjects.MEANINGS[MAPPING]
_HOW = "It is written mapping:FIELD=PATTERN>OBJECTIVE, in quotation marks, since a shell takes > for itself."


def is_meant(known: Known, words: Words) -> bool:
    """Whether these words are about it: a mapping that is none of the charter's and names what it leads to."""
    kind, name = split_subject(words.subject)
    return kind == MAPPING and ">" in name and not is_of_charter(known.facts, words.subject)


def find(known: Known, text: str, meaning: Meaning) -> str:
    """The subject that a text means, the objective by its id. Raises DraftError."""
    if meaning not in MEANINGS:
        raise DraftError(f"A mapping is confirmed or withdrawn, not {meaning}.")
    rule = rule_of(text, known.facts.objectives)
    if rule is None:
        raise DraftError(_unknown(known, text))
    stands = any(view.subject == rule.subject for view in known.assessment.alignment.served)
    if meaning is Meaning.WITHDRAWN and not stands:
        raise DraftError(f"Nobody has mapped that by signature, so there is nothing to withdraw: {one_line(text)}.")
    if meaning is Meaning.CONFIRMED and stands:
        raise DraftError(f"That is mapped by signature already: {one_line(text)}.")
    if meaning is Meaning.CONFIRMED and not _tickets(known, rule):
        raise DraftError(
            f"No ticket that serves nothing has “{one_line(rule.field)}” as “{one_line(rule.pattern)}”: "
            f"it would change nothing. {_HOW}"
        )
    return rule.subject


def _unknown(known: Known, text: str) -> str:
    field, wanted = text.removeprefix(f"{MAPPING}:").partition("=")[0], text.rpartition(">")[2]
    if wanted in known.facts.objectives:
        return f"Work is mapped by signature by {subjects.listed(FIELDS)}, not by “{one_line(field)}”. {_HOW}"
    close = difflib.get_close_matches(wanted, list(known.facts.objectives), n=3, cutoff=0.4)
    near = close or list(known.facts.objectives)[:4]
    hint = f" Did you mean {subjects.listed(near)}?" if near else ""
    return f"“{one_line(wanted)}” is no objective.{hint} {_HOW}"


def _tickets(known: Known, rule: Rule) -> int:
    """How many tickets that serve nothing the rule would give to its objective, or gives to it."""
    for view in known.assessment.alignment.served:
        if view.subject == rule.subject:
            return view.count
    serving = Serving(known.facts, (rule,))
    names = (name for group in known.assessment.alignment.groups for name in group.items)
    return sum(serving.rule_for(known.facts.items[name]) is not None for name in names)


def obligation(known: Known, words: Words) -> tuple[str, str]:
    """Return the version that is signed, and the words for what it is."""
    rule = rule_of(words.subject, known.facts.objectives)
    if rule is None:
        raise DraftError(_unknown(known, words.subject))
    goal = known.facts.objectives[rule.objective]
    return rule.version, sentence.of_serving(rule.field, rule.pattern, goal, _tickets(known, rule))
