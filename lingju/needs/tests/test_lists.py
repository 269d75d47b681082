"""The public lists tell what is missing and what was filled; no person, no minute, no door is in them."""

import csv
import datetime as dt
import io
import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingju.kernel import clock
from lingju.needs.models import Asker, Need
from lingju.needs.queries import lists
from lingju.needs.queries.lists import OPEN, SATISFIED, Wanted
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact
from lingju.needs.tests.builders import (
    Quarter,
    a_kind,
    a_need,
    a_quarter,
    an_answered,
    fresh,
    judged,
    listed,
)
from lingju.people.personal import stamp_of
from lingju.places.tests import builders

pytestmark = pytest.mark.django_db
FEEDS = ("feed.rss", "feed.atom", "feed.json", "needs.csv", "needs.geojson")
EVERYWHERE = ("", "satisfied/", "figures/", "?view=map", *FEEDS)


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def body(path: str) -> str:
    answer = Client().get(f"/needs/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def on_list(quarter: Quarter, text: str, **changes: Any) -> Need:
    return listed(quarter, a_need(quarter, text, **changes))


def test_only_what_a_clerk_put_out_is_on_the_list(quarter: Quarter) -> None:
    shown = on_list(quarter, "门口的长椅坏了一条腿")
    kept = a_need(quarter, "家里的事想请人来看看")
    for path in EVERYWHERE:
        assert kept.number not in body(path)
        assert "家里的事" not in body(path)
    for path in ("", *FEEDS):
        assert shown.number in body(path) or "长椅" in body(path)


def test_a_satisfied_need_changes_lists(quarter: Quarter) -> None:
    receipt = an_answered(quarter, "门口的长椅坏了一条腿")
    listed(quarter, fresh(receipt.need))
    assert "长椅" in body("")
    assert "长椅" not in body("satisfied/")
    judged(receipt)
    assert "长椅" not in body("")
    assert "长椅" in body("satisfied/")


def test_silence_brings_nothing_onto_the_list_of_the_satisfied(quarter: Quarter) -> None:
    receipt = an_answered(quarter, "门口的长椅坏了一条腿")
    listed(quarter, fresh(receipt.need))
    now = clock.now()
    Asker.objects.filter(pk=receipt.asker.pk).update(confirmation=Asker.Confirmation.SILENT)
    Need.objects.filter(pk=receipt.need.pk).update(
        stage="closed", is_over=True, closed_at=now, clock_state="stopped"
    )
    assert "长椅" not in body("satisfied/")


def test_a_private_kind_is_listed_without_a_word_of_it(quarter: Quarter) -> None:
    need = on_list(quarter, "楼下的长椅坏了一条腿")
    Need.objects.filter(pk=need.pk).update(public_text="写错地方的私事")
    kind = need.category
    type(kind).objects.filter(pk=kind.pk).update(is_private=True)
    for path in ("", *FEEDS):
        assert "私事" not in body(path)
        assert kind.name in body(path)


def test_in_a_tiny_compound_neither_words_nor_place_are_told(quarter: Quarter) -> None:
    tiny = builders.a_compound(quarter.area, name="四户小院", code="TINY")
    builders.a_building(quarter.area, compound=tiny, households=4)
    on_list(quarter, "院里的水龙头滴水", place=Place(compound=tiny))
    for path in ("", *FEEDS):
        assert "四户小院" not in body(path)
        assert "水龙头" not in body(path)
    feature = json.loads(body("needs.geojson"))["features"][0]
    assert feature["geometry"] is None


def test_a_point_is_never_finer_than_the_compound(quarter: Quarter) -> None:
    need = on_list(quarter, "楼下的长椅坏了一条腿")
    Need.objects.filter(pk=need.pk).update(lon=113.1234567, lat=36.7654321, given_crs="WGS-84")
    feature = json.loads(body("needs.geojson"))["features"][0]
    assert feature["geometry"]["coordinates"] == [quarter.compound.lon, quarter.compound.lat]
    for path in EVERYWHERE:
        assert "113.1234567" not in body(path)


def test_no_minute_is_told_anywhere(quarter: Quarter) -> None:
    on_list(quarter, "门口的长椅坏了一条腿")
    for item in json.loads(body("feed.json"))["items"]:
        for name in ("date_published", "date_modified"):
            moment = dt.datetime.fromisoformat(item[name])
            assert (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    assert set(re.findall(r"\d\d:\d\d:\d\d", body("feed.rss"))) == {"00:00:00"}
    assert set(re.findall(r"T(\d\d:\d\d:\d\d)", body("feed.atom"))) == {"00:00:00"}


NAMES = st.text("赵钱孙李周吴郑王冯陈", min_size=6, max_size=12)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(called=NAMES, note=NAMES, said=NAMES, digits=st.integers(10**7, 10**8 - 1))
def test_nothing_that_is_stamped_personal_is_in_any_public_answer(
    quarter: Quarter, called: str, note: str, said: str, digits: int
) -> None:
    contact = Contact(called=called, phone=f"138{digits}", by=Asker.By.SMS)
    place = Place(compound=quarter.compound, note=note)
    receipt = an_answered(quarter, f"长椅坏了，{said}", contact=contact, place=place)
    listed(quarter, fresh(receipt.need), "长椅坏了")
    secrets = set()
    need = fresh(receipt.need)
    for row in (need, Asker.objects.get(pk=receipt.asker.pk), *need.entries.all()):
        secrets |= {
            str(value)
            for field in row._meta.get_fields()
            if stamp_of(field) is not None and (value := getattr(row, field.name))
        }
    assert {f"138{digits}", note, receipt.code} <= secrets
    for path in EVERYWHERE:
        told = body(path)
        assert not [secret for secret in secrets if secret in told and len(secret) > 3], path


def test_lists_are_narrowed_by_place_kind_and_month(quarter: Quarter) -> None:
    on_list(quarter, "门口的长椅坏了一条腿")
    stem, month = quarter.area.stem, clock.today().strftime("%Y-%m")
    assert "长椅" in body(f"?community={stem}&category=broken_light&month={month}")
    assert "长椅" not in body(f"?community={quarter.neighbour.stem}")
    assert "长椅" not in body("?month=2020-01")
    assert "长椅" in body("?community=nowhere&category=nothing&month=2026-13&after=0000-0000")


def test_the_next_page_begins_where_the_last_one_ended(quarter: Quarter) -> None:
    numbers = [on_list(quarter, f"第{n}条长椅坏了").number for n in range(5)]
    seen, after = [], ""
    for _ in range(3):
        page = lists.page(quarter.district, OPEN, Wanted(after=after), size=2)
        seen += [need.number for need in page.needs]
        after = page.next_after
    assert seen == numbers[::-1]
    assert after == ""
    first = json.loads(body("feed.json?limit=2"))
    assert len(first["items"]) == 2
    assert "after=" in first["next_url"]
    assert json.loads(body("feed.json?limit=" + "9" * 30))["items"]


def test_each_feed_is_what_its_readers_read(quarter: Quarter) -> None:
    on_list(quarter, "门口的长椅坏了一条腿")
    assert ET.fromstring(body("feed.rss")).find("channel/item/title") is not None
    assert ET.fromstring(body("feed.atom")).tag.endswith("feed")
    assert json.loads(body("feed.json"))["version"].endswith("/1.1")
    sheet = Client().get("/needs/needs.csv").content
    assert sheet.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))
    assert len(rows) == 2
    place = json.loads(body("needs.geojson"))
    assert (place["type"], len(place["features"])) == ("FeatureCollection", 1)
    assert "attribution" in place


