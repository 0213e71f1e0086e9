"""Jira exports in the language of whoever exported them: the headers as German and French users find them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from source_help import batch, put

from cockpit.records.model import Batch, Kind, Link, State, WorkItem
from cockpit.sources.jira import is_jira
from cockpit.sources.jira_words import link_header, named

GERMAN = (
    "Zusammenfassung,Vorgangsschlüssel,Vorgangs-ID,Vorgangstyp,Status,Projektschlüssel,Projektname,Projekttyp,"
    "Projektleiter,Priorität,Lösung,Zugewiesene Person,Autor,Erstellt,Aktualisiert,Zuletzt angezeigt,Erledigt,"
    "Fälligkeitsdatum,Stimmen,Beschreibung,Ursprüngliche Schätzung,Restschätzung,Anhang,"
    "Benutzerdefinierte Felder (Rank),Benutzerdefinierte Felder (Team),Statuskategorie,"
    "Übergeordnet,Eingehende Verknüpfung (Blocks)"
)
FRENCH = (
    "Résumé,Clé de ticket,ID de ticket,Type de ticket,État,Clé de projet,Personne assignée,Création,Mise à jour,"
    "Date d'échéance,Catégorie d'état,Champs personnalisés (Story Points),Clé parent,Lien du ticket entrant (Blocks),"
    "Lien de ticket sortant (Blocks)"
)


def items(read: Batch) -> list[WorkItem]:
    return [each for each in read.records["work_items"] if isinstance(each, WorkItem)]


def links(read: Batch) -> list[tuple[str, str]]:
    return [(each.predecessor, each.successor) for each in read.records["links"] if isinstance(each, Link)]


def test_a_german_export(tmp_path: Path) -> None:
    rows = (
        "Karten,ZV-7,1001,Story,In Arbeit,ZV,Zahlung,software,X,Hoch,,Anna Berg,Y,3.3.25 9:12,04.03.2025 10:00,,,"
        '30.04.2025,0,"lang, sehr",28800,14400,a.png,0|i:,Zahlungen,In Arbeit,1002,RISK-3\n'
        "Epos,ZV-1,1002,Epic,Fertig,ZV,Zahlung,software,X,,Fertig,,,,,,28.02.2025,,,,,,,,,Fertig,,\n"
    )
    put(tmp_path, "x.csv", f"{GERMAN}\n{rows}")
    read = batch(tmp_path, "x.csv")
    story, epic, stub = items(read)
    assert (story.id, story.title, story.kind, story.owner, story.team, story.project) == (
        "ZV-7", "Karten", Kind.TICKET, "Anna Berg", "Zahlungen", "ZV",
    )  # fmt: skip
    assert (story.state, story.duration_days, story.remaining_days) == (State.DOING, 1.0, 0.5)
    assert (story.deadline, story.updated) == (date(2025, 4, 30), datetime(2025, 3, 4, 10))  # noqa: DTZ001
    assert (story.parent, epic.kind, epic.state) == ("ZV-1", Kind.SUMMARY, State.DONE)
    assert epic.actual_finish == date(2025, 2, 28)
    assert (links(read), stub.id) == ([("RISK-3", "ZV-7")], "RISK-3")
    assert read.problems == ()
    kept = dict(story.extra)
    dropped = {"Anhang", "Stimmen", "Zuletzt angezeigt", "Benutzerdefinierte Felder (Rank)"}
    assert not dropped & set(kept)
    assert kept["Projektname"] == "Zahlung"


def test_a_french_export(tmp_path: Path) -> None:
    row = (
        "Auth,PROJ-2,7,Story,Développement,PROJ,Jean Dupont,,12/févr./25 4:12 PM,30/avr./25,En cours,5,PROJ-1,,PROJ-3\n"
    )
    put(tmp_path, "x.csv", f"{FRENCH}\n{row}")
    read = batch(tmp_path, "x.csv")
    first = items(read)[0]
    assert (first.id, first.title, first.owner, first.state) == ("PROJ-2", "Auth", "Jean Dupont", State.DOING)
    assert (first.updated, first.deadline) == (datetime(2025, 2, 12, 16, 12), date(2025, 4, 30))  # noqa: DTZ001
    assert (first.parent, links(read)) == ("PROJ-1", [("PROJ-2", "PROJ-3")])
    assert read.problems == ()


@pytest.mark.parametrize("header", [GERMAN, FRENCH, "Work item key,Summary", "Vorgangsschlüssel;Zusammenfassung"])
def test_they_are_known_by_their_headers(header: str) -> None:
    assert is_jira(header.replace(";", ",").split(","))


@pytest.mark.parametrize("header", ["Zusammenfassung,Status", "Clé,Résumé", "Nr.,Vorhaben", "Clé de ticket,Montant"])
def test_other_tables_are_not(header: str) -> None:
    assert not is_jira(header.split(","))


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("Outward issue link (Blocks)", (True, "Blocks")),
        ("Inward issue link (Gantt End to Start)", (False, "Gantt End to Start")),
        ("Lien de ticket sortant (Blocks)", (True, "Blocks")),
        ("Lien du ticket entrant (Blocks)", (False, "Blocks")),
        ("Ausgehende Verknüpfung (Blocks)", (True, "Blocks")),
        ("Eingehende Vorgangsverknüpfung (Blocks)", (False, "Blocks")),
        ("Custom field (Inward)", None),
        ("Client sortant (Blocks)", None),
        ("Verknüpfung (Blocks)", None),
    ],
)
def test_sides_of_links(header: str, meant: tuple[bool, str] | None) -> None:
    assert link_header(header) == meant


def test_custom_fields_are_named_in_each_language() -> None:
    known = named("Custom field (Story point estimate)")
    assert "Benutzerdefinierte Felder (Story point estimate)" in known
    assert "Benutzerdefinierte Felder (Story Point-Schätzung)" in known
    assert "Champs personnalisés (Story point estimate)" in known
