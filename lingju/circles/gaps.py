"""Where people live who do not reach a station: clusters of homes, each with a reason in words.

Homes belong together when they stand within a stone's throw of each other, or in one compound, and no
railway, river or expressway runs between them: two sides of a railway are two gaps with two answers.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import cKDTree
from shapely.geometry import MultiPolygon, Polygon

from lingju.circles.arrays import F8, I4, I8, U2, Bool
from lingju.circles.causes import Cause, Compound, Reason, Terrain, explain
from lingju.circles.coverage import ticks_of
from lingju.circles.network import TICK_S, UNREACHED, Line
from lingju.circles.paces import Pace
from lingju.circles.population import Population
from lingju.circles.table import TimeTable

LIMIT_S = 600
LINK_M = 120.0
BUFFER_M = 60.0
ASKED = 5  # homes of a gap that are asked for their reason


@dataclass(frozen=True, slots=True)
class Places:
    """Where homes and stations stand, local metres float64[h] and float64[s], and who shares a compound.

    ``compound`` int64[h] points into ``compounds``, -1 for a home in none; leave both out where unknown.
    """

    home_x: F8
    home_y: F8
    station_x: F8
    station_y: F8
    compound: I8 | None = None
    compounds: tuple[Compound, ...] = ()

    def compound_of(self, home: int) -> Compound | None:
        """Find the compound around a home."""
        if self.compound is None or self.compound[home] < 0:
            return None
        return self.compounds[int(self.compound[home])]


@dataclass(frozen=True, slots=True)
class Gap:
    """One cluster that reaches no station inside the limit.

    ``homes`` int64[] ascending, ``middle`` the home whose reason speaks for the gap, ``straight_station`` the
    nearest as the crow flies from there with ``straight_m``; ``walk_station`` the nearest on foot (-1
    none). ``median_s`` is over households, ``nearest_s`` the best home's walk; both None beyond the table.
    ``short_s`` is how many seconds the best home lacks.
    """

    homes: I8
    middle: int
    shape: Polygon | MultiPolygon
    households: int
    persons: int
    elders: int
    straight_station: int
    straight_m: float
    walk_station: int
    median_s: float | None
    nearest_s: float | None
    short_s: float | None
    reason: Reason


def find_gaps(
    table: TimeTable,
    people: Population,
    places: Places,
    *,
    terrain: Terrain | None = None,
    pace: Pace | None = None,
    mask: Bool | None = None,
    limit_s: int = LIMIT_S,
    link_m: float = LINK_M,
) -> tuple[Gap, ...]:
    """List the gaps, most households first; homes where nobody lives make none.

    ``terrain`` and ``pace`` give the streets to look for reasons in; without them (straight-line fallback) no
    cause can be shown and the reason is FAR. Raises BeyondTheTable.
    """
    nearest, ticks = table.nearest(mask)
    is_gap = (ticks > ticks_of(table, limit_s)) & (people.persons_by_home + people.households > 0)
    homes = np.flatnonzero(is_gap)
    if not len(homes):
        return ()
    links = _links(places, homes, link_m, terrain)
    clusters, label = connected_components(links, directed=False)
    gaps = []
    for cluster in range(clusters):
        inside = np.flatnonzero(label == cluster)
        members = homes[inside]
        shape = _shape(places, members, links[inside][:, inside])
        gaps.append(_gap(members, shape, nearest, ticks, people, places, mask, limit_s))
    gaps.sort(key=lambda gap: (-gap.households, -gap.persons, int(gap.homes[0])))
    if terrain is None or pace is None:
        return tuple(gaps)
    return tuple(_explained(gap, terrain, pace, people, places, mask, limit_s) for gap in gaps)


def _links(places: Places, homes: I8, link_m: float, terrain: Terrain | None) -> csr_array:
    """Join homes that belong together, as a sparse matrix of metres over ``homes``."""
    points = np.column_stack((places.home_x[homes], places.home_y[homes]))
    pairs = cKDTree(points).query_pairs(link_m, output_type="ndarray").astype(np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    if terrain is not None and len(pairs):
        pairs = pairs[terrain.obstacles.leaves_streets_free(points[pairs])]
    if places.compound is not None:
        pairs = np.concatenate((pairs, _same_compound(places.compound[homes])))
    metres = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    # Two homes in one spot are a link too; a sparse matrix would take a zero for "no link".
    links = coo_array((np.maximum(metres, 0.01), (pairs[:, 0], pairs[:, 1])), shape=(len(homes), len(homes)))
    return csr_array(links)


def _same_compound(compound: I8) -> I8:
    """Chain the homes of each compound, int64[p, 2]."""
    order = np.argsort(compound, kind="stable")
    same = (np.diff(compound[order]) == 0) & (compound[order[1:]] >= 0)
    return np.column_stack((order[:-1][same], order[1:][same]))


def _shape(places: Places, members: I8, links: csr_array) -> Polygon | MultiPolygon:
    """Draw the cluster: its homes and the shortest links that join them, buffered; holes are kept."""
    points = np.column_stack((places.home_x[members], places.home_y[members]))
    tree = minimum_spanning_tree(links).tocoo()
    lines = shapely.linestrings(np.stack((points[tree.row], points[tree.col]), axis=1))
    drawn = np.concatenate((np.ravel(np.asarray(shapely.points(points))), np.ravel(np.asarray(lines))))
    return cast(Polygon | MultiPolygon, shapely.union_all(shapely.buffer(drawn, BUFFER_M, quad_segs=6)))


def _gap(
    members: I8,
    shape: Polygon | MultiPolygon,
    nearest: I4,
    ticks: U2,
    people: Population,
    places: Places,
    mask: Bool | None,
    limit_s: int,
) -> Gap:
    middle = _middle(places, people, members)
    station, metres = _as_the_crow_flies(places, middle, mask)
    best = int(members[np.argmin(ticks[members])])
    nearest_s = _seconds(int(ticks[best]))
    weights = np.maximum(people.households[members], 1)
    return Gap(
        homes=members,
        middle=middle,
        shape=shape,
        households=int(people.households[members].sum()),
        persons=int(people.persons_by_home[members].sum()),
        elders=int(people.elders_by_home[members].sum()),
        straight_station=station,
        straight_m=metres,
        walk_station=int(nearest[best]),
        median_s=_seconds(_weighted_median(ticks[members], weights)),
        nearest_s=nearest_s,
        short_s=None if nearest_s is None else nearest_s - limit_s,
        reason=Reason(Cause.FAR),
    )


def _explained(
    gap: Gap,
    terrain: Terrain,
    pace: Pace,
    people: Population,
    places: Places,
    mask: Bool | None,
    limit_s: int,
) -> Gap:
    """Ask a few homes spread over the gap; what holds for most households is the gap's reason."""
    if gap.straight_station < 0:
        return gap
    asked = _spread(places, gap)
    answers = [_asked(gap, home, terrain, pace, places, mask, limit_s) for home in asked]
    votes: Counter[tuple[Cause, Line | None]] = Counter()
    for home, closest in zip(gap.homes.tolist(), _closest(places, gap.homes, asked), strict=True):
        reason = answers[closest].reason
        votes[reason.kind, reason.barrier] += max(1, int(people.households[home]))
    # The middle home was asked first, so among equals it speaks.
    return max(answers, key=lambda answer: votes[answer.reason.kind, answer.reason.barrier])


