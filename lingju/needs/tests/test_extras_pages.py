"""Pages of wishes, surveys and signals: what everybody sees, what each button does, what nobody sees."""

import io

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lingju.kernel import clock
from lingju.needs.models import Claim, Need, Signal, SurveyAnswer, Wave, Wish
from lingju.needs.services import signalling
from lingju.needs.tests import builders, wishes
from lingju.needs.tests.builders import Quarter
from lingju.needs.tests.test_surveying import over
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import District

pytestmark = pytest.mark.django_db


def as_(account: Account) -> Client:
    return cast.signed_in_client(account)


def officer_of(district: District) -> Client:
    return as_(cast.a_district_officer(district=district))


def text(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


def step(client: Client, wish: Wish, name: str, **said: str) -> str:
    answer = client.post(reverse("desk_wish", args=[wish.pk]), {"step": name, **said}, follow=True)
    wish.refresh_from_db()
    return str(answer.content.decode())


def test_a_wish_walks_from_the_counter_to_the_wishers_word() -> None:
    quarter = builders.a_quarter()
    clerk, colleague = as_(quarter.clerk), as_(quarter.colleague)
    told = {"kind": "thing", "group": "独居老人", "public_text": "想要一副老花镜", "value_yuan": "60"}
    told |= {"wisher": "苗大爷", "contact": "0355-8080000", "has_agreed": "on"}
    form = {"key": "press-page-1", "at": f"area-{quarter.area.pk}", **told}
    for _twice in range(2):
        assert clerk.post(reverse("desk_wish_new"), form).status_code == 302
    wish = Wish.objects.get()
    assert "请另一位同事核实" in text(clerk, "desk_wish", wish.pk)
    assert "核实了，是真的" not in text(clerk, "desk_wish", wish.pk)
    step(colleague, wish, "verify")
    step(clerk, wish, "publish")
    resident = as_(cast.a_resident(quarter.district))
    assert resident.post(reverse("wish", args=[wish.pk]), {}).status_code == 302
    assert "认领卡" in text(resident, "wish_card", wish.pk)
    assert "请写明答应哪天" in step(clerk, wish, "contact")
    step(clerk, wish, "contact", promised_on=clock.today().isoformat())
    assert resident.post(reverse("wish_fulfil", args=[wish.pk])).status_code == 302
    step(clerk, wish, "confirm")
    step(clerk, wish, "archive")
    assert (wish.state, wish.claims.get().state) == (Wish.State.ARCHIVED, Claim.State.KEPT)


def test_a_keeper_collects_and_does_not_see_the_desk() -> None:
    quarter = builders.a_quarter()
    keeper = as_(cast.a_keeper(at=quarter.station))
    said = {"key": "press-page-2", "at": f"station-{quarter.station.pk}", "kind": "help", "group": "残疾人"}
    said |= {"public_text": "想有人陪着去医院", "value_yuan": "0", "wisher": "苗大爷", "has_agreed": "on"}
    assert keeper.post(reverse("desk_wish_new"), said, follow=True).status_code == 200
    assert Wish.objects.get().area == quarter.area
    text(keeper, "desk_wishes", status=403)


@pytest.mark.parametrize(
    "changes", [{"value_yuan": "999"}, {"has_agreed": ""}, {"at": "area-1"}, {"group": ""}]
)
def test_what_is_wrong_with_a_wish_is_said_beside_the_field_and_nothing_is_lost(
    changes: dict[str, str],
) -> None:
    quarter = builders.a_quarter()
    said = {"key": "press-page-3", "at": f"area-{quarter.area.pk}", "kind": "thing", "group": "独居老人"}
    said |= {"public_text": "想要一副老花镜", "value_yuan": "60", "wisher": "苗大爷", "has_agreed": "on"}
    answer = as_(quarter.clerk).post(reverse("desk_wish_new"), said | changes)
    assert answer.status_code == 422
    assert "想要一副老花镜" in answer.content.decode()
    assert not Wish.objects.exists()


def test_everybody_sees_wishes_and_nobody_whose_they_are() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_published(quarter)
    hidden = wishes.a_wish(quarter, public_text="还没核实的心愿")
    for client in (Client(), as_(cast.a_resident(quarter.district))):
        shown = text(client, "wishes") + text(client, "wish", wish.pk)
        assert "想要一副老花镜" in shown
        assert "苗大爷" not in shown
        assert "13700002222" not in shown
        assert hidden.public_text not in shown
        text(client, "wish", hidden.pk, status=404)


def test_whose_wish_it_is_shows_on_a_press_and_only_at_its_desk() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_published(quarter)
    clerk = as_(quarter.clerk)
    assert "苗大爷" not in text(clerk, "desk_wish", wish.pk)
    assert "13700002222" in clerk.post(reverse("desk_wisher", args=[wish.pk])).content.decode()
    elsewhere = as_(cast.a_clerk(at=quarter.neighbour))
    assert elsewhere.post(reverse("desk_wisher", args=[wish.pk])).status_code == 404


def test_a_claimed_wish_is_gone_for_others_and_free_again_once_it_is_let_go() -> None:
    quarter = builders.a_quarter()
    claimer = cast.a_resident(quarter.district)
    wish = wishes.a_claimed(quarter, claimer)
    text(Client(), "wish", wish.pk, status=404)
    text(as_(cast.a_resident(quarter.district)), "wish_card", wish.pk, status=404)
    mine = as_(claimer)
    assert "我办不了了" in text(mine, "wish", wish.pk)
    mine.post(reverse("wish_release", args=[wish.pk]), {"why": "出差了"})
    assert "想要一副老花镜" in text(Client(), "wishes")


def test_how_many_came_true_is_told_once_they_are_enough_to_hide_in() -> None:
    quarter = builders.a_quarter()
    for _ in range(5):
        assert "已经实现" not in text(Client(), "wishes")
        wishes.a_fulfilled(quarter, quarter.clerk)
        wish = Wish.objects.latest("id")
        step(as_(quarter.colleague), wish, "confirm")
    assert "已经实现了 5 个" in text(Client(), "wishes")


def test_the_register_counts_and_names_nobody() -> None:
    quarter = builders.a_quarter()
    wishes.a_published(quarter)
    wishes.a_claimed(quarter, cast.a_resident(quarter.district))
    clerk = as_(quarter.clerk)
    assert "苗大爷" not in text(clerk, "desk_wish_register")
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(reverse("desk_wish_sheet")).content))
    rows = list(book.active.iter_rows(values_only=True))[3:]  # type: ignore[union-attr]
    assert rows == [(quarter.area.short_name, 2, 1, 1, 0, 0, 0)]


