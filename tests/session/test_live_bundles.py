"""Merging ledgers is set union: whatever comes, in whatever order and how often, the same stands in the end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_portfolio import charter, key_file, make

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "trust"))

from trust_keys import Key
from trust_ledger import NOW, Ledger

from cockpit.ledger import bundles
from cockpit.records.model import Meaning
from cockpit.records.verdicts import DependencyState
from cockpit.session.live import Session
from cockpit.trust import bundle

Pairs = Sequence[bundle.Pair]


def grown() -> list[bundle.Pair]:
    """A ledger with all that makes order matter elsewhere: people who sign side by side, a key that is revoked and goes
    on signing, forged signatures over true payloads, somebody whom nobody enrolled."""
    ledger = Ledger("sue", "tom")
    start = ledger.enrol("sue", "vera"), ledger.enrol("tom", "ivo")
    first = ledger.prove("vera")
    beside = ledger.prove("ivo", meaning="disputed", after=start, minutes=2)
    ledger.prove("vera")
    ledger.revoke("sue", "vera", after=[first])
    ledger.prove("vera", after=[first], minutes=9)
    ledger.rotate("ivo", "ivo2", after=[beside])
    ledger.prove("ivo", with_="ivo2")
    ledger.prove("mallory")
    pairs = [(s.payload, s.signature) for s in ledger.statements]
    forged = [(payload, pairs[at - 1][1]) for at, (payload, _) in enumerate(pairs) if at % 4 == 2]
    return [*pairs, *forged, (b'{"no":"statement"}', Key("vera").sign(b'{"no":"statement"}'))]


PAIRS = grown()


@contextlib.contextmanager
def portfolio() -> Iterator[Session]:
    """An empty portfolio, and a user who has never seen it."""
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", f"{place}/state")
        folder = Path(place, "portfolio")
        folder.mkdir()
        (folder / "portfolio.toml").write_text(charter(today=""))
        with Session.open(folder, clock=lambda: NOW) as session:
            yield session


def outcome(parts: Sequence[Pairs]) -> tuple[object, ...]:
    """What a portfolio says once it took in these bundles: verdict by id, people, and the bundle that it gives away."""
    with portfolio() as session:
        for number, part in enumerate(parts):
            path = session.folder.parent / f"{number}{bundle.SUFFIX}"
            # As it comes, not sorted: whoever wrote it need not have been us.
            path.write_bytes(b"".join(bundle.line(*pair) for pair in part))
            bundles.taken(session, path)
        known = session.snapshot()
        verdicts = {s.id: s.verdict for s in known.statements}
        assert known.missing == ()
        return verdicts, known.people, known.genesis, bundles.exported(session)[0]


WHOLE = outcome([PAIRS])


def test_the_ledger_of_this_test_has_all_kinds() -> None:
    verdicts, people, genesis, exported = WHOLE
    assert isinstance(verdicts, dict) and isinstance(people, tuple) and isinstance(exported, bytes)
    assert sum(not v for v in verdicts.values()) == 8 and len({v[:12] for v in verdicts.values()}) >= 4
    assert genesis and [p.id for p in people] == ["ivo", "sue", "tom", "vera"]
    assert len(exported.splitlines()) == 11, "what is no statement, or signed by nobody, travels no further"


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from(PAIRS), max_size=8), max_size=4), st.permutations(PAIRS), st.integers(1, 5))
def test_bundles_in_any_order_and_number_give_one_ledger(parts: list[Pairs], rest: Pairs, size: int) -> None:
    chunks = [rest[at : at + size * 3] for at in range(0, len(rest), size * 3)]
    assert outcome([*parts, *chunks, *parts]) == WHOLE


async def test_a_dropped_bundle_comes_as_an_update(tmp_path: Path) -> None:
    folder, keys = make(tmp_path / "portfolio", tmp_path / "keys"), tmp_path / "keys"
    laptop = make(tmp_path / "laptop", keys)
    with Session.open(laptop) as session:
        session.update()
        session.sign(session.draft("D-1", Meaning.PROMISED, key=key_file(keys, "vera"), on=date(2025, 4, 10)))
        data, number = bundles.exported(session)
    assert number == 1
    with Session.open(folder) as session:
        await asyncio.to_thread(session.update)
        async with contextlib.aclosing(session.watch()) as updates:
            waiting = asyncio.create_task(anext(updates))
            await asyncio.sleep(0.3)
            # Half of it first: nobody is told of a damaged line while it is being written.
            with (folder / "l.cockpit-ledger").open("wb") as file:
                file.write(data[:100])
                file.flush()
                os.fsync(file.fileno())
                await asyncio.sleep(0.3)
                file.write(data[100:])
            update = await asyncio.wait_for(waiting, 50)
    assert [(c.path, c.opened, c.problems) for c in update.changes] == [("l.cockpit-ledger", 1, ())]
    assert update.assessment.dependencies[0].state is DependencyState.PROMISED


def test_what_another_session_keeps_meanwhile_does_not_seem_to_be_missing(tmp_path: Path) -> None:
    folder, keys = make(tmp_path / "portfolio", tmp_path / "keys"), tmp_path / "keys"
    with Session.open(folder) as session, Session.open(folder) as other:
        session.update()
        other.update()
        read = session.store.snapshot

        def slow(*arguments: Any) -> Any:
            found = read(*arguments)
            other.sign(other.draft("D-1", Meaning.PROMISED, key=key_file(keys, "vera"), on=date(2025, 4, 10)))
            assert len(other.snapshot().statements) == 1
            return found

        session.store.snapshot = slow  # type: ignore[method-assign]
        assert session.snapshot().missing == ()
        session.store.snapshot = read  # type: ignore[method-assign]
        known = session.snapshot()
        assert (len(known.statements), known.missing) == (1, ())
