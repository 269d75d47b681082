"""What is told of a co-building day: to units and communities at once, to residents in the evening alone.

    units          the day is set, moved, off; a work order is there (of their turns: `telling_turns`)
    communities    the day is set, moved, off; a plan came back
    who asked      somebody has taken it on: a source of the one message of an evening

Whether something is solved, its askers are asked by the needs themselves, and not a second time from here.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.cobuilding.events import (
    CycleAnnounced,
    CycleMoved,
    OrderMade,
    PlanSentBack,
)
from lingju.cobuilding.models import (
    CommunityPlan,
    Cycle,
    Enrolment,
    Project,
    WorkOrder,
)
from lingju.cobuilding.services import askers, work_orders
from lingju.cobuilding.services.cycles import why_no_day
from lingju.kernel.clock import ZONE
from lingju.notify.wordings import Wording
from lingju.people.models import Holding
from lingju.places.rules import CLERKS
from lingju.site import phrases, reaching_units, telling, telling_desk
from lingju.site.evening import Reader
from lingju.site.telling_turns import address_of, board_of, desk_of, when_words

WORDINGS = (
    Wording(
        "days_announced",
        gettext_lazy("共建日定了"),
        gettext_lazy("%(name)s：%(when)s。%(theme)s来不了的日子请在这里说：%(link)s"),
    ),
    Wording("days_moved", gettext_lazy("共建日改期了"), gettext_lazy("%(name)s：%(words)s 看这里：%(link)s")),
    Wording("days_off", gettext_lazy("共建日取消了"), gettext_lazy("%(name)s：%(words)s 看这里：%(link)s")),
    Wording("days_told", gettext_lazy("共建日"), gettext_lazy("%(name)s：%(words)s")),
    Wording(
        "order_ready",
        gettext_lazy("派工单好了"),
        gettext_lazy("%(number)s %(what)s，%(when)s，%(where)s。到了现场打开：%(link)s"),
    ),
    Wording("plan_back", gettext_lazy("方案退回来了"), gettext_lazy("%(when)s的共建日，%(area)s：%(why)s。")),
)


# --- the day ----------------------------------------------------------------------------------------------


def tell_announced(fact: CycleAnnounced) -> None:
    """Tell units and communities that a cycle comes."""
    cycle = _cycle(fact.cycle_id)
    if cycle is None or cycle.date is None or cycle.state not in Cycle.COMING:
        return
    when = phrases.date(cycle.date)
    theme = _("主题：%(theme)s。") % {"theme": cycle.theme} if cycle.theme else ""
    gaps = {"name": cycle.series.name, "when": when, "theme": theme}
    for unit in _units(cycle):
        reaching_units.tell(unit, "days_announced", str(cycle.pk), **gaps)
    _tell_clerks(cycle, f"{cycle.pk}:set", _("%(when)s。%(theme)s") % {"when": when, "theme": theme})


def tell_moved(fact: CycleMoved) -> None:
    """Tell units and communities that a cycle is on another day, or on none."""
    cycle = _cycle(fact.cycle_id)
    if cycle is None:
        return
    is_off = cycle.state == Cycle.State.CANCELLED
    move = cycle.day_moves.order_by("-id").first()
    words, key = _moved_words(cycle), f"{cycle.pk}:{'off' if is_off or move is None else move.pk}"
    wording = "days_off" if is_off else "days_moved"
    page = _day_page(cycle)
    for unit in _units(cycle):
        reaching_units.tell(unit, wording, key, link=page, name=cycle.series.name, words=words)
    _tell_clerks(cycle, key, words)


def _moved_words(cycle: Cycle) -> str:
    if cycle.state == Cycle.State.CANCELLED:
        told = {"n": cycle.number, "when": when_words(cycle), "why": cycle.state_reason}
        return _("第 %(n)d 期（%(when)s）取消了：%(why)s。") % told
    if cycle.date is None:
        return _("第 %(n)d 期的日子没有定：%(why)s") % {"n": cycle.number, "why": why_no_day(cycle)}
    told = {"n": cycle.number, "when": when_words(cycle), "why": cycle.moved_for or _("按规则重新算过")}
    return _("第 %(n)d 期改到%(when)s，%(why)s。") % told


def _tell_clerks(cycle: Cycle, key: str, words: str) -> None:
    """Tell everybody at the desks of the street and of its communities."""
    held = Holding.objects.in_force().filter(
        district_id=cycle.district_id, area__stem__startswith=cycle.area.stem, office__in=CLERKS
    )
    readers = list(held.order_by("id").values_list("account_id", flat=True))
    said = {"name": cycle.series.name, "words": words}
    telling_desk.tell(readers, cycle.district_id, "days_told", key, said, board_of(cycle))


# --- orders and plans -------------------------------------------------------------------------------------


def tell_order(fact: OrderMade) -> None:
    """Send the work order to the unit that leads, and to those whose people come along."""
    rows = WorkOrder.objects.select_related("project__station", "project__area")
    order = rows.filter(pk=fact.order_id, revoked_at__isnull=True).first()
    if order is None:
        return
    project = order.project
    wanted = {int(member["unit"]) for member in project.team}
    if project.lead_id is not None:
        wanted.add(project.lead_id)
    said = {
        "number": order.number,
        "what": project.title,
        "when": moment_words(project.starts_at),
        "where": str(project.station or project.place_words or project.area.short_name),
    }
    page = address_of("work_order", work_orders.secret_of(order))
    for unit in Enrolment.objects.select_related("organisation").filter(pk__in=wanted).order_by("id"):
        reaching_units.tell(unit, "order_ready", order.number, link=page, **said)


def tell_plan_back(fact: PlanSentBack) -> None:
    """Tell a community what the street wants to read in its plan."""
    plan = (
        CommunityPlan.objects.select_related("cycle__series", "cycle__area", "area")
        .filter(pk=fact.plan_id)
        .first()
    )
    if plan is None or plan.state != CommunityPlan.State.DRAFT:
        return
    said = {"when": when_words(plan.cycle), "area": plan.area.short_name, "why": plan.state_reason}
    readers = desk_of(plan.area, plan.cycle)
    link = address_of("desk_plan", plan.pk) or board_of(plan.cycle)
    telling_desk.tell(readers, plan.district_id, "plan_back", f"{plan.pk}:{plan.version}", said, link)


# --- whoever asked ----------------------------------------------------------------------------------------


def claimed(since: dt.datetime, until: dt.datetime) -> list[Reader]:
    """Return who is told that somebody has taken on what they asked for; a source of the evening's message.

    Where their own desk said the last yes, its reply tells them already.
    """
    span = (since + dt.timedelta(microseconds=1), until)
    within = Q(unit_claimed_at__range=span) | Q(area_claimed_at__range=span)
    projects = Project.objects.filter(within, state__in=Project.STANDING)
    words: dict[int, str] = {}
    for project in projects:
        stood_at = askers.stood_at(project)
        if stood_at is not None and stood_at <= until:
            needs = askers.needs_behind(project)
            untold = {need.pk for need in needs} - askers.heard_from_desk(needs, stood_at)
            words |= dict.fromkeys(untold, _claimed_words(project))
    return telling.readers_of(words)


def _claimed_words(project: Project) -> str:
    if project.starts_at is None:
        return _("有人认领了，共建日来办。")
    return _("有人认领了，%(when)s来办。") % {"when": moment_words(project.starts_at)}


# --- words ------------------------------------------------------------------------------------------------


def moment_words(moment: dt.datetime | None) -> str:
    """Return 11月6日 星期五 14:00, or that it is not set yet."""
    if moment is None:
        return _("时间另定")
    return f"{phrases.date(moment.astimezone(ZONE))} {phrases.time(moment)}"


# --- rows and addresses -----------------------------------------------------------------------------------


def _cycle(cycle_id: int) -> Cycle | None:
    found: Cycle | None = Cycle.objects.select_related("series__area", "area").filter(pk=cycle_id).first()
    return found


def _units(cycle: Cycle) -> Iterable[Enrolment]:
    rows = Enrolment.objects.covering_units(cycle.series).select_related("organisation", "area")
    units: Iterable[Enrolment] = rows.order_by("id")
    return units


def _day_page(cycle: Cycle) -> str:
    return f"{reverse('coday_one', args=[cycle.number])}?of={cycle.series_id}"
