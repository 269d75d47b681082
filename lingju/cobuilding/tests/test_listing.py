"""The lists: what is offered is free, what is needed is gathered, what it takes is said."""

import datetime as dt
import importlib
from typing import Any

import pytest
import time_machine
from django.apps import apps

from lingju.cobuilding.models import Cycle, NeedLine, Project, Resource
from lingju.cobuilding.services import cycles, listing, matching_up, offering
from lingju.cobuilding.services.listing import Takes
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.builders import a_capability, a_unit, cycles_until
from lingju.cobuilding.tests.listed import a_crew_on_duty, a_listed_line, a_resource, a_scene
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn, Refusal
from lingju.kernel.rules import Actor
from lingju.needs.models import Category, Cluster
from lingju.needs.services import handling, linking
from lingju.needs.services.handling import Mending
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
L = NeedLine.State


def test_a_unit_offers_through_its_link_once_and_the_desk_takes_it_in() -> None:
    street, _quarter, _cycle = a_scene()
    unit = a_unit(street)
    key = a_key()
    draft = ResourceDraft(
        "people", "电工", quantity=4, unit="人", capabilities=(a_capability(street.district),)
    )
    first = offering.offer_resource(street.community, draft, key=key, actor=the_bearer(unit), enrolment=unit)
    again = offering.offer_resource(street.community, draft, key=key, actor=the_bearer(unit), enrolment=unit)
    assert (first, first.state, first.number) == (again, Resource.State.REGISTERED, "Z26-0001")
    assert [can.code for can in first.capabilities.all()] == ["law"]
    offering.receive_resource(first, actor=street.carries)
    assert offering.receive_resource(first, actor=street.carries).state == Resource.State.AVAILABLE
    offering.end_resource(first, "升降车送修了", actor=the_bearer(unit))
    assert (first.state, first.state_reason) == (Resource.State.ENDED, "升降车送修了")


def test_a_resident_offers_under_the_name_they_wish() -> None:
    street, _quarter, _cycle = a_scene()
    neighbour = cast.an_actor_of(cast.a_resident(street.district))
    draft = ResourceDraft("skill", "下了四十年象棋", windows=("weekend",), owner_words="居民老周")
    row = offering.offer_resource(street.community, draft, key=a_key(), actor=neighbour)
    assert (row.whose, row.windows) == ("居民老周", ["weekend"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "血"}, "title"),
        ({"description": "每次收费 20 元"}, "description"),
        ({"conditions": "押金 100 块钱"}, "conditions"),
        ({"description": "只收 10 元"}, "description"),
        ({"quantity": 0}, "quantity"),
        ({"owner_words": ""}, "owner_words"),
        ({"valid_to": dt.date(2026, 11, 1)}, "valid_to"),
        ({"kind": "money"}, "kind"),
    ],
)
def test_what_is_offered_is_free_and_complete(changes: dict[str, Any], field: str) -> None:
    street, _quarter, _cycle = a_scene()
    with pytest.raises(BadInput) as refused:
        a_resource(street, **changes)
    assert field in refused.value.fields
    assert not Resource.objects.exists()


def test_saying_that_it_is_free_is_no_fee() -> None:
    street, _quarter, _cycle = a_scene()
    assert a_resource(street, description="不收费，0 元，免费用").state == Resource.State.AVAILABLE


def test_nobody_offers_in_the_name_of_a_unit_that_is_not_theirs() -> None:
    street, _quarter, _cycle = a_scene()
    unit, other = a_unit(street), a_unit(street)
    draft = ResourceDraft("people", "电工", owner_words="居民老周")
    refused: list[tuple[Actor, object]] = [
        (the_bearer(other), unit),
        (the_bearer(other), None),
        (cast.an_actor_of(cast.a_resident(street.district)), unit),
        (cast.a_stranger(street.district), None),
    ]
    for actor, enrolment in refused:
        with pytest.raises((NotAllowed, NotSignedIn)):
            offering.offer_resource(
                street.community,
                draft,
                key=a_key(),
                actor=actor,
                enrolment=enrolment,  # type: ignore[arg-type]
            )


