"""Sessions as the desk reads them: its lists, one with who comes, what can be chosen, what is due soon."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from lingju.activities import festivals
from lingju.activities.festivals import Occasion
from lingju.activities.models import (
    FestivalTemplate,
    Programme,
    Series,
    Session,
    SignUp,
    SkippedDate,
    Speaker,
    Topic,
)
from lingju.activities.services.overtaken import FETCHED, overtaken
from lingju.bookings.models import Claim
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area, AudienceTag, District, Space, Station
from lingju.places.queries import areas_for
from lingju.places.rules import KEEPERS

LOOK: Final = 60
MOST_COMING: Final = 200
SEASON: Final = dt.timedelta(days=120)
SEATED: Final = (Claim.State.CONFIRMED, Claim.State.CHECKED_IN, Claim.State.COMPLETED, Claim.State.NO_SHOW)
WAITING: Final = (Claim.State.WAITLISTED, Claim.State.OFFERED)
TRAYS: Final = ("coming", "past", "off")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people of a session have seats, and how many wait for one."""

    seated: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A festival ahead, with the templates made for it and the sessions that already began from one."""

    occasion: Occasion
    templates: tuple[FestivalTemplate, ...]
    planned: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is ahead: festivals with templates, topics that are due, years nobody can say anything about."""

    suggestions: tuple[Suggestion, ...]
    due: tuple[Topic, ...]
    unknown_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a plan can be made of by one actor."""

    areas: tuple[Area, ...]
    stations: tuple[Station, ...]
    spaces: tuple[Space, ...]
    programmes: tuple[Programme, ...]
    parents: tuple[Session, ...]
    topics: tuple[Topic, ...]
    audiences: tuple[AudienceTag, ...]
    speakers: tuple[Speaker, ...]
    organisations: tuple[Organisation, ...]


def on_desk(actor: Actor, tray: str) -> QuerySet[Session]:
    """Return the sessions of the actor's desk: what comes, what is past, what was called off."""
    rows = Session.objects.visible_to(actor).select_related("area", "station", "space", "pool")
    now = clock.now()
    if tray == "past":
        return rows.standing().filter(ends_at__lte=now).order_by("-starts_at", "-id")
    if tray == "off":
        return rows.filter(state__in=(Session.State.CANCELLED, Session.State.POSTPONED)).order_by(
            "-changed_at"
        )
    return rows.standing().coming(now).order_by("starts_at", "id")


def overtaken_for(actor: Actor) -> list[Session]:
    """Return the coming sessions of the actor's desk at whose time the station is shut now."""
    return overtaken(on_desk(actor, "coming").prefetch_related(*FETCHED)[:MOST_COMING])


def session_for(actor: Actor, session_id: int) -> Session:
    """Return a session the actor works at; another's is not there."""
    rows = Session.objects.visible_to(actor).select_related(
        *("area__district", "station__area", "space", "pool", "programme", "parent", "series", "district")
    )
    found: Session | None = rows.filter(pk=session_id).first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found


def series_for(actor: Actor, series_id: int) -> Series:
    """Return a series of the areas the actor works for."""
    held = Session.objects.visible_to(actor).filter(series_id=series_id)
    skipped = SkippedDate.objects.filter(series_id=series_id, series__district_id=actor.district_id)
    series = Series.objects.select_related("area", "station", "space").filter(
        district_id=actor.district_id, pk=series_id
    )
    found = series.first()
    if found is None or not (held.exists() or (skipped.exists() and _is_mine(actor, found))):
        raise NotThere(_("没找到，或者不归您管。"))
    return found


def _is_mine(actor: Actor, series: Series) -> bool:
    return any(area.pk == series.area_id for area in areas_for(actor, series.district))


def counts_of(sessions: Sequence[Session]) -> dict[int, Counts]:
    """Return how many people come to each session and how many wait: one query for all."""
    seated, waiting = Q(claim__state__in=SEATED), Q(claim__state__in=WAITING)
    rows = SignUp.objects.filter(session__in=sessions, walked_in_as="").order_by().values_list("session_id")
    sums = rows.annotate(n=Sum("people", filter=seated), w=Sum("people", filter=waiting))
    return {session_id: Counts(n or 0, w or 0) for session_id, n, w in sums}


