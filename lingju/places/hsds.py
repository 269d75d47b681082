"""HSDS, the directory of services as other directories read it (Open Referral, versions 3.0 and 3.1).

    GET /api/hsds/<edition>/                        which version this is
        …/services  …/services/<id>                 what there is, with every place that offers it
        …/organizations  …/service_at_locations     who runs it, what one station offers
        …/taxonomies  …/taxonomy_terms              by what it is found
        …/package.json  …/package.zip               everything at once; the zip holds tables

Public, without a key, without persons. Lists take page, per_page, search, taxonomy_term_id, taxonomy_id,
organization_id, modified_after, minimal, full, and format=ndjson for all at once.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import orjson
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.places import hsds_asked, hsds_lists, hsds_read
from lingju.places.hsds_asked import Entry
from lingju.places.hsds_lists import LISTS, PLAIN
from lingju.places.hsds_rows import directory_of
from lingju.places.hsds_shapes import VERSIONS, Data, Telling, in_short

PROFILE: Final = "https://docs.openreferral.org/en/%s/"
OPENAPI: Final = "https://raw.githubusercontent.com/openreferral/specification/%s/schema/openapi.json"
SAFE: Final = ("GET", "HEAD")
Page = Callable[..., HttpResponse]


def door(page: Callable[..., HttpResponse]) -> Page:
    """Open a page to everyone, for reading, in the versions there are; other sites' scripts may read it."""

    @open_to(everyone)
    @wraps(page)
    def answered(request: Request, edition: str, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE:
            return HttpResponseNotAllowed(SAFE)
        if edition not in VERSIONS:
            raise NotThere(_("这里有 HSDS 3.0 和 3.1 两个版本。"))
        response = page(_telling(request, edition), request, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answered


def _telling(request: Request, edition: str) -> Telling:
    return Telling(directory_of(request.district), edition, request.build_absolute_uri("/").rstrip("/"))


def _written(value: Any) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), content_type="application/json; charset=utf-8")


@door
def root(telling: Telling, request: Request) -> HttpResponse:
    """Say which version this is and where it is described."""
    district = telling.directory.district
    return _written(
        {
            "version": telling.version,
            "profile": PROFILE % telling.version,
            "openapi_url": OPENAPI % telling.version,
            "description": _("%(name)s的驿站和服务。") % {"name": district.name},
            "publisher": {"name": district.name, "website": f"{telling.base}/"},
        }
    )


@door
def listed(telling: Telling, request: Request, listing: str) -> HttpResponse:
    """List things of one kind, a page at a time, or all of them as lines."""
    asked = hsds_asked.read(request.GET.dict())
    entries = _entries(telling, listing)
    tell = _as_it_is if listing in PLAIN else in_short
    if not asked.is_stream:
        return _written(hsds_asked.page_of(entries, asked, tell))
    wanted = [one for one in entries if asked.wants(one)]
    lines = [orjson.dumps(one) for one in hsds_asked.told(wanted, asked, tell)]
    return HttpResponse(b"\n".join([*lines, b""]), content_type="application/x-ndjson; charset=utf-8")


@door
def one(telling: Telling, request: Request, listing: str, uuid: str) -> HttpResponse:
    """Tell one thing whole."""
    found = next((entry for entry in _entries(telling, listing) if entry.key == uuid), None)
    if found is None:
        raise NotThere(_("目录里没有这一项，可能已经停用了。"))
    return _written(found.tell())


def _entries(telling: Telling, listing: str) -> list[Entry]:
    make = LISTS.get(listing)
    if make is None:
        raise NotThere(_("目录里没有这一类。"))
    return make(telling)


def _as_it_is(one: Data) -> Data:
    return one


@door
def package(telling: Telling, request: Request) -> HttpResponse:
    """Give the whole directory in one document."""
    district = telling.directory.district
    return _written({"version": telling.version, "publisher": district.name, **telling.package()})


@door
def tables(telling: Telling, request: Request) -> HttpResponse:
    """Give the whole directory as a zip of tables."""
    body = hsds_read.packed(hsds_lists.tables_of(telling), hsds_lists.resource)
    response = HttpResponse(body, content_type="application/zip")
    name = f"hsds-{telling.version}-{telling.directory.district.code}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
