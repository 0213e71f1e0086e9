"""Teams that become one by the table of teams alone: they stay two until a steward has signed that.

Whoever takes a team out of its table and has another take over its name would else be rid of all that the one needs of
the other. A team that is only called something else takes over one name, and was not there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cockpit.engine.edits.pasts import Line
from cockpit.records.edits import Step
from cockpit.records.model import Team
from cockpit.trust.people import folded

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts


def apart(facts: Facts, teams: dict[str, Team]) -> dict[str, Team]:
    """The teams of the table, with those that another took over put back as they were last, under their own names."""
    gone = facts.edits.gone_teams
    taken = {team.id: took for team in teams.values() if (took := _taken(facts, team, gone))}
    if not taken:
        return teams
    step = _signed(facts, teams)
    kept = {
        name: took
        for name, took in taken.items()
        if step is None or step < max(line.said[-1].since for line in (*took.values(), *_lines(facts, name)))
    }
    back = {name: line for took in kept.values() for name, line in took.items()}
    names = {text for line in back.values() for text in _names(line.last)}
    own = {key: _without(team, names) if key in kept else team for key, team in teams.items()}
    return own | {name: line.last for name, line in back.items() if isinstance(line.last, Team)}


def _taken(facts: Facts, team: Team, gone: Mapping[str, Line]) -> dict[str, Line]:
    """The teams that are gone and by whose names this one goes now; none for a team that is only renamed."""
    own = set(_names(team)) if gone else set[str]()
    took = {name: line for name, line in gone.items() if not own.isdisjoint(_names(line.last))}
    renamed = team.id in facts.edits.newer["teams"] and len(took) == 1
    return {} if renamed else took


def _names(record: object) -> Iterable[str]:
    if isinstance(record, Team):
        yield from (folded(text) for text in (record.id, record.title, *record.aliases) if text.strip())


def _without(team: Team, names: set[str]) -> Team:
    aliases = tuple(alias for alias in team.aliases if folded(alias) not in names)
    return replace(team, aliases=aliases, title=team.id if folded(team.title) in names else team.title)


def _lines(facts: Facts, name: str) -> tuple[Line, ...]:
    return tuple(facts.edits.lines["teams"].get(name, ()))


def _signed(facts: Facts, teams: dict[str, Team]) -> Step | None:
    """Up to which step a steward has signed what was edited. Who is a steward does not hang on these teams."""
    plain = type(facts)(facts.read, facts.today, facts.reconciled)
    vars(plain)["teams"] = teams
    return plain.signed.get(facts.snapshot.portfolio.id)
