"""What links say, looked up in little room, is what each link says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.engine.links import Links, looked_up
from cockpit.records.model import Kind, Link, LinkType, WorkItem

NAMES = "abcdex"
ITEMS = {
    name: WorkItem(id=name, project="p" if name in "abc" else "q", title=name, kind=kind, stub=name == "x", team=name)
    for name, kind in zip(NAMES, (Kind.ACTIVITY, Kind.SUMMARY, *[Kind.ACTIVITY] * 4), strict=True)
}
LINKS = st.builds(
    Link,
    predecessor=st.sampled_from(NAMES + "z"),
    successor=st.sampled_from(NAMES + "z"),
    type=st.sampled_from(LinkType),
    lag_days=st.sampled_from((-1.0, 0.0, 2.0)),
)


def found_of(links: list[Link]) -> Links:
    return looked_up(links, ITEMS, ITEMS.get, lambda one, other: one.team < other.team)


@given(st.lists(LINKS, max_size=12))
def test_lookups_say_what_the_links_say(links: list[Link]) -> None:
    found = found_of(links)
    in_turn = {(e.predecessor, e.successor) for e in links if e.type is LinkType.FS and e.lag_days >= 0}
    for name in NAMES + "z":
        after = {link.successor for link in links if link.predecessor == name}
        assert found.followers.get(name, ()) == tuple(sorted(after))
        assert found.is_tied(name) == any(name in (link.predecessor, link.successor) for link in links)
        for other in NAMES + "z":
            assert found.are_in_turn(name, other) == ((name, other) in in_turn)
    for link in links:
        before, after_ = ITEMS.get(link.predecessor), ITEMS.get(link.successor)
        is_inside = (
            before is not None
            and after_ is not None
            and (link.predecessor, link.successor) in in_turn
            and link.type is LinkType.FS
            and link.lag_days >= 0
            and before.project == after_.project
            and after_.kind is not Kind.SUMMARY
            and not after_.stub
        )
        assert any(link is each for each in found.inside) == is_inside
    assert all(any(each is link for link in links) for each in (*found.inside, *found.across))


@given(st.lists(LINKS, max_size=8), st.randoms())
def test_the_order_of_links_matters_to_no_answer(links: list[Link], random: object) -> None:
    other = list(links)
    random.shuffle(other)  # type: ignore[attr-defined]
    one, two = found_of(links), found_of(other)
    assert (one.followers, one.last, one.loose) == (two.followers, two.last, two.loose)
