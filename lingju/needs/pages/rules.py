"""An officer's pages of routing rules: the list in its order with its alarms, one rule, its trial."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lingju.kernel.asking import saved
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to
from lingju.needs.forms.officers import RuleForm
from lingju.needs.models import RoutingRule
from lingju.needs.queries import officers
from lingju.needs.rules import edits_the_loop, oversees_the_loop
from lingju.needs.services import alarms, routing_rules
from lingju.needs.services.routing_rules import Written
from lingju.people.models import Organisation
from lingju.places.models import District


@open_to(oversees_the_loop)
def desk_rules(request: Request) -> HttpResponse:
    """List the rules in the order in which they are asked, and the alarms that nobody has cleared."""
    shown = {
        "rows": officers.rule_rows(request.actor, request.district),
        "alarms": officers.alarms_of(request.actor),
        "may_edit": edits_the_loop.allows(request.actor),
    }
    return render(request, "needs/officer_rules.html", shown)


@open_to(edits_the_loop)
def desk_rule_new(request: Request) -> HttpResponse:
    """Write another rule."""
    form = _form(request, None)
    made: list[RoutingRule] = []

    def add() -> None:
        written = _written(form, request.district)
        made.append(routing_rules.add(request.district, written, actor=request.actor))

    if request.method == "POST" and saved(form, add):
        messages.success(request, _("记下了，现在是草稿。试一试，再启用。"))
        return HttpResponseRedirect(reverse("desk_rule", args=[made[0].pk]))
    shown = {"form": form, "row": None, "may_edit": True}
    return render(request, "needs/officer_rule.html", shown, status=422 if form.errors else 200)


@open_to(oversees_the_loop)
def desk_rule(request: Request, rule_id: int) -> HttpResponse:
    """Show one rule and what its trial found; an officer of the district edits it."""
    rule = officers.rule_for(request.actor, rule_id)
    form = _form(request, rule)
    if request.method == "POST":
        edits_the_loop.check(request.actor)

        def edit() -> None:
            written, seen = _written(form, request.district), form.cleaned_data["version"]
            routing_rules.edit(rule, written, actor=request.actor, version=seen)

        if saved(form, edit):
            messages.success(request, _("改好了。改过的规则要重新试过才能启用。"))
            return HttpResponseRedirect(reverse("desk_rule", args=[rule.pk]))
        rule = officers.rule_for(request.actor, rule_id)
    shown = {
        "form": form,
        "row": officers.rule_row(rule, officers.names_of(request.district)),
        "may_edit": edits_the_loop.allows(request.actor),
    }
    return render(request, "needs/officer_rule.html", shown, status=422 if form.errors else 200)


@open_to(edits_the_loop)
@require_POST
def desk_rule_do(request: Request, rule_id: int) -> HttpResponse:
    """Move a rule, try it out, put it to use, switch it off, or remove it."""
    rule = officers.rule_for(request.actor, rule_id)
    step = request.POST.get("do", "")
    if step not in STEPS:
        raise NotThere(_("没有这一步。"))
    to_list = step in ("up", "down", "remove")
    back = reverse("desk_rules") if to_list else reverse("desk_rule", args=[rule.pk])
    try:
        messages.success(request, STEPS[step](rule, request.actor))
    except (NotNow, BadInput) as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(f"{back}#rule-{rule.pk}" if step in ("up", "down") else back)


@open_to(edits_the_loop)
@require_POST
def desk_alarm_clear(request: Request, alarm_id: int) -> HttpResponse:
    """Clear an alarm that somebody has seen to."""
    try:
        alarms.clear(officers.alarm_for(request.actor, alarm_id), actor=request.actor)
    except NotNow as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("解除了。再出同样的毛病还会告警。"))
    return HttpResponseRedirect(reverse("desk_rules"))


def _moved(by: int) -> Callable[[RoutingRule, Actor], str]:
    def move(rule: RoutingRule, actor: Actor) -> str:
        has_moved = routing_rules.move(rule, by, actor=actor)
        return _("换好了。先问排在前面的规则。") if has_moved else _("已经在头上了，不能再挪。")

    return move


def _tried(rule: RoutingRule, actor: Actor) -> str:
    trial = routing_rules.try_out(rule, actor=actor)
    said = ngettext("在过去 %(n)d 件事上试过了。", "在过去 %(n)d 件事上试过了。", trial.looked)
    return said % {"n": trial.looked}


def _activated(rule: RoutingRule, actor: Actor) -> str:
    routing_rules.activate(rule, actor=actor)
    return _("启用了。")


def _switched_off(rule: RoutingRule, actor: Actor) -> str:
    routing_rules.switch_off(rule, actor=actor)
    return _("停用了，现在可以改。")


def _removed(rule: RoutingRule, actor: Actor) -> str:
    routing_rules.remove(rule, actor=actor)
    return _("删掉了。")


STEPS: dict[str, Callable[[RoutingRule, Actor], str]] = {
    "up": _moved(-1),
    "down": _moved(1),
    "try": _tried,
    "activate": _activated,
    "off": _switched_off,
    "remove": _removed,
}


def _form(request: Request, rule: RoutingRule | None) -> RuleForm:
    initial: dict[str, Any] = RuleForm.initial_of(rule) if rule is not None else {}
    kinds = [
        (kind.code, f"{kind.parent.name}·{kind.name}" if kind.parent is not None else kind.name)
        for kind, _depth in officers.kinds_in_order(request.district)
    ]
    return RuleForm(
        request.POST or None,
        initial=initial,
        kinds=kinds,
        areas=officers.places_of(request.district),
        organisations=officers.organisations_of(request.district),
    )


def _written(form: RuleForm, district: District) -> Written:
    asked = form.cleaned_data
    kind, _dash, value = asked["to"].partition("-")
    to: Organisation | str = value
    if kind == "org":
        found = Organisation.objects.in_use().filter(district=district, pk=value).first()
        if found is None:
            sentence = _("没有找到这个组织，请重新选。")
            raise BadInput(sentence, {"to": sentence})
        to = found
    return Written(name=asked["name"], condition=form.condition(), to=to, why=asked["why"])
