"""Whom a text names: people and teams, by every name that they have."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.records.model import Person, Team
from cockpit.trust.people import Directory


class Whom:
    """What can be asked of whoever knows the people and teams of a portfolio."""

    @property
    def directory(self) -> Directory:
        """People and teams by every text that names them."""
        raise NotImplementedError

    @property
    def teams(self) -> Mapping[str, Team]:
        """Teams by id."""
        raise NotImplementedError

    def team_id(self, text: str) -> str:
        """The id of the team that a text names by id, title or alias; the text itself when it names none."""
        team = self.directory.team(text) if text else None
        return team.id if team else text.strip()

    def team_title(self, text: str) -> str:
        """What people call the team."""
        team = self.teams.get(self.team_id(text))
        return team.title if team else text

    def cost_centre(self, text: str) -> str:
        """The cost centre of a team, its own or the nearest ancestor's; empty when none is known."""
        line = (self.teams[key] for key in self.directory.chain(text) if key in self.teams)
        return next((team.cost_centre for team in line if team.cost_centre), "")

    def person(self, text: str) -> Person | None:
        """The one person that a text names by id, name, e-mail or alias."""
        return self.directory.person(text) if text else None

    def person_name(self, text: str) -> str:
        """What people call the person; the text itself when nobody is found."""
        person = self.person(text)
        return person.name if person else text

    def lead_of(self, team: str) -> str:
        """The person id of a team's lead, its own or the nearest ancestor's; empty when none is named."""
        leads = (self.directory.lead(key) for key in self.directory.chain(team))
        return next((person.id for person in leads if person is not None), "")

    def first_person(self, *texts: str) -> str:
        """The id of the first of these that names somebody, else the first text that says anything."""
        return next((p.id for t in texts if (p := self.person(t))), next((t for t in texts if t), ""))
