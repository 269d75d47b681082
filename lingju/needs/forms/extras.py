"""What is asked about wishes, surveys and signals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.needs.models import Wave, Wish
from lingju.needs.services.surveying import AGES, FEELINGS, MOST_QUESTIONS, Question, Sheet, WaveDraft
from lingju.needs.services.wishing import MOST_YUAN, Wished
from lingju.people.models import Organisation
from lingju.places.models import Area

PICK = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}
# From best to worst, as they stand on the page; the value is the mark.
ANSWERS = (("5", _("很好")), ("4", _("比较好")), ("3", _("一般")), ("2", _("不太好")), ("1", _("很不好")))
DATE = {"required": _("请填写日期。"), "invalid": _("请写成 2026-03-31 这样的日期。")}


def _date(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE, **options)


class WishForm(Asking):
    """Ask for a wish: what everybody reads first, then whose it is."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    at = forms.ChoiceField(label=_("在哪里征集"), error_messages=PICK)
    kind = forms.ChoiceField(
        label=_("想要什么"), choices=Wish.Kind.choices, widget=forms.RadioSelect, error_messages=PICK
    )
    group = text(_("哪类人"), 30, help_text=_("比如独居老人、困难家庭的孩子。不写姓名。"))
    public_text = text(
        _("公开的文字"), 120, rows=2, help_text=_("人人看得到。不写姓名、电话、门牌；写了也会自动隐去。")
    )
    value_yuan = forms.IntegerField(
        label=_("大约多少钱"),
        min_value=0,
        max_value=MOST_YUAN,
        help_text=_("整数，最多 %(most)d 元；服务类填 0。") % {"most": MOST_YUAN},
        error_messages={
            **REQUIRED,
            "invalid": _("请填整数。"),
            "min_value": _("请填整数。"),
            "max_value": _("微心愿在 %(limit_value)s 元以内。超过的请走“说一声”。"),
        },
    )
    wisher = text(_("许愿人怎么称呼"), 40, help_text=_("只有本社区的工作人员看得到，每次看都有记录。"))
    contact = text(_("联系方式"), 20, mode="tel", required=False)
    has_agreed = forms.BooleanField(
        label=_("本人同意：不写姓名，把这个心愿公开给愿意帮忙的人看"),
        error_messages={"required": _("要本人同意不写姓名地公开，才能征集。")},
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["at"].choices = list(places)  # type: ignore[attr-defined]

    def wished(self) -> Wished:
        """Return the wish as it was told."""
        said = self.cleaned_data
        names = ("kind", "group", "public_text", "value_yuan", "wisher", "contact", "has_agreed")
        return Wished(**{name: said[name] for name in names})


class ClaimForm(Asking):
    """Ask for whom somebody claims a wish, and by when they will fulfil it."""

    organisation = forms.ChoiceField(label=_("以谁的名义"), required=False, error_messages=PICK)
    promised_on = _date(_("打算哪天办到"), required=False)

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.organisations = {str(one.pk): one for one in organisations}
        choices = [("", _("我个人")), *((pk, one.name) for pk, one in self.organisations.items())]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]

    def organisation_chosen(self) -> Organisation | None:
        """Return the organisation, or None for oneself."""
        return self.organisations.get(self.cleaned_data.get("organisation", ""))


class StepForm(ClaimForm):
    """Ask what a step at the desk needs: a reason, a day, an organisation; each step takes its own."""

    step = forms.CharField(widget=forms.HiddenInput, max_length=20)
    why = text(_("原因"), 120, required=False)


class WhyForm(Asking):
    """Ask why."""

    why = text(_("原因"), 120)


class SheetForm(Asking):
    """Ask the questions of a wave, and two things one may leave out."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, wave: Wave, areas: Sequence[Area], **options: Any) -> None:
        super().__init__(*args, **options)
        self.areas = {str(area.pk): area for area in areas}
        self.codes = [str(question["code"]) for question in wave.questions]
        for question in wave.questions:
            self.fields[question["code"]] = forms.ChoiceField(
                label=question["text"],
                choices=ANSWERS,
                widget=forms.RadioSelect,
                required=False,
                error_messages=PICK,
            )
        named = [("", _("不说")), *((pk, area.short_name) for pk, area in self.areas.items())]
        self.fields["area"] = forms.ChoiceField(
            label=_("您住在哪个社区"), choices=named, required=False, error_messages=PICK
        )
        self.fields["age"] = forms.ChoiceField(
            label=_("您的年龄"), choices=[("", _("不说")), *AGES.items()], required=False, error_messages=PICK
        )

    def asked(self) -> list[forms.BoundField]:
        """Return the questions as they stand on the page."""
        return [self[code] for code in self.codes]

    def sheet(self) -> Sheet:
        """Return what was answered."""
        said = self.cleaned_data
        marks = {code: int(said[code]) for code in self.codes if said.get(code)}
        return Sheet(marks, self.areas.get(said["area"]), said["age"])


class WaveForm(Asking):
    """Ask for a wave: title, days, and up to five questions, each about one feeling."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = text(_("标题"), 60)
    since = _date(_("起"))
    until = _date(_("止"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(1, MOST_QUESTIONS + 1):
            self.fields[f"feeling_{number}"] = forms.ChoiceField(
                label=_("第 %(n)d 题问的是") % {"n": number}, choices=list(FEELINGS.items()), required=False
            )
            self.fields[f"text_{number}"] = text(_("第 %(n)d 题") % {"n": number}, 60, required=False)

    def draft(self) -> WaveDraft:
        """Return the wave as it was written."""
        said = self.cleaned_data
        numbers = range(1, MOST_QUESTIONS + 1)
        questions = [Question(said[f"feeling_{n}"], said[f"text_{n}"]) for n in numbers if said[f"text_{n}"]]
        return WaveDraft(said["title"], said["since"], said["until"], questions)

    def show(self, refusal: Any) -> None:
        """Put what is wrong with the questions at the first of them."""
        super().show(refusal)
        if "questions" in refusal.fields:
            self.add_error("text_1", str(refusal.fields["questions"]))
            self.errors.pop("__all__", None)
