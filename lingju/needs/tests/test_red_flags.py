"""Somebody in danger is told whom to call, and a locked fire exit does not ring the fire brigade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.needs.text.red_flags import Strength, red_flags

STOPS = {
    "fire": """
        家里着火了 楼道起火了快来人 三楼冒浓烟 著火了！ 電動車自燃了 电表箱在冒烟 对门全是烟 失火啦 插座冒火
        车库里烧起来了 着　火　了 隔壁爆炸了，玻璃都碎了 垃圾桶着了 昨晚着火了
    """,
    "gas": """
        厨房漏煤气 楼道里一股燃气味 瓦斯漏氣 闻到很浓的天然气味 燃气管断裂了 煤气罐在漏 燃气泄漏 煤气中毒了
    """,
    "suicide": """
        我不想活了 想自杀 活着没意思 有人要跳楼 她割腕了 我想死 不如死了算了 我妈喝农药了 真的活不下去
        留了遗书 想一死了之
    """,
    "violence": """
        丈夫打我 我老公又往死里打我 有人持刀 楼下在打人 隔壁家暴 有人拿刀追人 儿子殴打老人 他掐我脖子
        有人抢孩子 他扬言要杀我全家 男朋友打我 妈妈被爸爸打了
    """,
    "collapse": """
        老人晕倒了 有人倒在地上 我爸叫不醒 大爷摔了一跤起不来 没有呼吸 孩子误食老鼠药 电梯里困住人了
        有人触电 心脏病发作 口吐白沫 有小孩掉水里了
    """,
}
HEEDS = {
    "fire": """
        担心飞线着火 消防通道堵塞 去年这里着过火 万一起火怎么跑 如果着火了跑不出去 消防栓没水 会引发火灾
        厨房着火已扑灭
    """,
    "gas": "担心燃气泄漏 怕漏气 燃气管老化 要是煤气泄漏怎么办",
    "suicide": "去年有人跳楼 孩子抑郁 她说没想自杀 撑不下去了",
    "violence": "有人打架 去年小区有人持刀 电瓶被偷了",
    "collapse": "怕老人晕倒 上个月有人晕倒过 老人走失 台阶滑，容易摔得骨折 担心触电 墙要塌了",
}
SILENT = """
    路灯坏了 燃气缴费在哪 天然气什么时候通 想死你们了 火车票怎么买 火锅店油烟大 消防演习什么时候 灭火器在哪领
    杀毒软件 砍树 砍价 自行车漏气 窗户漏气 没有着火 不是燃气泄漏 跳楼价甩卖 红红火火 吸烟的人多 烟花爆竹
    给我打电话 打我电话 没有人晕倒 反家暴 晕车 生意红火 剧本杀 笑死我了 热死了 累死了 爆炸头 发火 上火 油烟机
    暖气漏气 噪音骚扰 着火点太多 燃气安检什么时候来 想装一氧化碳报警器 烧烤店烟大 打我们小区电话
"""


def table(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, text) for code, texts in words.items() for text in texts.split(" ") if text.strip()]


@pytest.mark.parametrize(("code", "text"), table(STOPS))
def test_danger_stops_the_form_and_names_whom_to_call(code: str, text: str) -> None:
    flag = next(flag for flag in red_flags(text) if flag.code == code)
    assert flag.must_stop
    assert flag.phone in flag.sentence
    assert all(flag.words)


@pytest.mark.parametrize(("code", "text"), table(HEEDS))
def test_worry_and_what_is_over_go_on_to_the_desk_first(code: str, text: str) -> None:
    flags = red_flags(text)
    assert [flag.strength for flag in flags if flag.code == code] == [Strength.HEED]
    assert not any(flag.must_stop for flag in flags)


@pytest.mark.parametrize("text", SILENT.split())
def test_the_same_characters_with_another_meaning_are_let_through(text: str) -> None:
    assert red_flags(text) == ()


def test_a_softened_clause_does_not_soften_the_next() -> None:
    (flag,) = red_flags("以前就担心着火，现在真的着火了")
    assert flag.must_stop


def test_a_denial_of_one_thing_leaves_the_other() -> None:
    codes = [flag.code for flag in red_flags("没有着火，但是老人晕倒了")]
    assert codes == ["collapse"]


def test_what_stops_comes_first_and_each_danger_once() -> None:
    flags = red_flags("消防通道堵了，堵消防的车天天有，我爸晕倒了，叫不醒")
    assert [(flag.code, flag.must_stop) for flag in flags] == [("collapse", True), ("fire", False)]
    assert flags[0].words == ("晕倒", "叫不醒")


def test_the_gas_company_is_named_where_its_number_is_known() -> None:
    (flag,) = red_flags("漏煤气了", gas_phone="0355-8080000")
    assert flag.phone == "0355-8080000"
    assert "0355-8080000" in flag.sentence
    assert red_flags("着火了", gas_phone="0355-8080000")[0].phone == "119"


def test_numbers_to_call_are_those_of_the_country() -> None:
    phones = {code: red_flags(texts.split()[0])[0].phone for code, texts in STOPS.items()}
    assert phones == {"fire": "119", "gas": "119", "suicide": "12356", "violence": "110", "collapse": "120"}


@given(
    st.text(st.characters(exclude_categories=()))
    | st.text("着火没有担心煤气漏死想不打我了，。 ", max_size=40)
)
def test_any_text_is_read_and_a_flag_says_something(text: str) -> None:
    for flag in red_flags(text):
        assert flag.words
        assert flag.phone in flag.sentence


@pytest.mark.parametrize("piece", ["火", "没有", "火救命", "电表箱", "煤气", "老公", "摔", "入", "a", "，"])
def test_twenty_thousand_characters_are_read_to_the_end(piece: str) -> None:
    assert any(flag.must_stop for flag in red_flags((piece * 20_000)[:19_990] + "。\n家里着火了"))
