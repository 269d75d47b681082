"""Nobody who helps is scored, ranked or put beside another (C37; Regulation on volunteering, article 25).

Four ways in are watched: what tables are called and hold, what queries order and pick persons by, what Python
sorts persons by, and what pages say. An exception is named here with its reason, or it is a fault.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from lingju.people.models import Account
from lingju.volunteering.models import Volunteer
from tests.house.source import PACKAGE, Source, own_code

WORDS = re.compile(
    r"积分|排名|排行|榜单|龙虎榜|光荣榜|红黑榜|得分|分值|星级志愿|活跃度|leaderboard|ranking|scoreboard|gamif",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"(^|_)(score|points|rank|ranking|stars?|level_up|badge|streak|credits?|xp)s?($|_)", re.IGNORECASE
)
# What counts how much somebody did; persons are never put in its order.
DEEDS = re.compile(r"minutes|hours|served|duration|visits|attended|records|contributions|evidence|n_calls")
PERSONS = re.compile(r"volunteer|account|person|people|member|resident|Guest|Candidate")
COMPARES = {"order_by", "latest", "earliest"}
PICKS = {"sorted", "max", "min", "nlargest", "nsmallest"}
# The privacy notice may say the words: it promises that there is no such thing.
SAYS_THE_WORDS = {"privacy"}
NAMED_ALIKE: dict[str, str] = {}
# Orders that the search finds and that compare no persons; each by file and function, with the reason.
COMPARES_NO_PERSONS: dict[tuple[str, str], str] = {
    ("lingju/bookings/queries/elsewhere.py", "elsewhere"): "minutes of the walk to another station",
    ("lingju/volunteering/queries/desk.py", "candidates"): "minutes of the walk to the place of the call",
}


def about_persons() -> Iterator[type[models.Model]]:
    """Yield our models that are a person, or point at one."""
    persons = {Account, Volunteer}
    for model in apps.get_models():
        points_at = {field.related_model for field in model._meta.get_fields() if field.is_relation}
        if model.__module__.startswith("lingju.") and (model in persons or persons & points_at):
            yield model


def test_no_table_is_named_after_a_score_and_none_holds_one() -> None:
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("lingju.")
        for field in model._meta.get_fields()
        if NAMES.search(field.name) or WORDS.search(str(getattr(field, "verbose_name", "")))
    }
    found |= {
        model._meta.label
        for model in apps.get_models()
        if NAMES.search(re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__))
        or WORDS.search(str(model._meta.verbose_name))
    }
    assert found == set(NAMED_ALIKE)


def test_no_person_carries_a_sum_of_what_they_did() -> None:
    """Minutes stand on what was served, never on who served: a column there would be sorted by one day."""
    for person in (Account, Volunteer):
        kept = [field.name for field in person._meta.get_fields() if DEEDS.search(field.name)]
        numbers = [
            name
            for name in kept
            if isinstance(person._meta.get_field(name), models.IntegerField | models.FloatField)
        ]
        assert numbers == []


def test_no_table_of_persons_stands_in_the_order_of_deeds() -> None:
    faults = [
        (model._meta.label, str(name))
        for model in about_persons()
        for name in model._meta.ordering or ()
        if DEEDS.search(str(name)) or NAMES.search(str(name).lstrip("-"))
    ]
    assert faults == []


def functions(source: Source) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a page of code."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def orders_by_deeds(function: ast.FunctionDef) -> bool:
    """Say whether a function that speaks of persons orders or picks something by how much was done."""
    if not PERSONS.search(ast.unparse(function)):
        return False
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in COMPARES and any(DEEDS.search(ast.unparse(word)) for word in node.args):
            return True
        keys = [word.value for word in node.keywords if word.arg == "key"]
        if called in {*PICKS, "sort"} and any(DEEDS.search(ast.unparse(key)) for key in keys):
            return True
    return False


def test_no_query_and_no_page_puts_persons_in_the_order_of_what_they_did() -> None:
    found = {
        (source.path, function.name)
        for source in own_code()
        for function in functions(source)
        if orders_by_deeds(function)
    }
    assert found - set(COMPARES_NO_PERSONS) == set()
    assert set(COMPARES_NO_PERSONS) <= found, "an exception that is not needed any more"


def test_no_page_and_no_word_of_the_code_speaks_of_points_or_ranks() -> None:
    pages = [page for page in PACKAGE.rglob("*.html") if page.parent.name not in SAYS_THE_WORDS]
    faults = [(str(page), word) for page in pages for word in WORDS.findall(page.read_text(encoding="utf-8"))]
    for source in own_code():
        texts = [node.value for node in ast.walk(source.tree) if isinstance(node, ast.Constant)]
        faults += [(source.path, text) for text in texts if isinstance(text, str) and WORDS.search(text)]
    assert faults == []


def test_the_templates_of_volunteering_sort_nothing() -> None:
    folder = Path(PACKAGE) / "volunteering" / "templates"
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 20
    assert [
        page.name for page in pages if re.search(r"\|\s*(sort|dictsort|max|min)\b", page.read_text())
    ] == []


@pytest.mark.parametrize(
    ("code", "is_fault"),
    [
        ("def top(people):\n    return sorted(people, key=lambda one: -one.minutes)", True),
        ("def top(rows):\n    return rows.order_by('-volunteer__hours')", True),
        ("def best(members):\n    return max(members, key=total_minutes)", True),
        ("def near(people):\n    return sorted(people, key=lambda one: one.walk)", False),
        ("def slots(rooms):\n    return sorted(rooms, key=lambda one: one.minutes)", False),
    ],
)
def test_the_search_finds_what_it_is_for(code: str, is_fault: bool) -> None:
    (function,) = (node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef))
    assert orders_by_deeds(function) is is_fault


@pytest.mark.parametrize("sentence", ["志愿积分商城", "时长排行榜", "Volunteer leaderboard", "本月排名"])
def test_the_register_knows_the_words(sentence: str) -> None:
    assert WORDS.search(sentence)
