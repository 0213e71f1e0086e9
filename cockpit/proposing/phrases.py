"""What German and French spreadsheets call our columns and tables; English: `cockpit.charter.vocabulary.SYNONYMS`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": (
            "nr", "nummer", "lfd nr", "laufende nummer", "kennung", "kürzel", "schlüssel", "projekt nr", "projektnr",
            "projektnummer", "projekt id", "projektkürzel", "vorgangsnummer", "pos", "#",
            "n°", "numéro", "num", "réf", "référence", "identifiant", "clé", "code projet", "id projet", "repère",
        ),
        "title": (
            "titel", "name", "bezeichnung", "thema", "kurzbeschreibung", "zusammenfassung", "beschreibung", "benennung",
            "titre", "nom", "libellé", "intitulé", "désignation", "objet", "résumé",
        ),
        "projects.title": (
            "vorhaben", "projekt", "projektname", "projekttitel", "projektbezeichnung", "teilprojekt", "maßnahme",
            "projet", "nom projet", "intitulé projet", "sous projet", "chantier",
        ),
        "work_items.title": (
            "aufgabe", "aufgabenname", "arbeitspaket", "vorgang", "vorgangsname", "aktivität", "maßnahme",
            "meilenstein",
            "todo", "to do", "lieferobjekt", "tâche", "activité", "action", "jalon", "livrable", "lot",
        ),
        "objectives.title": ("ziel", "objectif", "axe stratégique"),
        "dependencies.title": ("abhängigkeit", "was", "leistung", "dépendance", "quoi", "besoin"),
        "work_items.project": (
            "projekt", "projektname", "projekt nr", "projektnummer", "vorhaben", "teilprojekt",
            "projet", "code projet", "nom projet", "chantier",
        ),
        "owner": (
            "verantwortlich", "verantwortlicher", "verantwortliche", "verantwortliche person", "projektleiter",
            "projektleitung", "projektleiterin", "pl", "leiter", "leitung", "zuständig", "bearbeiter", "wer",
            "ansprechpartner", "zugewiesen an", "zugewiesene person",
            "responsable", "chef projet", "cheffe projet", "pilote", "porteur", "propriétaire", "assigné à", "qui",
            "directeur projet", "personne assignée", "responsable projet", "cdp",
        ),
        "sponsor": (
            "auftraggeber", "auftraggeberin", "projektauftraggeber", "sponsor",
            "commanditaire", "donneur ordre", "sponsor exécutif", "client interne",
        ),
        "team": (
            "abteilung", "bereich", "fachbereich", "geschäftsbereich", "einheit", "organisationseinheit", "oe",
            "gruppe",
            "gewerk", "mannschaft", "programm", "équipe", "service", "direction", "département", "entité", "pôle",
            "domaine", "cellule",
        ),
        "state": ("status", "zustand", "bearbeitungsstand", "phase", "statut", "état"),
        "work_items.status": ("status", "zustand", "bearbeitungsstand", "stand", "statut", "état"),
        "status_reports.status": (
            "ampel", "ampelstatus", "statusampel", "gesamtampel", "gesamtstatus", "ampelfarbe", "projektstatus",
            "projektampel", "status", "météo", "météo projet", "feu", "feu tricolore", "voyant", "indicateur santé",
            "santé", "état", "statut",
        ),
        "as_of": (
            "stand", "stichtag", "statusdatum", "berichtsdatum", "berichtsstand", "meldedatum",
            "date rapport", "date état", "arrêté au", "date reporting",
        ),
        "author": ("berichtet von", "gemeldet von", "ersteller", "verfasser", "auteur", "rédacteur", "rapporté par"),
        "start": (
            "start", "beginn", "startdatum", "starttermin", "anfang", "projektstart", "plan start", "start plan",
            "geplanter start", "geplanter beginn", "soll start",
            "début", "date début", "démarrage", "date démarrage", "lancement", "début prévu",
        ),
        "not_before": ("start", "beginn", "startdatum", "frühester beginn", "début", "date début", "début au plus tôt"),
        "baseline_start": (
            "plan start", "start plan", "soll start", "geplanter start", "plan beginn", "soll beginn",
            "basisplan start",
            "début prévu", "date début prévue", "début planifié", "début initial", "date début initiale",
        ),
        "baseline_finish": (
            "plan ende", "ende plan", "geplantes ende", "soll ende", "ende soll", "soll termin", "plan termin",
            "termin plan", "termin soll", "endtermin plan", "basisplan ende", "baseline ende", "baseline",
            "ursprüngliches ende", "ursprünglicher endtermin", "ursprünglicher termin", "zieltermin", "zieldatum",
            "geplanter endtermin", "fertigstellung plan", "plan enddatum", "enddatum plan", "geplantes enddatum",
            "go live plan", "genehmigtes ende",
            "fin prévue", "date fin prévue", "fin initiale", "date fin initiale", "fin planifiée", "échéance initiale",
            "fin référence", "date cible", "date fin planifiée", "date fin référence", "échéance prévue",
        ),
        "forecast_finish": (
            "forecast ende", "ende forecast", "prognose", "prognose ende", "ende prognose", "prognosetermin",
            "voraussichtliches ende", "voraussichtlicher endtermin", "erwartetes ende", "neuer termin",
            "neuer endtermin",
            "neues ende", "aktueller endtermin", "aktuelles ende", "aktueller termin", "fc ende", "forecast", "fc",
            "enddatum", "ende", "endtermin", "fertigstellung", "enddatum forecast", "termin forecast", "go live",
            "fin estimée", "date fin estimée", "fin prévisionnelle", "date fin prévisionnelle", "date fin révisée",
            "fin révisée", "atterrissage", "nouvelle échéance", "nouvelle date", "fin actualisée", "fin", "date fin",
            "date atterrissage",
        ),
        "actual_finish": (
            "ist ende", "ende ist", "tatsächliches ende", "abgeschlossen am", "erledigt am", "fertig am", "beendet am",
            "abschlussdatum", "ist termin", "termin ist", "fertiggestellt am",
            "fin réelle", "date fin réelle", "terminé le", "achevé le", "clos le", "clôturé le", "date clôture",
            "date réelle", "livré le",
        ),
        "actual_start": (
            "ist start", "start ist", "tatsächlicher start", "tatsächlicher beginn", "begonnen am", "gestartet am",
            "début réel", "date début réelle", "commencé le", "démarré le",
        ),
        "target_date": ("zieldatum", "zieltermin", "bis wann", "date cible", "échéance"),
        "budget": (
            "budget", "budget plan", "plan kosten", "soll kosten", "kosten plan", "kosten soll", "genehmigtes budget",
            "freigegebenes budget", "budget genehmigt", "gesamtbudget",
            "budget initial", "budget approuvé", "budget alloué", "coût prévu", "budget validé",
        ),
        "forecast_cost": (
            "kosten forecast", "forecast kosten", "prognose kosten", "kosten prognose", "erwartete kosten",
            "voraussichtliche kosten", "hochrechnung", "budget forecast", "fc kosten", "kosten fc",
            "coût estimé", "coût prévisionnel", "coût terminaison", "coût à terminaison", "atterrissage budgétaire",
            "budget prévisionnel", "prévision", "coût final estimé",
        ),
        "actual_cost": (
            "ist kosten", "kosten ist", "ausgaben", "verbraucht", "abgerufen", "budget ist", "budget verbraucht",
            "coût réel", "dépensé", "dépense", "consommé", "réalisé", "budget consommé",
        ),
        "objectives": (
            "ziel", "ziele", "strategisches ziel", "strategische ziele", "unternehmensziel", "strategie",
            "objectif", "objectif stratégique", "axe stratégique", "axe",
        ),
        "work_items.objective": ("ziel", "strategisches ziel", "objectif", "objectif stratégique"),
        "kind": ("art", "typ", "vorgangstyp", "vorgangsart", "kategorie", "type", "nature", "catégorie"),
        "duration_days": ("dauer", "dauer tage", "dauer in tagen", "tage", "durée", "durée jours", "durée en jours",
                          "jours"),
        "remaining_days": ("restdauer", "rest tage", "verbleibend", "verbleibende dauer", "durée restante"),
        "percent": (
            "fortschritt", "fertigstellungsgrad", "% fertig", "fertig %", "% abgeschlossen", "% erledigt", "grad",
            "fertigstellung in %", "prozent", "avancement", "% avancement", "taux avancement", "% achevé",
            "progression",
        ),
        "deadline": (
            "fällig", "fällig am", "fälligkeit", "fälligkeitsdatum", "frist", "termin", "bis", "bis wann",
            "zu erledigen bis",
            "échéance", "date échéance", "date limite", "pour le", "délai",
        ),
        "predecessor": ("vorgänger", "vorgänger id", "abhängig von", "blockiert durch", "wartet auf",
                        "prédécesseur", "antécédent", "dépend de", "bloqué par"),
        "successor": ("nachfolger", "successeur"),
        "parent": ("übergeordnet", "übergeordneter vorgang", "elternvorgang", "tâche mère", "tâche parente"),
        "effort": ("aufwand", "aufwand pt", "pt", "personentage", "story points", "charge", "charge jh", "jh",
                   "charge en jours"),
        "acceptance": ("abnahmekriterium", "abnahmekriterien", "akzeptanzkriterium", "akzeptanzkriterien",
                       "critère acceptation", "critères acceptation", "critère recette"),
        "acceptor": ("abnehmer", "abnahme durch", "abgenommen von", "validé par", "valideur", "recette par",
                     "accepté par"),
        "giver_team": ("lieferant", "lieferndes team", "zulieferer", "geber", "liefernd", "von team",
                       "liefernder bereich",
                       "fournisseur", "équipe fournisseuse", "équipe émettrice", "donneur"),
        "receiver_team": ("empfänger", "empfangendes team", "nehmer", "an team", "benötigt von", "bénéficiaire",
                          "destinataire", "équipe demandeuse", "équipe réceptrice", "client"),
        "giver_owner": ("verantwortlich lieferant", "verantwortlicher lieferant", "responsable fournisseur"),
        "receiver_owner": ("verantwortlich empfänger", "verantwortlicher empfänger", "responsable client"),
        "receiver_project": ("empfangendes projekt", "betroffenes projekt", "projet bénéficiaire", "projet impacté"),
        "needed_by": (
            "benötigt bis", "benötigt am", "bis wann", "bis", "fällig", "fällig am", "termin", "gebraucht bis",
            "requis pour le", "besoin pour le", "attendu le", "pour le", "échéance", "date besoin",
        ),
        "logged_on": ("erfasst am", "gemeldet am", "aufgenommen am", "saisi le", "créé le"),
        "updated": (
            "aktualisiert", "aktualisiert am", "letzte änderung", "geändert am", "letzte aktualisierung",
            "mis à jour", "mise à jour", "mis à jour le", "dernière mise à jour", "modifié le",
        ),
        "cost_centre": ("kostenstelle", "kst", "centre coût", "centre coûts"),
        "email": ("e mail", "mail", "mailadresse", "e mail adresse", "courriel", "adresse mail",
                  "adresse électronique"),
        "people.name": ("name", "mitarbeiter", "person", "nom", "nom prénom", "prénom nom", "personne",
                        "collaborateur"),
        "teams.title": ("team", "abteilung", "bereich", "équipe", "service", "direction"),
        "teams.lead": ("teamleiter", "teamleitung", "leiter", "leitung", "responsable", "chef équipe", "manager"),
        "external": ("extern", "externe", "prestataire"),
        "value": ("wert", "istwert", "messwert", "ist", "valeur", "valeur mesurée", "mesure"),
        "kpi": ("kennzahl", "messgröße", "indicateur"),
        "kpis.title": ("kennzahl", "messgröße", "indicateur"),
        "target": ("zielwert", "soll", "soll wert", "valeur cible", "cible"),
        "kpis.baseline": ("ausgangswert", "startwert", "valeur initiale", "valeur départ"),
        "unit": ("einheit", "unité"),
    }
)  # fmt: skip
"""By column, or by `table.column`, what it is called."""

LOOSE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "projects.baseline_finish": (
            "due", "due date", "deadline", "target", "go live date", "fällig", "fällig am", "fälligkeit",
            "fälligkeitsdatum", "termin", "frist", "bis wann", "échéance", "date échéance", "date limite", "livraison",
            "date livraison",
        ),
    }
)  # fmt: skip
"""By `table.column` what it may be called last, and never surely: a day that is due is planned, or only expected."""

TABLE_STEMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "projects": ("projekt", "projet", "vorhaben", "chantier"),
        "work_items": (
            "task", "aufgabe", "arbeitspaket", "massnahme", "vorgang", "vorgaenge", "meilenstein", "tache", "action",
            "jalon", "milestone", "livrable", "todo", "backlog",
        ),
        "dependencies": ("abhaengig", "dependenc", "dependance"),
        "objectives": ("ziel", "objectif"),
        "kpis": ("kennzahl", "indicateur"),
        "people": ("person", "mitarbeiter", "kontakt", "contact", "annuaire"),
        "teams": ("equipe", "abteilung"),
        "links": ("verknuepf", "liens"),
    }
)  # fmt: skip
"""Beginnings of words by which a file or sheet is named that holds such a table, folded."""

OWN_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "projects": ("projekt", "projet", "vorhaben"),
        "work_items": ("vorgang", "aufgabe", "tâche", "task"),
        "dependencies": ("abhängigkeit", "dépendance"),
        "objectives": ("ziel", "objectif"),
        "kpis": ("kennzahl", "indicateur"),
        "teams": ("équipe",),
    }
)
"""Words that say in a header only which table it stands in: `Projekt-Nr.` is the number of the row."""

TELLING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "projects": (
            "forecast", "budget", "sponsor", "rag", "ampel", "auftraggeber", "prognose", "météo", "commanditaire",
            "projektleiter", "gesamtstatus",
        ),
        "work_items": (
            "duration", "predecessor", "parent", "assignee", "dauer", "vorgänger", "aufgabe", "arbeitspaket",
            "bearbeiter",
            "tâche", "durée", "prédécesseur", "aufwand",
        ),
        "dependencies": ("lieferant", "empfänger", "fournisseur", "bénéficiaire", "benötigt", "provider", "receiver"),
    }
)  # fmt: skip
"""Words of headers that speak for one table against another."""

NO_TABLES = (
    "risk", "risik", "risque", "legend", "lookup", "listen", "dropdown", "auswahl", "config", "konfig", "param",
    "changelog", "anderung", "aenderung", "histori", "readme", "hinweis", "instruction",
    "anleitung", "pivot", "dashboard", "chart", "diagramm", "graph", "deckblatt", "cover", "annahme", "assumption",
    "lessons", "glossar", "issue", "issuelog", "entscheidung", "decision",
)  # fmt: skip
"""Beginnings of the names of sheets that hold none of our tables, however their headers are called."""
