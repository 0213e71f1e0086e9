"""How GitHub names an issue in another place: by address, by repository and number, or by its node id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_ADDRESS = re.compile(
    r"https?://(?:api\.)?([^/\s]+)/(?:api/v3/)?(?:repos/)?([^/\s]+/[^/\s]+)/(?:issues|pull)/(\d{1,12})(?:[/?#]\S*)?"
)
_REPOSITORY = re.compile(r"https?://(?:api\.)?([^/\s]+)/(?:api/v3/)?(?:repos/)?([^/\s]+/[^/\s#?]+)/?")
_SHORT = re.compile(r"(?:([^/\s#]+/[^/\s#]+))?#?(\d{1,12})")
_HOME = "github.com"


class Ref(NamedTuple):
    """An issue: the place of its repository (`owner/repo`, before it any host but github.com), and its number."""

    place: str
    number: int

    def __str__(self) -> str:
        return f"{self.place}#{self.number}"


class Related(NamedTuple):
    """An issue that another one names, with what is said of it there."""

    ref: Ref
    title: str = ""
    closed: bool = False


def text_of(value: Any) -> str:
    """Return a text; empty for anything else."""
    return value if isinstance(value, str) else ""


def nodes_of(value: Any) -> list[Any]:
    """Return what a list holds, or a connection as GraphQL writes it: `{nodes: […]}` or `{edges: [{node: …}]}`."""
    if isinstance(value, dict):
        edges = value.get("edges")
        if isinstance(edges, list):
            return [edge.get("node") for edge in edges if isinstance(edge, dict)]
        value = value.get("nodes")
    return value if isinstance(value, list) else []


def _placed(host: str, repository: str) -> str:
    return repository if host == _HOME else f"{host}/{repository}"


def place_of(issue: Mapping[str, Any]) -> str:
    """Return the place of an issue's repository, as far as the issue itself names it."""
    for key in ("html_url", "url"):
        if match := _ADDRESS.fullmatch(text_of(issue.get(key))):
            return _placed(match[1], match[2])
    repository = issue.get("repository")
    found = named_place(repository if isinstance(repository, dict) else {"url": repository})
    return found or named_place({"url": issue.get("repository_url")})


def named_place(repository: Mapping[str, Any]) -> str:
    """Return the place of a repository by its address, else by its full name."""
    for key in ("html_url", "url"):
        if match := _REPOSITORY.fullmatch(text_of(repository.get(key))):
            return _placed(match[1], match[2])
    for key in ("nameWithOwner", "full_name", "url"):
        if re.fullmatch(r"[^/\s#]+/[^/\s#]+", name := text_of(repository.get(key))):
            return name
    return ""


def ref_of(value: Any, own: str, known: Mapping[str, Ref]) -> Ref | None:
    """Return the issue that a value names; None where it names none. `own` is the place of the issue that names it,
    `known` the issues of the file by node id."""
    if isinstance(value, dict):
        for key in ("id", "node_id"):
            if (found := known.get(str(value.get(key)))) is not None:
                return found
        number = value.get("number")
        if isinstance(number, int) and not isinstance(number, bool):
            return Ref(place_of(value) or own, number)
        return ref_of(value.get("html_url") or value.get("url"), own, known) if "url" in value else None
    said = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if match := _ADDRESS.fullmatch(said):
        return Ref(_placed(match[1], match[2]), int(match[3]))
    match = _SHORT.fullmatch(said)
    return Ref(match[1] or own, int(match[2])) if match else None


def related(value: Any, own: str, known: Mapping[str, Ref]) -> Iterator[Related | None]:
    """Yield each issue that a list or a connection names; None for what names none."""
    for each in nodes_of(value):
        ref, title, closed = ref_of(each, own, known), "", False
        if isinstance(each, dict):
            title = text_of(each.get("title"))
            reason = text_of(each.get("stateReason") or each.get("state_reason")).upper()
            closed = text_of(each.get("state")).upper() == "CLOSED" and reason not in ("NOT_PLANNED", "DUPLICATE")
        yield None if ref is None else Related(ref, title, closed)
