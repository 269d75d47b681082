"""Verbs about services: fill the catalogue, offer and withdraw a service at a station, for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.catalogue import AUDIENCES, SERVICES
from lingju.places.events import PlacesChanged, StationChanged
from lingju.places.models import Area, AudienceTag, District, Service, ServiceAtStation, Station
from lingju.places.rules import its_clerk, its_district_officer
from lingju.places.services import marks
from lingju.trail.services import leave_footprint


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """How one station offers a service; `audiences` are codes of tags, none means everybody."""

    price: str = "免费"
    by_appointment: bool = False
    note: str = ""
    audiences: tuple[str, ...] = ()


@transaction.atomic
def fill(district: District, *, actor: Actor) -> int:
    """Give a district the services and audiences it lacks; return how many were new. Never overwrites."""
    its_district_officer.check(actor, _root(district))
    known_services = set(Service.objects.filter(district=district).values_list("code", flat=True))
    known_tags = set(AudienceTag.objects.filter(district=district).values_list("code", flat=True))
    services = [
        Service(
            district=district,
            code=seed.code,
            name=seed.name,
            group=seed.group,
            summary=seed.summary,
            qualification=seed.qualification,
            icon=seed.icon,
            is_quick=seed.is_quick,
        )
        for seed in SERVICES.values()
        if seed.code not in known_services
    ]
    tags = [
        AudienceTag(district=district, code=seed.code, name=seed.name, is_sensitive=seed.is_sensitive)
        for seed in AUDIENCES.values()
        if seed.code not in known_tags
    ]
    Service.objects.bulk_create(services)
    AudienceTag.objects.bulk_create(tags)
    if services or tags:
        counts = {"services": len(services), "audiences": len(tags)}
        leave_footprint(actor=actor, action="fill_catalogue", subject=district, after=counts)
        marks.tell(PlacesChanged(district.pk, "catalogue", district.pk, "fill"), redraw=False)
    return len(services) + len(tags)


@transaction.atomic
def offer(
    station: Station, service: Service | str, terms: OfferTerms | None = None, *, actor: Actor
) -> ServiceAtStation:
    """Offer a service at a station on these terms; offered again, the terms are replaced."""
    its_clerk.check(actor, station)
    service = service if isinstance(service, Service) else service_by_code(station.district_id, service)
    marks.same_district(station.district_id, service)
    if service.is_retired:
        raise BadInput(_("“%(name)s”已经停用，不能再提供。") % {"name": service.name})
    terms = terms or OfferTerms()
    tags = _tags(station.district_id, terms.audiences)
    values: dict[str, Any] = {
        "price": marks.tidy(terms.price),
        "by_appointment": terms.by_appointment,
        "note": marks.tidy(terms.note),
        "is_offered": True,
    }
    known = ServiceAtStation.objects.filter(station=station, service=service).first()
    if known is None:
        known = marks.insert(
            ServiceAtStation(district_id=station.district_id, station=station, service=service, **values),
            actor=actor,
        )
        is_changed = True
    else:
        is_changed = marks.amend(known, values, actor=actor, action="offer")
    if {tag.pk for tag in tags} != set(known.audiences.values_list("pk", flat=True)):
        known.audiences.set(tags)
        is_changed = True
    if is_changed:
        marks.tell(StationChanged(station.district_id, station.pk, "offer"), redraw=True)
    return known


@transaction.atomic
def withdraw(offer: ServiceAtStation, *, actor: Actor) -> None:
    """Stop offering a service at a station; what was told about it stays readable."""
    its_clerk.check(actor, offer.station)
    if marks.amend(offer, {"is_offered": False}, actor=actor, action="withdraw"):
        marks.tell(StationChanged(offer.district_id, offer.station_id, "withdraw"), redraw=True)


def service_by_code(district_id: int, code: str) -> Service:
    """Return a service of a district by its code or its name; refuse one that is in no catalogue."""
    candidates = Service.objects.filter(district_id=district_id)
    service = candidates.filter(code=code).first() or candidates.filter(name=code).first()
    if service is None:
        sentence = _("服务目录里没有“%(code)s”。") % {"code": code[:40]}
        raise BadInput(sentence, {"service": sentence})
    return service


def _tags(district_id: int, codes: Iterable[str]) -> list[AudienceTag]:
    wanted = set(codes)
    tags = list(AudienceTag.objects.filter(district_id=district_id, code__in=wanted))
    unknown = wanted - {tag.code for tag in tags}
    if unknown:
        sentence = _("没有“%(code)s”这个人群标签。") % {"code": sorted(unknown)[0][:40]}
        raise BadInput(sentence, {"audiences": sentence})
    return tags


def _root(district: District) -> Area:
    """Return the node at which an officer of the whole district holds office, whether it is there or not."""
    return Area(district=district, code=district.code, stem=Area.stem_of(district.code))
