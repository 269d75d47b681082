"""The pages of coming in and going out."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lingju.kernel import clock
from lingju.people.models import Account, Consent
from lingju.people.sms import Message
from lingju.people.tests import cast
from lingju.places.models import District
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
PHONE = "13900000002"


@pytest.fixture
def district() -> District:
    return cast.a_district()


def digits(sent: list[Message]) -> str:
    found = re.search(r"\d{6}", sent[-1].text)
    assert found
    return found.group()


def come_to_code(client: Client, phone: str = PHONE) -> None:
    assert client.post("/sign-in/", {"how": "code", "phone": phone}).headers["Location"] == "/sign-in/code/"


def test_a_resident_comes_in_by_code(district: District, client: Client, sent: list[Message]) -> None:
    account = cast.a_resident(district)
    come_to_code(client, str(account.phone))
    assert client.post("/sign-in/code/", {"code": digits(sent)}).headers["Location"] == "/me/"
    assert "王秀英" in client.get("/me/").text


def test_a_known_and_an_unknown_phone_get_the_same_pages(district: District, sent: list[Message]) -> None:
    account = cast.a_resident(district)
    pages = []
    for phone in (str(account.phone), PHONE):
        client = Client()
        come_to_code(client, phone)
        page = client.get("/sign-in/code/").text.replace(phone[:3] + "****" + phone[-4:], "")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert pages[0] == pages[1]
    assert [message.phone for message in sent] == [account.phone, PHONE]


def test_an_unknown_phone_may_open_an_account_with_consent(
    district: District, client: Client, sent: list[Message]
) -> None:
    come_to_code(client)
    assert client.post("/sign-in/code/", {"code": digits(sent)}).headers["Location"] == "/sign-in/new/"
    refused = client.post("/sign-in/new/", {"display_name": "孙大妈"})
    assert refused.status_code == 422
    assert not Account.objects.exists()
    done = client.post("/sign-in/new/", {"display_name": "孙大妈", "agrees": "on"})
    assert done.headers["Location"] == "/me/"
    account = Account.objects.get(phone_index=PHONE)
    consent = Consent.objects.get(account=account)
    assert (consent.purpose, consent.text.is_unaltered) == ("account", True)


def test_the_box_of_consent_is_never_ticked_beforehand(
    district: District, client: Client, sent: list[Message]
) -> None:
    come_to_code(client)
    client.post("/sign-in/code/", {"code": digits(sent)})
    assert "checked" not in client.get("/sign-in/new/").text


def test_the_new_account_page_wants_a_proved_phone(district: District, client: Client) -> None:
    come_to_code(client)
    assert client.get("/sign-in/new/").headers["Location"] == "/sign-in/"
    form = {"display_name": "孙大妈", "agrees": "on"}
    assert client.post("/sign-in/new/", form).headers["Location"] == "/sign-in/"
    assert not Account.objects.exists()


def test_a_wrong_code_keeps_the_page_and_names_the_field(
    district: District, client: Client, sent: list[Message]
) -> None:
    come_to_code(client)
    wrong = f"{(int(digits(sent)) + 1) % 10**6:06d}"
    page = client.post("/sign-in/code/", {"code": wrong})
    assert page.status_code == 422
    assert 'href="#id_code"' in page.text
    assert "还可以试 4 次" in page.text


def test_another_code_can_be_asked_for(district: District, client: Client, sent: list[Message]) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        come_to_code(client)
        traveller.shift(dt.timedelta(seconds=61))
        client.post("/sign-in/code/", {"how": "again"})
        assert len(sent) == 2
        assert client.post("/sign-in/code/", {"code": digits(sent)}).headers["Location"] == "/sign-in/new/"


def test_fields_tell_the_browser_what_they_are(district: District, client: Client) -> None:
    page = client.get("/sign-in/").text
    assert all(f'autocomplete="{word}"' in page for word in ("tel", "username", "current-password"))
    come_to_code(client)
    assert 'autocomplete="one-time-code"' in client.get("/sign-in/code/").text


def test_the_session_gets_a_new_key_on_the_way_in(
    district: District, client: Client, sent: list[Message]
) -> None:
    account = cast.a_resident(district)
    come_to_code(client, str(account.phone))
    before = client.session.session_key
    client.post("/sign-in/code/", {"code": digits(sent)})
    assert client.session.session_key != before


def test_one_comes_back_to_where_one_was_going(district: District, client: Client) -> None:
    account = cast.a_resident(district)
    client.get("/sign-in/?next=/display/")
    form = {"how": "password", "who": account.sign_in_name, "password": cast.PASSWORD}
    assert client.post("/sign-in/", form).headers["Location"] == "/display/"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(district: District, client: Client, address: str) -> None:
    account = cast.a_resident(district)
    client.get("/sign-in/", {"next": address})
    form = {"how": "password", "who": account.sign_in_name, "password": cast.PASSWORD}
    assert client.post("/sign-in/", form).headers["Location"] == "/me/"


def test_going_out_ends_the_session_on_the_server(district: District) -> None:
    client = cast.signed_in_client(cast.a_resident(district))
    copied = Client()
    copied.cookies["sessionid"] = client.cookies["sessionid"].value
    assert copied.get("/me/").status_code == 200
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert copied.get("/me/").status_code == 302


def test_going_out_is_a_post(district: District) -> None:
    assert cast.signed_in_client(cast.a_resident(district)).get("/sign-out/").status_code == 405


@pytest.mark.parametrize(
    ("holds_office", "idle", "is_out"),
    [(True, 31, True), (True, 29, False), (False, 31, False), (False, 8 * 60 + 1, True)],
)
def test_a_session_left_idle_ends_by_itself(
    district: District, *, holds_office: bool, idle: int, is_out: bool
) -> None:
    account = cast.a_clerk(at=cast.an_area(district)) if holds_office else cast.a_resident(district)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = cast.signed_in_client(account)
        traveller.shift(dt.timedelta(minutes=idle))
        assert (client.get("/me/").status_code == 302) is is_out


def test_a_desk_session_ends_after_twelve_hours_however_busy(district: District) -> None:
    client_of = cast.a_clerk(at=cast.an_area(district))
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = cast.signed_in_client(client_of)
        for _step in range(25):
            assert client.get("/me/data.json").status_code == 200
            traveller.shift(dt.timedelta(minutes=29))
        assert client.get("/me/data.json").status_code == 302


def test_coming_in_leaves_a_footprint(district: District, client: Client) -> None:
    account = cast.a_resident(district)
    form = {"how": "password", "who": account.sign_in_name, "password": cast.PASSWORD}
    client.post("/sign-in/", form)
    left = Footprint.objects.get(action="people.sign_in")
    assert (left.actor_id, left.result) == (account.pk, Footprint.Result.DONE)


def test_sessions_elsewhere_can_be_ended_from_here(district: District) -> None:
    account = cast.a_resident(district)
    here, elsewhere = cast.signed_in_client(account), cast.signed_in_client(account)
    here.post("/me/sessions/end/")
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_a_signed_in_request_asks_who_acts_with_three_queries(
    district: District, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = cast.a_clerk(at=cast.an_area(district))
    client = cast.signed_in_client(account)
    with django_assert_num_queries(4):  # one more for the district
        client.get("/privacy/")


def test_a_site_without_a_district_does_not_crash(client: Client) -> None:
    assert client.get("/sign-in/").status_code == 404
