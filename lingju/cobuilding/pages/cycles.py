"""The cycles of a day: year by year, and one with what it may do next, its day and why it moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _said
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import CYCLES
from lingju.cobuilding.forms.cycles import CycleStepForm
from lingju.cobuilding.models import Cycle
from lingju.cobuilding.pages.board import address, cycle_for, query_of
from lingju.cobuilding.queries import cycles as queries
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import cycles, steps
from lingju.kernel import clock
from lingju.kernel.asking import chosen, saved, whole_number
from lingju.kernel.errors import BadInput
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to

Do = Callable[[Cycle, CycleStepForm, Actor], object]


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a cycle: its name, its label, what it does in a few words, what it asks."""

    name: str
    label: object
    does: object
    asks: object = ""


DOES: Mapping[str, object] = {
    "announce": _said("告诉各单位和社区：这一期要办，先准备起来。社区从现在起写方案。"),
    "plan": _said("不再等没交的社区，交了的就是这一期的方案。都交了会自动走到这一步。"),
    "confirm": _said("社区方案定下来。都确认了会自动走到这一步。"),
    "publish": _said("居民看得到这一天各社区办什么，活动开放报名。"),
    "hold": _said("当天点一下，开始签到、派工和记录。"),
    "archive": _said("收进往期，以后只看不改。"),
    "cancel": _said("这一期不办了，已经通知过的会再收到通知，报了名的活动一起取消。"),
}
# Steps that the pages of results take, with what they need.
ELSEWHERE = ("record", "review")


def _move(cycle: Cycle, form: CycleStepForm, actor: Actor) -> object:
    said = form.cleaned_data
    if said["date"] is None:
        sentence = _("请选改到哪一天。")
        raise BadInput(sentence, {"date": sentence})
    return cycles.move_cycle(cycle, said["date"], said["reason"], actor=actor, version=said["version"])


PRESSES: Mapping[str, Do] = {
    "announce": lambda cycle, form, actor: cycles.announce_cycle(
        cycle, form.cleaned_data["theme"], actor=actor, version=form.cleaned_data["version"]
    ),
    "plan": lambda cycle, form, actor: steps.plan(cycle, actor=actor),
    "confirm": lambda cycle, form, actor: steps.confirm(cycle, actor=actor),
    "publish": lambda cycle, form, actor: steps.publish(cycle, actor=actor),
    "hold": lambda cycle, form, actor: steps.hold(cycle, actor=actor),
    "archive": lambda cycle, form, actor: steps.archive(cycle, actor=actor),
    "cancel": lambda cycle, form, actor: cycles.cancel_cycle(cycle, form.cleaned_data["reason"], actor=actor),
    "close_lists": lambda cycle, form, actor: cycles.close_lists(cycle, actor=actor),
    "move": _move,
    "rule": lambda cycle, form, actor: steps.back_to_rule(
        cycle, actor=actor, version=form.cleaned_data["version"]
    ),
}


@open_to(carries_it_out)
@never_cache
def desk_cycles(request: Request) -> HttpResponse:
    """List the cycles of a year; years whose notice is not known are named."""
    series_id = whole_number(request.GET.get("of", ""))
    years = queries.years_of(request.actor, series_id)
    said, today = request.GET.get("year", ""), clock.today()
    year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else today.year
    if years and year not in years:
        year = min(years, key=lambda one: (abs(one - today.year), one))
    shown = {
        "years": sorted(years),
        "year": year,
        "rows": years.get(year, []),
        "unknown": queries.unknown_years(years, request.district),
        "several": len({cycle.series_id for rows in years.values() for cycle, _in in rows}) > 1,
        "of": series_id,
        "why_no_day": cycles.why_no_day,
        "today": today,
    }
    return render(request, "cobuilding/desk_cycles.html", shown)


@open_to(carries_it_out)
@never_cache
def desk_cycle(request: Request, cycle_number: int) -> HttpResponse:
    """Show one cycle with its day, why it moved, and what may come next; what is pressed is done."""
    cycle = cycle_for(request, cycle_number)
    form = CycleStepForm(request.POST if request.method == "POST" else None, initial={"theme": cycle.theme})

    def press() -> None:
        chosen(PRESSES, form.cleaned_data["do"])(cycle, form, request.actor)

    here = reverse("desk_cycle", args=[cycle.number]) + query_of(cycle)
    if request.method == "POST" and saved(form, press):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(here)
    if form.errors:
        cycle.refresh_from_db()
    return _shown(request, cycle, form)


def _shown(request: Request, cycle: Cycle, form: CycleStepForm) -> HttpResponse:
    may_lead = leads_it.allows(request.actor, cycle)
    moves = CYCLES.allowed(cycle, request.actor) if may_lead else ()
    results = address("cobuild_results", cycle.number)
    shown = {
        "cycle": cycle,
        "form": form,
        "of": query_of(cycle),
        "may_lead": may_lead,
        "is_coming": cycle.state in Cycle.COMING,
        "presses": [_press(move.name, move.label, cycle) for move in moves if move.name in DOES],
        "results": results if any(move.name in ELSEWHERE for move in moves) else "",
        "moved": cycle.day_moves.order_by("-id"),
        "no_day": "" if cycle.date else cycles.why_no_day(cycle),
        "history": queries.history_of(cycle, request.actor),
        "plans": queries.plan_counts(cycle),
    }
    return render(request, "cobuilding/desk_cycle.html", shown, status=422 if form.errors else 200)


def _press(name: str, label: object, cycle: Cycle) -> Press:
    asks = {"announce": _("这一期的主题"), "cancel": _("为什么取消")}
    return Press(name, label, DOES[name], asks.get(name, ""))
