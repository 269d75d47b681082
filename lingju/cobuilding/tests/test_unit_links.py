"""The signed address of a unit: made once a press, kept as a digest, revoked for good, over in time."""

import datetime as dt

import pytest
import time_machine
from django.db import connection

from lingju.cobuilding.models import UnitLink
from lingju.cobuilding.services import unit_links
from lingju.cobuilding.tests.builders import a_street
from lingju.cobuilding.tests.organised import a_key, an_enrolled
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere, TooOften
from lingju.people.tests import cast
from lingju.trail import surroundings
from lingju.trail.surroundings import Surroundings

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def test_the_same_press_shows_the_same_address_and_only_a_digest_is_kept() -> None:
    street = a_street()
    unit = an_enrolled(street)
    key = a_key()
    first, again = (unit_links.make(unit, key=key, actor=street.leads) for _press in range(2))
    assert first == again
    assert UnitLink.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cobuilding_unitlink")
        assert first.secret not in str(cursor.fetchall())


def test_an_address_opens_its_unit_and_nobody_else() -> None:
    street = a_street()
    unit, other = an_enrolled(street), an_enrolled(street)
    link = unit_links.make(unit, key=a_key(), actor=street.leads)
    bearer = unit_links.bearer_of(unit_links.opened(street.district, link.secret))
    assert (bearer.enrolment_id, bearer.district_id) == (unit.pk, street.district.pk)
    assert bearer.enrolment_id != other.pk


def test_a_revoked_address_says_whom_to_ask_and_never_opens_again() -> None:
    street = a_street()
    unit = an_enrolled(street)
    key = a_key()
    made = unit_links.make(unit, key=key, actor=street.leads)
    unit_links.revoke(made.link, actor=street.leads)
    unit_links.revoke(made.link, actor=street.leads)
    with pytest.raises(NotThere, match=r"作废.*韩店街道"):
        unit_links.opened(street.district, made.secret)
    with pytest.raises(NotNow, match="作废"):
        unit_links.make(unit, key=key, actor=street.leads)
    fresh = unit_links.make(unit, key=a_key(), actor=street.leads)
    assert unit_links.opened(street.district, fresh.secret) == fresh.link


def test_an_address_that_is_over_says_whom_to_ask() -> None:
    street = a_street()
    made = unit_links.make(an_enrolled(street), key=a_key(), actor=street.leads, days=30)
    later = time_machine.travel(dt.datetime(2026, 4, 10, tzinfo=dt.UTC), tick=False)
    with later, pytest.raises(NotThere, match=r"过期.*韩店街道"):
        unit_links.opened(street.district, made.secret)


@pytest.mark.parametrize("secret", ["", "x", "0" * 64, "0" * 5000, "../../etc", "\x00" * 64, "汉" * 64])
def test_what_was_never_an_address_opens_nothing(secret: str) -> None:
    street = a_street()
    with pytest.raises(NotThere, match="不对"):
        unit_links.opened(street.district, secret)


def test_guessing_from_one_place_is_stopped() -> None:
    street = a_street()
    with surroundings.within(Surroundings(address="8.8.8.8")):
        for _try in range(unit_links.TRIES_FROM_HERE.tries):
            with pytest.raises(NotThere):
                unit_links.opened(street.district, "0" * 64)
        with pytest.raises(TooOften):
            unit_links.opened(street.district, "0" * 64)


def test_five_addresses_are_enough_and_days_have_an_end() -> None:
    street = a_street()
    unit = an_enrolled(street)
    for _made in range(unit_links.MOST_LIVE):
        unit_links.make(unit, key=a_key(), actor=street.leads)
    with pytest.raises(NotNow, match="5"):
        unit_links.make(unit, key=a_key(), actor=street.leads)
    with pytest.raises(BadInput):
        unit_links.make(an_enrolled(street), key=a_key(), actor=street.leads, days=0)


def test_a_clerk_elsewhere_makes_and_revokes_no_address() -> None:
    street = a_street()
    unit = an_enrolled(street)
    made = unit_links.make(unit, key=a_key(), actor=street.leads)
    stranger = cast.an_actor_of(cast.a_clerk(at=street.neighbour))
    with pytest.raises(NotAllowed):
        unit_links.make(unit, key=a_key(), actor=stranger)
    with pytest.raises(NotAllowed):
        unit_links.revoke(made.link, actor=stranger)
