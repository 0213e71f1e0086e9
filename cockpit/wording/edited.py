"""The one place for the words in which unsigned edits are shown: in a line of a header, and one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from cockpit.basics.text import one_line
from cockpit.records.assessment import Assessment
from cockpit.records.edits import Edit, What

COMMAND = "cockpit export FOLDER --table edits"
WORDS: Mapping[What, tuple[str, str]] = {
    What.CUT: ("duration cut", "durations cut"),
    What.REMOVED: ("row taken out", "rows taken out"),
    What.LINK: ("lag changed", "lags changed"),
    What.TEAM: ("team changed", "teams changed"),
    What.PLACE: ("row moved elsewhere", "rows moved elsewhere"),
    What.PROGRESS: ("claim of progress without proof", "claims of progress without proof"),
    What.GOAL: ("goal changed", "goals changed"),
    What.MONEY: ("budget or cost changed", "budgets or costs changed"),
    What.SETTING: ("setting of the charter changed", "settings of the charter changed"),
    What.FILE: ("file taken away", "files taken away"),
    What.HISTORY: ("past drop rewritten", "past drops rewritten"),
    What.BASELINE: ("baseline date changed", "baseline dates changed"),
    What.ACTUAL: ("claim of progress taken back", "claims of progress taken back"),
    What.DATE: ("date moved", "dates moved"),
    What.CALENDAR: ("calendar changed", "calendars changed"),
    What.ACCEPTANCE: ("acceptance changed", "acceptances changed"),
    What.OWNER: ("owner changed", "owners changed"),
    What.ROW: ("row changed", "rows changed"),
    What.DURATION: ("duration grown", "durations grown"),
    What.ARCHIVED: ("done row taken out", "done rows taken out"),
    What.ADDED: ("row added", "rows added"),
}
"""What was edited, in the singular and the plural, most telling first."""


def counted(edits: Iterable[Edit]) -> str:
    """How many edits there are of each kind: “14 durations cut, 1 row taken out; 3 rows added”; empty for none."""
    counts = Counter[What]()
    for edit in edits:
        counts[edit.what] += edit.count
    said = {what: f"{counts[what]:,} {words[counts[what] != 1]}" for what, words in WORDS.items() if counts[what]}
    added = said.pop(What.ADDED, "")
    return "; ".join(part for part in (", ".join(said.values()), added) if part)


def note(assessment: Assessment) -> str:
    """All unsigned edits in one line, and how to see each; empty where there are none. Work that is added to a plan is
    left out: it comes every day, and is told in the why of its project."""
    found = counted(edit for edit in assessment.edits if not _is_growth(edit))
    return f"{found}, signed by nobody ({COMMAND})" if found else ""


def _is_growth(edit: Edit) -> bool:
    return edit.what is What.ADDED and edit.subject.partition(":")[0].rstrip("s") in ("item", "link")


def of_project(assessment: Assessment, project: str) -> tuple[Edit, ...]:
    """The unsigned edits of a project's plan, most telling first."""
    return _sorted(e for e in assessment.edits if e.project == project)


def of_scope(assessment: Assessment, scope: str) -> tuple[Edit, ...]:
    """The unsigned edits that one signature over a scope would cover, most telling first."""
    return _sorted(e for e in assessment.edits if e.scope == scope)


def _sorted(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    order = list(WORDS)
    return tuple(sorted(edits, key=lambda e: order.index(e.what)))


def sentence(edit: Edit) -> str:
    """An edit in words, without its place."""
    return one_line(edit.text, 400)
