"""The survey: few questions, nobody's name, small cells hidden, no difference claimed that chance makes."""

import datetime as dt

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere, TooOften
from lingju.needs.models import SurveyAnswer, Wave
from lingju.needs.queries import surveys as queries
from lingju.needs.services import surveying
from lingju.needs.services.surveying import Question, Sheet
from lingju.needs.tests import builders, wishes
from lingju.people.tests import cast
from lingju.places.models import District
from lingju.places.tests.builders import a_building, a_district, a_tree
from lingju.trail import surroundings

pytestmark = pytest.mark.django_db
GOOD, BAD = {"q1": 5, "q2": 4, "q3": 4}, {"q1": 2, "q2": 2, "q3": 1}


def over(wave: Wave) -> time_machine.travel:
    return time_machine.travel(dt.datetime.combine(wave.until + dt.timedelta(days=1), dt.time(9), clock.ZONE))


def a_town() -> District:
    district = a_district()
    a_tree(district)
    return district


def test_an_officer_of_the_district_opens_a_wave_and_a_clerk_does_not() -> None:
    quarter = builders.a_quarter()
    officer = cast.an_actor_of(cast.a_district_officer(district=quarter.district))
    wave = surveying.open_wave(quarter.district, wishes.a_draft(), actor=officer)
    assert [(one["code"], one["feeling"]) for one in wave.questions] == [
        ("q1", "gain"),
        ("q2", "happiness"),
        ("q3", "safety"),
    ]
    for actor in (quarter.clerk_actor, quarter.officer_actor):
        with pytest.raises(NotAllowed):
            surveying.open_wave(quarter.district, wishes.a_draft(), actor=actor)


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ((), "至少要有一道题"),
        (tuple(Question("gain", f"第 {n} 个问题好吗？") for n in range(6)), "最多 5 道题"),
        ((Question("pride", "您自豪吗？"),), "获得感、幸福感还是安全感"),
        ((Question("gain", "好？"),), "4 到 60 个字"),
        ((Question("gain", "服务够用吗？"), Question("safety", "服务够用吗？")), "是一样的"),
    ],
)
def test_a_wave_asks_one_to_five_things_each_about_one_feeling(
    questions: tuple[Question, ...], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        wishes.a_wave(a_town(), questions=questions)


def test_a_wave_has_an_end_within_three_months_and_not_in_the_past() -> None:
    district, today = a_town(), clock.today()
    for since, until in (
        (today, today - dt.timedelta(days=1)),
        (today, today + dt.timedelta(days=93)),
        (today - dt.timedelta(days=9), today - dt.timedelta(days=1)),
    ):
        with pytest.raises(BadInput):
            wishes.a_wave(district, since=since, until=until)


def test_a_wave_that_has_begun_keeps_its_questions() -> None:
    district = a_town()
    actor, soon = cast.the_system(district), clock.today() + dt.timedelta(days=3)
    coming = wishes.a_wave(district, since=soon, until=soon)
    assert surveying.edit_wave(coming, wishes.a_draft(title="改过的标题", since=soon), actor=actor)
    with pytest.raises(NotNow):
        surveying.edit_wave(wishes.a_wave(district), wishes.a_draft(title="改过的标题"), actor=actor)


def test_a_wave_is_ended_once_it_has_run_a_day() -> None:
    district = a_town()
    wave, actor = wishes.a_wave(district), cast.the_system(district)
    with pytest.raises(NotNow):
        surveying.end_wave(wave, actor=actor)
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        assert queries.is_over(surveying.end_wave(wave, actor=actor))


def test_the_same_sheet_twice_is_one_sheet_and_names_nobody() -> None:
    wave = wishes.a_wave(a_town())
    stranger = cast.a_stranger(wave.district)
    assert surveying.take_in(wave, Sheet({"q1": 4}), nonce="sheet-0001", actor=stranger)
    assert not surveying.take_in(wave, Sheet({"q1": 1}), nonce="sheet-0001", actor=stranger)
    kept = SurveyAnswer.objects.get()
    assert (kept.marks, kept.area, kept.age) == ({"q1": 4}, None, "")
    assert "sheet-0001" not in kept.key
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {
        *("id", "district", "wave", "area", "age", "marks", "key", "on"),
    }


@pytest.mark.parametrize("marks", [{}, {"q9": 4}, {"q1": 0}, {"q1": 6}])
def test_a_sheet_says_something_from_one_to_five(marks: dict[str, int]) -> None:
    wave = wishes.a_wave(a_town())
    with pytest.raises(BadInput):
        surveying.take_in(wave, Sheet(marks), nonce="sheet-0002", actor=cast.a_stranger(wave.district))


def test_a_sheet_names_a_community_of_this_district_or_none() -> None:
    wave, other = wishes.a_wave(a_town()), a_tree(a_district("140405", name="另一个区"))
    stranger = cast.a_stranger(wave.district)
    with pytest.raises(NotThere):
        surveying.take_in(wave, Sheet(GOOD, other[2]), nonce="sheet-0003", actor=stranger)
    with pytest.raises(BadInput):
        surveying.take_in(wave, Sheet(GOOD, a_tree(wave.district)[1]), nonce="sheet-0003", actor=stranger)


def test_nobody_answers_before_or_after() -> None:
    wave = wishes.a_wave(a_town())
    with over(wave), pytest.raises(NotNow):
        wishes.answered(wave, GOOD)


def test_one_address_fills_no_ballot_box() -> None:
    wave = wishes.a_wave(a_town())
    with surroundings.within(surroundings.Surroundings("request-1", "8.8.8.8")):
        wishes.answered(wave, {"q1": 5}, surveying.SHEETS_AN_HOUR.tries)
        with pytest.raises(TooOften):
            wishes.answered(wave, {"q1": 5})
    wishes.answered(wave, {"q1": 5})


def test_shares_come_with_n_and_interval_and_communities_stand_in_the_order_of_codes() -> None:
    district = a_town()
    home, elsewhere = a_tree(district)[2:]
    a_building(home, persons=(5, 40, 20, 10))
    wave = wishes.a_wave(district)
    wishes.answered(wave, BAD, 6, area=home)
    wishes.answered(wave, GOOD, 6, area=elsewhere)
    found = queries.results(wave)
    assert [row.name for row in found.communities] == [elsewhere.short_name, home.short_name]
    assert [row.figures["gain"].share for row in found.communities] == [1.0, 0.0]
    assert (found.everybody.figures["gain"].n, found.everybody.figures["gain"].share) == (12, 0.5)
    assert (found.communities[1].sheets, found.communities[1].known) == (6, 70)


def test_a_person_is_positive_by_the_mean_of_their_marks_for_a_feeling() -> None:
    questions = (Question("gain", "服务够用吗？"), Question("gain", "办事方便吗？"))
    wave = wishes.a_wave(a_town(), questions=questions)
    for marks in ({"q1": 5, "q2": 3}, {"q1": 5, "q2": 2}, {"q2": 4}, {"q1": 4}, {"q1": 1, "q2": 1}):
        wishes.answered(wave, marks)
    found = queries.results(wave).everybody.figures["gain"]
    assert (found.n, round(found.share * found.n)) == (5, 3)


def test_few_answers_are_not_shown_and_cannot_be_worked_out_from_the_total() -> None:
    district = a_town()
    home, elsewhere = a_tree(district)[2:]
    wave = wishes.a_wave(district)
    wishes.answered(wave, GOOD, 3, area=home)
    wishes.answered(wave, BAD, 9, area=elsewhere)
    found = queries.results(wave)
    assert found.everybody.is_shown
    assert [row.is_shown for row in found.communities] == [False, False]
    wishes.answered(wave, GOOD, 2)
    assert [row.is_shown for row in queries.results(wave).communities] == [True, False]


def test_fewer_than_five_together_show_nothing_at_all() -> None:
    wave = wishes.a_wave(a_town())
    wishes.answered(wave, GOOD, 4)
    assert not queries.results(wave).everybody.is_shown


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.booleans(), max_size=12), max_size=6))
def test_no_table_lets_a_small_cell_be_taken_from_the_total(sheets: dict[str, list[bool]]) -> None:
    wave = Wave(questions=[{"code": "q1", "feeling": "gain", "text": "服务够用吗？"}])
    flat = [
        ("" if key == "a" else key, {"q1": 5 if good else 1}) for key, its in sheets.items() for good in its
    ]
    shown = queries._table(wave, flat, 5)
    assert all(row.figures["gain"].n >= 5 for row in shown.values())
    rest = len(flat) - sum(row.figures["gain"].n for row in shown.values())
    assert not 0 < rest < 5 or not shown


