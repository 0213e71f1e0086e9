"""Who owns what is decided by signatures: what files say of it later changes nothing and is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from scene import PEOPLE, TODAY, assess, breach, codes, docs, item, project, signed, snapshot

from cockpit.engine.facts import Facts
from cockpit.records.assessment import Assessment
from cockpit.records.model import Kpi, Meaning, Person, State, Statement, Team
from cockpit.records.verdicts import DependencyState, Verdict
from cockpit.trust.canonical import digest
from cockpit.trust.obligations import dependency_version, milestone_version, reading_version

KEY = "ssh-ed25519 AAAA"
EVE = Person(id="eve", name="Eve Ember", team="sourcing", key=KEY)
OUTAGES = Kpi(id="K", title="Outages", objective="O", owner="ben", unit="h")


class Story:
    """A portfolio with two stewards, told statement by statement, each following all before it."""

    def __init__(self, **more: Any) -> None:
        self.told: list[Statement] = []
        self.more: dict[str, Any] = {"dependencies": (docs(),), "kpis": (OUTAGES,)} | more
        stewards = [{"id": name, "name": name, "key": KEY} for name in ("kim", "sue")]
        self.genesis = self.say("kim", "genesis", {"title": "Test", "stewards": stewards})
        self.first = {("dependency:D", "giver_owner"): "vic", ("dependency:D", "receiver_owner"): "ann"}

    def say(
        self, who: str, kind: str, body: dict[str, Any], on: date = TODAY, after: tuple[Statement, ...] | None = None
    ) -> Statement:
        draft = signed("", "", Meaning.CONFIRMED, who, on)
        parents = tuple(s.id for s in (self.told[-1:] if after is None else after))
        at = draft.signed_at + timedelta(seconds=len(self.told))
        self.told.append(replace(draft, signed_at=at, type=kind, body=body, parents=parents))
        return self.told[-1]

    def resolved(self, who: str, on: date = TODAY, **more: Any) -> Statement:
        body = {"subject": "dependency:D", "of": dependency_version(docs()), "meaning": "resolved", "evidence": ["e"]}
        return self.say(who, "proof", body | {"note": ""}, on, **more)

    def transfer(
        self, who: str, to: str, role: str = "giver_owner", subject: str = "dependency:D", **more: Any
    ) -> Statement:
        return self.say(who, "transfer", {"subject": subject, "role": role, "to": to, "note": ""}, **more)

    def about(self, who: str, kind: str, said: Statement, **more: Any) -> Statement:
        return self.say(who, kind, {"of": said.id} | ({"note": ""} if kind == "recall" else {}), **more)

    def delegate(
        self,
        who: str,
        to: str,
        last: date,
        *subjects: str,
        meanings: tuple[str, ...] = ("attested", "promised", "resolved", "validated"),
    ) -> Statement:
        days = {"from": TODAY.isoformat(), "until": last.isoformat()}
        return self.say(
            who, "delegate", {"to": to, "meanings": [*meanings], "subjects": [*subjects], "note": ""} | days
        )

    def judged(self, today: date = TODAY, **more: Any) -> Assessment:
        people = tuple(replace(p, key=KEY) for p in PEOPLE)
        known: dict[str, Any] = {"items": (item("a", 5),), "people": (*people, EVE), "owners": self.first}
        return assess(
            snapshot(statements=tuple(self.told), genesis=self.genesis.id, **(known | self.more | more)), today
        )


def state(assessment: Assessment) -> DependencyState:
    return next(v.state for v in assessment.dependencies if v.record.id == "D")


def verdict(assessment: Assessment, statement: Statement) -> tuple[Verdict, str]:
    return next((v.verdict, v.why) for v in assessment.statements if v.record.id == statement.id)


def test_a_file_that_names_another_owner_changes_nothing_and_is_a_breach_of_its_owners() -> None:
    story = Story(dependencies=(docs(giver_owner="Eve Ember"),))
    forged = story.resolved("eve")
    answer = story.judged()
    assert verdict(answer, forged) == (
        Verdict.NOT_ENTITLED,
        "Eve Ember may not sign resolved: only Vic Vane, the giver's owner, may.",
    )
    found = breach(answer, "OWNER-NAMED")
    assert (found.subject, found.owner) == ("dependency:D#giver_owner", "vic")
    assert found.title == "Interface documents: the file names Eve Ember as its giver's owner, but Vic Vane is"
    story.resolved("vic")
    assert state(story.judged()) is DependencyState.RESOLVED
    assert "OWNER-NAMED" not in codes(story.judged(dependencies=(docs(giver_owner="VIC"),))), "the same man"


def test_what_tables_call_people_moves_nothing_from_who_was_named_first() -> None:
    """Whoever may edit the people table can neither make an owner's name somebody else's nor two people's."""
    story = Story(dependencies=(docs(giver_owner="eve"),))
    story.say("kim", "enrol", {"person": "vic", "name": "Vic Vane", "teams": [], "key": KEY, "possession": "x"})
    story.first["dependency:D", "giver_owner"] = "Vic Vane"
    keyed = (*(replace(p, key=KEY) for p in PEOPLE), EVE)
    tricks = (
        (*keyed, Person(id="x", name="Vic Vane")),
        (*keyed, Person(id="Vic Vane", name="Eve Ember")),
        (*(replace(p, aliases=("Vic Vane",)) if p.id in ("eve", "ben") else p for p in keyed),),
    )
    for people in tricks:
        forged, own = story.resolved("eve"), story.resolved("vic")
        answer = story.judged(people=people)
        assert (verdict(answer, forged)[0], verdict(answer, own)[0]) == (Verdict.NOT_ENTITLED, Verdict.COUNTS)
        honest = story.judged(people=people, dependencies=(docs(giver_owner="Vic Vane"),))
        assert verdict(honest, own)[0] is Verdict.COUNTS, "nor is the owner shut out"


