"""What is asked on the pages of one matter: number and code, the verdict, words, a phone to join with."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import Asking as Form
from lingju.kernel.asking import text
from lingju.needs.models import Asker, Asking

PICK = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}


def _pick(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=PICK)


class FindForm(Form):
    """Ask for the number of a matter and the code that opens it."""

    number = text(_("编号"), 12, mode="numeric", help_text=_("纸条或短信上的编号，比如 2611-0412。"))
    code = text(_("查询码"), 12, mode="numeric", help_text=_("编号下面的 6 位数字。"))
    shared = forms.BooleanField(label=_("这是公用的屏幕，看完就忘"), required=False)

    def clean_number(self) -> str:
        """Return the number as it is written, whichever dash was typed, or none."""
        digits = "".join(char for char in self.cleaned_data["number"] if char.isdigit())
        return f"{int(digits[:4]):04d}-{digits[4:]}" if len(digits) > 4 else digits


class JudgeForm(Form):
    """Ask the two questions, and why."""

    solved = _pick(_("解决了没有？"), [(value, label) for value, label in Asking.Solved.choices if value])
    satisfied = _pick(
        _("您满意吗？"),
        [(value, Asker.Confirmation(value).label) for value in Asker.ANSWERED],
    )
    why = text(_("还想说什么"), 500, rows=3, required=False, help_text=_("没办好的地方，说了我们照着改。"))


class WordsForm(Form):
    """Ask for some words to the desk, or for why."""

    text = text(_("要补充的话"), 500, rows=3)


class WhyForm(Form):
    """Ask why work should begin again, or why it is taken back; nobody has to say."""

    why = text(_("哪里没办好"), 500, rows=3, required=False)


class JoinForm(Form):
    """Ask how an answer reaches somebody who wants the same."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    phone = text(
        _("手机号"),
        20,
        mode="tel",
        required=False,
        help_text=_("想收短信才留，编号和查询码发到这个号码。不留也行，就在这里看。"),
    )

    def __init__(self, *args: Any, asks_phone: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": secrets.token_urlsafe(12)})
        super().__init__(*args, **kwargs)
        if not asks_phone:
            del self.fields["phone"]
