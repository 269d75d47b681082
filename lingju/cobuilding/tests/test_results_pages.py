"""The day, its results and past months at the desk: every figure from rows, with what it is a part of."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from lingju.activities.services import running
from lingju.cobuilding.models import Cycle, NeedLine, Project
from lingju.cobuilding.queries import on_the_day, past, results, verdicts
from lingju.cobuilding.queries.on_the_day import Beside
from lingju.cobuilding.services import changing, delivering, plans, turns, work_orders
from lingju.cobuilding.services.delivering import Delivery
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.builders import a_unit, cycles_until
from lingju.cobuilding.tests.listed import a_listed_line
from lingju.cobuilding.tests.standing import Scene, a_scene, clerk_of
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.needs.models import Need
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-06T15:00:00+08:00", tick=False)]
State = Project.State


def page_of(scene: Scene, name: str) -> str:
    return f"/desk/days/{scene.cycle.number}/{name}/"


def officer_of(scene: Scene) -> Client:
    return cast.signed_in_client(scene.street.officer)


def press(browser: Client, path: str, **said: Any) -> tuple[int, str]:
    answer = browser.post(path, said)
    return answer.status_code, answer.content.decode()


def test_the_day_shows_heads_and_persons_apart_and_which_teams_are_there() -> None:
    scene = a_scene()
    plan = standing.a_confirmed_plan(scene)
    session = plan.session
    assert session is not None
    running.announce_session(session, actor=scene.street.carries)
    standing.counted(session, 37, scene)
    order = work_orders.make_order(scene.project, actor=scene.street.carries).order
    work_orders.arrive(order, 4, actor=scene.street.carries)
    page = body(clerk_of(scene), page_of(scene, "day"))
    for words in ('<b class="num">37</b>', "直接来 37", "认得出的", "在场，4 人", "1/1"):
        assert words in page, words
    (community,) = on_the_day.communities(scene.cycle, scene.street.carries)
    assert community.figures is not None
    assert (community.figures.visits, community.figures.people) == (37, 0)
    neighbour = cast.signed_in_client(cast.a_clerk(at=scene.street.neighbour))
    assert scene.project.title not in body(neighbour, page_of(scene, "day"))


def test_what_stands_beside_the_day_is_asked_for_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene()
    asked = []

    def market(district_id: int, date: Any) -> list[Beside]:
        asked.append((district_id, date))
        return [Beside(scene.street.community.pk, "文明集市", "摊位 5 个"), Beside(0, "别处的集市", "")]

    monkeypatch.setattr(on_the_day, "BESIDE", [market])
    page = body(clerk_of(scene), page_of(scene, "day"))
    assert "摊位 5 个" in page
    assert "别处的集市" not in page
    assert asked == [(scene.street.district.pk, scene.cycle.date)]


def test_a_clerk_delivers_and_the_residents_are_asked() -> None:
    scene = a_scene()
    clerk = clerk_of(scene)
    page = f"{page_of(scene, 'results')}{scene.project.pk}/"
    status, wrong = press(clerk, page, outcome="done", result="好", people_served="许多")
    assert (status, "请填整数" in wrong, ">\n好</textarea>" in wrong) == (422, True, True)
    said = {"outcome": "partly", "result": "换了锁芯，门框下周修", "version": scene.project.version}
    assert press(clerk, page, **said)[0] == 302
    need = needs.fresh(scene.receipt.need)
    assert (need.stage, need.outcome) == (Need.Stage.ANSWERED, Need.Outcome.PARTLY)
    status, again = press(clerk, page, **said)
    assert (status, "不用再记结果" in again) == (422, True)
    assert "问了 1，答了 0" in body(clerk, page_of(scene, "results"))


def test_a_stale_form_is_told_and_keeps_its_words() -> None:
    scene = a_scene()
    page = f"{page_of(scene, 'results')}{scene.project.pk}/"
    status, told = press(clerk_of(scene), page, outcome="done", result="锁换好了一把", version=99)
    assert (status, "刚刚被别人改过" in told, "锁换好了一把" in told) == (422, True, True)
    status, _told = press(clerk_of(scene), page, outcome="not_done", result="配件没到", version=99)
    assert status == 422
    scene.project.refresh_from_db()
    assert scene.project.state == State.CLAIMED


def test_of_two_clerks_who_deliver_at_once_one_is_told_and_the_need_is_answered_once() -> None:
    scene = a_scene()
    mine, theirs = (Project.objects.select_related("area").get(pk=scene.project.pk) for _hand in range(2))
    delivering.deliver(mine, standing.DONE, actor=scene.street.carries)
    with pytest.raises(SomeoneWasFaster):
        delivering.deliver(theirs, Delivery("另一位写的结果", 3), actor=scene.street.carries)
    need = needs.fresh(scene.receipt.need)
    assert need.entries.filter(step="answer", axis="stage").count() == 1
    assert Project.objects.get(pk=mine.pk).result == standing.DONE.result


def test_what_was_not_done_frees_the_need_and_answers_nobody() -> None:
    scene = a_scene()
    page = f"{page_of(scene, 'results')}{scene.project.pk}/"
    press(
        clerk_of(scene), page, outcome="not_done", result="配件没到，下期再来", version=scene.project.version
    )
    scene.project.refresh_from_db()
    scene.line.refresh_from_db()
    assert (scene.project.state, scene.line.state) == (State.ENDED, NeedLine.State.UNMATCHED)
    assert needs.fresh(scene.receipt.need).stage != Need.Stage.ANSWERED
    assert "项目终止了：配件没到，下期再来" in body(clerk_of(scene), page_of(scene, "results"))


def test_accept_redo_and_close_out_as_residents_judge() -> None:
    scene = a_scene()
    clerk, page = clerk_of(scene), page_of(scene, "results")
    standing.delivered(scene)
    row = {"row": scene.project.pk}
    assert press(clerk, page, do="accept", **row)[0] == 302
    status, waits = press(clerk, page, do="close", **row)
    assert (status, "还在等居民评价" in waits) == (422, True)
    status, bare = press(clerk, page, do="redo", reason="", **row)
    assert (status, "请写一句哪里没办成" in bare) == (422, True)
    standing.judged(scene)
    assert press(clerk, page, do="close", **row)[0] == 302
    assert press(clerk, page, do="close", **row)[0] == 422
    shown = body(clerk, page)
    for words in ("销号", "居民说办成了", "问了 1，答了 1，说解决了 1，满意 1"):
        assert words in shown, words
    assert press(clerk, page, do="fly")[0] == 404
    assert press(clerk, page, do="accept", row=0)[0] == 404


def test_work_begins_on_a_press_and_is_accepted_in_words_that_the_register_keeps() -> None:
    scene = a_scene()
    changing.edit(scene.project, {"acceptance": "锁能开能关，钥匙交给住户"}, actor=scene.street.carries)
    clerk, page, row = clerk_of(scene), page_of(scene, "results"), {"row": scene.project.pk}
    assert 'value="start"' in body(clerk, page)
    assert press(clerk, page, do="start", **row)[0] == 302
    assert 'value="start"' not in body(clerk, page)
    scene.project.refresh_from_db()
    assert scene.project.state == State.UNDERWAY
    standing.delivered(scene)
    status, long = press(clerk, page, do="accept", words="好" * 201, **row)
    assert (status, "好" * 201 in long) == (422, True)
    assert press(clerk, page, do="accept", words="开关三次都顺", **row)[0] == 302
    register = f"/desk/days/{scene.cycle.number}/projects/"
    for path in (page, register, f"/desk/days/projects/{scene.project.pk}/"):
        shown = body(clerk, path)
        assert "锁能开能关，钥匙交给住户" in shown, path
        assert "开关三次都顺" in shown, path


def test_after_delivering_the_page_says_which_needs_another_desk_answers() -> None:
    scene = a_scene()
    stem = scene.street.neighbour.stem
    Need.objects.filter(pk=scene.receipt.need.pk).update(
        owner_area=scene.street.neighbour, owner_stem=stem, owner_community=stem
    )
    said = {"outcome": "done", "result": "锁换好了，试过三次", "version": scene.project.version}
    page = f"{page_of(scene, 'results')}{scene.project.pk}/"
    answer = clerk_of(scene).post(page, said, follow=True)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert f"1 件由别处答复：{scene.receipt.need.number}（{scene.street.neighbour.short_name}）" in shown


@pytest.mark.time_machine("2026-11-03T10:00:00+08:00", tick=False)
def test_before_its_day_the_page_says_when_and_only_that_it_is_off_can_be_noted() -> None:
    scene = a_scene()
    clerk, page = clerk_of(scene), f"{page_of(scene, 'results')}{scene.project.pk}/"
    assert "还没到日子" in body(clerk, page)
    said: dict[str, Any] = {"result": "锁换好了，试过三次", "version": scene.project.version}
    status, early = press(clerk, page, outcome="done", **said)
    assert (status, "11月6日办了再记结果" in early, said["result"] in early) == (422, True, True)
    assert press(clerk, page, outcome="not_done", **said)[0] == 302


def test_silence_and_the_dissatisfied_stay_in_the_denominator() -> None:
    first = a_scene()
    scenes = [first, *(standing.another(first) for _number in range(3))]
    for scene in scenes[:3]:
        standing.delivered(scene)
    standing.judged(scenes[0])
    standing.judged(scenes[1], "dissatisfied", "no", "还是关不上")
    (month,) = past.months([first.cycle], first.street.carries)
    said = month.said
    assert (said.people, said.asked, said.answered, said.solved, said.satisfied) == (3, 3, 2, 1, 1)
    assert (said.reach.percent, said.satisfaction.percent) == (66, 33)
    assert (month.lines, month.answered, month.confirmed, month.reopened) == (4, 3, 1, 1)
    assert (month.projects, month.delivered, month.units) == (4, 3, 4)


def test_who_was_asked_again_counts_once_with_the_last_answer() -> None:
    scene = a_scene()
    standing.delivered(scene)
    standing.judged(scene, "dissatisfied", "no", "还是关不上")
    delivering.redo(scene.project, "再修一次", actor=scene.street.carries)
    standing.delivered(scene, Delivery("换了整扇门", 1))
    standing.judged(scene)
    said = verdicts.by_line([scene.line])[scene.line.pk]
    assert (said.asked, said.answered, said.satisfied) == (1, 1, 1)


def test_what_is_open_says_why_and_goes_to_the_next_month_once() -> None:
    scene = a_scene()
    done, told, untold = (standing.another(scene) for _number in range(3))
    standing.delivered(scene)
    standing.judged(scene, "dissatisfied", "no", "还是关不上")
    standing.delivered(done)
    standing.judged(done)
    order = work_orders.make_order(told.project, actor=scene.street.carries).order
    report = work_orders.Told("not_done", "没带够配件")
    work_orders.tell(order, report, actor=work_orders.bearer_of(order))
    bare = a_listed_line(scene.street, scene.cycle, needs.a_need(scene.quarter, "东门口的路灯又不亮了"))
    following = cycles_until(scene.street, 2026, 12)[-1]
    rows = results.rows_of(scene.cycle, scene.street.leads)
    why = {one.line.pk: one.why for one in results.left_over(scene.cycle, scene.street.leads, rows)}
    assert why == {
        scene.line.pk: "办过了，居民说没办成",
        told.line.pk: "队伍说没办成：没带够配件",
        untold.line.pk: "配上了，11月12日以前还能办，过了才转到下一期",
        bare.pk: "还没有单位能办",
    }
    page = page_of(scene, "results")
    assert f"转到第 {following.number} 期" in body(officer_of(scene), page)
    assert 'value="carry"' not in body(clerk_of(scene), page)
    assert press(clerk_of(scene), page, do="carry")[0] == 403
    for _press in range(2):
        assert press(officer_of(scene), page, do="carry")[0] == 302
    assert set(following.need_lines.values_list("carried_from_id", flat=True)) == {scene.line.pk, bare.pk}
    with time_machine.travel("2026-11-13T09:00:00+08:00", tick=False):
        assert "配上了，还没有报结果" in body(officer_of(scene), page)
        assert press(officer_of(scene), page, do="carry")[0] == 302
        assert following.need_lines.count() == 4
        assert 'value="carry"' not in body(officer_of(scene), page)


def test_nothing_is_carried_over_before_the_day_or_to_nowhere() -> None:
    scene = a_scene()
    page = page_of(scene, "results")
    Cycle.objects.filter(month__gt=scene.cycle.month).delete()
    status, nowhere = press(officer_of(scene), page, do="carry")
    assert (status, "后面还没有一期" in nowhere) == (422, True)
    cycles_until(scene.street, 2026, 12)
    Cycle.objects.filter(pk=scene.cycle.pk).update(date="2026-11-07")
    status, early = press(officer_of(scene), page, do="carry")
    assert (status, "办完再转" in early) == (422, True)


def test_what_residents_sent_back_stays_sent_back_after_it_was_carried_over() -> None:
    scene = a_scene()
    standing.delivered(scene)
    standing.judged(scene, "dissatisfied", "no", "还是关不上")
    (before,) = past.months([scene.cycle], scene.street.leads)
    following = cycles_until(scene.street, 2026, 12)[-1]
    delivering.carry_over(scene.cycle, following, actor=scene.street.leads)
    (after,) = past.months([scene.cycle], scene.street.leads)
    assert (before.reopened, after.reopened, after.left_open) == (1, 1, 1)


def test_what_was_carried_over_is_done_and_struck_off_in_the_next_month_alone() -> None:
    scene = a_scene()
    late = standing.another(scene)
    standing.delivered(scene)
    delivering.accept(scene.project, actor=scene.street.carries)
    standing.judged(scene, "dissatisfied", "no", "还是关不上")
    following = cycles_until(scene.street, 2026, 12)[-1]
    with time_machine.travel("2026-11-13T09:00:00+08:00", tick=False):
        delivering.carry_over(scene.cycle, following, actor=scene.street.leads)
    late_verbs: tuple[Callable[[], object], ...] = (
        lambda: standing.delivered(late),
        lambda: delivering.redo(scene.project, "再修一次", actor=scene.street.carries),
        lambda: delivering.close_out(scene.project, actor=scene.street.carries),
    )
    for verb in late_verbs:
        with pytest.raises(NotNow, match="转到下一期"):
            verb()
    assert [row.moves for row in results.rows_of(scene.cycle, scene.street.carries)] == [set(), set()]
    assert needs.fresh(late.receipt.need).stage != Need.Stage.ANSWERED


def test_a_unit_that_kept_its_turn_took_part_though_no_project_names_it() -> None:
    scene = a_scene()
    duty = standing.an_open_duty(scene.street)
    turns.set_by_hand(duty, a_unit(scene.street), "轮到了", actor=scene.street.leads)
    (before,) = past.months([scene.cycle], scene.street.leads)
    turns.finish(duty, actor=scene.street.carries)
    (after,) = past.months([scene.cycle], scene.street.leads)
    assert (before.units, after.units) == (1, 2)


def test_all_communities_together_count_heads_and_persons_apart() -> None:
    scene = a_scene()
    session = standing.a_confirmed_plan(scene).session
    assert session is not None
    running.announce_session(session, actor=scene.street.carries)
    standing.counted(session, 37, scene)
    (one,) = on_the_day.communities(scene.cycle, scene.street.leads)
    both = on_the_day.whole([one, one])
    assert (both.figures.visits, both.figures.people, both.rows) == (74, 0, 2)


def test_verdicts_of_the_next_month_are_not_counted_in_this_one() -> None:
    scene = a_scene()
    standing.delivered(scene)
    standing.judged(scene, "dissatisfied", "no", "还是关不上")
    following = cycles_until(scene.street, 2026, 12)[-1]
    (carried,) = delivering.carry_over(scene.cycle, following, actor=scene.street.leads)
    both = verdicts.by_line([scene.line, carried])
    assert (both[scene.line.pk].asked, both[scene.line.pk].solved) == (1, 0)
    assert both[carried.pk].asked == 0


def test_past_months_are_derived_and_a_clerk_sees_her_own() -> None:
    scene = a_scene()
    plan = standing.a_confirmed_plan(scene)
    assert plan.session is not None
    running.announce_session(plan.session, actor=scene.street.carries)
    standing.counted(plan.session, 12, scene)
    plans.record_plan(plan, "查了线路，修了门锁", actor=scene.street.carries)
    standing.delivered(scene)
    page = body(officer_of(scene), page_of(scene, "past"))
    for words in (f"第 {scene.cycle.number} 期", "2026-11-06", '<td class="num">12</td>', "1/1"):
        assert words in page, words
    assert "第 1 期" in page
    book = officer_of(scene).get(f"/desk/days/{scene.cycle.number}/past.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"2026-11-06", 12} <= set(cells)
    neighbour = cast.signed_in_client(cast.a_clerk(at=scene.street.neighbour))
    assert '<td class="num">12</td>' not in body(neighbour, page_of(scene, "past"))


def test_a_hundred_months_ask_as_many_questions_as_one(django_assert_max_num_queries: Any) -> None:
    scene = a_scene()
    for _number in range(4):
        standing.delivered(standing.another(scene, a_unit(scene.street, people=6)))
    cycles = past.past_of(scene.cycle)
    assert len(cycles) >= 10
    with django_assert_max_num_queries(14):
        months = past.months(cycles, scene.street.leads)
    assert sum(month.delivered for month in months) == 4


def test_a_stranger_and_a_resident_see_none_of_it() -> None:
    scene = a_scene()
    resident = cast.signed_in_client(cast.a_resident(scene.street.district))
    for name in ("orders", "day", "results", "past", "summary"):
        assert resident.get(page_of(scene, name)).status_code == 403
        assert Client().get(page_of(scene, name)).status_code == 302
        assert (
            clerk_of(scene).get(page_of(scene, name).replace(str(scene.cycle.number), "9999")).status_code
            == 404
        )
