"""Who may come where: six actors at every address, as one table (matrix.txt) that must name every address.

Each row asks for what belongs to the home quarter (府后街社区). The six letters stand for

    a resident, a clerk of her station, a clerk elsewhere, a street officer, a district officer, a stranger

and say what each is answered:

    y  allowed                         0  404: it is not there, for them
    s  led to signing in               n  403: not with this office
    f  422: one may, but not with this m  405: this address only reads, or only writes
    c  409: one may, but not now

The first six letters are for reading (GET), the last six for writing (POST) where there is something to
write. Every post carries what would be done if it were allowed, so that a refusal is the rule's and not
the form's.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.http import HttpResponseBase
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from lingju.notify.tests.builders import a_stuck_message
from lingju.people.models import Account, Holding, Organisation
from lingju.people.tests.cast import PASSWORD
from lingju.places.models import Area, Building, Compound, Facility, Gate, OpeningSpan, Station
from tests.addresses import Address, addresses
from tests.days_posts import DAYS
from tests.happenings import in_days
from tests.happenings_posts import HAPPENINGS
from tests.markets_posts import MARKETS
from tests.typed import BOOKS, KIND, NOTICE, PEOPLE, RULE, SHEET, SLIPS
from tests.volunteered_posts import VOLUNTEERING
from tests.world import ACTORS, World, the_world

TABLE = (Path(__file__).with_name("matrix.txt")).read_text(encoding="utf-8")


def place(world: World, kind: str, version: int | None = None) -> dict[str, Any]:
    """Return what describes something new in the home quarter, or the thing itself with its version."""
    said: dict[str, Any] = {
        "code": "NEW-1",
        "name": f"新的{kind}",
        "area": world.home.area.pk,
        "point": "113.0502,36.0524",
        "crs": "WGS-84",
    }
    return said if version is None else {**said, "version": version}


BOOKABLE = {
    "name": "棋桌",
    "mode": "slot",
    "minutes": 60,
    "most_minutes": 120,
    "step": 30,
    "most_party": 4,
    "before": 0,
    "after": 0,
    "least_notice": 0,
    "most_days_ahead": 14,
    "loan_days": 0,
    "grace": 15,
    "takes_bookings": "on",
    "pools": "棋桌 物品 3",
}

Post = Callable[[World], dict[str, Any]]
POSTS: dict[str, Post] = {
    "desk_keys": lambda w: {"name": "另一个平台"},
    "desk_subscriptions": lambda w: {
        "name": "平台",
        "url": "https://example.com/hook",
        "events": "need.closed",
    },
    "desk_exchange": lambda w: {"sheet": "slips", "file": SimpleUploadedFile("纸条.csv", SLIPS.encode())},
    "api:api_desk_reply(number)": lambda w: {"text": "电工明天来。"},
    "api:api_desk_answer(number)": lambda w: {"outcome": "explained", "text": "灯泡换好了。"},
    "api:api_desk_hand_over(number)": lambda w: {"area": w.elsewhere.area.code, "why": "归街道管"},
    "book(bookable_id)": lambda w: {"at": f"{in_days(3):%Y-%m-%dT10:00}", "key": "press-of-the-matrix"},
    "booking_find": lambda w: {"number": w.home.booked.claim.number, "code": w.home.booked.claim.code},
    "booking_offer(offer_token)": lambda w: {"answer": "accept"},
    "queue(bookable_id)": lambda w: {"do": "draw", "key": "press-of-the-matrix"},
    "desk_bookable_new(station_id)": lambda w: BOOKABLE,
    "desk_bookable(bookable_id)": lambda w: {"do": "stop"},
    "desk_pool(pool_id)": lambda w: {"capacity": "3"},
    "desk_claim(claim_id)": lambda w: {"do": "cancel", "why": "本人打电话来说不来了"},
    "desk_calls(station_id)": lambda w: {"do": "done", "call": w.home.booked.call.pk},
    "desk_booking_find(station_id)": lambda w: {"said": w.home.booked.claim.number},
    "desk_outside(station_id)": lambda w: {
        "claim": w.home.booked.claim.pk,
        "to": f"{in_days(4):%Y-%m-%d}T10:00:00+08:00",
    },
    "desk_booking_repeat(station_id)": lambda w: {
        "key": "press-of-the-matrix",
        "item": w.home.booked.bookable.pk,
        "weekdays": ["1"],
        "by": "paper",
        "first": f"{in_days(7):%Y-%m-%d}",
        "last": f"{in_days(20):%Y-%m-%d}",
        "every_weeks": 1,
        "opens": "15:00",
        "closes": "15:30",
        "quantity": 1,
        "called": "示例居民",
        "consent": "on",
    },
    "desk_booking_series(repeat_id)": lambda w: {
        "do": "cancel",
        "claim": w.home.booked.series.claims.earliest("pk").pk,
    },
    "desk_loans(station_id)": lambda w: {"do": "lend"},
    "desk_queue(station_id)": lambda w: {"do": "next", "b": w.home.booked.bookable.pk},
    "desk_ticket(ticket_id)": lambda w: {"do": "call"},
    **VOLUNTEERING,
    **MARKETS,
    **DAYS,
    **HAPPENINGS,
    "matter_find": lambda w: {"number": w.home.matters.need.number, "code": w.home.matters.code},
    "judge_link(token)": lambda w: {"solved": "yes", "satisfied": "satisfied"},
    "needs_join(number)": lambda w: {"key": "press-of-the-matrix"},
    "my_calendar": lambda w: {"do": "make", "key": "press-of-the-matrix"},
    "here": lambda w: {"compound": w.home.compound.pk},
    "display": lambda w: {"mode": "elder", "next": "/"},
    "demo_door": lambda w: {"part": "demo-resident"},
    "sign_in": lambda w: {
        "how": "password",
        "who": w.accounts["a resident"].sign_in_name,
        "password": PASSWORD,
    },
    "me": lambda w: {"display_name": "另一个称呼"},
    "my_consent": lambda w: {"purpose": "notices", "answer": "give"},
    "my_password": lambda w: {"old": PASSWORD, "password": "秋分那天的柿子-1024"},
    "my_phone": lambda w: {"phone": "13911112222"},
    "my_second_factor": lambda w: {"code": "000000"},
    "my_notices": lambda w: {"do": "all"},
    "desk_messages": lambda w: {"message": a_stuck_message(w.district).pk},
    "role_account": lambda w: {"display_name": "新同事", "phone": "13933334444"},
    "role_grant(account_id)": lambda w: {
        "account": w.accounts["a resident"].pk,
        "office": "keeper",
        "at": f"station-{w.home.station.pk}",
    },
    "say_place": lambda w: {"kind": "broken", "at": f"s-{w.home.station.slug}"},
    "say_map": lambda w: {"kind": "broken", "at": f"s-{w.home.station.slug}", "spot.x": 140, "spot.y": 160},
    "say_words": lambda w: {
        "kind": "broken",
        "at": f"s-{w.home.station.slug}",
        "key": "a-press-of-the-matrix",
        "text": "饮水机没水了",
    },
    "desk_counter": lambda w: {"do": "begin", "at": f"s-{w.home.station.pk}"},
    "desk_organisation_new": lambda w: {
        "name": "新组织",
        "kind": "company",
        "area": f"area-{w.home.area.pk}",
    },
    "desk_organisation(organisation_id)": lambda w: {
        "name": "改名组织",
        "kind": "company",
        "area": f"area-{w.home.area.pk}",
        "version": w.home.organisation.version,
    },
    "desk_needs_bulk": lambda w: {
        "deed": "note",
        "text": "一起看",
        "ids": [f"{w.home.matters.need.pk}-1"],
    },
    "desk_filter_keep": lambda w: {"name": "待看的"},
    "desk_needs_keys": lambda w: {"next": "/desk/needs/"},
    "desk_need(need_id)": lambda w: {"do": "note", "text": "周五去看"},
    "desk_reply_check(need_id)": lambda w: {"text": "李师傅明天来换灯泡。"},
    "desk_rule_new": lambda w: RULE,
    "desk_rule(rule_id)": lambda w: RULE,
    "desk_rule_do(rule_id)": lambda w: {"do": "try"},
    "desk_reply_new": lambda w: {"name": "新模板", "text": "【谁】明天上门来看。", "order": 9},
    "desk_reply(template_id)": lambda w: {"name": "改过的模板", "text": "【谁】明天来看。", "order": 9},
    "desk_kind_new": lambda w: KIND | {"code": "new_kind"},
    "desk_kind(category_id)": lambda w: KIND,
    "desk_policy": lambda w: {"ask_days": 9, "reopen_days": 30, "smallest_cell": 5},
    "desk_area(area_id)": lambda w: {"name": "府后街新社区居委会"},
    "desk_calendar": lambda w: {"file": SimpleUploadedFile("放假.csv", NOTICE.encode())},
    "desk_compound_new": lambda w: place(w, "小区"),
    "desk_compound(compound_id)": lambda w: place(w, "小区", w.home.compound.version),
    "desk_gate(compound_id, gate_id)": lambda w: {"do": "shut"},
    "desk_building_new": lambda w: place(w, "楼") | PEOPLE,
    "desk_building(building_id)": lambda w: place(w, "楼", w.home.building.version) | PEOPLE,
    "desk_station_new": lambda w: place(w, "驿站") | {"kind": "happiness"},
    "desk_station(station_id)": lambda w: (
        place(w, "驿站", fresh(w.home.station).version) | {"kind": "happiness"}
    ),
    "desk_station(station_id, tab)": lambda w: {"step": "pause", "reason": "修水管"},
    "desk_door(station_id)": lambda w: {"do": "open", "key": "tap-of-the-matrix"},
    "desk_facilities(station_id)": lambda w: {"kind": "aed"},
    "desk_facility(station_id, facility_id)": lambda w: {"kind": "seats", "name": "新座位", "total": 9},
    "desk_facility_state(station_id, facility_id)": lambda w: {"state": "out_of_order"},
    "desk_imports": lambda w: {
        "sheet": "buildings",
        "file": SimpleUploadedFile("楼栋.csv", SHEET.encode()),
    },
    "desk_wish_new": lambda w: {
        "key": "press-of-the-table",
        "at": f"area-{w.home.area.pk}",
        "kind": "thing",
        "group": "独居老人",
        "public_text": "想要一床薄被子",
        "value_yuan": "120",
        "wisher": "示例居民",
        "has_agreed": "on",
    },
    "desk_wish(wish_id)": lambda w: {"step": "decline", "why": "本人不要了"},
    "survey": lambda w: {"nonce": "sheet-of-the-table", "gain": "4"},
    "desk_wave_new": lambda w: {
        "title": "又一轮三感调查",
        "since": "2099-01-01",
        "until": "2099-01-31",
        "feeling_1": "gain",
        "text_1": "您觉得服务够用吗？",
    },
    "desk_wave(wave_id)": lambda w: {
        "title": "改名的调查",
        "since": "2099-01-01",
        "until": "2099-01-31",
        "feeling_1": "gain",
        "text_1": "您觉得服务够用吗？",
    },
    "desk_signal_turn(signal_id)": lambda w: {"category": w.home.matters.category.pk},
    "desk_signal_dismiss(signal_id)": lambda w: {"why": "附近已经有了"},
    "desk_booking_sheets": lambda w: {
        "sheet": "books",
        "file": SimpleUploadedFile("图书.csv", BOOKS.encode()),
    },
}


# What an address must be asked with to answer at all.
QUESTIONS = {
    "api:api_circle": {"lon": "113.0501", "lat": "36.0523", "crs": "WGS-84"},
    "say_words": {"kind": "broken", "at": "s-fuhou"},
    "desk_volunteer_sheet(export_name)": {"basis": "归集到全国志愿服务信息系统"},
}


def fresh(station: Station) -> Station:
    """Return a station as it stands in the database now."""
    return Station.objects.get(pk=station.pk)


def rows() -> dict[str, tuple[str, str]]:
    """Read the table: reading and writing by address; no letters where there is nothing to write."""
    table = {}
    for line in filter(None, (line.rstrip() for line in TABLE.splitlines()[1:])):
        name, letters = line[:45].strip(), line[45:].split()
        assert all(len(six) == 6 for six in letters), line
        table[name] = (letters[0], letters[1] if len(letters) > 1 else "")
    return table


ROWS = rows()
BY_KEY = {address.key: address for address in addresses()}
# What a refused post must leave as it is.
KEPT: tuple[type[models.Model], ...] = (
    *(Area, Compound, Gate, Building, Station, Facility, OpeningSpan),
    *(Account, Holding, Organisation),
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with the_world(django_db_blocker) as built:
        yield built


def letter(answer: HttpResponseBase) -> str:
    """Return the letter for an answer."""
    if answer.status_code in (301, 302, 303):
        return "s" if answer["Location"].startswith(reverse("sign_in")) else "y"
    letters = {200: "y", 201: "y", 401: "s", 403: "n", 409: "c", 404: "0", 405: "m", 422: "f"}
    return letters.get(answer.status_code, str(answer.status_code))


def picture() -> list[list[tuple[Any, ...]]]:
    """Return every row of the kept tables."""
    return [list(model._default_manager.order_by("pk").values_list()) for model in KEPT]


def verdict(world: World, address: Address, actor: str, post: Post | None) -> str:
    """Ask as one actor, and take back whatever it did; a refusal must have done nothing."""
    before = picture() if post else []
    with transaction.atomic():
        browser = world.browser(actor)
        path = address.path(world)
        how: dict[str, Any] = {"content_type": "application/json"} if path.startswith("/api/") else {}
        asked = QUESTIONS.get(address.key)
        answer = browser.post(path, post(world), **how) if post else browser.get(path, asked)
        found = letter(answer)
        if post and found in "sn0m":
            assert picture() == before, f"{actor} was refused, but something was written"
        transaction.set_rollback(True)
    return found


def test_the_table_names_every_address_and_no_other() -> None:
    assert sorted(ROWS) == sorted(BY_KEY)


def test_every_post_of_the_table_is_asked_for() -> None:
    assert sorted(set(POSTS) - {name for name, (_read, write) in ROWS.items() if write}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_everybody_reads_what_they_may(name: str, world: World) -> None:
    found = "".join(verdict(world, BY_KEY[name], actor, None) for actor in ACTORS)
    assert found == ROWS[name][0]


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, (_read, write) in ROWS.items() if write])
def test_everybody_writes_what_they_may(name: str, world: World) -> None:
    post = POSTS.get(name, lambda world: {})
    found = "".join(verdict(world, BY_KEY[name], actor, post) for actor in ACTORS)
    assert found == ROWS[name][1]
