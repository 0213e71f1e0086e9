"""Headers in three languages held against what their cells hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from source_help import put, workbook

from cockpit.proposing.columns import matched, profiles
from cockpit.proposing.findings import Findings, gathered
from cockpit.proposing.grids import TITLE_ROWS, Sheet
from cockpit.proposing.proposed import Proposed
from cockpit.proposing.reports import day
from cockpit.proposing.sure import Sure
from cockpit.proposing.tablefile import charter_path

SAMPLES = Path(__file__).resolve().parents[2] / "sample_portfolios"


def sheet(header: str, *rows: str) -> Sheet:
    cells = [row.split("|") for row in rows]
    return Sheet("", tuple(header.split("|")), cells, range(2, len(cells) + 2))


def taken(table: str, header: str, *rows: str) -> dict[str, str]:
    found = sheet(header, *rows)
    chosen = matched(table, found, profiles(found)).items()
    return {name: each.header for name, each in chosen if each.sure is not Sure.UNSURE}


def look(folder: Path, *files: Path) -> list[Proposed]:
    found: Findings = gathered(files, folder)
    return [source for each in found.files for source in each.sources]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "Projekt-Nr.|Projektname|Projektleiter|Auftraggeber|Abteilung|Startdatum|Ende (Soll)|Prognose|Ist-Ende",
            "id|title|owner|sponsor|team|start|baseline_finish|forecast_finish|actual_finish",
        ),
        (
            "N°|Intitulé du projet|Chef de projet|Commanditaire|Direction|Date de début|Date de fin prévue|Fin estimée",
            "id|title|owner|sponsor|team|start|baseline_finish|forecast_finish",
        ),
        (
            "Ref|Project|Lead|Workstream|Start|Baseline end|Forecast end|Budget|Forecast cost|Spent",
            "id|title|owner|team|start|baseline_finish|forecast_finish|budget|forecast_cost|actual_cost",
        ),
        ("ProjektNr|Vorhaben|PlanEnde|Voraussichtliches Ende", "id|title|baseline_finish|forecast_finish"),
        ("Kürzel|Maßnahme|Verantwortlich|Zieltermin|Fertigstellung", "id|title|owner|baseline_finish|forecast_finish"),
    ],
)
def test_what_trackers_call_the_columns_of_projects(header: str, columns: str) -> None:
    assert taken("projects", header) == dict(zip(columns.split("|"), header.split("|"), strict=True))


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "Nr.|Aufgabe|Projekt|Bearbeiter|Status|Dauer (Tage)|Fällig am",
            "id|title|project|owner|status|duration_days|deadline",
        ),
        (
            "N°|Tâche|Projet|Responsable|Statut|Durée (jours)|Échéance",
            "id|title|project|owner|status|duration_days|deadline",
        ),
    ],
)
def test_what_lists_of_work_call_theirs(header: str, columns: str) -> None:
    assert taken("work_items", header) == dict(zip(columns.split("|"), header.split("|"), strict=True))


def test_a_header_whose_cells_hold_something_else_is_unsure() -> None:
    found = sheet("Nr|Projekt|Beginn", "1|Eins|Meyer", "2|Zwei|Schulz", "3|Drei|Lang")
    assert matched("projects", found, profiles(found))["start"].sure is Sure.UNSURE


def test_of_two_headers_the_one_whose_cells_agree_is_taken_and_the_other_is_named() -> None:
    rows = ("P-1|Eins|01.03.2025|02.04.2025", "P-2|Zwei|01.04.2025|03.05.2025")
    found = sheet("Nr|Projekt|Ende|Enddatum", *rows)
    choice = matched("projects", found, profiles(found))["forecast_finish"]
    assert (choice.sure, {choice.header, *choice.others}) == (Sure.LIKELY, {"Ende", "Enddatum"})


def test_ids_and_titles_are_found_by_their_cells_where_no_header_says_so() -> None:
    rows = ("P-1|Instant payments for all|5", "P-2|Archive of statements|6", "P-3|A new card portal|7")
    assert taken("projects", "Lfd|Worum es geht|Budget", *rows) == {
        "id": "Lfd",
        "title": "Worum es geht",
        "budget": "Budget",
    }


def test_a_tracker_without_ids_takes_its_titles(tmp_path: Path) -> None:
    file = put(tmp_path, "projekte.csv", "Vorhaben;Budget;Ampel\nEins;5;grün\nZwei;6;rot\n")
    first, second = look(tmp_path, file)
    assert first.mapping().columns["id"] == first.mapping().columns["title"] == "Vorhaben"
    assert next(each for each in first.columns if each.column == "id").sure is Sure.LIKELY
    assert second.mapping().columns == {"project": "Vorhaben", "status": "Ampel"}


def test_the_order_of_day_and_month_is_taken_from_a_column_that_shows_it_and_never_guessed(tmp_path: Path) -> None:
    open_ = "ref,project,start,baseline end\nA-1,One,03/04/2025,05/06/2025\n"
    (only,) = look(tmp_path, put(tmp_path, "open projects.csv", open_))
    assert only.mapping().date_order == ""
    assert [(each.key, each.sure) for each in only.settings] == [("date_order", Sure.UNSURE)]
    shown = f"{open_}A-2,Two,03/05/2025,28/06/2025\n"
    (only,) = look(tmp_path, put(tmp_path, "shown projects.csv", shown))
    assert (only.mapping().date_order, only.settings[0].sure) == ("dmy", Sure.SURE)
    assert "“baseline end” shows it" in only.settings[0].why


def test_the_mark_before_decimals_likewise(tmp_path: Path) -> None:
    text = "ref;project;budget;forecast cost\nA-1;One;400.000;1.250,50\nA-2;Two;500.000;7,5\n"
    (only,) = look(tmp_path, put(tmp_path, "projects x.csv", text))
    assert only.mapping().decimal == ","
    (only,) = look(tmp_path, put(tmp_path, "projects y.csv", "ref;project;budget\nA-1;One;400.000\n"))
    assert only.mapping().decimal == "" and only.settings[0].sure is Sure.UNSURE


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (["Stand: 31.03.2025"], date(2025, 3, 31)),
        (["Status as of 31 March 2025", "PMO"], date(2025, 3, 31)),
        (["Arrêté au 31/03/2025"], date(2025, 3, 31)),
        (["Stichtag", date(2025, 3, 31)], date(2025, 3, 31)),
        (["Stand: 03/04/2025"], None),
        (["Planung 2025", "31.03.2025"], None),
        (["Stand: 31.03.2025", "Datum: 28.02.2025"], None),
    ],
)
def test_the_day_over_the_headers(said: list[str | date], found: date | None) -> None:
    told = day(said)
    assert (told and told[0]) == found


def test_predecessors_and_plain_numbers_of_a_list_of_work(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Nr.", "Vorgang", "Projekt", "Dauer", "Vorgänger", "Status"],
        [1, "Entwerfen", "P-1", 5, "", "erledigt"],
        [2, "Bauen", "P-1", 10, "1", "in Arbeit"],
        [3, "Testen", "P-1", 5, "2EA+2t", "offen"],
    ]
    found = gathered([workbook(tmp_path / "Terminplan.xlsx", {"Vorgänge": rows})], tmp_path)
    (only,) = found.files[0].sources
    mapping = only.mapping()
    assert (mapping.table, mapping.predecessors, mapping.qualifier) == ("work_items", "Vorgänger", "terminplan")
    assert len(found.files[0].batch.records["links"]) == 2
    assert {str(line.category): line.words for line in found.states.lines} == {
        "todo": ("offen",), "doing": ("in arbeit",), "done": ("erledigt",),
    }  # fmt: skip


def test_hidden_sheets_registers_of_risks_and_last_months_sheet_are_left_out(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("Projekte März", "Projekte Februar", "Risiken", "Alt"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Nr.", "Vorhaben", "Verantwortlich", "Budget"])
            for number in range(1, 4):
                page.write_row(number, 0, [f"P-{number}", f"Vorhaben {number}", "Anna Berg", 5])
            if name == "Alt":
                page.hide()
    found = gathered([path], tmp_path)
    (looked,) = found.files
    assert [(each.sheet, bool(each.off)) for each in looked.sources] == [
        ("Projekte März", False),
        ("Projekte Februar", True),
    ]
    assert dict(looked.passed) == {"Alt": "it is hidden", "Risiken": "no table was recognised"}


def test_rows_that_are_coloured_throughout_say_a_status(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Projekte")
        page.write_row(0, 0, ["Nr.", "Vorhaben", "Budget", "Gesamteindruck"])
        for number, colour in enumerate(("#92D050", "#FF0000", "#FFC000"), 1):
            fill = book.add_format({"bg_color": colour})
            page.write_row(number, 0, [f"P-{number}", f"Vorhaben {number}", 5])
            page.write(number, 3, "siehe Protokoll", fill)
    _, reports = gathered([path], tmp_path).files[0].sources
    assert reports.mapping().columns == {"project": "Nr.", "status": "Gesamteindruck"}
    assert reports.mapping().colours == ("status",)


def test_a_tracker_saved_as_a_workbook_is_still_an_export(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Issue key", "Summary", "Status"], ["PAY-1", "Switch", "Done"]]
    found = gathered([workbook(tmp_path / "x.xlsx", {"Jira": rows})], tmp_path)
    (only,) = found.files[0].sources
    assert (only.format, only.sheet) == ("jira", "Jira")
    assert len(found.files[0].batch.records["work_items"]) == 1


def test_where_a_file_lies(tmp_path: Path) -> None:
    bank = tmp_path / "a" / "bank"
    (bank / "2025-03-31").mkdir(parents=True)
    assert charter_path(bank / "t.xlsx", bank) == "t.xlsx"
    assert charter_path(bank / "2025-03-31" / "t[1].xlsx", bank) == "*/t[[]1].xlsx"
    assert charter_path(tmp_path / "a" / "t.xlsx", bank) == "../t.xlsx"
    assert charter_path(tmp_path / "t.xlsx", bank) == "../../t.xlsx"
    assert charter_path(tmp_path.parent / "t.xlsx", bank) == (tmp_path.parent / "t.xlsx").as_posix(), "too far up"
    (tmp_path / "shortcut").symlink_to(bank)
    assert charter_path(tmp_path / "t.xlsx", tmp_path / "shortcut") == "../../t.xlsx", "from where the folder really is"


def test_a_plan_a_tracker_and_an_export_together(tmp_path: Path) -> None:
    drop = SAMPLES / "core-banking" / "2025-03-31"
    found = gathered([drop / "tracker.xlsx", drop / "jira.csv", drop / "data-migration-plan.xml"], tmp_path)
    told = {each.key: (each.value, each.sure) for each in found.settings}
    assert told["calendar"] == ("data-migration-plan/Migration team", Sure.UNSURE)
    assert told["effort_unit"] == ("points", Sure.SURE)
    assert told["currency"] == ("$", Sure.LIKELY)
    assert [each.batch.problems for each in found.files] == [(), (), ()]
    assert "oskar.lind" in {each.id for each in found.people.people}


def test_the_page_says_how_far_down_headers_are_looked_for() -> None:
    page = (SAMPLES.parent / "docs" / "sources.md").read_text(encoding="utf-8")
    assert f"among the first {TITLE_ROWS}, below titles" in page
