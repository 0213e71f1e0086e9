"""Which of a portfolio's sources its charter calls shadow trackers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from cockpit.basics.text import path_text
from cockpit.charter.charter import Charter
from cockpit.records.snapshot import Snapshot


def marked(folder: Path, charter: Charter, snapshot: Snapshot) -> Snapshot:
    """The snapshot of the portfolio in `folder` with its shadow trackers marked as the charter says now."""
    patterns = [_parts(folder, each.path) for each in charter.sources if each.shadow]
    if not patterns:
        return snapshot
    sources = tuple(
        replace(source, shadow=True) if any(_matches(PurePosixPath(source.path).parts, each) for each in patterns)
        else source
        for source in snapshot.sources
    )  # fmt: skip
    return replace(snapshot, sources=sources)


def _parts(folder: Path, pattern: str) -> Sequence[str]:
    """A pattern as sources are named: relative to the folder."""
    return PurePosixPath(path_text(os.path.relpath(folder / pattern, folder))).parts


def _matches(path: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a path is one of those that a pattern means; `**` stands for any number of folders.

    One step for each pair of a part and a part of the pattern, however many `**` there are.
    """
    if tuple(path) == tuple(pattern):
        return True
    reached = {0}
    for number, part in enumerate(pattern):
        if part == "**" and number < len(pattern) - 1:
            reached = set(range(min(reached), len(path)))
        else:
            reached = {at + 1 for at in reached if at < len(path) and fnmatchcase(path[at], part)}
        if not reached:
            return False
    return len(path) in reached
