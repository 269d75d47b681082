"""The pages of the door, and what a device sends later, as a browser sees them."""

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from lingju.activities import passes
from lingju.activities.models import (
    HeadCount,
    Scan,
    Session,
)
from lingju.activities.queries import attendance as queries
from lingju.activities.tests.gatherings import (
    a_guest,
    a_key,
    a_session,
    a_town,
    on_the_day,
)
from lingju.people.models import Account
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


def browser(account: Account | None = None) -> Client:
    return cast.signed_in_client(account) if account is not None else Client()


def shown(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:400])
    return html.unescape(response.content.decode())


def door(session: Session) -> str:
    return f"/desk/activities/{session.pk}/checkin/"


def send(client: Client, session: Session, body: object) -> Any:
    return client.post(
        f"/desk/activities/{session.pk}/scans/",
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


# --- the door -------------------------------------------------------------------------------------------


def test_the_list_shows_names_and_codes_and_no_telephone() -> None:
    town = a_town()
    session = a_session(town)
    guest = a_guest(session, "王秀英", phone="13800001234")
    with on_the_day(session):
        page = shown(browser(town.keeper).get(door(session)))
    assert "王秀英" in page
    assert passes.pass_of(guest.pk) in page
    # Drawn by lot, a hidden key reads like a telephone now and then; nobody sees it.
    page = re.sub(r'name="(nonce|csrfmiddlewaretoken)"[^>]*', "", page)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", page), "numbers of rows are longer"


def test_one_press_lets_somebody_in_and_the_same_press_again_changes_nothing() -> None:
    town = a_town()
    session = a_session(town)
    guest = a_guest(session, "王秀英")
    press = {"what": "press", "kind": "in", "method": "name", "nonce": a_key(), "signup_id": guest.pk}
    with on_the_day(session):
        client = browser(town.keeper)
        for _turn in range(2):
            assert client.post(door(session), press).status_code == 302
        page = shown(client.get(door(session)))
        assert "已到" in page
        undo = {**press, "kind": "undo", "nonce": a_key()}
        client.post(door(session), undo)
    assert Scan.objects.count() == 2
    assert queries.figures([session]).visits == 0


def test_six_digits_that_are_typed_let_somebody_in_and_a_wrong_code_is_told() -> None:
    town = a_town()
    session = a_session(town)
    guest = a_guest(session)
    with on_the_day(session):
        client = browser(town.keeper)
        for code in (passes.digits_of(guest.claim.number), "nonsense"):
            said = {"what": "press", "kind": "in", "method": "code", "nonce": a_key(), "code": code}
            client.post(door(session), said)
        page = shown(client.get(door(session)))
    assert "认不出来" in page
    assert queries.figures([session]).visits == 1


def test_names_are_found_by_a_piece_and_by_first_letters() -> None:
    town = a_town()
    session = a_session(town)
    for name in ("王秀英", "李示例"):
        a_guest(session, name)
    with on_the_day(session):
        client = browser(town.keeper)
        for query in ("wxy", "秀英", "WX"):
            page = shown(client.get(door(session), {"q": query}))
            assert ("王秀英" in page, "李示例" in page) == (True, False)


def test_people_are_counted_and_a_count_without_a_number_comes_back_filled() -> None:
    town = a_town()
    session = a_session(town)
    with on_the_day(session):
        client = browser(town.clerk)
        count = {"what": "count", "group": "elder", "people": "3", "nonce": a_key()}
        assert client.post(door(session), count).status_code == 302
        wrong = client.post(door(session), {**count, "people": "三", "nonce": a_key()})
        assert wrong.status_code == 422
        assert "请填整数" in wrong.content.decode()
        wrong = client.post(
            door(session), {"what": "correct", "group": "elder", "people": "2", "why": "", "nonce": a_key()}
        )
        assert wrong.status_code == 422
        right = {"what": "correct", "group": "elder", "people": "2", "why": "数重了", "nonce": a_key()}
        assert client.post(door(session), right).status_code == 302
        assert client.post(door(session), {"what": "dance"}).status_code == 404
    assert queries.figures([session]).by_group == {"elder": 2}


def test_a_stray_is_shown_with_a_button_that_lets_them_in() -> None:
    town = a_town()
    session, other = a_session(town), a_session(town, "消防演练", days=3)
    guest = a_guest(other, "李示例")
    with on_the_day(session):
        client = browser(town.keeper)
        said = {"kind": "in", "method": "code", "nonce": a_key(), "code": passes.pass_of(guest.pk)}
        client.post(door(session), {"what": "press", **said})
        page = shown(client.get(door(session)))
        assert "报的是另一场" in page
        assert "现场放行" in page


def test_the_door_of_another_community_is_not_there() -> None:
    town = a_town()
    session = a_session(town)
    elsewhere = cast.a_clerk(at=town.neighbour, name="钱社工")
    with on_the_day(session):
        assert browser(elsewhere).get(door(session)).status_code == 404
        assert send(browser(elsewhere), session, {"entries": []}).status_code == 404
        assert browser(cast.a_resident(town.district)).get(door(session)).status_code == 403


# --- a device that sends later --------------------------------------------------------------------------


def test_what_a_device_kept_offline_is_taken_in_once_however_often_it_is_sent() -> None:
    town = a_town()
    session = a_session(town)
    guest = a_guest(session)
    at = (session.starts_at + dt.timedelta(minutes=2)).isoformat()
    entries = [
        {"nonce": a_key(), "kind": "in", "method": "qr", "code": passes.pass_of(guest.pk), "device_at": at,
         "was_offline": True},
        {"nonce": a_key(), "kind": "walk_in", "group": "elder", "people": 1, "was_offline": True},
        {"nonce": a_key(), "kind": "in", "method": "name", "signup_id": str(guest.pk)},
        {"nonce": "x", "kind": "in"},
    ]  # fmt: skip
    with on_the_day(session, minutes=30):
        client = browser(town.keeper)
        told = [send(client, session, {"device": "tablet", "entries": entries}).json() for _turn in range(3)]
    assert [one["visits"] for one in told] == [2, 2, 2]
    assert [outcome["kept"] for outcome in told[0]["outcomes"]] == [True, True, True, False]
    assert [outcome["new"] for outcome in told[1]["outcomes"]] == [False] * 4
    assert (Scan.objects.count(), HeadCount.objects.count()) == (2, 1)
    first = Scan.objects.get(was_offline=True)
    assert (first.at.isoformat(), first.device) == (first.device_at.isoformat(), "tablet")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        '{"entries": 3}',
        '{"entries": [3]}',
        '{"entries": [{"nonce": 3, "kind": []}]}',
        "\ud800",
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_never_an_error(body: str) -> None:
    town = a_town()
    session = a_session(town)
    with on_the_day(session):
        client = browser(town.keeper)
        said = client.post(
            f"/desk/activities/{session.pk}/scans/",
            body.encode("utf-8", "surrogatepass"),
            content_type="application/json",
            headers={"accept": "application/json"},
        )
    assert said.status_code in (200, 422)
    if said.status_code == 200:
        assert said.json()["outcomes"][0]["kept"] is False
    assert not Scan.objects.exists()


def test_numbers_no_row_can_have_are_nobodys() -> None:
    town = a_town()
    session = a_session(town)
    entries = [
        {"nonce": a_key(), "method": "name", "signup_id": value}
        for value in (2**70, -1, "9" * 19, 1.5, True, "１２３", None)
    ]
    with on_the_day(session):
        told = send(browser(town.keeper), session, {"entries": entries}).json()
    assert {outcome["trouble"] for outcome in told["outcomes"]} == {"unknown"}


def test_too_much_at_once_is_told_so() -> None:
    town = a_town()
    session = a_session(town)
    with on_the_day(session):
        client = browser(town.keeper)
        assert send(client, session, {"entries": [{"nonce": a_key()}] * 501}).status_code == 413
        assert send(client, session, "x" * (256 * 1024 + 1)).status_code == 413
    assert browser().get(f"/desk/activities/{session.pk}/scans/").status_code in (302, 401, 405)
