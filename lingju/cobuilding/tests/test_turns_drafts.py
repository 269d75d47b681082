"""Drawing a rota up at the desk: the months, the draft with its proofs, consulted, published or dropped."""

import datetime as dt
import re

import pytest

from lingju.cobuilding.models import Blackout, Duty, Rota
from lingju.cobuilding.queries import turns_draft
from lingju.cobuilding.services import turns
from lingju.cobuilding.tests.builders import a_unit
from lingju.cobuilding.tests.organised import a_key
from lingju.cobuilding.tests.test_drawing_up import APRIL, MAY, a_ready_street, drawn
from lingju.cobuilding.tests.test_turns import a_duty, a_published_street
from lingju.cobuilding.tests.test_turns_pages import ROTA, body, words
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def the_draft(row: Rota) -> str:
    return f"{ROTA}drafts/{row.pk}/"


# --- drawing up ------------------------------------------------------------------------------------------


def test_two_months_are_drawn_up_once_a_press_and_the_draft_is_shown() -> None:
    street = a_ready_street()
    officer = cast.signed_in_client(street.officer)
    said = {"from_month": "2026-04-01", "to_month": "2026-05-01", "key": a_key()}
    answer = officer.post(ROTA, said)
    row = Rota.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, the_draft(row))
    assert officer.post(ROTA, said)["Location"] == the_draft(row)
    again = words(officer.post(ROTA, said | {"key": a_key()}), 422)
    assert "正在拟的轮值表" in again
    assert '<option value="2026-05-01" selected>' in again
    assert "有一张正在拟的轮值表" in body(officer)


def test_months_that_make_no_sense_come_back_with_a_sentence() -> None:
    street = a_ready_street()
    officer = cast.signed_in_client(street.officer)
    backwards = {"from_month": "2026-06-01", "to_month": "2026-04-01", "key": a_key()}
    assert "请选起止月份" in words(officer.post(ROTA, backwards), 422)
    for nonsense in ({}, {"from_month": "x", "to_month": "2026-04-01", "key": a_key()}):
        assert "请选一个" in words(officer.post(ROTA, nonsense), 422)
    keyless = {"from_month": "2026-04-01", "to_month": "2026-04-01"}
    assert "再提交一次" in words(officer.post(ROTA, keyless), 422)
    assert not Rota.objects.exists()


def test_two_locks_that_clash_are_both_named_on_the_page() -> None:
    street = a_published_street()
    one, two = Duty.objects.filter(cycle__month=MAY, role__code="lead").order_by("area__stem")
    turns.set_by_hand(one, None, "先空着", actor=street.leads)
    Duty.objects.filter(pk=one.pk).update(enrolment=two.enrolment_id, state=Duty.State.NOT_DONE)
    Duty.objects.filter(pk=two.pk).update(is_locked=True)
    said = {"from_month": "2026-04-01", "to_month": "2026-05-01", "key": a_key()}
    page = words(cast.signed_in_client(street.officer).post(ROTA, said), 422)
    clash = next(line for line in page.splitlines() if "一天只能去一处" in line)
    assert "府后街社区" in clash
    assert "长安社区" in clash


# --- a draft ---------------------------------------------------------------------------------------------


def test_a_draft_says_what_it_proved_who_has_how_much_and_what_it_changes() -> None:
    street = a_ready_street()
    row = drawn(street, APRIL, MAY)
    page = body(cast.signed_in_client(street.officer), the_draft(row))
    for said in (
        "空着的格子",
        "已证明没有更好的",
        "应有",
        "<b>8</b><small>格新排上",
        row.input_hash,
        row.solver,
    ):
        assert said in page
    assert "还没有批准" in page
    assert page.count("<td>没有</td>") == 8


def test_a_draft_is_consulted_published_once_and_names_who_approved() -> None:
    street = a_ready_street()
    row = drawn(street, APRIL, MAY)
    officer = cast.signed_in_client(street.officer)
    stale = words(officer.post(the_draft(row), {"do": "publish", "version": row.version + 7}), 422)
    assert "刚刚被别人动过" in stale
    assert officer.post(the_draft(row), {"do": "consult"}).status_code == 302
    row.refresh_from_db()
    assert row.state == Rota.State.CONSULTED
    assert officer.post(the_draft(row), {"do": "publish", "version": row.version}).status_code == 302
    assert Duty.objects.filter(state=Duty.State.PUBLISHED).count() == 8
    page = body(officer, the_draft(row))
    assert street.officer.display_name in page
    assert "发布会改哪些格子" not in page
    for done in ("publish", "drop", "fly"):
        assert officer.post(the_draft(row), {"do": done}).status_code in (404, 422)


def test_a_draft_beside_a_published_rota_lists_only_what_changes() -> None:
    street = a_published_street()
    lead = a_duty()
    assert lead.enrolment is not None
    assert lead.cycle.date is not None
    day = {"starts_on": lead.cycle.date, "ends_on": lead.cycle.date}
    Blackout.objects.create(district=street.district, enrolment=lead.enrolment, **day)
    row = drawn(street, APRIL, MAY, key=a_key())
    told = turns_draft.draft(row)
    assert lead.pk in {one.duty.pk for one in told.changes}
    assert len(told.changes) + told.kept == 8
    assert next(one for one in told.changes if one.duty.pk == lead.pk).before == str(lead.enrolment)
    officer = cast.signed_in_client(street.officer)
    officer.post(the_draft(row), {"do": "drop"})
    lead.refresh_from_db()
    row.refresh_from_db()
    assert (row.state, lead.enrolment is not None) == (Rota.State.DROPPED, True)


def test_a_shortage_names_the_units_there_are_and_the_cells_that_stay_empty() -> None:
    street = a_ready_street(units=3)
    law = street.series.roles.get(code="law").capability
    assert law is not None
    away = a_unit(street, "示例外出的律所", law)
    day = dt.date(2026, 4, 3)
    Blackout.objects.create(district=street.district, enrolment=away, starts_on=day, ends_on=day)
    row = drawn(street, APRIL, APRIL)
    (said,) = turns_draft.draft(row).shortages
    assert re.search(r"4月3日有 \d 格.*能来的只有 3 家.*要空 1 格", said)
    assert "示例外出的律所会做，那天来不了" in said
    assert said in body(cast.signed_in_client(street.officer), the_draft(row))


@pytest.mark.parametrize(
    ("load", "deviation", "said"),
    [
        (3, 0.4, "应有 2.6 次，正合适"),
        (3, 1.5, "多轮 1.5 次"),
        (1, -2.0, "少轮 2.0 次"),
        (0, 1.0, "可以不轮"),
    ],
)
def test_a_load_is_said_beside_its_fair_share(load: int, deviation: float, said: str) -> None:
    assert said in turns_draft.load_words(load, deviation)
