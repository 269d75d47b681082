"""Past months in figures that nobody typed, and the month's summary that an officer keeps."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lingju.cobuilding.flow import CYCLES
from lingju.cobuilding.forms.orders import MinutesForm
from lingju.cobuilding.pages.board import cycle_for, query_of
from lingju.cobuilding.queries import past as queries
from lingju.cobuilding.queries import summary
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import recording
from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import Asking, saved, workbook
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to


@open_to(carries_it_out)
@require_safe
@never_cache
def cobuild_past(request: Request, cycle_number: int) -> HttpResponse:
    """Show the months of a cycle's day in figures, the newest first."""
    cycle = cycle_for(request, cycle_number)
    shown = {
        "cycle": cycle,
        "months": queries.months(queries.past_of(cycle), request.actor),
        "of": query_of(cycle),
    }
    return render(request, "cobuilding/cobuild_past.html", shown)


@open_to(carries_it_out)
@require_safe
def cobuild_past_book(request: Request, cycle_number: int) -> HttpResponse:
    """Hand the months of a cycle's day out as a workbook."""
    cycle = cycle_for(request, cycle_number)
    months = queries.months(queries.past_of(cycle), request.actor)
    columns, rows = queries.sheet(months)
    title = _("%(name)s往期") % {"name": cycle.series.name}
    return workbook(sheets_out.xlsx(title, columns, rows, as_of=clock.now()), title)


@open_to(carries_it_out)
@never_cache
def cobuild_summary(request: Request, cycle_number: int) -> HttpResponse:
    """Show the month's summary, or its draft; an officer edits it, keeps it, and says when it is judged."""
    cycle = cycle_for(request, cycle_number)
    may = leads_it.allows(request.actor, cycle)
    drafted = summary.draft(cycle, request.actor)
    anew = request.GET.get("draft") == "1" or not cycle.minutes
    begun = {"minutes": drafted if anew else cycle.minutes, "version": cycle.version}
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = MinutesForm(request.POST if do == "record" else None, initial=begun)
    press = Asking(request.POST if do == "review" else None)
    if request.method == "POST" and do not in ("record", "review"):
        raise NotThere(_("没有这一步。"))

    def record() -> None:
        said = form.cleaned_data
        recording.record(cycle, said["minutes"], actor=request.actor, version=said["version"])

    def review() -> None:
        recording.review(cycle, actor=request.actor)

    of = query_of(cycle)
    if do and (saved(form, record) if do == "record" else saved(press, review)):
        messages.success(request, _("记好了。"))
        return HttpResponseRedirect(reverse("cobuild_summary", args=[cycle.number]) + of)
    if do:
        cycle.refresh_from_db()
    shown = {
        "cycle": cycle,
        "form": form,
        "press": press,
        "drafted": drafted,
        "may": may,
        "moves": {move.name for move in CYCLES.allowed(cycle, request.actor)},
        "of": of,
    }
    return render(request, "cobuilding/cobuild_summary.html", shown, status=422 if do else 200)
