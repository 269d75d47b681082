"""What is published about few people cannot be worked out: not from totals, not from the public list."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lingju.needs.queries.suppression import REST, Published, publish

K = 5
SIZES = st.one_of(st.just(0), st.integers(0, 7), st.integers(0, 30))


@st.composite
def tables(draw: st.DrawFn) -> dict[tuple[str, str], tuple[int, int]]:
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    cells = {}
    for i in range(height):
        for j in range(width):
            hidden, listed = draw(SIZES), draw(SIZES)
            cells[f"r{i}", f"c{j}"] = (hidden + listed, hidden)
    return cells


def published(cells: dict[tuple[str, str], tuple[int, int]]) -> Published | None:
    rows = sorted({row for row, _ in cells})
    columns = sorted({column for _, column in cells})
    return publish(rows, columns, cells, least=K)


def spread(table: Published, layer: list[list[int]]) -> dict[tuple[int, int], tuple[float, float]]:
    """Return between what and what each cell that is not shown can lie, by linear programming."""
    gone = [(i, j) for i, line in enumerate(table.cells) for j, n in enumerate(line) if n is None]
    if not gone:
        return {}
    lines = [[float(i == a) for i, _ in gone] for a in range(len(table.rows))]
    lines += [[float(j == b) for _, j in gone] for b in range(len(table.columns))]
    sums = [sum(layer[i][j] for i, j in gone if i == a) for a in range(len(table.rows))]
    sums += [sum(layer[i][j] for i, j in gone if j == b) for b in range(len(table.columns))]
    found = {}
    for place, cell in enumerate(gone):
        aim = np.zeros(len(gone))
        aim[place] = 1
        least, most = (linprog(sign * aim, A_eq=lines, b_eq=sums).fun for sign in (1, -1))
        assert least is not None
        assert most is not None
        found[cell] = (float(least), -float(most))
    return found


def layer_of(table: Published, cells: dict[tuple[str, str], tuple[int, int]], which: int) -> list[list[int]]:
    def keys(name: str, pooled: tuple[str, ...]) -> tuple[str, ...]:
        return pooled if name == REST else (name,)

    return [
        [
            sum(
                cells[r, c][which]
                for r in keys(row, table.pooled_rows)
                for c in keys(column, table.pooled_columns)
            )
            for column in table.columns
        ]
        for row in table.rows
    ]


@settings(max_examples=120, deadline=None)
@given(tables())
def test_no_small_cell_is_shown(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    table = published(cells)
    if table is None:
        return
    everything, hidden = layer_of(table, cells, 0), layer_of(table, cells, 1)
    for i, j in product(range(len(table.rows)), range(len(table.columns))):
        n = table.cells[i][j]
        if n is not None:
            assert n == everything[i][j]
            assert not any(0 < count < K for count in (n, hidden[i][j]))


@settings(max_examples=120, deadline=None)
@given(tables())
def test_no_small_cell_can_be_worked_out_even_with_the_whole_list_in_hand(
    cells: dict[tuple[str, str], tuple[int, int]],
) -> None:
    table = published(cells)
    if table is None:
        return
    for which in (0, 1):
        layer = layer_of(table, cells, which)
        for (i, j), (low, high) in spread(table, layer).items():
            assert not 0 < layer[i][j] < K or high - low >= K - 1 - 1e-6


@settings(max_examples=200, deadline=None)
@given(tables())
def test_totals_are_whole_and_never_small(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    table = published(cells)
    total = sum(n for n, _ in cells.values())
    hidden = sum(h for _, h in cells.values())
    if table is None:
        assert total == 0 or total < K or 0 < hidden < K
        return
    assert table.total == total == sum(table.row_totals) == sum(table.column_totals)
    assert not any(0 < n < K for n in (*table.row_totals, *table.column_totals))
    for which in (0, 1):
        layer = layer_of(table, cells, which)
        assert not any(0 < sum(line) < K for line in layer)
        assert not any(0 < sum(line) < K for line in zip(*layer, strict=True))


@settings(max_examples=100, deadline=None)
@given(tables())
def test_the_same_table_is_always_published_alike(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    assert published(cells) == published(dict(reversed(cells.items())))


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_few_of_one_kind_in_one_place_take_a_neighbour_with_them(few: int) -> None:
    cells = {("a", "x"): (few, few), ("a", "y"): (9, 9), ("b", "x"): (9, 9), ("b", "y"): (9, 9)}
    table = published(cells)
    assert table is not None
    assert table.cell("a", "x") is None
    assert [n for line in table.cells for n in line] == [None] * 4
    assert table.total == 27 + few


def test_a_place_with_few_is_told_together_with_the_next_smallest() -> None:
    table = published({("a", "x"): (2, 2), ("b", "x"): (6, 6), ("c", "x"): (50, 50)})
    assert table is not None
    assert table.rows == ("c", REST)
    assert table.pooled_rows == ("a", "b")
    assert table.row_totals == (50, 8)


def test_nothing_is_told_where_everything_together_is_too_little() -> None:
    assert published({("a", "x"): (3, 3), ("b", "x"): (1, 1)}) is None
    assert publish([], ["x"], {}, least=K) is None
    assert publish(["a"], [], {}, least=K) is None
