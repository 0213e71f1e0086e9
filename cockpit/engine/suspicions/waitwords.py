"""The words in which people write that work waits for somebody, in the languages of most trackers. Plain words, folded:
without case and accents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from cockpit.engine.suspicions.plainwords import Sentence

REACH = 12
"""How many words a name may stand after the waiting words: “waiting for the signed API documents of …”."""

_WAITING = """
waiting; waiting for; waiting on; wait for; wait on; waits for; waits on; await; awaits; awaiting; awaited from;
pending; blocked by; blocked on; blocked until; held by; held up by; held back by; on hold for; on hold until; hold
for; depends on; depend on; depending on; dependent on; dependency on; relies on; reliant on; stuck with; stuck at;
chasing; chased; reminded; escalated to; no answer from; no response from; no reply from; no news from; outstanding
from; overdue from; due from; delayed by; wartet; warten; warte; wartend; blockiert durch; blockiert von; abhangig
von; hangt ab von; hangt an; liegt bei; ausstehend von; ausstehend bei; offen bei; ruckmeldung von; antwort von;
zulieferung von; zulieferung durch; lieferung von; lieferung durch; freigabe durch; freigabe von; genehmigung durch;
genehmigung von; zuarbeit von; fehlt von; en attente; attendons; attendre; bloque par; bloquee par;
depend de; depend du; dependant de; dependante de; retour de; retour du; reponse de; reponse du; sans nouvelles de;
livraison de; esperando; a la espera; en espera; espera de; bloqueado por; bloqueada por; depende de; depende del;
pendiente de; pendiente del; in attesa; attendiamo; bloccato da; bloccata da; dipende da; wacht op; wachten op;
wachtend op; geblokkeerd door; afhankelijk van; aguardando; aguarda
"""
_NOT_BEFORE = {"not", "longer", "never", "nicht", "pas", "plus", "non", "niet"}
_NOT_AFTER = {"nicht", "pas", "plus"}
_NEEDS = {
    "need", "needs", "needed", "require", "requires", "required", "missing", "expect", "expects", "expected",
    "outstanding", "request", "requested", "brauchen", "braucht", "benotigen", "fehlt", "fehlen", "erwarten",
    "erwartet", "besoin", "manque", "attendu", "attendue", "falta", "serve",
}  # fmt: skip
_FROM = {"from", "von", "vom", "seitens", "de", "du", "des", "da", "dal", "del", "van"}
_ARTICLES = {"the", "our", "der", "die", "das", "dem", "den", "le", "la", "les", "l", "el", "los", "il", "lo"}

REASONS = {
    "block", "blocked", "blocker", "blockers", "impediment", "impediments", "impeded", "wait", "waiting", "awaiting",
    "pending", "dependency", "dependencies", "depends", "dependent", "hold", "onhold", "stuck", "hindernis",
    "hindernisse", "blockiert", "blockade", "wartet", "warten", "wartend", "wartegrund", "abhangigkeit",
    "abhangigkeiten", "attente", "blocage", "bloque", "dependance", "dependances", "espera", "bloqueado", "bloqueo",
}  # fmt: skip
"""Words of headers over columns that say why or for whom work waits: “Blocked reason”, “Wartet auf”."""

FLAGS = {"flagged", "blocked", "isblocked", "impediment", "blockiert"}
"""Headers, without spaces, over columns that say of work that it is blocked. Jira's flag is one."""
NO = {"", "no", "n", "false", "0", "none", "nein", "non", "not blocked", "unblocked"}
"""What says in such a column that it is not."""

VENDORS = {
    "vendor", "supplier", "lieferant", "lieferanten", "hersteller", "herstellers", "dienstleister", "fournisseur",
    "prestataire", "proveedor", "fornitore", "leverancier", "fornecedor",
}  # fmt: skip
"""What people call a vendor whom they do not name."""

COMMON = VENDORS | {
    "agency", "api", "apps", "bank", "banking", "business", "capital", "card", "cards", "change", "client", "cloud",
    "consultant", "consultants", "consulting", "contractor", "contractors", "core", "customer", "data", "delivery",
    "design", "development", "digital", "engineering", "external", "finance", "group", "insurance", "integration",
    "legal", "mobile", "network", "operations", "partner", "partners", "payment", "payments", "platform", "product",
    "products", "project", "provider", "providers", "quality", "release", "risk", "security", "service", "services",
    "software", "solution", "solutions", "support", "system", "systems", "target", "team", "technology", "test",
    "testing", "tools", "trade", "vendors", "web", "work",
}  # fmt: skip
"""Words that mean a vendor of that name only after waiting words."""

TEAMS = {"team", "squad", "tribe", "group", "department", "dept", "lead", "abteilung", "gruppe", "equipe", "equipo"}
"""Words that may stand beside the name of a team without making another name of it."""
SMALL = {
    "to", "and", "or", "of", "by", "on", "for", "in", "at", "from", "with", "before", "until", "since", "is", "has",
    "und", "oder", "von", "bis", "seit", "mit", "et", "ou", "de", "du", "pour", "avec",
}  # fmt: skip
"""Words that are no part of a name, also where a title writes each word with a capital."""


@cache
def _phrases() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """First word → the waiting words that begin with it, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _WAITING.split(";"):
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(all_, key=len, reverse=True)) for first, all_ in found.items()}


@cache
def signs() -> frozenset[str]:
    """The longest word of each phrase, the rarest elsewhere: where none of these stands nobody waits."""
    return frozenset(max(phrase, key=len) for all_ in _phrases().values() for phrase in all_)


def waits(sentence: Sentence) -> list[tuple[int, int]]:
    """Where waiting words stand in a sentence: the place of the first of them, and of the word after them."""
    phrases, low = _phrases(), [word.low for word in sentence.words]
    found = []
    for place, word in enumerate(low):
        for phrase in phrases.get(word, ()):
            end = place + len(phrase)
            if tuple(low[place:end]) == phrase:
                if _NOT_BEFORE.isdisjoint(low[max(0, place - 2) : place]) and _NOT_AFTER.isdisjoint(low[end : end + 1]):
                    found.append((place, end))
                break
    return found


def directly_after(sentence: Sentence, ends: Sequence[int], place: int) -> bool:
    """Whether nothing but an article or a word for a team stands between waiting words and this place."""
    while place > 0 and sentence.words[place - 1].low in _ARTICLES | TEAMS and place not in ends:
        place -= 1
    return place in ends


def is_needed_from(sentence: Sentence, place: int) -> bool:
    """Whether something is needed *from* whoever is named at this place: “needs a purchase order from …”."""
    before = place - 1
    while before > 0 and sentence.words[before].low in _ARTICLES:
        before -= 1
    if before < 1 or sentence.words[before].low not in _FROM:
        return False
    return any(word.low in _NEEDS for word in sentence.words[max(0, before - REACH) : before])
