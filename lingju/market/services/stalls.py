"""Stalls: invited once a press, changed while the market is open, withdrawn with a reason; their cards."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.market.models import Market, Stall, Zone
from lingju.market.rules import runs_it
from lingju.market.services import layouts
from lingju.market.services.wording import check_nothing_is_sold
from lingju.people.models import Organisation
from lingju.places.services import marks
from lingju.places.services.marks import press_key, said_why, same_district, tidy
from lingju.trail.services import leave_footprint

MOST_HELPERS: Final = 50
WORDS: Final = ("name", "service", "qualification", "supplies")


@dataclass(frozen=True, slots=True)
class StallDraft:
    """A stall as somebody describes it."""

    zone: Zone
    organisation: Organisation
    name: str
    service: str
    care: str = Stall.Care.NONE.value
    qualification: str = ""
    qualified_until: dt.date | None = None
    supplies: str = ""
    needs_power: bool = False
    helpers: int = 1

    @property
    def columns(self) -> dict[str, Any]:
        """Return what stands in the row, tidied."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return told | {name: tidy(told[name]) for name in WORDS}


@transaction.atomic
def invite_stall(market: Market, draft: StallDraft, *, key: str, actor: Actor) -> Stall:
    """Take a stall in; the same `key` again returns the same one. A paper may follow, until it is placed."""
    runs_it.check(actor, market)
    key = press_key(key)
    known = Stall.objects.filter(market=market, key=key).first()
    if known is not None:
        return known
    market = layouts.locked(market)
    if not market.takes_stalls:
        raise NotNow(_("现在是“%(state)s”，不能加摊位。") % {"state": market.get_state_display()})
    _check(market, draft)
    stall = Stall(district_id=market.district_id, market=market, key=key, **draft.columns)
    return marks.insert(stall, actor=actor)


@transaction.atomic
def edit_stall(stall: Stall, draft: StallDraft, *, actor: Actor, version: int | None = None) -> bool:
    """Make a stall what the draft says; say whether it changed. One that stands must be able to stay."""
    runs_it.check(actor, stall.market)
    market = layouts.locked(stall.market)
    if not market.is_open or not stall.is_in:
        raise NotNow(_("这个摊位现在不能改了。"))
    _check(market, draft)
    if stall.spot is not None:
        values = {**draft.columns, "market": market, "spot": stall.spot}
        layouts.check_may_stand(Stall(district_id=stall.district_id, **values), stall.spot)
    return marks.amend(stall, draft.columns, actor=actor, version=version)


@transaction.atomic
def withdraw_stall(stall: Stall, why: str, *, actor: Actor) -> Stall:
    """Let a stall go, with the reason; its spot is free again. Gone already, nothing changes."""
    runs_it.check(actor, stall.market)
    if not stall.is_in:
        return stall
    market = layouts.locked(stall.market)
    reason = said_why(why, _("请写明为什么退出。"), field="why")[:120]
    if not market.is_open:
        raise NotNow(_("集市已经%(state)s，不能再退出。") % {"state": market.get_state_display()})
    values = {"withdrawn_at": clock.now(), "withdrawn_why": reason, "spot": None, "is_on_power": False}
    marks.amend(stall, values, actor=actor, action="withdraw", version=stall.version)
    return stall


@transaction.atomic
def renew_card(stall: Stall, *, actor: Actor) -> Stall:
    """Make the card of a stall that was lost worth nothing; the next one printed counts."""
    runs_it.check(actor, stall.market)
    Stall.objects.filter(pk=stall.pk).update(card_edition=F("card_edition") + 1)
    stall.refresh_from_db(fields=["card_edition"])
    leave_footprint(actor=actor, action="renew_card", subject=stall, after={"edition": stall.card_edition})
    return stall


def _check(market: Market, draft: StallDraft) -> None:
    told = draft.columns
    same_district(market.district_id, draft.zone, draft.organisation)
    wrong: dict[str, str] = {}
    if draft.zone.market_id != market.pk:
        wrong["zone"] = _("这个片区不在这场集市里。")
    if not 2 <= len(told["name"]) <= 20:
        wrong["name"] = _("摊位叫什么，写 2 到 20 个字。")
    if not 4 <= len(told["service"]) <= 200:
        wrong["service"] = _("请写清楚免费做什么，4 到 200 个字。")
    if not 1 <= draft.helpers <= MOST_HELPERS:
        wrong["helpers"] = _("帮手写 1 到 %(most)d 人。") % {"most": MOST_HELPERS}
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    check_nothing_is_sold({name: told[name] for name in WORDS})
