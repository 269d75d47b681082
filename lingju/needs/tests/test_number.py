"""Whoever holds number and code says where the answer goes: they erase their number, or prove another."""

import re
from typing import Any

import pytest
from django.test import Client

from lingju.kernel import clock, durable
from lingju.kernel.errors import NotAllowed, NotNow
from lingju.needs.models import Asker, Need
from lingju.needs.rules import Bearer
from lingju.needs.services import answering, reaching, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests.builders import Quarter, a_bearer, a_key, a_quarter, a_receipt, fresh, listed
from lingju.notify.models import Message
from lingju.people.models import SignInCode
from lingju.people.services import signing
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
NEW = "13900008888"


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def opened(receipt: Receipt) -> Client:
    """Return a browser in which number and code were shown."""
    browser = Client()
    browser.post("/m/", {"number": receipt.need.number, "code": receipt.code})
    return browser


def page_of(receipt: Receipt) -> str:
    return f"/m/{receipt.need.number}/phone/"


def code_sent() -> str:
    found = re.search(r"\d{6}", MemoryGateway.sent[-1].text)
    assert found
    return found.group()


def test_the_holder_of_the_code_erases_the_number_and_no_text_goes_out(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    durable.work_off()
    waiting = Message.objects.filter(channel="sms")
    assert waiting.exists()
    answer = opened(receipt).post(page_of(receipt), {"do": "erase"})
    assert answer.status_code == 302
    receipt.asker.refresh_from_db()
    assert (receipt.asker.phone, receipt.asker.phone_index, receipt.asker.by) == (None, None, "page")
    assert not waiting.exists()


def test_erasing_one_matters_number_leaves_what_is_told_of_another(quarter: Quarter) -> None:
    first, second = a_receipt(quarter), a_receipt(quarter, "五号楼前的井盖松了")
    durable.work_off()
    reaching.erase_number(first.asker, actor=a_bearer(first))
    second.asker.refresh_from_db()
    assert second.asker.phone
    (left,) = Message.objects.filter(channel="sms")
    assert left.gaps["number"] == second.need.number


def test_another_number_is_taken_once_its_code_was_typed(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    browser = opened(receipt)
    assert browser.post(page_of(receipt), {"phone": NEW}).status_code == 302
    receipt.asker.refresh_from_db()
    assert receipt.asker.phone != NEW
    wrong = browser.post(page_of(receipt), {"code": "000000" if code_sent() != "000000" else "111111"})
    assert wrong.status_code == 422
    assert browser.post(page_of(receipt), {"code": code_sent()}).status_code == 302
    receipt.asker.refresh_from_db()
    assert (receipt.asker.phone, receipt.asker.by) == (NEW, "sms")


def test_a_code_that_was_sent_for_one_matter_moves_no_other(quarter: Quarter) -> None:
    first, second = a_receipt(quarter), a_receipt(quarter, "五号楼前的井盖松了")
    browser = opened(first)
    browser.post("/m/", {"number": second.need.number, "code": second.code})
    browser.post(page_of(first), {"phone": NEW})
    assert browser.post(page_of(second), {"code": code_sent()}).status_code == 422
    second.asker.refresh_from_db()
    assert second.asker.phone != NEW


def test_what_is_no_number_is_refused_in_a_sentence(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    answer: Any = opened(receipt).post(page_of(receipt), {"phone": "12345"})
    assert answer.status_code == 422
    assert "手机号" in answer.content.decode()


def test_the_page_shows_the_number_masked_and_a_stranger_is_asked_for_the_code(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    seen = opened(receipt).get(page_of(receipt)).content.decode()
    assert "138****1234" in seen
    assert "13800001234" not in seen
    assert "查询码" in Client().get(page_of(receipt)).content.decode()
    Client().post(page_of(receipt), {"do": "erase"})
    receipt.asker.refresh_from_db()
    assert receipt.asker.phone


def test_who_works_here_erases_nobodys_number(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    browser = cast.signed_in_client(quarter.clerk)
    browser.post("/m/", {"number": receipt.need.number, "code": receipt.code})
    assert browser.post(page_of(receipt), {"do": "erase"}).status_code == 403
    receipt.asker.refresh_from_db()
    assert receipt.asker.phone


def test_the_bearer_of_another_matter_erases_nothing(quarter: Quarter) -> None:
    first, second = a_receipt(quarter), a_receipt(quarter, "五号楼前的井盖松了")
    with pytest.raises(NotAllowed):
        reaching.erase_number(first.asker, actor=Bearer(second.asker.pk, second.need.district_id))


def test_a_code_nobody_has_used_proves_no_number(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    code = signing.request_code(NEW, district=quarter.district)
    with pytest.raises(NotNow):
        reaching.move_number(receipt.asker, code, actor=a_bearer(receipt))


def proved(quarter: Quarter, phone: str = NEW) -> SignInCode:
    """Return a code that was sent to a number and typed."""
    return SignInCode.objects.create(
        district=quarter.district, phone=phone, code="246810", used_at=clock.now()
    )


def test_a_question_that_waited_for_the_old_number_goes_to_the_new_one(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    durable.work_off()
    Message.objects.all().delete()
    answering.answer(receipt.need, Answer(Need.Outcome.PARTLY, "灯换好了一盏"), actor=quarter.clerk_actor)
    durable.work_off()
    (question,) = Message.objects.filter(channel="sms", wording="need_asked")
    receipt.asker.refresh_from_db()
    reaching.move_number(receipt.asker, proved(quarter), actor=a_bearer(receipt))
    assert not Message.objects.filter(pk=question.pk).exists()
    durable.work_off()
    (again,) = Message.objects.filter(channel="sms", wording="need_asked")
    assert again.address == NEW


def test_one_telephone_is_one_voice_also_when_numbers_are_moved(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    neighbour = Contact(phone=NEW, by=Asker.By.SMS)
    need = listed(quarter, fresh(receipt.need), "三号楼门口的灯不亮")
    saying.support(need, neighbour, key=a_key(), actor=cast.a_stranger(quarter.district))
    with pytest.raises(NotNow, match="已经算过一位了"):
        reaching.move_number(receipt.asker, proved(quarter), actor=a_bearer(receipt))
