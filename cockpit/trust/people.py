"""Finding the one person or team that a text of a table means, and where people belong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from cockpit.basics.text import one_line
from cockpit.records.model import Person, Team

P = TypeVar("P", Person, Team)
_ADDRESSED = re.compile(r"([^<>]*)<([^<>]+)>")


class Directory:
    """People and teams, indexed once by every text that may name them. Build one where many are looked up.

    `also` are the further teams of people, by id: a record has room for one.
    """

    def __init__(
        self,
        people: Iterable[Person] = (),
        teams: Iterable[Team] = (),
        also: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        self.people = {person.id: person for person in people}
        self.teams = {team.id: team for team in teams}
        self._also = also
        self._people = _index(self.people, lambda p: (p.id, p.name, p.email, *p.aliases))
        self._teams = _index(self.teams, lambda t: (t.id, t.title, *t.aliases))

    def person(self, text: str) -> Person | None:
        """The person with this id, else the only one with this id, name, email or alias (case, spacing ignored).

        `Name <address>`, as trackers and mail programs write it, is whom the two do not contradict each other on.
        """
        found = _lookup(self.people, self._people, text)
        if found is not None or not (parts := _parts(text)):
            return found
        named = [person for part in parts if (person := _lookup(self.people, self._people, part)) is not None]
        return named[0] if len({person.id for person in named}) == 1 else None

    def candidates(self, text: str) -> Collection[str]:
        """The ids of everybody whom a text may name."""
        if text in self.people or not (parts := _parts(text)):
            return {text} if text in self.people else self._people.get(folded(text), frozenset())
        return {id_ for part in (text, *parts) for id_ in self._people.get(folded(part), ())}

    def team(self, text: str) -> Team | None:
        """The team whose id this is, else the only one with this id, title or alias (case and spacing ignored)."""
        return _lookup(self.teams, self._teams, text)

    def team_key(self, text: str) -> str:
        """The id of the team that a text names; of a team in no table, the text itself, folded."""
        team = self.team(text)
        return team.id if team is not None else folded(text)

    def chain(self, text: str) -> tuple[str, ...]:
        """Keys of the team that a text names and of its parents, nearest first; a circle ends where it closes."""
        keys: list[str] = []
        while text.strip() and self.team_key(text) not in keys:
            keys.append(self.team_key(text))
            team = self.team(text)
            text = team.parent if team is not None else ""
        return tuple(keys)

    def chains(self, person: Person) -> tuple[tuple[str, ...], ...]:
        """The chain of every team that a person belongs to."""
        return tuple(map(self.chain, dict.fromkeys((person.team, *self._also.get(person.id, ())))))

    def lead(self, text: str) -> Person | None:
        """The lead of the team that a text names."""
        team = self.team(text)
        return self.person(team.lead) if team is not None else None


def signed_first(people: Iterable[Person], signed: Collection[str]) -> Callable[[str], Person | None]:
    """Who a text of a table means, where stewards enrol people (`signed`, by id): the one whose id or signed name it
    is, before anything that a table calls somebody."""
    everybody = Directory(people)
    known = (replace(p, email="", aliases=()) for p in everybody.people.values() if p.id in signed)
    enrolled = Directory(known)

    def person(text: str) -> Person | None:
        found = enrolled.person(text) or everybody.person(text)
        return everybody.people[found.id] if found is not None else None

    return person


People = Directory | Mapping[str, Person] | Collection[Person]
Teams = Mapping[str, Team] | Collection[Team]


def directory(people: People, teams: Teams = ()) -> Directory:
    """A Directory of these people and teams; one given as `people` comes back as it is, whatever `teams` holds."""
    if isinstance(people, Directory):
        return people
    return Directory(
        people.values() if isinstance(people, Mapping) else people,
        teams.values() if isinstance(teams, Mapping) else teams,
    )


def find_person(people: People, text: str) -> Person | None:
    """The person that a text means: by id, else the only one with that id, alias, email or name; else None."""
    return directory(people).person(text)


def folded(text: str) -> str:
    """A name without case and spacing, by which it is compared."""
    return " ".join(text.split()).casefold()


def called(person: Person) -> str:
    """The name that stands for a person in a sentence."""
    return one_line(person.name) or person.id


def _index(records: Mapping[str, P], names: Callable[[P], Iterable[str]]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = {}
    for record in records.values():
        for name in names(record):
            if name.strip():
                index.setdefault(folded(name), set()).add(record.id)
    return index


def _parts(text: str) -> tuple[str, ...]:
    """Address and name of a text such as `Ana Silva <ana@bank.example>`; nothing for another."""
    match = _ADDRESSED.fullmatch(text.strip())
    return tuple(part for part in (match[2].strip(), match[1].strip()) if part) if match else ()


def _lookup(records: Mapping[str, P], index: Mapping[str, set[str]], text: str) -> P | None:
    if text in records:
        return records[text]
    ids = index.get(folded(text), set())
    return records[next(iter(ids))] if len(ids) == 1 else None
