"""Calling back: somebody who did not handle it asks by telephone, and writes down what they hear."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.forms.judge import JudgeForm
from lingju.needs.models import Asker, Asking
from lingju.needs.pages.by_call import calls_of
from lingju.needs.pages.judge import answer_of
from lingju.needs.queries import callback as queries
from lingju.needs.rules import keeps_a_counter
from lingju.needs.services import handling, heeding, judging
from lingju.needs.services.judging import CALLS, Verdict

ROWS = 50
SHOWN = ("need__category", "need__area", "need__compound", "need__owner_area", "need__owner_org", "asker")


@open_to(keeps_a_counter)
@never_cache
def desk_callback(request: Request) -> HttpResponse:
    """List who waits for a call of somebody else than the handler, and who is to be told what changed."""
    waiting = queries.waiting(request.actor, request.district).select_related(*SHOWN)
    page = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    tell_page, tell = calls_of(request)
    context = {"page": page, "tell_page": tell_page, "tell": tell, "calls": CALLS}
    return render(request, "needs/callback_list.html", context)


@open_to(keeps_a_counter)
@never_cache
def desk_callback_one(request: Request, asker_id: int) -> HttpResponse:
    """Ask one person: show the number on a press that is kept; write the verdict, or that nobody answers."""
    asking = _asking_for(request, asker_id)
    asker = asking.asker
    does = request.POST.get("do", "verdict") if request.method == "POST" else ""
    if does == "not_reached":
        return _not_reached(request, asker)
    phone = handling.see_phone(asker, actor=request.actor) if does == "phone" else ""
    form = JudgeForm(request.POST if does == "verdict" else None)
    if does == "verdict" and form.is_valid() and _recorded(request, asker, form):
        messages.success(request, _("记下了。"))
        for flag in heeding.dangers_in(form.cleaned_data["why"], request.district):
            messages.warning(request, flag.sentence)
        return HttpResponseRedirect(reverse("desk_callback"))
    context = {
        "asking": asking,
        "asker": asker,
        "need": asker.need,
        "answer": answer_of(asker.need, asking.round),
        "phone": phone,
        "form": form,
        "calls": CALLS,
    }
    return render(request, "needs/callback_one.html", context, status=422 if form.errors else 200)


def _asking_for(request: Request, asker_id: int) -> Asking:
    """Return what the actor may call about; anything else is not there."""
    waiting = queries.waiting(request.actor, request.district).filter(asker_id=asker_id)
    found = waiting.select_related(
        "asker__need__district", *(f"asker__{name}" for name in SHOWN[:-1])
    ).first()
    if found is None:
        raise NotThere(_("这位不用您打：可能已经评过，或者这件事是您自己办的。"))
    return found


def _recorded(request: Request, asker: Asker, form: JudgeForm) -> bool:
    """Write a verdict down that was heard by telephone; say whether it is written."""
    said = form.cleaned_data
    verdict = Verdict(said["satisfied"], said["solved"], said["why"])
    try:
        judging.judge(asker, verdict, by=Asker.By.CALL, actor=request.actor)
    except BadInput as refusal:
        form.show(refusal)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _not_reached(request: Request, asker: Asker) -> HttpResponse:
    asking = judging.unreachable(asker, actor=request.actor)
    if asking.result == Asker.Confirmation.UNREACHABLE:
        messages.info(request, _("三次没打通，记为没联系上，不算满意。"))
    else:
        messages.info(request, _("记下了：第 %(n)d 次没打通。换个时间再打。") % {"n": asking.tries})
    return HttpResponseRedirect(reverse("desk_callback"))
