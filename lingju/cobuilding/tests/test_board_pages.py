"""The board and the lists at the desk: what is shown, one tap, words kept, few queries."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lingju.cobuilding.models import Cycle, NeedLine, Project, Resource
from lingju.cobuilding.queries import board as queries
from lingju.cobuilding.queries import lists
from lingju.cobuilding.services import matching_up
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.builders import Street, a_capability, a_unit
from lingju.cobuilding.tests.listed import a_crew_on_duty, a_listed_line, a_resource, a_scene, by_hand
from lingju.cobuilding.tests.organised import a_key
from lingju.needs.tests import builders as needs
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]


def the_board(cycle: Cycle) -> str:
    return f"/desk/days/{cycle.number}/"


def matched() -> tuple[Street, Quarter, Cycle, Project]:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle, people=2)
    a_resource(street, unit)
    a_resource(street, kind="skill", title="下了四十年象棋", quantity=1)
    a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 2})
    matching_up.propose(cycle, key=a_key(), actor=street.leads, seconds=3)
    return street, quarter, cycle, cycle.projects.get()


def test_the_desk_finds_the_cycle_that_comes_next() -> None:
    street, _quarter, cycle = a_scene()
    clerk = cast.signed_in_client(street.clerk)
    assert f'action="{the_board(cycle)}?of=' in body(cast.signed_in_client(street.officer), "/desk/days/")
    assert f"第 {cycle.number} 期" in body(clerk, "/desk/days/")
    Cycle.objects.all().delete()
    assert "还没有共建日" in body(clerk, "/desk/days/")


def test_where_nobody_knows_the_next_day_the_desk_finds_the_last_that_was_held() -> None:
    street, _quarter, cycle = a_scene()
    Cycle.objects.filter(month__gt=cycle.month).delete()
    Cycle.objects.filter(pk=cycle.pk).update(
        date=None, opens_on=None, closes_on=None, unknown_year=2026, moved_for=""
    )
    found = lists.current(lists.cycles_of(street.leads))
    assert found is not None
    assert (found.number, found.date) == (cycle.number - 1, dt.date(2026, 10, 9))


def test_the_board_shows_three_lists_their_wires_and_says_them_in_words() -> None:
    street, _quarter, cycle, project = matched()
    page = body(cast.signed_in_client(street.officer), the_board(cycle), at=f"p{project.pk}")
    for words in (
        "需求清单",
        "项目清单",
        "资源清单",
        "居民老周",
        "待定 1 个",
        "可以配上，等您点头",
        "配上",
        "11月6日",
    ):
        assert words in page
    assert page.count('<path class="sel" d="M') >= 2
    assert f"把{project.lines.get().title}配给{project.lead}" in page


def test_one_tap_claims_for_the_community_and_the_street_notes_the_units_yes() -> None:
    street, _quarter, cycle, project = matched()
    officer, clerk = cast.signed_in_client(street.officer), cast.signed_in_client(street.clerk)
    said = {"do": "claim", "row": project.pk, "version": project.version}
    answer = clerk.post(the_board(cycle), said)
    assert answer.status_code == 302
    project.refresh_from_db()
    assert project.area_claimed_at is not None
    refused = officer.post(the_board(cycle), {"do": "claim_unit", "row": project.pk, "reason": ""})
    assert (refused.status_code, "单位是怎么答应的" in refused.content.decode()) == (422, True)
    officer.post(the_board(cycle), {"do": "claim_unit", "row": project.pk, "reason": "电话里说好了"})
    project.refresh_from_db()
    assert (project.state, project.number) == (Project.State.CLAIMED, "X26-0001")
    assert "已配 1 个，待定 0 个" in body(clerk, the_board(cycle))


def test_a_press_on_an_old_page_is_told_and_loses_nothing() -> None:
    street, _quarter, cycle, project = matched()
    officer = cast.signed_in_client(street.officer)
    stale = {"do": "claim", "row": project.pk, "version": project.version + 5}
    answer = officer.post(the_board(cycle), stale)
    assert (answer.status_code, "刚刚被别人改过" in answer.content.decode()) == (422, True)
    for nonsense in ({"do": "fly"}, {"do": "claim", "row": 0}, {"do": "claim", "row": "x"}, {}):
        assert officer.post(the_board(cycle), nonsense).status_code in (404, 422)


def test_the_units_yes_and_an_end_on_an_old_page_are_told_and_the_reason_stays_typed() -> None:
    street, _quarter, cycle, project = matched()
    officer = cast.signed_in_client(street.officer)
    page = f"{the_board(cycle)}?at=p{project.pk}"

    def pressed(do: str, version: int) -> Any:
        return officer.post(page, {"do": do, "row": project.pk, "version": version, "reason": "电话里说好了"})

    for do in ("claim_unit", "end"):
        project.refresh_from_db()
        form = body(officer, page).split(f'id="why-{do}"')[0].rsplit("<form", 1)[1]
        assert f'name="version" value="{project.version}"' in form
        answer = pressed(do, project.version + 5)
        told = answer.content.decode()
        assert (answer.status_code, "刚刚被别人改过" in told) == (422, True)
        fold = told.split(f'id="why-{do}"')[0].rsplit("<details", 1)[1]
        assert fold.startswith(' class="fold" open')
        assert 'value="电话里说好了"' in told
        assert pressed(do, project.version).status_code == 302
        project.refresh_from_db()
        pressed("claim", project.version)
    project.refresh_from_db()
    assert project.state == Project.State.ENDED


def test_gathering_and_matching_are_two_presses() -> None:
    street, quarter, cycle = a_scene()
    officer = cast.signed_in_client(street.officer)
    empty = officer.post(the_board(cycle), {"do": "match", "key": a_key()})
    assert (empty.status_code, "没有等着配的事" in empty.content.decode()) == (422, True)
    needs.a_need(quarter)
    a_crew_on_duty(street, cycle)
    officer.post(the_board(cycle), {"do": "gather"})
    assert cycle.need_lines.count() == 1
    officer.post(the_board(cycle), {"do": "match", "key": a_key()})
    assert cycle.projects.count() == 1
    officer.post(the_board(cycle), {"do": "close_lists"})
    assert officer.post(the_board(cycle), {"do": "gather"}).status_code == 422


def test_what_no_run_could_match_says_so_on_its_card() -> None:
    street, quarter, cycle = a_scene()
    a_capability(street.district)
    a_listed_line(street, cycle, needs.a_need(quarter), demands={"law": 2})
    matching_up.propose(cycle, key=a_key(), actor=street.leads, seconds=3)
    assert "还差 2：能做的一共 0" in body(cast.signed_in_client(street.officer), the_board(cycle))


def test_the_board_asks_as_many_questions_for_many_rows_as_for_few(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    street, quarter, cycle, _project = matched()
    for number in range(6):
        line = a_listed_line(street, cycle, needs.a_need(quarter, f"第{number}件：路灯不亮"))
        unit = a_unit(street)
        a_resource(street, unit)
        by_hand(street, cycle, line, lead=unit)
    cycle = Cycle.objects.select_related("area", "series").get(pk=cycle.pk)
    with django_assert_max_num_queries(9):
        shown = queries.board(cycle)
    assert (len(shown.projects), shown.lines) == (7, 7)


def test_each_list_is_searched_and_handed_out() -> None:
    street, _quarter, cycle, _project = matched()
    officer = cast.signed_in_client(street.officer)
    for which in ("needs", "resources", "projects"):
        page = f"{the_board(cycle)}{which}/"
        assert "清单上没有这样的" not in body(officer, page)
        assert "清单上没有这样的" in body(officer, page, q="找不到的词")
        book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{the_board(cycle)}{which}.xlsx").content))
        assert book.worksheets[0].max_row >= 4
    body(officer, f"{the_board(cycle)}nothing/", 404)
    body(officer, "/desk/days/9999/", 404)
    for of in ("x", "-1", "9" * 40, "٣"):
        assert officer.get(the_board(cycle), {"of": of, "at": "p" * 90}).status_code == 200


def test_what_a_line_takes_is_typed_and_wrong_words_come_back() -> None:
    street, quarter, cycle = a_scene()
    a_capability(street.district)
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    clerk = cast.signed_in_client(street.clerk)
    page = f"{the_board(cycle)}needs/{line.pk}/"
    said = {"people_law": 2, "people_any": "", "things": "血糖仪 2\n物资×3", "windows": ["pm"]}
    wrong = clerk.post(page, said | {"things": "血糖仪"})
    assert (wrong.status_code, "后面请写数量" in wrong.content.decode()) == (422, True)
    assert clerk.post(page, said).status_code == 302
    line.refresh_from_db()
    assert (line.demands, line.things) == ({"law": 2}, {"血糖仪": 2, "material": 3})
    assert "物资 3" in body(clerk, page)
    assert clerk.post(page, {"do": "remove", "reason": ""}).status_code == 422
    clerk.post(page, {"do": "remove", "reason": "物业修好了"})
    line.refresh_from_db()
    assert line.state == NeedLine.State.REMOVED


def test_an_offer_is_listed_at_the_desk_taken_in_and_ended() -> None:
    street, _quarter, _cycle = a_scene()
    clerk = cast.signed_in_client(street.clerk)
    said = {
        "area": street.community.pk,
        "owner_words": "居民老周",
        "kind": "skill",
        "title": "下了四十年象棋",
        "quantity": 1,
        "windows": ["weekend"],
        "key": a_key(),
    }
    wrong = clerk.post("/desk/days/resources/new/", said | {"conditions": "每次收费 5 元"})
    assert (wrong.status_code, "每次收费 5 元" in wrong.content.decode()) == (422, True)
    clerk.post("/desk/days/resources/new/", said)
    clerk.post("/desk/days/resources/new/", said)
    row = Resource.objects.get()
    page = f"/desk/days/resources/{row.pk}/"
    assert "居民老周" in body(clerk, page)
    clerk.post(page, {"do": "receive"})
    assert clerk.post(page, {"do": "end", "reason": ""}).status_code == 422
    clerk.post(page, {"do": "end", "reason": "搬走了"})
    row.refresh_from_db()
    assert (row.state, row.state_reason) == (Resource.State.ENDED, "搬走了")


def test_a_resident_and_a_stranger_see_no_board() -> None:
    street, _quarter, cycle = a_scene()
    resident = cast.signed_in_client(cast.a_resident(street.district))
    assert resident.get(the_board(cycle)).status_code == 403
    assert Client().get(the_board(cycle)).status_code == 302
