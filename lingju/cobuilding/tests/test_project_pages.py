"""Projects by hand at the desk: the cost is said first, words are kept, both sides claim, steps have days."""

import datetime as dt
from typing import Any

import pytest

from lingju.cobuilding.models import Cycle, NeedLine, Project
from lingju.cobuilding.queries import projects as queries
from lingju.cobuilding.services import cycles, projects, weighing
from lingju.cobuilding.services.projects import Crew, ProjectDraft
from lingju.cobuilding.tests.browsing import body, pressed
from lingju.cobuilding.tests.builders import Street, a_capability, a_unit
from lingju.cobuilding.tests.listed import a_crew_on_duty, a_listed_line, a_resource, a_scene, by_hand
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.kernel.errors import BadInput, NotAllowed
from lingju.needs.models import Need
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
X = Project.State


def new(cycle: Cycle) -> str:
    return f"/desk/days/{cycle.number}/projects/new/"


def a_proposal() -> tuple[Street, Cycle, Project]:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    return street, cycle, by_hand(street, cycle, line, lead=a_unit(street, "示例供电所"))


def test_a_project_is_put_together_from_the_lists_and_its_cost_is_said_before() -> None:
    street, quarter, cycle = a_scene()
    law = a_capability(street.district)
    unit = a_crew_on_duty(street, cycle, law, people=1)
    small = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 1})
    large = a_listed_line(street, cycle, needs.a_need(quarter, "楼道充电怕着火"), demands={"any": 1})
    NeedLine.objects.filter(pk=large.pk).update(people=18, is_urgent=False)
    thing = a_resource(street, unit)
    clerk = cast.signed_in_client(street.clerk)
    page = body(clerk, new(cycle))
    numbers = list(Need.objects.values_list("number", flat=True))
    assert "充电怕着火" not in page
    for words in (small.title, *numbers, "血糖仪", "一共 2台", "法律服务"):
        assert words in page
    said: dict[str, Any] = {
        "title": "线路一起查",
        "lines": [small.pk],
        "lead": unit.pk,
        "window": "pm",
        "key": a_key(),
        f"use_{thing.pk}": 2,
        f"crew_{unit.pk}": 1,
        f"can_{unit.pk}": "any",
        "goal": "一次查清",
        "date": "2026-11-06",
        "starts": "15:00",
        "ends": "",
        "place_words": "幸福小区门口",
    }
    looked = pressed(clerk, new(cycle), 200, do="look", **said)
    assert "这样配是 1，自动配是 18" in looked
    assert "就这样立项" in looked
    assert "一次查清" in looked
    assert not Project.objects.exists()
    pressed(clerk, new(cycle), do="make", **said)
    pressed(clerk, new(cycle), do="make", **said)
    project = Project.objects.get()
    assert project.starts_at is not None
    assert project.ends_at is not None
    assert (project.starts_at.isoformat(), project.ends_at.isoformat()) == (
        "2026-11-06T07:00:00+00:00",
        "2026-11-06T08:00:00+00:00",
    )
    assert (project.uses.get().quantity, project.team) == (
        2,
        [{"unit": unit.pk, "capability": "any", "people": 1}],
    )
    shown = body(clerk, f"/desk/days/projects/{project.pk}/")
    assert "比自动配的少顾到这些" in shown
    assert "1 人，人手" in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "线"}, "2 到 60 个字"),
        ({"lines": []}, "请从需求清单里选"),
        ({"lines": ["99999"]}, "请选一个"),
        ({"window": "midnight"}, "请选一个"),
        ({"lead": ""}, "请选由哪家单位牵头"),
        ({"date": "2027-01-01"}, "要在这一期的日子里"),
        ({"starts": "15:00", "ends": "14:00"}, "结束时间要晚于开始时间"),
        ({"starts": "三点"}, "14:30"),
        ({"key": ""}, "防重"),
    ],
)
def test_a_project_that_lacks_something_comes_back_with_what_was_typed(
    changes: dict[str, Any], sentence: str
) -> None:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    unit = a_unit(street)
    said: dict[str, Any] = {
        "title": "线路一起查",
        "lines": [line.pk],
        "lead": unit.pk,
        "window": "pm",
        "key": a_key(),
    }
    said |= {"goal": "留着的目标"} | changes
    page = pressed(cast.signed_in_client(street.clerk), new(cycle), 422, do="make", **said)
    assert sentence in page
    assert "留着的目标" in page
    assert not Project.objects.exists()


