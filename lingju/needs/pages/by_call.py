"""Telling by telephone: what changed is read out to one person, and who called is written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.asking import whole_number
from lingju.kernel.errors import NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.models import Asker, Entry
from lingju.needs.queries import callback as queries
from lingju.needs.queries import sight, steps
from lingju.needs.queries.sight import Sight
from lingju.needs.queries.steps import Step
from lingju.needs.rules import keeps_a_counter
from lingju.needs.services import by_call, handling

ROWS = 50
PAGE = "tell"
BESIDE = ("need__category", "need__area", "need__compound", "need__owner_area", "need__owner_org")


@dataclass(frozen=True, slots=True)
class Call:
    """One call that waits: to whom, what is told, how often nobody answered."""

    asker: Asker
    step: Step | None
    fact: int
    tries: int


def calls_of(request: Request) -> tuple[Page[Asker], list[Call]]:
    """Return a page of the list of whom to tell, and its rows: what is told is read in one query."""
    waiting = queries.to_tell(request.actor, request.district).select_related(*BESIDE)
    page = Paginator(waiting, ROWS).get_page(request.GET.get(PAGE))
    return page, _calls(list(page.object_list))


def _calls(askers: Sequence[Asker]) -> list[Call]:
    known = Entry.objects.in_bulk([asker.fact for asker in askers])  # type: ignore[attr-defined]
    seen = sight.sights(askers)
    return [_call(seen[asker.pk], known[asker.fact]) for asker in askers]  # type: ignore[attr-defined]


def _call(seen: Sight, entry: Entry) -> Call:
    asker = seen.asker
    return Call(asker, steps.told_of(entry, seen), entry.pk, asker.tries)  # type: ignore[attr-defined]


@open_to(keeps_a_counter)
@never_cache
def desk_tell_one(request: Request, asker_id: int) -> HttpResponse:
    """Show what to tell one person, the number on a press that is kept; note that they know, or no answer."""
    call = _call_to(request, asker_id)
    does = request.POST.get("do", "") if request.method == "POST" else ""
    if does in ("told", "in_vain"):
        return _noted(request, call, does)
    phone = handling.see_phone(call.asker, actor=request.actor) if does == "phone" else ""
    context = {"call": call, "need": call.asker.need, "phone": phone, "calls": by_call.MOST_CALLS}
    return render(request, "needs/callback_tell.html", context)


def _call_to(request: Request, asker_id: int) -> Call:
    """Return the call that waits for one person; for whom none waits, or not here, it is not there."""
    waiting = queries.to_tell(request.actor, request.district).filter(pk=asker_id)
    found = list(waiting.select_related(*BESIDE, "need__district"))
    if not found:
        raise NotThere(_("这位不用您打：可能已经告诉过了，或者这件事不归您这里。"))
    return _calls(found)[0]


def _noted(request: Request, call: Call, does: str) -> HttpResponse:
    verb = by_call.told if does == "told" else by_call.in_vain
    fact = whole_number(request.POST.get("fact", "")) or 0
    try:
        verb(call.asker, fact, actor=request.actor)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(request.path)
    messages.success(request, _sentence(call, does))
    return HttpResponseRedirect(reverse("desk_callback"))


def _sentence(call: Call, does: str) -> str:
    if does == "told":
        return _("记下了：告诉他了。")
    if call.tries + 1 >= by_call.MOST_CALLS:
        return _("三次没打通，不再打了。他凭编号和查询码来看，也看得到。")
    return _("记下了：第 %(n)d 次没打通。换个时间再打。") % {"n": call.tries + 1}
