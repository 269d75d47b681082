"""The Hilbert curve: an order of points in which neighbours on the map stay neighbours in memory."""

import numpy as np

from lingju.circles.arrays import I4, I8

BITS = 20  # 2**20 cells a side: finer than a metre for any district


def hilbert_keys(x: I4, y: I4) -> I8:
    """Return each point's place along one Hilbert curve over the points' own bounding square.

    x, y: int32[n] in any one unit. Returns int64[n] below 4**BITS. After the iterative algorithm xy2d of
    Warren, Hacker's Delight (2nd ed., section 16-4): two bits a level, the quadrant turned as it goes.
    """
    px, py = _cells(x, y)
    key = np.zeros(len(px), np.int64)
    for level in range(BITS - 1, -1, -1):
        side = np.int64(1) << level
        right = (px & side) > 0
        upper = (py & side) > 0
        key += side * side * ((3 * right) ^ upper)
        flip = ~upper & right
        px = np.where(flip, side - 1 - (px & (side - 1)), px & (side - 1))
        py = np.where(flip, side - 1 - (py & (side - 1)), py & (side - 1))
        px, py = np.where(upper, px, py), np.where(upper, py, px)
    return key


def hilbert_order(x: I4, y: I4) -> I8:
    """Return the permutation int64[n] that sorts points along the curve; equal points keep their order."""
    return np.argsort(hilbert_keys(x, y), kind="stable").astype(np.int64)


def _cells(x: I4, y: I4) -> tuple[I8, I8]:
    if not len(x):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    wide_x = x.astype(np.int64) - int(x.min())
    wide_y = y.astype(np.int64) - int(y.min())
    span = max(int(wide_x.max()), int(wide_y.max())) + 1
    return (wide_x << BITS) // span, (wide_y << BITS) // span
