"""Icons, the ring, phrases, first letters: the small things every page is made of."""

import datetime as dt

import numpy as np
import pytest
import time_machine

from lingju.circles.route import Leg, Route, Turn
from lingju.kernel import clock
from lingju.kernel.initials import initials
from lingju.site import drawing, phrases
from lingju.site.directions import sentences


def test_an_icon_is_inlined_and_silent() -> None:
    drawn = drawing.icon("house")
    assert drawn.startswith('<svg class="i" ')
    assert 'aria-hidden="true"' in drawn
    assert "<!--" not in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../../secrets", ""])
def test_an_unknown_icon_is_a_mistake_unless_another_may_stand_for_it(name: str) -> None:
    with pytest.raises(LookupError):
        drawing.icon(name)
    assert drawing.icon(name, otherwise="circle-dot") == drawing.icon("circle-dot")


@pytest.mark.parametrize(("minutes", "lit"), [(0, 0), (1, 1), (4, 4), (10, 10), (14, 10)])
def test_a_ring_lights_a_dot_a_minute(minutes: int, lit: int) -> None:
    drawn = drawing.ring(minutes)
    pattern = drawn.split('class="r1"')[1].split('dasharray="')[1].split('"')[0].split() if lit else []
    assert len(pattern) == 2 * lit
    assert sum(map(int, pattern)) == (10 if lit else 0)
    assert f"<b>{minutes}</b>" in drawn


def test_a_ring_says_what_is_too_far_and_what_is_a_guess() -> None:
    assert "走二十分钟还到不了" in drawing.ring(None)
    assert "<b>20+</b>" in drawing.ring(None)
    assert "按直线估计，走大约 4 分钟" in drawing.ring(4, is_guess=True)


def test_a_ring_escapes_its_label() -> None:
    assert "&lt;b&gt;" in drawing.ring(4, "<b>")


def test_first_letters() -> None:
    assert initials("府后街小区") == "fhjxq"
    assert initials("幸福苑 3 号院") == "xfy3hy"
    assert initials("Ａ座") == "z"  # a full-width letter is none that people type


@time_machine.travel("2026-11-06T10:00:00+08:00")
def test_dates_and_times_read_as_people_say_them() -> None:
    now = clock.now()
    assert phrases.date(now) == "11月6日 星期五"
    assert phrases.full_date(now.date()) == "2026年11月6日"
    assert phrases.time(now.astimezone(dt.UTC)) == "10:00"
    assert phrases.part_of_day(now) == "上午好"
    assert phrases.ago(now - dt.timedelta(minutes=2)) == "2 分钟前"
    assert phrases.ago(now - dt.timedelta(hours=3)) == "3 小时前"
    assert phrases.ago(now - dt.timedelta(days=2)) == "11月4日"
    assert [phrases.minute_of_day(m) for m in (510, 1440, 1500)] == ["8:30", "24:00", "次日 1:00"]
    assert [phrases.minutes(s) for s in (1, 60, 61)] == [1, 1, 2]


def a_leg(
    turn: Turn, heading: str, name: str, metres: float, *, crossings: int = 0, is_steps: bool = False
) -> Leg:
    return Leg(turn, heading, name, metres, metres / 1.2, is_steps, crossings)


def test_a_way_reads_as_sentences() -> None:
    way = Route(
        ticks=9000,
        metres=480.0,
        line=np.zeros((2, 2)),
        marks=(),
        legs=(
            a_leg(Turn.START, "S", "", 40),
            a_leg(Turn.RIGHT, "W", "府后街", 360, crossings=1),
            a_leg(Turn.LEFT, "S", "", 3),
            a_leg(Turn.LEFT, "S", "", 20, is_steps=True),
        ),
        steps=1,
        crossings=1,
        door_metres=(60.0, 4.0),
    )
    assert sentences(way) == [
        "先走到小区门口，60 米",
        "出门往南，走 40 米",
        "右转往西，沿府后街，走 360 米，过 1 个路口",
        "左转往南，走 20 米，有台阶",
        "到了，门就在路边",
    ]
