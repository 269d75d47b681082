"""What is typed on the rota's pages: months to draw up, a press on a draft, a press on one duty."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.choosing import hidden, one, version
from lingju.cobuilding.queries.turns_cell import Candidate
from lingju.kernel.asking import Asking, text


class DrawForm(Asking):
    """Ask for which months a rota is drawn up."""

    from_month = one(_("从哪个月"))
    to_month = one(_("到哪个月"))
    key = hidden()

    def __init__(self, *args: Any, months: Iterable[dt.date], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            (f"{month:%Y-%m-%d}", _now("%(y)d年%(m)d月") % {"y": month.year, "m": month.month})
            for month in months
        ]
        for name in ("from_month", "to_month"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def first(self) -> dt.date:
        """Return the first month."""
        return dt.date.fromisoformat(self.cleaned_data["from_month"])

    @property
    def last(self) -> dt.date:
        """Return the last month."""
        return dt.date.fromisoformat(self.cleaned_data["to_month"])


class RotaForm(Asking):
    """Ask what was pressed on a draft, and which one was seen."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    version = version()


class DutyForm(Asking):
    """Ask what was pressed on a duty, and the word, the unit, the turn or the proposal it is about."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    unit = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    reason = text(_("原因"), 120, required=False)
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    version = version()


class UnitForm(forms.Form):
    """Ask which unit a duty is thought of for; what it would cost is told before anything is written."""

    unit = one(_("换成哪家单位"), required=False)

    def __init__(self, *args: Any, candidates: Iterable[Candidate], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [
            (str(c.unit.pk), f"{c.unit}（{c.against.rstrip('。')}）" if c.against else str(c.unit))
            for c in candidates
        ]
        self.fields["unit"].choices = [("", "—"), ("0", _now("空着，不排")), *named]  # type: ignore[attr-defined]


class SwapForm(Asking):
    """Ask a unit what it pressed: for which turn of its own, and which request or which other turn."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    of = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    row = forms.IntegerField(
        label=_("想换成哪一次"), required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput
    )
    reason = text(_("原因"), 120, required=False)
