"""A booking every week: each date its own claim or its own reason, never above what there is."""

import datetime as dt

import pytest
import time_machine

from lingju.bookings.models import Bookable, Claim, Rejection, Series
from lingju.bookings.parties import Party
from lingju.bookings.services import claiming, series, verifying
from lingju.bookings.services.series import Weekly
from lingju.bookings.tests.builders import a_bookable, a_key, a_pool, a_station, at, booked, the_system
from lingju.kernel.errors import BadInput, NotAllowed
from lingju.people.tests import cast
from lingju.places.services import hours
from lingju.places.tests import builders as places

pytestmark = pytest.mark.django_db
Why = Rejection.Why
FRIDAY = dt.date(2026, 3, 6)
CHOIR = Party(called="合唱队")


def a_room(**changes: object) -> Bookable:
    """Offer one room, in a district whose holidays of 2026 are known."""
    station = a_station()
    places.a_calendar(station.district)
    values = {"mode": Bookable.Mode.ROOM, "minutes": 30, "most_minutes": 240, "most_party": 30, **changes}
    return a_bookable(station, a_pool(station, name="议事室"), name="议事室", **values)


def weekly(**changes: object) -> Weekly:
    """Describe Fridays from 14:00 to 16:00 for five weeks, unless said otherwise."""
    values = {"weekdays": (4,), "first": FRIDAY, "last": dt.date(2026, 4, 3), "opens": 840, "minutes": 120}
    return Weekly(**{**values, **changes})  # type: ignore[arg-type]


def repeated(room: Bookable, rule: Weekly, key: str = "") -> series.Report:
    """Book a rule for the choir."""
    return series.repeat(room, rule, CHOIR, quantity=12, key=key or a_key(), actor=the_system(room.station))


def test_every_date_is_a_booking_of_its_own() -> None:
    report = repeated(a_room(), weekly())
    assert [claim.starts_at for claim in report.claims] == [at(14, days=4 + 7 * week) for week in range(5)]
    assert {claim.state for claim in report.claims} == {Claim.State.CONFIRMED}
    assert len({claim.number for claim in report.claims}) == 5
    assert report.rejections == ()


def test_a_date_that_is_taken_says_so_and_the_others_stand() -> None:
    room = a_room()
    booked(room, at(15, days=11))
    report = repeated(room, weekly())
    assert [(one.date, one.why) for one in report.rejections] == [(dt.date(2026, 3, 13), Why.TAKEN)]
    assert "有人约了" in report.rejections[0].words
    assert len(report.claims) == 4


def test_a_date_on_which_it_is_shut_says_why() -> None:
    room = a_room()
    hours.close_on(room.station, dt.date(2026, 3, 20), reason="停电检修", actor=the_system(room.station))
    (rejected,) = repeated(room, weekly()).rejections
    assert (rejected.date, rejected.why) == (dt.date(2026, 3, 20), Why.CLOSED)
    assert "停电检修" in rejected.words


def test_holidays_are_left_out_and_a_year_without_a_notice_is_unknown() -> None:
    room = a_room()
    labour = repeated(room, weekly(first=dt.date(2026, 5, 1), last=dt.date(2026, 5, 1)))
    assert [one.why for one in labour.rejections] == [Why.HOLIDAY]
    unknown = repeated(room, weekly(first=dt.date(2027, 1, 8), last=dt.date(2027, 1, 8)))
    assert [(one.why, "2027" in one.words) for one in unknown.rejections] == [(Why.UNKNOWN, True)]
    anyway = repeated(room, weekly(first=dt.date(2027, 1, 8), last=dt.date(2027, 1, 8), skips_holidays=False))
    assert len(anyway.claims) == 1


def test_what_is_past_is_not_booked() -> None:
    report = repeated(a_room(), weekly(first=dt.date(2026, 2, 27), last=FRIDAY))
    assert [(one.date, one.why) for one in report.rejections] == [(dt.date(2026, 2, 27), Why.PAST)]


def test_the_same_press_makes_one_series_and_goes_on_where_it_was_cut_short() -> None:
    room = a_room()
    first = repeated(room, weekly(), key="press-of-series")
    claiming.cancel(first.claims[1], actor=the_system(room.station))
    again = repeated(room, weekly(), key="press-of-series")
    assert (Series.objects.count(), Claim.objects.count()) == (1, 5)
    assert again.claims[1].state == Claim.State.CANCELLED
    Claim.objects.filter(pk=first.claims[4].pk).update(key="another-press")  # as if it had never come so far
    claiming.cancel(Claim.objects.get(pk=first.claims[4].pk), actor=the_system(room.station))
    assert len(repeated(room, weekly(), key="press-of-series").claims) == 6


def test_every_second_week_is_counted_from_the_first() -> None:
    dates = weekly(every_weeks=2, weekdays=(0, 4)).dates()
    assert dates == [dt.date(2026, 3, day) for day in (6, 16, 20, 30)] + [dt.date(2026, 4, 3)]


def test_one_date_is_called_off_alone_and_the_following_together() -> None:
    room = a_room()
    claims = repeated(room, weekly()).claims
    actor = the_system(room.station)
    claiming.cancel(claims[1], actor=actor)
    assert [one.pk for one in series.following(claims[1])] == [one.pk for one in claims[2:]]
    gone = series.cancel_following(claims[3], actor=actor, why="不排了")
    assert [one.pk for one in gone] == [claims[3].pk, claims[4].pk]
    assert Claim.objects.filter(state=Claim.State.CONFIRMED).count() == 2


def test_this_and_the_following_move_to_another_time_or_say_why_not() -> None:
    room = a_room()
    claims = repeated(room, weekly()).claims
    booked(room, at(16, 30, days=18))
    moved, stayed = series.change_following(claims[1], opens=960, minutes=90, actor=the_system(room.station))
    assert [one.starts_at for one in moved] == [at(16, days=days) for days in (11, 25, 32)]
    assert len(stayed) == 1
    assert "3月20日" in stayed[0]
    claims[0].refresh_from_db()
    assert claims[0].starts_at == at(14, days=4)
    assert [one for pool in verifying.pools() for one in verifying.differences(pool)] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": ()}, "weekdays"),
        ({"last": dt.date(2026, 3, 1)}, "last"),
        ({"last": dt.date(2028, 3, 1)}, "last"),
        ({"every_weeks": 0}, "every_weeks"),
        ({"weekdays": (0, 1, 2, 3, 4), "last": dt.date(2026, 12, 31)}, "last"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_their_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        repeated(a_room(), weekly(**changes))
    assert field in refusal.value.fields
    assert Series.objects.count() == 0


def test_only_who_keeps_the_station_makes_a_series() -> None:
    room = a_room()
    actor = cast.an_actor_of(cast.a_resident(room.district))
    with pytest.raises(NotAllowed):
        series.repeat(room, weekly(), CHOIR, key=a_key(), actor=actor)


def test_a_date_that_has_begun_does_not_follow_any_more() -> None:
    claims = repeated(a_room(), weekly()).claims
    with time_machine.travel(at(14, 30, days=4)):
        assert [one.pk for one in series.following(claims[0])] == [one.pk for one in claims[1:]]
