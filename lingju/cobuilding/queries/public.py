"""The co-building day as everybody reads it: which days there are, what one brings, how a past one went.

Only cycles that were announced are here, only plans that the street confirmed, only needs as the public list
of needs shows them. Units are counted and not named: none of them was asked whether it may be.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.activities.queries import attendance, sessions
from lingju.activities.queries.sessions import Card
from lingju.cobuilding.models import CommunityPlan, Cycle, DaySeries, Duty, NeedLine, Project
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import NotThere
from lingju.needs.models import Need
from lingju.needs.queries import lists
from lingju.needs.queries.lists import PublicNeed
from lingju.needs.queries.suppression import Published, publish
from lingju.needs.services.promises import policy_of
from lingju.places.models import Compound, District
from lingju.places.walking import Origin, town
from lingju.places.ways import minutes_of, seconds_to_stations

S = Cycle.State
P = CommunityPlan.State
L = NeedLine.State
HELD: Final = (S.HELD, S.RECORDED, S.REVIEWED, S.ARCHIVED)
# From here on what communities do is told; before, their plans are still being made.
TOLD: Final = (S.PUBLISHED, *HELD)
STANDING: Final = (*CommunityPlan.SURE, P.NOT_HELD)
# The columns of the table of how needs went; every state of a line falls into one.
WENT: Final = {
    "confirmed": (L.CONFIRMED,),
    "waiting": (L.DELIVERED,),
    "carried": (L.CARRIED,),
    "open": (L.UNMATCHED, L.MATCHED, L.PLANNED, L.REOPENED),
}
MOST_NEEDS: Final = 12
SOON: Final = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Place:
    """What one community does on a day: where, how far it is, and whether it is where I live."""

    plan: CommunityPlan
    session: Session | None
    minutes: int | None
    is_mine: bool

    @property
    def where(self) -> str:
        """Return the place in words."""
        return str(self.plan.station.name) if self.plan.station is not None else self.plan.place_words


@dataclass(frozen=True, slots=True)
class Figures:
    """How a day went, in numbers; one smaller than `least` that tells of people is left out."""

    communities: int
    not_held: int
    units: int
    projects: int
    visits: int | None
    needs: Published | None
    least: int

    def went(self, column: str) -> int | None:
        """Return how many needs went that way; nothing where it is not told."""
        if self.needs is None or column not in self.needs.columns:
            return None
        return self.needs.column_totals[self.needs.columns.index(column)]


@dataclass(frozen=True, slots=True)
class Month:
    """One past cycle in the list of all of them."""

    cycle: Cycle
    communities: int
    projects: int


# --- which day --------------------------------------------------------------------------------------------


def series_in(district: District) -> list[DaySeries]:
    """Return the days that streets of a district hold, those in force before those that ended."""
    rows = DaySeries.objects.filter(district=district).select_related("area")
    return sorted(rows, key=lambda one: (one.ended_on is not None, one.area.stem, one.pk))


def chosen(found: Sequence[DaySeries], said: str, stem: str) -> DaySeries | None:
    """Return the series that an address names, else that of where somebody is, else the first."""
    named = next((one for one in found if str(one.pk) == said), None)
    mine = next((one for one in found if stem.startswith(one.area.stem)), None) if stem else None
    return named or mine or next(iter(found), None)


def stem_of(origin: Origin | None) -> str:
    """Return the stem of the community in which somebody has said they live; nothing where nobody knows."""
    if origin is None or origin.compound_id is None:
        return ""
    stems = Compound.objects.filter(pk=origin.compound_id).values_list("area__stem", flat=True)
    return stems.first() or ""


def cycle_numbered(series: DaySeries | None, number: int) -> Cycle:
    """Return a cycle that was announced; raise NotThere for any other."""
    rows = Cycle.objects.filter(state__in=Cycle.PUBLIC).select_related("series", "area", "district")
    found: Cycle | None = rows.filter(series=series, number=number).first() if series is not None else None
    if found is None:
        raise NotThere(_("没有这一期共建日，或者还没有公布。"))
    return found


def coming(series: DaySeries) -> list[Cycle]:
    """Return the announced cycles that are not over, the next first; those called off are among them."""
    today = clock.today()
    is_ahead = Q(date__gte=today) | Q(date__isnull=True, month__gte=today.replace(day=1))
    rows = series.cycles.filter(is_ahead, state__in=Cycle.PUBLIC).exclude(state__in=HELD[1:])
    return list(rows.select_related("series", "area", "district").order_by("month"))


def unknown_year(series: DaySeries) -> int | None:
    """Return the year whose notice the next day waits for; nothing where it waits for none."""
    ahead = series.cycles.filter(state=S.GENERATED, month__gte=clock.today().replace(day=1))
    year: int | None = ahead.order_by("month").values_list("unknown_year", flat=True).first()
    return year


def soon(district: District, origin: Origin | None) -> Cycle | None:
    """Return the announced day of the coming fortnight, that of where somebody lives before others."""
    today = clock.today()
    rows = Cycle.objects.filter(
        district=district, state__in=Cycle.PUBLIC, date__gte=today, date__lte=today + SOON
    )
    found = list(rows.select_related("series", "area").order_by("date", "id"))
    stem = stem_of(origin) if len(found) > 1 else ""
    mine = next((one for one in found if stem.startswith(one.area.stem)), None) if stem else None
    return mine or next(iter(found), None)


# --- what a day brings ------------------------------------------------------------------------------------


def places(cycle: Cycle, origin: Origin | None, stem: str) -> list[Place]:
    """Return what communities do on a day, mine first, then the nearest; nothing before it is told.

    A plan is told with its cycle, or by itself where its session has been announced.
    """
    is_told = Q() if cycle.state in TOLD else Q(session__announced_at__isnull=False)
    if cycle.state == S.CANCELLED:
        return []
    plans = cycle.plans.filter(is_told, state__in=STANDING)
    plans = plans.select_related("area", "station", "session__station")
    seconds = seconds_to_stations(town(cycle.district), origin, "adult") if origin is not None else {}
    minutes = {pk: minutes_of(found) for pk, found in seconds.items() if found is not None}
    found = [
        Place(
            plan,
            plan.session if plan.session is not None and plan.session.is_public else None,
            minutes.get(plan.station_id or 0),
            bool(stem) and stem.startswith(plan.area.stem),
        )
        for plan in plans
    ]
    return sorted(
        found,
        key=lambda one: (not one.is_mine, one.minutes is None, one.minutes or 0, one.plan.area.stem),
    )


def others(cycle: Cycle) -> list[Card]:
    """Return what else is told for that day in the street: a market, a talk, a clinic."""
    if cycle.date is None or cycle.state == S.CANCELLED:
        return []
    midnight = dt.datetime.combine(cycle.date, dt.time(), tzinfo=ZONE)
    known = set(cycle.plans.values_list("session_id", flat=True))
    rows = sessions.told(cycle.district).filter(
        area__stem__startswith=cycle.area.stem,
        starts_at__gte=midnight,
        starts_at__lt=midnight + dt.timedelta(days=1),
        parent__isnull=True,
    )
    rows = rows.exclude(pk__in=[pk for pk in known if pk is not None])
    return sessions.cards(rows.order_by("starts_at", "id"))


def needs(cycle: Cycle) -> list[PublicNeed]:
    """Return the needs of a day that stand on the public list, in the words in which they stand there."""
    if cycle.state not in TOLD:
        return []
    rows = Need.objects.listed().filter(_behind(cycle), district_id=cycle.district_id)
    shown = rows.select_related("category", "compound", "area", "district").order_by("-submitted_at", "-pk")
    return list(lists.public(shown[:MOST_NEEDS]))


def _behind(cycle: Cycle) -> Q:
    """Keep the needs behind the lines of a cycle's list."""
    lines = cycle.need_lines.exclude(state=L.REMOVED)
    one = lines.filter(need__isnull=False).values("need_id")
    many = lines.filter(cluster__isnull=False).values("cluster_id")
    return Q(pk__in=one) | Q(cluster_id__in=many)


