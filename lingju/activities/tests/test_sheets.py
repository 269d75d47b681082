"""Sheets of head counts and of arrivals: merged headers, GB18030, wrong columns, twice the same, no half."""

import io
from typing import Any

import openpyxl
import pytest

from lingju.activities.imports import sheets
from lingju.activities.models import HeadCount, Scan, Session
from lingju.activities.queries import attendance as queries
from lingju.activities.tests.builders import Quarter
from lingju.activities.tests.gatherings import a_guest, a_session, a_town, on_the_day
from lingju.kernel.errors import BadInput, NotThere
from lingju.people.tests import cast
from lingju.places.imports.running import Result

pytestmark = pytest.mark.django_db
DAY, TITLE = "2026-03-04", "紧急救护培训"


def book(*rows: tuple[Any, ...], merges: tuple[str, ...] = ()) -> io.BytesIO:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    for merged in merges:
        sheet.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def csv(text: str, encoding: str = "gb18030") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def run(
    town: Quarter, session: Session, name: str, file: io.BytesIO, file_name: str = "表.xlsx", **options: bool
) -> Result:
    with on_the_day(session, minutes=200):
        if options.pop("dry", False):
            return sheets.look(name, file, file_name, town.district, actor=town.clerk_actor)
        return sheets.take_in(name, file, file_name, town.district, actor=town.clerk_actor, **options)


def merged_sheet(elder: object = 23, total: object = 37) -> io.BytesIO:
    return book(
        ("府后街社区活动人数表",),
        ("日期", "活动名称", "驿站", "人数", None, None, None),
        (None, None, None, "老人", "孩子", "成人", "合计"),
        (DAY, TITLE, "府后街社区幸福驿站", elder, 4, 10, total),
        merges=("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:G2"),
    )


def test_a_sheet_with_merged_headers_is_understood() -> None:
    town = a_town()
    session = a_session(town)
    result = run(town, session, "headcounts", merged_sheet())
    assert (result.was_written, result.counts) == (True, (1, 0, 0, 0))
    assert queries.figures([session]).by_group == {"elder": 23, "child": 4, "adult": 10}


def test_a_dry_run_keeps_nothing() -> None:
    town = a_town()
    session = a_session(town)
    result = run(town, session, "headcounts", merged_sheet(), dry=True)
    assert (result.was_written, result.counts) == (False, (1, 0, 0, 0))
    assert not HeadCount.objects.exists()


def test_the_same_sheet_again_counts_nobody_twice_and_another_figure_is_refused() -> None:
    town = a_town()
    session = a_session(town)
    run(town, session, "headcounts", merged_sheet())
    again = run(town, session, "headcounts", merged_sheet())
    assert again.counts == (0, 0, 1, 0)
    other = run(town, session, "headcounts", merged_sheet(elder=24, total=38))
    assert (other.was_written, other.counts) == (False, (0, 0, 0, 1))
    assert "更正" in other.refused[0].sentence
    assert queries.figures([session]).visits == 37


