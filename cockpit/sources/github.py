"""Issues of GitHub as JSON, with what blocks them: the shapes are those of `github_issues`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from cockpit.basics.text import clean, one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.words import word
from cockpit.records.model import Batch, Problem, State
from cockpit.sources import labels
from cockpit.sources.errors import refuse
from cockpit.sources.files import read_bytes
from cockpit.sources.github_issues import Issue, Issues
from cockpit.sources.github_refs import Related, nodes_of, text_of
from cockpit.sources.jsondocs import documents
from cockpit.sources.rows import Grid
from cockpit.sources.standing import Standing, Words, gave_up
from cockpit.sources.tickets import Computed, Export, Standings, Ties, batch_of, named, read_tickets
from cockpit.sources.values import text

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title",),
    "owner": ("assignees",),
    "status": ("state",),
    "deadline": ("due",),
    "actual_finish": ("closed",),
    "updated": ("updated",),
}
_HEADER = (
    "id", "title", "state", "assignees", "labels", "milestone", "due", "type", "repository", "parent", "created",
    "closed", "updated", "url", "body",
)  # fmt: skip
"""The table that the issues of a file become; behind it a column for each scope of labels."""
_SUMMARIES = ("epic", "initiative", "theme")
_MEANT = {"open": State.TODO, "reopened": State.TODO, "closed": State.DONE}
_ADVICE = (
    "ask for them as well: `gh issue list --state all --limit 5000 --json "
    "number,title,url,state,stateReason,labels,assignees,milestone,updatedAt,closedAt,parent,blockedBy,blocking`"
)


def read(path: Path, relative: str, charter: Charter, mapping: SourceMapping | None) -> Batch:
    """Read issues: tickets by repository and number (`acme/core#42`, as GitHub writes them elsewhere), parents and
    links, and stubs for open issues that only links name. Pull requests are left out.

    `mapping.defaults` gives a project or objective to all, and a team to those without a label for one.
    `mapping.columns` names a column of `_HEADER` or a scope of labels.
    """
    mapping = mapping or SourceMapping(path=relative, format="github")
    issues = Issues(documents(read_bytes(path, relative), relative), PurePosixPath(relative).stem)
    if not issues.all and not issues.pulls:
        raise refuse(relative, f"expected issues with a number and a title; found none: {_ADVICE}")
    rows = [_row(issue, issues) for issue in issues.all]
    named_labels = [_labels(issue) for issue in issues.all]
    scopes = labels.as_columns(named_labels, _HEADER)
    grid = Grid(
        (*_HEADER, *scopes),
        [[*row, *(cells[at] for cells in scopes.values())] for at, row in enumerate(rows)],
        range(1, len(rows) + 1),
    )
    return _File(grid, charter, mapping, relative, issues, named_labels).batch()


def _row(issue: Issue, issues: Issues) -> list[str]:
    milestone = issue.first("milestone")
    milestone = milestone if isinstance(milestone, dict) else {}
    parent, kind = issues.parent(issue), issue.first("type", "issueType")
    return [
        str(issue.ref),
        clean(issue.text("title").strip()) or str(issue.ref),
        "",
        "; ".join(_people(issue)),
        ";".join(_labels(issue)),
        text_of(milestone.get("title")),
        text_of(milestone.get("due_on") or milestone.get("dueOn"))[:10],
        text_of(kind.get("name")) if isinstance(kind, dict) else text_of(kind),
        issue.ref.place,
        "" if parent is None or parent == issue.ref else str(parent),
        issue.text("created_at", "createdAt"),
        issue.text("closed_at", "closedAt"),
        issue.text("updated_at", "updatedAt"),
        issue.text("html_url", "url"),
        issue.text("body"),
    ]


def _people(issue: Issue) -> Iterator[str]:
    """Yield who is assigned, as `Name <login>`."""
    for each in nodes_of(issue.first("assignees")) or filter(None, [issue.first("assignee")]):
        if isinstance(each, dict):
            yield one_line(named(text_of(each.get("name")), text_of(each.get("login"))))
        elif isinstance(each, str):
            yield one_line(each)


def _labels(issue: Issue) -> list[str]:
    found = nodes_of(issue.first("labels"))
    names = (text_of(each.get("name")) if isinstance(each, dict) else text_of(each) for each in found)
    return [one_line(name).replace(";", ",") for name in names if name]


def _board(issue: Issue) -> str:
    """Return the status that the boards give an issue, as `gh` writes them; empty where they give none or several."""
    found = set()
    for each in nodes_of(issue.first("projectItems")):
        status: Any = each.get("status") if isinstance(each, dict) else None
        found.add(one_line(text_of(status.get("name") if isinstance(status, dict) else status)))
    found.discard("")
    return found.pop() if len(found) == 1 else ""


class _File(Export):
    """The issues of one file, and what has to be computed of them."""

    def __init__(
        self,
        grid: Grid,
        charter: Charter,
        mapping: SourceMapping,
        relative: str,
        issues: Issues,
        named_labels: Sequence[Sequence[str]],
    ) -> None:
        super().__init__(grid, charter, mapping, _COLUMNS)
        self.relative, self.issues, self.labels = relative, issues, named_labels
        self.missing = [issues.unnamed(each) for each in issues.all]
        self._judged: dict[tuple[str, str, str, bool, tuple[str, ...]], tuple[str, Standing]] = {}

    def batch(self) -> Batch:
        """Return the records of the file."""
        said = [self._standing(row) for row in range(len(self.labels))]
        where = Standings([each.state for _, each in said], [each.cancelled for _, each in said])
        items, problems = read_tickets(
            self, self.relative, self._computed([each for each, _ in said], where), where, ("parent", "body")
        )
        ids = {item.id for item in items}
        ties = Ties(items, lambda name: name.rpartition("#")[0])
        for row, issue in enumerate(self.issues.all):
            for first, other in self._related(issue):
                if other is None:
                    message = (
                        "expected the number or address of an issue that blocks or is blocked; this link is left out"
                    )
                    problems.append(Problem(self.origin(row, self.relative), message, str(issue.ref)))
                elif not other.closed or str(other.ref) in ids:
                    ends = (str(issue.ref), str(other.ref))
                    ties.add(*(ends if first else ends[::-1]), self.origin(row, self.relative), clean(other.title, 500))
        return batch_of(items, ties, [*problems, *self._unnamed(where), *self._stateless()])

    def _related(self, issue: Issue) -> Iterator[tuple[bool, Related | None]]:
        """Yield what an issue is tied to, and whether it comes first itself."""
        yield from ((False, each) for each in self.issues.before(issue))
        yield from ((True, each) for each in self.issues.after(issue))

    def _computed(self, statuses: Sequence[str], where: Standings) -> Computed:
        places = [issue.ref.place for issue in self.issues.all]
        project, team = (text(self.mapping.defaults.get(name)) for name in ("project", "team"))
        return {
            "kind": ("type", [self._kind(row) for row in range(len(places))]),
            "project": ("repository", [project or place for place in places]),
            "team": (
                "labels",
                [labels.team_of(row) or team or place for row, place in zip(self.labels, places, strict=True)],
            ),
            "parent": ("parent", self.column("parent")),
            "status": ("state", list(statuses)),
            "actual_finish": ("closed", self.finishes(self.raw("actual_finish"), where)),
        }

    def _kind(self, row: int) -> str:
        said = [text(self.grid.rows[row][_HEADER.index("type")]), *self.labels[row]]
        said += [value for scope, value in map(labels.scoped, self.labels[row]) if scope in ("type", "kind")]
        return "summary" if any(word(each) in _SUMMARIES for each in said) else "ticket"

    def _standing(self, row: int) -> tuple[str, Standing]:
        """The word for where an issue stands, and what it means: a board says more of open issues than a label, and
        that more than GitHub's own word."""
        issue = self.issues.all[row]
        state = "closed" if issue.first("closed") is True else issue.text("state").casefold()
        reason = issue.text("state_reason", "stateReason")
        key = (state, reason, _board(issue), self.missing[row] > 0, tuple(self.labels[row]))
        if key not in self._judged:
            self._judged[key] = self._judge(*key)
        return self._judged[key]

    def _judge(self, state: str, reason: str, board: str, held: bool, said: Sequence[str]) -> tuple[str, Standing]:
        words = Words(self.charter, _MEANT)
        if state == "closed":
            why = word(reason) if gave_up(reason) else labels.given_up(said)
            return (f"closed as {why}" if why else "closed"), words.of("closed", False, why, True)
        label, marked = labels.status_of(self.charter, said)
        status = board or label or state
        found = words.of(status, held or marked)
        return status, found._replace(state=labels.open_state(found.state))

    def _unnamed(self, where: Standings) -> Iterator[Problem]:
        """One problem for all open issues that are blocked by others which the file counts and does not name."""
        rows = [row for row, count in enumerate(self.missing) if count and where.states[row] is not State.DONE]
        rows = [row for row in rows if not where.is_cancelled(row)]
        if rows:
            many = "1 open issue is" if len(rows) == 1 else f"{len(rows):,} open issues are"
            message = f"{many} blocked by issues that this file counts and does not name; {_ADVICE}"
            yield Problem(self.origin(rows[0], self.relative), message, str(self.issues.all[rows[0]].ref))

    def _stateless(self) -> Iterator[Problem]:
        rows = [row for row, each in enumerate(self.issues.all) if each.first("state", "closed") is None]
        if rows:
            message = f"{len(rows):,} issues do not say whether they are open or closed; {_ADVICE}"
            yield Problem(self.origin(rows[0], self.relative), message, "state")