def test_no_cell_of_the_sheet_is_a_formula(quarter: Quarter) -> None:
    need = on_list(quarter, "门口的长椅坏了一条腿")
    Need.objects.filter(pk=need.pk).update(public_text="=HYPERLINK(1)")
    rows = list(csv.reader(io.StringIO(body("needs.csv"))))
    assert rows[1][-1] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_that_did_not_change_is_not_sent_again(quarter: Quarter, path: str) -> None:
    need = on_list(quarter, "门口的长椅坏了一条腿")
    first = Client().get(f"/needs/{path}")
    tag = first["ETag"]
    again = Client().get(f"/needs/{path}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    Need.objects.filter(pk=need.pk).update(updated_at=clock.now())
    assert Client().get(f"/needs/{path}", headers={"if-none-match": tag}).status_code == 200
    assert Client().post(f"/needs/{path}").status_code == 405


@pytest.mark.parametrize("path", ["", "satisfied/", *FEEDS])
def test_a_list_takes_as_many_queries_however_long_it_is(quarter: Quarter, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            Client().get(f"/needs/{path}")
        return len(found)

    on_list(quarter, "门口的长椅坏了一条腿")
    judged_one = an_answered(quarter, "灯不亮")
    listed(quarter, fresh(judged_one.need))
    judged(judged_one)
    queries()  # the town is read once
    before = queries()
    for n in range(4):
        on_list(quarter, f"第{n}条长椅坏了")
        more = an_answered(quarter, f"第{n}盏灯不亮")
        listed(quarter, fresh(more.need))
        judged(more)
    assert queries() == before


def test_kinds_are_found_by_the_kind_above_them(quarter: Quarter) -> None:
    need = on_list(quarter, "门口的长椅坏了一条腿")
    above = a_kind(quarter.district).parent
    if above is None:
        pytest.skip("this kind stands alone")
    page = lists.page(quarter.district, OPEN, Wanted(category=above))
    assert [one.number for one in page.needs] == [need.number]
    assert not lists.page(quarter.district, SATISFIED, Wanted(category=above)).needs
