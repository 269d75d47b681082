"""Handling at the desk: look, take, reply, mend, pause; of two hands one wins and one is told."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.kernel.rules import SystemActor
from lingju.needs import jobs
from lingju.needs.models import Entry, Need
from lingju.needs.services import axes, chasing, handling
from lingju.needs.services.handling import Mending
from lingju.needs.tests import builders
from lingju.people.tests import cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_looking_at_a_need_decides_what_everybody_may_read() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    mending = Mending(
        title="路灯不亮", public_text="三号楼门口路灯不亮，王阿姨电话13812345678", is_listed=True
    )
    handling.triage(need, actor=quarter.clerk_actor, mending=mending)
    assert need.stage == Need.Stage.TRIAGED
    assert need.is_listed
    assert "13812345678" not in need.public_text


def test_the_words_of_a_private_kind_are_never_public() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter, "母亲刚出院，想找人帮忙换药", kind="help_care")
    handling.triage(
        need, actor=quarter.clerk_actor, mending=Mending(public_text="想找人换药", is_listed=True)
    )
    assert need.is_listed
    assert need.public_text == ""


def test_taking_a_need_names_who_works_on_it() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    handling.take(need, actor=quarter.clerk_actor)
    assert need.stage == Need.Stage.WORKING
    assert need.handler_id == quarter.clerk.pk
    assert need.tray == Need.Tray.REPLY


def test_a_clerk_elsewhere_may_not_touch_it() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    with pytest.raises(NotAllowed):
        handling.take(need, actor=elsewhere)
    assert not Need.objects.visible_to(elsewhere).exists()


def test_of_two_clerks_at_once_one_wins_and_one_is_told() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    theirs = builders.fresh(need)
    handling.take(need, actor=quarter.clerk_actor)
    with pytest.raises(SomeoneWasFaster):
        handling.take(theirs, actor=quarter.colleague_actor)
    assert builders.fresh(need).handler_id == quarter.clerk.pk


def test_a_page_that_was_opened_before_another_hand_moved_it_is_told() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    seen = need.version
    handling.take(need, actor=quarter.clerk_actor)
    with pytest.raises(SomeoneWasFaster):
        handling.reply(builders.fresh(need), "师傅今天上午来", actor=quarter.colleague_actor, version=seen)


def test_the_first_word_to_the_resident_stops_the_first_clock() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    handling.take(need, actor=quarter.clerk_actor)
    handling.reply(need, "李师傅今天上午十点到", by="call", actor=quarter.clerk_actor)
    first = need.responded_at
    assert need.tray == Need.Tray.WORKING
    handling.reply(need, "师傅在路上了", by="call", actor=quarter.clerk_actor)
    assert need.responded_at == first


def test_a_call_that_reached_nobody_is_no_reply() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    entry = handling.reply(need, "打了两次没人接", by="call", actor=quarter.clerk_actor, reached=False)
    assert need.responded_at is None
    assert entry.told == ""
    assert "没人接" in str(entry.noted)


@pytest.mark.parametrize("text", ["", " ", "好", "字" * 1001])
def test_a_reply_of_nothing_or_of_a_book_is_refused(text: str) -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    with pytest.raises(BadInput):
        handling.reply(need, text, actor=quarter.clerk_actor)


def test_another_kind_brings_another_promise_counted_from_the_first_word() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    before = need.due_at
    handling.mend(
        need, Mending(category=builders.a_kind(quarter.district, "activity")), actor=quarter.clerk_actor
    )
    assert before is not None
    assert need.due_at is not None
    assert need.due_at > before
    assert need.submitted_at == builders.fresh(need).submitted_at


def test_mending_nothing_changes_nothing() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    version = need.version
    assert not handling.mend(need, Mending(title=need.title), actor=quarter.clerk_actor)
    assert builders.fresh(need).version == version


def test_the_clock_pauses_for_a_stated_reason_and_the_due_date_moves_on() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        need = builders.a_need(quarter)
        handling.take(need, actor=quarter.clerk_actor)
        due = need.due_at
        assert due is not None
        handling.pause(
            need,
            "waiting_for_resident",
            until=clock.today() + 2 * DAY,
            told="等您回来我们再上门",
            actor=quarter.clerk_actor,
        )
        assert need.clock_state == Need.Clock.PAUSED
        clockwork.shift(2 * DAY)
        assert jobs.resume_due() == 1
        need = builders.fresh(need)
        assert need.clock_state == Need.Clock.RUNNING
        assert need.due_at == due + 4 * DAY  # two working days on from Thursday is Monday
        assert need.total_time(clock.now()) == 2 * DAY


@pytest.mark.parametrize(
    ("reason", "days"), [("holiday", 2), ("waiting_for_resident", 0), ("waiting_for_date", 91), ("", 3)]
)
def test_a_pause_without_reason_or_end_is_refused(reason: str, days: int) -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    handling.take(need, actor=quarter.clerk_actor)
    with pytest.raises(BadInput):
        handling.pause(
            need,
            reason,
            until=clock.today() + days * DAY,
            told="等您回来我们再上门",
            actor=quarter.clerk_actor,
        )


def test_what_nobody_has_looked_at_cannot_be_paused() -> None:
    quarter = builders.a_quarter()
    with pytest.raises(NotNow):
        handling.pause(
            builders.a_need(quarter),
            "waiting_for_date",
            until=clock.today() + DAY,
            told="等约好的日子",
            actor=quarter.clerk_actor,
        )


def test_reading_the_own_words_or_the_number_leaves_a_footprint() -> None:
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    assert "路灯" in handling.see_said(receipt.need, actor=quarter.clerk_actor)
    assert handling.see_phone(receipt.asker, actor=quarter.clerk_actor) == "13800001234"
    seen = set(Footprint.objects.filter(actor_id=quarter.clerk.pk).values_list("action", flat=True))
    assert seen >= {"read_said", "read_phone"}


def test_a_slow_need_climbs_the_ladder_rung_by_rung() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        need = builders.a_need(quarter)
        seen = []
        for _day in range(20):
            clockwork.shift(DAY)
            jobs.chase_due()
            seen.append(builders.fresh(need).level)
        climbed = list(
            Entry.objects.filter(need=need, axis=Entry.Axis.LEVEL)
            .exclude(step="submit")
            .values_list("step", flat=True)
        )
    assert climbed == ["half", "most", "due", "due_2", "due_5"]
    assert seen[-1] == Need.Level.DISTRICT
    assert seen == sorted(seen, key=list(Need.Level.values).index)


def test_a_need_is_chased_once_for_each_rung() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        need = builders.a_need(quarter)
        clockwork.shift(30 * DAY)
        assert len(chasing.chase(builders.fresh(need))) == 5
        assert chasing.chase(builders.fresh(need)) == []


def test_the_row_and_the_queryset_agree_on_what_is_late() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        builders.a_need(quarter)
        handling.take(builders.a_need(quarter, "电梯停了", kind="broken_lift"), actor=quarter.clerk_actor)
        builders.an_answered(quarter, "垃圾没人收")
        for _day in range(8):
            clockwork.shift(DAY)
            now = clock.now()
            late = set(Need.objects.late(now).values_list("pk", flat=True))
            assert late == {need.pk for need in Need.objects.all() if need.is_late(now)}


def test_the_entries_alone_make_every_axis_anew() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    builders.judged(receipt, "dissatisfied", "no", "又不亮了")
    need = builders.fresh(receipt.need)
    assert axes.rebuilt(need) == axes.reading(need)
    assert need.round == 2


def test_the_house_itself_is_nobody_who_handled_it() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    handling.triage(need, actor=SystemActor(quarter.district.pk))
    assert need.handler is None
