"""Two neighbours who speak of the same lamp are brought together; the same words elsewhere are not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.needs.text.similar import (
    CELL_METRES,
    METRES_PER_DEGREE,
    PROBABLE,
    Described,
    Reason,
    bands,
    cell,
    cells,
    metres,
    score,
    signature,
)

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
ANY = st.text(st.characters(exclude_categories=()))
SAME = [
    ("3号楼门口的路灯坏了，晚上看不见", "三号楼前面路灯不亮，走路害怕"),
    ("电梯老是坏，老人上不去", "电梯又故障了，老年人爬楼爬不动"),
    ("希望周末能有人教老人用手机", "想学智能手机，有没有教老年人用手机的课"),
    ("小区门口停车堵住了出口", "大门口乱停车，车出不去"),
    ("下水道堵了往外冒脏水", "污水管堵塞，脏水流了一地"),
    ("想要个老人食堂", "社区能不能办个食堂，老人吃饭难"),
    ("理发店太贵，想要便宜理发", "有没有给老人低价理发的"),
    ("树枝挡住了窗户，要修剪", "大树太密，遮挡窗户采光，请修剪树枝"),
    ("门禁坏了外人随便进", "单元门禁失灵，谁都能进"),
    ("路燈壞了", "路灯不亮"),
]
OTHER = [
    ("3号楼门口的路灯坏了，晚上看不见", "3号楼门口的积水没人管"),
    ("楼上半夜吵得睡不着", "楼上漏水"),
    ("希望周末能有人教老人用手机", "希望周末开放活动室"),
    ("小区门口停车堵住了出口", "小区门口的早餐摊搬走了"),
    ("健身器材断了，孩子玩着危险", "孩子放学没人接"),
    ("想要个老人食堂", "想要个老人活动室"),
    ("自来水发黄", "停水通知看不到"),
    ("遛狗不拴绳", "跳绳比赛报名"),
]


def near(text: str, north_m: float = 0, hours: float = 0, category: str = "lamp") -> Described:
    return Described(text, category, 113.0, 36.0 + north_m / METRES_PER_DEGREE, NOON + timedelta(hours=hours))


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_matter_in_other_words_is_a_candidate(a: str, b: str) -> None:
    assert score(Described(a), Described(b)).score >= PROBABLE
    assert score(near(a), near(b, 60, 20)).score >= 0.9
    assert set(bands(signature(a))) & set(bands(signature(b)))


@pytest.mark.parametrize(("a", "b"), OTHER)
def test_another_matter_in_like_words_is_none(a: str, b: str) -> None:
    assert score(Described(a), Described(b)).score < PROBABLE


def test_place_kind_and_days_speak_for_it_and_distance_against() -> None:
    here = score(near("路灯坏了"), near("路灯不亮", 60, 20))
    far = score(near("路灯坏了"), near("路灯不亮", 3000, 20))
    assert here.reasons == (Reason.WORDS, Reason.PLACE, Reason.KIND, Reason.DAYS)
    assert here.metres == pytest.approx(60, abs=0.5)
    assert here.hours == 20
    assert far.score < PROBABLE < here.score
    assert score(near("路灯坏了"), near("路灯不亮", 0, 24 * 200)).score < here.score
    assert score(near("路灯坏了"), near("路灯不亮", category="other")).score < here.score


def test_another_building_named_speaks_against_it() -> None:
    same = score(Described("3号楼路灯坏了"), Described("三号楼路灯不亮"))
    other = score(Described("3号楼路灯坏了"), Described("十二号楼路灯不亮"))
    assert same.score > other.score


def test_a_short_text_within_a_long_one_is_seen_as_its_part() -> None:
    long = "昨天晚上下班回来发现大门外头地上井盖丢了好危险，骑车差点掉进去，雨天更看不清，请来人看看"
    likeness = score(Described("大门外头地上井盖丢了好危险"), Described(long))
    assert likeness.score >= PROBABLE


def test_nothing_in_common_is_nothing_even_at_one_door() -> None:
    assert score(near("路灯坏了"), near("想学书法")).score == 0


@given(ANY)
def test_a_text_is_like_itself_and_meets_itself(text: str) -> None:
    keys = bands(signature(text))
    assert keys == bands(signature(text))
    assert len(keys) in (0, 12)
    assert all(0 <= key < 2**63 for key in keys)
    if keys:
        assert score(Described(text), Described(text)).score > PROBABLE


@given(ANY, ANY)
def test_likeness_is_mutual(a: str, b: str) -> None:
    one, other = score(near(a), near(b, 40, 5)), score(near(b, 40, 5), near(a))
    assert one.score == pytest.approx(other.score)
    assert one.reasons == other.reasons
    assert 0 <= one.score <= 1


def test_keys_are_the_same_on_every_machine() -> None:
    assert bands(signature("路灯坏了"))[:2] == (6865304401036574127, 8034122233254462455)


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(-1, 1), st.floats(-1, 1))
def test_whatever_lies_within_a_cell_s_width_is_in_the_nine_around(
    lon: float, lat: float, east: float, north: float
) -> None:
    there = lat + north * 0.69 * CELL_METRES / METRES_PER_DEGREE
    shrink = Described("", "", lon, lat), Described("", "", lon + 1, lat)
    degree_m = metres(*shrink) or 1.0
    beside = (lon + east * 0.69 * CELL_METRES / degree_m + 180) % 360 - 180
    assert cell(beside, there) in cells(lon, lat).around
    assert cells(lon, lat).own == cell(lon, lat) in cells(lon, lat).around


@given(st.floats(-180, 180), st.floats(-90, 90), ANY)
def test_a_cell_is_never_taken_for_words(lon: float, lat: float, text: str) -> None:
    found = cells(lon, lat)
    assert all(0 <= key < 2**62 for key in found.around)
    assert not set(found.around) & set(bands(signature(text)))


def test_twenty_thousand_characters_are_compared() -> None:
    long = "路灯坏了" * 5_000
    assert score(Described(long), Described("路灯坏了")).score > PROBABLE
    assert len(bands(signature(long))) == 12
