"""The register of markets 市集台账: put together from rows each time; no figure in it was ever typed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn
from lingju.market.models import Leftover, Market, Stall
from lingju.market.queries import markets as queries
from lingju.market.queries.markets import Counted

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which months are asked for."""

    since: dt.date
    until: dt.date

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """Read the months from an address; this year up to this month where none or nonsense is said."""
        today = clock.today()
        since = _month(query.get("since", "")) or today.replace(month=1, day=1)
        until = _month(query.get("until", "")) or today.replace(day=1)
        return cls(min(since, until), max(since, until))

    @property
    def query(self) -> dict[str, str]:
        """Return what an address would say."""
        return {"since": f"{self.since:%Y-%m}", "until": f"{self.until:%Y-%m}"}

    @property
    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """Return the first moment of the first month and the one after the last."""
        after = (self.until.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        first, last = (dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE) for day in (self.since, after))
        return first, last


@dataclass(frozen=True, slots=True)
class Line:
    """One market of the register."""

    market: Market
    counted: Counted


def _month(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def lines(actor: Actor, wanted: Wanted) -> list[Line]:
    """Return the markets that were held in those months, with what they came to."""
    since, until = wanted.bounds
    rows = Market.objects.visible_to(actor).filter(state__in=queries.OVER)
    within = rows.filter(session__starts_at__gte=since, session__starts_at__lt=until)
    found = list(within.select_related(*queries.WITH).order_by("session__starts_at", "id")[:MOST])
    counted = queries.counted(found)
    return [Line(market, counted[market.pk]) for market in found]


def sheet(found: list[Line]) -> tuple[list[OutColumn], list[list[Any]]]:
    """Return the register as a sheet: one row for every stall that stood."""
    columns = [
        OutColumn(_("日期"), "date"),
        OutColumn(_("集市")),
        OutColumn(_("地点")),
        OutColumn(_("社区")),
        OutColumn(_("片区")),
        OutColumn(_("摊位")),
        OutColumn(_("位置")),
        OutColumn(_("组织")),
        OutColumn(_("服务内容")),
        OutColumn(_("人次"), "whole"),
        OutColumn(_("没办完的事"), "whole"),
        OutColumn(_("其中已办完"), "whole"),
    ]
    markets = {line.market.pk: line.market for line in found}
    rows = Stall.objects.filter(market_id__in=markets, withdrawn_at__isnull=True)
    stalls = list(rows.select_related("zone", "organisation", "spot"))
    stalls.sort(
        key=lambda one: (markets[one.market_id].session.starts_at, one.market_id, one.zone_id, one.pk)
    )
    ids = [stall.pk for stall in stalls]
    visits, left, done = queries.visits_by_stall(ids), queries.leftovers_by_stall(ids), _done(ids)
    return columns, [
        [
            *_market_cells(markets[stall.market_id]),
            str(stall.zone),
            stall.name,
            stall.spot.label if stall.spot is not None else "",
            stall.organisation.name,
            stall.service,
            visits.get(stall.pk, 0),
            left.get(stall.pk, 0),
            done.get(stall.pk, 0),
        ]
        for stall in stalls
    ]


def _market_cells(market: Market) -> list[Any]:
    session = market.session
    day = session.starts_at.astimezone(clock.ZONE).date()
    return [day, session.title, session.where, market.area.short_name]


def _done(ids: list[int]) -> dict[int, int]:
    over: dict[int, int] = {}
    for stall_id in Leftover.objects.filter(stall_id__in=ids, need__is_over=True).values_list(
        "stall_id", flat=True
    ):
        over[stall_id] = over.get(stall_id, 0) + 1
    return over
