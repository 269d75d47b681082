"""The catalogue of services, and what a station offers to whom."""

import pytest

from lingju.kernel.errors import BadInput, NotAllowed
from lingju.kernel.rules import SystemActor
from lingju.places.catalogue import AUDIENCES, FACILITY_KINDS, PLACE_CATEGORIES, SERVICES, facility_kind
from lingju.places.events import StationChanged
from lingju.places.models import District, Service, Station
from lingju.places.services import catalogue
from lingju.places.services.catalogue import OfferTerms
from lingju.places.tests.builders import a_catalogue, a_district
from lingju.places.tests.conftest import Cast

# Not every test asks the database, but those of the data are few.
pytestmark = pytest.mark.django_db


def test_every_district_begins_with_the_whole_catalogue(district: District) -> None:
    a_catalogue(district)
    assert Service.objects.filter(district=district).count() == len(SERVICES) == 34
    assert {service.group for service in Service.objects.all()} == set(Service.Group.values)


def test_filling_again_adds_nothing_and_keeps_what_was_renamed(
    district: District, system: SystemActor
) -> None:
    a_catalogue(district)
    Service.objects.filter(code="water").update(name="接热水")
    assert catalogue.fill(district, actor=system) == 0
    assert Service.objects.get(district=district, code="water").name == "接热水"


def test_services_name_facilities_that_exist_and_places_name_sound_numbers() -> None:
    assert {kind for seed in SERVICES.values() for kind in seed.facilities} <= set(FACILITY_KINDS)
    assert {category.minutes for category in PLACE_CATEGORIES.values()} == {5, 10, 15}
    assert len(PLACE_CATEGORIES) == 33
    assert AUDIENCES["disabled"].is_sensitive
    assert not AUDIENCES["courier"].is_sensitive
    assert facility_kind("from_the_future").icon


def test_offering_again_replaces_the_terms(
    station: Station, system: SystemActor, heard: list[object]
) -> None:
    a_catalogue(station.district)
    heard.clear()
    first = catalogue.offer(station, "haircut", actor=system)
    terms = OfferTerms(price="5 元", by_appointment=True, audiences=("older_people",))
    second = catalogue.offer(station, "haircut", terms, actor=system)
    catalogue.offer(station, "haircut", terms, actor=system)
    second.refresh_from_db()
    assert (first.pk, second.price, second.by_appointment) == (second.pk, "5 元", True)
    assert [tag.code for tag in second.audiences.all()] == ["older_people"]
    assert heard == [StationChanged(station.district_id, station.pk, "offer")] * 2


def test_a_service_may_be_named_in_chinese(station: Station, system: SystemActor) -> None:
    a_catalogue(station.district)
    assert catalogue.offer(station, "理发", actor=system).service.code == "haircut"


def test_withdrawing_keeps_the_row_and_offering_brings_it_back(station: Station, system: SystemActor) -> None:
    a_catalogue(station.district)
    offer = catalogue.offer(station, "water", actor=system)
    catalogue.withdraw(offer, actor=system)
    catalogue.withdraw(offer, actor=system)
    offer.refresh_from_db()
    assert not offer.is_offered
    assert catalogue.offer(station, "water", actor=system).is_offered


@pytest.mark.parametrize(
    ("code", "audiences", "sentence"),
    [("teleport", (), "服务目录里没有"), ("water", ("martians",), "人群标签"), ("wifi", (), "已经停用")],
)
def test_what_is_in_no_catalogue_is_refused(
    station: Station, system: SystemActor, code: str, audiences: tuple[str, ...], sentence: str
) -> None:
    a_catalogue(station.district)
    Service.objects.filter(code="wifi").update(is_retired=True)
    with pytest.raises(BadInput, match=sentence):
        catalogue.offer(station, code, OfferTerms(audiences=audiences), actor=system)


def test_a_service_of_another_district_is_unknown(station: Station, system: SystemActor) -> None:
    a_catalogue(a_district("140403", name="潞州区"))
    with pytest.raises(BadInput, match="服务目录里没有"):
        catalogue.offer(station, "water", actor=system)


def test_a_keeper_does_not_decide_what_is_offered(station: Station, cast: Cast) -> None:
    a_catalogue(station.district)
    for name in ("keeper", "resident", "clerk_elsewhere"):
        with pytest.raises(NotAllowed):
            catalogue.offer(station, "water", actor=cast[name])
    with pytest.raises(NotAllowed):
        catalogue.fill(station.district, actor=cast["street_officer"])
    catalogue.offer(station, "water", actor=cast["clerk"])
