"""The compiled kernel comes while plain Python runs, and nobody waits for it."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from cockpit.engine import kernel
from cockpit.engine.scheduling import speed


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("is_on", False), ("wanted", False), ("thread", None), ("fast", None)):
        monkeypatch.setattr(speed._Behind, name, value)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    speed.wait_for_nobody()


@pytest.mark.usefixtures("behind")
def test_plain_python_runs_until_the_compiled_kernel_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    go = Event()
    told: list[str] = []
    used: list[str] = []

    class Fast:
        def __getattr__(self, name: str) -> Any:
            return lambda *_: used.append(name)

    def compiled() -> Any:
        go.wait(30)
        return fast

    fast = Fast()
    monkeypatch.setattr(speed, "compiled", compiled)
    assert speed.load_behind(told.append, lambda: True) is None, "no network is large enough yet"
    assert speed.kernel_for(speed.WORTH) is kernel
    thread = speed.load_behind(told.append, lambda: True)
    assert thread is not None
    assert speed.load_behind(told.append, lambda: True) is None, "it is begun once"
    assert speed.kernel_for(speed.WORTH) is kernel
    go.set()
    thread.join(30)
    assert speed.kernel_for(1) is fast
    assert used == ["forward", "backward", "delay", "floats"], "each is compiled before anybody asks it"
    assert len(told) == 2


@pytest.mark.usefixtures("behind")
def test_without_numba_plain_python_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert speed.kernel_for(speed.WORTH) is kernel
    assert speed.load_behind(print, lambda: True) is None
