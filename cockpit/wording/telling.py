"""The history of a subject in words: the same lines in a pane and on paper.

A line is `(tone, text)`. Two blanks before a text set it under the line above; where all of an event is muted, it holds
no longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from cockpit.basics.text import moment, one_line
from cockpit.records.assessment import StatementView
from cockpit.records.past import Covered, Event, Happening, Signed, Told
from cockpit.records.verdicts import Verdict
from cockpit.trust.sentence import quoted
from cockpit.wording import signatures

Line = tuple[str, str]

MARKS: Mapping[Verdict, Line] = {
    Verdict.COUNTS: ("good", "●"),
    Verdict.SUPERSEDED: ("muted", "○"),
}
"""How a verdict is marked: with its tone, and never by that alone. Whatever is not here is a warning."""
LONGEST = 300
_SHOWN_ABOVE = ("subject", "meaning", "of", "evidence", "note", "date", "value", "possession", "person", "name", "seen")


def mark(view: StatementView) -> Line:
    """How the worth of a statement is marked: tone and sign."""
    return MARKS.get(view.verdict, ("warn", "▲"))


def event_lines(event: Event) -> list[Line]:
    """One event: a line that says what happened, then its details."""
    return list(_signed(event) if isinstance(event, Signed) else _told(event))


def signature_lines(view: StatementView) -> list[Line]:
    """A signature as a panel lists it: who said what; when; over which version; what it is worth."""
    tone, sign = mark(view)
    whole = "muted" if tone == "muted" else ""
    over = f"{signatures.over(view)}, " if signatures.over(view) else ""
    return [
        (whole, f"{signatures.who(view)} {signatures.does(view)}"),
        (whole or "muted", f"  {signatures.signed_at(view)}, {signatures.witness(view)}"),
        (whole or "muted", f"  {over}statement {view.record.id[: signatures.DIGITS]}"),
        (tone, f"  {sign} {signatures.holds(view)}"),
    ]


def _signed(event: Signed) -> Iterator[Line]:
    view = event.view
    tone, sign = mark(view)
    whole = "muted" if tone == "muted" else ""
    yield whole or "head", f"{signatures.signed_at(view)} · {signatures.who(view)} {signatures.does(view)}"
    yield tone, f"  {sign} {signatures.holds(view)}; {signatures.witness(view)}"
    if event.version:
        yield whole, f"  over version {event.version[: signatures.DIGITS]}{_age(event.present)}{_said(event.covered)}"
    if tied := _ties(event):
        yield whole, f"  {tied}"
    yield from ((whole, f"  {name} {text}") for name, text in body_texts(view))
    yield "muted", f"  statement {view.record.id[: signatures.DIGITS]}, signed with {one_line(view.record.key)}"


def _ties(event: Signed) -> str:
    """What other statements have to do with it."""
    # What replaced a superseded one, its verdict says already.
    later = event.superseded_by if event.view.verdict is not Verdict.SUPERSEDED else ""
    ties = (
        ("replaces", (event.supersedes,)),
        ("replaced by", (later,)),
        ("disputed by", event.disputed_by),
        ("its key revoked by", event.revoked_by),
    )
    found = ((words, [id_[: signatures.DIGITS] for id_ in ids if id_]) for words, ids in ties)
    return "; ".join(f"{words} {', '.join(ids)}" for words, ids in found if ids)


def body_texts(view: StatementView) -> Iterator[tuple[str, str]]:
    """What a statement says beside what is shown of every one: evidence, note, and what only its type has."""
    body = view.record.body
    for sha, name in view.evidence:
        kept = quoted(name) if name else "not kept here"
        yield "evidence", f"{kept} (SHA-256 {sha[: signatures.DIGITS]})"
    if note := str(body.get("note", "")).strip():
        yield "note", quoted(note, 2000)
    if view.record.type != signatures.PROOF:
        yield from ((name, one_line(_plain(body[name]), LONGEST)) for name in sorted(body.keys() - _SHOWN_ABOVE))


def _age(present: bool | None) -> str:
    return "" if present is None else ", the present one" if present else ", not the present one"


def _said(covered: Covered | None) -> str:
    if covered is None:
        return "; what that said is not known here"
    place = f" ({one_line(str(covered.origin))})" if covered.origin is not None else ""
    return f": {_fields(covered.fields)}{place}"


def _told(event: Told) -> Iterator[Line]:
    whole = "" if event.counted else "muted"
    yield whole or "head", f"{_when(event)} · {one_line(str(event.origin))} {_verb(event)}"
    if not event.counted:
        yield "muted", "  it never counted: another reading of the same drop corrected it"
    if event.happening is Happening.CHANGED:
        for name, old in event.was.items():
            yield whole, f"  {name}: {_shown(old)} → {_shown(event.values[name])}"
    else:
        yield whole, f"  {_fields(event.values)}"
    if event.version and event.happening is not Happening.GONE:
        yield "muted", f"  version {event.version[: signatures.DIGITS]}{_age(event.present)}"


def _when(event: Told) -> str:
    look = event.look
    read = moment(look.read_at)
    if look.claimed:
        return f"{look.known_on} (the day of its folder; read {read})"
    return read if look.read_at.date() == look.known_on else f"{read} (known on {look.known_on})"


def _verb(event: Told) -> str:
    match event.happening:
        case Happening.FIRST:
            return "says"
        case Happening.CHANGED:
            return "says otherwise"
        case Happening.GONE:
            return "says nothing of it any more; last it said"


def _fields(values: Mapping[str, Any]) -> str:
    filled = {name: value for name, value in values.items() if value not in ("", None, [])}
    return "; ".join(f"{name} {_shown(value)}" for name, value in filled.items()) or "nothing"


def _shown(value: Any) -> str:
    if value in ("", None, []):
        return "nothing"
    text = _plain(value)
    return text if isinstance(value, int | float) or _is_day(text) else quoted(text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _plain(value: Any) -> str:
    """A value as people read it: lists with commas, of stewards their ids, numbers without needless digits."""
    if isinstance(value, list | tuple):
        parts: Iterable[Any] = value
        return ", ".join(str(each["id"]) if isinstance(each, dict) and "id" in each else str(each) for each in parts)
    return f"{value:.15g}" if isinstance(value, float) else str(value)
