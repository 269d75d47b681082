"""Open311 GeoReport v2, and mySociety's updates: what another system may read and say, in JSON and in XML.

    GET  discovery  services  services/<code>  requests  requests/<id>  request/<id>  tokens/<id>
    POST requests                         a key; answers number, promise, and the asker's code
    GET, POST servicerequestupdates       what happened; what an asker adds by their own system

Every answer exists as .json and .xml. Refusals read [{code, description}] here and nowhere else in the
house: 400, 401, 403, 404 as the standard has them, 429 where somebody asks too often.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

import orjson
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotThere, Refusal, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs import open311_asked as asked
from lingju.needs import open311_shapes as shapes
from lingju.needs import open311_statuses, open311_updates, open311_xml
from lingju.needs.models import Category, Need
from lingju.needs.services import exchanging, keys, saying
from lingju.needs.services.keys import KeyHolder
from lingju.places.services.marks import tidy

MOST: Final = 1000
AS_THEY_ARE: Final = (400, 401, 403, 404, 405, 429)
Page = Callable[..., tuple[str, Any]]


def door(*methods: str) -> Callable[[Page], Callable[..., HttpResponse]]:
    """Make a page of what returns a root's name and a value: in the asked format, refusals included."""

    def decorate(page: Page) -> Callable[..., HttpResponse]:
        @open_to(everyone)
        @wraps(page)
        def answered(request: Request, *args: Any, fmt: str, **kwargs: Any) -> HttpResponse:
            try:
                if ("GET" if request.method == "HEAD" else request.method) not in methods:
                    raise _WrongMethod(_("这里不能这样用。"))
                asked.check_jurisdiction(request.GET or request.POST, request.district)
                root, value = page(request, *args, **kwargs)
            except Refusal as refusal:
                return _refused(refusal, fmt, methods)
            return _written(root, value, fmt, 200)

        answered.csrf_exempt = True  # type: ignore[attr-defined]  # who writes shows a key, not a cookie
        return answered

    return decorate


class _WrongMethod(Refusal):
    status = HTTPStatus.METHOD_NOT_ALLOWED


def _written(root: str, value: Any, fmt: str, status: int) -> HttpResponse:
    if fmt == "xml":
        body, media_type = open311_xml.written(root, value), "text/xml; charset=utf-8"
    else:
        body, media_type = orjson.dumps(value), "application/json; charset=utf-8"
    response = HttpResponse(body, status=status, content_type=media_type)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _refused(refusal: Refusal, fmt: str, methods: tuple[str, ...]) -> HttpResponse:
    code = refusal.status if refusal.status in AS_THEY_ARE else 400
    said = [str(refusal)]
    if isinstance(refusal, BadInput):
        said = [f"{name}: {why}" for name, why in refusal.fields.items()] or said
    errors = [{"code": code, "description": words} for words in said]
    response = _written("errors", errors, fmt, code)
    if isinstance(refusal, TooOften):
        response["Retry-After"] = str(refusal.wait_seconds)
    if isinstance(refusal, _WrongMethod):
        response["Allow"] = ", ".join(methods)
    return response


def _holder(request: Request) -> KeyHolder | None:
    """Return whose key came along with a reading, if one did."""
    clear = request.GET.get("api_key", "") or request.headers.get("X-Api-Key", "")
    return keys.holder_of(request.district, clear) if clear else None


def _writer(request: Request) -> KeyHolder:
    clear = request.POST.get("api_key", "") or request.headers.get("X-Api-Key", "")
    return keys.writer_of(request.district, clear)


def _needs(request: Request, holder: KeyHolder | None) -> QuerySet[Need]:
    """Return the needs that may be read: what is listed, and what came from the same system."""
    rows = Need.objects.filter(district=request.district)
    mine = Q(foreign_numbers__system=holder.system) if holder is not None else Q(pk__in=())
    public = rows.listed() if holder is None else rows.filter(mine | Q(pk__in=rows.listed().values("pk")))
    related = ("category", "area", "compound", "station", "owner_area", "owner_org", "district")
    return public.select_related(*related).distinct()


