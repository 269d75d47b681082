"""Leaving: what an account had everywhere is handed over before, and let go or cut loose at the end."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db.models import Model

from lingju.activities.models import GuardianConsent
from lingju.activities.tests import builders as happenings
from lingju.bookings.models import Bookable, Claim, Pool
from lingju.bookings.parties import Party
from lingju.bookings.services import lending
from lingju.bookings.tests import builders as bookings
from lingju.kernel import durable
from lingju.kernel.clock import ZONE
from lingju.needs.models import Asker, Wish
from lingju.needs.services import answering, handling, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.saying import Contact
from lingju.needs.tests import builders as needs
from lingju.needs.tests import wishes
from lingju.notify import channels
from lingju.notify import jobs as notify_jobs
from lingju.notify.models import Message, Notice
from lingju.people.models import Account
from lingju.people.personal import Kind, stamp_of
from lingju.people.services import accounts
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast
from lingju.places.models import Station
from lingju.site import wiring
from lingju.volunteering.models import Invitation, VolunteerGuardian
from lingju.volunteering.services import library
from lingju.volunteering.tests import builders as helping

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=ZONE)
OTHER_NUMBER = "13900007777"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


def closed(account: Account) -> None:
    """Close an account as its holder."""
    accounts.close(account, actor=cast.an_actor_of(account))
    durable.work_off()


def export_of(account: Account) -> dict[str, Any]:
    """Take a copy of one's data through the front door; return what the modules have, by chapter."""
    answer = cast.signed_in_client(account).get("/me/data.json")
    assert answer.status_code == 200
    kept: dict[str, Any] = json.loads(answer.content)["kept_elsewhere"]
    return kept


def texts() -> list[str]:
    """Run what is to be run, send what is to be sent, and return the texts that went out just now."""
    MemoryGateway.sent.clear()
    durable.work_off()
    notify_jobs.deliver_due()
    return [message.text for message in MemoryGateway.sent]


def numbers() -> set[str]:
    """Return to which numbers anything is in the outbox."""
    return {str(message.address) for message in Message.objects.filter(channel=channels.SMS)}


