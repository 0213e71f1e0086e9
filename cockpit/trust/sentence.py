"""The sentence that a person reads before signing: who says what, of which version, by when, on what evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from cockpit.basics.text import one_line
from cockpit.records.model import Dependency, Kpi, Meaning, Objective, Person, Project, WorkItem
from cockpit.trust.people import called

_QUOTES = str.maketrans({"“": "'", "”": "'", "„": "'", "‟": "'", '"': "'"})


def sentence(
    signer: Person,
    meaning: Meaning,
    subject: str,
    what: str,
    version: str,
    *,
    portfolio: str = "",
    on: date | None = None,
    value: float | None = None,
    evidence: Sequence[tuple[str, str]] = (),
    note: str = "",
) -> str:
    """One paragraph of plain English with everything the signature will cover.

    `what` describes the subject (see `of_dependency` and its like), `version` is the SHA-256 of the obligation, `on`
    the promised or the reading's day, `evidence` are pairs of file name and SHA-256. Texts of others stand in
    quotation marks and can't end them.
    """
    parts = [f"I, {called(signer)} ({one_line(signer.id)}), {_verb(meaning, on, value)} {what}."]
    scope = f" of the portfolio {quoted(portfolio)}" if portfolio else ""
    parts.append(
        f"This is {quoted(subject)}{scope}, in its version {version[:12]}; if what it binds changes, this lapses."
    )
    files = ", ".join(f"{quoted(file)} (SHA-256 {sha[:12]})" for file, sha in evidence)
    parts.append(f"Evidence: {files}." if files else "I name no evidence.")
    if note.strip():
        parts.append(f"Note: {quoted(note, 2000)}.")
    return " ".join(parts)


def of_dependency(dep: Dependency, giver: str = "", receiver: str = "") -> str:
    """What a dependency asks for. `giver` and `receiver` are the titles of the teams, where known."""
    due = f"needed by {dep.needed_by.isoformat()}" if dep.needed_by else "with no date by which it is needed"
    given = (
        f"{quoted(dep.title)}, which {quoted(giver or dep.giver_team)} gives to {quoted(receiver or dep.receiver_team)}"
    )
    target = dep.receiver_project or dep.receiver_item
    aim = f" for {quoted(target)}" if target else ""
    return f"the dependency {given}{aim}, {due}, {_accepted(dep.acceptance)}"


def of_milestone(item: WorkItem, project: Project | None = None) -> str:
    """What a milestone claims."""
    title = project.title if project is not None else item.project
    return f"the milestone {quoted(item.title)} of the project {quoted(title)}, {_accepted(item.acceptance)}"


def of_reading(kpi: Kpi) -> str:
    """What a KPI measures; its value and day are said by the sentence itself."""
    unit = f" in {quoted(kpi.unit)}" if kpi.unit else ""
    return f"the value of the KPI {quoted(kpi.title)}{unit}"


def of_baseline(project: Project) -> str:
    """Which finish a sponsor takes as the baseline."""
    finish = project.baseline_finish.isoformat() if project.baseline_finish else "no date"
    return f"the baseline finish {finish} of the project {quoted(project.title)}"


def of_mapping(field: str, pattern: str, objective: Objective) -> str:
    """Which work a mapping gives to an objective."""
    return (
        f"the mapping of all work whose {quoted(field)} is {quoted(pattern)} to the objective {quoted(objective.title)}"
    )


def of_serving(field: str, pattern: str, objective: Objective, tickets: int) -> str:
    """Which work, of which no file says what it serves, serves an objective, and how much of it there is now."""
    what = f"{quoted(pattern)} and every ticket below it"
    if field != "id":
        what = f"every ticket whose {quoted(field)} is {quoted(pattern)}"
    many = f"{tickets:,} tickets" if tickets != 1 else "1 ticket"
    return (
        f"the mapping of {what} to the objective {quoted(objective.title)}, where no file says what it serves: "
        f"{many} as things are, and whatever comes to match"
    )


def of_breach(code: str, title: str, subject: str, raised: date, owner: str) -> str:
    """Which breach: the rule, what it says, of what, since when, and to whom it goes."""
    goes = f"which goes to {quoted(owner)}" if owner else "which goes to nobody who is named"
    return f"the breach {one_line(code)} {quoted(title)} of {quoted(subject)}, raised on {raised.isoformat()}, {goes}"


def of_suspicion(item: WorkItem, project: str, giver: str, found: Sequence[str], *, confirmed: bool) -> str:
    """For whom a stuck work item is suspected to wait (empty: nobody says who), by which sentences of its text, and
    what follows from signing it."""
    of_project = f" of the project {quoted(project)}" if project else ""
    whom = f"waits for {quoted(giver)}" if giver else "waits for another team"
    words = f", by the words {', '.join(map(quoted, found))}" if found else ""
    then = "it stays dismissed for these words only" if found else "it stays dismissed as long as it reads the same"
    if confirmed:
        then = "that makes it a dependency, which holds the item until the giver's owner has signed it resolved"
    return f"the suspicion that {quoted(item.id)}, {quoted(item.title)}{of_project}, {whom}{words}; {then}"


def of_same(kind: str, titles: Mapping[str, str], project: str, *, confirmed: bool) -> str:
    """Which two rows of different sources are one thing, given as the title of each id, and what follows from it."""
    first, second = (f"{quoted(name)}, {quoted(title)}," for name, title in sorted(titles.items()))
    of_project = f" of the project {quoted(project)}" if project and kind == "work item" else ""
    then = "it stays dismissed for these titles only"
    if confirmed:
        then = "the worse of what their sources say counts for it"
    return f"that {first} and {second} are one {kind}{of_project}; {then}"


def of_scope(what: str, title: str, counted: str, edits: Sequence[str], more: int) -> str:
    """Which edits of a project, an objective or the portfolio: how many of each kind, the first of them one by one."""
    rest = f" and {more:,} more" if more else ""
    return f"all that was edited of the {what} {quoted(title)} since it was known first, {counted}: " + (
        f"{', '.join(quoted(edit) for edit in edits)}{rest}"
    )


def of_policy(changes: Iterable[str]) -> str:
    """What a policy lets pass more than the default does, given as one text for each setting."""
    return f"the policy of the charter where it is looser than the default: {', '.join(changes)}"


def quoted(text: str, limit: int = 300) -> str:
    """Text of others on one line in quotation marks, its own quotation marks made single."""
    return f"“{one_line(text.translate(_QUOTES), limit)}”"


def _accepted(acceptance: str) -> str:
    return f"accepted when {quoted(acceptance, 1000)}" if acceptance.strip() else "with no acceptance text"


def _verb(meaning: Meaning, on: date | None, value: float | None) -> str:
    day = f" on {on.isoformat()}" if on else ""
    match meaning:
        case Meaning.PROMISED:
            return f"promise by {on.isoformat()}" if on else "promise"
        case Meaning.RESOLVED:
            return f"declare resolved{day}"
        case Meaning.DISPUTED:
            return f"dispute{day}" if value is None else f"dispute that it was {value:.15g}{day}:"
        case Meaning.WITHDRAWN:
            return "agree to withdraw"
        case Meaning.VALIDATED:
            return f"validate as done{day}"
        case Meaning.ATTESTED:
            return f"attest as true{day}" if value is None else f"attest {value:.15g}{day} as"
        case Meaning.CONFIRMED:
            return "confirm"
        case Meaning.BASELINED:
            return "set"
        case Meaning.DISMISSED:
            return "dismiss"
        case Meaning.ACKNOWLEDGED:
            return "acknowledge"
        case Meaning.DECIDED:
            return f"decide, due{day}:" if on else "decide"
