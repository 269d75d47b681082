"""What the HSDS door reads: a district's stations, what they offer and when, in a fixed number of queries."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Max, Prefetch

from lingju.kernel import clock
from lingju.places.calendars import day_classes
from lingju.places.hours import DayClasses, Timetable
from lingju.places.models import Area, AudienceTag, District, Service, ServiceAtStation, Station
from lingju.places.opening import timetable_of
from lingju.trail.models import Footprint

# Every id we publish is made from this and the row's own: the same row has the same UUID for ever.
NAMESPACE = uuid.UUID("2d7c2a52-6f0e-5d0b-9a6c-5c3c3b0f7c11")
RUN_SERVICES = (Area.Level.STREET, Area.Level.COMMUNITY, Area.Level.GRID)
Touched = dict[tuple[str, int], dt.datetime]


def uuid_of(kind: str, key: object) -> str:
    """Return the UUID under which a thing is published."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{key}"))


@dataclass(frozen=True)
class Directory:
    """A district's services and the stations that offer them, fetched whole."""

    district: District
    areas: tuple[Area, ...]
    services: tuple[Service, ...]
    stations: tuple[Station, ...]
    offers: tuple[ServiceAtStation, ...]
    audiences: tuple[AudienceTag, ...]
    classes: DayClasses
    today: dt.date

    @cached_property
    def runners(self) -> tuple[Area, ...]:
        """Return the communities and streets that run stations: their areas, and the areas above them."""
        stems = {station.area.stem for station in self.stations}
        runs = (area for area in self.areas if area.level in RUN_SERVICES)
        return tuple(area for area in runs if any(stem.startswith(area.stem) for stem in stems))

    def runner_of(self, station: Station) -> str:
        """Return the UUID of who runs a station: its community or street, or else the district."""
        if station.area_id in {area.pk for area in self.runners}:
            return uuid_of("area", station.area_id)
        return uuid_of("district", self.district.pk)

    @cached_property
    def by_service(self) -> dict[int, tuple[ServiceAtStation, ...]]:
        """Return the offers of each service, by station name."""
        found: dict[int, list[ServiceAtStation]] = {}
        for offer in self.offers:
            found.setdefault(offer.service_id, []).append(offer)
        return {pk: tuple(offers) for pk, offers in found.items()}

    @cached_property
    def timetables(self) -> dict[int, Timetable]:
        """Return the hours of each station."""
        return {one.pk: timetable_of(one, classes=self.classes) for one in self.stations}

    @cached_property
    def touched(self) -> Touched:
        """Return when each row was last changed, as the trail has it."""
        rows = (*self.services, *self.stations, *self.offers)
        steps = (
            Footprint.objects.filter(
                district_id=self.district.pk,
                result=Footprint.Result.DONE,
                subject_type__in={row._meta.label_lower for row in rows},
            )
            .order_by()
            .values_list("subject_type", "subject_id")
            .annotate(Max("at"))
        )
        return {(kind, key): at for kind, key, at in steps if key is not None}

    def modified(self, service: Service) -> dt.datetime | None:
        """Return when a service, one of its offers or a station that offers it was last changed."""
        offers = self.by_service.get(service.pk, ())
        rows: Iterable[Service | ServiceAtStation | Station] = (
            service,
            *offers,
            *(offer.station for offer in offers),
        )
        moments = [self.touched.get((row._meta.label_lower, row.pk)) for row in rows]
        return max((moment for moment in moments if moment is not None), default=None)

    def modified_at(self, offer: ServiceAtStation) -> dt.datetime | None:
        """Return when an offer or its station was last changed."""
        moments = [self.touched.get((row._meta.label_lower, row.pk)) for row in (offer, offer.station)]
        return max((moment for moment in moments if moment is not None), default=None)


def directory_of(district: District) -> Directory:
    """Fetch a district's directory: the stations that take visitors, what they offer, and who runs them."""
    stations = list(
        Station.objects.filter(district=district)
        .in_use()
        .select_related("area", "district")
        .prefetch_related("spans", "doors", "facilities")
        .order_by("name", "pk")
    )
    by_id = {station.pk: station for station in stations}
    audiences = AudienceTag.objects.filter(is_sensitive=False)
    offers = list(
        ServiceAtStation.objects.filter(station_id__in=by_id, is_offered=True, service__is_retired=False)
        .select_related("service")
        .prefetch_related("spans", Prefetch("audiences", queryset=audiences))
        .order_by("station__name", "pk")
    )
    for offer in offers:
        offer.station = by_id[offer.station_id]
    return Directory(
        district=district,
        areas=tuple(Area.objects.of(district).select_related("parent")),
        services=tuple(Service.objects.filter(district=district, is_retired=False)),
        stations=tuple(stations),
        offers=tuple(offers),
        audiences=tuple(audiences.filter(district=district)),
        classes=day_classes(district.pk),
        today=clock.today(),
    )
