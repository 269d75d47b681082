"""The room of a project: taken when it stands, moved along with it, given back; never two at once."""

import datetime as dt
from typing import Any

import pytest

from lingju.activities.services import planning
from lingju.activities.services.planning import Plan
from lingju.activities.services.rooms import RoomTaken
from lingju.bookings.models import Claim, Pool
from lingju.cobuilding.models import Cycle, Project
from lingju.cobuilding.services import changing, projects
from lingju.cobuilding.tests.builders import Street
from lingju.cobuilding.tests.listed import a_listed_line, a_resource, a_scene, by_hand
from lingju.kernel.errors import BadInput
from lingju.needs.tests import builders as needs
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast
from lingju.places.models import Space
from lingju.places.services import stations
from lingju.places.services.stations import SpaceDraft
from lingju.places.tests.builders import a_station, the_system

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
Scene = tuple[Street, Quarter, Cycle, Space]


@pytest.fixture
def scene() -> Scene:
    street, quarter, cycle = a_scene()
    return street, quarter, cycle, a_room(street, "府后街活动室")


def a_room(street: Street, name: str, area: Any = None, slug: str = "rooms") -> Space:
    """Furnish a station with a room that can be booked whole."""
    station = a_station(area or street.community, slug=slug, name=f"{name}驿站")
    stations.furnish(station, (SpaceDraft(name, "activity", 20),), actor=the_system(street.district))
    room: Space = station.spaces.get()
    Pool.objects.create(
        district=street.district,
        area=station.area,
        station=station,
        space=room,
        name=name,
        grain=Pool.Grain.FIVE,
    )
    return room


def a_project(scene: Scene, text: str = "三号楼门口的路灯不亮，三天了", **changes: Any) -> Project:
    """Put a project together that meets in the room."""
    street, quarter, cycle, room = scene
    line = a_listed_line(street, cycle, needs.a_need(quarter, text), demands={"any": 1})
    thing = a_resource(street, None, quantity=3)
    told = {"space": room, "uses": (projects.Wanted(thing, 1),)} | changes
    return by_hand(street, cycle, line, **told)


def stood(project: Project, street: Street) -> Project:
    """Let both sides claim it."""
    for side, actor in ((projects.COMMUNITY, street.carries), (projects.UNIT, street.leads)):
        projects.claim(project, side, note="电话里说好了", actor=actor)
    project.refresh_from_db()
    return project


def held(room: Space) -> list[tuple[dt.datetime | None, dt.datetime | None]]:
    """Return from when to when the room is taken."""
    taking = Claim.objects.filter(parts__pool__space=room, state__in=Claim.TAKING).distinct()
    return [(claim.starts_at, claim.ends_at) for claim in taking.order_by("starts_at")]


def test_a_room_is_taken_once_both_sides_have_said_yes_and_given_back_at_the_end(scene: Scene) -> None:
    street, _quarter, _cycle, room = scene
    project = a_project(scene)
    assert (project.station, held(room)) == (room.station, [])
    stood(project, street)
    assert held(room) == [(project.starts_at, project.ends_at)]
    projects.claim(project, projects.UNIT, note="电话里说好了", actor=street.leads)
    assert len(held(room)) == 1
    projects.end(project, "下雨", actor=street.carries)
    assert held(room) == []


def test_the_room_moves_along_with_the_hours_and_to_another_room(scene: Scene) -> None:
    street, _quarter, _cycle, room = scene
    project = stood(a_project(scene), street)
    assert project.starts_at is not None
    assert project.ends_at is not None
    later = {
        "starts_at": project.starts_at + dt.timedelta(hours=1),
        "ends_at": project.ends_at + dt.timedelta(hours=1),
    }
    assert changing.edit(project, later, actor=street.carries) is True
    assert held(room) == [(later["starts_at"], later["ends_at"])]
    assert changing.edit(project, later, actor=street.carries) is False
    other = a_room(street, "另一间", slug="rooms-two")
    changing.edit(project, {"space": other}, actor=street.carries)
    assert (held(room), held(other)) == ([], [(later["starts_at"], later["ends_at"])])
    changing.edit(project, {"space": None}, actor=street.carries)
    assert held(other) == []


def test_a_second_project_in_the_room_at_that_hour_is_refused_and_keeps_its_place(scene: Scene) -> None:
    street, _quarter, _cycle, room = scene
    first = stood(a_project(scene), street)
    second = a_project(scene, "想学用手机挂号")
    with pytest.raises(RoomTaken, match="有人约了"):
        stood(second, street)
    second.refresh_from_db()
    assert second.state == Project.State.PROPOSED
    assert held(room) == [(first.starts_at, first.ends_at)]


def test_nobody_plans_a_session_over_a_project_nor_a_project_over_a_session(scene: Scene) -> None:
    street, _quarter, _cycle, room = scene
    project = stood(a_project(scene), street)
    assert project.starts_at is not None
    assert project.ends_at is not None
    plan = Plan(
        title="急救培训",
        area=street.community,
        station=room.station,
        starts_at=project.starts_at,
        ends_at=project.ends_at,
        space=room,
    )
    with pytest.raises(RoomTaken):
        planning.plan_session(plan, key="press-of-a-plan", actor=street.carries)
    changing.edit(project, {"space": None}, actor=street.carries)
    planning.plan_session(plan, key="press-of-a-plan", actor=street.carries)
    with pytest.raises(RoomTaken, match="急救培训"):
        changing.edit(project, {"space": room}, actor=street.carries)


def test_a_room_of_another_community_is_refused_at_its_field(scene: Scene) -> None:
    street, _quarter, _cycle, _room = scene
    elsewhere = a_room(street, "长安活动室", area=street.neighbour, slug="elsewhere")
    with pytest.raises(BadInput, match="不在") as refused:
        a_project(scene, space=elsewhere)
    assert "space" in refused.value.fields


def test_a_clerk_chooses_the_room_on_the_projects_page_and_is_told_where_it_is_taken(scene: Scene) -> None:
    street, _quarter, _cycle, room = scene
    project, taken = a_project(scene, space=None), stood(a_project(scene, "想学用手机挂号"), street)
    stood(project, street)
    browser = cast.signed_in_client(street.clerk)
    address = f"/desk/days/projects/{project.pk}/"
    typed = {"do": "edit", "title": project.title, "space": room.pk, "version": project.version}
    refused = browser.post(address, typed)
    assert refused.status_code == 422
    assert "有人约了" in refused.content.decode()
    projects.end(taken, "下雨", actor=street.carries)
    assert browser.post(address, typed).status_code == 302
    assert held(room) == [(project.starts_at, project.ends_at)]
    assert room.name in browser.get(address).content.decode()
