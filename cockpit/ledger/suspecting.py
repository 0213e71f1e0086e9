"""What is signed of a suspicion: which work item and team somebody means, and the words that are signed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from cockpit.basics.text import one_line
from cockpit.ledger import subjects
from cockpit.ledger.subjects import DraftError, Known, Words
from cockpit.records.model import Meaning, WorkItem
from cockpit.records.verdicts import Verdict
from cockpit.trust import sentence
from cockpit.trust.canonical import digest
from cockpit.trust.obligations import DEPENDENCY, SUSPICION, split_subject, suspicion_subject

MEANINGS = subjects.MEANINGS[SUSPICION]
_SHOWN = 3
_QUOTE = "in quotation marks, since a shell takes > for itself"


def is_meant(known: Known, words: Words) -> bool:
    """Whether these words are about a suspicion: by their kind, or because they name a work item before a `>`."""
    kind, name = split_subject(words.subject)
    if words.meaning not in MEANINGS or kind not in (SUSPICION, ""):
        return kind == SUSPICION
    return kind == SUSPICION or known.facts.suspicions.split(name)[0] is not None


def find(known: Known, text: str, meaning: Meaning) -> str:
    """The subject that a text means, the team by any of its names. Raises DraftError."""
    if meaning not in MEANINGS:
        raise DraftError(f"A suspicion is confirmed or dismissed, not {meaning}.")
    name = text.removeprefix(f"{SUSPICION}:")
    item, written = known.facts.suspicions.split(name)
    if item is None:
        raise DraftError(_unknown_item(known, name))
    giver = _team(known, item, written) if written.strip() else ""
    subject = suspicion_subject(item.id, giver)
    _check(known, item, giver, meaning)
    return subject


def _unknown_item(known: Known, name: str) -> str:
    facts = known.facts
    if name in facts.items:
        waiting = [s.subject for s in known.assessment.signoffs if s.subject.startswith(suspicion_subject(name, ""))]
        which = f"such as {subjects.listed(waiting)}" if waiting else f"as {suspicion_subject(one_line(name), 'TEAM')}"
        return f"For whom does {one_line(name)} wait? Write it {which}, {_QUOTE}."
    wanted = name.rpartition(">")[0] or name
    close = difflib.get_close_matches(wanted, list(facts.items), n=3, cutoff=0.6)
    hint = f" Did you mean {subjects.listed(close)}?" if close else ""
    return f"There is no work item “{one_line(wanted)}”. A suspicion is written ITEM>TEAM, {_QUOTE}.{hint}"


def _team(known: Known, item: WorkItem, written: str) -> str:
    facts = known.facts
    team = facts.directory.team(written)
    if team is None:
        names = {name: each.id for each in facts.teams.values() for name in (each.id, each.title)}
        close = [names[match] for match in difflib.get_close_matches(written, list(names), n=3, cutoff=0.5)]
        hint = f" Did you mean {subjects.listed(list(dict.fromkeys(close)))}?" if close else ""
        raise DraftError(f"“{one_line(written)}” is no team in the teams table, or more than one.{hint}")
    if team.id in facts.directory.chain(facts.team_of(item)):
        raise DraftError(f"{one_line(item.id)} is the work of {one_line(team.title)}: nobody waits for themselves.")
    return team.id


def _check(known: Known, item: WorkItem, giver: str, meaning: Meaning) -> None:
    """Raise DraftError where there is nothing to confirm or to dismiss."""
    subject = suspicion_subject(item.id, giver)
    if meaning is Meaning.CONFIRMED:
        if not giver:
            raise DraftError(f"Say for whom it waits: {subject}TEAM, {_QUOTE}; TEAM is an id of the teams table.")
        return
    counts = (v for v in known.assessment.statements if v.subject == subject and v.meaning == Meaning.CONFIRMED)
    if any(view.verdict is Verdict.COUNTS for view in counts):
        raise DraftError(
            f"It was confirmed, so it is a dependency now, which both owners sign withdrawn: "
            f"cockpit sign FOLDER '{DEPENDENCY}:{giver}>{one_line(item.id)}' withdrawn"
        )
    if giver and not known.facts.suspicions.found(item, giver):
        title = one_line(known.facts.team_title(giver))
        raise DraftError(f"Nothing in the text of {one_line(item.id)} names {title}: there is nothing to dismiss.")


def obligation(known: Known, words: Words) -> tuple[str, str]:
    """Return the version that is signed, and the words for what it is."""
    texts = known.facts.suspicions
    item, giver = texts.split(split_subject(words.subject)[1])
    if item is None:
        raise DraftError(f"There is no work item of the name in {one_line(words.subject)}.")
    found: Sequence[str] = [each.sentence for each in texts.found(item, giver)][:_SHOWN]
    what = sentence.of_suspicion(
        item,
        known.facts.names.get(item.project, item.project),
        known.facts.team_title(giver) if giver else "",
        found,
        confirmed=words.meaning is Meaning.CONFIRMED,
    )
    return digest(texts.covered(item, giver, words.meaning)), what
