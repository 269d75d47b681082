"""What the market counts on a co-building day: told to its page, because the two modules are strangers."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.cobuilding.queries.on_the_day import Beside
from lingju.kernel.clock import ZONE
from lingju.market.models import Market
from lingju.market.queries import markets


def market_on(district_id: int, date: dt.date) -> list[Beside]:
    """Return the markets of a date with what was counted at their stalls; those called off are left out."""
    begins = dt.datetime.combine(date, dt.time(), ZONE)
    rows = Market.objects.filter(
        district_id=district_id,
        session__starts_at__gte=begins,
        session__starts_at__lt=begins + dt.timedelta(days=1),
    ).exclude(state=Market.State.CANCELLED)
    found = list(rows.select_related("session").order_by("session__starts_at", "id"))
    counted = markets.counted(found)
    return [
        Beside(
            area_id=market.area_id,
            title=market.session.title,
            words=_("摊位 %(stalls)d 个，摊位上 %(visits)d 人次；没办完的 %(left)d 件，办了 %(done)d 件")
            % {
                "stalls": counted[market.pk].stalls,
                "visits": counted[market.pk].visits,
                "left": counted[market.pk].leftovers,
                "done": counted[market.pk].closed,
            },
            href=reverse("desk_market", args=[market.pk]),
        )
        for market in found
    ]
