"""Text read in the wrong encoding is put right where that is certain, and left alone where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel import mojibake

WORDS = ["小区名称", "府后街社区", "长乐小区北门（3号）", "共1,200户", "上党区韩店街道"]
EVERYDAY = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
COMMON = st.text(st.sampled_from(EVERYDAY), min_size=1, max_size=12)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_text_read_as_latin_is_put_right(word: str, encoding: str) -> None:
    assert mojibake.undone(word.encode(encoding).decode("latin-1")) == word


@pytest.mark.parametrize("word", WORDS)
def test_text_read_as_windows_latin_is_put_right(word: str) -> None:
    read_wrong = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in word.encode())
    assert mojibake.undone(read_wrong) == word


@given(COMMON)
def test_every_common_chinese_text_is_put_right(word: str) -> None:
    assert mojibake.undone(word.encode("utf-8").decode("latin-1")) == word
    assert mojibake.undone_gbk(word.encode("utf-8").decode("gb18030", "replace")) in (
        word,
        word.encode("utf-8").decode("gb18030", "replace"),
    )


@given(COMMON)
def test_text_that_is_right_is_left_alone(word: str) -> None:
    assert mojibake.undone(word) == word


@pytest.mark.parametrize("word", ["café", "Zürich", "naïve 25°C", "plain", "3 × 4", ""])
def test_foreign_words_are_left_alone(word: str) -> None:
    assert mojibake.undone(word) == word


def test_utf8_read_as_gbk_is_put_right_when_asked() -> None:
    assert mojibake.undone_gbk("小区名称".encode().decode("gb18030")) == "小区名称"
    assert mojibake.undone_gbk("府后街社区") == "府后街社区"


@pytest.mark.parametrize("text", ["锟斤拷锟斤拷", "小区\ufffd\ufffd", "烫烫烫烫"])
def test_what_is_lost_is_known_as_lost(text: str) -> None:
    assert mojibake.is_lost(text)
    assert not mojibake.is_lost("烫发 屯里 斤两")


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
def test_a_file_says_in_which_encoding_it_is(encoding: str, named: str) -> None:
    assert mojibake.decode("名称,户数\n长乐,3".encode(encoding)) == ("名称,户数\n长乐,3", named)
