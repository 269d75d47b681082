"""Searching needs in Chinese: what is there is found, what is not the actor's is not, newest first."""

import random

import pytest

from lingju.needs.models import Need
from lingju.needs.queries import search
from lingju.needs.rules import Bearer
from lingju.needs.services import handling, judging, searching
from lingju.needs.services.handling import Mending
from lingju.needs.services.placing import Place
from lingju.needs.tests.builders import Quarter, a_need, a_quarter, a_receipt, fresh
from lingju.needs.text.tokens import normal
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db

WORDS = "路灯 电梯 下水 楼道 井盖 垃圾 停车 噪音 不亮 坏了 堵了 返味 三号楼 西门 老人 医保 的 了 很 在"


def find(quarter: Quarter, query: str) -> list[int]:
    return search.find(quarter.district, query, the_system(quarter.district))


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def test_a_word_of_one_character_is_found(quarter: Quarter) -> None:
    lamp = a_need(quarter, "三号楼门口的路灯不亮")
    a_need(quarter, "电梯停了", kind="broken_lift")
    assert find(quarter, "灯") == [lamp.pk]
    assert find(quarter, "路灯") == [lamp.pk]
    assert find(quarter, "路灯不亮") == [lamp.pk]


def test_characters_that_stand_scattered_are_not_the_word(quarter: Quarter) -> None:
    a_need(quarter, "道路灯暗，灯不好，不亮堂")
    assert find(quarter, "路灯不亮") == []


def test_several_words_must_all_be_there_in_any_order(quarter: Quarter) -> None:
    lamp = a_need(quarter, "三号楼门口的路灯不亮")
    a_need(quarter, "西门的路灯不亮")
    assert find(quarter, "不亮，三号楼") == [lamp.pk]


def test_traditional_and_wide_characters_find_the_same(quarter: Quarter) -> None:
    lamp = a_need(quarter, "ＬＥＤ路燈不亮")
    assert find(quarter, "路灯") == find(quarter, "路燈") == find(quarter, "led") == [lamp.pk]


def test_a_character_that_the_database_does_not_know_is_found(quarter: Quarter) -> None:
    rare = a_need(quarter, "门牌上的𬭎字掉了")
    assert find(quarter, "𬭎") == find(quarter, "𬭎字") == [rare.pk]


def test_a_gap_between_a_number_and_what_it_counts_is_no_difference(quarter: Quarter) -> None:
    first = a_need(quarter, "3 号楼的灯坏了")
    second = a_need(quarter, "3号楼的灯坏了")
    a_need(quarter, "13号楼的灯坏了")
    assert find(quarter, "3号楼") == [second.pk, first.pk]


def test_a_number_finds_its_need_with_and_without_its_month(quarter: Quarter) -> None:
    need = a_need(quarter)
    month, bare = need.number.split("-")
    for asked in (need.number, f"{month}－{bare}", f"{month} — {bare}", bare, bare.lstrip("0")):
        assert find(quarter, asked) == [need.pk], asked


def test_a_bare_number_is_looked_for_in_the_text_as_well(quarter: Quarter) -> None:
    need = a_need(quarter, "12345 说过这件事")
    assert find(quarter, "12345") == [need.pk]


def test_the_name_of_a_place_finds_what_lies_there(quarter: Quarter) -> None:
    square = builders.a_compound(quarter.area, name="梧桐苑")
    there = a_need(quarter, place=Place(compound=square))
    station = builders.a_station(quarter.area, name="幸福广场驿站")
    at_station = a_need(quarter, "饮水机不出水", place=Place(station=station), kind="broken_facility")
    assert find(quarter, "梧桐苑") == [there.pk]
    assert find(quarter, "幸福广场") == [at_station.pk]
    assert find(quarter, "wty") == [there.pk]


def test_first_letters_of_the_title_find_it(quarter: Quarter) -> None:
    lamp = a_need(quarter, "路灯不亮")
    lift = a_need(quarter, "电梯停了，LED 也不亮", kind="broken_lift")
    assert find(quarter, "ldbl") == [lamp.pk]
    assert find(quarter, "LD") == [lamp.pk]
    assert find(quarter, "dt") == [lift.pk]
    assert find(quarter, "ldld") == []


def test_what_was_mended_is_found_under_its_new_words_only(quarter: Quarter) -> None:
    need = a_need(quarter, "路灯不亮")
    handling.mend(need, Mending(title="楼道灯一闪一闪"), actor=quarter.clerk_actor)
    assert find(quarter, "一闪") == [need.pk]
    assert find(quarter, "ldd") == [need.pk]


