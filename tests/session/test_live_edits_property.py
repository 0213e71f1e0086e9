"""Files, charter and drops edited at random by anybody but the owners: what gets greener is told."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from edited_portfolio import CHARTER, FIRST, PEOPLE, TEAMS, Rows, chain, look, project, put, text_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_portfolio import key_file

from cockpit.charter.charter import CharterError
from cockpit.records.assessment import Assessment
from cockpit.records.model import Meaning
from cockpit.records.verdicts import SEVERITY_ORDER, Status
from cockpit.session.live import Session

LATER = FIRST + timedelta(28)
PROGRESS = ("status", "actual_start", "actual_finish")
"""What a source says of work that is begun or done is the word of whoever does it."""
CHARTERS = (
    CHARTER + '[states]\ndone = ["to do"]\n',
    CHARTER + '[states]\ndone = ["in progress"]\n',
    CHARTER + "[policy]\nfinish_tolerance_days = 400\nsilence_days = 400\nunpromised_days = 1\n",
    CHARTER.replace('"kim"', '"ann"'),
    CHARTER + "today = 2025-03-04\n",
    CHARTER + '[[assign]]\nfield = "id"\npattern = "*"\nproject = "T"\nobjective = "O"\n',
    CHARTER + '[[teams]]\nid = "all"\ntitle = "core"\naliases = ["apps"]\n',
    CHARTER + '[[sources]]\npath = "projects.csv"\ntable = "projects"\n[sources.defaults]\nstate = "done"\n'
    '[sources.columns]\nid = "id"\ntitle = "title"\nbaseline_finish = "baseline_finish"\n',
    CHARTER
    + '[[sources]]\npath = "work_items.csv"\ntable = "work_items"\n[sources.columns]\nid = "id"\ntitle = "title"\n'
    'project = "project"\nstatus = "team"\n',
    CHARTER + 'calendar = "all"\n[calendars.all]\nweek = { mon = ["00:00-24:00"], tue = ["00:00-24:00"], '
    'wed = ["00:00-24:00"] }\nminutes_per_day = 60\n',
)


def rows(people: Rows) -> dict[str, Rows]:
    """A portfolio in which much is wrong: late, unproven, unvalidated, silent, too dear, missed, unsigned."""
    late, ties = chain(10, 20, 20, 10, project="P")
    needing, more = chain(10, 5, 5, project="Q")
    claimed, others = chain(10, 10, project="R")
    claimed.append({"id": "RM", "project": "R", "title": "Accepted", "kind": "milestone", "team": "apps",
                    "status": "Done", "actual_finish": FIRST, "acceptor": "ben", "acceptance": "It runs"})  # fmt: skip
    silent, _ = chain(5, 5, project="S", begun=False)
    dear, _ = chain(60, project="T")
    crossing: Rows = [
        {"id": "C1", "project": "T", "title": "Rack", "team": "core", "status": "To Do", "duration_days": 5}
    ]
    far = FIRST + timedelta(200)
    projects = [project(FIRST + timedelta(20), "P"), *(project(far, name) for name in "QRS")]
    return {
        "people": people,
        "teams": TEAMS,
        "objectives": [{"id": "O", "title": "The move", "owner": "kim", "cost_of_delay_per_day": 9}],
        "projects": [*projects, project(far, "T", budget=100, forecast_cost=150)],
        "work_items": [*late, *needing, *claimed, *silent, *dear, *crossing],
        "links": [*ties, *more, *others, {"predecessor": "C1", "successor": "Q2"}],
        "dependencies": [
            {"id": "D", "title": "Rooms", "giver_team": "core", "receiver_team": "apps", "giver_owner": "ben",
             "receiver_owner": "ann", "receiver_item": "Q3", "needed_by": "2025-04-07", "acceptance": "They are free"},
        ],
        "kpis": [
            {"id": "K", "objective": "O", "title": "Rate", "owner": "kim", "leads": "ann", "target": 95,
             "cadence_days": 90},
            {"id": "L", "objective": "O", "title": "Load", "owner": "kim", "target": 5, "direction": "lower"},
        ],
        "readings": [
            {"kpi": "K", "as_of": "2025-03-01", "value": 90},
            {"kpi": "L", "as_of": "2025-03-01", "value": 4},
            {"kpi": "L", "as_of": "2025-03-02", "value": 9},
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portfolio as it was read first, with the readings and the promise that were signed then."""
    base = tmp_path_factory.mktemp("edited")
    keys, folder = base / "keys", base / "first"
    keys.mkdir()
    people = [{**row, "key": key_file(keys, row["id"]).with_suffix(".key.pub").read_text().strip()} for row in PEOPLE]
    put(folder, rows(people))
    old = folder / "2025-01-31"
    put(old, {"work_items": rows(people)["work_items"]}, "")
    now = datetime.combine(FIRST, time(12), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        for subject, meaning, signer, more in (
            ("kpi:K", Meaning.ATTESTED, "kim", {}),
            ("kpi:L", Meaning.ATTESTED, "kim", {"on": date(2025, 3, 1)}),
            ("dependency:D", Meaning.PROMISED, "ben", {"on": date(2025, 6, 2)}),
            ("baseline:Q", Meaning.BASELINED, "sue", {}),
        ):
            said: dict[str, Any] = dict(more)
            session.sign(session.draft(subject, meaning, key=key_file(keys, signer), **said))
    return folder


@dataclass(frozen=True)
class Ground:
    """A portfolio as it was read first, and what is said four weeks later if nobody edits anything."""

    folder: Path
    untouched: Assessment = field(repr=False)


@pytest.fixture(scope="module")
def ground(template: Path) -> Ground:
    copy = template.with_name("untouched")
    shutil.copytree(template, copy)
    return Ground(template, look(copy, LATER))


def statuses(found: Assessment) -> Iterator[tuple[str, str, Status]]:
    for view in found.projects:
        yield "project", view.record.id, view.status
    for objective in found.objectives:
        yield "objective", f"{objective.record.id} execution", objective.execution
        yield "objective", f"{objective.record.id} outcome", objective.outcome
    for kpi in found.kpis:
        yield "kpi", kpi.record.id, kpi.status


def unseen(before: Assessment, after: Assessment) -> list[str]:
    """What is greener, or gone, without a new breach or mark that names it or the portfolio as a whole."""
    now = {(kind, name): status for kind, name, status in statuses(after)}
    keys, marks = {b.key for b in before.breaches}, [e for e in after.edits if e not in before.edits]
    fresh = [b for b in after.breaches if b.key not in keys]
    found = []
    for kind, name, was in statuses(before):
        status = now.get((kind, name))
        if status is not None and SEVERITY_ORDER.index(status) <= SEVERITY_ORDER.index(was):
            continue
        # Q waits for T's rack, and all projects serve the objective.
        near = (
            {"", name, *("T" if name == "Q" else ())}
            if kind == "project"
            else {"", *"PQRST"}
            if kind != "kpi"
            else {""}
        )
        named = any(e.project in near or name in e.subject for e in marks)
        if not named and not any(b.project in near or name in b.subject for b in fresh):
            found.append(f"{kind} {name}: {was} → {status}")
    return found


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KINDS = (
    "delete",
    "change",
    "change",
    "change",
    "change",
    "add",
    "drop",
    "charter",
    "file",
    "header",
    "dated",
    "copied",
)


class Choice(NamedTuple):
    """What is edited, as numbers: each counts round what there is to choose from."""

    what: str
    file: int
    row: int
    column: int
    value: int


choices = st.builds(
    Choice,
    st.sampled_from(KINDS),
    *[st.integers(0, 200)] * 4,
)


def edit(folder: Path, choice: Choice) -> None:
    """One edit of one file."""
    if choice.what == "charter":
        (folder / "portfolio.toml").write_text(CHARTERS[choice.value % len(CHARTERS)])
        return
    files = sorted(folder.glob("2025-01-31/*.csv" if choice.what == "drop" else "*.csv"))
    path = files[choice.file % len(files)] if files else folder / "none.csv"
    found = table(path) if files else []
    if found and choice.what in ("dated", "copied"):
        # The same rows once more: in a drop of another day, or in a file of another name.
        other = folder / ("2024-12-31", "2025-03-20")[choice.file % 2]
        path = other / path.name if choice.what == "dated" else folder / f"other-{path.name}"
        other.mkdir(exist_ok=True)
    if files and choice.what == "file":
        path.unlink()
    elif found and choice.what == "header":
        names = list(found[0])
        name = names[choice.column % len(names)]
        path.write_text(text_of([{f"old {k}" if k == name else k: v for k, v in row.items()} for row in found]))
    elif found and choice.what in ("delete", "drop"):
        del found[choice.row % len(found)]
        path.write_text(text_of(found))
    elif found:
        row = found[choice.row % len(found)]
        new = dict(row) if choice.what == "add" else row
        names = [name for name in row if name not in PROGRESS]
        name = names[choice.column % len(names)]
        values = [
            *(other[name] for other in found),
            "",
            "5",
            "1",
            "99",
            "2025-01-01",
            "2025-12-31",
            "apps",
            "core",
            "X",
        ]
        new[name] = values[choice.value % len(values)]
        path.write_text(text_of([*found, new] if choice.what == "add" else found))


_NUMBERS = itertools.count()


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(choices, min_size=1, max_size=3))
def test_whatever_file_somebody_edits_nothing_gets_greener_unseen(ground: Ground, edits: list[Choice]) -> None:
    copy = ground.folder.with_name(f"edited-{next(_NUMBERS)}")
    shutil.copytree(ground.folder, copy)
    for choice in edits:
        edit(copy, choice)
    try:
        assert unseen(ground.untouched, look(copy, LATER)) == []
    except CharterError:
        pass  # nothing is said at all but what is wrong with the charter
    finally:
        shutil.rmtree(copy)
