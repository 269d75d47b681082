"""The forms of the root's own pages: how pages look, and where I am."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class DisplayForm(forms.Form):
    """How pages look; what is left out stays as it was, so that one button may send one word."""

    mode = forms.ChoiceField(
        label=_("版式"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("standard", _("标准")), ("elder", _("大字版：字大、按钮大、一行一件事"))],
    )
    size = forms.ChoiceField(
        label=_("字号"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("m", _("标准")), ("l", _("大")), ("xl", _("特大")), ("xx", _("最大"))],
    )
    theme = forms.ChoiceField(
        label=_("深浅"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("auto", _("跟随手机")), ("light", _("浅色")), ("dark", _("深色"))],
    )
    language = forms.ChoiceField(
        label=_("语言"), required=False, widget=forms.RadioSelect, choices=settings.LANGUAGES
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
