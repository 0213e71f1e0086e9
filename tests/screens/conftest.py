from __future__ import annotations

from pathlib import Path

import pytest
from screens_data import FakeSession, make_assessment


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path, make_assessment())
