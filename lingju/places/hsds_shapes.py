"""Our rows as HSDS objects: services, who runs them, where, when, for whom, in version 3.0 and 3.1.

    Service            service               its group of five and its code    taxonomy_term
    District, Area     organization          an audience that may be told      taxonomy_term
    Station            location              OpeningSpan                       schedule
    ServiceAtStation   service_at_location   Facility with a count             service_capacity (3.1)

Nothing here names a person: no contacts, and no metadata, which would say who changed what.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.places.catalogue import FACILITY_KINDS, SERVICES
from lingju.places.hsds_hours import as_schedules
from lingju.places.hsds_places import addresses, degrees
from lingju.places.hsds_rows import Directory, uuid_of
from lingju.places.models import (
    Area,
    AudienceTag,
    District,
    Facility,
    Service,
    ServiceAtStation,
    Station,
)
from lingju.places.opening import timetable_of

VERSIONS: Final = ("3.0", "3.1")
FREE: Final = "免费"
COUNTED: Final = (Facility.State.WORKING, Facility.State.BUSY)
FUNCTIONS, AUDIENCES = "functions", "audiences"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Telling:
    """A directory told in one version of HSDS, with links that begin with `base`."""

    directory: Directory
    version: str = "3.0"
    base: str = ""

    @property
    def is_31(self) -> bool:
        """Say whether what 3.1 added may be told."""
        return self.version != "3.0"

    # --- who ------------------------------------------------------------------------------------------

    def organizations(self) -> list[Data]:
        """Return the district, and below it the streets and communities that run stations."""
        return [self._district(), *(self._runner(area) for area in self.directory.runners)]

    def _district(self) -> Data:
        district = self.directory.district
        own = uuid_of("district", district.pk)
        phones = [{"id": uuid_of("hotline", district.pk), "number": district.hotline, "type": "voice"}]
        return {
            **self._district_in_short(),
            "phones": phones if district.hotline else [],
            "organization_identifiers": [_area_code(own, district.code)],
        }

    def _district_in_short(self) -> Data:
        district: District = self.directory.district
        said = _("%(name)s的社区服务。") % {"name": district.name}
        found = {"id": uuid_of("district", district.pk), "name": district.name, "description": said}
        return found | ({"alternate_name": district.brand_name} if district.brand_name else {})

    def _runner(self, area: Area) -> Data:
        own = uuid_of("area", area.pk)
        runners = {one.pk for one in self.directory.runners}
        above = uuid_of("district", area.district_id)
        if area.parent_id in runners:
            above = uuid_of("area", area.parent_id)
        level = area.get_level_display()
        return {
            "id": own,
            "name": area.name,
            "description": _("%(district)s的%(level)s，管着这里的驿站。")
            % {"district": self.directory.district.name, "level": level},
            "parent_organization_id": above,
            "locations": [self.location(one) for one in self.directory.stations if one.area_id == area.pk],
            "organization_identifiers": [_area_code(own, area.code)],
        }

    # --- what -----------------------------------------------------------------------------------------

    def service(self, one: Service) -> Data:
        """Return a service of the catalogue with every place that offers it."""
        offers = self.directory.by_service.get(one.pk, ())
        found: Data = {
            "id": uuid_of("service", one.pk),
            "name": one.name,
            "description": one.summary or one.name,
            "status": "active" if offers else "inactive",
            "organization": self._district_in_short(),
            "languages": [_chinese("service", one.pk)],
            "service_areas": _areas_of("service", one.pk, offers),
            "service_at_locations": [self.at_location(offer) for offer in offers],
            "attributes": [
                self._attribute("service", one.pk, "function", self._group(one.group)),
                self._attribute("service", one.pk, "service", self._service_term(one)),
            ],
            **_on_what_terms(offers),
        }
        if one.qualification:
            found["accreditations"] = one.qualification
        if (modified := self.directory.modified(one)) is not None:
            found["last_modified"] = _moment(modified)
        if self.is_31:
            found["additional_urls"] = [self._link(offer) for offer in offers]
            found["capacities"] = [one for offer in offers for one in _capacities(offer)]
        return found

    def _link(self, offer: ServiceAtStation) -> Data:
        address = self.base + reverse("station", args=[offer.station.slug])
        return {"id": uuid_of("link", offer.pk), "label": offer.station.name, "url": address}

    # --- where and when -------------------------------------------------------------------------------

    def at_location(self, offer: ServiceAtStation) -> Data:
        """Return a service as one station offers it; hours of its own only where it has some."""
        own = uuid_of("offer", offer.pk)
        found: Data = {
            "id": own,
            "description": _in_words(offer),
            "location": self.location(offer.station),
            "attributes": [
                self._attribute("service_at_location", offer.pk, "audience", self._audience(tag))
                for tag in offer.audiences.all()
            ],
        }
        if any(span.audience_id is None for span in offer.spans.all()):
            table = timetable_of(offer, classes=self.directory.classes)
            found["schedules"] = _named(own, as_schedules(table, self.directory.today))
        if self.is_31:
            found["service_areas"] = _areas_of("service_at_location", offer.pk, (offer,))
        return found

    def at_location_with_service(self, offer: ServiceAtStation) -> Data:
        """Return a service at one station together with the service, as the API tells it by itself."""
        service = self.service(offer.service)
        return {**self.at_location(offer), "service": _without(service, "service_at_locations")}

    def location(self, one: Station) -> Data:
        """Return a station as a place one can go to."""
        own = uuid_of("station", one.pk)
        found: Data = {
            "id": own,
            "location_type": "physical",
            "organization_id": self.directory.runner_of(one),
            "name": one.name,
            "description": str(one.get_kind_display()),
            **degrees(one),
            "external_identifier": one.code,
            "external_identifier_type": _("本区驿站编码"),
            "languages": [_chinese("location", one.pk)],
            "addresses": addresses(one, self.directory.areas),
            "accessibility": _accessibility(one),
            "schedules": _named(own, as_schedules(self.directory.timetables[one.pk], self.directory.today)),
        }
        if one.directions:
            found["transportation"] = one.directions
        if one.phone:
            found["phones"] = [{"id": uuid_of("phone", one.pk), "number": one.phone, "type": "voice"}]
        return found

    # --- classified -----------------------------------------------------------------------------------

    def taxonomies(self) -> list[Data]:
        """Return the two lists by which services are found: what they are, and for whom."""
        return [self._taxonomy(FUNCTIONS), self._taxonomy(AUDIENCES)]

    def terms(self) -> list[Data]:
        """Return every term: the five functions, the services below them, the audiences."""
        groups = [self._group(str(group)) for group in Service.Group]
        services = [self._service_term(one) for one in self.directory.services]
        return [*groups, *services, *(self._audience(tag) for tag in self.directory.audiences)]

    def _taxonomy(self, code: str) -> Data:
        words = {
            FUNCTIONS: (_("五大功能与服务"), _("驿站的五大功能，和每个功能下的服务。")),
            AUDIENCES: (_("服务人群"), _("一项服务主要给谁；没写的，谁都可以来。")),
        }
        name, said = words[code]
        own = uuid_of("taxonomy", f"{self.directory.district.code}:{code}")
        return {"id": own, "name": name, "description": said}

    def _term(self, kind: str, key: object, code: str, name: str, taxonomy: str) -> Data:
        whole = self._taxonomy(taxonomy)
        return {
            "id": uuid_of(kind, key),
            "code": code,
            "name": name,
            "description": name,
            "language": "zh",
            "taxonomy": whole["name"],
            "taxonomy_detail": whole,
        }

    def _group(self, group: str) -> Data:
        key = f"{self.directory.district.code}:{group}"
        # A function and a service may have the same code; in one taxonomy a code stands for one term.
        return self._term("group", key, f"function-{group}", str(Service.Group(group).label), FUNCTIONS)

    def _service_term(self, one: Service) -> Data:
        above = uuid_of("group", f"{self.directory.district.code}:{one.group}")
        return {**self._term("term", one.pk, one.code, one.name, FUNCTIONS), "parent_id": above}

    def _audience(self, tag: AudienceTag) -> Data:
        return self._term("audience", tag.pk, tag.code, tag.name, AUDIENCES)

    def _attribute(self, kind: str, key: int, link_type: str, term: Data) -> Data:
        found = {
            "id": uuid_of(f"attribute of {kind}", f"{key}:{term['id']}"),
            "link_type": link_type,
            "link_entity": kind,
            "value": term["code"],
            "taxonomy_term": term,
        }
        return found | ({"label": term["name"]} if self.is_31 else {})

    # --- everything -----------------------------------------------------------------------------------

    def package(self) -> dict[str, list[Data]]:
        """Return the whole directory: what nests under services, and what stands beside them."""
        return {
            "organizations": self.organizations(),
            "services": [self.service(one) for one in self.directory.services],
            "taxonomies": self.taxonomies(),
            "taxonomy_terms": self.terms(),
        }


def in_short(one: Data) -> Data:
    """Return a thing as lists show it: only what it has once, all the way down."""
    kept = {name: value for name, value in one.items() if not isinstance(value, list)}
    return {name: in_short(value) if isinstance(value, dict) else value for name, value in kept.items()}


def _without(one: Data, *names: str) -> Data:
    return {name: value for name, value in one.items() if name not in names}


def _named(owner: str, schedules: Iterable[Data]) -> list[Data]:
    # A schedule is no row: its id comes from what it says, so that the same hours keep it.
    return [{"id": uuid_of("schedule", f"{owner}:{sorted(one.items())}"), **one} for one in schedules]


def _chinese(kind: str, key: int) -> Data:
    return {"id": uuid_of(f"language of {kind}", key), "name": "中文", "code": "zh"}


def _area_code(owner: str, code: str) -> Data:
    return {"id": uuid_of("code", owner), "identifier_type": _("统计用区划代码"), "identifier": code}


def _areas_of(kind: str, key: int, offers: Iterable[ServiceAtStation]) -> list[Data]:
    areas = {offer.station.area_id: offer.station.area for offer in offers}
    return [
        {"id": uuid_of(f"area of {kind}", f"{key}:{area.pk}"), "name": area.short_name}
        for area in areas.values()
    ]


def _on_what_terms(offers: Iterable[ServiceAtStation]) -> Data:
    offers = list(offers)
    found: Data = {}
    prices = list(dict.fromkeys(offer.price for offer in offers if offer.price))
    if prices:
        found["fees_description"] = _("；").join(prices)
    if prices == [FREE]:
        key = offers[0].service_id
        found["cost_options"] = [{"id": uuid_of("cost", key), "amount": 0, "currency": "CNY"}]
    if any(offer.by_appointment for offer in offers):
        everywhere = all(offer.by_appointment for offer in offers)
        found["application_process"] = _("要先预约。") if everywhere else _("有的驿站要先预约。")
    return found


def _in_words(offer: ServiceAtStation) -> str:
    said = [offer.note or offer.service.summary or offer.service.name]
    said.append(_("收费：%(price)s") % {"price": offer.price} if offer.price else "")
    said.append(_("要先预约") if offer.by_appointment else "")
    return _("；").join(part for part in said if part)


def _accessibility(one: Station) -> list[Data]:
    step_free = [door.name for door in one.doors.all() if door.is_step_free]
    told: list[tuple[str, str, str]] = []
    if one.is_step_free:
        told.append(("step_free", _("无台阶"), ""))
    if one.has_low_counter:
        told.append(("low_counter", _("低位柜台"), ""))
    if step_free:
        told.append(("doors", _("有没有台阶的门"), _("、").join(step_free)))
    return [
        {
            "id": uuid_of("accessibility", f"{one.pk}:{key}"),
            "description": words,
            **({"details": details} if details else {}),
        }
        for key, words, details in told
    ]


def _capacities(offer: ServiceAtStation) -> list[Data]:
    """Return how many things of a service are free at a station, as somebody last saw them."""
    seed = SERVICES.get(offer.service.code)
    kinds = [kind for kind in seed.facilities if kind in FACILITY_KINDS] if seed else []
    return [
        {
            "id": uuid_of("capacity", f"{offer.pk}:{one.pk}"),
            "unit": {
                "id": uuid_of("unit", one.kind),
                "name": FACILITY_KINDS[one.kind].unit or FACILITY_KINDS[one.kind].name,
            },
            "available": one.free,
            "maximum": one.total,
            "description": f"{offer.station.name}：{one.name}",
            "updated": _moment(one.as_of),
        }
        for one in offer.station.facilities.all()
        if one.kind in kinds and one.state in COUNTED and None not in (one.free, one.total)
    ]


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
