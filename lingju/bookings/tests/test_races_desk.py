"""Real processes race at the desk: series beside single bookings, and numbers at the counter."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from lingju.bookings.tests import races
from lingju.bookings.tests.race_words import Outcome, call
from lingju.bookings.tests.races import Hands
from lingju.bookings.tests.test_races import HANDS, a_room, counted, won

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
DAYS = 5


@pytest.fixture(scope="module")
def them(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hands]:
    """Start the hands once for all scenes; each scene has a station of its own."""
    with django_db_blocker.unblock(), races.hands(HANDS, tmp_path_factory.mktemp("races")) as hands:
        yield hands


def got(outcomes: Sequence[Sequence[Outcome]]) -> list[Any]:
    """Return what was made, whatever it is; fail where anything broke."""
    return list(won(outcomes))


@pytest.fixture
def station(them: Hands) -> int:
    return int(them.do("open_station"))


def test_series_and_single_bookings_never_exceed_what_there_is(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    single = [call("book", bookable=room, when=(10, 0))]
    outcomes = them.at_once(
        [
            *[
                [call("repeat", bookable=room, when=(10, 0), days=DAYS, key=f"series-{n}-{room}")]
                for n in "ab"
            ],
            *[single] * 2,
        ]
    )
    dates = [date for of_series in got(outcomes[:2]) for date in of_series]
    assert len(dates) == len(set(dates))
    assert len(dates) + len(got(outcomes[2:])) == DAYS  # the single one and the series meet on one date
    assert counted(them, pool) == []


def test_the_same_press_of_a_series_by_all_hands_is_one_series(them: Hands, station: int) -> None:
    pool, room = a_room(them, station, capacity=3)
    same = [call("repeat", bookable=room, when=(10, 0), days=DAYS, key=f"series-same-{room}")]
    each = got(them.at_once([same] * HANDS))
    assert [sorted(set(dates)) for dates in each] == [sorted(each[0])] * HANDS
    assert counted(them, pool) == []
    taken = [[call("book", bookable=room, when=(10, 0))]] * HANDS
    assert len(got(them.at_once(taken))) == 2


def test_numbers_are_drawn_once_and_no_more_are_served_than_there_are_chairs(
    them: Hands, station: int
) -> None:
    pool, haircut = a_room(them, station, capacity=2)
    drawn = got(them.at_once([[call("draw", bookable=haircut)] * 3] * HANDS))
    assert sorted(drawn) == list(range(1, 3 * HANDS + 1))
    served = got(them.at_once([[call("serve_next", bookable=haircut)]] * HANDS))
    assert len(served) == len(set(served)) == 2
    assert counted(them, pool) == []
