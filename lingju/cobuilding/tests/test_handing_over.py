"""A unit that cannot come leaves no project behind: it is seen, and another unit is asked and says yes."""

import datetime as dt

import pytest
from django.test import Client

from lingju.cobuilding import absence
from lingju.cobuilding.models import Duty, Enrolment, NeedLine, Project, WorkOrder
from lingju.cobuilding.queries import board, lists
from lingju.cobuilding.queries import projects as queries
from lingju.cobuilding.services import (
    blackouts,
    handing_over,
    projects,
    turns,
    unit_links,
    work_orders,
)
from lingju.cobuilding.services.projects import Wanted
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.builders import a_unit
from lingju.cobuilding.tests.listed import a_listed_line, a_resource, by_hand, on_duty
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.cobuilding.tests.standing import Scene
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.needs.models import Entry
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
WHY = "那天有防汛任务"
SATURDAY = dt.datetime(2026, 11, 7, 9, tzinfo=ZONE)


def a_scene() -> tuple[Scene, Duty]:
    """Let a unit lead a project with two of its people, and have a turn in the same cycle."""
    scene = standing.a_scene()
    return scene, on_duty(scene.street, scene.cycle, scene.unit)


def dropped() -> tuple[Scene, Enrolment]:
    """Let the unit of that project drop out; another takes turns as well."""
    scene, duty = a_scene()
    other = a_unit(scene.street, "示例建工集团", people=5)
    turns.drop_out(duty, WHY, actor=the_bearer(scene.unit))
    return scene, other


def fresh(project: Project) -> Project:
    related = ("area", "cycle__area", "lead__organisation")
    found: Project = Project.objects.select_related(*related).get(pk=project.pk)
    return found


def words_of(project: Project) -> str:
    return queries.missing_words(fresh(project))


def the_page(scene: Scene) -> str:
    return f"/desk/days/projects/{scene.project.pk}/hand-over/"


# --- who cannot come -------------------------------------------------------------------------------------


def test_before_a_unit_drops_out_its_page_and_the_desk_name_what_it_leaves_behind() -> None:
    scene, duty = a_scene()
    title = scene.project.title
    secret = unit_links.make(scene.unit, key=a_key(), actor=scene.street.leads).secret
    assert f"这一期您单位还要：牵头“{title}”" in Client().get(f"/u/{secret}/").content.decode()
    desk = cast.signed_in_client(scene.street.officer).get(f"/desk/days/rota/{duty.pk}/").content.decode()
    assert f"这一期这家单位还要：牵头“{title}”" in desk


def test_whose_lead_dropped_out_is_flagged_on_the_board_in_the_list_and_on_its_page() -> None:
    scene, _other = dropped()
    shown = board.board(scene.cycle)
    assert [card.words for card in shown.projects] == ["牵头单位来不了"]
    assert shown.missing == "牵头单位来不了"
    (row,) = lists.table(scene.cycle, lists.PROJECTS).rows
    assert "双方认领，牵头单位来不了" in row
    clerk = cast.signed_in_client(scene.street.clerk)
    for path in (f"/desk/days/{scene.cycle.number}/", f"/desk/days/projects/{scene.project.pk}/"):
        page = clerk.get(path).content.decode()
        assert "牵头单位来不了" in page
        assert the_page(scene) in page


def test_a_unit_that_takes_its_day_away_back_comes_after_all() -> None:
    scene, _other = dropped()
    blackouts.remove(scene.unit.blackouts.get(), actor=the_bearer(scene.unit))
    assert words_of(scene.project) == ""


def test_whoever_only_lends_people_is_flagged_as_such() -> None:
    scene, _duty = a_scene()
    lends = a_unit(scene.street, "示例消防救援站", people=4)
    crew = a_resource(scene.street, lends, kind="people", title="消防员", quantity=3)
    line = a_listed_line(
        scene.street, scene.cycle, needs.a_need(scene.quarter, "灭火器过期了"), demands={"any": 1}
    )
    helped = by_hand(scene.street, scene.cycle, line, lead=scene.unit, uses=(Wanted(crew, 3),))
    turns.drop_out(on_duty_of(scene, lends), WHY, actor=the_bearer(lends))
    assert (words_of(helped), words_of(scene.project)) == ("出人的单位来不了", "")
    handing_over.hand_over(helped, scene.unit, {lends.pk: scene.unit}, WHY, actor=scene.street.carries)
    assert words_of(helped) == ""
    assert fresh(helped).team == [{"unit": scene.unit.pk, "capability": "any", "people": 3}]
    assert not helped.uses.exists()


def on_duty_of(scene: Scene, unit: Enrolment) -> Duty:
    return Duty.objects.create(
        district=scene.street.district,
        cycle=scene.cycle,
        area=scene.street.neighbour,
        role=scene.street.series.roles.get(code="lead"),
        enrolment=unit,
        state=Duty.State.PUBLISHED,
    )