def test_the_street_says_for_which_community_and_a_clerk_elsewhere_finds_none_of_it() -> None:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    officer = cast.signed_in_client(street.officer)
    assert "先选给哪个社区办" in body(officer, new(cycle))
    assert line.title in body(officer, new(cycle), at=street.community.pk)
    assert officer.get(new(cycle), {"at": "x"}).status_code == 404
    neighbour = cast.signed_in_client(cast.a_clerk(at=street.neighbour))
    assert line.title not in body(neighbour, new(cycle))
    assert "没有等着配的事" in body(neighbour, new(cycle))
    assert neighbour.get(new(cycle), {"at": street.community.pk}).status_code == 404
    draft = ProjectDraft("线路一起查", (line,), "pm", lead=a_unit(street))
    with pytest.raises(NotAllowed):
        weighing.weigh(
            cycle, street.community, draft, actor=cast.an_actor_of(cast.a_clerk(at=street.neighbour))
        )


def test_a_cycle_that_is_over_takes_no_project() -> None:
    street, _quarter, cycle = a_scene()
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.CANCELLED)
    clerk = cast.signed_in_client(street.clerk)
    assert "这一期立不了项目" in body(clerk, new(cycle))
    assert "这一期立不了项目" in pressed(clerk, new(cycle), 422, do="make", title="线路一起查")


def test_weighing_writes_nothing_and_refuses_as_keeping_would() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle, people=2)
    line = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 1})
    draft = ProjectDraft("线路一起查", (line,), "pm", lead=unit, team=(Crew(unit, 1),))
    before = Footprint.objects.count()
    assert weighing.weigh(cycle, street.community, draft, actor=street.carries) == []
    assert (Project.objects.count(), Footprint.objects.count()) == (0, before)
    with pytest.raises(BadInput):
        weighing.weigh(
            cycle, street.community, ProjectDraft("线", (line,), "pm", lead=unit), actor=street.carries
        )


def test_what_is_lost_is_told_in_words_and_what_is_won_is_not() -> None:
    cost = [
        {"goal": "weight", "value": 1, "without": 18},
        {"goal": "communities", "value": 2, "without": 1},
        {"goal": "steps", "value": 9, "without": 4},
        {"goal": "kept", "value": 0, "without": 3},
    ]
    told = queries.cost_words(cost)
    assert [words[:2] for words in told] == ["能办", "路程"]


def test_both_sides_claim_on_the_page_and_history_tells_it() -> None:
    street, _cycle, project = a_proposal()
    page = f"/desk/days/projects/{project.pk}/"
    clerk, officer = cast.signed_in_client(street.clerk), cast.signed_in_client(street.officer)
    stale = pressed(clerk, page, 422, do="claim", version=project.version + 7)
    assert "刚刚被别人改过" in stale
    pressed(clerk, page, do="claim", version=project.version)
    pressed(clerk, page, do="claim", version="")
    assert "单位答应了" not in body(clerk, page)
    assert clerk.post(page, {"do": "claim_unit", "reason": "电话里说好了"}).status_code == 403
    refused = pressed(officer, page, 422, do="claim_unit", reason="")
    assert "请写一句单位是怎么答应的" in refused
    pressed(officer, page, do="claim_unit", reason="电话里说好了")
    project.refresh_from_db()
    assert project.state == X.CLAIMED
    shown = body(clerk, page)
    assert "双方认领" in shown
    assert "电话里说好了" in shown
    assert "社区认领" in shown


