"""Projects: both sides say yes, nothing is promised twice, an end sets free what was used."""

import datetime as dt

import pytest

from lingju.cobuilding.models import NeedLine, Project
from lingju.cobuilding.services import changing, projects
from lingju.cobuilding.services.projects import Crew, Wanted
from lingju.cobuilding.tests.builders import a_unit
from lingju.cobuilding.tests.listed import a_crew_on_duty, a_listed_line, a_resource, a_scene, by_hand
from lingju.cobuilding.tests.organised import the_bearer
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, Refusal, SomeoneWasFaster
from lingju.needs.models import Entry
from lingju.needs.tests import builders as needs

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
L = NeedLine.State
X = Project.State


def test_a_project_stands_once_both_have_said_yes_and_the_askers_hear_the_day() -> None:
    street, quarter, cycle = a_scene()
    unit = a_unit(street)
    need = needs.a_need(quarter)
    line = a_listed_line(street, cycle, need)
    project = by_hand(street, cycle, line, lead=unit)
    project = projects.claim(project, "unit", actor=the_bearer(unit))
    assert (project.state, project.unit_claimed_at is not None) == (X.PROPOSED, True)
    project = projects.claim(project, "area", actor=street.carries)
    assert (project.state, project.number) == (X.CLAIMED, "X26-0001")
    assert projects.claim(project, "area", actor=street.carries).version == project.version
    line.refresh_from_db()
    assert line.state == L.PLANNED
    told = Entry.objects.filter(need=need, axis=Entry.Axis.REPLY).last()
    assert told is not None
    assert "11月6日 14:00" in told.told
    assert needs.fresh(need).outcome == ""


def test_the_street_says_yes_for_a_unit_only_with_how_it_said_so() -> None:
    street, quarter, cycle = a_scene()
    project = by_hand(street, cycle, a_listed_line(street, cycle, needs.a_need(quarter)), lead=a_unit(street))
    with pytest.raises(NotAllowed):
        projects.claim(project, "unit", actor=street.carries, note="电话里说好了")
    with pytest.raises(BadInput):
        projects.claim(project, "unit", actor=street.leads)
    assert projects.claim(project, "unit", actor=street.leads, note="电话里说好了").unit_claimed_at


def test_another_unit_says_neither_yes_nor_no_even_with_the_number_of_the_project() -> None:
    street, quarter, cycle = a_scene()
    project = by_hand(street, cycle, a_listed_line(street, cycle, needs.a_need(quarter)), lead=a_unit(street))
    stranger = the_bearer(a_unit(street))
    same_number = type(stranger)(project.pk, street.district.pk)
    for bearer in (stranger, same_number) if project.pk != project.lead_id else (stranger,):
        with pytest.raises(NotAllowed):
            projects.claim(project, "unit", actor=bearer)
        with pytest.raises(NotAllowed):
            projects.decline(project, "不合适", actor=bearer)


def test_nothing_is_promised_beyond_what_there_is_and_an_end_sets_it_free() -> None:
    street, quarter, cycle = a_scene()
    unit = a_unit(street)
    thing = a_resource(street, unit, quantity=3)
    found = []
    for text in ("三号楼的路灯不亮，三天了", "想请人上门量血糖"):
        line = a_listed_line(street, cycle, needs.a_need(quarter, text))
        found.append(by_hand(street, cycle, line, lead=unit, uses=(Wanted(thing, 2),)))
    first, second = found
    for project in found:
        projects.claim(project, "unit", actor=the_bearer(unit))
    first = projects.claim(first, "area", actor=street.carries)
    with pytest.raises(NotNow, match="一共 3，已经答应出去 2，这里还要 2"):
        projects.claim(second, "area", actor=street.carries)
    second.refresh_from_db()
    assert second.state == X.PROPOSED
    projects.end(first, "单位临时有抢修", actor=street.carries)
    assert projects.claim(second, "area", actor=street.carries).state == X.CLAIMED
    assert {line.state for line in first.lines.all()} == {L.UNMATCHED}


