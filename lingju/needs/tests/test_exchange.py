"""Sheets of slips and orders: taken in once each, refused row by row in words, answered with results."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.rules import Actor
from lingju.needs.imports import results, sheets
from lingju.needs.imports.finding import finder
from lingju.needs.models import Asker, ForeignNumber, Need
from lingju.needs.services import answering, axes, handling, judging
from lingju.needs.services.answering import Answer
from lingju.needs.services.judging import Verdict
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast
from lingju.places.imports import running, shelf
from lingju.places.imports.running import Result
from lingju.places.imports.running import Verdict as Row

pytestmark = pytest.mark.django_db

HEAD = "编号,日期,类别,小区/地点,内容,称呼,电话"
ORDERS = "工单编号,类型,标题,内容,来电人,电话,被反映区,街乡镇,村社区,点位,受理时间,时限"


def a_sheet(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\n".join((head, *rows)).encode(encoding))


def a_workbook(rows: list[list[Any]]) -> io.BytesIO:
    """Return a workbook with a title over all columns and a header of two rows, as communities keep it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 6, "意见箱登记表")
    for at, title in enumerate(("编号", "日期", "类别", "小区/地点", "内容")):
        sheet.merge_range(1, at, 2, at, title)
    sheet.merge_range(1, 5, 1, 6, "联系人")
    sheet.write_row(2, 5, ["称呼", "电话"])
    for number, row in enumerate(rows, 3):
        sheet.write_row(number, 0, row)
    book.close()
    return io.BytesIO(out.getvalue())


def taken(
    quarter: Quarter, file: io.BytesIO, name: str = "slips", *, actor: Actor | None = None, **how: Any
) -> Result:
    ending = "箱.xlsx" if file.getvalue().startswith(b"PK") else "箱.csv"
    who = actor or quarter.clerk_actor
    return sheets.take_in(name, file, ending, quarter.district, actor=who, **how)


def a_slip(quarter: Quarter, text: str = "路灯不亮，三天了", number: str = "ZT-12") -> str:
    day = clock.today() - dt.timedelta(days=2)
    return f"{number},{day},照明,{quarter.compound.name}3号楼门口,{text},王奶奶,13800001234"


def test_a_slip_becomes_a_need_with_its_place_its_person_and_its_day() -> None:
    quarter = builders.a_quarter()
    result = taken(quarter, a_sheet(a_slip(quarter)))
    assert result.counts == (1, 0, 0, 0)
    need = Need.objects.get()
    assert need.channel == Need.Channel.PAPER
    assert need.compound_id == quarter.compound.pk
    assert need.place_note == "3号楼门口"
    assert need.submitted_at.astimezone(clock.ZONE).date() == clock.today() - dt.timedelta(days=2)
    asker = need.askers.get()
    assert (asker.called, asker.phone, asker.by) == ("王奶奶", "13800001234", Asker.By.CALL)
    assert asker.account_id is None
    assert ForeignNumber.objects.get().number == "ZT-12"
    assert axes.rebuilt(need) == axes.reading(need)


def test_the_same_sheet_twice_makes_no_second_need() -> None:
    quarter = builders.a_quarter()
    slips = (a_slip(quarter), f",,照明,{quarter.compound.name},楼道灯坏了,,")
    assert taken(quarter, a_sheet(*slips)).counts == (2, 0, 0, 0)
    assert taken(quarter, a_sheet(*slips)).counts == (0, 0, 2, 0)
    assert Need.objects.count() == 2


def test_a_dry_run_keeps_nothing_and_uses_no_number_up() -> None:
    quarter = builders.a_quarter()
    result = sheets.look(
        "slips", a_sheet(a_slip(quarter)), "箱.csv", quarter.district, actor=quarter.clerk_actor
    )
    assert result.counts == (1, 0, 0, 0)
    assert Need.objects.count() == 0
    assert builders.a_need(quarter).number.endswith("-0001")


def test_a_workbook_with_a_title_and_merged_heads_is_read() -> None:
    quarter = builders.a_quarter()
    row = [
        "A1",
        dt.date(2026, 1, 1).isoformat(),
        "照明",
        quarter.compound.name,
        "灯坏了",
        "老李",
        13800001234,
    ]
    row[1] = clock.today().isoformat()
    assert taken(quarter, a_workbook([row])).counts == (1, 0, 0, 0)
    assert Need.objects.get().askers.get().phone == "13800001234"