def test_gb18030_is_read() -> None:
    town = a_town()
    session = a_session(town)
    file = csv(f"日期,活动名称,参加人数\n2026年3月4日,{TITLE},３７人\n")
    assert run(town, session, "headcounts", file, "人数.csv").counts == (1, 0, 0, 0)
    assert queries.figures([session]).by_group == {"unsaid": 37}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (f"{DAY},{TITLE},,20,4,10,37", "各组加起来是 34"),
        (f"{DAY},{TITLE},,三,4,10,", "应是数字"),
        (f"{DAY},{TITLE},,-3,4,10,", "之间"),
        (f"{DAY},{TITLE},,,,,", "没有人数"),
        (f"{DAY},没有的活动,,1,,,", "没有叫"),
        (f"2026-02-30,{TITLE},,1,,,", "没有这一天"),
        (f",{TITLE},,1,,,", "不能空着"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_its_number(row: str, sentence: str) -> None:
    town = a_town()
    session = a_session(town)
    file = csv(f"日期,活动名称,驿站,老人,孩子,成人,合计\n{row}\n")
    result = run(town, session, "headcounts", file, "人数.csv")
    assert result.refused[0].number == 2
    assert sentence in result.refused[0].sentence
    assert not HeadCount.objects.exists()


def test_a_sheet_without_its_columns_is_refused_as_a_whole() -> None:
    town = a_town()
    session = a_session(town)
    for file in (csv("姓名,金额\n甲,3\n"), csv("日期,老人\n2026-03-04,3\n")):
        with pytest.raises(BadInput, match=r"表头|缺少"):
            run(town, session, "headcounts", file, "别的.csv")
    with pytest.raises(BadInput, match="打不开"):
        run(town, session, "headcounts", io.BytesIO(b"PK\x03\x04 not a book"))
    with pytest.raises(NotThere):
        sheets.sheet("money")


def test_two_sessions_of_a_name_on_a_day_need_the_station() -> None:
    town = a_town()
    session = a_session(town)
    a_session(town, station=None, place_words="小区广场")
    file = csv(f"日期,活动名称,合计\n{DAY},{TITLE},9\n")
    assert "不止一场" in run(town, session, "headcounts", file, "a.csv").refused[0].sentence
    file = csv(f"日期,活动名称,驿站,合计\n{DAY},{TITLE},府后街社区幸福驿站,9\n")
    assert run(town, session, "headcounts", file, "a.csv").was_written


def test_a_session_counted_at_the_door_is_not_counted_again_by_a_sheet() -> None:
    town = a_town()
    session = a_session(town)
    with on_the_day(session):
        from_door = HeadCount(
            district=town.district, session=session, key="press-of-the-door", group="elder", change=2
        )
        from_door.save()
    result = run(town, session, "headcounts", merged_sheet())
    assert "已经清点过" in result.refused[0].sentence


ARRIVALS = (
    "日期,活动名称,姓名,手机,人数,类别,到场\n"
    f"{DAY},{TITLE},王示例,138-0000-1234,1,老人,是\n"
    f"{DAY},{TITLE},,,2,孩子,是\n"
    f"{DAY},{TITLE},,,2,孩子,是\n"
    f"{DAY},{TITLE},李示例,13800009999,1,,√\n"
    f"{DAY},{TITLE},没来的,13800005678,1,,否\n"
)


def test_a_paper_list_finds_sign_ups_by_telephone_and_counts_the_rest() -> None:
    town = a_town()
    session = a_session(town)
    a_guest(session, "王示例", phone="13800001234")
    a_guest(session, "没来的", phone="13800005678")
    for _turn in range(2):
        run(town, session, "arrivals", csv(ARRIVALS), "签到.csv")
    figures = queries.figures([session])
    assert (figures.signup_visits, figures.walk_in_visits, figures.people) == (1, 5, 1)
    assert figures.by_group == {"child": 4, "unsaid": 1}
    scan = Scan.objects.get()
    assert (scan.method, scan.at) == (Scan.Method.PAPER, session.starts_at)


def test_a_telephone_that_signed_up_twice_is_left_to_the_door() -> None:
    town = a_town()
    session = a_session(town)
    for _turn in range(2):
        a_guest(session, phone="13800001234")
    result = run(town, session, "arrivals", csv(ARRIVALS), "签到.csv")
    assert "不止一份" in result.refused[0].sentence
    assert not result.was_written


def test_a_clerk_elsewhere_takes_in_nothing_here() -> None:
    town = a_town()
    session = a_session(town)
    actor = cast.an_actor_of(cast.a_clerk(at=town.neighbour, name="钱社工"))
    with on_the_day(session):
        result = sheets.take_in("headcounts", merged_sheet(), "a.xlsx", town.district, actor=actor)
    assert result.counts == (0, 0, 0, 1)
    assert not HeadCount.objects.exists()


def test_the_empty_sheet_that_is_handed_out_is_understood() -> None:
    for name in sheets.SHEETS:
        sheet = openpyxl.load_workbook(io.BytesIO(sheets.template(name))).worksheets[0]
        assert [cell.value for cell in sheet[1]][:2] == ["日期*", "活动名称*"]
