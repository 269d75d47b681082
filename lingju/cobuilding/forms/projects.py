"""What somebody types who puts a project together by hand, changes one, or takes a step of it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding import asked_day
from lingju.cobuilding.forms.beside import Beside
from lingju.cobuilding.forms.board import WINDOWS
from lingju.cobuilding.forms.choosing import Chosen, day, hidden, hour, one, several, version, whole
from lingju.cobuilding.models import Cycle, Project
from lingju.cobuilding.queries.projects import Offered
from lingju.cobuilding.services.listing import ANY
from lingju.cobuilding.services.projects import Crew, ProjectDraft, Wanted
from lingju.kernel.asking import Asking, text
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput
from lingju.places.models import Space, Station

AT = {"starts_at": "starts", "ends_at": "ends", "note": "reason"}


class Timed(Asking):
    """A form of hours in fields of their own: what is said of a moment is shown at its hour."""

    def show(self, refusal: BadInput) -> None:
        """Put each sentence at its field; those of a moment at the hour."""
        fields = {AT.get(name, name): words for name, words in (refusal.fields or {}).items()}
        super().show(BadInput(refusal.sentence, fields))


class ProjectForm(Chosen, Timed):
    """Ask for a project: which needs, with what and whom, led by whom, where and when."""

    title = text(_("项目名称"), 60)
    lines = several(_("办哪几件事"))
    lead = one(_("哪家单位牵头"), required=False)
    window = one(_("什么时段"), choices=WINDOWS)
    date = day(_("哪一天"), required=False, help_text=_("不填，就是共建日那天；周末时段是那个周六。"))
    starts = hour(_("几点开始"), required=False, help_text=_("不填，就按时段的钟点。"))
    ends = hour(_("几点结束"), required=False)
    station = one(_("在哪个驿站"), required=False)
    space = one(_("用哪间屋子，配上以后别人就不能再约"), required=False)
    place_words = text(_("不在驿站的，写在哪里"), 80, required=False)
    goal = text(_("目标，怎样算办成"), 200, rows=2, required=False)
    acceptance = text(_("验收标准，办完照着看"), 200, rows=2, required=False)
    budget_words = text(_("经费和来源"), 80, required=False)
    key = hidden()

    def __init__(
        self,
        *args: Any,
        offered: Offered,
        stations: Iterable[Station],
        rooms: Iterable[Space],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.offered = offered
        self.offer("lines", offered.lines, called=lambda line: offered.line_words[line.pk])
        self.offer("lead", offered.leads, none=_("没有单位牵头，是居民帮忙"))
        self.offer("station", stations, none=_("不在驿站，写在下面"))
        self.offer("space", rooms, none=_("不占屋子"))
        for resource in offered.resources:
            label = offered.words[f"r{resource.pk}"]
            self.fields[f"use_{resource.pk}"] = whole(
                label, required=False, min_value=0, max_value=resource.quantity
            )
        for unit in offered.crews:
            label = offered.words[f"u{unit.pk}"]
            self.fields[f"crew_{unit.pk}"] = whole(label, required=False, min_value=0, max_value=unit.people)
            can = [(code.code, code.name) for code in unit.capabilities.all()]
            if can:
                choices = [(ANY, _("出人手")), *can]
                self.fields[f"can_{unit.pk}"] = one(_("来做什么"), required=False, choices=choices)

    @property
    def uses(self) -> list[forms.BoundField]:
        """Return the fields of resources."""
        return [self[f"use_{one.pk}"] for one in self.offered.resources]

    @property
    def crew(self) -> list[list[forms.BoundField]]:
        """Return the fields of those whose turn it is here, a list for each unit."""
        return [self._crew_of(unit.pk) for unit in self.offered.crews if unit.pk in self.offered.here]

    @property
    def crew_elsewhere(self) -> list[list[forms.BoundField]]:
        """Return the fields of those whose turn it is in another community."""
        return [self._crew_of(unit.pk) for unit in self.offered.crews if unit.pk not in self.offered.here]

    @property
    def asks_elsewhere(self) -> bool:
        """Say whether something is typed for a unit of another community, or wrong there."""
        return any(pair[0].value() or pair[0].errors for pair in self.crew_elsewhere)

    def _crew_of(self, unit_id: int) -> list[forms.BoundField]:
        return [self[name] for name in (f"crew_{unit_id}", f"can_{unit_id}") if name in self.fields]

    def draft(self, cycle: Cycle) -> ProjectDraft:
        """Return what was typed as the verb takes it."""
        said = self.cleaned_data
        starts_at, ends_at = _hours(cycle, said)
        uses = [
            Wanted(one, said[f"use_{one.pk}"]) for one in self.offered.resources if said.get(f"use_{one.pk}")
        ]
        team = [
            Crew(unit, said[f"crew_{unit.pk}"], said.get(f"can_{unit.pk}") or ANY)
            for unit in self.offered.crews
            if said.get(f"crew_{unit.pk}")
        ]
        return ProjectDraft(
            title=said["title"],
            lines=self.many("lines"),
            window=said["window"],
            lead=self.row("lead"),
            uses=tuple(uses),
            team=tuple(team),
            goal=said["goal"],
            acceptance=said["acceptance"],
            budget_words=said["budget_words"],
            station=self.row("station"),
            space=self.row("space"),
            place_words=said["place_words"],
            starts_at=starts_at,
            ends_at=ends_at,
        )


def _hours(cycle: Cycle, said: dict[str, Any]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return from when until when; what is left out is the window's. Nothing where nothing is said."""
    if cycle.date is None or not (said["date"] or said["starts"] or said["ends"]):
        return None, None
    first, last = asked_day.hours(said["window"], cycle.date)
    date = said["date"] or first.date()
    starts = dt.datetime.combine(date, said["starts"] or first.time(), tzinfo=ZONE)
    return starts, dt.datetime.combine(date, said["ends"] or last.time(), tzinfo=ZONE)


