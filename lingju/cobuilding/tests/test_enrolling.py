"""Units report in, are received, rest, come back and end; who takes part can do something, or is told."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection

from lingju.cobuilding.models import Blackout, Capability, Double, Duty, Enrolment, Pairing
from lingju.cobuilding.services import blackouts, catalogue, enrolling, pairing, unit_links
from lingju.cobuilding.services.enrolling import Terms
from lingju.cobuilding.tests.builders import Street, a_capability, a_cycle, a_role, a_street
from lingju.cobuilding.tests.organised import a_code, a_key, a_unit_draft, an_enrolled, the_bearer
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.people.models import Organisation
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def a_duty(street: Street, unit: Enrolment, month: int = 4) -> Duty:
    return Duty.objects.create(
        district=street.district,
        cycle=a_cycle(street, month=month),
        area=street.community,
        role=a_role(street, f"role{month}"),
        enrolment=unit,
        state=Duty.State.PUBLISHED,
    )


def test_the_same_unit_reports_in_once_however_often_it_is_pressed() -> None:
    street = a_street()
    draft = a_unit_draft(street.area, uscc=a_code())
    first, again = (enrolling.enrol(draft, actor=street.leads) for _press in range(2))
    assert first == again
    assert (first.number, first.state) == ("D26-0001", Enrolment.State.REGISTERED)
    assert Organisation.objects.filter(name=draft.name).count() == 1


def test_a_wrong_credit_code_and_one_of_another_name_are_refused_at_their_field() -> None:
    street, code = a_street(), a_code()
    mistyped = code[:-1] + ("1" if code.endswith("0") else "0")
    with pytest.raises(BadInput, match="最后一位") as wrong:
        enrolling.enrol(a_unit_draft(street.area, uscc=mistyped), actor=street.leads)
    assert "uscc" in wrong.value.fields
    known = a_unit_draft(street.area, uscc=a_code())
    enrolling.enrol(known, actor=street.leads)
    with pytest.raises(BadInput, match=known.name):
        enrolling.enrol(replace(known, name="另一家示例单位"), actor=street.leads)


def test_whom_to_call_is_kept_closed_and_reading_it_leaves_a_footprint() -> None:
    street = a_street()
    unit = an_enrolled(street)
    with connection.cursor() as cursor:
        cursor.execute("SELECT liaison, phone FROM cobuilding_enrolment WHERE id = %s", [unit.pk])
        assert all("示例" not in cell and "139" not in cell[:3] for cell in cursor.fetchone())
    before = Footprint.objects.filter(action="read").count()
    assert enrolling.see_contact(unit, actor=street.leads) == ("示例联络员", "13900001111")
    assert Footprint.objects.filter(action="read").count() == before + 1
    assert not any("示例联络员" in str(step.after) + str(step.before) for step in Footprint.objects.all())


def test_a_unit_of_another_district_s_capability_is_not_there() -> None:
    street = a_street()
    foreign = a_capability(builders.a_district("140405"))
    with pytest.raises(Exception, match="不在这个区"):
        enrolling.enrol(a_unit_draft(street.area, terms=Terms(capabilities=(foreign,))), actor=street.leads)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(people=0), "people"),
        (Terms(history=-1), "history"),
        (Terms(months=(13,)), "months"),
        (Terms(phone="1234"), "phone"),
        (Terms(lon=113.0), "lat"),
        (Terms(liaison="长" * 41), "liaison"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(terms: Terms, field: str) -> None:
    street = a_street()
    with pytest.raises(BadInput) as refused:
        enrolling.enrol(a_unit_draft(street.area, terms=terms), actor=street.leads)
    assert field in refused.value.fields
    assert not Enrolment.objects.exists()


def test_a_share_is_set_by_an_officer_with_a_reason_and_by_no_clerk() -> None:
    street = a_street()
    unit = enrolling.enrol(a_unit_draft(street.community), actor=street.carries)
    with pytest.raises(NotAllowed):
        enrolling.set_weight(unit, 2.0, "人多", actor=street.carries)
    with pytest.raises(BadInput, match="为什么"):
        enrolling.set_weight(unit, 2.0, " ", actor=street.leads)
    with pytest.raises(BadInput, match="份量"):
        enrolling.set_weight(unit, float("nan"), "人多", actor=street.leads)
    assert enrolling.set_weight(unit, 2.0, "两百人的单位", actor=street.leads)
    assert not enrolling.set_weight(unit, 2.0, "两百人的单位", actor=street.leads)
    unit.refresh_from_db()
    assert (unit.weight, unit.weight_reason) == (2.0, "两百人的单位")


def test_a_unit_rests_and_comes_back_and_a_second_press_changes_nothing() -> None:
    street = a_street()
    unit = an_enrolled(street)
    enrolling.pause(unit, "单位搬迁", actor=street.leads)
    enrolling.pause(unit, "单位搬迁", actor=street.leads)
    assert (unit.state, unit.state_reason) == ("paused", "单位搬迁")
    assert unit not in Enrolment.objects.taking_turns()
    enrolling.resume(unit, actor=street.leads)
    enrolling.resume(unit, actor=street.leads)
    assert unit in Enrolment.objects.taking_turns()
    assert Footprint.objects.filter(action__in=("pause", "resume")).count() == 2


def test_a_unit_that_ends_gives_its_turns_back_and_its_links_open_nothing() -> None:
    street = a_street()
    unit = an_enrolled(street)
    duty = a_duty(street, unit)
    link = unit_links.make(unit, key=a_key(), actor=street.leads)
    pairing.pair_unit(unit, builders.a_compound(street.community), actor=street.leads)
    enrolling.end(unit, "单位撤并了", actor=street.leads)
    enrolling.end(unit, "单位撤并了", actor=street.leads)
    duty.refresh_from_db()
    assert (duty.enrolment_id, duty.state) == (None, Duty.State.OPEN)
    with pytest.raises(Exception, match="注销"):
        unit_links.opened(street.district, link.secret)
    assert not Pairing.objects.filter(ended_on__isnull=True).exists()
    with pytest.raises(NotNow, match="注销"):
        enrolling.receive(unit, actor=street.leads)
    again = enrolling.enrol(
        a_unit_draft(street.area, name=unit.organisation.name, kind="state_company"), actor=street.leads
    )
    assert again.pk != unit.pk


def test_half_a_year_after_the_end_nobody_knows_any_more_whom_to_call() -> None:
    street = a_street()
    unit = enrolling.end(an_enrolled(street), "单位撤并了", actor=street.leads)
    assert enrolling.forget_ended() == 0
    Enrolment.objects.update(ended_on=dt.date(2025, 9, 1))
    assert (enrolling.forget_ended(), enrolling.forget_ended()) == (1, 0)
    unit.refresh_from_db()
    assert (unit.liaison, unit.phone) == ("", "")


def test_of_two_hands_that_edit_one_is_told() -> None:
    street = a_street()
    unit = an_enrolled(street)
    seen = unit.version
    enrolling.edit(unit, Terms(people=5), actor=street.leads, version=seen)
    with pytest.raises(SomeoneWasFaster):
        enrolling.edit(unit, Terms(people=6), actor=street.leads, version=seen)


def test_days_away_are_said_by_the_unit_once_and_taken_back() -> None:
    street = a_street()
    unit = an_enrolled(street)
    days = (dt.date(2026, 8, 1), dt.date(2026, 8, 15))
    first, again = (blackouts.add(unit, *days, "检修", actor=the_bearer(unit)) for _press in range(2))
    assert first == again
    assert first.said_by_itself
    other = an_enrolled(street)
    with pytest.raises(NotAllowed):
        blackouts.remove(first, actor=the_bearer(other))
    blackouts.remove(first, actor=the_bearer(unit))
    assert not Blackout.objects.exists()


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (dt.date(2026, 8, 2), dt.date(2026, 8, 1)),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 9)),
        (dt.date(2026, 4, 1), dt.date(2027, 6, 1)),
        (dt.date(2030, 4, 1), dt.date(2030, 4, 2)),
        (dt.date.min, dt.date.max),
    ],
)
def test_days_that_are_past_or_too_many_are_refused(starts: dt.date, ends: dt.date) -> None:
    unit = an_enrolled(a_street())
    with pytest.raises(BadInput) as refused:
        blackouts.add(unit, starts, ends, actor=the_bearer(unit))
    assert "ends_on" in refused.value.fields


def test_a_district_begins_with_nine_capabilities_four_doubles_and_roles_and_keeps_its_own_words() -> None:
    street = a_street()
    house = the_system(street.district)
    assert catalogue.fill(street.district, actor=house) == 13
    assert catalogue.fill_roles(street.series, actor=house) == 3
    assert (
        catalogue.fill(street.district, actor=house),
        catalogue.fill_roles(street.series, actor=house),
    ) == (0, 0)
    double = Double.objects.get(code="enrol")
    assert [one.name for one in Double.objects.all()] == ["双报到", "双服务", "双包联", "双评价"]
    catalogue.word_double(double, "双报告", "", actor=street.district_leads)
    catalogue.fill(street.district, actor=house)
    assert Double.objects.get(code="enrol").name == "双报告"
    assert street.series.roles.get(code="handy").capability == Capability.objects.get(code="handy")
