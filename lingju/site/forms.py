"""The forms of the root's own pages: how pages look, and where I am."""

from typing import Any

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


class HereForm(forms.Form):
    """Where somebody is: a compound, or a labelled position, or nothing any more."""

    compound = forms.IntegerField(required=False, min_value=1)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    # Phones answer the browser in WGS-84 by the Geolocation standard; a position without a label is refused.
    crs = forms.ChoiceField(required=False, choices=[("WGS-84", "WGS-84")])
    forget = forms.BooleanField(required=False)
    next = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse an answer that says nothing whole."""
        said = super().clean() or {}
        has_point = said.get("lon") is not None and said.get("lat") is not None and said.get("crs")
        if not (said.get("compound") or said.get("forget") or has_point):
            raise forms.ValidationError(_("没有看懂您在哪儿。"))
        return said
