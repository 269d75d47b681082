"""Verbs of teams: found one, change it, let a volunteer join or leave."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area, Station
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint
from lingju.volunteering.models import Skill, Team, TeamMember, Volunteer
from lingju.volunteering.rules import calls_people, oneself


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team as somebody writes it down; everything in it may be read by everybody."""

    name: str
    area: Area
    offers: str
    station: Station | None = None
    organisation: Organisation | None = None
    summary: str = ""
    when_words: str = ""
    contact_phone: str = ""
    skills: tuple[Skill, ...] = ()
    is_retired: bool = False

    @property
    def columns(self) -> dict[str, object]:
        """Return what stands in the team's own row."""
        words = ("name", "offers", "summary", "when_words", "contact_phone")
        told: dict[str, object] = {name: tidy(getattr(self, name)) for name in words}
        rows = {"area": self.area, "station": self.station, "organisation": self.organisation}
        return told | rows | {"is_retired": self.is_retired}


@transaction.atomic
def found(draft: TeamDraft, *, actor: Actor) -> Team:
    """Found a team; a name that is taken in the district is refused."""
    calls_people.check(actor, draft.area)
    _check(draft)
    team = Team(district_id=draft.area.district_id, **draft.columns)
    marks.insert(team, actor=actor)
    team.skills.set(draft.skills)
    return team


@transaction.atomic
def edit(team: Team, draft: TeamDraft, *, actor: Actor, version: int | None = None) -> Team:
    """Make a team what the draft says; SomeoneWasFaster where another hand edited since `version`."""
    calls_people.check(actor, team)
    calls_people.check(actor, draft.area)
    _check(draft, team)
    marks.amend(team, draft.columns, actor=actor, version=version)
    team.skills.set(draft.skills)
    return team


@transaction.atomic
def join(team: Team, volunteer: Volunteer, *, actor: Actor) -> TeamMember:
    """Let a volunteer join, by their own press; joined already, nothing changes."""
    oneself.check(actor, volunteer)
    same_district(team.district_id, volunteer)
    member, is_new = TeamMember.objects.get_or_create(
        team=team, volunteer=volunteer, defaults={"district_id": team.district_id}
    )
    if is_new:
        leave_footprint(actor=actor, action="join", subject=team)
    return member


@transaction.atomic
def quit_team(team: Team, volunteer: Volunteer, *, actor: Actor) -> None:
    """Let a volunteer leave a team, by their own press."""
    oneself.check(actor, volunteer)
    if TeamMember.objects.filter(team=team, volunteer=volunteer).delete()[0]:
        leave_footprint(actor=actor, action="quit", subject=team)


def _check(draft: TeamDraft, team: Team | None = None) -> None:
    same_district(draft.area.district_id, draft.station, draft.organisation, *draft.skills)
    wrong = {}
    if not 2 <= len(tidy(draft.name)) <= 60:
        wrong["name"] = _("请写队伍叫什么，2 到 60 个字。")
    if len(tidy(draft.offers)) < 2:
        wrong["offers"] = _("请写能帮什么，居民要看。")
    same = Team.objects.filter(district_id=draft.area.district_id, name=tidy(draft.name))
    if any(other.pk != (team.pk if team is not None else None) for other in same):
        wrong["name"] = _("已经有一支叫这个名字的队伍。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
