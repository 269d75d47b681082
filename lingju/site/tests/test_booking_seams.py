"""What the root shows of bookings: cards and a first free time at a station, my next booking at home."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from lingju.bookings import mine
from lingju.bookings.models import Claim
from lingju.bookings.tests.builders import a_bookable, a_pool, booked
from lingju.kernel import clock
from lingju.places.services import catalogue
from lingju.places.tests.builders import the_system
from lingju.site.tests.towns import NOON, SmallTown, a_small_town, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path) -> SmallTown:
    with time_machine.travel(NOON):
        return a_small_town(tmp_path)


def holding(claim: Claim) -> Client:
    """Return a phone that holds a booking."""
    client, response = Client(), HttpResponse()
    request: Any = client.get("/bookings/find/").wsgi_request
    mine.keep(response, request, claim)
    client.cookies[mine.COOKIE] = response.cookies[mine.COOKIE].value
    return client


@time_machine.travel(NOON)
def test_a_station_shows_what_can_be_booked_and_when_next(town: SmallTown) -> None:
    catalogue.fill(town.district, actor=the_system(town.district))
    offer = catalogue.offer(town.near, "haircut", actor=the_system(town.district))
    room = a_bookable(town.near, name="议事室", mode="room")
    haircut = a_bookable(town.near, a_pool(town.near, 2), name="义务理发", offer=offer, takes_walk_ins=True)
    page = text_of(Client().get("/s/fuhoujie/"))
    assert page.count(f'href="/book/{haircut.pk}/"') == 2  # its card, and the list of services
    assert page.count(f'href="/book/{room.pk}/"') == 1
    assert "现场取号，前面没有人" in page
    assert f'href="/book/{haircut.pk}/?at=' in page  # a service stands under the thumb before a room
    haircut.is_offered = False
    haircut.save()
    assert f"/book/{haircut.pk}/" not in text_of(Client().get("/s/fuhoujie/"))


@time_machine.travel(NOON)
def test_a_station_without_anything_to_book_says_nothing_about_it(town: SmallTown) -> None:
    page = text_of(Client().get("/s/fuhoujie/"))
    assert "约个时间" not in page
    assert 'class="dock"' not in page


@time_machine.travel(NOON)
def test_home_shows_my_next_booking_and_nobody_elses(town: SmallTown) -> None:
    talk = a_bookable(town.near, name="心理咨询", is_confidential=True)
    tomorrow = clock.now().replace(hour=10, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    later = booked(talk, tomorrow + dt.timedelta(hours=1))
    claim = booked(talk, tomorrow)
    page = text_of(holding(claim).get("/"))
    assert "我的预约：到站预约，约好了" in page
    assert "心理咨询" not in page
    assert later.number not in page
    assert "我的预约：" not in text_of(Client().get("/"))
