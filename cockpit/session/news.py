"""What changed from one assessment to the next: breaches raised and cleared, and the update that tells of them."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import field, replace

from cockpit.basics.classes import dataclass
from cockpit.records.assessment import Assessment, Breach
from cockpit.records.verdicts import Basis, Severity
from cockpit.session.ground import STORE
from cockpit.session.intake import Change

JUST = 60.0
"""Seconds for which a file counts as saved just now."""


@dataclass(frozen=True)
class Update:
    """A new assessment, what was read for it, and the breaches raised and cleared since the one before.

    The first one of a session holds as raised what no session has logged as open before.
    """

    generation: int
    assessment: Assessment
    changes: tuple[Change, ...] = ()
    raised: tuple[Breach, ...] = ()
    cleared: tuple[Breach, ...] = ()
    latency: float | None = field(default=None, compare=False)
    """Seconds from the saving of the last file that was read to this update, while watching and by the clock of this
    machine; None where nothing was saved just before it."""

    @property
    def trouble(self) -> str:
        """Why nothing could be looked at, in a sentence: the assessment is the one before. Else empty."""
        failed = next((change for change in self.changes if change.failed and change.path == STORE), None)
        return failed.problems[0].message if failed is not None else ""


def latency(changes: Sequence[Change]) -> float | None:
    """How long ago the last of the files that were read was saved; None for none, and where another clock wrote it."""
    saved = max((change.saved for change in changes if change.saved is not None), default=None)
    ago = None if saved is None else time.time() - saved
    return None if ago is None or not 0 <= ago < JUST else ago


def news(
    before: Assessment | None, now: Assessment, raised: Sequence[str], cleared: Sequence[str]
) -> tuple[tuple[Breach, ...], tuple[Breach, ...]]:
    """What was raised and cleared since `before`; at first, by the keys of what is so since any session last logged."""
    if before is None:
        first = tuple(breach for breach in now.breaches if breach.key in raised)
        return first, tuple(gone(key, now) for key in cleared)
    old, new = {b.key for b in before.breaches}, {b.key for b in now.breaches}
    return tuple(b for b in now.breaches if b.key not in old), tuple(b for b in before.breaches if b.key not in new)


def since(told: Collection[str], update: Update) -> Update:
    """The update with what is raised and cleared since a watcher told of these keys, whoever has looked meanwhile."""
    now = update.assessment
    standing = {breach.key for breach in now.breaches}
    return replace(
        update,
        raised=tuple(breach for breach in now.breaches if breach.key not in told),
        cleared=tuple(gone(key, now) for key in sorted(told) if key not in standing),
    )


def carried_on(before: Assessment | None, update: Update) -> Update:
    """The update with what the assessment before it told of past days, until they are looked at again."""
    if before is None or not any(project.replay for project in before.projects):
        return update
    from cockpit.engine.precision.latency import carried

    return replace(update, assessment=carried(before, update.assessment))


def gone(key: str, now: Assessment) -> Breach:
    """Return what is left of a breach that was cleared while nobody watched: its rule and its subject."""
    code, _, subject = key.partition("|")
    name = subject.partition(":")[2] or subject
    return Breach(
        key=key,
        code=code,
        severity=Severity.MINOR,
        basis=Basis.NONE,
        subject=subject,
        title=now.names.get(name, name),
        since=now.today,
        clears_when="",
    )
