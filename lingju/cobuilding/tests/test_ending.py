"""A day that is held no more: what was stays, what was to come is off, and another rule may follow."""

import datetime as dt

import pytest

from lingju.cobuilding.models import Blackout, Cycle, DaySeries
from lingju.cobuilding.services import cycles, steps, turns
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.tests.builders import Street, a_cycle, a_street, cycles_until
from lingju.cobuilding.tests.listed import a_crew_on_duty
from lingju.kernel.errors import BadInput, NotAllowed, SomeoneWasFaster
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-08T10:00:00+08:00", tick=False)]
END = "/desk/days/rule/end/"
C = Cycle.State


def states(street: Street) -> dict[str, str]:
    return {f"{one.month:%Y-%m}": one.state for one in Cycle.objects.filter(series=street.series)}


@pytest.fixture
def street() -> Street:
    """Found a street in the middle of November's days; December is announced, January has no day yet."""
    street = a_street(2025, 2026)
    cycles_until(street, 2027, 1)
    cycles.announce_cycle(a_cycle(street, month=12), actor=street.leads)
    return street


def test_the_days_to_come_are_off_and_the_one_that_has_begun_goes_on(street: Street) -> None:
    official = cast.an_actor_of(street.district_officer)
    ended = steps.end_rule(street.series, "并到区里一起办", actor=official)
    assert ended.ended_on == dt.date(2026, 11, 8)
    found = states(street)
    assert (found["2026-10"], found["2026-11"]) == (C.GENERATED, C.GENERATED)
    assert (found["2026-12"], found["2027-01"]) == (C.CANCELLED, C.CANCELLED)
    december = Cycle.objects.get(series=street.series, month=dt.date(2026, 12, 1))
    assert december.state_reason == "并到区里一起办"
    steps.end_rule(street.series, "再按一次", actor=official)
    december.refresh_from_db()
    assert december.state_reason == "并到区里一起办"
    assert cycles.open_cycles(street.series, dt.date(2027, 6, 1), actor=official) == []


def test_another_rule_may_follow(street: Street) -> None:
    official = cast.an_actor_of(street.district_officer)
    steps.end_rule(street.series, "换个办法", actor=official)
    draft = SeriesDraft("城市共建日", dt.date(2026, 12, 1), weekday=3)
    following = steps.set_rule(street.area, draft, actor=official, version=0)
    assert DaySeries.objects.filter(area=street.area).count() == 2
    assert following.cycles.filter(date__isnull=False).exists()


def test_it_wants_a_reason_the_district_and_the_newest_page(street: Street) -> None:
    official = cast.an_actor_of(street.district_officer)
    with pytest.raises(BadInput):
        steps.end_rule(street.series, " ", actor=official)
    with pytest.raises(NotAllowed):
        steps.end_rule(street.series, "不办了", actor=street.leads)
    with pytest.raises(SomeoneWasFaster):
        steps.end_rule(street.series, "不办了", actor=official, version=street.series.version - 1)
    street.series.refresh_from_db()
    assert street.series.ended_on is None


def test_the_desk_asks_why_and_says_that_it_is_done(street: Street) -> None:
    browser = cast.signed_in_client(street.district_officer)
    asked = browser.get(END).content.decode()
    assert street.area.short_name in asked
    told = {"do": "end", "version": street.series.version}
    refused = browser.post(END, told)
    assert (refused.status_code, "为什么不再办" in refused.content.decode()) == (422, True)
    done = browser.post(END, told | {"reason": "并到区里一起办"}, follow=True)
    assert "以后的期次都取消了" in done.content.decode()
    assert browser.get(END).status_code == 404


def test_what_the_desk_says_for_a_unit_is_not_the_units_own_word(street: Street) -> None:
    cycle = a_cycle(street, month=12)
    unit = a_crew_on_duty(street, cycle)
    turns.drop_out(unit.duties.get(), "电话里说来不了", actor=street.leads)
    assert Blackout.objects.get(enrolment=unit).said_by_itself is False
