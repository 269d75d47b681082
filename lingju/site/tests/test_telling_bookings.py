"""People are told about their bookings by the way they chose; nobody hears what they did themselves."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from lingju.bookings.models import Claim
from lingju.bookings.parties import Party, Slot
from lingju.bookings.queries import calls
from lingju.bookings.rules import Holder
from lingju.bookings.services import claiming, seats
from lingju.bookings.tests.builders import a_bookable, a_key, a_receipt, a_station, some_seats, the_system
from lingju.kernel import clock, durable
from lingju.needs.models import Signal
from lingju.notify import jobs as notify_jobs
from lingju.notify.models import Message, Notice
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast
from lingju.places.models import Station
from lingju.places.services import hours
from lingju.site import wiring

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)
BY_SMS = Party(called="李阿姨", phone="13800001234", by="sms")
BY_PAGE = Party(called="王叔叔")
BY_CALL = Party(called="李大爷", phone="13800005678", by="call")


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


def test_who_moves_it_themselves_hears_nothing_and_whom_the_station_moves_hears_when(
    station: Station,
) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut = a_bookable(station)
        mine, theirs = (a_receipt(haircut, at(hour), party=BY_SMS).claim for hour in (10, 11))
        keeper = cast.an_actor_of(cast.a_keeper(at=station))
        carried()
        MemoryGateway.sent.clear()
        claiming.move(mine, Slot(at(14)), actor=Holder(mine.pk, mine.district_id))
        claiming.move(theirs, Slot(at(15)), actor=keeper)
        sent = carried()
    assert len(sent) == 1
    assert ("15:00" in sent[0], "改到了这个时间" in sent[0]) == (True, True)


def test_whom_the_keeper_calls_off_hears_it_though_the_keeper_had_booked_for_them(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut, keeper = a_bookable(station), cast.a_keeper(at=station)
        party = Party(called="李大爷", phone="13800001234", by="sms", told_by_id=keeper.pk, proxy="电话代约")
        claim = a_receipt(haircut, at(10), party=party).claim
        carried()
        claiming.call_off(claim, actor=cast.an_actor_of(keeper), why="师傅病了")
        assert "师傅病了" in carried()[-1]
    assert not Notice.objects.filter(account=keeper, title="预约有变动").exists()


def test_who_left_a_number_for_calls_is_put_on_the_list_once_for_each_fact(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut = a_bookable(station, needs_approval=True)
        first, second, third = (a_receipt(haircut, at(hour), party=BY_CALL).claim for hour in (10, 11, 14))
        keeper = cast.an_actor_of(cast.a_keeper(at=station))
        carried()
        assert calls.to_make(station) == []
        claiming.approve(first, actor=keeper)
        claiming.call_off(second, actor=keeper, why="师傅病了")
        claiming.cancel(third, actor=Holder(third.pk, third.district_id))
        for _again in range(2):
            assert carried() == []
        (ring,) = calls.to_make(station)
        hours.close_on(station, at(10).date(), reason="停水", actor=the_system(station))
        carried()
        (ring_of_the_hours,) = calls.to_make(station)
    assert [word in "".join(ring.words) for word in ("已约好", "师傅病了")] == [True, True]
    assert "改成不开门" in "".join(ring_of_the_hours.words)


def test_a_place_that_came_free_for_who_left_a_number_for_calls_is_put_on_the_list(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut = a_bookable(station)
        first = a_receipt(haircut, at(16), party=BY_PAGE).claim
        a_receipt(haircut, at(16), party=BY_CALL, may_wait=True)
        claiming.cancel(first, actor=the_system(station))
        carried()
        (ring,) = calls.to_make(station)
    assert "空出名额了" in ring.words[0]
    assert "16:00" in ring.words[0]


def test_family_that_booked_hears_what_becomes_of_it_and_of_tomorrow(station: Station) -> None:
    with time_machine.travel(MORNING, tick=False):
        haircut, daughter = a_bookable(station), cast.a_resident(station.district)
        party = Party(called="苗大爷", told_by_id=daughter.pk, proxy="女儿", is_proxy_told=True)
        off, on = (a_receipt(haircut, at(hour, days=1), party=party).claim for hour in (10, 11))
        carried()
        claiming.call_off(off, actor=cast.an_actor_of(cast.a_keeper(at=station)), why="师傅病了")
        carried()
        told = Notice.objects.filter(account=daughter)
        assert [one.title for one in told.order_by("id")] == ["约好了", "约好了", "预约有变动"]
        assert any("师傅病了" in one.body for one in told)
    with time_machine.travel(at(18), tick=False):
        assert wiring.tell_evening() == 1
        carried()
    assert any(on.number in one.body for one in told.all())


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