def test_a_name_that_could_be_two_peoples_is_not_nobodys_so_the_file_fills_nothing_in() -> None:
    story = Story(dependencies=(docs(giver_owner="eve"),))
    story.first["dependency:D", "giver_owner"] = "V. Vane"
    people = (*(replace(p, key=KEY) for p in PEOPLE), EVE, *(Person(id=id, name="V. Vane") for id in "xy"))
    forged = story.resolved("eve")
    assert verdict(story.judged(people=people), forged)[0] is Verdict.NOT_ENTITLED


def test_a_row_with_the_id_of_a_projects_finish_takes_nothing_from_the_sponsor() -> None:
    finish = item("P:finish", 0, kind="milestone", acceptor="eve")
    receives = docs(id="R", giver_item="P:finish", receiver_owner="eve")
    story = Story(items=(finish,), dependencies=(receives,))
    story.first |= {("milestone:P:finish", "acceptor"): "eve", ("dependency:R", "receiver_owner"): "eve"}
    body = {"subject": "milestone:P:finish", "meaning": "validated", "evidence": ["e"], "note": ""}
    of = milestone_version("P:finish", "P", finish.title, "")
    forged, own = (story.say(who, "proof", body | {"of": of}) for who in ("eve", "sue"))
    answer = story.judged()
    assert (verdict(answer, forged)[0], verdict(answer, own)[0]) == (Verdict.NOT_ENTITLED, Verdict.COUNTS)


def test_without_stewards_files_name_owners_as_before() -> None:
    found = snapshot(dependencies=(docs(giver_owner="ben"),), owners={("dependency:D", "giver_owner"): "vic"})
    assert "OWNER-NAMED" not in codes(assess(found, TODAY))


