"""A day is matched as well as it can be, goal by goal, and says how well that is."""

import random
from dataclasses import replace

import pytest

from lingju.cobuilding.matching import cost_of, digest_of, match
from lingju.cobuilding.matching_check import broken
from lingju.cobuilding.matching_greedy import greedy, measure, round_robin
from lingju.cobuilding.matching_model import (
    HAND,
    ORDER,
    REPAIR,
    Day,
    FaultKind,
    Goal,
    Lock,
    Matching,
    Placement,
    Resource,
)
from lingju.cobuilding.tests.matching_days import HAIR, LAW, a_helper, a_need, a_small_day, best_by_trying


def reached(matching: Matching) -> tuple[int, ...]:
    return tuple(
        -level.value if level.goal == Goal.STEPS else level.value
        for level in (matching.level(goal) for goal in ORDER)
    )


def teams(matching: Matching) -> set[tuple[str, str, str]]:
    return {(one.helper, one.need, one.role) for one in matching.placements}


@pytest.mark.parametrize("seed", range(16))
def test_no_plan_of_a_small_day_is_better_on_any_goal(seed: int) -> None:
    day = a_small_day(seed)
    matching = match(day)
    assert broken(day, matching.met) == ()
    assert reached(matching) == best_by_trying(day)
    assert matching.is_proved


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_no_plan_of_a_larger_small_day_is_better_either(seed: int) -> None:
    day = a_small_day(seed, needs=4, helpers=5)
    matching = match(day)
    assert broken(day, matching.met) == ()
    assert reached(matching) == best_by_trying(day)


def test_the_day_on_which_the_solver_gave_its_start_back_is_solved() -> None:
    day = a_small_day(124, needs=4, helpers=5)
    assert reached(match(day)) == (3, 1, 0, -28, 0)


def test_what_a_level_says_is_what_a_count_of_the_plan_gives() -> None:
    day = a_small_day(3, needs=8, helpers=14)
    matching = match(day)
    assert {level.goal: level.value for level in matching.levels} == measure(day, matching.met)


def test_the_weightier_need_is_met_when_one_must_wait() -> None:
    day = Day((a_need("light", weight=2), a_need("heavy", weight=5)), (a_helper(),))
    assert [one.need for one in match(day).met] == ["heavy"]


def test_two_light_needs_outweigh_one_heavy_need_together() -> None:
    day = Day(
        (a_need("heavy", weight=5, skills={HAIR: 2}), a_need("a", weight=3), a_need("b", weight=3)),
        (a_helper("h1"), a_helper("h2")),
    )
    assert {one.need for one in match(day).met} == {"a", "b"}


def test_no_community_is_left_with_nothing_where_it_can_be_avoided_for_the_same_weight() -> None:
    needs = [
        a_need(key, community=community) for key, community in (("a", "one"), ("b", "one"), ("c", "two"))
    ]
    matching = match(Day(tuple(needs), (a_helper("h1"), a_helper("h2"))))
    assert matching.level(Goal.COMMUNITIES).value == 2
    assert "c" in {one.need for one in matching.met}


def test_a_wish_comes_before_a_short_way_but_not_before_a_need() -> None:
    far = a_helper("far", place=(900, 0), prefers={"n1"})
    matching = match(Day((a_need(),), (a_helper("near"), far)))
    assert teams(matching) == {("far", "n1", HAIR)}
    both = Day(
        (a_need(), a_need("n2", skills={LAW: 1})),
        (replace(far, skills=frozenset({HAIR, LAW})), a_helper("near")),
    )
    assert match(both).level(Goal.WEIGHT).value == 2


def test_the_nearest_goes_when_nothing_else_speaks() -> None:
    day = Day((a_need(),), (a_helper("far", place=(800, 0)), a_helper("near", place=(100, 0))))
    assert teams(match(day)) == {("near", "n1", HAIR)}


