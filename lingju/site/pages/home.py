"""Home: the nearest open station, what works there now, and what else is within ten minutes."""

import datetime as dt
import math
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from lingju.activities import phrases as activity_phrases
from lingju.bookings import mine as my_bookings
from lingju.bookings.queries import standing
from lingju.bookings.queries.standing import Seen
from lingju.cobuilding.queries import public as codays
from lingju.kernel import clock
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs import mine
from lingju.needs.queries import news
from lingju.needs.queries.news import News
from lingju.places import maps, queries, walking, ways
from lingju.places.calendars import day_classes
from lingju.places.models import Station
from lingju.places.queries import Near
from lingju.places.walking import Origin
from lingju.site import happenings, phrases

TEN = 10
MOST_FURTHER = 4
MOST_BEYOND = 2
MOST_TILES = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """One quick service of the home page: how many places that are open have it, and where to see them."""

    name: str
    icon: str
    count: int
    href: str


@open_to(everyone)
def home(request: Request) -> HttpResponse:
    """Show what is near where I am; where nobody knows that, ask, and show every station by name."""
    now = clock.now()
    origin: Origin | None = request.origin
    nears = queries.stations_near(request.district, origin, at=now) if origin else by_name(request, now)
    nearest = nearest_open(nears) if origin else None
    return render(
        request,
        "site/home.html",
        {
            "now": now,
            "greeting": phrases.part_of_day(now),
            "origin": origin,
            "nearest": nearest,
            "tip": tip(nearest, nears),
            "strip": strip(request, nearest),
            "way_href": way_href(nearest),
            "further": between(nears, nearest, 0, TEN)[:MOST_FURTHER],
            "beyond": between(nears, nearest, TEN, math.inf)[:MOST_BEYOND],
            "quick": tiles(nears),
            "plain": [] if origin else nears,
            "circle_href": address("circle"),
            "news": my_news(request),
            "booking": my_booking(request),
            "day": codays.soon(request.district, origin),
            "happenings": happenings.near(request.district, nears, knows_where=origin is not None),
            "activity_words": activity_phrases,
        },
    )


def my_news(request: Request) -> News | None:
    """Return the news of my matters; a query only for whoever has said something here, or is signed in."""
    is_known = mine.kept(request) or request.actor.account_id is not None
    return news.latest(mine.askers(request)) if is_known else None


def my_booking(request: Request) -> Seen | None:
    """Return my next booking; queries only for whoever has booked here, or is signed in."""
    return standing.coming(my_bookings.claims(request)) if my_bookings.is_known(request) else None


def nearest_open(nears: list[Near]) -> Near | None:
    """Return the nearest station that is open; where all are shut, the nearest one."""
    within_reach = [near for near in nears if near.minutes is not None]
    return next(
        (near for near in within_reach if near.open.is_open), within_reach[0] if within_reach else None
    )


def between(nears: list[Near], nearest: Near | None, more_than: float, at_most: float) -> list[Near]:
    """Return the other stations that are so many minutes away."""
    return [
        near
        for near in nears
        if near is not nearest and near.minutes is not None and more_than < near.minutes <= at_most
    ]


def tip(nearest: Near | None, nears: list[Near]) -> str:
    """Say why this station stands first."""
    if nearest is None:
        return ""
    if not nearest.open.is_open:
        return _("这会儿都关门了，这处最近")
    return _("离您最近") if nearest is nears[0] else _("开着的里面最近")


def strip(request: Request, nearest: Near | None) -> Markup | None:
    """Draw the way to the nearest station; None where no streets are loaded."""
    if nearest is None or nearest.straight:
        return None
    town = walking.town(request.district)
    return maps.strip(town, request.origin, ways.way_to(town, request.origin, nearest.station.pk, "adult"))


def way_href(nearest: Near | None) -> str:
    """Return where the way is told in words."""
    return reverse("station", args=[nearest.station.slug]) + "#way" if nearest else ""


def tiles(nears: list[Near]) -> list[Tile]:
    """Return the quick services with how many stations within ten minutes have them open."""
    circle = address("circle")
    return [
        Tile(found.service.name, found.service.icon, found.open_now, f"{circle}?service={found.service.code}")
        for found in queries.services_within(nears, minutes=TEN)
    ][:MOST_TILES]


def by_name(request: Request, now: dt.datetime) -> list[Near]:
    """Return every station in use without minutes, the open ones first, then by name."""
    found = queries.with_what_they_offer(Station.objects.filter(district=request.district).in_use())
    classes = day_classes(request.district.pk)
    nears = [
        Near(
            one,
            None,
            None,
            None,
            queries.state_of(one, now, classes),
            tuple(one.facilities.all()),
            straight=False,
        )
        for one in found
    ]
    return sorted(nears, key=lambda near: (not near.open.is_open, near.station.name))


def address(name: str) -> str:
    """Return the address of a page, or nothing while no module has it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
