"""The API of every module under one roof: orjson out, refusals as problem+json, no page from a CDN."""

from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer

from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn, NotThere, Refusal
from lingju.kernel.rules import everyone, open_to
from lingju.needs.api import router as needs
from lingju.needs.api_desk import router as needs_desk
from lingju.places.api import router as places
from lingju.places.api_devices import router as devices
from lingju.site.refusals import problem

PROBLEM = "application/problem+json"
WORDS: dict[int, Refusal] = {
    HTTPStatus.BAD_REQUEST: Refusal(gettext_lazy("请求的正文不是完整的 JSON，请核对后再发。")),
    HTTPStatus.UNAUTHORIZED: NotSignedIn(gettext_lazy("请先登录，再办这件事。")),
    HTTPStatus.FORBIDDEN: NotAllowed(gettext_lazy("请带上 X-CSRFToken，再发一次。")),
}


class Orjson(BaseRenderer):
    """Chinese stays Chinese: nothing is escaped that JSON does not demand."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the bytes of an answer."""
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)


class Described(NinjaAPI):
    """An API that says of what media type its refusals are."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the description; every refusal is problem+json (RFC 9457)."""
        schema = super().get_openapi_schema(**options)
        operations = [operation for path in schema["paths"].values() for operation in path.values()]
        answers = [pair for operation in operations for pair in operation["responses"].items()]
        for code, answer in answers:
            if int(code) >= HTTPStatus.BAD_REQUEST and "content" in answer:
                answer["content"] = {PROBLEM: answer["content"]["application/json"]}
        return schema


api = Described(
    title="Lingju",
    version="1",
    description=(
        "What stands where, whether it is open, how far it is on foot; what people need, what came of it, "
        "and whether who asked is satisfied. Public answers hold no personal data."
    ),
    docs_url=None,  # its page would ask a CDN; /api/v1/openapi.json says the same
    urls_namespace="api",
    renderer=Orjson(),
)
api.add_router("", places)
api.add_router("", devices)
api.add_router("", needs)
api.add_router("", needs_desk)


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
    refusal = WORDS.get(error.status_code)
    if refusal is None:
        refusal = Refusal(str(error))
        refusal.status = error.status_code
    return problem(request, refusal)


def _sentence(error: dict[str, Any]) -> str:
    if error.get("type") == "missing":
        return _("缺少这个参数。")
    return str(error.get("msg", ""))


def answering(view: Callable[..., HttpResponse], methods: Collection[str]) -> Callable[..., HttpResponse]:
    """Let a view be asked by HEAD as by GET, and refuse the methods it has not as a problem."""

    @open_to(everyone)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            answered = view(request, *args, **kwargs)
        finally:
            request.method = asked  # whoever sends the answer leaves the body of a HEAD out
        if answered.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return answered
        refusal = Refusal(_("这里只能读。") if "GET" in methods else _("这里只能用 POST 来办。"))
        refusal.status = HTTPStatus.METHOD_NOT_ALLOWED
        told = problem(request, refusal)
        told["Allow"] = ", ".join(sorted({*methods} | ({"HEAD"} if "GET" in methods else set())))
        return told

    # Who writes shows a key or a code; where the session counts, the operation itself asks for the token.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def methods_of() -> dict[str, set[str]]:
    """Return which methods each address by name can be asked by."""
    found: dict[str, set[str]] = {}
    views = [view for _prefix, router in api._routers for view in router.path_operations.values()]
    for view in views:
        methods = (operation.methods for operation in view.operations)
        found.setdefault(str(view.url_name), set()).update(*methods)
    return found


# The framework lists an address once for each method; one entry answers them all.
_by_route = {str(pattern.pattern): pattern for pattern in reversed(api.urls[0])}
urls = ([*reversed(_by_route.values())], *api.urls[1:])
_METHODS = methods_of()
for pattern in urls[0]:
    assert isinstance(pattern, URLPattern)
    pattern.callback = answering(pattern.callback, _METHODS.get(str(pattern.name), {"GET"}))
