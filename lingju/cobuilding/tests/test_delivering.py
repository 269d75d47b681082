"""What is delivered answers the needs; residents say whether it is solved; the rest is carried over."""

import datetime as dt
from dataclasses import replace

import pytest

from lingju.cobuilding.models import Cycle, NeedLine, Project
from lingju.cobuilding.services import delivering, work_orders
from lingju.cobuilding.services.delivering import Delivery
from lingju.cobuilding.tests.builders import Street, a_cycle, a_street, a_unit, cycles_until
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere
from lingju.needs.models import Need
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
    (new,) = delivering.carry_over(cycle, following, actor=street.leads)
    assert (new.carried_from_id, new.need_id, new.people) == (line.pk, line.need_id, line.people)
    assert delivering.carry_over(cycle, following, actor=street.leads) == []
    line.refresh_from_db()
    assert line.state == NeedLine.State.CARRIED
    with pytest.raises(NotNow):
        delivering.carry_over(following, cycle, actor=street.leads)


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
