"""People are told about their bookings by the way they chose; nobody hears what they did themselves."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from lingju.bookings.models import Claim
from lingju.bookings.parties import Party
from lingju.bookings.services import claiming, seats
from lingju.bookings.tests.builders import a_bookable, a_key, a_receipt, a_station, some_seats, the_system
from lingju.kernel import clock, durable
from lingju.needs.models import Signal
from lingju.notify import jobs as notify_jobs
from lingju.notify.models import Message, Notice
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast
from lingju.places.models import Station
from lingju.site import wiring

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)
BY_SMS = Party(called="李阿姨", phone="13800001234", by="sms")
BY_PAGE = Party(called="王叔叔")


def carried() -> list[str]:
    """Run every reaction, deliver every message, and return the texts that were sent."""
    durable.work_off()
    notify_jobs.deliver_due()
    return [message.text for message in MemoryGateway.sent]


@pytest.fixture
def station() -> Station:
    with time_machine.travel(MORNING, tick=False):
        return a_station()


def at(hour: int, *, days: int = 0) -> dt.datetime:
    return MORNING.replace(hour=hour) + dt.timedelta(days=days)


def test_the_receipt_holds_what_when_number_and_code(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut = a_bookable(station)
        receipt = a_receipt(haircut, at(10, days=1), party=BY_SMS)
        a_receipt(haircut, at(11, days=1), party=BY_PAGE)
        sent = carried()
    assert len(sent) == 1
    assert all(word in sent[0] for word in ("理发", "明天 10:00", receipt.claim.number, receipt.code))


def test_a_place_that_came_free_is_told_with_a_link_that_takes_it(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut = a_bookable(station)
        first = a_receipt(haircut, at(16), party=BY_PAGE).claim
        waiting = a_receipt(haircut, at(16), party=BY_SMS, may_wait=True).claim
        claiming.cancel(first, actor=the_system(station))
        told = carried()[-1]
        found = re.search(r"/bookings/offer/\S+/", told)
        assert found is not None
        assert Client().get(found[0]).status_code == 200
        waiting.refresh_from_db()
        assert waiting.state == Claim.State.OFFERED
    assert "给您留到 11:00" in told


def test_who_cancels_hears_nothing_and_whom_the_station_cancels_hears_why(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut = a_bookable(station)
        mine, theirs = (a_receipt(haircut, at(hour), party=BY_SMS).claim for hour in (10, 11))
        clerk = cast.an_actor_of(cast.a_clerk(at=station.area))
        carried()
        MemoryGateway.sent.clear()
        claiming.cancel(mine, actor=the_system(station))
        claiming.cancel(theirs, actor=clerk, why="师傅病了")
        sent = carried()
    assert len(sent) == 1
    assert "师傅病了" in sent[0]


def test_the_evening_tells_tomorrow_once_and_by_one_message(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut = a_bookable(station)
        for hour in (10, 15):
            a_receipt(haircut, at(hour, days=1), party=BY_SMS)
        a_receipt(haircut, at(10, days=2), party=BY_SMS)
        carried()
        MemoryGateway.sent.clear()
    with time_machine.travel(at(18), tick=False):
        assert wiring.tell_evening() == 1
        assert wiring.tell_evening() == 1
        sent = carried()
    assert len(sent) == 1
    assert "明天 10:00 理发" in sent[0]
    assert "明天 15:00 理发" in sent[0]
    assert Message.objects.filter(wording="evening_digest").count() == 1


def test_what_is_confidential_is_told_in_neutral_words(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        talk = a_bookable(station, name="心理咨询", is_confidential=True)
        a_receipt(talk, at(10, days=1), party=BY_SMS)
        sent = carried()
    assert "心理" not in sent[0]
    assert "预约的服务" in sent[0]


def test_an_account_finds_a_notice(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        resident = cast.a_resident(station.district)
        party = Party(called="李阿姨", account_id=resident.pk)
        a_receipt(a_bookable(station), at(10, days=1), party=party, actor=cast.an_actor_of(resident))
        assert carried() == []
    assert Notice.objects.get(account=resident).title == "约好了"


def test_who_books_in_vain_leaves_a_signal_without_a_name(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        pool = some_seats(station, 1)
        seats.claim_seats(pool, BY_PAGE, quantity=1, key=a_key(), actor=the_system(station))
        haircut = a_bookable(station)
        a_receipt(haircut, at(10), party=BY_PAGE)
        a_receipt(haircut, at(10), party=BY_SMS, may_wait=True)
        carried()
    assert Signal.objects.filter(kind=Signal.Kind.REFUSED).count() <= 1
    assert all("李" not in signal.words for signal in Signal.objects.all())
