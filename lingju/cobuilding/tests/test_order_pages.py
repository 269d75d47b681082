"""Work orders: made, printed and taken back at the desk; a team says by its code what it did."""

import datetime as dt
import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from lingju.cobuilding.models import Project, WorkOrder
from lingju.cobuilding.queries import on_the_day, orders
from lingju.cobuilding.rules import TeamBearer
from lingju.cobuilding.services import recruiting, work_orders
from lingju.cobuilding.services.recruiting import Recruit
from lingju.cobuilding.services.work_orders import Told
from lingju.cobuilding.tests import organised, standing
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.builders import a_unit
from lingju.cobuilding.tests.listed import a_resource
from lingju.cobuilding.tests.standing import a_scene, clerk_of, sent_out, the_orders
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere
from lingju.needs.models import Need
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast
from lingju.trail.models import Footprint
from lingju.volunteering.models import Call
from lingju.volunteering.services import calling, confirming
from lingju.volunteering.tests import builders as volunteers

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-06T10:00:00+08:00", tick=False)]


def test_every_standing_project_gets_its_order_in_one_press_and_a_second_press_makes_no_other() -> None:
    scene = a_scene()
    other = standing.another(scene)
    clerk = clerk_of(scene)
    page = body(clerk, the_orders(scene))
    assert page.count("还没开") >= 2
    for _press in range(2):
        assert clerk.post(the_orders(scene), {"do": "make_all"}).status_code == 302
    numbers = set(WorkOrder.objects.values_list("number", flat=True))
    assert numbers == {"P26-0001", "P26-0002"}
    page = body(clerk, the_orders(scene))
    assert other.project.title in page
    assert "开了 2 张" in page


def test_a_sheet_ends_with_the_communitys_own_round_that_asks_whether_it_helped() -> None:
    scene = a_scene()
    other = standing.another(scene)
    page = body(clerk_of(scene), f"{the_orders(scene)}print/")
    [row] = re.findall(r"<tr>(?:(?!<tr>).)*<b>回访</b>.*?</tr>", page, re.DOTALL)
    latest = max(one.ends_at for one in (scene.project, other.project) if one.ends_at is not None)
    assert f"{latest.astimezone(clock.ZONE):%H:%M} 以后" in row
    assert f"{scene.line.title}，问一问办得行不行" in row
    assert (row.count("三号楼前"), "2 人" in row, "满意回执" in row) == (1, True, True)
    Project.objects.update(starts_at=None, ends_at=None)
    assert "办完以后" in body(clerk_of(scene), f"{the_orders(scene)}print/")


def test_the_sheets_of_a_community_are_printed_in_one_go_each_row_with_its_own_code() -> None:
    scene = a_scene()
    other = standing.another(scene)
    order, door = sent_out(scene)
    page = body(clerk_of(scene), f"{the_orders(scene)}print/")
    assert page.count('class="o-page"') == 1
    assert page.count("还没开派工单") == 1
    for words in (scene.project.title, other.project.title, "三号楼前", "完工签字", order.number):
        assert words in page
    work_orders.make_order(other.project, actor=scene.street.carries)
    pictures = re.findall(r'<div class="o-qr".*?</svg>', body(clerk_of(scene), f"{the_orders(scene)}print/"))
    assert len(set(pictures)) == 2
    assert door.strip("/").split("/")[1] not in page
    empty = body(clerk_of(scene), f"{the_orders(scene)}print/", area=scene.street.neighbour.pk)
    assert 'class="o-page"' not in empty
    body(clerk_of(scene), f"{the_orders(scene)}print/", area="x" * 40)


