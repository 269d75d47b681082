"""The one handler of refusals: a page with a sentence for people, problem+json (RFC 9457) for programs.

Every refusal of the house ends here, and so does what Django itself refuses: a missing page, a stale
form, a file too large. Nothing here ever shows a trace.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote, urlencode

import orjson
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn, NotThere, Refusal, TooLarge, TooOften

logger = logging.getLogger(__name__)

TITLES = {
    400: gettext_lazy("这一步没办成"),
    401: gettext_lazy("请先登录"),
    403: gettext_lazy("这件事您办不了"),
    404: gettext_lazy("没找到这一页"),
    405: gettext_lazy("这里不能这样打开"),
    409: gettext_lazy("慢了一步"),
    413: gettext_lazy("文件太大了"),
    422: gettext_lazy("填的内容有问题"),
    429: gettext_lazy("太频繁了"),
    500: gettext_lazy("我们这边出了错"),
}


class RefusalMiddleware:
    """Answer every refusal raised below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; refusals come back through `process_exception`. A bare 405 is given its sentence."""
        if "\0" in unquote(request.META.get("QUERY_STRING", "")):
            # No address of ours asks with it, and PostgreSQL takes no text that holds it.
            return answer(request, Refusal(_("请求的内容不对，请回到上一页再试一次。")))
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        said = answer(request, _WrongMethod(_("这件事要在页面上按按钮来办，请回到上一页。")))
        said["Allow"] = response["Allow"]
        return said

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn an exception into an answer; None leaves it to Django's handler of 500s."""
        refusal = as_refusal(exception)
        return answer(request, refusal) if refusal else None


def as_refusal(exception: Exception) -> Refusal | None:
    """Translate Django's own refusals into ours; return None for what is a fault of the house."""
    if isinstance(exception, Refusal):
        return exception
    if isinstance(exception, Http404):
        return NotThere(_("这一页不在了，或者网址不对。从首页再找找看。"))
    if isinstance(exception, PermissionDenied):
        return NotAllowed(_("这件事要由有权限的工作人员来办。"))
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return TooLarge(_("一次交上来的内容太多了，请分几次交。"))
    if isinstance(exception, SuspiciousOperation | BadRequest):
        return Refusal(_("请求的内容不对，请回到上一页再试一次。"))
    return None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal: to the sign-in page, as problem+json, or as a page."""
    if wants_json(request):
        return problem(request, refusal)
    if isinstance(refusal, NotSignedIn):
        return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
    response = render(
        request,
        "site/refusal.html",
        {"title": TITLES.get(refusal.status, TITLES[400]), "refusal": refusal},
        status=refusal.status,
    )
    if isinstance(refusal, TooOften):
        response["Retry-After"] = str(refusal.wait_seconds)
    return response


def wants_json(request: HttpRequest) -> bool:
    """Say whether a program asked: by address, or by what it accepts."""
    return request.path.startswith("/api/") or request.accepts("text/html") is False


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the refusal as problem details (RFC 9457)."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": str(TITLES.get(refusal.status, TITLES[400])),
        "status": refusal.status,
        "detail": str(refusal),
        "instance": request.path,
    }
    if isinstance(refusal, BadInput | TooLarge) and refusal.fields:
        body["errors"] = [
            {"pointer": f"#/{name}", "detail": str(why)} for name, why in refusal.fields.items()
        ]
    response = HttpResponse(
        orjson.dumps(body), status=refusal.status, content_type="application/problem+json"
    )
    if isinstance(refusal, TooOften):
        response["Retry-After"] = str(refusal.wait_seconds)
    return response


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that no page has (`handler404`)."""
    return answer(request, NotThere(_("这一页不在了，或者网址不对。从首页再找找看。")))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django found suspicious before any page saw it (`handler400`)."""
    return answer(request, as_refusal(exception) or Refusal(_("请求的内容不对，请回到上一页再试一次。")))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or old (`CSRF_FAILURE_VIEW`)."""
    logger.info("csrf refused: %s %s", request.path, reason)
    return answer(request, NotAllowed(_("这一页放得太久了，请返回刷新后再交一次；您填的内容还在上一页。")))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the house without leaning on anything that may itself be broken (`handler500`)."""
    sentence = _("我们这边出了错，已经记下来了。请过一会儿再试，急事请打电话。")
    if wants_json(request):
        return problem(request, _Fault(sentence))
    hotline = getattr(getattr(request, "district", None), "hotline", "")
    title = TITLES[500]
    html = (
        f'<!doctype html><html lang="{settings.LANGUAGE_CODE}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<h1>{title}</h1><p>{sentence}</p><p>{hotline}</p>"
    )
    return HttpResponse(html, status=500)


class _WrongMethod(Refusal):
    """An address that only takes forms was opened, or the other way round."""

    status = 405


class _Fault(Refusal):
    """A fault of the house, in the shape of a refusal so that programs read it alike."""

    status = 500
