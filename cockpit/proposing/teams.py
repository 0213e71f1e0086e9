"""Which teams the files name, and which of their spellings are one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from rapidfuzz import fuzz

from cockpit.basics.classes import dataclass
from cockpit.charter.vocabulary import fold as bare
from cockpit.proposing.names import fold
from cockpit.proposing.sure import Doubt, Sure, counted
from cockpit.trust.people import folded

MOST = 200
"""Teams that are proposed."""
_NEAR = 88
_LEGAL = re.compile(
    r"\b(?:GmbH|KGaA|Ltd|Limited|LLC|LLP|Inc|Corp|PLC|SAS|SARL|BV|Srl|SpA|ApS)\b|\b(?:AG|SE|KG|UG|SA|AB|NV|Oy)\.?$|"
    r"\b(?:S\.A\.|B\.V\.|S\.p\.A\.|S\.A\.S\.)"
)
_OUTSIDE = re.compile(
    r"\b(?:extern\w*|vendor|supplier|lieferant|dienstleister|prestataire|fournisseur)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Found:
    """A team to propose. `aliases` are spellings that differ by more than case and spaces."""

    id: str
    title: str
    aliases: tuple[str, ...]
    rows: int
    external: str = ""
    """What says that it is a vendor; empty where nothing does."""
    sure: Sure = Sure.SURE
    why: str = ""


@dataclass(frozen=True)
class Teams:
    """The teams that were found, what stays doubtful of them, and how many are left out."""

    teams: tuple[Found, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    more: int = 0

    def id_of(self, text: str) -> str:
        """Return the id of the team that a text names; empty for one that is not among them."""
        return self._ids.get(folded(text), "")

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return {folded(name): each.id for each in self.teams for name in (each.id, each.title, *each.aliases)}


def recognised(texts: Counter[str]) -> Teams:
    """Return the teams that texts of rows name; spellings that differ in punctuation and umlauts only are one."""
    groups: dict[str, Counter[str]] = {}
    for text, count in texts.items():
        if bare(text):
            groups.setdefault(bare(fold(text)), Counter())[text] += count
    ranked = sorted(groups.values(), key=lambda each: (-each.total(), min(each)))
    ids: set[str] = set()
    teams = tuple(_team(each, ids) for each in ranked[:MOST])
    return Teams(teams, tuple(_alike(teams)), max(0, len(ranked) - MOST))


def _team(spellings: Counter[str], ids: set[str]) -> Found:
    title = max(sorted(spellings), key=lambda text: spellings[text])
    wanted = "-".join(re.findall(r"[a-z0-9]+", fold(title))) or "team"
    identity, number = wanted, 1
    while identity in ids:
        number += 1
        identity = f"{wanted}-{number}"
    ids.add(identity)
    aliases = {folded(text): text for text in sorted(spellings) if folded(text) not in (folded(title), identity)}
    legal = _LEGAL.search(title) or _OUTSIDE.search(title)
    return Found(
        id=identity,
        title=title,
        aliases=tuple(aliases.values()),
        rows=spellings.total(),
        external=legal[0] if legal else "",
        why=counted(spellings.total(), "row"),
    )


def _alike(teams: Sequence[Found]) -> list[Doubt]:
    """Titles so alike that one may be misspelt."""
    found = []
    titles = [(each, fold(each.title)) for each in teams]
    for index, (one, title) in enumerate(titles):
        for other, alike in titles[index + 1 :]:
            if min(len(title), len(alike)) > 4 and fuzz.ratio(title, alike) >= _NEAR and not _numbered(title, alike):
                found.append(Doubt(other.title, other.rows, f"may be {one.title}: then make it an alias there"))
    return found


def _numbered(one: str, other: str) -> bool:
    """`Team 1` and `Team 2` are alike and two."""
    return re.findall(r"\d+", one) != re.findall(r"\d+", other)
