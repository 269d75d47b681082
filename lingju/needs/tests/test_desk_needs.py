"""The desk's pages: a clerk opens, hands over, replies, answers; a second clerk is told."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from zeal import zeal_ignore

from lingju.kernel import clock
from lingju.needs.models import Asker, Cluster, Entry, Exclusion, Handover, Need, RoutingRule
from lingju.needs.services import handling, leaving, offering
from lingju.needs.services.placing import Place
from lingju.needs.tests.builders import Quarter, a_need, a_quarter, a_receipt, fresh
from lingju.people.tests import cast
from lingju.people.tests.cast import signed_in_client
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
LIST = "/desk/needs/"


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def clerk(quarter: Quarter) -> Client:
    return signed_in_client(quarter.clerk)


def at(need: Need) -> str:
    return f"{LIST}{need.pk}/"


def seen(answer: Any) -> str:
    return str(answer.content.decode())


def last_entry(need: Need) -> int:
    found = Entry.objects.filter(need=need).order_by("id").last()
    assert found is not None
    return int(found.pk)


def act(browser: Client, need: Need, do: str, **said: Any) -> Any:
    """Press a button of the page as it stands now."""
    now = fresh(need)
    body = {"do": do, "version": now.version, "seen": last_entry(need), **said}
    return browser.post(at(need), body)


def one_by_one() -> Any:
    """Let a verb over several needs read each: every one moves by its own guarded step, on purpose."""
    return zeal_ignore([{"model": "needs.*", "field": "*"}])


# --- reading ---------------------------------------------------------------------------------------


def test_the_list_stands_beside_the_need_on_top(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    page = seen(clerk.get(LIST))
    assert need.title in page
    assert f'href="{at(need)}?tray=waiting" aria-current="true"' in page
    assert 'id="doc-h"' in page
    assert "待看 <b>1</b>" in page


def test_an_empty_desk_says_so(quarter: Quarter, clerk: Client) -> None:
    page = seen(clerk.get(LIST))
    assert "这一栏空着" in page
    assert "doc-h" not in page


def test_htmx_gets_the_document_and_its_surroundings_alone(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    answer = clerk.get(at(need), headers={"HX-Request": "true"})
    piece = seen(answer)
    assert "HX-Request" in answer["Vary"]
    assert 'id="doc"' in piece
    assert 'hx-swap-oob="true"' in piece
    assert "<html" not in piece
    assert "tlist" not in piece


def test_going_back_in_history_gets_the_whole_page(quarter: Quarter, clerk: Client) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in seen(clerk.get(at(a_need(quarter)), headers=headers))


def test_a_need_of_another_desk_is_not_there(quarter: Quarter) -> None:
    elsewhere = signed_in_client(cast.a_clerk(at=quarter.neighbour))
    need = a_need(quarter)
    assert elsewhere.get(at(need)).status_code == 404
    assert act(elsewhere, need, "take").status_code == 404
    assert fresh(need).stage == Need.Stage.RECEIVED


def test_a_keeper_reads_and_notes_and_handles_nothing(quarter: Quarter) -> None:
    keeper = signed_in_client(cast.a_keeper(at=quarter.station))
    need = a_need(quarter, place=Place(station=quarter.station))
    page = seen(keeper.get(at(need)))
    for button in ("take", "hand_over", "reply", "answer", "mend", "propose", "split"):
        assert f'name="do" value="{button}"' not in page, button
    assert 'name="do" value="note"' in page
    assert act(keeper, need, "note", text="来过两回了").status_code == 302
    assert act(keeper, need, "take").status_code == 403


def test_what_persons_said_stays_closed_until_somebody_asks(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter, "我叫王秀英，电话13812345678，路灯不亮")
    assert "13812345678" not in seen(clerk.get(at(need)))
    shown = clerk.post(at(need), {"do": "see_said"})
    assert "13812345678" in seen(shown)
    assert shown["Cache-Control"] == "no-store"
    assert Footprint.objects.filter(action="read_said").count() == 1


def test_a_number_is_masked_and_seeing_it_is_kept(quarter: Quarter, clerk: Client) -> None:
    receipt = a_receipt(quarter)
    need = receipt.need
    page = seen(clerk.get(at(need)))
    assert "138****1234" in page
    assert "13800001234" not in page
    assert "13800001234" in seen(clerk.post(at(need), {"do": "see_phone", "asker": receipt.asker.pk}))
    assert Entry.objects.filter(need=need, step="read_phone").count() == 1


@pytest.mark.parametrize("asker", ["", "0", "x", "9" * 30])
def test_nobody_elses_number_is_there(quarter: Quarter, clerk: Client, asker: str) -> None:
    assert clerk.post(at(a_need(quarter)), {"do": "see_phone", "asker": asker}).status_code == 404


def test_it_counts_what_the_same_number_said_before(quarter: Quarter, clerk: Client) -> None:
    a_need(quarter, "楼下的井盖松了")
    need = a_need(quarter, "电梯里灯不亮")
    assert "1 件</dd>" in seen(clerk.get(at(need)))


# --- handling --------------------------------------------------------------------------------------


def test_taking_a_need_makes_it_ours(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    assert act(clerk, need, "take").status_code == 302
    now = fresh(need)
    assert (now.stage, now.handler_id) == (Need.Stage.WORKING, quarter.clerk.pk)
    assert 'name="do" value="take"' not in seen(clerk.get(at(need)))


def test_of_two_clerks_one_wins_and_one_is_told(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    opened = {"version": fresh(need).version, "seen": last_entry(need)}
    handling.take(fresh(need), actor=quarter.colleague_actor)
    said = {"do": "answer", "outcome": "explained", "text": "换灯泡要等到周五，先照着点手电。"}
    answer = clerk.post(at(need), {**said, **opened})
    page = seen(answer)
    assert answer.status_code == 409
    assert said["text"] in page
    assert "开始办" in page.split("经过")[0]
    assert fresh(need).stage == Need.Stage.WORKING
    # The page carries the newest version: pressed again, it goes.
    assert f'name="version" value="{fresh(need).version}"' in page
    assert act(clerk, need, "answer", outcome="explained", text=said["text"]).status_code == 302


def test_pressing_twice_does_it_once(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    for do, said in (
        ("take", {}),
        ("reply", {"by": "call", "text": "今天下午来换灯泡。"}),
        ("note", {"text": "找电工老李"}),
    ):
        body = {"do": do, "version": fresh(need).version, "seen": last_entry(need), **said}
        assert [clerk.post(at(need), body).status_code for _ in range(2)] == [302, 302], do
    steps = list(Entry.objects.filter(need=need).values_list("step", flat=True))
    assert steps.count("begin") == steps.count("reply") == steps.count("note") == 1


def test_a_form_without_a_version_is_refused(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    assert clerk.post(at(need), {"do": "take"}).status_code == 422
    assert fresh(need).stage == Need.Stage.RECEIVED


@pytest.mark.parametrize("do", ["", "close", "x" * 500])
def test_a_button_that_does_not_exist_does_nothing(quarter: Quarter, clerk: Client, do: str) -> None:
    assert clerk.post(at(a_need(quarter)), {"do": do}).status_code == 404


def test_a_reply_stops_the_first_clock_and_is_told(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    assert act(clerk, need, "reply", by="sms", text="电工明天上午来看。").status_code == 302
    assert fresh(need).tray == Need.Tray.WORKING
    assert "电工明天上午来看。" in seen(clerk.get(at(need)))


def test_a_call_in_vain_is_noted_and_stops_nothing(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    act(clerk, need, "reply", by="call", text="响了没人接，晚上再打", unreached="on")
    assert fresh(need).responded_at is None
    assert "打电话没接通" in seen(clerk.get(at(need)))


def test_a_gap_of_a_template_is_never_sent(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    answer = act(clerk, need, "reply", by="sms", text="【谁】明天到现场看。")
    assert answer.status_code == 422
    assert "还有空格没填：【谁】" in seen(answer)
    assert fresh(need).responded_at is None


def test_a_reply_is_checked_while_it_is_typed(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    assert "读出来" in seen(clerk.post(f"{at(need)}reply-check/", {"text": "李师傅明天来换灯泡。"}))
    assert seen(clerk.post(f"{at(need)}reply-check/", {"text": " "})).strip() == ""
    assert clerk.get(f"{at(need)}reply-check/").status_code == 405


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "请选一个结果"),
        ({"outcome": "out_of_scope", "text": "不归我们"}, "请选一个结果"),
        ({"outcome": "planned", "text": "下周五来办。"}, "定了日子"),
        ({"outcome": "planned", "text": "下周五来办。", "planned_on": "下周五"}, "日期写成"),
        ({"outcome": "referred", "text": "这件事归供电所管。"}, "该找哪里"),
        ({"outcome": "explained", "text": "字" * 1001}, "缩短到 1000 字"),
    ],
)
def test_an_answer_that_says_too_little_comes_back(
    quarter: Quarter, clerk: Client, said: dict[str, str], sentence: str
) -> None:
    need = a_need(quarter)
    answer = act(clerk, need, "answer", **said)
    assert answer.status_code == 422
    assert sentence in seen(answer)
    assert said.get("text", "") in seen(answer)
    assert fresh(need).outcome == ""


def test_an_answer_asks_whoever_asked(quarter: Quarter, clerk: Client) -> None:
    receipt = a_receipt(quarter)
    act(clerk, receipt.need, "answer", outcome="explained", text="换灯泡要等到周五，先照着点手电。")
    receipt.asker.refresh_from_db()
    assert fresh(receipt.need).stage == Need.Stage.ANSWERED
    assert receipt.asker.confirmation == Asker.Confirmation.ASKED


def test_one_answer_for_a_whole_cluster_leaves_each_its_people(quarter: Quarter, clerk: Client) -> None:
    one, other = a_need(quarter), a_need(quarter, "三号楼路灯坏了")
    act(clerk, one, "cluster", others=[other.pk], title="三号楼路灯")
    assert Cluster.objects.get().needs.count() == 2
    said = {"outcome": "explained", "text": "配电箱烧了，周五换好。", "everyone": "on"}
    with one_by_one():
        assert act(clerk, one, "answer", **said).status_code == 302
    assert {fresh(one).stage, fresh(other).stage} == {Need.Stage.ANSWERED}
    assert Asker.objects.filter(confirmation="asked").count() == 2


def test_a_photo_that_is_none_is_refused_and_the_words_stay(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    file = SimpleUploadedFile("a.jpg", b"MZ\x90\x00 not a picture", "image/jpeg")
    answer = act(clerk, need, "answer", outcome="solved", text="灯泡换好了，请看一眼。", photo=file)
    assert answer.status_code == 422
    assert "灯泡换好了，请看一眼。" in seen(answer)


def test_a_door_is_chosen_by_its_name(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    answer = act(clerk, need, "hand_over", door=quarter.street.short_name, why="要街道协调供电所")
    assert answer.status_code == 302
    assert Handover.objects.get().to_area == quarter.street
    assert fresh(need).owner_area == quarter.area
    assert act(clerk, need, "take_back").status_code == 302


@pytest.mark.parametrize("door", ["", "没有这一家", "区" * 500])
def test_a_door_nobody_knows_comes_back_with_a_sentence(quarter: Quarter, clerk: Client, door: str) -> None:
    answer = act(clerk, a_need(quarter), "hand_over", door=door, why="该他们办")
    assert answer.status_code == 422
    assert "该他们办" in seen(answer)


def test_one_key_hands_a_need_to_the_door_that_a_rule_names(quarter: Quarter, clerk: Client) -> None:
    property_office = cast.an_organisation(quarter.area, "示例物业")
    rule = RoutingRule.objects.create(
        district=quarter.district,
        name="照明归物业",
        state=RoutingRule.State.ACTIVE,
        condition={"words": ["路灯"]},
        to_org=property_office,
        why="小区公共照明归物业",
    )
    need = a_need(quarter)
    page = seen(clerk.get(at(need)))
    assert "建议派给 示例物业" in page
    assert 'data-key="d" aria-keyshortcuts="D"' in page
    assert f'name="rule" value="{rule.pk}"' in page
    said = {"door": "示例物业", "why": rule.why, "rule": rule.pk}
    assert act(clerk, need, "hand_over", **said).status_code == 302
    offer = Handover.objects.get()
    assert (offer.to_org, offer.rule_id) == (property_office, rule.pk)
    assert act(clerk, need, "accept").status_code == 422
    assert act(clerk, need, "accept", word_of="物业前台，电话里说的").status_code == 302
    assert fresh(need).owner_org == property_office


def test_the_other_desk_sees_an_offer_and_says_yes_or_no(quarter: Quarter, clerk: Client) -> None:
    other = signed_in_client(cast.a_clerk(at=quarter.neighbour))
    need = a_need(quarter)
    offering.hand_over(need, quarter.neighbour, "灯在他们那边", actor=quarter.clerk_actor)
    assert "别处移交来，等您接" in seen(other.get(LIST))
    assert need.title in seen(other.get(f"{LIST}?tray=offered"))
    assert act(other, need, "refuse", why="灯归物业").status_code == 422
    refused = act(other, need, "refuse", why="灯归物业", next_door="府后街物业前台")
    assert refused["Location"] == LIST
    assert other.get(at(need)).status_code == 404
    assert "府后街物业前台" in seen(clerk.get(at(need)))
    offering.hand_over(fresh(need), quarter.neighbour, "再看看", actor=quarter.clerk_actor)
    assert act(other, need, "accept").status_code == 302
    assert fresh(need).owner_area == quarter.neighbour


def test_leaving_a_need_out_takes_two_persons(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    said = {"reason": "not_ours", "words": "这件事归法院管", "next_door": "区法院立案庭"}
    assert act(clerk, need, "propose", **said).status_code == 302
    assert 'name="do" value="decide"' not in seen(clerk.get(at(need)))
    colleague = signed_in_client(quarter.colleague)
    assert "等第二个人看" in seen(colleague.get(LIST))
    assert need.title in seen(colleague.get(f"{LIST}?tray=leaving"))
    assert act(colleague, need, "decide", agree="yes", words="这件事要到法院立案。").status_code == 302
    assert Exclusion.objects.get().state == Exclusion.State.AGREED
    assert fresh(need).is_excluded


def test_nobody_decides_on_their_own_proposal(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    leaving.propose(need, "trial", "误触的一条", actor=quarter.clerk_actor)
    assert act(clerk, need, "decide", agree="yes", words="就这样吧").status_code == 403
    assert not fresh(need).is_excluded


def test_public_words_are_screened_whoever_wrote_them(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    said = {"category": need.category_id, "title": need.title, "is_listed": "on"}
    act(clerk, need, "mend", **said, public_text="路灯不亮，找13812345678")
    now = fresh(need)
    assert now.is_listed
    assert "13812345678" not in now.public_text


def test_a_pause_says_until_when_and_can_end_early(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    act(clerk, need, "take")
    assert act(clerk, need, "pause", reason="waiting_for_resident", told="等您在家").status_code == 422
    day = clock.today() + dt.timedelta(days=3)
    assert (
        act(
            clerk, need, "pause", reason="waiting_for_resident", until=day.isoformat(), told="等您在家"
        ).status_code
        == 302
    )
    assert fresh(need).clock_state == Need.Clock.PAUSED
    assert "暂停计时" in seen(clerk.get(f"{LIST}?tray=reply"))
    assert act(clerk, need, "resume").status_code == 302


def test_a_need_is_split_a_line_a_part(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter, "路灯不亮，井盖也松了")
    assert act(clerk, need, "split", category=need.category_id, parts=" \n ").status_code == 422
    said = {"category": need.category_id, "parts": "修路灯\n\n换井盖"}
    with one_by_one():
        assert act(clerk, need, "split", **said).status_code == 302
    assert [part.title for part in need.parts.order_by("id")] == ["修路灯", "换井盖"]
    assert act(clerk, need, "answer", outcome="explained", text="都办好了。").status_code == 409
