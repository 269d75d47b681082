"""Proposing projects: from rows to rows, with reasons and shortages; what anybody has claimed stays."""

from typing import Any

import pytest

from lingju.cobuilding import asked_day, matching
from lingju.cobuilding.matching_model import Matching
from lingju.cobuilding.models import Blackout, Cycle, NeedLine, Project
from lingju.cobuilding.queries import board
from lingju.cobuilding.services import listing, matching_up, projects
from lingju.cobuilding.services.projects import Crew
from lingju.cobuilding.tests.builders import Street, a_capability, a_unit
from lingju.cobuilding.tests.listed import a_crew_on_duty, a_listed_line, a_resource, a_scene, by_hand
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.kernel.errors import NotAllowed, NotNow, SomeoneWasFaster
from lingju.needs.models import Need
from lingju.needs.tests import builders as needs

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
L = NeedLine.State


def proposed(street: Street, cycle: Cycle) -> list[Project]:
    matching_up.propose(cycle, key=a_key(), actor=street.leads, seconds=3)
    return list(cycle.projects.order_by("id"))


def test_a_unit_on_duty_is_proposed_for_what_it_can_do_and_says_why() -> None:
    street, quarter, cycle = a_scene()
    law = a_capability(street.district)
    unit = a_crew_on_duty(street, cycle, law, people=3)
    line = a_listed_line(street, cycle, needs.a_need(quarter), demands={"law": 2})
    key = a_key()
    run = matching_up.propose(cycle, key=key, actor=street.leads, seconds=3)
    assert matching_up.propose(cycle, key=key, actor=street.leads) == run
    (project,) = cycle.projects.all()
    assert (project.lead_id, project.window, project.state) == (unit.pk, "pm", Project.State.PROPOSED)
    assert project.team == [{"unit": unit.pk, "capability": "law", "people": 2}]
    assert list(project.lines.all()) == [line]
    assert {"knows", "only"} & {reason["why"] for reason in project.reasons}
    assert [level["gap"] for level in run.levels] == [0.0] * 5


def test_things_are_taken_from_who_offers_them() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle)
    thing = a_resource(street, unit, quantity=3)
    a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 1}, things={"血糖仪": 2})
    (project,) = proposed(street, cycle)
    (use,) = project.uses.all()
    assert (use.resource_id, use.quantity, use.window) == (thing.pk, 2, "pm")


def test_two_things_at_one_place_are_done_in_one_go() -> None:
    street, quarter, cycle = a_scene()
    a_crew_on_duty(street, cycle, people=4)
    for text in ("三号楼一路的路灯老跳闸", "楼道里给电动车充电，怕着火"):
        a_listed_line(street, cycle, needs.a_need(quarter, text), demands={"any": 2})
    (project,) = proposed(street, cycle)
    assert project.lines.count() == 2
    assert project.reasons[0] == {"why": "one_go", "lines": 2}


def test_a_team_takes_along_what_it_can_do_there_besides() -> None:
    street, quarter, cycle = a_scene()
    a_crew_on_duty(street, cycle, people=2)
    for text in ("三号楼一路的路灯老跳闸", "楼道里给电动车充电，怕着火"):
        a_listed_line(street, cycle, needs.a_need(quarter, text), demands={"any": 2})
    (project,) = proposed(street, cycle)
    assert project.lines.count() == 2
    assert not cycle.need_lines.exclude(shortage=[]).exists()


def test_a_line_without_a_place_or_without_anybody_says_what_is_short() -> None:
    street, quarter, cycle = a_scene()
    a_capability(street.district)
    nowhere, alone = needs.a_need(quarter), needs.a_need(quarter, "房子过户公证怎么办")
    Need.objects.filter(pk=nowhere.pk).update(lon=None, lat=None, compound=None, station=None)
    for need in (nowhere, alone):
        a_listed_line(street, cycle, need, demands={"law": 1})
    assert proposed(street, cycle) == []
    said = {line.need_id: line.shortage for line in cycle.need_lines.all()}
    assert said[nowhere.pk] == [{"lack": "unusable", "fault": "no_place"}]
    assert (said[alone.pk][0]["lack"], said[alone.pk][0]["able"]) == ("helpers", 0)


def test_nobody_comes_who_said_that_they_cannot_and_no_capability_is_no_crash() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle)
    a_listed_line(street, cycle, needs.a_need(quarter))
    assert cycle.date is not None
    Blackout.objects.create(
        district=street.district, enrolment=unit, starts_on=cycle.date, ends_on=cycle.date
    )
    assert proposed(street, cycle) == []


