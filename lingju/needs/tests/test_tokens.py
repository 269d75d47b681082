"""Whoever typed it, and however: the same text is found by the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.needs.text.tokens import LONGEST_WORD, folded, grams, normal, pinyin_initials, query_terms

ANY = st.text(st.characters(exclude_categories=()))


def test_width_case_script_and_punctuation_do_not_matter() -> None:
    assert normal("ＬＥＤ路燈，不亮！") == normal("led路灯　不亮") == "led路灯 不亮"
    assert normal("瓦斯漏氣") == "瓦斯漏气"
    assert normal("𠮷野家👵🏽\ud800") == "𠮷野家"


def test_the_index_holds_characters_pairs_and_whole_words() -> None:
    assert grams("LED路灯，3号楼") == ["led", "路", "路灯", "灯", "3", "号", "号楼", "楼"]
    assert grams("路灯路灯").count("路灯") == 1
    assert grams("") == []


def test_pairs_do_not_reach_over_punctuation() -> None:
    assert "灯坏" not in grams("路灯，坏了")


def test_a_search_asks_for_pairs_and_for_pieces_that_stand_together() -> None:
    query = query_terms("路燈壞了 6号楼 灯")
    assert query.grams == ("路灯", "灯坏", "坏了", "6", "号楼", "灯")
    assert query.pieces == ("路灯坏了", "6号楼")
    assert query_terms("，！").grams == ()


@pytest.mark.parametrize(
    ("text", "initials"),
    [
        ("路灯", "ld"),
        ("重庆路", "cql"),
        ("银行", "yh"),
        ("长安小区", "caxq"),
        ("家长", "jz"),
        ("楼长", "lz"),
        ("3号楼LED", "3hlled"),
        ("", ""),
        ("𠮷", ""),
    ],
)
def test_initials_follow_the_reading_of_the_word(text: str, initials: str) -> None:
    assert pinyin_initials(text) == initials


@given(ANY)
def test_what_is_normal_stays_so(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(ANY)
def test_a_folded_text_keeps_its_places(text: str) -> None:
    assert len(folded(text)) == len(text)


@given(ANY, st.integers(0, 20), st.integers(1, 6))
def test_every_piece_of_a_text_is_found_by_its_index(text: str, start: int, length: int) -> None:
    plain = normal(text)
    words = plain.split()
    piece = words[start % len(words)] if words else ""
    query = query_terms(piece)
    assert set(query.grams) <= set(grams(plain))
    assert all(part in plain for part in query.pieces)


@given(ANY)
def test_no_word_is_too_long_for_an_index(text: str) -> None:
    assert all(len(gram) <= LONGEST_WORD for gram in grams(text * 3))


def test_twenty_thousand_characters_are_read_to_the_end() -> None:
    assert grams("路灯" * 9_999 + "楼坏")[-1] == "坏"
    assert pinyin_initials("路灯" * 1000).endswith("ld")
