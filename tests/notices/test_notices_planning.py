"""Which message is due for whom, and when: worked out by hand, then held to its promises over any history."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from notices_help import DAY, assessed, at, breach, kept, person

from cockpit.notices import hours
from cockpit.notices.planning import plan
from cockpit.notices.records import Kind, Notice, Outbox, Plan, Recipient, Rules, Told
from cockpit.records.assessment import Assessment
from cockpit.records.lives import Acknowledged, Decided, Life, Owed

RULES, FEW = Rules(), Rules(at_once=2)
VERA = {"vera": person("vera")}
ALL = {name: person(name) for name in ("vera", "omar", "ruth")}


class Office:
    """A plan after another, each kept, as the postman does it."""

    def __init__(self, people: Mapping[str, Recipient] = VERA, rules: Rules = RULES) -> None:
        self.people, self.rules, self.outbox = people, rules, Outbox()

    def look(self, assessment: Assessment, now: datetime) -> Plan:
        planned = plan(assessment, self.people, self.rules, self.outbox, now)
        self.outbox = kept(self.outbox, planned.due)
        return planned

    def told(self, assessment: Assessment, now: datetime) -> list[tuple[str, list[str]]]:
        """Who is told of what now: the subjects of each message, those of cleared ones after a minus."""
        return [(notice.person, list(map(_mark, notice.items))) for notice in self.look(assessment, now).due]


def _mark(item: object) -> str:
    told, key = item.told, item.key  # type: ignore[attr-defined]
    return ("-" if told is Told.CLEARED else "") + key.partition("|")[2]


D1, D2, D3 = breach("dependency:1"), breach("dependency:2"), breach("dependency:3")
GRAVE = breach("item:dead", code="PATH-DEAD", critical=True)


def test_the_first_message_of_a_day_goes_at_once_and_the_next_waits_for_the_digest() -> None:
    office = Office()
    assert office.told(assessed(D1), at("09:00")) == [("vera", ["dependency:1"])]
    second = office.look(assessed(D1, D2), at("10:00"))
    assert (second.due, second.next_at) == ((), at("16:00"))
    assert office.told(assessed(D1, D2, D3), at("15:59")) == []
    digest = office.look(assessed(D1, D2, D3), at("16:00"))
    assert [(n.digest, n.kind, n.roots) for n in digest.due] == [(True, Kind.DIGEST, ("dependency:2", "dependency:3"))]
    assert office.look(assessed(D1, D2, D3), at("16:01")) == Plan()


def test_a_critical_one_does_not_wait() -> None:
    office = Office()
    office.look(assessed(D1), at("09:00"))
    assert office.told(assessed(D1, D2, GRAVE), at("10:00")) == [("vera", ["item:dead"])]


def test_of_one_root_no_second_critical_message_goes_at_once() -> None:
    office = Office()
    broken, disputed = (breach("dependency:1", code=c, critical=True) for c in ("DEP-BROKEN", "DEP-DISPUTED"))
    assert office.told(assessed(D1), at("09:00")) == [("vera", ["dependency:1"])]
    assert office.told(assessed(D1, broken), at("10:00")) == [("vera", ["dependency:1"])], "it has become critical"
    assert office.told(assessed(D1, broken, disputed), at("11:00")) == []
    assert office.told(assessed(D1, broken, disputed), at("16:00")) == [("vera", ["dependency:1"])]


def test_what_comes_after_the_digest_is_the_first_message_of_the_next_day() -> None:
    office = Office()
    office.look(assessed(D1), at("09:00"))
    office.look(assessed(D1, D2), at("16:00"))
    late = office.look(assessed(D1, D2, D3), at("17:00"))
    assert (late.due, late.next_at) == ((), at("07:00", DAY + timedelta(days=1)))
    assert office.told(assessed(D1, D2, D3), late.next_at) == [("vera", ["dependency:3"])]


def test_several_breaches_of_one_root_are_one_message() -> None:
    void = breach("dependency:1", code="DEP-VOID")
    assert Office().told(assessed(D1, void), at("09:00")) == [("vera", ["dependency:1", "dependency:1"])]


def test_more_than_three_at_one_moment_come_as_one() -> None:
    four = [breach(f"dependency:{n}") for n in range(4)]
    assert len(Office().told(assessed(*four[:3]), at("09:00"))) == 3
    assert Office().told(assessed(*four), at("09:00")) == [("vera", [b.subject for b in four])]


def test_quiet_hours_hold_back_even_a_critical_one() -> None:
    office = Office()
    night = office.look(assessed(GRAVE), at("23:30"))
    assert (night.due, night.next_at) == ((), at("07:00", DAY + timedelta(days=1)))


def test_quiet_hours_are_those_of_the_persons_own_clock() -> None:
    """08:00 in Berlin is 07:00 UTC in winter, and 12:30 in Kolkata is as well; 20:00 there is 14:30 UTC."""
    people = {"vera": person("vera", "Europe/Berlin"), "omar": person("omar", "Asia/Kolkata")}
    both = assessed(D1, breach("dependency:9", "omar"))
    assert Office(people).told(both, at("05:59")) == [("omar", ["dependency:9"])]
    assert Office(people).told(both, at("06:00")) == [("omar", ["dependency:9"]), ("vera", ["dependency:1"])]
    assert Office(people).told(both, at("14:30")) == [("vera", ["dependency:1"])]


def test_quiet_days_last_until_the_working_morning() -> None:
    friday = DAY + timedelta(days=4)
    office = Office({"vera": person("vera", quiet_days=frozenset({5, 6}))})
    weekend = office.look(assessed(GRAVE, today=friday), at("20:00", friday))
    assert weekend.next_at == at("07:00", DAY + timedelta(days=7))


def test_the_night_in_which_the_clocks_change_has_a_morning() -> None:
    """In Berlin the clocks go from 02:00 to 03:00 on 30 March 2025: 07:00 there is 05:00 UTC from then on."""
    office = Office({"vera": person("vera", "Europe/Berlin")})
    night = office.look(assessed(GRAVE), at("23:00", date(2025, 3, 29)))
    assert night.next_at == at("05:00", date(2025, 3, 30))


def test_quiet_hours_that_end_in_the_hour_which_the_clocks_repeat_end_that_night() -> None:
    """On 26 October 2025 it is 02:10 in Berlin at 00:10 UTC and again at 01:10 UTC; 02:30 comes at 01:30 UTC then."""
    sleeper = person("vera", "Europe/Berlin", quiet="22:00-02:30")
    again = at("01:10", date(2025, 10, 26))
    assert hours.opens(sleeper, again) == at("01:30", date(2025, 10, 26))


def test_who_was_told_is_told_in_the_digest_that_it_is_cleared_and_nobody_else() -> None:
    office = Office(ALL)
    office.look(assessed(D1), at("09:00"))
    cleared = office.look(assessed(), at("10:00"))
    assert (cleared.due, cleared.next_at) == ((), at("16:00"))
    assert office.told(assessed(), at("16:00")) == [("vera", ["-dependency:1"])]
    assert office.look(assessed(), at("16:30")) == Plan()


def test_what_is_cleared_before_anybody_was_told_is_never_told() -> None:
    office = Office()
    office.look(assessed(D1), at("09:00"))
    office.look(assessed(D1, D2), at("10:00"))
    assert office.told(assessed(D1), at("16:00")) == []


def test_what_comes_back_before_it_was_told_cleared_is_the_same_trouble() -> None:
    office = Office()
    office.look(assessed(D1), at("09:00"))
    office.look(assessed(), at("10:00"))
    assert office.look(assessed(D1), at("16:00")) == Plan()


def test_what_comes_back_after_it_was_told_cleared_is_news() -> None:
    office = Office()
    office.look(assessed(D1), at("09:00"))
    office.look(assessed(), at("16:00"))
    tomorrow = DAY + timedelta(days=1)
    assert office.told(assessed(D1, today=tomorrow), at("09:00", tomorrow)) == [("vera", ["dependency:1"])]


def test_it_goes_one_level_up_for_each_five_days() -> None:
    office = Office(ALL)
    found = {}
    for days in (0, 4, 5, 9, 10):
        day = DAY + timedelta(days=days)
        found[days] = office.told(assessed(D1, today=day, levels=("omar", "ruth")), at("09:00", day))
    assert found[0] == [("vera", ["dependency:1"])]
    assert found[5] == [("omar", ["dependency:1"])]
    assert found[10] == [("ruth", ["dependency:1"])]
    assert found[4] == found[9] == []


def test_what_is_acknowledged_or_decided_goes_no_level_up_until_that_lapses() -> None:
    day = DAY + timedelta(days=6)
    seen = Acknowledged(by="vera", by_name="Vera", on=day, until=day, statement="5e" * 32)
    chosen = Decided(by="ruth", by_name="Ruth", on=day, due=day, option="", outcome="wait", statement="5e" * 32)
    for life in (Life(acknowledged=seen), Life(decided=chosen)):
        office = Office(ALL)
        office.look(assessed(D1), at("09:00"))
        held = replace(D1, life=life)
        assert office.told(assessed(held, today=day, levels=("omar",)), at("09:00", day)) == []
        assert office.told(assessed(D1, today=day, levels=("omar",)), at("10:00", day)) == [("omar", ["dependency:1"])]


def test_who_owes_a_decision_is_told_although_they_know_of_the_breach() -> None:
    office = Office(ALL)
    office.look(assessed(D1), at("09:00"))
    day = DAY + timedelta(days=5)
    owed = Owed(by="vera", by_name="Vera", since=day, due=day + timedelta(days=5))
    owing = assessed(replace(D1, life=Life(owed=owed)), today=day)
    (notice,) = office.look(owing, at("09:00", day)).due
    assert [(item.told, item.owed) for item in notice.items] == [(Told.OWED, day)]
    assert office.look(owing, at("09:30", day)) == Plan()
    late = day + timedelta(days=9)
    again = replace(owed, since=late, due=late)
    assert office.told(assessed(replace(D1, life=Life(owed=again)), today=late), at("09:00", late)) != []


def test_who_cannot_be_reached_is_passed_over() -> None:
    levels = {"omar": person("omar"), "ruth": person("ruth")}
    assert Office(levels).told(assessed(D1, levels=("omar", "ruth")), at("09:00")) == [("omar", ["dependency:1"])]
    assert Office({}).look(assessed(D1), at("09:00")).unreached == (D1.key,)


def test_what_a_lost_person_is_told_is_told_to_the_next_one_too() -> None:
    people = ALL | {"vera": person("vera", lost=True)}
    told = Office(people).told(assessed(D1, levels=("omar", "ruth")), at("09:00"))
    assert told == [("omar", ["dependency:1"]), ("vera", ["dependency:1"])]


# Any history

SUBJECTS = [f"dependency:{n}" for n in range(4)]
OWNERS = ["vera", "omar"]
ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "Pacific/Auckland"]


@st.composite
def recipients(draw: st.DrawFn) -> dict[str, Recipient]:
    found = {}
    for name in ("vera", "omar", "ruth"):
        quiet = draw(st.sampled_from(["19:00-07:00", "22:00-06:30", "00:00-08:00", ""]))
        days = draw(st.sampled_from([frozenset[int](), frozenset({5, 6})]))
        found[name] = person(name, draw(st.sampled_from(ZONES)), quiet, "16:00", quiet_days=days)
    return found


STEP = st.tuples(st.integers(1, 2_000), st.sampled_from(SUBJECTS), st.sampled_from(["DEP-UNPROVEN", "DEP-BROKEN"]))


@settings(max_examples=500, deadline=None)
@given(
    recipients(),
    st.lists(STEP, min_size=1, max_size=25),
    st.datetimes(at("00:00").replace(tzinfo=None), at("23:59", DAY + timedelta(days=40)).replace(tzinfo=None)),
)
def test_over_any_history_nothing_is_lost_nothing_comes_twice_and_nobody_is_disturbed(
    people: dict[str, Recipient], steps: list[tuple[int, str, str]], start: datetime
) -> None:
    """A breach is raised or cleared at each step; between the steps the plan is asked whenever it said it would be."""
    office, now = Office(people, FEW), start.replace(tzinfo=at("00:00").tzinfo)
    since: dict[tuple[str, str], date] = {}
    told: Counter[tuple[str, str]] = Counter()
    plain: defaultdict[tuple[str, date], set[datetime]] = defaultdict(set)

    def truth() -> Assessment:
        found = [
            breach(subject, OWNERS[SUBJECTS.index(subject) % 2], code=code, critical=code == "DEP-BROKEN", since=day)
            for (subject, code), day in sorted(since.items())
        ]
        return assessed(*found, today=now.date(), levels=("ruth",))

    def look() -> datetime | None:
        planned = office.look(truth(), now)
        assert office.look(truth(), now).due == (), "what is kept is not due again"
        for notice in planned.due:
            assert not hours.is_quiet(people[notice.person], now)
            _count(notice, told)
            if not any(item.critical for item in notice.items):
                plain[notice.person, notice.day].add(now)
        for (name, day), many in Counter((n.person, n.roots) for n in planned.due).items():
            assert many == 1, (name, day)
        for name, many in Counter(n.person for n in planned.due).items():
            assert many <= FEW.at_once, name
        waiting = office.look(truth(), now).next_at
        assert waiting is None or waiting > now
        return waiting

    for minutes, subject, code in steps:
        then = now + timedelta(minutes=minutes)
        while (next_at := look()) is not None and next_at < then:
            now = next_at
        now = then
        if (subject, code) in since:
            del since[subject, code]
        else:
            since[subject, code] = now.date()
    for _ in range(12):
        if (next_at := look()) is None:
            break
        now = next_at
    assert look() is None, "all that waited was told within a few days"
    standing = truth()
    for each in standing.breaches:
        assert any(known.key == each.key for known in office.outbox.people[each.owner].standing), "nothing is lost"
    assert all(len(moments) <= 2 for moments in plain.values()), "the first messages of a day, and its digest"


def _count(notice: Notice, told: Counter[tuple[str, str]]) -> None:
    """Note what a notice tells; a breach is told once, and again only when it was told cleared."""
    for item in notice.items:
        pair = (notice.person, item.key)
        if item.told is Told.CLEARED:
            assert notice.digest, "what is cleared waits for the digest"
            assert told[pair] == 1, "only who was told of it is told that it is cleared, once"
        else:
            assert told[pair] == 0, "never twice"
        told[pair] += -1 if item.told is Told.CLEARED else 1
