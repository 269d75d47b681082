"""Micro-wishes for everybody: cards without a name, claiming one, letting it go again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to, signed_in
from lingju.needs.flow_wishes import WISHES
from lingju.needs.forms.extras import ClaimForm, WhyForm
from lingju.needs.models import Wish
from lingju.needs.queries import wishes as queries
from lingju.needs.services import wishing

A_PAGE = 20


@open_to(everyone)
def wishes(request: Request) -> HttpResponse:
    """Show the wishes that wait for somebody, and what I have claimed."""
    page = Paginator(queries.published(request.district), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "mine": queries.claims_of(request.actor),
        "kept": queries.kept_count(request.district),
    }
    return render(request, "needs/wish_list.html", shown)


@open_to(everyone)
def wish(request: Request, wish_id: int) -> HttpResponse:
    """Show one wish; a form that is sent claims it."""
    found = queries.public_wish(request.actor, wish_id)
    form = ClaimForm(
        request.POST if request.method == "POST" else None,
        organisations=queries.organisations_of(request.actor),
    )
    if request.method == "POST":
        signed_in.check(request.actor)
        if form.is_valid() and _claimed(request, found, form):
            return HttpResponseRedirect(reverse("wish", args=[found.pk]))
    claim = queries.claim_of(request.actor, found)
    shown = {
        "wish": found,
        "claim": claim,
        "form": form,
        "may_claim": claim is None,
        "moves": {move.name for move in WISHES.allowed(found, request.actor)},
    }
    return render(request, "needs/wish_one.html", shown, status=422 if form.errors else 200)


def _claimed(request: Request, found: Wish, form: ClaimForm) -> bool:
    """Claim a wish, or put the refusal into the form."""
    try:
        wishing.claim(
            found,
            actor=request.actor,
            organisation=form.organisation_chosen(),
            promised_on=form.cleaned_data["promised_on"],
        )
    except BadInput as refusal:
        form.show(refusal)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("认领好了，谢谢您。七天之内请和社区联系，由社区陪您对接。"))
    return not form.errors


@open_to(signed_in)
@require_POST
def wish_release(request: Request, wish_id: int) -> HttpResponse:
    """Let my claim go: the wish waits for the next."""
    found = queries.public_wish(request.actor, wish_id)
    if queries.claim_of(request.actor, found) is None:
        raise NotThere(_("您没有认领这个心愿。"))
    form = WhyForm({"why": request.POST.get("why") or _("认领人办不了")})
    if form.is_valid():
        try:
            wishing.release(found, form.cleaned_data["why"], actor=request.actor)
            messages.success(request, _("放手了，别人可以接着认领。"))
        except NotNow as refusal:
            messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("wishes"))


@open_to(signed_in)
@require_POST
def wish_fulfil(request: Request, wish_id: int) -> HttpResponse:
    """Say that it is done; whether it is, the wisher says."""
    found = queries.public_wish(request.actor, wish_id)
    if queries.claim_of(request.actor, found) is None:
        raise NotThere(_("您没有认领这个心愿。"))
    try:
        wishing.fulfil(found, actor=request.actor)
        messages.success(request, _("记下了。社区会问问本人收到没有。"))
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("wish", args=[found.pk]))


@open_to(signed_in)
def wish_card(request: Request, wish_id: int) -> HttpResponse:
    """Print the card of my claim 认领卡: number, words, days; no name."""
    found = queries.public_wish(request.actor, wish_id)
    claim = queries.claim_of(request.actor, found)
    if claim is None:
        raise NotThere(_("您没有认领这个心愿。"))
    return render(request, "needs/wish_card.html", {"wish": found, "claim": claim, "back": reverse("wishes")})
