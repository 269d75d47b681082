"""My messages, and for officers of the district those that did not go out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from lingju.kernel.asking import whole_number
from lingju.kernel.errors import NotNow
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to, signed_in
from lingju.notify import queries, services
from lingju.notify.models import Notice
from lingju.notify.rules import sends_again
from lingju.people import sms

A_PAGE = 30


@open_to(signed_in)
@never_cache
def my_notices(request: Request) -> HttpResponse:
    """Show my messages, newest first; a press says that I have read one, or all."""
    if request.method == "POST":
        _read(request)
        return HttpResponseRedirect(f"{reverse('my_notices')}?page={_page_number(request)}")
    page = Paginator(Notice.objects.visible_to(request.actor), A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "unread": queries.unread(request.actor)}
    return render(request, "notify/notices.html", shown)


def _read(request: Request) -> None:
    if request.POST.get("do") == "all":
        count = services.read_all(actor=request.actor)
        messages.success(
            request, ngettext("%(num)s 条都看过了。", "%(num)s 条都看过了。", count) % {"num": count}
        )
        return
    notice = queries.notice_of(request.actor, whole_number(request.POST.get("notice", "")) or 0)
    services.read(notice, actor=request.actor)


def _page_number(request: Request) -> int:
    return whole_number(request.GET.get("page", "")) or 1


@open_to(sends_again)
@never_cache
def desk_messages(request: Request) -> HttpResponse:
    """List the messages that did not go out, with the reason; send one again."""
    if request.method == "POST":
        message = queries.message_of(request.actor, whole_number(request.POST.get("message", "")) or 0)
        try:
            services.try_again(message, actor=request.actor)
            messages.success(request, _("放回去了，会再发一次；夜里不打扰人，早上发。过一会儿来看。"))
        except NotNow as refusal:
            messages.warning(request, str(refusal))
        return HttpResponseRedirect(f"{reverse('desk_messages')}?page={_page_number(request)}")
    page = Paginator(queries.stuck(request.actor), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "lines": [queries.told(message) for message in page],
        "has_gateway": sms.is_connected(),
    }
    return render(request, "notify/desk_messages.html", shown)
