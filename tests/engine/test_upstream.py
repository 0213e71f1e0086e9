"""What a small change makes of late dates and floats is what a pass over the whole network makes of them."""

from __future__ import annotations

from array import array
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_plans import START, build, item, tie
from test_ripple import MINUTES, Story, holds, stories

from cockpit.engine import kernel
from cockpit.engine.scheduling import ripple, schedule, upstream
from cockpit.engine.scheduling.differing import differing, other_rows

FAR = 1 << 40


@settings(max_examples=90, deadline=None)
@given(stories(), st.data())
def test_other_rows_holds_and_ends_give_the_late_dates_of_a_whole_pass(story: Story, data: st.DataObject) -> None:
    _, other, before, run = story
    size = len(other.ids)
    if not size:
        return
    found: upstream.Late | None = None
    for asked in (before, run, run):
        ends = data.draw(st.dictionaries(st.integers(0, size - 1), MINUTES, max_size=3))
        limits = {node: ends.get(node, FAR) for node in range(size)}
        rows = other_rows(asked, found.asked.run) if found is not None else None
        was = found.asked if found is not None else None
        early = ripple.asked(asked, schedule.forward(asked), *holds(data, size), was, rows)
        last, found = found, upstream.late(early, ends, FAR, found, rows)
        whole = upstream.late(early, ends, FAR, None, None)
        for name in ("late_start", "late_finish", "start_bound", "tell_start", "tell_finish"):
            assert getattr(found.dates, name) == getattr(whole.dates, name), name
        assert found.total == whole.total
        assert whole.total == schedule.total_floats(asked, early.dates, schedule.backward(asked, early.dates, limits))
        if last is not None and found.moved is not None:
            assert set(differing(found.total, last.total)) <= set(found.moved)


def test_of_an_edited_row_only_what_leads_to_it_is_computed_again() -> None:
    work = [item(f"A{n}", duration_days=1.0) for n in range(9)]
    links = [tie(f"A{n}", f"A{n + 1}", "FS", 0.0) for n in range(3)]
    plans = ([replace(each, duration_days=days) if each.id == "A2" else each for each in work] for days in (1.0, 2.0))
    # A compiled kernel, if one is loaded, would go over the whole of so small a network.
    before, run = (replace(schedule.live(build(plan, *links), START), engine=kernel) for plan in plans)
    early = ripple.asked(before, schedule.forward(before), {}, frozenset(), None, None)
    rows = other_rows(run, before)
    one = upstream.late(early, {}, FAR, None, None)
    two = upstream.late(ripple.asked(run, early.dates, {}, frozenset(), early, rows), {}, FAR, one, rows)
    names = {run.network.ids[node] for node in two.moved or ()}
    assert names == {"A0", "A1", "A2", "A3"}


@given(st.lists(st.integers(0, 3), max_size=700), st.data())
def test_where_two_columns_differ(numbers: list[int], data: st.DataObject) -> None:
    others = list(numbers)
    for place in data.draw(st.sets(st.integers(0, max(0, len(numbers) - 1)), max_size=5)) if numbers else ():
        others[place] = data.draw(st.integers(0, 3))
    expected = [n for n, (a, b) in enumerate(zip(numbers, others, strict=True)) if a != b]
    assert differing(array("q", numbers), array("q", others)) == expected
