"""Free times: what the page offers is what the kernel gives, no more and no less."""

import datetime as dt

import pytest
import time_machine

from lingju.bookings.models import Bookable, Claim, Use
from lingju.bookings.queries import cards, elsewhere, openings
from lingju.bookings.queries.openings import Asked
from lingju.bookings.services import claiming, lending
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.tests.builders import (
    MONDAY,
    a_bookable,
    a_pool,
    a_station,
    at,
    booked,
    the_system,
)
from lingju.kernel.errors import BadInput, NotNow
from lingju.places.models import ServiceAtStation, Station
from lingju.places.services import catalogue, hours
from lingju.places.tests import builders as places

pytestmark = pytest.mark.django_db
S = Claim.State
TODAY = MONDAY.date()
TOMORROW = TODAY + dt.timedelta(days=1)


def fetched(bookable: Bookable) -> Bookable:
    """Return it as a page fetches it."""
    return openings.bookable_of(the_system(bookable.station), bookable.pk)


def free_times(bookable: Bookable, date: dt.date = TODAY, asked: Asked = openings.PLAIN) -> list[str]:
    """Return the start times that can be had, as on the wall."""
    return [f"{one.starts_at:%H:%M}" for one in openings.openings(fetched(bookable), date, asked) if one.free]


def an_offer(station: Station, code: str = "haircut") -> ServiceAtStation:
    """Let a station offer a service of the catalogue."""
    places.a_catalogue(station.district)
    return catalogue.offer(station, code, actor=the_system(station))


def test_times_lie_inside_the_open_hours_whole_and_in_steps() -> None:
    haircut = a_bookable(a_station(weekly="8:30-10:10 14:30-16:00"))
    tomorrow = openings.openings(fetched(haircut), TOMORROW)
    found = [f"{one.starts_at:%H:%M}" for one in tomorrow]
    assert found == ["08:30", "09:00", "09:30", "14:30", "15:00", "15:30"]
    assert all(one.ends_at - one.starts_at == dt.timedelta(minutes=30) for one in tomorrow)


def test_what_is_past_or_too_soon_or_too_far_is_not_shown() -> None:
    station = a_station()
    haircut = a_bookable(station, least_notice=80, most_days_ahead=3)
    assert free_times(haircut)[0] == "10:30"
    assert openings.days(fetched(haircut), TODAY + dt.timedelta(days=4), 5) == []
    assert len(openings.days(fetched(haircut), TODAY, 14)) == 4


def test_a_day_says_whether_it_is_open_full_or_shut() -> None:
    station = a_station(weekly="周一至周三 9:00-10:00")
    haircut = a_bookable(station)
    for hour, minute in ((9, 0), (9, 30)):
        booked(haircut, at(hour, minute, days=1))
    words = [day.words for day in openings.days(fetched(haircut), TODAY, 4)]
    assert words == ["有空", "约满", "有空", "不开门"]


def test_a_day_whose_holidays_are_not_announced_says_so() -> None:
    station = a_station(weekly="")
    hours.set_weekly(station, "8:00-18:00", actor=the_system(station))
    station.spans.all().update(day_class="workday")
    (day,) = openings.days(fetched(a_bookable(station)), TODAY, 1)
    assert (day.words, day.openings) == ("待公布", ())


def test_several_pools_are_counted_together_with_what_is_left_free_around() -> None:
    station = a_station()
    chair, barbers = a_pool(station, 1, "椅子"), a_pool(station, 2, "理发师")
    haircut = a_bookable(station, chair, barbers, before=5, after=10)
    booked(haircut, at(10))
    assert "10:00" not in free_times(haircut)
    assert "10:30" not in free_times(haircut)
    assert {"11:00"} <= set(free_times(haircut))
    assert "09:30" not in free_times(haircut)  # it would need until 10:10


def test_a_place_that_was_kept_and_is_not_any_more_counts_as_free() -> None:
    haircut = a_bookable(a_station())
    held = booked(haircut, at(16), hold=True)
    assert "16:00" not in free_times(haircut)
    assert held.expires_at is not None
    with time_machine.travel(held.expires_at, tick=False):
        assert "16:00" in free_times(haircut)
        assert booked(haircut, at(16)).state == S.CONFIRMED


def test_where_somebody_waits_a_newcomer_is_not_told_that_it_is_free() -> None:
    station = a_station()
    beds = a_pool(station, 3, "床位")
    treatment = a_bookable(station, beds, most_party=3)
    Use.objects.filter(bookable=treatment).update(is_per_person=True)
    booked(treatment, at(10), quantity=2)
    group = booked(treatment, at(10), quantity=3, may_wait=True)
    assert group.state == S.WAITLISTED
    assert "10:00" not in free_times(treatment)
    with pytest.raises(NoPlace):
        booked(treatment, at(10))


