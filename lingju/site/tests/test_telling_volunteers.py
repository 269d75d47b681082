"""Volunteers hear in time that they need not come."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import clock, durable
from lingju.notify import jobs as notify_jobs
from lingju.people.sms import MemoryGateway
from lingju.volunteering.services import calling
from lingju.volunteering.tests.builders import a_call, a_town, a_volunteer, comes

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)


def carried() -> list[str]:
    """Run every reaction, deliver every message, and return the texts that were sent since the last time."""
    MemoryGateway.sent.clear()
    durable.work_off()
    notify_jobs.deliver_due()
    return [message.text for message in MemoryGateway.sent]


@pytest.mark.parametrize(("hour", "told"), [(9, 1), (14, 0)])
def test_a_call_that_is_off_is_told_at_night_where_the_morning_would_be_too_late(
    hour: int, told: int
) -> None:
    with time_machine.travel(MORNING, tick=False):
        town = a_town()
        call = a_call(town, starts_at=MORNING.replace(hour=hour) + dt.timedelta(days=1))
        comes(call, a_volunteer(town))
        carried()
    with time_machine.travel(MORNING.replace(hour=21, minute=30), tick=False):
        call.refresh_from_db()
        calling.cancel(call, "大雨", actor=town.writes)
        assert len(carried()) == told
