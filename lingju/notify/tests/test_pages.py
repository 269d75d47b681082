"""Everybody reads their own messages; an officer sees what did not go out, and sends it again."""

from typing import Any

import pytest
from django.test import Client

from lingju.notify import jobs, wordings
from lingju.notify.models import Message, Notice
from lingju.notify.tests.builders import a_notice, a_stuck_message
from lingju.people.models import Account
from lingju.people.tests.cast import a_clerk, a_district_officer, a_resident, an_area, signed_in_client
from lingju.places.models import District
from lingju.places.tests.builders import a_district

pytestmark = pytest.mark.django_db
MINE, STUCK = "/me/notices/", "/desk/messages/"


def text_of(response: Any) -> str:
    """Return the page as text."""
    page: str = response.content.decode()
    return page


@pytest.fixture(autouse=True)
def own_wordings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordings, "_wordings", dict(wordings._wordings))


@pytest.fixture
def here() -> District:
    return a_district()


@pytest.fixture
def reader(here: District) -> Account:
    return a_resident(here)


@pytest.fixture
def officer(here: District) -> Client:
    return signed_in_client(a_district_officer(district=here))


def test_messages_stand_newest_first_and_lead_to_what_they_are_about(reader: Account) -> None:
    a_notice(reader, "先说的")
    a_notice(reader, "后说的", link="/matters/")
    page = text_of(signed_in_client(reader).get(MINE))
    assert page.index("后说的") < page.index("先说的")
    assert 'href="/matters/"' in page
    assert "2 条还没看" in page


def test_a_press_says_that_one_is_read_and_it_stays_in_the_list(reader: Account) -> None:
    notice, other = a_notice(reader, "看过的"), a_notice(reader, "没看过的")
    client = signed_in_client(reader)
    page = text_of(client.post(MINE, {"notice": notice.pk}, follow=True))
    assert "看过的" in page
    assert "1 条还没看" in page
    assert not Notice.objects.get(pk=other.pk).is_read


def test_a_press_says_that_all_are_read(reader: Account) -> None:
    for _number in range(3):
        a_notice(reader)
    client = signed_in_client(reader)
    assert "3 条都看过了" in text_of(client.post(MINE, {"do": "all"}, follow=True))
    assert "还没看" not in text_of(client.get(MINE))


def test_nobody_marks_or_reads_the_message_of_another(reader: Account, here: District) -> None:
    notice = a_notice(reader, "只给王秀英看")
    neighbour = signed_in_client(a_resident(here, "李建国"))
    assert "只给王秀英看" not in text_of(neighbour.get(MINE))
    assert neighbour.post(MINE, {"notice": notice.pk}).status_code == 404
    assert neighbour.post(MINE, {"notice": "x"}).status_code == 404
    assert Client().get(MINE)["Location"].startswith("/sign-in/")
    notice.refresh_from_db()
    assert not notice.is_read


def test_many_messages_are_paged_at_the_same_cost(
    reader: Account, django_assert_max_num_queries: Any
) -> None:
    for number in range(32):
        a_notice(reader, f"第{number}条")
    client = signed_in_client(reader)
    with django_assert_max_num_queries(8):
        first = text_of(client.get(MINE))
    assert "第31条" in first
    assert "第1条" not in first
    assert "第1条" in text_of(client.get(f"{MINE}?page=2"))
    oldest = Notice.objects.earliest("pk")
    assert client.post(f"{MINE}?page=2", {"notice": oldest.pk})["Location"] == f"{MINE}?page=2"


def test_my_own_page_and_the_desk_say_how_many_are_unread(reader: Account, here: District) -> None:
    a_notice(reader)
    assert "我的消息，1 条没看" in text_of(signed_in_client(reader).get("/me/"))
    clerk = a_clerk(at=an_area(here))
    desk = signed_in_client(clerk)
    assert MINE not in text_of(desk.get("/desk/activities/"))
    a_notice(clerk)
    a_notice(clerk)
    assert "消息 2" in text_of(desk.get("/desk/activities/"))


def test_a_page_for_everybody_counts_nothing_for_a_stranger(here: District, reader: Account) -> None:
    a_notice(reader)
    assert MINE not in text_of(Client().get("/"))


def test_an_officer_sees_what_did_not_go_out_and_why_but_not_what_it_says(
    here: District, officer: Client
) -> None:
    message = a_stuck_message(here)
    page = text_of(officer.get(STUCK))
    assert message.last_error in page
    assert "123456" not in page
    assert "13800001234" not in page


def test_a_press_sends_it_again_and_a_second_press_is_told(here: District, officer: Client) -> None:
    message = a_stuck_message(here)
    assert message.state == Message.State.PARKED
    assert "放回去了" in text_of(officer.post(STUCK, {"message": message.pk}, follow=True))
    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.QUEUED, 0)
    assert "没有停发" in text_of(officer.post(STUCK, {"message": message.pk}, follow=True))
    jobs.deliver_due()
    message.refresh_from_db()
    assert message.state == Message.State.PARKED


def test_nobody_sees_the_messages_of_another_district(officer: Client) -> None:
    away = a_stuck_message(a_district("140499"))
    assert "您好" not in text_of(officer.get(STUCK))
    assert officer.post(STUCK, {"message": away.pk}).status_code == 404


def test_many_that_did_not_go_out_cost_the_same(
    here: District, officer: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(31):
        a_stuck_message(here)
    with django_assert_max_num_queries(9):
        assert officer.get(STUCK).status_code == 200


def test_a_message_in_words_that_the_house_no_longer_has_is_still_shown(
    here: District, officer: Client
) -> None:
    message = a_stuck_message(here)
    Message.objects.filter(pk=message.pk).update(wording="gone.words")
    assert "gone.words" in text_of(officer.get(STUCK))
