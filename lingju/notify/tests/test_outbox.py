"""A message is queued with its cause, delivered once, tried again when it failed, and rings by day."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from lingju.kernel import clock
from lingju.kernel.errors import NotAllowed, NotNow
from lingju.notify import channels, jobs, services, wordings
from lingju.notify.models import Message, Notice
from lingju.notify.wordings import Wording
from lingju.people.models import Account
from lingju.people.tests.cast import a_district_officer, a_resident, an_actor_of
from lingju.places.tests.builders import a_district, an_area, the_system

pytestmark = pytest.mark.django_db
EVENING = dt.datetime(2026, 11, 23, 21, 30, tzinfo=clock.ZONE)
NEXT_MORNING = dt.datetime(2026, 11, 24, 8, 0, tzinfo=clock.ZONE)
NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=clock.ZONE)


class Bell:
    """A channel that rings, breaks when told to, and remembers what it was given."""

    is_loud = True

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.troubles: list[Exception] = []

    def deliver(self, letter: channels.Letter) -> str:
        if self.troubles:
            raise self.troubles.pop()
        self.heard.append((letter.title, letter.body))
        return f"ring-{len(self.heard)}"


@pytest.fixture(autouse=True)
def bell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bell]:
    monkeypatch.setattr(channels, "_channels", dict(channels._channels))
    monkeypatch.setattr(wordings, "_wordings", {})
    wordings.register(
        Wording("test.paused", "驿站暂停", "%(station)s暂停开放：%(reason)s"),
        Wording("test.alarm", "预警", "%(what)s", is_urgent=True),
    )
    ringing = Bell()
    channels.register("bell", ringing)
    with time_machine.travel(NOON, tick=False):
        yield ringing


@pytest.fixture
def reader() -> Account:
    return a_resident(a_district())


def say(reader: Account, **options: Any) -> Message:
    gaps = {"station": "府后街驿站", "reason": "修水管"}
    given = {"key": "pause:1", "wording": "test.paused", "params": gaps, **options}
    return services.queue(district_id=reader.district_id, recipient_id=reader.pk, **given)


def test_a_message_becomes_a_notice_in_the_readers_list(reader: Account) -> None:
    message = say(reader, link="/s/fuhou/")
    assert jobs.deliver_due() == 1
    notice = Notice.objects.get()
    assert (notice.title, notice.body) == ("驿站暂停", "府后街驿站暂停开放：修水管")
    assert (notice.account, notice.link, notice.is_read) == (reader, "/s/fuhou/", False)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.sent_at) == (Message.State.SENT, 1, NOON)
    assert jobs.deliver_due() == 0


def test_what_was_rolled_back_is_never_said(reader: Account) -> None:
    with transaction.atomic():
        say(reader)
        transaction.set_rollback(True)
    assert jobs.deliver_due() == 0


def test_the_same_key_is_said_once(reader: Account) -> None:
    assert say(reader) == say(reader, params={"station": "x", "reason": "y"})
    assert jobs.deliver_due() == 1


def test_a_message_is_not_told_to_the_database_in_plain(reader: Account) -> None:
    say(reader)
    with connection.cursor() as cursor:
        cursor.execute("SELECT params FROM notify_message")
        assert cursor.fetchone()[0].startswith("v1.")


def test_a_gap_that_nothing_fills_fails_at_once(reader: Account) -> None:
    with pytest.raises(KeyError, match="reason"):
        say(reader, params={"station": "x"})
    for unknown in ({"wording": "test.nothing"}, {"channel": "pigeon"}):
        with pytest.raises(KeyError):
            say(reader, **unknown)


def test_a_failure_is_tried_again_ever_later_and_then_parked(
    reader: Account, bell: Bell, caplog: pytest.LogCaptureFixture
) -> None:
    bell.troubles = [OSError("断网") for _ in range(6)]
    message = say(reader, channel="bell", wording="test.alarm", params={"what": "大风"})
    moment, waits = NOON, []
    for _ in range(5):
        with time_machine.travel(moment, tick=False):
            assert jobs.deliver_due() == 0
            assert jobs.deliver_due() == 0
        message.refresh_from_db()
        assert message.state == Message.State.FAILED
        waits.append((message.not_before - moment).total_seconds() / 60)
        moment = message.not_before
    assert waits == [1, 5, 30, 120, 360]
    with time_machine.travel(moment, tick=False):
        jobs.deliver_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.PARKED, 6)
    assert "断网" in message.last_error
    services.try_again(message, actor=the_system(reader.district))
    with time_machine.travel(moment + dt.timedelta(days=1), tick=False):
        assert jobs.deliver_due() == 1
    with pytest.raises(NotNow):
        services.try_again(message, actor=the_system(reader.district))


def test_what_cannot_be_delivered_is_parked_at_once(
    reader: Account, caplog: pytest.LogCaptureFixture
) -> None:
    message = services.queue(
        district_id=reader.district_id, wording="test.alarm", key="k", address="138", params={"what": "x"}
    )
    jobs.deliver_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.PARKED, 1)


def test_nothing_rings_at_night(reader: Account, bell: Bell) -> None:
    with time_machine.travel(EVENING, tick=False):
        message = say(reader, channel="bell")
        assert message.not_before == NEXT_MORNING
        assert jobs.deliver_due() == 0
    with time_machine.travel(NEXT_MORNING, tick=False):
        assert jobs.deliver_due() == 1
    assert bell.heard == [("驿站暂停", "府后街驿站暂停开放：修水管")]


def test_what_is_urgent_rings_at_night_and_a_quiet_channel_needs_no_morning(
    reader: Account, bell: Bell
) -> None:
    with time_machine.travel(EVENING, tick=False):
        say(reader, channel="bell", wording="test.alarm", params={"what": "大风"})
        say(reader, key="other")
        assert jobs.deliver_due() == 2


def test_what_begins_before_ten_rings_at_night_at_the_first_try_and_at_the_next(
    reader: Account, bell: Bell
) -> None:
    at_nine, at_ten = (NEXT_MORNING + dt.timedelta(hours=hours) for hours in (1, 2))
    with time_machine.travel(EVENING, tick=False):
        urgent = say(reader, channel="bell", begins_at=at_nine)
        say(reader, key="pause:2", channel="bell", begins_at=at_ten)
        bell.troubles = [OSError("断网")]
        assert jobs.deliver_due() == 0
    urgent.refresh_from_db()
    assert urgent.not_before == EVENING + dt.timedelta(minutes=1)
    with time_machine.travel(urgent.not_before, tick=False):
        assert jobs.deliver_due() == 1
    assert len(bell.heard) == 1


def test_what_is_put_back_at_night_rings_in_the_morning(reader: Account, bell: Bell) -> None:
    bell.troubles = [channels.Undeliverable("没有接短信网关")]
    message = say(reader, channel="bell")
    jobs.deliver_due()
    with time_machine.travel(EVENING, tick=False):
        services.try_again(message, actor=the_system(reader.district))
        assert jobs.deliver_due() == 0
    with time_machine.travel(NEXT_MORNING, tick=False):
        assert jobs.deliver_due() == 1


def test_only_an_officer_of_the_district_sends_again(reader: Account, bell: Bell) -> None:
    bell.troubles = [channels.Undeliverable("没有接短信网关")]
    message = say(reader, channel="bell")
    jobs.deliver_due()
    with pytest.raises(NotAllowed):
        services.try_again(message, actor=an_actor_of(reader))
    away = a_district("140499", name="别的区")
    root = an_area(away, "140499", "别的区")
    with pytest.raises(NotAllowed):
        services.try_again(message, actor=an_actor_of(a_district_officer(at=root)))
    services.try_again(message, actor=an_actor_of(a_district_officer(district=reader.district)))
    assert jobs.deliver_due() == 1


def test_a_retry_that_would_fall_into_the_night_waits_for_morning(reader: Account, bell: Bell) -> None:
    with time_machine.travel(EVENING - dt.timedelta(minutes=31), tick=False):
        message = say(reader, channel="bell")
        bell.troubles = [OSError("断网")]
        jobs.deliver_due()
    with time_machine.travel(EVENING - dt.timedelta(minutes=30), tick=False):
        bell.troubles = [OSError("断网")]
        jobs.deliver_due()
    message.refresh_from_db()
    assert message.not_before == NEXT_MORNING


def test_what_another_hand_has_claimed_is_left_until_the_claim_runs_out(reader: Account, bell: Bell) -> None:
    message = say(reader, channel="bell")
    Message.objects.filter(pk=message.pk).update(claimed_until=NOON + jobs.LEASE)
    assert jobs.deliver_due() == 0
    with time_machine.travel(NOON + jobs.LEASE * 2, tick=False):
        assert jobs.deliver_due() == 1


def test_a_crash_between_handing_over_and_noting_down_leaves_one_notice(reader: Account) -> None:
    message = say(reader)
    jobs.deliver_due()
    Message.objects.filter(pk=message.pk).update(state=Message.State.QUEUED, sent_at=None)
    assert jobs.deliver_due() == 1
    assert Notice.objects.count() == 1


def test_the_console_writes_to_the_log(reader: Account, caplog: pytest.LogCaptureFixture) -> None:
    say(reader, channel=channels.CONSOLE)
    with caplog.at_level("INFO", logger="lingju.notify.console"):
        jobs.deliver_due()
    assert "府后街驿站暂停开放" in caplog.text


def test_messages_go_after_a_year_with_their_notices(reader: Account) -> None:
    say(reader)
    jobs.deliver_due()
    with time_machine.travel(NOON + dt.timedelta(days=364)):
        assert jobs.let_go_of_old() == 0
    with time_machine.travel(NOON + dt.timedelta(days=366)):
        assert jobs.let_go_of_old() == 2
    assert not Notice.objects.exists()


def test_one_code_has_one_wording() -> None:
    with pytest.raises(ValueError, match="taken"):
        wordings.register(Wording("test.alarm", "别的", "别的"))
    assert wordings.all_codes() == ("test.alarm", "test.paused")
