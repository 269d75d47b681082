"""A clerk sees where a reply speaks like an office, and where it leaves out the day and the name."""

from hypothesis import given
from hypothesis import strategies as st

from lingju.needs.text.quality import reply_check, seconds_to_read

LAMP = "3号楼门口的路灯坏了，晚上看不见路"
PLAIN = "苗阿姨，路灯的事我们派给物业了，李师傅今天上午 10 点到。修好您看一眼，行了我们才算办完。"
OFFICE = "您的诉求已收悉，我单位高度重视，将积极协调相关部门予以妥善处理，敬请谅解。"


def test_a_plain_reply_has_nothing_to_mend() -> None:
    check = reply_check(LAMP, PLAIN)
    assert check.is_plain
    assert check.answers_the_question
    assert check.has_date_or_person
    assert 8 <= check.seconds <= 16


def test_a_reply_of_offices_is_shown_word_by_word_with_something_better() -> None:
    check = reply_check(LAMP, OFFICE)
    words = {found.word: found.instead for found in check.officialese}
    assert {"您的诉求", "收悉", "高度重视", "积极协调", "相关部门", "予以", "妥善处理", "敬请谅解"} == set(
        words
    )
    assert words["相关部门"] == "写出是哪一家"
    assert not check.answers_the_question
    assert not check.has_date_or_person


def test_an_answer_to_another_question_is_noticed() -> None:
    assert not reply_check(LAMP, "电梯年检合格，证贴在轿厢里。").answers_the_question
    assert reply_check("楼道太吵", "楼道里的噪音我们周三去看了").answers_the_question


def test_traditional_characters_and_full_width_are_read_alike() -> None:
    assert [found.word for found in reply_check("", "我們高度重視").officialese] == ["高度重视"]
    assert reply_check("", "電話８０８１２３４").has_date_or_person


def test_a_question_that_says_nothing_is_answered_by_anything() -> None:
    assert reply_check("", "好的").answers_the_question
    assert reply_check("？？", "好的").answers_the_question


def test_more_words_take_longer_to_read_out() -> None:
    assert seconds_to_read("") == 0
    assert seconds_to_read("一" * 240) == 60
    assert seconds_to_read("好，好") > seconds_to_read("好好") - 1


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_any_reply_is_read(question: str, reply: str) -> None:
    assert reply_check(question, reply).seconds >= 0
