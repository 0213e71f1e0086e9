"""What a signature is about (its subject) and what it covers (the version): a hash over the few fields that bind.

A field that is not hashed may change without voiding anything: a title, an owner, the day of logging. Spacing, line
ends and the Unicode composition of texts are not part of a version either: they change on the way through a workbook.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from cockpit.records.model import Dependency, Statement
from cockpit.trust.canonical import digest
from cockpit.trust.fields import is_line

DEPENDENCY = "dependency"
MILESTONE = "milestone"
KPI = "kpi"
BASELINE = "baseline"
MAPPING = "mapping"
POLICY = "policy"
SCOPE = "scope"
SUSPICION = "suspicion"
SAME = "same"
BREACH = "breach"
PERSON = "person"
PORTFOLIO = "portfolio"

_WORDS = re.compile(r"[^\W_]+")
_ABOUT_ANOTHER = ("cosign", "accept", "recall")

Covered = dict[str, Any]
"""What a signature covers: the fields that bind, in their canonical form. Its SHA-256 is the version."""


def split_subject(subject: str) -> tuple[str, str]:
    """Kind and id of a subject such as `dependency:D-7`. The id may hold colons; without one the kind is empty."""
    kind, colon, name = subject.partition(":")
    return (kind, name) if colon else ("", subject)


def dependency_subject(dependency: Dependency) -> str:
    """`dependency:ID`."""
    return f"{DEPENDENCY}:{dependency.id}"


def milestone_subject(item: str) -> str:
    """`milestone:ITEM`; a project's implied finish milestone is the item `<project>:finish`."""
    return f"{MILESTONE}:{item}"


def kpi_subject(kpi: str) -> str:
    """`kpi:ID`."""
    return f"{KPI}:{kpi}"


def baseline_subject(project: str) -> str:
    """`baseline:PROJECT`."""
    return f"{BASELINE}:{project}"


def mapping_subject(field: str, pattern: str) -> str:
    """`mapping:FIELD=PATTERN`."""
    return f"{MAPPING}:{field}={pattern}"


def serving_subject(field: str, pattern: str, objective: str) -> str:
    """`mapping:FIELD=PATTERN>OBJECTIVE`: that work which says this serves that objective, though no file says so."""
    return f"{mapping_subject(field, pattern)}>{objective}"


def policy_subject(portfolio: str) -> str:
    """`policy:ID`, with the id that the charter gives the portfolio."""
    return f"{POLICY}:{portfolio}"


def scope_subject(project: str) -> str:
    """`scope:PROJECT`: what was taken out of a project's plan since its first baseline."""
    return f"{SCOPE}:{project}"


def suspicion_subject(item: str, giver: str) -> str:
    """`suspicion:ITEM>GIVER`: that a work item waits for a team or vendor, though no file says so."""
    return f"{SUSPICION}:{item}>{giver}"


def same_subject(first: str, second: str) -> str:
    """`same:A=B`: that two rows of different sources are one work item or project; the order does not matter."""
    return f"{SAME}:{min(first, second)}={max(first, second)}"


def breach_subject(key: str) -> str:
    """`breach:CODE|SUBJECT`, with the key of the breach; of one that is too long for a statement, its hash."""
    code, key = key.partition("|")[0], _writable(key)
    return f"{BREACH}:{key}" if is_line(f"{BREACH}:{key}") else f"{BREACH}:{code}|#{digest({'key': key})}"


def subject_of(statement: Statement, known: Mapping[str, Statement] | None = None) -> str:
    """What any statement is about: its own subject, the person whose key it enrols or revokes or who stands in for its
    signer, what the statement is about that it is over, or the portfolio. `known` are the others by id."""
    body = statement.body
    if "subject" in body:
        return str(body["subject"])
    if statement.type in _ABOUT_ANOTHER and body:
        other = (known or {}).get(str(body["of"]))
        return subject_of(other) if other is not None and other.type not in _ABOUT_ANOTHER else PORTFOLIO
    if "person" in body:
        return f"{PERSON}:{body['person']}"
    return f"{PERSON}:{statement.signer}" if "to" in body else PORTFOLIO if body else ""


def receiver_of(dependency: Dependency) -> str:
    """Who receives, as the record itself says it: its receiver project, else receiver item, else receiver team."""
    return dependency.receiver_project or dependency.receiver_item or dependency.receiver_team


def dependency_version(dependency: Dependency, receiver: str | None = None) -> str:
    """The SHA-256 of what a signature over a dependency covers: id, both teams, receiver, needed_by and acceptance.

    `receiver` defaults to `receiver_of(dependency)`: the record's own words, not what is computed from them.
    """
    return digest(dependency_covered(dependency, receiver))


