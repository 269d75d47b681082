"""The activity of a project: made on a press, moved and called off with it, its heads proposed as served."""

import datetime as dt

import pytest

from lingju.activities.models import Session
from lingju.activities.services import running
from lingju.cobuilding.models import Project
from lingju.cobuilding.services import changing, cycles, occasions, projects
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.standing import Scene, a_scene
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import NotNow
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
HOUR = dt.timedelta(hours=1)


def told(scene: Scene) -> Session:
    session = occasions.open_session(scene.project, actor=scene.street.carries)
    return running.announce_session(session, actor=scene.street.carries)


def test_an_activity_is_made_of_a_project_once() -> None:
    scene = a_scene()
    page = f"/desk/days/projects/{scene.project.pk}/"
    clerk = cast.signed_in_client(scene.street.clerk)
    for _press in range(2):
        assert clerk.post(page, {"do": "session"}).status_code == 302
    session = Session.objects.get()
    scene.project.refresh_from_db()
    assert scene.project.session == session
    assert (session.title, session.place_words) == (scene.project.title, "三号楼前")
    assert (session.starts_at, session.ends_at) == (scene.project.starts_at, scene.project.ends_at)
    shown = body(clerk, page)
    assert f'href="/desk/activities/{session.pk}/"' in shown
    assert 'value="session"' not in shown


def test_what_one_side_alone_wants_or_has_no_hours_has_no_activity() -> None:
    scene = a_scene()
    scene.project.starts_at = scene.project.ends_at = None
    with pytest.raises(NotNow, match="定时间"):
        occasions.open_session(scene.project, actor=scene.street.carries)
    scene.project.state = Project.State.PROPOSED
    with pytest.raises(NotNow, match="都认领"):
        occasions.open_session(scene.project, actor=scene.street.carries)


def test_an_activity_goes_along_with_its_project() -> None:
    scene = a_scene()
    session = told(scene)
    starts = session.starts_at + HOUR
    hours = {"starts_at": starts, "ends_at": starts + 3 * HOUR, "place_words": "社区广场"}
    changing.edit(scene.project, hours, actor=scene.street.carries)
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (starts, starts + 3 * HOUR)
    assert session.place_words == "社区广场"
    cycles.move_cycle(scene.cycle, dt.date(2026, 11, 13), "那天有大会", actor=scene.street.leads)
    session.refresh_from_db()
    assert session.starts_at == dt.datetime(2026, 11, 13, 15, tzinfo=ZONE)


def test_an_activity_is_called_off_when_its_project_ends() -> None:
    scene = a_scene()
    session = told(scene)
    projects.end(scene.project, "物业今天修好了", actor=scene.street.carries)
    session.refresh_from_db()
    assert (session.state, session.state_reason) == (Session.State.CANCELLED, "物业今天修好了")


@pytest.mark.time_machine("2026-11-06T15:00:00+08:00", tick=False)
def test_who_was_counted_there_is_proposed_as_people_served() -> None:
    scene = a_scene()
    session = told(scene)
    standing.counted(session, 23, scene)
    clerk = cast.signed_in_client(scene.street.clerk)
    form = body(clerk, f"/desk/days/{scene.cycle.number}/results/{scene.project.pk}/")
    assert 'name="people_served"' in form
    assert 'value="23"' in form
