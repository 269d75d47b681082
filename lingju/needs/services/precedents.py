"""Who answered needs of one kind in one community before, how often it was solved, how long it took."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lingju.kernel import clock
from lingju.needs.models import Need
from lingju.needs.services.doors import Door
from lingju.people.models import Organisation
from lingju.places.models import Area

MOST = 200
# So many of the community's newest needs are looked through for the same kind.
LOOKED_THROUGH = 2000
ENOUGH_CASES, ENOUGH_SHARE = 3, 0.6
DONE = (Need.Stage.ANSWERED, Need.Stage.CLOSED)


@dataclass(frozen=True, slots=True)
class Case:
    """One need that was answered: by whom, whether it was solved, after how many days."""

    area_id: int
    org_id: int | None
    is_solved: bool
    days: float
    year: int

    @property
    def by(self) -> tuple[str, int]:
        """Return the door that answered, as a key."""
        return ("org", self.org_id) if self.org_id is not None else ("area", self.area_id)


@dataclass(frozen=True, slots=True)
class Past:
    """What was answered before, and the part of it that one door answered."""

    cases: tuple[Case, ...]
    by_door: tuple[Case, ...]
    is_this_year: bool

    @property
    def solved(self) -> int:
        """Return how many the door solved."""
        return sum(case.is_solved for case in self.by_door)

    @property
    def median_days(self) -> float | None:
        """Return the days it usually took the door; None of fewer than three."""
        days = [case.days for case in self.by_door]
        return float(statistics.median(days)) if len(days) >= ENOUGH_CASES else None

    @property
    def words(self) -> str:
        """Return the past in one sentence, or nothing where there is none."""
        if not self.by_door:
            return ""
        told = {"n": len(self.by_door), "all": len(self.cases)}
        when = _("今年") if self.is_this_year else _("以前")
        if told["n"] == told["all"]:
            said = ngettext("同类 %(n)d 件都由他们办", "同类 %(n)d 件都由他们办", told["n"]) % told
        else:
            said = (
                ngettext(
                    "同类 %(all)d 件里有 %(n)d 件由他们办",
                    "同类 %(all)d 件里有 %(n)d 件由他们办",
                    told["all"],
                )
                % told
            )
        usual = self.median_days
        return (
            when + said + (_("，一般%(days)s") % {"days": in_days(usual)} if usual is not None else "") + "。"
        )


def in_days(days: float) -> str:
    """Return a span of days as people say it, to the half day."""
    halves = round(days * 2)
    if halves < 1:
        return _("不到半天")
    if halves == 1:
        return _("半天")
    whole, is_half = divmod(halves, 2)
    if is_half and whole < 10:
        return _(" %(n)d 天半") % {"n": whole}
    return _(" %(n)d 天") % {"n": whole}


def cases_like(need: Need) -> list[Case]:
    """Return the newest answered needs of a need's kind in its community, 200 at most: one query."""
    newest = Need.objects.filter(place_community=need.place_community).order_by("-pk")
    rows = (
        Need.objects.filter(pk__in=newest.values("pk")[:LOOKED_THROUGH], district_id=need.district_id)
        .filter(category_id=need.category_id, stage__in=DONE, answered_at__isnull=False, is_excluded=False)
        .exclude(pk=need.pk)
        .order_by("-pk")
        .values_list("owner_area_id", "owner_org_id", "outcome", "submitted_at", "answered_at")[:MOST]
    )
    return [
        Case(
            area_id=area_id,
            org_id=org_id,
            is_solved=outcome == Need.Outcome.SOLVED,
            days=(answered - said).total_seconds() / 86_400 if answered is not None else 0.0,
            year=said.astimezone(clock.ZONE).year,
        )
        for area_id, org_id, outcome, said, answered in rows
    ]


def of_door(cases: Sequence[Case], door: Door) -> Past:
    """Return what a door did of these cases: of this year where that is enough, else of all."""
    key = ("area" if isinstance(door, Area) else "org", door.pk)
    this_year = tuple(case for case in cases if case.year == clock.today().year)
    is_enough = len([case for case in this_year if case.by == key]) >= ENOUGH_CASES
    kept = this_year if is_enough else tuple(cases)
    return Past(
        kept, tuple(case for case in kept if case.by == key), is_enough or len(this_year) == len(cases)
    )


def usual_door(cases: Sequence[Case], district_id: int) -> Door | None:
    """Return who answered most of the cases, if that is enough to go by and they are still there."""
    doors = [case.by for case in cases]
    if not doors:
        return None
    kind, pk = statistics.mode(doors)
    count = doors.count((kind, pk))
    if count < ENOUGH_CASES or count < ENOUGH_SHARE * len(doors):
        return None
    if kind == "area":
        return Area.objects.filter(district_id=district_id, pk=pk).first()
    return Organisation.objects.in_use().filter(district_id=district_id, pk=pk).first()
