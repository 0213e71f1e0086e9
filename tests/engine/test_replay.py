"""What was reported beside what was true on the days before: carried from one answer of a day to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from scene import TODAY, assess, item, project, snapshot

from cockpit.engine.precision.latency import carried, past_day, with_latency
from cockpit.records.assessment import Assessment
from cockpit.records.verdicts import Basis, Status

STATES = st.none() | st.tuples(
    st.sampled_from(["green", "amber", "red", ""]),
    st.sampled_from([Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK]),
    st.sampled_from([Basis.EVIDENCE, Basis.UNPROVEN]),
)


@given(st.lists(st.tuples(STATES, STATES), min_size=1, max_size=6), STATES, STATES)
def test_what_is_carried_from_one_answer_to_the_next_of_the_day_is_what_looking_back_again_tells(
    past: list[tuple[Any, Any]], one: Any, two: Any
) -> None:
    """Two projects, each known or not on each day; then something changes on the last day."""
    whole = assess(snapshot(items=(item("a", 10),), projects=(project(), replace(project(), id="Q"))), TODAY)

    def of(at: int, *states: Any) -> Assessment:
        given = zip(whole.projects, states, strict=True)
        rows = [replace(row, reported_rag=s[0], status=s[1], basis=s[2]) for row, s in given if s is not None]
        return replace(whole, today=TODAY + timedelta(days=7 * at), projects=tuple(rows))

    for place, state in enumerate((one, two)):  # one that comes back on the day is told with the next look back
        assume(past[-1][place] or not state or not any(states[place] for states in past))
    history = [of(at, *states) for at, states in enumerate(past)]
    now = of(len(past) - 1, one, two)
    past_days = [past_day(each) for each in history[:-1]]
    before = with_latency(history[-1], past_days)
    assert carried(before, now) == (with_latency(now, past_days) if before.projects else now)


def test_nothing_is_carried_from_another_day_or_from_what_was_not_looked_back_from() -> None:
    answer = assess(snapshot(items=(item("a", 10),), projects=(project(),)), TODAY)
    looked = with_latency(answer, [])
    assert carried(answer, answer) is answer
    later = replace(answer, today=TODAY + timedelta(days=1))
    assert carried(looked, later) is later
    assert carried(looked, looked) is looked


def test_on_a_day_on_which_nobody_knew_of_a_project_nothing_is_told_of_it() -> None:
    other = replace(project(), id="Q", title="Later")
    first = assess(snapshot(items=(item("a", 10),), projects=(project(),)), TODAY)
    both = assess(snapshot(items=(item("a", 10),), projects=(project(), other)), TODAY + timedelta(days=30))
    replays = {view.record.id: view.replay for view in with_latency(both, [past_day(first)]).projects}
    later = replays["Q"]
    assert later is not None
    assert later.computed[0] is None and later.computed[1] is not None and later.reported == ("", "")
