"""`cockpit verify`: every statement with its verdict, as text, as JSON, and as files for plain OpenSSH."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cockpit.assessment import Assessment, StatementView
from cockpit.model import Person
from cockpit.outlets.check import dump
from cockpit.outlets.plain import WIDTH, count, table, wrap
from cockpit.trust.allowed import allowed_signers
from cockpit.verdicts import Verdict

GOOD = (Verdict.COUNTS, Verdict.SUPERSEDED)


def verify_text(assessment: Assessment, width: int = WIDTH) -> str:
    """Return each statement on a line, and under it the reason why one does not count."""
    if not assessment.statements:
        return "No statements yet.\n"
    rows = [
        (
            view.record.id[:12],
            f"{view.record.signed_at:%Y-%m-%d}",
            _who(view),
            view.meaning,
            view.subject,
            view.verdict.value,
        )
        for view in assessment.statements
    ]
    lines = [table(("id", "signed", "by", "meaning", "subject", "verdict"), rows, width)]
    for view in assessment.statements:
        if view.why and view.verdict not in GOOD:
            lines += wrap(view.why, width, first=f"{view.record.id[:12]}  ", rest="  ")
    bad = sum(view.verdict not in GOOD for view in assessment.statements)
    lines.append(f"{count(len(assessment.statements), 'statement')}, {count(bad, 'problem')}.")
    return "\n".join(lines) + "\n"


def _who(view: StatementView) -> str:
    return view.signer_name or view.record.signer


def verify_json(assessment: Assessment) -> str:
    """Return one JSON object with the verdict of every statement; its shape is documented in docs/commands.md."""
    statements = [
        {
            "id": view.record.id,
            "subject": view.subject,
            "meaning": view.meaning,
            "signer": view.record.signer,
            "signer_name": view.signer_name,
            "key": view.record.key,
            "signed_at": _zulu(view.record.signed_at),
            "witnessed_at": None if view.witnessed_at is None else _zulu(view.witnessed_at),
            "version": str(view.record.body.get("of", "")),
            "evidence": list(view.record.body.get("evidence", ())),
            "note": str(view.record.body.get("note", "")),
            "date": view.record.body.get("date"),
            "value": view.record.body.get("value"),
            "verdict": view.verdict.value,
            "why": view.why,
        }
        for view in assessment.statements
    ]
    head = {"portfolio": assessment.portfolio, "as_of": assessment.today.isoformat()}
    return dump(head | {"statements": statements})


def _zulu(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def any_bad(assessment: Assessment) -> bool:
    """Tell whether a statement is invalid, void, not entitled, or over an unknown subject."""
    return any(view.verdict not in GOOD for view in assessment.statements)


def write_files(assessment: Assessment, people: Iterable[Person], folder: Path) -> int:
    """Write payloads, signatures and `allowed_signers`, so that plain `ssh-keygen -Y verify` can check them.

    Returns the number of statements written. Raises OSError when the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "allowed_signers").write_text(allowed_signers(tuple(people)), encoding="utf-8")
    for view in assessment.statements:
        (folder / f"{view.record.id}.json").write_bytes(view.record.payload)
        (folder / f"{view.record.id}.json.sig").write_text(view.record.signature, encoding="utf-8")
    return len(assessment.statements)
