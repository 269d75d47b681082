"""The demo's door: choose a part and look around as that person. Exists in demo and test mode only."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people import sessions
from lingju.site.demo import cast


@open_to(everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: Request) -> HttpResponse:
    """List the parts; a POST opens a session as the chosen one."""
    if not request.district.is_demo:
        raise NotThere(_("这里不是演示区。"))
    if request.method != "POST":
        return render(request, "site/demo.html", {"parts": cast.PARTS})
    account = cast.account_of(request.district, request.POST.get("part", ""))
    if account is None:
        raise NotThere(_("没有这个演示身份，请从列表里选一个。"))
    # The second factor counts as shown: a demo has no phone to show it on.
    sessions.enter(request, account, second_factor=True)
    return HttpResponseRedirect(reverse("desk" if account.holdings.exists() else "home"))
