"""The folder of payloads and signatures: what waits, what is being written, what fits what."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "trust"))


from trust_keys import Key

from cockpit.ledger.detached import LEFT, MOST_LOOSE, NO_SIGNATURE, Detached, Found, keep, name_of
from cockpit.records.model import Meaning
from cockpit.trust import statements

VERA, IVO = Key("vera"), Key("ivo")


def payload(note: str = "") -> bytes:
    body = statements.proof_body("dependency:D-1", "ab" * 32, Meaning.RESOLVED, note=note)
    return statements.build(
        "core", "proof", "vera", VERA.fingerprint, datetime(2025, 3, 31, tzinfo=UTC), (), body
    )  # fmt: skip


def age(place: Path, seconds: float = 60.0) -> None:
    """Let every file of the folder be written some time ago."""
    for path in place.iterdir():
        os.utime(path, (path.stat().st_mtime - seconds,) * 2)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "statements").mkdir()
    return tmp_path / "statements"


def found(place: Path) -> list[tuple[str, str]]:
    """What is found, each as its path and its problem, or the verdict of its seal."""
    found = Detached(place.parent).found()
    return [(f.path.removeprefix("statements/"), f.problem or _seal(f)) for f in found]


def _seal(found: Found) -> str:
    return statements.sealed(found.statement).verdict if found.statement else "?"


def test_what_is_being_written_is_left_and_its_pair_with_it(place: Path) -> None:
    (place / "a.json").write_bytes(payload())
    age(place)
    (place / "a.json.sig").write_bytes(b"")  # ssh-keygen opens it before it writes it
    (place / "loose.sig").write_bytes(b"")
    folder = Detached(place.parent)
    assert list(folder.found(patient=True)) == [] and folder.waiting
    (place / "a.json.sig").write_text(VERA.sign(payload()))
    (place / "loose.sig").unlink()
    age(place)
    (only,) = folder.found(patient=True)
    assert not folder.waiting and only.statement is not None and not statements.sealed(only.statement).verdict


@pytest.mark.parametrize("text", ["", "hello", VERA.sign(payload())[:120]])
def test_what_holds_no_whole_signature_is_told_and_is_no_forgery(place: Path, text: str) -> None:
    (place / "a.json").write_bytes(payload())
    (place / "a.json.sig").write_text(text)
    assert list(Detached(place.parent).found()) == [Found("statements/a.json", problem=NO_SIGNATURE)]


def test_of_several_signatures_in_one_file_the_one_that_fits_counts(place: Path) -> None:
    (place / "a.json").write_bytes(payload())
    (place / "a.json.sig").write_text(IVO.sign(payload()) + VERA.sign(b"older") + VERA.sign(payload()))
    assert found(place) == [("a.json", "")]
    (place / "a.json.sig").write_text(IVO.sign(payload()))
    assert "is not the one that it names" in found(place)[0][1]


def test_each_loose_signature_finds_its_payload_and_the_others_are_told(place: Path) -> None:
    payloads = [payload(f"note {n}") for n in range(5)]
    for number, each in enumerate(payloads):
        keep(place.parent, name_of(statements.load(each, "").id), each)
        (place / f"{number}.sig").write_text(VERA.sign(each))
    (place / "stranger.sig").write_text(IVO.sign(payloads[0]))
    told = found(place)
    assert sorted(told) == sorted([(path.name, "") for path in place.glob("*.json")] + [("stranger.sig", LEFT)])


def test_a_flood_of_loose_signatures_is_tried_up_to_a_bound(place: Path) -> None:
    kept = keep(place.parent, name_of(statements.load(payload(), "").id), payload())
    for number in range(MOST_LOOSE):
        (place / f"{number:04}.sig").write_text("x")
    (place / "last.sig").write_text(VERA.sign(payload()))
    assert (kept.name, "") not in found(place)
    (place / "0000.sig").unlink()
    assert (kept.name, "") in found(place)


def test_a_payload_that_changed_after_it_was_kept_waits_no_more_without_a_word(place: Path) -> None:
    kept = keep(place.parent, name_of(statements.load(payload(), "").id), payload())
    assert found(place) == []
    kept.write_bytes(payload() + b"\n")
    assert "waits for its signature" in found(place)[0][1]
