"""The desk's list of needs: piles, filters, search; several needs at once; keys on or off."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lingju.kernel.asking import whole_number
from lingju.kernel.errors import BadInput, NotNow, NotThere, Refusal
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.forms.desk import BulkForm
from lingju.needs.models import Need, SavedFilter
from lingju.needs.pages.desk_shown import KEYS_COOKIE, OFF, keys_are_on, page
from lingju.needs.queries import doors
from lingju.needs.queries.desk import Wanted
from lingju.needs.rules import keeps_a_counter, works_at_a_desk
from lingju.needs.services import filters, handling, linking, offering
from lingju.needs.services.handling import Mending
from lingju.people.models import Organisation
from lingju.places.models import Area

YEAR_S = 365 * 24 * 3600
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Gone:
    """What became of one need of several: it went, or the reason why it did not."""

    number: str
    title: str
    need_id: int | None
    why_not: str = ""


@open_to(keeps_a_counter)
def desk_needs(request: Request) -> HttpResponse:
    """Show a pile, and beside it the need on top."""
    return page(request, Wanted.of(request.GET), None)


@open_to(works_at_a_desk)
@require_POST
def desk_needs_bulk(request: Request) -> HttpResponse:
    """Do one thing with several needs; say of each whether it went, and why not."""
    wanted = Wanted.of(request.GET)
    form = BulkForm(request.POST)
    chosen = _chosen(request.POST.getlist("ids"))
    done: list[Gone] = []
    if not chosen:
        form.add_error(None, _("一件也没选。先勾上要办的。"))
    elif len(chosen) > MOST_AT_ONCE:
        form.add_error(None, _("一次最多 %(n)d 件，请少选几件。") % {"n": MOST_AT_ONCE})
    elif form.is_valid():
        try:
            done = _bulk(request, form, chosen)
        except BadInput as refusal:
            form.show(refusal)
    status = 422 if form.errors else 200
    known = doors.in_reach(doors.doors(request.district), request.actor)
    shown = {"form": form, "chosen": request.POST.getlist("ids"), "done": done, "wanted": wanted}
    return render(request, "needs/desk_bulk.html", {**shown, "doors": known}, status=status)


@open_to(works_at_a_desk)
@require_POST
def desk_filter_keep(request: Request) -> HttpResponse:
    """Keep the filters of the list under a name."""
    wanted = Wanted.of(request.GET)
    try:
        filters.keep(request.POST.get("name", ""), wanted.kept, actor=request.actor)
        messages.success(request, _("留下了，在列表上面。"))
    except (BadInput, NotNow) as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(f"{reverse('desk_needs')}?{wanted.query()}")


@open_to(works_at_a_desk)
@require_POST
def desk_filter_forget(request: Request, filter_id: int) -> HttpResponse:
    """Forget a kept filter of one's own."""
    kept = SavedFilter.objects.visible_to(request.actor).filter(pk=filter_id).first()
    if kept is None:
        raise NotThere(_("没有找到这个常用筛选。"))
    filters.forget(kept, actor=request.actor)
    messages.success(request, _("去掉了。"))
    return HttpResponseRedirect(f"{reverse('desk_needs')}?{Wanted.of(request.GET).query()}")


@open_to(keeps_a_counter)
@require_POST
def desk_needs_keys(request: Request) -> HttpResponse:
    """Switch single keys off, or on again, in this browser."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = HttpResponseRedirect(back if is_ours and back.startswith("/") else reverse("desk_needs"))
    response.set_cookie(
        KEYS_COOKIE,
        OFF if keys_are_on(request) else "on",
        max_age=YEAR_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _chosen(said: Sequence[str]) -> list[tuple[int, int]]:
    """Return the needs that were ticked, each with the version its row showed."""
    found = {}
    for one in said:
        said, _dash, seen = one.partition("-")
        pk, version = whole_number(said), whole_number(seen)
        if pk is not None and version is not None:
            found[pk] = version
    return list(found.items())


def _bulk(request: Request, form: BulkForm, chosen: Sequence[tuple[int, int]]) -> list[Gone]:
    rows = Need.objects.visible_to(request.actor).filter(pk__in=[pk for pk, _version in chosen])
    beside = (
        "category__parent",
        "owner_area",
        "owner_org",
        "district",
        "cluster",
        "area",
        "compound",
        "station",
    )
    known = {need.pk: need for need in rows.select_related(*beside)}
    lost = [
        Gone("", _("没找到，或者不归您管"), None, _("没有办。")) for pk, _version in chosen if pk not in known
    ]
    found = [(known[pk], version) for pk, version in chosen if pk in known]
    if form.cleaned_data["deed"] == "cluster":
        return _together(request, form, found) + lost
    door = _door(request, form)
    return [_one(request, form, need, version, door) for need, version in found] + lost


def _door(request: Request, form: BulkForm) -> Area | Organisation | None:
    """Return the door that all go to, or refuse at once where none is named: nothing has moved yet."""
    if form.cleaned_data["deed"] != "hand_over":
        return None
    return doors.door_called(form.cleaned_data["door"], doors.doors(request.district))


def _together(request: Request, form: BulkForm, found: Sequence[tuple[Need, int]]) -> list[Gone]:
    """Put all together or none: half a cluster helps nobody."""
    needs = [need for need, _version in found]
    why_not = ""
    try:
        title = form.cleaned_data["text"] or (needs[0].title if needs else "")
        linking.cluster(needs, title, actor=request.actor)
    except Refusal as refusal:
        why_not = str(refusal)
    return [Gone(need.number, need.title, need.pk, why_not) for need in needs]


def _one(
    request: Request, form: BulkForm, need: Need, version: int, door: Area | Organisation | None
) -> Gone:
    """Do it with one need; a refusal is its own and stops no other."""
    text, actor = form.cleaned_data["text"], request.actor
    try:
        match form.cleaned_data["deed"]:
            case "take":
                handling.take(need, actor=actor, version=version)
            case "hand_over":
                assert door is not None
                offering.hand_over(need, door, text, actor=actor, version=version)
            case "note":
                handling.note(need, text, actor=actor)
            case deed:
                mending = Mending(is_listed=deed == "list", public_text=need.public_text or need.title)
                handling.mend(need, mending, actor=actor, version=version)
    except Refusal as refusal:
        return Gone(need.number, need.title, need.pk, str(refusal))
    return Gone(need.number, need.title, need.pk)
