"""The rule of a day: what it would give before it is set; the roles of the day, and what units can do."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.forms.board import PressForm
from lingju.cobuilding.forms.cycles import AbilityForm, RoleForm, RuleForm, role_typed, rule_typed
from lingju.cobuilding.models import Capability, DaySeries, Role
from lingju.cobuilding.phrases import day_words
from lingju.cobuilding.queries import cycles as queries
from lingju.cobuilding.queries.cycles import Leader
from lingju.cobuilding.rules import carries_it_out, leads_it, sets_the_rule
from lingju.cobuilding.services import catalogue, cycles, roles, steps
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.kernel.asking import Asking, chosen, saved, whole_number
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to

LOOK = "look"


def _leader(request: Request, leaders: list[Leader]) -> Leader | None:
    """Return the area that is asked for, or the first; another is not there."""
    said = request.GET.get("at", "")
    if not said:
        return next(iter(leaders), None)
    found = next((one for one in leaders if str(one.area.pk) == said), None)
    if found is None:
        raise NotThere(_("没找到这个街道，或者不归您管。"))
    return found


@open_to(carries_it_out)
@never_cache
def desk_days_rule(request: Request) -> HttpResponse:
    """Show the rule of a day with the twelve days it gives; let look at another, and set it."""
    leaders = queries.leaders(request.actor, request.district)
    leader = _leader(request, leaders)
    if leader is None:
        return render(request, "cobuilding/desk_days_rule.html", {"leader": None, "leaders": leaders})
    series, area = leader.series, leader.area
    form = RuleForm(request.POST if request.method == "POST" else None, initial=rule_typed(series))
    looks = request.POST.get("do") == LOOK
    may_set = sets_the_rule.allows(request.actor, area)
    if request.method == "POST":
        sets_the_rule.check(request.actor, area)

    def save() -> None:
        draft = form.draft()
        cycles.check_series(draft)
        if not looks:
            # A second hand that began at the same time saw no rule: it is told, and not written over.
            seen = form.cleaned_data["version"] or 0
            steps.set_rule(area, draft, actor=request.actor, version=seen)

    def now_there() -> dict[str, Any]:
        return rule_typed(DaySeries.objects.filter(area=area, ended_on__isnull=True).first())

    done = request.method == "POST" and saved(form, save, now_there=now_there)
    if done and not looks:
        messages.success(request, _("定好了，今后一年的期次已经排出来。"))
        return HttpResponseRedirect(f"{reverse('desk_days_rule')}?at={area.pk}")
    shown = {
        "leaders": leaders,
        "leader": leader,
        "others": [one for one in leaders if one.series is None and one.area.pk != area.pk],
        "form": form,
        "may_set": may_set,
        "rule": _rule(series) if series is not None else "",
        "looks": done,
        "told": _told(leader, form if done else None, form.errors, may_set),
    }
    return render(request, "cobuilding/desk_days_rule.html", shown, status=422 if form.errors else 200)


@open_to(sets_the_rule)
@never_cache
def desk_days_rule_end(request: Request) -> HttpResponse:
    """Ask why a day is held no more, and end it."""
    leader = _leader(request, [one for one in queries.leaders(request.actor, request.district) if one.series])
    if leader is None or leader.series is None:
        raise NotThere(_("这里还没有定共建日，没有可停的。"))
    series = leader.series
    form = PressForm(request.POST if request.method == "POST" else None)

    def stop() -> None:
        said = form.cleaned_data
        steps.end_rule(series, said["reason"], actor=request.actor, version=said["version"])

    if request.method == "POST" and saved(form, stop):
        messages.success(request, _("不再办了，以后的期次都取消了。"))
        return HttpResponseRedirect(f"{reverse('desk_days_rule')}?at={leader.area.pk}")
    shown = {"leader": leader, "form": form}
    return render(request, "cobuilding/desk_days_rule_end.html", shown, status=422 if form.errors else 200)


def _rule(series: DaySeries) -> str:
    return _("每月%(day)s") % {"day": day_words(series, str(queries.WEEKDAYS[series.weekday]))}


def _told(leader: Leader, form: RuleForm | None, errors: object, may_set: bool) -> list[queries.Foretold]:
    """Return the days of what was typed, else of the rule that stands, else of the usual one."""
    if form is not None:
        return queries.foretold(leader.area, form.draft(), leader.series)
    if errors or (leader.series is None and not may_set):
        return []
    typed = rule_typed(leader.series)
    usual: dict[str, Any] = {"name": _("城市共建日"), **typed}
    usual.pop("version", None)
    return queries.foretold(leader.area, SeriesDraft(**usual), leader.series)


@open_to(carries_it_out)
@never_cache
def desk_days_roles(request: Request) -> HttpResponse:
    """Show the roles of a day and what units can do; let add, word, weigh, retire."""
    leaders = [one for one in queries.leaders(request.actor, request.district) if one.series is not None]
    leader = _leader(request, leaders)
    series = leader.series if leader is not None else None
    if leader is None or series is None:
        return render(request, "cobuilding/desk_days_roles.html", {"leader": None, "leaders": leaders})
    typed = request.POST if request.method == "POST" else None
    do = typed.get("do", "") if typed is not None else ""
    can = list(Capability.objects.filter(district=request.district))
    forms = _Forms(request, series, can, do)
    if typed is not None and forms.press(do):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(f"{reverse('desk_days_roles')}?at={leader.area.pk}")
    shown = {
        "leaders": leaders,
        "leader": leader,
        "roles": forms.rows,
        "new": forms.new,
        "ability": forms.ability,
        "plain": forms.plain,
        "capabilities": can,
        "may_lead": leads_it.allows(request.actor, series),
        "may_set": sets_the_rule.allows(request.actor, leader.area),
    }
    return render(request, "cobuilding/desk_days_roles.html", shown, status=422 if typed else 200)


class _Forms:
    """The forms of the page of roles; the one that was sent is bound."""

    def __init__(self, request: Request, series: DaySeries, can: list[Capability], do: str) -> None:
        self.request, self.series, self.can = request, series, can
        typed = request.POST
        offered = [one for one in can if not one.is_retired]
        self.row = whole_number(typed.get("row", ""))
        self.rows: list[tuple[Role, RoleForm]] = [
            (role, self._form(role, do == "edit" and role.pk == self.row, offered))
            for role in series.roles.select_related("capability", "series__area")
        ]
        order = {"order": len(self.rows) + 1}
        self.new = RoleForm(
            typed if do == "add" else None, capabilities=offered, initial=order, auto_id="id_new_%s"
        )
        self.ability = AbilityForm(typed if do == "can_add" else None, auto_id="id_can_%s")
        self.plain = Asking({} if do in PLAIN else None)

    def _form(self, role: Role, is_sent: bool, offered: list[Capability]) -> RoleForm:
        kept = [role.capability] if role.capability is not None and role.capability not in offered else []
        return RoleForm(
            self.request.POST if is_sent else None,
            capabilities=[*offered, *kept],
            initial=role_typed(role),
            auto_id=f"id_{role.pk}_%s",
        )

    def press(self, do: str) -> bool:
        """Do what was pressed; say whether it was done. Raises NotThere for what there is not."""
        if do == "add":
            return saved(self.new, self._add)
        if do == "can_add":
            return saved(self.ability, self._add_ability)
        if do == "edit":
            role, form = self._role()
            return saved(form, lambda: roles.edit(role, form.draft(), actor=self.request.actor))
        act = chosen(PLAIN, do)
        return saved(self.plain, lambda: act(self))

    def _role(self) -> tuple[Role, RoleForm]:
        found = next(((role, form) for role, form in self.rows if role.pk == self.row), None)
        if found is None:
            raise NotThere(_("没有这个角色。"))
        return found

    def _add(self) -> object:
        code = self.new.cleaned_data["code"]
        return roles.add(self.series, code, self.new.draft(), actor=self.request.actor)

    def _add_ability(self) -> object:
        said, actor = self.ability.cleaned_data, self.request.actor
        district = self.request.district
        return catalogue.add_capability(
            district, said["code"], said["name"], needs_proof=said["needs_proof"], actor=actor
        )

    def fill(self) -> object:
        """Add the house's roles that are missing."""
        return catalogue.fill_roles(self.series, actor=self.request.actor)

    def retire(self) -> object:
        """Retire the role that was pressed."""
        return roles.retire(self._role()[0], actor=self.request.actor)

    def take_up(self) -> object:
        """Take the role that was pressed up again."""
        return roles.take_up(self._role()[0], actor=self.request.actor)

    def retire_ability(self) -> object:
        """Offer what units can do no more."""
        found = next((one for one in self.can if one.pk == self.row), None)
        if found is None:
            raise NotThere(_("没有这一项。"))
        return catalogue.retire_capability(found, actor=self.request.actor)


PLAIN: Mapping[str, Callable[[_Forms], object]] = {
    "fill": _Forms.fill,
    "retire": _Forms.retire,
    "take_up": _Forms.take_up,
    "can_retire": _Forms.retire_ability,
}
