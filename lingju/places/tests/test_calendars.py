"""Working calendars: the years a package knows, a year's notice from a sheet, and the year nobody knows."""

import datetime as dt
import io
import json
from pathlib import Path

import chinese_calendar
import pytest
from chinese_calendar import constants
from pytest_django.fixtures import DjangoAssertNumQueries

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn
from lingju.kernel.rules import SystemActor
from lingju.places import calendars as known_calendars
from lingju.places.calendars import calendar_of, known_years
from lingju.places.events import CalendarChanged
from lingju.places.imports import sheets
from lingju.places.models import CalendarDay, CalendarYear, District, WorkCalendar
from lingju.places.services import calendars
from lingju.places.tests.browsing import ask, sheet, words
from lingju.places.tests.builders import EVERY_YEAR, a_calendar, a_district, the_system
from lingju.places.tests.conftest import Cast
from lingju.places.workdays import DayKind, Due, NoticedDay
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[4] / "shared/data/cn/cn_holidays_2024_2027.json"
FREE, SWAPPED, WORKED = DayKind.STATUTORY_HOLIDAY, DayKind.SWAPPED_REST_DAY, DayKind.MAKEUP_WORKDAY
# A made-up year: what the State Council will say of it, nobody knows yet.
NOTICE = [
    (1, 1),
    (1, 23),
    (1, 24),
    (1, 27),
    (1, 28),
    (4, 4),
    (5, 1),
    (5, 2),
    (6, 24),
    (10, 1),
    (10, 2),
    (10, 3),
]


def a_notice(*more: NoticedDay) -> list[NoticedDay]:
    """Return the days of a made-up notice, and more of them."""
    return [*(NoticedDay(dt.date(2031, month, day), FREE, "节日") for month, day in NOTICE), *more]


def a_file(days: list[NoticedDay]) -> bytes:
    """Return days as a sheet that an officer saved as text."""
    words_ = {FREE: "法定节假日", SWAPPED: "调休放假", WORKED: "调休上班", DayKind.WORKDAY: "工作日"}
    rows = [f"{day.date},{words_[day.kind]},{day.name}" for day in days]
    return "\n".join(["日期,类别,名称", *rows]).encode("gb18030")


# --- the years that are published -----------------------------------------------------------------------


def test_no_day_of_twenty_three_years_differs_from_the_published_ones(district: District) -> None:
    ours = a_calendar(district, *EVERY_YEAR)
    first, last = dt.date(2004, 1, 1), dt.date(2026, 12, 31)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    assert len(days) == 8401
    assert [day for day in days if ours.is_working_day(day) is not chinese_calendar.is_workday(day)] == []
    swapped = {day for day in days if ours.day_kind(day) is WORKED}
    assert swapped == set(constants.workdays)
    assert {day.weekday() for day in swapped} == {5, 6}
    assert [sum(day.year == year for day in swapped) for year in (2025, 2026)] == [5, 6]
    assert {day for day in days if ours.day_kind(day) is SWAPPED} == set(constants.in_lieu_days)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_a_second_source_agrees(district: District) -> None:
    ours = a_calendar(district, *EVERY_YEAR)
    theirs = {day["date"]: day["kind"] for day in json.loads(SHARED.read_text(encoding="utf-8"))["days"]}
    first = dt.date(2024, 1, 1)
    for day in (first + dt.timedelta(days=n) for n in range(366 + 365 + 365)):
        is_worked = theirs.get(str(day)) == "makeup_workday" or (
            day.weekday() < 5 and theirs.get(str(day)) != "holiday"
        )
        assert ours.is_working_day(day) is is_worked, day
    assert ours.day_kind(dt.date(2027, 1, 1)) is None


def test_a_year_that_is_not_announced_is_unknown(district: District) -> None:
    ours = a_calendar(district, *EVERY_YEAR)
    assert max(known_years(district)) == 2026
    start = dt.datetime(2026, 12, 30, 10, tzinfo=clock.ZONE)
    assert ours.add_working_days(start, 3) == Due(None, 2027)
    assert known_calendars.unannounced(known_years(district), dt.date(2026, 11, 26)) == (2027,)


def test_a_district_without_a_calendar_knows_no_day(district: District) -> None:
    assert calendar_of(district).day_kind(dt.date(2026, 3, 2)) is None


def test_filling_again_changes_nothing_and_keeps_what_an_officer_took_in(
    district: District, system: SystemActor
) -> None:
    assert calendars.fill(district, actor=system, years=(2025,)) == 1
    notice = [NoticedDay(dt.date(2026, 1, 2), SWAPPED), *_package(2026)]
    calendars.import_days(district, notice, actor=system)
    assert calendars.fill(district, actor=system, years=(2025, 2026)) == 0
    assert CalendarDay.objects.get(date=dt.date(2026, 1, 2)).source == calendars.FROM_NOTICE
    assert WorkCalendar.objects.count() == 1


