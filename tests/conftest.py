from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from hypothesis.database import DirectoryBasedExampleDatabase

# No test asserts on time: a property is as true on a busy machine. Each run draws the same examples: whether a change
# may land is no matter of luck. Others are looked for on purpose, with `--search`.
settings.register_profile("patient", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Hundreds of tests start Cockpit as a process, and each worker imports all tests: none compiles again what another has
# compiled, also where whoever runs them has Python keep nothing.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ROOT = Path(__file__).resolve().parents[1]
COMPILED = Path(tempfile.gettempdir(), f"cockpit-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID', '')}")
"""Made when the first worker has imported all tests."""


def missing(reason: str) -> None:
    """Skip the test for want of `reason`; fail it where CI asked for everything to be there."""
    if os.environ.get("COCKPIT_STRICT") == "1":
        pytest.fail(f"{reason}, and COCKPIT_STRICT=1 allows no skipping")
    pytest.skip(reason)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--search", type=int, metavar="TIMES", help="run the properties only, on other examples, so many times as many"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """A search takes as long as it takes."""
    if config.getoption("--search"):
        config.option.timeout = 0


def pytest_collection() -> None:
    """The first of several workers imports the tests alone: it compiles them, and each of the others would as well."""
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
        until = time.monotonic() + 60
        while not COMPILED.exists() and time.monotonic() < until:
            time.sleep(0.1)


def pytest_collection_finish() -> None:
    """What all tests and their modules are made of lives on: the collector need not look through it again and again,
    which takes a sixth of the time."""
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
        COMPILED.touch()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is to be run, in its order."""
    if times := config.getoption("--search"):
        items[:] = [item for item in items if _is_searched(item, times)]
    else:
        _order(items)


def _is_searched(item: pytest.Item, times: int) -> bool:
    """Whether it is a property; it draws other examples from now on, more of them, and those first that failed."""
    test = getattr(item, "obj", None)
    if not is_hypothesis_test(test):
        return False
    asked = test._hypothesis_internal_use_settings  # which hypothesis gives nobody another way to change
    if asked.derandomize:  # a test with several parameters is one function
        failed = DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples")
        more = settings(asked, max_examples=asked.max_examples * times, derandomize=False, database=failed)
        test._hypothesis_internal_use_settings = more
    return True


def _order(items: list[pytest.Item]) -> None:
    """Each worker's share of the slow tests, which wait for terminals, stands among its share of the others, module by
    module, so that cores are neither idle nor fought for; none of them is left for the end."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    slow.sort(key=lambda item: item.path.parent.name != "soak")  # the longest one first: nobody is to wait for it
    quick = [item for item in items if not item.get_closest_marker("slow")]
    items[:] = [
        item
        for worker in range(workers)
        for item in _mixed(_share(slow, worker, workers), _share(quick, worker, workers), worker % 2 / 2)
    ]


def _share(items: list[pytest.Item], worker: int, workers: int) -> list[pytest.Item]:
    return items[len(items) * worker // workers : len(items) * (worker + 1) // workers]


def _mixed(slow: list[pytest.Item], quick: list[pytest.Item], ahead: float) -> list[pytest.Item]:
    """The modules of slow tests evenly among those of the first four fifths of the others, the first one in front, or
    later by a part of their distance."""
    groups = [[list(group) for _, group in groupby(items, lambda item: item.path)] for items in (slow, quick)]
    places = [(0.8 * (n + ahead) / len(groups[0]), group) for n, group in enumerate(groups[0])]
    places += [((n + 0.5) / len(groups[1]), group) for n, group in enumerate(groups[1])]
    return [item for _, group in sorted(places, key=itemgetter(0)) for item in group]


def pytest_sessionfinish() -> None:
    """Leave nothing behind."""
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
        COMPILED.unlink(missing_ok=True)


@pytest.fixture(scope="session", autouse=True)
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what a user's machine remembers of portfolios out of the home of whoever runs the tests."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    # A shell that exports its width would have every page as wide.
    os.environ.pop("COLUMNS", None)
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real third-party files with the answers in them, beside the repository."""
    folder = ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        missing(f"the corpus is not at {folder}")
    return folder
