"""What pages read about places: stations near somebody, one station, what a keeper must look after.

Each question costs a fixed number of queries, however many stations answer it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, Sum
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places import openness
from lingju.places.calendars import day_classes
from lingju.places.catalogue import FACILITY_KINDS, SERVICES
from lingju.places.hours import DayClasses, OpenState
from lingju.places.models import (
    Area,
    Building,
    Compound,
    District,
    Facility,
    OpeningSpan,
    Service,
    ServiceAtStation,
    Station,
)
from lingju.places.models.homes import PERSONS
from lingju.places.opening import spans_of, timetable_of
from lingju.places.rules import CLERKS
from lingju.places.walking import Origin, town
from lingju.places.ways import minutes_of, seconds_to_stations

EXPIRES_SOON_DAYS = 30
CATALOGUE_ORDER = {code: place for place, code in enumerate(SERVICES)}
EXPIRING_KINDS = tuple(code for code, kind in FACILITY_KINDS.items() if kind.expires)

__all__ = ["Near", "Origin", "QuickCount", "services_within", "spans_of", "station_by_slug", "stations_near"]


@dataclass(frozen=True, slots=True)
class Near:
    """A station as seen from where somebody stands; minutes are rounded up, None is out of reach."""

    station: Station
    seconds: int | None
    minutes: int | None
    elder_minutes: int | None
    open: OpenState
    facilities: tuple[Facility, ...]
    straight: bool
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class QuickCount:
    """How many places offer a service that people look for on their way, and how many of them now."""

    service: Service
    count: int
    open_now: int


@dataclass(frozen=True, slots=True)
class Today:
    """What somebody who keeps stations looks at first in the morning."""

    stations: tuple[tuple[Station, OpenState], ...]
    unopened: tuple[Station, ...]
    troubles: tuple[Facility, ...]
    stale: tuple[Facility, ...]
    expiring: tuple[Facility, ...]


def stations_near(
    district: District,
    origin: Origin,
    *,
    profile: str = "adult",
    at: dt.datetime,
    service: str | None = None,
    limit: int = 24,
) -> list[Near]:
    """Return the stations in use by walking time from an origin, nearest first.

    Among equal minutes the open ones come first; what is out of reach within twenty minutes comes last.
    `service` keeps the stations that offer it. Six queries, and those of a town that is not yet in
    memory.
    """
    where = town(district)
    seconds = seconds_to_stations(where, origin, profile)
    elder = seconds if profile == "elder" else seconds_to_stations(where, origin, "elder")
    classes, nears = day_classes(district.pk), []
    for station in with_what_they_offer(Station.objects.filter(district=district).in_use()):
        offered = tuple(offer.service for offer in station.offers.all())
        if service is not None and service not in {one.code for one in offered}:
            continue
        nears.append(
            Near(
                station=station,
                seconds=seconds.get(station.pk),
                minutes=_minutes(seconds.get(station.pk)),
                elder_minutes=_minutes(elder.get(station.pk)),
                open=state_of(station, at, classes),
                facilities=tuple(station.facilities.all()),
                straight=where.is_straight,
                services=offered,
            )
        )
    return sorted(nears, key=_nearest_first)[:limit]


def with_what_they_offer(stations: Iterable[Station]) -> list[Station]:
    """Fetch stations with area, facilities, hours, doors and offered services: five queries."""
    offers = ServiceAtStation.objects.filter(is_offered=True).select_related("service")
    return list(
        stations.select_related("area", "compound").prefetch_related(  # type: ignore[attr-defined]
            "facilities", "spans", openness.lately(), Prefetch("offers", queryset=offers)
        )
    )


def station_by_slug(actor: Actor, slug: str) -> Station:
    """Return a station with all a page shows of it; NotThere unless the actor's district has it."""
    offers = (
        ServiceAtStation.objects.filter(is_offered=True)
        .select_related("service")
        .prefetch_related("audiences", "spans")
        .order_by("service__group", "service__code")
    )
    station: Station | None = (
        Station.objects.visible_to(actor)
        .exclude(state__in=(Station.State.PLANNED, Station.State.BUILDING))
        .select_related("area", "compound", "district")
        .prefetch_related("doors", "spaces", "facilities", "spans", Prefetch("offers", queryset=offers))
        .filter(slug=slug)
        .first()
    )
    if station is None:
        raise NotThere(_("没找到这座驿站，可能改了名字，或者已经关了。"))
    return station


def state_of(station: Station, at: dt.datetime, classes: DayClasses | None = None) -> OpenState:
    """Return whether a station is open; its spans and doors (`openness.lately`) should be prefetched.

    What its hours say holds until somebody is seen to close the door before they end. A station that is
    paused, closed or not built yet is shut whatever its hours say, with its reason. Who asks about many hands
    the district's `classes` of days to each question.
    """
    if not station.is_in_use:
        return OpenState(is_open=False, reason=station.state_reason or str(station.get_state_display()))
    table = timetable_of(station, classes=classes)
    published = table.state_at(at)
    return openness.seen(published, table, station, at) if published.is_open else published


def is_unopened(station: Station, at: dt.datetime, classes: DayClasses | None = None) -> bool:
    """Say whether a station should be open for a while, and nobody has recorded that its door is."""
    return station.is_in_use and openness.is_missing(station, timetable_of(station, classes=classes), at)


