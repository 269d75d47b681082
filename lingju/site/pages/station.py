"""One station: whether it is open, what works now, the way there, the week, what it offers and for whom."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from lingju.activities import phrases as activity_phrases
from lingju.bookings.queries import cards
from lingju.bookings.queries.cards import Card
from lingju.kernel import clock
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.places import hours, jsonld, maps, openness, queries, walking, ways
from lingju.places.calendars import day_classes
from lingju.places.models import AudienceTag, Service, ServiceAtStation, Station
from lingju.site import directions, facilities, happenings, phrases

WEEK = 7


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one day in words, and why they are unusual."""

    date: dt.date
    words: str
    reason: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How long the way is from where I am; `is_guess` where no streets are loaded."""

    minutes: int | None
    elder_minutes: int | None
    is_guess: bool
    strip: Markup | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """The services of one of the five functions."""

    name: str
    offers: tuple[ServiceAtStation, ...]


@open_to(everyone)
def station(request: Request, slug: str) -> HttpResponse:
    """Show one station."""
    found = queries.station_by_slug(request.actor, slug)
    now, classes = clock.now(), day_classes(found.district_id)
    seen = facilities.glances(found.facilities.all())
    offers, to_book = list(found.offers.all()), cards.cards_of(found) if found.is_in_use else []
    return render(
        request,
        "site/station.html",
        {
            "station": found,
            "open": queries.state_of(found, now, classes),
            "way": way_to(request, found),
            "around": around(request, found),
            **whose_streets(request),
            "seen": [one for one in seen if not one.is_fixed],
            "fixed": [one for one in seen if one.is_fixed],
            "as_of": facilities.oldest(seen),
            "kept": openness.words(openness.this_month(found)) if found.is_in_use else "",
            "week": week(queries.spans_of(found), now.date(), classes),
            "groups": by_function(offers),
            "offers": offers,
            "audiences": audiences(offers),
            "cards": to_book,
            "booked": {card.bookable.offer_id: card for card in to_book if card.can_book},
            "soonest": soonest(to_book),
            "happenings": happenings.at(found),
            "activity_words": activity_phrases,
            "linked": linked(request, found, now.date(), classes),
        },
    )


@open_to(everyone)
def poster(request: Request, slug: str) -> HttpResponse:
    """Show the sheet for the station's door: its name, its hours, a code that leads to its page."""
    found = queries.station_by_slug(request.actor, slug)
    address = request.build_absolute_uri(reverse("station", args=[found.slug]))
    # Paper outlives an exception: only what holds every week is printed.
    lasting = [span for span in queries.spans_of(found) if span.layer <= hours.SEASONAL]
    days = week(lasting, clock.today(), ordinary_class)
    return render(
        request,
        "site/poster.html",
        {"station": found, "address": address, "code": qr(address), "week": sorted(days, key=_weekday)},
    )


def linked(request: Request, found: Station, today: dt.date, classes: hours.DayClasses) -> Markup:
    """Return the station for search engines, as a data block."""
    url = request.build_absolute_uri(reverse("station", args=[found.slug]))
    return jsonld.script(jsonld.station(found, url=url, today=today, classes=classes))


def soonest(to_book: list[Card]) -> Card | None:
    """Return what is free first, a service before a room: one press leads from here to its last step."""
    free = [
        (card.next.starts_at, card.bookable.mode != "slot", at)
        for at, card in enumerate(to_book)
        if card.next
    ]
    return to_book[min(free)[2]] if free else None


def _weekday(day: Day) -> int:
    return day.date.weekday()


def qr(address: str) -> Markup:
    """Draw an address as a code of error level M, in the colour of the text."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    return Markup(drawn.replace('stroke="#000"', 'stroke="currentColor"'))  # noqa: S704  made of numbers


def way_to(request: Request, found: Station) -> Way | None:
    """Return the way from where I am; None where I have not said, or where the station takes nobody."""
    if request.origin is None or not found.is_in_use:
        return None
    town = walking.town(request.district)
    minutes = _minutes(ways.seconds_to_stations(town, request.origin, "adult"), found)
    elder = _minutes(ways.seconds_to_stations(town, request.origin, "elder"), found)
    walked = ways.way_to(town, request.origin, found.pk, "adult")
    return Way(
        minutes,
        elder,
        is_guess=town.is_straight,
        strip=maps.strip(town, request.origin, walked),
        words=tuple(directions.sentences(walked)) if walked else (),
    )


def _minutes(seconds: dict[int, int], found: Station) -> int | None:
    return ways.minutes_of(seconds[found.pk]) if found.pk in seconds else None


def around(request: Request, found: Station) -> Markup | None:
    """Draw the streets around the station."""
    return maps.station_map(walking.town(request.district), found.lon, found.lat, found.name)


def whose_streets(request: Request) -> dict[str, object]:
    """Return whose street data the map is drawn from, and whether they are invented."""
    streets = walking.town(request.district).streets
    if streets is None:
        return {"attribution": "", "is_synthetic": False}
    return {
        "attribution": streets.row.attribution or streets.row.source,
        "is_synthetic": streets.row.is_synthetic,
    }


def week(
    spans: Sequence[hours.SpanLike], today: dt.date, classes: hours.DayClasses | None = None
) -> list[Day]:
    """Return the hours of today and the six days after in words."""
    table = hours.Timetable(tuple(spans), day_class=classes)
    return [_day(table, today + dt.timedelta(days=ahead), today) for ahead in range(WEEK)]


def _day(table: hours.Timetable, date: dt.date, today: dt.date) -> Day:
    day, plans = table.on(date), table.plans(date)
    if not day.is_known:
        return Day(date, _("放假安排还没公布"), "", date == today)
    return Day(date, _stretches(day.stretches), plans[0].reason, date == today)


def ordinary_class(date: dt.date) -> str:
    """Return what class of day a date is in a week without holidays."""
    return "workday" if date.weekday() < 5 else "weekend"


def _stretches(stretches: Iterable[hours.Stretch]) -> str:
    """Return 8:30–12:00、14:00–18:00, 全天 or 休息."""
    told = [
        _("全天")
        if (stretch.start, stretch.end) == (0, hours.DAY)
        else f"{phrases.minute_of_day(stretch.start)}–{phrases.minute_of_day(stretch.end)}"
        for stretch in stretches
    ]
    return _("、").join(told) or _("休息")


def by_function(offers: Sequence[ServiceAtStation]) -> list[Offers]:
    """Return what is offered, by the five functions in the article's order."""
    groups = [
        Offers(str(group.label), tuple(offer for offer in offers if offer.service.group == group))
        for group in Service.Group
    ]
    return [group for group in groups if group.offers]


def audiences(offers: Iterable[ServiceAtStation]) -> list[AudienceTag]:
    """Return for whom the offers are meant; sensitive groups are not put on a wall."""
    tags = {tag.pk: tag for offer in offers for tag in offer.audiences.all() if not tag.is_sensitive}
    return sorted(tags.values(), key=lambda tag: tag.code)
