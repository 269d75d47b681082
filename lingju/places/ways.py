"""What one asks of a town: how long to each station, which way, what ten minutes reach, who is left out.

Each answer comes from one bounded search on the streets, or, where no network is loaded, from straight
lines; `Town.is_straight` says which, and every page that shows a minute must say it too.
"""

import math
from collections.abc import Sequence

import numpy as np
from shapely.geometry import MultiPolygon

from lingju.circles.arrays import I8, Bool
from lingju.circles.ball import ball, door_ticks, least_by_place
from lingju.circles.causes import Compound as Walls
from lingju.circles.causes import Terrain
from lingju.circles.doors import Doors
from lingju.circles.gaps import Gap, Places, find_gaps
from lingju.circles.network import TICK_S, UNREACHED
from lingju.circles.polygons import Spurs, isochrones
from lingju.circles.profiles import PROFILES
from lingju.circles.route import Route, route
from lingju.circles.straight import straight_table
from lingju.circles.table import TABLE_S
from lingju.circles.trial import Suggestion, Trial, best_trials, trial
from lingju.places.walking import Origin, Town

TEN_MINUTES_S = 600
PACES = ("adult", "elder", "wheel")


def minutes_of(seconds: float) -> int:
    """Return whole minutes, rounded up, one at least: nobody was ever late for arriving early."""
    return max(1, math.ceil(seconds / 60 - 1e-9))


def seconds_to_stations(
    town: Town, origin: Origin, profile: str, *, within_s: float = TABLE_S
) -> dict[int, int]:
    """Return the walking seconds from an origin to each station within a time, by station id.

    Without streets the lines are straight and reach no farther than the twenty minutes of a time table.
    """
    if town.streets is None:
        return _straight_seconds(town, origin, profile)
    pace = town.pace(profile)
    here = town.origin(origin, profile)
    limit = round(within_s / TICK_S)
    found = ball(town.streets.net, pace.edge_w, here, 0, limit=limit)
    ticks, _ = least_by_place(
        pace.stations.doors, door_ticks(town.streets.net, found, here, 0, pace.stations)
    )
    return {
        station_id: math.ceil(ticks[place] * TICK_S)
        for place, station_id in enumerate(town.stops.ids)
        if ticks[place] < UNREACHED
    }


def _straight_seconds(town: Town, origin: Origin, profile: str) -> dict[int, int]:
    here = (np.array([origin.lon]), np.array([origin.lat]))
    table = straight_table(*here, town.stops.lon, town.stops.lat, PROFILES[profile])
    return {
        town.stops.ids[place]: math.ceil(ticks * TICK_S)
        for place, ticks in zip(table.station.tolist(), table.ticks.tolist(), strict=True)
    }


def way_to(town: Town, origin: Origin, station_id: int, profile: str) -> Route | None:
    """Return the shortest way to a station; None beyond twenty minutes or where no streets are loaded."""
    place = town.stops.place(station_id)
    if town.streets is None or place is None:
        return None
    pace = town.pace(profile)
    here = town.origin(origin, profile)
    return route(town.streets.net, town.streets.shapes, pace.edge_w, here, 0, pace.stations, place)


def land_within(
    town: Town, origin: Origin, profile: str, limits_s: Sequence[int] = (300, 600)
) -> tuple[MultiPolygon, ...]:
    """Return the land within each limit of an origin, in local metres; empty where no streets are loaded."""
    if town.streets is None:
        return tuple(MultiPolygon() for _ in limits_s)
    here = town.origin(origin, profile)
    pace = town.pace(profile)
    net, shapes = town.streets.net, town.streets.shapes
    # Homes deep inside their compounds are joined to their gates, or the land would leave them out.
    homes = Spurs(*town.metres(town.homes.lon, town.homes.lat), pace.homes)
    drawn = isochrones(net, shapes, pace.edge_w, here, 0, limits_s, homes=homes)
    return tuple(isochrone.shape for isochrone in drawn)


def places_of(town: Town) -> Places:
    """Return where homes and stations stand, in local metres, with the walls around homes."""
    homes = town.homes
    home_x, home_y = town.metres(homes.lon, homes.lat)
    station_x, station_y = town.metres(town.stops.lon, town.stops.lat)
    walled = [compound_id for compound_id in town.gates if compound_id in town.rings]
    numbers = {compound_id: number for number, compound_id in enumerate(walled)}
    compound = np.array([numbers.get(own or 0, -1) for own in homes.compounds], dtype=np.int64)
    walls = tuple(_walls_of(town, compound_id) for compound_id in walled)
    return Places(home_x, home_y, station_x, station_y, compound, walls)


def _walls_of(town: Town, compound_id: int) -> Walls:
    """Return a compound's wall and its passable gates in local metres."""
    ring = np.column_stack(town.metres(*town.rings[compound_id].T))
    gates = [(gate.lon, gate.lat) for gate in town.gates[compound_id]]
    points = np.array(gates, dtype=np.float64).reshape(-1, 2)
    return Walls(ring, np.column_stack(town.metres(*points.T)))


def gaps_of(town: Town, profile: str, *, mask: Bool | None = None) -> tuple[Gap, ...]:
    """Return the clusters of homes beyond ten minutes, those with most households first."""
    if town.streets is None:
        return find_gaps(town.table(profile), town.homes.people, places_of(town), mask=mask)
    streets, pace = town.streets, town.pace(profile)
    terrain = Terrain(streets.net, streets.shapes, streets.obstacles)
    people, places = town.homes.people, places_of(town)
    return find_gaps(pace.table, people, places, terrain=terrain, pace=pace, mask=mask)


def trial_at(town: Town, lon: float, lat: float, *, mask: Bool | None = None) -> Trial:
    """Return what one more station at a point would change, at every pace."""
    assert town.streets is not None
    site = site_at(town, lon, lat)
    paces = {code: town.pace(code) for code in PACES}
    return trial(paces, town.homes.people, site, mask=mask)


def site_at(town: Town, lon: float, lat: float) -> Doors:
    """Put one trial door on the nearest street."""
    return town.snapper(PROFILES["adult"]).snap([lon], [lat])


def suggestions_for(
    town: Town, homes: I8, profile: str, *, mask: Bool | None = None
) -> tuple[Suggestion, ...]:
    """Return the street corners where one more station would reach most of these homes."""
    assert town.streets is not None
    return best_trials(town.streets.net, town.pace(profile), town.homes.people, homes, mask=mask)
