"""The layout plan 摊位布置图 as a drawing: rows and columns of spots, who stands where, where there is power.

Pure: spots in, SVG out. Colours come from style sheets by class; a spot is 168 by 104 units, rows are parted
by a way wide enough for two wheelchairs to pass.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

WIDE, HIGH, GAP, WAY, EDGE = 168, 104, 12, 44, 16
MOST_IN_A_LINE: Final = 7  # full-width characters
MOST_OF_A_ZONE: Final = 6.4  # as many, in smaller letters, between label and bolt
BOLT: Final = Markup("m8 0-8 12h6l-2 8 8-12h-6z")


@dataclass(frozen=True, slots=True)
class Cell:
    """One spot of a drawing: where it is, what is written on the ground, which stall stands there."""

    row: int
    column: int
    label: str
    has_power: bool = False
    stall: str = ""
    zone: str = ""  # the zone's words
    kind: str = ""  # the zone's code, which style sheets colour


def drawing(cells: Sequence[Cell], *, title: str, power: str, way: str) -> Markup:
    """Return the plan as SVG. `title` is read out; `power` and `way` are the words for what is drawn."""
    rows = max((cell.row for cell in cells), default=0)
    columns = max((cell.column for cell in cells), default=0)
    width = 2 * EDGE + columns * (WIDE + GAP) - GAP
    height = 2 * EDGE + rows * (HIGH + WAY) - WAY
    ways = [
        Markup('<text class="mp-way" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            width // 2, EDGE + row * (HIGH + WAY) - WAY // 2 + 5, way
        )
        for row in range(1, rows)
    ]
    drawn = Markup("").join([*ways, *(_cell(cell, power) for cell in cells)])
    return Markup('<svg class="mp" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>').format(
        max(width, 1), max(height, 1), title, drawn
    )


def _cell(cell: Cell, power: str) -> Markup:
    x = EDGE + (cell.column - 1) * (WIDE + GAP)
    y = EDGE + (cell.row - 1) * (HIGH + WAY)
    kind = f"mp-{cell.kind}" if cell.stall else "mp-free"
    box = Markup('<rect class="mp-box {}" x="{}" y="{}" width="{}" height="{}" rx="8"/>').format(
        kind, x, y, WIDE, HIGH
    )
    label = Markup('<text class="mp-label" x="{}" y="{}">{}</text>').format(x + 10, y + 22, cell.label)
    zone = Markup('<text class="mp-zone" x="{}" y="{}">{}</text>').format(
        x + 46, y + 21, _cut(cell.zone, MOST_OF_A_ZONE)
    )
    bolt = Markup("")
    if cell.has_power:
        bolt = Markup('<path class="mp-bolt" d="M{} {}{}"><title>{}</title></path>').format(
            x + WIDE - 20, y + 8, BOLT, power
        )
    name = broken(cell.stall)
    first = y + (56 if len(name) > 1 else 68)
    lines = [
        Markup('<text class="mp-name" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            x + WIDE // 2, first + 26 * number, line
        )
        for number, line in enumerate(name)
    ]
    return Markup("").join([box, label, zone if cell.stall else Markup(""), bolt, *lines])


def broken(words: str, most: int = MOST_IN_A_LINE) -> tuple[str, ...]:
    """Return words on at most two lines of so many full-width characters; what does not fit ends in …."""
    lines, line, used = [], "", 0.0
    for character in words:
        wide = _width(character)
        if used + wide > most:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + wide
    lines = [part.strip() for part in [*lines, line] if part.strip()]
    if len(lines) > 2:
        return lines[0], f"{lines[1][:-1]}…"
    return tuple(lines)


def _cut(words: str, most: float) -> str:
    """Return words on one line; what does not fit ends in …."""
    if sum(map(_width, words)) <= most:
        return words
    kept, used = "", 1.0
    for character in words:
        used += _width(character)
        if used > most:
            break
        kept += character
    return f"{kept.strip()}…"


def _width(character: str) -> float:
    """Return how wide a character is, as a part of a full-width one."""
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.58
