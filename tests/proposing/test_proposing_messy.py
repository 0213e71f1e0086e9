"""Files as companies really have them: what is recognised in them is true, and nothing that is none of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from source_help import put, workbook

from cockpit.charter.charter import load
from cockpit.proposing.findings import Findings, gathered
from cockpit.proposing.sure import Sure

ADO = {
    "count": 2,
    "value": [
        {
            "id": 102,
            "fields": {
                "System.Title": "Routing", "System.WorkItemType": "User Story", "System.State": "Active",
                "System.AreaPath": "Contoso\\Payments", "System.TeamProject": "Contoso",
            },
            "relations": [{"rel": "System.LinkTypes.Dependency-Reverse", "url": "https://x/_apis/wit/workItems/103"}],
        },
        {
            "id": 103,
            "fields": {
                "System.Title": "Ledger API", "System.WorkItemType": "User Story", "System.State": "New",
                "System.AreaPath": "Contoso\\Core", "System.TeamProject": "Contoso",
            },
        },
    ],
}  # fmt: skip


def look(folder: Path, *files: Path) -> Findings:
    return gathered(files, folder / "port")


def columns(found: Findings, place: int = 0) -> dict[str, tuple[str, Sure]]:
    chosen = found.files[0].sources[place].columns
    return {each.column: (each.header, each.sure) for each in chosen}


def test_neither_days_nor_telephones_nor_amounts_are_ids(tmp_path: Path) -> None:
    text = "Project,Lead,Due,Cost\nCheckout,Ann Ray,2025-09-30,450\nLedger,Bo Li,2025-10-31,1200\n"
    mapped = columns(look(tmp_path, put(tmp_path, "tracker.csv", text)))
    assert mapped["id"] == ("Project", Sure.LIKELY), "the titles are all different"
    assert mapped["baseline_finish"] == ("Due", Sure.LIKELY), "due may mean planned or expected"


def test_a_list_of_contacts_makes_one_person_of_every_spelling(tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "list.xlsx",
        {
            "Projekte": [
                ["Nr.", "Projekt", "Projektleiter", "Ampel"],
                ["P-1", "Konto", "Müller, Hans", "rot"],
                ["P-2", "Karte", "hmueller", "grün"],
            ],
            "Ansprechpartner": [["Name", "E-Mail", "Telefon"], ["Müller, Hans", "h.mueller@bank.example", 123]],
        },
    )
    found = look(tmp_path, book)
    (hans,) = found.people.people
    assert (hans.name, hans.id, hans.email) == ("Hans Müller", "hmueller", "h.mueller@bank.example")
    assert hans.aliases == ("Müller, Hans",), "“Name <address>” is found by its parts"
    assert [each.value for each in found.settings if each.key == "steward"] == [], "nobody sponsors anything"


def test_of_sheets_named_by_year_the_latest_counts(tmp_path: Path) -> None:
    rows = [["Projekt", "Verantwortlich", "Fällig", "Ampel"], ["Kasse", "Ute Sand", "31.12.25", "rot"],
            ["Lager", "Karl Vogel", "offen", "grün"]]  # fmt: skip
    book = workbook(tmp_path / "PMO.xlsx", {"2024": rows, "2025": rows})
    sources = look(tmp_path, book).files[0].sources
    assert [(each.sheet, bool(each.off)) for each in sources if each.table == "projects"] == [
        ("2025", False),
        ("2024", True),
    ]


def test_days_that_lost_their_format_are_read_under_a_header_that_says_so(tmp_path: Path) -> None:
    text = "Project ID,Project Name,PM,Baseline Finish,Current Finish\nP-1,Cards,Ann Ray,12/31/2025,45992\n"
    found = look(tmp_path, put(tmp_path, "tracker.csv", text))
    assert columns(found)["forecast_finish"] == ("Current Finish", Sure.SURE)
    assert columns(found)["owner"] == ("PM", Sure.SURE)
    (project,) = found.files[0].batch.records["projects"]
    assert project.forecast_finish == date(2025, 12, 1), "45992 days after 30 December 1899"  # type: ignore[union-attr]


def test_the_day_over_french_headers_is_that_of_the_reports(tmp_path: Path) -> None:
    text = "Suivi;;\nMise à jour : 31/05/2025;;\n;;\nN°;Projet;Météo\n1;Paiement;Rouge\n2;Crédit;Vert\n"
    found = look(tmp_path, put(tmp_path, "suivi.csv", text.encode("cp1252")))
    report = next(each for each in found.files[0].sources if each.table == "status_reports")
    assert [(each.key, each.value) for each in report.defaults] == [("as_of", date(2025, 5, 31))]
    assert next(each.why for each in report.columns if each.column == "status") == "traffic lights in 2 of 2 cells"


def test_of_several_lights_the_one_of_all_is_the_report(tmp_path: Path) -> None:
    rows = "Nr,Projekt,Ampel Zeit,Ampel Kosten{}\n1,Konto,g,r{}\n2,Karte,g,g{}\n"
    told = look(tmp_path, put(tmp_path, "a.csv", rows.format(",Gesamt", ",r", ",g")))
    assert columns(told, 1)["status"] == ("Gesamt", Sure.SURE)
    none = look(tmp_path, put(tmp_path, "b.csv", rows.format("", "", "")))
    assert columns(none, 1)["status"] == ("Ampel Zeit", Sure.LIKELY)
    assert none.files[0].sources[1].columns[1].others == ("Ampel Kosten",)


def test_a_plan_in_a_sheet_is_read_at_once(tmp_path: Path) -> None:
    """Smartsheet names rows by number, and no column names the project: it gets a row of its own."""
    from cockpit.commands import scaffold
    from cockpit.session.live import Session

    rows = [
        ["Task Name", "Duration", "Predecessors", "Assigned To", "Status"],
        ["Design", "10d", "", "Ann Ray", "Complete"],
        ["Build", "20d", "1", "Bo Li", "In Progress"],
        ["Test", "2w", "2FS +3d", "Ann Ray", "Not Started"],
    ]
    found = look(tmp_path, workbook(tmp_path / "Rollout.xlsx", {"Sheet1": rows}))
    scaffold.write(tmp_path / "port", found, xlsx=False)
    with Session.open(tmp_path / "port") as session:
        session.update()
        snapshot = session.snapshot()
    assert [(each.id, each.title) for each in snapshot.projects] == [("rollout", "Rollout")]
    assert [(each.id, each.duration_days) for each in snapshot.work_items] == [
        ("Rollout/1", 10),
        ("Rollout/2", 20),
        ("Rollout/3", 10),
    ]
    assert [(each.predecessor, each.successor, each.lag_days) for each in snapshot.links] == [
        ("Rollout/1", "Rollout/2", 0),
        ("Rollout/2", "Rollout/3", 3),
    ]


@pytest.mark.parametrize("name", ["workitems.json", "export.json"])
def test_where_no_file_lists_projects_those_of_the_tickets_are_written(tmp_path: Path, name: str) -> None:
    """So that an export alone already tells who waits for whom."""
    from cockpit.commands import scaffold
    from cockpit.session.live import Session

    found = look(tmp_path, put(tmp_path, name, json.dumps(ADO)))
    scaffold.write(tmp_path / "port", found, xlsx=False)
    assert [each.format for each in load(tmp_path / "port").sources] == ["azure"]
    with Session.open(tmp_path / "port") as session:
        breaches = {(each.code, each.subject) for each in session.update().assessment.breaches}
    assert ("DEP-UNOWNED", "dependency:AB#103>Contoso") in breaches


PLAN = """\
<Project xmlns="http://schemas.microsoft.com/project"><Title>Core migration</Title>
<StartDate>2025-05-05T08:00:00</StartDate><Tasks><Task><UID>1</UID><Name>API</Name><OutlineLevel>1</OutlineLevel>
<Duration>PT160H0M0S</Duration></Task></Tasks></Project>"""


def test_a_plan_called_like_a_project_of_the_tracker_is_its_plan(tmp_path: Path) -> None:
    """Otherwise every portfolio with a tracker and plans would begin with each project twice."""
    tracker = put(tmp_path, "tracker.csv", "Ref,Project,PM\nP-1,Core migration,Ann Ray\nP-2,Payments,Bo Li\n")
    found = look(tmp_path, tracker, put(tmp_path, "plan.xml", PLAN))
    (plan,) = found.files[1].sources
    assert [(each.key, each.value, each.sure) for each in plan.defaults] == [("project", "P-1", Sure.SURE)]
    assert "projects" not in {table for table, rows in found.files[1].batch.records.items() if rows}
    assert [each.project for each in found.files[1].batch.records["work_items"]] == ["P-1"]  # type: ignore[union-attr]
    other = look(tmp_path, tracker, put(tmp_path, "other.xml", PLAN.replace("Core migration", "Ledger")))
    assert other.files[1].sources[0].defaults == ()


def test_a_web_page_that_calls_itself_a_workbook_is_told_as_one(tmp_path: Path) -> None:
    page = put(tmp_path, "export.xls", "<html><table><tr><td>Number</td></tr></table></html>")
    assert look(tmp_path, page).files[0].refusal.startswith("is a web page with the ending of a workbook; open it in")


def test_a_key_that_a_spreadsheet_would_run_is_not_written_into_a_table(tmp_path: Path) -> None:
    text = (
        "Issue key,Summary,Status,Project key,Project name\n=cmd-1,Switch,Done,=cmd,x\nPAY-1,Switch,Done,PAY,=run()\n"
    )
    assert look(tmp_path, put(tmp_path, "jira.csv", text)).projects == (("PAY", "run()"),)


def test_blocked_by_is_read_as_predecessors_where_it_names_rows(tmp_path: Path) -> None:
    head = "Key,Title,Project,State,Blocked by\n"
    named = look(tmp_path, put(tmp_path, "a.csv", head + "T-1,Design,P,Open,\nT-2,Build,P,Open,T-1\n"))
    (found,) = [each for each in named.files[0].sources[0].settings if each.key == "predecessors"]
    assert (found.value, found.sure) == ("Blocked by", Sure.SURE)
    told = look(tmp_path, put(tmp_path, "b.csv", head + "T-1,Design,P,Open,the vendor\nT-2,Build,P,Open,legal\n"))
    (found,) = [each for each in told.files[0].sources[0].settings if each.key == "predecessors"]
    assert found.sure is Sure.UNSURE, "then it is a comment, and whom the text names is suspected"
