"""What is nearly critical, as chains; and until when a driving chain is held."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from scene import TODAY, assess, docs, item, link, project, snapshot
from test_otherwise import plans

from cockpit.records.assessment import Assessment
from cockpit.records.snapshot import Snapshot

NEAR = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def chains(found: Assessment) -> list[tuple[float, list[str], str]]:
    return [(each.float_days, [step.item for step in each.steps], each.into) for each in found.near["O"]]


def test_chains_beside_the_driving_one_with_their_floats_and_where_they_join() -> None:
    """A takes 20 days and End five. B and C in turn take 18, D takes 16, E takes ten and is far from critical."""
    items = (*(item(*each) for each in (("a", 20.0), ("b", 9.0), ("c", 9.0), ("d", 16.0), ("e", 10.0), ("end", 5.0))),)
    ends = [link(name, "end") for name in ("a", "c", "d", "e")]
    found = assess(snapshot(items=items, links=(link("b", "c"), *ends)), TODAY)
    (chain,) = found.chains
    assert [step.item for step in chain.steps] == ["a", "end", "P:finish"]
    assert chains(found) == [(2.0, ["b", "c"], "END"), (4.0, ["d"], "END")]
    assert chain.near_critical == ("b", "c", "d") and chain.near_float_days == 2.0
    assert [step.total_float_days for step in found.near["O"][0].steps] == [2.0, 2.0]


def test_two_that_share_their_beginning_share_no_work() -> None:
    """B leads to C (18 days together) and to D (17): B stands in the chain that ends last."""
    items = (*(item(*each) for each in (("a", 20.0), ("b", 9.0), ("c", 9.0), ("d", 8.0), ("end", 5.0))),)
    links = (link("b", "c"), link("b", "d"), *(link(name, "end") for name in ("a", "c", "d")))
    found = assess(snapshot(items=items, links=links), TODAY)
    assert chains(found) == [(2.0, ["b", "c"], "END"), (3.0, ["d"], "END")]


def test_without_any_there_is_none() -> None:
    found = assess(snapshot(items=(item("a", 20.0), item("b", 5.0)), links=()), TODAY)
    assert chains(found) == [] and found.chains[0].near_float_days is None


@NEAR
@given(plans())
def test_everything_nearly_critical_stands_in_one_chain_in_turn(known: Snapshot) -> None:
    found = assess(known, TODAY)
    for chain in found.chains:
        near = found.near[chain.objective]
        names = [step.item for each in near for step in each.steps]
        assert sorted(names) == sorted(chain.near_critical)
        assert all(each.float_days == min(step.total_float_days for step in each.steps) for each in near)
        assert [each.float_days for each in near] == sorted(each.float_days for each in near)
        assert chain.near_float_days == min((each.float_days for each in near), default=None)


# Bounds


def bounds(**more: Any) -> dict[str, date | None]:
    given: dict[str, Any] = {"links": (link("a", "b"),), "projects": (project(),), **more}
    (chain,) = assess(snapshot(**given), TODAY).chains
    return {step.item: step.bound for step in chain.steps}


def test_a_hold_and_a_date_of_the_plan_bind_what_begins_after_them_and_nothing_else() -> None:
    work = (item("a", 10.0), item("b", 5.0))
    held = bounds(items=work, dependencies=(docs(needed_by=TODAY),))
    assert held == {"a": date(2025, 1, 31), "b": None, "P:finish": None}, "twenty working days from today"
    dated = bounds(items=(work[0], item("b", 5.0, not_before=date(2025, 3, 3))))
    assert dated == {"b": date(2025, 3, 3), "P:finish": None}
    assert bounds(items=work) == {"a": None, "b": None, "P:finish": None}
