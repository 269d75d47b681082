"""What a unit sees under its link, without an account: its turns, days away, agreements, reviews."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lingju.cobuilding import absence
from lingju.cobuilding.flow import DUTIES
from lingju.cobuilding.forms.door import AwayForm, MonthsForm, PressForm, UnitReviewForm
from lingju.cobuilding.models import Agreement, Blackout, Cycle, Duty, Enrolment, Project, Review
from lingju.cobuilding.queries import turns_cell, unit_projects, unit_tasks
from lingju.cobuilding.queries import units as queries
from lingju.cobuilding.rules import UnitBearer
from lingju.cobuilding.services import agreements, blackouts, reviewing, turns, unit_links
from lingju.kernel import clock, ical, ical_answers
from lingju.kernel.asking import Asking, saved, unlisted
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to

PRODUCT = "days"
Do = Callable[[Enrolment, PressForm, UnitBearer], object]


def came_in(request: Request, unit_token: str) -> tuple[Enrolment, UnitBearer]:
    """Return the unit whose link this is, and who acts through it."""
    link = unit_links.opened(request.district, unit_token)
    return link.enrolment, unit_links.bearer_of(link)


def _one(rows: Any, form: PressForm) -> Any:
    found = rows.filter(pk=form.cleaned_data["row"] or 0).first()
    if found is None:
        raise NotThere(_("没找到，可能已经变了。请刷新再看。"))
    return found


def _duty(unit: Enrolment, form: PressForm) -> Duty:
    found: Duty = _one(unit.duties.select_related("cycle", "area", "role", "enrolment"), form)
    return found


def _back(unit: Enrolment, form: PressForm, bearer: UnitBearer) -> None:
    row: Blackout = _one(unit.blackouts.select_related("enrolment__area"), form)
    blackouts.remove(row, actor=bearer)


def _reply(unit: Enrolment, form: PressForm, bearer: UnitBearer) -> None:
    row: Review = _one(unit.reviews.select_related("area").filter(told_at__isnull=False), form)
    reviewing.reply(row, form.cleaned_data["reply"], actor=bearer)


PRESSES: Mapping[str, Do] = {
    "accept": lambda unit, form, bearer: turns.accept(_duty(unit, form), actor=bearer),
    "drop": lambda unit, form, bearer: turns.drop_out(
        _duty(unit, form), form.cleaned_data["reason"], actor=bearer
    ),
    "back": _back,
    "reply": _reply,
}


@open_to(everyone)
@never_cache
def unit_door(request: Request, unit_token: str) -> HttpResponse:
    """Show a unit its turns and what it may say; what is sent is done as the unit."""
    unit, bearer = came_in(request, unit_token)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    typed = request.POST if request.method == "POST" else None
    press = PressForm(typed if do in PRESSES else None)
    away = AwayForm(typed if do == "away" else None, auto_id="id_away_%s")
    months = MonthsForm(typed if do == "months" else None, initial={"months": unit.preferred_months})
    review = UnitReviewForm(typed if do == "review" else None, areas=queries.served_areas(unit))
    acts: dict[str, tuple[Asking, Callable[[], object]]] = {
        **dict.fromkeys(PRESSES, (press, lambda: PRESSES[do](unit, press, bearer))),
        "away": (away, lambda: _away(unit, away, bearer)),
        "months": (
            months,
            lambda: blackouts.set_months(unit, months.cleaned_data["months"], actor=bearer),
        ),
        "review": (
            review,
            lambda: reviewing.review_area(unit, review.row("area"), review.draft(), actor=bearer),
        ),
    }
    if request.method == "POST" and do not in acts:
        raise NotThere(_("没有这一步。"))
    if do and saved(*acts[do]):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("unit_door", args=[unit_token]))
    if do:
        unit.refresh_from_db()
    shown = {"token": unit_token, "press": press, "away_form": away, "months": months, "review": review}
    status = 422 if do else 200
    return unlisted(render(request, "cobuilding/door.html", {**shown, **_told(unit, bearer)}, status=status))


def _away(unit: Enrolment, form: AwayForm, bearer: UnitBearer) -> None:
    said = form.cleaned_data
    blackouts.add(unit, said["starts_on"], said["ends_on"], said["reason"], actor=bearer)


def _told(unit: Enrolment, bearer: UnitBearer) -> dict[str, Any]:
    today = clock.today()
    turns_held = queries.turns_of(unit)
    away = list(unit.blackouts.filter(ends_on__gte=today))
    coming = [duty for duty in turns_held if duty.cycle.date is not None and duty.cycle.date >= today]
    stakes = absence.stakes_of(unit, {duty.cycle_id for duty in coming})
    clash = [
        duty
        for duty in coming
        if any(row.starts_on <= (duty.cycle.date or today) <= row.ends_on for row in away)
    ]
    return {
        "unit": unit,
        "coming": coming,
        "past": [duty for duty in turns_held if duty not in coming],
        "may": {
            duty.pk: {m.name for m in DUTIES.allowed(duty, bearer)} if turns.is_coming(duty) else set()
            for duty in coming
        },
        "stakes": {duty.pk: stakes.get(duty.cycle_id, []) for duty in coming},
        "swaps": turns_cell.swaps_for_unit(unit),
        "away": away,
        "clash": clash,
        "advice": queries.advice(unit),
        "waiting": unit_projects.led_by(unit)
        .filter(state=Project.State.PROPOSED, unit_claimed_at__isnull=True)
        .count(),
        "tasks": unit_tasks.given_to(unit).filter(state__in=unit_tasks.GOING).count(),
        "agreements": unit.agreements.select_related("area"),
        "reviews": queries.reviews_of(unit),
    }


@open_to(everyone)
@never_cache
def unit_agreement(request: Request, unit_token: str, agreement_id: int) -> HttpResponse:
    """Show a unit the words of an agreement; a press signs for the unit."""
    unit, bearer = came_in(request, unit_token)
    rows = Agreement.objects.filter(enrolment=unit).select_related("area", "enrolment__organisation")
    agreement: Agreement | None = rows.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotThere(_("没找到这份协议。"))
    form = PressForm(request.POST if request.method == "POST" else None)
    found = agreement

    def sign() -> None:
        agreements.sign(found, actor=bearer, version=form.cleaned_data["version"])

    if request.method == "POST" and saved(form, sign):
        messages.success(request, _("签好了。"))
        return HttpResponseRedirect(reverse("unit_agreement", args=[unit_token, found.pk]))
    found.refresh_from_db()
    shown = {"token": unit_token, "unit": unit, "agreement": found, "form": form}
    return render(request, "cobuilding/door_agreement.html", shown, status=422 if form.errors else 200)


@open_to(everyone)
@require_safe
@never_cache
def unit_turns_ics(request: Request, unit_token: str) -> HttpResponse:
    """Hand a unit's turns out as a calendar: when, where, as what, and nobody's name."""
    unit, _bearer = came_in(request, unit_token)
    rows = [_happening(duty) for duty in queries.turns_of(unit) if duty.cycle.date is not None]
    name = _("%(unit)s的轮值") % {"unit": unit.organisation.name}
    return ical_answers.file_of(ical.calendar_of(rows, name=name, product=PRODUCT), "turns.ics")


def _happening(duty: Duty) -> ical.Happening:
    starts, ends = duty.cycle.hours
    off = duty.cycle.state == Cycle.State.CANCELLED
    words = {"area": duty.area.short_name, "role": duty.role.name}
    return ical.Happening(
        uid=f"duty-{duty.pk}@lingju",
        starts=starts,
        ends=ends,
        summary=_("共建日：%(area)s %(role)s") % words,
        changed_at=clock.now(),
        sequence=duty.version + duty.cycle.version,
        status=ical.Status.CANCELLED if off else ical.Status.CONFIRMED,
        location=duty.area.short_name,
    )
