"""One way on foot from door to door, as a line to draw and as directions to read without a map.

The way takes exactly the ticks the time table says. Directions are data, not sentences: "left into 府后街,
120 m, one crossing" is a ``Leg``, and the page or the printed sheet finds the words.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from lingju.circles.arrays import F8, U2
from lingju.circles.ball import NOWHERE, Approach, Ball, ball, door_ticks
from lingju.circles.network import TICK_S, UNREACHED, Kind, Network
from lingju.circles.shapes import Shapes

LIMIT_S = 1200
STRAIGHT_ON = 35.0  # degrees; a bend below this is not felt as a turn
TURN_BACK = 150.0
COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


class Turn(Enum):
    """How a leg starts, seen from the leg before."""

    START = "start"
    STRAIGHT = "straight"
    LEFT = "left"
    RIGHT = "right"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Leg:
    """One piece of the way along one street: ``name`` is empty where the street has none."""

    turn: Turn
    heading: str  # compass point of the leg's first metres
    name: str
    metres: float
    seconds: float
    is_steps: bool
    crossings: int


@dataclass(frozen=True, slots=True)
class MinuteMark:
    """Where one stands after so many full minutes, WGS-84 degrees."""

    minute: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Route:
    """The way: ``line`` float64[p, 2] of WGS-84 lon, lat; ``metres`` are the legs and both door walks."""

    ticks: int
    metres: float
    line: F8
    marks: tuple[MinuteMark, ...]
    legs: tuple[Leg, ...]
    steps: int  # stretches of steps
    crossings: int
    door_metres: tuple[float, float]  # from the place to its door, at the start and at the end

    @property
    def seconds(self) -> float:
        """Tell the walking time."""
        return self.ticks * TICK_S


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of one edge as walked: points float64[p, 2] in local metres."""

    edge: int
    points: F8
    ticks: float
    metres: float


def route(
    net: Network,
    shapes: Shapes,
    edge_w: U2,
    here: Approach,
    start: int,
    there: Approach,
    end: int,
    *,
    limit_s: float = LIMIT_S,
) -> Route | None:
    """Find the shortest way from place ``start`` of ``here`` to ``end`` of ``there``; None beyond the limit.

    Both approaches must have been made with the same profile and ``edge_w``.
    """
    found = ball(net, edge_w, here, start, limit=round(limit_s / TICK_S))
    ticks = door_ticks(net, found, here, start, there)[there.of(end)]
    if not len(ticks) or ticks.min() >= UNREACHED:
        return None
    door = there.of(end).start + int(np.argmin(ticks))
    first, pieces = _pieces(net, shapes, edge_w, found, here, start, there, door, int(ticks.min()))
    walks = (float(here.doors.extra_mm[first]) / 1000, float(there.doors.extra_mm[door]) / 1000)
    legs = _legs(net, pieces)
    points = _points(pieces, shapes, here, first)
    lon, lat = net.degrees(points[:, 0], points[:, 1])
    return Route(
        ticks=int(ticks.min()),
        metres=sum(piece.metres for piece in pieces) + sum(walks),
        line=np.column_stack((lon, lat)),
        marks=_marks(net, pieces, int(here.extra[first]), points),
        legs=legs,
        steps=sum(leg.is_steps for leg in legs),
        crossings=sum(leg.crossings for leg in legs),
        door_metres=walks,
    )


def _pieces(
    net: Network, shapes: Shapes, edge_w: U2, found: Ball,
    here: Approach, start: int, there: Approach, door: int, ticks: int,
) -> tuple[int, list[_Piece]]:  # fmt: skip
    """Walk back from the last door to the first: the first door and the pieces in walking order."""
    edge = int(there.doors.edge[door])
    at = _fraction(shapes, there, door)
    for mine in range(here.of(start).start, here.of(start).stop):
        direct = abs(here.along[mine] - there.along[door]) + here.extra[mine] + there.extra[door]
        if int(here.doors.edge[mine]) == edge and direct == ticks:
            return mine, [_piece(net, shapes, edge_w, edge, _fraction(shapes, here, mine), at)]
    u, v = int(net.edge_u[edge]), int(net.edge_v[edge])
    by_u = int(found.ticks[u]) + int(there.to_u[door]) == ticks
    node = u if by_u else v
    back = [_piece(net, shapes, edge_w, edge, 0.0 if by_u else 1.0, at)]
    while (before := int(found.came[node])) != NOWHERE:
        edge = int(found.by[node])
        forward = int(net.edge_v[edge]) == node and int(net.edge_u[edge]) == before
        back.append(_piece(net, shapes, edge_w, edge, 0.0 if forward else 1.0, 1.0 if forward else 0.0))
        node = before
    mine = int(found.by[node])
    edge = int(here.doors.edge[mine])
    from_u = int(net.edge_u[edge]) == node and int(here.to_u[mine]) == int(found.ticks[node])
    back.append(_piece(net, shapes, edge_w, edge, _fraction(shapes, here, mine), 0.0 if from_u else 1.0))
    return mine, [piece for piece in reversed(back) if piece.metres > 0]


