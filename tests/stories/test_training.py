"""A first-aid training with 38 people, three of whom came without signing up; the demo tells the same story.

The chapters are those of `lingju.site.demo.training`; between them this test reads what each of them reads:
everybody on the list of what is on, the keeper at the door, the clerk in the register.
"""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache

from lingju.activities.models import Scan, Session
from lingju.activities.services import library
from lingju.kernel import clock, durable
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.tests import builders as places
from lingju.site.demo import training
from tests.stories.walkers import Walker

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
A_WEEK_BEFORE = dt.datetime(2026, 11, 12, 9, 0, tzinfo=clock.ZONE)
THE_DAY = dt.datetime(2026, 11, 19, 15, 0, tzinfo=clock.ZONE)


def test_thirty_eight_people_learn_and_nobody_types_a_total() -> None:
    with time_machine.travel(A_WEEK_BEFORE, tick=False) as clockwork:
        stage, clerk, keeper = the_stage()
        session = training.it_is_planned(stage, THE_DAY)
        everybody = Walker()
        assert training.TITLE in everybody.reads("/activities/")
        training.people_sign_up(stage, session)
        assert "剩 5" in everybody.reads(f"/activities/{session.pk}/") or "5 个" in everybody.reads(
            f"/activities/{session.pk}/"
        )

        clockwork.move_to(THE_DAY - dt.timedelta(minutes=5))
        cache.clear()
        at_the_door = Walker(cast.signed_in_client(keeper))
        assert "邻居1" in at_the_door.reads(f"/desk/activities/{session.pk}/checkin/")
        training.the_door_is_open(stage, session)
        nobody_is_counted_twice(stage, session)
        training.it_is_learnt(stage, session)

        clockwork.move_to(THE_DAY + dt.timedelta(hours=3))
        durable.work_off()
        cache.clear()
        training.it_is_over(stage, session)
        desk = Walker(cast.signed_in_client(clerk))
        register = desk.reads("/desk/activities/register/")
        assert training.TITLE in register
        assert "38" in register
        brief = desk.reads(f"/desk/activities/{session.pk}/brief/")
        assert "38" in brief
        assert training.RESCUERS in brief
        assert "邻居1" not in everybody.reads(f"/activities/{session.pk}/")


def the_stage() -> tuple[training.Stage, Account, Account]:
    """Set the stage: a community with its station, its clerk and its keeper."""
    district = places.a_district(is_demo=True)
    area = places.a_tree(district)[2]
    library.fill(district, actor=places.the_system(district))
    station = places.a_station(area, name="府后街社区幸福驿站")
    clerk, keeper = cast.a_clerk(at=area), cast.a_keeper(at=station)
    return training.Stage(station, cast.an_actor_of(clerk), cast.an_actor_of(keeper)), clerk, keeper


def nobody_is_counted_twice(stage: training.Stage, session: Session) -> None:
    """Send what the device has once more, as it does after a lost network: nothing is added."""
    before = Scan.objects.count()
    training.the_device_sends(stage, session)
    assert Scan.objects.count() == before