def test_the_list_is_gathered_from_open_needs_and_counts_who_stands_behind_them() -> None:
    street, quarter, cycle = a_scene()
    lamp = needs.a_need(quarter)
    needs.a_need(quarter, "楼道里给电动车充电，怕着火")
    made = listing.gather(cycle, actor=street.leads)
    assert {(line.need_id, line.people, line.area_id) for line in made} >= {(lamp.pk, 1, street.community.pk)}
    assert len(made) == 2
    assert listing.gather(cycle, actor=street.leads) == []


def test_a_line_is_called_by_public_words_and_where_there_are_none_by_its_kind() -> None:
    street, quarter, cycle = a_scene()
    shown = needs.listed(quarter, needs.a_need(quarter), "三号楼门口的路灯")
    kept = needs.a_need(quarter, "我家老人摔了一跤，夜里没有灯", kind="help_repair")
    listing.gather(cycle, actor=street.leads)
    titles = dict(cycle.need_lines.values_list("need_id", "title"))
    assert titles == {shown.pk: "三号楼门口的路灯", kept.pk: kept.category.name}
    handling.mend(needs.fresh(shown), Mending(is_listed=False), actor=quarter.clerk_actor)
    listing.gather(cycle, actor=street.leads)
    assert cycle.need_lines.get(need=shown).title == shown.category.name


def test_of_a_private_kind_no_line_and_no_project_says_a_word() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle, people=4)
    secret = needs.listed(quarter, needs.a_need(quarter, "楼上天天吵架，想请人调解"))
    type(secret).objects.filter(pk=secret.pk).update(public_text="楼上天天吵架")
    Category.objects.filter(pk=secret.category_id).update(is_private=True)
    line = a_listed_line(street, cycle, secret, demands={"any": 1})
    assert line.title == secret.category.name
    matching_up.propose(cycle, key=a_key(), actor=street.leads, seconds=2)
    project = cycle.projects.get()
    assert (project.title, project.lead) == (secret.category.name, unit)


def test_what_was_listed_in_what_was_said_is_called_publicly_by_the_migration() -> None:
    street, quarter, cycle = a_scene()
    a_crew_on_duty(street, cycle, people=4)
    shown = needs.listed(quarter, needs.a_need(quarter), "三号楼门口的路灯")
    kept = needs.a_need(quarter, "我家老人摔了一跤", kind="help_repair")
    named = a_listed_line(street, cycle, shown, demands={"any": 1})
    secret = a_listed_line(street, cycle, kept, demands={"any": 1})
    matching_up.propose(cycle, key=a_key(), actor=street.leads, seconds=2)
    for line in (named, secret):
        NeedLine.objects.filter(pk=line.pk).update(title=line.need and line.need.title)
    Project.objects.update(title=kept.title)
    migration = importlib.import_module("lingju.cobuilding.migrations.0003_what_a_community_accepts")
    migration.call_publicly(apps, None)
    titles = {
        *NeedLine.objects.values_list("title", flat=True),
        *Project.objects.values_list("title", flat=True),
    }
    assert kept.title not in "".join(titles)
    assert titles >= {"三号楼门口的路灯", kept.category.name}


def test_a_cluster_is_called_by_its_name_only_where_the_words_of_all_are_public() -> None:
    street, quarter, cycle = a_scene()
    shown, kept = needs.listed(quarter, needs.a_need(quarter), "三号楼门口的路灯"), needs.a_need(quarter)
    group = linking.cluster([needs.fresh(shown), kept], "王家门前的灯", actor=quarter.clerk_actor)
    (line,) = listing.gather(cycle, actor=street.leads)
    assert (line.cluster, line.title) == (group, "三号楼门口的路灯")
    needs.listed(quarter, needs.fresh(kept), "路灯不亮")
    listing.gather(cycle, actor=street.leads)
    line.refresh_from_db()
    assert line.title == "王家门前的灯"


def test_the_desk_opens_the_need_from_its_line_and_tells_two_of_one_kind_apart() -> None:
    street, quarter, cycle = a_scene()
    need = needs.a_need(quarter, "我家老人摔了一跤，夜里没有灯")
    line = a_listed_line(street, cycle, need)
    clerk = cast.signed_in_client(street.clerk)
    assert need.number in body(clerk, f"/desk/days/{cycle.number}/needs/")
    page = body(clerk, f"/desk/days/{cycle.number}/needs/{line.pk}/")
    assert f'href="/desk/needs/{need.pk}/"' in page
    assert need.title in page
    elsewhere = body(
        cast.signed_in_client(cast.a_clerk(at=street.neighbour)),
        f"/desk/days/{cycle.number}/needs/{line.pk}/",
    )
    assert need.title not in elsewhere


