"""What a community types about its plan, and what a step of it needs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.beside import Beside
from lingju.cobuilding.forms.choosing import Chosen, one, version
from lingju.cobuilding.models import CommunityPlan
from lingju.cobuilding.services.plans import PlanDraft
from lingju.kernel.asking import Asking, text
from lingju.places.models import Station


class PlanForm(Chosen, Beside):
    """Ask what a community does on the day, and where."""

    summary = text(
        _("这一天做什么，为了谁"),
        500,
        rows=4,
        help_text=_("写办什么、谁来办、下雨怎么办；不写居民的姓名和电话。"),
    )
    station = one(_("在哪个驿站"), required=False)
    place_words = text(_("不在驿站的，写在哪里"), 80, required=False)
    version = version()

    def __init__(self, *args: Any, stations: Iterable[Station], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("station", stations, none=_("不在驿站，写在下面"))

    def draft(self) -> PlanDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return PlanDraft(said["summary"], self.row("station"), said["place_words"])


def plan_typed(plan: CommunityPlan | None) -> dict[str, Any]:
    """Return a plan as its form shows it."""
    if plan is None:
        return {}
    return {
        "summary": plan.summary,
        "station": str(plan.station_id or ""),
        "place_words": plan.place_words,
        "version": plan.version,
    }


class PlanStepForm(Asking):
    """Ask what a step of a plan needs: why, or how it went."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    reason = text(_("原因"), 120, required=False)
    record = text(_("活动记录"), 3000, rows=6, required=False)
