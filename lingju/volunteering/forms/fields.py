"""The fields that forms of volunteering are made of, and a form whose choices are rows."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.asking import REQUIRED, Asking
from lingju.volunteering.models import Availability

PICK = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}
DATE = {"required": _("请填写日期。"), "invalid": _("请写成 2026-03-31 这样的日期。")}
TIME = {"required": _("请填写几点。"), "invalid": _("请写成 14:30 这样的时间。")}
WHOLE = {**REQUIRED, "invalid": _("请填整数。"), "min_value": _("数太小了。"), "max_value": _("数太大了。")}
TICK = {"required": _("请先看过，再打勾。")}
DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
FREE = [
    (f"{day}-{part}", _("%(day)s%(part)s") % {"day": name, "part": label})
    for day, name in enumerate(DAYS)
    for part, label in Availability.Part.choices
]


def calendar_day(label: Any, **options: Any) -> forms.DateField:
    """Make a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE, **options)


def hour(label: Any, **options: Any) -> forms.TimeField:
    """Make a field for a time of day."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages=TIME, **options)


def whole(label: Any, **options: Any) -> forms.IntegerField:
    """Make a field for a whole number."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    values = {"min_value": 0, "max_value": 100_000, **options}
    return forms.IntegerField(label=label, widget=widget, error_messages=WHOLE, **values)


def one(label: Any, **options: Any) -> forms.ChoiceField:
    """Make a field for one of some choices."""
    return forms.ChoiceField(label=label, error_messages=PICK, **options)


def several(label: Any, **options: Any) -> forms.MultipleChoiceField:
    """Make a field for any of some choices."""
    values = {"required": False, "widget": forms.CheckboxSelectMultiple, "error_messages": PICK, **options}
    return forms.MultipleChoiceField(label=label, **values)


def tick(label: Any, *, must: bool = True) -> forms.BooleanField:
    """Make a box to tick."""
    return forms.BooleanField(label=label, required=must, error_messages=TICK)


def hidden(length: int = 80, **options: Any) -> forms.CharField:
    """Make a field that is carried along."""
    return forms.CharField(widget=forms.HiddenInput, max_length=length, **options)


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    """Return a day and a time of day as a moment on the wall."""
    return dt.datetime.combine(day, time, tzinfo=clock.ZONE)


def free_of(said: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """Return the parts of the week that were ticked."""
    pairs = (text.split("-", 1) for text in said)
    return tuple((int(day), part) for day, part in pairs)


class Chosen(Asking):
    """A form whose choices are rows: it shows their names, and gives the rows back."""

    rows: dict[str, dict[str, Any]]

    def offer(self, name: str, rows: Iterable[Any], *, none: Any = None, called: Any = str) -> None:
        """Offer rows under a field; `none` says what no choice means, where there may be none."""
        known = {str(row.pk): row for row in rows}
        self.rows = {**getattr(self, "rows", {}), name: known}
        empty = [("", none)] if none is not None else []
        self.fields[name].choices = [*empty, *((pk, called(row)) for pk, row in known.items())]  # type: ignore[attr-defined]

    def row(self, name: str) -> Any:
        """Return the row that was chosen, or None."""
        return self.rows[name].get(self.cleaned_data.get(name) or "")

    def many(self, name: str) -> tuple[Any, ...]:
        """Return the rows that were chosen."""
        return tuple(self.rows[name][pk] for pk in self.cleaned_data.get(name) or ())
