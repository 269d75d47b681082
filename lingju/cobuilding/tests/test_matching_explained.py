"""Every placement says why, and every need that must wait says what is short, by counts one can repeat."""

from dataclasses import replace

import pytest

from lingju.cobuilding.matching import match
from lingju.cobuilding.matching_explained import deficient
from lingju.cobuilding.matching_model import (
    HAND,
    Day,
    Helper,
    Lack,
    Matching,
    Need,
    Resource,
    Shortage,
    Taken,
    Why,
)
from lingju.cobuilding.tests.matching_days import HAIR, LAW, a_helper, a_need, a_small_day


def shortage_of(matching: Matching, need: str = "n1") -> Shortage:
    (unmet,) = (one for one in matching.unmet if one.need == need)
    return unmet.shortages[0]


def can(helper: Helper, need: Need, role: str, window: int) -> bool:
    """Count anew who could serve, from the lists alone."""
    assert need.place is not None
    assert helper.place is not None
    apart = ((need.place[0] - helper.place[0]) ** 2 + (need.place[1] - helper.place[1]) ** 2) ** 0.5
    return (
        window in helper.windows & need.windows
        and apart <= helper.most_m
        and (role == HAND or role in helper.skills)
        and (helper.cleared_for_vulnerable or not need.is_vulnerable)
    )


def test_a_skill_nobody_has_is_told_as_missing_altogether() -> None:
    short = shortage_of(match(Day((a_need(skills={LAW: 2}),), (a_helper("l1", LAW), a_helper("h1")))))
    assert (short.lack, short.names, short.wanted, short.able, short.short) == (Lack.HELPERS, (LAW,), 2, 1, 1)
    assert short.is_absolute


def test_who_could_help_but_serves_elsewhere_is_named_with_where() -> None:
    day = Day((a_need("big", weight=9), a_need("n1")), (a_helper(),))
    short = shortage_of(match(day))
    assert (short.able, short.free, short.short) == (1, 0, 1)
    assert short.taken == (Taken("h1", "big"),)
    assert not short.is_absolute


def test_the_set_that_wants_more_than_there_are_is_named() -> None:
    needs = [a_need(f"n{at}", weight=10 - at, skills={LAW: 1}) for at in range(4)]
    day = Day(tuple(needs), tuple(a_helper(f"l{at}", LAW) for at in range(3)))
    short = shortage_of(match(day), "n3")
    assert short.rivals == ("n0", "n1", "n2")
    assert (short.rivals_want, short.rivals_able) == (4, 3)


def test_a_thing_that_is_short_is_told_with_who_has_it() -> None:
    needs = (a_need("first", weight=5, things={"hall": 1}), a_need("n1", things={"hall": 1}))
    hall = Resource("r", "hall", 1, frozenset({0}))
    short = shortage_of(match(Day(needs, (a_helper("h1"), a_helper("h2")), (hall,))))
    assert (short.lack, short.names, short.wanted, short.able, short.free) == (
        Lack.RESOURCE,
        ("hall",),
        1,
        1,
        0,
    )
    assert short.taken == (Taken("r", "first", 1),)


def test_where_only_new_people_could_come_a_guide_is_what_is_short() -> None:
    short = shortage_of(match(Day((a_need(),), (a_helper(is_new=True),))))
    assert (short.lack, short.names, short.short) == (Lack.TEAM, ("guide",), 1)


def test_one_who_has_two_skills_is_counted_once() -> None:
    assert deficient({HAIR: 1, LAW: 1}, {HAIR: {1}, LAW: {1}}) == {HAIR, LAW}
    assert deficient({HAIR: 1, LAW: 1}, {HAIR: {1, 2}, LAW: {1}}) == set()
    assert deficient({HAIR: 1, LAW: 2}, {HAIR: {3}, LAW: {1}}) == {LAW}
    short = shortage_of(match(Day((a_need(skills={HAIR: 1, LAW: 1}),), (a_helper("h1", HAIR, LAW),))))
    assert (short.names, short.wanted, short.able) == ((HAIR, LAW), 2, 1)


@pytest.mark.parametrize("seed", range(12))
def test_every_shortage_is_true_by_a_count_over_the_lists(seed: int) -> None:
    day = a_small_day(seed, needs=9, helpers=8)
    day = replace(
        day, helpers=tuple(replace(one, keep_with=frozenset(), is_new=False) for one in day.helpers)
    )
    matching = match(day)
    needs = {need.key: need for need in day.needs}
    busy = {(one.helper, one.window): one.need for one in matching.placements}
    assert matching.unmet
    for unmet in matching.unmet:
        assert {one.window for one in unmet.shortages} == needs[unmet.need].windows
        for short in (one for one in unmet.shortages if one.lack == Lack.HELPERS):
            roles = short.names
            able = [
                h for h in day.helpers if any(can(h, needs[unmet.need], role, short.window) for role in roles)
            ]
            assert len(able) == short.able
            assert short.free + len(short.taken) == short.able
            assert short.short > 0
            for one in short.taken:
                assert one.need in {need for (key, _), need in busy.items() if key == one.key}


@pytest.mark.parametrize("seed", range(12))
def test_rivals_together_really_want_more_than_can_serve_them(seed: int) -> None:
    day = a_small_day(seed, needs=10, helpers=9)
    day = replace(
        day, helpers=tuple(replace(one, keep_with=frozenset(), is_new=False) for one in day.helpers)
    )
    needs = {need.key: need for need in day.needs}
    for unmet in match(day).unmet:
        for short in (one for one in unmet.shortages if one.rivals):
            involved = [needs[key] for key in (unmet.need, *short.rivals)]
            roles = [(need, role) for need in involved for role in (*need.skills, HAND)]
            could = [h for h in day.helpers if any(can(h, n, role, short.window) for n, role in roles)]
            assert short.rivals_want > short.rivals_able
            assert short.rivals_want <= sum(need.smallest for need in involved)
            assert short.rivals_able <= len(could)


def test_a_placement_says_what_speaks_for_it() -> None:
    old = a_helper("old", prefers={"n1"}, knows={"c1"})
    day = Day((a_need(skills={HAIR: 2}),), (old, a_helper("new", is_new=True, place=(500, 0))))
    reasons = {one.placement.helper: one for one in match(day).met[0].reasons}
    assert reasons["old"].why == (Why.WISHED, Why.KNOWS, Why.ONLY, Why.NEAREST, Why.GUIDES)
    assert reasons["new"].why == (Why.ONLY, Why.NEAREST)


def test_nearest_is_not_said_of_who_is_not() -> None:
    day = Day((a_need(),), (a_helper("far", place=(900, 0), prefers={"n1"}), a_helper("near")))
    (reason,) = match(day).met[0].reasons
    assert reason.why == (Why.WISHED,)
    assert (reason.others_able, reason.others_free) == (1, 1)
