"""Of a session that begins early everybody hears at night; a number that signed up twice hears it alone."""

import datetime as dt

import pytest
import time_machine

from lingju.activities.models import Session
from lingju.activities.services import calling_off
from lingju.activities.tests.builders import Quarter, a_quarter, a_session, a_signup
from lingju.kernel import clock, durable
from lingju.notify import jobs as notify_jobs
from lingju.people.sms import MemoryGateway

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)
NIGHT = DAY.replace(hour=21, minute=30)
PHONE = "13700001234"


def carried() -> list[str]:
    """Run every reaction, deliver every message, and return the texts that were sent since."""
    MemoryGateway.sent.clear()
    durable.work_off()
    notify_jobs.deliver_due()
    return [message.text for message in MemoryGateway.sent]


def at(hour: int, *, days: int = 1) -> dt.datetime:
    return DAY.replace(hour=hour) + dt.timedelta(days=days)


@pytest.fixture
def quarter() -> Quarter:
    with time_machine.travel(DAY, tick=False):
        return a_quarter()


def a_morning(quarter: Quarter, hour: int) -> Session:
    """Plan a session tomorrow with one who waits for a text message."""
    with time_machine.travel(DAY, tick=False):
        session = a_session(quarter, starts_at=at(hour))
        a_signup(session, by="sms", phone=PHONE)
        carried()
    return session


def test_a_session_before_ten_that_is_called_off_at_night_is_told_at_night(quarter: Quarter) -> None:
    session = a_morning(quarter, 9)
    with time_machine.travel(NIGHT, tick=False):
        calling_off.cancel_session(session, "讲师生病了", actor=quarter.clerk_actor)
        assert ["讲师生病了" in told for told in carried()] == [True]


def test_a_session_at_ten_that_is_called_off_at_night_is_told_in_the_morning(quarter: Quarter) -> None:
    session = a_morning(quarter, 10)
    with time_machine.travel(NIGHT, tick=False):
        calling_off.cancel_session(session, "讲师生病了", actor=quarter.clerk_actor)
        assert carried() == []
    with time_machine.travel(at(8), tick=False):
        assert len(carried()) == 1


def test_whoever_would_come_at_the_old_hour_hears_of_the_new_one_before_it(quarter: Quarter) -> None:
    session = a_morning(quarter, 15)
    with time_machine.travel(DAY.replace(hour=20), tick=False):
        calling_off.move(session, at(9), "下午停电", actor=quarter.clerk_actor)
        assert len(carried()) == 1
    with time_machine.travel(NIGHT, tick=False):
        calling_off.move(session, at(15, days=2), "上午也停电", actor=quarter.clerk_actor)
        assert len(carried()) == 1
        calling_off.postpone(session, "一直停电", actor=quarter.clerk_actor)
        assert carried() == []


def test_a_number_that_signs_up_twice_hears_how_often_and_how_to_take_one_back(quarter: Quarter) -> None:
    session = a_morning(quarter, 15)
    with time_machine.travel(DAY, tick=False):
        a_signup(session, 2, by="sms", phone=PHONE)
        told = [text for text in carried() if "报了不止一次" in text]
        assert len(told) == 1
        assert "2 份、3 个人" in told[0]
        assert "/activities/find/" in told[0]
        a_signup(session, by="sms", phone="13700005678")
        assert [text for text in carried() if "报了不止一次" in text] == []
