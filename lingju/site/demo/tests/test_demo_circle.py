"""What the engine finds in the demo town: who reaches a station within ten minutes, and who does not."""

import numpy as np
import pytest

from lingju.circles.doors import Doors, snap
from lingju.circles.network import Network
from lingju.circles.profiles import PROFILES, Profile
from lingju.circles.table import time_table
from lingju.circles.weights import closed_by_compounds, edge_weights
from lingju.site.demo.model import Town
from lingju.site.demo.plane import metres
from lingju.site.demo.streetfile import invented_network

YARD_DETOUR = 1.2
TEN_MINUTES = round(600 / 0.02)


@pytest.fixture(scope="module")
def net(town: Town) -> Network:
    return invented_network(town)


@pytest.fixture(scope="module")
def closed(town: Town, net: Network) -> np.ndarray:
    gated = [c for c in town.compounds if c.gated]
    gates = [np.array([gate.at for gate in c.gates]) for c in gated]
    return closed_by_compounds(net, [np.array(c.ring) for c in gated], gates)


def homes(town: Town, net: Network, closed: np.ndarray, profile: Profile) -> Doors:
    """Leave through the gates of gated compounds, elsewhere to the nearest street."""
    compounds = {c.code: c for c in town.compounds}
    points = []
    for k, building in enumerate(town.buildings):
        compound = compounds[building.compound]
        if not compound.gated:
            points.append((k, *building.at, 0.0))
            continue
        x, y = metres(*building.at)
        for gate in compound.gates:
            gx, gy = metres(*gate.at)
            if gate.step_free or not profile.wheels:
                points.append((k, *gate.at, np.hypot(gx - x, gy - y) * YARD_DETOUR * 1000))
    place, lon, lat, extra = (np.array(column) for column in zip(*points, strict=True))
    return snap(net, lon, lat, place=place, places=len(town.buildings), closed=closed, extra_mm=extra)


def reached(town: Town, net: Network, closed: np.ndarray, code: str) -> np.ndarray:
    """Say of every building whether a station is within ten minutes."""
    profile = PROFILES[code]
    points = [
        (k, *door.at)
        for k, station in enumerate(town.stations)
        for door in station.doors
        if door.step_free or not profile.wheels
    ]
    place, lon, lat = (np.array(column) for column in zip(*points, strict=True))
    stations = snap(net, lon, lat, place=place, places=len(town.stations), closed=closed)
    weights = edge_weights(net, profile, closed=closed)
    table = time_table(net, weights, homes(town, net, closed, profile), stations, profile)
    return table.nearest()[1] <= TEN_MINUTES


def share(town: Town, covered: np.ndarray) -> float:
    households = np.array([b.households for b in town.buildings])
    return float((households * covered).sum() / households.sum())


def test_the_importer_reads_the_demo_as_one_town(net: Network) -> None:
    counts = net.provenance.counts
    assert counts["largest_component"] / counts["nodes"] > 0.98
    assert counts["missing_nodes"] == 0
    assert counts["steps"] >= 6
    assert counts["crossings"] >= 8
    assert counts["signals"] >= 20


def test_the_network_says_that_it_is_invented_and_claims_no_licence(net: Network) -> None:
    assert net.provenance.synthetic
    assert "OpenStreetMap" not in net.provenance.attribution
    assert net.provenance.licence == ""


def test_every_home_and_station_has_a_door_on_the_streets(
    town: Town, net: Network, closed: np.ndarray
) -> None:
    assert not homes(town, net, closed, PROFILES["adult"]).unsnapped().size
    lon, lat = zip(*(station.at for station in town.stations), strict=True)
    assert not snap(net, lon, lat, closed=closed, reach_m=20.0).unsnapped().size


def test_most_adults_reach_a_station_and_clearly_fewer_elders_and_wheels(
    town: Town, net: Network, closed: np.ndarray
) -> None:
    adult, elder, wheel, rule = (
        share(town, reached(town, net, closed, code)) for code in ("adult", "elder", "wheel", "gb50180")
    )
    assert 0.88 <= adult <= 0.95
    assert adult - 0.20 <= elder <= adult - 0.08
    assert wheel < elder
    assert abs(rule - elder) < 0.06


def test_the_railway_leaves_the_south_uncovered(town: Town, net: Network, closed: np.ndarray) -> None:
    covered = reached(town, net, closed, "adult")
    south = [
        b.households
        for b, is_covered in zip(town.buildings, covered, strict=True)
        if not is_covered and metres(*b.at)[1] < -900 and metres(*b.at)[0] > 0
    ]
    assert sum(south) > 500
