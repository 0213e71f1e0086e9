from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

from store_help import BASE, READ_AT, day
from store_worker import statement

from cockpit.records.model import Request
from cockpit.store import Store


def test_a_statement_comes_in_once_and_comes_back_as_it_was(store: Store) -> None:
    first = statement("one", on=2)
    assert store.add_statement(first, READ_AT)
    assert not store.add_statement(first, READ_AT)
    assert store.statements() == (first,)
    assert store.snapshot(BASE, None).statements == (first,)
    assert isinstance(store.statements()[0].payload, bytes)


def test_statements_are_ordered_by_the_time_of_signing_and_known_from_then_on(store: Store) -> None:
    third, first, second = (statement(name, on=on) for name, on in (("c", 5), ("a", 1), ("b", 3)))
    for found in (third, first, second):
        store.add_statement(found, READ_AT)
    assert store.statements() == (first, second, third)
    assert store.statements(day(3)) == (first, second)
    assert store.snapshot(BASE, day(2)).statements == (first,)


def test_the_day_of_a_signature_is_that_of_utc(store: Store) -> None:
    late = datetime(2025, 1, 2, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    found = statement("x")
    moved = type(found)(
        **{name: getattr(found, name) for name in found.__slots__ if name != "signed_at"}, signed_at=late
    )
    store.add_statement(moved, READ_AT)
    assert store.statements(day(1)) == (moved,)
    assert store.statements(date(2024, 12, 31)) == ()


def test_a_forged_signature_that_comes_first_does_not_shut_out_the_true_one(store: Store) -> None:
    forged = statement("one", verdict="The signature does not fit.", signature="forged")
    true = statement("one", signature="true")
    assert store.add_statement(forged, READ_AT)
    assert store.statements() == (forged,)
    assert store.add_statement(true, READ_AT)
    assert store.statements() == (true,)
    assert not store.add_statement(statement("one", signature="another"), READ_AT)
    assert not store.add_statement(statement("one", verdict="bad", signature="third"), READ_AT)
    assert store.statements() == (true,)


def test_a_statement_that_waited_for_its_parent_is_good_once_that_has_come(store: Store) -> None:
    waiting = statement("one", verdict="The ledger has a hole.")
    assert store.add_statement(waiting, READ_AT)
    assert not store.add_statement(waiting, READ_AT)
    assert store.add_statement(statement("one"), READ_AT)
    assert store.statements() == (statement("one"),)
    assert not store.add_statement(statement("one"), READ_AT)
    assert not store.add_statement(waiting, READ_AT), "what is good stays so"
    assert store.statements() == (statement("one"),)


def test_a_request_comes_in_once_and_comes_back_as_it_was(store: Store) -> None:
    late, early = (
        Request(statement=name, signer="anna", subject="kpi:K", meaning="attested", asked_at=moment)
        for name, moment in (("b", at(3).replace(tzinfo=UTC)), ("a", at(2)))
    )
    assert store.add_request(late)
    assert store.add_request(early)
    assert not store.add_request(replace(late, signer="boris")), "a statement is asked for once"
    assert store.requests() == (early, late)
    with Store.open(store.path) as other:
        assert other.requests() == (early, late)


def test_a_body_with_read_only_maps_is_kept(store: Store) -> None:
    found = statement("x")
    body = MappingProxyType({"subject": "s", "nested": MappingProxyType({"list": (1, 2)})})
    kept = type(found)(**{name: getattr(found, name) for name in found.__slots__ if name != "body"}, body=body)
    store.add_statement(kept, READ_AT)
    assert store.statements()[0].body == {"subject": "s", "nested": {"list": [1, 2]}}


def at(number: int) -> datetime:
    return datetime.combine(day(number), READ_AT.time())


def test_the_breach_log_tells_what_was_raised_and_cleared(store: Store) -> None:
    assert store.log_breaches(["b", "a"], at(1)) == (("a", "b"), ())
    assert store.log_breaches(["a", "b", "a"], at(2)) == ((), ())
    assert store.log_breaches(["c", "a"], at(3)) == (("c",), ("b",))
    assert store.snapshot(BASE, None).first_seen == {"a": day(1), "c": day(3)}


def test_a_breach_that_comes_back_is_a_new_one(store: Store) -> None:
    for number, keys in ((1, ["a"]), (3, []), (6, ["a"])):
        store.log_breaches(keys, at(number))
    assert store.snapshot(BASE, None).first_seen == {"a": day(6)}
    store.log_breaches([], at(8))
    seen = [store.snapshot(BASE, day(number)).first_seen for number in (2, 3, 4, 7, 8)]
    assert seen == [{"a": day(1)}, {}, {}, {"a": day(6)}, {}]


def test_the_breach_log_outlives_the_process(store: Store) -> None:
    store.log_breaches(["a"], at(1))
    with Store.open(store.path) as other:
        assert other.log_breaches(["a"], at(5)) == ((), ())
        assert other.snapshot(BASE, None).first_seen == {"a": day(1)}


def test_the_log_keeps_every_life_of_a_breach_as_it_was_known_on_a_day(store: Store) -> None:
    for number, keys in ((1, ["a", "b"]), (3, ["b"]), (6, ["a", "b"])):
        store.log_breaches(keys, at(number))

    def lives(number: int | None) -> dict[str, list[tuple[int, int | None]]]:
        found = store.snapshot(BASE, None if number is None else day(number)).lives
        return {k: [(s.raised.day, s.cleared.day if s.cleared else None) for s in v] for k, v in found.items()}

    assert lives(None) == {"a": [(1, 3), (6, None)], "b": [(1, None)]}
    assert lives(2) == {"a": [(1, None)], "b": [(1, None)]}, "nobody knew that it would be cleared"
    assert lives(3) == {"a": [(1, 3)], "b": [(1, None)]}
    assert all(s.raised.tzinfo is not None for stood in store.snapshot(BASE, None).lives.values() for s in stood)


def test_statements_that_another_process_changed_in_place_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    with Store.open(path) as store:
        store.add_statement(statement("n1"), READ_AT)
        first = store.snapshot(BASE, None).statements
        assert store.snapshot(BASE, None).statements is first
        with closing(sqlite3.connect(path)) as other:
            other.execute("UPDATE statements SET verdict = 'spoilt'")
            other.commit()
        assert [each.verdict for each in store.snapshot(BASE, None).statements] == ["spoilt"]
        store.put_statements([statement("n1")], READ_AT)
        assert [each.verdict for each in store.snapshot(BASE, None).statements] == [""]
