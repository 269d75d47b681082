"""Festivals: known dates, every year against the sky itself, years nobody knows, what is ahead."""

import datetime as dt

import pytest
from borax.calendars.lunardate import TERMS_CN

from lingju.activities import festivals
from lingju.activities.catalogue import FESTIVALS, GROUPS, TEMPLATES, TOPICS, topic_name
from lingju.activities.tests import sky
from lingju.places.catalogue import AUDIENCES

DAY = dt.timedelta(days=1)
ALL_YEARS = range(1950, 2100)


def only(code: str, year: int) -> dt.date:
    (occasion,) = festivals.falls(FESTIVALS[code], year)
    return occasion.since


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("zhongqiu", "2024-09-17"),
        ("zhongqiu", "2025-10-06"),
        ("zhongqiu", "2026-09-25"),
        ("zhongqiu", "2027-09-15"),
        ("chunjie", "2024-02-10"),
        ("chunjie", "2025-01-29"),
        ("chunjie", "2026-02-17"),
        ("chunjie", "2033-01-31"),  # the year whose leap month was disputed
        ("chuxi", "2026-02-16"),
        ("yuanxiao", "2026-03-03"),
        ("duanwu", "2025-05-31"),
        ("duanwu", "2026-06-19"),
        ("qixi", "2024-08-10"),
        ("qixi", "2026-08-19"),
        ("chongyang", "2024-10-11"),
        ("chongyang", "2026-10-18"),
        ("laba", "2026-01-26"),
        ("qingming", "2024-04-04"),
        ("qingming", "2026-04-05"),
        ("dongzhi", "2024-12-21"),
        ("dongzhi", "2026-12-22"),
        ("lei_feng", "2026-03-05"),
        ("national_security", "2026-04-15"),
        ("disaster_day", "2026-05-12"),
        ("drug_control_day", "2026-06-26"),
        ("party_day", "2026-07-01"),
        ("army_day", "2026-08-01"),
        ("fire_day", "2026-11-09"),
        ("volunteer_day", "2026-12-05"),
        ("first_aid_day", "2026-09-12"),
    ],
)
def test_a_festival_falls_where_the_almanac_says(code: str, date: str) -> None:
    assert only(code, dt.date.fromisoformat(date).year) == dt.date.fromisoformat(date)


@pytest.mark.parametrize("code", ["chunjie", "yuanxiao", "duanwu", "qixi", "zhongqiu", "chongyang"])
def test_lunar_festivals_of_150_years_agree_with_the_new_moons(code: str) -> None:
    festival = FESTIVALS[code]
    differ = {}
    for year in ALL_YEARS:
        moon = sky.first_days(year)[festival.month]
        told = sky.day_of(moon) + (festival.day - 1) * DAY
        if told != only(code, year):
            differ[year] = sky.minutes_from_midnight(moon)
    # What is left are new moons so close to midnight that a second of the earth's lag decides.
    assert all(minutes < 3 for minutes in differ.values()), differ
    assert len(differ) <= 1


def test_solar_terms_of_150_years_agree_with_the_sun() -> None:
    close = 0
    for year in ALL_YEARS:
        for at, term in enumerate(TERMS_CN):
            moment = sky.term(year, (285 + 15 * at) % 360)
            told, found = sky.day_of(moment), festivals.term_day(year, term)
            if told != found:
                close += 1
                assert abs(told - found) == DAY
                assert sky.minutes_from_midnight(moment) < 20, (year, term)
    assert close < 40  # of 3,600; a quarter of an hour to either side of midnight is one day in forty


def test_new_years_eve_is_the_day_before_whatever_the_length_of_the_month() -> None:
    eves = {festivals.falls(FESTIVALS["chuxi"], year)[0].since for year in ALL_YEARS}
    assert {eve + DAY for eve in eves} == {only("chunjie", year) for year in ALL_YEARS}


def test_a_common_year_may_hold_a_festival_twice_or_never() -> None:
    counts = [len(festivals.falls(FESTIVALS["laba"], year)) for year in ALL_YEARS]
    assert set(counts) == {0, 1, 2}
    assert sum(counts) == pytest.approx(len(ALL_YEARS), abs=1)


