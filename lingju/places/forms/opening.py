"""Forms about opening hours: a line of a layer above the week, and a door record made afterwards."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.places.models import AudienceTag, OpeningSpan
from lingju.places.services.layers import KEEPERS_LAYERS, Line

Layer = OpeningSpan.Layer
LAYERS = {
    Layer.EXCEPTION.value: gettext_lazy("例外：就这几天不一样，如修水管"),
    Layer.EMERGENCY.value: gettext_lazy("应急：暴雨、停电，压过其他安排"),
    Layer.SEASONAL.value: gettext_lazy("季节：一段日子换一套时间，如冬季时间"),
    Layer.HOLIDAY.value: gettext_lazy("节假日：按日子类别，每年都算"),
}


def _date(label: Any, *, required: bool, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=required, widget=widget, error_messages=REQUIRED, help_text=help_text
    )


class LineForm(Asking):
    """What is said about some days in a layer above the week."""

    layer = forms.TypedChoiceField(
        label=gettext_lazy("是哪种安排"), coerce=int, widget=forms.RadioSelect, error_messages=REQUIRED
    )
    from_date = _date(gettext_lazy("从哪天"), required=False)
    to_date = _date(
        gettext_lazy("到哪天"),
        required=False,
        help_text=gettext_lazy("例外空着就是一天；应急空着就是到取消为止。"),
    )
    day_class = forms.ChoiceField(
        label=gettext_lazy("只在哪类日子"), required=False, choices=OpeningSpan.DayClass.choices
    )
    closed = forms.BooleanField(label=gettext_lazy("不开门"), required=False)
    times = text(
        gettext_lazy("开着的时间"),
        400,
        required=False,
        help_text=gettext_lazy("写成“9:00-12:00 14:00-17:00”；过了半夜写“22:00-次日6:00”。"),
    )
    audience = forms.ChoiceField(label=gettext_lazy("只对谁"), required=False)
    reason = text(gettext_lazy("原因"), 120, help_text=gettext_lazy("来的人会看到，如“修水管”。"))
    source = text(gettext_lazy("依据"), 120, required=False)

    def __init__(
        self, *args: Any, may_plan: bool = True, tags: Sequence[AudienceTag] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        layer, audience = self.fields["layer"], self.fields["audience"]
        assert isinstance(layer, forms.TypedChoiceField)
        assert isinstance(audience, forms.ChoiceField)
        layer.choices = [one for one in LAYERS.items() if may_plan or one[0] in KEEPERS_LAYERS]
        self._tags = {str(tag.pk): tag for tag in tags}
        audience.choices = [("", gettext_lazy("所有人")), *((pk, tag.name) for pk, tag in self._tags.items())]

    def line(self) -> Line:
        """Return what was typed as a line."""
        typed = self.cleaned_data
        return Line(
            layer=typed["layer"],
            from_date=typed["from_date"],
            to_date=typed["to_date"],
            day_class=typed["day_class"],
            reason=typed["reason"],
            source=typed["source"],
            audience=self._tags.get(typed["audience"]),
        )


class DoorForm(Asking):
    """When the door was open, written down afterwards."""

    day = _date(gettext_lazy("哪天"), required=True)
    opened = forms.TimeField(
        label=gettext_lazy("几点开的"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages=REQUIRED,
    )
    closed_at = forms.TimeField(
        label=gettext_lazy("几点关的"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages=REQUIRED,
        help_text=gettext_lazy("比开门早，就是第二天。"),
    )
    note = text(gettext_lazy("为什么现在才记"), 120)
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Return from when to when; a closing that is not later is on the next day."""
        typed = self.cleaned_data
        opened = dt.datetime.combine(typed["day"], typed["opened"], tzinfo=clock.ZONE)
        closed = dt.datetime.combine(typed["day"], typed["closed_at"], tzinfo=clock.ZONE)
        return opened, closed if closed > opened else closed + dt.timedelta(days=1)
