"""All statements by what they are about, with what they do to one another: replace, dispute, revoke."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from cockpit.records.assessment import StatementView
from cockpit.records.model import Meaning
from cockpit.records.past import Covered, Signed
from cockpit.records.verdicts import Verdict
from cockpit.trust import bodies, history, obligations
from cockpit.trust.canonical import digest
from cockpit.trust.obligations import split_subject
from cockpit.wording import signatures

_DISPUTABLE = (Meaning.RESOLVED, Meaning.ATTESTED)
_ONCE_GOOD = (Verdict.COUNTS, Verdict.SUPERSEDED, Verdict.VOID)
"""What holds, or did until its subject or its signer moved on."""


def about(view: StatementView, named: Mapping[str, StatementView], deep: int = 3) -> frozenset[str]:
    """The subjects that a statement is about: its own, those that it lists, and that of a statement that it names."""
    body = view.record.body
    listed = body.get("subjects", ()) if view.record.type == bodies.DELEGATE else ()
    # One that names a whole kind is about its signer alone.
    found = {view.subject, *(str(each) for each in listed if not str(each).endswith(":*"))}
    other = named.get(str(body.get("of", ""))) if view.record.type != bodies.PROOF else None
    return frozenset(found) | (about(other, named, deep - 1) if other is not None and deep else frozenset())


class Said:
    """The statements of an assessment, asked for by subject."""

    def __init__(self, views: Sequence[StatementView]) -> None:
        self._places = {view.record.id: place for place, view in enumerate(views)}
        named = {view.record.id: view for view in views}
        self._by_subject: dict[str, list[StatementView]] = defaultdict(list)
        self._ended: dict[str, list[StatementView]] = defaultdict(list)
        self._next, self._last = _successions(views)
        for view in views:
            for subject in about(view, named):
                self._by_subject[subject].append(view)
            if view.record.type == bodies.REVOKE and view.verdict is Verdict.COUNTS:
                self._ended[str(view.record.body["key"])].append(view)
        self._knew = history.knowing(view.record for view in views)

    def events(self, subject: str, known: Mapping[str, Covered], present: Collection[str] | None) -> list[Signed]:
        """What was signed of a subject, and the revocations of the keys that this was signed with."""
        own = self._by_subject.get(subject, [])
        keys = {view.record.key for view in own}
        all_ = {view.record.id: view for view in (*own, *(each for key in keys for each in self._ended.get(key, ())))}
        disputes = [v for v in own if v.meaning == Meaning.DISPUTED and v.verdict in _ONCE_GOOD]
        views = sorted(all_.values(), key=lambda view: self._places[view.record.id])
        return [self._signed(view, known, present, disputes) for view in views]

    def _signed(
        self,
        view: StatementView,
        known: Mapping[str, Covered],
        present: Collection[str] | None,
        disputes: Iterable[StatementView],
    ) -> Signed:
        version = signatures.version_of(view)
        return Signed(
            at=view.record.signed_at,
            view=view,
            version=version,
            covered=known.get(version) or _own_words(view, version),
            present=_present(view, version, present),
            superseded_by=self._next.get(view.record.id, ""),
            supersedes=self._last.get(view.record.id, ""),
            disputed_by=tuple(d.record.id for d in disputes if self._disputes(d, view)),
            revoked_by=tuple(each.record.id for each in self._ended.get(view.record.key, ()) if each is not view),
        )

    def _disputes(self, dispute: StatementView, view: StatementView) -> bool:
        """Whether a dispute is about what a statement says and was not before the eyes of its signer."""
        if view.meaning not in _DISPUTABLE or signatures.version_of(dispute) != signatures.version_of(view):
            return False
        return not self._knew(view.record.id, dispute.record.id)


def _successions(views: Sequence[StatementView]) -> tuple[dict[str, str], dict[str, str]]:
    """Statement → the next of the same person that says the same of the same (and, of a reading, of the same day); and
    back. They come in the order in which they were signed."""
    latest: dict[tuple[str, ...], str] = {}
    after: dict[str, str] = {}
    for view in views:
        if view.record.type == bodies.PROOF and view.verdict in _ONCE_GOOD:
            day = str(view.record.body.get("date", "")) if split_subject(view.subject)[0] == obligations.KPI else ""
            key = (view.record.signer, view.subject, view.meaning, day)
            if key in latest:
                after[latest[key]] = view.record.id
            latest[key] = view.record.id
    return after, {later: earlier for earlier, later in after.items()}


def _own_words(view: StatementView, version: str) -> Covered | None:
    """A reading's version is made of what the statement itself says."""
    kind, name = split_subject(view.subject)
    body = view.record.body
    if kind != obligations.KPI or not version or body.get("date") is None or body.get("value") is None:
        return None
    fields = obligations.reading_covered(name, date.fromisoformat(body["date"]), float(body["value"]))
    return Covered(version=version, fields=fields) if digest(fields) == version else None


def _present(view: StatementView, version: str, present: Collection[str] | None) -> bool | None:
    if not version:
        return None
    if present is not None:
        return version in present
    # Of a subject whose versions are not known here the verdict tells.
    return {Verdict.COUNTS: True, Verdict.SUPERSEDED: True, Verdict.VOID: False}.get(view.verdict)
