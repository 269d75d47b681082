"""Who plans a session and who keeps its station hear that the door is shut then, once."""

import pytest
import time_machine

from lingju.activities.events import SessionsOvertaken
from lingju.activities.tests import gatherings
from lingju.notify.models import Message
from lingju.people.tests import cast
from lingju.site import telling_desk

pytestmark = pytest.mark.django_db


def test_who_keeps_the_station_and_who_plans_are_told_once() -> None:
    with time_machine.travel(gatherings.MONDAY, tick=False):
        town = gatherings.a_town()
        session = gatherings.a_session(town)
    keeper = cast.a_keeper(at=town.station)
    clerk = cast.a_clerk(at=town.station.area)
    for _time in range(2):
        telling_desk.tell_overtaken(SessionsOvertaken(town.district.pk, (session.pk,)))
    told = [one.recipient_id for one in Message.objects.filter(wording="session_overtaken")]
    assert {keeper.pk, clerk.pk} <= set(told)
    assert len(told) == len(set(told))
