"""The root cause of a breach: several of one root are one message."""

from __future__ import annotations

from dataclasses import replace

from notices_help import DAY, assessed, breach

from cockpit.notices.records import Told
from cockpit.notices.roots import Hearing, Roots, concerns, heard_by, next_level
from cockpit.records.assessment import Assessment, Blocker, Chain, ProjectView
from cockpit.records.model import Project
from cockpit.records.verdicts import Basis, Status


def view(name: str, root: str = "") -> ProjectView:
    return ProjectView(
        record=Project(id=name, title=name),
        status=Status.AT_RISK,
        basis=Basis.EVIDENCE,
        reasons=(),
        reported="",
        reported_on=None,
        reported_rag="",
        watermelon=False,
        baseline_finish=None,
        computed_finish=None,
        slip_days=20.0,
        at_least=False,
        root=root,
    )


def blocker(subject: str, project: str, slip: float, driving: bool = True) -> Blocker:
    return Blocker(
        subject=subject,
        title=subject,
        objective="O",
        project=project,
        receiver_team="",
        giver_team="",
        owner="",
        owner_name="",
        blocked_days=3,
        held_until=None,
        slip_days=slip,
        leverage_days=slip,
        at_least=False,
        cost=None,
        cost_assumed=False,
        state="open",
        driving=driving,
    )


def portfolio(*blockers: Blocker, projects: tuple[ProjectView, ...] = ()) -> Assessment:
    chain = Chain(objective="O", title="O", finish=None, target=None, steps=(), blockers=blockers, dead=False)
    return replace(assessed(), chains=(chain,), projects=projects)


def late(project: str) -> object:
    return breach(f"project:{project}", code="FINISH-LATE", project=project)


def test_a_late_objective_and_the_portfolio_have_the_root_that_holds_them_most() -> None:
    """Otherwise whoever owns both is told of one dependency in two messages."""
    truth = portfolio(blocker("dependency:1", "A", 5.0), blocker("dependency:2", "A", 9.0), projects=(view("A"),))
    for subject in ("objective:O", "portfolio:core"):
        assert Roots(truth).of(breach(subject, code="TOLERANCE-TIME")) == "dependency:2"
    assert Roots(truth).of(breach("objective:other", code="TOLERANCE-TIME")) == "objective:other"
    assert Roots(truth).of(breach("objective:O", code="TOLERANCE-COST")) == "objective:O"


def test_a_late_project_has_the_root_that_holds_it_most() -> None:
    truth = portfolio(
        *(blocker("dependency:1", "A", 5.0), blocker("dependency:2", "A", 9.0)),
        blocker("dependency:3", "A", 30.0, driving=False),
        projects=(view("A"),),
    )
    assert Roots(truth).of(late("A")) == "dependency:2"  # type: ignore[arg-type]


def test_the_root_of_what_is_inherited_is_followed_up_the_river() -> None:
    """C waits for B, B for A, and A for a dependency; D waits for E, which is late by itself."""
    rivers = (view("A"), view("B", "A"), view("C", "B"), view("D", "E"), view("E"))
    roots = Roots(portfolio(blocker("dependency:1", "A", 5.0), projects=rivers))
    assert {name: roots.of(late(name)) for name in "ABCDE"} == {  # type: ignore[arg-type]
        "A": "dependency:1",
        "B": "dependency:1",
        "C": "dependency:1",
        "D": "project:E",
        "E": "project:E",
    }


def test_projects_that_wait_for_each_other_have_one_root() -> None:
    roots = Roots(portfolio(projects=(view("A", "B"), view("B", "A"), view("C", "gone"))))
    assert roots.of(late("A")) == roots.of(late("B")) == "project:A"  # type: ignore[arg-type]
    assert roots.of(late("C")) == "project:C"  # type: ignore[arg-type]


def test_each_member_of_a_joint_row_is_a_root() -> None:
    one, two = blocker("dependency:1", "A", 4.0), blocker("dependency:2", "B", 4.0)
    joint = replace(one, members=(one, two))
    roots = Roots(portfolio(joint, projects=(view("A"), view("B"))))
    assert (roots.of(late("A")), roots.of(late("B"))) == ("dependency:1", "dependency:2")  # type: ignore[arg-type]


def test_what_else_is_wrong_with_a_project_has_a_root_of_its_own() -> None:
    roots = Roots(portfolio(blocker("dependency:1", "A", 5.0), projects=(view("A"),)))
    assert roots.of(breach("project:A", code="COST-OVER", project="A")) == "COST-OVER|project:A"
    broken, void = (breach("dependency:1", code=code) for code in ("DEP-BROKEN", "DEP-VOID"))
    assert roots.of(broken) == roots.of(void) == "dependency:1"


def test_who_hears_of_it_and_who_is_next() -> None:
    one = breach("dependency:1")
    truth = assessed(one, levels=("omar", "ruth"))
    assert heard_by(truth, one, {"vera", "omar", "ruth"}, (), 5) == (Hearing("vera", Told.RAISED),)
    assert next_level(truth, one, 5) == ("omar", DAY.replace(day=8))
    assert next_level(truth, one, 0) is None
    assert concerns(truth, one, "vera", 5)
    assert not concerns(truth, one, "omar", 5)
    older = replace(truth, today=DAY.replace(day=13))
    assert concerns(older, one, "ruth", 5)
    assert next_level(older, one, 5) is None
