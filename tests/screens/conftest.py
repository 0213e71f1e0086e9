from __future__ import annotations

from pathlib import Path

import pytest
from screens_data import FakeSession, make_assessment

from cockpit.screens.pane import FactsPane


@pytest.fixture(autouse=True)
def never_looked_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what another test looked at nothing is remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path, make_assessment())


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Details follow the cursor at once: no test waits for it to rest."""
    monkeypatch.setattr(FactsPane, "REST", 0.0)
