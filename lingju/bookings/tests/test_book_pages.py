"""Booking on a phone, without an account and without a script: three taps, nothing typed is lost."""

import re
from typing import Any

import pytest
from django.test import Client

from lingju.bookings import mine
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.services import claiming
from lingju.bookings.tests.builders import a_bookable, a_key, a_pool, a_station, at, booked, the_system
from lingju.people.tests import cast
from lingju.places.services import catalogue, stations
from lingju.places.tests import builders as places

pytestmark = pytest.mark.django_db
S = Claim.State


def text_of(answer: Any) -> str:
    """Return a page as text."""
    return str(answer.content.decode())


def key_in(page: str) -> str:
    """Return the key that the server put into the form."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def press(client: Client, bookable: Bookable, **changes: Any) -> Any:
    """Press the last button."""
    values = {"at": "2026-03-03T10:00", "key": a_key(), **changes}
    return client.post(f"/book/{bookable.pk}/", {n: v for n, v in values.items() if v is not None})


def test_an_old_man_books_a_haircut_in_three_taps_and_types_nothing() -> None:
    haircut = a_bookable(a_station())
    phone = Client()
    first = text_of(phone.get(f"/book/{haircut.pk}/"))
    link = re.search(r'href="(/book/\d+/\?at=2026-03-02T10%3A00)"', first)
    assert link is not None
    second = text_of(phone.get(link[1]))
    assert "3月2日 周一 10:00–10:30" in second
    sent = {"at": "2026-03-02T10:00", "key": key_in(second)}
    done = phone.post(f"/book/{haircut.pk}/", sent, follow=True)
    claim = Claim.objects.get()
    page = text_of(done)
    assert (claim.state, claim.starts_at, claim.by) == (S.CONFIRMED, at(10), "page")
    assert claim.number in page
    assert str(claim.code) in page
    assert "约好了" in page
    assert "不记爽约" in page


def test_the_first_day_with_a_free_time_is_shown_at_once() -> None:
    station = a_station(weekly="周一、周三 9:30-10:00")
    haircut = a_bookable(station)
    booked(haircut, at(9, 30))
    page = text_of(Client().get(f"/book/{haircut.pk}/"))
    assert "周三几点" in page or "后天几点" in page
    assert "约满" in page
    assert "不开门" in page
    shown = text_of(Client().get(f"/book/{haircut.pk}/?day=2026-03-02"))
    assert "满了，可候补" in shown


def test_the_same_press_twice_books_once_and_shows_the_same_slip() -> None:
    haircut = a_bookable(a_station())
    phone, key = Client(), a_key()
    first, again = press(phone, haircut, key=key), press(phone, haircut, key=key)
    assert first["Location"] == again["Location"]
    assert Claim.objects.count() == 1
    assert "没有重复约" in text_of(phone.get(again["Location"]))


def test_a_time_that_was_taken_meanwhile_loses_nothing_and_names_what_is_near() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10, days=1))
    phone = Client()
    answer = press(phone, haircut, called="苗大爷", phone="13700001111", wishes="耳背")
    page = text_of(answer)
    assert answer.status_code == 409
    for kept in ("苗大爷", "13700001111", "耳背", "刚才被约走了", 'value="2026-03-03T10:30"', "排候补"):
        assert kept in page
    key = key_in(page)
    # The hidden time stands before the button that was pressed: the last word counts.
    body = f"called=M&key={key}&at=2026-03-03T10:00&at=2026-03-03T10:30"
    done = phone.post(
        f"/book/{haircut.pk}/", body, content_type="application/x-www-form-urlencoded", follow=True
    )
    assert done.status_code == 200
    assert Claim.objects.get(key=key).starts_at == at(10, 30, days=1)


def test_a_full_time_leads_to_the_waiting_list_in_words() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10, days=1))
    phone = Client()
    page = text_of(phone.get(f"/book/{haircut.pk}/?at=2026-03-03T10:00"))
    assert "这个时间满了" in page
    assert "按先来后到" in page
    press(phone, haircut, wait="1")
    second = Client()
    done = text_of(second.get(press(second, haircut, wait="1")["Location"]))
    assert "候补中" in done
    assert "前面还有 1 位" in done


def test_who_books_for_family_has_asked_them_and_says_as_what() -> None:
    haircut = a_bookable(a_station())
    answer = press(Client(), haircut, called="苗大爷", relation="女儿")
    assert answer.status_code == 422
    assert "请先问过他本人" in text_of(answer)
    assert '<details class="b-more" open>' in text_of(answer)
    account = cast.a_resident(haircut.district)
    press(cast.signed_in_client(account), haircut, called="苗大爷", relation="女儿", consent="on")
    claim = Claim.objects.get()
    assert (claim.proxy, claim.told_by_id, claim.account_id) == ("女儿", account.pk, None)
    assert claim.proxy_told_id == account.pk


def test_what_must_be_read_first_is_shown_and_ticked() -> None:
    notice = "皮肤破损、孕期、饭后一小时内不做。"
    moxa = a_bookable(a_station(), name="艾灸", notice=notice, qualification="中医师资格")
    assert notice in text_of(Client().get(f"/book/{moxa.pk}/?at=2026-03-03T10:00"))
    refused = press(Client(), moxa, called="苗大爷")
    assert refused.status_code == 422
    assert "苗大爷" in text_of(refused)
    press(Client(), moxa, has_read_notice="on")
    assert Claim.objects.get().has_read_notice


def test_a_phone_that_is_none_is_told_beside_its_field() -> None:
    answer = press(Client(), a_bookable(a_station()), phone="123")
    assert answer.status_code == 422
    assert Claim.objects.count() == 0
    assert 'value="123"' in text_of(answer)


def test_a_room_asks_for_how_long_and_what_for_and_waits_for_a_yes() -> None:
    station = a_station()
    room = a_bookable(
        station,
        name="议事室",
        mode="room",
        minutes=60,
        most_minutes=120,
        step=30,
        needs_approval=True,
        most_party=20,
    )
    page = text_of(Client().get(f"/book/{room.pk}/"))
    assert "1 小时 30 分钟" in page
    assert press(Client(), room, minutes="90", quantity="12").status_code == 422
    phone = Client()
    done = press(phone, room, minutes="90", quantity="12", purpose="合唱队排练")
    claim = Claim.objects.get()
    assert (claim.state, claim.ends_at, claim.quantity) == (S.PENDING, at(11, 30, days=1), 12)
    assert claim.wishes == "合唱队排练"
    assert "等审批" in text_of(phone.get(done["Location"]))


def test_a_thing_is_borrowed_with_one_tap_and_says_when_it_is_due() -> None:
    station = a_station()
    umbrella = a_bookable(station, a_pool(station, 1, "雨伞", grain=0), name="雨伞", mode="loan", loan_days=3)
    page = text_of(Client().get(f"/book/{umbrella.pk}/"))
    assert "现在有 1 件" in page
    assert "3月5日前还" in page
    phone = Client()
    done = press(phone, umbrella, at=None)
    assert "给您留好了" in text_of(phone.get(done["Location"]))
    late = press(Client(), umbrella, at=None)
    assert late.status_code == 409
    assert "排候补" in text_of(late)
    press(Client(), umbrella, at=None, wait="1")
    assert Claim.objects.filter(state=S.WAITLISTED).count() == 1


def test_of_what_is_confidential_no_paper_tells_the_name() -> None:
    talk = a_bookable(a_station(), name="心理咨询", is_confidential=True)
    page = text_of(Client().get(f"/book/{talk.pk}/?at=2026-03-03T10:00"))
    assert "都不存在这里" in page
    assert "要照顾到什么" not in page
    phone = Client()
    done = press(phone, talk)
    number = Claim.objects.get().number
    for path in (
        done["Location"],
        "/bookings/",
        *(f"/bookings/{number}/{way}" for way in ("", "ticket/", "calendar.ics", "cancel/", "move/")),
    ):
        answer = phone.get(path)
        assert answer.status_code == 200, path
        assert "心理咨询" not in text_of(answer), path


def test_a_shared_screen_is_lent_the_booking_for_minutes() -> None:
    haircut = a_bookable(a_station())
    kiosk = Client()
    page = text_of(kiosk.get(f"/book/{haircut.pk}/?at=2026-03-03T10:00&shared=1"))
    assert 'name="shared"' in page
    done = press(kiosk, haircut, shared="1")
    assert mine.COOKIE not in kiosk.cookies
    assert mine.LENT in kiosk.cookies
    assert "看完了，清掉" in text_of(kiosk.get(done["Location"]))
    kiosk.post("/bookings/forget/")
    assert str(Claim.objects.get().code) not in text_of(kiosk.get(done["Location"]))


def test_what_is_not_booked_says_what_to_do_instead() -> None:
    station = a_station(phone="0355-1234567")
    queue_only = a_bookable(station, takes_bookings=False, takes_walk_ins=True)
    assert "直接来站里取号" in text_of(Client().get(f"/book/{queue_only.pk}/"))
    stopped = a_bookable(station, is_offered=False)
    assert "现在停了" in text_of(Client().get(f"/book/{stopped.pk}/"))
    assert press(Client(), stopped).status_code == 409
    stations.take_step(station, "pause", actor=the_system(station), reason="修水管")
    paused = Bookable.objects.get(pk=queue_only.pk)
    assert Client().get(f"/book/{paused.pk}/").status_code == 200
    assert Client().get("/book/12345/").status_code == 404


def test_a_time_outside_the_hours_is_answered_with_the_hours() -> None:
    haircut = a_bookable(a_station(weekly="8:00-18:00"))
    answer = Client().get(f"/book/{haircut.pk}/?at=2026-03-03T20:00")
    assert answer.status_code == 422
    assert "3月3日的开放时间是 8:00–18:00" in text_of(answer)
    late = press(Client(), haircut, at="2026-03-03T20:00", called="苗大爷")
    assert late.status_code == 409
    assert "苗大爷" in text_of(late)


NONSENSE = [
    {"at": "2026-02-31T10:00"},
    {"at": "9999-12-31T23:59"},
    {"at": "0001-01-01T00:00"},
    {"at": "2026-03-03T10:00:00+99:00"},
    {"at": "２０２６-03-03T10:00"},
    {"day": "2026-02-31", "from": "9999-99-99"},
    {"from": "9999-12-31", "day": "0001-01-01"},
    {"from": "2027-01-01", "day": "2026-03-03"},
    {"minutes": "-5", "n": "-1"},
    {"minutes": "99999999999999999999", "n": "0"},
    {"minutes": "٣", "n": "½", "quantity": "-3"},
    {"at": "' OR 1=1 --", "day": "<script>", "shared": "x" * 4000},
]


@pytest.mark.parametrize("said", NONSENSE, ids=[str(one)[:40] for one in NONSENSE])
def test_nonsense_is_no_fault_of_the_house(said: dict[str, str]) -> None:
    haircut = a_bookable(a_station(), most_party=3)
    client = Client()
    assert client.get(f"/book/{haircut.pk}/", said).status_code < 500
    assert client.post(f"/book/{haircut.pk}/", said).status_code < 500
    typed = {"called": "a\0b", "phone": "\0", "key": "k" * 500, "quantity": "9" * 40, "relation": "国王"}
    answer = client.post(f"/book/{haircut.pk}/", {**said, **typed})
    assert answer.status_code == 422
    for number in (0, 2**63 - 1, 2**63, 10**30):
        assert client.get(f"/book/{number}/", said).status_code == 404
    assert Claim.objects.count() == 0


def test_a_program_that_fills_every_box_books_nothing() -> None:
    haircut = a_bookable(a_station())
    assert press(Client(), haircut, website="https://example.org").status_code == 422
    assert Claim.objects.count() == 0


def test_another_districts_thing_is_not_there() -> None:
    haircut = a_bookable(a_station())
    elsewhere = places.a_district("140405", name="屯留区")
    catalogue.fill(elsewhere, actor=the_system(elsewhere))
    far = a_bookable(a_station("远处驿站", district=elsewhere, area=places.a_tree(elsewhere)[2]))
    assert Client().get(f"/book/{haircut.pk}/").status_code == 200
    assert Client().get(f"/book/{far.pk}/").status_code == 404
    claiming.cancel(booked(haircut, at(10)), actor=the_system(haircut.station))