def test_where_no_owner_was_named_the_lead_answers_until_they_give_it_away() -> None:
    story = Story(dependencies=(docs(giver_team="sourcing", giver_owner="eve"),))
    story.first["dependency:D", "giver_owner"] = ""
    assert breach(story.judged(), "OWNER-NAMED").owner == "vic"
    story.about("eve", "accept", story.transfer("vic", "eve"))
    assert not {"OWNER-NAMED", "STATEMENT-WAITS"} & codes(story.judged())
    nobody = Story(dependencies=(docs(giver_owner="eve"),))
    nobody.first["dependency:D", "giver_owner"] = ""
    assert "OWNER-NAMED" not in codes(nobody.judged()), "the vendor has no lead: nobody owned it"
    nobody.first["dependency:D", "giver_owner"] = "to be named"
    assert "OWNER-NAMED" not in codes(nobody.judged()), "nor does anybody of that name"


def test_after_a_transfer_the_new_owner_signs_and_what_the_old_one_signed_stands() -> None:
    story = Story()
    before = story.resolved("vic")
    said = story.transfer("vic", "eve")
    waiting = story.judged()
    assert verdict(waiting, said) == (Verdict.WAITS, "it changes nothing before it is signed by Eve Ember too")
    assert breach(waiting, "STATEMENT-WAITS").owner == "eve"
    story.about("eve", "accept", said)
    late, new = story.resolved("vic"), story.resolved("eve")
    answer = story.judged()
    assert [verdict(answer, s)[0] for s in (before, late, new)] == [
        Verdict.COUNTS,
        Verdict.NOT_ENTITLED,
        Verdict.COUNTS,
    ]
    view = next(v for v in answer.dependencies if v.record.id == "D")
    assert (view.giver_owner_name, view.record.giver_owner) == ("Eve Ember", "eve")
    (told,) = answer.owners
    assert (told.owner, told.named) == ("eve", "vic")
    assert told.reasons[0].text == "Vic Vane gave it to Eve Ember, who accepted on 2025-01-06"


def test_an_override_by_two_stewards_is_shown_for_ever() -> None:
    story = Story()
    story.about("sue", "cosign", story.transfer("kim", "eve"))
    story.about("ann", "accept", story.transfer("eve", "ann"))
    (told,) = story.judged(TODAY + timedelta(days=900)).owners
    assert told.owner == "ann"
    said = (
        "Kim Kane and Sue Stone, two stewards, moved it from Vic Vane to Eve Ember on 2025-01-06, "
        "without Vic Vane's signature"
    )
    assert told.reasons[0].text == said
    views = [v for v in story.judged().statements if v.why == said]
    assert [(v.meaning, v.verdict) for v in views] == [("transfer", Verdict.COUNTS), ("cosign", Verdict.COUNTS)]
    assert said in [r.text for v in story.judged().dependencies if v.record.id == "D" for r in v.reasons]


def test_a_transfer_by_who_does_not_own_it_is_not_entitled_and_one_taken_back_is_over() -> None:
    story = Story()
    theft = story.transfer("eve", "ben")
    assert verdict(story.judged(), theft) == (
        Verdict.NOT_ENTITLED,
        "Eve Ember does not own what it gives away, and is no steward.",
    )
    said = story.transfer("vic", "eve")
    recall = story.about("vic", "recall", said)
    assert verdict(story.judged(), said) == (Verdict.SUPERSEDED, f"taken back by {recall.id[:12]}")


def test_an_owner_who_has_left_is_a_breach_of_the_steward_until_two_of_them_move_what_was_theirs() -> None:
    story = Story()
    story.say("kim", "enrol", {"person": "vic", "name": "Vic Vane", "teams": [], "key": KEY, "possession": "x"})
    gone = (*(replace(p, key="" if p.id == "vic" else KEY) for p in PEOPLE), EVE)
    found = breach(story.judged(people=gone), "OWNER-LEFT")
    assert (found.subject, found.owner) == ("person:vic", "kim")
    assert "Vic Vane has no key that counts any more, and owns 1 thing" in found.title
    assert found.reasons[0].text == "dependency:D “Interface documents” is theirs to sign"
    story.about("sue", "cosign", story.transfer("kim", "eve"))
    assert "OWNER-LEFT" not in codes(story.judged(people=gone))


