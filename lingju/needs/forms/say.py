"""Forms of saying a need: the words, what shows it, how an answer reaches whoever asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.errors import BadInput, Refusal, TooLarge
from lingju.needs.models import Asker, Need

LONGEST_TYPED = 100_000  # longer than any refusal counts; the verb says what is too long, in words


class Asking(forms.Form):
    """A form that shows a refusal beside the field it is about, and keeps what was typed."""

    use_required_attribute = False  # the browser's own bubbles cannot be enlarged or translated

    def show(self, refusal: Refusal, otherwise: str = "") -> None:
        """Put each sentence of a refusal at its field; at `otherwise`, or on top, where it names none."""
        named = refusal.fields if isinstance(refusal, BadInput | TooLarge) else {}
        for name, sentence in (named or {otherwise: refusal.sentence}).items():
            self.add_error(name if name in self.fields else None, str(sentence))


class Files(forms.FileInput):
    """A file box that takes several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files under one name, or none."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Look at each file as one is looked at."""
        return [super(FilesField, self).clean(file, initial) for file in data or ()]


def _file(label: Any, kinds: str, *, several: bool = False, help_text: Any = "") -> forms.FileField:
    widget = Files if several else forms.FileInput
    attributes = {"accept": kinds} | ({"multiple": True} if several else {"capture": True})
    empty = {"empty": _("这个文件是空的，请重新选一个；不传也能说。")}
    field = FilesField if several else forms.FileField
    return field(
        label=label,
        required=False,
        widget=widget(attrs=attributes),
        error_messages=empty,
        help_text=help_text,
        max_length=None,
        allow_empty_file=False,
    )


class WordsForm(Asking):
    """The last step: what it is, in words, in a voice, in a photo; a phone only for who wants an answer."""

    text = forms.CharField(
        label=_("什么样？写几个字"),
        required=False,
        max_length=LONGEST_TYPED,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    voice = _file(_("录一段话"), "audio/*")
    photo = _file(_("拍张照"), "image/*", several=True)
    phone = forms.CharField(
        label=_("手机号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("想要回音再留。只有办事的人看得到；不留也行，凭编号自己来看。"),
    )
    by = forms.ChoiceField(
        label=_("怎么告诉您"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(Asker.By.SMS.value, _("发短信")), (Asker.By.CALL.value, _("打电话"))],
    )
    # People never see it; a program that fills every box gives itself away.
    website = forms.CharField(required=False, max_length=400, widget=forms.TextInput)
    key = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    knows = forms.BooleanField(required=False)

    def clean_website(self) -> str:
        """Ask a person to press again; whoever filled it with a program does not come back."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请再按一次“说出去”，刚才没有交上。"))
        return ""

    def clean(self) -> dict[str, Any]:
        """Let a phone without a way mean a text message, and no phone mean that they come and look."""
        said = super().clean() or {}
        said["by"] = said.get("by") or (Asker.By.SMS.value if said.get("phone") else Asker.By.PAGE.value)
        return said


class CounterForm(Asking):
    """The same at a counter: somebody speaks, a clerk writes, paper goes home with them."""

    category = forms.ChoiceField(label=_("哪样事"), error_messages={"required": _("请选一样。")})
    place = forms.ChoiceField(label=_("在哪儿"), error_messages={"required": _("请选在哪儿。")})
    note = forms.CharField(label=_("具体位置"), required=False, max_length=80)
    text = forms.CharField(
        label=_("他说的话"),
        required=False,
        max_length=LONGEST_TYPED,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("照原话写，别替他改。"),
    )
    voice = _file(_("录音"), "audio/*")
    photo = _file(_("照片"), "image/*", several=True)
    called = forms.CharField(label=_("怎么称呼"), required=False, max_length=20)
    phone = forms.CharField(
        label=_("手机号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    by = forms.ChoiceField(
        label=_("怎么告诉他"),
        widget=forms.RadioSelect,
        choices=[
            (Asker.By.PAPER.value, _("拿纸条来问")),
            (Asker.By.CALL.value, _("打电话")),
            (Asker.By.SMS.value, _("发短信")),
        ],
        error_messages={"required": _("请问一声怎么告诉他。")},
    )
    channel = forms.ChoiceField(
        label=_("怎么来的"),
        widget=forms.RadioSelect,
        choices=[
            (Need.Channel.STATION.value, _("人在跟前说")),
            (Need.Channel.PHONE.value, _("打电话来说")),
            (Need.Channel.PAPER.value, _("递了张纸条")),
        ],
        error_messages={"required": _("请选怎么来的。")},
    )
    present = forms.BooleanField(
        label=_("本人在场（或正在电话上），这些话是他自己要说的"),
        error_messages={"required": _("代说要本人在场，请先问过他再勾。")},
    )
    key = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    knows = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, kinds: list[tuple[str, Any]], places: list[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = kinds  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