def test_other_hours_are_typed_whole_and_of_two_hands_the_second_sees_both_sides() -> None:
    street, _cycle, project = a_proposal()
    page = f"/desk/days/projects/{project.pk}/"
    clerk = cast.signed_in_client(street.clerk)
    projects.claim(project, "unit", actor=the_bearer(project.lead))  # type: ignore[arg-type]
    project.refresh_from_db()
    said: dict[str, Any] = {
        "title": "线路一起查",
        "goal": "",
        "budget_words": "",
        "station": "",
        "place_words": "小区门口",
    }
    said |= {"date": "2026-11-06", "starts": "09:00", "ends": "10:00", "version": project.version}
    assert "三样都要填" in pressed(clerk, page, 422, do="edit", **said | {"ends": ""})
    assert "这一期的日子里" in pressed(clerk, page, 422, do="edit", **said | {"date": "2027-01-01"})
    pressed(clerk, page, do="edit", **said)
    project.refresh_from_db()
    assert (project.place_words, project.unit_claimed_at) == ("小区门口", None)
    told = pressed(clerk, page, 422, do="edit", **said | {"place_words": "学校"})
    assert "刚刚被别人改过" in told
    assert "小区门口" in told
    assert "学校" in told
    assert f'name="version" value="{project.version}"' in told
    pressed(clerk, page, do="edit", **said | {"place_words": "学校", "version": project.version})
    project.refresh_from_db()
    assert project.place_words == "学校"


def test_steps_are_added_finished_once_and_late_ones_say_so() -> None:
    street, _cycle, project = a_proposal()
    page = f"/desk/days/projects/{project.pk}/"
    clerk = cast.signed_in_client(street.clerk)
    assert "请填写日期" in pressed(clerk, page, 422, do="milestone", title="备好线材", due_on="")
    for _time in range(2):
        pressed(clerk, page, do="milestone", title="备好线材", due_on="2026-11-01")
    step = project.milestones.get()
    assert "过期了" in body(clerk, page)
    for _time in range(2):
        pressed(clerk, page, do="finish", row=step.pk)
    assert Footprint.objects.filter(action="finish_milestone").count() == 1
    assert "办好了" in body(clerk, page)
    for nonsense in ({"do": "finish", "row": "0"}, {"do": "fly"}):
        assert clerk.post(page, nonsense).status_code == 404
    assert clerk.post(page, {"do": "finish", "row": "x"}).status_code == 422


def test_no_is_said_with_why_and_a_neighbour_does_not_find_the_project() -> None:
    street, _cycle, project = a_proposal()
    page = f"/desk/days/projects/{project.pk}/"
    clerk = cast.signed_in_client(street.clerk)
    pressed(clerk, page, 422, do="decline", reason="")
    pressed(clerk, page, do="decline", reason="那天有别的任务")
    shown = body(clerk, page)
    assert "不同意：那天有别的任务" in shown
    assert "改名称、时间、地点" not in shown
    neighbour = cast.signed_in_client(cast.a_clerk(at=street.neighbour))
    assert neighbour.get(page).status_code == 404
    assert neighbour.post(page, {"do": "decline", "reason": "不归我管"}).status_code == 404


def test_the_board_leads_to_the_pages_of_its_cycle() -> None:
    street, cycle, project = a_proposal()
    page = body(cast.signed_in_client(street.clerk), f"/desk/days/{cycle.number}/", at=f"p{project.pk}")
    for path in (f"projects/{project.pk}/", f"{cycle.number}/plans/", f"cycles/{cycle.number}/", "rule/"):
        assert f'href="/desk/days/{path}' in page


def test_a_project_moves_along_with_its_day_and_ends_with_it() -> None:
    street, cycle, project = a_proposal()
    projects.claim(project, "area", actor=street.carries)
    projects.claim(project, "unit", actor=the_bearer(project.lead))  # type: ignore[arg-type]
    cycles.move_cycle(cycle, dt.date(2026, 11, 13), "区里有招聘会", actor=street.leads)
    project.refresh_from_db()
    assert project.starts_at is not None
    assert project.starts_at.isoformat() == "2026-11-13T06:00:00+00:00"
    assert Footprint.objects.filter(action="move", subject_id=project.pk).count() == 1
    cycles.cancel_cycle(cycle, "暴雪红色预警", actor=street.leads)
    project.refresh_from_db()
    assert (project.state, project.state_reason) == (X.ENDED, "暴雪红色预警")
    assert project.lines.get().state == NeedLine.State.UNMATCHED
