"""Plans of projects that a tracker lists under another name: their work is that project's, not one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cockpit.proposing.assigning import Assigned, called_as
from cockpit.proposing.looking import Looked, reread
from cockpit.proposing.proposed import Proposed, Setting
from cockpit.proposing.sure import Sure
from cockpit.records.model import Project


def placed(files: Sequence[Looked]) -> list[Looked]:
    """Return the files with each plan put into the project of the tracker that is called like it, and read so."""
    listed = [project for each in files if each.sources and each.sources[0].format == "table" for project in _of(each)]
    return [_placed(each, listed) for each in files] if listed else list(files)


def _of(looked: Looked) -> list[Project]:
    return [each for each in looked.batch.records.get("projects", ()) if isinstance(each, Project)]


def _placed(looked: Looked, listed: Sequence[Project]) -> Looked:
    titles = [_title(looked, each) for each in looked.sources]
    found = [called_as(title, listed) if title else None for title in titles]
    sources = [_put(each, like) for each, like in zip(looked.sources, found, strict=True)]
    return reread(looked, sources) if sources != list(looked.sources) else looked


def _title(looked: Looked, source: Proposed) -> str:
    """What the project of a plan is called; empty where it is no plan, or one of several."""
    if source.project is not None and not source.off:
        return source.project[1]
    own = _of(looked) if source.format == "msproject" else []
    # How a plan is scheduled from its finish, or by Primavera's options, stands in a project of its own.
    return own[0].title if len(own) == 1 and (own[0].method is None or not own[0].method.backward) else ""


def _put(source: Proposed, like: Assigned | None) -> Proposed:
    if like is None or like.sure is Sure.UNSURE:
        return source
    why = f"the plan is called like “{like.title}” of the tracker"
    others = tuple(each for each in source.defaults if each.key != "project")
    return replace(source, defaults=(Setting("project", like.project, like.sure, why), *others), project=None)
