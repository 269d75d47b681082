"""The activity of a project: its sign-ups, its doors and its headcount are kept in activities, not here.

open_session   makes it from the project's title, hours and place; the desk of activities tells of it
follow         moves it along with the project
call_off       calls it off, because the project has ended
"""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.flow import BEFORE, TOLD
from lingju.activities.models import Session
from lingju.activities.services import calling_off, planning
from lingju.activities.services.planning import Plan
from lingju.cobuilding.models import Project
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services.delivering import TO_BE_HELD
from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor
from lingju.places.services import marks


@transaction.atomic
def open_session(project: Project, *, actor: Actor) -> Session:
    """Make the activity of a project that stands and has its hours; a second press returns the same.

    Only the desk sees it until somebody tells of it there. Raises NotNow.
    """
    carries_it_out.check(actor, project)
    if project.session is not None:
        return project.session
    if project.state not in TO_BE_HELD:
        raise NotNow(_("双方都认领、还没有办结的项目，才建活动。"))
    if project.starts_at is None or project.ends_at is None:
        raise NotNow(_("这个项目还没有定时间，先定时间再建活动。"))
    plan = Plan(
        title=project.title,
        area=project.area,
        starts_at=project.starts_at,
        ends_at=project.ends_at,
        summary=project.goal,
        station=project.station,
        place_words=_place_words(project),
    )
    session = planning.plan_session(plan, key=f"cobuilding-project-{project.pk}", actor=actor)
    marks.amend(project, {"session": session}, actor=actor, action="open_session")
    return session


def _place_words(project: Project) -> str:
    """Return the place beside the station; the project itself keeps the room, the activity only names it."""
    words = project.space.name if project.space is not None else project.place_words
    return words or ("" if project.station is not None else project.area.short_name)


def follow(project: Project, why: str, *, actor: Actor) -> None:
    """Take the activity of a project along to its hours and place; call it inside the verb's transaction."""
    session = project.session
    if session is None or session.state not in BEFORE:
        return
    why = why or _("项目改了时间或者地点")
    if project.starts_at is None or project.ends_at is None:
        if session.state in TOLD:
            calling_off.postpone(session, why, actor=actor)
        return
    if session.starts_at != project.starts_at or session.state == Session.State.POSTPONED:
        calling_off.move(session, project.starts_at, why, actor=actor)
    plan = replace(
        planning.plan_of(session),
        ends_at=project.ends_at,
        station=project.station,
        place_words=_place_words(project),
    )
    planning.edit_session(session, plan, actor=actor)


def call_off(project: Project, why: str, *, actor: Actor) -> None:
    """Call the activity of a project off; whoever signed up is told by activities."""
    if project.session is not None and project.session.state in BEFORE:
        calling_off.cancel_session(project.session, why, actor=actor)
