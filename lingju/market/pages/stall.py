"""The stall on a helper's telephone: ± by one press, a correction, what is left over; opened by its card.

Without a script each press is a form; with one, presses are kept on the device first and sent when the
network allows (`tally.js`), as at the door of a session.
"""

import secrets

import orjson
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lingju.kernel.asking import Asking
from lingju.kernel.errors import BadInput, NotNow, NotThere, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.market import passes
from lingju.market.forms.stall import CorrectForm, LeaveForm, PressForm, batch
from lingju.market.models import Stall
from lingju.market.queries import markets as queries
from lingju.market.rules import StallHelper
from lingju.market.services import leaving, tallying
from lingju.needs.services.saying import CallFirst, Receipt
from lingju.people.factors import qr

FORMS: dict[str, type[Asking]] = {"press": PressForm, "correct": CorrectForm}


def _shown_by(request: Request, stall_token: str) -> tuple[Stall, StallHelper]:
    """Return the stall of a card and who acts by it; a strange or revoked card opens nothing."""
    stall = passes.read(stall_token)
    if stall is None or stall.district_id != request.district.pk:
        raise NotThere(_("这张摊位卡不能用了。请向社区要新的一张。"))
    return stall, StallHelper(stall.pk, stall.district_id)


@open_to(everyone)
@never_cache
def stall_tally(request: Request, stall_token: str) -> HttpResponse:
    """Show the count of a stall; a press or a correction that is sent is kept."""
    stall, helper = _shown_by(request, stall_token)
    what = request.POST.get("what", "")
    forms = {name: _form(name, request, what) for name in FORMS}
    status = 200
    if request.method == "POST":
        if what not in forms:
            raise NotThere(_("没有这一步。"))
        status = _kept(request, stall, helper, forms[what])
        if status == 200:
            return HttpResponseRedirect(reverse("stall_tally", args=[stall_token]))
    shown = {
        "stall": stall,
        "market": stall.market,
        "token": stall_token,
        "visits": tallying.visits_of(stall),
        "is_counting": stall.is_in and stall.market.state in tallying.COUNTING,
        "leftovers": [one for one in queries.leftovers(stall.market) if one.stall_id == stall.pk],
        "forms": forms,
        "nonce": lambda: secrets.token_urlsafe(12),
    }
    return render(request, "market/tally.html", shown, status=status)


def _form(name: str, request: Request, what: str) -> Asking:
    data = request.POST if request.method == "POST" and what == name else None
    return FORMS[name](data, initial={"nonce": secrets.token_urlsafe(12)}, auto_id=f"{name}_%s")


def _kept(request: Request, stall: Stall, helper: StallHelper, form: Asking) -> int:
    """Keep what was sent, or put the refusal into the form; return the status to answer with."""
    if not form.is_valid():
        return 422
    try:
        if isinstance(form, PressForm):
            tallying.tally(stall, form.press(), actor=helper)
            messages.success(request, _("记下了。"))
        else:
            told = form.cleaned_data
            changed = tallying.correct(stall, told["visits"], told["why"], key=told["nonce"], actor=helper)
            messages.success(
                request, _("更正了 %(n)+d。") % {"n": changed} if changed else _("本来就是这个数。")
            )
    except BadInput as refusal:
        form.show(refusal)
        return refusal.status
    except NotNow as refusal:
        form.add_error(None, str(refusal))
        return refusal.status
    return 200


@open_to(everyone)
@require_POST
@never_cache
def stall_counts(request: Request, stall_token: str) -> HttpResponse:
    """Take in what a device has kept, as JSON; answer what became of each press, and the count now."""
    stall, helper = _shown_by(request, stall_token)
    if request.content_type != "application/json":
        raise BadInput(_("送来的内容看不懂，没有收。"))
    presses, device = batch(request.body)
    outcomes = tallying.take_in(stall, presses, device=device, actor=helper)
    told = {
        "outcomes": [
            {"nonce": one.nonce, "kept": one.was_kept, "new": one.is_new, "words": one.words}
            for one in outcomes
        ],
        "visits": tallying.visits_of(stall),
    }
    return HttpResponse(orjson.dumps(told), content_type="application/json")


@open_to(everyone)
@never_cache
def stall_leave(request: Request, stall_token: str) -> HttpResponse:
    """Write down what could not be finished; answer with number and code, for whoever it is about."""
    stall, helper = _shown_by(request, stall_token)
    kinds = queries.kinds_of(stall.district)
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        kinds=kinds,
        initial={"key": secrets.token_urlsafe(16), "by": "paper"},
    )
    flags: tuple[object, ...] = ()
    status = 200
    if request.method == "POST":
        found = _left(stall, helper, form)
        if isinstance(found, Receipt):
            return _receipt(request, stall, stall_token, found)
        status, flags = found
    shown = {"stall": stall, "market": stall.market, "token": stall_token, "form": form, "flags": flags}
    return render(request, "market/leave.html", shown, status=status)


def _left(stall: Stall, helper: StallHelper, form: LeaveForm) -> Receipt | tuple[int, tuple[object, ...]]:
    if not form.is_valid():
        return 422, ()
    try:
        return leaving.leave_over(stall, form.leaving(), key=form.cleaned_data["key"], actor=helper)
    except CallFirst as refusal:
        return refusal.status, refusal.flags
    except BadInput as refusal:
        form.show(refusal)
        return refusal.status, ()
    except (NotNow, TooOften) as refusal:
        form.add_error(None, str(refusal))
        return refusal.status, ()


def _receipt(request: Request, stall: Stall, stall_token: str, receipt: Receipt) -> HttpResponse:
    """Show number and code, once; sent again, the same press shows the same."""
    whole = request.build_absolute_uri(reverse("matter", args=[receipt.need.number]))
    shown = {
        "stall": stall,
        "market": stall.market,
        "token": stall_token,
        "need": receipt.need,
        "code": str(receipt.code),
        "is_new": receipt.is_new,
        "address": whole,
        "picture": qr(f"{whole}#{receipt.code}"),
    }
    return render(request, "market/left.html", shown)