def test_a_cluster_is_one_line_and_what_becomes_one_stays_one_line() -> None:
    street, quarter, cycle = a_scene()
    one, two = needs.a_need(quarter), needs.a_need(quarter, "二单元的灯也不亮")
    assert len(listing.gather(cycle, actor=street.leads)) == 2
    cluster = Cluster.objects.create(district=street.district, title="楼前的路灯")
    type(one).objects.filter(pk__in=(one.pk, two.pk)).update(cluster=cluster, link="member")
    assert listing.gather(cycle, actor=street.leads) == []
    line = cycle.need_lines.get(cluster=cluster)
    assert (line.people, line.need_id, line.state) == (2, None, L.UNMATCHED)
    assert cycle.need_lines.get(need__isnull=False).state == L.REMOVED


def test_what_the_last_cycle_left_open_is_carried_over_and_says_so() -> None:
    street, quarter, cycle = a_scene()
    need = needs.a_need(quarter)
    (line,) = listing.gather(cycle, actor=street.leads)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.HELD)
    following = cycles_until(street, 2026, 12)[-1]
    (carried,) = listing.gather(following, actor=street.leads)
    assert (carried.carried_from_id, carried.need_id) == (line.pk, need.pk)


def test_a_press_that_was_forgotten_carries_over_from_the_last_day_all_the_same() -> None:
    street, quarter, cycle = a_scene()
    need = needs.a_need(quarter)
    (line,) = listing.gather(cycle, actor=street.leads)
    Cycle.objects.filter(series=street.series, month__lt=cycle.month).update(state=Cycle.State.HELD)
    following = cycles_until(street, 2026, 12)[-1]
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=False):
        (carried,) = listing.gather(following, actor=street.leads)
    assert (carried.carried_from_id, carried.need_id) == (line.pk, need.pk)


def test_a_line_that_was_taken_off_does_not_come_back_by_itself() -> None:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    with pytest.raises(BadInput):
        listing.remove_line(line, " ", actor=street.carries)
    listing.remove_line(line, "物业当天就修好", actor=street.carries)
    assert listing.gather(cycle, actor=street.leads) == []
    assert line.need is not None
    back = listing.add_line(cycle, line.need, "没有修好", actor=street.carries)
    assert (back.pk, back.state, back.state_reason) == (line.pk, L.UNMATCHED, "没有修好")


def test_once_the_lists_are_closed_only_the_street_changes_them() -> None:
    street, quarter, cycle = a_scene()
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    late = needs.a_need(quarter, "想学象棋，缺个老师")
    cycles.close_lists(cycle, actor=street.leads)
    with pytest.raises(NotNow, match="截止"):
        listing.gather(cycle, actor=street.leads)
    line.refresh_from_db()
    line.cycle.refresh_from_db()
    for press in (
        lambda: listing.add_line(cycle, late, "刚刚说的", actor=street.carries),
        lambda: listing.remove_line(line, "不办了", actor=street.carries),
        lambda: listing.say_what_it_takes(line, Takes({"any": 1}, {}), actor=street.carries),
    ):
        with pytest.raises(NotAllowed):
            press()
    assert listing.add_line(cycle, late, "刚刚说的", actor=street.leads).state_reason == "刚刚说的"


def test_what_a_line_takes_is_said_in_what_the_district_knows() -> None:
    street, quarter, cycle = a_scene()
    a_capability(street.district)
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    said = Takes({"law": 2, "any": 1}, {"血糖仪": 2}, ("evening", "pm"), is_vulnerable=True)
    assert listing.say_what_it_takes(line, said, actor=street.carries)
    assert not listing.say_what_it_takes(line, said, actor=street.carries)
    line.refresh_from_db()
    assert (line.demands, line.windows) == ({"any": 1, "law": 2}, ["pm", "evening"])
    for strange in (Takes({"飞": 1}, {}), Takes({"law": 0}, {}), Takes({}, {"": 1}), Takes({}, {"桌": -1})):
        with pytest.raises(Refusal):
            listing.say_what_it_takes(line, strange, actor=street.carries)
