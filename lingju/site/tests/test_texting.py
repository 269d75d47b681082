"""A text message leaves through the district's gateway, or is called unsent, with the reason."""

import dataclasses

import pytest
from pytest_django.fixtures import Settings

from lingju.notify import jobs, services
from lingju.notify.models import Message
from lingju.people.sms import MemoryGateway
from lingju.people.tests.cast import a_district_officer, signed_in_client
from lingju.places.models import District
from lingju.places.tests.builders import a_district, the_system
from lingju.site import texting
from lingju.site.tests.towns import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return a_district()


def without_a_gateway(settings: Settings) -> None:
    settings.LINGJU = dataclasses.replace(settings.LINGJU, sms_gateway="lingju.people.sms.NoGateway")


def a_message(district: District, phone: str = "13800001234") -> Message:
    gaps = {"what": "紧急救护培训", "when": "明天 9:00", "words": "取消了。", "link": "/"}
    message = services.queue(
        district_id=district.pk,
        wording="booking_moved",
        key="off:1",
        address=phone,
        channel="sms",
        params=gaps,
    )
    Message.objects.update(not_before=message.created_at)
    return message


def test_without_a_gateway_nothing_is_called_sent_and_the_officer_reads_why(
    district: District, settings: Settings
) -> None:
    without_a_gateway(settings)
    message = a_message(district)
    assert jobs.deliver_due() == 0
    message.refresh_from_db()
    assert (message.state, message.last_error) == (Message.State.PARKED, "没有接短信网关")
    page = text_of(signed_in_client(a_district_officer(district=district)).get("/desk/messages/"))
    assert "短信一条也发不出去" in page
    assert "138****1234" in page


def test_once_a_gateway_is_there_it_goes_out(district: District, settings: Settings) -> None:
    connected = settings.LINGJU
    without_a_gateway(settings)
    message = a_message(district)
    jobs.deliver_due()
    settings.LINGJU = connected
    services.try_again(message, actor=the_system(district))
    Message.objects.update(not_before=message.created_at)
    assert jobs.deliver_due() == 1
    assert [sent.phone for sent in MemoryGateway.sent] == ["13800001234"]


def test_a_message_to_what_is_no_number_is_given_up(district: District) -> None:
    message = a_message(district, phone="0355-1")
    jobs.deliver_due()
    message.refresh_from_db()
    assert (message.state, message.last_error) == (Message.State.PARKED, "没有能收短信的手机号")


def test_whoever_starts_the_house_is_warned(settings: Settings) -> None:
    assert texting.check_gateway() == []
    without_a_gateway(settings)
    assert [warning.id for warning in texting.check_gateway()] == ["lingju.W001"]
