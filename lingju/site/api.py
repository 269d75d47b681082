"""The API of every module under one roof: orjson out, refusals as problem+json, no page from a CDN."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer

from lingju.kernel.errors import BadInput, NotThere, Refusal
from lingju.kernel.rules import everyone, open_to
from lingju.places.api import router as places
from lingju.site.refusals import problem


class Orjson(BaseRenderer):
    """Chinese stays Chinese: nothing is escaped that JSON does not demand."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the bytes of an answer."""
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)


api = NinjaAPI(
    title="Lingju",
    version="1",
    description="What stands where, whether it is open, how far it is on foot. No personal data.",
    docs_url=None,  # its page would ask a CDN; /api/v1/openapi.json says the same
    urls_namespace="api",
    renderer=Orjson(),
)
api.add_router("", places)


@api.exception_handler(ValidationError)
def bad_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a question that cannot be understood, naming each part."""
    fields = {str(one["loc"][-1]): _sentence(one) for one in error.errors}
    return problem(request, BadInput(_("请求的参数不对。"), fields))


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer for what is not there."""
    return problem(request, NotThere(_("没有这一项。")))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework itself refuses."""
    refusal = Refusal(str(error))
    refusal.status = error.status_code
    return problem(request, refusal)


def _sentence(error: dict[str, Any]) -> str:
    if error.get("type") == "missing":
        return _("缺少这个参数。")
    return str(error.get("msg", ""))


def reading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view be asked by HEAD as by GET, and refuse other methods as a problem."""

    @open_to(everyone)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            answered = view(request, *args, **kwargs)
        finally:
            request.method = asked  # whoever sends the answer leaves the body of a HEAD out
        if answered.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return answered
        refusal = Refusal(_("这里只能读。"))
        refusal.status = HTTPStatus.METHOD_NOT_ALLOWED
        told = problem(request, refusal)
        told["Allow"] = "GET, HEAD"
        return told

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # nothing here writes
    return answer


urls = api.urls
for pattern in urls[0]:
    assert isinstance(pattern, URLPattern)
    pattern.callback = reading(pattern.callback)
