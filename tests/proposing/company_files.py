"""The files of a company as it has them: a German tracker kept by hand, and a Jira export in German."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import xlsxwriter

AREAS = ("Zahlungsverkehr", "Risiko", "IT-Betrieb", "Kredit")
VENTURES = (
    "Sofortzahlung", "Kartenportal", "Betrugserkennung", "Meldewesen", "Umzug Rechenzentrum", "Netzwerk Erneuerung",
    "Kreditantrag online", "Archiv Ablösung", "SEPA Umstellung", "Mahnwesen",
)  # fmt: skip
LEADS = {
    "Zahlungsverkehr": (("Anna", "Berg", "anna.berg"), ("Jörg", "Keller", "joerg.keller")),
    "Risiko": (("Omar", "Haddad", "omar.haddad"), ("Petra", "Weiß", "petra.weiss")),
    "IT-Betrieb": (("Lea", "Moreau", "lea.moreau"), ("Uwe", "Schröder", "uwe.schroeder")),
    "Kredit": (("Ines", "Lang", "ines.lang"), ("Can", "Öztürk", "can.oeztuerk")),
}
"""Two owners in each area: given name, surname, the beginning of the address."""
AIMS = ("Zahlungen in Echtzeit", "Betrieb ohne Altsysteme")
LIGHTS = ("green", "green", "amber", "green", "green", "red", "green", "green", "green", "green")
FILLS = {"green": "#92D050", "amber": "#FFC000", "red": "#FF0000"}
HEADERS = (
    "Nr.", "Bereich", "Vorhaben", "Projektleitung", "Auftraggeber", "Strategisches Ziel", "Beginn", "Ende (Plan)",
    "Budget (T€)", "Prognose Kosten (T€)", "Voraussichtliches Ende", "Ampel", "Bemerkung",
)  # fmt: skip


def spelled(given: str, surname: str, address: str, number: int) -> str:
    """One person in three spellings, as the rows come."""
    return (f"{surname}, {given}", f"{given} {surname}", f"{address}@musterbank.de")[number % 3]


def title_of(area: int, number: int) -> str:
    return VENTURES[number] if not area else f"{VENTURES[number]} {AREAS[area]}"


def write_tracker(path: Path) -> Path:
    """Forty projects under title rows; areas merged over their rows, traffic lights only coloured, TBC for a day."""
    with xlsxwriter.Workbook(str(path)) as book:
        legend = book.add_worksheet("Legende")
        legend.write_row(0, 0, ["Farbe", "Bedeutung"])
        legend.write_row(1, 0, ["grün", "im Plan"])
        sheet = book.add_worksheet("Übersicht")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
        fills = {word: book.add_format({"bg_color": colour}) for word, colour in FILLS.items()}
        sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "Projektportfolio Musterbank AG", bold)
        sheet.write(1, 0, "Stand: 31.03.2025")
        sheet.write(1, 4, "PMO / K. Vogel")
        sheet.merge_range(3, 8, 3, 9, "Kosten", bold)
        sheet.write_row(4, 0, HEADERS, bold)
        for area, name in enumerate(AREAS):
            top = 5 + 10 * area
            for number in range(10):
                _project(sheet, top + number, area, number, day, fills[LIGHTS[number]])
            sheet.merge_range(top, 1, top + 9, 1, name)
        sheet.write(45, 2, "Summe")
        sheet.write(45, 8, 16_820)
    return path


def _project(sheet, row: int, area: int, number: int, day, fill) -> None:  # type: ignore[no-untyped-def]
    end = datetime(2025, 6 + number % 6, 27)  # noqa: DTZ001
    sheet.write(row, 0, f"P-{10 * area + number + 1:02d}")
    sheet.write(row, 2, title_of(area, number))
    sheet.write(row, 3, spelled(*LEADS[AREAS[area]][number % 2], number))
    sheet.write(row, 4, ("Dr. Adler, Ruth", "Ruth Adler", "ruth.adler@musterbank.de")[number % 3])
    sheet.write(row, 5, AIMS[number % 2])
    sheet.write_datetime(row, 6, datetime(2025, 1, 6), day)  # noqa: DTZ001
    if number == 4:
        sheet.write(row, 7, "TBC")
    else:
        sheet.write_datetime(row, 7, end, day)
    sheet.write_number(row, 8, 400 + 10 * area + number)
    sheet.write_number(row, 9, 400 + 10 * area + number)
    if number == 7:
        sheet.write(row, 10, "offen")
    else:
        sheet.write_datetime(row, 10, end, day)
    sheet.write_blank(row, 11, None, fill)
    if number == 5:
        sheet.write(row, 12, "Lieferant hängt")


JIRA = (
    "Zusammenfassung", "Vorgangsschlüssel", "Vorgangs-ID", "Vorgangstyp", "Status", "Projektschlüssel", "Projektname",
    "Zugewiesene Person", "Erstellt", "Aktualisiert", "Erledigt", "Fälligkeitsdatum", "Ursprüngliche Schätzung",
    "Restschätzung", "Statuskategorie", "Eingehende Verknüpfung (Blocks)", "Ausgehende Verknüpfung (Blocks)",
)  # fmt: skip
PROJECTS = {"ZV": "Sofortzahlung", "BE": "Betrugserkennung Risiko", "RZ": "RZ-Umzug"}
TICKETS = (
    # key, title, who, status, category, days, blocked by, blocks
    ("ZV-1", "Nachrichten abbilden", "aberg", "In Arbeit", "In Arbeit", 20, "", "ZV-2"),
    ("ZV-2", "Karten umstellen", "aberg", "Zu erledigen", "Zu erledigen", 40, "ZV-1", ""),
    ("BE-7", "Schnittstelle Scoring", "ohaddad", "In Arbeit", "In Arbeit", 30, "", "ZV-2"),
    ("BE-8", "Regeln schärfen", "petra.weiss@musterbank.de", "Zu erledigen", "Zu erledigen", 10, "", ""),
    ("RZ-4", "Lizenzen", "lmoreau", "Zu erledigen", "Zu erledigen", 5, "", ""),
)


def write_jira(path: Path) -> Path:
    """Five tickets in Jira's German words, as a German Excel saves them: semicolons and a byte order mark."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(JIRA)
        for number, (key, title, who, status, category, days, before, after) in enumerate(TICKETS, 10_001):
            project, seconds = key.partition("-")[0], days * 8 * 3600
            rows.writerow(
                (title, key, number, "Story", status, project, PROJECTS[project], who, "06.01.2025 09:12",
                 "28.03.2025 16:30", "", "", seconds, seconds, category, before, after)
            )  # fmt: skip
    return path
