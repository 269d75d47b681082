"""Publishing a table of counts so that no small cell can be worked out, not by totals, not by other tables.

Pure. Three steps, in this order:

    pool      rows and columns whose own total is small become one row, one column 其余, with its whole total
    mark      a cell is small where 0 < n < k; also where its hidden part is: 0 < hidden < k
    cover     each small cell becomes the corner of a rectangle of cells that are not shown either (the
              hypercube method of official statistics), so that its value can move by k - 1 or more while
              every total stays; where no such rectangle exists, no inner cell is shown at all

`hidden` is what a reader cannot count on the public list; what they can count there is no secret, so only
the hidden part has to be protected, and it is protected as if every shown row of the list were known. The
periods for which tables are published are disjoint quarters: no table is a part of another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

Counts = list[list[int]]
REST: Final = ""  # the key of the pooled row or column


@dataclass(frozen=True, slots=True)
class Published:
    """A table fit for everybody: a cell is a count, or None where it is not shown; totals are whole."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    total: int
    # Which keys were pooled into REST, so that a page can name them.
    pooled_rows: tuple[str, ...] = ()
    pooled_columns: tuple[str, ...] = ()

    def cell(self, row: str, column: str) -> int | None:
        """Return a count, or None where it is not shown."""
        return self.cells[self.rows.index(row)][self.columns.index(column)]


@dataclass(slots=True)
class _Table:
    """Two layers of one table, which are pooled alike: all there is, and what the list does not show."""

    keys: list[list[str]]
    pooled: list[list[str]]
    all: Counts
    hidden: Counts


Cells = Mapping[tuple[str, str], tuple[int, int]]  # (row, column) -> all, hidden


def publish(rows: Sequence[str], columns: Sequence[str], cells: Cells, *, least: int) -> Published | None:
    """Return the table as it may be published; None where everything together is too small.

    `cells` holds how many there are and how many of them no public list shows; what is missing is nought.
    """
    if not rows or not columns:
        return None
    table = _Table([list(rows), list(columns)], [[], []], _grid(rows, columns, cells, 0), [])
    table.hidden = _grid(rows, columns, cells, 1)
    _pool(table, least)
    _turn(table)
    _pool(table, least)
    _turn(table)
    if any(_is_small(sum(map(sum, layer)), least) for layer in (table.all, table.hidden)):
        return None
    shown = _shown(table, least)
    cells_out = tuple(
        tuple(n if shown[i][j] else None for j, n in enumerate(line)) for i, line in enumerate(table.all)
    )
    return Published(
        rows=tuple(table.keys[0]),
        columns=tuple(table.keys[1]),
        cells=cells_out,
        row_totals=tuple(sum(line) for line in table.all),
        column_totals=tuple(sum(line) for line in zip(*table.all, strict=True)),
        total=sum(map(sum, table.all)),
        pooled_rows=tuple(table.pooled[0]),
        pooled_columns=tuple(table.pooled[1]),
    )


def _grid(rows: Sequence[str], columns: Sequence[str], cells: Cells, layer: int) -> Counts:
    return [[cells.get((row, column), (0, 0))[layer] for column in columns] for row in rows]


def _is_small(n: int, least: int) -> bool:
    return 0 < n < least


def _turn(table: _Table) -> None:
    """Turn rows into columns."""
    table.keys.reverse()
    table.pooled.reverse()
    table.all = [list(line) for line in zip(*table.all, strict=True)]
    table.hidden = [list(line) for line in zip(*table.hidden, strict=True)]


def _pool(table: _Table, least: int) -> None:
    """Put rows with a small total into one; where that is small itself, the next smallest goes with them."""
    totals = [(sum(table.all[i]), sum(table.hidden[i])) for i in range(len(table.keys[0]))]
    going = [i for i, (n, h) in enumerate(totals) if _is_small(n, least) or _is_small(h, least)]
    if not going:
        return
    staying = sorted(
        (i for i in range(len(totals)) if i not in going and totals[i][0]), key=totals.__getitem__
    )

    def pooled_is_small() -> bool:
        n, h = (sum(totals[i][layer] for i in going) for layer in (0, 1))
        return _is_small(n, least) or _is_small(h, least) or len(going) < 2

    while staying and pooled_is_small():
        going.append(staying.pop(0))
    kept = [i for i in range(len(totals)) if i not in going]
    table.pooled[0] += [table.keys[0][i] for i in sorted(going)]
    table.keys[0] = [table.keys[0][i] for i in kept] + [REST]
    for name in ("all", "hidden"):
        layer: Counts = getattr(table, name)
        rest = [sum(layer[i][j] for i in going) for j in range(len(layer[0]))]
        setattr(table, name, [layer[i] for i in kept] + [rest])


def _shown(table: _Table, least: int) -> list[list[bool]]:
    """Return which cells are shown."""
    height, width = len(table.all), len(table.all[0])
    shown = [[True] * width for _ in range(height)]
    if height == 1 or width == 1:
        return shown  # every cell is a total, and no total is small
    small = [
        (i, j)
        for i, j in product(range(height), range(width))
        if _is_small(table.all[i][j], least) or _is_small(table.hidden[i][j], least)
    ]
    corners: set[tuple[int, int]] = set()
    for i, j in small:
        layer = table.hidden if _is_small(table.hidden[i][j], least) else table.all
        rectangle = _rectangle(layer, i, j, corners | set(small), least)
        if rectangle is None:
            return [[False] * width for _ in range(height)]
        corners |= rectangle
    for i, j in corners:
        shown[i][j] = False
    return shown


def _rectangle(
    counts: Counts, i: int, j: int, gone: set[tuple[int, int]], least: int
) -> set[tuple[int, int]] | None:
    """Return the corners of the cheapest rectangle in which the cell can move by `least` - 1 or more."""
    best: tuple[int, set[tuple[int, int]]] | None = None
    for a, b in product(range(len(counts)), range(len(counts[0]))):
        if a == i or b == j:
            continue
        up = min(counts[i][b], counts[a][j])
        down = min(counts[i][j], counts[a][b])
        if up + down < least - 1:
            continue
        corners = {(i, j), (i, b), (a, j), (a, b)}
        cost = sum(counts[x][y] + 1 for x, y in corners - gone)
        if best is None or cost < best[0]:
            best = (cost, corners)
    return best[1] if best is not None else None
