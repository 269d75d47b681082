"""The keeper's day: a station's timeline, one press for each step, the sheet to print, finding somebody."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import phrases
from lingju.bookings.forms.desk import FindForm, WhyForm
from lingju.bookings.models import Claim
from lingju.bookings.queries import day as days
from lingju.bookings.queries import desk as queries
from lingju.bookings.queries.calls import count as count_calls
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import claiming, lending, reading
from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to
from lingju.people.phones import masked

FARTHEST = 3 * 366
Do = Callable[[Claim, Actor, str], object]
# What each press of the desk does; the table of the flow says which of them a booking allows now.
DEEDS: Mapping[str, Do] = {
    "check_in": lambda claim, actor, why: _arrived(claim, actor),
    "complete": lambda claim, actor, why: claiming.complete(claim, actor=actor),
    "miss": lambda claim, actor, why: claiming.miss(claim, actor=actor),
    "excuse": lambda claim, actor, why: claiming.excuse(claim, actor=actor, why=why),
    "approve": lambda claim, actor, why: claiming.approve(claim, actor=actor),
    "refuse": lambda claim, actor, why: claiming.refuse(claim, actor=actor, why=why),
    "cancel": lambda claim, actor, why: _not_coming(claim, actor, why),
    "call_off": lambda claim, actor, why: claiming.call_off(claim, actor=actor, why=why),
    "accept": lambda claim, actor, why: claiming.accept(claim, actor=actor),
    "decline": lambda claim, actor, why: _not_coming(claim, actor, why),
    "came_after_all": lambda claim, actor, why: claiming.came_after_all(claim, actor=actor),
}
ON_A_PAGE = (
    *("check_in", "complete", "miss", "excuse", "came_after_all"),
    *("approve", "refuse", "cancel", "accept", "decline"),
)


def _arrived(claim: Claim, actor: Actor) -> Claim:
    is_loan = claim.bookable is not None and claim.bookable.mode == claim.bookable.Mode.LOAN
    return lending.hand_out(claim, actor=actor) if is_loan else claiming.check_in(claim, actor=actor)


def _not_coming(claim: Claim, actor: Actor, why: str) -> Claim:
    """Call off what whoever booked has said they do not come for: it is theirs, though a keeper presses."""
    return claiming.cancel(claim, actor=actor, why=why, ended_by=Claim.EndedBy.PARTY)


def words_of(step: str, claim: Claim) -> str:
    """Return what is said after a press."""
    who = claim.called or claim.number
    said = {
        "check_in": _("%(who)s到了。"),
        "complete": _("%(who)s办完了。"),
        "miss": _("记下了。可能有事，不影响他下次再约。"),
        "excuse": _("改成“有事没来”了。"),
        "approve": _("同意了，会告诉%(who)s。"),
        "refuse": _("回绝了，原因会告诉%(who)s。"),
        "call_off": _("取消了，原因会告诉%(who)s。"),
    }
    if step in ("approve", "refuse", "call_off") and not claim.is_written_to:
        return _("记下了。%(who)s收不到消息：%(how)s。") % {"who": who, "how": phrases.word_reaches(claim)}
    return said.get(step, _("记下了。")) % {"who": who}


@open_to(its_keeper)
@never_cache
def desk_day(request: Request, station_id: int) -> HttpResponse:
    """Show a day of a station: who comes when, what is free, who waits, what is to be decided."""
    return render(request, "bookings/desk_day.html", _shown(request, station_id))


@open_to(its_keeper)
@never_cache
def desk_day_paper(request: Request, station_id: int) -> HttpResponse:
    """Show the day as a sheet of A4 to print: times and how people are called, no telephone."""
    return render(request, "bookings/desk_day_paper.html", _shown(request, station_id))


@open_to(its_keeper)
@never_cache
def desk_claim(request: Request, claim_id: int) -> HttpResponse:
    """Show one booking with what it allows now; do what was pressed and go back to where it was pressed."""
    claim = queries.claim_for(request.actor, claim_id)
    does = request.POST.get("do", "") if request.method == "POST" else ""
    if does == "phone":
        return _one(request, claim, phone=reading.see_phone(claim, actor=request.actor))
    if not does:
        return _one(request, claim)
    if does not in DEEDS:
        raise NotThere(_("没有这一步。"))
    form = WhyForm(request.POST)

    def save() -> object:
        return DEEDS[does](claim, request.actor, form.cleaned_data["why"])

    if not saved(form, save):
        claim = queries.claim_for(request.actor, claim_id)
        return _one(request, claim, form=form, tried=does)
    messages.success(request, words_of(does, claim))
    return HttpResponseRedirect(_back(request, claim))


@open_to(its_keeper)
@never_cache
def desk_booking_find(request: Request, station_id: int) -> HttpResponse:
    """Find somebody's bookings by number or name; what is typed never stands in an address."""
    station = queries.station_for(request.actor, station_id)
    form = FindForm(request.POST if request.method == "POST" else None)
    found: list[Claim] = []

    def look() -> object:
        found.extend(reading.find(station, form.cleaned_data["said"], actor=request.actor))
        return found

    is_looked = request.method == "POST" and saved(form, look)
    shown = {
        "station": station,
        "tab": "find",
        "form": form,
        "found": [(claim, masked(claim.phone), phrases.when_of(claim)) for claim in found],
        "is_looked": is_looked,
    }
    return render(request, "bookings/desk_find.html", shown, status=422 if form.errors else 200)


