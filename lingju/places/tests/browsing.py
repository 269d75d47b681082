"""Asking a page as somebody, without the floors above: the real page, rule and template, no sign-in."""

from typing import Any, cast

from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse
from zeal import zeal_context

from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor
from lingju.places.models import Area, District, Station
from lingju.places.tests.builders import CENTRE

HERE = f"{CENTRE[0]},{CENTRE[1]}"


def ask(
    actor: Actor,
    district: District,
    name: str,
    *args: Any,
    query: str = "",
    data: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return the answer of the page called `name`; with `data` it is a POST. Repeated queries fail."""
    path = reverse(name, args=args)
    factory = RequestFactory()
    made = factory.get(f"{path}?{query}") if data is None else factory.post(path, data)
    request = cast(Request, made)
    request.actor, request.district = actor, district
    request.origin = request.account = None
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    match = resolve(path)
    request.resolver_match = match
    with zeal_context():
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    answer.said = [str(message) for message in get_messages(request)]  # type: ignore[attr-defined]
    return answer


def words(answer: HttpResponse) -> str:
    """Return a page's text."""
    return answer.content.decode()


def sheet(content: bytes, name: str = "表.xlsx") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def station_form(station: Station, **changes: Any) -> dict[str, Any]:
    """Return what a browser posts for a station, changed here and there."""
    return {
        "version": station.version,
        "code": station.code,
        "name": station.name,
        "kind": station.kind,
        "area": station.area_id,
        "point": f"{station.lon},{station.lat}",
        "crs": "WGS-84",
        **changes,
    }


def compound_form(area: Area, **changes: Any) -> dict[str, Any]:
    """Return what a browser posts for a new compound with two gates."""
    gates = f"东门 {CENTRE[0] + 0.001},{CENTRE[1]} 侧门 有台阶\n西门 {CENTRE[0] - 0.001},{CENTRE[1]}"
    return {
        "code": "XQ900",
        "name": "交通小区",
        "area": area.pk,
        "point": HERE,
        "crs": "WGS-84",
        "is_gated": "on",
        "gates": gates,
        **changes,
    }
