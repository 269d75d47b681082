"""Who may open which page of units, and that nothing anybody types breaks one."""

from typing import Any

import pytest
from django.test import Client

from lingju.cobuilding.models import (
    Enrolment,
)
from lingju.cobuilding.services import catalogue, members, unit_links
from lingju.cobuilding.services.members import MemberDraft
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.builders import Street, a_capability, a_street
from lingju.cobuilding.tests.organised import a_key, a_meeting, a_task, an_agreement, an_enrolled
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]
UNITS = "/desk/days/units/"


@pytest.fixture
def street() -> Street:
    street = a_street()
    catalogue.fill(street.district, actor=the_system(street.district))
    return street


@pytest.fixture
def officer(street: Street) -> Client:
    return cast.signed_in_client(street.officer)


@pytest.fixture
def clerk(street: Street) -> Client:
    return cast.signed_in_client(street.clerk)


def a_door(street: Street, unit: Enrolment) -> str:
    return f"/u/{unit_links.make(unit, key=a_key(), actor=street.leads).secret}/"


def pages_of(street: Street) -> tuple[list[str], str]:
    unit = an_enrolled(street)
    agreement, meeting, task = an_agreement(street, unit), a_meeting(street), a_task(street)
    draft = MemberDraft("示例党员甲", agreed=True)
    member = members.register(street.community, draft, key=a_key(), actor=street.carries)
    local = an_enrolled(street)
    Enrolment.objects.filter(pk=local.pk).update(area=street.community)
    one = f"{UNITS}{local.pk}/"
    lists = [
        UNITS,
        *(
            f"{UNITS}{x}/"
            for x in ("new", "roll", "members", "pairings", "pairings/sheet", "reviews", "sheets")
        ),
    ]
    days = [f"/desk/days/{x}/" for x in ("agreements", "agreements/new", "meetings", "meetings/new")]
    of_one = [
        *(one, f"{one}edit/", f"{one}receipt/", f"{one}receipt.xlsx", f"{UNITS}members/{member.pk}/"),
        *(f"/desk/days/agreements/{agreement.pk}/{x}" for x in ("", "edit/", "sheet/")),
        *(f"/desk/days/meetings/{meeting.pk}/{x}" for x in ("", "edit/", "sheet/")),
        f"/desk/days/meetings/tasks/{task.pk}/",
    ]
    return [*lists, *days, f"{UNITS}roll.xlsx", f"{UNITS}sheets/template.xlsx"], "\n".join(of_one)


def test_who_may_open_what(street: Street) -> None:
    general, single = pages_of(street)
    allowed = {
        street.clerk: (200, 200),
        street.officer: (200, 200),
        street.district_officer: (200, 200),
        cast.a_clerk(at=street.neighbour): (200, 404),
        cast.a_resident(street.district): (403, 403),
    }
    for account, (of_lists, of_one) in allowed.items():
        browser = cast.signed_in_client(account)
        assert {browser.get(path).status_code for path in general} == {of_lists}, account
        assert {browser.get(path).status_code for path in single.split()} == {of_one}, account
    for path in [*general, *single.split()]:
        assert Client().get(path).status_code == 302, path
    assert cast.signed_in_client(street.clerk).get(f"{UNITS}words/").status_code == 403
    assert "双报到" in body(cast.signed_in_client(street.district_officer), f"{UNITS}words/")


BITES = [
    "",
    "x" * 9000,
    "\x00",
    "-1",
    "9" * 40,
    "nan",
    "inf",
    "<script>",
    "'; --",
    "2026-02-30",
    "汉字",
    "1e400",
]


@pytest.mark.slow
@pytest.mark.parametrize("bite", BITES)
def test_nothing_that_is_typed_breaks_a_page(street: Street, officer: Client, bite: str) -> None:
    general, single = pages_of(street)
    unit = an_enrolled(street)
    door = a_door(street, unit)
    names = (
        "name",
        "kind",
        "uscc",
        "area",
        "people",
        "history",
        "capabilities",
        "months",
        "liaison",
        "phone",
    )
    more = ("lon", "lat", "row", "reason", "weight", "weight_reason", "starts_on", "ends_on", "reply", "key")
    rest = ("version", "called", "agreed", "enrolment", "compound", "member", "period", "verdict", "text")
    last = (
        "title",
        "date",
        "starts",
        "agenda",
        "came",
        "decisions",
        "owner",
        "owner_area",
        "due_on",
        "after",
    )
    said = dict.fromkeys((*names, *more, *rest, *last, "result", "q", "tray", "page"), bite)
    acts = ["", bite, "away", "weigh", "back", "revoke", "pause", "end", "tell", "reply", "task", "after"]
    acts += ["hold", "minute", "cancel", "drop", "accept", "months", "review", "finish", "sign", "contact"]
    for path in [*general, *single.split(), door]:
        assert officer.get(path, {"q": bite, "tray": bite, "page": bite}).status_code < 500, path
    for path in [
        *single.split(),
        UNITS + "new/",
        UNITS + "members/",
        UNITS + "pairings/",
        UNITS + "reviews/",
        door,
    ]:
        for do in acts if "/sheet" not in path and "receipt" not in path else ():
            assert officer.post(path, {**said, "do": do}).status_code < 500, (path, do)


@pytest.mark.parametrize("token", ["x", "0" * 64, "0" * 3000, "%00", "汉字", "..", "'; DROP"])
def test_no_token_breaks_the_door(street: Street, token: str) -> None:
    browser = Client()
    for path in (f"/u/{token}/", f"/u/{token}/turns.ics", f"/u/{token}/agreements/1/"):
        assert browser.get(path).status_code in (302, 301, 404), path
        assert browser.post(path, {"do": "accept"}).status_code in (301, 302, 404, 405), path


def test_a_list_asks_the_database_as_often_for_ten_units_as_for_one(
    street: Street, officer: Client, django_assert_max_num_queries: Any
) -> None:
    can = a_capability(street.district)
    for _unit in range(10):
        an_enrolled(street).capabilities.add(can)
    with django_assert_max_num_queries(30):
        body(officer, UNITS)
    with django_assert_max_num_queries(30):
        body(officer, f"{UNITS}roll/")
