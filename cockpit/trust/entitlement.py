"""Who may sign what: each `may_…` answers with an empty text, or with the sentence why not.

A `Seat` is the place that signs: the one person who sits in it, or why nobody does. People and teams are given as a
`Directory` where many questions are asked, else as any collection of records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from cockpit.basics.text import one_line
from cockpit.records.model import Dependency, Kpi, Meaning, Objective, Person, Project, WorkItem
from cockpit.trust.people import Directory, People, Teams, called, directory

Side = Literal["giver", "receiver"]


class Seat(NamedTuple):
    """Who signs. `person` is None when nobody can, and `problem` then says why; `role` reads on after “is”."""

    role: str
    person: Person | None
    problem: str = ""


def giver_seat(dep: Dependency, people: People, teams: Teams = ()) -> Seat:
    """Who promises and resolves: the giver's owner, else the lead of the giving team."""
    known = directory(people, teams)
    if dep.giver_owner.strip():
        return _named("the giver's owner", dep.giver_owner, known)
    return _lead("the giving team", dep.giver_team, known)


def receiver_seat(dep: Dependency, people: People, teams: Teams = (), *, project_owner: str = "") -> Seat:
    """Who disputes: the receiver's owner, else the receiving team's lead, else the receiving project's owner."""
    known = directory(people, teams)
    if dep.receiver_owner.strip():
        return _named("the receiver's owner", dep.receiver_owner, known)
    team = known.team(dep.receiver_team)
    if project_owner.strip() and (team is None or not team.lead.strip()):
        return _named("the owner of the receiving project", project_owner, known)
    return _lead("the receiving team", dep.receiver_team, known)


def validator_seat(
    item: WorkItem, people: People, teams: Teams = (), *, receiver_owner: str = "", sponsor: str = ""
) -> Seat:
    """Who validates a milestone: its acceptor, else the receiver's owner, else the sponsor."""
    known = directory(people, teams)
    named = (("the acceptor", item.acceptor), ("the receiver's owner", receiver_owner), ("the sponsor", sponsor))
    for role, text in named:
        if text.strip():
            return _named(role, text, known)
    return Seat("the acceptor", None, "Nobody is named to accept it: no acceptor, no receiver's owner, no sponsor.")


def may_sign_dependency(
    meaning: Meaning,
    person: Person,
    dep: Dependency,
    people: People,
    teams: Teams = (),
    *,
    project_owner: str = "",
    owners: Sequence[str] = (),
) -> str:
    """Why this person may not say this of a dependency; empty when they may.

    `project_owner` is the owner of the receiving project, where there is one, and `owners` are those of all that it
    holds. A withdrawal needs both sides; this answers whether the person may sign for one of them, and
    `withdrawal_side` says which.
    """
    known = directory(people, teams)
    match meaning:
        case Meaning.PROMISED | Meaning.RESOLVED:
            return _why_not_giver(meaning, person, dep, known, (project_owner, *owners))
        case Meaning.DISPUTED:
            return _why_not_seat(meaning, person, receiver_seat(dep, known, project_owner=project_owner))
        case Meaning.WITHDRAWN:
            if withdrawal_side(person, dep, known, project_owner=project_owner, owners=owners):
                return ""
            return f"{called(person)} may not sign withdrawn: only the owners of both sides may, and both must."
    return f"A dependency can't be {meaning}: it is promised, resolved, disputed or withdrawn."


def withdrawal_side(
    person: Person,
    dep: Dependency,
    people: People,
    teams: Teams = (),
    *,
    project_owner: str = "",
    owners: Sequence[str] = (),
) -> Side | None:
    """The side for which this person may sign a withdrawal. Nobody may for both: a withdrawal takes two people."""
    known = directory(people, teams)
    if not _why_not_giver(Meaning.WITHDRAWN, person, dep, known, (project_owner, *owners)):
        return "giver"
    seat = receiver_seat(dep, known, project_owner=project_owner)
    return "receiver" if not _why_not_seat(Meaning.WITHDRAWN, person, seat) else None


def may_validate(
    person: Person,
    item: WorkItem,
    people: People,
    teams: Teams = (),
    *,
    receiver_owner: str = "",
    sponsor: str = "",
    team: str = "",
) -> str:
    """Why this person may not validate a milestone; empty when they may. Who delivers never validates.

    `team` is the project's team: it delivers where the item names no team of its own.
    """
    known = directory(people, teams)
    seat = validator_seat(item, known, receiver_owner=receiver_owner, sponsor=sponsor)
    if refusal := _why_not_seat(Meaning.VALIDATED, person, seat):
        return refusal
    owner = known.person(item.owner)
    if owner is not None and owner.id == person.id:
        return f"{called(person)} may not sign validated: they own the milestone, and who delivers never validates."
    delivering = item.team or team
    if _belongs(person, delivering, known):
        return (
            f"{called(person)} may not sign validated: they belong to the delivering team {_team(delivering, known)}, "
            "and who delivers never validates."
        )
    return ""


