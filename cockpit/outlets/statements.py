"""`cockpit verify`: every statement with its verdict, as text, as JSON, and as files for plain OpenSSH."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from cockpit.outlets.cells import dump
from cockpit.outlets.history import history_objects
from cockpit.outlets.look import WIDTH
from cockpit.outlets.plain import count, wrap
from cockpit.outlets.signed import statement_object
from cockpit.records.assessment import Assessment, StatementView
from cockpit.records.past import Event
from cockpit.records.snapshot import Snapshot
from cockpit.records.verdicts import Verdict
from cockpit.trust import armor
from cockpit.trust.allowed import allowed_signers
from cockpit.trust.obligations import PORTFOLIO
from cockpit.wording import signatures, telling

_NAMED = 5
"""Missing statements that are named one by one."""


def verify_text(assessment: Assessment, width: int = WIDTH) -> str:
    """Return each statement: who said what of what; when, by when it was witnessed, over which version; its worth."""
    if not assessment.statements:
        return "No statements yet.\n"
    lines = [row for view in assessment.statements for row in _lines(view, width)]
    bad = sum(not signatures.good(view) for view in assessment.statements)
    waits = sum(view.verdict is Verdict.WAITS for view in assessment.statements)
    total = [count(len(assessment.statements), "statement"), count(bad, "problem")]
    total += [f"{waits:,} that {'waits' if waits == 1 else 'wait'} for a second signature"] if waits else []
    lines += ["", f"{', '.join(total)}."]
    if assessment.missing:
        lines += wrap(missing_text(assessment), width)
    return "\n".join(lines) + "\n"


def _lines(view: StatementView, width: int) -> list[str]:
    what, of = f"{signatures.who(view)} {signatures.does(view)}", view.subject or "of nothing known"
    what += "" if of in what or of == PORTFOLIO else f": {of}"
    when = [signatures.signed_at(view), signatures.witness(view), signatures.over(view).removeprefix("over ")]
    _, mark = telling.mark(view)
    return [
        *wrap(what, width, first=f"{view.record.id[: signatures.DIGITS]}  ", rest="  "),
        *wrap(", ".join(part for part in when if part), width, first="  "),
        *wrap(f"{mark} {signatures.holds(view)}", width, first="  ", rest="    "),
    ]


def verify_json(assessment: Assessment, subjects: Mapping[str, Iterable[Event]]) -> str:
    """Return one JSON object: every statement with its verdict, and the history of every subject.

    Its shape is documented in docs/commands.md.
    """
    return dump(
        {
            "portfolio": assessment.portfolio,
            "as_of": assessment.today.isoformat(),
            "missing": list(assessment.missing),
            "statements": [statement_object(view) for view in assessment.statements],
            "subjects": history_objects(subjects),
        }
    )


def missing_text(assessment: Assessment) -> str:
    """Return which statements the shared ledger lacks, and what to do."""
    ids = ", ".join(id_[: signatures.DIGITS] for id_ in assessment.missing[:_NAMED])
    more = ", …" if len(assessment.missing) > _NAMED else ""
    return (
        f"The shared ledger lacks {count(len(assessment.missing), 'statement')} that you have seen in it: {ids}{more}. "
        "Put back what is missing: cockpit verify FOLDER --repair"
    )


def any_bad(assessment: Assessment) -> bool:
    """Tell whether a statement is invalid, void, not entitled, or over an unknown subject."""
    return not all(map(signatures.good, assessment.statements))


def write_files(assessment: Assessment, known: Snapshot, folder: Path) -> int:
    """Write payloads, signatures and `allowed_signers`, so that plain `ssh-keygen -Y verify` can check them.

    Returns the number of statements written. Raises OSError when the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "allowed_signers").write_text(allowed_signers(known.people, known.enrolled), encoding="utf-8")
    for view in assessment.statements:
        (folder / f"{view.record.id}.json").write_bytes(view.record.payload)
        # As ssh-keygen writes it: OpenSSH takes no line ends of Windows and nothing before the first line.
        armored = next(iter(armor.signatures(view.record.signature)), view.record.signature)
        (folder / f"{view.record.id}.json.sig").write_text(armored, encoding="utf-8")
    return len(assessment.statements)
