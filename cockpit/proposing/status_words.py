"""Status words in German and French, to be proposed for `[states]` and `[rag]`; the English ones are known already."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from cockpit.charter.words import RAG_WORDS, STATE_WORDS, word
from cockpit.records.model import Rag, State

STATES: Mapping[State, tuple[str, ...]] = MappingProxyType(
    {
        State.TODO: (
            "offen", "neu", "geplant", "nicht begonnen", "nicht gestartet", "noch nicht begonnen",
            "noch nicht gestartet",
            "ausstehend", "zu erledigen", "in planung", "bereit", "beantragt", "in vorbereitung", "vorgesehen",
            "à faire", "a faire", "nouveau", "nouvelle", "planifié", "planifiée", "à planifier", "non démarré",
            "non démarrée", "non commencé", "non commencée", "pas commencé", "à venir", "prévu", "prévue", "ouvert",
            "ouverte",
            "à lancer", "en préparation",
        ),
        State.DOING: (
            "in arbeit", "in bearbeitung", "laufend", "läuft", "begonnen", "gestartet", "in umsetzung", "umsetzung",
            "in prüfung", "im test", "in der umsetzung", "aktiv", "in durchführung", "in entwicklung", "in abnahme",
            "im gange",
            "en cours", "démarré", "démarrée", "commencé", "commencée", "en cours de réalisation", "en réalisation",
            "en recette", "en test", "en revue", "actif", "active", "en développement", "lancé", "lancée",
            "en validation",
        ),
        State.BLOCKED: (
            "blockiert", "wartet", "wartend", "pausiert", "ruht", "ruhend", "angehalten", "gestoppt", "zurückgestellt",
            "in wartestellung", "warten auf", "unterbrochen", "klärung", "in klärung",
            "bloqué", "bloquée", "en attente", "suspendu", "suspendue", "en pause", "gelé", "gelée", "arrêté",
            "arrêtée",
            "à l'arrêt", "reporté", "reportée",
        ),
        State.DONE: (
            "erledigt", "fertig", "abgeschlossen", "beendet", "geschlossen", "umgesetzt", "geliefert", "abgenommen",
            "gelöst", "fertiggestellt", "erreicht", "produktiv",
            "terminé", "terminée", "fait", "faite", "fini", "finie", "clos", "close", "clôturé", "clôturée", "achevé",
            "achevée", "livré", "livrée", "résolu", "résolue", "fermé", "fermée", "réalisé", "réalisée",
            "en production",
        ),
    }
)  # fmt: skip
RAGS: Mapping[Rag, tuple[str, ...]] = MappingProxyType(
    {
        Rag.GREEN: (
            "grün", "gruen", "im plan", "planmäßig", "in plan", "auf kurs", "ok", "nach plan", "gn",
            "vert", "verte", "au vert", "conforme", "dans les temps", "soleil", "ensoleillé", "v", "beau",
        ),
        Rag.AMBER: (
            "gelb", "bernstein", "orange", "gefährdet", "achtung", "unter beobachtung", "beobachten", "ge",
            "jaune", "ambre", "vigilance", "à surveiller", "sous surveillance", "nuageux", "nuage", "attention",
            "o", "j",
        ),
        Rag.RED: (
            "rot", "kritisch", "verzug", "in verzug", "im verzug", "verspätet", "nicht im plan", "eskaliert", "rt",
            "rouge", "critique", "en retard", "alerte", "orage", "orageux", "pluie", "pluvieux", "dérive",
        ),
        Rag.COMPLETE: (
            "abgeschlossen", "erledigt", "fertig", "beendet", "blau", "geliefert",
            "terminé", "terminée", "clos", "clôturé", "livré", "bleu", "achevé",
        ),
    }
)  # fmt: skip
GIVEN_UP = frozenset(
    {
        "abgebrochen", "storniert", "verworfen", "entfallen", "entfällt", "abgelehnt", "gestrichen", "eingestellt",
        "annulé", "annulée", "abandonné", "abandonnée", "rejeté", "rejetée", "refusé", "sans suite",
    }
)  # fmt: skip
"""Words for work that nobody does any more: neither open nor done."""


@cache
def _meant(known: tuple[tuple[State | Rag, tuple[str, ...]], ...]) -> Mapping[str, State | Rag]:
    return {word(each): meaning for meaning, words in known for each in words}


def state_of(said: str) -> State | None:
    """Return which state a word means, in any language that is known here."""
    found = _meant((*STATES.items(), *STATE_WORDS.items())).get(word(said))
    return found if isinstance(found, State) else None


def rag_of(said: str) -> Rag | None:
    """Return which colour a word of a report means, in any language that is known here."""
    found = _meant((*RAGS.items(), *RAG_WORDS.items())).get(word(said))
    return found if isinstance(found, Rag) else None


def bright(said: str) -> bool:
    """Return whether a word is a colour of a traffic light, which no state of work is called."""
    return word(said) in {
        "green", "amber", "yellow", "red", "grün", "gruen", "gelb", "rot", "vert", "verte", "orange", "jaune", "rouge",
    }  # fmt: skip
