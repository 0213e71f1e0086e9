"""Parts of an answer that are worked out when somebody looks."""

from __future__ import annotations

from cockpit.basics.deferred import Deferred, DeferredRows


def test_it_is_worked_out_once_and_only_when_it_is_looked_into() -> None:
    asked: list[str] = []

    def work() -> dict[str, int]:
        asked.append("work")
        return {"a": 1, "b": 2}

    found = Deferred(work)
    assert asked == []
    assert (found["a"], list(found), len(found), found.get("c"), dict(found)) == (
        1,
        ["a", "b"],
        2,
        None,
        {"a": 1, "b": 2},
    )
    assert asked == ["work"]


def test_what_is_equal_is_what_was_worked_out() -> None:
    assert Deferred(lambda: {"a": 1}) == Deferred(lambda: {"a": 1}) == {"a": 1}
    assert Deferred(lambda: {"a": 1}) != {"a": 2}
    assert DeferredRows(lambda: [1, 2]) == (1, 2) and DeferredRows(lambda: [1]) != DeferredRows(lambda: [2])
    rows = DeferredRows(lambda: "abc")
    assert (rows[0], rows[1:], list(rows), len(rows)) == ("a", ("b", "c"), ["a", "b", "c"], 3)
