"""The session: files and signatures in, assessments out; what breaks costs nothing but itself."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from live_portfolio import TABLES, charter, key_file, make

from cockpit.charter.charter import CharterError
from cockpit.engine.assess import assess
from cockpit.ledger.signing import sign as ssh_sign
from cockpit.records.assessment import Assessment
from cockpit.records.model import Meaning
from cockpit.records.verdicts import DependencyState, Status, Verdict
from cockpit.session.live import Change, DraftError, Session

NOW = datetime(2025, 3, 31, 8, 0, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    return make(tmp_path / "portfolio", keys, today="")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(folder: Path, clock: Clock) -> Session:
    with Session.open(folder, clock=clock) as opened:
        yield opened


def codes(assessment: Assessment) -> list[str]:
    return [breach.code for breach in assessment.breaches]


def change_of(changes: tuple[Change, ...], path: str) -> Change:
    return next(change for change in changes if change.path == path)


def test_the_first_update_reads_everything_and_raises_what_is_wrong(session: Session) -> None:
    update = session.update()
    assert {change.path for change in update.changes} == {*TABLES, "people.csv"}
    assert update.generation == 1
    assert [b.code for b in update.raised] == codes(update.assessment) == ["DEP-UNPROVEN", "KPI-UNSIGNED"]
    assert update.assessment.today == date(2025, 3, 31)


def test_an_unchanged_file_is_passed_over_and_a_changed_one_read_alone(session: Session, folder: Path) -> None:
    session.update()
    assert session.update().changes == ()
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"].replace("I-2,P1,Build", "I-2,P1,Build it"))
    changes = session.update().changes
    assert [(c.path, c.opened, c.closed, c.unchanged) for c in changes] == [("work_items.csv", 1, 1, 2)]


def test_nothing_that_was_logged_as_open_is_raised_again_by_the_next_session(folder: Path, clock: Clock) -> None:
    with Session.open(folder, clock=clock) as first:
        first.update()
    clock.now = datetime(2025, 4, 2, tzinfo=UTC)
    with Session.open(folder, clock=clock) as second:
        update = second.update()
    assert update.raised == ()
    assert {b.since for b in update.assessment.breaches} == {date(2025, 3, 31)}


def test_what_was_cleared_while_nobody_looked_is_told_by_rule_and_subject(folder: Path, clock: Clock) -> None:
    with Session.open(folder, clock=clock) as first:
        first.update()
    (folder / "readings.csv").unlink()
    (folder / "kpis.csv").unlink()
    with Session.open(folder, clock=clock) as second:
        cleared = second.update().cleared
    assert [(b.code, b.subject, b.key) for b in cleared] == [("KPI-UNSIGNED", "kpi:K-1", "KPI-UNSIGNED|kpi:K-1")]


def test_a_file_that_breaks_keeps_its_last_good_version_and_recovers(session: Session, folder: Path) -> None:
    good = session.update().assessment
    (folder / "work_items.csv").write_text("")
    broken = session.update()
    assert change_of(broken.changes, "work_items.csv").failed
    assert "SOURCE-FAILED" in codes(broken.assessment)
    assert broken.assessment.items.keys() == good.items.keys()
    assert session.update().changes == ()
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"])
    assert codes(session.update().assessment) == codes(good)


def test_a_truncated_workbook_costs_nothing_but_itself(session: Session, folder: Path) -> None:
    session.update()
    (folder / "tracker.xlsx").write_bytes(b"PK\x03\x04 half a workbook")
    update = session.update()
    assert [c.path for c in update.changes] == ["tracker.xlsx"]
    assert change_of(update.changes, "tracker.xlsx").failed
    assert [p.record.id for p in update.assessment.projects] == ["P1"]


def test_a_deleted_file_closes_its_rows_but_its_dependency_stays_in_force(session: Session, folder: Path) -> None:
    session.update()
    (folder / "dependencies.csv").unlink()
    update = session.update()
    assert [(c.path, c.closed) for c in update.changes] == [("dependencies.csv", 1)]
    assert [d.subject for d in update.assessment.dependencies] == ["dependency:D-1"]
    assert "DEP-VANISHED" in codes(update.assessment)
    assert session.update().changes == ()


def test_a_changed_charter_is_loaded_and_sources_are_read_by_its_words(session: Session, folder: Path) -> None:
    session.update()
    (folder / "portfolio.toml").write_text(charter("", '[states]\nblocked = ["to do"]\n[policy]\nsilence_days = 30\n'))
    update = session.update()
    assert "portfolio.toml" in {c.path for c in update.changes}
    assert change_of(update.changes, "work_items.csv").opened == 2
    assert update.assessment.policy_notes == ("asks for silence_days 30 instead of 20, unsigned: the default rules",)


def test_a_broken_charter_keeps_the_last_good_one_and_says_so(session: Session, folder: Path) -> None:
    session.update()
    (folder / "portfolio.toml").write_text("[portfolio\n")
    update = session.update()
    assert change_of(update.changes, "portfolio.toml").failed
    assert update.assessment.title == "Core banking"
    assert ("SOURCE-FAILED", True) in [(b.code, "portfolio.toml" in b.subject) for b in update.assessment.breaches]
    (folder / "portfolio.toml").write_text(charter(""))
    assert "SOURCE-FAILED" not in codes(session.update().assessment)


def test_opening_without_a_charter_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match="cockpit init"):
        Session.open(tmp_path)


def test_a_dated_drop_is_known_on_its_date_and_time_travel_sees_only_what_was_known(
    session: Session, folder: Path
) -> None:
    (folder / "2025-02-28").mkdir()
    (folder / "2025-02-28" / "projects.csv").write_text(TABLES["projects.csv"].replace("2025-05-30", "2025-04-30"))
    session.update()
    assert session.dates() == (date(2025, 2, 28), date(2025, 3, 31))
    then = session.assess(date(2025, 3, 1))
    assert then.today == date(2025, 3, 1)
    assert then.dependencies == ()
    assert [p.baseline_finish for p in then.projects] == [date(2025, 4, 30)]
    assert [row.date for row in session.replay()] == [date(2025, 2, 28), date(2025, 3, 31)]


def test_an_update_need_not_wait_until_every_day_of_the_past_is_judged(session: Session, folder: Path) -> None:
    for number in range(1, 21):
        drop = folder / f"2025-02-{number:02}"
        drop.mkdir()
        (drop / "status_reports.csv").write_text(f"project,as_of,status\nP1,2025-02-{number:02},Green\n")
    present = session.update().assessment
    judged: list[date] = []
    begun = threading.Event()
    assess = session.assess

    def slowly(day: date | None = None) -> Assessment:
        with session._lock:
            begun.set()
            judged.extend([day] if day else [])
            return assess(day)

    session.assess = slowly  # type: ignore[method-assign]
    behind = threading.Thread(target=session.with_latency, args=(present,))
    behind.start()
    begun.wait()
    session.is_current()
    assert len(judged) < 20
    behind.join()
    assert len(judged) == 20


def test_looking_at_the_past_logs_nothing(folder: Path, clock: Clock) -> None:
    with Session.open(folder, clock=clock) as first:
        first.import_sources()
    with Session.open(folder, as_of=date(2025, 3, 31), clock=clock) as past:
        assert past.update().assessment.breaches
    with Session.open(folder, clock=clock) as now:
        assert len(now.update().raised) == 2


def test_an_assessment_is_told_the_finishes_of_silence_days_before(
    session: Session, folder: Path, clock: Clock
) -> None:
    clock.now = datetime(2025, 2, 24, tzinfo=UTC)
    session.update()
    clock.now = datetime(2025, 3, 31, tzinfo=UTC)
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"].replace("To Do,20", "In Progress,120"))
    update = session.update()
    assert "PATH-RECEDING" in codes(update.assessment)


def sign(session: Session, keys: Path, person: str, subject: str, meaning: Meaning, **said: object) -> str:
    draft = session.draft(subject, meaning, key=key_file(keys, person), **said)  # type: ignore[arg-type]
    return session.sign(draft).id


def test_a_promise_and_a_proof_change_the_state_and_clear_the_breach(
    session: Session, keys: Path, tmp_path: Path
) -> None:
    session.update()
    sign(session, keys, "vera", "D-1", Meaning.PROMISED, on=date(2025, 4, 10))
    promised = session.update().assessment
    assert promised.dependencies[0].state is DependencyState.PROMISED
    proof = tmp_path / "api [v2].pdf"
    proof.write_bytes(b"forty endpoints")
    sign(session, keys, "vera", "dependency:D-1", Meaning.RESOLVED, evidence=[proof])
    update = session.update()
    assert update.assessment.dependencies[0].state is DependencyState.RESOLVED
    assert [b.code for b in update.cleared] == ["DEP-UNPROVEN"]
    sha = hashlib.sha256(b"forty endpoints").hexdigest()
    kept = session.snapshot().evidence[sha]
    assert kept == f"evidence/{sha}-api _v2_.pdf"
    assert (session.folder / kept).read_bytes() == b"forty endpoints"


def test_a_changed_dependency_voids_its_proof(session: Session, keys: Path, folder: Path) -> None:
    session.update()
    sign(session, keys, "vera", "D-1", Meaning.PROMISED, on=date(2025, 4, 10))
    (folder / "dependencies.csv").write_text(TABLES["dependencies.csv"].replace("40 endpoints", "50 endpoints"))
    assessment = session.update().assessment
    assert [v.verdict for v in assessment.statements] == [Verdict.VOID]
    assert "DEP-VOID" in codes(assessment)


@pytest.mark.parametrize(
    ("person", "subject", "meaning", "said", "why"),
    [
        ("ivo", "D-1", Meaning.RESOLVED, {}, "Ivo may not sign resolved: only Vera, the giver's owner, may"),
        ("vera", "D-1", Meaning.PROMISED, {}, "needs its day: add --date"),
        ("vera", "D-1", Meaning.PROMISED, {"on": date(2025, 3, 30)}, "broken already"),
        ("vera", "D-2", Meaning.RESOLVED, {}, "Did you mean dependency:D-1"),
        ("vera", "kpi:K-1", Meaning.RESOLVED, {}, "can't be resolved: a kpi can be attested or disputed"),
        ("vera", "D-1", Meaning.RESOLVED, {"value": 3.0}, "--value belongs to the reading of a KPI"),
        ("vera", "D-1", Meaning.RESOLVED, {}, "with no evidence behind it. Name what proves it with --evidence"),
        ("sam", "K-1", Meaning.ATTESTED, {"value": 3.0}, "A value needs its day"),
        ("sam", "K-1", Meaning.ATTESTED, {"on": date(2025, 3, 1)}, "has no reading on 2025-03-01"),
        ("vera", "D-1", Meaning.RESOLVED, {"evidence": [Path("/nowhere/x.pdf")]}, "no such evidence file"),
    ],
)
def test_what_would_not_count_is_refused_before_signing(
    session: Session, keys: Path, person: str, subject: str, meaning: Meaning, said: dict[str, object], why: str
) -> None:
    session.update()
    with pytest.raises(DraftError) as caught:
        session.draft(subject, meaning, key=key_file(keys, person), **said)  # type: ignore[arg-type]
    assert why in str(caught.value)
    assert session.update().assessment.statements == ()


def test_an_attestation_takes_the_latest_unsigned_reading(session: Session, keys: Path) -> None:
    session.update()
    draft = session.draft("K-1", Meaning.ATTESTED, key=key_file(keys, "sam"))
    assert "attest 93.4 on 2025-03-20" in draft.sentence
    session.sign(draft)
    assert session.update().assessment.kpis[0].signed
    with pytest.raises(DraftError, match="no reading that is not signed yet"):
        session.draft("K-1", Meaning.ATTESTED, key=key_file(keys, "sam"))


def test_a_draft_shows_what_would_be_true_and_changes_nothing(session: Session, keys: Path) -> None:
    session.update()
    draft = session.draft("D-1", Meaning.RESOLVED, key=key_file(keys, "vera"), note="https://docs.example")
    assert draft.signer.id == "vera"
    assert draft.preview.statements[0].record.id == draft.id
    assert session.assess().statements == ()


def test_evidence_that_changed_after_it_was_shown_is_not_kept(session: Session, keys: Path, tmp_path: Path) -> None:
    session.update()
    proof = tmp_path / "proof.txt"
    proof.write_text("one")
    draft = session.draft("D-1", Meaning.RESOLVED, key=key_file(keys, "vera"), evidence=[proof])
    proof.write_text("two")
    with pytest.raises(DraftError, match="changed after"):
        session.sign(draft)
    assert session.update().assessment.statements == ()


def test_two_milestones_and_an_item_of_one_name_must_be_told_apart(session: Session, keys: Path, folder: Path) -> None:
    (folder / "kpis.csv").write_text(TABLES["kpis.csv"] + "D-1,cloud,Same name,vera,higher,0,1,30\n")
    session.update()
    with pytest.raises(DraftError, match=r"may be (dependency|kpi):D-1 or (dependency|kpi):D-1"):
        session.draft("D-1", Meaning.DISPUTED, key=key_file(keys, "ivo"))


def detached(session: Session, keys: Path, folder: Path, name: str = "promise") -> Path:
    draft = session.draft("D-1", Meaning.PROMISED, signer="vera", on=date(2025, 4, 10))
    place = folder / "statements"
    place.mkdir(exist_ok=True)
    (place / f"{name}.json").write_bytes(draft.payload)
    signature = ssh_sign(draft.payload, key_file(keys, "vera"), draft.public_line)
    (place / f"{name}.json.sig").write_text(signature)
    return place / f"{name}.json"


def test_a_detached_statement_is_taken_in_and_stays(session: Session, keys: Path, folder: Path) -> None:
    session.update()
    path = detached(session, keys, folder)
    update = session.update()
    assert [c.path for c in update.changes] == ["statements/promise.json"]
    assert [v.verdict for v in update.assessment.statements] == [Verdict.COUNTS]
    assert session.update().changes == ()
    path.unlink()
    assert len(session.update().assessment.statements) == 1


def test_a_forged_statement_is_news_and_stays_on_record(session: Session, keys: Path, folder: Path) -> None:
    session.update()
    path = detached(session, keys, folder)
    path.write_bytes(path.read_bytes().replace(b"2025-04-10", b"2025-04-11"))
    update = session.update()
    assert [v.verdict for v in update.assessment.statements] == [Verdict.INVALID]
    assert "STATEMENT-INVALID" in codes(update.assessment)
    assert "STATEMENT-INVALID" in {breach.code for breach in update.raised}
    (problem,) = change_of(update.changes, "statements/promise.json").problems
    assert problem.message.startswith("Rejected, and kept aside: The signature does not fit these bytes")
    assert session.update().changes == (), "told once"
    path.unlink()
    assert [v.verdict for v in session.update().assessment.statements] == [Verdict.INVALID]


def test_a_rejected_statement_is_news_for_thirty_days(session: Session, keys: Path, folder: Path, clock: Clock) -> None:
    session.update()
    path = detached(session, keys, folder)
    path.write_bytes(path.read_bytes().replace(b"2025-04-10", b"2025-04-11"))
    assert "STATEMENT-INVALID" in codes(session.update().assessment)
    clock.now += timedelta(days=31)
    later = session.update().assessment
    assert "STATEMENT-INVALID" not in codes(later)
    assert [v.verdict for v in later.statements] == [Verdict.INVALID]


def test_a_payload_without_signature_is_told_and_proves_nothing(session: Session, keys: Path, folder: Path) -> None:
    session.update()
    path = detached(session, keys, folder)
    path.with_name("promise.json.sig").unlink()
    update = session.update()
    assert "promise.json.sig" in str(change_of(update.changes, "statements/promise.json").problems[0])
    assert update.assessment.statements == ()


def test_another_session_on_the_same_folder_is_heeded(session: Session, folder: Path, keys: Path, clock: Clock) -> None:
    session.update()
    with Session.open(folder, clock=clock) as other:
        other.update()
        sign(other, keys, "vera", "D-1", Meaning.PROMISED, on=date(2025, 4, 10))
    assert session.assess().dependencies[0].state is DependencyState.PROMISED


def test_import_of_one_file_reads_only_that_and_a_stranger_is_refused(session: Session, folder: Path) -> None:
    assert [c.path for c in session.import_sources([folder / "projects.csv"])] == ["projects.csv"]
    with pytest.raises(FileNotFoundError, match="no source of this portfolio"):
        session.import_sources([folder / "elsewhere.csv"])


def test_the_same_inputs_give_the_same_assessment(folder: Path, clock: Clock) -> None:
    def fresh() -> Assessment:
        for path in folder.glob("portfolio.db*"):
            path.unlink()
        with Session.open(folder, clock=clock) as opened:
            return opened.update().assessment

    first = fresh()
    assert first == fresh()
    assert first.projects[0].status is Status.AT_RISK


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX ones")
def test_a_drop_that_failed_and_was_taken_away_fails_no_more(session: Session, folder: Path) -> None:
    drop = folder / "2025-03-01"
    drop.mkdir()
    (drop / "teams.xlsx").write_bytes(b"PK\x03\x04")
    assert "SOURCE-FAILED" in codes(session.update().assessment)
    (drop / "teams.xlsx").unlink()
    assert "SOURCE-FAILED" not in codes(session.update().assessment)


def test_an_empty_table_beside_dated_ones_takes_nothing_back(folder: Path) -> None:
    table = (folder / "dependencies.csv").read_text(encoding="utf-8")
    drop = folder / "2025-02-28"
    drop.mkdir(exist_ok=True)
    (drop / "dependencies.csv").write_text(table, encoding="utf-8")
    (folder / "dependencies.csv").write_text(table.splitlines()[0] + "\n", encoding="utf-8")
    with Session.open(folder) as session:
        update = session.update()
        assert update.assessment.dependencies
        assert not [c for c in update.changes if c.path == "dependencies.csv"]
        (folder / "dependencies.csv").write_text(table, encoding="utf-8")
        assert [c.path for c in session.update().changes] == ["dependencies.csv"]
        (folder / "dependencies.csv").write_text(table.splitlines()[0] + "\n", encoding="utf-8")
        assert [(c.path, c.closed > 0) for c in session.update().changes] == [("dependencies.csv", True)]


def test_the_first_judgement_tells_what_it_computes_and_finds_what_a_cold_one_finds(
    folder: Path, session: Session
) -> None:
    heard: list[str] = []
    session.told.heard = lambda progress: heard.append(progress.step)
    told = session.update().assessment
    steps = [step for step in heard if step]
    assert steps[0] == "what is known"
    assert "the schedule" in steps
    assert steps[-1] == "exceptions"
    assert told == assess(session.snapshot(), session.today())
    heard.clear()
    path = folder / "work_items.csv"
    path.write_text(path.read_text().replace("Build", "Build it"))
    assert session.update().changes
    assert not any(heard), "what stands already is brought up to date in a moment"