def _asked(
    gap: Gap,
    home: int,
    terrain: Terrain,
    pace: Pace,
    places: Places,
    mask: Bool | None,
    limit_s: int,
) -> Gap:
    """Give the gap the reason between one of its homes and the station that home can almost see."""
    station, metres = _as_the_crow_flies(places, home, mask)
    reason = explain(
        terrain,
        pace,
        home,
        station,
        np.array((places.home_x[home], places.home_y[home])),
        np.array((places.station_x[station], places.station_y[station])),
        compound=places.compound_of(home),
        limit_s=limit_s,
    )
    return replace(gap, middle=home, straight_station=station, straight_m=metres, reason=reason)


def _spread(places: Places, gap: Gap) -> list[int]:
    """Pick the middle home, then again and again the home furthest from all picked, at most ASKED."""
    x, y = places.home_x[gap.homes], places.home_y[gap.homes]
    picked = [gap.middle]
    away = np.hypot(x - places.home_x[gap.middle], y - places.home_y[gap.middle])
    while len(picked) < ASKED and away.max() > LINK_M / 2:
        furthest = int(gap.homes[np.argmax(away)])
        picked.append(furthest)
        away = np.minimum(away, np.hypot(x - places.home_x[furthest], y - places.home_y[furthest]))
    return picked


def _closest(places: Places, homes: I8, asked: list[int]) -> list[int]:
    """Tell for each home which of the asked ones is closest, as its place in the list."""
    x, y = places.home_x, places.home_y
    away = np.hypot(x[homes][:, None] - x[asked][None, :], y[homes][:, None] - y[asked][None, :])
    return [int(place) for place in np.argmin(away, axis=1)]


def _middle(places: Places, people: Population, members: I8) -> int:
    """Find the home closest to where the households' weight lies."""
    weights = np.maximum(people.households[members], 1)
    x, y = places.home_x[members], places.home_y[members]
    away = np.hypot(x - np.average(x, weights=weights), y - np.average(y, weights=weights))
    return int(members[np.argmin(away)])


def _as_the_crow_flies(places: Places, home: int, mask: Bool | None) -> tuple[int, float]:
    """Find the nearest (masked) station and its straight metres; -1 and infinity where there is none."""
    metres = np.hypot(places.station_x - places.home_x[home], places.station_y - places.home_y[home])
    if mask is not None:
        metres = np.where(mask, metres, np.inf)
    if not np.isfinite(metres).any():
        return -1, float("inf")
    return int(np.argmin(metres)), float(metres.min())


def _weighted_median(ticks: U2, weights: I8) -> int:
    order = np.argsort(ticks, kind="stable")
    running = np.cumsum(weights[order])
    return int(ticks[order[np.searchsorted(running * 2, running[-1])]])


def _seconds(ticks: int) -> float | None:
    return ticks * TICK_S if ticks < UNREACHED else None
