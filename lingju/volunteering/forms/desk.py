"""What the desk types: a call, a step, an answer that was heard, hours, a team, a paper, a certificate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.asking import Asking, text
from lingju.kernel.errors import BadInput
from lingju.volunteering.forms.fields import (
    Chosen,
    calendar_day,
    hidden,
    hour,
    moment,
    one,
    several,
    tick,
    whole,
)
from lingju.volunteering.models import Call, Evidence, Invitation, Team
from lingju.volunteering.queries.desk import Choices
from lingju.volunteering.services.calling import CallPlan
from lingju.volunteering.services.certificates import Issuing
from lingju.volunteering.services.teams import TeamDraft


def row_id(**options: Any) -> forms.IntegerField:
    """Make a field that carries the id of a row."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1, **options)


class CallForm(Chosen):
    """Ask for a call: what, where, when, how many, what it takes, what may go wrong."""

    title = text(_("叫什么"), 60)
    summary = text(_("做什么"), 300, rows=2)
    kind = one(_("服务类别"), choices=Call.Kind.choices)
    area = one(_("哪个社区"))
    date = calendar_day(_("哪天"))
    starts = hour(_("几点开始"))
    ends = hour(_("几点结束"))
    station = one(_("在哪个驿站"), required=False)
    space = one(_("哪间屋子"), required=False)
    place_words = text(_("别处的地点"), 80, required=False)
    team = one(_("哪支志愿服务队牵头"), required=False)
    wanted = whole(_("要几个人"), min_value=1, max_value=500)
    skills = several(_("需要会什么"))
    min_age = whole(_("最小几岁"), required=False, max_value=70)
    risk_text = text(
        _("风险告知"), 500, rows=3, required=False, help_text=_("可能遇到什么、怎么防；没有这段话不能招募。")
    )
    is_risky = tick(_("有人身危险"), must=False)
    insurance = text(_("保险公司和保单号"), 120, required=False, help_text=_("有人身危险的，先买保险。"))
    insured_until = calendar_day(_("保到哪天"), required=False)
    asker = text(_("谁请求帮助"), 60, required=False, help_text=_("单位或人群，不写姓名。"))
    asker_was_checked = tick(_("求助方的需要核实过了"), must=False)
    key = hidden(required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, called=lambda area: area.short_name)
        self.offer("station", choices.stations, none=_("不在驿站"))
        self.offer("space", choices.spaces, none=_("不定"))
        self.offer("team", choices.teams, none=_("没有"))
        self.offer("skills", choices.skills)

    def plan(self) -> CallPlan:
        """Return what was typed as a plan."""
        said = self.cleaned_data
        same = ("title", "summary", "kind", "place_words", "wanted", "risk_text", "is_risky")
        rest = ("insurance", "insured_until", "asker", "asker_was_checked")
        return CallPlan(
            area=self.row("area"),
            starts_at=moment(said["date"], said["starts"]),
            ends_at=moment(said["date"], said["ends"]),
            station=self.row("station"),
            space=self.row("space"),
            team=self.row("team"),
            skills=self.many("skills"),
            min_age=said["min_age"] or 0,
            **{name: said[name] for name in (*same, *rest)},
        )

    def show(self, refusal: BadInput) -> None:
        """Put what is wrong with a moment at the field where it was typed."""
        named = {"starts_at": "date", "ends_at": "ends"}
        refusal.fields = {named.get(name, name): words for name, words in refusal.fields.items()}
        super().show(refusal)


def typed_of(call: Call) -> dict[str, Any]:
    """Return a call as the form shows it."""
    begins, ends = (at.astimezone(clock.ZONE) for at in (call.starts_at, call.ends_at))
    plain = ("title", "summary", "kind", "place_words", "wanted", "min_age", "risk_text", "is_risky")
    rest = ("insurance", "insured_until", "asker", "version")
    chosen = {name: str(getattr(call, f"{name}_id") or "") for name in ("area", "station", "space", "team")}
    return {
        **{name: getattr(call, name) for name in (*plain, *rest)},
        **chosen,
        "date": begins.date(),
        "starts": begins.time(),
        "ends": ends.time(),
        "skills": [str(skill.pk) for skill in call.skills.all()],
        "asker_was_checked": call.asker_checked_at is not None,
    }


class StepForm(Asking):
    """Ask what a step needs; each step takes its own."""

    step = hidden(20)
    why = text(_("原因"), 120, required=False)


