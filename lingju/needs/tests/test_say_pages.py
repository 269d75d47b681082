"""Saying a need on a phone, without an account and without a script: three steps, nothing typed is lost."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lingju.needs import mine
from lingju.needs.models import Asker, Evidence, Need
from lingju.needs.pages.qr import code_of
from lingju.needs.tests import builders, photos
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast
from lingju.places.services import facilities
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
WORDS = "三号楼门口的路灯不亮，三天了"


def text_of(answer: Any) -> str:
    """Return a page as text."""
    return str(answer.content.decode())


def key_in(page: str) -> str:
    """Return the key that the server put into the form."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def at_home(quarter: Quarter) -> Client:
    """Return the phone of somebody who has said where they live."""
    client = Client()
    client.post("/here/", {"compound": quarter.compound.pk})
    return client


def typed(quarter: Quarter, **changes: Any) -> dict[str, Any]:
    """Return what a browser posts at the last step."""
    values = {
        "kind": "broken",
        "at": f"c-{quarter.compound.pk}",
        "key": builders.a_key(),
        "text": WORDS,
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def say(client: Client, quarter: Quarter, **changes: Any) -> Any:
    """Post the last step."""
    return client.post("/say/words/", typed(quarter, **changes))


def test_three_taps_are_enough_where_the_place_is_known() -> None:
    quarter = builders.a_quarter()
    phone = at_home(quarter)
    first = text_of(phone.get("/say/"))
    assert first.count("<li><a") == 6
    second = text_of(phone.get(re.search(r'href="([^"]*kind=broken)"', first)[1]))  # type: ignore[index]
    assert quarter.compound.name in second
    assert 'value="here" checked' in second
    third = text_of(phone.post("/say/place/", {"kind": "broken", "at": "here"}, follow=True))
    sent = {"kind": "broken", "at": "here", "key": key_in(third), "text": WORDS}
    done = phone.post("/say/words/", sent, follow=True)
    need = Need.objects.get()
    assert (need.compound, need.channel) == (quarter.compound, Need.Channel.PAGE)
    page = text_of(done)
    assert need.number in page
    assert str(need.askers.get().code) in page
    assert "前回您的话" in page


def test_no_step_asks_for_an_account_and_every_step_shows_the_telephone() -> None:
    quarter = builders.a_quarter(hotline="0355-0000000")
    for path in ("/say/", "/say/place/?kind=broken", f"/say/words/?kind=broken&at=s-{quarter.station.slug}"):
        page = text_of(Client().get(path))
        assert "tel:0355-0000000" in page, path
        assert "打电话说" in page


def test_the_last_step_asks_for_three_things_at_most() -> None:
    quarter = builders.a_quarter()
    page = text_of(Client().get(f"/say/words/?kind=broken&at=s-{quarter.station.slug}"))
    asked = set(re.findall(r'<(?:textarea|input type="(?:text|radio)")[^>]*name="(\w+)"', page))
    assert asked - {"website"} == {"text", "phone", "by"}


def test_a_place_is_found_by_name_and_by_first_letters() -> None:
    quarter = builders.a_quarter()
    name = quarter.compound.name
    letters = "fhj" if name.startswith("府后街") else ""
    for query in filter(None, (name[:2], letters)):
        assert f'value="c-{quarter.compound.pk}"' in text_of(Client().get("/say/place/", {"q": query}))
    assert "没有找到" in text_of(Client().get("/say/place/", {"q": "不存在的地方"}))


def test_a_position_goes_by_form_and_never_into_an_address() -> None:
    quarter = builders.a_quarter()
    lon, lat = f"{quarter.compound.lon + 0.0002:.4f}", f"{quarter.compound.lat:.4f}"
    point = {"kind": "broken", "at": "point", "lon": lon, "lat": lat, "crs": "WGS-84"}
    phone = Client()
    page = text_of(phone.post("/say/place/", point))
    assert "说说看" in page
    assert not re.search(rf'(?:href|action)="[^"]*{lon}', page)
    answer = phone.post("/say/words/", {**point, "key": key_in(page), "text": WORDS})
    assert lon not in answer["Location"]
    need = Need.objects.get()
    assert (need.lon, need.given_crs) == (float(lon), "WGS-84")


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": "36.05", "lat": "113.05", "crs": "WGS-84"},
        {"lon": "113.05", "lat": "36.05", "crs": ""},
        {"lon": "2.35", "lat": "48.85", "crs": "WGS-84"},
        {"lon": "nan", "lat": "inf", "crs": "WGS-84"},
    ],
)
def test_a_point_that_cannot_be_meant_is_asked_again(wrong: dict[str, str]) -> None:
    builders.a_quarter()
    answer = Client().post("/say/place/", {"kind": "broken", "at": "point", **wrong})
    assert answer.status_code == 422
    assert 'href="#where"' in text_of(answer)


