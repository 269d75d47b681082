"""A trial site changes exactly what a real station there would change, and the best one is the best."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles.coverage import coverage
from lingju.circles.doors import Doors, snap
from lingju.circles.network import Network
from lingju.circles.paces import Pace, set_pace
from lingju.circles.population import Band, Population, population_of
from lingju.circles.profiles import PROFILES
from lingju.circles.tests.towns import a_grid, degrees, door_lists, doors_on, towns
from lingju.circles.trial import best_trials, door_at, trial

BANDS = (Band("15-59", "成年人", "adult"), Band("60+", "老人", "elder", is_elder=True))
LIMIT_S = 240


def paces_of(net: Network, homes: Doors, stations: Doors) -> dict[str, Pace]:
    return {code: set_pace(net, PROFILES[code], homes, stations) for code in ("adult", "elder")}


def people_of(homes: int, seed: int = 5) -> Population:
    random = np.random.default_rng(seed)
    return population_of(random.integers(0, 90, homes), random.integers(0, 200, (homes, 2)), BANDS)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_trial_counts_what_a_real_station_there_would(data: st.DataObject) -> None:
    net = data.draw(towns())
    homes = doors_on(net, data.draw(door_lists(net, places=10)))
    stations = data.draw(door_lists(net, places=2))
    site = data.draw(door_lists(net, places=1))
    people = people_of(10)
    before = paces_of(net, homes, doors_on(net, stations))
    after = paces_of(net, homes, doors_on(net, stations + site))
    tried = trial(before, people, doors_on(net, site), limit_s=LIMIT_S)
    tables = {code: pace.table for code, pace in after.items()}
    real = coverage(tables, people, limits_s=(LIMIT_S,))
    for code in before:
        assert tried.at(code).households_after == real.profile(code).within(LIMIT_S).households
        assert tried.at(code).persons_after == real.profile(code).within(LIMIT_S).persons
        assert tried.at(code).new_households == int(people.households[tried.at(code).homes].sum())
        assert tried.at(code).new_persons >= 0
    assert tried.equity_after == real.equity_within(LIMIT_S)


def test_a_site_off_the_streets_changes_nothing_and_says_so() -> None:
    net = a_grid(4, 4)
    homes = snap(net, *degrees([0, 300], [0, 300]))
    paces = paces_of(net, homes, snap(net, *degrees([0], [0])))
    tried = trial(paces, people_of(2), snap(net, *degrees([9000], [9000])), limit_s=LIMIT_S)
    assert not tried.on_street
    assert tried.at("adult").new_households == 0


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_no_other_corner_gains_more_than_the_best(data: st.DataObject) -> None:
    net = data.draw(towns())
    homes = doors_on(net, data.draw(door_lists(net, places=10)))
    paces = paces_of(net, homes, doors_on(net, data.draw(door_lists(net, places=1))))
    people, pace = people_of(10), paces["elder"]
    best = best_trials(net, pace, people, np.arange(10), limit_s=LIMIT_S, count=1)
    gains = {
        node: trial({"elder": pace}, people, door_at(net, pace.edge_w, node), limit_s=LIMIT_S).at("elder")
        for node in np.flatnonzero(np.diff(net.ptr)).tolist()
    }
    most = max(gain.new_households for gain in gains.values())
    if not best:
        assert most == 0
        return
    (suggestion,) = best
    assert suggestion.households == most == gains[suggestion.node].new_households
    assert suggestion.persons == gains[suggestion.node].new_persons


def test_suggestions_stand_apart_and_carry_the_names_of_their_streets() -> None:
    lon, lat = degrees([0, 300, 600, 300], [0, 0, 0, 300])
    net = Network.from_edges(
        lon,
        lat,
        np.array([0, 1, 1]),
        np.array([1, 2, 3]),
        name=np.array([0, 0, 1], dtype=np.int32),
        names=("站南街", "新建路"),
        road=np.array([2, 2, 1], dtype=np.uint8),
    )
    homes = snap(net, *degrees([200, 300, 400], [0, 60, 0]))
    pace = set_pace(net, PROFILES["adult"], homes, snap(net, *degrees([9e3], [9e3])))
    first, *others = best_trials(net, pace, people_of(3), np.arange(3), limit_s=LIMIT_S)
    assert first.streets == ("站南街", "新建路")
    assert all(other.households <= first.households for other in others)