def test_what_was_proposed_before_stays_among_equals() -> None:
    helpers = tuple(a_helper(f"h{at}") for at in range(4))
    for kept in ("h0", "h3"):
        day = Day((a_need(),), helpers, before=(Placement(kept, "n1", 0, HAIR),))
        assert match(day).placements[0].helper == kept


def test_a_repair_keeps_people_before_it_shortens_ways() -> None:
    helpers = (a_helper("far", place=(900, 0)), a_helper("near"))
    day = Day((a_need(),), helpers, before=(Placement("far", "n1", 0, HAIR),))
    assert match(day).placements[0].helper == "near"
    assert match(day, order=REPAIR).placements[0].helper == "far"


def test_nobody_is_at_two_places_in_one_window_but_may_be_in_two_windows() -> None:
    needs = (a_need("a", windows={0}), a_need("b", windows={0, 1}))
    day = Day(needs, (a_helper(windows={0, 1}),))
    assert {(one.need, one.window) for one in match(day).met} == {("a", 0), ("b", 1)}
    once = Day(needs, (a_helper(windows={0, 1}, most_places=1),))
    assert len(match(once).met) == 1


def test_hands_fill_a_team_up_and_skills_are_exact() -> None:
    day = Day(
        (a_need(skills={LAW: 1}, team=(3, 3)),), (a_helper("l1", LAW), a_helper("l2", LAW), a_helper("h"))
    )
    (met,) = match(day).met
    assert sorted(one.role for one in met.team) == [HAND, HAND, LAW]


def test_an_elder_is_visited_by_cleared_helpers_only() -> None:
    day = Day(
        (a_need(is_vulnerable=True),), (a_helper("near", is_cleared=False), a_helper("far", place=(900, 0)))
    )
    assert teams(match(day)) == {("far", "n1", HAIR)}


def test_somebody_new_never_goes_alone() -> None:
    need = a_need(skills={HAIR: 2})
    new = [a_helper(f"new{at}", is_new=True) for at in range(2)]
    assert match(Day((need,), tuple(new))).met == ()
    assert match(Day((a_need(),), (new[0],))).met == ()
    matching = match(Day((need,), (*new, a_helper("old", place=(900, 0)))))
    assert "old" in {one.helper for one in matching.placements}


def test_those_who_keep_together_come_together_or_not_at_all() -> None:
    pair = (a_helper("h1", keep_with={"h2"}), a_helper("h2"))
    assert match(Day((a_need(),), pair)).met == ()
    assert len(match(Day((a_need(skills={HAIR: 2}),), pair)).placements) == 2


def test_a_group_over_several_links_is_one_group() -> None:
    crew = (a_helper("h1"), a_helper("h2", keep_with={"h1"}), a_helper("h3", keep_with={"h2"}))
    matching = match(Day((a_need(skills={HAIR: 2}), a_need("n2", skills={HAIR: 3})), crew))
    assert {one.need for one in matching.met} == {"n2"}


def test_things_are_lent_once_per_window_and_on_their_owners_terms() -> None:
    needs = tuple(a_need(f"n{at}", things={"hall": 1}, community=f"c{at}", windows={0}) for at in range(3))
    helpers = tuple(a_helper(f"h{at}") for at in range(3))
    hall = Resource("hall", "hall", 1, frozenset({0}))
    assert len(match(Day(needs, helpers, (hall,))).met) == 1
    (met,) = match(Day(needs, helpers, (replace(hall, communities=frozenset({"c2"})),))).met
    assert (met.need, met.uses[0].resource, met.uses[0].quantity) == ("n2", "hall", 1)
    far = replace(hall, place=(5000, 0), most_m=2000)
    assert match(Day(needs, helpers, (far,))).met == ()


