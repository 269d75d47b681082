"""What tells who somebody is does not reach the public list, and what does not is left alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.needs.text.screening import MARKS, screen

CORPUS = Path(__file__).with_name("screening_corpus.txt")
BRACES = re.compile(r"\{(\w+):([^}]*)\}")
# What is hidden without need: known one by one, and few.
FALSE_ALARMS = frozenset({"请李主任委员发言", "住院部住在1203室的护士很好", "全家在外地住了10号才回"})
PIECES = [
    *("138 0013-8000", "140421194808010029", "京A12345", "我叫张桂兰", "王阿姨", "3号楼2单元501"),
    *("a@b.cn", "微信abc123", "〔电话〕"),
    *"一二三〇幺张王李·,。:-#x号楼单元室姓 ",
    "\ud800",
    "𠮷",
    "👵🏽",
    "\ue000",
]
MIXED = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join)


def lines() -> Iterator[str]:
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def plain(line: str) -> str:
    return BRACES.sub(lambda piece: piece[2], line)


def screened(line: str) -> str:
    return BRACES.sub(lambda piece: MARKS[piece[1]], line)


def wanted(line: str) -> set[tuple[str, str]]:
    return {(piece[1], piece[2]) for piece in BRACES.finditer(line)}


def got(line: str) -> set[tuple[str, str]]:
    text = plain(line)
    return {(found.kind, text[found.start : found.end]) for found in screen(text).found}


def test_the_corpus_finds_everything_personal_and_hides_little_else() -> None:
    wrong = [line for line in lines() if screen(plain(line)).text != screened(line)]
    missed = [line for line in wrong if wanted(line) - got(line)]
    alarms = [line for line in wrong if got(line) - wanted(line)]
    hits = sum(len(wanted(line) & got(line)) for line in lines())
    recall = hits / sum(len(wanted(line)) for line in lines())
    precision = hits / sum(len(got(line)) for line in lines())
    report = f"recall {recall:.3f}, precision {precision:.3f}\nmissed {missed}\nfalse alarms {alarms}"
    assert missed == [], report
    assert {plain(line) for line in alarms} == FALSE_ALARMS, report
    assert recall == 1.0, report
    assert precision > 0.97, report


def test_the_corpus_is_large_enough_and_has_both_sides() -> None:
    every = list(lines())
    assert len(every) == len(set(every)) >= 200
    assert sum(bool(wanted(line)) for line in every) >= 90
    assert {kind for line in every for kind, _ in wanted(line)} == set(MARKS)


def test_what_was_found_says_its_place_and_never_its_words() -> None:
    text = "我叫张桂兰，电话１３８ 0013 8000"
    name, phone = screen(text).found
    assert (name.kind, text[name.start : name.end]) == ("name", "张桂兰")
    assert (phone.kind, text[phone.start : phone.end]) == ("phone", "１３８ 0013 8000")
    assert "张" not in repr(screen(text))


@pytest.mark.parametrize("text", ["楼上老王天天唱歌", "常老师的课很好", "小明他妈说的", "陈家庄李家巷12号"])
def test_these_are_not_found_and_a_clerk_has_to_see_them(text: str) -> None:
    assert screen(text).found == ()


@given(MIXED)
def test_a_screened_text_stays_as_it_is(text: str) -> None:
    once = screen(text).text
    assert screen(once).text == once
    assert screen(once).found == ()


@given(MIXED | st.text(st.characters(exclude_categories=())))
def test_any_text_is_screened_and_grows_by_its_marks_alone(text: str) -> None:
    result = screen(text)
    hidden = sum(found.end - found.start for found in result.found)
    marks = sum(len(MARKS[found.kind]) for found in result.found)
    assert len(result.text) == len(text) - hidden + marks
    assert all(found.start < found.end for found in result.found)


@given(MIXED)
def test_a_text_without_digits_letters_or_names_is_not_touched(text: str) -> None:
    words = re.sub(r"[^ ,。:\-#👵🏽]", "", text)
    assert screen(words).text == words


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "13800138000",
        "a@",
        "a.b.",
        "京A",
        "3号楼2单元",
        "张",
        "王阿姨",
        "我叫",
        "阿·",
        "住",
        "1-",
        "微信号",
        "👵🏽",
        "𠮷",
    ],
)
def test_twenty_thousand_characters_are_read_to_the_end(piece: str) -> None:
    long = (piece * 20_000)[:19_980] + "，我叫张桂兰，13800138000"
    assert screen(long).text.endswith("〔电话〕")
