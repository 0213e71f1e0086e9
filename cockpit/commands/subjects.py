"""Finding the subject that somebody means by what they typed, and its history."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cockpit.basics.text import one_line
from cockpit.commands.common import Refusal

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment, Breach
    from cockpit.records.past import Event
    from cockpit.session.live import Session

_ID = re.compile("[0-9a-f]{8,64}")


def events_of(opened: Session, assessment: Assessment, text: str) -> Mapping[str, tuple[Event, ...]]:
    """Return the history of what `text` names, with or without its kind; of a statement's id that of its subject, and
    of what `acknowledge` and `decide` take for a breach that of the breach.

    A name that several kinds have gives several histories. Raises Refusal, with close names, for what nobody knows.
    """
    from cockpit.engine.statements.pages import KINDS
    from cockpit.engine.statements.recount import STATEMENT
    from cockpit.trust.obligations import breach_subject

    asked = [text, *(f"{kind}:{text}" for kind in KINDS)]
    asked += [f"{STATEMENT}:{text}"] if _ID.fullmatch(text) else []
    found = {subject: events for subject, events in opened.events_of(asked).items() if events}
    breach = None if found else _breach(assessment, text)
    if breach is not None:
        subject = breach_subject(breach.key)
        found = {name: events for name, events in opened.events_of([subject]).items() if events}
        if not found:
            about = f"What happened to {one_line(breach.subject)}: cockpit verify FOLDER {one_line(breach.subject)}"
            raise Refusal(f"Nobody has signed anything of the breach {breach.id} ({breach.code}) yet. {about}")
    if not found:
        raise Refusal(f"Nothing is known here of “{one_line(text)}”.{_near(assessment, text)}")
    return {text: found[text]} if text in found else found


def _breach(assessment: Assessment, text: str) -> Breach | None:
    """The one breach that stands and that a text means: by its id, key, subject or code; None for none."""
    from cockpit.ledger.deciding import find_breach
    from cockpit.ledger.subjects import DraftError

    try:
        return find_breach(assessment, text)
    except DraftError:
        return None


def _near(assessment: Assessment, text: str) -> str:
    from cockpit.engine.statements.recount import known_subjects

    known = known_subjects(assessment)
    ids = {subject.partition(":")[2]: subject for subject in known}
    close = difflib.get_close_matches(text, [*known, *ids], n=4, cutoff=0.5)
    near = list(dict.fromkeys(one_line(ids.get(match, match)) for match in close))
    return f" Did you mean {' or '.join(near)}?" if near else ""


def only(assessment: Assessment, subjects: Mapping[str, tuple[Event, ...]]) -> Assessment:
    """Return the assessment with the statements of these histories alone."""
    from cockpit.records.past import Signed

    told = {event.view.record.id for events in subjects.values() for event in events if isinstance(event, Signed)}
    return replace(assessment, statements=tuple(v for v in assessment.statements if v.record.id in told))
