"""What people type about themselves: enrolling, number and code, a yes, a word about hours, a certificate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import Asking, text
from lingju.volunteering.forms.fields import FREE, Chosen, calendar_day, free_of, hidden, one, several, tick
from lingju.volunteering.models import VolunteerGuardian
from lingju.volunteering.queries.desk import Choices
from lingju.volunteering.services.enrolling import Enrolment, Guardian


class EnrolForm(Chosen):
    """Ask for the least that is needed to be asked and certified; a minor's guardian with it."""

    called = text(_("怎么称呼您"), 40)
    phone = text(_("手机号"), 20, mode="tel", required=False, help_text=_("有变动好告诉您；不公开。"))
    born_on = calendar_day(_("出生日期"), help_text=_("有的活有年龄要求；未满 18 岁要监护人同意。"))
    area = one(_("在哪个社区"))
    compound = one(_("住在哪个小区"), required=False)
    skills = several(_("会做什么"))
    free = several(_("什么时候常有空"), choices=FREE)
    national_number = text(
        _("全国志愿者统一编号"),
        30,
        required=False,
        help_text=_("在全国志愿服务信息系统注册过的才有；不是身份证号。"),
    )
    guardian_called = text(_("监护人怎么称呼"), 40, required=False)
    guardian_phone = text(_("监护人手机号"), 20, mode="tel", required=False)
    guardian_relation = one(
        _("是孩子的什么人"), required=False, choices=[("", _("请选")), *VolunteerGuardian.Relation.choices]
    )
    guardian_agrees = tick(_("我是监护人，看过上面的话，同意"), must=False)
    has_agreed = tick(_("我看过上面的话，同意"), must=False)
    key = hidden()

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, none=_("请选"), called=lambda area: area.short_name)
        self.offer("compound", choices.compounds, none=_("不说"))
        self.offer("skills", choices.skills)

    def enrolment(self, *, is_told: bool = False) -> Enrolment:
        """Return what was typed."""
        said = self.cleaned_data
        guardian = Guardian(
            called=said["guardian_called"],
            phone=said["guardian_phone"],
            relation=said["guardian_relation"],
            has_agreed=said["guardian_agrees"],
        )
        return Enrolment(
            called=said["called"],
            area=self.row("area"),
            born_on=said["born_on"],
            phone=said["phone"],
            compound=self.row("compound"),
            skills=self.many("skills"),
            free=free_of(said["free"]),
            national_number=said["national_number"],
            guardian=guardian,
            has_agreed=said["has_agreed"],
            is_told=is_told,
        )


class CodeForm(Asking):
    """Ask for the number and the code of a volunteer."""

    number = text(_("志愿者编号"), 20, help_text=_("V 开头，在登记后的页面或纸条上。"))
    code = text(_("查询码"), 12, mode="numeric")


class YesForm(Asking):
    """Ask for a yes, with the risks read."""

    risk_told = tick(_("风险告知看过了，我知道"))


class ChangeForm(Chosen):
    """Ask what somebody can do and when they are free."""

    skills = several(_("会做什么"))
    free = several(_("什么时候常有空"), choices=FREE)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("skills", choices.skills)


class ObjectForm(Asking):
    """Ask what is wrong with the hours of one call."""

    call_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    why = text(_("哪里不对"), 200)
    key = hidden()


class AskForm(Asking):
    """Ask for a certificate of the hours between two days."""

    called = text(_("证明上印的姓名"), 40)
    since = calendar_day(_("从哪天起"))
    until = calendar_day(_("到哪天止"))
    key = hidden()


class CheckForm(Asking):
    """Ask for the number and the mark of a certificate."""

    serial = text(_("证明编号"), 40)
    m = text(_("防伪码"), 30)
