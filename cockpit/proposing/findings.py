"""All that was found in the files of a company: what the charter is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.proposing import people, teams, words
from cockpit.proposing.assigning import Assigned, assigned, unlisted
from cockpit.proposing.looking import Looked, again, look, rag_texts, state_texts
from cockpit.proposing.people import Mention, People
from cockpit.proposing.placing import placed
from cockpit.proposing.proposed import Setting
from cockpit.proposing.sure import Sure, counted
from cockpit.proposing.teams import Teams
from cockpit.proposing.words import Vocabulary
from cockpit.records.model import Calendar, Person, Project, Rag, Record, State, Team, WorkItem
from cockpit.sources.jira_words import named
from cockpit.sources.values import is_open
from cockpit.trust.people import Directory, folded

_OWNERS = {
    "projects": (("owner", "team"), ("sponsor", "")),
    "work_items": (("owner", "team"), ("acceptor", "")),
    "dependencies": (("giver_owner", "giver_team"), ("receiver_owner", "receiver_team")),
    "objectives": (("owner", ""),),
    "kpis": (("owner", ""),),
    "teams": (("lead", ""),),
}
"""By table the columns that name people, each with the column of the team that they work in."""
_TEAMS = {"projects": ("team",), "work_items": ("team",), "dependencies": ("giver_team", "receiver_team")}
_POINTS = frozenset(
    folded(each) for each in named("Custom field (Story Points)", "Custom field (Story point estimate)", "Story Points")
)


@dataclass(frozen=True)
class Findings:
    """What was found in all files. `settings` are lines of `[portfolio]`; `leads` by team id who may lead it."""

    files: tuple[Looked, ...] = ()
    settings: tuple[Setting, ...] = ()
    states: Vocabulary = field(default_factory=Vocabulary)
    rag: Vocabulary = field(default_factory=Vocabulary)
    teams: Teams = field(default_factory=Teams)
    people: People = field(default_factory=People)
    leads: dict[str, tuple[str, str]] = field(default_factory=dict)
    assigned: tuple[Assigned, ...] = ()

    @property
    def usable(self) -> tuple[Looked, ...]:
        """The files of which something can be used."""
        return tuple(each for each in self.files if not each.refusal)

    @property
    def projects(self) -> tuple[tuple[str, str], ...]:
        """Id and title of the projects of which there is a plan and no row in any file; where no file lists any, of
        those that tickets name."""
        known = {project.id for project in _rows(self.files, "projects", Project)}
        found = [each.project for file in self.files for each in file.sources if each.project and not each.off]
        if not known:
            planned = {id_ for id_, _ in found}
            found += [each for each in unlisted(_rows(self.files, "work_items", WorkItem)) if each[0] not in planned]
        # They are written into a table that spreadsheets open: what begins so would be run there.
        harmless = ((id_, title.lstrip("=+-@") or id_) for id_, title in found if id_[0] not in "=+-@")
        return tuple(dict.fromkeys(each for each in harmless if each[0] not in known))

    def unsure(self) -> int:
        """Return how many lines of the charter somebody should look at."""
        sources = sum(source.unsure() for each in self.files for source in each.sources)
        lists = (self.states.doubts, self.rag.doubts, self.people.doubts, self.teams.doubts)
        settings = sum(each.sure is Sure.UNSURE for each in self.settings)
        return sources + settings + sum(map(len, lists)) + sum(each.sure is Sure.UNSURE for each in self.assigned)


def gathered(paths: Sequence[Path], folder: Path) -> Findings:
    """Look at all files, and at what they say together."""
    seen = [look(path, folder) for path in dict.fromkeys(paths)]
    files = placed(seen)
    states, rag = words.states(state_texts(files)), words.rags(rag_texts(files))
    known_states = {line.category: line.words for line in states.lines if isinstance(line.category, State)}
    known_rag = {line.category: line.words for line in rag.lines if isinstance(line.category, Rag)}
    files = [again(each, known_states, known_rag) for each in files]
    directory = Directory(_rows(files, "people", Person), _rows(files, "teams", Team))
    found_teams = teams.recognised(_team_texts(files, directory))
    mentions = [each for each in _mentions(files) if directory.person(each.text) is None]
    found_people = people.recognised(mentions, _team_texts(files, Directory()))
    projects = _rows(files, "projects", Project)
    who = _resolver(found_people, directory)
    return Findings(
        files=tuple(files),
        settings=tuple(_settings(files, projects, who, _rows(seen, "projects", Project))),
        states=states,
        rag=rag,
        teams=found_teams,
        people=found_people,
        leads=_leads(projects, found_teams, who),
        assigned=tuple(assigned(_rows(files, "work_items", WorkItem), projects, who)),
    )


def _rows(files: Sequence[Looked], table: str, kind: type[Any]) -> list[Any]:
    return [row for each in files for row in each.batch.records.get(table, ()) if isinstance(row, kind)]


def _records(files: Sequence[Looked]) -> Iterator[tuple[str, Record]]:
    for each in files:
        for table, rows in each.batch.records.items():
            yield from ((table, row) for row in rows if not getattr(row, "stub", False))


def _team_texts(files: Sequence[Looked], known: Directory) -> Counter[str]:
    texts = Counter(
        str(getattr(row, column)).strip() for table, row in _records(files) for column in _TEAMS.get(table, ())
    )
    return Counter({text: n for text, n in texts.items() if text and not is_open(text) and known.team(text) is None})


def _mentions(files: Sequence[Looked]) -> list[Mention]:
    """Every text that names who owns, pays or accepts. Several people of a work item are one mention each."""
    found = []
    for table, row in _records(files):
        for column, team in _OWNERS.get(table, ()):
            texts = str(getattr(row, column)).split(";")
            place = str(getattr(row, team)).strip() if team else ""
            found += [Mention(text.strip(), place) for text in texts if text.strip() and not is_open(text)]
    lists = (source.named for each in files for source in each.sources)
    return found + [Mention(text, team) for named in lists for text, team in named]


def _resolver(found: People, directory: Directory) -> Callable[[str], str]:
    """Return what finds the id of the person whom a text names; empty for nobody."""
    ids = {folded(name): each.id for each in found.people for name in (each.id, each.name, each.email, *each.aliases)}
    ids.pop("", None)

    def who(text: str) -> str:
        known = directory.person(text)
        return known.id if known is not None else ids.get(folded(text), "")

    return who


def _leads(projects: Sequence[Project], found: Teams, who: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    """By team who owns most of its projects, and how many: perhaps its lead."""
    owners: dict[str, Counter[str]] = {}
    for project in projects:
        team, owner = found.id_of(project.team), who(project.owner)
        if team and owner:
            owners.setdefault(team, Counter())[owner] += 1
    told = {}
    for team, counts in owners.items():
        owner, count = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[0]
        if count > 1:
            told[team] = (owner, f"owns {count} of its {counted(counts.total(), 'project')}")
    return told


def _settings(
    files: Sequence[Looked], projects: Sequence[Project], who: Callable[[str], str], plans: Sequence[Project]
) -> Iterator[Setting]:
    """Yield the lines of `[portfolio]` that the files speak for. `plans` are projects as plans have them."""
    money = {source.money for each in files for source in each.sources if source.money}
    if len(money) == 1:
        yield Setting("currency", money.pop(), Sure.LIKELY, "the headers of amounts say so")
    pointed, estimated = _efforts(files)
    if pointed and not estimated:
        yield Setting("effort_unit", "points", Sure.SURE, f"{counted(pointed, 'ticket')} have points, none an estimate")
    yield from _calendar(files, plans)
    sponsors = Counter(identity for project in projects if (identity := who(project.sponsor)))
    if sponsors:
        person, count = sorted(sponsors.items(), key=lambda each: (-each[1], each[0]))[0]
        why = (
            f"sponsor of {count} of {counted(len(projects), 'project')}; to whom a breach goes that has no nearer owner"
        )
        yield Setting("steward", person, Sure.UNSURE, why)


def _efforts(files: Sequence[Looked]) -> tuple[int, int]:
    """How many tickets have story points, and how many an effort that was read as an estimate."""
    exported = [each for each in files if any(source.format != "table" for source in each.sources)]
    items = [item for item in _rows(exported, "work_items", WorkItem) if not item.stub]
    points = sum(any(folded(header) in _POINTS and said for header, said in item.extra) for item in items)
    return points, sum(item.effort is not None for item in items)


def _calendar(files: Sequence[Looked], projects: Sequence[Project]) -> Iterator[Setting]:
    """The calendar of a plan, where there is one: perhaps the rest of the work keeps it too."""
    used = {project.method.calendar for project in projects if project.method and project.method.calendar}
    calendars = {each.id: each for each in _rows(files, "calendars", Calendar)}
    names = sorted(name for name in used if name in calendars)
    if names:
        each = calendars[names[0]]
        days = sum(bool(shifts) for shifts in each.week)
        off = sum(not shifts for _, _, shifts in each.exceptions)
        why = f"of a plan: {counted(days, 'day')} a week, {counted(off, 'holiday')}; for work that names no calendar"
        if len(names) > 1:
            why += f"; or {', '.join(names[1:4])}"
        yield Setting("calendar", names[0], Sure.UNSURE, why)
