"""Calendars that everybody may subscribe to: a district's sessions, a station's with its odd days.

Each carries an entity tag made of what it hangs on, keyed, so that nothing can be read from it; whoever asks
again with it is answered 304 before a calendar is drawn.
"""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lingju.activities import ical
from lingju.activities.models import Session
from lingju.activities.queries import feeds
from lingju.kernel.ical import Happening
from lingju.kernel.ical import calendar_of as kernel_calendar_of
from lingju.kernel.ical_answers import answered, public
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.places.queries import station_by_slug


@open_to(everyone)
@require_safe
def activities_feed(request: Request) -> HttpResponse:
    """Hand out the sessions of the district as a calendar, narrowed to what somebody subscribed to."""
    said = request.GET
    wanted = feeds.asked(
        request.district,
        area=(said.get("area") or said.get("community", ""))[:20],
        station=said.get("station", "")[:60],
        topic=said.get("topic", "")[:40],
        audience=said.get("audience", "")[:40],
    )
    rows = feeds.sessions(request.district, wanted)

    def draw() -> bytes:
        kept, is_all = feeds.shown(rows)
        told = [ical.happening_of(one, address_of(request, one)) for one in kept]
        name = _("%(what)s活动") % {"what": "·".join(wanted.names) or request.district.name}
        return kernel_calendar_of(told, name=name, product=ical.PRODUCT, words=_words(is_all))

    moved = feeds.moved_at(request.district)
    return public(answered(request, feeds.marks(rows), draw, moved=moved), "activities.ics")


@open_to(everyone)
@require_safe
def station_calendar(request: Request, slug: str) -> HttpResponse:
    """Hand out what goes on at a station, and the days on which it opens otherwise than in its week."""
    station = station_by_slug(request.actor, slug)
    rows = feeds.sessions(request.district, feeds.Asked(station=station))
    odd = feeds.odd_days(station)
    page = request.build_absolute_uri(reverse("station", args=[station.slug]))

    def draw() -> bytes:
        kept, is_all = feeds.shown(rows)
        told: list[Happening] = [ical.happening_of(one, address_of(request, one)) for one in kept]
        told += feeds.of_odd_days(station, odd, page)
        return kernel_calendar_of(told, name=station.name, product=ical.PRODUCT, words=_words(is_all))

    marks = [*feeds.marks(rows), (station.version, station.name, odd)]
    # Nobody notes when a notice of holidays came: without that moment, the tag alone says what is new.
    return public(answered(request, marks, draw), f"{station.slug}.ics")


def address_of(request: Request, session: Session) -> str:
    """Return the address of a session's page."""
    return request.build_absolute_uri(reverse("activity", args=[session.pk]))


def _words(is_all: bool) -> str:
    told = _("什么时候、在哪里，不含任何人的信息。取消的会留 90 天。")
    if is_all:
        return told
    cut = _("太多了，只列最近的 %(n)d 场；按社区或驿站订阅，就看得全。") % {"n": feeds.MOST}
    return told + cut
