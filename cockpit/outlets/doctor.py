"""`cockpit doctor`: a line for each check, and under it the command that mends what it found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cockpit.basics.text import clean
from cockpit.doctor.findings import Finding, Report
from cockpit.outlets.cells import dump
from cockpit.outlets.look import WIDTH
from cockpit.outlets.plain import count, pad, wrap

LEVEL, CHECK = 8, 13
"""Cells of the first two columns."""


def report_text(report: Report, width: int = WIDTH) -> str:
    """Return all findings in lines of at most `width` cells; commands stand whole on a line of their own, to copy."""
    lines = wrap(report.title, width) if report.title else []
    lines += [*wrap(f"{report.folder} · {report.user}", width), ""]
    for finding in report.findings:
        lines += _lines(finding, width)
    return "\n".join([*lines, "", _summary(report)]) + "\n"


def _lines(finding: Finding, width: int) -> list[str]:
    indent = " " * (LEVEL + CHECK)
    lines = wrap(finding.says, width, first=pad(finding.level, LEVEL) + pad(finding.check, CHECK), rest=indent)
    for detail in finding.details:
        lines += wrap(detail, width, first=f"{indent}- ")
    prompt = "$"
    if finding.commands and finding.by:
        lines.append(f"{indent}As {finding.by}:")
        prompt = "#" if finding.by == "root" else "$"
    return [*lines, *(f"{indent}{prompt} {clean(command)}" for command in finding.commands)]


def _summary(report: Report) -> str:
    if not report.usable:
        return "This folder can't be used."
    told = [count(report.wrong, "thing is", "things are") + " wrong"] if report.wrong else []
    told += [count(report.advice, "piece of advice", "pieces of advice")] if report.advice else []
    return f"{', '.join(told)}." if told else "All is well."


def report_json(report: Report, at: datetime) -> str:
    """Return the one object that `doctor --json` prints; its shape is documented in docs/commands.md."""
    head = {"portfolio": report.portfolio or None, "folder": str(report.folder), "user": report.user}
    told = {"at": at.isoformat(timespec="seconds"), "well": report.usable and not report.wrong}
    return dump(head | told | {"checks": [_object(finding) for finding in report.findings]})


def _object(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "level": finding.level.value,
        "says": clean(finding.says),
        "details": [clean(detail) for detail in finding.details],
        "commands": list(finding.commands),
        "by": finding.by or None,
    }
