"""Papers for slips without a telephone: printed by whoever took the sheet in, for a day, each print kept."""

import datetime as dt
import io
import re

import pytest
import time_machine
import zeal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lingju.kernel import clock
from lingju.needs.models import Asker, Need
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter, fresh
from lingju.people.tests import cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
HEAD = "编号,日期,类别,小区/地点,内容,称呼,电话"


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def taken_in(quarter: Quarter, browser: Client, *rows: str) -> str:
    """Send a sheet of slips through the pages and confirm it; return where its last page is."""
    written = "\n".join((HEAD, *(row.format(home=quarter.compound.name) for row in rows)))
    file = SimpleUploadedFile("意见箱.csv", io.BytesIO(written.encode("utf-8-sig")).read())
    looked = browser.post("/desk/exchange/", {"sheet": "slips", "file": file})
    assert looked.status_code == 302
    with zeal.zeal_ignore():  # rows go through the verbs one by one, so that each is refused alone
        done = browser.post(looked["Location"], {"partial": "no"})
    assert done.status_code == 302
    return str(done["Location"])


def three_slips(quarter: Quarter, browser: Client) -> str:
    return taken_in(
        quarter,
        browser,
        "ZT-1,,照明,{home},路灯不亮,王奶奶,",
        "ZT-2,,照明,{home},楼道灯坏了,李师傅,13800001234",
        ",,照明,{home},车棚没灯,,",
    )


def test_the_last_page_of_an_import_leads_to_the_papers_of_those_without_a_telephone() -> None:
    quarter = builders.a_quarter()
    browser = cast.signed_in_client(quarter.clerk)
    there = three_slips(quarter, browser)
    assert "有 2 张纸条没留电话" in text_of(browser, there)
    sheet = text_of(browser, f"{there}slips/")
    for need in Need.objects.all():
        asker = need.askers.get()
        is_printed = asker.phone is None
        assert (str(asker.code) in sheet) is is_printed
        assert (need.number in sheet) is is_printed
    assert sheet.count("<svg") >= 2
    assert "ZT-1" in sheet
    assert "#" not in "".join(re.findall(r"<td>(.*?)</td>", sheet)), "a number that nobody wrote is not shown"


def test_with_the_paper_the_asker_judges() -> None:
    quarter = builders.a_quarter()
    browser = cast.signed_in_client(quarter.clerk)
    sheet = text_of(browser, f"{three_slips(quarter, browser)}slips/")
    number, code = re.findall(r"<dd>([\d-]+)</dd>", sheet)[:2]
    need = fresh(Need.objects.get(number=number))
    builders.answered(need, quarter)
    she = Client()
    assert she.post("/m/", {"number": number, "code": code}).status_code == 302
    said = {"solved": "yes", "satisfied": "satisfied"}
    assert she.post(f"/m/{number}/judge/", said).status_code == 302
    assert need.askers.get().confirmation == Asker.Confirmation.SATISFIED


def test_every_print_is_kept_with_who_it_was() -> None:
    quarter = builders.a_quarter()
    browser = cast.signed_in_client(quarter.clerk)
    there = three_slips(quarter, browser)
    assert not Footprint.objects.filter(action="print_slip").exists()
    text_of(browser, f"{there}slips/")
    printed = Footprint.objects.filter(action="print_slip")
    without = Asker.objects.filter(phone__isnull=True)
    assert sorted(printed.values_list("subject_id", flat=True)) == sorted(
        without.values_list("pk", flat=True)
    )
    assert set(printed.values_list("actor_id", flat=True)) == {quarter.clerk.pk}


def test_nobody_else_can_print_them_and_a_day_later_nobody_can() -> None:
    quarter = builders.a_quarter()
    browser = cast.signed_in_client(quarter.clerk)
    there = three_slips(quarter, browser)
    assert cast.signed_in_client(quarter.colleague).get(f"{there}slips/").status_code == 404
    with time_machine.travel(clock.now() + dt.timedelta(hours=25), tick=False):
        later = cast.signed_in_client(quarter.clerk)
        assert later.get(f"{there}slips/").status_code == 404


def test_the_same_sheet_again_prints_nobodys_code_again() -> None:
    quarter = builders.a_quarter()
    browser = cast.signed_in_client(quarter.clerk)
    slip = "ZT-1,,照明,{home},路灯不亮,王奶奶,"
    taken_in(quarter, browser, slip)
    again = taken_in(quarter, browser, slip, "ZT-9,,照明,{home},井盖响,,")
    sheet = text_of(browser, f"{again}slips/")
    assert "ZT-9" in sheet
    assert "ZT-1<" not in sheet


def test_a_sheet_in_which_everybody_left_a_telephone_has_no_papers() -> None:
    quarter = builders.a_quarter()
    browser = cast.signed_in_client(quarter.clerk)
    there = taken_in(quarter, browser, "ZT-2,,照明,{home},楼道灯坏了,李师傅,13800001234")
    assert "没留电话" not in text_of(browser, there)
    assert browser.get(f"{there}slips/").status_code == 404