def test_for_more_people_and_longer_there_are_fewer_times() -> None:
    station = a_station(weekly="9:00-12:00")
    room = a_bookable(station, mode="room", minutes=60, most_minutes=180, step=60)
    assert free_times(room, TOMORROW) == ["09:00", "10:00", "11:00"]
    assert free_times(room, TOMORROW, Asked(minutes=120)) == ["09:00", "10:00"]
    assert openings.lengths(room) == [60, 120, 180]
    chairs = a_bookable(station, a_pool(station, 4), most_party=6)
    Use.objects.filter(bookable=chairs).update(is_per_person=True)
    booked(chairs, at(10, days=1), quantity=2)
    assert "10:00" not in free_times(chairs, TOMORROW, Asked(quantity=3))
    assert "10:00" in free_times(chairs, TOMORROW, Asked(quantity=2))


def test_how_many_are_left_is_said_only_where_there_are_several() -> None:
    station = a_station()
    two, one = a_bookable(station, a_pool(station, 2)), a_bookable(station, a_pool(station, 1))
    booked(two, at(10))
    booked(one, at(10))
    for bookable, words in ((two, ["余 1 位", "余 2 位"]), (one, ["满了", "有空"])):
        shown = [
            o.words for o in openings.openings(fetched(bookable), TODAY) if o.starts_at in (at(10), at(11))
        ]
        assert shown == words


def test_a_time_may_run_over_midnight_where_the_doors_stay_open() -> None:
    night = a_bookable(a_station(weekly="全天"), minutes=60, most_minutes=60, step=60)
    assert free_times(night, TOMORROW)[-1] == "23:00"
    late = a_bookable(night.station, minutes=90, most_minutes=90, step=30, name="长一点")
    assert free_times(late, TOMORROW)[-1] == "23:30"


def test_moving_counts_ones_own_place_as_free() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10))
    (day,) = openings.days(fetched(haircut), TODAY, 1, but=claim)
    assert [one.free for one in day.openings if one.starts_at == at(10)] == [True]


@pytest.mark.parametrize("minute", range(0, 120, 30))
def test_what_is_shown_free_is_given_and_what_is_not_is_refused(minute: int) -> None:
    station = a_station(weekly="9:00-11:00 12:00-13:00")
    chair, barbers = a_pool(station, 1, "椅子"), a_pool(station, 2, "理发师")
    haircut = a_bookable(station, chair, barbers, after=5)
    massage = a_bookable(station, barbers, name="头部按摩")
    for when in (at(9, 30, days=1), at(12, days=1)):
        booked(haircut, when)
    for when in (at(9, 30, days=1), at(10, 30, days=1), at(10, 30, days=1)):
        booked(massage, when)
    start = at(9, minute, days=1)
    shown = f"{start:%H:%M}" in free_times(haircut, TOMORROW)
    try:
        booked(haircut, start)
    except (NoPlace, BadInput, NotNow):
        given = False
    else:
        given = True
    assert shown == given


def test_a_day_and_a_week_cost_the_same_few_queries(django_assert_max_num_queries: object) -> None:
    station = a_station()
    haircut = a_bookable(station, a_pool(station), a_pool(station, 2, "椅子"))
    booked(haircut, at(10))
    for count in (1, 14):
        with django_assert_max_num_queries(10):  # type: ignore[operator]
            openings.days(fetched(haircut), TODAY, count)


def test_a_shelf_says_what_is_there_and_when_the_next_is_due() -> None:
    station = a_station()
    copies = a_pool(station, 2, "绘本", kind="thing", grain=0)
    book = a_bookable(station, copies, name="绘本", mode="loan", loan_days=14)
    assert (openings.shelf(book).free, openings.shelf(book).total) == (2, 2)
    for _n in range(2):
        claim = booked(book, None)  # type: ignore[arg-type]
        lending.hand_out(claim, actor=the_system(station))
    waiting = booked(book, None, may_wait=True)  # type: ignore[arg-type]
    seen = openings.shelf(book)
    assert waiting.state == S.WAITLISTED
    assert (seen.free, seen.waiting, seen.next_back) == (0, 1, TODAY + dt.timedelta(days=14))


def test_cards_tell_for_whom_how_long_and_when_next_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: object,
) -> None:
    station = a_station()
    offer = an_offer(station)
    for n in range(4):
        a_bookable(station, a_pool(station), name=f"项目{n}", offer=offer, takes_walk_ins=True)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        found = cards.cards_of(station)
    assert [card.bookable.name for card in found] == ["项目0", "项目1", "项目2", "项目3"]
    assert {(card.price, card.waiting, card.next_words) for card in found} == {("免费", 0, "最早 今天 9:30")}


def test_the_same_service_elsewhere_is_named_with_its_next_time() -> None:
    here = a_station("府后街社区幸福驿站")
    there = a_station("长安社区幸福驿站", district=here.district, area=here.area, at=places.at(300, 50))
    full = a_bookable(here, offer=an_offer(here))
    free = a_bookable(there, offer=an_offer(there))
    (found,) = elsewhere.elsewhere(fetched(full), None)
    assert (found.bookable, found.next.starts_at) == (free, at(9, 30))
    assert found.minutes >= 1
    claiming.cancel(booked(free, at(9, 30)), actor=the_system(there))
    assert elsewhere.elsewhere(fetched(a_bookable(here, name="没挂服务")), None) == []
