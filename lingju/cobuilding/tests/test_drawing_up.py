"""A rota is drawn up from the rows, shown as a draft, published once, and never against a person's word."""

import datetime as dt

import pytest

from lingju.cobuilding.models import Blackout, Duty, Rota
from lingju.cobuilding.services import cycles, drawing_up, turns
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.tests.builders import (
    SINCE,
    Street,
    a_capability,
    a_role,
    a_street,
    a_unit,
    cycles_until,
)
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.places.tests import builders as places

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]
APRIL, MAY, JUNE = dt.date(2026, 4, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)


def a_ready_street(units: int = 4) -> Street:
    street = a_street()
    cycles_until(street, 2026, 6)
    a_role(street)
    law = a_capability(street.district)
    a_role(street, "law", "法律服务", capability=law)
    for number in range(units):
        a_unit(street, f"示例单位{number}", *([law] if number < 2 else []))
    return street


def drawn(street: Street, first: dt.date = APRIL, last: dt.date = JUNE, key: str = "press-0001") -> Rota:
    return drawing_up.draw_up(street.series, first, last, key=key, actor=street.leads, polish_s=None)


def test_every_duty_is_proposed_to_a_unit_that_can_do_it_and_to_one_only_on_a_day() -> None:
    street = a_ready_street()
    row = drawn(street)
    duties = list(Duty.objects.select_related("role__capability", "proposed"))
    # Two communities, two roles, three months; four units a day fill four duties.
    assert len(duties) == 12
    assert all(duty.proposed is not None for duty in duties)
    for duty in duties:
        if duty.role.capability is not None:
            assert duty.proposed.capabilities.filter(code="law").exists()
    days = [(duty.cycle_id, duty.proposed_id) for duty in duties]
    assert len(set(days)) == len(days)
    assert (row.state, row.shortages) == ("draft", [])
    unfilled = next(level for level in row.levels if level["name"] == "unfilled")
    assert (unfilled["value"], unfilled["bound"]) == (0, 0)
    assert row.input_hash
    assert "HiGHS" in row.solver


def test_the_same_press_draws_up_one_rota_and_another_has_to_wait() -> None:
    street = a_ready_street()
    row = drawn(street)
    assert drawn(street).pk == row.pk
    with pytest.raises(NotNow, match="正在拟"):
        drawn(street, key="press-0002")


def test_what_too_few_can_do_is_left_empty_and_named() -> None:
    street = a_ready_street(units=1)
    row = drawn(street, APRIL, APRIL)
    (shortage,) = [s for s in row.shortages if "law" in s["roles"] or len(s["duties"]) > 1]
    assert shortage["missing"] >= 1
    assert Duty.objects.filter(proposed__isnull=True).count() == 3


def test_publishing_gives_the_duties_away_once_and_the_second_hand_is_told() -> None:
    street = a_ready_street()
    row = drawn(street)
    other = Rota.objects.get(pk=row.pk)
    given = drawing_up.publish(row, actor=street.leads)
    assert len(given) == 12
    assert Duty.objects.filter(state="published", enrolment__isnull=False).count() == 12
    assert not Duty.objects.filter(proposed__isnull=False).exists()
    with pytest.raises((SomeoneWasFaster, NotNow)):
        drawing_up.publish(other, actor=street.leads)
    row.refresh_from_db()
    assert row.approved_by_id == street.officer.pk


def test_what_a_unit_accepted_and_what_a_person_set_stay_in_the_next_rota() -> None:
    street = a_ready_street()
    drawing_up.publish(drawn(street), actor=street.leads)
    accepted = Duty.objects.filter(cycle__month=MAY).first()
    assert accepted is not None
    turns.accept(accepted, actor=street.leads)
    by_hand = Duty.objects.filter(cycle__month=JUNE).order_by("-id").first()
    assert by_hand is not None
    turns.set_by_hand(by_hand, None, "这一期改办文艺汇演", actor=street.leads)
    Blackout.objects.create(
        district=street.district,
        enrolment_id=Duty.objects.filter(cycle__month=APRIL).values_list("enrolment_id", flat=True)[0],
        starts_on=dt.date(2026, 4, 1),
        ends_on=dt.date(2026, 4, 30),
    )
    drawing_up.publish(drawn(street, key="press-0003"), actor=street.leads)
    accepted.refresh_from_db()
    by_hand.refresh_from_db()
    assert accepted.state == "accepted"
    assert (by_hand.enrolment_id, by_hand.is_locked) == (None, True)
    assert Duty.objects.filter(cycle__month=APRIL, enrolment__isnull=True).count() == 1


def test_locks_that_contradict_each_other_are_named() -> None:
    street = a_ready_street()
    drawing_up.publish(drawn(street), actor=street.leads)
    one, two = Duty.objects.filter(cycle__month=MAY, role__code="lead").order_by("area__stem")
    turns.set_by_hand(one, None, "先空着", actor=street.leads)
    Duty.objects.filter(pk=one.pk).update(enrolment=two.enrolment_id, state="not_done")
    Duty.objects.filter(pk=two.pk).update(is_locked=True)
    with pytest.raises(drawing_up.LocksRefused) as refused:
        drawn(street, key="press-0004")
    assert "府后街社区" in str(refused.value)
    assert "长安社区" in str(refused.value)


@pytest.mark.parametrize(("first", "last"), [(JUNE, APRIL), (dt.date(2026, 4, 3), JUNE)])
def test_months_that_make_no_sense_are_refused(first: dt.date, last: dt.date) -> None:
    with pytest.raises(BadInput):
        drawn(a_ready_street(), first, last)


def test_without_units_the_sentence_says_so() -> None:
    with pytest.raises(NotNow, match="报到单位"):
        drawn(a_ready_street(units=0))


def test_without_roles_the_sentence_says_so() -> None:
    street = a_street()
    cycles_until(street, 2026, 6)
    with pytest.raises(NotNow, match="轮值角色"):
        drawn(street)


def test_a_community_draws_up_no_rota() -> None:
    street = a_ready_street()
    with pytest.raises(NotAllowed):
        drawing_up.draw_up(street.series, APRIL, JUNE, key="press-0006", actor=street.carries)


def test_a_dropped_draft_leaves_what_was_published() -> None:
    street = a_ready_street()
    drawing_up.publish(drawn(street), actor=street.leads)
    before = dict(Duty.objects.values_list("pk", "enrolment_id"))
    drawing_up.drop(drawn(street, key="press-0007"), actor=street.leads)
    assert dict(Duty.objects.values_list("pk", "enrolment_id")) == before
    assert not Duty.objects.filter(proposed__isnull=False).exists()


def test_a_street_with_communities_asks_no_village_and_a_township_asks_its_villages() -> None:
    street = a_street()
    places.an_area(street.district, "140404001200", "韩店村委会")
    assert drawing_up.communities_of(street.series) == [street.neighbour, street.community]
    town = places.an_area(street.district, "140404101", "苏店镇")
    village = places.an_area(street.district, "140404101201", "苏店村委会")
    draft = SeriesDraft("共建日", SINCE)
    series = cycles.set_series(town, draft, actor=street.district_leads)
    assert drawing_up.communities_of(series) == [village]