def test_who_said_no_to_a_need_does_not_come_unless_sent_by_hand() -> None:
    near, far = a_helper("h1"), a_helper("h2", place=(500.0, 0.0))
    need = replace(a_need(), without=frozenset({"h1"}))
    answer = match(Day((need,), (near, far)))
    assert [one.helper for one in answer.met[0].team] == ["h2"]
    assert [one.rule for one in broken(Day((need,), (near, far)), match(Day((a_need(),), (near,))).met)] == [
        "willing"
    ]
    alone = match(Day((need,), (near,)))
    assert (alone.met, alone.unmet[0].shortages[0].able) == ((), 0)
    by_hand = Day((need,), (near,), locks=(Lock("n1", "h1"),))
    assert [one.helper for one in match(by_hand).met[0].team] == ["h1"]
    assert broken(by_hand, match(by_hand).met) == ()


def test_a_thing_whose_owner_said_no_to_a_need_is_lent_to_others_alone() -> None:
    chair = Resource("r1", "chair", 1, frozenset({0}))
    refused = replace(a_need("n1", skills={}, things={"chair": 1}), without=frozenset({"r1"}))
    other = a_need("n2", skills={}, things={"chair": 1})
    assert [one.need for one in match(Day((refused, other), (), (chair,))).met] == ["n2"]


def test_several_owners_together_lend_what_one_need_wants() -> None:
    chairs = tuple(Resource(f"r{at}", "chair", 2, frozenset({0})) for at in range(2))
    (met,) = match(Day((a_need(things={"chair": 3}),), (a_helper(),), chairs)).met
    assert sum(use.quantity for use in met.uses) == 3


def test_a_need_may_want_things_only() -> None:
    need = a_need(skills={}, team=(0, 0), things={"chair": 1})
    need = replace(need, skills={})
    (met,) = match(Day((need,), (), (Resource("r", "chair", 1, frozenset({0})),))).met
    assert met.team == ()


@pytest.mark.parametrize("seed", range(8))
def test_one_more_helper_never_lowers_what_is_met(seed: int) -> None:
    day = a_small_day(seed, needs=6, helpers=8)
    before = match(day).level(Goal.WEIGHT)
    more = replace(day, helpers=(*day.helpers, a_helper("more", HAIR, LAW, windows={0, 1}, most_m=3000)))
    after = match(more).level(Goal.WEIGHT)
    assert before.is_proved
    assert after.value >= before.value


@pytest.mark.parametrize("seed", range(6))
def test_the_order_in_which_lists_are_said_changes_nothing(seed: int) -> None:
    day = a_small_day(seed, needs=6, helpers=9)
    dice = random.Random(seed)
    mixed = replace(
        day,
        needs=tuple(dice.sample(day.needs, len(day.needs))),
        helpers=tuple(dice.sample(day.helpers, len(day.helpers))),
    )
    assert match(mixed) == match(day)


@pytest.mark.parametrize("seed", range(6))
def test_other_keys_reach_the_same(seed: int) -> None:
    day = a_small_day(seed, needs=6, helpers=9)
    names = {f"h{at}": f"z{(at * 7 + 3) % 11}" for at in range(9)}
    helpers = tuple(
        replace(one, key=names[one.key], keep_with=frozenset(names[key] for key in one.keep_with))
        for one in day.helpers
    )
    before = tuple(replace(one, helper=names[one.helper]) for one in day.before)
    assert reached(match(replace(day, helpers=helpers, before=before))) == reached(match(day))


@pytest.mark.parametrize("seed", range(4))
def test_locking_the_best_plan_keeps_it(seed: int) -> None:
    day = a_small_day(seed, needs=6, helpers=9)
    best = match(day)
    locks = tuple(Lock(one.need, one.helper, one.window) for one in best.placements)
    again = match(replace(day, locks=locks))
    assert reached(again) == reached(best)
    assert {(one.helper, one.need) for one in again.placements} >= {
        (lock.helper, lock.need) for lock in locks
    }


def test_the_same_day_twice_gives_the_same_answer() -> None:
    day = a_small_day(11, needs=8, helpers=14)
    assert match(day, seed=3) == match(day, seed=3)


