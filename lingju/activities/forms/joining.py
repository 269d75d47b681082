"""What is asked of whoever signs up: three things, and of who brings children the guardian's word."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import GuardianConsent
from lingju.activities.services.signing_up import MOST_PEOPLE, Coming, Guardian
from lingju.bookings.models import Claim
from lingju.kernel.asking import REQUIRED, Asking, text

WHOLE = {**REQUIRED, "invalid": _("请填整数。"), "min_value": _("至少 1 个人。")}


def _people(label: Any, least: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={**WHOLE, "max_value": _("一次最多报 10 个人；人多请打电话给社区。")},
        **options,
    )


class JoinForm(Asking):
    """Ask how to call somebody, where to reach them, how many come; the rest only with children."""

    called = text(_("怎么称呼您"), 20)
    phone = text(
        _("手机号"),
        40,
        mode="tel",
        required=False,
        help_text=_("有变动发短信告诉您；不留也行，凭预约号来看。"),
    )
    people = _people(_("几个人来"), 1, initial=1)
    minors = _people(_("其中几个不满 18 岁"), 0, required=False)
    guardian_called = text(_("监护人怎么称呼"), 20, required=False)
    guardian_phone = text(_("监护人手机号"), 40, mode="tel", required=False)
    guardian_relation = forms.ChoiceField(
        label=_("是孩子的"), required=False, choices=[("", _("请选")), *GuardianConsent.Relation.choices]
    )
    guardian_agrees = forms.BooleanField(label=_("我看过上面的话，同意孩子参加"), required=False)
    photos_allowed = forms.BooleanField(label=_("可以给孩子拍照"), required=False)
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    # People never see it; a program that fills every box gives itself away.
    website = forms.CharField(required=False, max_length=400, widget=forms.TextInput)

    def clean_website(self) -> str:
        """Ask a person to press again; whoever filled it with a program does not come back."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请再按一次“报名”，刚才没有交上。"))
        return ""

    @property
    def has_children(self) -> bool:
        """Say whether the part about children was touched, so that it is shown open."""
        names = ("minors", "guardian_called", "guardian_phone", "guardian_agrees")
        return any(self[name].errors or self.data.get(name) for name in names)

    def coming(self) -> Coming:
        """Return the party as it was told."""
        said = self.cleaned_data
        guardian = Guardian(
            called=said["guardian_called"],
            phone=said["guardian_phone"],
            relation=said["guardian_relation"],
            has_agreed=said["guardian_agrees"],
            photos_allowed=said["photos_allowed"],
        )
        return Coming(
            people=said["people"],
            minors=said["minors"] or 0,
            called=said["called"],
            phone=said["phone"],
            by=Claim.By.SMS.value if said["phone"] else Claim.By.PAGE.value,
            guardian=guardian if said["minors"] else None,
        )


class ToldForm(JoinForm):
    """The same at the desk or the station, written down for somebody who is there or on the telephone."""

    by = forms.ChoiceField(
        label=_("怎么告诉他"),
        widget=forms.RadioSelect,
        choices=[
            (Claim.By.PAPER.value, _("拿纸条来问")),
            (Claim.By.CALL.value, _("打电话")),
            (Claim.By.SMS.value, _("发短信")),
        ],
        error_messages={"required": _("请问一声怎么告诉他。")},
    )
    wishes = text(_("需要的照顾"), 80, required=False, help_text=_("比如坐轮椅、听不清。他愿意说才写。"))

    def coming(self) -> Coming:
        """Return the party as it was told to somebody."""
        told = super().coming()
        said = self.cleaned_data
        return Coming(
            people=told.people,
            minors=told.minors,
            called=told.called,
            phone=told.phone,
            by=said["by"],
            wishes=said["wishes"],
            guardian=told.guardian,
            is_told=True,
        )


class CodeForm(Asking):
    """Ask for number and code."""

    number = text(_("预约号"), 20, mode="numeric")
    code = text(_("查询码"), 20, mode="numeric")
    shared = forms.BooleanField(label=_("这是公用的屏幕，看完就忘"), required=False)
