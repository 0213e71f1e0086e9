"""Issues in any answer of GitHub: lists of its REST API, pages of them, `gh issue list --json`, and GraphQL.

Shapes: GitHub REST reference, Issues (`state_reason`, `parent_issue_url`, `issue_dependencies_summary`), Issue
dependencies and Sub-issues; the fields of `gh issue list --json` (`blockedBy: {nodes: [{number, state, title, url}],
totalCount}`); GraphQL reference, object Issue (`blockedBy`, `blocking`, `parent`, `subIssues`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cockpit.sources.github_refs import Ref, Related, named_place, nodes_of, place_of, ref_of, related, text_of

DEPTH = 30
"""How deep an answer is searched for issues."""

_BEFORE, _AFTER = ("blockedBy", "blocked_by"), ("blocking", "blocks")
_CHILDREN = ("subIssues", "sub_issues")
_FULL = ("labels", "assignees", "assignee", "body", *_BEFORE)
"""One of them tells an issue that was asked for from one that another only names."""
_NO_ISSUE = ("pull_request", "headRefName", "open_issues", "due_on", "dueOn", "closed_issues")
"""What pull requests and milestones have, and issues do not."""


class Issue(NamedTuple):
    """An issue as its answer holds it, and the place of its repository."""

    ref: Ref
    data: dict[str, Any]

    def first(self, *names: str) -> Any:
        """Return the first of these values that is there."""
        return next((self.data[name] for name in names if self.data.get(name) is not None), None)

    def text(self, *names: str) -> str:
        """Return the first of these texts that is there."""
        return text_of(self.first(*names))


class Issues:
    """The issues of a file, each once and the fullest, in the order in which they stand. `fallback` is the place of
    issues that name no repository."""

    def __init__(self, trees: list[Any], fallback: str) -> None:
        found: dict[Ref, Issue] = {}
        self.pulls = 0
        self._parents: dict[Ref, Ref] = {}
        for data, place in self._all(trees):
            issue = Issue(Ref(place_of(data) or place or fallback, data["number"]), data)
            known = found.get(issue.ref)
            if known is None or len(known.data) < len(data):
                found[issue.ref] = issue
        self.all = tuple(found.values())
        ids = {(str(each.data[key]), each.ref) for each in self.all for key in ("id", "node_id") if each.data.get(key)}
        self._known = dict(ids)
        for each in self.all:
            for child in self._children(each):
                self._parents.setdefault(child, each.ref)

    def _all(self, trees: list[Any]) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield every issue that was asked for, with the repository that the answer around it names."""
        waiting = [(tree, "", 0) for tree in reversed(trees)]
        while waiting:
            tree, place, depth = waiting.pop()
            if depth > DEPTH:
                continue
            inner: list[Any] = []
            if isinstance(tree, list):
                inner = tree
            elif isinstance(tree, dict) and _is_issue(tree):
                if _is_pull(tree):
                    self.pulls += 1
                    continue
                yield tree, place
                inner = [each for name in _CHILDREN for each in nodes_of(tree.get(name)) if _is_full(each)]
                place = place_of(tree) or place
            elif isinstance(tree, dict):
                place = named_place(tree) or place
                inner = [each for each in tree.values() if isinstance(each, dict | list)]
            waiting += [(each, place, depth + 1) for each in reversed(inner)]

    def _children(self, issue: Issue) -> Iterator[Ref]:
        for name in _CHILDREN:
            for child in nodes_of(issue.data.get(name)):
                if (ref := ref_of(child, issue.ref.place, self._known)) is not None:
                    yield ref

    def parent(self, issue: Issue) -> Ref | None:
        """Return the issue of which this one is a sub-issue."""
        said = issue.first("parent", "parent_issue_url")
        own = ref_of(said, issue.ref.place, self._known) if said else None
        return own or self._parents.get(issue.ref)

    def before(self, issue: Issue) -> list[Related | None]:
        """Return the issues that block this one; None for what names none."""
        return self._related(issue, _BEFORE)

    def after(self, issue: Issue) -> list[Related | None]:
        """Return the issues that this one blocks; None for what names none."""
        return self._related(issue, _AFTER)

    def _related(self, issue: Issue, names: tuple[str, ...]) -> list[Related | None]:
        inner = issue.data.get("dependencies")
        places = (issue.data, inner) if isinstance(inner, dict) else (issue.data,)
        return [each for at in places for name in names for each in related(at.get(name), issue.ref.place, self._known)]

    def unnamed(self, issue: Issue) -> int:
        """Return how many issues block this one that the answer counts and does not name."""
        named = self.before(issue)
        summary = issue.data.get("issue_dependencies_summary")
        counted = summary.get("blocked_by") if isinstance(summary, dict) else None
        listed = issue.first(*_BEFORE)
        total = listed.get("totalCount") if isinstance(listed, dict) else None
        open_ = sum(1 for each in named if each is not None and not each.closed)
        missing = [count - have for count, have in ((counted, open_), (total, len(named))) if isinstance(count, int)]
        return max(0, *missing) if missing else 0


def _is_issue(tree: dict[str, Any]) -> bool:
    number = tree.get("number")
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(tree.get("title"), str):
        return False
    return _is_pull(tree) or not any(name in tree for name in _NO_ISSUE[1:])


def _is_pull(tree: dict[str, Any]) -> bool:
    if tree.get("__typename") == "PullRequest" or tree.get("pull_request") or "headRefName" in tree:
        return True
    return any("/pull/" in text_of(tree.get(key)) for key in ("html_url", "url"))


def _is_full(tree: Any) -> bool:
    return isinstance(tree, dict) and any(name in tree for name in _FULL)
