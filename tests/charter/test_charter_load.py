"""portfolio.toml: what it gives, and how it is refused."""

import os
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cockpit.charter.charter import CharterError, load
from cockpit.records.model import Rag, State
from cockpit.records.snapshot import Tolerance

MINIMAL = '[portfolio]\nid = "p"\ntitle = "P"\n'


def key_line() -> str:
    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + " ana@bank"


def write(folder: Path, text: str) -> Path:
    (folder / "portfolio.toml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path, text: str) -> str:
    with pytest.raises(CharterError) as caught:
        load(write(folder, text))
    assert str(caught.value).count("\n") + 1 == len(caught.value.problems)
    return str(caught.value)


def test_a_whole_charter(tmp_path: Path) -> None:
    charter = load(
        write(
            tmp_path,
            f"""
[portfolio]
id = "core"
title = "Core \u202ebanking"
today = 2025-03-31
calendar = "bank"
steward = "ana"
[policy]
silence_days = 15
[policy.default_duration_days]
ticket = 2
[states]
doing = ["Cooking", "planned"]
[rag]
amber = ["Wobbly"]
[calendars.bank]
week = {{ mon = ["09:00-12:00", "13:00-17:30"], tue = ["09:00-16:00"], wed = ["10:00-17:00"] }}
holidays = [2025-05-01]
[calendars.bank.worked]
"2025-05-03" = ["10:00-14:00"]
[[teams]]
id = "int"
title = "Integration"
lead = "ana"
aliases = "Integrations; INT"
[[people]]
id = "ana"
name = "Ana"
key = "{key_line()}"
[[sources]]
path = "*/tracker.xlsx"
table = "projects"
columns = {{ id = "Ref" }}
[[assign]]
field = "Labels"
pattern = "core*"
objective = "cloud"
""",
        )
    )
    assert charter.portfolio.title == "Core banking", "a right-to-left override must not survive"
    assert charter.portfolio.today == date(2025, 3, 31)
    assert charter.policy.silence_days == 15
    assert charter.policy.default_duration_days["ticket"] == 2
    assert charter.policy.default_duration_days["activity"] == 5, "kinds that are not named keep their default"
    assert charter.state_of("COOKING") is State.DOING
    assert charter.state_of("Planned") is State.DOING, "the charter's word wins over the built-in one"
    assert charter.state_of("in-progress") is State.DOING
    assert charter.state_of("on_hold") is State.BLOCKED
    assert charter.state_of("what?") is None
    assert charter.rag_of("wobbly") is Rag.AMBER
    assert charter.rag_of("Green") is Rag.GREEN
    assert charter.teams[0].aliases == ("Integrations", "INT")
    calendar = charter.calendar()
    assert calendar.week[0] == ((540, 720), (780, 1050))
    assert calendar.week[3:] == ((), (), (), ())
    assert calendar.minutes_per_day == 420, "what most working days have"
    assert calendar.exceptions == (
        (date(2025, 5, 1), date(2025, 5, 1), ()),
        (date(2025, 5, 3), date(2025, 5, 3), ((600, 840),)),
    )
    snapshot = charter.base_snapshot()
    assert snapshot.people == charter.people
    assert snapshot.calendars == (calendar,)
    assert snapshot.assignments[0].objective == "cloud"
    assert snapshot.work_items == ()


def test_all_problems_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        """[portfolio]
id = "x"
titel = "T"
steward = "bob"

[policy]
silence_dayz = 3
horizon_days = "many"
dependency_proof = "maybe"

[[people]]
id = "ana"
name = "Ana"
key = "ssh-ed25519 AAAA ana"

[[people]]
id = "ana"
name = "Other"

[[teams]]
id = "t"
title = "T"
lead = "anna"

[[sources]]
path = "y.csv"
table = "projects"
columns = { id = "Key", tittle = "Name" }
""",
    )
    for expected in (
        "portfolio.toml line 1, portfolio.title: this key is required",
        "line 3, portfolio.titel: unknown key; did you mean “title”?",
        "line 4, portfolio.steward: no person has the id “bob”",
        "line 7, policy.silence_dayz: unknown key; did you mean “silence_days”?",
        "line 8, policy.horizon_days: expected a whole number; found “many”",
        "line 9, policy.dependency_proof: expected “resolved” or “promised”",
        "line 14, people[1].key: expected an OpenSSH public key line",
        "line 17, people[2].id: “ana” is already the id of people[1] (line 12)",
        "line 23, teams[1].lead: no person has the id “anna”; did you mean “ana”?",
        "line 28, sources[1].columns.tittle: unknown column; did you mean “title”?",
    ):
        assert expected in said
    assert len(said.splitlines()) == 10


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ('[states]\ntodo = ["a"]\ndone = ["A"]\n', "line 6, states.done: “A” also stands under todo"),
        ('[states]\nweird = ["a"]\n', "states.weird: expected 'todo', 'doing', 'blocked' or 'done'"),
        ('[calendars.c]\nweek = { mon = ["9-5"] }\n', "calendars.c.week: expected shifts such as “09:00-13:00”"),
        ('[calendars.c]\nweek = { mon = ["09:00-13:00", "12:00-14:00"] }\n', "shifts of one day overlap"),
        ("[calendars.c]\ndays = []\n", "no day of the week has working time"),
        ('[calendars.c]\nholidays = ["31/12/2025"]\n', "calendars.c.holidays[1]: expected a date such as 2025-03-31"),
        ("[policy]\nsilence_days = -1\n", "policy.silence_days: expected a number from 0 to 36,500; found -1"),
        ("[policy]\nsilence_days = true\n", "policy.silence_days: expected a number; found true"),
        ("[policy.default_duration_days]\ntikcet = 1\n", "did you mean “ticket”?"),
        ('[[sources]]\npath = "a.csv"\ntable = "project"\n', "unknown table “project”; did you mean “projects”?"),
        ('[[sources]]\npath = "a.csv"\nformat = "table"\n', "name the table of the file"),
        ('[[sources]]\npath = "a.csv"\ntable = "teams"\nheader_row = 0\n', "sources[1].header_row"),
        ('[[assign]]\nfield = "Labels"\npattern = "x"\n', "expected a project or an objective"),
        ('[[people]]\nid = "a"\nname = "A"\norigin = "x"\n', "people[1].origin: unknown key"),
        ('[[people]]\nid = " "\nname = "A"\n', "expected a name that other tables can refer to"),
        ("people = 3\n", "expected a list in [ ]"),
        ("[[people]]\nid = 3\nname = \"A\"\n", "people[1].id: expected text in quotes; found 3"),
    ],
)  # fmt: skip
def test_each_fault_is_told(tmp_path: Path, extra: str, expected: str) -> None:
    text = extra + MINIMAL if extra.startswith("people") else MINIMAL + extra
    assert expected in faults(tmp_path, text)


