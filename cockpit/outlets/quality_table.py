"""DCMA's fourteen checks of one plan: as CSV for scripts, as a table for people."""

from __future__ import annotations

import csv
import io

from cockpit.engine.quality.records import Quality, QualityCheck
from cockpit.outlets.plain import WIDTH, table, wrap

COLUMNS = ("number", "name", "count", "of", "value", "threshold", "passed")


def to_csv(quality: Quality) -> str:
    """The fourteen under their header; what cannot be told has empty cells, and `unknown` for `passed`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for check in quality.checks:
        numbers = (check.count, check.of, check.value, check.threshold)
        passed = {True: "true", False: "false", None: "unknown"}[check.passed]
        writer.writerow([check.number, check.name, *(_number(each) for each in numbers), passed])
    return out.getvalue()


def to_text(title: str, quality: Quality, width: int = WIDTH) -> str:
    """The fourteen for people, at most `width` cells wide: how many fail, each answer, and what stands against it."""
    headers = ("", "no", "check", "count", "of", "value", "threshold")
    lines = wrap(_heading(title, quality), width)
    blocks = ["\n".join(lines) + "\n"]
    right = "no count of value threshold"
    blocks.append(table(headers, [_line(check) for check in quality.checks], width, right=right))
    if notes := [line for check in quality.checks for line in _note(check, width)]:
        blocks.append("\n".join(notes) + "\n")
    blocks.append("\n".join(wrap(_hit(quality), width)) + "\n")
    return "\n".join(blocks)


def amount(check: QualityCheck, value: float | None) -> str:
    """A value of a check as people read it, with its unit; empty when unknown."""
    if value is None:
        return ""
    if check.unit == "%":
        return f"{_number(value, 2)} %"
    if check.unit == "days":
        return f"{_number(value, 0)} d"
    return _number(value)


def limit(check: QualityCheck) -> str:
    """The threshold of a check as people read it."""
    return f"{'≥' if check.at_least else '≤'} {amount(check, check.threshold)}"


def _heading(title: str, quality: Quality) -> str:
    failed, untold = len(quality.failed), len(quality.untold)
    unknown = f", {untold} cannot be told" if untold else ""
    return f"{title}: {failed or 'none'} of DCMA's {len(quality.checks)} schedule checks failed{unknown}."


def _line(check: QualityCheck) -> tuple[str, ...]:
    mark = {True: "pass", False: "FAIL", None: "?"}[check.passed]
    numbers = (_number(check.count, 1), _number(check.of, 1), amount(check, check.value), limit(check))
    return (mark, str(check.number), check.name, *numbers)


def _note(check: QualityCheck, width: int) -> list[str]:
    """What a failed check counts and who is meant, or why it cannot be told."""
    if check.passed:
        return []
    said = check.why or f"{check.counted}{_named(check)}."
    return wrap(said, width, first=f"{check.number:>2} {check.name}: ", rest="   ")


def _named(check: QualityCheck) -> str:
    names = ", ".join(check.offenders)
    offence = f"; {check.offence}" if check.offence else ""
    return f"{offence}: {names}{f' … and {check.more} more' if check.more else ''}" if names else ""


def _hit(quality: Quality) -> str:
    if quality.hit_percent is None:
        return "Hit-task %: unknown, since nothing with a baseline was due by a data date."
    return f"Hit-task %: {quality.hit_percent:.1f} % ({quality.hit} of {quality.due} finished by their baseline)."


def _number(value: float | None, digits: int = 4) -> str:
    """A number without needless digits; empty when unknown."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
