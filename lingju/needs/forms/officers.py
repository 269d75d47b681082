"""Forms of an officer: a rule without a line of code, a template, a kind of need, the district's policy."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import REQUIRED, Asking
from lingju.kernel.asking import text as line
from lingju.needs.conditions import LONGEST_WORD
from lingju.needs.models import Category, Need, RoutingRule

Choices = Sequence[tuple[Any, Any]]
BETWEEN = re.compile(r"[\s、，,；;]+")
YES, NO = "yes", "no"
URGENT = {YES: True, NO: False}
PICKS = forms.CheckboxSelectMultiple


class WordsField(forms.CharField):
    """Several words in one box, parted by anything that parts words."""

    def clean(self, value: Any) -> list[str]:
        """Return the words, each once."""
        typed = super().clean(value)
        return list(dict.fromkeys(word for word in BETWEEN.split(typed) if word))

    def prepare_value(self, value: Any) -> Any:
        """Return the words as they are shown for editing."""
        return "、".join(value) if isinstance(value, list) else value


def _words(label: Any, help_text: Any) -> WordsField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return WordsField(label=label, required=False, max_length=400, widget=widget, help_text=help_text)


def _picks(label: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=PICKS, **options)


def _number(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, error_messages=REQUIRED, **options
    )


class RuleForm(Asking):
    """Ask which needs a rule is about, which door it leads to, and why."""

    name = line(_("规则名称"), 60)
    categories = _picks(_("哪些类别"), help_text=_("勾了大类，下面的小类都算。一个不勾，就是不看类别。"))
    words = _words(_("说到这些词"), _("有一个就算，用顿号隔开，每个最多 %(n)d 个字。") % {"n": LONGEST_WORD})
    not_words = _words(_("不能说到这些词"), _("有一个就不算。"))
    areas = _picks(_("在哪些地方"), help_text=_("勾了街道，下面的社区都算。一个不勾，就是全区。"))
    channels = _picks(_("从哪里来"), choices=Need.Channel.choices)
    urgent = forms.ChoiceField(
        label=_("是否先办"),
        required=False,
        choices=[("", _("都算")), (YES, _("只算要先办的")), (NO, _("只算不用先办的"))],
    )
    to = forms.ChoiceField(label=_("派给谁"), error_messages=REQUIRED)
    why = line(_("为什么"), 120, help_text=_("派件的人和居民都会看到，比如“小区公共照明归物业”。"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, kinds: Choices, areas: Choices, organisations: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        levels = [(f"level-{value}", label) for value, label in RoutingRule.ToLevel.choices if value]
        bodies = [(f"org-{pk}", name) for pk, name in organisations]
        self._offer("categories", kinds)
        self._offer("areas", areas)
        self._offer("to", [("", _("请选择")), (_("按地方往上"), levels), (_("组织"), bodies)])

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def condition(self) -> dict[str, Any]:
        """Return the condition that was filled in, as the verbs take it."""
        asked = self.cleaned_data
        lists = ("categories", "words", "not_words", "areas", "channels")
        filled = {name: asked[name] for name in lists if asked[name]}
        urgent = URGENT.get(asked["urgent"])
        return filled if urgent is None else {**filled, "is_urgent": urgent}

    @staticmethod
    def initial_of(rule: RoutingRule) -> dict[str, Any]:
        """Return a rule as the form shows it; what its condition cannot say is left empty."""
        condition = rule.condition if isinstance(rule.condition, dict) else {}
        urgent = next((word for word, value in URGENT.items() if value is condition.get("is_urgent")), "")
        to = f"org-{rule.to_org_id}" if rule.to_org_id is not None else f"level-{rule.to_level}"
        lists = {
            name: given
            for name in ("categories", "words", "not_words", "areas", "channels")
            if isinstance(given := condition.get(name), list)
        }
        shown = {"name": rule.name, "why": rule.why, "urgent": urgent, "to": to, "version": rule.version}
        return {**lists, **shown}


class TemplateForm(Asking):
    """Ask for a plain reply to begin from."""

    name = line(_("名称"), 40)
    category = forms.ChoiceField(label=_("用在哪类事"), required=False)
    outcome = forms.ChoiceField(
        label=_("用在哪种结果"),
        required=False,
        choices=[("", _("还没有结果，或哪种都行")), *[one for one in Need.Outcome.choices if one[0]]],
    )
    text = line(
        _("文字"), 500, rows=5, help_text=_("要经办人填的地方写成【什么】，没填完发不出去。说家常话。")
    )
    order = _number(_("顺序"), 0, 9999, help_text=_("小的排前面。"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("哪类都行")), *kinds]  # type: ignore[attr-defined]


class KindForm(Asking):
    """Ask for what a kind of need promises and how it is shown."""

    name = line(_("名称"), 40)
    hint = line(_("举例"), 60, required=False, help_text=_("写在名称下面的几个字。"))
    keywords = line(_("关键词"), 300, rows=2, required=False, help_text=_("用逗号隔开，帮居民选对类别。"))
    respond_hours = _number(_("首次回话时限"), 1, 400, help_text=_("按上班的小时算。"))
    due_amount = _number(_("办结时限"), 1, 400)
    due_unit = forms.ChoiceField(label=_("时限单位"), choices=Category.Unit.choices)
    needs_evidence = forms.BooleanField(label=_("说办成了要有照片"), required=False)
    is_private = forms.BooleanField(
        label=_("不公开文字"), required=False, help_text=_("公开清单上只计数，不写说了什么。")
    )
    is_active = forms.BooleanField(label=_("让居民选"), required=False)
    order = _number(_("顺序"), 0, 9999)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewKindForm(KindForm):
    """Ask for another kind of need, and below which it lies."""

    code = line(_("编码"), 40, help_text=_("字母和数字，接口和导出用，以后不能改。"))
    parent = forms.ChoiceField(label=_("上级类别"), required=False)

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("没有，放在第一步")), *kinds]  # type: ignore[attr-defined]
        self.order_fields(["parent", "code"])


class PolicyForm(Asking):
    """Ask how the district runs its loop."""

    calendar = forms.ChoiceField(
        label=_("工作日历"), required=False, help_text=_("时限按哪个日历的上班时间算。")
    )
    ask_days = _number(_("等评价几天"), 1, 60, help_text=_("到时还没回音，记作“没有回音”，不算满意。"))
    reopen_days = _number(_("几天内可重办"), 1, 365)
    smallest_cell = _number(_("公开的最小数目"), 3, 100, help_text=_("比这个少的数目，公开时不写出来。"))
    gas_phone = line(
        _("燃气抢修电话"), 20, required=False, mode="tel", help_text=_("说到漏气时，先给居民看这个电话。")
    )

    def __init__(self, *args: Any, calendars: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].choices = [("", _("区里的默认日历")), *calendars]  # type: ignore[attr-defined]
