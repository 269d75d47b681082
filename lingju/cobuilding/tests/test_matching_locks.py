"""What people decide by hand stands, and where two decisions cannot stand together both are named."""

from dataclasses import replace

from lingju.cobuilding.matching import match
from lingju.cobuilding.matching_check import broken
from lingju.cobuilding.matching_locks import standing
from lingju.cobuilding.matching_model import Clash, Day, Fault, FaultKind, Lack, Lock, Resource, Why
from lingju.cobuilding.tests.matching_days import HAIR, a_helper, a_need

TWO = Day((a_need("a"), a_need("b")), (a_helper("h1"), a_helper("h2")))


def test_a_lock_places_a_helper_and_says_that_it_did() -> None:
    day = replace(TWO, locks=(Lock("b", "h1"),))
    matching = match(day)
    (met,) = (one for one in matching.met if one.need == "b")
    assert [one.helper for one in met.team] == ["h1"]
    assert Why.LOCKED in met.reasons[0].why
    assert broken(day, matching.met) == ()


def test_a_locked_helper_goes_however_far_it_is() -> None:
    day = Day((a_need(),), (a_helper(place=(9000, 0)),), locks=(Lock("n1", "h1"),))
    assert match(day).placements[0].metres == 9000
    assert match(replace(day, locks=())).met == ()


def test_a_lock_brings_the_whole_group() -> None:
    crew = (a_helper("h1", place=(9000, 0)), a_helper("h2", place=(9000, 0), keep_with={"h1"}))
    day = Day((a_need(skills={HAIR: 2}),), crew, locks=(Lock("n1", "h1"),))
    matching = match(day)
    assert {one.helper for one in matching.placements} == {"h1", "h2"}
    assert broken(day, matching.met) == ()


def test_a_helper_is_kept_away_and_a_need_is_left_out_by_hand() -> None:
    away = match(replace(TWO, locks=(Lock("a", "h1", holds=False), Lock("b", "h1", holds=False))))
    assert {one.helper for one in away.placements} == {"h2"}
    out = match(replace(TWO, locks=(Lock("a", holds=False),)))
    (unmet,) = out.unmet
    assert (unmet.need, unmet.shortages[0].lack) == ("a", Lack.LEFT_OUT)


def test_a_need_is_met_in_the_window_that_was_said() -> None:
    day = Day((a_need(windows={0, 1}),), (a_helper(windows={0, 1}),), locks=(Lock("n1", window=1),))
    assert match(day).met[0].window == 1


def test_a_need_that_is_locked_comes_before_weightier_ones() -> None:
    day = Day((a_need("heavy", weight=9), a_need("light")), (a_helper(),), locks=(Lock("light"),))
    assert [one.need for one in match(day).met] == ["light"]


def test_one_helper_locked_to_two_needs_at_once_is_told_as_these_two() -> None:
    first, second, other = Lock("a", "h1"), Lock("b", "h1"), Lock("b", "h2", holds=False)
    matching = match(replace(TWO, locks=(other, first, second)))
    assert matching.clashes == (Clash((first, second)),)
    assert matching.clashes[0].left_out == second
    assert [one.helper for one in matching.placements if one.need == "a"] == ["h1"]


def test_two_needs_that_were_locked_onto_one_hall_are_told() -> None:
    needs = tuple(a_need(key, things={"hall": 1}) for key in ("a", "b", "c"))
    helpers = tuple(a_helper(f"h{at}") for at in range(3))
    hall = Resource("hall", "hall", 1, frozenset({0}))
    matching = match(Day(needs, helpers, (hall,), (Lock("a"), Lock("c"))))
    assert matching.clashes == (Clash((Lock("a"), Lock("c"))),)


def test_a_need_locked_in_and_left_out_clashes_with_itself() -> None:
    day = replace(TWO, locks=(Lock("a"), Lock("a", holds=False)))
    assert match(day).clashes == (Clash((Lock("a"), Lock("a", holds=False))),)


def test_two_who_keep_together_cannot_be_locked_apart() -> None:
    pair = (a_helper("h1", keep_with={"h2"}), a_helper("h2"))
    needs = (a_need("a", skills={HAIR: 2}), a_need("b", skills={HAIR: 2}))
    locks = (Lock("a", "h1"), Lock("b", "h2"))
    assert match(Day(needs, (*pair, a_helper("h3"), a_helper("h4")), (), locks)).clashes == (Clash(locks),)


def test_a_lock_that_cannot_stand_even_alone_is_a_fault() -> None:
    day = Day((a_need(),), (a_helper(windows={3}),), locks=(Lock("n1", "h1"),))
    assert standing(day).faults == (Fault("lock", "h1@n1", FaultKind.NOT_ABLE),)
    assert match(day).faults == (Fault("lock", "h1@n1", FaultKind.NOT_ABLE),)


def test_safeguarding_is_not_locked_away() -> None:
    day = Day((a_need(is_vulnerable=True),), (a_helper(is_cleared=False),), locks=(Lock("n1", "h1"),))
    assert match(day).faults[0].kind == FaultKind.NOT_ABLE
    assert match(day).met == ()


def test_locks_about_nobody_and_nothing_are_told() -> None:
    faults = match(replace(TWO, locks=(Lock("z"), Lock("a", "nobody")))).faults
    assert {fault.kind for fault in faults} == {FaultKind.UNKNOWN_NEED, FaultKind.UNKNOWN_HELPER}
