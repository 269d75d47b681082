"""Putting a street network to use."""

from pathlib import Path

import pytest

from lingju.circles.network import Network
from lingju.kernel.errors import BadInput, NotAllowed
from lingju.kernel.rules import SystemActor
from lingju.places.events import StreetsLoaded
from lingju.places.models import Area, District, StreetNetwork
from lingju.places.services import streets
from lingju.places.tests.builders import CENTRE, a_district, a_tree, the_system
from lingju.places.tests.conftest import OfficeHolder

pytestmark = pytest.mark.django_db


def a_file(folder: Path, name: str = "a.net", middle: tuple[float, float] = CENTRE) -> Path:
    """Save a network of one crossing with three arms."""
    lon, lat = middle
    lons = [lon, lon + 0.001, lon - 0.001, lon]
    lats = [lat, lat, lat, lat + 0.0001 * len(name)]
    path = folder / name
    Network.from_edges(lons, lats, [0, 0, 0], [1, 2, 3]).save(path)
    return path


def test_the_first_streets_tell_a_district_where_it_is(tmp_path: Path, heard: list[object]) -> None:
    district = a_district(centre=None)
    row = streets.load(district, a_file(tmp_path), actor=the_system(district))
    district.refresh_from_db()
    assert district.centre_lon == pytest.approx(CENTRE[0], abs=1e-6)
    assert district.layout_version == 2
    assert (row.is_current, row.nodes, row.edges) == (True, 4, 3)
    assert heard[-1] == StreetsLoaded(district.pk, row.pk)
    assert row.path == tmp_path / "a.net"


def test_the_same_file_again_changes_nothing(district: District, system: SystemActor, tmp_path: Path) -> None:
    path = a_file(tmp_path)
    first = streets.load(district, path, actor=system)
    assert streets.load(district, path, actor=system) == first
    assert StreetNetwork.objects.count() == 1


def test_other_streets_take_over(district: District, system: SystemActor, tmp_path: Path) -> None:
    first = streets.load(district, a_file(tmp_path), actor=system)
    second = streets.load(district, a_file(tmp_path, "longer-name.net"), actor=system)
    first.refresh_from_db()
    assert (first.is_current, second.is_current) == (False, True)
    assert District.objects.get(pk=district.pk).layout_version == 3


def test_streets_of_another_city_are_refused(district: District, system: SystemActor, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="不在本区"):
        streets.load(district, a_file(tmp_path, middle=(116.4, 39.9)), actor=system)


def test_a_file_that_is_none_is_refused_with_a_sentence(
    district: District, system: SystemActor, tmp_path: Path
) -> None:
    path = tmp_path / "b.net"
    path.write_bytes(b"not a network")
    with pytest.raises(BadInput, match=r"b\.net"):
        streets.load(district, path, actor=system)


def test_a_street_officer_does_not_change_the_streets(community: Area, tmp_path: Path) -> None:
    officer = OfficeHolder(community.district_id, "street_officer", "140404001")
    with pytest.raises(NotAllowed):
        streets.load(community.district, a_file(tmp_path), actor=officer)


def test_trees_of_two_districts_stay_apart() -> None:
    here, there = a_tree(a_district()), a_tree(a_district("140403", name="潞州区"))
    assert {area.district_id for area in here}.isdisjoint({area.district_id for area in there})