def test_red_flag_words_stop_the_form_and_show_whom_to_call_and_keep_the_words() -> None:
    quarter = builders.a_quarter()
    phone = Client()
    stopped = say(phone, quarter, text="三号楼着火了，快来人", key="one-press-1234")
    page = text_of(stopped)
    assert stopped.status_code == 422
    assert 'href="tel:119"' in page
    assert "三号楼着火了，快来人</textarea>" in page
    assert 'name="knows" value="1"' in page
    assert key_in(page) == "one-press-1234"
    assert not Need.objects.exists()
    on = say(phone, quarter, text="三号楼着火了，快来人", key="one-press-1234", knows="1")
    assert on.status_code == 302
    assert Need.objects.get().is_urgent


def test_twenty_thousand_characters_are_a_sentence_and_all_of_them_are_kept() -> None:
    quarter = builders.a_quarter()
    answer = say(Client(), quarter, text="灯" * 20_000)
    page = text_of(answer)
    assert answer.status_code == 413
    assert "20000 个字" in page
    assert "灯" * 20_000 in page
    assert 'href="#id_text"' in page


def test_nothing_at_all_is_asked_for_with_a_link_to_the_field() -> None:
    page = text_of(say(Client(), builders.a_quarter(), text=" "))
    assert "还没有说是什么事" in page
    assert 'href="#id_text"' in page


def test_rare_characters_and_emoji_arrive_as_they_are() -> None:
    text = "𠮷野家门口😤👵🏻 路灯坏了，㐂字招牌也掉了"
    assert say(Client(), builders.a_quarter(), text=text).status_code == 302
    assert Need.objects.get().said == text


def test_a_photo_that_is_a_program_is_refused_and_the_words_are_kept() -> None:
    quarter = builders.a_quarter()
    program = SimpleUploadedFile("灯.jpg", b"MZ" + b"\0" * 2000, "image/jpeg")
    answer = say(Client(), quarter, photo=program)
    page = text_of(answer)
    assert answer.status_code == 422
    assert WORDS in page
    assert 'href="#id_photo"' in page
    assert "请再选一次" in page
    assert not Need.objects.exists()


def test_a_photo_and_a_phone_come_along() -> None:
    quarter = builders.a_quarter()
    picture = SimpleUploadedFile("灯.jpg", photos.photo_bytes(), "image/jpeg")
    assert say(Client(), quarter, photo=picture, phone="138 0000 1234").status_code == 302
    assert Evidence.objects.get().kind == Evidence.Kind.PHOTO
    asker = Asker.objects.get()
    assert (asker.phone, asker.by) == ("13800001234", Asker.By.SMS)


def test_five_photos_are_too_many() -> None:
    pictures = [SimpleUploadedFile(f"{n}.jpg", photos.photo_bytes(), "image/jpeg") for n in range(5)]
    answer = say(Client(), builders.a_quarter(), photo=pictures)
    assert answer.status_code == 422
    assert "照片最多" in text_of(answer)


