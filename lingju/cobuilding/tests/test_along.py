"""What goes along with a project: hours with the day, calls with the hours, words with both."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from lingju.cobuilding import windows
from lingju.cobuilding.models import NeedLine, Project
from lingju.cobuilding.services import changing, cycles, delivering, following, projects, recruiting
from lingju.cobuilding.services.recruiting import Recruit
from lingju.cobuilding.tests import listed, standing
from lingju.cobuilding.tests.builders import a_unit
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.cobuilding.tests.standing import Scene
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import NotNow
from lingju.needs.models import Entry
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system
from lingju.volunteering.models import Call, Invitation
from lingju.volunteering.services import calling, inviting
from lingju.volunteering.tests import builders as volunteers

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
X = Project.State
FRIDAY, NEXT_THURSDAY, NEXT_FRIDAY = dt.date(2026, 11, 6), dt.date(2026, 11, 12), dt.date(2026, 11, 13)


def moved(scene: Scene, date: dt.date = NEXT_FRIDAY) -> Project:
    cycles.move_cycle(scene.cycle, date, "礼堂要修", actor=scene.street.leads)
    scene.project.refresh_from_db()
    return scene.project


def local(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M}" if moment is not None else ""


def replies(scene: Scene) -> list[str]:
    rows = Entry.objects.filter(need=scene.receipt.need, axis=Entry.Axis.REPLY).order_by("id")
    return [str(one.told) for one in rows]


def notes(scene: Scene) -> list[str]:
    rows = Entry.objects.filter(need=scene.receipt.need, axis=Entry.Axis.NOTE, step="note").order_by("id")
    return [str(one.noted) for one in rows]


# --- with the day -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "old", "new", "there"),
    [
        (FRIDAY, FRIDAY, NEXT_THURSDAY, NEXT_THURSDAY),
        (dt.date(2026, 11, 7), FRIDAY, NEXT_THURSDAY, dt.date(2026, 11, 14)),
        (dt.date(2026, 11, 8), FRIDAY, NEXT_THURSDAY, dt.date(2026, 11, 15)),
        (dt.date(2026, 11, 5), FRIDAY, NEXT_THURSDAY, dt.date(2026, 11, 11)),
        (dt.date(2026, 11, 4), FRIDAY, dt.date(2026, 11, 10), dt.date(2026, 11, 10)),
        (FRIDAY, FRIDAY, dt.date(2026, 11, 14), dt.date(2026, 11, 14)),
    ],
)
def test_a_weekend_goes_to_a_weekend_and_a_weekday_to_a_weekday(
    on: dt.date, old: dt.date, new: dt.date, there: dt.date
) -> None:
    assert windows.along(on, old, new) == there


def test_a_project_of_the_weekend_is_on_the_weekend_after_the_new_day_too() -> None:
    scene = standing.a_scene()
    need = needs.a_need(scene.quarter, "想学象棋，缺个老师")
    line = listed.a_listed_line(scene.street, scene.cycle, need)
    project = listed.by_hand(scene.street, scene.cycle, line, lead=scene.unit, window="weekend")
    moved(scene, NEXT_THURSDAY)
    project.refresh_from_db()
    assert (local(project.starts_at), local(project.ends_at)) == ("11-14 09:00", "11-14 11:30")


def test_what_is_underway_moves_with_the_day_and_what_was_held_stays() -> None:
    scene = standing.a_scene()
    held = standing.another(scene)
    at = dt.datetime(2026, 11, 4, 9, tzinfo=ZONE)
    hours = {"starts_at": at, "ends_at": at + dt.timedelta(hours=1)}
    changing.edit(held.project, hours, actor=scene.street.carries)
    for project in (scene.project, held.project):
        project.refresh_from_db()
        delivering.start(project, actor=scene.street.carries)
    with time_machine.travel("2026-11-05T10:00:00+08:00", tick=False):
        assert local(moved(scene).starts_at) == "11-13 14:00"
    held.project.refresh_from_db()
    assert local(held.project.starts_at) == "11-04 09:00"


def test_a_cycle_that_is_off_leaves_no_project_running() -> None:
    scene = standing.a_scene()
    delivering.start(scene.project, actor=scene.street.carries)
    cycles.cancel_cycle(scene.cycle, "大风预警", actor=scene.street.leads)
    scene.project.refresh_from_db()
    assert (scene.project.state, scene.project.state_reason) == (X.ENDED, "大风预警")


def test_a_project_that_was_held_before_its_cycle_was_called_off_can_still_be_delivered() -> None:
    scene = standing.a_scene()
    at = dt.datetime(2026, 11, 4, 9, tzinfo=ZONE)
    hours = {"starts_at": at, "ends_at": at + dt.timedelta(hours=1)}
    changing.edit(scene.project, hours, actor=scene.street.carries)
    with time_machine.travel("2026-11-05T10:00:00+08:00", tick=False):
        cycles.cancel_cycle(scene.cycle, "大风预警", actor=scene.street.leads)
        scene.project.refresh_from_db()
        assert scene.project.state == X.CLAIMED
        assert standing.delivered(scene).state == X.DELIVERED


def test_without_a_day_a_project_waits_for_its_hours_and_gets_them_with_the_day() -> None:
    scene = standing.a_scene()
    a_call(scene)
    cycle = scene.cycle
    cycle.date = None
    following.follow(cycle, FRIDAY, "这个月先不定", actor=scene.street.leads)
    scene.project.refresh_from_db()
    scene.line.refresh_from_db()
    assert (scene.project.starts_at, scene.line.state) == (None, NeedLine.State.MATCHED)
    assert Call.objects.get().state == Call.State.CANCELLED
    assert "新的日子定了再告诉您" in replies(scene)[-1]
    cycle.date = NEXT_FRIDAY
    following.follow(cycle, None, "日子定了", actor=the_system(scene.street.district))
    scene.project.refresh_from_db()
    scene.line.refresh_from_db()
    assert (local(scene.project.starts_at), scene.line.state) == ("11-13 14:00", NeedLine.State.PLANNED)
    assert "11月13日 14:00" in replies(scene)[-1]


# --- whoever asked ----------------------------------------------------------------------------------------


def test_the_desk_that_said_when_it_comes_says_that_it_moved_and_that_it_is_off() -> None:
    scene = standing.a_scene()
    assert len(replies(scene)) == 1
    moved(scene)
    project = scene.project
    hours = {"place_words": "五号楼前"}
    changing.edit(project, hours, actor=scene.street.carries)
    changing.edit(project, hours, actor=scene.street.carries)
    projects.end(Project.objects.get(pk=project.pk), "师傅病了", actor=scene.street.carries)
    _first, day, place, off = replies(scene)
    assert "礼堂要修" in day
    assert "11月13日 14:00，在三号楼前" in day
    assert "在五号楼前" in place
    assert "师傅病了" in off
    assert "还在清单上" in off


def test_where_a_unit_said_the_last_yes_the_desk_finds_a_note_of_the_change() -> None:
    street, quarter, cycle = listed.a_scene()
    unit = a_unit(street, people=6)
    receipt = needs.a_receipt(quarter, "想请人修门锁，关不上", kind="help_repair")
    line = listed.a_listed_line(street, cycle, receipt.need)
    project = listed.by_hand(street, cycle, line, lead=unit)
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    project = projects.claim(project, projects.UNIT, actor=the_bearer(unit))
    scene = Scene(street, quarter, cycle, unit, receipt, line, project)
    moved(scene)
    assert (replies(scene), len(notes(scene))) == ([], 2)
    assert "11月13日 14:00" in notes(scene)[-1]


def test_of_a_proposal_that_moves_nobody_hears() -> None:
    scene = standing.a_scene()
    other = needs.a_need(scene.quarter, "想学象棋，缺个老师")
    line = listed.a_listed_line(scene.street, scene.cycle, other)
    listed.by_hand(scene.street, scene.cycle, line, lead=scene.unit)
    moved(scene)
    assert not Entry.objects.filter(need=other, axis__in=(Entry.Axis.REPLY, Entry.Axis.NOTE)).exists()


# --- calls for volunteers ---------------------------------------------------------------------------------


def a_call(scene: Scene, **changes: Any) -> Call:
    """Call volunteers for the project, and let the street open the call."""
    recruit = replace(Recruit(3, "帮着搬工具、带路", "上下楼梯，慢走"), **changes)
    call = recruiting.call_for(scene.project, recruit, key=a_key(), actor=scene.street.carries)
    return calling.approve(call, actor=scene.street.leads)


def test_a_call_ends_with_its_project_and_says_why() -> None:
    scene = standing.a_scene()
    call = a_call(scene)
    comes = volunteers.comes(call, volunteers.a_volunteer(volunteers.a_town()))
    projects.end(scene.project, "师傅病了", actor=scene.street.carries)
    call.refresh_from_db()
    comes.refresh_from_db()
    assert (call.state, call.state_reason) == (Call.State.CANCELLED, "师傅病了")
    assert comes.state == Invitation.State.OVER


def test_a_call_that_nobody_has_said_yes_to_moves_along() -> None:
    scene = standing.a_scene()
    call = a_call(scene)
    asked = inviting.invite(
        call, volunteers.a_volunteer(volunteers.a_town()), actor=the_system(scene.street.district)
    )
    moved(scene)
    changing.edit(scene.project, {"place_words": "五号楼前"}, actor=scene.street.carries)
    call.refresh_from_db()
    asked.refresh_from_db()
    assert (call.state, asked.state) == (Call.State.RECRUITING, Invitation.State.INVITED)
    assert (local(call.starts_at), local(call.ends_at)) == ("11-13 14:00", "11-13 16:00")
    assert call.place_words == "五号楼前"


def test_another_room_or_words_that_a_call_does_not_use_leave_it_as_it_is() -> None:
    scene = standing.a_scene()
    call = a_call(scene)
    comes = volunteers.comes(call, volunteers.a_volunteer(volunteers.a_town()))
    Call.objects.filter(pk=call.pk).update(place_words="社区门口集合")
    changing.edit(scene.project, {"place_words": "五号楼前"}, actor=scene.street.carries)
    call.refresh_from_db()
    comes.refresh_from_db()
    assert (call.state, comes.state) == (Call.State.RECRUITING, Invitation.State.ACCEPTED)


def test_what_the_desk_had_set_apart_in_a_call_stays_apart() -> None:
    scene = standing.a_scene()
    recruit = Recruit(3, "帮着搬工具、带路", "上下楼梯，慢走")
    call = recruiting.call_for(scene.project, recruit, key=a_key(), actor=scene.street.carries)
    earlier = call.starts_at - dt.timedelta(minutes=30)
    Call.objects.filter(pk=call.pk).update(starts_at=earlier, place_words="社区门口集合")
    moved(scene)
    call.refresh_from_db()
    assert (local(call.starts_at), local(call.ends_at)) == ("11-13 13:30", "11-13 16:00")
    assert call.place_words == "社区门口集合"


@pytest.mark.parametrize("why", ["somebody said yes", "not insured so long"])
def test_a_call_that_cannot_move_is_called_off_so_that_nobody_comes_at_the_old_hour(why: str) -> None:
    scene = standing.a_scene()
    if why == "somebody said yes":
        call = a_call(scene)
        volunteers.comes(call, volunteers.a_volunteer(volunteers.a_town()))
    else:
        call = a_call(scene, is_risky=True, insurance="示例保险 P-1", insured_until=FRIDAY)
    moved(scene)
    call.refresh_from_db()
    assert call.state == Call.State.CANCELLED
    assert "11月13日 14:00" in call.state_reason
    again = a_call(scene)
    assert local(again.starts_at) == "11-13 14:00"


def test_a_call_that_has_begun_is_left_to_its_desk() -> None:
    scene = standing.a_scene()
    call = a_call(scene)
    with time_machine.travel(call.starts_at + dt.timedelta(hours=1), tick=False):
        projects.end(scene.project, "没办成，下雨了", actor=scene.street.carries)
    call.refresh_from_db()
    assert call.state == Call.State.RECRUITING


def test_a_project_is_called_for_once_at_a_time() -> None:
    scene = standing.a_scene()
    recruit = Recruit(3, "帮着搬工具、带路", "上下楼梯，慢走")
    first = recruiting.call_for(scene.project, recruit, key="press-one-only", actor=scene.street.carries)
    same = recruiting.call_for(scene.project, recruit, key="press-one-only", actor=scene.street.carries)
    assert same.pk == first.pk
    with pytest.raises(NotNow, match="已经有一份招募"):
        recruiting.call_for(scene.project, recruit, key=a_key(), actor=scene.street.carries)
    calling.cancel(first, "人数写错了", actor=scene.street.carries)
    assert recruiting.call_for(scene.project, recruit, key=a_key(), actor=scene.street.carries).pk != first.pk


def test_a_second_press_of_another_page_is_told_and_finds_the_first_call() -> None:
    scene = standing.a_scene()
    first = a_call(scene)
    clerk = cast.signed_in_client(scene.street.clerk)
    page = f"/desk/days/{scene.cycle.number}/orders/{scene.project.pk}/call/"
    said = {"wanted": 2, "summary": "带路", "risk_text": "上下楼梯，慢走", "key": a_key()}
    answer = clerk.post(page, said)
    told = answer.content.decode()
    assert (answer.status_code, "已经有一份招募（招募中，要 3 人）" in told) == (422, True)
    link = reverse("desk_volunteer_call", args=[first.pk])
    assert link in told
    assert "带路" in told
    shown = clerk.get(page).content.decode()
    assert (link in shown, "写好，送审" in shown) == (True, False)
    assert Call.objects.count() == 1
