"""What forms of the co-building day are made of: fields of days and rows to choose from."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.kernel.asking import REQUIRED, Asking

PICK = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}
DATE = {"required": _("请填写日期。"), "invalid": _("请写成 2026-03-31 这样的日期。")}
TIME = {"required": _("请填写几点。"), "invalid": _("请写成 14:30 这样的时间。")}
WHOLE = {
    **REQUIRED,
    "invalid": _("请填整数。"),
    "min_value": _("这个数太小了。"),
    "max_value": _("这个数太大了。"),
}
MONTHS = [(month, f"{month}") for month in range(1, 13)]


def day(label: Any, **options: Any) -> forms.DateField:
    """Make a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE, **options)


def hour(label: Any, **options: Any) -> forms.TimeField:
    """Make a field for an hour."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages=TIME, **options)


def whole(label: Any, **options: Any) -> forms.IntegerField:
    """Make a field for a whole number."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, widget=widget, error_messages=WHOLE, **options)


def one(label: Any, **options: Any) -> forms.ChoiceField:
    """Make a field of which one is chosen."""
    return forms.ChoiceField(label=label, error_messages=PICK, **options)


def several(label: Any, **options: Any) -> forms.MultipleChoiceField:
    """Make a field of which some are ticked, or none."""
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, error_messages=PICK, **options
    )


def months(label: Any) -> forms.TypedMultipleChoiceField:
    """Make a field of which months are ticked."""
    return forms.TypedMultipleChoiceField(
        label=label,
        required=False,
        coerce=int,
        choices=MONTHS,
        widget=forms.CheckboxSelectMultiple,
        error_messages=PICK,
    )


def hidden(**options: Any) -> forms.CharField:
    """Make the field that carries the key of a press."""
    return forms.CharField(required=False, max_length=80, widget=forms.HiddenInput, **options)


def version() -> forms.IntegerField:
    """Make the field that carries what the writer saw."""
    return forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31)


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
