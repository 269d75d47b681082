"""Adding areas and renaming them."""

import pytest

from lingju.kernel.errors import BadInput, NotAllowed
from lingju.kernel.rules import SystemActor
from lingju.places.events import PlacesChanged
from lingju.places.models import Area, District
from lingju.places.services import areas
from lingju.places.tests.builders import a_district, a_tree, an_area
from lingju.places.tests.conftest import OfficeHolder
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


def test_a_district_is_founded_once(district: District) -> None:
    again = areas.found_district(code="140404", name="别名", actor=SystemActor())
    assert again == district
    assert again.name == "上党区"


def test_only_the_house_founds_a_district(district: District) -> None:
    officer = OfficeHolder(district.pk, "district_officer", "140404")
    with pytest.raises(NotAllowed):
        areas.found_district(code="140403", name="潞州区", actor=officer)


@pytest.mark.parametrize("code", ["1404", "14040a", "1404040", ""])
def test_a_district_has_six_digits(code: str) -> None:
    with pytest.raises(BadInput, match="6 位"):
        areas.found_district(code=code, name="区", actor=SystemActor())


@pytest.mark.parametrize(
    ("code", "level", "kind"),
    [
        ("140000000000", "province", "other"),
        ("1404", "city", "other"),
        ("140404", "district", "other"),
        ("140404001", "street", "town"),
        ("140404001000", "street", "town"),
        ("140404001002", "community", "residents"),
        ("140404001206", "community", "villagers"),
        ("140404001498", "community", "other"),
    ],
)
def test_the_digits_say_level_and_kind(district: District, code: str, level: str, kind: str) -> None:
    area = an_area(district, code, "某地")
    assert (area.level, area.kind, len(area.code)) == (level, kind, 12)


def test_a_grid_hangs_below_its_community(community: Area, system: SystemActor) -> None:
    grid = areas.add(community.district, code="140404001002-03", name="第三网格", level="grid", actor=system)
    assert grid.parent == community
    assert community.covers(grid)


def test_a_node_that_comes_late_adopts_what_lies_below(district: District) -> None:
    community = an_area(district)
    root = an_area(district, "140404", "上党区")
    street = an_area(district, "140404001", "韩店街道")
    community.refresh_from_db()
    assert (community.parent, street.parent) == (street, root)


def test_the_short_name_is_what_people_say(community: Area) -> None:
    assert community.short_name == "府后街社区"


def test_a_taken_code_is_refused(community: Area, system: SystemActor) -> None:
    with pytest.raises(BadInput, match="已经有了"):
        areas.add(community.district, code=community.code, name="再来一个", actor=system)


@pytest.mark.parametrize("code", ["14040", "abc", "1404040010021", "", "1404 04"])
def test_a_code_that_is_none_is_refused(district: District, system: SystemActor, code: str) -> None:
    if code == "1404040010021":
        assert areas.add(district, code=code, name="网格", level="grid", actor=system).level == "grid"
        return
    with pytest.raises(BadInput):
        areas.add(district, code=code, name="某地", actor=system)


def test_the_same_code_may_stand_in_another_district(community: Area) -> None:
    other = a_district("140403", name="潞州区")
    assert len(a_tree(other)) == 4


def test_renaming_leaves_a_footprint_and_is_announced(
    community: Area, system: SystemActor, heard: list[object]
) -> None:
    areas.rename(community, name="  府后街  社区居委会（新）", actor=system)
    community.refresh_from_db()
    assert community.name == "府后街 社区居委会（新）"
    assert heard == [PlacesChanged(community.district_id, "area", community.pk, "rename")]
    footprint = Footprint.objects.about(community).get(action="rename")
    assert footprint.after["name"] == community.name


def test_the_same_name_again_changes_nothing(
    community: Area, system: SystemActor, heard: list[object]
) -> None:
    before = Footprint.objects.count()
    areas.rename(community, name=community.name, actor=system)
    assert heard == []
    assert Footprint.objects.count() == before


def test_an_empty_or_endless_name_is_refused(community: Area, system: SystemActor) -> None:
    for name in ("", "   ", "长" * 61):
        with pytest.raises(BadInput, match="名称"):
            areas.rename(community, name=name, actor=system)


def test_a_clerk_does_not_rename_an_area(community: Area) -> None:
    with pytest.raises(NotAllowed):
        areas.rename(
            community, name="我的", actor=OfficeHolder(community.district_id, "clerk", community.stem)
        )
