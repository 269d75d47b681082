"""Unspoken demand: counted without persons, turned into a need or dismissed with a reason."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.needs import jobs
from lingju.needs.models import Entry, Need, Signal
from lingju.needs.queries import signals as queries
from lingju.needs.services import answering, handling, signalling
from lingju.needs.services.answering import Answer
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
SEARCH, BROKEN = Signal.Kind.SEARCH, Signal.Kind.BROKEN


def missed(quarter: Quarter, kind: str = SEARCH, **changes: Any) -> Signal:
    said: dict[str, Any] = {"words": "有人找艾灸，附近没有", "key": "service:moxibustion", **changes}
    found = signalling.notice(kind, area=quarter.area, **said)
    assert found is not None
    return found


def test_the_same_thing_missed_again_is_counted_up() -> None:
    quarter = builders.a_quarter()
    first = missed(quarter)
    assert (missed(quarter), missed(quarter).times) == (first, 3)
    assert missed(quarter, key="service:haircut") != first


def test_the_same_source_counts_once_a_day() -> None:
    quarter = builders.a_quarter()
    missed(quarter, source="8.8.8.8")
    said: dict[str, Any] = {"words": "有人找艾灸", "key": "service:moxibustion", "source": "8.8.8.8"}
    assert signalling.notice(SEARCH, area=quarter.area, **said) is None
    assert missed(quarter, source="9.9.9.9").times == 2
    with time_machine.travel(clock.now() + dt.timedelta(days=1, seconds=1)):
        assert missed(quarter, source="8.8.8.8").times == 3


def test_nobody_fills_a_desk_by_looking_for_nonsense() -> None:
    quarter = builders.a_quarter()
    for number in range(30):
        signalling.notice(SEARCH, area=quarter.area, words="有人找", key=f"x{number}", source="8.8.8.8")
    assert Signal.objects.count() == signalling.THINGS_A_DAY.tries


def test_what_names_a_person_is_not_kept() -> None:
    signal = missed(builders.a_quarter(), words="找苗大爷，电话13700001111", key="place:13700001111")
    assert "13700001111" not in signal.words + signal.key


def test_a_kind_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no kind"):
        missed(builders.a_quarter(), kind="bored")


def test_a_signal_becomes_a_need_which_nobody_asked_for_and_is_counted_on() -> None:
    quarter = builders.a_quarter()
    signal = missed(quarter)
    need = signalling.turn(signal, builders.a_kind(quarter.district), actor=quarter.clerk_actor)
    assert (need.channel, need.stage, need.owner_area) == ("signal", Need.Stage.RECEIVED, quarter.area)
    assert not need.askers.exists()
    assert signalling.turn(signal, builders.a_kind(quarter.district), actor=quarter.clerk_actor) == need
    assert missed(quarter).times == 2
    assert Signal.objects.get().state == Signal.State.TURNED


def test_a_need_that_nobody_asked_for_closes_only_when_the_window_has_passed() -> None:
    quarter = builders.a_quarter()
    need = signalling.turn(missed(quarter), builders.a_kind(quarter.district), actor=quarter.clerk_actor)
    handling.take(need, actor=quarter.clerk_actor)
    answering.answer(need, Answer("explained", "下周起每周三下午有人来做。"), actor=quarter.clerk_actor)
    assert builders.fresh(need).stage == Need.Stage.ANSWERED
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        jobs.settle_due()
    closed = builders.fresh(need)
    assert closed.stage == Need.Stage.CLOSED
    assert not Entry.objects.filter(need=closed, axis=Entry.Axis.CONFIRMATION).exists()


def test_once_its_need_is_over_the_same_thing_missed_again_waits_anew() -> None:
    quarter = builders.a_quarter()
    first = missed(quarter)
    need = signalling.turn(first, builders.a_kind(quarter.district), actor=quarter.clerk_actor)
    handling.take(need, actor=quarter.clerk_actor)
    answering.answer(need, Answer("explained", "下周起每周三下午有人来做。"), actor=quarter.clerk_actor)
    assert missed(quarter) == first
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        jobs.settle_due()
        assert missed(quarter) != first


def test_what_was_dismissed_stays_quiet_for_a_month() -> None:
    quarter = builders.a_quarter()
    first = signalling.dismiss(missed(quarter), "附近已经有了", actor=quarter.clerk_actor)
    assert missed(quarter) == first
    with time_machine.travel(clock.now() + dt.timedelta(days=31)):
        assert missed(quarter) != first


def test_what_works_again_waits_for_nobody_and_what_breaks_again_is_news() -> None:
    quarter = builders.a_quarter()
    first = missed(quarter, BROKEN, key="facility:1")
    assert signalling.settle(BROKEN, district_id=quarter.district.pk, key="facility:1") == 1
    first.refresh_from_db()
    assert (first.state, first.decided_why) == (Signal.State.DISMISSED, "已经恢复")
    assert missed(quarter, BROKEN, key="facility:1") != first


def test_dismissing_needs_a_reason_and_happens_once() -> None:
    quarter = builders.a_quarter()
    signal = missed(quarter)
    with pytest.raises(BadInput):
        signalling.dismiss(signal, "", actor=quarter.clerk_actor)
    signalling.dismiss(signal, "只是偶然", actor=quarter.clerk_actor)
    with pytest.raises(NotNow):
        signalling.turn(signal, builders.a_kind(quarter.district), actor=quarter.clerk_actor)
    assert not Need.objects.exists()


def test_another_desk_decides_nothing_and_sees_nothing() -> None:
    quarter = builders.a_quarter()
    signal = missed(quarter)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    with pytest.raises(NotAllowed):
        signalling.dismiss(signal, "只是偶然", actor=elsewhere)
    assert queries.waiting(elsewhere, []) == []
    assert [group.area for group in queries.waiting(quarter.clerk_actor, [])] == [quarter.area]


def test_the_kind_is_chosen_beforehand_by_words_then_by_what_such_signals_became() -> None:
    quarter = builders.a_quarter()
    kinds = queries.kinds(quarter.district)
    lamp = builders.a_kind(quarter.district)
    missed(quarter, BROKEN, words="路灯不亮", key="facility:2")
    (first,) = queries.waiting(quarter.clerk_actor, kinds)[0].waiting
    assert first.category_id is not None
    signalling.turn(missed(quarter, words="有人找什么"), lamp, actor=quarter.clerk_actor)
    missed(quarter, words="有人找别的什么", key="other")
    chosen = {
        one.signal.key: one.category_id for one in queries.waiting(quarter.clerk_actor, kinds)[0].waiting
    }
    assert chosen["other"] == lamp.pk
