"""Volunteering as the desk reads it: its calls, who answered what, who could be asked, who may be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area, Compound, District, Space, Station
from lingju.places.queries import areas_for
from lingju.places.walking import Origin, town
from lingju.places.ways import minutes_of, seconds_to_stations
from lingju.volunteering.models import (
    Availability,
    Call,
    Evidence,
    Invitation,
    ServiceCertificate,
    Skill,
    Team,
    Volunteer,
)
from lingju.volunteering.services import fitness

TRAYS: Final = ("coming", "hours", "past", "off")
S = Call.State
MOST: Final = 300
NOON: Final = 12
EVENING: Final = 18


@dataclass(frozen=True, slots=True)
class Choices:
    """What a call, a team or an enrolment can be made of by one actor."""

    areas: tuple[Area, ...]
    stations: tuple[Station, ...]
    spaces: tuple[Space, ...]
    teams: tuple[Team, ...]
    skills: tuple[Skill, ...]
    compounds: tuple[Compound, ...]
    organisations: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked, and why: what they can do, when they are free, how far they walk."""

    volunteer: Volunteer
    skills: tuple[str, ...]
    is_free: bool
    minutes: int | None


def on_desk(actor: Actor, tray: str) -> QuerySet[Call]:
    """Return the calls of the actor's desk: what comes, whose hours are open, what is past, what is off."""
    rows = Call.objects.visible_to(actor).select_related("area", "station", "space", "pool")
    if tray == "hours":
        return rows.filter(state__in=(S.RUNNING, S.CONFIRMING)).order_by("starts_at", "id")
    if tray == "past":
        return rows.filter(state__in=(S.PUBLISHED, S.ARCHIVED))
    if tray == "off":
        return rows.filter(state=S.CANCELLED)
    return rows.filter(state__in=Call.BEFORE).order_by("starts_at", "id")


def call_for(actor: Actor, call_id: int) -> Call:
    """Return a call the actor works at; another's is not there."""
    rows = Call.objects.visible_to(actor).select_related(
        *("area__district", "station__area", "space", "pool", "team", "district")
    )
    found: Call | None = rows.prefetch_related("skills").filter(pk=call_id).first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found


def answers_of(call: Call) -> list[Invitation]:
    """Return who was asked and what they said: who comes first, then who has not answered."""
    rank = {Invitation.State.ACCEPTED: 0, Invitation.State.INVITED: 1}
    rows = call.invitations.select_related("volunteer__area", "heard_by", "claim")
    return sorted(rows, key=lambda one: (rank.get(Invitation.State(one.state), 2), one.pk))


def counts_of(calls: Sequence[Call]) -> dict[int, int]:
    """Return how many people have said yes to each call: one query for all."""
    rows = Invitation.objects.filter(call__in=calls).accepted().order_by().values_list("call_id")
    return dict(rows.annotate(n=Count("id")))


def candidates(call: Call, actor: Actor) -> list[Candidate]:
    """Return who could be asked: fit for it, not asked yet; free then first, then the nearest on foot.

    Nobody comes first for having done more or less than others.
    """
    asked = call.invitations.values("volunteer_id")
    rows = (
        Volunteer.objects.visible_to(actor)
        .active()
        .exclude(pk__in=asked)
        .select_related("compound", "guardian")
    )
    wanted = list(call.skills.all())
    people = list(rows.prefetch_related("skills", "qualifications", "availabilities")[:MOST])
    fit = [one for one in people if not fitness.why_not(call, one, wanted)]
    walks = _walks(call, {one.compound for one in fit if one.compound is not None})
    names = {skill.pk for skill in wanted}
    found = [
        Candidate(
            one,
            tuple(skill.name for skill in one.skills.all() if not names or skill.pk in names),
            is_free_at(call, one),
            walks.get(one.compound_id or 0),
        )
        for one in fit
    ]
    return sorted(
        found, key=lambda one: (not one.is_free, one.minutes is None, one.minutes or 0, one.volunteer.pk)
    )


