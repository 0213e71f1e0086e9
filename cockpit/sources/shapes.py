"""What a table or a JSON text is, by its headers or first names: exports of trackers, whatever their file is called.

Their shapes: Azure DevOps, “Import update bulk work items” and the REST reference of work items; GitHub, REST reference
of issues and the fields of `gh issue list --json`; GitLab, “Export issues to CSV”; ServiceNow, “Default values for
column headers and column values”.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from cockpit.charter.vocabulary import fold
from cockpit.sources.jira import is_jira

_AZURE = re.compile(r'"(?:System\.[A-Z]\w+|Microsoft\.VSTS\.[\w.]+|workItemRelations)"\s*:|/_apis/wit/workitems/', re.I)
_NUMBER = re.compile(r'"number"\s*:\s*\d')
_TITLE = re.compile(r'"title"\s*:\s*"')
_ISSUE = re.compile(
    r'"(?:repository_url|html_url|url|resourcePath|nameWithOwner)"\s*:\s*"(?:https?://[^"\s]+/(?:issues|pull)/\d+|'
    r"https?://api\.[^\"\s]+/repos/|[^\"/\s]+/[^\"/\s]+\")|"
    r'"state"\s*:\s*"(?:open|closed|OPEN|CLOSED)"'
)
_SERVICENOW = (
    "state",
    "assignmentgroup",
    "assignedto",
    "opened",
    "openedat",
    "syscreatedon",
    "priority",
    "incidentstate",
)


def _azure(names: frozenset[str]) -> bool:
    return "workitemtype" in names and bool(names & {"id", "workitemid"}) and bool(names & {"title", "title1"})


def _gitlab(names: frozenset[str]) -> bool:
    return {"title", "url", "authorusername"} <= names and bool(names & {"issueid", "iid"})


def _servicenow(names: frozenset[str]) -> bool:
    return {"number", "shortdescription"} <= names and bool(names.intersection(_SERVICENOW))


_TABLES: Mapping[str, Callable[[frozenset[str]], bool]] = {
    "azure": _azure,
    "gitlab": _gitlab,
    "servicenow": _servicenow,
}


def tracker_of(header: Sequence[str]) -> str:
    """Return whose export a table with these headers is: a format of the charter, or an empty text."""
    if is_jira(header):
        return "jira"
    names = frozenset(map(fold, header))
    return next((format_ for format_, fits in _TABLES.items() if fits(names)), "")


def json_of(text: str) -> str:
    """Return whose answer a JSON text is, of which the beginning is enough: `azure`, `github`, or an empty text."""
    if _AZURE.search(text):
        return "azure"
    return "github" if _NUMBER.search(text) and _TITLE.search(text) and _ISSUE.search(text) else ""