class EditForm(Chosen, Timed, Beside):
    """Ask for other words, hours or another place of a project."""

    title = text(_("项目名称"), 60)
    goal = text(_("目标，怎样算办成"), 200, rows=2, required=False)
    acceptance = text(_("验收标准，办完照着看"), 200, rows=2, required=False)
    budget_words = text(_("经费和来源"), 80, required=False)
    date = day(_("哪一天"), required=False)
    starts = hour(_("几点开始"), required=False)
    ends = hour(_("几点结束"), required=False)
    station = one(_("在哪个驿站"), required=False)
    space = one(_("用哪间屋子，配上以后别人就不能再约"), required=False)
    place_words = text(_("不在驿站的，写在哪里"), 80, required=False)
    version = version()

    def __init__(
        self, *args: Any, stations: Iterable[Station], rooms: Iterable[Space], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.offer("station", stations, none=_("不在驿站，写在下面"))
        self.offer("space", rooms, none=_("不占屋子"))

    def changes(self) -> dict[str, Any]:
        """Return what is to change. Raises BadInput where only a part of the hours is said."""
        said = self.cleaned_data
        names = ("title", "goal", "acceptance", "budget_words", "place_words")
        values: dict[str, Any] = {name: said[name] for name in names}
        values |= {"station": self.row("station"), "space": self.row("space")}
        missing = [name for name in ("date", "starts", "ends") if said[name] is None]
        if len(missing) == 3:
            return values
        if missing:
            sentence = _now("哪一天、几点开始、几点结束，三样都要填。")
            raise BadInput(sentence, {missing[0]: sentence})
        values["starts_at"] = dt.datetime.combine(said["date"], said["starts"], tzinfo=ZONE)
        values["ends_at"] = dt.datetime.combine(said["date"], said["ends"], tzinfo=ZONE)
        return values


def project_typed(project: Project) -> dict[str, Any]:
    """Return a project as its form shows it."""
    names = ("title", "goal", "acceptance", "budget_words", "place_words", "version")
    typed = {name: getattr(project, name) for name in names}
    typed |= {"station": str(project.station_id or ""), "space": str(project.space_id or "")}
    if project.starts_at is not None:
        starts = project.starts_at.astimezone(ZONE)
        typed |= {"date": starts.date(), "starts": starts.time()}
    if project.ends_at is not None:
        typed |= {"ends": project.ends_at.astimezone(ZONE).time()}
    return typed


class StepForm(Timed):
    """Ask what a step of a project needs: why, or how a unit said yes."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    reason = text(_("原因"), 120, required=False)
    version = version()


class MilestoneForm(Asking):
    """Ask for a step of a project with its day."""

    title = text(_("节点"), 80, help_text=_("比如：备好线材。"))
    due_on = day(_("哪天以前"))