def people_of(session: Session) -> list[SignUp]:
    """Return who signed up, those with seats first, then who waits in order, then who withdrew."""
    related = ("claim__told_by", "claim__area", "claim__station", "guardian__text", "rung_by")
    rows = session.signups.select_related(*related)
    return sorted(rows, key=lambda one: (_rank(one.claim.state), one.signed_up_at, one.pk))


def signup_of(session: Session, signup_id: int) -> SignUp:
    """Return a sign-up of a session; another's is not there."""
    related = ("claim__area", "claim__bookable", "session__area", "session__station", "guardian")
    rows = session.signups.select_related(*related)
    found: SignUp | None = rows.filter(pk=signup_id).first()
    if found is None:
        raise NotThere(_("没有这份报名。"))
    return found


def _rank(state: str) -> int:
    return 0 if state in SEATED else 1 if state in WAITING else 2


def partners_for(actor: Actor, district: District) -> tuple[Organisation, ...]:
    """Return the organisations the actor can hold a session with: of their areas, and of those above."""
    within = Q(pk__in=())
    for stem in actor.stems(KEEPERS):
        above = [stem[:length] for length in range(1, len(stem))]
        within |= Q(area__stem__startswith=stem) | Q(area__stem__in=above)
    found = Organisation.objects.filter(within, district=district).in_use()
    return tuple(found.order_by("name")[:300])


def choices_for(actor: Actor, district: District) -> Choices:
    """Return what the actor can make a plan of."""
    areas = areas_for(actor, district)
    stations = Station.objects.managed_by(actor).exclude(state=Station.State.CLOSED).select_related("area")
    umbrellas = Session.objects.visible_to(actor).standing().filter(parent__isnull=True, signup="none")
    return Choices(
        tuple(areas),
        tuple(stations),
        tuple(Space.objects.filter(station__in=stations).select_related("station")),
        _usable(Programme.objects.all(), areas),
        tuple(umbrellas.coming(clock.now() - dt.timedelta(days=1))[:50]),
        tuple(Topic.objects.filter(district=district, is_retired=False)),
        tuple(AudienceTag.objects.filter(district=district)),
        _usable(Speaker.objects.select_related("organisation"), areas),
        partners_for(actor, district),
    )


def _usable(rows: QuerySet[Programme] | QuerySet[Speaker], areas: Sequence[Area]) -> tuple:  # type: ignore[type-arg]
    """Return what any of the areas may draw on: their own, what lies below, what stands above."""
    within = Q(pk__in=())
    for area in areas:
        above = [area.stem[:length] for length in range(1, len(area.stem) + 1)]
        within |= Q(area__stem__in=above) | Q(area__stem__startswith=area.stem)
    return tuple(rows.filter(within, is_retired=False)[:300])


def outlook_for(actor: Actor, district: District) -> Outlook:
    """Return the festivals of the coming sixty days with their templates, and the topics due by season."""
    today = clock.today()
    ahead = festivals.upcoming(today, LOOK)
    codes = {occasion.festival.code for occasion in ahead.occasions}
    templates = list(FestivalTemplate.objects.filter(district=district, festival__in=codes, is_retired=False))
    begun = list(
        Session.objects.visible_to(actor)
        .standing()
        .filter(template__in=templates, starts_at__gt=clock.now() - dt.timedelta(days=1))
        .order_by("starts_at")
    )
    suggestions = tuple(_suggestion(occasion, templates, begun) for occasion in ahead.occasions)
    return Outlook(suggestions, _due(actor, district, today), ahead.unknown_years)


def _suggestion(
    occasion: Occasion, templates: Sequence[FestivalTemplate], begun: Sequence[Session]
) -> Suggestion:
    mine = tuple(one for one in templates if one.festival == occasion.festival.code)
    ids = {one.pk for one in mine}
    return Suggestion(occasion, mine, tuple(one for one in begun if one.template_id in ids))


def _due(actor: Actor, district: District, today: dt.date) -> tuple[Topic, ...]:
    """Return the topics whose season it is and that nobody here has planned around it."""
    codes = [topic.code for topic in festivals.due_topics(today)]
    lately = (
        Session.objects.visible_to(actor)
        .standing()
        .filter(starts_at__gt=clock.now() - SEASON, starts_at__lt=clock.now() + SEASON)
    )
    rows = Topic.objects.filter(district=district, code__in=codes, is_retired=False)
    return tuple(
        rows.annotate(n=Count("sessions", filter=Q(sessions__in=lately))).filter(n=0).order_by("order", "id")
    )
