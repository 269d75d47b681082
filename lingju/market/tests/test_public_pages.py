"""Markets as everybody reads them: what, when, where, the stalls with what they do, the layout."""

import pytest
from django.test import Client

from lingju.market.services import markets, tallying
from lingju.market.services.tallying import Press
from lingju.market.tests.builders import a_key, a_market, a_town, fresh, on_the_day

pytestmark = pytest.mark.django_db


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_market_that_was_told_shows_its_stalls_and_its_layout() -> None:
    market = a_market(a_town(), state="announced")
    page = read(f"/market/{market.pk}/")
    for words in (
        "十一月文明集市",
        "府后街社区幸福驿站",
        "磨剪刀",
        "给剪刀、菜刀开刃",
        "示例卫生院",
        "便民服务",
        "A1",
    ):
        assert words in page
    assert '<svg class="mp"' in page
    assert "下雨挪到活动室" in page
    assert "急救箱" not in page  # the safety plan is the desk's
    assert "<script" not in page.split("</head>")[1].replace("<script src=", "")


def test_the_list_shows_what_comes_and_then_what_was() -> None:
    market = a_market(a_town(), state="announced")
    assert "要办的" in read("/market/")
    with on_the_day(market, minutes=60 * 24):
        page = read("/market/")
    assert "十一月文明集市" not in page  # nobody said that it was held


def test_before_it_is_told_it_is_not_there() -> None:
    market = a_market(a_town(), state="placing")
    assert Client().get(f"/market/{market.pk}/").status_code == 404
    assert "最近没有集市" in read("/market/")
    assert Client().get(f"/market/{2**63 - 1}/").status_code == 404


def test_a_market_called_off_says_why() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    markets.cancel_market(market, "大风预警", actor=town.clerk_actor)
    assert "大风预警" in read(f"/market/{market.pk}/")
    assert "取消" in read("/market/")


def test_after_the_counting_the_page_says_visits_and_never_persons() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    with on_the_day(market):
        markets.hold_market(market, actor=town.clerk_actor)
        tallying.tally(fresh(market.stalls.get()), Press(a_key(), 12), actor=town.clerk_actor)
        markets.finish_counting(market, actor=town.clerk_actor)
        page = read(f"/market/{market.pk}/")
    assert "服务人次" in page
    assert ">12<" in page
    assert "人数" not in page
