"""A session takes its room whole: nobody books over it, and it takes nobody's booking."""

import pytest

from lingju.bookings.models import Claim, Pool
from lingju.bookings.services import rooms
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.tests.builders import a_bookable, a_pool, a_station, at, booked, the_system
from lingju.places.models import Space, Station

pytestmark = pytest.mark.django_db


def a_room(station: Station, capacity: int = 2) -> tuple[Space, Pool]:
    """Add a room, and the pool of its places."""
    space = Space.objects.create(district=station.district, station=station, name="活动室")
    return space, a_pool(station, capacity, "活动室", kind=Pool.Kind.ROOM, space=space)


def test_nobody_books_over_what_happens_there() -> None:
    station = a_station()
    space, pool = a_room(station)
    desk = a_bookable(station, pool, name="书法桌")
    rooms.occupy(space, at(14), at(16), key="session-1", actor=the_system(station))
    with pytest.raises(NoPlace):
        booked(desk, at(15))
    assert booked(desk, at(16)).state == Claim.State.CONFIRMED


def test_it_takes_nobodys_booking() -> None:
    station = a_station()
    space, pool = a_room(station)
    booked(a_bookable(station, pool, name="书法桌"), at(15))
    with pytest.raises(NoPlace):
        rooms.occupy(space, at(14), at(16), key="session-1", actor=the_system(station))


def test_the_same_key_moves_it_and_gives_the_old_time_back() -> None:
    station = a_station()
    space, pool = a_room(station)
    actor = the_system(station)
    first = rooms.occupy(space, at(14), at(16), key="session-1", actor=actor)
    again = rooms.occupy(space, at(14), at(16), key="session-1", actor=actor)
    moved = rooms.occupy(space, at(10), at(12), key="session-1", actor=actor)
    assert first == again == moved
    assert booked(a_bookable(station, pool, name="书法桌"), at(15)).state == Claim.State.CONFIRMED
    rooms.vacate(station.district_id, key="session-1", actor=actor)
    assert rooms.vacate(station.district_id, key="session-1", actor=actor) is None
    assert rooms.occupy(space, at(10), at(12), key="session-1", actor=actor) is not None


def test_a_room_that_nobody_can_book_needs_no_claim() -> None:
    station = a_station()
    space = Space.objects.create(district=station.district, station=station, name="里间")
    assert rooms.occupy(space, at(14), at(16), key="session-1", actor=the_system(station)) is None
    assert Claim.objects.count() == 0