def test_a_message_needs_a_phone_and_a_wrong_one_is_pointed_at() -> None:
    quarter = builders.a_quarter()
    for wrong in ({"by": "sms"}, {"phone": "12345"}):
        page = text_of(say(Client(), quarter, **wrong))
        assert 'href="#id_phone"' in page
        assert WORDS in page


def test_a_program_that_fills_every_box_is_stopped_and_a_person_presses_again() -> None:
    quarter = builders.a_quarter()
    answer = say(Client(), quarter, website="http://spam.example/")
    assert answer.status_code == 422
    assert "请再按一次" in text_of(answer)
    assert "spam.example" not in text_of(answer)
    assert not Need.objects.exists()


def test_pressing_twice_makes_one_need_and_shows_the_same_receipt() -> None:
    quarter = builders.a_quarter()
    phone = Client()
    first = say(phone, quarter, key="the-same-key-1")
    again = say(phone, quarter, key="the-same-key-1")
    assert first["Location"] == again["Location"]
    assert Need.objects.count() == 1
    assert "没有重复记" in text_of(phone.get(again["Location"]))


def test_words_changed_after_they_arrived_are_not_lost_in_silence() -> None:
    quarter = builders.a_quarter()
    phone = Client()
    say(phone, quarter, key="the-same-key-1")
    again = say(phone, quarter, key="the-same-key-1", text="是五号楼的灯")
    assert "后来改的字没有记进去" in text_of(phone.get(again["Location"]))


def test_every_form_has_a_key_of_its_own() -> None:
    quarter = builders.a_quarter()
    path = f"/say/words/?kind=broken&at=s-{quarter.station.slug}"
    assert key_in(text_of(Client().get(path))) != key_in(text_of(Client().get(path)))


def test_the_receipt_is_shown_on_the_phone_that_said_it_and_on_no_other() -> None:
    quarter = builders.a_quarter()
    phone = Client()
    done = say(phone, quarter)["Location"]
    code = str(Asker.objects.get().code)
    page = text_of(phone.get(done))
    assert code in page
    assert not re.search(rf'(?:href|src|action)="[^"]*{code}', page), "the code must not reach a log"
    assert Client().get(done).status_code == 404
    number = Need.objects.get().number
    assert code in text_of(phone.get("/say/receipt/", {"n": number}))
    assert Client().get("/say/receipt/", {"n": number}).status_code == 404


@pytest.mark.slow
def test_whoever_floods_from_one_address_is_told_to_wait_and_keeps_the_words() -> None:
    quarter = builders.a_quarter()
    far = {"REMOTE_ADDR": "8.8.8.8"}
    for _n in range(40):
        assert Client(**far).post("/say/words/", typed(quarter)).status_code == 302  # type: ignore[arg-type]
    answer = Client(**far).post("/say/words/", typed(quarter))  # type: ignore[arg-type]
    assert answer.status_code == 429
    assert WORDS in text_of(answer)
    assert say(Client(), quarter).status_code == 302


def test_somebody_signed_in_is_the_asker_without_saying_so() -> None:
    quarter = builders.a_quarter()
    resident = cast.a_resident(quarter.district)
    assert say(cast.signed_in_client(resident), quarter).status_code == 302
    assert Asker.objects.get().account == resident


def test_a_kind_that_is_gone_and_a_place_that_is_gone_keep_the_words() -> None:
    quarter = builders.a_quarter()
    for gone in ({"kind": "nothing"}, {"at": "c-999999"}, {"at": ""}, {"at": "s-nowhere"}):
        answer = say(Client(), quarter, **gone)
        assert answer.status_code == 422
        assert WORDS in text_of(answer)


def test_count_me_in_makes_a_need_with_the_place_of_the_gap() -> None:
    quarter = builders.a_quarter()
    lon, lat = quarter.compound.lon, quarter.compound.lat
    asked = {"kind": "activity_reach", "point": f"{lon:.4f},{lat:.4f}", "crs": "WGS-84", "via": "gap"}
    page = text_of(Client().get("/say/", asked, follow=True))
    assert "十分钟走不到" in page
    sent = {**asked, "at": "point", "lon": f"{lon:.4f}", "lat": f"{lat:.4f}", "key": key_in(page)}
    sent["text"] = "我住的这一片，十分钟走不到一处驿站。"
    assert Client().post("/say/words/", sent).status_code == 302
    need = Need.objects.get()
    assert (need.channel, need.category.code) == (Need.Channel.GAP, "activity_reach")
    assert need.area == quarter.area