def test_the_desk_lists_its_wishes_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: object,
) -> None:
    quarter = builders.a_quarter()
    for _ in range(8):
        wishes.a_wish(quarter)
    clerk = as_(quarter.clerk)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        shown = text(clerk, "desk_wishes")
    assert "W26-0008" in shown


def test_a_stranger_answers_the_survey_and_the_same_press_counts_once() -> None:
    quarter = builders.a_quarter()
    wishes.a_wave(quarter.district)
    stranger = Client()
    page = text(stranger, "survey")
    assert page.count('type="radio"') == 15
    said = {"nonce": "page-sheet-01", "q1": "5", "q3": "2", "area": str(quarter.area.pk), "age": "80+"}
    for _twice in range(2):
        assert stranger.post(reverse("survey"), said).url == reverse("survey_done")  # type: ignore[attr-defined]
    kept = SurveyAnswer.objects.get()
    assert (kept.marks, kept.area, kept.age) == ({"q1": 5, "q3": 2}, quarter.area, "80+")
    assert set(stranger.cookies) <= {"csrftoken"}


def test_an_empty_sheet_is_handed_back_with_a_sentence() -> None:
    quarter = builders.a_quarter()
    wishes.a_wave(quarter.district)
    for said in ({}, {"q1": "7"}, {"area": "1", "q1": "3"}):
        answer = Client().post(reverse("survey"), {"nonce": "page-sheet-02", **said})
        assert answer.status_code == 422
    assert not SurveyAnswer.objects.exists()