def test_a_new_run_replaces_what_nobody_claimed_and_leaves_what_one_side_did() -> None:
    street, quarter, cycle = a_scene()
    a_crew_on_duty(street, cycle, people=2)
    a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 2})
    (old,) = proposed(street, cycle)
    (new,) = proposed(street, cycle)
    assert old.pk != new.pk
    projects.claim(new, "area", actor=street.carries)
    listing.gather(cycle, actor=street.leads)
    with pytest.raises(NotNow, match="没有等着配"):
        matching_up.propose(cycle, key=a_key(), actor=street.leads)
    taken = asked_day.taken_in(cycle)
    assert taken[f"u{new.lead_id}", "pm"] == 2


def test_what_a_unit_said_no_to_is_not_proposed_to_it_again_and_the_board_says_so() -> None:
    street, quarter, cycle = a_scene()
    first = a_crew_on_duty(street, cycle, people=4)
    line = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 2})
    (old,) = proposed(street, cycle)
    projects.decline(old, "那天出不来", actor=the_bearer(first))
    assert [one.state for one in proposed(street, cycle)] == [Project.State.DECLINED]
    line.refresh_from_db()
    assert board.shortage_words(line).endswith(f"；{first.organisation.name}说做不了")
    second = a_unit(street)
    crew = a_resource(street, second, kind="people", title="两名电工", quantity=3)
    (new,) = (one for one in proposed(street, cycle) if one.state == Project.State.PROPOSED)
    assert (new.lead_id, new.team, new.uses.get().resource_id) == (second.pk, [], crew.pk)


def test_what_a_unit_said_no_to_a_person_may_still_put_together_by_hand() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle, people=4)
    line = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 2})
    (old,) = proposed(street, cycle)
    projects.decline(old, "那天出不来", actor=the_bearer(unit))
    made = by_hand(street, cycle, line, lead=unit, team=(Crew(unit, 2),))
    assert (made.state, made.lead_id) == (Project.State.PROPOSED, unit.pk)


def test_a_team_does_not_take_along_what_its_unit_said_no_to() -> None:
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle, people=2)
    first = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 2})
    (old,) = proposed(street, cycle)
    projects.decline(old, "这个做不了", actor=the_bearer(unit))
    other = needs.a_need(quarter, "楼道里给电动车充电，怕着火")
    second = a_listed_line(street, cycle, other, demands={"any": 2})
    (new,) = (one for one in proposed(street, cycle) if one.state == Project.State.PROPOSED)
    assert (first in new.lines.all(), list(new.lines.all())) == (False, [second])


def test_a_thing_that_was_refused_for_a_line_is_lent_to_others_alone() -> None:
    street, quarter, cycle = a_scene()
    owner = a_unit(street)
    thing = a_resource(street, owner, quantity=1)
    first = a_listed_line(street, cycle, needs.a_need(quarter), things={"血糖仪": 1})
    (old,) = proposed(street, cycle)
    projects.decline(old, "那天要送检", actor=the_bearer(owner))
    other = needs.a_need(quarter, "楼道里给电动车充电，怕着火")
    second = a_listed_line(street, cycle, other, things={"血糖仪": 1})
    (new,) = (one for one in proposed(street, cycle) if one.state == Project.State.PROPOSED)
    assert (list(new.lines.all()), new.uses.get().resource_id) == ([second], thing.pk)
    first.refresh_from_db()
    assert first.state == L.UNMATCHED


def test_what_a_resident_offers_and_a_community_declined_is_not_proposed_for_it_again() -> None:
    street, quarter, cycle = a_scene()
    a_resource(street, kind="skill", title="修锁", quantity=2)
    a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 1})
    (old,) = proposed(street, cycle)
    assert old.lead_id is None
    projects.decline(old, "另找了人", actor=street.carries)
    assert [one.state for one in proposed(street, cycle)] == [Project.State.DECLINED]


def test_what_moved_while_it_was_matched_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    street, quarter, cycle = a_scene()
    a_crew_on_duty(street, cycle)
    line = a_listed_line(street, cycle, needs.a_need(quarter))
    solve = matching.match

    def meanwhile(*args: Any, **options: Any) -> Matching:
        NeedLine.objects.filter(pk=line.pk).update(people=40)
        return solve(*args, **options)

    monkeypatch.setattr(matching, "match", meanwhile)
    with pytest.raises(SomeoneWasFaster, match="再配一次"):
        matching_up.propose(cycle, key=a_key(), actor=street.leads)
    assert not cycle.projects.exists()


def test_only_who_leads_the_day_matches_it() -> None:
    street, _quarter, cycle = a_scene()
    with pytest.raises(NotAllowed):
        matching_up.propose(cycle, key=a_key(), actor=street.carries)
