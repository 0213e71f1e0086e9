"""What a signature is about (its subject) and what it covers (the version): a hash over the few fields that bind.

A field that is not hashed may change without voiding anything: a title, an owner, the day of logging. Spacing, line
ends and the Unicode composition of texts are not part of a version either: they change on the way through a workbook.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from cockpit.model import Dependency, Statement
from cockpit.trust.canonical import digest

DEPENDENCY = "dependency"
MILESTONE = "milestone"
KPI = "kpi"
BASELINE = "baseline"
MAPPING = "mapping"
PERSON = "person"
PORTFOLIO = "portfolio"


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


def subject_of(statement: Statement) -> str:
    """What any statement is about: its own subject, the person whose key it enrols or revokes, or the portfolio."""
    body = statement.body
    if "subject" in body:
        return str(body["subject"])
    return f"{PERSON}:{body['person']}" if "person" in body else PORTFOLIO if body else ""


def receiver_of(dependency: Dependency) -> str:
    """Who receives, as the record itself says it: its receiver project, else receiver item, else receiver team."""
    return dependency.receiver_project or dependency.receiver_item or dependency.receiver_team


def dependency_version(dependency: Dependency, receiver: str | None = None) -> str:
    """The SHA-256 of what a signature over a dependency covers: id, both teams, receiver, needed_by and acceptance.

    `receiver` defaults to `receiver_of(dependency)`: the record's own words, not what is computed from them.
    """
    return _version(
        id=dependency.id,
        giver_team=dependency.giver_team,
        receiver_team=dependency.receiver_team,
        receiver=receiver_of(dependency) if receiver is None else receiver,
        needed_by=dependency.needed_by,
        acceptance=dependency.acceptance,
    )


def milestone_version(item: str, project: str, title: str, acceptance: str) -> str:
    """The SHA-256 of what a validation covers: item, project and acceptance text (the title where there is none)."""
    return _version(item=item, project=project, acceptance=acceptance.strip() or title)


def reading_version(kpi: str, as_of: date, value: float) -> str:
    """The SHA-256 of what an attestation covers: the KPI, the day and the value. 93 and 93.0 are one value."""
    return _version(kpi=kpi, as_of=as_of, value=float(value))


def baseline_version(project: str, finish: date | None) -> str:
    """The SHA-256 of what a sponsor's baseline covers: the project and its baseline finish."""
    return _version(project=project, finish=finish)


def mapping_version(field: str, pattern: str, project: str, objective: str) -> str:
    """The SHA-256 of what a confirmed mapping covers: all of it."""
    return _version(field=field, pattern=pattern, project=project, objective=objective)


def _version(**fields: Any) -> str:
    return digest({name: _plain(value) for name, value in fields.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(unicodedata.normalize("NFC", value).split()) if isinstance(value, str) else value
