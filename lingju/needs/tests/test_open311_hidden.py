"""Open311 tells everybody no more of a need than the list: not who has a private kind, not the minute."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from lingju.kernel import clock
from lingju.needs.models import Category, Entry, Need
from lingju.needs.services import keys
from lingju.needs.tests.builders import Quarter, a_need, a_quarter, listed
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def read(path: str, **asked: str) -> Any:
    answer = Client().get(f"/open311/v2/{path}", asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def test_of_a_private_kind_nobody_reads_which_organisation_has_it(quarter: Quarter) -> None:
    clinic = cast.an_organisation(quarter.area, "县医院康复科")
    system = cast.the_system(quarter.district)
    key, clear = keys.make(quarter.district, "区数据平台", actor=system)
    theirs = (f"key:{key.pk}", "A-1")
    need = listed(quarter, a_need(quarter, foreign_number=theirs))
    Need.objects.filter(pk=need.pk).update(owner_org=clinic)
    path = f"requests/{need.number}.json"
    assert read(path)[0]["agency_responsible"] == clinic.name
    Category.objects.filter(pk=need.category_id).update(is_private=True)
    assert read(path)[0]["agency_responsible"] == quarter.area.short_name
    # The system that said it knows what it said.
    assert read(path, api_key=clear)[0]["agency_responsible"] == clinic.name


def test_asking_ever_closer_does_not_find_the_minute_of_an_update(quarter: Quarter) -> None:
    listed(quarter, a_need(quarter))
    early = clock.now().replace(hour=3)
    found = [
        read("servicerequestupdates.json", start_date=early.isoformat(), end_date=until.isoformat())
        for until in (early + dt.timedelta(hours=1), early + dt.timedelta(hours=20))
    ]
    assert found[0] == found[1] != []


def test_the_name_of_an_update_does_not_tell_when_it_was_made(quarter: Quarter) -> None:
    need = listed(quarter, a_need(quarter))
    ids = [str(pk) for pk in Entry.objects.filter(need=need).values_list("pk", flat=True)]
    told = json.dumps(read("servicerequestupdates.json"))
    assert need.number in told
    assert not any(pk in told for pk in ids)
