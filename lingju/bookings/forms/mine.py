"""What is asked on the pages of one booking: number and code, and, if somebody wants to say it, why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import Asking, text


class FindForm(Asking):
    """Ask for the number of a booking and the code that opens it."""

    number = text(_("预约号"), 20, mode="numeric", help_text=_("纸条或短信上的号，比如 1128-012345。"))
    code = text(_("查询码"), 12, mode="numeric", help_text=_("预约号下面的 6 位数字。"))
    shared = forms.BooleanField(label=_("这是公用的屏幕，看完就忘"), required=False)

    def clean_number(self) -> str:
        """Return the number as it is written, whichever dash was typed, or none."""
        digits = "".join(char for char in self.cleaned_data["number"] if char.isascii() and char.isdigit())
        return f"{digits[:4]}-{digits[4:]}" if len(digits) > 4 else digits


class CancelForm(Asking):
    """Ask why, of whoever wants to say it: nobody has to."""

    why = text(_("想说一句原因"), 100, required=False, help_text=_("不写也行。取消不记爽约。"))