def may_attest(kpi: Kpi, person: Person, people: People = ()) -> str:
    """Why this person may not sign a reading of this KPI; empty when they may: its owner alone does."""
    return _why_not_seat(Meaning.ATTESTED, person, kpi_seat(kpi, people or (person,)))


def may_dispute_reading(kpi: Kpi, person: Person, people: People = ()) -> str:
    """Why this person may not dispute a reading; empty when they may: the leads who are bound by the same number do."""
    known = directory(people or (person,))
    leads = [known.person(text) for text in kpi.leads]
    if any(lead is not None and lead.id == person.id for lead in leads):
        return ""
    return f"{called(person)} may not sign disputed: only the leads of the KPI {one_line(kpi.id)} may."


def may_baseline(project: Project, person: Person, people: People = ()) -> str:
    """Why this person may not sign a baseline of this project; empty when they may: its sponsor alone does."""
    return _why_not_seat(Meaning.BASELINED, person, sponsor_seat(project, people or (person,)))


def may_confirm(objective: Objective, person: Person, people: People = (), meaning: Meaning = Meaning.CONFIRMED) -> str:
    """Why this person may not confirm a mapping to this objective, or withdraw it; empty when they may: its owner alone
    does."""
    return _why_not_seat(meaning, person, objective_seat(objective, people or (person,)))


def may_confirm_scope(person: Person, seat: Seat) -> str:
    """Why this person may not confirm what was edited; empty when they may: whoever sits there alone does."""
    return _why_not_seat(Meaning.CONFIRMED, person, seat)


def may_confirm_policy(person: Person, stewards: Sequence[str], people: People = ()) -> str:
    """Why this person may not confirm a policy looser than the default; empty when they may: any of its stewards does.

    `stewards` name people by id, or by whatever else names one person.
    """
    known = directory(people or (person,))
    found = [each for text in stewards if (each := known.person(text)) is not None]
    if any(each.id == person.id for each in found):
        return ""
    if len(found) < 2:
        return _why_not_seat(Meaning.CONFIRMED, person, steward_seat(stewards, known))
    names = ", ".join(called(each) for each in found)
    return f"{called(person)} may not sign confirmed: only a steward of the portfolio may ({names})."


def may_settle(project: Project, person: Person, meaning: Meaning, people: People, teams: Teams = ()) -> str:
    """Why this person may not say whether two rows of a project are one; empty when they may: its owner alone does."""
    return _why_not_seat(meaning, person, project_seat(project, people, teams))


def steward_seat(stewards: Sequence[str], people: People) -> Seat:
    """Who confirms a looser policy: the first steward who has a key, else the first who is known."""
    known, role = directory(people), "the steward of the portfolio"
    seats = [_named(role, text, known) for text in stewards] or [_named(role, "", known)]
    return min(seats, key=lambda seat: (seat.person is None, not (seat.person and seat.person.key.strip())))


def kpi_seat(kpi: Kpi, people: People) -> Seat:
    """Who signs the readings of a KPI."""
    return _named("the owner of the KPI", kpi.owner, directory(people))


def project_seat(project: Project, people: People, teams: Teams = ()) -> Seat:
    """Who answers for a project: its owner, else the lead of its team, else its sponsor."""
    known = directory(people, teams)
    if project.owner.strip():
        return _named("the owner of the project", project.owner, known)
    lead = _lead("the project's team", project.team, known)
    return lead if lead.person is not None else _named("the sponsor of the project", project.sponsor, known)


def sponsor_seat(project: Project, people: People) -> Seat:
    """Who signs a project's baselines."""
    return _named("the sponsor of the project", project.sponsor, directory(people))


def objective_seat(objective: Objective, people: People) -> Seat:
    """Who confirms mappings to an objective."""
    return _named("the owner of the objective", objective.owner, directory(people))


def suspicion_seat(asked: Sequence[tuple[str, str]], giver: str, people: People) -> Seat:
    """Who says whether a stuck work item waits for a team: of these roles and names, the first who is known and does
    not belong to that team."""
    known = directory(people)
    for role, text in asked:
        person = known.person(text) if text.strip() else None
        if person is not None and not _belongs(person, giver, known):
            return Seat(role, person)
    return Seat("the owner of the work item", None, "Nobody is named who answers for the work item and gives nothing.")