def test_a_crew_is_not_in_two_places_at_once() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle, people=3)
    one = a_listed_line(street, cycle, needs.a_need(quarter))
    two = a_listed_line(street, cycle, needs.a_need(quarter, "想学象棋，缺个老师"))
    first = by_hand(street, cycle, one, lead=unit, team=(Crew(unit, 2),))
    projects.claim(first, "unit", actor=the_bearer(unit))
    projects.claim(first, "area", actor=street.carries)
    with pytest.raises(NotNow, match="不够"):
        by_hand(street, cycle, two, lead=unit, team=(Crew(unit, 2),))
    assert by_hand(street, cycle, two, lead=unit, window="evening", team=(Crew(unit, 2),)).state == X.PROPOSED


def test_a_line_is_matched_by_one_project() -> None:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    found = [by_hand(street, cycle, line, lead=a_unit(street)) for _time in range(2)]
    for project in found:
        projects.claim(project, "area", actor=street.carries)
    projects.claim(found[0], "unit", actor=the_bearer(found[0].lead))  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="别的项目"):
        projects.claim(found[1], "unit", actor=the_bearer(found[1].lead))  # type: ignore[arg-type]


def test_a_choice_by_hand_is_kept_with_what_it_costs() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle, people=1)
    small = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 1})
    large = a_listed_line(street, cycle, needs.a_need(quarter, "楼道充电怕着火"), demands={"any": 1})
    NeedLine.objects.filter(pk=large.pk).update(people=18, is_urgent=False)
    project = by_hand(street, cycle, small, lead=unit, team=(Crew(unit, 1),))
    assert {"goal": "weight", "value": 1, "without": 18} in project.cost


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "线"}, "title"),
        ({"lines": ()}, "lines"),
        ({"window": "midnight"}, "window"),
        ({"lead": None}, "lead"),
        ({"starts_at": dt.datetime(2027, 1, 1, 9, tzinfo=ZONE)}, "starts_at"),
    ],
)
def test_a_project_by_hand_is_complete(changes: dict[str, object], field: str) -> None:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    told: dict[str, object] = {"lead": a_unit(street)} | changes
    with pytest.raises(BadInput) as refused:
        by_hand(street, cycle, line, **told)
    assert field in refused.value.fields


def test_no_to_a_proposal_is_said_with_why_and_its_lines_wait() -> None:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    unit = a_unit(street)
    project = by_hand(street, cycle, line, lead=unit)
    with pytest.raises(Refusal):
        projects.decline(project, "", actor=the_bearer(unit))
    projects.decline(project, "那天有别的任务", actor=the_bearer(unit))
    assert projects.decline(project, "那天有别的任务", actor=the_bearer(unit)).state == X.DECLINED
    line.refresh_from_db()
    assert line.state == L.UNMATCHED


def test_other_hours_take_back_the_yes_of_a_unit_and_a_stale_page_is_told() -> None:
    street, quarter, cycle = a_scene()
    unit = a_unit(street)
    project = by_hand(street, cycle, a_listed_line(street, cycle, needs.a_need(quarter)), lead=unit)
    project = projects.claim(project, "unit", actor=the_bearer(unit))
    at = dt.datetime(2026, 11, 6, 9, tzinfo=ZONE)
    hours = {"starts_at": at, "ends_at": at + dt.timedelta(hours=1)}
    assert changing.edit(project, hours, actor=street.carries, version=project.version)
    assert project.unit_claimed_at is None
    with pytest.raises(SomeoneWasFaster):
        changing.edit(project, {"goal": "一次查清"}, actor=street.carries, version=project.version - 1)
    with pytest.raises(BadInput):
        changing.edit(project, {"ends_at": at}, actor=street.carries)


def test_a_step_is_added_once_and_done_once() -> None:
    street, quarter, cycle = a_scene()
    project = by_hand(street, cycle, a_listed_line(street, cycle, needs.a_need(quarter)), lead=a_unit(street))
    step = changing.add_milestone(project, "备好线材", dt.date(2026, 11, 5), actor=street.carries)
    assert changing.add_milestone(project, "备好线材", dt.date(2026, 11, 5), actor=street.carries) == step
    assert changing.finish_milestone(step, actor=street.carries)
    assert not changing.finish_milestone(step, actor=street.carries)