@door("GET")
def discovery(request: Request) -> tuple[str, Any]:
    """Say what this server is."""
    base = request.build_absolute_uri(request.path).rpartition("/")[0]
    return "discovery", shapes.discovery(request.district, base)


@door("GET")
def services(request: Request) -> tuple[str, Any]:
    """List the kinds of need."""
    kinds = Category.objects.offered().filter(district=request.district).select_related("parent")
    return "services", [shapes.service(kind) for kind in kinds]


@door("GET")
def service(request: Request, service_code: str) -> tuple[str, Any]:
    """Say what may be said about one kind."""
    return "service_definition", shapes.definition(asked.kind_of(request.district, service_code))


@door("GET", "POST")
def requests(request: Request) -> tuple[str, Any]:
    """List needs, or say a new one."""
    if request.method == "POST":
        return "service_requests", [_said(request, _writer(request))]
    keys.count_reading(request.district)
    holder = _holder(request)
    rows = _asked_for(_needs(request, holder), request, holder).order_by("-submitted_at", "-pk")
    return "service_requests", shapes.requests(list(rows[:MOST]), holder)


def _said(request: Request, holder: KeyHolder) -> dict[str, Any]:
    """Say what a request says, once however often it is sent."""
    said = asked.saying_of(request.district, request.POST, request.FILES, holder)
    key = asked.key_of(request.POST, holder)
    return shapes.accepted(saying.submit(request.district, said, key=key, actor=holder))


def _asked_for(rows: QuerySet[Need], request: Request, holder: KeyHolder | None) -> QuerySet[Need]:
    """Keep what a question asks for; ids override everything else."""
    if numbers := asked.listed(request.GET, "service_request_id"):
        return rows.filter(number__in=numbers)
    span = asked.span(request.GET).in_days if holder is None else asked.span(request.GET)
    rows = rows.filter(submitted_at__gte=span.since, submitted_at__lte=span.until)
    if codes := asked.listed(request.GET, "service_code"):
        rows = rows.filter(category__code__in=codes)
    wanted = asked.statuses(request.GET)
    if len(wanted) == 1:
        rows = rows.filter(is_over=open311_statuses.CLOSED in wanted)
    return rows


@door("GET")
def one(request: Request, number: str) -> tuple[str, Any]:
    """Show one need."""
    keys.count_reading(request.district)
    holder = _holder(request)
    return "service_requests", shapes.requests([_one(request, number, holder)], holder)


def _one(request: Request, number: str, holder: KeyHolder | None) -> Need:
    found = _needs(request, holder).filter(number=tidy(number)).first()
    if found is None:
        raise NotThere(_("没有这个 service_request_id，或者它不公开。"))
    return found


@door("GET")
def token(request: Request, number: str) -> tuple[str, Any]:
    """Say which request a token became: here they are the same from the first moment."""
    need = _one(request, number, _holder(request))
    return "service_requests", [{"service_request_id": need.number, "token": need.number}]


@door("GET", "POST")
def updates(request: Request) -> tuple[str, Any]:
    """List what happened, or add what an asker says by their own system."""
    if request.method == "POST":
        return "service_request_updates", [_heard(request, _writer(request))]
    keys.count_reading(request.district)
    holder = _holder(request)
    span = asked.span(request.GET).in_days if holder is None else asked.span(request.GET)
    rows = _needs(request, holder)
    if numbers := asked.listed(request.GET, "service_request_id"):
        rows = rows.filter(number__in=numbers)
    found = open311_updates.updates(rows, span.since, span.until, holder=holder, most=MOST)
    return "service_request_updates", found


def _heard(request: Request, holder: KeyHolder) -> dict[str, Any]:
    """Hear an update; a status of theirs that we do not know is refused rather than guessed."""
    status = request.POST.get("status", "").strip().upper()
    if status and status not in open311_statuses.KNOWN:
        sentence = _("没有这种 status。")
        raise BadInput(sentence, {"status": sentence})
    need = _one(request, request.POST.get("service_request_id", "").strip(), holder)
    entry = exchanging.heard(
        need,
        request.POST.get("description", ""),
        open311_statuses.MEANT.get(status, ""),
        status=status,
        holder=holder,
    )
    return {"update_id": str(entry.pk), "service_request_id": need.number, "account_id": None}
