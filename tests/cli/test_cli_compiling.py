"""The wait for the first compilation is announced, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.commands import planfile
from cockpit.engine.scheduling import speed

PLAN = Path("mspsplib") / "16_mp_j30_a5_nr1.xer"


def told(plan: Path) -> list[str]:
    said: list[str] = []
    assert planfile.schedule_file(plan, said.append).rows
    return said


def test_a_large_plan_says_that_numba_compiles_first(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "kept_in", lambda: str(tmp_path))
    assert told(corpus / PLAN) == [], "small plans need no numba"
    with monkeypatch.context() as patched:
        patched.setattr(planfile.speed, "WORTH", 1)
        patched.setattr(speed, "kernel_for", lambda _size: speed.kernel)
        assert "compiled" in " ".join(told(corpus / PLAN))
        (tmp_path / "entry.forward-110.py311.nbi").touch()
        assert told(corpus / PLAN) == []
