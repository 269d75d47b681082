"""What a unit types under its link: why it cannot come, days away, months, a review, a reply."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.choosing import Chosen, day, months, one, version
from lingju.cobuilding.forms.units import review_draft
from lingju.cobuilding.models import Review
from lingju.cobuilding.services.reviewing import ReviewDraft
from lingju.kernel.asking import Asking, text
from lingju.places.models import Area


class PressForm(Asking):
    """Ask what was pressed, on which row, and the one word it may need."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    reason = text(_("原因"), 120, required=False)
    reply = text(_("回应"), 300, required=False)
    version = version()


class TaskPressForm(Asking):
    """Ask what was pressed, on which task, and how it went."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    result = text(_("办得怎样"), 300, required=False)


class AwayForm(Asking):
    """Ask on which days a unit cannot come."""

    starts_on = day(_("从哪天起"))
    ends_on = day(_("到哪天止"))
    reason = text(_("原因"), 80, required=False)


class MonthsForm(Asking):
    """Ask in which months a unit likes to come."""

    months = months(_("方便的月份"))


class UnitReviewForm(Chosen):
    """Ask a unit how a community received it."""

    area = one(_("社区"))
    period = text(_("期间"), 10, help_text=_("写 2026-11 这样的月份，或者 2026Q4、2026。"))
    verdict = one(_("评价"), choices=Review.Verdict.choices, widget=forms.RadioSelect)
    text = text(_("说明"), 300, rows=2, required=False)

    def __init__(self, *args: Any, areas: list[Area], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", areas, called=lambda area: area.short_name)

    def draft(self) -> ReviewDraft:
        """Return what was typed."""
        return review_draft(self.cleaned_data)
