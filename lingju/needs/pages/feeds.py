"""The open list for machines: RSS, Atom, JSON Feed, CSV for Excel, GeoJSON; the same facts, nobody in them.

Each is served with an entity tag made of when anything last moved, keyed, so that the moment cannot be read
from it; whoever asks again with it is answered 304 without a list being read.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from lingju.kernel.clock import ZONE
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.kernel.sheets_out import OutColumn, csv_bytes
from lingju.needs.queries import lists
from lingju.needs.queries.lists import OPEN, Page, PublicNeed, Wanted
from lingju.places.models import StreetNetwork

LATEST = 100
SHEET = 500
Feed = Callable[..., HttpResponse]


def _tag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    """Return the tag of what this address would answer now."""
    moved = lists.stamp(request.district)  # type: ignore[attr-defined]  # set by the middleware
    said = f"{moved.isoformat() if moved else ''} {get_language()} {request.build_absolute_uri()}"
    return f'"{salted_hmac("lingju.needs.feed", said).hexdigest()[:24]}"'


def _feed(page: Feed) -> Feed:
    """Make a page a feed: for everybody, read only, asked again cheaply."""

    @wraps(page)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = page(request, *args, **kwargs)
        answer["Cache-Control"] = "public, max-age=300"
        answer["Access-Control-Allow-Origin"] = "*"
        return answer

    return open_to(everyone)(require_safe(condition(etag_func=_tag)(served)))


def _page(request: Request, most: int) -> tuple[Wanted, Page]:
    """Return what a feed is asked for; `limit` is cut to what is served at once."""
    wanted = Wanted.of(request.district, request.GET)
    limit = request.GET.get("limit", "")
    size = min(int(limit), lists.MOST) if limit.isascii() and limit.isdigit() and len(limit) < 6 else most
    return wanted, lists.page(request.district, OPEN, wanted, size=size)


def _link(request: Request, need: PublicNeed) -> str:
    return request.build_absolute_uri(reverse("needs_join", args=[need.number]))


def _words(need: PublicNeed) -> str:
    month = _("%(year)d年%(month)d月") % {"year": need.month.year, "month": need.month.month}
    return _("%(kind)s，%(place)s，%(month)s提出，%(stage)s") % {
        "kind": need.kind,
        "place": need.place,
        "month": month,
        "stage": need.stage,
    }


def _midnight(day: dt.date) -> dt.datetime:
    """Return a day as feeds must write it: as a moment; no need's own minute is told."""
    return dt.datetime.combine(day, dt.time(), tzinfo=ZONE)


def _syndicated(request: Request, kind: type[SyndicationFeed]) -> HttpResponse:
    _wanted, page = _page(request, LATEST)
    feed = kind(
        title=_("%(district)s需求清单") % {"district": request.district.name},
        link=request.build_absolute_uri(reverse("needs_list")),
        description=_("还没办完的需求：什么事、在哪个小区、办到哪一步。没有个人信息。"),
        language="zh-cn" if (get_language() or "").startswith("zh") else "en",
        feed_url=request.build_absolute_uri(),
    )
    for need in page.needs:
        feed.add_item(
            title=need.title,
            link=_link(request, need),
            description=_words(need),
            unique_id=f"need:{need.number}",
            unique_id_is_permalink=False,
            pubdate=_midnight(need.month),
            updateddate=_midnight(need.changed_on),
            categories=(need.kind, need.community),
        )
    response = HttpResponse(content_type=str(feed.content_type))  # type: ignore[attr-defined]  # of Django
    feed.write(response, "utf-8")
    return response


@_feed
def feed_rss(request: Request) -> HttpResponse:
    """Hand out the open list as RSS 2.0."""
    return _syndicated(request, Rss201rev2Feed)


@_feed
def feed_atom(request: Request) -> HttpResponse:
    """Hand out the open list as Atom."""
    return _syndicated(request, Atom1Feed)


@_feed
def feed_json(request: Request) -> HttpResponse:
    """Hand out the open list as JSON Feed 1.1, page by page."""
    wanted, page = _page(request, LATEST)
    body: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _("%(district)s需求清单") % {"district": request.district.name},
        "home_page_url": request.build_absolute_uri(reverse("needs_list")),
        "feed_url": request.build_absolute_uri(),
        "language": "zh-CN" if (get_language() or "").startswith("zh") else "en",
        "items": [_item(request, need) for need in page.needs],
    }
    if page.next_after:
        query = wanted.query(after=page.next_after, limit=request.GET.get("limit", "")[:5])
        body["next_url"] = request.build_absolute_uri(f"{reverse('needs_feed_json')}?{query}")
    return HttpResponse(orjson.dumps(body), content_type="application/feed+json; charset=utf-8")


def _item(request: Request, need: PublicNeed) -> dict[str, Any]:
    return {
        "id": f"need:{need.number}",
        "url": _link(request, need),
        "title": need.title,
        "content_text": _words(need),
        "date_published": _midnight(need.month).isoformat(),
        "date_modified": _midnight(need.changed_on).isoformat(),
        "tags": [need.kind, need.community],
        "_need": {"number": need.number, "category": need.kind_code, "stage": need.stage_code},
    }


@_feed
def needs_csv(request: Request) -> HttpResponse:
    """Hand out the open list as Excel opens it: UTF-8 with a mark, no cell a formula."""
    _wanted, page = _page(request, SHEET)
    titles = (_("编号"), _("类别"), _("社区"), _("小区"), _("提出月份"), _("办到哪一步"), _("内容"))
    rows = [
        (n.number, n.kind, n.community, n.place, n.month.strftime("%Y-%m"), n.stage, n.text)
        for n in page.needs
    ]
    content = csv_bytes([OutColumn(title) for title in titles], rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="needs.csv"'
    return response


@_feed
def needs_geojson(request: Request) -> HttpResponse:
    """Hand out the open list as GeoJSON: WGS-84, a point no finer than the compound, or none."""
    wanted, page = _page(request, SHEET)
    network = StreetNetwork.objects.filter(district=request.district).order_by("-id").first()
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "attribution": (network.attribution or network.source) if network is not None else "",
        "features": [_feature(request, need) for need in page.needs],
    }
    if page.next_after:
        query = wanted.query(after=page.next_after)
        body["next"] = request.build_absolute_uri(f"{reverse('needs_geojson')}?{query}")
    return HttpResponse(orjson.dumps(body), content_type="application/geo+json")


def _feature(request: Request, need: PublicNeed) -> dict[str, Any]:
    has_point = need.lon is not None and need.lat is not None
    point = {"type": "Point", "coordinates": [need.lon, need.lat]} if has_point else None
    return {
        "type": "Feature",
        "id": need.number,
        "geometry": point,
        "properties": {
            "category": need.kind_code,
            "category_name": need.kind,
            "community": need.community,
            "place": need.place,
            "month": need.month.strftime("%Y-%m"),
            "stage": need.stage_code,
            "stage_name": need.stage,
            "text": need.text,
            "url": _link(request, need),
        },
    }
