"""What each command loads: by the names of modules, each command in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SENDS = {"apprise"}
READS_SELDOM = {"python_calamine", "xlsxwriter", "rapidfuzz", "numba"}
WATCHES = {"watchfiles"}
SHOWS = {"textual"}
PLOTS = {"textual_plotext", "plotext"}
KEEPS = {"sqlite_utils", "sqlite3", "pysqlite3", "sqlite_fts4"}
SIGNS = {"cryptography", "rfc8785"}
CHARTERS = {"pydantic", "pydantic_core"}
GRAPHS = {"networkx"}
WAITS = {"asyncio", "ssl"}
SELDOM = WAITS | SENDS | READS_SELDOM | WATCHES | SHOWS | PLOTS | GRAPHS
ALL = SELDOM | KEEPS | SIGNS | CHARTERS

WRAP = """
import contextlib, io, json, sys
from cockpit.cli import main
sys.argv = ["cockpit", *sys.argv[1:]]
code = 0
with contextlib.redirect_stdout(io.StringIO()):
    try:
        main()
    except SystemExit as stop:
        code = stop.code
print(json.dumps([code, sorted(sys.modules)]))
"""

FIRST_FRAME = """
import json, sys
from pathlib import Path
from cockpit.app import CockpitApp
from cockpit.session.opening import Opening

CockpitApp._start = lambda self: self.exit(sorted(sys.modules))
with Opening(Path(sys.argv[1])) as opening:
    print(json.dumps([0, CockpitApp(opening=opening).run(headless=True, size=(80, 24))]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "p"
    place.mkdir()
    (place / "portfolio.toml").write_text('[portfolio]\nid = "p"\ntitle = "P"\n', encoding="utf-8")
    (place / "projects.csv").write_text("id,title\np1,Alpha\n", encoding="utf-8")
    (place / "work_items.csv").write_text("id,project,title,kind\na,p1,A,activity\n", encoding="utf-8")
    return place


def loaded(script: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    code, modules = json.loads(done.stdout)
    assert code in (0, 1), done.stderr
    return set(modules)


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["--version"], ["open", "--help"]])
def test_help_loads_nothing_but_what_reads_the_command_line(words: list[str]) -> None:
    modules = loaded(WRAP, *words)
    # A system may have its Python load something of its own into every program.
    tops = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names) - {"sitecustomize"}
    assert {name for name in tops if not name.startswith("_")} <= {"click", "cockpit"}
    assert not {"asyncio", "ssl", "sqlite3", "email"} & modules
    light = {"cockpit.cli", "cockpit.basics", *(f"cockpit.basics.{name}" for name in ("encodings", "text", "garbage"))}
    ours = {name for name in modules if name.startswith("cockpit.") and not name.startswith("cockpit.commands")}
    assert not ours - light


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        (["check", "FOLDER", "--json"], SELDOM),
        (["brief", "FOLDER"], SELDOM),
        (["verify", "FOLDER"], SELDOM),
        (["replay", "FOLDER"], SELDOM),
        (["import", "FOLDER"], SELDOM),
        (["export", "FOLDER", "--format", "json"], SELDOM),
        (["rules"], SELDOM | KEEPS | CHARTERS),
        (["schedule", "--csv", "PLAN"], SELDOM | KEEPS | SIGNS | CHARTERS),
        (["init", "NEW"], SENDS | WATCHES | SHOWS | KEEPS | SIGNS | GRAPHS),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_no_command_loads_what_it_does_not_need(
    folder: Path, tmp_path: Path, words: list[str], needless: set[str]
) -> None:
    plan = ROOT / "sample_portfolios/core-banking/2025-08-31/data-migration-plan.xml"
    places = {"FOLDER": str(folder), "NEW": str(tmp_path / "new"), "PLAN": str(plan)}
    assert not needless & loaded(WRAP, *(places.get(word, word) for word in words))


@pytest.mark.parametrize("command", ["check", "brief", "verify", "replay", "import"])
def test_only_to_make_a_store_is_loaded_what_makes_tables(folder: Path, command: str) -> None:
    assert "sqlite_utils" in loaded(WRAP, "import", str(folder))
    modules = loaded(WRAP, command, str(folder))
    assert "sqlite_utils" not in modules and "cockpit.store.schema" in modules


def test_a_plan_loads_what_reads_its_own_kind_and_nothing_of_answers_that_nobody_asked_for(tmp_path: Path) -> None:
    xml = ROOT / "sample_portfolios/core-banking/2025-08-31/data-migration-plan.xml"
    xer = tmp_path / "p.xer"
    tables = ("PROJECT\n%F\tproj_id\n%R\t1", "TASK\n%F\ttask_id\tproj_id\n%R\t7\t1")
    xer.write_text("\n".join(["ERMHDR\t20.12", *(f"%T\t{table}" for table in tables), "%E\n"]), encoding="cp1252")
    others = {"cockpit.records.assessment", "cockpit.records.snapshot", "cockpit.engine.quality.checks",
              "cockpit.engine.plans.variance", "cockpit.sources.prose", "cockpit.basics.compiling"}  # fmt: skip
    readers = {"xml": {"msproject_xml", "defusedxml"}, "xer": {"primavera", "primavera_calendars"}}
    for plan, needless in ((xml, readers["xer"]), (xer, readers["xml"])):
        modules = loaded(WRAP, "schedule", "--csv", str(plan))
        assert not others & modules
        assert not needless & {name.removeprefix("cockpit.sources.") for name in modules}


def test_before_its_first_frame_the_app_loads_what_draws_and_nothing_that_is_drawn(folder: Path) -> None:
    modules = loaded(FIRST_FRAME, str(folder))
    assert not (ALL - SHOWS - WAITS) & modules
    ours = {name for name in modules if name.startswith("cockpit.")}
    assert not [name for name in ours if name.startswith(("cockpit.engine", "cockpit.store", "cockpit.sources"))]
    assert (
        not {
            "cockpit.session.live",
            "cockpit.charter.charter",
            "cockpit.records.model",
            "cockpit.records.assessment",
            "cockpit.trust",
        }
        & ours
    )
    assert "cockpit.screens.exceptions" in ours
    assert not {"cockpit.screens.projects", "cockpit.screens.sign", "cockpit.screens.why"} & ours
    assert not (folder / "portfolio.db").exists(), "nothing is opened before the frame stands"
