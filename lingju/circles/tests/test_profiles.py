"""Who walks: every number is checked and names its source."""

from pathlib import Path

import pytest

from lingju.circles.errors import BadProfile, UnknownProfile
from lingju.circles.profiles import PROFILES, load_profiles, profile

GOOD = """
[slow]
name = "慢行者"
speed = 0.5
speed_source = "实测"
steps = 0.2
steps_source = "实测"
signal_delay = 20
signal_delay_source = "实测"
crossing_delay = 0
crossing_delay_source = "实测"
wheels = false
"""


def test_four_profiles_ship_and_every_number_has_a_source() -> None:
    assert list(PROFILES) == ["adult", "elder", "wheel", "gb50180"]
    for walker in PROFILES.values():
        wanted = {"speed_source", "signal_delay_source", "crossing_delay_source"}
        wanted |= {"steps_source"} if walker.steps_metres_per_second else set()
        assert wanted == set(walker.sources)
        assert all(len(source) > 8 for source in walker.sources.values())


def test_the_standard_walks_500_metres_in_ten_minutes_and_waits_nowhere() -> None:
    walker = profile("gb50180")
    assert walker.metres_per_second * 600 == pytest.approx(500)
    assert walker.steps_metres_per_second == walker.metres_per_second
    assert walker.signal_delay_s == walker.crossing_delay_s == 0


def test_wheels_take_no_steps() -> None:
    assert profile("wheel").steps_metres_per_second is None
    assert profile("wheel").wheels


def test_a_district_brings_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text(GOOD, encoding="utf-8")
    walker = load_profiles(path)["slow"]
    assert (walker.name_zh, walker.metres_per_second, walker.steps_metres_per_second) == ("慢行者", 0.5, 0.2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("speed = 0.5\n", "", "speed 不是数"),
        ("speed = 0.5", "speed = 0", "大于零"),
        ("speed = 0.5", "speed = 50", "应在 0 与 3 之间"),
        ("speed = 0.5", "speed = nan", "speed 不是数"),
        ("speed = 0.5", "speed = true", "speed 不是数"),
        ("steps = 0.2", "steps = 0", "大于零"),
        ('steps_source = "实测"\n', "", "没有注明来源"),
        ("signal_delay = 20", "signal_delay = 2000", "应在"),
        ('name = "慢行者"\n', "", "缺少 name"),
        ("wheels = false", 'wheels = "no"', "wheels"),
    ],
)
def test_a_number_without_sense_or_source_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "profiles.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadProfile, match=told):
        load_profiles(path)


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(UnknownProfile, match="adult、elder、wheel、gb50180"):
        profile("dog")
