"""The OpenActive feed at its addresses: the data set described, and its changes page by page."""

import orjson
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lingju.activities import openactive as shapes
from lingju.activities.pages.feeds import address_of
from lingju.activities.queries import changes
from lingju.activities.queries.changes import After
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to

# A full page can be kept; the last one is asked for again and again by whoever keeps a copy.
FULL_AGE, LAST_AGE, SITE_AGE = 3600, 8, 3600


@open_to(everyone)
@require_safe
def openactive(request: Request) -> HttpResponse:
    """Describe the data set as JSON-LD."""
    addresses = [
        request.build_absolute_uri(reverse(name)) for name in ("openactive", "home", "openactive_sessions")
    ]
    return _answer(shapes.dataset(request.district, *addresses), "application/ld+json", SITE_AGE)


@open_to(everyone)
@require_safe
def openactive_sessions(request: Request) -> HttpResponse:
    """Hand out a page of changes of sessions, from the beginning or after a place."""
    said = request.GET
    after = After.read(said.get("afterTimestamp", ""), said.get("afterId", ""))
    limit = said.get("limit", "")
    is_number = limit.isascii() and limit.isdigit() and len(limit) < 6
    asked = min(max(int(limit), 1), changes.MOST) if is_number else None
    most = asked or changes.MOST
    found = changes.changes(request.district, after, most)
    feed = request.build_absolute_uri(reverse("openactive_sessions"))
    body = shapes.page(found, after, feed, lambda session: address_of(request, session), asked)
    return _answer(body, shapes.MEDIA_TYPE, FULL_AGE if len(found) == most else LAST_AGE)


def _answer(body: shapes.Data, kind: str, age: int) -> HttpResponse:
    response = HttpResponse(orjson.dumps(body), content_type=kind)
    response["Cache-Control"] = f"public, max-age={age}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