def test_a_delegate_signs_for_the_owner_while_they_are_away_and_for_nothing_else() -> None:
    story = Story()
    until = TODAY + timedelta(days=10)
    story.delegate("vic", "eve", until, "dependency:*")
    proof = story.resolved("eve")
    assert verdict(story.judged(), proof) == (Verdict.COUNTS, "")
    assert next(v.behalf for v in story.judged().statements if v.record.id == proof.id) == "Vic Vane (vic)"
    assert state(story.judged()) is DependencyState.RESOLVED
    assert verdict(story.judged(until + timedelta(days=1)), proof)[0] is Verdict.NOT_ENTITLED, "nobody had seen it"
    story.resolved("ann", until)
    assert verdict(story.judged(until + timedelta(days=1)), proof)[0] is Verdict.COUNTS
    stranger = story.resolved("ben", until)
    assert verdict(story.judged(until), stranger)[0] is Verdict.NOT_ENTITLED


def test_a_delegate_may_not_sign_for_what_they_receive_themselves() -> None:
    story = Story()
    story.delegate("vic", "ann", TODAY, "dependency:D")
    proof = story.resolved("ann")
    found, why = verdict(story.judged(), proof)
    assert found is Verdict.NOT_ENTITLED
    assert "nobody may sign for what they receive themselves" in why


def test_a_delegate_attests_a_kpi_for_its_owner() -> None:
    story = Story()
    story.delegate("ben", "eve", TODAY, "kpi:K")
    body = {"subject": "kpi:K", "of": reading_version("K", TODAY, 3.0), "meaning": "attested", "evidence": []}
    proof = story.say("eve", "proof", body | {"note": "", "date": TODAY.isoformat(), "value": 3.0})
    answer = story.judged()
    assert verdict(answer, proof) == (Verdict.COUNTS, "")
    assert next(v for v in answer.kpis if v.record.id == "K").value == 3.0


def test_a_delegate_of_the_sponsor_validates_the_finish() -> None:
    story = Story(projects=(project(actual_finish=TODAY),), dependencies=())
    story.delegate("sue", "eve", TODAY, "milestone:P:finish")
    version = milestone_version("P:finish", "P", "Project P: finish", "")
    body = {"subject": "milestone:P:finish", "of": version, "meaning": "validated", "evidence": ["e"], "note": ""}
    proof = story.say("eve", "proof", body)
    assert verdict(story.judged(), proof) == (Verdict.COUNTS, "")


def test_a_lead_who_hands_over_a_team_keeps_what_they_signed_before() -> None:
    teams = (Team(id="sourcing", title="Sourcing", lead="vic"), Team(id="apps", title="Apps", lead="ann"))
    unnamed = docs(giver_team="sourcing", giver_owner="")
    story = Story(dependencies=(unnamed,), teams=teams)
    story.first = {("dependency:D", "giver_owner"): "", ("team:sourcing", "lead"): "vic"}
    body = {"subject": "dependency:D", "of": dependency_version(unnamed), "meaning": "resolved", "evidence": ["e"]}
    before = story.say("vic", "proof", body | {"note": ""})
    story.about("eve", "accept", story.transfer("vic", "eve", "lead", "team:sourcing"))
    after, new = story.say("vic", "proof", body | {"note": ""}), story.say("eve", "proof", body | {"note": ""})
    answer = story.judged()
    assert [verdict(answer, s)[0] for s in (before, after, new)] == [
        Verdict.COUNTS,
        Verdict.NOT_ENTITLED,
        Verdict.COUNTS,
    ]


def test_a_file_that_names_an_acceptor_later_takes_nothing_from_the_sponsor() -> None:
    first = {("milestone:m", "acceptor"): "", ("project:P", "sponsor"): "sue"}
    milestone = item("m", 0, kind="milestone", acceptor="eve")
    story = Story(items=(milestone,), owners=first, dependencies=())
    answer = story.judged()
    assert breach(answer, "OWNER-NAMED").owner == "sue"
    body = {"subject": "milestone:m", "of": milestone_version("m", "P", "M", ""), "meaning": "validated", "note": ""}
    forged, own = (story.say(who, "proof", body | {"evidence": ["e"]}) for who in ("eve", "sue"))
    answer = story.judged()
    assert (verdict(answer, forged)[0], verdict(answer, own)[0]) == (Verdict.NOT_ENTITLED, Verdict.COUNTS)


