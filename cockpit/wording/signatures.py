"""What every view and export of a signature shows: who, when, what it means, over which version, and whether it holds.

The words are here and nowhere else: screens, commands and exports show a signature the same way. The model is
21 CFR 11.50 and 11.70 (docs/trust.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from cockpit.basics.kept import kept
from cockpit.basics.text import moment, one_line
from cockpit.records.assessment import Assessment, KpiView, Reason, StatementView
from cockpit.records.verdicts import Verdict

PROOF = "proof"
DIGITS = 12
"""So many digits of a hash are shown to people; JSON and tables hold all of them."""
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for the time of a statement that gives none."""


class Words(NamedTuple):
    """How a type of statement is said: `said` in a list, `does` after a name, with fields of its body in braces."""

    said: str
    does: str


TYPES: Mapping[str, Words] = {
    "genesis": Words("began", "began the portfolio"),
    "enrol": Words("enrolled", "enrolled a key of {whom}"),
    "revoke": Words("revoked", "revoked a key of {whom}"),
    "rotate": Words("new key", "put a new key of {whom} in the place of the lost one"),
    "cosign": Words("cosigned", "signed statement {of} too"),
    "transfer": Words("gave", "gave {subject} ({role}) to {to}"),
    "accept": Words("accepted", "accepted what statement {of} gives"),
    "delegate": Words("delegated", "let {to} sign in their place from {from} to {until}"),
    "recall": Words("recalled", "took back statement {of}"),
    "receipt": Words("witnessed", "witnessed what others had signed"),
}
"""Every type but `proof`, which says its meaning itself. A type that is not here is shown by its own name."""
OWN_NEW_KEY = "changed to a new key of their own"
"""What `rotate` does where no steward does it."""
DAYS: Mapping[str, str] = {"promised": "for", "decided": "due"}
"""What a day is to a meaning, where it is not that on which something was so."""
_ROLES = {"giver_owner": "giver's owner", "receiver_owner": "receiver's owner"}


def role_name(role: str) -> str:
    """What people call a role of the tables, such as `giver_owner`."""
    return _ROLES.get(role, one_line(role, 80))


class _Fields(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def said(meaning: str) -> str:
    """What a statement says, in a word: its meaning, or what it did to a key, a role or the portfolio."""
    return TYPES[meaning].said if meaning in TYPES else meaning


def who(view: StatementView) -> str:
    """The printed name of the signer, with the id that was signed: a name in a table may change, the id can't."""
    name, identity = one_line(view.signer_name), one_line(view.record.signer)
    return f"{name} ({identity})" if name and name != identity else identity or "nobody who is named"


def does(view: StatementView) -> str:
    """What the signer does by it, to be read after their name: “signed promised for 2025-04-10”."""
    body = view.record.body
    if view.record.type == "rotate" and body.get("person") == view.record.signer:
        return OWN_NEW_KEY
    if view.record.type in TYPES:
        fields = _Fields({name: _short(name, value) for name, value in body.items()})
        fields["whom"] = one_line(str(body.get("name") or body.get("person") or view.record.signer), 80)
        return TYPES[view.record.type].does.format_map(fields)
    value, day = body.get("value"), one_line(str(body.get("date") or ""), 20)
    said_value = f" {value:.15g}" if isinstance(value, int | float) else ""
    said_day = f" {DAYS.get(view.meaning, 'on')} {day}" if day else ""
    said_option = f" ({one_line(str(body['option']), 40)})" if body.get("option") else ""
    said_for = f" in the place of {one_line(view.behalf, 80)}" if view.behalf else ""
    what = one_line(view.meaning or view.record.type, 40) or "what can not be read"
    return f"signed {what}{said_option}{said_value}{said_day}{said_for}"


def _short(name: str, value: Any) -> str:
    if name == "role":
        return role_name(str(value))
    return str(value)[:DIGITS] if name == "of" else one_line(str(value), 80)


def signed_at(view: StatementView) -> str:
    """When it says that it was signed."""
    return "at no time that can be read" if view.record.signed_at == NO_TIME else moment(view.record.signed_at)


def witness(view: StatementView) -> str:
    """By when somebody else had seen it."""
    return f"witnessed {moment(view.witnessed_at)}" if view.witnessed_at else "not witnessed yet"


def version_of(view: StatementView) -> str:
    """The hash of what it was signed over; empty for what is over no version of anything."""
    return str(view.record.body.get("of", "")) if view.record.type == PROOF else ""


def over(view: StatementView) -> str:
    """Which version it was signed over: “over version 2d33af25abcd”; empty for a type that is over none."""
    version = version_of(view)
    return f"over version {version[:DIGITS]}" if version else "" if view.record.type in TYPES else "over no version"


def holds(view: StatementView) -> str:
    """Whether it still holds, and why not: “counts”, “superseded: replaced by 2d33af25abcd”."""
    return f"{view.verdict}: {one_line(view.why, 300)}" if view.why else str(view.verdict)


def good(view: StatementView) -> bool:
    """Whether it counts, or did until its own signer said something else, or will once another has signed it too."""
    return view.verdict in (Verdict.COUNTS, Verdict.SUPERSEDED, Verdict.WAITS)


def signature(view: StatementView) -> str:
    """All of it in one sentence without an end."""
    parts = (f"{who(view)} {does(view)}", signed_at(view), witness(view), over(view))
    return f"{', '.join(part for part in parts if part)}; {holds(view)}"


def by_id(assessment: Assessment) -> Mapping[str, StatementView]:
    """The statements of an assessment by id."""
    return _by_id(assessment.statements)


def of_subject(assessment: Assessment, *subjects: str) -> tuple[StatementView, ...]:
    """Every signature over these subjects, earliest first, those that hold no longer too."""
    known = _by_subject(assessment.statements)
    found = {place: view for subject in subjects if subject for place, view in known.get(subject, ())}
    return tuple(found[place] for place in sorted(found))


@kept
def _by_id(statements: tuple[StatementView, ...]) -> Mapping[str, StatementView]:
    return {view.record.id: view for view in statements}


@kept
def _by_subject(statements: tuple[StatementView, ...]) -> Mapping[str, list[tuple[int, StatementView]]]:
    found: dict[str, list[tuple[int, StatementView]]] = {}
    for place, view in enumerate(statements):
        found.setdefault(view.subject, []).append((place, view))
    return found


def of_readings(
    kpi: KpiView, views: Mapping[str, StatementView]
) -> Iterator[tuple[date, float, bool, StatementView | None]]:
    """Every reading of a KPI: day, value, whether it is signed, and by which statement."""
    statements = kpi.statements or ("",) * len(kpi.readings)
    for (on, value, is_signed), statement in zip(kpi.readings, statements, strict=True):
        yield on, value, is_signed, views.get(statement)


def policy_notes(assessment: Assessment) -> tuple[str, ...]:
    """Where the policy is looser than the default and whether that counts, with the whole signature."""
    views = by_id(assessment)
    return tuple(cited(Reason(each.note, None, each.statement), views) for each in assessment.policy)


def cited(reason: Reason, views: Mapping[str, StatementView]) -> str:
    """A reason with where it can be checked: file and row, and the whole signature that it rests on."""
    places = [str(reason.origin)] if reason.origin is not None else []
    if reason.statement:
        view = views.get(reason.statement)
        places.append(f"statement {reason.statement[:DIGITS]}" + (f": {signature(view)}" if view else ""))
    return f"{reason.text} ({'; '.join(places)})" if places else reason.text