def dependency_covered(dependency: Dependency, receiver: str | None = None) -> Covered:
    """The fields of a dependency that a signature over it covers."""
    return _covered(
        id=dependency.id,
        giver_team=dependency.giver_team,
        receiver_team=dependency.receiver_team,
        receiver=receiver_of(dependency) if receiver is None else receiver,
        needed_by=dependency.needed_by,
        acceptance=dependency.acceptance,
    )


def milestone_version(item: str, project: str, title: str, acceptance: str) -> str:
    """The SHA-256 of what a validation covers: item, project and acceptance text (the title where there is none)."""
    return digest(milestone_covered(item, project, title, acceptance))


def milestone_covered(item: str, project: str, title: str, acceptance: str) -> Covered:
    """The fields of a milestone that a validation covers."""
    return _covered(item=item, project=project, acceptance=acceptance.strip() or title)


def reading_version(kpi: str, as_of: date, value: float) -> str:
    """The SHA-256 of what an attestation covers: the KPI, the day and the value. 93 and 93.0 are one value."""
    return digest(reading_covered(kpi, as_of, value))


def reading_covered(kpi: str, as_of: date, value: float) -> Covered:
    """The fields of a reading that an attestation covers."""
    return _covered(kpi=kpi, as_of=as_of, value=float(value))


def baseline_version(project: str, finish: date | None) -> str:
    """The SHA-256 of what a sponsor's baseline covers: the project and its baseline finish."""
    return digest(baseline_covered(project, finish))


def baseline_covered(project: str, finish: date | None) -> Covered:
    """The fields of a project that a sponsor's baseline covers."""
    return _covered(project=project, finish=finish)


def mapping_version(field: str, pattern: str, project: str, objective: str) -> str:
    """The SHA-256 of what a confirmed mapping covers: all of it."""
    return digest(mapping_covered(field, pattern, project, objective))


def mapping_covered(field: str, pattern: str, project: str, objective: str) -> Covered:
    """The fields of a mapping that its confirmation covers."""
    return _covered(field=field, pattern=pattern, project=project, objective=objective)


def policy_version(settings: Mapping[str, str | float]) -> str:
    """The SHA-256 of what a confirmed policy covers: each loosened setting, by its dotted name, with its value."""
    return digest(policy_covered(settings))


def policy_covered(settings: Mapping[str, str | float]) -> Covered:
    """The settings that a confirmed policy covers."""
    return _covered(**settings)


def scope_version(scope: str, edits: Iterable[Sequence[str]]) -> str:
    """The SHA-256 of what a signature over edits covers: each by subject, column, what it was and what it is."""
    return digest(scope_covered(scope, edits))


def scope_covered(scope: str, edits: Iterable[Sequence[str]]) -> Covered:
    """The edits that a signature over them covers."""
    return {"scope": scope, "edits": sorted([_plain(part) for part in edit] for edit in edits)}


def breach_version(key: str, life: int) -> str:
    """The SHA-256 of what is signed of a breach: which one it is, and in which of its lives. Its days, its title and
    whoever can clear it change without voiding anything; a breach that was cleared and came back is in another life."""
    return digest(breach_covered(key, life))


def breach_covered(key: str, life: int) -> Covered:
    """The fields of a breach that an acknowledgement or a decision covers."""
    return _covered(breach=_writable(key), life=life)


def _writable(text: str) -> str:
    """Text as canonical JSON can carry it: half of a character that a file was cut in is written out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def confirmation_covered(item: str, giver: str) -> Covered:
    """The fields that a confirmed suspicion covers: who waits for whom, whatever the words in which it was found."""
    return _covered(item=item, giver=giver)


def dismissal_covered(item: str, giver: str, asked: str, text: str) -> Covered:
    """The fields that a dismissed suspicion covers: also the words for which it was raised, and who was to say it."""
    return _covered(item=item, giver=giver, asked=asked, text=text)


def same_version(kind: str, titles: Mapping[str, str]) -> str:
    """The SHA-256 of what is signed of two rows that may be one thing: what they are, both ids, both titles.

    `titles` has the title of each id. Case, punctuation and spacing of a title bind nothing.
    """
    return digest(same_covered(kind, titles))


def same_covered(kind: str, titles: Mapping[str, str]) -> Covered:
    """The fields of two rows that a confirmation or a dismissal covers."""
    (first, one), (second, other) = sorted((name, plain_words(title)) for name, title in titles.items())
    return _covered(kind=kind, first=first, first_title=one, second=second, second_title=other)


def plain_words(title: str) -> str:
    """The words of a title, without case, punctuation and spacing."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", title).casefold()))


def _covered(**fields: Any) -> Covered:
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(unicodedata.normalize("NFC", value).split()) if isinstance(value, str) else value
