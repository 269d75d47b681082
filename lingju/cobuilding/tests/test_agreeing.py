"""Agreements, joint meetings and tasks: signed by both, decided together, done in order."""

import datetime as dt

import pytest
import time_machine

from lingju.cobuilding.models import Agreement, Task
from lingju.cobuilding.services import agreements, meetings, tasks
from lingju.cobuilding.services.agreements import AgreementDraft
from lingju.cobuilding.services.tasks import TaskDraft
from lingju.cobuilding.tests.builders import Street, a_street
from lingju.cobuilding.tests.organised import (
    a_key,
    a_meeting,
    a_task,
    an_agreement,
    an_enrolled,
    the_bearer,
)
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]
A = Agreement.State


def at(day: int, month: int) -> time_machine.travel:
    return time_machine.travel(dt.datetime(2026, month, day, 4, tzinfo=dt.UTC), tick=False)


def signed(street: Street, agreement: Agreement) -> Agreement:
    agreements.sign(agreement, actor=the_bearer(agreement.enrolment))
    return agreements.sign(agreement, actor=street.carries)


def test_an_agreement_stands_once_both_have_signed_and_a_second_signature_changes_nothing() -> None:
    street = a_street()
    agreement = an_agreement(street, an_enrolled(street))
    agreements.sign(agreement, actor=the_bearer(agreement.enrolment))
    agreements.sign(agreement, actor=the_bearer(agreement.enrolment))
    assert (agreement.state, agreement.area_signed_at) == (A.DRAFT, None)
    agreements.sign(agreement, actor=street.carries)
    assert agreement.state == A.IN_FORCE
    assert Footprint.objects.filter(action="sign").count() == 2


def test_an_agreement_enters_on_its_day_and_ends_after_its_last_by_the_clock() -> None:
    street = a_street()
    days = {"starts_on": dt.date(2026, 4, 1), "ends_on": dt.date(2026, 4, 30)}
    agreement = signed(street, an_agreement(street, an_enrolled(street), **days))
    draft = an_agreement(street, an_enrolled(street), **days)
    assert (agreement.state, agreements.enter_due()) == (A.SIGNED, 0)
    with at(1, 4):
        assert (agreements.enter_due(), agreements.enter_due(), agreements.end_due()) == (1, 0, 0)
    with at(30, 4):
        assert agreements.end_due() == 0
    with at(1, 5):
        assert (agreements.end_due(), agreements.end_due()) == (2, 0)
    agreement.refresh_from_db()
    draft.refresh_from_db()
    assert (agreement.state_reason, draft.state_reason) == ("期限到了", "过了期限没有签")


def test_words_under_a_signature_stay_and_a_signature_is_for_the_words_that_were_read() -> None:
    street = a_street()
    agreement = an_agreement(street, an_enrolled(street))
    read = agreement.version
    today = clock.today()
    draft = AgreementDraft("共驻共建协议", "改过的条款，比原来的长一些。", today, today)
    assert agreements.edit(agreement, draft, actor=street.carries)
    with pytest.raises(SomeoneWasFaster):
        agreements.sign(agreement, actor=the_bearer(agreement.enrolment), version=read)
    agreements.sign(agreement, actor=the_bearer(agreement.enrolment), version=agreement.version)
    with pytest.raises(NotNow, match="签了字"):
        agreements.edit(agreement, draft, actor=street.carries)


def test_two_copies_signed_at_once_are_told_apart() -> None:
    street = a_street()
    agreement = an_agreement(street, an_enrolled(street))
    copy = Agreement.objects.select_related("enrolment", "area").get(pk=agreement.pk)
    agreements.sign(agreement, actor=the_bearer(agreement.enrolment))
    with pytest.raises(SomeoneWasFaster):
        agreements.sign(copy, actor=street.carries)


