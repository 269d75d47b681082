"""The certificate of service: for confirmed hours, as the order demands it, dead after one changed digit."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.volunteering import jobs
from lingju.volunteering.models import Call, ServiceCertificate, Volunteer
from lingju.volunteering.queries.certificates import Stand, checked
from lingju.volunteering.services import certificates, confirming
from lingju.volunteering.services.certificates import Issuing
from lingju.volunteering.tests.builders import Town, a_call, a_key, a_town, a_volunteer, at, oneself, served

pytestmark = pytest.mark.django_db
SAYS = Issuing("府后街社区居委会", "示例主任", "示例经办", "0355-1234567")


def somebody_who_served(town: Town) -> tuple[Call, Volunteer]:
    call, person = a_call(town), a_volunteer(town)
    served(town, call, person)
    call.refresh_from_db()
    with at(call, 200):
        confirming.confirm(call, person, key=a_key(), actor=town.writes)
    return call, person


def asked(town: Town, call: Call, person: Volunteer, called: str = "王秀英") -> ServiceCertificate:
    with at(call, 300):
        return certificates.ask(person, call.day, call.day, called, key=a_key(), actor=oneself(person))


def issued(town: Town) -> ServiceCertificate:
    call, person = somebody_who_served(town)
    with at(call, 400):
        return certificates.issue(asked(town, call, person), SAYS, actor=town.writes)


def test_it_says_what_the_order_demands_and_numbers_go_on() -> None:
    town = a_town()
    first, second = issued(town), issued(town)
    assert (first.number, second.number) == ("ZY140404-2026-00001", "ZY140404-2026-00002")
    assert (first.minutes, first.called, first.in_charge, first.handler) == (
        120,
        "王秀英",
        "示例主任",
        "示例经办",
    )
    assert first.content == [[first.since.isoformat(), "驿站大扫除", 120]]
    assert certificates.issue(first, SAYS, actor=town.writes).number == first.number


def test_without_confirmed_hours_there_is_none_and_what_is_missing_is_said() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    served(town, call, person)
    with pytest.raises(NotNow, match="确认过"):
        asked(town, call, person)
    done, other = somebody_who_served(town)
    with at(done, 300):
        for changes in ({"called": " "}, {"since": done.day + dt.timedelta(days=1)}):
            values: dict[str, Any] = {"since": done.day, "until": done.day, "called": "王秀英", **changes}
            with pytest.raises(BadInput):
                certificates.ask(other, **values, key=a_key(), actor=oneself(other))
        paper = asked(town, done, other)
        with pytest.raises(BadInput) as refused:
            certificates.issue(paper, Issuing("", " ", "", ""), actor=town.writes)
    assert set(refused.value.fields) == {"issuer", "in_charge", "handler", "contact"}


def test_nobody_issues_their_own_and_no_keeper_issues_any() -> None:
    town = a_town()
    call = a_call(town)
    person = a_volunteer(town, account=town.clerk)
    served(town, call, person)
    call.refresh_from_db()
    with at(call, 200):
        confirming.confirm(call, person, key=a_key(), actor=town.looks)
        paper = certificates.ask(person, call.day, call.day, "示例人", key=a_key(), actor=town.writes)
        for hand in (town.writes, town.keeps):
            with pytest.raises(NotAllowed):
                certificates.issue(paper, SAYS, actor=hand)
        assert certificates.issue(paper, SAYS, actor=town.looks).number


def test_one_changed_digit_anywhere_on_paper_fails() -> None:
    town = a_town()
    paper = issued(town)
    number, mark = str(paper.number), certificates.mark_of(paper)
    assert checked(town.district, number, f" {mark[:4].lower()}-{mark[4:]}").stand == Stand.VALID
    letters = "0123456789ABCDEFZY-中"
    numbers = {
        number[:i] + c + number[i + 1 :] for i in range(len(number)) for c in letters if c != number[i]
    }
    marks = {mark[:i] + c + mark[i + 1 :] for i in range(len(mark)) for c in letters if c != mark[i]}
    found = {checked(town.district, one, mark).stand for one in numbers}
    found |= {checked(town.district, number, one).stand for one in marks}
    assert found == {Stand.INVALID}
    assert checked(town.district, number, "").certificate is None


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 1200},
        {"content": [["2026-03-05", "驿站大扫除", 1200]]},
        {"issuer": "别的社区居委会"},
        {"issued_on": dt.date(2025, 1, 1)},
        {"until": dt.date(2026, 3, 6)},
        {"volunteer_number": "V26-00009"},
    ],
)
def test_one_altered_in_the_database_fails(changes: dict[str, Any]) -> None:
    town = a_town()
    paper = issued(town)
    mark = certificates.mark_of(paper)
    ServiceCertificate.objects.filter(pk=paper.pk).update(**changes)
    assert checked(town.district, str(paper.number), mark).stand == Stand.INVALID


def test_one_taken_back_says_so_and_one_refused_says_why() -> None:
    town = a_town()
    paper = issued(town)
    mark = certificates.mark_of(paper)
    with pytest.raises(BadInput):
        certificates.revoke(paper, " ", actor=town.writes)
    for _press in range(2):
        certificates.revoke(paper, "姓名印错了", actor=town.writes)
    found = checked(town.district, str(paper.number), mark)
    assert (found.stand, found.surname) == (Stand.REVOKED, "王**")
    call, person = somebody_who_served(town)
    other = asked(town, call, person)
    certificates.refuse(other, "请写全名再申请", actor=town.writes)
    assert (other.state, other.number) == ("refused", None)


def test_names_are_forgotten_after_five_years_and_who_left_after_one() -> None:
    town = a_town()
    paper = issued(town)
    mark = certificates.mark_of(paper)
    Volunteer.objects.filter(pk=paper.volunteer_id).update(left_at=paper.asked_at)
    with time_machine.travel(paper.asked_at + dt.timedelta(days=364)):
        assert jobs.forget() == 0
    with time_machine.travel(paper.asked_at + dt.timedelta(days=370)):
        assert jobs.forget() == 1
    person = Volunteer.objects.get(pk=paper.volunteer_id)
    assert (person.called, person.phone, person.born_on) == ("", None, "")
    assert checked(town.district, str(paper.number), mark).stand == Stand.VALID
    with time_machine.travel(paper.asked_at + dt.timedelta(days=365 * 6)):
        assert jobs.forget() == 1
    assert checked(town.district, str(paper.number), mark).stand == Stand.INVALID