def test_a_closed_need_is_still_found(quarter: Quarter) -> None:
    receipt = a_receipt(quarter, "路灯不亮")
    judging.withdraw(receipt.asker, "不用了", actor=Bearer(receipt.asker.pk, quarter.district.pk))
    assert fresh(receipt.need).is_over
    assert find(quarter, "路灯") == [receipt.need.pk]


def test_what_the_asker_said_about_persons_is_not_in_the_index(quarter: Quarter) -> None:
    need = a_need(quarter, "路灯不亮，请打13912345678找我")
    assert "13912345678" not in fresh(need).text
    assert find(quarter, "13912345678") == []


def test_what_is_out_of_sight_is_not_found(quarter: Quarter) -> None:
    need = a_need(quarter, "路灯不亮")
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour, name="钱社工"))
    assert search.find(quarter.district, "路灯", quarter.clerk_actor) == [need.pk]
    assert search.find(quarter.district, "路灯", elsewhere) == []
    assert search.find(quarter.district, need.number, elsewhere) == []
    assert search.find(quarter.district, "路灯", cast.a_stranger(quarter.district)) == []


def test_another_district_keeps_its_needs_to_itself(quarter: Quarter) -> None:
    other = a_quarter(code="350203", name="思明区")
    here, there = a_need(quarter, "路灯不亮"), a_need(other, "路灯不亮")
    assert find(quarter, "路灯") == [here.pk]
    assert find(other, "路灯") == [there.pk]
    assert search.find(other.district, "路灯", the_system(quarter.district)) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "，。！",
        '"',
        "'",
        "NEAR(路 灯)",
        "路* OR 灯",
        "路灯\x00",
        "\\",
        "😀",
        "🏮" * 90,
        "灯" * 5000,
    ],
)
def test_no_query_is_too_strange(quarter: Quarter, query: str) -> None:
    a_need(quarter, "门口的路灯不亮")
    assert isinstance(find(quarter, query), list)


def test_newest_come_first_and_no_more_than_asked_for(
    quarter: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FIRST_LOOK", 2)
    monkeypatch.setattr(search, "NEXT_LOOK", 2)
    ids = [a_need(quarter, f"路灯不亮，第{n}次").pk for n in range(5)]
    assert find(quarter, "路灯") == ids[::-1]
    assert search.find(quarter.district, "路灯", the_system(quarter.district), limit=3) == ids[:1:-1]


def test_whoever_has_a_small_part_of_many_candidates_finds_their_own(
    quarter: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FIRST_LOOK", 2)
    monkeypatch.setattr(search, "NEXT_LOOK", 2)
    mine = a_need(quarter, "路灯不亮")
    across = builders.a_compound(quarter.neighbour)
    for _n in range(4):
        a_need(quarter, "路灯不亮", place=Place(compound=across))
    assert search.find(quarter.district, "路灯", quarter.clerk_actor) == [mine.pk]


def test_an_index_that_was_lost_is_written_anew(quarter: Quarter) -> None:
    needs = [a_need(quarter, "路灯不亮"), a_need(quarter, "井盖松了")]
    searching.unindex(need.pk for need in needs)
    assert find(quarter, "路灯") == []
    assert searching.rebuild(quarter.district) == 2
    assert searching.rebuild(quarter.district) == 2
    assert find(quarter, "路灯") == [needs[0].pk]


def test_whatever_stands_in_a_text_is_found_and_nothing_else(quarter: Quarter) -> None:
    """Hold every word of one to six characters against the plain truth: does it stand in the text."""
    draw = random.Random(20261126)
    words = WORDS.split()
    pattern = a_need(quarter, "路灯")
    needs = []
    for number in range(60):
        said = "".join(draw.choices(words, k=draw.randint(1, 6)))
        parts = [said[:4], said[4:]] if draw.random() < 0.3 else [said]
        text = "，".join(filter(None, parts))
        needs.append(_like(pattern, number, text))
    texts = {need.pk: normal(need.text) for need in needs} | {pattern.pk: "路灯"}
    for _n in range(150):
        source = draw.choice([need.text for need in needs]).replace("，", "")
        at = draw.randrange(len(source))
        asked = source[at : at + draw.randint(1, 6)]
        truth = sorted((pk for pk, text in texts.items() if asked in text), reverse=True)
        assert find(quarter, asked) == truth, asked


def _like(pattern: Need, number: int, text: str) -> Need:
    """Write a need like another with other words: the index is in question here, not the door."""
    row = fresh(pattern)
    row.pk = row.id = pattern.pk + number + 1
    row.number, row.key, row.title, row.text = f"2603-9{number:03d}", f"truth-{number:04d}", "", text
    row.said = row.place_note = ""
    row._state.adding = True
    row.save(force_insert=True)
    searching.index(row)
    return row
