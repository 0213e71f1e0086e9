"""Statements before they are signed: what they are about, whether they would count, and the sentence that says it all.

Whether a draft would count is asked of the engine itself, over the snapshot with the statement in it.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from cockpit.basics import sharing
from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.engine.assess import assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.ledger import deciding, pairing, serving, signing, suspecting
from cockpit.ledger.subjects import DraftError, Known, Words, find_subject, listed, obligation_of
from cockpit.records.assessment import Assessment, KpiView, StatementView
from cockpit.records.model import Meaning, Person, Statement
from cockpit.records.snapshot import Snapshot
from cockpit.records.verdicts import Verdict
from cockpit.session.intake import sha256
from cockpit.trust import history, obligations, sentence
from cockpit.trust import statements as ledger
from cockpit.trust.bodies import PROOF
from cockpit.trust.canonical import StatementError
from cockpit.trust.keys import parse_public_key


@dataclass(frozen=True)
class Draft:
    """A statement ready to be signed. `preview` is what would be true once it is."""

    payload: bytes
    sentence: str
    subject: str
    meaning: Meaning
    signer: Person
    public_line: str
    key: Path | None
    files: tuple[tuple[Path, str], ...]
    """Evidence files with their SHA-256; they are copied into the portfolio when it is signed."""
    preview: Assessment

    @property
    def id(self) -> str:
        """The id that the statement will have."""
        return ledger.load(self.payload, "").id


def draft(known: Known, words: Words, *, signer: str, key: Path | None, evidence: Sequence[Path]) -> Draft:
    """Return the draft of these words. DraftError: it would not count; SigningError: no key fits."""
    of_breach = words.meaning in deciding.MEANINGS
    find, obligation = (deciding.find, deciding.obligation) if of_breach else (find_subject, obligation_of)
    if suspecting.is_meant(known, words):
        find, obligation = suspecting.find, suspecting.obligation
    elif pairing.is_meant(known, words):
        find, obligation = pairing.find, pairing.obligation
    elif serving.is_meant(known, words):
        find, obligation = serving.find, serving.obligation
    subject = find(known, words.subject, words.meaning)
    words = _completed(known, replace(words, subject=subject))
    version, what = obligation(known, words)
    person, line = _signer(known, signer, key)
    files = tuple((path, _hashed(path)) for path in evidence)
    body = ledger.proof_body(
        subject,
        version,
        words.meaning,
        evidence=[sha for _, sha in files],
        note=words.note,
        on=words.on,
        value=words.value,
        option=words.option,
    )
    payload = payload_of(known.snapshot, known.now, PROOF, person.id, parse_public_key(line).fingerprint, body)
    said = sentence.sentence(
        person,
        words.meaning,
        subject,
        what,
        version,
        portfolio=known.snapshot.portfolio.title or known.snapshot.portfolio.id,
        on=words.on,
        value=words.value,
        evidence=[(path.name, sha) for path, sha in files],
        note=words.note,
    )
    said += deciding.more(known, words)
    candidate = ledger.load(payload, "")
    preview = _preview(known, candidate, files)
    behalf = next((view.behalf for view in preview.statements if view.record.id == candidate.id), "")
    said += f" It is signed in the place of {one_line(behalf)}, by a delegation." if behalf else ""
    return Draft(payload, said, subject, words.meaning, person, line, key, files, preview)


def payload_of(
    snapshot: Snapshot, now: datetime, kind: str, signer: str, fingerprint: str, body: Mapping[str, Any]
) -> bytes:
    """Return the bytes of a statement that follows all that is good in a ledger. Raises DraftError."""
    heads = ledger.heads(snapshot.statements)
    seen = [s for s in snapshot.statements if s.id in heads]
    root = snapshot.genesis or snapshot.portfolio.id
    try:
        return ledger.build(root, kind, signer, fingerprint, history.not_before(now, seen), heads, body)
    except StatementError as error:
        raise DraftError(f"That can't be signed: the statement {error}.") from error


def _preview(known: Known, candidate: Statement, files: Sequence[tuple[Path, str]]) -> Assessment:
    """Return what would be true once it is signed. Raises DraftError when the engine says that it would not count."""
    if candidate.verdict:
        raise DraftError(f"That can't be signed. {candidate.verdict}")
    evidence = {**known.snapshot.evidence, **{sha: path.name for path, sha in files}}
    snapshot = replace(known.snapshot, statements=(*known.snapshot.statements, candidate), evidence=evidence)
    after = assessment_of(Case.after(Facts(snapshot, known.assessment.today), known.case))
    view = next((v for v in after.statements if v.record.id == candidate.id), None)
    if view is None or view.verdict is not Verdict.COUNTS:
        why = "It would not count." if view is None else view.why or f"It would be {view.verdict.value}."
        raise DraftError(f"Not signed, because it would prove nothing: {why}")
    if view.meaning in (Meaning.RESOLVED, Meaning.VALIDATED) and _unmoved(known.assessment, after, view):
        why = _why_unmoved(after, view)
        raise DraftError(
            f"Not signed, because it would settle nothing: {why}. Name what proves it with --evidence FILE."
        )
    return after


def _unmoved(before: Assessment, after: Assessment, view: StatementView) -> bool:
    """Tell whether the signature is waited for exactly as it was before."""
    waits = [
        next((s.state for s in judged.signoffs if s.subject == view.subject and view.meaning in s.meanings), None)
        for judged in (before, after)
    ]
    return waits[1] is not None and waits[0] == waits[1]


def _why_unmoved(after: Assessment, view: StatementView) -> str:
    reasons = next((d.reasons for d in after.dependencies if d.subject == view.subject), ())
    said = next((reason.text for reason in reasons if reason.statement == view.record.id), "")
    return said or f"{one_line(view.subject)} would still wait for it"


def _signer(known: Known, signer: str, key: Path | None) -> tuple[Person, str]:
    """Return who signs and the public key line: by the key file, by the name given, else by the agent's keys."""
    people = known.facts.people
    if key is None and signer:
        person = known.facts.person(signer)
        if person is None:
            close = difflib.get_close_matches(signer, list(people), n=3, cutoff=0.4)
            hint = f" Did you mean {listed(close)}?" if close else ""
            raise DraftError(f"“{one_line(signer)}” is nobody in the people table, or more than one.{hint}")
        if not person.key.strip():
            how = "add their public key to the people table"
            how = "they write a request for a steward (cockpit join)" if known.snapshot.genesis else how
            raise DraftError(f"No key is enrolled for {one_line(person.name)}: {how}.")
        return person, person.key
    choice = signing.choose_key(key, people, signer, keys=known.snapshot.keys, by_stewards=bool(known.snapshot.genesis))
    return choice.person, choice.public_line


