"""What the desk types about the day's rule, its roles, what units can do, and the steps of a cycle."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.beside import Beside
from lingju.cobuilding.forms.choosing import PICK, Chosen, day, hour, one, version, whole
from lingju.cobuilding.models import Capability, DaySeries, Role
from lingju.cobuilding.queries.cycles import NTH, WEEKDAYS
from lingju.cobuilding.services.cycles import MOST_WINDOW, SeriesDraft
from lingju.cobuilding.services.roles import MOST_WEIGHT, RoleDraft
from lingju.kernel import clock
from lingju.kernel.asking import Asking, text

PLAIN = (
    *("name", "rule", "nth", "weekday", "day_of_month", "moves", "starts", "ends"),
    *("days_before", "days_after", "notice_days", "since"),
)


def numbered(label: Any, choices: Iterable[tuple[int, Any]], **options: Any) -> forms.TypedChoiceField:
    """Make a field of which one is chosen, by number."""
    return forms.TypedChoiceField(
        label=label, choices=list(choices), coerce=int, error_messages=PICK, **options
    )


class RuleForm(Beside):
    """Ask on which day of a month it is held, where a day of rest moves it, and when on that day."""

    name = text(_("名称"), 40, initial=_("城市共建日"))
    rule = one(
        _("每月哪一天"), choices=DaySeries.Rule.choices, widget=forms.RadioSelect, initial="nth_weekday"
    )
    nth = numbered(_("第几个"), NTH.items(), initial=1)
    weekday = numbered(_("星期几"), WEEKDAYS.items(), initial=4)
    day_of_month = whole(
        _("每月几号"),
        required=False,
        min_value=1,
        max_value=28,
        help_text=_("选“固定一天”才填，1 到 28 号。"),
    )
    moves = one(
        _("遇上放假"),
        choices=DaySeries.Moves.choices,
        initial="next_working_same_weekday",
        help_text=_("固定一天的，请选顺延或提前到工作日、照常举行或者不办。"),
    )
    starts = hour(_("几点开始"), initial="14:30")
    ends = hour(_("几点结束"), initial="17:30")
    days_before = whole(
        _("前几天也算这一期"),
        min_value=0,
        max_value=MOST_WINDOW,
        initial=2,
        help_text=_("活动记到哪一期，看这几天。"),
    )
    days_after = whole(_("后几天也算这一期"), min_value=0, max_value=MOST_WINDOW, initial=6)
    notice_days = whole(_("提前几天公布"), min_value=0, max_value=90, initial=14)
    since = day(_("从哪个月起"), help_text=_("填那个月的任意一天，那个月是第 1 期。"))
    version = version()

    def draft(self) -> SeriesDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return SeriesDraft(**{name: said[name] for name in PLAIN})


def rule_typed(series: DaySeries | None) -> dict[str, Any]:
    """Return a rule as its form shows it; a first one begins this month."""
    if series is None:
        return {"since": clock.today().replace(day=1)}
    return {name: getattr(series, name) for name in (*PLAIN, "version")}


class RoleForm(Chosen):
    """Ask what a role is called, what it asks for, and how much it matters when nobody has it."""

    code = text(_("代码"), 40, required=False, help_text=_("小写英文字母，定了就不改，比如 haircut。"))
    name = text(_("角色"), 40)
    capability = one(_("要会做什么"), required=False)
    weight = whole(
        _("空着有多要紧"),
        min_value=1,
        max_value=MOST_WEIGHT,
        initial=1,
        help_text=_("1 到 9；单位不够时，先保要紧的。"),
    )
    order = whole(_("排在第几"), min_value=0, max_value=99, initial=1)
    is_lead = forms.BooleanField(label=_("牵头"), required=False)

    def __init__(self, *args: Any, capabilities: Iterable[Capability], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("capability", capabilities, none=_("不限，谁都能做"), called=lambda can: can.name)

    def draft(self) -> RoleDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return RoleDraft(said["name"], self.row("capability"), said["is_lead"], said["weight"], said["order"])


def role_typed(role: Role) -> dict[str, Any]:
    """Return a role as its form shows it."""
    names = ("code", "name", "weight", "order", "is_lead")
    return {**{name: getattr(role, name) for name in names}, "capability": str(role.capability_id or "")}


class AbilityForm(Asking):
    """Ask for something that units can do."""

    code = text(_("代码"), 40, help_text=_("小写英文字母，定了就不改，比如 haircut。"))
    name = text(_("能做的事"), 40)
    needs_proof = forms.BooleanField(label=_("要看资格证"), required=False)


class CycleStepForm(Asking):
    """Ask what a step of a cycle needs: why, which day, which theme."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    reason = text(_("原因"), 120, required=False)
    theme = text(_("主题"), 60, required=False)
    date = day(_("改到哪天"), required=False)
    version = version()