def day_asked(request: Request) -> dt.date:
    """Return the date of `?date=`, today without one; refuse what is no date."""
    said = request.GET.get("date", "")
    if not said:
        return clock.today()
    try:
        date = dt.date.fromisoformat(said)
    except ValueError as error:
        raise BadInput(_("日期请写成 2026-03-31 这样。")) from error
    if abs((date - clock.today()).days) > FARTHEST:
        raise BadInput(_("这个日期太远了，请选前后三年里的。"))
    return date


def _shown(request: Request, station_id: int) -> dict[str, Any]:
    station = queries.station_for(request.actor, station_id)
    date = day_asked(request)
    bookables = queries.bookables_of(station)
    chosen = request.GET.get("b", "")
    only = [one for one in bookables if str(one.pk) == chosen] or bookables
    sheet = days.sheet(station, only, date, request.actor)
    lines = [line for line in sheet.lines if len(only) == len(bookables) or line.bookable in only]
    return {
        "station": station,
        "tab": "day",
        "sheet": sheet,
        "lines": lines,
        "bookables": [one for one in bookables if one.is_offered],
        "chosen": chosen,
        "before": date - dt.timedelta(days=1),
        "after": date + dt.timedelta(days=1),
        "today": clock.today(),
        "outside": queries.count_outside(station),
        "calls": count_calls(station),
        "queues": [(one, sheet.queues.get(one.pk, 0)) for one in bookables if one.takes_walk_ins],
        "masked": masked,
        "words": phrases,
    }


def _one(
    request: Request, claim: Claim, *, phone: str = "", form: WhyForm | None = None, tried: str = ""
) -> HttpResponse:
    form = form or WhyForm()
    shown = {
        "station": claim.station,
        "tab": "day",
        "claim": claim,
        "title": claim.bookable.name if claim.bookable is not None else claim.number,
        "when": phrases.when_of(claim),
        "told": phrases.told(claim),
        "moves": days.moves_of(claim, request.actor, ON_A_PAGE),
        "phone": phone,
        "masked": masked(claim.phone),
        "passings": list(claim.passings.select_related("by").order_by("at")),
        "form": form,
        "tried": tried,
        "is_mine": claim.told_by_id is not None and claim.told_by_id == request.actor.account_id,
        "words": phrases,
    }
    return render(request, "bookings/desk_claim.html", shown, status=422 if form.errors else 200)


def _back(request: Request, claim: Claim) -> str:
    """Return the page on which it was pressed: the day, the list of loans, or the booking itself."""
    came = request.POST.get("from", "")
    if came == "loans":
        return reverse("desk_loans", args=[claim.station_id])
    if came == "day" and claim.starts_at is not None:
        date = claim.starts_at.astimezone(clock.ZONE).date()
        return f"{reverse('desk_day', args=[claim.station_id])}?date={date}#c{claim.pk}"
    if came == "day":
        return reverse("desk_day", args=[claim.station_id])
    return reverse("desk_claim", args=[claim.pk])
