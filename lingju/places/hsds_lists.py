"""The lists of the directory: what stands in each, what it is found by, and the same laid flat as tables."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from lingju.places.hsds_asked import Entry
from lingju.places.hsds_read import TABLES, Record, flat, read
from lingju.places.hsds_rows import Directory, uuid_of
from lingju.places.hsds_shapes import AUDIENCES, FUNCTIONS, Data, Telling
from lingju.places.models import Service, ServiceAtStation

KINDS: Final[Mapping[str, str]] = {
    "organizations": "organization",
    "services": "service",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
# These have nothing in lists: in short they are what they are.
PLAIN: Final = ("taxonomies", "taxonomy_terms")


def services(telling: Telling) -> list[Entry]:
    """List the services of the catalogue."""
    here = telling.directory
    return [
        Entry(
            key=uuid_of("service", one.pk),
            tell=lambda one=one: telling.service(one),  # type: ignore[misc]
            words=f"{one.name} {one.summary} {one.code}",
            terms=_terms_of(here, one, here.by_service.get(one.pk, ())),
            organizations=_runners_of(here, here.by_service.get(one.pk, ())),
            modified=here.modified(one),
        )
        for one in here.services
    ]


def at_locations(telling: Telling) -> list[Entry]:
    """List what each station offers."""
    here = telling.directory
    return [
        Entry(
            key=uuid_of("offer", one.pk),
            tell=lambda one=one: telling.at_location_with_service(one),  # type: ignore[misc]
            words=f"{one.service.name} {one.note} {one.station.name} {one.station.address}",
            terms=_terms_of(here, one.service, (one,)),
            organizations=_runners_of(here, (one,)),
            modified=here.modified_at(one),
        )
        for one in here.offers
    ]


def organizations(telling: Telling) -> list[Entry]:
    """List the district and who runs stations in it."""
    return [_plain(one) for one in telling.organizations()]


def taxonomies(telling: Telling) -> list[Entry]:
    """List the two ways in which services are sorted."""
    return [_plain(one) for one in telling.taxonomies()]


def terms(telling: Telling) -> list[Entry]:
    """List the terms of both."""
    told = telling.terms()
    parents = {one.get("parent_id") for one in told}
    return [_plain(one, has_children=one["id"] in parents) for one in told]


def _plain(one: Data, *, has_children: bool = False) -> Entry:
    taxonomy = one.get("taxonomy_detail", {}).get("id")
    return Entry(
        key=one["id"],
        tell=lambda: one,
        words=f"{one['name']} {one.get('alternate_name', '')} {one['description']}",
        terms=frozenset({taxonomy} if taxonomy else ()),
        organizations=frozenset({one["id"], one.get("parent_organization_id", "")}),
        parent=one.get("parent_id", ""),
        has_children=has_children,
    )


LISTS: Final[Mapping[str, Callable[[Telling], list[Entry]]]] = {
    "organizations": organizations,
    "services": services,
    "service_at_locations": at_locations,
    "taxonomies": taxonomies,
    "taxonomy_terms": terms,
}


def _terms_of(here: Directory, one: Service, offers: tuple[ServiceAtStation, ...]) -> frozenset[str]:
    """Return the terms a service is found by, and the taxonomies they are of."""
    code = here.district.code
    found = {uuid_of("group", f"{code}:{one.group}"), uuid_of("term", one.pk)}
    tags = {tag.pk for offer in offers for tag in offer.audiences.all()}
    found |= {uuid_of("audience", pk) for pk in tags}
    lists = (FUNCTIONS, AUDIENCES) if tags else (FUNCTIONS,)
    return frozenset(found | {uuid_of("taxonomy", f"{code}:{name}") for name in lists})


def _runners_of(here: Directory, offers: tuple[ServiceAtStation, ...]) -> frozenset[str]:
    own = uuid_of("district", here.district.pk)
    return frozenset({own, *(here.runner_of(offer.station) for offer in offers)})


def records_of(telling: Telling) -> dict[str, tuple[Record, ...]]:
    """Return the whole directory as records, by the name of their list."""
    told: dict[str, list[dict[str, Any]]] = telling.package()
    return {name: tuple(read(KINDS[name], one) for one in ones) for name, ones in told.items()}


def tables_of(telling: Telling) -> dict[str, tuple[Record, ...]]:
    """Return the whole directory as tables by kind, each thing in one row."""
    return flat(record for records in records_of(telling).values() for record in records)


def resource(kind: str) -> dict[str, Any]:
    """Describe one table of the package, as a tabular data package does."""
    return {
        "name": TABLES[kind],
        "path": f"{TABLES[kind]}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
    }