@pytest.mark.parametrize("year", [1899, 1900, 2101, 3000])
def test_a_year_outside_the_tables_is_unknown_and_not_a_guess(year: int) -> None:
    with pytest.raises(festivals.UnknownYear):
        festivals.falls(FESTIVALS["zhongqiu"], year)
    with pytest.raises(festivals.UnknownYear):
        festivals.of_year(year)
    assert not festivals.is_known(year)


@pytest.mark.parametrize("year", [1901, 2100])
def test_the_first_and_the_last_year_of_the_tables_are_known(year: int) -> None:
    assert {"chunjie", "zhongqiu", "qingming"} <= {o.festival.code for o in festivals.of_year(year)}


def test_what_is_ahead_comes_in_the_order_of_days_and_names_the_days_between() -> None:
    ahead = festivals.upcoming(dt.date(2026, 9, 20), 12).occasions
    assert [(o.festival.code, o.since) for o in ahead] == [
        ("zhongqiu", dt.date(2026, 9, 25)),
        ("martyrs_day", dt.date(2026, 9, 30)),
        ("national_day", dt.date(2026, 10, 1)),
    ]


def test_both_ends_of_looking_ahead_count() -> None:
    the_day = dt.date(2026, 8, 1)
    for since, days in ((the_day, 0), (the_day - DAY, 1)):
        assert "army_day" in {o.festival.code for o in festivals.upcoming(since, days).occasions}
    assert "army_day" not in {o.festival.code for o in festivals.upcoming(the_day - DAY, 0).occasions}


def test_a_holiday_that_has_begun_is_still_ahead_until_it_is_over() -> None:
    for day in ("2026-02-05", "2026-02-20", "2026-03-03"):
        found = festivals.upcoming(dt.date.fromisoformat(day), 0).occasions
        (winter,) = [o for o in found if o.festival.code == "winter_holiday"]
        assert winter.is_stretch
        assert winter.festival.is_rough
    over = festivals.upcoming(dt.date(2026, 3, 4), 0).occasions
    assert "winter_holiday" not in {o.festival.code for o in over}


def test_looking_past_the_tables_names_the_year_nobody_knows() -> None:
    outlook = festivals.upcoming(dt.date(2100, 12, 20), 30)
    assert outlook.unknown_years == (2101,)
    assert [o.festival.code for o in outlook.occasions] == ["dongzhi"]
    assert festivals.upcoming(dt.date(1899, 5, 1), 10).unknown_years == (1899,)


@pytest.mark.parametrize("days", [-1, 401])
def test_looking_ahead_has_an_end(days: int) -> None:
    with pytest.raises(ValueError, match="looking ahead"):
        festivals.upcoming(dt.date(2026, 1, 1), days)


def test_drowning_is_due_before_summer_and_fire_before_its_day() -> None:
    assert "drowning" in {t.code for t in festivals.due_topics(dt.date(2026, 5, 25))}
    assert "drowning" not in {t.code for t in festivals.due_topics(dt.date(2026, 11, 1))}
    assert "fire_safety" in {t.code for t in festivals.due_topics(dt.date(2026, 10, 20))}


def test_before_mid_autumn_the_mooncakes_of_the_article_are_proposed() -> None:
    proposed = [template for _o, template in festivals.templates_for(dt.date(2026, 9, 1), 30)]
    (moon,) = [one for one in proposed if one.festival == "zhongqiu"]
    assert moon.ideas == ("冰皮月饼", "猜字谜", "投壶", "海底捞月", "欢乐套圈")


def test_the_catalogue_points_at_nothing_that_is_not_there() -> None:
    for topic in TOPICS.values():
        assert topic.group in GROUPS
        assert set(topic.before) <= set(FESTIVALS)
        assert set(topic.audiences) <= set(AUDIENCES)
        assert set(topic.months) <= set(range(1, 13))
    for template in TEMPLATES.values():
        assert template.festival in FESTIVALS
        assert set(template.topics) <= set(TOPICS)
        assert set(template.audiences) <= set(AUDIENCES)
        assert template.ideas
    assert len({topic.name for topic in TOPICS.values()}) == len(TOPICS)


def test_no_games_are_proposed_for_a_day_of_remembering() -> None:
    assert [t.code for t in TEMPLATES.values() if FESTIVALS[t.festival].is_solemn] == ["tomb_sweeping"]


def test_a_topic_nobody_knows_any_more_stands_for_itself() -> None:
    assert (topic_name("drowning"), topic_name("knitting")) == ("防溺水", "knitting")
