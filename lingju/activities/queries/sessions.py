"""Sessions as everybody reads them: by day, at a station, one with its parts; with the seats still free."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lingju.activities.models import Session, Topic
from lingju.activities.models.sessions import SessionQuerySet
from lingju.bookings.models import Cell
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Area, AudienceTag, District, Station

AHEAD: Final = dt.timedelta(days=60)
MOST: Final = 200
WEEK: Final = dt.timedelta(days=7)
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Card:
    """One session of a list: what it is, and how many seats are free where seats are counted."""

    session: Session
    free: int | None

    @property
    def is_full(self) -> bool:
        """Say whether whoever signs up now has to wait."""
        return self.free == 0


@dataclass(frozen=True, slots=True)
class Day:
    """The sessions of one day, in order of time."""

    date: dt.date
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: which week, where, about what, for whom, and whether seats must be free."""

    when: str = ""
    area: str = ""
    topic: str = ""
    audience: str = ""
    free: bool = False

    def span(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """Return from when until when: this week and the next go from Monday to Monday."""
        midnight = now.astimezone(clock.ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        next_monday = midnight + WEEK - midnight.weekday() * DAY
        if self.when == "week":
            return midnight, next_monday
        if self.when == "next":
            return next_monday, next_monday + WEEK
        return midnight, midnight + AHEAD


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list can be narrowed to: only what some session of it has."""

    areas: tuple[Area, ...]
    topics: tuple[Topic, ...]
    audiences: tuple[AudienceTag, ...]


def told(district: District) -> SessionQuerySet:
    """Return what has been told to everybody, with all that a card shows."""
    rows = Session.objects.filter(district=district).public()
    return rows.select_related("station", "space", "area").prefetch_related("topics", "audiences")


def by_day(district: District, asked: Asked) -> list[Day]:
    """Return what is not over yet and what was called off, by day, as somebody asked for it."""
    now = clock.now()
    since, until = asked.span(now)
    rows = told(district).filter(starts_at__lt=until, ends_at__gt=max(since, now), parent__isnull=True)
    if asked.area:
        rows = rows.filter(area__code=asked.area)
    if asked.topic:
        rows = rows.filter(topics__code=asked.topic)
    if asked.audience:
        rows = rows.filter(audiences__code=asked.audience, audiences__is_sensitive=False)
    shown = cards(rows.order_by("starts_at", "id").distinct()[:MOST])
    if asked.free:
        shown = [card for card in shown if not card.is_full and not card.session.is_off]
    return _days(shown, since.date())


def choices(district: District) -> Choices:
    """Return what the list can be narrowed to."""
    coming = Session.objects.filter(district=district).public().coming(clock.now())
    ids = list(coming.filter(starts_at__lt=clock.now() + AHEAD).values_list("pk", flat=True)[:MOST])
    mine = Session.objects.filter(pk__in=ids)
    return Choices(
        tuple(Area.objects.filter(pk__in=mine.values("area_id")).order_by("stem")),
        tuple(Topic.objects.filter(sessions__in=ids).distinct()),
        tuple(AudienceTag.objects.filter(pk__in=mine.values("audiences"), is_sensitive=False)),
    )


def cards(sessions: Iterable[Session]) -> list[Card]:
    """Return sessions with the seats that are free: one query for all of them."""
    rows = list(sessions)
    pools = [one.pool_id for one in rows if one.pool_id is not None]
    cells = Cell.objects.filter(pool_id__in=pools, at=0).values_list("pool_id", "capacity", "taken")
    free = {pool: capacity - taken for pool, capacity, taken in cells} if pools else {}
    return [Card(one, free.get(one.pool_id or 0)) for one in rows]


def public_session(actor: Actor, district: District, session_id: int) -> Session:
    """Return one session that was told to everybody; one that is only planned is not there."""
    rows = told(district).select_related("pool", "programme", "parent", "district", "area__district")
    related = rows.prefetch_related("speakers__organisation", "organisations")
    found = related.filter(pk=session_id).first()
    if found is None:
        raise NotThere(_("没有这场活动，或者还没有发预告。"))
    return found


def parts(session: Session) -> list[Card]:
    """Return the parts of an umbrella that were told."""
    return cards(told(session.district).filter(parent=session).order_by("starts_at", "id"))


def at_stations(stations: Sequence[Station], district: District, *, days: int, most: int) -> list[Card]:
    """Return what goes on at stations within so many days, the soonest first; none of it is over."""
    now = clock.now()
    midnight = now.astimezone(clock.ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = told(district).filter(station__in=stations, ends_at__gt=now, starts_at__lt=midnight + days * DAY)
    return cards(rows.order_by("starts_at", "id")[:most])


def of_today(station: Station) -> list[Card]:
    """Return what goes on at a station today, with what is over already."""
    midnight = clock.now().astimezone(clock.ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = told(station.district).filter(
        station=station, starts_at__gte=midnight, starts_at__lt=midnight + DAY
    )
    return cards(rows.order_by("starts_at", "id"))


def after_today(station: Station, *, most: int = 5) -> list[Card]:
    """Return the next that go on at a station from tomorrow on."""
    midnight = clock.now().astimezone(clock.ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = told(station.district).filter(
        station=station, starts_at__gte=midnight + DAY, starts_at__lt=midnight + AHEAD
    )
    return cards(rows.standing().order_by("starts_at", "id")[:most])


def _days(shown: Sequence[Card], first: dt.date) -> list[Day]:
    """Put cards under their days; what began earlier and goes on stands under the first."""
    days: dict[dt.date, list[Card]] = {}
    for card in shown:
        date = max(card.session.starts_at.astimezone(clock.ZONE).date(), first)
        days.setdefault(date, []).append(card)
    return [Day(date, tuple(days[date])) for date in sorted(days)]
