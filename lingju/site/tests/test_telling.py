"""People are told by the way they chose: the receipt, the question, and one digest a day at most."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from lingju.kernel import durable
from lingju.kernel.clock import ZONE
from lingju.needs import jobs as needs_jobs
from lingju.needs.events import WholeTakenBack
from lingju.needs.models import Asker, Need
from lingju.needs.queries import callback
from lingju.needs.services import adding, answering, handling, judging, leaving, linking, offering
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.services.saying import Contact
from lingju.needs.tests.builders import (
    Quarter,
    a_bearer,
    a_kind,
    a_need,
    a_quarter,
    a_receipt,
    an_answered,
    an_asker,
    fresh,
    judged,
)
from lingju.notify import jobs as notify_jobs
from lingju.notify.models import Message, Notice
from lingju.people.services import consents
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast
from lingju.site import telling, telling_desk, wiring

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=ZONE)
SIX = dt.datetime(2026, 11, 25, 18, 1, tzinfo=ZONE)


@pytest.fixture
def quarter() -> Quarter:
    with time_machine.travel(NOON, tick=False):
        return a_quarter()


def carried() -> list[str]:
    """Run every reaction, deliver every message, and return the texts that were sent."""
    durable.work_off()
    notify_jobs.deliver_due()
    return [message.text for message in MemoryGateway.sent]


def test_the_receipt_goes_to_whoever_left_a_number(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = a_receipt(quarter)
        a_receipt(quarter, contact=Contact())
        a_receipt(quarter, contact=Contact(phone="13800003333", by=Asker.By.CALL))
        sent = carried()
    assert len(sent) == 1
    assert receipt.need.number in sent[0]
    assert receipt.code in sent[0]


def test_the_question_carries_a_link_that_judges(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = an_answered(quarter)
        asked = carried()[-1]
        found = re.search(r"/j/\S+/", asked)
        assert found is not None
        answer = Client().post(found[0], {"solved": "yes", "satisfied": "satisfied"})
    assert answer.status_code == 302
    assert "电工今天上午换了灯泡" in asked
    assert fresh(receipt.need).stage == Need.Stage.CLOSED


def test_the_key_of_a_matter_stands_in_the_outbox_closed_only(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = an_answered(quarter)
        durable.work_off()
    for message in Message.objects.filter(wording__startswith="need_"):
        assert "/j/" not in message.link
        assert receipt.code not in message.key


def test_nothing_rings_at_night(quarter: Quarter) -> None:
    with time_machine.travel(NOON.replace(hour=22), tick=False):
        a_receipt(quarter)
        assert carried() == []
    with time_machine.travel(NOON + dt.timedelta(hours=20), tick=False):
        assert len(carried()) == 1


def test_one_digest_a_day_holds_all_matters_newest_first(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        first, second = a_need(quarter, "三号楼的路灯不亮"), a_need(quarter, "门口的长椅坏了")
        handling.reply(first, "电工明天上午来", actor=quarter.clerk_actor)
        handling.reply(second, "木工后天来", actor=quarter.clerk_actor)
        handling.reply(fresh(first), "灯泡已经买好", actor=quarter.clerk_actor)
        carried()
        MemoryGateway.sent.clear()
    with time_machine.travel(SIX, tick=False):
        assert wiring.tell_evening() == 1
        assert wiring.tell_evening() == 1
        sent = carried()
    assert len(sent) == 1
    words = sent[0]
    assert words.index("灯泡已经买好") < words.index("电工明天上午来")
    assert "木工后天来" in words
    with time_machine.travel(SIX + dt.timedelta(days=1), tick=False):
        assert wiring.tell_evening() == 0


def test_nobody_gets_more_than_one_digest_a_day_however_much_happens(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        needs = [a_need(quarter, f"第{n}盏路灯不亮") for n in range(4)]
        for need in needs:
            handling.take(need, actor=quarter.clerk_actor)
            handling.reply(fresh(need), "电工明天上午来看", actor=quarter.clerk_actor)
        durable.work_off()
    with time_machine.travel(SIX, tick=False):
        wiring.tell_evening()
    digests = Message.objects.filter(wording="evening_digest")
    assert digests.count() == 1


def test_the_evening_tells_of_a_new_day_for_the_answer_and_not_of_a_new_title(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        need, other = a_need(quarter), a_need(quarter, "电梯停了")
        kind = a_kind(quarter.district, "activity")
        handling.mend(need, Mending(category=kind), actor=quarter.clerk_actor)
        handling.mend(other, Mending(title="电梯"), actor=quarter.clerk_actor)
        [reader] = telling.happened(NOON - dt.timedelta(days=1), NOON)
    assert need.number in reader.words()
    assert "前给您办理结果" in reader.words()


def test_an_account_finds_a_notice_and_gets_texts_only_where_it_agreed(quarter: Quarter) -> None:
    resident = cast.a_resident(quarter.district)
    actor = cast.an_actor_of(resident)
    with time_machine.travel(NOON, tick=False):
        an_answered(quarter, contact=Contact(), actor=actor)
        assert carried() == []
        notice = Notice.objects.get(account=resident)
        assert "有回音了" in notice.title
        assert notice.link.endswith("/judge/")
        text = cast.a_text(quarter.district, "notices")
        consents.give(text, account=resident, actor=actor)
        an_answered(quarter, "门口的长椅坏了", contact=Contact(), actor=actor)
        assert len(carried()) == 1


def test_who_is_left_out_hears_why_and_who_went_hears_nothing(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        need = a_need(quarter, "公司门口的红绿灯不亮")
        proposal = leaving.propose(
            need, "not_ours", "归交警管", next_door="交警大队 0355-0000000", actor=quarter.clerk_actor
        )
        leaving.decide(
            proposal, agree=True, words="红绿灯归交警管，已经替您转告", actor=quarter.colleague_actor
        )
        carried()
        MemoryGateway.sent.clear()
    with time_machine.travel(SIX, tick=False):
        wiring.tell_evening()
        sent = carried()
    assert len(sent) == 1
    assert "归交警管" in sent[0]
    Asker.objects.update(left_out=Asker.LeftOut.WITHDREW)
    with time_machine.travel(SIX, tick=False):
        assert wiring.tell_evening() == 0


def test_a_day_that_is_planned_is_told_in_the_evening_and_asked_on_its_day(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = a_receipt(quarter)
        given = Answer("planned", "电工那天上午来换", planned_on=NOON.date() + dt.timedelta(days=4))
        answering.answer(receipt.need, given, actor=quarter.clerk_actor)
        carried()
        MemoryGateway.sent.clear()
    with time_machine.travel(SIX, tick=False):
        wiring.tell_evening()
        (told,) = carried()
    assert "11月29日" in told
    assert "电工那天上午来换" in told
    MemoryGateway.sent.clear()
    with time_machine.travel(NOON + dt.timedelta(days=4), tick=False):
        needs_jobs.ask_planned()
        (asked,) = carried()
    assert "/j/" in asked


def test_an_answer_that_is_asked_at_once_is_not_told_again_in_the_evening(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        an_answered(quarter)
        carried()
        MemoryGateway.sent.clear()
    with time_machine.travel(SIX, tick=False):
        wiring.tell_evening()
        assert not any("换了灯泡" in text for text in carried())


def test_whoever_is_called_about_something_is_not_told_of_it_by_a_message_as_well(quarter: Quarter) -> None:
    actor = cast.an_actor_of(cast.a_resident(quarter.district))
    contact = Contact(phone="13800003333", by=Asker.By.CALL)
    with time_machine.travel(NOON, tick=False):
        receipt = a_receipt(quarter, contact=contact, actor=actor)
        given = Answer("planned", "电工那天上午来换", planned_on=NOON.date() + dt.timedelta(days=4))
        answering.answer(receipt.need, given, actor=quarter.clerk_actor)
        assert callback.to_tell(quarter.clerk_actor, quarter.district).get() == receipt.asker
    with time_machine.travel(SIX, tick=False):
        assert wiring.tell_evening() == 0


def test_words_of_danger_are_told_at_once_to_whoever_has_it_and_to_the_desk(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = a_receipt(quarter)
        handling.take(receipt.need, actor=quarter.colleague_actor)
        adding.add_words(an_asker(receipt), "楼道里着火了", actor=a_bearer(receipt))
        carried()
        carried()
    notices = Notice.objects.filter(title="先看这一件")
    told = sorted(notices.values_list("account", flat=True))
    assert told == sorted([quarter.clerk.pk, quarter.colleague.pk])
    assert set(notices.values_list("link", flat=True)) == {f"/desk/needs/{receipt.need.pk}/"}


def test_words_of_danger_at_intake_are_told_to_the_desk(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        a_receipt(quarter, "楼道里有煤气味", knows_whom_to_call=True)
        a_receipt(quarter, "门口的长椅坏了")
        carried()
    assert Notice.objects.filter(account=quarter.clerk, title="先看这一件").count() == 1


def test_a_desk_hears_in_the_morning_whom_to_call(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = a_receipt(quarter, contact=Contact(phone="13800003333", by=Asker.By.CALL))
        handling.take(receipt.need, actor=quarter.clerk_actor)
        until = NOON.date() + dt.timedelta(days=9)
        told = "等停电检修那天"
        handling.pause(receipt.need, "waiting_for_date", until=until, told=told, actor=quarter.clerk_actor)
        telling_desk.morning()
        carried()
    assert "要打电话告诉 1 位" in Notice.objects.get(account=quarter.clerk, title="今天的事").body


def test_the_digest_takes_as_many_queries_to_read_however_many_people(
    quarter: Quarter, django_assert_num_queries: object
) -> None:
    with time_machine.travel(NOON, tick=False):
        for n in range(5):
            contact = Contact(phone=f"1380000{n:04d}", by=Asker.By.SMS)
            need = a_need(quarter, "路灯不亮", contact=contact)
            handling.reply(need, "电工明天上午来看", actor=quarter.clerk_actor)
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(2):
        readers = telling.happened(SIX - dt.timedelta(days=1), SIX)
    assert len(readers) == 5


def test_an_offer_is_told_to_the_other_door_and_its_answer_to_whoever_offered(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        neighbour = cast.a_clerk(at=quarter.neighbour)
        need = a_need(quarter)
        offer = offering.hand_over(need, quarter.neighbour, "在他们那边", actor=quarter.clerk_actor)
        carried()
        assert Notice.objects.filter(account=neighbour, title="有一件事请您这边接").count() == 1
        offering.refuse(offer, "不在我们这边", "供电所", actor=cast.an_actor_of(neighbour))
        carried()
    assert "供电所" in Notice.objects.get(account=quarter.clerk, title="对方没接").body


def test_whoever_had_it_is_told_that_it_is_open_again(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = an_answered(quarter)
        judged(receipt, "dissatisfied", "no", "还是黑的")
        carried()
        carried()
    notices = Notice.objects.filter(account=quarter.clerk, title="居民说没办好")
    assert notices.count() == 1


def test_whoever_works_on_a_part_hears_once_that_nobody_asks_for_the_whole(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        receipt = a_receipt(quarter, "灯不亮，井盖也松了")
        part = linking.Part(a_kind(quarter.district, "broken_road"), "井盖松了")
        (made,) = linking.split(receipt.need, [part], actor=quarter.clerk_actor)
        receipt.asker.need = fresh(receipt.need)
        judging.withdraw(receipt.asker, "自己修好了", actor=a_bearer(receipt))
        carried()
        telling_desk.tell_taken_back(WholeTakenBack(quarter.district.pk, receipt.need.pk))
        carried()
    notices = Notice.objects.filter(title="整件撤回了")
    assert {notice.account_id for notice in notices} == {quarter.clerk.pk, quarter.colleague.pk}
    assert notices.count() == 2
    assert all(made.number in notice.body for notice in notices)


def test_a_desk_hears_once_a_morning_what_waits(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        a_need(quarter)
        a_need(quarter, "门口的长椅坏了")
        told = telling_desk.morning()
        assert telling_desk.morning() == told >= 2
        carried()
    notice = Notice.objects.get(account=quarter.clerk, title="今天的事")
    assert "待看 2 件" in notice.body
    assert Notice.objects.filter(account=quarter.clerk, title="今天的事").count() == 1
