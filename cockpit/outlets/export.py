"""Every table of the assessment as rows, for `cockpit export` in CSV or JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from math import isfinite
from typing import Any, get_type_hints

from cockpit.basics.classes import dataclass
from cockpit.basics.text import clean
from cockpit.outlets import lives, signed
from cockpit.outlets.cells import csv_cell, dump
from cockpit.records.assessment import (
    AskedView,
    Assessment,
    Blocker,
    Breach,
    DependencyView,
    KpiView,
    ObjectiveView,
    OwnerView,
    ProjectView,
    SignOff,
    StatementView,
)
from cockpit.records.edits import Edit
from cockpit.records.itemdates import ItemDates
from cockpit.records.measures import Precision, QualityView, ToleranceView
from cockpit.records.snapshot import Loosened, SourceFile
from cockpit.records.steps import ChainStep
from cockpit.wording import signatures

Row = dict[str, Any]
STATEMENT = (
    "id", "subject", "meaning", "signer", "signer_name", "signed_at", "witnessed_at", "version", "key", "verdict",
    "why", "type", "date", "value", "note", "evidence", "evidence_names", "superseded_by", "behalf", "option",
)  # fmt: skip
"""The columns of a statement."""
PROOF = "proof_"
"""What begins the columns that show the signature which decides the state of a dependency."""
LEFT_OUT = ("extra", "readings", "statements", "members", "life", "replay", "attained")
"""Fields that are no column: foreign columns, and what is a table of its own or part of a row that stands for several;
or several columns."""


def _of_chains(assessment: Assessment) -> Iterable[Row]:
    for chain in assessment.chains:
        for number, step in enumerate(chain.steps, 1):
            yield {"objective": chain.objective, "step": number, **flat(step)}


def _of_blockers(assessment: Assessment) -> Iterable[Row]:
    views = signatures.by_id(assessment)
    for chain in assessment.chains:
        yield from (_reasoned(blocker, views) for blocker in chain.blockers)


def _of_tolerances(assessment: Assessment) -> Iterable[Row]:
    for view in assessment.tolerances:
        yield flat(view) | {"exceeded": view.exceeded}


def _of_breaches(assessment: Assessment) -> Iterable[Row]:
    views = signatures.by_id(assessment)
    for breach in assessment.breaches:
        cells = lives.life_cells(breach.life)
        yield _reasoned(breach, views) | {name: plain(value) for name, value in cells.items()}


def _of_statements(assessment: Assessment) -> Iterable[Row]:
    for view in assessment.statements:
        row = {name: plain(value) for name, value in signed.statement_object(view).items()}
        yield {name: row[name] for name in STATEMENT}


def _of_readings(assessment: Assessment) -> Iterable[Row]:
    views = signatures.by_id(assessment)
    for kpi in assessment.kpis:
        for on, value, is_signed, view in signatures.of_readings(kpi, views):
            yield {"kpi": kpi.record.id, "as_of": plain(on), "value": value, "signed": is_signed} | _signature(view)


def _of_kpis(assessment: Assessment) -> Iterable[Row]:
    views = signatures.by_id(assessment)
    for kpi in assessment.kpis:
        yield _signature(views.get(kpi.statements[-1] if kpi.statements else "")) | _reasoned(kpi, views)


def _of_policy(assessment: Assessment) -> Iterable[Row]:
    views = signatures.by_id(assessment)
    for setting in assessment.policy:
        yield _signature(views.get(setting.statement)) | flat(setting)


def _of_dependencies(assessment: Assessment) -> Iterable[Row]:
    views = signatures.by_id(assessment)
    for view in assessment.dependencies:
        yield _reasoned(view, views) | _signature(views.get(view.proof), PROOF)


def _signature(view: StatementView | None, prefix: str = "") -> Row:
    return {name: plain(value) for name, value in signed.cells(view, prefix).items()}


def _reasoned(value: Any, views: Mapping[str, StatementView]) -> Row:
    """Return a record as a row in which each reason shows the signature that it rests on."""
    row = flat(value)
    if "reasons" in row:
        row["reasons"] = [clean(signatures.cited(reason, views)) for reason in value.reasons]
    return row


def _of_unmapped(assessment: Assessment) -> Iterable[Row]:
    for group in assessment.alignment.groups:
        for item in group.items:
            yield {"item": item, "cause": group.cause}


def _of_sources(assessment: Assessment) -> Iterable[Row]:
    for source in assessment.sources:
        row = flat(source)
        row["problems"] = [clean(str(problem)) for problem in source.problems]
        yield row


def _each(name: str) -> Callable[[Assessment], Iterable[Row]]:
    def rows(assessment: Assessment) -> Iterable[Row]:
        values = getattr(assessment, name)
        views = signatures.by_id(assessment)
        return [_reasoned(value, views) for value in (values.values() if isinstance(values, Mapping) else values)]

    return rows


def _columns(view: type) -> tuple[str, ...]:
    """Return the columns that `flat` makes of a record class."""
    hints = get_type_hints(view)
    found: dict[str, None] = {}
    for f in fields(view):
        if f.name == "record":
            found |= dict.fromkeys(_columns(hints["record"]))
        elif f.name not in LEFT_OUT:
            found[f.name] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Export:
    """A table that can be exported: its columns, which never depend on the data, and its rows."""

    columns: tuple[str, ...]
    rows: Callable[[Assessment], Iterable[Row]]


def _exports() -> dict[str, Export]:
    return {
        "breaches": Export((*_columns(Breach), *lives.COLUMNS), _of_breaches),
        "objectives": Export(_columns(ObjectiveView), _each("objectives")),
        "kpis": Export(tuple(dict.fromkeys((*_columns(KpiView), *signed.columns()))), _of_kpis),
        "readings": Export(("kpi", "as_of", "value", "signed", *signed.columns()), _of_readings),
        "projects": Export(_columns(ProjectView), _each("projects")),
        "chains": Export(("objective", "step", *_columns(ChainStep)), _of_chains),
        "blockers": Export(_columns(Blocker), _of_blockers),
        "dependencies": Export((*_columns(DependencyView), *signed.columns(PROOF)), _of_dependencies),
        "signoffs": Export(_columns(SignOff), _each("signoffs")),
        "asked": Export(_columns(AskedView), _each("asked")),
        "owners": Export(_columns(OwnerView), _each("owners")),
        "statements": Export(STATEMENT, _of_statements),
        "unmapped": Export(("item", "cause"), _of_unmapped),
        "items": Export(_columns(ItemDates), _each("items")),
        "quality": Export(_columns(QualityView), _each("quality")),
        "tolerances": Export((*_columns(ToleranceView), "exceeded"), _of_tolerances),
        "precision": Export(_columns(Precision), _each("precision")),
        "policy": Export(tuple(dict.fromkeys((*_columns(Loosened), *signed.columns()))), _of_policy),
        "edits": Export(_columns(Edit), _each("edits")),
        "sources": Export(_columns(SourceFile), _of_sources),
    }


def flat(value: Any) -> Row:
    """Return a record as a row: a nested `record` is spread out first, the rest keeps its field names."""
    row: Row = {}
    for f in fields(value):
        field_value = getattr(value, f.name)
        if f.name == "record":
            row |= flat(field_value)
        elif f.name not in LEFT_OUT:
            row[f.name] = plain(field_value)
    return row


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: ISO dates, enum values, texts of origins and reasons, lists."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not isfinite(value):
        return None  # JSON knows no infinity, and a sum that ran over is no number
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [plain(v) for v in value]
    return clean(str(value))


def export_json(assessment: Assessment, names: Iterable[str]) -> str:
    """Return one JSON object: portfolio, as_of, status, and a list of rows for each table named."""
    tables = {name: list(EXPORTS[name].rows(assessment)) for name in names}
    head = {"portfolio": assessment.portfolio, "as_of": assessment.today.isoformat(), "status": assessment.status.value}
    return dump(head | tables)


def export_csv(assessment: Assessment, name: str) -> str:
    """Return one table as CSV. Text that a spreadsheet would run as a formula begins with an apostrophe."""
    table = EXPORTS[name]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([csv_cell(row[column]) for column in table.columns] for row in table.rows(assessment))
    return out.getvalue()


EXPORTS: Mapping[str, Export] = _exports()
"""Table name → what `export` makes of it."""