# --- how a day went ---------------------------------------------------------------------------------------


def figures(cycle: Cycle) -> Figures | None:
    """Return how a day went, from the rows themselves; nothing before it was held."""
    if cycle.state not in HELD:
        return None
    least = policy_of(cycle.district).smallest_cell
    plans = list(cycle.plans.values_list("state", "session_id"))
    held = [session for state, session in plans if state in CommunityPlan.WAS_HELD]
    visits = sum(one.visits for one in attendance.by_session([pk for pk in held if pk is not None]).values())
    duties = cycle.duties.filter(state=Duty.State.DONE, enrolment__isnull=False)
    return Figures(
        communities=len(held),
        not_held=sum(state == P.NOT_HELD for state, _session in plans),
        units=duties.values("enrolment_id").distinct().count(),
        projects=cycle.projects.filter(state__in=Project.DONE).count(),
        visits=visits if visits >= least else None,
        needs=_went(cycle, least),
        least=least,
    )


def _went(cycle: Cycle, least: int) -> Published | None:
    """Return how the needs of a day went, as a table that may be published; the list shows some of them."""
    rows = cycle.need_lines.exclude(state=L.REMOVED)
    all_of = _counted(rows.values_list("state").annotate(n=Count("pk")).order_by())
    listed = rows.filter(need__in=Need.objects.listed().filter(district_id=cycle.district_id))
    shown = _counted(listed.values_list("state").annotate(n=Count("pk")).order_by())
    if not all_of:
        return None
    cells = {("needs", name): (n, n - shown.get(name, 0)) for name, n in all_of.items()}
    return publish(["needs"], list(WENT), cells, least=least)


def _counted(rows: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    column = {state.value: name for name, states in WENT.items() for state in states}
    found: dict[str, int] = {}
    for state, n in rows:
        found[column[state]] = found.get(column[state], 0) + n
    return found


def past(series: DaySeries) -> list[tuple[int, list[Month]]]:
    """Return every announced cycle whose day is over, by year, the newest first."""
    rows = series.cycles.filter(state__in=Cycle.PUBLIC, date__lt=clock.today()).order_by("-month")
    ids = list(rows.values_list("pk", flat=True))
    held = CommunityPlan.objects.filter(cycle__in=ids, state__in=CommunityPlan.WAS_HELD)
    done = Project.objects.filter(cycle__in=ids, state__in=Project.DONE)
    communities = dict(held.order_by().values_list("cycle").annotate(n=Count("pk")))
    projects = dict(done.order_by().values_list("cycle").annotate(n=Count("pk")))
    months = [Month(one, communities.get(one.pk, 0), projects.get(one.pk, 0)) for one in rows]
    return [(year, list(group)) for year, group in groupby(months, key=lambda one: one.cycle.month.year)]