def test_without_a_wave_the_page_says_so() -> None:
    builders.a_quarter()
    assert "现在没有调查" in text(Client(), "survey")


def test_results_are_public_once_it_is_over_and_while_it_runs_officers_see_a_number() -> None:
    quarter = builders.a_quarter()
    wave = wishes.a_wave(quarter.district)
    wishes.answered(wave, {"q1": 5, "q2": 5, "q3": 1}, 7, area=quarter.area)
    text(Client(), "survey_results", wave.pk, status=404)
    running = text(officer_of(quarter.district), "survey_results", wave.pk)
    assert "7 份" in running
    assert "100%" not in running
    with over(wave):
        shown = text(Client(), "survey_results", wave.pk)
        book = officer_of(quarter.district).get(reverse("desk_wave_sheet", args=[wave.pk]))
    assert "100%" in shown
    assert "7 人，区间 65% 到 100%" in shown
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))  # type: ignore[union-attr]
    assert rows[0][:5] == ("全区", 7, None, 7, 1)


def test_an_officer_writes_a_wave_changes_it_and_cannot_ask_six_things() -> None:
    quarter = builders.a_quarter()
    officer = officer_of(quarter.district)
    said = {"title": "秋天的三感调查", "since": "2026-09-01", "until": "2026-09-30"}
    said |= {"feeling_1": "safety", "text_1": "晚上出门放心吗？"}
    assert officer.post(reverse("desk_wave_new"), said).status_code == 302
    wave = Wave.objects.get()
    again = said | {"text_1": "夜里出门放心吗？", "version": str(wave.version)}
    assert officer.post(reverse("desk_wave", args=[wave.pk]), again).status_code == 302
    wave.refresh_from_db()
    assert wave.questions[0]["text"] == "夜里出门放心吗？"
    wrong = officer.post(reverse("desk_wave_new"), said | {"text_1": ""})
    assert wrong.status_code == 422
    assert "至少要有一道题" in wrong.content.decode()


def test_ending_a_wave_makes_its_results_public() -> None:
    quarter = builders.a_quarter()
    wave = wishes.a_wave(quarter.district)
    with time_machine.travel(clock.now().replace(day=5)):
        officer = officer_of(quarter.district)
        assert "正在收" in text(officer, "desk_waves")
        officer.post(reverse("desk_wave_end", args=[wave.pk]))
        text(Client(), "survey_results", wave.pk)


def a_signal(quarter: Quarter) -> Signal:
    found = signalling.notice(
        "search", area=quarter.area, words="有人找理发，附近没有", key="service:haircut"
    )
    assert found is not None
    return found


def test_a_clerk_turns_a_signal_into_a_need_with_one_press() -> None:
    quarter = builders.a_quarter()
    signal = a_signal(quarter)
    clerk = as_(quarter.clerk)
    assert "有人找理发" in text(clerk, "desk_signals")
    kind = builders.a_kind(quarter.district)
    shown = clerk.post(reverse("desk_signal_turn", args=[signal.pk]), {"category": kind.pk}, follow=True)
    assert Need.objects.get().number in shown.content.decode()


@pytest.mark.parametrize("category", ["", "x", "9" * 30, "１２"])
def test_without_a_kind_nothing_is_turned(category: str) -> None:
    quarter = builders.a_quarter()
    address = reverse("desk_signal_turn", args=[a_signal(quarter).pk])
    shown = as_(quarter.clerk).post(address, {"category": category}, follow=True)
    assert "请先选一个类别" in shown.content.decode()
    assert not Need.objects.exists()


def test_a_clerk_dismisses_a_signal_with_a_reason() -> None:
    quarter = builders.a_quarter()
    signal = a_signal(quarter)
    clerk = as_(quarter.clerk)
    clerk.post(reverse("desk_signal_dismiss", args=[signal.pk]), {"why": "附近已经有了"})
    signal.refresh_from_db()
    assert (signal.state, signal.decided_why) == (Signal.State.DISMISSED, "附近已经有了")
    elsewhere = as_(cast.a_clerk(at=quarter.neighbour))
    assert elsewhere.post(reverse("desk_signal_dismiss", args=[signal.pk])).status_code == 404
