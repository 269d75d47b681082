"""The words of the co-building day hold together: who is named is there, and what is asked can be done."""

from collections import Counter
from typing import Any

from lingju.cobuilding.catalogue import CAPABILITIES, ROLES
from lingju.cobuilding.windows import ORDER
from lingju.site.demo.areas import COMMUNITY_NAMES
from lingju.site.demo.dayscene import told
from lingju.site.demo.model import Town

WORDS: dict[str, Any] = told()
OWN = {one["code"] for one in WORDS["ability"]}


def test_every_unit_says_that_it_is_invented_and_is_there_once() -> None:
    names = [one["name"] for one in WORDS["unit"]]
    assert len(names) == len(set(names)) >= 24
    assert all(name.startswith("示例") for name in names)


def test_who_offers_or_did_something_has_reported_in() -> None:
    names = {one["name"] for one in WORDS["unit"]}
    assert {one["unit"] for one in WORDS["offer"] if "unit" in one} <= names
    assert {one["unit"] for one in WORDS["past"]} <= names
    assert all(("unit" in one) != ("owner" in one) for one in WORDS["offer"])


def test_what_is_asked_is_something_that_units_can_do() -> None:
    codes = {seed.code for seed in CAPABILITIES} | OWN
    units = {one["name"]: one for one in WORDS["unit"]}
    assert {code for one in WORDS["unit"] for code in one["can"]} <= codes
    for one in (*WORDS["need"], *WORDS["past"]):
        assert set(one["demands"]) <= codes
        assert set(one.get("windows", ["pm"])) <= set(ORDER)
    for one in WORDS["past"]:
        ((code, people),) = one["demands"].items()
        assert code in units[one["unit"]]["can"]
        assert people <= units[one["unit"]]["people"]


def test_there_are_units_enough_for_every_turn_but_one_role_runs_short_in_the_coming_month() -> None:
    # So that the demo shows a full rota, and one cell that says for want of whom it is empty.
    communities = len(COMMUNITY_NAMES)
    here = [one for one in WORDS["unit"] if "away" not in one]
    assert len(here) >= communities * len(ROLES)
    able = Counter(code for one in WORDS["unit"] for code in one["can"])
    able_here = Counter(code for one in here for code in one["can"])
    for role in ROLES:
        if role.capability:
            assert able[role.capability] >= communities > able_here[role.capability]


def test_every_need_lies_in_a_compound_that_there_is(town: Town) -> None:
    compounds = Counter(compound.community[:12] for compound in town.compounds)
    for one in (*WORDS["unit"], *WORDS["need"], *WORDS["past"]):
        community, number = one["in"]
        assert number < compounds[community], one


def test_each_month_has_a_theme_and_one_of_those_who_asked_says_that_it_is_not_solved() -> None:
    assert set(WORDS["themes"]) == {str(month) for month in range(1, 13)}
    assert Counter(one["solved"] for one in WORDS["past"])["no"] == 1
    assert all(one.get("why") for one in WORDS["past"] if one["solved"] == "no")