def an_umbrella_with(account: Account, station: Station) -> Claim:
    """Lend somebody with an account an umbrella."""
    stand = bookings.a_pool(station, name="伞架", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    umbrella = bookings.a_bookable(station, stand, name="雨伞", mode=Bookable.Mode.LOAN, loan_days=7)
    party = Party(called="李阿姨", account_id=account.pk)
    keeper = bookings.the_system(station)
    return lending.lend(umbrella, party, key=bookings.a_key(), actor=keeper).claim


def a_matter(quarter: needs.Quarter, account: Account, **contact: str) -> Asker:
    """Say a need with an account, and a number for text messages."""
    said = {"called": "王秀英", "phone": str(account.phone), "by": "sms", **contact}
    return needs.a_receipt(quarter, contact=Contact(**said), actor=cast.an_actor_of(account)).asker


def test_a_closed_account_leaves_its_matter_without_name_number_and_account() -> None:
    quarter = needs.a_quarter()
    account = cast.a_resident(quarter.district)
    asker = a_matter(quarter, account)
    code = asker.code
    closed(account)
    asker.refresh_from_db()
    assert (asker.called, asker.phone, asker.phone_index, asker.account) == ("", None, None, None)
    assert (asker.by, asker.code) == ("page", code)
    assert needs.fresh(asker.need).text


def test_no_text_message_goes_out_about_the_matter_of_a_closed_account() -> None:
    quarter = needs.a_quarter()
    account = cast.a_resident(quarter.district)
    asker = a_matter(quarter, account, phone=OTHER_NUMBER)
    closed(account)
    assert texts() == []
    handling.take(needs.fresh(asker.need), actor=quarter.clerk_actor)
    given = Answer("explained", "电工今天上午换了灯泡，请您看一眼。")
    answering.answer(needs.fresh(asker.need), given, actor=quarter.clerk_actor)
    with time_machine.travel(NOON + dt.timedelta(hours=6, minutes=1), tick=True):
        wiring.tell_evening()
        assert texts() == []
    assert numbers() == set()


def test_a_message_that_waits_for_the_morning_is_not_sent_to_a_number_that_left() -> None:
    quarter = needs.a_quarter()
    account, neighbour = cast.a_resident(quarter.district), cast.a_resident(quarter.district, "赵别人")
    with time_machine.travel(NOON.replace(hour=23), tick=True):
        a_matter(quarter, account, phone=OTHER_NUMBER)
        a_matter(quarter, neighbour)
        durable.work_off()
        assert numbers() == {OTHER_NUMBER, str(neighbour.phone)}
        closed(account)
        assert numbers() == {str(neighbour.phone)}


def test_what_an_account_was_told_goes_with_it() -> None:
    quarter = needs.a_quarter()
    account = cast.a_resident(quarter.district)
    asker = needs.an_answered(quarter, actor=cast.an_actor_of(account), contact=Contact()).asker
    texts()
    assert Notice.objects.filter(account=account).exists()
    closed(account)
    assert not Notice.objects.filter(account_id=account.pk).exists()
    assert asker.need.askers.count() == 1


def test_a_booking_to_come_is_called_off_and_names_nobody() -> None:
    station = bookings.a_station()
    account = cast.a_resident(station.district)
    party = Party(called="李阿姨", phone=str(account.phone), by="sms", account_id=account.pk, wishes="轮椅")
    bookable = bookings.a_bookable(station)
    claim = bookings.booked(bookable, bookings.at(15), party=party)
    closed(account)
    claim.refresh_from_db()
    assert claim.state == Claim.State.CANCELLED
    assert (claim.called, claim.phone, claim.account, claim.wishes) == ("", None, None, "")
    assert bookings.booked(bookable, bookings.at(15)).state == Claim.State.CONFIRMED


def test_who_has_something_lent_stays_known_to_the_station_until_it_is_back() -> None:
    station = bookings.a_station()
    account = cast.a_resident(station.district)
    lent = an_umbrella_with(account, station)
    phone = account.phone
    closed(account)
    lent.refresh_from_db()
    assert (lent.state, lent.called, lent.phone, lent.account) == ("checked_in", "李阿姨", phone, None)


def test_family_that_booked_for_somebody_is_told_no_more_and_the_booking_stands() -> None:
    station = bookings.a_station()
    daughter = cast.a_resident(station.district)
    family = {"told_by_id": daughter.pk, "proxy": "女儿", "is_proxy_told": True}
    party = Party(called="李奶奶", phone=str(daughter.phone), by="sms", **family)
    claim = bookings.booked(bookings.a_bookable(station), bookings.at(15), party=party)
    closed(daughter)
    claim.refresh_from_db()
    assert (claim.state, claim.called) == ("confirmed", "李奶奶")
    assert (claim.phone, claim.told_by, claim.is_reachable) == (None, None, False)


def test_a_sign_up_is_taken_back_and_the_guardian_it_named_is_forgotten() -> None:
    quarter = happenings.a_quarter(library_filled=True)
    account = cast.a_resident(quarter.district)
    session = happenings.a_session(quarter)
    signup = happenings.a_signup(
        session, 2, minors=1, guardian=happenings.a_guardian(), actor=cast.an_actor_of(account)
    ).signup
    closed(account)
    signup.claim.refresh_from_db()
    guardian = GuardianConsent.objects.get(signup=signup)
    assert (signup.claim.state, signup.claim.called) == ("cancelled", "")
    assert (guardian.called, guardian.phone) == ("", "")
    assert guardian.consented_at is not None


def test_a_volunteer_who_closes_is_expected_no_more_and_only_the_number_stays() -> None:
    town = helping.a_town()
    account = cast.a_resident(town.district)
    volunteer = helping.a_volunteer(town, account=account)
    coming = helping.comes(helping.a_call(town), volunteer)
    number = volunteer.number
    closed(account)
    volunteer.refresh_from_db()
    coming.refresh_from_db()
    assert coming.state == Invitation.State.WITHDRAWN
    assert (volunteer.called, volunteer.phone, volunteer.account) == ("", None, None)
    assert volunteer.number == number
    assert volunteer.left_at is not None


def test_a_wish_claimed_by_who_closes_is_free_for_the_next() -> None:
    quarter = needs.a_quarter()
    account = cast.a_resident(quarter.district)
    wish = wishes.a_claimed(quarter, account)
    closed(account)
    wish.refresh_from_db()
    assert wish.state == Wish.State.PUBLISHED
    assert not wish.claims.filter(account__isnull=False).exists()


def test_the_matters_of_others_with_the_same_number_stay_as_they_are() -> None:
    quarter = needs.a_quarter()
    daughter = cast.a_resident(quarter.district)
    mother = needs.a_receipt(quarter, contact=Contact("李奶奶", str(daughter.phone), "sms")).asker
    phone = daughter.phone
    durable.work_off()
    closed(daughter)
    mother.refresh_from_db()
    assert (mother.called, mother.phone) == ("李奶奶", phone)
    assert numbers() == {str(phone)}


def test_before_it_closes_the_page_says_what_goes_and_what_stays() -> None:
    quarter = needs.a_quarter()
    page = cast.signed_in_client(cast.a_resident(quarter.district)).get("/me/close/").content.decode()
    assert "预约、报名和志愿服务都取消，不再给您发消息" in page
    assert "凭编号和查询码还能看" in page
    assert "先下载一份我的数据" in page


def test_ones_data_hold_what_one_said_booked_signed_up_for_and_was_told() -> None:
    quarter = happenings.a_quarter(library_filled=True)
    account = cast.a_resident(quarter.district)
    actor = cast.an_actor_of(account)
    library.fill(quarter.district, actor=bookings.the_system(quarter.district))
    party = Party(called="李阿姨", account_id=account.pk, wishes="轮椅")
    an_umbrella_with(account, quarter.station)
    bookings.booked(bookings.a_bookable(quarter.station), happenings.at(1, 10), party=party)
    happenings.a_signup(happenings.a_session(quarter), called="王秀英", actor=actor)
    texts()
    kept = export_of(account)
    assert [row["what"] for row in kept["bookings"]["rows"]] == ["理发"]
    assert kept["bookings"]["rows"][0]["wishes"] == "轮椅"
    assert [row["what"] for row in kept["loans"]["rows"]] == ["雨伞"]
    assert [(row["what"], row["called"]) for row in kept["signups"]["rows"]] == [("紧急救护培训", "王秀英")]
    assert kept["notices"]["rows"]
    assert all(chapter["heading"] for chapter in kept.values())


def test_ones_data_hold_the_verdicts_and_the_words_one_said() -> None:
    quarter = needs.a_quarter()
    account = cast.a_resident(quarter.district)
    receipt = needs.an_answered(quarter, actor=cast.an_actor_of(account))
    needs.judged(receipt, why="修好了，谢谢")
    (row,) = export_of(account)["matters"]["rows"]
    assert row["said"] == "三号楼门口的路灯不亮，三天了"
    assert [(one["verdict"], one["why"]) for one in row["verdicts"]] == [("satisfied", "修好了，谢谢")]


def test_who_stands_behind_a_need_does_not_get_its_authors_words() -> None:
    quarter = needs.a_quarter()
    account = cast.a_resident(quarter.district)
    need = needs.listed(quarter, needs.a_need(quarter, "老伴刚出院，门口的灯不亮摔了一跤"), "门口的灯不亮")
    saying.support(needs.fresh(need), Contact(), key=needs.a_key(), actor=cast.an_actor_of(account))
    answer = cast.signed_in_client(account).get("/me/data.json").content.decode()
    assert "门口的灯不亮" in answer
    assert "老伴" not in answer


def test_the_page_of_ones_data_names_each_kind_and_how_much_there_is_of_it() -> None:
    quarter = needs.a_quarter()
    account = cast.a_resident(quarter.district)
    a_matter(quarter, account)
    page = cast.signed_in_client(account).get("/me/data/").content.decode()
    assert '我说过、支持过的事 <small class="num">1 条</small>' in page
    assert '我的志愿服务时长 <small class="num">没有</small>' in page


def test_ones_data_say_what_each_field_of_a_matter_is_for() -> None:
    quarter = needs.a_quarter()
    answer = cast.signed_in_client(cast.a_resident(quarter.district)).get("/me/data.json")
    promised = json.loads(answer.content)["what_each_field_is_for"]
    assert promised["needs.Asker.phone"]["purpose"] == "把回音告诉本人"
    assert "cobuilding.Member.phone" not in promised


def test_ones_data_hold_the_hours_one_served() -> None:
    town = helping.a_town()
    account = cast.a_resident(town.district)
    volunteer = helping.a_volunteer(town, account=account, called="苗大妈")
    helping.comes(helping.a_call(town), volunteer)
    kept = export_of(account)
    assert kept["volunteer"]["rows"][0]["called"] == "苗大妈"
    assert kept["invitations"]["rows"][0]["state"] == "accepted"
    assert kept["hours"]["rows"] == []


def stamped(row: Model) -> set[str]:
    """Return what the personal fields of a row hold: no index of a number, and no code, which only opens."""
    stamps = {field.name: stamp_of(field) for field in row._meta.get_fields()}
    told = {name for name, stamp in stamps.items() if stamp is not None and stamp.kind != Kind.SECRET}
    return {str(getattr(row, name)) for name in told if not name.endswith("_index") and getattr(row, name)}


def test_ones_data_hold_every_personal_field_that_one_filled_in() -> None:
    town = helping.a_town()
    account = cast.a_resident(town.district)
    volunteer = helping.a_volunteer(
        town,
        account=account,
        born_on=dt.date(2012, 5, 1),
        guardian=helping.a_guardian(),
        national_number="N-77",
    )
    party = Party(called="李阿姨", phone=str(account.phone), by="sms", account_id=account.pk, wishes="轮椅")
    claim = bookings.booked(bookings.a_bookable(town.station), bookings.at(15), party=party)
    handed = json.dumps(export_of(account), ensure_ascii=False)
    rows = (volunteer, VolunteerGuardian.objects.get(volunteer=volunteer), claim)
    assert {value for row in rows for value in stamped(row) if value not in handed} == set()


def test_ones_data_hold_nothing_of_a_neighbour() -> None:
    quarter = needs.a_quarter()
    me, neighbour = cast.a_resident(quarter.district), cast.a_resident(quarter.district, "赵别人")
    a_matter(quarter, neighbour, called="赵别人")
    assert [chapter["rows"] for chapter in export_of(me).values() if chapter["rows"]] == []
