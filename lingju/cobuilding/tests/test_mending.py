"""A turn whose unit fits it no more is seen, named, and given to one that fits; nobody else is moved."""

import pytest

from lingju.cobuilding.models import Duty, Enrolment
from lingju.cobuilding.queries import turns_cell
from lingju.cobuilding.services import enrolling, mending, roles, turns
from lingju.cobuilding.services.roles import RoleDraft
from lingju.cobuilding.tests.builders import Street, a_capability
from lingju.cobuilding.tests.test_drawing_up import MAY
from lingju.cobuilding.tests.test_turns import a_duty, a_free_unit, a_published_street, bearer
from lingju.cobuilding.tests.test_turns_pages import body, the_duty
from lingju.kernel.errors import NotNow
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def lead_asks_for_more(street: Street, *able: Enrolment) -> None:
    """Let whoever leads have to be an electrician from now on, which only these units are."""
    handy = a_capability(street.district, "handy", "电工")
    for unit in able:
        unit.capabilities.add(handy)
    role = street.series.roles.get(code="lead")
    roles.edit(role, RoleDraft("牵头", handy, is_lead=True), actor=street.leads)


def fresh(duty: Duty) -> Duty:
    related = ("cycle__series__area", "area", "role__capability", "enrolment__organisation")
    found: Duty = Duty.objects.select_related(*related).get(pk=duty.pk)
    return found


def test_a_role_that_asks_for_more_leaves_its_holder_named_and_the_cell_is_refilled() -> None:
    street = a_published_street()
    duty = a_duty()
    turns.accept(duty, actor=bearer(duty))
    before, comes = str(duty.enrolment), a_free_unit(duty)
    lead_asks_for_more(street, comes)
    found = fresh(duty)
    assert turns_cell.misfit_words(found) == f"{before}没有报过“电工”。"
    page = body(cast.signed_in_client(street.officer), the_duty(duty), mend="1")
    assert "请补上一家能做的" in page
    assert f"{before} → {comes}（{before}没有报过“电工”）" in page
    shown = mending.proposed(found)
    assert [(one.duty, one.after) for one in shown.changes] == [(duty.pk, comes.pk)]
    assert (shown.fewest, shown.stays_empty) == (1, False)
    mending.mend(found, shown.digest, actor=street.leads)
    assert (found.enrolment_id, found.state) == (comes.pk, "published")
    assert turns_cell.misfit_words(fresh(found)) == ""


def test_a_holder_that_fits_its_own_cell_no_more_may_fill_another() -> None:
    street = a_published_street()
    leads, law = a_duty(), a_duty(role="law")
    turns.accept(leads, actor=bearer(leads))
    free, holder = a_free_unit(leads), leads.enrolment
    assert holder is not None
    # Nobody is left for the legal turn but the unit that leads, and it may lead no more.
    enrolling.set_capabilities(holder, [a_capability(street.district)], actor=street.leads)
    turns.drop_out(law, "律师病了", actor=bearer(law))
    lead_asks_for_more(street, free)
    found = fresh(law)
    shown = mending.proposed(found)
    assert not shown.stays_empty
    mending.mend(found, shown.digest, actor=street.leads)
    assert (fresh(law).enrolment_id, fresh(leads).enrolment_id) == (holder.pk, free.pk)


def test_where_nobody_better_is_found_who_said_yes_stays() -> None:
    street = a_published_street()
    duty = a_duty()
    turns.accept(duty, actor=bearer(duty))
    holder = duty.enrolment_id
    lead_asks_for_more(street)
    found = fresh(duty)
    shown = mending.proposed(found)
    assert (shown.changes, shown.fewest, shown.stays_empty) == ((), 0, True)
    with pytest.raises(NotNow, match="没有一家"):
        mending.mend(found, shown.digest, actor=street.leads)
    assert fresh(duty).enrolment_id == holder


def test_who_fits_no_more_in_another_month_does_not_stand_in_the_way() -> None:
    street = a_published_street()
    law, later = a_duty(role="law"), a_duty(MAY)
    free = a_free_unit(law)
    enrolling.set_capabilities(free, [a_capability(street.district)], actor=street.leads)
    turns.drop_out(law, "律师病了", actor=bearer(law))
    lead_asks_for_more(street)
    assert later.state == "published"
    shown = mending.proposed(fresh(law))
    assert [(one.duty, one.after) for one in shown.changes] == [(law.pk, free.pk)]


def test_what_a_person_set_by_hand_is_not_mended_away() -> None:
    street = a_published_street()
    duty = a_duty()
    free = a_free_unit(duty)
    turns.set_by_hand(duty, duty.enrolment, "就要这一家", actor=street.leads)
    lead_asks_for_more(street, free)
    assert not turns_cell.may_mend(fresh(duty))
    assert mending.proposed(fresh(duty)).stays_empty


def test_a_paused_unit_that_still_stands_in_the_table_can_be_replaced() -> None:
    street = a_published_street()
    duty = a_duty()
    free, holder = a_free_unit(duty), duty.enrolment
    assert holder is not None
    enrolling.pause(holder, "装修", actor=street.leads)
    lead_asks_for_more(street, free)
    shown = mending.proposed(fresh(duty))
    mending.mend(fresh(duty), shown.digest, actor=street.leads)
    assert fresh(duty).enrolment_id == free.pk


def test_a_turn_that_is_over_is_not_mended() -> None:
    a_published_street()
    duty = a_duty()
    type(duty.cycle).objects.filter(pk=duty.cycle_id).update(state="held")
    with pytest.raises(NotNow, match="已经过去"):
        mending.proposed(fresh(duty))