def test_who_is_enrolled_on_both_sides_signs_for_neither_as_giver() -> None:
    story = Story()
    own = {"person": "vic", "name": "Vic Vane", "key": KEY, "possession": "x"}
    story.say("kim", "enrol", own | {"teams": ["sourcing", "vendor"]})
    fine = story.resolved("vic")
    assert verdict(story.judged(), fine)[0] is Verdict.COUNTS
    story.say("kim", "enrol", own | {"teams": ["apps", "sourcing"]})
    both = story.resolved("vic")
    found, why = verdict(story.judged(), both)
    assert (found, "they belong to the receiving team Apps" in why) == (Verdict.NOT_ENTITLED, True)


def test_who_came_to_stand_on_both_sides_is_asked_for_nothing() -> None:
    story = Story()
    story.about("vic", "accept", story.transfer("ann", "vic", "receiver_owner"))
    answer = story.judged()
    assert state(answer) is DependencyState.UNOWNED
    assert "nobody may sign for what they receive themselves" in str(breach(answer, "DEP-UNOWNED").reasons)
    assert not next(s for s in answer.signoffs if s.subject == "dependency:D").entitled


def test_what_was_given_away_twice_is_nobodys_and_told() -> None:
    story = Story()
    start = (story.told[-1],)
    one, two = (story.transfer("vic", to, after=start) for to in ("eve", "ben"))
    ends = (story.about("eve", "accept", one, after=(one,)), story.about("ben", "accept", two, after=(two,)))
    proof = story.resolved("eve", after=ends)
    answer = story.judged()
    assert breach(answer, "OWNER-TWICE").owner == "kim"
    assert verdict(answer, proof)[0] is Verdict.NOT_ENTITLED


def suspected(story: Story, who: str, meaning: Meaning, rows: Any) -> Statement:
    """What somebody signs of the suspicion that `a` waits for the old vendor."""
    facts = Facts(rows, TODAY)
    texts = facts.suspicions
    of = digest(texts.covered(rows.work_items[0], "vendor", meaning))
    body = {"subject": "suspicion:a>vendor", "of": of, "meaning": str(meaning), "evidence": [], "note": ""}
    return story.say(who, "proof", body)


def test_who_stands_in_for_the_owner_of_stuck_work_dismisses_but_nobody_of_the_team_it_is_about() -> None:
    work = item("a", 5, owner="ann", state=State.BLOCKED, extra=(("Comment", "waiting for the vendor"),))
    rows = snapshot(items=(work,))
    for to, team, counts in (("ben", "bank", True), ("eve", "vendor", False)):
        story = Story(items=(work,), dependencies=())
        story.delegate("ann", to, TODAY, "suspicion:*", meanings=("dismissed",))
        no = suspected(story, to, Meaning.DISMISSED, rows)
        people = tuple(replace(p, team=team) if p.id == to else p for p in (*PEOPLE, EVE))
        answer = story.judged(people=people)
        assert (verdict(answer, no)[0] is Verdict.COUNTS) is counts
        assert ("DEP-SUSPECTED" in codes(answer)) is not counts


def test_a_confirmed_suspicion_stands_when_who_signed_it_hands_the_project_over() -> None:
    work = item("a", 5, state=State.BLOCKED, extra=(("Comment", "waiting for the vendor"),))
    rows = snapshot(items=(work,), projects=(project(team="bank", owner="eve"),))
    story = Story(items=(work,), dependencies=(), projects=rows.projects)
    story.first = {("project:P", "owner"): "eve"}
    yes = suspected(story, "eve", Meaning.CONFIRMED, rows)
    story.about("ben", "accept", story.transfer("eve", "ben", "owner", "project:P"))
    answer = story.judged()
    assert verdict(answer, yes) == (Verdict.COUNTS, "")
    assert [d.record.id for d in answer.dependencies] == ["vendor>a"]