def test_a_sheet_in_gb18030_is_read() -> None:
    quarter = builders.a_quarter()
    taken(quarter, a_sheet(a_slip(quarter, "㙍字路口的灯坏了"), encoding="gb18030"))
    assert "㙍字路口" in Need.objects.get().text


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("1,,照明,天上人间,灯坏了,,", "天上人间"),
        ("1,,照明,{home},,,", "内容"),
        ("1,,照明,,灯坏了,,", "地点"),
        ("1,,没有这类,{home},嗯嗯嗯,,", "类别"),
        ("1,,照明,{home},灯坏了,,12", "电话"),
        ("1,2999-01-01,照明,{home},灯坏了,,", "日期"),
        ("1,1999-01-01,照明,{home},灯坏了,,", "日期"),
        ("1,昨天,照明,{home},灯坏了,,", "日期"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_in_words_and_nothing_is_kept(row: str, word: str) -> None:
    quarter = builders.a_quarter()
    result = taken(quarter, a_sheet(a_slip(quarter), row.format(home=quarter.compound.name)))
    (line,) = result.refused
    assert line.number == 3
    assert word in line.sentence
    assert not result.was_written
    assert Need.objects.count() == 0


def test_the_report_names_what_is_wrong_and_can_be_given_again() -> None:
    quarter = builders.a_quarter()
    wrong = f"7,,照明,{quarter.compound.name},灯坏了,,12"
    result = taken(quarter, a_sheet(a_slip(quarter), wrong), partial=True)
    assert result.counts == (1, 0, 0, 1)
    book = openpyxl.load_workbook(io.BytesIO(result.report()))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert cells[0][-1] == "哪里不对"
    assert "电话" in str(cells[2][-1])
    book.worksheets[0].cell(3, 7, "13800005678")
    mended = io.BytesIO()
    book.save(mended)
    assert taken(quarter, io.BytesIO(mended.getvalue())).counts == (1, 0, 1, 0)


def test_a_clerk_takes_in_nothing_for_another_community() -> None:
    quarter = builders.a_quarter()
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour, name="钱社工"))
    (line,) = taken(quarter, a_sheet(a_slip(quarter)), actor=elsewhere).refused
    assert "不归您管" in line.sentence


def test_a_slip_with_red_flags_is_taken_in_and_comes_first() -> None:
    quarter = builders.a_quarter()
    taken(quarter, a_sheet(a_slip(quarter, "楼道里有煤气味，闻着头晕")))
    assert Need.objects.get().is_urgent


def test_a_sheet_that_is_no_sheet_is_refused_as_a_whole() -> None:
    quarter = builders.a_quarter()
    with pytest.raises(BadInput):
        taken(quarter, io.BytesIO(b"\x00\x01\x02"))
    with pytest.raises(BadInput):
        taken(quarter, a_sheet("1,2", head="甲,乙"))
    many = [f"{at},,照明,{quarter.compound.name},灯,," for at in range(running.MOST_ROWS + 1)]
    with pytest.raises(TooLarge):
        taken(quarter, a_sheet(*many))


def test_what_waits_on_the_shelf_cannot_be_read_from_the_disk(settings: Any) -> None:
    quarter = builders.a_quarter()
    parcel = shelf.put(quarter.clerk_actor, "slips", "箱.csv", a_sheet(a_slip(quarter)))
    folder = settings.LINGJU.var / "imports" / str(quarter.clerk.pk)
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"13800001234" not in kept
    assert b"13800001234" in shelf.file_of(quarter.clerk_actor, parcel).read()


# --- orders of the hotline ---------------------------------------------------------------------------


def an_order(quarter: Quarter, number: str = "20261120001", due: str = "") -> str:
    area = quarter.area.short_name
    spot = f"{quarter.compound.name}东门"
    return f"{number},投诉,路灯不亮,路灯坏了没人修,张先生,13900001111,,,{area},{spot},,{due}"


