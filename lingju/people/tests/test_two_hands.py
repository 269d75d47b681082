"""Several hands at once, on real connections: what is granted, used or revoked once stays once."""

import pytest
from django.db import connection

from lingju.kernel.tests.hands import HANDS, at_once
from lingju.people.models import Account, Holding, SignInCode
from lingju.people.services import factors as factor_verbs
from lingju.people.services import offices, signing
from lingju.people.sms import Message
from lingju.people.tests import cast
from lingju.places.rules import Office
from lingju.trail.models import Footprint

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # SQLite lets one writer in at a time and keeps the tests' database in memory, for one connection.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two writers at once"),
]


def test_an_office_granted_by_many_hands_is_held_once() -> None:
    district = cast.a_district()
    area, account = cast.an_area(district), cast.a_resident(district)
    actor = cast.the_system(district)
    results = at_once(lambda _n: offices.grant_office(account, Office.CLERK, at=area, actor=actor))
    assert len({getattr(r, "pk", None) for r in results}) == 1
    assert Holding.objects.filter(account=account).count() == 1
    assert Footprint.objects.filter(action="people.grant_office").count() == 1


def test_the_three_admin_offices_do_not_meet_however_many_hands_grant_them() -> None:
    district = cast.a_district()
    top, account = cast.a_tree(district)[0], cast.a_resident(district)
    admins = [Office.SYSTEM_ADMIN, Office.SECURITY_ADMIN, Office.AUDIT_ADMIN] * 2
    actor = cast.the_system(district)
    at_once(lambda n: offices.grant_office(account, admins[n], at=top, actor=actor))
    assert Holding.objects.filter(account=account).standing().count() == 1


def test_of_many_hands_that_take_an_office_back_one_does() -> None:
    district = cast.a_district()
    held = cast.a_clerk(at=cast.an_area(district)).holdings.get()
    officers = [cast.an_actor_of(cast.a_street_officer(district=district)) for _hand in range(HANDS)]
    results = at_once(lambda n: offices.revoke_office(Holding.objects.get(pk=held.pk), actor=officers[n]))
    assert results.count(None) == 1


def test_a_code_is_used_by_one_of_many_hands(sent: list[Message]) -> None:
    district = cast.a_district()
    code = signing.request_code("13900000001", district=district)
    digits = str(SignInCode.objects.get(pk=code.pk).code)
    results = at_once(lambda _n: signing.use_code(code.pk, digits, district=district))
    assert sum(isinstance(result, SignInCode) for result in results) == 1


def test_a_dynamic_code_is_used_by_one_of_many_hands() -> None:
    account: Account = cast.a_resident(cast.a_district())
    secret = cast.a_second_factor(account)
    typed = cast.a_code_for(secret, steps_on=1)
    results = at_once(lambda _n: factor_verbs.check(account, typed))
    assert results.count(None) == 1