def services_within(nears: Sequence[Near], minutes: int = 10) -> list[QuickCount]:
    """Count, within so many minutes, the stations with each service that stands on the home page."""
    within = [near for near in nears if near.minutes is not None and near.minutes <= minutes]
    found: dict[int, list[Near]] = {}
    services: dict[int, Service] = {}
    offered = ((near, service) for near in within for service in near.services)
    for near, service in offered:
        if service.is_quick and not service.is_retired:
            services[service.pk] = service
            found.setdefault(service.pk, []).append(near)
    counts = [
        QuickCount(service, len(found[pk]), sum(near.open.is_open for near in found[pk]))
        for pk, service in services.items()
    ]
    return sorted(counts, key=lambda one: (CATALOGUE_ORDER.get(one.service.code, 99), one.service.name))


def today_of(actor: Actor, at: dt.datetime) -> Today:
    """Return the stations somebody keeps and what at them wants a hand; seven queries."""
    stations = list(
        Station.objects.managed_by(actor)
        .exclude(state=Station.State.CLOSED)
        .select_related("area")
        .prefetch_related("spans", openness.lately())
    )
    facilities = (
        Facility.objects.filter(station__in=[station.pk for station in stations])
        .select_related("station", "station__area")
        .order_by("station__name", "id")
    )
    classes = day_classes(actor.district_id or 0)
    oldest = at - dt.timedelta(hours=24)
    soon = at.date() + dt.timedelta(days=EXPIRES_SOON_DAYS)
    in_trouble = Q(state=Facility.State.OUT_OF_ORDER)
    lasting = Q(kind__in=EXPIRING_KINDS)
    unseen = Q(as_of__lt=oldest) | Q(free__isnull=False, counted_at__lt=oldest)
    return Today(
        stations=tuple((station, state_of(station, at, classes)) for station in stations),
        unopened=tuple(station for station in stations if is_unopened(station, at, classes)),
        troubles=tuple(facilities.filter(in_trouble)),
        stale=tuple(facilities.filter(unseen).exclude(in_trouble).exclude(lasting)),
        expiring=tuple(facilities.filter(expires_on__lte=soon).order_by("expires_on", "id")),
    )


def exceptions_of(station: Station, today: dt.date) -> list[OpeningSpan]:
    """Return what is different from the weekly hours from today on, by date."""
    return sorted(
        (
            span
            for span in station.spans.all()
            if span.layer == OpeningSpan.Layer.EXCEPTION and (span.to_date is None or span.to_date >= today)
        ),
        key=lambda span: (span.from_date or today, span.opens),
    )


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area of the tree with what lies in it and below it."""

    area: Area
    depth: int
    compounds: int
    buildings: int
    households: int
    persons: int
    stations: int


def area_rows(district: District) -> list[AreaRow]:
    """Return the district's area tree in order, each node with sums over everything below: four queries."""
    areas = list(Area.objects.of(district).select_related("parent"))
    stems = {area.pk: area.stem for area in areas}
    compounds = _sums(Compound.objects.filter(district=district), stems, n=Count("pk"))
    stations = _sums(
        Station.objects.filter(district=district).exclude(state=Station.State.CLOSED), stems, n=Count("pk")
    )
    homes = _sums(
        Building.objects.filter(district=district),
        stems,
        n=Count("pk"),
        households=Sum("households"),
        persons=Sum(PERSONS),
    )
    return [
        AreaRow(
            area=area,
            depth=_depth(area, stems),
            compounds=_below(compounds, area, "n"),
            buildings=_below(homes, area, "n"),
            households=_below(homes, area, "households"),
            persons=_below(homes, area, "persons"),
            stations=_below(stations, area, "n"),
        )
        for area in areas
    ]


def compounds_with_counts(actor: Actor) -> "list[Compound]":
    """Return the compounds somebody may edit, with gates and buildings counted by one query."""
    return list(
        Compound.objects.managed_by(actor)
        .select_related("area")
        .annotate(
            gate_count=Count("gates", distinct=True),
            open_gates=Count("gates", filter=Q(gates__is_shut=False), distinct=True),
            building_count=Count("buildings", distinct=True),
        )
    )


def _sums(rows: object, stems: dict[int, str], **sums: object) -> dict[str, dict[str, int]]:
    """Return aggregates by the stem of the area in which rows lie."""
    found = rows.order_by().values("area_id").annotate(**sums)  # type: ignore[attr-defined]
    return {stems[row["area_id"]]: row for row in found if row["area_id"] in stems}


def _below(sums: dict[str, dict[str, int]], area: Area, name: str) -> int:
    return sum(row[name] or 0 for stem, row in sums.items() if stem.startswith(area.stem))


def _depth(area: Area, stems: dict[int, str]) -> int:
    return sum(stem != area.stem and area.stem.startswith(stem) for stem in stems.values())


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else minutes_of(seconds)


def _nearest_first(near: Near) -> tuple[bool, int, bool, int, str]:
    return (
        near.minutes is None,
        near.minutes or 0,
        not near.open.is_open,
        near.seconds or 0,
        near.station.name,
    )


def areas_for(actor: Actor, district: District) -> list[Area]:
    """Return the areas in which the actor may put something: street and below, within their offices."""
    stems = actor.stems(CLERKS)
    levels = (Area.Level.STREET, Area.Level.COMMUNITY, Area.Level.GRID)
    areas = Area.objects.of(district).filter(level__in=levels)
    return [area for area in areas if area.stem.startswith(tuple(stems))]