def test_an_unknown_calendar_is_refused_unless_a_plan_may_bring_it(tmp_path: Path) -> None:
    assert "portfolio.calendar: no calendar is named" in faults(tmp_path, MINIMAL + 'calendar = "std"\n')
    assert load(write(tmp_path, MINIMAL + 'calendar = "plan/Standard"\n')).portfolio.calendar == "plan/Standard"


@pytest.mark.parametrize("name", ["people.csv", "tracker.xlsx", "2025-03-31/people.csv"])
def test_a_steward_may_be_listed_in_a_table(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert load(write(tmp_path, MINIMAL + 'steward = "bob"\n')).portfolio.steward == "bob"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "private key"),
        ("ssh-dss AAAAB3NzaC1kc3MAAACB me", "key types are"),
        ("ssh-ed25519 !!!! me", "not base64"),
        ("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIFSa me", "is no ssh-rsa key"),
        ("hello", "expected an OpenSSH public key line"),
    ],
)
def test_a_key_must_be_a_public_key_line(tmp_path: Path, key: str, expected: str) -> None:
    text = f'{MINIMAL}[[people]]\nid = "a"\nname = "A"\nkey = "{key}"\n'
    said = faults(tmp_path, text)
    assert expected in said
    assert "line 7, people[1].key" in said


def test_what_is_no_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    said = faults(tmp_path, '[portfolio]\nid = "x"\nhello world\n')
    assert "not valid TOML" in said
    assert "line 3, column" in said


def test_deep_nesting_is_no_traceback(tmp_path: Path) -> None:
    assert "nested too deep" in faults(tmp_path, "x = " + "[" * 100_000)
    assert "portfolio" in faults(tmp_path, "[" + ".".join(["a"] * 5000) + "]\n")


def test_a_missing_charter_tells_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match=f"run `cockpit init {tmp_path}`"):
        load(tmp_path)


def test_a_charter_that_is_no_utf8_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "portfolio.toml").write_bytes(b'[portfolio]\ntitle = "M\xfcller"\n')
    with pytest.raises(CharterError, match="line 2: expected text in UTF-8"):
        load(tmp_path)
    (tmp_path / "portfolio.toml").unlink()
    (tmp_path / "portfolio.toml").mkdir()
    with pytest.raises(CharterError, match="must be a file"):
        load(tmp_path)


def test_no_permission(tmp_path: Path) -> None:
    (write(tmp_path, MINIMAL) / "portfolio.toml").chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(CharterError, match="check its permissions"):
            load(tmp_path)
    finally:
        os.seteuid(user)


def test_lines_are_found_behind_multi_line_values(tmp_path: Path) -> None:
    text = 'x = """\n[portfolio]\nid = 1\n"""\ny = [\n  "a", # ]\n  { k = "[" },\n]\n' + MINIMAL + "nope = 1\n"
    said = faults(tmp_path, text)
    assert "line 12, portfolio.nope: unknown key" in said
    assert "line 1, x: unknown key" in said
    assert "line 5, y: unknown key" in said


def test_tolerances_of_single_levels(tmp_path: Path) -> None:
    text = '[policy.tolerance.objectives.O1]\ntime_days = 10\n[policy.tolerance.projects."P-01"]\ncost_percent = 5\n'
    found = load(write(tmp_path, MINIMAL + text)).policy.tolerance
    assert found.objectives == {"O1": Tolerance(time_days=10)}
    assert found.projects == {"P-01": Tolerance(cost_percent=5.0)} and found.portfolio == Tolerance()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[policy.tolerance.projects.P]\nbenefit_percent = 1", "KPIs measure objectives: give it to an objective"),
        ("[policy.tolerance.portfolio]\ntime_days = -1", "expected a number from 0 to 36,500; found -1"),
        ("[policy.tolerance.objectives.O]\ntime = 1", "unknown key; did you mean “time_days”?"),
        ("[policy.tolerance.project.P]\ntime_days = 1", "unknown key; did you mean “projects”?"),
    ],
)
def test_slips_in_tolerances(tmp_path: Path, text: str, told: str) -> None:
    assert told in faults(tmp_path, MINIMAL + text)


@pytest.mark.parametrize("key", ["unpromised_days", "silence_days", "horizon_days", "cost_tolerance_percent"])
def test_a_policy_that_leads_beyond_the_calendar_is_refused(tmp_path: Path, key: str) -> None:
    (tmp_path / "portfolio.toml").write_text(f'[portfolio]\nid = "p"\ntitle = "P"\n[policy]\n{key} = 1000000000\n')
    with pytest.raises(CharterError, match=f"line 5, policy.{key}: expected a number from 0 to 36,500"):
        load(tmp_path)
