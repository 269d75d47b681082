"""Planning a market and leading it through its life; its session in activities goes along.

The same press twice (`key`) plans one market. Date and place are the session's: a change after the
announcement is told to subscribed calendars by activities.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.activities.services import calling_off, planning, running
from lingju.activities.services.planning import Plan
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.market.events import MarketAnnounced, MarketCancelled
from lingju.market.flow import MARKETS
from lingju.market.models import Market, Stall, Zone
from lingju.market.rules import runs_it
from lingju.market.services import layouts
from lingju.market.services.wording import check_nothing_is_sold, tidied
from lingju.places.services import marks
from lingju.places.services.marks import press_key, said_why, tidy

LONGEST_KEY: Final = 60
STARTS_WITH: Final = tuple(kind.value for kind in Zone.Kind)


@dataclass(frozen=True, slots=True)
class MarketPlan:
    """A market as somebody plans it: its session, what permits it, how it is safe, how it is laid out."""

    session: Plan
    permit: str = ""
    safety_plan: str = ""
    weather_fallback: str = ""
    rows: int = 3
    columns: int = 6
    zones: tuple[str, ...] = STARTS_WITH

    @property
    def words(self) -> dict[str, str]:
        """Return what stands in the market's own row as words."""
        return {
            "permit": tidy(self.permit)[:300],
            "safety_plan": tidied(self.safety_plan, 2000),
            "weather_fallback": tidy(self.weather_fallback)[:300],
        }


@transaction.atomic
def plan_market(plan: MarketPlan, *, key: str, actor: Actor) -> Market:
    """Write a market down that only the desk sees; the same `key` again returns the same one.

    Raises BadInput with what is to be put right, by field.
    """
    area = plan.session.area
    runs_it.check(actor, area)
    key = press_key(key, most=LONGEST_KEY)
    known = Market.objects.filter(district_id=area.district_id, key=key).first()
    if known is not None:
        return known
    _check(plan)
    session = planning.plan_session(plan.session, key=f"market-{key}", actor=actor)
    market = Market(
        district_id=area.district_id,
        key=key,
        area=area,
        session=session,
        rows=plan.rows,
        columns=plan.columns,
        **plan.words,
    )
    marks.insert(market, actor=actor)
    _set_zones(market, plan.zones)
    layouts.lay_spots(market)
    return market


@transaction.atomic
def edit_market(market: Market, plan: MarketPlan, *, actor: Actor, version: int | None = None) -> bool:
    """Make a market what the plan says, its layout apart; say whether anything changed.

    Raises BadInput, NotNow where it is over, SomeoneWasFaster where another hand edited since `version`.
    """
    runs_it.check(actor, market)
    runs_it.check(actor, plan.session.area)
    if not market.is_open:
        raise NotNow(_("集市已经%(state)s，不能再改。") % {"state": market.get_state_display()})
    _check(plan)
    if market.state == Market.State.ANNOUNCED:
        _check_told(plan.words)
    values: dict[str, Any] = {**plan.words, "area": plan.session.area}
    has_new_words = marks.amend(market, values, actor=actor, version=version)
    told = replace(plan.session, organisations=tuple(market.session.organisations.all()))
    what = planning.edit_session(market.session, told, actor=actor)
    return _set_zones(market, plan.zones) or has_new_words or bool(what)


def _check(plan: MarketPlan) -> None:
    session = plan.session
    check_nothing_is_sold({"title": session.title, "summary": session.summary, **plan.words})
    if session.signup != Session.Mode.NONE:
        raise BadInput(_("赶集不用报名，直接来。"))
    layouts.check_size(plan.rows, plan.columns)
    if not set(plan.zones) <= set(Zone.Kind.values) or not plan.zones:
        sentence = _("请至少选一个片区。")
        raise BadInput(sentence, {"zones": sentence})


def _set_zones(market: Market, kinds: Iterable[str]) -> bool:
    """Give a market just these zones; one that has stalls stays. Say whether anything changed."""
    wanted = set(kinds)
    there = {zone.kind: zone for zone in market.zones.all()}
    for kind in there.keys() - wanted:
        if there[kind].stalls.exists():
            sentence = _("“%(zone)s”里有摊位，不能去掉。") % {"zone": there[kind]}
            raise BadInput(sentence, {"zones": sentence})
        there[kind].delete()
    new = [kind for kind in Zone.Kind.values if kind in wanted - there.keys()]
    for kind in new:
        Zone.objects.create(district_id=market.district_id, market=market, kind=kind)
    return bool(new or there.keys() - wanted)


