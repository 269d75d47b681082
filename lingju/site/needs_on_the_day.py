"""The list of a co-building day told to the desk of needs, which stands below and knows no neighbour."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Cycle, NeedLine
from lingju.cobuilding.pages.board import query_of
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import listing
from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor
from lingju.needs.models import Need
from lingju.needs.services.coming_day import Standing

GONE = (NeedLine.State.REMOVED, NeedLine.State.CARRIED)


class DayLists:
    """The lists of the cycles whose days are not over."""

    def standing(self, need: Need, actor: Actor) -> Standing | None:
        """Return where a need stands, else the first day onto whose list the actor may put it."""
        line = _line_of(need)
        if line is not None:
            return Standing(_words(line.cycle), True, _page(line, actor))
        cycle = _open_to(need, actor)
        return Standing(_words(cycle), False) if cycle is not None else None

    def put(self, need: Need, reason: str, *, actor: Actor) -> None:
        """Put a need on the list of the first day that is open to the actor."""
        cycle = _open_to(need, actor)
        if cycle is None:
            raise NotNow(_("清单刚刚截止了。要再加，请找街道。"))
        listing.add_line(cycle, need, reason, actor=actor)


def _not_over() -> QuerySet[Cycle]:
    return Cycle.objects.filter(state__in=Cycle.COMING, closes_on__gte=clock.today())


def _line_of(need: Need) -> NeedLine | None:
    """Return the line of a need, or of its cluster, on the list of the day that comes first."""
    which = Q(need_id=need.pk)
    if need.cluster_id is not None:
        which |= Q(cluster_id=need.cluster_id)
    # While the day is being held its lines still stand: what it does is not listed a second time.
    held = Cycle.objects.filter(state=Cycle.State.HELD, closes_on__gte=clock.today())
    on_a_list = Q(cycle__in=_not_over()) | Q(cycle__in=held)
    lines = NeedLine.objects.filter(which, on_a_list).exclude(state__in=GONE)
    return lines.select_related("cycle", "area").order_by("cycle__month", "id").first()


def _open_to(need: Need, actor: Actor) -> Cycle | None:
    """Return the first coming cycle in whose area a need lies and whose list the actor may still change."""
    above = [need.place_stem[:length] for length in range(1, len(need.place_stem) + 1)]
    cycles = _not_over().filter(district_id=need.district_id, area__stem__in=above)
    rows = cycles.select_related("area", "series").order_by("month", "id")
    return next((cycle for cycle in rows if _may_add(cycle, need, actor)), None)


def _may_add(cycle: Cycle, need: Need, actor: Actor) -> bool:
    """Say whether the list takes it from this actor: once it is closed, from the street alone."""
    if cycle.lists_closed_at is not None:
        return leads_it.allows(actor, cycle)
    return carries_it_out.allows(actor, need.area)


def _page(line: NeedLine, actor: Actor) -> str:
    """Return the page of a line for whoever may open it."""
    if not carries_it_out.allows(actor, line):
        return ""
    return reverse("desk_days_line", args=[line.cycle.number, line.pk]) + query_of(line.cycle)


def _words(cycle: Cycle) -> str:
    """Return a day by its month: 12 月共建日."""
    return _("%(month)d 月共建日") % {"month": (cycle.date or cycle.month).month}
