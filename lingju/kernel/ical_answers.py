"""Calendars as answers: to subscribe to with a tag that says what is new, for everybody, or as one file.

An entity tag is made of what a calendar hangs on, keyed, so that nothing can be read from it; whoever asks
again with it is answered 304 before a calendar is drawn.
"""

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.http import quote_etag
from django.utils.translation import get_language

from lingju.kernel.asking import unlisted
from lingju.kernel.ical import CONTENT_TYPE

SHAPE = 1  # counted up when the same rows are told in another way
AGE = 900


def webcal(address: str) -> str:
    """Return an address by which a phone opens its calendar instead of a file."""
    return f"webcal{address[address.index(':') :]}" if address else ""


def answered(
    request: HttpRequest, marks: object, draw: Callable[[], bytes], *, moved: dt.datetime | None = None
) -> HttpResponse:
    """Answer with a calendar that hangs on `marks`, or 304 where the asker has that one already."""
    said = f"{SHAPE} {get_language()} {request.build_absolute_uri()} {marks!r}"
    tag = quote_etag(salted_hmac("lingju.activities.feed", said).hexdigest()[:32])
    stamp = int(moved.timestamp()) if moved is not None else None
    known = get_conditional_response(request, etag=tag, last_modified=stamp)
    response = known if known is not None else HttpResponse(draw(), content_type=CONTENT_TYPE)
    response["ETag"] = tag
    if moved is not None:
        response["Last-Modified"] = f"{moved.astimezone(dt.UTC):%a, %d %b %Y %H:%M:%S} GMT"
    return response


def public(response: HttpResponse, name: str) -> HttpResponse:
    """Let everybody keep a calendar for a while, and read it from pages of others."""
    response["Cache-Control"] = f"public, max-age={AGE}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def file_of(calendar: bytes, name: str, how: str = "attachment") -> HttpResponse:
    """Hand a calendar out as a file of its own; what a secret address opens is in no index."""
    response = unlisted(HttpResponse(calendar, content_type=CONTENT_TYPE))
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    return response
