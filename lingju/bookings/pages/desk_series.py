"""A place every week, at the desk: the rule, the report of the dates that could not be, later changes."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import phrases
from lingju.bookings.forms.desk import FollowingForm, SeriesForm, WhyForm
from lingju.bookings.models import Bookable, Claim, Series
from lingju.bookings.queries import desk as queries
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import claiming, series
from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to
from lingju.places import hours
from lingju.places.models import Station

SHOWN = 30
A_MONTH = dt.timedelta(days=27)


@open_to(its_keeper)
@never_cache
def desk_booking_repeat(request: Request, station_id: int) -> HttpResponse:
    """Book something every week, and list the series of a station."""
    station = queries.station_for(request.actor, station_id)
    timed = _timed(station)
    today = clock.today()
    form = SeriesForm(
        request.POST if request.method == "POST" else None,
        initial={
            "key": secrets.token_urlsafe(16),
            "by": "call",
            "quantity": 1,
            "every_weeks": 1,
            "first": today,
            "last": today + A_MONTH,
            "skips_holidays": True,
        },
        bookables=timed,
    )
    made: list[series.Report] = []

    def save() -> object:
        said = form.cleaned_data
        report = series.repeat(
            form.bookable(),
            form.weekly(),
            form.party(request.actor.account_id),
            quantity=said["quantity"],
            key=said["key"],
            actor=request.actor,
        )
        made.append(report)
        return report

    if request.method == "POST" and saved(form, save):
        return HttpResponseRedirect(reverse("desk_booking_series", args=[made[0].series.pk]))
    rows = Series.objects.filter(bookable__station=station).select_related("bookable").order_by("-id")
    shown = {"station": station, "tab": "repeat", "form": form, "timed": timed}
    shown["rows"] = [(one, days_words(one)) for one in rows[:SHOWN]]
    return render(request, "bookings/desk_repeat.html", shown, status=422 if form.errors else 200)


def _timed(station: Station) -> list[Bookable]:
    """Return what can be booked every week at a station."""
    return [
        one
        for one in queries.bookables_of(station)
        if one.is_offered and one.takes_bookings and one.mode != Bookable.Mode.LOAN
    ]


# What each press calls off: what they do not come for, or what the station cannot keep.
ENDS: Mapping[str, Callable[[Claim, Actor, str], list[Claim]]] = {
    "cancel": lambda claim, actor, why: [
        claiming.cancel(claim, actor=actor, why=why, ended_by=Claim.EndedBy.PARTY)
    ],
    "cancel_following": lambda claim, actor, why: series.cancel_following(claim, actor=actor, why=why),
    "call_off": lambda claim, actor, why: [claiming.call_off(claim, actor=actor, why=why)],
    "call_off_following": lambda claim, actor, why: series.call_off_following(claim, actor=actor, why=why),
}


@open_to(its_keeper)
@never_cache
def desk_booking_series(request: Request, repeat_id: int) -> HttpResponse:
    """Show what a series came to, date by date; call off one, or change it and those that follow."""
    found = queries.series_for(request.actor, repeat_id)
    does = request.POST.get("do", "") if request.method == "POST" else ""
    form = FollowingForm(request.POST if does == "change" else None)
    why = WhyForm(request.POST if does and does != "change" else None)
    if does and _done(request, found, does, form, why):
        return HttpResponseRedirect(reverse("desk_booking_series", args=[found.pk]))
    report = series.report_of(found)
    following = [claim for claim in report.claims if claim.is_standing and _is_ahead(claim)]
    shown = {
        "station": found.bookable.station,
        "tab": "repeat",
        "series": found,
        "days": days_words(found),
        "report": report,
        "following": following,
        "form": form,
        "why": why,
        "chosen": request.POST.get("claim", ""),
        "words": phrases,
    }
    status = 422 if form.errors or why.errors else 200
    return render(request, "bookings/desk_series.html", shown, status=status)


def days_words(one: Series) -> str:
    """Return 每周五 14:00–16:00, or 每 2 周的周一、周五."""
    named = _("、").join(hours.weekday_words(day) for day in range(7) if one.weekdays >> day & 1)
    often = _("每") if one.every_weeks == 1 else _("每 %(n)d 周的") % {"n": one.every_weeks}
    first, last = one.opens, one.opens + one.minutes
    return f"{often}{named} {first // 60}:{first % 60:02d}–{last // 60}:{last % 60:02d}"


def _done(request: Request, found: Series, does: str, form: FollowingForm, why: WhyForm) -> bool:
    """Do what was pressed to a date of the series; say whether it is done."""
    said = request.POST.get("claim", "")
    claim = queries.claim_for(request.actor, int(said) if said.isdecimal() else 0)
    if claim.series_id != found.pk:
        raise NotThere(_("没找到，或者不归您管。"))
    if does == "change":
        return saved(form, lambda: _changed(request, claim, form))
    if does not in ENDS:
        raise NotThere(_("没有这一步。"))
    gone: list[Claim] = []

    def end() -> object:
        gone.extend(ENDS[does](claim, request.actor, why.cleaned_data["why"]))
        return gone

    is_done = saved(why, end)
    if is_done and does.endswith("following"):
        messages.success(request, _("从这一次起取消了 %(n)d 次。") % {"n": len(gone)})
    elif is_done:
        messages.success(request, _("这一次取消了，别的照旧。"))
    return is_done


def _changed(request: Request, claim: Claim, form: FollowingForm) -> None:
    opens, minutes = form.times()
    moved, stayed = series.change_following(claim, opens=opens, minutes=minutes, actor=request.actor)
    messages.success(request, _("改了 %(n)d 次。") % {"n": len(moved)})
    for sentence in stayed:
        messages.warning(request, sentence)


def _is_ahead(claim: Claim) -> bool:
    return claim.starts_at is not None and claim.starts_at > clock.now()
