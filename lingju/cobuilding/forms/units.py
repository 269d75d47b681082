"""What the desk types about units, members, pairings and reviews."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.choosing import Chosen, day, hidden, months, one, several, version, whole
from lingju.cobuilding.models import Enrolment, Member, Review
from lingju.cobuilding.queries.units import Choices
from lingju.cobuilding.services.enrolling import MOST_HISTORY, MOST_PEOPLE, Terms, UnitDraft
from lingju.cobuilding.services.members import MemberDraft
from lingju.cobuilding.services.reviewing import ReviewDraft
from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.people.models import Organisation


class TermsForm(Chosen):
    """Ask what a unit offers, and whom to call."""

    people = whole(_("一次来几个人"), min_value=1, max_value=MOST_PEOPLE, initial=3)
    capabilities = several(_("能做的事"), help_text=_("一项也不选也可以报到，只会排到谁都能做的角色。"))
    months = months(_("方便的月份"))
    history = whole(_("以前轮过几次"), min_value=0, max_value=MOST_HISTORY, initial=0, required=False)
    liaison = text(_("联络员"), 40, required=False, help_text=_("加密保存，只有管这家单位的人看得到。"))
    phone = text(_("联络电话"), 20, mode="tel", required=False)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    version = version()

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("capabilities", choices.capabilities)

    def terms(self) -> Terms:
        """Return what was typed."""
        said = self.cleaned_data
        return Terms(
            people=said["people"],
            capabilities=self.many("capabilities"),
            months=tuple(said["months"]),
            history=said["history"] or 0,
            liaison=said["liaison"],
            phone=said["phone"],
            lon=said["lon"],
            lat=said["lat"],
        )


class UnitForm(TermsForm):
    """Ask for a unit that reports in."""

    name = text(_("单位名称"), 80)
    kind = one(_("类别"), choices=Organisation.Kind.choices)
    uscc = text(_("统一社会信用代码"), 40, required=False, help_text=_("18 位，营业执照或法人证书上有。"))
    area = one(_("报到的地方"), help_text=_("在街道报到的，全街道的社区都能轮到。"))
    field_order = ("name", "kind", "uscc", "area")

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, choices=choices, **options)
        self.offer("area", choices.areas, called=lambda area: area.short_name)

    def draft(self) -> UnitDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return UnitDraft(self.row("area"), said["name"], said["kind"], said["uscc"], self.terms())


def terms_typed(unit: Enrolment) -> dict[str, Any]:
    """Return what a unit offers as the form shows it."""
    names = ("people", "history", "liaison", "phone", "lon", "lat", "version")
    return {
        **{name: getattr(unit, name) for name in names},
        "months": unit.preferred_months,
        "capabilities": [str(pk) for pk in unit.capabilities.values_list("pk", flat=True)],
    }


class StepForm(Asking):
    """Ask what a step needs: why, a share, days, a key; each step takes its own."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    reason = text(_("原因"), 120, required=False)
    weight = forms.FloatField(label=_("轮值份量"), required=False)
    weight_reason = text(_("份量原因"), 120, required=False)
    starts_on = day(_("从哪天起"), required=False)
    ends_on = day(_("到哪天止"), required=False)
    reply = text(_("回应"), 300, required=False)
    key = hidden()
    version = version()


class MemberForm(Chosen):
    """Ask for a member who reports in; that they agreed is ticked, not assumed."""

    called = text(_("怎么称呼"), 40, help_text=_("加密保存，不列出来；谁看过都有记录。"))
    phone = text(_("联络电话"), 20, mode="tel", required=False)
    area = one(_("报到的社区"))
    enrolment = one(_("报到单位"), required=False)
    capabilities = several(_("能做的事"))
    times = text(_("方便的时间"), 80, required=False)
    agreed = forms.BooleanField(label=_("本人同意登记"), required=False)
    key = hidden()

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, called=lambda area: area.short_name)
        self.offer("enrolment", choices.units, none=_("没有单位，或者单位没报到"))
        self.offer("capabilities", choices.capabilities)

    def draft(self) -> MemberDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return MemberDraft(
            called=said["called"],
            phone=said["phone"],
            enrolment=self.row("enrolment"),
            capabilities=self.many("capabilities"),
            times=said["times"],
            agreed=said["agreed"],
        )


class PairingForm(Chosen):
    """Ask which unit, or which member, looks after which compound."""

    enrolment = one(_("报到单位"), required=False)
    member = one(_("报到党员"), required=False, help_text=_("只写编号，不写姓名。"))
    compound = one(_("包联的小区"))

    def __init__(self, *args: Any, choices: Choices, members: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("enrolment", choices.units, none=_("不选单位"))
        self.offer("member", members, none=_("不选党员"), called=member_number)
        self.offer("compound", choices.compounds, called=lambda one: f"{one.area.short_name} {one.name}")

    def clean(self) -> dict[str, Any]:
        """Refuse both and neither."""
        said = super().clean() or self.cleaned_data
        if bool(said.get("enrolment")) == bool(said.get("member")):
            self.add_error("enrolment", str(_("单位和党员，请选一个。")))
        return said


def member_number(member: Member) -> str:
    """Return how a member stands in a list: the community and the end of a number."""
    return f"{member.area.short_name} {member.pk % 100000:05d}"


class ReviewForm(Chosen):
    """Ask how it went in a period: with a unit, at a community."""

    enrolment = one(_("报到单位"))
    area = one(_("社区"))
    period = text(_("期间"), 10, help_text=_("写 2026-11 这样的月份，或者 2026Q4、2026。"))
    verdict = one(_("评价"), choices=Review.Verdict.choices, widget=forms.RadioSelect)
    text = text(_("说明"), 300, rows=2, required=False)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("enrolment", choices.units)
        self.offer("area", choices.areas, called=lambda area: area.short_name)

    def draft(self) -> ReviewDraft:
        """Return what was typed."""
        return review_draft(self.cleaned_data)


def review_draft(said: dict[str, Any]) -> ReviewDraft:
    """Return a review from what was typed."""
    return ReviewDraft(said["period"], said["verdict"], said["text"])


class DoubleForm(Asking):
    """Ask how the district words one of the four doubles."""

    name = forms.CharField(label=_("名称"), max_length=20, error_messages=REQUIRED)
    meaning = text(_("说明"), 120, required=False)
    version = version()


class SheetForm(Asking):
    """A roll of units, or a list of resources, to look at before it is taken in."""

    sheet = one(
        _("哪张表"),
        choices=[("units", _("报到单位")), ("resources", _("资源清单"))],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("表格文件"),
        help_text=_(".xlsx 或 .csv，先看一遍会怎样，确认了才写进去。"),
        error_messages={"required": _("请选一个文件。"), "empty": _("这个文件是空的。")},
    )
