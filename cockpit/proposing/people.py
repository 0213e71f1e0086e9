"""Who is meant: the spellings of one person put together, and those that could be two told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field

from rapidfuzz import fuzz

from cockpit.basics.classes import dataclass
from cockpit.proposing.names import Form, Spelling, fold, logins_of, parts, read
from cockpit.proposing.sure import Doubt, Sure, counted
from cockpit.trust.people import folded

MOST = 300
"""People that are proposed; the others are counted."""
_NEAR = 90
"""How alike two names are, of 100, that may be one."""
_WORTH = 400
"""People that are compared with each other for misspelt names."""


_ADDRESSED = re.compile(r"([^<>]+)<([^<>]+)>")


@dataclass(frozen=True)
class Mention:
    """A text that names somebody, and the team of the row where it names who does the work."""

    text: str
    team: str = ""


@dataclass
class _Cluster:
    spellings: list[Spelling] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    """Why the spellings beyond the first form are the same person."""
    sure: Sure = Sure.SURE


@dataclass(frozen=True)
class Someone:
    """A person to propose. `aliases` are the spellings that neither id, name nor address says."""

    id: str
    name: str
    email: str
    aliases: tuple[str, ...]
    rows: int
    spellings: int
    sure: Sure
    why: str
    team: str = ""
    team_sure: Sure = Sure.UNSURE
    team_why: str = ""


@dataclass(frozen=True)
class People:
    """Who was found; the texts that stay doubtful, with what to do; and how many people are left out."""

    people: tuple[Someone, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    more: int = 0


def recognised(mentions: Sequence[Mention], teams: Iterable[str] = ()) -> People:
    """Return the people whom mentions name. A text that is the name of a team names nobody."""
    named = {folded(each) for each in teams}
    rows = Counter(mention.text for mention in mentions if folded(mention.text) not in named)
    spellings = [read(text) for text in rows]
    found = _full(spellings)
    doubts = _attach(spellings, found, rows)
    ranked = sorted(found, key=lambda each: (-sum(rows[s.text] for s in each.spellings), _name(each, rows)))
    ids: set[str] = set()
    teams_of: dict[str, Counter[str]] = {}
    for mention in mentions:
        if mention.team:
            teams_of.setdefault(mention.text, Counter())[mention.team] += 1
    people = tuple(_someone(each, rows, teams_of, ids) for each in ranked[:MOST])
    return People(people, (*doubts, *_misspelt(people)), max(0, len(ranked) - MOST))


def _full(spellings: Sequence[Spelling]) -> list[_Cluster]:
    """Put together what has the same given name and surname, in whatever order and spelling.

    `Berg, Haddad` is left out where both are surnames of others: it names two people.
    """
    surnames = Counter(parts(each.surname) for each in spellings if each.form is Form.FULL)
    clusters: dict[frozenset[str], _Cluster] = {}
    for each in spellings:
        two = "," in each.text and surnames[parts(each.given)] and surnames[parts(each.surname)] > 1
        if each.form is Form.FULL and each.key and not two:
            clusters.setdefault(each.key, _Cluster()).spellings.append(each)
    for cluster in clusters.values():
        if len({frozenset(re.findall(r"[a-z]+", fold(each.name))) for each in cluster.spellings}) > 1:
            cluster.sure, cluster.joined = Sure.LIKELY, ["umlauts are written differently"]
    return list(clusters.values())


def _attach(spellings: Sequence[Spelling], found: list[_Cluster], rows: Mapping[str, int]) -> list[Doubt]:
    """Give logins, initials and single names to the only person whom they can mean; return what stays doubtful."""
    doubts, full, alone = list[Doubt](), list(found), dict[str, _Cluster]()
    settled = {each.text for cluster in full for each in cluster.spellings}
    for each in spellings:
        if each.form is Form.SEVERAL or (each.form is Form.FULL and each.text not in settled):
            doubts.append(
                Doubt(each.text, rows[each.text], "names several people, and one must answer: say whom in the file")
            )
            continue
        if each.form in (Form.FULL, Form.NOBODY):
            continue
        fitting = [cluster for cluster in full if _fits(each, cluster)]
        if len(fitting) == 1 and each.form is not Form.LETTERS:
            fitting[0].spellings.append(each)
            fitting[0].joined.append(f"“{each.text}” fits nobody else")
            fitting[0].sure = Sure.LIKELY
        elif fitting:
            names = " or ".join(_name(cluster, rows) for cluster in fitting[:4])
            doubts.append(Doubt(each.text, rows[each.text], f"may be {names}: add it to the aliases of the right one"))
        elif each.form in (Form.LOGIN, Form.INITIAL):
            alone.setdefault(each.login or str(sorted(each.key)), _Cluster(sure=Sure.LIKELY)).spellings.append(each)
        else:
            doubts.append(Doubt(each.text, rows[each.text], "may be a person or a team: nobody else is called so"))
    found += alone.values()
    return doubts


def _fits(each: Spelling, cluster: _Cluster) -> bool:
    return any(_means(each, other) for other in cluster.spellings if other.form is Form.FULL)


def _means(short: Spelling, full: Spelling) -> bool:
    """Whether a short text can mean somebody whose full name is known."""
    given, surname = parts(full.given), parts(full.surname)
    if not given or not surname:
        return False
    if short.form is Form.LOGIN:
        bare = re.sub(r"[^a-z]", "", fold(short.login))
        return bare in logins_of(full.given, full.surname) or bool(
            full.email and full.email.startswith(f"{short.login}@")
        )
    if short.form is Form.INITIAL:
        letter = parts(short.given)[:1]
        return parts(short.surname) == surname and bool(letter) and given[0].startswith(letter[0])
    said = parts(short.surname)
    if short.form is Form.LETTERS:
        return "".join(said) in {given[0][0] + surname[0][0], given[0][0] + surname[-1][:2], surname[-1][:3]}
    return said in (surname, given, given[:1])


def _name(cluster: _Cluster, rows: Mapping[str, int]) -> str:
    """The name as most rows write it: of those that show which part is the surname, else of those that write it whole,
    not that of an address or login, whose umlauts and capitals are gone."""
    whole = [each for each in cluster.spellings if each.form is Form.FULL]
    written = [each for each in whole if " " in each.text.strip()]
    ordered = [each for each in written if "," in each.text or any(word.isupper() for word in each.text.split())]
    pool = ordered or written or whole or cluster.spellings
    return max(pool, key=lambda each: (rows[each.text], each.name)).name


def _someone(cluster: _Cluster, rows: Mapping[str, int], teams: Mapping[str, Counter[str]], ids: set[str]) -> Someone:
    name = _name(cluster, rows)
    email = next((each.email for each in cluster.spellings if each.email), "")
    identity = _identity(cluster, name, email, ids)
    texts = list(dict.fromkeys(each.text for each in cluster.spellings))
    resolved = {folded(identity), folded(name), folded(email)}
    known = {*resolved, *map(folded, texts)}
    team, team_sure, team_why = _team(texts, teams)
    return Someone(
        id=identity,
        name=name,
        email=email,
        aliases=tuple(text for text in texts if folded(text) not in resolved and not _is_of(text, known)),
        rows=sum(rows[text] for text in texts),
        spellings=len(texts),
        sure=cluster.sure,
        why=_why(cluster, texts, sum(rows[text] for text in texts)),
        team=team,
        team_sure=team_sure,
        team_why=team_why,
    )


def _is_of(text: str, known: Collection[str]) -> bool:
    """Whether a text is `Name <address>` of two that are known themselves: then it is found by them."""
    match = _ADDRESSED.fullmatch(text)
    return match is not None and {folded(match[1]), folded(match[2])} <= set(known)


def _why(cluster: _Cluster, texts: Sequence[str], rows: int) -> str:
    if not any(each.form is Form.FULL for each in cluster.spellings):
        return f"{counted(rows, 'row')}; no full name stands anywhere"
    spelled = f"{len(texts)} spellings in {counted(rows, 'row')}" if len(texts) > 1 else counted(rows, "row")
    return f"{spelled}; {'; '.join(cluster.joined[:2])}" if cluster.joined else spelled


def _identity(cluster: _Cluster, name: str, email: str, ids: set[str]) -> str:
    """The login, else the beginning of the address, else given name and surname; never one that somebody has."""
    login = next((each.login for each in cluster.spellings if each.login), "") or email.partition("@")[0]
    wanted = login or ".".join(re.findall(r"[a-z0-9]+", fold(name))) or "somebody"
    found, number = wanted, 1
    while found in ids:
        number += 1
        found = f"{wanted}{number}"
    ids.add(found)
    return found


def _team(texts: Sequence[str], teams_of: Mapping[str, Counter[str]]) -> tuple[str, Sure, str]:
    """The team in whose rows a person answers for the work, if it is most of their rows."""
    teams = sum((teams_of.get(text, Counter()) for text in texts), Counter[str]())
    if not teams:
        return "", Sure.UNSURE, ""
    team, count = sorted(teams.items(), key=lambda each: (-each[1], each[0]))[0]
    total = teams.total()
    why = f"in {count} of {counted(total, 'row')}"
    return team, Sure.SURE if count == total > 1 else Sure.LIKELY if count / total >= 0.6 else Sure.UNSURE, why


def _misspelt(people: Sequence[Someone]) -> list[Doubt]:
    """Names so alike that one may be misspelt."""
    found = []
    names = [(each, " ".join(parts(each.name))) for each in people[:_WORTH]]
    for index, (one, spelled) in enumerate(names):
        for other, alike in names[index + 1 :]:
            if spelled and alike and fuzz.ratio(spelled, alike) >= _NEAR:
                found.append(
                    Doubt(other.name, other.rows, f"may be {one.name}, misspelt: then make one person of the two")
                )
    return found
