"""Work orders: made, printed and taken back at the desk; opened by a team at the place without an account."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lingju.cobuilding.forms.orders import ArriveForm, OrderPressForm, RecruitForm, TellForm
from lingju.cobuilding.models import Cycle, Project, WorkOrder
from lingju.cobuilding.pages.board import address, cycle_for, query_of
from lingju.cobuilding.queries import orders as queries
from lingju.cobuilding.rules import TeamBearer, carries_it_out
from lingju.cobuilding.services import recruiting, work_orders
from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import Asking, chosen, saved, unlisted, whole_number, workbook
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.media_serving import serve
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.factors import qr

Do = Callable[[Cycle, OrderPressForm, Request], object]


def _project(cycle: Cycle, form: OrderPressForm, request: Request) -> Project:
    return queries.project_for(cycle, request.actor, form.cleaned_data["row"])


def _order(cycle: Cycle, form: OrderPressForm, request: Request) -> WorkOrder:
    order = queries.order_of(_project(cycle, form, request))
    if order is None or order.revoked_at is not None:
        raise NotThere(_("这一项没有能用的派工单，先开一张。"))
    return order


def _revoke(cycle: Cycle, form: OrderPressForm, request: Request) -> object:
    order = queries.order_of(_project(cycle, form, request))
    if order is None:
        raise NotThere(_("这一项还没有派工单。"))
    return work_orders.revoke(order, actor=request.actor)


def _make_all(cycle: Cycle, form: OrderPressForm, request: Request) -> object:
    found = queries.of_cycle(cycle, request.actor)
    wanted = [row.project for community in found for row in community.rows if not row.is_out]
    return work_orders.make_orders(wanted, actor=request.actor)


def _arrive(cycle: Cycle, form: OrderPressForm, request: Request) -> object:
    order, people = _order(cycle, form, request), form.cleaned_data["people"]
    if people is None:
        raise BadInput(_("请填来了几个人。"), {"people": _("请填来了几个人。")})
    return work_orders.arrive(order, people, actor=request.actor)


PRESSES: Mapping[str, Do] = {
    "make": lambda cycle, form, request: work_orders.make_order(
        _project(cycle, form, request), actor=request.actor
    ),
    "make_all": _make_all,
    "revoke": _revoke,
    "arrive": _arrive,
    "go": lambda cycle, form, request: work_orders.go(_order(cycle, form, request), actor=request.actor),
}


def taken(
    request: Request, cycle: Cycle, form: OrderPressForm, presses: Mapping[str, Do], page: str
) -> HttpResponse | None:
    """Do what was pressed on a page of a cycle and go back to it; None where nothing was, or was refused."""

    def press() -> None:
        chosen(presses, form.cleaned_data["do"])(cycle, form, request)

    if request.method != "POST" or not saved(form, press):
        return None
    messages.success(request, _("办好了。"))
    return HttpResponseRedirect(reverse(page, args=[cycle.number]) + query_of(cycle))


@open_to(carries_it_out)
@never_cache
def cobuild_orders(request: Request, cycle_number: int) -> HttpResponse:
    """Show what stands in a cycle with its work orders; what is pressed is done."""
    cycle = cycle_for(request, cycle_number)
    form = OrderPressForm(request.POST if request.method == "POST" else None)
    done = taken(request, cycle, form, PRESSES, "cobuild_orders")
    if done is not None:
        return done
    found = queries.of_cycle(cycle, request.actor)
    shown = {
        "cycle": cycle,
        "form": form,
        "communities": found,
        "waiting": sum(not row.is_out for community in found for row in community.rows),
        "of": query_of(cycle),
    }
    return render(request, "cobuilding/cobuild_orders.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
@require_safe
@never_cache
def cobuild_orders_print(request: Request, cycle_number: int) -> HttpResponse:
    """Show the work orders of a cycle as sheets to print, one for each community; or of one community."""
    cycle = cycle_for(request, cycle_number)
    found = queries.of_cycle(cycle, request.actor, whole_number(request.GET.get("area", "")))
    pictures = {
        row.project.pk: qr(_address(request, row.order))
        for community in found
        for row in community.rows
        if row.order is not None and row.is_out
    }
    shown = {
        "cycle": cycle,
        "communities": found,
        "pictures": pictures,
        "of": query_of(cycle),
    }
    return render(request, "cobuilding/order_sheets.html", shown)


def _address(request: Request, order: WorkOrder) -> str:
    return request.build_absolute_uri(reverse("work_order", args=[work_orders.secret_of(order)]))


@open_to(carries_it_out)
@require_safe
@never_cache
def cobuild_order_photo(request: Request, photo_id: int) -> HttpResponse:
    """Hand out a photo that a team sent, before the community answers with it."""
    found = queries.photo_for(request.actor, photo_id)
    return serve(request, work_orders.photo(found, actor=request.actor), found.mime, f"lingju-{found.pk}")


@open_to(carries_it_out)
@require_safe
def cobuild_orders_book(request: Request, cycle_number: int) -> HttpResponse:
    """Hand the work orders of a cycle out as a workbook."""
    cycle = cycle_for(request, cycle_number)
    columns, rows = queries.sheet(queries.of_cycle(cycle, request.actor))
    title = _("第 %(n)d 期派工单") % {"n": cycle.number}
    return workbook(sheets_out.xlsx(title, columns, rows, as_of=clock.now()), title)


@open_to(carries_it_out)
@never_cache
def cobuild_call(request: Request, cycle_number: int, project_id: int) -> HttpResponse:
    """Call volunteers for a project; another person looks at the call before anybody can say yes."""
    cycle = cycle_for(request, cycle_number)
    project = queries.project_for(cycle, request.actor, project_id)
    begun = {"key": secrets.token_urlsafe(16), "summary": project.goal or project.title, "wanted": 5}
    form = RecruitForm(request.POST if request.method == "POST" else None, initial=begun)

    def call() -> None:
        key = form.cleaned_data["key"]
        recruiting.call_for(project, form.recruit(), key=key, actor=request.actor)

    of = query_of(cycle)
    if request.method == "POST" and saved(form, call):
        messages.success(request, _("招募写好了，送给另一位同事审。审过才会有人答应。"))
        return HttpResponseRedirect(reverse("cobuild_orders", args=[cycle.number]) + of)
    shown = {
        "cycle": cycle,
        "project": project,
        "form": form,
        "calls": recruiting.calls_of(project),
        "standing": recruiting.taking(project),
        "one_call": lambda call_id: address("desk_volunteer_call", call_id),
        "of": of,
    }
    return render(request, "cobuilding/order_call.html", shown, status=422 if form.errors else 200)


@open_to(everyone)
@never_cache
def work_order(request: Request, order_token: str) -> HttpResponse:
    """Show a team its work order; what is pressed is noted. Works twice pressed, and without any script."""
    order = work_orders.opened(request.district, order_token)
    bearer = work_orders.bearer_of(order)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    typed = request.POST if request.method == "POST" else None
    arrive = ArriveForm(typed if do == "arrive" else None, initial={"people": order.people_came})
    tell = TellForm(typed if do == "tell" else None, request.FILES or None, initial=_told(order))
    press = Asking(typed if do == "go" else None)
    acts = _acts(order, bearer, arrive, tell, press)
    if request.method == "POST" and do not in acts:
        raise NotThere(_("没有这一步。"))
    if do and saved(*acts[do]):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("work_order", args=[order_token]))
    (row,) = queries.told([order.project])
    shown = {
        "order": order,
        "row": row,
        "arrive": arrive,
        "tell": tell,
        "press": press,
        "phone": queries.phones_of([order.project.area]).get(order.project.area_id, ""),
        "may_tell": order.project.state in work_orders.OPEN,
    }
    return unlisted(render(request, "cobuilding/order.html", shown, status=422 if do else 200))


def _acts(
    order: WorkOrder, bearer: TeamBearer, arrive: ArriveForm, tell: TellForm, press: Asking
) -> dict[str, tuple[Asking, Callable[[], object]]]:
    return {
        "arrive": (
            arrive,
            lambda: work_orders.arrive(order, arrive.cleaned_data["people"], actor=bearer),
        ),
        "go": (press, lambda: work_orders.go(order, actor=bearer)),
        "tell": (tell, lambda: work_orders.tell(order, tell.told(), actor=bearer)),
    }


def _told(order: WorkOrder) -> dict[str, Any]:
    return {"outcome": order.outcome, "words": order.words, "people_helped": order.people_helped}