def test_a_code_at_the_door_leads_to_the_station_in_two_taps() -> None:
    quarter = builders.a_quarter()
    first = text_of(Client().get(f"/q/{quarter.station.slug}/"))
    assert quarter.station.name in first
    href = re.search(r'href="(/say/words/[^"]*kind=broken[^"]*)"', first)
    assert href is not None
    page = text_of(Client().get(href[1].replace("&amp;", "&")))
    sent = {"kind": "broken", "at": f"s-{quarter.station.slug}", "via": "qr", "key": key_in(page)}
    assert Client().post("/say/words/", {**sent, "text": "没水了"}).status_code == 302
    need = Need.objects.get()
    assert (need.channel, need.station) == (Need.Channel.QR, quarter.station)


def test_a_code_on_a_device_names_the_device_and_a_made_up_one_is_none() -> None:
    quarter = builders.a_quarter()
    draft = FacilityDraft("seats", "靠窗座位", 4)
    thing = facilities.add(quarter.station, draft, actor=the_system(quarter.district))
    code = code_of(thing)
    assert "靠窗座位" in text_of(Client().get(f"/q/{code}/"))
    for wrong in (code[:-1] + ("0" if code[-1] != "0" else "1"), "d-fffffffffffffff-0123456789", "nowhere"):
        assert Client().get(f"/q/{wrong}/").status_code == 404
    said = typed(quarter, at=f"s-{quarter.station.slug}", facility=str(thing.pk), via="qr")
    assert Client().post("/say/words/", said).status_code == 302
    assert Need.objects.get().place_note == "靠窗座位"


def test_a_photo_is_for_its_asker_and_its_desk_alone() -> None:
    quarter = builders.a_quarter()
    phone = Client()
    picture = SimpleUploadedFile("灯.jpg", photos.photo_bytes(), "image/jpeg")
    assert say(phone, quarter, photo=picture).status_code == 302
    path = f"/needs/evidence/{Evidence.objects.get().pk}/"
    answer = phone.get(path)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert cast.signed_in_client(quarter.clerk).get(path).status_code == 200
    elsewhere = cast.a_clerk(at=quarter.neighbour)
    for other in (Client(), cast.signed_in_client(elsewhere)):
        assert other.get(path).status_code == 404


def test_who_stands_behind_a_need_does_not_see_what_its_author_showed() -> None:
    quarter = builders.a_quarter()
    phone = Client()
    picture = SimpleUploadedFile("灯.jpg", photos.photo_bytes(), "image/jpeg")
    say(phone, quarter, photo=picture)
    Asker.objects.update(role=Asker.Role.SUPPORTER)
    assert phone.get(f"/needs/evidence/{Evidence.objects.get().pk}/").status_code == 404


def test_home_shows_my_newest_matter_and_shows_a_stranger_none() -> None:
    quarter = builders.a_quarter()
    phone = at_home(quarter)
    assert 'class="news"' not in text_of(phone.get("/"))
    assert "有什么事，说一声" in text_of(phone.get("/"))
    say(phone, quarter)
    page = text_of(phone.get("/"))
    assert 'class="news"' in page
    assert "路灯" in page[page.index('class="news"') :][:600]
    assert mine.COOKIE in phone.cookies
    assert 'class="news"' not in text_of(Client().get("/"))


def test_the_foot_of_every_page_leads_to_saying_something() -> None:
    builders.a_quarter()
    assert 'href="/feedback/"' in text_of(Client().get("/privacy/"))
    assert "您要说的是哪样事" in text_of(Client().get("/feedback/"))
