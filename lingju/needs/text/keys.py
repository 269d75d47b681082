"""Under which keys an open need is found again, and which are asked for another one. Pure.

    a band of words within a square of 300 m   the same matter close by: what is mostly sought
    a band of words anywhere                   needs without a point, and nearly the same words
    a cell of 150 m                            whatever was said here, in whichever words

A band alone is common in a town: under 路灯 stand thousands, and the few a look-up may read would all be
said elsewhere. Within a square they are few.
"""

import math
from typing import Final

from lingju.needs.text import similar
from lingju.needs.text.similar import METRES_PER_DEGREE

SQUARE_METRES: Final = 300.0
WORDS, PLACE = 2, 1
"""How much a key says that two needs share."""


def written(text: str, lon: float | None, lat: float | None) -> frozenset[int]:
    """Return the keys under which a need is found."""
    bands = similar.bands(similar.signature(text))
    if lon is None or lat is None:
        return frozenset(bands)
    own = _square(_row(lat), *_columns(_row(lat), lon)[:1])
    close = bands[similar.SINGLES :]  # bands of two minhashes: shared by nearly the same words only
    return frozenset((*(_within(own, band) for band in bands), *close, similar.cell(lon, lat)))


def asked(text: str, lon: float | None, lat: float | None) -> dict[int, int]:
    """Return the keys to ask for the likes of a need, each with how much it says."""
    bands = similar.bands(similar.signature(text))
    found = dict.fromkeys(bands, WORDS)
    if lon is None or lat is None:
        return found
    around = squares(lon, lat)
    found |= {_within(square, band): WORDS for square in around for band in bands}
    return found | dict.fromkeys(similar.cells(lon, lat).around, PLACE)


def squares(lon: float, lat: float) -> tuple[int, ...]:
    """Return the squares that hold everything within 150 m of a point, its own first: four, seldom more."""
    own = _row(lat)
    north = 1 if lat * METRES_PER_DEGREE / SQUARE_METRES - own >= 0.5 else -1
    near = (_square(row, column) for row in (own, own + north) for column in _columns(row, lon))
    return tuple(dict.fromkeys(near))


def _row(lat: float) -> int:
    return math.floor(lat * METRES_PER_DEGREE / SQUARE_METRES)


def _columns(row: int, lon: float) -> tuple[int, int]:
    """Return the column of a degree of longitude in a row, and the one it lies closer to."""
    at = (lon + 180) / 360 * _width(row)
    column = math.floor(at)
    return column, column + (1 if at - column >= 0.5 else -1)


def _width(row: int) -> int:
    """Return how many columns fit into a row of latitude at its middle."""
    middle = math.radians((row + 0.5) * SQUARE_METRES / METRES_PER_DEGREE)
    return max(3, math.floor(360 * METRES_PER_DEGREE * math.cos(middle) / SQUARE_METRES))


def _square(row: int, column: int) -> int:
    return (row + (1 << 20)) << 32 | column % _width(row)


def _within(square: int, band: int) -> int:
    """Return the key of a band within a square; like every band it carries the bit that no cell has."""
    return similar.mixed(square, band)
