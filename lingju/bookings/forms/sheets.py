"""A sheet about what can be booked, to look at before it is taken in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import REQUIRED, Asking


class SheetForm(Asking):
    """A spreadsheet to look at."""

    sheet = forms.ChoiceField(
        label=_("这是什么表"),
        widget=forms.RadioSelect,
        choices=[("books", _("图书：一行一种"))],
        initial="books",
        error_messages=REQUIRED,
    )
    file = forms.FileField(
        label=_("表格文件"),
        help_text=_(".xlsx 或 .csv，先看一遍会怎样，确认了才写进去。"),
        error_messages={"required": _("请选一个文件。"), "empty": _("这个文件是空的。")},
    )
