"""What Jira writes over its columns in German, French and newer English: an export comes in its user's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from cockpit.charter.vocabulary import fold
from cockpit.records.model import State

_CUSTOM = ("Custom field", "Benutzerdefinierte Felder", "Benutzerdefiniertes Feld", "Champs personnalisés",
           "Champ personnalisé")  # fmt: skip
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Issue key": ("Work item key", "Vorgangsschlüssel", "Clé de ticket", "Clé de la demande"),
        "Issue id": ("Work item id", "Vorgangs-ID", "ID de ticket", "ID de la demande"),
        "Issue Type": ("Work item type", "Vorgangstyp", "Type de ticket", "Type de demande"),
        "Summary": ("Zusammenfassung", "Résumé"),
        "Status": ("État", "Statut"),
        "Status Category": ("Statuskategorie", "Catégorie d'état", "Catégorie d’état", "Catégorie de statut"),
        "Project key": ("Projektschlüssel", "Clé de projet", "Clé du projet"),
        "Project name": ("Projektname", "Nom du projet", "Nom de projet"),
        "Assignee": ("Zugewiesene Person", "Bearbeiter", "Personne assignée", "Responsable"),
        "Due date": ("Fälligkeitsdatum", "Fällig am", "Date d'échéance", "Date d’échéance", "Échéance"),
        "Resolved": ("Erledigt", "Résolue", "Résolu", "Date de résolution"),
        "Updated": ("Date modified", "Aktualisiert", "Mise à jour", "Mis à jour"),
        "Original Estimate": ("Ursprüngliche Schätzung", "Estimation originale", "Estimation initiale"),
        "Remaining Estimate": ("Restschätzung", "Verbleibende Schätzung", "Estimation restante", "Temps restant"),
        "Parent key": ("Übergeordneter Schlüssel", "Clé parent", "Clé du parent"),
        "Parent": ("Übergeordnet", "Übergeordneter Vorgang"),
        "Custom field (Story Points)": ("Story Points",),
        "Custom field (Story point estimate)": ("Story Point-Schätzung", "Estimation des story points"),
        "Custom field (Epic Link)": ("Epic-Verknüpfung", "Lien d'épopée", "Lien Epic"),
        "Custom field (Acceptance Criteria)": ("Akzeptanzkriterien", "Critères d'acceptation"),
        "Custom field (Team)": ("Team", "Équipe"),
    }
)
"""By Jira's English header what else it may be called; of a custom field, what stands in its brackets."""

CATEGORIES: Mapping[str, State] = MappingProxyType(
    {
        "to do": State.TODO, "new": State.TODO, "in progress": State.DOING, "done": State.DONE,
        "zu erledigen": State.TODO, "neu": State.TODO, "in arbeit": State.DOING, "in bearbeitung": State.DOING,
        "fertig": State.DONE, "erledigt": State.DONE, "abgeschlossen": State.DONE,
        "à faire": State.TODO, "nouveau": State.TODO, "en cours": State.DOING, "terminé": State.DONE,
        "terminée": State.DONE, "terminés": State.DONE, "fini": State.DONE,
    }
)  # fmt: skip
"""Jira's categories of a status."""
SUMMARIES = ("epic", "initiative", "theme", "capability", "portfolio epic", "epos", "épopée", "thema", "thème")
MILESTONES = ("milestone", "meilenstein", "jalon")
LEFT_OUT = (
    "kommentar", "beschreibung", "anhang", "arbeit protokollieren", "beobachter", "stimmen", "zuletzt angezeigt",
    "projektbeschreibung", "projektleiter", "projekt-url", "eingehende ", "ausgehende ", "nach innen", "nach außen",
    "commentaire", "pièce jointe", "journal de travail", "observateur", "dernier affichage", "dernière consultation",
    "description du projet", "url du projet", "responsable du projet", "responsable de projet", "lien de ticket",
    "lien du ticket", "benutzerdefinierte felder (rank)", "benutzerdefinierte felder ([chart]",
    "champs personnalisés (rank)", "champs personnalisés (rang)", "champs personnalisés ([chart]",
)  # fmt: skip
"""Beginnings of columns that are long, or change with every export and say nothing of the work."""

_INWARD = re.compile(r"inward|eingehend|nach innen|entrant", re.IGNORECASE)
_OUTWARD = re.compile(r"outward|ausgehend|nach außen|sortant", re.IGNORECASE)
_LINK = re.compile(r"([^()]{0,80}(?:\blinks?\b|verknüpf|\blien\b)[^()]{0,80})\((.+)\)", re.IGNORECASE)


def named(*headers: str) -> tuple[str, ...]:
    """Return English headers of Jira with what they are called elsewhere, in the order of `headers`."""
    return tuple(dict.fromkeys(each for header in headers for each in (header, *_elsewhere(header))))


def _elsewhere(header: str) -> tuple[str, ...]:
    others = _NAMES.get(header, ())
    if not header.startswith("Custom field ("):
        return others
    inner = (header.partition("(")[2].removesuffix(")"), *others)
    return tuple(f"{prefix} ({name})" for name in inner for prefix in _CUSTOM)


KEY_HEADERS = frozenset(fold(each) for each in named("Issue key"))
OTHER_HEADERS = frozenset(fold(each) for each in named("Issue id", "Summary", "Issue Type"))


def link_header(header: str) -> tuple[bool, str] | None:
    """Return of the header of a link column whether it is the outward side, and the name of the link type.

    `Outward issue link (Blocks)`, `Lien de ticket sortant (Blocks)`; None for another header.
    """
    match = _LINK.fullmatch(header.strip())
    if match is None:
        return None
    outward, inward = bool(_OUTWARD.search(match[1])), bool(_INWARD.search(match[1]))
    return (outward, match[2]) if outward != inward else None
