"""The rota handed out: a sheet, a workbook, a calendar, an address to subscribe to, a letter to each unit."""

import io
import re

import openpyxl
import pytest
from django.test import Client

from lingju.cobuilding.models import Cycle, Duty, UnitLink
from lingju.cobuilding.services import turns_feed
from lingju.cobuilding.tests.builders import cycles_until
from lingju.cobuilding.tests.organised import a_key
from lingju.cobuilding.tests.test_turns import a_duty, a_published_street
from lingju.cobuilding.tests.test_turns_pages import ROTA, body, words
from lingju.kernel import clock
from lingju.people.services import accounts
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def test_the_rota_prints_in_tables_of_six_days_whose_head_repeats() -> None:
    street = a_published_street()
    cycles_until(street, 2026, 12)
    page = body(cast.signed_in_client(street.officer), f"{ROTA}sheet/")
    assert page.count("<thead>") == 2
    assert "2026年韩店街道城市共建日轮值表" in page
    assert str(a_duty().enrolment) in page


def test_the_workbook_holds_every_duty_and_no_formula() -> None:
    street = a_published_street()
    unit = a_duty().enrolment
    assert unit is not None
    unit.organisation.name = '=HYPERLINK("http://example.com")'
    unit.organisation.save()
    answer = cast.signed_in_client(street.officer).get(f"{ROTA}rota.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=4) for cell in row]
    assert sheet.max_row == 3 + 8
    assert any(cell.value == unit.organisation.name and cell.data_type == "s" for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_calendar_file_has_a_day_for_each_cycle_and_says_who_comes() -> None:
    street = a_published_street()
    answer = cast.signed_in_client(street.officer).get(f"{ROTA}rota.ics")
    text = words(answer).replace("\r\n ", "")
    assert answer["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == Cycle.objects.filter(month__year=2026, date__isnull=False).count()
    assert "DTSTART;TZID=Asia/Shanghai:20260403T143000" in text
    assert str(a_duty().enrolment) in text


def test_the_own_address_of_the_desk_is_read_without_signing_in_and_taken_back_with_all_sessions() -> None:
    street = a_published_street()
    page = body(cast.signed_in_client(street.officer))
    address = re.search(r"/calendar/rota/[0-9a-f-]+\.ics", page)
    assert address is not None
    assert str(a_duty().enrolment) in words(Client().get(address[0])).replace("\r\n ", "")
    tampered = address[0].replace(f"/{street.officer.pk}-", f"/{street.clerk.pk}-")
    for wrong in (tampered, "/calendar/rota/x.ics", f"/calendar/rota/1-1-{'0' * 64}.ics"):
        assert Client().get(wrong).status_code == 404
    accounts.end_sessions(street.officer, actor=street.leads)
    assert "已经作废" in words(Client().get(address[0]), 404)


def test_an_address_opens_nothing_for_somebody_who_has_no_office_any_more() -> None:
    street = a_published_street()
    address = f"/calendar/rota/{turns_feed.secret_of(street.clerk, street.series)}.ics"
    assert Client().get(address).status_code == 200
    street.clerk.holdings.update(revoked_at=clock.now())
    assert Client().get(address).status_code == 404


def test_letters_tell_each_unit_its_turns_and_carry_a_link_only_when_one_is_made() -> None:
    street = a_published_street()
    officer = cast.signed_in_client(street.officer)
    unit = a_duty().enrolment
    assert unit is not None
    page = body(officer, f"{ROTA}letters/")
    assert page.count("轮值告知函</h1>") == Duty.objects.values("enrolment").distinct().count()
    assert "2026年4月3日" in page
    assert not UnitLink.objects.exists()
    one = f"{ROTA}letters/{unit.pk}/"
    assert "/u/" not in body(officer, one)
    said = {"key": a_key()}
    letter = words(officer.post(one, said))
    assert words(officer.post(one, said)).count("/u/") == letter.count("/u/") > 0
    assert UnitLink.objects.get().enrolment == unit
    address = re.search(r"/u/\w+/", letter)
    assert address is not None
    assert "我们的轮值" in words(Client().get(address[0]))
    body(officer, f"{ROTA}letters/999999/", 404)
    assert cast.signed_in_client(street.clerk).get(f"{ROTA}letters/").status_code == 403
