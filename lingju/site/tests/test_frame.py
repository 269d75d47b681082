"""The frame of every page: no dead link, no locked door, and a page even for a request nobody finished."""

import pytest
from django.test import Client, RequestFactory

from lingju.kernel.errors import NotThere
from lingju.places.tests.builders import a_district
from lingju.site.frame import frame_of
from lingju.site.refusals import answer
from lingju.site.tests.towns import text_of

pytestmark = pytest.mark.django_db


def test_tabs_lead_only_where_a_page_is() -> None:
    frame = frame_of(RequestFactory().get("/"))
    assert [str(link.label) for link in frame.tabs] == ["首页", "十分钟圈", "说一声", "共建日", "我的"]
    assert all(link.href for link in frame.tabs)


def test_the_tab_of_the_page_is_marked() -> None:
    a_district()
    assert '<a href="/" aria-current="page">' in text_of(Client().get("/"))


def test_a_stranger_has_no_rail() -> None:
    assert frame_of(RequestFactory().get("/")).rail == ()


def test_a_refusal_can_be_drawn_before_district_and_actor_are_known() -> None:
    response = answer(RequestFactory().get("/nowhere/"), NotThere("不在了"))
    assert response.status_code == 404
    assert "不在了" in text_of(response)


def test_every_page_names_demo_data_and_the_phone() -> None:
    a_district(is_demo=True, hotline="0355-0000000")
    page = text_of(Client().get("/privacy/"))
    assert "演示数据，地点与人物均为虚构" in page
    assert "tel:0355-0000000" in page


def test_every_page_has_one_status_region_a_skip_link_and_one_h1() -> None:
    a_district()
    for path in ("/", "/here/", "/display/", "/privacy/", "/nowhere/"):
        page = text_of(Client().get(path))
        assert page.count('role="status"') == 1, path
        assert page.count("<h1") == 1, path
        assert 'href="#main"' in page, path
