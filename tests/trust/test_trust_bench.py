"""Statements that are judged again only where something differs are worth what they would be, judged anew."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from trust_portfolio import BEGUN, CHARTER, NOW, ROWS, told

from cockpit.ledger import pins
from cockpit.ledger import standing as judging
from cockpit.ledger.standing import Bench, standing


@pytest.mark.parametrize("seed", range(6))
def test_it_is_what_it_would_be_judged_anew(tmp_path: Path, seed: int) -> None:
    dice, story = random.Random(seed), told()
    bench, now, people, aside, count = Bench(tmp_path), BEGUN, ROWS.people, {}, 3
    for _ in range(12):
        what = dice.randrange(6)
        count = min(len(story.statements), count + dice.choice((0, 0, 1, 9)))
        if what == 0:
            now += timedelta(minutes=dice.choice((1, 30, 300)))
        elif what == 1:
            now += timedelta(days=dice.choice((1, 2, 20)))
        elif what == 2:
            people = (*people[1:], replace(people[0], team=dice.choice(("board", "audit"))))
        elif what == 3:
            aside = {dice.choice(story.statements).id: NOW.date()}
        said = story.statements[:count]
        found = bench.standing(CHARTER, said, people, now, frozenset(), aside)
        assert found == standing(tmp_path, CHARTER, said, people, now, aside=aside)


def test_nothing_is_judged_again_where_nothing_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story, calls = told(), []
    own = judging.standing
    monkeypatch.setattr(judging, "standing", lambda *args, **more: calls.append(args) or own(*args, **more))
    bench = Bench(tmp_path)
    one = bench.standing(CHARTER, story.statements, ROWS.people, NOW, frozenset(), {})
    assert (
        bench.standing(CHARTER, list(story.statements), ROWS.people, NOW + timedelta(hours=1), frozenset(), {}) is one
    )
    assert len(calls) == 1
    pins.unpin(tmp_path)
    bench.standing(CHARTER, story.statements, ROWS.people, NOW + timedelta(hours=1), frozenset(), {})
    assert len(calls) == 2
    bench.standing("another", story.statements, ROWS.people, NOW + timedelta(hours=1), frozenset(), {})
    assert len(calls) == 3
    # A day later what has run out by then counts no more.
    bench.standing(CHARTER, story.statements, ROWS.people, NOW + timedelta(days=1), frozenset(), {})
    assert len(calls) == 4