def is_free_at(call: Call, volunteer: Volunteer) -> bool:
    """Say whether somebody has said that they are usually free when a call begins."""
    begins = call.starts_at.astimezone(clock.ZONE)
    parts = Availability.Part
    part = (
        parts.MORNING if begins.hour < NOON else parts.AFTERNOON if begins.hour < EVENING else parts.EVENING
    )
    return any(
        free.weekday == begins.weekday() and free.part == part for free in volunteer.availabilities.all()
    )


def _walks(call: Call, compounds: set[Compound]) -> dict[int, int]:
    """Return how many minutes it is on foot from each compound to the station of a call."""
    if call.station_id is None or not compounds:
        return {}
    where, found = town(call.district), {}
    for compound in compounds:
        origin = Origin(compound.lon, compound.lat, compound.name, compound.pk)
        seconds = seconds_to_stations(where, origin, "adult").get(call.station_id)
        if seconds is not None:
            found[compound.pk] = minutes_of(seconds)
    return found


def invitation_for(call: Call, invitation_id: int) -> Invitation:
    """Return an invitation to a call."""
    found = call.invitations.select_related("volunteer__area", "claim").filter(pk=invitation_id).first()
    if found is None:
        raise NotThere(_("这次招募没有这份邀请。"))
    found.call = call
    return found


def volunteers_on_desk(actor: Actor, said: str) -> QuerySet[Volunteer]:
    """Return the volunteers of the actor's areas by number; of a telephone or a number, the one it is of."""
    rows = Volunteer.objects.visible_to(actor).active().select_related("area", "compound").order_by("pk")
    rows = rows.prefetch_related("skills", "qualifications")
    said = "".join(said.split())
    if not said:
        return rows
    return rows.filter(Q(number=said.upper()) | Q(phone_index=said))


def volunteer_for(actor: Actor, volunteer_id: int) -> Volunteer:
    """Return a volunteer of the actor's areas; another's is not there."""
    rows = Volunteer.objects.visible_to(actor).select_related(
        "area", "district", "compound", "text", "guardian__text"
    )
    found = (
        rows.prefetch_related("skills", "qualifications__skill", "availabilities")
        .filter(pk=volunteer_id)
        .first()
    )
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found


def team_for(actor: Actor, team_id: int) -> Team:
    """Return a team of the actor's areas; another's is not there."""
    rows = Team.objects.visible_to(actor).select_related("area", "station", "organisation")
    found: Team | None = rows.prefetch_related("skills").filter(pk=team_id).first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found


def certificates_on_desk(actor: Actor) -> QuerySet[ServiceCertificate]:
    """Return what was asked for and issued in the actor's areas, what waits first."""
    rows = ServiceCertificate.objects.visible_to(actor).select_related("volunteer")
    waits = Q(state=ServiceCertificate.State.ASKED)
    return rows.annotate(waiting=Count("id", filter=waits)).order_by("-waiting", "-id")


def certificate_for(actor: Actor, paper_id: int) -> ServiceCertificate:
    """Return a certificate of the actor's areas; another's is not there."""
    rows = ServiceCertificate.objects.visible_to(actor).select_related("volunteer__area", "district")
    found: ServiceCertificate | None = rows.filter(pk=paper_id).first()
    if found is None:
        raise NotThere(_("没有这张证明，或者不归您管。"))
    return found


def trail_of(call: Call) -> list[Evidence]:
    """Return the evidence of a call as it was added, the newest first."""
    rows = Evidence.objects.filter(call=call).select_related("volunteer", "recorded_by").order_by("-number")
    return list(rows[:MOST])


def choices_for(actor: Actor, district: District) -> Choices:
    """Return what the actor can make something of."""
    areas = areas_for(actor, district)
    stations = Station.objects.managed_by(actor).exclude(state=Station.State.CLOSED).select_related("area")
    return Choices(
        areas=tuple(areas),
        stations=tuple(stations),
        spaces=tuple(Space.objects.filter(station__in=stations).select_related("station")),
        teams=tuple(Team.objects.visible_to(actor).in_use()),
        skills=tuple(Skill.objects.filter(district=district, is_retired=False)),
        compounds=tuple(Compound.objects.managed_by(actor).order_by("name")[:500]),
        organisations=tuple(Organisation.objects.visible_to(actor).in_use().order_by("name")[:MOST]),
    )
