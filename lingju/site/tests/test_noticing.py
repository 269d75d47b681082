"""What the house notices by itself: a search in vain, a device that is out of order and works again."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lingju.bookings.events import ClaimRefused
from lingju.bookings.models import Pool
from lingju.bookings.tests.builders import a_bookable, a_key, a_station, at, booked
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


def test_behind_an_address_of_many_each_search_is_somebody_elses(
    django_capture_on_commit_callbacks: Committing,
) -> None:
    builders.a_tree(builders.a_district())
    for _somebody in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            Client(REMOTE_ADDR="10.0.0.1").get(reverse("here"), {"q": "没有的小区"})
    assert Signal.objects.get().times == 3


@pytest.mark.parametrize(
    ("address", "by_staff", "times"), [("8.8.8.8", False, 1), ("8.8.8.8", True, 3), ("10.0.0.1", False, 3)]
)
def test_of_refused_bookings_each_caller_counts_and_each_press_once(
    address: str, by_staff: bool, times: int
) -> None:
    haircut = a_bookable(a_station())
    pool = Pool.objects.get()
    for press in ("first-1", "first-1", "second-1", "third-1"):
        fact = ClaimRefused(
            haircut.district_id,
            haircut.station_id,
            haircut.pk,
            pool.pk,
            1,
            f"{address}{by_staff}{press}",
            by_staff,
        )
        with surroundings.within(Surroundings("request-0001", address)):
            noticing.notice_refused(fact)
    signal = Signal.objects.get()
    assert (signal.kind, signal.times) == ("refused", times)


@time_machine.travel("2026-03-02T09:00:00+08:00", tick=False)
def test_a_clerk_who_books_for_callers_says_so_with_what_is_refused(
    django_capture_on_commit_callbacks: Committing,
) -> None:
    station = a_station()
    haircut = a_bookable(station)
    booked(haircut, at(10, days=1))
    clerk = cast.signed_in_client(cast.a_clerk(at=station.area))
    for caller in ("13800001111", "13800002222"):
        form = {
            "at": at(10, days=1).strftime("%Y-%m-%dT%H:%M"),
            "phone": caller,
            "called": "王",
            "key": a_key(),
        }
        with django_capture_on_commit_callbacks(execute=True):
            clerk.post(f"/book/{haircut.pk}/", form, REMOTE_ADDR="8.8.8.8")
    assert Signal.objects.get().times == 2


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
