"""Which project of a tracker the tickets of another tool work for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import fuzz

from cockpit.basics.classes import dataclass
from cockpit.proposing.headers import Phrase, phrase
from cockpit.proposing.sure import Sure, counted
from cockpit.records.model import Project, WorkItem
from cockpit.sources.jira_words import named
from cockpit.trust.people import folded

MOST = 200
NOWHERE = "?"
"""What trackers put tickets into that name no project."""
_COMPARED = 2_000
"""Projects whose titles are compared."""
_NEAR, _PERHAPS = 88, 60
_PROJECT_NAMES = frozenset(folded(each) for each in (*named("Project name"), "Project", "Team Project"))


@dataclass(frozen=True)
class Assigned:
    """Tickets of a project key that work for a project of the tracker. An empty project: nothing speaks for any."""

    pattern: str
    project: str
    title: str
    rows: int
    sure: Sure
    why: str


def assigned(items: Sequence[WorkItem], projects: Sequence[Project], who: Callable[[str], str]) -> list[Assigned]:
    """Return for each project key of tickets that is no project's id, for which project its tickets work.

    A column of the tracker that names the key speaks for it, then the name of the key's project, last and unsurely
    the people who do its tickets. `who` returns the id of the person whom a text names.
    """
    ids = {project.id for project in projects}
    keys = Counter(item.project for item in items if not item.stub and item.project not in ids)
    if not projects or not keys:
        return []
    called = _names(items)
    pointed = _pointed(projects, keys)
    ranked = sorted(keys.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    titles = [(project, phrase(project.title)) for project in projects[:_COMPARED]]
    found = [_of_key(key, rows, called.get(key, ""), pointed.get(key, ()), titles) for key, rows in ranked]
    owned = _owned(items, projects, who)
    return [owned.get(each.pattern, each) if each.sure is Sure.UNSURE and not each.project else each for each in found]


def called_as(name: str, projects: Sequence[Project]) -> Assigned:
    """Return the project that is called so, or nearly and no other is."""
    return _of_key("", 0, name, (), [(project, phrase(project.title)) for project in projects[:_COMPARED]])


def unlisted(items: Sequence[WorkItem]) -> list[tuple[str, str]]:
    """Return key and name of the projects that tickets work for, where no file lists projects."""
    keys, called = Counter(item.project for item in items if not item.stub and item.project != NOWHERE), _names(items)
    ranked = sorted(keys.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    return [(key, called.get(key, key)) for key, _ in ranked if key]


def _owned(items: Sequence[WorkItem], projects: Sequence[Project], who: Callable[[str], str]) -> Mapping[str, Assigned]:
    """By project key the one project that belongs to whoever does most of its tickets."""
    owns: dict[str, list[Project]] = {}
    for project in projects:
        owns.setdefault(who(project.owner), []).append(project)
    doers: dict[str, Counter[str]] = {}
    for item in items:
        if not item.stub and (person := who(item.owner)):
            doers.setdefault(item.project, Counter())[person] += 1
    found = {}
    for key, counts in doers.items():
        person, count = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[0]
        own = owns.get(person, [])
        if len(own) == 1 and count > counts.total() / 2:
            why = f"{person} does {count} of its {counted(counts.total(), 'ticket')}, and owns “{own[0].title}”"
            found[key] = Assigned(key, own[0].id, own[0].title, counts.total(), Sure.UNSURE, why)
    return found


def _names(items: Sequence[WorkItem]) -> Mapping[str, str]:
    """By project key what its tool calls the project."""
    found: dict[str, Counter[str]] = {}
    for item in items:
        for header, said in item.extra:
            if folded(header) in _PROJECT_NAMES and said != item.project:
                found.setdefault(item.project, Counter())[said] += 1
    return {key: names.most_common(1)[0][0] for key, names in found.items()}


def _pointed(projects: Sequence[Project], keys: Mapping[str, int]) -> Mapping[str, Sequence[tuple[Project, str]]]:
    """By project key the projects whose rows name it in a column of their own, with its header: `PAY` or `PAY-12`."""
    found: dict[str, list[tuple[Project, str]]] = {}
    for project in projects:
        for header, said in project.extra:
            for key in {each.strip().rpartition("-")[0] or each.strip() for each in said.replace(";", ",").split(",")}:
                if key in keys:
                    found.setdefault(key, []).append((project, header))
    return found


def _of_key(
    key: str,
    rows: int,
    name: str,
    pointed: Sequence[tuple[Project, str]],
    titles: Sequence[tuple[Project, Phrase]],
) -> Assigned:
    if len({project.id for project, _ in pointed}) == 1:
        project, header = pointed[0]
        return Assigned(key, project.id, project.title, rows, Sure.SURE, f"the tracker says so under “{header}”")
    said = phrase(name or key)
    ranked = sorted(titles, key=lambda each: (-_alike(said, each[1]), each[0].id))[:2]
    (best, score), second = (ranked[0][0], _alike(said, ranked[0][1])), _alike(said, ranked[-1][1])
    alone = len(ranked) == 1 or second < score
    if key == NOWHERE:
        why = f"{counted(rows, 'ticket')} that name no project; by another field, such as team, they may be told apart"
        return Assigned(key, "", "", rows, Sure.UNSURE, why)
    told = f"{counted(rows, 'ticket')} of “{name or key}”"
    if score == 100 and alone:
        return Assigned(key, best.id, best.title, rows, Sure.SURE, f"{told}, as the project is called")
    if score >= _NEAR and (len(ranked) == 1 or second < _NEAR):
        return Assigned(key, best.id, best.title, rows, Sure.LIKELY, f"{told}; the project is called “{best.title}”")
    if score >= _PERHAPS:
        return Assigned(key, best.id, best.title, rows, Sure.UNSURE, f"{told}; the most alike is “{best.title}”")
    return Assigned(key, "", "", rows, Sure.UNSURE, f"{told}; no project is called alike")


def _alike(one: Phrase, other: Phrase) -> float:
    """Return how alike two names are, of 100: 100 for the same words, less where one holds the other's among more."""
    if one.same(other):
        return 100
    if one.within(other) or other.within(one):
        return 95 if min(len(one.joined), len(other.joined)) > 3 else 70
    return min(94, fuzz.ratio(one.joined, other.joined))