def invite_stalls(market: Market, *, actor: Actor) -> Market:
    """Begin to invite stalls, or go on with it."""
    step = "invite_again" if market.state == Market.State.PLACING else "invite"
    return MARKETS.take(step, market, actor=actor)


def lay_out(market: Market, *, actor: Actor) -> Market:
    """Begin to place the stalls that came in."""
    if not market.stalls.filter(withdrawn_at__isnull=True).exists():
        raise NotNow(_("还没有摊位，先招摊。"))
    return MARKETS.take("lay_out", market, actor=actor)


@transaction.atomic
def announce_market(market: Market, *, actor: Actor) -> Market:
    """Tell a market and its stalls to everybody: permitted, safe, every stall on its spot with its paper."""
    market = layouts.locked(market)
    _check_told({name: getattr(market, name) for name in ("permit", "safety_plan", "weather_fallback")})
    stalls = list(_standing(market))
    _check_stalls(stalls)
    MARKETS.take("announce", market, actor=actor)
    session = market.session
    teams = {stall.organisation_id: stall.organisation for stall in stalls}
    told = replace(planning.plan_of(session), organisations=tuple(teams.values()))
    planning.edit_session(session, told, actor=actor)
    if session.state == Session.State.PLANNED:
        running.announce_session(session, actor=actor)
    announce(MarketAnnounced(market.district_id, market.pk))
    return market


def _standing(market: Market) -> Iterable[Stall]:
    rows = Stall.objects.filter(market=market, withdrawn_at__isnull=True)
    return rows.select_related("market__session", "organisation", "spot").order_by("id")


def _check_told(words: dict[str, str]) -> None:
    named = {"permit": _("场地许可"), "safety_plan": _("安全预案"), "weather_fallback": _("遇雨安排")}
    missing = [label for name, label in named.items() if not words[name]]
    if missing:
        raise NotNow(_("公告以前要写好：%(what)s。") % {"what": "、".join(missing)})


def _check_stalls(stalls: list[Stall]) -> None:
    if not stalls:
        raise NotNow(_("还没有摊位，不能公告。"))
    homeless = [stall.name for stall in stalls if stall.spot_id is None]
    if homeless:
        raise NotNow(_("还没有排位：%(names)s。排好了再公告。") % {"names": "、".join(homeless)})
    lacking = [stall.name for stall in stalls if not stall.is_qualified]
    if lacking:
        raise NotNow(_("资质到那天不在有效期里：%(names)s。") % {"names": "、".join(lacking)})


@transaction.atomic
def hold_market(market: Market, *, actor: Actor) -> Market:
    """Say that a market is being held; counting begins."""
    if not running.may_be_held(market.session):
        raise NotNow(_("还没到时候，开始前三小时起才能记。"))
    MARKETS.take("hold", market, actor=actor)
    if market.session.state in (Session.State.ANNOUNCED, Session.State.SIGNUP):
        running.hold(market.session, actor=actor)
    return market


def finish_counting(market: Market, *, actor: Actor) -> Market:
    """Say that every stall has handed its count in; what a device still holds is taken in later."""
    return MARKETS.take("count", market, actor=actor)


@transaction.atomic
def review_market(market: Market, words: str, *, actor: Actor) -> Market:
    """Close a market with a few words for everybody on how it was, after the calls 回访."""
    told = tidy(words)[:500]
    check_nothing_is_sold({"review": told})
    if len(told) < 4:
        sentence = _("请写一两句这场集市怎么样，不写姓名。")
        raise BadInput(sentence, {"review": sentence})
    MARKETS.take("review", market, actor=actor, changes={"review": told})
    if market.session.state == Session.State.HELD:
        running.review(market.session, told, actor=actor)
    return market


@transaction.atomic
def cancel_market(market: Market, why: str, *, actor: Actor) -> Market:
    """Call a market off with a reason that everybody reads; its session is called off with it."""
    reason = said_why(why, _("请写明为什么取消，大家会看到。"), field="why")[:120]
    stall_ids = tuple(market.stalls.filter(withdrawn_at__isnull=True).values_list("pk", flat=True))
    MARKETS.take("cancel", market, actor=actor, note=reason, changes={"state_reason": reason})
    if not market.session.is_off:
        calling_off.cancel_session(market.session, reason, actor=actor)
    announce(MarketCancelled(market.district_id, market.pk, stall_ids))
    return market


def hear_session_cancelled(fact: Any) -> None:
    """Call a market off whose session was called off among the activities; wired by the site."""
    market = Market.objects.filter(session_id=fact.session_id, state__in=Market.OPEN).first()
    if market is not None:
        why = market.session.state_reason
        cancel_market(market, why, actor=SystemActor(market.district_id))