def test_a_day_is_named_by_what_is_asked_not_by_the_order() -> None:
    day = a_small_day(1)
    assert digest_of(day) == digest_of(replace(day, helpers=day.helpers[::-1]))
    assert digest_of(day) != digest_of(replace(day, helpers=day.helpers[1:]))
    assert match(day).digest == digest_of(day)
    assert match(day).solver.startswith("HiGHS")


@pytest.mark.parametrize("seed", range(10))
def test_the_peers_keep_every_rule_and_reach_no_more(seed: int) -> None:
    day = a_small_day(seed, needs=7, helpers=12)
    best = match(day).level(Goal.WEIGHT).value
    for plan in (greedy(day), round_robin(day)):
        assert broken(day, plan) == ()
        assert measure(day, plan)[Goal.WEIGHT] <= best


def test_a_decision_by_hand_is_told_with_its_cost() -> None:
    day = Day((a_need("heavy", weight=5), a_need("light", weight=2)), (a_helper(),))
    costs = {level.goal: (level.value, level.bound) for level in cost_of(day, match(day), [Lock("light")])}
    assert costs[Goal.WEIGHT] == (2, 5)


def test_a_search_without_time_still_keeps_every_rule_and_claims_no_more_than_it_knows() -> None:
    day = a_small_day(2, needs=12, helpers=20)
    hasty, best = match(day, seconds=0.0), match(day)
    assert broken(day, hasty.met) == ()
    assert [level.goal for level in hasty.levels] == list(ORDER)
    assert hasty.level(Goal.WEIGHT).value <= best.level(Goal.WEIGHT).value <= hasty.level(Goal.WEIGHT).bound
    assert {level.goal: level.value for level in hasty.levels} == measure(day, hasty.met)


def test_an_empty_day_has_an_empty_answer() -> None:
    for day in (Day(()), Day((), (a_helper(),)), Day((a_need(),))):
        matching = match(day)
        assert matching.met == ()
        assert matching.is_proved


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (Day((a_need(place=None),), (a_helper(),)), FaultKind.NO_PLACE),
        (Day((a_need(place=(float("nan"), 0.0)),), (a_helper(),)), FaultKind.NO_PLACE),
        (Day((a_need(windows=set()),), (a_helper(),)), FaultKind.NO_WINDOW),
        (Day((replace(a_need(), skills={}),), (a_helper(),)), FaultKind.NO_TEAM),
        (Day((a_need(skills={HAIR: -1}),), (a_helper(),)), FaultKind.BAD_NUMBER),
        (Day((a_need(weight=-3),), (a_helper(),)), FaultKind.BAD_NUMBER),
        (Day((a_need("a"),), (a_helper(windows=set()),)), FaultKind.NO_WINDOW),
        (Day((a_need("a"),), (a_helper(place=None),)), FaultKind.NO_PLACE),
        (Day((a_need("a"),), (a_helper(), a_helper())), FaultKind.SAID_TWICE),
        (Day((a_need("a"),), (), (Resource("r", "hall", -1, frozenset({0})),)), FaultKind.BAD_NUMBER),
    ],
)
def test_a_line_that_cannot_be_used_is_told_and_the_rest_is_matched(day: Day, kind: FaultKind) -> None:
    good = a_need("good", community="other", skills={LAW: 1})
    matching = match(replace(day, needs=(*day.needs, good), helpers=(*day.helpers, a_helper("lawyer", LAW))))
    assert kind in {fault.kind for fault in matching.faults}
    assert "good" in {one.need for one in matching.met}


def test_when_everybody_is_away_every_need_says_so() -> None:
    day = Day((a_need("a"), a_need("b")), (a_helper(windows={4}), a_helper("h2", windows=set())))
    matching = match(day)
    assert matching.met == ()
    assert [one.need for one in matching.unmet] == ["a", "b"]
    assert all(shortage.is_absolute for one in matching.unmet for shortage in one.shortages)
