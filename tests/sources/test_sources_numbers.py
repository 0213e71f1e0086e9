"""Numbers whose marks could mean either: a column settles them, or is told once."""

from pathlib import Path

import pytest
from source_help import batch, put, workbook

from cockpit.charter.charter import CharterError
from cockpit.sources.numbers import read_column

ONE = """
[[sources]]
path = "t.csv"
table = "projects"
columns = { id = "Ref", title = "What", budget = "Budget", actual_cost = "Spent" }
"""


def budgets(folder: Path, *cells: str, decimal: str = "") -> tuple[list[float | None], list[str]]:
    """Return the budgets read of a column of cells, and the problems that were told."""
    put(folder, "t.csv", "Ref;What;Budget;Spent\n" + "".join(f"{at};x;{cell};\n" for at, cell in enumerate(cells)))
    more = ONE + (f'decimal = "{decimal}"\n' if decimal else "")
    found = batch(folder, "t.csv", more)
    return [project.budget for project in found.records["projects"]], [str(problem) for problem in found.problems]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("400,000", "1,200,000"), [400_000, 1_200_000]),
        (("400,000", "12.50"), [400_000, 12.5]),
        (("400,000", "1,234.5", "7"), [400_000, 1234.5, 7]),
        (("$400,000", "(250,000)", "12.5%"), [400_000, -250_000, 12.5]),
        (("400,000", "1.234.567,00"), [400, 1_234_567]),
        (("400,000", "12,5"), [400, 12.5]),
        (("400.000", "1.234.567,00"), [400_000, 1_234_567]),
        (("400.000", "1.200.000"), [400_000, 1_200_000]),
        (("400.000", "0,5"), [400_000, 0.5]),
        (("400.000", "12.50"), [400, 12.5]),
        (("400.000", "0.179"), [400, 0.179]),
        (("400.000", "0.500"), [400, 0.5]),
        (("1.234", "99.950"), [1.234, 99.95]),
        (("1.234",), [1.234]),
    ],
)
def test_one_number_settles_its_column(tmp_path: Path, cells: tuple[str, ...], expected: list[float]) -> None:
    assert budgets(tmp_path, *cells) == (expected, [])


@pytest.mark.parametrize(
    "cells",
    [
        ("400,000", "250,000"),
        ("400.000", "250.000"),
        ("1,234",),
        ("400,000", "1.234"),
        ("400,000", "250,000", "12.50", "12,50"),
    ],
)
def test_a_column_that_nothing_settles_is_told_once(tmp_path: Path, cells: tuple[str, ...]) -> None:
    found, (problem,) = budgets(tmp_path, "", "7", *cells)
    assert found[1:4] == [7, None, None][: len(found) - 1]
    assert found[4:] in ([], [12.5, 12.5]), "what leaves no doubt is read"
    first = cells[0]
    whole, rest = first[:-4], first[-3:]
    assert f"t.csv row 4, Budget: “{first}” could be {whole}{rest} or {whole}.{rest}, and nothing else" in problem
    assert 'set decimal to "." or "," under [[sources]] in portfolio.toml' in problem


@pytest.mark.parametrize(("decimal", "expected"), [(".", [400_000, 1.25, 12.5]), (",", [400, 1250, 12.5])])
def test_the_charter_settles_it(tmp_path: Path, decimal: str, expected: list[float]) -> None:
    assert budgets(tmp_path, "400,000", "1.250", "12,5", decimal=decimal) == (expected, [])


def test_each_column_is_settled_by_itself(tmp_path: Path) -> None:
    put(tmp_path, "t.csv", "Ref;What;Budget;Spent\nP;x;400,000;1,5\nQ;x;12.5;250,000\n")
    found = batch(tmp_path, "t.csv", ONE)
    assert [(p.budget, p.actual_cost) for p in found.records["projects"]] == [(400_000, 1.5), (12.5, 250)]


def test_the_problem_counts_the_numbers_and_keeps_the_rows(tmp_path: Path) -> None:
    _, (problem,) = budgets(tmp_path, *["400,000"] * 50)
    assert "(50 numbers; they are left empty)" in problem


def test_a_required_number_that_nothing_settles_costs_its_row(tmp_path: Path) -> None:
    put(tmp_path, "readings.csv", "kpi;as_of;value\nK;2025-03-31;400,000\nL;2025-03-31;7\n")
    found = batch(tmp_path, "readings.csv")
    assert [reading.kpi for reading in found.records["readings"]] == ["L"]
    (problem,) = found.problems
    assert "their rows are left out" in str(problem)


def test_a_doubtful_number_with_a_default_takes_the_default(tmp_path: Path) -> None:
    put(tmp_path, "links.csv", "predecessor;successor;lag_days\na;b;1,000\n")
    found = batch(tmp_path, "links.csv")
    assert [link.lag_days for link in found.records["links"]] == [0]
    assert len(found.problems) == 1


def test_texts_beside_the_numbers_say_nothing(tmp_path: Path) -> None:
    found, problems = budgets(tmp_path, "400,000", "v1.2", "soon, perhaps", "1,2,3", "x" * 100)
    assert found == [None] * 5
    assert [problem.count("could be") for problem in problems] == [1, 0, 0, 0, 0]


def test_a_percentage_and_a_cell_of_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "project", "title", "percent", "effort"]]
    rows += [["a", "P", "A", "12,5%", "1,250"], ["b", "P", "B", 0.5, 2.5], ["c", "P", "C", 50, "1,250,000"]]
    found = batch(tmp_path, workbook(tmp_path / "work items.xlsx", {"x": rows}).name)
    assert [(item.percent, item.effort) for item in found.records["work_items"]] == [
        (12.5, 1250), (0.5, 2.5), (50, 1_250_000),
    ]  # fmt: skip


@pytest.mark.parametrize("cells", [("1.234", "12.50", "12,50"), ("400,000", "v1.2"), ("400,000", "1, 2 and 3.5")])
def test_what_settles_nothing(tmp_path: Path, cells: tuple[str, ...]) -> None:
    found, problems = budgets(tmp_path, *cells)
    assert found[0] is None
    assert f"“{cells[0]}” could be" in problems[0]


def test_the_charter_takes_no_other_mark(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match="decimal"):
        budgets(tmp_path, "1", decimal=";")


def test_nothing_is_doubtful_where_nothing_is_a_number() -> None:
    assert read_column(["", "x", "12"]) == ("", frozenset())