def test_the_workbook_says_who_arrived_and_holds_no_code() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    work_orders.arrive(order, 5, actor=scene.street.carries)
    answer = clerk_of(scene).get(f"/desk/days/{scene.cycle.number}/orders.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert {order.number, "10:00", "5"} <= set(cells)
    assert not any(door.strip("/").split("/")[1] in cell for cell in cells)


def test_a_team_says_that_it_came_and_left_and_twice_is_once() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    team = Client()
    page = team.get(door)
    assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex", True)
    assert "登录" not in page.content.decode().replace("不用登录", "")
    wrong = team.post(door, {"do": "arrive", "people": "很多"})
    assert (wrong.status_code, "请填整数" in wrong.content.decode()) == (422, True)
    early = team.post(door, {"do": "go"})
    assert (early.status_code, "还没有记到场" in early.content.decode()) == (422, True)
    for people in (4, 4, 5):
        assert team.post(door, {"do": "arrive", "people": people}).status_code == 302
    for _press in range(2):
        assert team.post(door, {"do": "go"}).status_code == 302
    order.refresh_from_db()
    assert (order.people_came, order.left_at is not None) == (5, True)
    made = Footprint.objects.filter(subject_type="cobuilding.workorder", subject_id=order.pk)
    assert list(made.order_by("id").values_list("action", flat=True)) == ["add", "arrive", "arrive", "go"]
    assert team.post(door, {"do": "fly"}).status_code == 404


def test_what_a_team_says_waits_for_the_community_which_answers_in_its_own_name() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    team, clerk = Client(), clerk_of(scene)
    empty = team.post(door, {"do": "tell"})
    assert (empty.status_code, "请选一个" in empty.content.decode()) == (422, True)
    said = {"do": "tell", "outcome": "done", "words": "锁换好了，试过三次", "people_helped": 1}
    for _press in range(2):
        assert team.post(door, said).status_code == 302
    order.refresh_from_db()
    assert (order.outcome, order.people_helped) == ("done", 1)
    assert needs.fresh(scene.receipt.need).stage != Need.Stage.ANSWERED
    results = f"/desk/days/{scene.cycle.number}/results/"
    assert "锁换好了" in body(clerk, results)
    form = body(clerk, f"{results}{scene.project.pk}/")
    assert "锁换好了，试过三次</textarea>" in form
    told = {"outcome": "done", "result": "锁换好了，试过三次", "people_served": 1}
    clerk.post(f"{results}{scene.project.pk}/", told | {"version": scene.project.version})
    assert needs.fresh(scene.receipt.need).stage == Need.Stage.ANSWERED
    late = team.post(door, said | {"words": "又想起一句"})
    assert late.status_code == 422
    assert "社区已经办结" in body(team, door)


def test_the_order_tells_who_comes_what_to_bring_what_to_mind_and_whom_to_call() -> None:
    scene = a_scene()
    things = a_resource(scene.street, scene.unit, title="升降车", quantity=1, conditions="要专人开")
    scene.project.uses.create(district=scene.street.district, resource=things, quantity=1, window="pm")
    scene.line.is_vulnerable = True
    scene.line.save()
    _order, door = sent_out(scene)
    page = body(Client(), door)
    for words in (
        "（牵头）",
        "2 人",
        "升降车 1",
        "要专人开",
        "核实过的人",
        scene.street.community.short_name,
    ):
        assert words in page, words


def test_what_is_on_another_day_of_the_window_says_which() -> None:
    scene = a_scene()
    assert orders.when_words(scene.project) == "14:00–16:00"
    starts, ends = scene.project.starts_at, scene.project.ends_at
    assert starts is not None
    assert ends is not None
    later = dt.timedelta(days=1)
    scene.project.starts_at, scene.project.ends_at = starts + later, ends + later
    assert orders.when_words(scene.project) == "周六 14:00–16:00"
    scene.project.starts_at = None
    assert orders.when_words(scene.project) == "下午"


def test_what_is_lent_is_not_asked_for_once_more() -> None:
    scene = a_scene()
    scene.line.things = {"血糖仪": 1, "纸笔": 6, "material": 2}
    scene.line.save()
    things = a_resource(scene.street, scene.unit, title="血糖仪", quantity=2)
    scene.project.uses.create(district=scene.street.district, resource=things, quantity=1, window="pm")
    (row,) = orders.told([scene.project])
    assert [words.split("（")[0] for words in row.brings] == ["血糖仪 1 台", "要用的 纸笔 6"]


def test_nobody_arrives_days_before_the_work() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    later = dt.datetime(2026, 11, 8, 14, tzinfo=clock.ZONE)
    Project.objects.filter(pk=scene.project.pk).update(starts_at=later, ends_at=later + dt.timedelta(hours=2))
    early = Client().post(door, {"do": "arrive", "people": 3})
    assert (early.status_code, "还没到日子" in early.content.decode()) == (422, True)
    with time_machine.travel(later - dt.timedelta(hours=20), tick=False):
        assert Client().post(door, {"do": "arrive", "people": 3}).status_code == 302
    order.refresh_from_db()
    assert order.people_came == 3


def test_hands_that_are_not_the_teams_or_the_desks_note_nothing() -> None:
    scene = a_scene()
    order, _door = sent_out(scene)
    other, _ = sent_out(standing.another(scene))
    hands = (
        cast.an_actor_of(cast.a_resident(scene.street.district)),
        cast.an_actor_of(cast.a_clerk(at=scene.street.neighbour)),
        TeamBearer(other.pk, other.district_id),
    )
    for hand in hands:
        with pytest.raises(NotAllowed):
            work_orders.arrive(order, 3, actor=hand)
        with pytest.raises(NotAllowed):
            work_orders.tell(order, Told("done", "锁换好了"), actor=hand)
        with pytest.raises(NotAllowed):
            work_orders.revoke(order, actor=hand)
    assert work_orders.arrive(order, 3, actor=TeamBearer(order.pk, order.district_id))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told("", "锁换好了"), "outcome"),
        (Told("perfect", "锁换好了"), "outcome"),
        (Told("done", "好"), "words"),
        (Told("done", "锁" * 301), "words"),
        (Told("done", "锁换好了", -1), "people_helped"),
    ],
)
def test_bad_words_of_a_team_are_said_at_their_field(told: Told, field: str) -> None:
    scene = a_scene()
    order, _door = sent_out(scene)
    with pytest.raises(BadInput) as refused:
        work_orders.tell(order, told, actor=TeamBearer(order.pk, order.district_id))
    assert list(refused.value.fields) == [field]


