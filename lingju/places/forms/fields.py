"""What the desk's forms are made of: texts, points with their datum, refusals beside the field."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel.asking import REQUIRED
from lingju.places.imports.fields import CRS_CHOICES

PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,，\s]\s*(-?\d+(?:\.\d+)?)\s*")


class PointField(forms.CharField):
    """A longitude and a latitude in one box, as map pickers copy them: 113.0567,36.0524."""

    def __init__(self, **options: Any) -> None:
        usual = {"label": gettext_lazy("经纬度"), "max_length": 60, "error_messages": REQUIRED}
        help_text = gettext_lazy("经度在前、纬度在后，如 113.056700,36.052400，可以从坐标拾取工具直接粘贴。")
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(**{**usual, "help_text": help_text, "widget": widget, **options})

    def clean(self, value: Any) -> tuple[float, float] | None:
        """Return (lon, lat), or None for an empty box that may be empty."""
        typed = super().clean(value)
        if not typed:
            return None
        match = PAIR.fullmatch(typed)
        if match is None:
            raise forms.ValidationError(_("请写成“经度,纬度”，如 113.056700,36.052400。"))
        return float(match[1]), float(match[2])


def crs_field() -> forms.ChoiceField:
    """Make the question which coordinate system the numbers are in; nobody answers it for the writer."""
    return forms.ChoiceField(
        label=gettext_lazy("坐标系"),
        choices=[("", gettext_lazy("请选择")), *CRS_CHOICES.items()],
        help_text=gettext_lazy("高德、腾讯地图是 GCJ-02，百度地图是 BD-09，手机定位和 GPS 是 WGS-84。"),
        error_messages={"required": gettext_lazy("请选坐标系：选错会差出几百米。")},
    )


def area_field() -> forms.ChoiceField:
    """Make the choice of an area."""
    return forms.ChoiceField(label=gettext_lazy("所在社区"), error_messages=REQUIRED)