def _package(year: int) -> list[NoticedDay]:
    days = [day for day in constants.holidays if day.year == year and day != dt.date(2026, 1, 2)]
    return [NoticedDay(day, FREE) for day in days]


# --- a year's notice ------------------------------------------------------------------------------------


def test_a_notice_makes_its_year_known(district: District, system: SystemActor, heard: list[object]) -> None:
    a_calendar(district, 2026)
    worked = NoticedDay(dt.date(2031, 1, 25), WORKED, "春节")
    assert calendars.import_days(district, a_notice(worked), actor=system) is True
    ours = calendar_of(district)
    assert ours.day_kind(dt.date(2031, 1, 25)) is WORKED
    assert ours.is_working_day(dt.date(2031, 10, 1)) is False
    assert heard[-1] == CalendarChanged(district.pk, (2031,))
    assert Footprint.objects.filter(action="import_calendar").count() == 1


def test_the_same_notice_again_changes_nothing(
    district: District, system: SystemActor, heard: list[object]
) -> None:
    calendars.import_days(district, a_notice(), actor=system)
    before = len(heard)
    assert calendars.import_days(district, a_notice(), actor=system) is False
    assert len(heard) == before
    assert CalendarYear.objects.count() == 1


def test_a_notice_may_change_the_last_days_of_the_year_before(
    district: District, system: SystemActor
) -> None:
    a_calendar(district, 2026)
    late = NoticedDay(dt.date(2026, 12, 26), WORKED, "元旦")
    calendars.import_days(district, [late, *a_notice()], actor=system)
    assert calendar_of(district).is_working_day(dt.date(2026, 12, 26)) is True
    assert calendar_of(district).is_working_day(dt.date(2026, 10, 10)) is True


