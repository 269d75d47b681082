"""How far it is from each unit to each community: along the streets where all can be reached, else as a line.

One measure for all, or comparing them would be unfair; whoever shows the metres says which it was.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from lingju.circles.arrays import F8, I8
from lingju.circles.profiles import PROFILES
from lingju.circles.straight import straight_metres
from lingju.cobuilding.models import Enrolment, Rota
from lingju.places import walking, ways
from lingju.places.models import Area, District, Station
from lingju.places.walking import Origin, Town

FARTHEST_S: Final = 4 * 3600.0
WALKER: Final = "adult"


def metres(
    district: District, units: Sequence[Enrolment], communities: Sequence[Area]
) -> tuple[I8, Rota.Way]:
    """Return whole metres, a row for each unit and a column for each community, and how they were measured.

    A community is where its nearest station is. A unit that has not said where it is counts as being in the
    middle of all communities; a community without a station is in the middle of the district.
    """
    stops = _stops(district, communities)
    homes = [
        (unit.lon, unit.lat) if unit.lon is not None and unit.lat is not None else None for unit in units
    ]
    walked = _walked(walking.town(district), homes, stops)
    if walked is not None:
        return walked, Rota.Way.WALKING
    return _straight(homes, stops, district), Rota.Way.STRAIGHT


Stops = list[list[tuple[int, float, float]]]
Homes = list[tuple[float, float] | None]


def _stops(district: District, communities: Sequence[Area]) -> Stops:
    """Return the stations of each community: id and degrees."""
    found = Station.objects.filter(district_id=district.pk).order_by("id")
    rows = list(found.values_list("id", "lon", "lat", "area__stem"))
    return [
        [(pk, lon, lat) for pk, lon, lat, stem in rows if stem.startswith(area.stem)] for area in communities
    ]


def _walked(town: Town, homes: Homes, stops: Stops) -> I8 | None:
    """Return the metres along the streets; None where a unit has no place, or something is out of reach."""
    if town.streets is None or any(home is None for home in homes) or not all(stops):
        return None
    rows = [_seconds(town, home, stops) for home in homes if home is not None]
    if any(seconds is None for row in rows for seconds in row):
        return None
    walked = np.array(rows, dtype=np.float64).reshape(len(homes), len(stops))
    return np.rint(walked * PROFILES[WALKER].metres_per_second).astype(np.int64)


def _seconds(town: Town, home: tuple[float, float], stops: Stops) -> list[int | None]:
    """Return the walk from a unit to each community's nearest station; None where none is in reach."""
    reached = ways.seconds_to_stations(town, Origin(*home, ""), WALKER, within_s=FARTHEST_S)
    return [min((reached[pk] for pk, *_at in stations if pk in reached), default=None) for stations in stops]


def _straight(homes: Homes, stops: Stops, district: District) -> I8:
    centre = (district.centre_lon or 0.0, district.centre_lat or 0.0)
    points: list[F8] = [
        np.array([(lon, lat) for _pk, lon, lat in stations] or [centre]) for stations in stops
    ]
    middle = np.mean([point.mean(axis=0) for point in points], axis=0) if points else np.array(centre)
    table = np.zeros((len(homes), len(stops)), dtype=np.int64)
    for row, home in enumerate(homes):
        lon, lat = home if home is not None else middle
        for column, point in enumerate(points):
            table[row, column] = round(float(straight_metres(lon, lat, point[:, 0], point[:, 1]).min()))
    return table
