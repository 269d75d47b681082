"""Forms of the desk: one for everything that can be done with a need, each with the version it was read at.

`version` says which need the clerk saw, `seen` the last thing that had happened then: where somebody else
was faster, the page can say what came meanwhile, and what was typed stays.
"""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from lingju.needs.forms.say import Asking, Files, FilesField
from lingju.needs.models import Asker, Category, Exclusion
from lingju.needs.queries.trace import kind_words
from lingju.needs.services import answering, handling

LONGEST_TYPED = 20_000  # what is too long is said by the verb, in words, and stays in its box
CHANNELS = (Asker.By.CALL, Asker.By.SMS, Asker.By.PAGE)


def _line(label: Any, most: int = 200, **options: Any) -> forms.CharField:
    attributes = {"autocomplete": "off", **options.pop("attrs", {})}
    usual: dict[str, Any] = {"required": False, "max_length": most, "label": label}
    return forms.CharField(**{**usual, **options}, widget=forms.TextInput(attrs=attributes))


def _words(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_TYPED, widget=widget, strip=False, **options
    )


def _date(label: Any, **options: Any) -> forms.DateField:
    wrong = {"invalid": _("日期写成 2026-12-01 这样。")}
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, error_messages=wrong, **options)


def _one_of(label: Any, choices: Any, sentence: Any, **options: Any) -> forms.ChoiceField:
    said = {"required": sentence, "invalid_choice": sentence}
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages=said, **options
    )


class Act(Asking):
    """Something done with a need that was read at a version."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    door_required = False

    @cached_property
    def shown(self) -> list[Any]:
        """Return the fields that are shown."""
        return self.visible_fields()


class HandOverForm(Act):
    """Offer a need to another door: its name, and why."""

    door = _line(_("交给哪一家"), 80, attrs={"list": "doors"}, help_text=_("打几个字，从列出来的里面选。"))
    why = _line(_("为什么该他们办"), 200)
    rule = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReplyForm(Act):
    """Tell the askers something, by the channel they use."""

    by = _one_of(_("用"), [(by.value, by.label) for by in CHANNELS], _("请选用什么方式回话。"))
    text = _words(_("说什么"))
    unreached = forms.BooleanField(label=_("没打通"), required=False)


class AnswerForm(Act):
    """Say what came of a need."""

    outcome = _one_of(
        _("结果"),
        [(one.value, one.label) for one in answering.ANSWERS],
        _("请选一个结果。不归这里管的，点“办不了”，请第二个人一起看。"),
    )
    text = _words(_("怎么跟居民说"), 4)
    planned_on = _date(_("定在哪天"), help_text=_("选了“定了日子”才写。"))
    next_door = _line(_("该找哪里"), 120, help_text=_("选了“转给别处”要写：单位、地址或电话。"))
    photo = FilesField(
        label=_("照片"),
        required=False,
        widget=Files(attrs={"accept": "image/*", "multiple": True}),
        help_text=_("拍活儿，不拍人。"),
    )
    everyone = forms.BooleanField(label=_("并案的几件一起这样答复"), required=False)


class NoteForm(Act):
    """Note something for colleagues."""

    text = _words(_("记一笔，居民看不到"), 2)


class MendForm(Act):
    """Set right what kind it is, what it is called, and what everybody may read."""

    category = forms.ChoiceField(label=_("类别"), required=False)
    title = _line(_("标题"), 60)
    is_urgent = forms.BooleanField(label=_("先办"), required=False)
    is_listed = forms.BooleanField(
        label=_("公开在需求清单上"), required=False, help_text=_("只公开下面这句话和在哪个社区，不公开是谁。")
    )
    public_text = _line(_("公开的文字"), 200)

    def __init__(self, *args: Any, kinds: list[Category], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = {str(kind.pk): kind for kind in kinds}
        choices = [(pk, kind_words(kind)) for pk, kind in self.kinds.items()]
        self.fields["category"] = forms.ChoiceField(label=_("类别"), choices=choices, required=False)


class PauseForm(Act):
    """Stop the clock for a stated reason."""

    reason = _one_of(_("等什么"), list(handling.PAUSES.items()), _("请选在等什么。"))
    until = _date(_("最晚等到哪天"))
    told = _words(_("怎么跟居民说"), 2)


class WordForm(Act):
    """Say yes to what is offered; where our desk writes an organisation's word down, who gave it."""

    word_of = _line(_("对方是谁答应的"), 60)


class RefuseForm(Act):
    """Say no to what is offered, why, and which door is the right one."""

    why = _line(_("为什么不归这里"), 200)
    next_door = _line(_("该找哪里"), 120)
    word_of = _line(_("对方是谁说的"), 60)


class ProposeForm(Act):
    """Propose not to count a need."""

    reason = _one_of(_("原因"), Exclusion.Reason.choices, _("请选一个原因。"))
    words = _words(_("说明"), 2)
    next_door = _line(_("该找哪里"), 120, help_text=_("不归社区办、或别处已在办的，要写。"))


class DecideForm(Act):
    """Decide on a proposal as the second person."""

    agree = _one_of(
        _("您看"), [("yes", _("同意不计入")), ("no", _("不同意，照常办"))], _("请选同意还是不同意。")
    )
    words = _words(_("怎么说"), 2, help_text=_("同意的，居民会看到这句话。"))


class ClusterForm(Act):
    """Put other needs together with this one."""

    others = forms.MultipleChoiceField(
        label=_("和哪几件"), required=False, widget=forms.CheckboxSelectMultiple
    )
    title = _line(_("这一组叫什么"), 60)

    def __init__(self, *args: Any, others: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        sentence = _("有一件不在这里了，请重新选。")
        self.fields["others"] = forms.MultipleChoiceField(
            label=_("和哪几件"),
            choices=others,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": sentence, "invalid_list": sentence},
        )


class SplitForm(MendForm):
    """Split a need that is several: one part a line."""

    parts = _words(_("一行写一项"), 3)
    category = forms.ChoiceField(label=_("都算哪一类"), required=False)
    title = is_urgent = is_listed = public_text = None  # type: ignore[assignment]


class DayForm(Act):
    """Put a need on the list of the coming co-building day, and say why."""

    reason = _line(_("为什么放进共建日"), 120, help_text=_("比如：要几家一起来，一家办不了。"))


class PersonForm(Act):
    """Ask for one asker's number."""

    asker = forms.IntegerField(required=False, widget=forms.HiddenInput)


class BulkForm(Asking):
    """Do one thing with several needs."""

    deed = forms.ChoiceField(
        label=_("对选中的"),
        choices=[
            ("take", _("自己办")),
            ("hand_over", _("移交给一家")),
            ("cluster", _("并在一起办")),
            ("note", _("记一笔")),
            ("list", _("公开")),
            ("unlist", _("不公开")),
        ],
        error_messages={"required": _("请选要做什么。"), "invalid_choice": _("请选要做什么。")},
    )
    door = _line(_("交给哪一家"), 80, attrs={"list": "doors"})
    text = _line(_("一句话：理由、记的事或这一组的名字"), 300)
