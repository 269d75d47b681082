"""An old man books a haircut by telephone, through the keeper; the demo tells the same story.

He has no smart phone. The keeper types three things while he is on the line, reads a number out to him, and
the day's sheet, the chair and the evening's count follow from that one entry.
"""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache

from lingju.bookings.models import Claim, Ticket
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, queueing
from lingju.bookings.services.counting import NoPlace
from lingju.kernel import clock, durable
from lingju.people.tests import cast
from lingju.places.services import hours
from lingju.places.tests import builders as places
from lingju.site.demo import haircut
from tests.stories.walkers import Walker

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MONDAY = dt.datetime(2026, 11, 16, 9, 5, tzinfo=clock.ZONE)
TUESDAY_AT_TEN = dt.datetime(2026, 11, 17, 10, 0, tzinfo=clock.ZONE)


def test_an_old_man_books_by_telephone_and_is_not_overtaken() -> None:
    with time_machine.travel(MONDAY, tick=False) as clockwork:
        district = places.a_district(is_demo=True)
        station = places.a_station(places.a_tree(district)[2], name="府后街社区幸福驿站")
        hours.set_weekly(station, "8:00-18:00", actor=places.the_system(district))
        keeper = cast.a_keeper(at=station)
        stage = haircut.Stage(station, cast.an_actor_of(keeper))
        receipt = haircut.he_calls(stage, TUESDAY_AT_TEN)
        assert haircut.he_calls(stage, TUESDAY_AT_TEN).claim == receipt.claim, "pressed twice, booked once"
        assert re.fullmatch(r"\d{4}-\d{6}", receipt.claim.number)
        with pytest.raises(NoPlace):
            claiming.claim(
                haircut.set_up(station, "haircut"),
                Slot(starts_at=TUESDAY_AT_TEN),
                Party(called="另一位"),
                key="somebody-else-at-ten",
                actor=stage.keeper,
            )

        clockwork.move_to(TUESDAY_AT_TEN - dt.timedelta(minutes=15))
        durable.work_off()
        cache.clear()
        desk = Walker(cast.signed_in_client(keeper))
        sheet = desk.reads(f"/desk/bookings/{station.pk}/day/")
        assert haircut.CALLED in sheet
        assert haircut.PHONE not in sheet, "a telephone number is shown masked"
        ticket = haircut.a_neighbour_draws(stage)
        assert ticket.told_minutes is not None
        assert ticket.told_minutes >= 40, "the appointment at ten keeps its place"

        clockwork.move_to(TUESDAY_AT_TEN)
        done = haircut.he_is_done(stage, Claim.objects.get(pk=receipt.claim.pk))
        assert done.state == Claim.State.COMPLETED
        called = queueing.call_next(haircut.set_up(station, "haircut"), actor=stage.keeper)
        assert (called.pk, called.state) == (ticket.pk, Ticket.State.CALLED)
        screen = Walker().reads(f"/queue/{station.slug}/screen/")
        assert haircut.CALLED not in screen
        assert str(ticket.number) in screen
