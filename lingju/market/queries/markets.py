"""Markets as pages read them: the lists, one with its zones and stalls, its drawing, what was left over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from markupsafe import Markup

from lingju.activities.queries import attendance, desk
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.market import layout
from lingju.market.layout import Cell
from lingju.market.models import Leftover, Market, Spot, Stall, Tally, Zone
from lingju.needs.models import Category
from lingju.people.models import Organisation
from lingju.places.models import Area, District, Station

WITH: Final = ("session__station", "session__space", "session__area", "area", "district")
TRAYS: Final = ("coming", "past", "off")
MOST_ON_A_PAGE: Final = 40
OVER: Final = (Market.State.HELD, Market.State.COUNTED, Market.State.REVIEWED)


@dataclass(frozen=True, slots=True)
class Booth:
    """One stall with how many visits were counted at it and how much was left over."""

    stall: Stall
    visits: int
    leftovers: int

    @property
    def where(self) -> str:
        """Return the label of its spot, or nothing."""
        return self.stall.spot.label if self.stall.spot is not None else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One zone with the stalls that take part in it."""

    zone: Zone
    booths: tuple[Booth, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a market came to: stalls, 人次 at its stalls and at its door, what was left over and is done."""

    stalls: int
    visits: int
    door_visits: int
    leftovers: int
    closed: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a market can be made of."""

    areas: tuple[Area, ...]
    stations: tuple[Station, ...]
    organisations: tuple[Organisation, ...]


def market_for(actor: Actor, market_id: int) -> Market:
    """Return a market the actor works at; another's is not there."""
    return _there(Market.objects.visible_to(actor), market_id)


def public_market(district: District, market_id: int) -> Market:
    """Return a market that everybody may read."""
    return _there(Market.objects.filter(district=district).public(), market_id)


def _there(markets: QuerySet[Market], market_id: int) -> Market:
    found: Market | None = markets.select_related(*WITH).filter(pk=market_id).first()
    if found is None:
        raise NotThere(_("没找到这场集市，或者不归您管。"))
    return found


def stall_of(market: Market, stall_id: int) -> Stall:
    """Return a stall of a market; another's is not there."""
    rows = Stall.objects.select_related("zone", "organisation", "spot", "district")
    stall = rows.filter(market=market, pk=stall_id).first()
    if stall is None:
        raise NotThere(_("这场集市里没有这个摊位。"))
    stall.market = market
    return stall


def on_desk(actor: Actor, tray: str) -> QuerySet[Market]:
    """Return the markets of a desk's tray: to be held, held, called off."""
    rows = Market.objects.visible_to(actor).select_related(*WITH)
    if tray == "coming":
        return rows.filter(state__in=Market.OPEN).order_by("session__starts_at", "id")
    wanted = OVER if tray == "past" else (Market.State.CANCELLED,)
    return rows.filter(state__in=wanted).order_by("-session__starts_at", "id")


def told(district: District) -> tuple[list[Market], list[Market]]:
    """Return the markets that come, also those called off, and those that were held; newest first."""
    rows = Market.objects.filter(district=district).public().select_related(*WITH)
    now = clock.now()
    coming = rows.filter(session__ends_at__gt=now).order_by("session__starts_at", "id")
    past = rows.filter(session__ends_at__lte=now, state__in=OVER).order_by("-session__starts_at", "id")
    return list(coming[:MOST_ON_A_PAGE]), list(past[:MOST_ON_A_PAGE])


def booths(market: Market) -> list[Booth]:
    """Return the stalls of a market with their figures, in order of zone and spot: three queries."""
    rows = Stall.objects.filter(market=market).select_related("zone", "organisation", "spot").order_by("id")
    stalls = list(rows)
    ids = [stall.pk for stall in stalls]
    visits, left = visits_by_stall(ids), leftovers_by_stall(ids)
    found = []
    for stall in sorted(stalls, key=_where):
        stall.market = market
        found.append(Booth(stall, visits.get(stall.pk, 0), left.get(stall.pk, 0)))
    return found


def _where(stall: Stall) -> tuple[int, int, int, int]:
    spot = stall.spot
    return (stall.zone_id, spot.row if spot else 99, spot.column if spot else 99, stall.pk)


def visits_by_stall(ids: Sequence[int]) -> dict[int, int]:
    """Return how many visits were counted at each stall."""
    rows = Tally.objects.filter(stall_id__in=ids).order_by().values_list("stall_id").annotate(n=Sum("change"))
    return dict(rows)


def leftovers_by_stall(ids: Sequence[int]) -> dict[int, int]:
    """Return how much was left over at each stall."""
    rows = Leftover.objects.filter(stall_id__in=ids).order_by().values_list("stall_id")
    return dict(rows.annotate(n=Count("pk")))


def parts(found: Iterable[Booth]) -> list[Part]:
    """Return the stalls that take part, by zone."""
    zones: dict[int, Zone] = {}
    within: dict[int, list[Booth]] = {}
    for booth in found:
        if booth.stall.is_in:
            zones[booth.stall.zone_id] = booth.stall.zone
            within.setdefault(booth.stall.zone_id, []).append(booth)
    return [Part(zone, tuple(within[pk])) for pk, zone in sorted(zones.items())]


def spots(market: Market) -> list[Spot]:
    """Return the spots of a layout, row by row, each with who stands there."""
    return list(Spot.objects.filter(market=market).select_related("stall__zone"))


def plan(market: Market, laid: Iterable[Spot]) -> Markup:
    """Return the layout plan 摊位布置图 as a drawing."""
    cells = [_cell(spot) for spot in laid]
    title = _("%(market)s的摊位布置图，%(rows)d 排，每排 %(columns)d 位") % {
        "market": market.session.title,
        "rows": market.rows,
        "columns": market.columns,
    }
    return layout.drawing(cells, title=title, power=_("有电"), way=_("过道"))


def _cell(spot: Spot) -> Cell:
    stall = getattr(spot, "stall", None)
    if stall is None:
        return Cell(spot.row, spot.column, spot.label, spot.has_power)
    zone = stall.zone
    return Cell(spot.row, spot.column, spot.label, spot.has_power, stall.name, str(zone), zone.kind)


def counted(markets: Sequence[Market]) -> dict[int, Counted]:
    """Return what each of several markets came to."""
    ids = [market.pk for market in markets]
    doors = attendance.by_session([market.session_id for market in markets])
    rows = Stall.objects.filter(market_id__in=ids, withdrawn_at__isnull=True).order_by()
    stalls = dict(rows.values_list("market_id").annotate(n=Count("pk")))
    tallies = Tally.objects.filter(stall__market_id__in=ids).order_by().values_list("stall__market_id")
    visits = dict(tallies.annotate(n=Sum("change")))
    left = Leftover.objects.filter(stall__market_id__in=ids).order_by().values_list("stall__market_id")
    done = {pk: (n, over) for pk, n, over in left.annotate(n=Count("pk"), over=Count("pk", filter=OVER_NEED))}
    return {
        market.pk: Counted(
            stalls.get(market.pk, 0),
            visits.get(market.pk, 0),
            doors[market.session_id].visits,
            *done.get(market.pk, (0, 0)),
        )
        for market in markets
    }


OVER_NEED: Final = Q(need__is_over=True)


def leftovers(market: Market) -> list[Leftover]:
    """Return what was left over at a market, each with its need, which alone holds the words."""
    rows = Leftover.objects.filter(stall__market=market)
    return list(rows.select_related("stall", "need__category", "need__owner_area", "need__owner_org"))


def choices_for(actor: Actor, district: District) -> Choices:
    """Return what the actor can make a market of."""
    found = desk.choices_for(actor, district)
    return Choices(found.areas, found.stations, found.organisations)


def kinds_of(district: District) -> list[Category]:
    """Return the kinds of need that can be left over at a stall, in order."""
    return list(Category.objects.filter(district=district).offered())