class HeardForm(Asking):
    """Ask what was heard on the telephone or across the counter."""

    invitation_id = row_id()
    answer = one(_("本人怎么回"), choices=[("yes", _("答应来")), ("no", _("不来"))], widget=forms.RadioSelect)
    said = one(
        _("怎么说的"),
        choices=[(value, Invitation.Said(value).label) for value in ("phone", "in_person")],
        widget=forms.RadioSelect,
    )
    words = text(_("本人的话，大意"), 120)
    risk_told = tick(_("风险告知念给本人听了"), must=False)


class PressForm(Asking):
    """One press at the door."""

    nonce = hidden()
    kind = hidden(8)
    method = hidden(8)
    invitation_id = row_id(required=False)
    code = text(_("通行码或志愿者编号"), 80, required=False)


class MinutesForm(Asking):
    """Ask for minutes that were missed or wrong, and why."""

    volunteer_id = row_id()
    minutes = whole(_("几分钟"), max_value=1440)
    why = text(_("原因"), 200)
    key = hidden()


class LookForm(Asking):
    """Ask for a second person's word."""

    volunteer_id = row_id()
    why = text(_("怎么核的"), 200)
    key = hidden()


class SignForm(Asking):
    """One press that countersigns: of one person, or of all about whom nothing is odd."""

    volunteer_id = row_id(required=False)
    key = hidden()


class ThankForm(Asking):
    """Ask what whoever was helped has said."""

    words = text(_("受助方怎么说"), 200)
    method = one(
        _("怎么确认的"),
        choices=[
            (Evidence.Method.PHONE.value, _("打电话问的")),
            (Evidence.Method.DESK.value, _("当面问的")),
            (Evidence.Method.PAPER.value, _("签在纸上")),
        ],
        widget=forms.RadioSelect,
    )
    key = hidden()


class TeamForm(Chosen):
    """Ask for a team; everything in it may be read by everybody."""

    name = text(_("名称"), 60)
    area = one(_("哪个社区"))
    station = one(_("在哪个驿站"), required=False)
    organisation = one(_("属于哪个组织"), required=False)
    offers = text(_("能帮什么"), 200)
    summary = text(_("一句话介绍"), 200, required=False)
    when_words = text(_("什么时候在"), 80, required=False)
    contact_phone = text(
        _("联系电话"), 20, mode="tel", required=False, help_text=_("写公家的电话，不写个人手机。")
    )
    skills = several(_("志愿技能"))
    is_retired = tick(_("不再活动了"), must=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, called=lambda area: area.short_name)
        self.offer("station", choices.stations, none=_("没有固定的地方"))
        self.offer("organisation", choices.organisations, none=_("不属于"))
        self.offer("skills", choices.skills)

    def draft(self) -> TeamDraft:
        """Return what was typed."""
        said = self.cleaned_data
        words = ("name", "offers", "summary", "when_words", "contact_phone", "is_retired")
        return TeamDraft(
            area=self.row("area"),
            station=self.row("station"),
            organisation=self.row("organisation"),
            skills=self.many("skills"),
            **{name: said[name] for name in words},
        )


def typed_of_team(team: Team) -> dict[str, Any]:
    """Return a team as the form shows it."""
    words = ("name", "offers", "summary", "when_words", "contact_phone", "is_retired", "version")
    chosen = {name: str(getattr(team, f"{name}_id") or "") for name in ("area", "station", "organisation")}
    return (
        {name: getattr(team, name) for name in words}
        | chosen
        | {"skills": [str(skill.pk) for skill in team.skills.all()]}
    )


class PaperForm(Chosen):
    """Ask for a paper that was seen."""

    skill = one(_("做什么用"))
    paper = text(_("什么证"), 60)
    paper_number = text(_("证书编号"), 40, required=False)
    valid_until = calendar_day(_("有效期至"), required=False)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("skill", [skill for skill in choices.skills if skill.is_professional])


class IssueForm(Asking):
    """Ask for what the order demands on a certificate beside the hours."""

    issuer = text(_("出具单位"), 80)
    in_charge = text(_("单位负责人"), 40)
    handler = text(_("经办人"), 40)
    contact = text(_("联系电话"), 40, mode="tel")

    def issuing(self) -> Issuing:
        """Return what was typed."""
        return Issuing(**self.cleaned_data)


class WhyForm(Asking):
    """Ask for a reason."""

    why = text(_("原因"), 120)


class ExportForm(Asking):
    """Ask on which ground rows about persons leave the house."""

    basis = text(_("交给谁，凭什么交"), 120)