def test_for_a_project_of_the_weekend_dropping_out_counts_until_the_unit_says_yes_anew() -> None:
    scene, duty = a_scene()
    hours = {"starts_at": SATURDAY, "ends_at": SATURDAY + dt.timedelta(hours=2)}
    yesterday = clock.now() - dt.timedelta(days=1)
    Project.objects.filter(pk=scene.project.pk).update(**hours, team=[], unit_claimed_at=yesterday)
    assert words_of(scene.project) == ""
    turns.drop_out(duty, WHY, actor=the_bearer(scene.unit))
    assert words_of(scene.project) == "牵头单位来不了"
    handing_over.hand_over(scene.project, scene.unit, {}, "周六能来", actor=scene.street.carries)
    assert (fresh(scene.project).state, words_of(scene.project)) == ("proposed", "牵头单位来不了")
    projects.claim(fresh(scene.project), projects.UNIT, actor=the_bearer(scene.unit))
    assert (fresh(scene.project).state, words_of(scene.project)) == ("claimed", "")


# --- another is asked -------------------------------------------------------------------------------------


def test_another_unit_is_asked_and_the_project_stands_once_it_has_claimed_it() -> None:
    scene, other = dropped()
    sheet = work_orders.make_order(scene.project, actor=scene.street.carries)
    crew = {scene.unit.pk: other}
    handing_over.hand_over(scene.project, other, crew, WHY, actor=scene.street.carries)
    found = fresh(scene.project)
    assert (found.state, found.lead_id, found.unit_claimed_at) == ("proposed", other.pk, None)
    assert found.area_claimed_at is not None
    assert found.team == [{"unit": other.pk, "capability": "any", "people": 2}]
    assert NeedLine.objects.get(pk=scene.line.pk).state == "unmatched"
    assert WorkOrder.objects.get(pk=sheet.order.pk).revoked_at is not None, (
        "whoever has the old code does not come"
    )
    with pytest.raises(NotAllowed):
        projects.claim(found, projects.UNIT, actor=the_bearer(scene.unit))
    projects.claim(found, projects.UNIT, actor=the_bearer(other))
    assert fresh(scene.project).state == "claimed"
    assert fresh(scene.project).number == scene.project.number
    assert NeedLine.objects.get(pk=scene.line.pk).state == "planned"
    assert words_of(scene.project) == ""


def test_whoever_asked_reads_that_another_is_being_asked_and_then_who_comes() -> None:
    scene, other = dropped()
    handing_over.hand_over(scene.project, other, {scene.unit.pk: other}, WHY, actor=scene.street.carries)
    projects.claim(fresh(scene.project), projects.UNIT, note="电话里说好了", actor=scene.street.leads)
    said = " ".join(one.told for one in Entry.objects.filter(need=scene.receipt.need).order_by("id"))
    assert "原来答应来办" in said
    assert f"{other.organisation.name}来办" in said


def test_a_room_is_kept_meanwhile_and_given_back_where_the_project_is_declined() -> None:
    scene, other = dropped()
    handing_over.hand_over(scene.project, other, {}, WHY, actor=scene.street.carries)
    found = fresh(scene.project)
    projects.decline(found, "我们也来不了", actor=the_bearer(other))
    assert fresh(found).state == "declined"


def test_handing_over_asks_for_a_reason_a_change_and_a_unit_that_takes_turns() -> None:
    scene, _duty = a_scene()
    other = a_unit(scene.street, people=1)
    clerk = scene.street.carries
    with pytest.raises(BadInput):
        handing_over.hand_over(scene.project, other, {}, " ", actor=clerk)
    with pytest.raises(BadInput, match="没有要换的"):
        handing_over.hand_over(scene.project, scene.unit, {}, WHY, actor=clerk)
    with pytest.raises(NotNow, match="不够"):
        handing_over.hand_over(scene.project, other, {scene.unit.pk: other}, WHY, actor=clerk)
    with pytest.raises(SomeoneWasFaster):
        handing_over.hand_over(scene.project, other, {}, WHY, actor=clerk, version=0)
    paused = a_unit(scene.street, state=Enrolment.State.PAUSED)
    with pytest.raises(NotNow, match="名册"):
        handing_over.hand_over(scene.project, paused, {}, WHY, actor=clerk)
    assert fresh(scene.project).lead_id == scene.unit.pk
    Project.objects.filter(pk=scene.project.pk).update(state="delivered")
    with pytest.raises(NotNow, match="已经办了"):
        handing_over.hand_over(scene.project, other, {}, WHY, actor=clerk)


def test_the_desk_hands_over_on_a_page_of_its_own() -> None:
    scene, other = dropped()
    clerk = cast.signed_in_client(scene.street.clerk)
    page = clerk.get(the_page(scene)).content.decode()
    assert f"{scene.unit}来不了，请另请一家牵头。" in page
    assert f"{scene.unit}（那天来不了）" in page
    said = {"lead": other.pk, f"crew_{scene.unit.pk}": "lead", "reason": "", "version": scene.project.version}
    refused = clerk.post(the_page(scene), said)
    assert refused.status_code == 422
    assert f'value="{other.pk}" selected' in refused.content.decode()
    said["version"] = fresh(scene.project).version
    assert clerk.post(the_page(scene), said | {"reason": WHY}).status_code == 302
    found = fresh(scene.project)
    assert (found.lead_id, found.team[0]["unit"]) == (other.pk, other.pk)
    assert absence.missing_in([found]) == {}
