"""What the people of the bank signed: promises and resolutions, finished sub-projects, readings, one mapping.

Ed25519 signatures are the same every time, so the statements regenerate byte for byte. Each names the one before it as
its parent, as if they had been signed one after another in one place.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cockpit.ledger.signing import sign
from cockpit.records.model import Dependency, Meaning
from cockpit.trust.keys import parse_public_key
from cockpit.trust.obligations import dependency_version, mapping_version, milestone_version, reading_version
from cockpit.trust.statements import PROOF, build, proof_body
from sample_portfolios.generator.charter import CONFIRMED
from sample_portfolios.generator.drops import World
from sample_portfolios.generator.keys import public_line, write_keys
from sample_portfolios.generator.org import COO, LEADS, NAMES, PEOPLE, PORTFOLIO
from sample_portfolios.generator.plan import PROJECTS
from sample_portfolios.generator.register import KPIS, MEASURED, NEEDS, UNSIGNED, VALUES, Need, needed_by
from sample_portfolios.generator.simulate import DROPS

PAYLANE_ANSWERED = date(2025, 5, 7)
"""The day on which the card processor opened its test system: no item of the plan tells of it."""


@dataclass(frozen=True)
class Say:
    """A statement to be signed. `proof` is the text of its evidence file, empty for none."""

    day: date
    signer: str
    subject: str
    version: str
    meaning: Meaning
    note: str = ""
    proof: str = ""
    on: date | None = None
    value: float | None = None

    @property
    def name(self) -> str:
        """The name of the statement's files."""
        about = self.subject.split(":", 1)[1].replace(":", "-").replace("=", "-")
        dated = f"-{self.on}" if self.value is not None else ""
        return f"{self.day}-{about}-{self.meaning}{dated}"


def write_statements(world: World, folder: Path) -> None:
    """Sign everything that was said by the last drop, and keep the evidence files beside the statements."""
    statements, evidence = folder / "statements", folder / "evidence"
    statements.mkdir(parents=True, exist_ok=True)
    evidence.mkdir(parents=True, exist_ok=True)
    lines = {person.id: public_line(person) for person in PEOPLE}
    parent: tuple[str, ...] = ()
    # ssh-keygen refuses keys that others can read, and a checkout makes them so: it gets copies of its own.
    with tempfile.TemporaryDirectory(prefix="sample-keys-") as keys:
        write_keys(Path(keys))
        for count, say in enumerate(sorted(_everything(world), key=lambda s: (s.day, s.name))):
            sums = (_keep(evidence, say),) if say.proof else ()
            payload = _payload(say, lines[say.signer], count, parent, sums)
            signature = sign(payload, Path(keys) / say.signer, lines[say.signer], interactive=False)
            (statements / f"{say.name}.json").write_bytes(payload)
            (statements / f"{say.name}.json.sig").write_text(signature, encoding="ascii")
            parent = (hashlib.sha256(payload).hexdigest(),)


def _payload(say: Say, line: str, count: int, parents: Iterable[str], evidence: Iterable[str]) -> bytes:
    moment = datetime.combine(say.day, time(14), tzinfo=UTC) + timedelta(minutes=count % 90, seconds=count % 50)
    body = proof_body(
        say.subject, say.version, say.meaning, evidence=evidence, note=say.note, on=say.on, value=say.value
    )
    return build(PORTFOLIO, PROOF, say.signer, parse_public_key(line).fingerprint, moment, parents, body)


def _keep(folder: Path, say: Say) -> str:
    content = say.proof.encode()
    digest = hashlib.sha256(content).hexdigest()
    (folder / f"{digest}-{say.name}.txt").write_bytes(content)
    return digest


def _everything(world: World) -> Iterator[Say]:
    for need in NEEDS:
        yield from _of_need(world, need)
    yield from _finishes(world)
    yield from _readings()
    field, pattern, objective = CONFIRMED
    version = mapping_version(field, pattern, "", objective)
    yield Say(
        DROPS[1], COO, f"mapping:{field}={pattern}", version, Meaning.CONFIRMED, "This is the integration backlog"
    )


def _of_need(world: World, need: Need) -> Iterator[Say]:
    record = Dependency(
        id=need.id,
        title=need.title,
        giver_team=need.giver,
        receiver_team=need.receiver,
        receiver_item=need.receiver_item,
        needed_by=needed_by(world, need),
        acceptance=need.acceptance,
    )
    version, subject = dependency_version(record), f"dependency:{need.id}"
    if need.promised is not None:
        until = date.fromisoformat(need.until)
        yield Say(DROPS[need.promised], need.giver_owner, subject, version, Meaning.PROMISED, on=until)
    done = world.true[need.giver_item].finish if need.giver_item else PAYLANE_ANSWERED
    day = next((drop for drop in DROPS if drop >= done), None) if need.giver_item else done
    if day is not None:
        proof = (
            f"Hand-over note {need.id}\n{need.title}\n\nAccepted when: {need.acceptance}.\n"
            f"Shown to {NAMES[LEADS[need.receiver]]} on {done}: holds.\n"
        )
        yield Say(day, need.giver_owner, subject, version, Meaning.RESOLVED, "Handed over", proof)


def _finishes(world: World) -> Iterator[Say]:
    """Sponsors validate what was finished, up to the eighth drop: those of the ninth are still waited for."""
    for project in PROJECTS:
        finished = world.finished(project, DROPS[-2])
        if finished is not None:
            item = f"{project.id}:finish"
            version = milestone_version(item, project.id, f"{project.title}: finish", "")
            proof = f"Closing report {project.id}\n{project.title}\n\nLast item finished on {finished}. No open work.\n"
            day = next(drop for drop in DROPS if drop >= finished)
            yield Say(day, project.sponsor, f"milestone:{item}", version, Meaning.VALIDATED, "Closed", proof)


def _readings() -> Iterator[Say]:
    for kpi, _, _, owner, *_ in KPIS:
        for day, value in zip(MEASURED, VALUES[kpi], strict=True):
            if (kpi, day) != UNSIGNED:
                version = reading_version(kpi, day, value)
                yield Say(max(day, DROPS[0]), owner, f"kpi:{kpi}", version, Meaning.ATTESTED, on=day, value=value)