def test_a_day_is_taken_back_by_calling_it_ordinary(district: District, system: SystemActor) -> None:
    a_calendar(district, 2026)
    back = NoticedDay(dt.date(2026, 2, 23), DayKind.WORKDAY)
    assert calendars.import_days(district, [back], actor=system) is True
    assert calendar_of(district).day_kind(back.date) is DayKind.WORKDAY
    again = NoticedDay(back.date, SWAPPED, "春节")
    assert calendars.import_days(district, [again], actor=system) is True
    assert calendars.import_days(district, [NoticedDay(back.date, FREE)], actor=system) is True
    assert calendar_of(district).day_kind(back.date) is FREE


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (a_notice()[:-3], "没有 10 月 1 日放假"),
        ([NoticedDay(dt.date(2031, *day), FREE) for day in ((1, 1), (5, 1), (10, 1))], "只写了 3 天"),
        (a_notice(NoticedDay(dt.date(2031, 1, 1), FREE)), "写了两次"),
        (a_notice(NoticedDay(dt.date(2031, 1, 6), WORKED)), "不是周末"),
        (a_notice(NoticedDay(dt.date(2031, 1, 5), SWAPPED)), "是周末"),
        (a_notice(NoticedDay(dt.date(2031, 1, 5), DayKind.WORKDAY)), "对不上"),
    ],
)
def test_half_a_notice_or_a_senseless_one_is_refused_and_nothing_is_kept(
    district: District, system: SystemActor, days: list[NoticedDay], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        calendars.import_days(district, days, actor=system)
    assert not CalendarDay.objects.exists()
    assert not CalendarYear.objects.exists()


def test_only_the_district_takes_a_notice_in(district: District, cast: Cast) -> None:
    assert calendars.import_days(district, a_notice(), actor=cast.district_officer) is True
    for name in ("resident", "clerk", "street_officer", "officer_of_another_district", "stranger"):
        for verb in (calendars.fill, lambda d, actor: calendars.import_days(d, a_notice(), actor=actor)):
            with pytest.raises((NotAllowed, NotSignedIn)):
                verb(district, actor=cast[name])


# --- hours and memory -----------------------------------------------------------------------------------


def test_a_calendar_in_memory_costs_one_query(
    district: District, system: SystemActor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_calendar(district, 2026)
    with django_assert_num_queries(1):
        first = calendar_of(district)
    calendars.import_days(district, a_notice(), actor=system)
    with django_assert_num_queries(3):
        assert calendar_of(district) is not first


def test_a_district_may_keep_another_calendar_beside_the_default(
    district: District, system: SystemActor
) -> None:
    a_calendar(district, 2026)

    def keep_hotline(*, is_default: bool = False) -> WorkCalendar:
        hours = {"name": "热线", "weekly": "每天 全天"}
        return calendars.keep(
            district, "hotline", **hours, keeps_holidays=False, is_default=is_default, actor=system
        )

    keep_hotline()
    assert calendar_of(district, "hotline").is_working_day(dt.date(2031, 1, 1)) is True
    assert calendar_of(district).minutes_a_day == calendar_of(district, "nowhere").minutes_a_day == 420
    version = WorkCalendar.objects.get(code="hotline").version
    assert keep_hotline().version == version
    keep_hotline(is_default=True)
    assert calendar_of(district).minutes_a_day == 1440
    assert WorkCalendar.objects.filter(is_default=True).count() == 1


@pytest.mark.parametrize("weekly", ["随缘", "周一 22:00-次日6:00", "周一 8:00-12:00 11:00-18:00", ""])
def test_hours_that_no_office_keeps_are_refused(district: District, system: SystemActor, weekly: str) -> None:
    with pytest.raises(BadInput, match="上班时间请写成"):
        calendars.keep(district, "odd", name="怪", weekly=weekly, actor=system)


def test_two_districts_keep_two_calendars(district: District) -> None:
    there = a_district("140403", name="潞州区")
    a_calendar(district, 2026)
    assert calendar_of(there).known_years == frozenset()
    assert a_calendar(there, 2025).known_years == frozenset({2025})


# --- the desk -------------------------------------------------------------------------------------------


def test_a_year_comes_in_as_a_sheet_or_not_at_all(district: District, system: SystemActor) -> None:
    bad = a_notice(NoticedDay(dt.date(2031, 1, 6), WORKED))
    result = sheets.take_in("calendar", io.BytesIO(a_file(bad)), "放假.csv", district, actor=system)
    assert (result.was_written, len(result.refused)) == (False, 1)
    assert "不是周末" in result.refused[0].sentence
    result = sheets.take_in("calendar", io.BytesIO(a_file(a_notice())), "放假.csv", district, actor=system)
    assert (result.was_written, result.counts) == (True, (1, 0, 0, 0))
    result = sheets.take_in("calendar", io.BytesIO(a_file(a_notice())), "放假.csv", district, actor=system)
    assert result.counts == (0, 0, 1, 0)
    twice = a_file([*a_notice(), a_notice()[0]])
    result = sheets.look("calendar", io.BytesIO(twice), "放假.csv", district, actor=system)
    assert "重复了" in result.refused[0].sentence


def test_the_desk_shows_the_year_and_cries_out_for_the_next(district: District, cast: Cast) -> None:
    a_calendar(district, 2026)
    page = words(ask(cast.clerk, district, "desk_calendar", query="year=2026"))
    assert page.count("调休上班") == 6
    assert "春节" in page
    assert "chinesecalendar" in page
    assert "机关作息" in page
    missing = clock.today().year + 1
    assert f"{missing} 年的放假安排还没公布" in page
    page = words(ask(cast.clerk, district, "desk_calendar", query=f"year={missing}"))
    assert f"{missing} 年还没有安排" in page
    assert ask(cast.clerk, district, "desk_calendar", query="year=x").status_code == 200


def test_an_officer_sends_a_notice_and_looks_at_it_first(district: District, cast: Cast) -> None:
    data = {"file": sheet(a_file(a_notice()), "放假.csv")}
    answer = ask(cast.district_officer, district, "desk_calendar", data=data)
    ticket = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    assert "2031" in words(ask(cast.district_officer, district, "desk_import", ticket))
    assert not CalendarYear.objects.exists()
    ask(cast.district_officer, district, "desk_import", ticket, data={"partial": "no"})
    assert known_years(district) == (2031,)


def test_a_file_that_is_no_notice_is_refused_beside_the_field(district: District, cast: Cast) -> None:
    answer = ask(
        cast.district_officer, district, "desk_calendar", data={"file": sheet(b"a,b\n1,2\n", "a.csv")}
    )
    assert answer.status_code == 422
    assert ask(cast.district_officer, district, "desk_calendar", data={"file": ""}).status_code == 422


def test_a_clerk_looks_and_does_not_send(district: District, cast: Cast) -> None:
    assert "导入一年的通知" not in words(ask(cast.clerk, district, "desk_calendar"))
    assert "导入一年的通知" in words(ask(cast.district_officer, district, "desk_calendar"))
    with pytest.raises(NotAllowed):
        ask(cast.clerk, district, "desk_calendar", data={"file": sheet(a_file(a_notice()), "放假.csv")})


def test_the_house_itself_may_fill(district: District) -> None:
    assert calendars.fill(district, actor=the_system(district), years=(2020, 2021, 1999)) == 2