def test_the_desk_notes_an_arrival_for_a_team_without_a_phone() -> None:
    scene = a_scene()
    clerk = clerk_of(scene)
    none = clerk.post(the_orders(scene), {"do": "arrive", "row": scene.project.pk, "people": 3})
    assert none.status_code == 404
    order, _door = sent_out(scene)
    blank = clerk.post(the_orders(scene), {"do": "arrive", "row": scene.project.pk})
    assert (blank.status_code, "请填来了几个人" in blank.content.decode()) == (422, True)
    clerk.post(the_orders(scene), {"do": "arrive", "row": scene.project.pk, "people": 3})
    clerk.post(the_orders(scene), {"do": "go", "row": scene.project.pk})
    order.refresh_from_db()
    assert (order.people_came, order.left_at is None) == (3, False)
    assert clerk.post(the_orders(scene), {"do": "fly"}).status_code == 404


def test_a_clerk_elsewhere_sees_and_moves_nothing_of_another_community() -> None:
    scene = a_scene()
    sent_out(scene)
    neighbour = cast.signed_in_client(cast.a_clerk(at=scene.street.neighbour))
    for page in (the_orders(scene), f"{the_orders(scene)}print/"):
        assert scene.project.title not in body(neighbour, page)
    assert neighbour.post(the_orders(scene), {"do": "revoke", "row": scene.project.pk}).status_code == 404
    assert WorkOrder.objects.get().revoked_at is None


def test_a_project_that_one_side_alone_wants_has_no_order() -> None:
    scene = a_scene()
    Project.objects.filter(pk=scene.project.pk).update(state=Project.State.PROPOSED)
    refused = clerk_of(scene).post(the_orders(scene), {"do": "make", "row": scene.project.pk})
    assert (refused.status_code, "双方还没有都认领" in refused.content.decode()) == (422, True)
    scene.project.refresh_from_db()
    with pytest.raises(NotNow):
        work_orders.make_orders([scene.project], actor=scene.street.carries)


def test_volunteers_are_called_for_a_project_once_and_another_person_must_look() -> None:
    scene = a_scene()
    page = f"{the_orders(scene)}{scene.project.pk}/call/"
    clerk = clerk_of(scene)
    said = {
        "wanted": 3,
        "summary": "帮着搬工具、带路",
        "risk_text": "上下楼梯，慢走",
        "key": "press-of-a-call",
    }
    wrong = clerk.post(page, said | {"wanted": 0})
    assert (wrong.status_code, "这个数太小了" in wrong.content.decode()) == (422, True)
    assert clerk.post(page, said | {"risk_text": "无"}).status_code == 422
    for _press in range(2):
        assert clerk.post(page, said).status_code == 302
    call = Call.objects.get()
    assert (call.state, call.cause_id, call.wanted) == (Call.State.REVIEW, scene.project.pk, 3)
    _order, door = sent_out(scene)
    assert "上下楼梯，慢走" in body(Client(), door)
    elsewhere = cast.signed_in_client(cast.a_clerk(at=scene.street.neighbour))
    assert elsewhere.get(page).status_code == 404


def test_who_helped_and_how_long_is_read_from_the_evidence_of_the_calls() -> None:
    scene = a_scene()
    town = replace(volunteers.a_town(), keeper=scene.street.clerk)
    scenes = [scene, standing.another(scene)]
    for one in scenes:
        recruit = Recruit(3, "帮着搬工具、带路", "上下楼梯，慢走")
        call = recruiting.call_for(one.project, recruit, key=organised.a_key(), actor=scene.street.carries)
        calling.approve(call, actor=scene.street.leads)
        helper, absent = volunteers.a_volunteer(town), volunteers.a_volunteer(town)
        volunteers.comes(call, absent)
        volunteers.served(town, call, helper)
        with volunteers.at(call, 130):
            confirming.confirm(call, helper, key=organised.a_key(), actor=scene.street.leads)
    helpers = on_the_day.communities(scene.cycle, scene.street.carries)[0].helpers
    assert (helpers.calls, helpers.came, helpers.confirmed, helpers.hours) == (2, 2, 2, "4")


def test_the_lists_of_orders_ask_as_many_questions_for_many_as_for_few(
    django_assert_max_num_queries: Any,
) -> None:
    scene = a_scene()
    for _number in range(5):
        sent_out(standing.another(scene, a_unit(scene.street, people=6)))
    with django_assert_max_num_queries(12):
        (community,) = orders.of_cycle(scene.cycle, scene.street.carries)
    assert len(community.rows) == 6


def test_a_stranger_with_a_guessed_code_is_told_what_to_do() -> None:
    scene = a_scene()
    with pytest.raises(NotThere, match="再要一张"):
        work_orders.opened(scene.street.district, "a" * 64)