def _completed(known: Known, words: Words) -> Words:
    """Return the words with the reading that they are about. Raises DraftError for what is missing or too much."""
    kind, name = obligations.split_subject(words.subject)
    today = known.assessment.today
    if kind == obligations.BREACH:
        words = deciding.completed(known, words)
    elif words.option:
        raise DraftError(f"--option belongs to a decision about a breach; {one_line(words.subject)} has none.")
    if words.meaning is Meaning.PROMISED and words.on is None:
        raise DraftError("A promise needs its day: add --date, such as --date 2025-06-30.")
    if words.meaning is Meaning.PROMISED and words.on is not None and words.on < today:
        raise DraftError(f"A promise for {words.on} is broken already: today is {today}. Give a day to come.")
    if kind == obligations.KPI:
        return _with_reading(next(view for view in known.assessment.kpis if view.record.id == name), words)
    if words.value is not None:
        raise DraftError(f"--value belongs to the reading of a KPI; {one_line(words.subject)} has none.")
    return words


def _with_reading(view: KpiView, words: Words) -> Words:
    if words.value is not None and words.on is None:
        raise DraftError("A value needs its day: add --date, the day for which it is true.")
    if words.value is not None:
        return words
    wanted = [(on, value) for on, value, signed in view.readings if _wants(words, on, signed)]
    if not wanted:
        said = f"on {words.on}" if words.on else "that is not signed yet"
        raise DraftError(f"The KPI {one_line(view.record.id)} has no reading {said}: give --value and --date.")
    on, value = max(wanted)
    if words.on is not None and len({v for d, v in wanted if d == words.on}) > 1:
        raise DraftError(f"Two sources give different values for {words.on}: say which one holds with --value.")
    return replace(words, on=on, value=value)


def _wants(words: Words, on: date, signed: bool) -> bool:
    return on == words.on if words.on is not None else (not signed or words.meaning is Meaning.DISPUTED)


def _hashed(path: Path) -> str:
    if not path.is_file():
        raise DraftError(f"{path}: there is no such evidence file.")
    return sha256(path)


def keep_evidence(folder: Path, files: Sequence[tuple[Path, str]]) -> None:
    """Copy evidence files to `evidence/<sha256>-<name>`. Raises DraftError when one changed since it was drafted."""
    if not files:
        return
    place = folder / "evidence"
    sharing.make_folder(place)
    for path, sha in files:
        name = "".join(c if c.isalnum() or c in "-_. " else "_" for c in one_line(path.name, 100))
        with path.open("rb") as found, sharing.replacing(place / f"{sha}-{name}") as kept:
            if _copied(found, kept) != sha:
                raise DraftError(f"{path} changed after the statement was shown. Look at it, and sign again.")


def _copied(found: IO[bytes], kept: IO[bytes]) -> str:
    """Copy a file and return the SHA-256 of what was copied."""
    seen = hashlib.sha256()
    while part := found.read(1 << 20):
        seen.update(part)
        kept.write(part)
    return seen.hexdigest()