def test_where_intervals_overlap_no_difference_is_claimed() -> None:
    district = a_town()
    home, elsewhere = a_tree(district)[2:]
    wave = wishes.a_wave(district, questions=wishes.QUESTIONS[:1])
    wishes.answered(wave, {"q1": 5}, 6, area=home)
    wishes.answered(wave, {"q1": 1}, 1, area=home)
    wishes.answered(wave, {"q1": 5}, 5, area=elsewhere)
    wishes.answered(wave, {"q1": 1}, 3, area=elsewhere)
    assert "说不上谁高谁低" in queries.results(wave).sayings[0]


def test_a_change_since_the_last_wave_is_named_only_where_chance_does_not_explain_it() -> None:
    district = a_town()
    first = wishes.a_wave(district, questions=wishes.QUESTIONS[:2])
    wishes.answered(first, {"q1": 1, "q2": 5}, 12)
    later = clock.now() + dt.timedelta(days=30)
    with time_machine.travel(later):
        second = wishes.a_wave(district, questions=wishes.QUESTIONS[:2])
        wishes.answered(second, {"q1": 5, "q2": 5}, 12)
    with over(second):
        words = {str(one.feeling): one.words for one in queries.results(second).changes}
    assert words == {"获得感": "比上一轮高", "幸福感": "和上一轮的区间有重叠，说不上升了还是降了"}
