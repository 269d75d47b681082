"""What nobody said but many missed, at the desk: turn it into a need or say why not, one press each."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lingju.kernel.asking import whole_number
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.models import Category
from lingju.needs.queries import signals as queries
from lingju.needs.rules import oversees_the_loop, works_at_a_desk
from lingju.needs.services import signalling

WHYS = (
    gettext_lazy("已经有人在办"),
    gettext_lazy("附近已经有了"),
    gettext_lazy("只是偶然"),
    gettext_lazy("不归这里管"),
)


@open_to(works_at_a_desk)
def desk_signals(request: Request) -> HttpResponse:
    """List what waits, by area, with how often it was missed."""
    kinds = queries.kinds(request.district)
    shown = {
        "groups": queries.waiting(request.actor, kinds),
        "kinds": kinds,
        "whys": WHYS,
        "decided": queries.decided(request.actor),
        "oversees": oversees_the_loop.allows(request.actor),
    }
    return render(request, "needs/signal_list.html", shown)


@open_to(works_at_a_desk)
@require_POST
def desk_signal_turn(request: Request, signal_id: int) -> HttpResponse:
    """Make a signal a need."""
    signal = queries.signal_for(request.actor, signal_id)
    kind = Category.objects.filter(
        district=request.district, pk=whole_number(request.POST.get("category", "")) or 0
    ).first()
    try:
        if kind is None:
            raise BadInput(_("请先选一个类别，再转成需求。"))
        need = signalling.turn(signal, kind, actor=request.actor)
        messages.success(request, _("转成需求了，编号 %(number)s。") % {"number": need.number})
    except (BadInput, NotNow) as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("desk_signals"))


@open_to(works_at_a_desk)
@require_POST
def desk_signal_dismiss(request: Request, signal_id: int) -> HttpResponse:
    """Say why nothing is done."""
    signal = queries.signal_for(request.actor, signal_id)
    try:
        signalling.dismiss(signal, request.POST.get("why", ""), actor=request.actor)
        messages.success(request, _("记下了：不用办。"))
    except (BadInput, NotNow) as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("desk_signals"))
