"""A condition is data: read strictly, asked of a need, said in words."""

from typing import Any

import pytest

from lingju.kernel.errors import BadInput
from lingju.needs.conditions import Condition, Described, described, holds, in_words, parse

LAMP = described(
    ("broken_light", "broken"), "三号楼门口的路灯不亮，ＬＥＤ的", "140404001002", "qr", is_urgent=False
)


def asks(**data: Any) -> bool:
    return holds(parse(data), LAMP)


def test_a_kind_holds_for_the_finer_kinds_below_it() -> None:
    assert asks(categories=["broken"])
    assert asks(categories=["policy", "broken_light"])
    assert not asks(categories=["broken_lift"])


def test_one_word_of_several_is_enough_however_it_is_typed() -> None:
    assert asks(words=["井盖", "路燈"])
    assert asks(words=["led"])
    assert asks(words=["路灯 不亮"])
    assert not asks(words=["井盖"])


def test_of_the_words_that_must_not_be_said_none_may_be() -> None:
    assert asks(not_words=["我家"])
    assert not asks(words=["路灯"], not_words=["三号楼"])


def test_an_area_holds_for_whatever_lies_in_it() -> None:
    assert asks(areas=["140404001"])
    assert asks(areas=["140404001001", "140404001002"])
    assert not asks(areas=["140404001001"])


def test_everything_that_is_filled_must_hold() -> None:
    assert asks(categories=["broken"], words=["路灯"], areas=["140404"], channels=["qr"], is_urgent=False)
    assert not asks(categories=["broken"], words=["路灯"], channels=["page"])
    assert not asks(categories=["broken"], is_urgent=True)


def test_a_need_without_words_has_none_of_the_words() -> None:
    silent = Described(frozenset({"broken"}), "", "140404", "voice", True)
    assert holds(parse({"is_urgent": True}), silent)
    assert not holds(parse({"words": ["灯"]}), silent)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "读不懂"),
        ({}, "至少写一个条件"),
        ({"words": []}, "至少写一个条件"),
        ({"wrods": ["灯"]}, "不认识的一项：wrods"),
        ({"words": "灯"}, "应当是几个词"),
        ({"words": [1]}, "应当是几个词"),
        ({"words": ["！！"]}, "不能当关键词"),
        ({"words": ["灯" * 21]}, "不能当关键词"),
        ({"is_urgent": "yes"}, "是或否"),
        ({"areas": ["上党区"]}, "区域代码"),
        ({"categories": [f"c{n}" for n in range(41)]}, "最多写 40 项"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(data: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse(data)


def test_what_is_kept_is_read_as_it_was() -> None:
    data = {"categories": ["broken"], "not_words": ["我家"], "is_urgent": False}
    assert parse(data).as_data() == data


def test_a_condition_is_said_in_words() -> None:
    names = {"broken": "东西坏了", "broken_lift": "电梯", "140404001": "韩店街道", "qr": "扫码"}
    condition = Condition(
        categories=("broken", "broken_lift"),
        words=("路灯", "楼道灯"),
        not_words=("我家",),
        areas=("140404001",),
        channels=("qr",),
        is_urgent=True,
    )
    said = "类别是东西坏了或电梯，说到“路灯”或“楼道灯”，没说到“我家”，在韩店街道，从扫码来，要先办的"
    assert in_words(condition, names) == said
