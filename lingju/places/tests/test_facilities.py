"""Facilities: what stands at a station and what somebody saw."""

import datetime as dt
from contextlib import nullcontext

import pytest
import time_machine

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn
from lingju.kernel.rules import SystemActor
from lingju.places.events import FacilityChanged, StationChanged
from lingju.places.models import Facility, Station
from lingju.places.services import facilities
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests.conftest import Cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def charger(station: Station, system: SystemActor) -> Facility:
    return facilities.add(station, FacilityDraft("phone_charging", total=6), actor=system)


def test_a_facility_takes_the_name_of_its_kind(charger: Facility) -> None:
    assert (charger.name, charger.total, charger.free) == ("手机充电口", 6, 6)


def test_a_kind_that_nobody_knows_is_refused(station: Station, system: SystemActor) -> None:
    with pytest.raises(BadInput, match="没有“jacuzzi”"):
        facilities.add(station, FacilityDraft("jacuzzi"), actor=system)


def test_a_name_that_stands_there_already_is_refused(charger: Facility, system: SystemActor) -> None:
    with pytest.raises(BadInput, match="已经有"):
        facilities.add(charger.station, FacilityDraft("phone_charging"), actor=system)
    toilet = facilities.add(charger.station, FacilityDraft("toilet"), actor=system)
    with pytest.raises(BadInput, match="已经有"):
        facilities.edit(toilet, FacilityDraft("toilet", name="手机充电口"), actor=system)


def test_a_state_is_recorded_and_announced(
    charger: Facility, system: SystemActor, heard: list[object]
) -> None:
    facilities.record_state(charger, state="out_of_order", note="线断了", actor=system)
    charger.refresh_from_db()
    assert (charger.state, charger.note) == ("out_of_order", "线断了")
    assert heard == [FacilityChanged(charger.district_id, charger.station_id, charger.pk, "out_of_order")]


def test_seeing_the_same_again_renews_the_time_and_leaves_no_second_footprint(
    charger: Facility, system: SystemActor, heard: list[object]
) -> None:
    facilities.record_state(charger, state="busy", actor=system)
    heard.clear()
    count = Footprint.objects.about(charger).count()
    later = clock.now() + dt.timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        facilities.record_state(charger, state="busy", actor=system)
    charger.refresh_from_db()
    assert charger.as_of == later
    assert heard == []
    assert Footprint.objects.about(charger).count() == count


def test_an_older_sight_does_not_overwrite_a_newer_one(charger: Facility, system: SystemActor) -> None:
    facilities.record_state(charger, free=2, actor=system)
    an_hour_ago = clock.now() - dt.timedelta(hours=1)
    facilities.record_state(charger, free=5, as_of=an_hour_ago, actor=system)
    charger.refresh_from_db()
    assert charger.free == 2


def test_nobody_sees_the_future(charger: Facility, system: SystemActor) -> None:
    with pytest.raises(BadInput, match="时间还没到"):
        facilities.record_state(charger, free=5, as_of=clock.now() + dt.timedelta(days=1), actor=system)


@pytest.mark.parametrize("free", [-1, 7])
def test_no_more_are_free_than_there_are(charger: Facility, system: SystemActor, free: int) -> None:
    with pytest.raises(BadInput, match="0 到 6"):
        facilities.record_state(charger, free=free, actor=system)


def test_a_state_that_does_not_exist_is_refused(charger: Facility, system: SystemActor) -> None:
    with pytest.raises(BadInput, match="状态"):
        facilities.record_state(charger, state="exploded", actor=system)


def test_fewer_in_all_never_leaves_more_free(charger: Facility, system: SystemActor) -> None:
    facilities.edit(charger, FacilityDraft("phone_charging", total=4), actor=system)
    charger.refresh_from_db()
    assert (charger.total, charger.free) == (4, 4)


def test_removing_is_announced(charger: Facility, system: SystemActor, heard: list[object]) -> None:
    facilities.remove(charger, actor=system)
    assert not Facility.objects.exists()
    assert heard == [StationChanged(charger.district_id, charger.station_id, "equip")]


def test_looking_everything_over_renews_every_time(
    station: Station, charger: Facility, system: SystemActor
) -> None:
    facilities.add(station, FacilityDraft("toilet"), actor=system)
    Facility.objects.update(as_of=clock.now() - dt.timedelta(days=2))
    assert facilities.confirm_all(station, actor=system) == 2
    assert all(clock.now() - one.as_of < dt.timedelta(minutes=1) for one in station.facilities.all())


@pytest.mark.parametrize(
    ("name", "may_record", "may_equip"),
    [
        ("stranger", False, False),
        ("resident", False, False),
        ("keeper", True, False),
        ("clerk", True, True),
        ("clerk_elsewhere", False, False),
        ("street_officer", True, True),
        ("district_officer", True, True),
        ("officer_of_another_district", False, False),
    ],
)
def test_who_may_record_and_who_may_equip(
    charger: Facility, cast: Cast, name: str, may_record: bool, may_equip: bool
) -> None:
    refusal = NotSignedIn if name == "stranger" else NotAllowed
    with nullcontext() if may_record else pytest.raises(refusal):
        facilities.record_state(charger, state="busy", actor=cast[name])
    with nullcontext() if may_record else pytest.raises(refusal):
        facilities.confirm_all(charger.station, actor=cast[name])
    with nullcontext() if may_equip else pytest.raises(refusal):
        facilities.add(charger.station, FacilityDraft("toilet"), actor=cast[name])
    with nullcontext() if may_equip else pytest.raises(refusal):
        facilities.remove(charger, actor=cast[name])


def test_whoever_looks_whether_it_works_has_not_counted_what_is_free(
    charger: Facility, system: SystemActor
) -> None:
    counted = clock.now() + dt.timedelta(hours=1)
    with time_machine.travel(counted, tick=False):
        facilities.record_state(charger, free=2, actor=system)
    later = counted + dt.timedelta(hours=3)
    with time_machine.travel(later, tick=False):
        facilities.record_state(charger, state="working", actor=system)
    charger.refresh_from_db()
    assert (charger.as_of, charger.known_at) == (later, counted)
    with time_machine.travel(later, tick=False):
        facilities.confirm_all(charger.station, actor=system)
    charger.refresh_from_db()
    assert charger.known_at == later
