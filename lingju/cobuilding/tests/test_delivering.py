"""What is delivered answers the needs; residents say whether it is solved; the rest is carried over."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine

from lingju.cobuilding.models import Cycle, NeedLine, Project
from lingju.cobuilding.services import delivering, listing, projects, work_orders
from lingju.cobuilding.services.delivering import Delivery
from lingju.cobuilding.tests import listed
from lingju.cobuilding.tests.builders import Street, a_cycle, a_street, a_unit, cycles_until
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere
from lingju.needs.models import Need
from lingju.needs.services import answering, linking
from lingju.needs.services.answering import Answer
from lingju.needs.services.saying import Receipt
from lingju.needs.tests import builders as needs
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-06T10:00:00+08:00", tick=False)]
State = Project.State


def a_claimed_project(street: Street, cycle: Cycle, *lines: NeedLine, **changes: object) -> Project:
    now = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
    told = {
        "number": f"X26-{Project.objects.count() + 1:04d}",
        "key": f"project-{Project.objects.count()}",
        "state": State.CLAIMED,
        "unit_claimed_at": now,
        "area_claimed_at": now,
    } | changes
    project = Project.objects.create(
        district=street.district,
        cycle=cycle,
        area=street.community,
        title="线路一起查",
        lead=a_unit(street),
        **told,
    )
    project.lines.add(*lines)
    return project


def a_line(cycle: Cycle, quarter: Quarter, receipt: Receipt) -> NeedLine:
    return NeedLine.objects.create(
        district=cycle.district,
        cycle=cycle,
        area=quarter.area,
        need=receipt.need,
        title=receipt.need.title,
        state=NeedLine.State.PLANNED,
    )


def a_scene() -> tuple[Street, Cycle, Quarter, Receipt, NeedLine, Project]:
    street = a_street()
    quarter = needs.a_quarter()
    cycle = a_cycle(street)
    receipt = needs.a_receipt(quarter, "想请人修一下门锁，关不上", kind="help_repair")
    line = a_line(cycle, quarter, receipt)
    return street, cycle, quarter, receipt, line, a_claimed_project(street, cycle, line)


def as_it_stands(receipt: Receipt) -> Receipt:
    need = needs.fresh(receipt.need)
    asker = need.askers.get()
    asker.need = need
    return replace(receipt, need=need, asker=asker)


DONE = Delivery("路灯换了新灯头，线路也查过了", 18)


def test_what_is_delivered_answers_the_need_in_its_own_record() -> None:
    street, _cycle, _quarter, receipt, line, project = a_scene()
    delivering.deliver(project, DONE, actor=street.carries)
    need = needs.fresh(receipt.need)
    assert (need.stage, need.outcome) == (Need.Stage.ANSWERED, Need.Outcome.SOLVED)
    line.refresh_from_db()
    assert line.state == NeedLine.State.DELIVERED
    assert (project.state, project.people_served) == (State.DELIVERED, 18)


def test_only_the_resident_makes_it_confirmed() -> None:
    street, _cycle, _quarter, receipt, line, project = a_scene()
    delivering.deliver(project, DONE, actor=street.carries)
    delivering.accept(project, actor=street.carries)
    with pytest.raises(NotNow, match="居民评价"):
        delivering.close_out(project, actor=street.carries)
    needs.judged(as_it_stands(receipt))
    assert delivering.hear(street.district.pk, receipt.need.pk) == 1
    assert delivering.hear(street.district.pk, receipt.need.pk) == 0
    line.refresh_from_db()
    assert line.state == NeedLine.State.CONFIRMED
    delivering.close_out(project, actor=street.carries)
    assert project.state == State.CLOSED
    assert delivering.undelivered_and_confirmed(street.district.pk) == []


def test_one_not_solved_reopens_the_line_and_nothing_is_struck_off() -> None:
    street, _cycle, _quarter, receipt, line, project = a_scene()
    delivering.deliver(project, DONE, actor=street.carries)
    delivering.accept(project, actor=street.carries)
    needs.judged(as_it_stands(receipt), "dissatisfied", "no", "晚上还是跳闸")
    delivering.hear(street.district.pk, receipt.need.pk)
    line.refresh_from_db()
    assert line.state == NeedLine.State.REOPENED
    with pytest.raises(NotNow, match="没办成"):
        delivering.close_out(project, actor=street.carries)
    delivering.redo(project, "再查一次线路", actor=street.carries)
    delivering.deliver(project, Delivery("换了整段线", 18), actor=street.carries)
    assert needs.fresh(receipt.need).round == 2


def test_what_stays_open_is_carried_over_once_and_says_from_where() -> None:
    street, cycle, _quarter, _receipt, line, _project = a_scene()
    following = cycles_until(street, 2026, 12)[-1]
    Project.objects.update(state=State.ENDED)
    (new,) = delivering.carry_over(cycle, following, actor=street.leads)
    assert (new.carried_from_id, new.need_id, new.people) == (line.pk, line.need_id, line.people)
    assert delivering.carry_over(cycle, following, actor=street.leads) == []
    line.refresh_from_db()
    assert line.state == NeedLine.State.CARRIED
    with pytest.raises(NotNow):
        delivering.carry_over(following, cycle, actor=street.leads)


def test_what_a_project_is_still_to_be_held_for_is_not_carried_over_while_the_days_last() -> None:
    street, quarter, cycle = listed.a_scene()
    need = needs.a_need(quarter, "想请人教孩子下象棋", kind="help_repair")
    line = listed.a_listed_line(street, cycle, need, windows=("weekend",))
    unit = a_unit(street, people=4)
    project = listed.by_hand(street, cycle, line, window="weekend", lead=unit)
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    project = projects.claim(project, projects.UNIT, note="电话里说好了", actor=street.leads)
    following = cycles_until(street, 2026, 12)[-1]
    assert delivering.carry_over(cycle, following, actor=street.leads) == []
    assert listing.gather(following, actor=street.leads) == []
    with time_machine.travel("2026-11-07T12:00:00+08:00", tick=False):
        delivering.deliver(project, Delivery("教了两盘，约好下回"), actor=street.carries)
    assert needs.fresh(need).stage == Need.Stage.ANSWERED
    line.refresh_from_db()
    assert line.state == NeedLine.State.DELIVERED


def test_once_the_days_are_over_what_nobody_delivered_is_carried_over() -> None:
    street, cycle, _quarter, _receipt, _line, _project = a_scene()
    following = cycles_until(street, 2026, 12)[-1]
    assert cycle.closes_on is not None
    with time_machine.travel(dt.datetime.combine(cycle.closes_on, dt.time(23), tzinfo=ZONE), tick=False):
        assert delivering.carry_over(cycle, following, actor=street.leads) == []
    next_day = cycle.closes_on + dt.timedelta(days=1)
    with time_machine.travel(dt.datetime.combine(next_day, dt.time(9), tzinfo=ZONE), tick=False):
        assert len(delivering.carry_over(cycle, following, actor=street.leads)) == 1


@pytest.mark.time_machine("2026-11-03T10:00:00+08:00", tick=False)
@pytest.mark.parametrize(
    ("starts", "sentence"), [(None, "11月4日"), (dt.datetime(2026, 11, 7, 9, tzinfo=ZONE), "11月7日")]
)
def test_nothing_is_delivered_before_its_day(starts: dt.datetime | None, sentence: str) -> None:
    street, *_scene, project = a_scene()
    project.starts_at, project.ends_at = starts, starts and starts + dt.timedelta(hours=2)
    project.save()
    with pytest.raises(NotNow, match=sentence):
        delivering.deliver(project, DONE, actor=street.carries)
    project.refresh_from_db()
    assert (project.state, project.result) == (State.CLAIMED, "")


def two_neighbours() -> tuple[Street, Project, NeedLine, Receipt, Receipt]:
    """Found a cluster of two needs, one of which the neighbouring community answers for, and its project."""
    street, quarter, cycle = listed.a_scene()
    mine, theirs = (needs.a_receipt(quarter, "路灯不亮", kind="help_repair") for _number in range(2))
    linking.cluster([mine.need, theirs.need], "楼前的路灯", actor=quarter.clerk_actor)
    stem = street.neighbour.stem
    Need.objects.filter(pk=theirs.need.pk).update(
        owner_area=street.neighbour, owner_stem=stem, owner_community=stem
    )
    (line,) = listing.gather(cycle, actor=street.leads)
    line.state = NeedLine.State.PLANNED
    line.save()
    return street, a_claimed_project(street, cycle, line), line, as_it_stands(mine), as_it_stands(theirs)


def test_a_need_that_another_desk_answers_for_gets_the_answer_as_a_proposal_there() -> None:
    street, project, line, mine, theirs = two_neighbours()
    delivering.deliver(project, DONE, actor=street.carries)
    assert needs.fresh(mine.need).stage == Need.Stage.ANSWERED
    left = needs.fresh(theirs.need)
    assert left.stage == Need.Stage.RECEIVED
    (note,) = left.entries.filter(axis="note")
    for words in (street.community.short_name, project.title, "办成了", DONE.result):
        assert words in note.noted
    assert [need.pk for need in delivering.left_to_others(project)] == [left.pk]
    line.refresh_from_db()
    assert line.state == NeedLine.State.DELIVERED


def test_a_need_that_waits_for_another_desk_is_not_taken_for_sent_back() -> None:
    street, project, line, mine, theirs = two_neighbours()
    delivering.deliver(project, DONE, actor=street.carries)
    needs.judged(as_it_stands(mine))
    assert delivering.hear(street.district.pk, mine.need.pk) == 0
    neighbour = cast.an_actor_of(cast.a_clerk(at=street.neighbour))
    answering.answer(needs.fresh(theirs.need), Answer("solved", DONE.result), actor=neighbour)
    needs.judged(as_it_stands(theirs), "dissatisfied", "no", "还是不亮")
    assert delivering.hear(street.district.pk, theirs.need.pk) == 1
    line.refresh_from_db()
    assert line.state == NeedLine.State.REOPENED


def test_who_accepts_says_when_and_against_what_and_what_is_not_done_is_accepted_anew() -> None:
    street, *_scene, project = a_scene()
    delivering.deliver(project, DONE, actor=street.carries)
    with pytest.raises(BadInput) as refused:
        delivering.accept(project, "好" * 201, actor=street.carries)
    assert list(refused.value.fields) == ["words"]
    delivering.accept(project, "三盏灯都亮，线头包好了", actor=street.carries)
    project.refresh_from_db()
    assert (project.accepted_words, project.accepted_by_id) == ("三盏灯都亮，线头包好了", street.clerk.pk)
    assert project.accepted_at == clock.now()
    delivering.redo(project, "晚上又灭了", actor=street.carries)
    again = Project.objects.get(pk=project.pk)
    assert (again.accepted_words, again.accepted_by_id, again.accepted_at) == ("", None, None)


def test_a_confirmed_line_without_a_delivery_is_found() -> None:
    street, _cycle, _quarter, _receipt, line, _project = a_scene()
    NeedLine.objects.filter(pk=line.pk).update(state=NeedLine.State.CONFIRMED)
    assert [found.pk for found in delivering.undelivered_and_confirmed(street.district.pk)] == [line.pk]


@pytest.mark.parametrize(
    ("delivery", "field"),
    [(Delivery(" "), "result"), (Delivery("办好了，都通了电", -1), "people_served")],
)
def test_a_delivery_says_what_was_done(delivery: Delivery, field: str) -> None:
    street, *_scene, project = a_scene()
    with pytest.raises(BadInput) as refused:
        delivering.deliver(project, delivery, actor=street.carries)
    assert field in refused.value.fields
    project.refresh_from_db()
    assert project.state == State.CLAIMED


def test_a_clerk_of_another_community_delivers_nothing() -> None:
    street, *_scene, project = a_scene()
    from_elsewhere = cast.an_actor_of(cast.a_clerk(at=street.neighbour))
    with pytest.raises(NotAllowed):
        delivering.deliver(project, DONE, actor=from_elsewhere)


def test_a_work_order_is_made_once_opens_by_its_code_and_not_after_it_was_taken_back() -> None:
    street, *_scene, project = a_scene()
    sheet = work_orders.make_order(project, actor=street.carries)
    assert work_orders.make_order(project, actor=street.carries) == sheet
    order = work_orders.opened(street.district, sheet.secret)
    with pytest.raises(NotNow):
        work_orders.go(order, actor=street.carries)
    assert work_orders.arrive(order, 4, actor=street.carries)
    assert not work_orders.arrive(order, 5, actor=street.carries)
    assert order.people_came == 5
    assert work_orders.go(order, actor=street.carries)
    assert not work_orders.go(order, actor=street.carries)
    with pytest.raises(BadInput):
        work_orders.arrive(order, 0, actor=street.carries)
    work_orders.revoke(order, actor=street.carries)
    for secret in (sheet.secret, "", "猜的码", "x" * 500):
        with pytest.raises(NotThere, match="作废"):
            work_orders.opened(street.district, secret)


def test_no_sheet_goes_out_for_what_one_side_alone_wants() -> None:
    street, cycle, *_scene = a_scene()
    proposed = a_claimed_project(street, cycle, state=State.PROPOSED, unit_claimed_at=None)
    with pytest.raises(NotNow, match="认领"):
        work_orders.make_order(proposed, actor=street.carries)