def may_confirm_suspicion(
    person: Person,
    giver: str,
    answering: Sequence[str],
    teams: Sequence[str],
    people: People,
    *,
    stand_in: bool = False,
) -> str:
    """Why this person may not confirm that a work item waits for a team; empty when they may: who answers for the item,
    or belongs to the teams that wait, where those are known. Nobody of the giving team may.

    `answering` names people by whatever names one person; `stand_in`: one of them has the person sign in their place.
    """
    known = directory(people)
    if refusal := _why_suspected(Meaning.CONFIRMED, person, giver, known):
        return refusal
    found = (known.person(text) for text in answering if text.strip())
    if stand_in or not teams or any(each is not None and each.id == person.id for each in found):
        return ""
    if any(_belongs(person, team, known) for team in teams):
        return ""
    waiting = " or ".join(_team(team, known) for team in teams)
    return f"{called(person)} may not sign confirmed: they answer for nothing of it, and do not belong to {waiting}."


def may_dismiss_suspicion(person: Person, giver: str, seat: Seat, people: People, *, stand_in: bool = False) -> str:
    """Why this person may not dismiss that a work item waits for a team; empty when they may: who is asked alone, or
    whoever signs in their place. Nobody of the giving team may."""
    if refusal := _why_suspected(Meaning.DISMISSED, person, giver, directory(people)):
        return refusal
    return "" if stand_in else _why_not_seat(Meaning.DISMISSED, person, seat)


def _why_suspected(meaning: Meaning, person: Person, giver: str, known: Directory) -> str:
    if not _belongs(person, giver, known):
        return ""
    return f"{called(person)} may not sign {meaning}: they belong to {_team(giver, known)}, which it is about."


def _why_not_giver(
    meaning: Meaning, person: Person, dep: Dependency, known: Directory, project_owners: Sequence[str]
) -> str:
    if refusal := _why_not_seat(meaning, person, giver_seat(dep, known)):
        return refusal
    if refusal := _why_receiving(person, dep, known, project_owners):
        return (
            f"{called(person)} may not sign {meaning}: {refusal}, and nobody may sign for what they receive themselves."
        )
    team = known.team(dep.giver_team)
    if (team is not None and team.external) or _belongs(person, dep.giver_team, known):
        return ""
    giving = _team(dep.giver_team, known)
    return f"{called(person)} may not sign {meaning}: they do not belong to the giving team {giving}."


def _why_receiving(person: Person, dep: Dependency, known: Directory, project_owners: Sequence[str]) -> str:
    for role, text in (
        ("the receiver's owner", dep.receiver_owner),
        *(("the owner of the receiving project", owner) for owner in project_owners),
    ):
        found = known.person(text)
        if found is not None and found.id == person.id:
            return f"they are {role}"
    lead = known.lead(dep.receiver_team)
    if lead is not None and lead.id == person.id:
        return f"they lead the receiving team {_team(dep.receiver_team, known)}"
    receiver = known.team_key(dep.receiver_team)
    for chain in known.chains(person):
        # Where the giving team is part of the receiving one, its people stand on the giver's side: the nearer counts.
        nearer = chain[: chain.index(receiver)] if receiver in chain else ()
        if receiver in chain and known.team_key(dep.giver_team) not in nearer:
            return f"they belong to the receiving team {_team(dep.receiver_team, known)}"
    return ""


def _belongs(person: Person, team: str, known: Directory) -> bool:
    """In the team, in one below it, or its lead."""
    if not team.strip():
        return False
    lead = known.lead(team)
    member = any(known.team_key(team) in chain for chain in known.chains(person))
    return member or (lead is not None and lead.id == person.id)


def _named(role: str, text: str, known: Directory) -> Seat:
    if not text.strip():
        return Seat(role, None, f"Nobody is named as {role}.")
    person = known.person(text)
    if person is None:
        return Seat(
            role, None, f"“{one_line(text)}”, named as {role}, is nobody in the people table, or more than one."
        )
    return Seat(role, person)


def _lead(what: str, text: str, known: Directory) -> Seat:
    role, team = f"the lead of {what}", known.team(text)
    if team is None:
        return Seat(role, None, f"No owner is named, and “{one_line(text)}”, {what}, is not in the teams table.")
    if not team.lead.strip():
        return Seat(role, None, f"No owner is named, and {what} {_team(text, known)} has no lead.")
    return _named(role, team.lead, known)


def _why_not_seat(meaning: Meaning, person: Person, seat: Seat) -> str:
    if seat.person is None:
        return f"Nobody may sign {meaning}. {seat.problem}"
    if seat.person.id != person.id:
        return f"{called(person)} may not sign {meaning}: only {called(seat.person)}, {seat.role}, may."
    return ""


def _team(text: str, known: Directory) -> str:
    team = known.team(text)
    return one_line(team.title or team.id) if team is not None else one_line(text)
