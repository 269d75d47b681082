"""What somebody types who hands a project over: who leads it now, and who comes for whom."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.choosing import Chosen, one, version
from lingju.cobuilding.models import Enrolment
from lingju.cobuilding.queries.handing_over import Carried
from lingju.kernel.asking import text

BY_LEAD: Final = "lead"
BY_NOBODY: Final = "none"


class HandForm(Chosen):
    """Ask for the unit that leads a project from now on, and for each crew who comes instead."""

    lead = one(_("由哪家单位牵头"))
    reason = text(_("为什么换"), 120, help_text=_("比如：那天有防汛任务。新的单位看不到这一句。"))
    version = version()

    def __init__(self, *args: Any, carried: Carried, **options: Any) -> None:
        super().__init__(*args, **options)
        self.carried = carried
        self.offer("lead", carried.leads, called=carried.called)
        units = [(str(unit.pk), carried.called(unit)) for unit in carried.leads]
        for crew in carried.crews:
            stays = [] if crew.is_missing else [("", _now("照旧"))]
            choices = [*stays, (BY_LEAD, _now("由牵头的单位出")), *units, (BY_NOBODY, _now("不要这几个人了"))]
            label = _now("%(who)s的 %(n)d 人，改由谁出") % {"who": crew.unit, "n": crew.people}
            self.fields[f"crew_{crew.unit.pk}"] = one(
                label, required=False, choices=[pair for pair in choices if pair[0] != str(crew.unit.pk)]
            )

    @property
    def crews(self) -> Sequence[forms.BoundField]:
        """Return the fields of those who come along."""
        return [self[f"crew_{crew.unit.pk}"] for crew in self.carried.crews]

    def instead(self) -> dict[int, Enrolment | None]:
        """Return who comes for whom; who is not to be replaced is left out."""
        found: dict[int, Enrolment | None] = {}
        for crew in self.carried.crews:
            said = self.cleaned_data.get(f"crew_{crew.unit.pk}") or ""
            # Whose people cannot come is replaced also where nothing was chosen.
            said = said or (BY_LEAD if crew.is_missing else "")
            if said:
                found[crew.unit.pk] = self._who(said)
        return found

    def _who(self, said: str) -> Enrolment | None:
        if said == BY_NOBODY:
            return None
        chosen: Enrolment | None = self.row("lead") if said == BY_LEAD else self.rows["lead"].get(said)
        return chosen
