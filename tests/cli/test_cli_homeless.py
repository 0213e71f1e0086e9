"""Where nothing says where the user's home is (a container, a unit without a user's entry): what needs none works, what
does says what to set."""

from __future__ import annotations

import json
import pwd
from pathlib import Path

import pytest
from cli_help import run

from cockpit.basics import homes
from cockpit.personal import config, userfiles, views

VARIABLES = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")


@pytest.fixture(params=["", "no/whole/path"])
def homeless(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The system knows no such user, and HOME is not set, or to something that is no whole path."""

    def unknown(_: int) -> None:
        raise KeyError("uid not found")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for each in VARIABLES:
        monkeypatch.delenv(each, raising=False)
    if request.param:
        monkeypatch.setenv("HOME", request.param)
    else:
        monkeypatch.delenv("HOME", raising=False)
    return "HOME is “no/whole/path”" if request.param else "HOME is not set"


def test_what_needs_a_home_says_what_to_set(homeless: str, folder: Path) -> None:
    for command in (["check", folder], ["brief", folder], ["verify", folder], ["replay", folder], ["watch", folder]):
        told = run(*command)
        assert told.exit_code == 2
        assert f"Nothing says where your home is: {homeless}" in told.stderr
        assert "Set HOME or XDG_STATE_HOME to a folder of your own" in told.stderr
        assert told.stderr.endswith("such as HOME=/home/you.\n")


@pytest.mark.usefixtures("homeless")
def test_what_needs_none_works(tmp_path: Path) -> None:
    new = tmp_path / "new"
    for command in (["init", new], ["rules"], ["completion", "bash"], ["schedule", "--help"]):
        assert run(*command).exit_code == 0, command


@pytest.mark.usefixtures("homeless")
def test_the_state_alone_is_enough(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    found = run("check", folder)
    assert (found.exit_code, found.stderr) == (1, "")


def test_the_doctor_says_so_once_and_makes_its_other_checks(homeless: str, folder: Path) -> None:
    checks = {each["check"]: each for each in json.loads(run("doctor", folder, "--json").stdout)["checks"]}
    assert homeless in checks["state"]["says"]
    assert checks["state"]["commands"] == ["export HOME=/home/you"]
    assert [name for name, each in checks.items() if "could not be made" in each["says"]] == []
    assert checks["access"]["level"] == "ok"


def test_settings_and_views_are_told_of_in_a_sentence(homeless: str) -> None:
    found = config.load(("cockpit",))
    assert found.theme == "cockpit"
    assert [homeless in each and "XDG_CONFIG_HOME" in each for each in found.problems] == [True]
    with pytest.raises(userfiles.UserFileError, match=homeless):
        views.save("here", "a", views.View("A", "exceptions"))


@pytest.mark.usefixtures("homeless")
def test_a_key_in_the_home_of_nobody_is_refused_in_a_sentence(folder: Path) -> None:
    told = run("join", folder, "ivo", "--key", "~nobody-here/key", "--to", folder / "request.json")
    assert told.exit_code == 2
    assert "failed" not in told.stderr
    with pytest.raises(homes.HomelessError, match=r"~nobody-here/key is in the home of nobody here: write the whole"):
        homes.expanded(Path("~nobody-here/key"))