def test_an_ended_or_expired_agreement_is_not_signed_and_another_unit_signs_nothing() -> None:
    street = a_street()
    unit = an_enrolled(street)
    ended = agreements.end(an_agreement(street, unit), "谈不拢", actor=street.carries)
    with pytest.raises(NotNow, match="终止"):
        agreements.sign(ended, actor=the_bearer(unit))
    with pytest.raises(NotAllowed):
        agreements.sign(an_agreement(street, unit), actor=the_bearer(an_enrolled(street)))
    late = an_agreement(street, unit, ends_on=dt.date(2026, 3, 20))
    with at(1, 4), pytest.raises(NotNow, match="期限"):
        agreements.sign(late, actor=the_bearer(unit))


def test_a_meeting_is_called_held_and_minuted_and_says_who_came() -> None:
    street = a_street()
    unit = an_enrolled(street)
    meeting = a_meeting(street, organisations=(unit.organisation,))
    with pytest.raises(NotNow):
        meetings.minute(meeting, "议定路灯两周修好", actor=street.carries)
    meetings.hold(meeting, [unit.organisation], actor=street.carries)
    meetings.hold(meeting, [], actor=street.carries)
    meetings.hold(meeting, [unit.organisation], actor=street.carries)
    assert list(meeting.came.all()) == [unit.organisation]
    meetings.minute(meeting, "议定路灯两周修好", actor=street.carries)
    meetings.minute(meeting, "议定路灯两周修好", actor=street.carries)
    assert meeting.state == "minuted"
    with pytest.raises(NotNow):
        meetings.cancel(meeting, "下雨", actor=street.carries)


def test_a_meeting_that_is_days_away_has_not_been_held() -> None:
    street = a_street()
    meeting = a_meeting(street, at=clock.now() + dt.timedelta(days=3))
    with pytest.raises(NotNow, match="还没到"):
        meetings.hold(meeting, [], actor=street.carries)
    draft = TaskDraft("修路灯", clock.today(), owner_area=street.community)
    with pytest.raises(NotNow, match="会还没开"):
        tasks.give(street.community, draft, key=a_key(), meeting=meeting, actor=street.carries)


def test_a_circle_of_tasks_is_refused_and_named() -> None:
    street = a_street()
    first = a_task(street, "量尺寸")
    second = a_task(street, "买灯", first)
    third = a_task(street, "装灯", second)
    with pytest.raises(BadInput, match="“量尺寸” → “装灯” → “买灯” → “量尺寸”"):
        tasks.put_after(first, [third], actor=street.carries)
    with pytest.raises(BadInput, match="“买灯” → “买灯”"):
        tasks.put_after(second, [second], actor=street.carries)
    assert list(first.after.all()) == []
    assert tasks.put_after(third, [first, second], actor=street.carries)
    assert not tasks.put_after(third, [first, second], actor=street.carries)


def test_a_task_is_struck_off_after_those_that_come_before_it() -> None:
    street = a_street()
    first = a_task(street, "量尺寸")
    second = a_task(street, "买灯", first)
    tasks.finish(second, "买好了", actor=street.carries)
    with pytest.raises(NotNow, match="“量尺寸”"):
        tasks.close(second, actor=street.carries)
    tasks.finish(first, "量好了", actor=street.carries)
    tasks.close(first, actor=street.carries)
    tasks.close(second, actor=street.carries)
    tasks.close(second, actor=street.carries)
    assert set(Task.objects.values_list("state", flat=True)) == {"closed"}
    with pytest.raises(NotNow):
        tasks.put_after(first, [], actor=street.carries)


def test_a_task_needs_one_owner_and_a_day_to_come() -> None:
    street = a_street()
    unit = an_enrolled(street)
    for changes in ({"owner_area": None}, {"owner": unit.organisation}, {"due_on": dt.date(2026, 3, 9)}):
        with pytest.raises(BadInput):
            a_task(street, **changes)
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("links", "circle"),
    [
        ({}, []),
        ({1: [2], 2: [3]}, []),
        ({1: [1]}, [1, 1]),
        ({1: [2, 3], 2: [4], 3: [4], 4: []}, []),
        ({1: [2], 2: [3], 3: [1]}, [1, 2, 3, 1]),
        ({1: [2], 2: [3], 3: [2]}, []),
    ],
)
def test_a_circle_is_found_from_where_it_starts(links: dict[int, list[int]], circle: list[int]) -> None:
    assert list(tasks.circle_of(links, 1)) == circle