def test_an_order_is_taken_over_under_its_number_and_its_earlier_limit() -> None:
    quarter = builders.a_quarter()
    tomorrow = clock.today() + dt.timedelta(days=1)
    result = taken(quarter, a_sheet(an_order(quarter, due=str(tomorrow)), head=ORDERS), "orders")
    assert result.counts == (1, 0, 0, 0)
    need = Need.objects.get()
    assert (need.channel, need.compound_id, need.place_note) == ("exchange", quarter.compound.pk, "东门")
    assert need.due_at == dt.datetime.combine(tomorrow, dt.time(17), tzinfo=clock.ZONE)
    assert need.text.startswith("路灯不亮\n")
    number = ForeignNumber.objects.get()
    assert (number.system, number.number) == ("12345", "20261120001")
    assert taken(quarter, a_sheet(an_order(quarter), head=ORDERS), "orders").counts == (0, 0, 1, 0)


def test_a_later_limit_does_not_loosen_our_own_promise() -> None:
    quarter = builders.a_quarter()
    late = clock.today() + dt.timedelta(days=300)
    taken(quarter, a_sheet(an_order(quarter, due=str(late)), head=ORDERS), "orders")
    need = Need.objects.get()
    assert need.due_at is not None
    assert need.due_at < dt.datetime.combine(late, dt.time(), tzinfo=clock.ZONE)


def test_the_same_number_of_the_grid_is_another_order() -> None:
    quarter = builders.a_quarter()
    grid = an_order(quarter).replace("20261120001,", "20261120001,网格,")
    head = ORDERS.replace("工单编号,", "工单编号,来源系统,")
    taken(quarter, a_sheet(an_order(quarter), head=ORDERS), "orders")
    assert taken(quarter, a_sheet(grid, head=head), "orders").counts == (1, 0, 0, 0)


def test_results_say_what_came_of_an_order_and_what_its_asker_said() -> None:
    quarter = builders.a_quarter()
    taken(quarter, a_sheet(an_order(quarter), an_order(quarter, "-2"), head=ORDERS), "orders")
    need = builders.fresh(Need.objects.get(foreign_numbers__number="20261120001"))
    handling.take(need, actor=quarter.clerk_actor)
    answering.answer(
        need, Answer(Need.Outcome.EXPLAINED, "电工今天上午换了灯泡。"), actor=quarter.clerk_actor
    )
    judging.judge(
        need.askers.get(), Verdict("mostly", "yes"), by=Asker.By.CALL, actor=quarter.colleague_actor
    )
    other, line = results.lines(quarter.district, quarter.clerk_actor)
    named = dict(zip((column.title for column in results.OUT), line, strict=True))
    assert named["工单编号"] == "20261120001"
    assert named["回单"] == "电工今天上午换了灯泡。"
    assert (named["是否解决"], named["是否满意"]) == ("解决", "基本满意")
    assert named["办结时间"] is not None
    assert other[7:9] == ("", "")


def test_results_are_those_of_ones_own_communities_and_hold_no_formula() -> None:
    quarter = builders.a_quarter()
    formula = an_order(quarter, '=HYPERLINK("http://x";"y")')
    taken(quarter, a_sheet(formula, head=ORDERS), "orders")
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour, name="钱社工"))
    assert results.lines(quarter.district, elsewhere) == []
    content = results.workbook(quarter.district, actor=quarter.clerk_actor)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0] for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_an_address_finds_the_smallest_place_it_names() -> None:
    quarter = builders.a_quarter()
    found = finder(quarter.district)
    assert found.place([quarter.area.short_name]).area == quarter.area
    both = found.place([quarter.street.name, f"{quarter.area.name}{quarter.compound.name}2单元"])
    assert (both.compound, both.note) == (quarter.compound, f"{quarter.area.name} 2单元".replace(" ", ""))
    assert found.place([quarter.area.name, f"{quarter.compound.name} 2单元"]).note == "2单元"
    assert found.place([quarter.station.name]).station == quarter.station
    assert found.kind("东西坏了->照明").name == "照明"
    assert found.kind("", "路灯不亮").code == "broken_light"


def test_templates_say_which_columns_are_needed() -> None:
    for name in sheets.SHEETS:
        book = openpyxl.load_workbook(io.BytesIO(sheets.template(name)))
        assert any(str(cell.value).endswith("*") for cell in next(book.worksheets[0].iter_rows()))
    assert Row.NEW.value
