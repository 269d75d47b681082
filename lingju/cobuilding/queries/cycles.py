"""Reads of a day's rule and its cycles: what a rule would give, who leads one, what stands year by year."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _said

from lingju.cobuilding import phrases
from lingju.cobuilding.days import months
from lingju.cobuilding.models import CommunityPlan, Cycle, DaySeries
from lingju.cobuilding.queries import lists
from lingju.cobuilding.services import cycles, drawing_up
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places import calendars
from lingju.places.models import Area, District
from lingju.places.rules import CLERKS, DISTRICT, on_one_branch
from lingju.trail.models import Footprint

A_YEAR: Final = 12
LEADING: Final = (Area.Level.DISTRICT, Area.Level.STREET)
P = CommunityPlan.State
# To choose from, the fifth says what becomes of months that have four.
NTH: Final = {**phrases.NTH, 5: _said("第五个，没有就最后一个")}
WEEKDAYS: Final = {
    0: _said("星期一"),
    1: _said("星期二"),
    2: _said("星期三"),
    3: _said("星期四"),
    4: _said("星期五"),
    5: _said("星期六"),
    6: _said("星期日"),
}
QUIET: Final = ("version", "key", "opens_on", "closes_on")
ACTIONS: Final = {
    "add": _said("建立"),
    "edit": _said("改动"),
    "move": _said("改期"),
    "finish_milestone": _said("节点办好"),
    "close_lists": _said("清单截止"),
    "claim_unit": _said("单位认领"),
    "claim_area": _said("社区认领"),
}


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a rule gives one month: the day it names, the day it is held, why; and what stands now."""

    month: dt.date
    ruled_on: dt.date
    date: dt.date | None
    why: str
    stands: Cycle | None
    stays: str
    is_unknown: bool = False

    @property
    def is_other(self) -> bool:
        """Say whether a cycle that stands would get another day."""
        return self.stands is not None and not self.stays and self.stands.date != self.date


@dataclass(frozen=True, slots=True)
class Leader:
    """An area that may lead a day of its own, and the rule it has."""

    area: Area
    series: DaySeries | None


def foretold(area: Area, draft: SeriesDraft, standing: DaySeries | None) -> list[Foretold]:
    """Return the next twelve days that a rule would give, beside those that stand; nothing is written."""
    series = DaySeries(district=area.district, area=area, **draft.columns)
    first = max(draft.since, clock.today()).replace(day=1)
    last = dt.date(first.year + 1, first.month, 1) - dt.timedelta(days=1)
    there = {cycle.month: cycle for cycle in standing.cycles.filter(month__gte=first)} if standing else {}
    told = []
    for month in months(first, last):
        day = cycles.day_in(series, month)
        stands = there.get(month)
        why = cycles.why_words(day)
        if day.unknown_year is not None:
            why = _("%(year)d 年的放假安排还没公布，公布以后自动定") % {"year": day.unknown_year}
        told.append(
            Foretold(month, day.ruled_on, day.date, why, stands, _stays(stands), day.unknown_year is not None)
        )
    return told


def _stays(cycle: Cycle | None) -> str:
    """Return in words why a cycle would not follow a new rule; nothing where it would."""
    if cycle is None:
        return ""
    if cycle.is_by_hand:
        return _("人工定的，不跟着改")
    if cycle.state not in (Cycle.State.GENERATED, Cycle.State.ANNOUNCED):
        return _("已经在办，不跟着改")
    return ""


def leaders(actor: Actor, district: District) -> list[Leader]:
    """Return the areas whose day an actor may set, and those whose day their areas carry out."""
    standing = {
        series.area_id: series
        for series in DaySeries.objects.filter(district=district, ended_on__isnull=True)
    }
    stems, setting = actor.stems(CLERKS), actor.stems(DISTRICT)
    found = []
    for area in Area.objects.of(district).filter(level__in=LEADING).select_related("district"):
        may_set = any(area.stem.startswith(stem) for stem in setting)
        its_own = on_one_branch(area.stem, stems)
        if may_set or (its_own and area.pk in standing):
            found.append(Leader(area, standing.get(area.pk)))
    return sorted(found, key=lambda one: (one.series is None, one.area.level != Area.Level.STREET))


def unknown_years(years: Iterable[int], district: District) -> list[int]:
    """Return those years whose notice is not known yet."""
    return sorted(set(years) - set(calendars.known_years(district)))


def years_of(actor: Actor, series_id: int | None) -> dict[int, list[tuple[Cycle, int]]]:
    """Return the cycles that an actor's areas lead or carry out, by year, with how many plans are in."""
    found = lists.cycles_of(actor, series_id)
    counted = _plans_in([cycle.pk for cycle in found])
    years: dict[int, list[tuple[Cycle, int]]] = {}
    for cycle in sorted(found, key=lambda cycle: (cycle.month, cycle.series_id)):
        years.setdefault(cycle.month.year, []).append((cycle, counted.get(cycle.pk, 0)))
    return years


def _plans_in(cycle_ids: list[int]) -> dict[int, int]:
    rows = CommunityPlan.objects.filter(cycle_id__in=cycle_ids).exclude(state__in=(P.DRAFT, P.NOT_HELD))
    return dict(rows.order_by().values_list("cycle_id").annotate(Count("pk")))


def history_of(row: Any, actor: Actor) -> list[tuple[Footprint, str]]:
    """Return what happened to a record, the newest first, in words; never what a field said."""
    labels = dict(type(row).State.choices)
    found = Footprint.objects.visible_to(actor).about(row).exclude(action="read").order_by("-id")[:40]
    told = []
    for one in found:
        after = one.after if isinstance(one.after, dict) else {}
        words = labels.get(str(after.get("state", ""))) or ACTIONS.get(one.action) or _("改动")
        told.append((one, str(words) + _changed(row, after) if one.action == "edit" else str(words)))
    return told


def _changed(row: Any, after: Mapping[str, Any]) -> str:
    """Return which fields were changed, by what they are called."""
    names = {field.name: str(field.verbose_name) for field in row._meta.fields}
    told = "、".join(names[name] for name in after if name in names and name not in QUIET)
    return _("：%(what)s") % {"what": told} if told else ""


def plan_counts(cycle: Cycle) -> tuple[int, int, int]:
    """Return of a cycle how many communities there are, how many plans are in, how many are sure."""
    found = list(CommunityPlan.objects.filter(cycle_id=cycle.pk).values_list("area_id", "state"))
    asked = {area.pk for area in drawing_up.communities_of(cycle.series)} | {area for area, _state in found}
    states = [state for _area, state in found]
    sure = sum(state in CommunityPlan.SURE for state in states)
    return len(asked), sum(state == P.SUBMITTED for state in states) + sure, sure