def _piece(net: Network, shapes: Shapes, edge_w: U2, edge: int, start: float, end: float) -> _Piece:
    part = abs(end - start)
    metres = float(net.length_mm[edge]) / 1000 * part
    return _Piece(edge, shapes.line(edge, start, end), float(edge_w[edge]) * part, metres)


def _fraction(shapes: Shapes, approach: Approach, door: int) -> float:
    edge = int(approach.doors.edge[door])
    return min(1.0, float(approach.doors.offset_mm[door]) / float(shapes.length_mm[edge]))


def _points(pieces: list[_Piece], shapes: Shapes, here: Approach, first: int) -> F8:
    """Join the pieces to one line without doubled points; a way of no length is the door itself."""
    if not pieces:
        at = _fraction(shapes, here, first)
        return shapes.line(int(here.doors.edge[first]), at, at)[:1]
    points = np.concatenate([piece.points for piece in pieces])
    keep = np.concatenate(([True], (np.abs(np.diff(points, axis=0)) > 1e-6).any(axis=1)))
    return points[keep]


def _legs(net: Network, pieces: list[_Piece]) -> tuple[Leg, ...]:
    """Gather pieces along one street into legs, and see how each leg turns off the one before."""
    groups: list[list[_Piece]] = []
    for piece in pieces:
        if groups and _continues(net, groups[-1][-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    before = [None, *(group[-1] for group in groups)]
    return tuple(_leg(net, group, last) for group, last in zip(groups, before, strict=False))


def _continues(net: Network, last: _Piece, piece: _Piece) -> bool:
    """Tell whether a walker would call it the same street; a nameless path ends where it turns."""
    if _is_steps(net, last.edge) != _is_steps(net, piece.edge):
        return False
    if int(net.name[last.edge]) != int(net.name[piece.edge]):
        return False
    return int(net.name[piece.edge]) >= 0 or abs(_bend(last, piece)) < STRAIGHT_ON


def _leg(net: Network, group: list[_Piece], last: _Piece | None) -> Leg:
    index = int(net.name[group[0].edge])
    return Leg(
        turn=Turn.START if last is None else _turn(_bend(last, group[0])),
        heading=COMPASS[round(_bearing(group[0].points, first=True) / 45) % 8],
        name=net.names[index] if index >= 0 else "",
        metres=sum(piece.metres for piece in group),
        seconds=sum(piece.ticks for piece in group) * TICK_S,
        is_steps=_is_steps(net, group[0].edge),
        crossings=sum(bool(int(net.kind[piece.edge]) & Kind.CROSSING) for piece in group),
    )


def _is_steps(net: Network, edge: int) -> bool:
    return bool(int(net.kind[edge]) & Kind.STEPS)


def _turn(bend: float) -> Turn:
    if abs(bend) < STRAIGHT_ON:
        return Turn.STRAIGHT
    if abs(bend) > TURN_BACK:
        return Turn.BACK
    return Turn.RIGHT if bend > 0 else Turn.LEFT


def _bend(last: _Piece, piece: _Piece) -> float:
    """Tell the change of direction in degrees, right is positive, in (-180, 180]."""
    change = _bearing(piece.points, first=True) - _bearing(last.points, first=False)
    return 180.0 - (180.0 - change) % 360.0


def _bearing(points: F8, *, first: bool) -> float:
    """Tell the bearing of a line's first (or last) ten metres, so that a jagged corner does not fool it."""
    line = points if first else points[::-1]
    away = np.hypot(*(line - line[0]).T)
    far = int(np.argmax(away >= 10.0)) if (away >= 10.0).any() else int(np.argmax(away))
    dx, dy = (line[far] - line[0]) if first else (line[0] - line[far])
    return float(np.degrees(np.arctan2(dx, dy)) % 360.0)


def _marks(net: Network, pieces: list[_Piece], extra: int, points: F8) -> tuple[MinuteMark, ...]:
    """Place a mark at every full minute walked on the streets, counting the walk to the first door."""
    x, y, when = [points[:1, 0]], [points[:1, 1]], [np.array([float(extra)])]
    for piece in pieces:
        run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(piece.points, axis=0).T))))
        scale = piece.ticks / run[-1] if run[-1] > 0 else 0.0
        x.append(piece.points[:, 0])
        y.append(piece.points[:, 1])
        when.append(when[-1][-1] + run * scale)
    times = np.concatenate(when) * TICK_S / 60
    minutes = np.arange(max(1, int(np.ceil(times[0]))), int(times[-1]) + 1)
    lon, lat = net.degrees(
        np.interp(minutes, times, np.concatenate(x)), np.interp(minutes, times, np.concatenate(y))
    )
    return tuple(MinuteMark(int(m), float(a), float(b)) for m, a, b in zip(minutes, lon, lat, strict=True))
