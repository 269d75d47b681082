"""What the nightly clockwork lets go, and what it keeps."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import clock
from lingju.people import jobs
from lingju.people.models import Attempt, Consent, SignInCode
from lingju.people.services import consents, signing
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


def test_codes_and_tries_are_gone_after_a_day() -> None:
    district = cast.a_district()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        signing.request_code("13900000001", district=district)
        traveller.shift(dt.timedelta(hours=23))
        signing.request_code("13900000002", district=district)
        traveller.shift(dt.timedelta(hours=2))
        gone = jobs.let_go()
    assert (gone["codes"], gone["tries"]) == (1, 1)
    assert (SignInCode.objects.count(), Attempt.objects.count()) == (1, 1)


def test_an_anonymous_consent_is_gone_a_year_after_it_was_withdrawn() -> None:
    district = cast.a_district()
    resident = cast.a_resident(district)
    text = cast.a_text(district)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        anonymous = consents.give(text, token="a-random-token", actor=cast.a_stranger(district))
        own = consents.give(text, account=resident, actor=cast.an_actor_of(resident))
        consents.withdraw(anonymous, actor=cast.a_stranger(district), token="a-random-token")
        consents.withdraw(own, actor=cast.an_actor_of(resident))
        traveller.shift(dt.timedelta(days=364))
        assert jobs.let_go()["consents"] == 0
        traveller.shift(dt.timedelta(days=2))
        assert jobs.let_go()["consents"] == 1
    assert list(Consent.objects.all()) == [own]


def test_an_expired_session_is_gone() -> None:
    account = cast.a_resident(cast.a_district())
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = cast.signed_in_client(account)
        key = str(client.session.session_key)
        traveller.shift(dt.timedelta(hours=9))
        jobs.let_go()
    assert not client.session.exists(key)
