"""What the house notices by itself: a search in vain, a device that is out of order and works again."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lingju.needs.models import Signal
from lingju.needs.services import signalling
from lingju.needs.text.screening import screen
from lingju.people.tests import cast
from lingju.places.events import FacilityChanged
from lingju.places.models import Facility
from lingju.places.services import catalogue, facilities
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests import builders
from lingju.site import noticing
from lingju.trail import surroundings
from lingju.trail.surroundings import Surroundings

pytestmark = pytest.mark.django_db
HERE = Surroundings("request-0001", "8.8.8.8")
Committing = Callable[..., AbstractContextManager[list[Callable[[], None]]]]


def test_a_name_that_nobody_has_is_noticed_once_from_one_address(
    django_capture_on_commit_callbacks: Committing,
) -> None:
    builders.a_tree(builders.a_district())
    for _twice in range(2):
        with surroundings.within(HERE), django_capture_on_commit_callbacks(execute=True):
            Client().get(reverse("here"), {"q": "没有的小区"})
    signal = Signal.objects.get()
    assert (signal.kind, signal.times, signal.words) == ("search", 1, "找“没有的小区”，名单里没有")
    assert signal.area.level == "district"


def test_a_name_that_is_found_is_nothing_to_notice(django_capture_on_commit_callbacks: Committing) -> None:
    _root, _street, area, _neighbour = builders.a_tree(builders.a_district())
    builders.a_compound(area, name="府后家园")
    with django_capture_on_commit_callbacks(execute=True):
        Client().get(reverse("here"), {"q": "府后"})
        Client().get(reverse("here"), {"q": "x"})
    assert not Signal.objects.exists()


def test_a_service_that_is_not_within_ten_minutes_is_noticed_for_the_community(
    django_capture_on_commit_callbacks: Committing,
) -> None:
    district = builders.a_district()
    _root, _street, area, _neighbour = builders.a_tree(district)
    builders.a_catalogue(district)
    compound = builders.a_compound(area)
    service = catalogue.service_by_code(district.pk, "water")
    browser = Client()
    browser.post(reverse("here"), {"compound": compound.pk})
    with django_capture_on_commit_callbacks(execute=True):
        browser.get(reverse("circle"), {"service": "water"})
    signal = Signal.objects.get()
    assert (signal.area, signal.key) == (area, f"service:water:{area.stem}")
    assert service.name in signal.words


@time_machine.travel("2026-03-02T09:00:00+08:00", tick=False)
def test_a_device_out_of_order_is_noticed_and_taken_back_when_it_works() -> None:
    district = builders.a_district()
    _root, _street, area, _neighbour = builders.a_tree(district)
    station = builders.a_station(area)
    actor = cast.the_system(district)
    facility = facilities.add(station, FacilityDraft("hot_water", "饮水机"), actor=actor)
    fact = FacilityChanged(district.pk, station.pk, facility.pk, "out_of_order")
    noticing.notice_facility(fact)
    assert not Signal.objects.exists()
    facilities.record_state(facility, actor=actor, state=Facility.State.OUT_OF_ORDER)
    noticing.notice_facility(fact)
    signal = Signal.objects.get()
    assert (signal.kind, signal.station, signal.words) == ("broken", station, f"{station.name}的饮水机坏了")
    facilities.record_state(facility, actor=actor, state=Facility.State.WORKING)
    noticing.notice_facility(fact)
    signal.refresh_from_db()
    assert signal.state == Signal.State.DISMISSED


def test_a_number_that_reads_like_a_bank_cards_is_still_the_number_of_one_device() -> None:
    district = builders.a_district()
    area = builders.a_tree(district)[2]
    like_cards = (384516559051251387, 384516622403441443)
    assert {screen(f"facility:{number}").text for number in like_cards} == {"facility:〔卡号〕"}
    for number in like_cards:
        key = signalling.row_key("facility", number)
        signalling.notice(Signal.Kind.BROKEN, area=area, words="坏了", key=key)
    assert Signal.objects.count() == 2
    gone = signalling.row_key("facility", like_cards[0])
    assert signalling.settle(Signal.Kind.BROKEN, district_id=district.pk, key=gone) == 1
    assert Signal.objects.get(key=f"facility:{like_cards[1]}").state == Signal.State.WAITING
