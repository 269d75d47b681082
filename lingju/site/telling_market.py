"""What is told of a civic market: where a stall stands, or that it is off; to the desk, what is left over.

Whoever left something over got number and code with the need itself, and hears of it like any asker.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.activities.models import Session
from lingju.kernel.clock import ZONE
from lingju.market.events import MarketAnnounced, MarketCancelled, RequestLeftOver
from lingju.market.models import Leftover, Market, Stall
from lingju.notify.wordings import Wording
from lingju.site import phrases, reaching_units, telling_desk, texting

WORDINGS = (
    Wording(
        "market_announced",
        gettext_lazy("集市定了"),
        gettext_lazy("%(what)s，%(when)s，%(where)s。您单位的摊位：%(stalls)s。看这里：%(link)s"),
    ),
    Wording("market_off", gettext_lazy("集市取消了"), gettext_lazy("%(what)s，%(when)s，取消了：%(why)s。")),
    Wording(
        "market_left_over",
        gettext_lazy("集市上有一件事没办完"),
        gettext_lazy("%(title)s（%(number)s），%(stall)s的摊位上留下的。"),
    ),
)


def tell_announced(fact: MarketAnnounced) -> None:
    """Tell every organisation that has a stall when and where, and on which spots it stands."""
    market = _market(fact.market_id)
    if market is None or market.state == Market.State.CANCELLED:
        return
    page = texting.address(reverse("market", args=[market.pk]))
    stalls = Stall.objects.filter(market=market, withdrawn_at__isnull=True).select_related("spot")
    for organisation_id, own in _by_organisation(stalls).items():
        named = _("、").join(_stall_words(stall) for stall in own)
        gaps = {**_what(market.session), "where": market.session.where, "stalls": named, "link": page}
        key = f"{market.pk}:{organisation_id}"
        reaching_units.tell_organisation(
            organisation_id,
            market.district_id,
            "market_announced",
            key,
            begins_at=market.session.starts_at,
            **gaps,
        )


def tell_cancelled(fact: MarketCancelled) -> None:
    """Tell every organisation that had a stall that the market is off, and why."""
    market = _market(fact.market_id)
    if market is None:
        return
    gaps = {**_what(market.session), "why": market.state_reason}
    begins_at = market.session.starts_at
    for organisation_id in _by_organisation(Stall.objects.filter(pk__in=fact.stall_ids)):
        key = f"{market.pk}:{organisation_id}"
        reaching_units.tell_organisation(
            organisation_id, market.district_id, "market_off", key, begins_at=begins_at, **gaps
        )


def tell_left_over(fact: RequestLeftOver) -> None:
    """Tell the desk that has the need where it comes from."""
    left = Leftover.objects.select_related("need", "stall").filter(pk=fact.leftover_id).first()
    if left is None:
        return
    need = left.need
    said = {"title": need.title, "number": need.number, "stall": left.stall.name}
    readers = telling_desk.clerks_at(need.district_id, need.owner_stem)
    link = reverse("desk_need", args=[need.pk])
    telling_desk.tell(readers, need.district_id, "market_left_over", str(left.pk), said, link)


def _market(market_id: int) -> Market | None:
    rows = Market.objects.select_related("session__station", "session__space")
    return rows.filter(pk=market_id).first()


def _by_organisation(stalls: Iterable[Stall]) -> dict[int, list[Stall]]:
    found: dict[int, list[Stall]] = {}
    for stall in stalls:
        found.setdefault(stall.organisation_id, []).append(stall)
    return found


def _stall_words(stall: Stall) -> str:
    return f"{stall.spot.label} {stall.name}" if stall.spot is not None else stall.name


def _what(session: Session) -> dict[str, str]:
    when = f"{phrases.date(session.starts_at.astimezone(ZONE))} {phrases.time(session.starts_at)}"
    return {"what": session.title, "when": when}
