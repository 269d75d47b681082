"""Units, agreements and meetings at the desk and under a link: who comes, what is kept, what is shown."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lingju.cobuilding.models import (
    Agreement,
    Blackout,
    Duty,
    Enrolment,
    Meeting,
    Member,
    Review,
    Task,
    UnitLink,
)
from lingju.cobuilding.services import catalogue, members, unit_links
from lingju.cobuilding.services.members import MemberDraft
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.builders import Street, a_cycle, a_role, a_street
from lingju.cobuilding.tests.organised import a_code, a_key, a_task, an_agreement, an_enrolled
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]
UNITS = "/desk/days/units/"


@pytest.fixture
def street() -> Street:
    street = a_street()
    catalogue.fill(street.district, actor=the_system(street.district))
    return street


@pytest.fixture
def officer(street: Street) -> Client:
    return cast.signed_in_client(street.officer)


@pytest.fixture
def clerk(street: Street) -> Client:
    return cast.signed_in_client(street.clerk)


def a_duty(street: Street, unit: Enrolment, month: int = 4) -> Duty:
    return Duty.objects.create(
        district=street.district,
        cycle=a_cycle(street, month=month),
        area=street.community,
        role=a_role(street, f"role{month}", "牵头"),
        enrolment=unit,
        state=Duty.State.PUBLISHED,
    )


def typed(street: Street, **changes: Any) -> dict[str, Any]:
    told = {"name": "示例供电所", "kind": "state_company", "area": street.area.pk, "people": 4}
    return {**told, "liaison": "示例联络员", "phone": "13900001111", "uscc": a_code(), **changes}


def a_door(street: Street, unit: Enrolment) -> str:
    return f"/u/{unit_links.make(unit, key=a_key(), actor=street.leads).secret}/"


def test_a_unit_reports_in_at_the_desk_and_one_without_a_capability_is_told_what_it_means(
    street: Street, officer: Client
) -> None:
    said = typed(street)
    answer = officer.post(f"{UNITS}new/", said)
    unit = Enrolment.objects.get()
    assert answer["Location"] == f"{UNITS}{unit.pk}/"
    officer.post(f"{UNITS}new/", said)
    assert Enrolment.objects.count() == 1
    page = body(officer, f"{UNITS}{unit.pk}/")
    assert "没有填能做的事" in page
    assert "还没有接收报到" in page
    assert "139****1111" in page
    assert "示例联络员" not in page
    officer.post(f"{UNITS}{unit.pk}/", {"do": "receive"})
    seen = officer.post(f"{UNITS}{unit.pk}/", {"do": "contact"}).content.decode()
    assert "13900001111" in seen
    assert Footprint.objects.filter(action="read", subject_type="cobuilding.enrolment").count() == 1


def test_a_refused_report_in_keeps_what_was_typed(street: Street, officer: Client) -> None:
    answer = officer.post(f"{UNITS}new/", typed(street, uscc="123", people=0))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "示例供电所" in page
    page = officer.post(f"{UNITS}new/", typed(street, uscc="123")).content.decode()
    assert "18 位" in page


def test_a_link_is_shown_once_opens_the_door_and_not_after_it_was_taken_back(
    street: Street, officer: Client
) -> None:
    unit = an_enrolled(street)
    page = officer.post(f"{UNITS}{unit.pk}/link/", {"key": a_key()}).content.decode()
    door = re.search(r"/u/[0-9a-f]{64}/", page)[0]  # type: ignore[index]
    assert door not in body(officer, f"{UNITS}{unit.pk}/")
    nobody = Client()
    assert unit.organisation.name in body(nobody, door)
    officer.post(f"{UNITS}{unit.pk}/", {"do": "revoke", "row": UnitLink.objects.get().pk})
    for path in (door, f"{door}turns.ics"):
        page = body(nobody, path, 404)
        assert "作废" in page
        assert street.area.short_name in page
    assert nobody.post(door, {"do": "months", "months": [3]}).status_code == 404


def test_a_unit_accepts_its_turn_gives_it_back_and_keeps_its_days(street: Street) -> None:
    unit, other = an_enrolled(street), an_enrolled(street)
    duty, foreign = a_duty(street, unit), a_duty(street, other, month=5)
    door, browser = a_door(street, unit), Client()
    page = body(browser, door)
    assert "府后街社区" in page
    assert other.organisation.name not in page
    browser.post(door, {"do": "accept", "row": duty.pk})
    duty.refresh_from_db()
    assert duty.state == Duty.State.ACCEPTED
    assert browser.post(door, {"do": "accept", "row": foreign.pk}).status_code == 404
    refused = browser.post(door, {"do": "drop", "row": duty.pk, "reason": ""})
    assert refused.status_code == 422
    browser.post(door, {"do": "away", "starts_on": "2026-04-01", "ends_on": "2026-04-30", "reason": "检修"})
    assert "已经排了轮值" in body(browser, door)
    browser.post(door, {"do": "drop", "row": duty.pk, "reason": "设备检修"})
    duty.refresh_from_db()
    assert duty.enrolment_id is None
    browser.post(door, {"do": "months", "months": [3, 9]})
    unit.refresh_from_db()
    assert unit.preferred_months == [3, 9]
    for row in Blackout.objects.filter(enrolment=unit):
        browser.post(door, {"do": "back", "row": row.pk})
    assert not Blackout.objects.filter(enrolment=unit).exists()


def test_a_unit_that_is_always_away_is_told(street: Street) -> None:
    unit = an_enrolled(street)
    door, browser = a_door(street, unit), Client()
    browser.post(door, {"do": "away", "starts_on": "2026-03-10", "ends_on": "2027-04-01"})
    assert "十二个月" in body(browser, door)


def test_the_calendar_of_a_unit_holds_its_own_turns_and_nobody_s_name(street: Street) -> None:
    unit, other = an_enrolled(street), an_enrolled(street)
    a_duty(street, unit)
    a_duty(street, other, month=5)
    text = body(Client(), f"{a_door(street, unit)}turns.ics").replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 1
    assert "20260403" in text
    assert "府后街社区" in text
    assert "示例联络员" not in text
    assert "1390000" not in text


def test_an_agreement_is_signed_by_link_and_at_the_desk(street: Street, clerk: Client) -> None:
    unit = an_enrolled(street)
    said = {
        "enrolment": unit.pk,
        "area": street.community.pk,
        "title": "共驻共建协议",
        "text": "单位每个季度来服务一次，社区提供场地。",
        "starts_on": "2026-03-01",
        "ends_on": "2027-02-28",
        "key": a_key(),
    }
    for _press in range(2):
        clerk.post("/desk/days/agreements/new/", said)
    agreement = Agreement.objects.get()
    door, browser = a_door(street, unit), Client()
    assert "等您签字" in body(browser, door)
    path = f"{door}agreements/{agreement.pk}/"
    assert browser.post(path, {"do": "sign", "version": agreement.version + 7}).status_code == 422
    browser.post(path, {"do": "sign", "version": agreement.version})
    desk = f"/desk/days/agreements/{agreement.pk}/"
    clerk.post(desk, {"do": "sign", "version": Agreement.objects.get().version})
    assert Agreement.objects.get().state == "in_force"
    assert "单位每个季度" in body(clerk, f"{desk}sheet/")
    other = an_agreement(street, an_enrolled(street))
    assert browser.get(f"{door}agreements/{other.pk}/").status_code == 404


def test_reviews_go_both_ways_and_are_answered(street: Street, clerk: Client) -> None:
    unit = an_enrolled(street)
    door, browser = a_door(street, unit), Client()
    said = {"enrolment": unit.pk, "area": street.community.pk, "period": "2026-02", "verdict": "fair"}
    clerk.post(f"{UNITS}reviews/", {**said, "text": "来得有点晚"})
    review = Review.objects.get()
    assert "来得有点晚" not in body(browser, door)
    clerk.post(f"{UNITS}reviews/", {"do": "tell", "row": review.pk})
    assert "来得有点晚" in body(browser, door)
    browser.post(door, {"do": "reply", "row": review.pk, "reply": "下次早点到"})
    assert "下次早点到" in body(clerk, f"{UNITS}reviews/")
    answer = browser.post(
        door, {"do": "review", "area": street.area.pk, "period": "2026Q1", "verdict": "good", "text": "好"}
    )
    assert answer.status_code == 302


def test_a_member_is_listed_by_number_and_the_name_shown_on_a_press_that_is_kept(
    street: Street, clerk: Client
) -> None:
    said = {"called": "示例党员甲", "phone": "13900002222", "area": street.community.pk, "key": a_key()}
    assert clerk.post(f"{UNITS}members/", said).status_code == 422
    for _press in range(2):
        clerk.post(f"{UNITS}members/", {**said, "agreed": "on"})
    member = Member.objects.get()
    assert "示例党员甲" not in body(clerk, f"{UNITS}members/")
    assert "示例党员甲" not in body(clerk, f"{UNITS}members/{member.pk}/")
    assert "示例党员甲" in clerk.post(f"{UNITS}members/{member.pk}/", {"do": "contact"}).content.decode()
    assert Footprint.objects.filter(action="read", subject_type="cobuilding.member").count() == 1
    clerk.post(f"{UNITS}members/{member.pk}/", {"do": "receive"})
    clerk.post(f"{UNITS}members/{member.pk}/", {"do": "end", "reason": "搬走了"})
    assert Member.objects.get().state == "ended"


def test_pairings_are_made_and_printed_without_names(street: Street, clerk: Client) -> None:
    unit = an_enrolled(street)
    compound = builders.a_compound(street.community, name="示例花园")
    draft = MemberDraft("示例党员甲", agreed=True)
    member = members.register(street.community, draft, key=a_key(), actor=street.carries)
    clerk.post(f"{UNITS}pairings/", {"enrolment": unit.pk, "compound": compound.pk})
    clerk.post(f"{UNITS}pairings/", {"member": member.pk, "compound": compound.pk})
    assert clerk.post(f"{UNITS}pairings/", {"compound": compound.pk}).status_code == 422
    for path in (f"{UNITS}pairings/", f"{UNITS}pairings/sheet/"):
        page = body(clerk, path)
        assert unit.organisation.name in page
        assert "示例党员甲" not in page


def test_a_meeting_goes_from_its_call_to_tasks_struck_off(street: Street, clerk: Client) -> None:
    unit = an_enrolled(street)
    said = {
        "title": "联席会议",
        "area": street.community.pk,
        "date": "2026-03-10",
        "starts": "09:00",
        "agenda": "一、路灯",
        "organisations": [unit.organisation_id],
        "key": a_key(),
    }
    clerk.post("/desk/days/meetings/new/", said)
    path = f"/desk/days/meetings/{Meeting.objects.get().pk}/"
    clerk.post(path, {"do": "hold", "came": [unit.organisation_id]})
    clerk.post(path, {"do": "minute", "came": [unit.organisation_id], "decisions": "两周修好"})
    task = {"do": "task", "title": "修路灯", "owner": unit.organisation_id, "due_on": "2026-03-24"}
    for _press in range(2):
        clerk.post(path, {**task, "key": "press-of-one-task"})
    given = Task.objects.get()
    sheet = body(clerk, f"{path}sheet/")
    assert all(words in sheet for words in ("两周修好", "修路灯", unit.organisation.name))
    one = f"/desk/days/meetings/tasks/{given.pk}/"
    clerk.post(one, {"do": "finish", "result": "修好了"})
    clerk.post(one, {"do": "close"})
    assert Task.objects.get().state == "closed"


def test_a_circle_of_tasks_is_told_on_the_page_and_an_overdue_task_is_listed(
    street: Street, clerk: Client
) -> None:
    first = a_task(street, "量尺寸")
    second = a_task(street, "买灯", first)
    Task.objects.filter(pk=second.pk).update(due_on="2026-03-01")
    answer = clerk.post(f"/desk/days/meetings/tasks/{first.pk}/", {"do": "after", "after": [second.pk]})
    assert answer.status_code == 422
    assert "圈" in answer.content.decode()
    assert "过期没销号的任务" in body(clerk, "/desk/days/meetings/")
    assert "过了期限" in body(clerk, f"/desk/days/meetings/tasks/{second.pk}/")


def test_a_roll_is_taken_in_row_by_row_and_handed_out_without_whom_to_call(
    street: Street, officer: Client
) -> None:
    head = "单位名称,类别,统一社会信用代码,报到的地方,能做的事,一次来几个人,方便的月份,联络员,联络电话\n"
    good = f"示例医院,事业单位,{a_code()},韩店街道,健康医疗、其他,5,3、9,示例联络员,13900003333\n"
    bad = "示例公司,非公企业,123,韩店街道,唱歌,0,13,,\n"
    file = SimpleUploadedFile("名册.csv", (head + good + bad).encode())
    path = officer.post(f"{UNITS}sheets/", {"sheet": "units", "file": file})["Location"]
    page = body(officer, path)
    assert "月份" in page
    assert not Enrolment.objects.exists()
    file = SimpleUploadedFile("名册.csv", (head + good).encode())
    for _time in range(2):
        file.seek(0)
        path = officer.post(f"{UNITS}sheets/", {"sheet": "units", "file": file})["Location"]
        officer.post(path)
    unit = Enrolment.objects.get()
    assert {one.code for one in unit.capabilities.all()} == {"health", "other"}
    assert (unit.preferred_months, unit.liaison) == ([3, 9], "示例联络员")
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{UNITS}roll.xlsx").content))
    cells = "".join(str(cell) for row in book.worksheets[0].values for cell in row)
    assert "示例医院" in cells
    assert "示例联络员" not in cells
    assert "13900003333" not in cells
