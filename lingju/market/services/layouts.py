"""The layout of a market: how many rows and columns, where there is power, which stall stands where.

The market's row is locked first, so that of two hands that change a layout one waits and then sees what the
other did; that two stalls never stand on one spot the database guards itself.
"""

from collections.abc import Collection
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotNow, NotThere, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.market.models import Market, Spot, Stall
from lingju.market.rules import runs_it
from lingju.places.services import marks

MOST: Final = 12


def locked(market: Market) -> Market:
    """Return a market as it stands now, its row locked until the transaction ends."""
    rows = Market.objects.select_for_update(of=("self",)).select_related("session", "area", "district")
    found = rows.filter(pk=market.pk).first()
    if found is None:
        raise NotThere(_("没找到这场集市。"))
    return found


def check_size(rows: int, columns: int) -> None:
    """Refuse a layout that does not fit on one sheet."""
    sentence = _("1 到 %(most)d 之间，一张纸才画得下。") % {"most": MOST}
    sizes = {"rows": rows, "columns": columns}
    wrong = {name: sentence for name, size in sizes.items() if not 1 <= size <= MOST}
    if wrong:
        raise BadInput(sentence, wrong)


def lay_spots(market: Market) -> None:
    """Give a market the spots of its rows and columns that it has not yet."""
    there = set(market.spots.values_list("row", "column"))
    wanted = {(row, column) for row in range(1, market.rows + 1) for column in range(1, market.columns + 1)}
    Spot.objects.bulk_create(
        Spot(district_id=market.district_id, market=market, row=row, column=column)
        for row, column in sorted(wanted - there)
    )


@transaction.atomic
def set_layout(
    market: Market,
    rows: int,
    columns: int,
    powered: Collection[str],
    *,
    actor: Actor,
    version: int | None = None,
) -> Market:
    """Set how many rows and columns there are, and at which spots (by label, A3) there is power.

    A spot on which a stall stands does not go away, nor does the power that a stall there needs.
    """
    runs_it.check(actor, market)
    market = _open(market)
    check_size(rows, columns)
    _check_nobody_stands_outside(market, rows, columns)
    marks.amend(market, {"rows": rows, "columns": columns}, actor=actor, action="lay_out", version=version)
    market.spots.exclude(row__lte=rows, column__lte=columns).delete()
    lay_spots(market)
    _set_power(market, set(powered))
    return market


def _check_nobody_stands_outside(market: Market, rows: int, columns: int) -> None:
    outside = Spot.objects.filter(market=market, stall__isnull=False).exclude(
        row__lte=rows, column__lte=columns
    )
    labels = "、".join(spot.label for spot in outside)
    if labels:
        sentence = _("%(spots)s 上有摊位，先挪开再缩小。") % {"spots": labels}
        raise BadInput(sentence, {"rows": sentence})


def _set_power(market: Market, powered: set[str]) -> None:
    for spot in market.spots.select_related("stall"):
        has_power = spot.label in powered
        if spot.has_power == has_power:
            continue
        stall = getattr(spot, "stall", None)
        if stall is not None and stall.needs_power and not has_power:
            sentence = _("%(spot)s 的“%(stall)s”要用电，先挪开再断电。") % {"spot": spot, "stall": stall}
            raise BadInput(sentence, {"powered": sentence})
        Spot.objects.filter(pk=spot.pk).update(has_power=has_power)
        Stall.objects.filter(spot=spot).update(is_on_power=has_power)


@transaction.atomic
def place_stall(stall: Stall, spot: Spot, *, actor: Actor) -> Stall:
    """Put a stall on a spot; there already, nothing changes.

    Raises BadInput (no paper, no power there), SomeoneWasFaster (another stall stands there now, or another
    hand moved this one).
    """
    runs_it.check(actor, stall.market)
    if spot.market_id != stall.market_id:
        raise NotThere(_("这个位置不在这场集市里。"))
    market = _open(stall.market)
    if market.state == Market.State.INVITING:
        raise NotNow(_("还在招摊，先“开始排位”。"))
    spot.refresh_from_db()
    check_may_stand(stall, spot)
    if stall.spot_id == spot.pk:
        return stall
    return _moved(stall, spot, actor)


def take_away(stall: Stall, *, actor: Actor) -> Stall:
    """Take a stall from its spot; it stays in and can be placed again."""
    runs_it.check(actor, stall.market)
    with transaction.atomic():
        _open(stall.market)
        return stall if stall.spot_id is None else _moved(stall, None, actor)


def check_may_stand(stall: Stall, spot: Spot) -> None:
    """Refuse a stall that is out, has no paper for what it does, or needs power where there is none."""
    if not stall.is_in:
        raise NotNow(_("这个摊位已经退出了。"))
    if not stall.is_qualified:
        sentence = _("“%(stall)s”是%(care)s，要写明资质，到那天还在有效期里，才能排位。") % {
            "stall": stall.name,
            "care": stall.get_care_display(),
        }
        raise BadInput(sentence, {"qualification": sentence})
    if stall.needs_power and not spot.has_power:
        sentence = _("“%(stall)s”要用电，%(spot)s 没有电。") % {"stall": stall.name, "spot": spot}
        raise BadInput(sentence, {"spot": sentence})


def _open(market: Market) -> Market:
    found = locked(market)
    if not found.is_open:
        raise NotNow(_("集市已经%(state)s，摊位不再挪。") % {"state": found.get_state_display()})
    return found


def _moved(stall: Stall, spot: Spot | None, actor: Actor) -> Stall:
    values = {"spot": spot, "is_on_power": spot.has_power if spot is not None else False}
    try:
        with transaction.atomic():
            marks.amend(stall, values, actor=actor, action="place", version=stall.version)
    except IntegrityError:
        stall.refresh_from_db()
        raise SomeoneWasFaster(
            _("%(spot)s 刚才已经排了别的摊位，请看过图再选一个。") % {"spot": spot}
        ) from None
    return stall
