"""Figures of the engine in words: every reason and every distance reads as people say it."""

import pytest

from lingju.circles.causes import Cause, Reason
from lingju.circles.network import Line
from lingju.places import phrases


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(Cause.BARRIER, barrier=Line.WATER, metres=640), "河 640 米没有桥"),
        (Reason(Cause.BARRIER, barrier=Line.MOTORWAY, metres=2040), "快速路 2.0 公里没有过街口"),
        (Reason(Cause.BARRIER, barrier=Line.WALL, metres=312), "围墙 310 米没有门"),
        (Reason(Cause.GATE, gate_sides=(0, 3), wanted_side=2), "小区只开东门、北门"),
        (Reason(Cause.GATE, gate_sides=(0, 2), wanted_side=2), "小区西边还缺一个门"),
        (Reason(Cause.BARRIER, barrier=Line.RAIL, metres=1480), "铁路 1.5 公里没有过街口"),
        (Reason(Cause.BARRIER, barrier=Line.RAIL, metres=2500, at_least=True), "铁路 2.5 公里以上没有过街口"),
        (Reason(Cause.DEAD_END, metres=80), "断头路，差 80 米没有接通"),
        (Reason(Cause.DETOUR, ratio=3.0), "路绕，走的路是直线的 3.0 倍"),
        (Reason(Cause.FAR), "离得远"),
        (Reason(Cause.UNCONNECTED), "门口没有接上能走的路"),
        (Reason(Cause.DETOUR), "路绕，二十分钟还走不到"),
    ],
)
def test_every_reason_has_words(reason: Reason, words: str) -> None:
    assert phrases.why(reason) == words


def test_distances_are_said_as_people_say_them() -> None:
    assert [phrases.distance(m) for m in (3, 84, 994, 999, 1949)] == [
        "10 米",
        "80 米",
        "990 米",
        "1.0 公里",
        "1.9 公里",
    ]
