"""The sheet of a reading corner: titles put on the shelf, changed, refused row by row; the page for it."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lingju.bookings.imports import sheets
from lingju.bookings.models import Bookable, Pool
from lingju.bookings.parties import Party
from lingju.bookings.services import lending
from lingju.bookings.tests.builders import a_bookable, a_key, a_station, the_system
from lingju.kernel.rules import Actor
from lingju.people.tests import cast
from lingju.places.imports.running import Result
from lingju.places.models import Station

pytestmark = pytest.mark.django_db
HEAD = ("驿站", "书名", "作者", "册数", "可借天数")


def book(*rows: tuple[Any, ...]) -> io.BytesIO:
    """Return a workbook with a title line above its head, as offices make them."""
    made = openpyxl.Workbook()
    for row in (("阅读角图书登记表",), HEAD, *rows):
        made.worksheets[0].append(row)
    made.worksheets[0].merge_cells("A1:E1")
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def taken(
    station: Station, *rows: tuple[Any, ...], actor: Actor | None = None, partial: bool = False
) -> Result:
    """Take rows in as the house, or as somebody."""
    who = actor or the_system(station)
    return sheets.take_in("books", book(*rows), "图书.xlsx", station.district, actor=who, partial=partial)


def shelf(name: str) -> tuple[int, int]:
    """Return how many copies of a title stand there, and for how many days one may keep one."""
    title = Bookable.objects.get(name=name)
    assert title.mode == Bookable.Mode.LOAN
    return Pool.objects.get(uses__bookable=title).capacity, title.loan_days


def test_titles_are_put_on_the_shelf_and_lent() -> None:
    station = a_station()
    result = taken(
        station,
        (station.name, "示例故事集", "示例作者", 3, 30),
        (station.name, "示例菜谱", None, None, None),
    )
    assert (result.was_written, result.counts) == (True, (2, 0, 0, 0))
    assert shelf("示例故事集（示例作者）") == (3, 30)
    assert shelf("示例菜谱") == (1, 30)
    title = Bookable.objects.select_related("area", "station__area").get(name="示例菜谱")
    assert lending.lend(title, Party(called="李"), key=a_key(), actor=the_system(station)).claim.pk


def test_the_same_sheet_again_changes_nothing_and_empty_cells_leave_what_is_there() -> None:
    station = a_station()
    row = (station.name, "示例故事集", None, 3, 30)
    taken(station, row)
    assert taken(station, row).counts == (0, 0, 1, 0)
    assert taken(station, (station.name, "示例故事集", None, 5, 14)).counts == (0, 1, 0, 0)
    assert taken(station, (station.name, "示例故事集", None, None, None)).counts == (0, 0, 1, 0)
    assert shelf("示例故事集") == (5, 14)
    assert Bookable.objects.count() == 1


def test_every_row_that_makes_no_sense_is_told_by_itself() -> None:
    station = a_station()
    a_bookable(station, name="理发")
    result = taken(
        station,
        (station.name, "示例故事集", None, 3, 30),
        (station.name, "示例故事集", None, 1, 30),
        ("没有的驿站", "示例菜谱", None, 1, 30),
        (station.name, "理发", None, 1, 30),
        (station.name, "示例诗", None, 0, 30),
        (station.name, "示例画册", None, 1, "很久"),
        (station.name, "长" * 58, "示例作者", 1, 30),
        (station.name, None, None, 1, 30),
    )
    assert (result.was_written, result.counts) == (False, (1, 0, 0, 7))
    told = {line.number: line.sentence for line in result.refused}
    assert "重复" in told[4]
    assert "没有叫“没有的驿站”的驿站" in told[5]
    assert "不是借还的东西" in told[6]
    assert "册数" in told[7]
    assert "可借天数" in told[8]
    assert "一共最多 60 个字" in told[9]
    assert not Bookable.objects.filter(mode="loan").exists()
    report = openpyxl.load_workbook(io.BytesIO(result.report()))
    assert any("哪里不对" in str(cell.value) for row in report.worksheets[0].iter_rows() for cell in row)


def test_good_rows_are_kept_where_that_is_wanted_and_gb18030_is_read() -> None:
    station = a_station()
    text = f"驿站,书名,册数\n{station.name},示例故事集,2\n别处,示例菜谱,1\n".encode("gb18030")
    result = sheets.take_in(
        "books",
        io.BytesIO(text),
        "图书.csv",
        station.district,
        actor=the_system(station),
        partial=True,
    )
    assert (result.was_written, result.counts) == (True, (1, 0, 0, 1))


def test_copies_are_not_fewer_than_are_lent() -> None:
    station = a_station()
    taken(station, (station.name, "示例故事集", None, 3, 30))
    title = Bookable.objects.select_related("area", "station__area").get()
    for _copy in range(2):
        lending.lend(title, Party(called="李"), key=a_key(), actor=the_system(station))
    result = taken(station, (station.name, "示例故事集", None, 1, 30))
    assert "已经约出去 2 个" in result.refused[0].sentence
    assert shelf("示例故事集") == (3, 30)


def test_a_clerk_of_another_community_fills_no_shelf_here() -> None:
    station = a_station()
    elsewhere = a_station("别处驿站", district=station.district, area=station.area.parent)
    keeper = cast.an_actor_of(cast.a_keeper(at=elsewhere))
    result = taken(station, (station.name, "示例故事集", None, 3, 30), actor=keeper)
    assert result.counts == (0, 0, 0, 1)
    assert not Bookable.objects.exists()


def test_the_desk_looks_first_and_writes_when_told(settings: Any, tmp_path: Any) -> None:
    station = a_station()
    desk = cast.signed_in_client(cast.a_clerk(at=station.area))
    page = desk.get("/desk/bookings/sheets/").content.decode()
    assert "导入图书" in page
    template = desk.get("/desk/bookings/sheets/empty/books.xlsx")
    head = openpyxl.load_workbook(io.BytesIO(template.content)).worksheets[0]
    assert "书名" in [str(cell.value).strip("*") for row in head.iter_rows() for cell in row]
    file = SimpleUploadedFile("图书.xlsx", book((station.name, "示例故事集", None, 3, 30)).read())
    sent = desk.post("/desk/bookings/sheets/", {"sheet": "books", "file": file})
    assert sent.status_code == 302
    assert "示例故事集" in desk.get(sent.url).content.decode()  # type: ignore[attr-defined]
    assert not Bookable.objects.exists()
    assert desk.post(sent.url).status_code == 302  # type: ignore[attr-defined]
    assert shelf("示例故事集") == (3, 30)
    refused = desk.post("/desk/bookings/sheets/", {"sheet": "books"})
    assert refused.status_code == 422
