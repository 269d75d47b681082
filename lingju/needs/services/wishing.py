"""Verbs of micro-wishes: collect for somebody, verify by a second person, publish without a name, claim.

collect   a clerk or keeper writes it down for one person, who agreed that it is shown without a name
verify    another person than who collected it
claim     one at a time; whoever claims gets in touch through the clerk within a week, or it is free again
confirm   the wisher says so; the clerk who writes that down is not the one who claimed it
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.flow_wishes import OVER, WISHES, signed_in_here
from lingju.needs.models import Claim, NumberSeries, Wish
from lingju.needs.rules import its_desk, keeps_a_counter
from lingju.needs.text.screening import screen
from lingju.people.models import Membership, Organisation
from lingju.places.models import Area, Station
from lingju.places.services.marks import press_key, said_why, same_district, tidy, tidy_phone
from lingju.trail.services import leave_footprint

# What the house holds to be micro: a wish above this is a need, and belongs there.
MOST_YUAN: Final = 200
CONTACT_WITHIN: Final = dt.timedelta(days=7)
LONGEST_PROMISE: Final = dt.timedelta(days=90)
MOST_AT_ONCE: Final = 3
KEEP_NAMES: Final = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish as somebody tells it; what everybody will read, and whose it is."""

    kind: str
    group: str
    public_text: str
    value_yuan: int
    wisher: str
    contact: str
    has_agreed: bool


@transaction.atomic
def collect(at: Station | Area, wished: Wished, *, key: str, actor: Actor) -> Wish:
    """Write a wish down for somebody who agreed; the same `key` again returns the same wish."""
    keeps_a_counter.check(actor, at)
    key = press_key(key, _("这次提交没有带上防重的编号，请刷新页面再填一次。"))
    known = Wish.objects.filter(district_id=at.district_id, key=key).first()
    if known is not None:
        return known
    wish = Wish(
        district_id=at.district_id,
        key=key,
        area=at.area if isinstance(at, Station) else at,
        agreed_at=clock.now(),
        collected_by_id=actor.account_id,
        **_checked(wished),
    )
    try:
        with transaction.atomic():
            wish.number = _next_number(at.district_id)
            wish.save(force_insert=True)
    except IntegrityError:
        raise SomeoneWasFaster(_("这个心愿刚才已经记下了，请回到列表看一看。")) from None
    leave_footprint(actor=actor, action="collect", subject=wish, after={"number": wish.number})
    return wish


def _checked(wished: Wished) -> dict[str, Any]:
    """Return the columns of a wish, fit to be shown; refuse what is missing or no micro-wish."""
    values: dict[str, Any] = {
        "kind": wished.kind,
        "group": screen(tidy(wished.group)).text[:30],
        "public_text": screen(tidy(wished.public_text)).text[:120],
        "value_yuan": wished.value_yuan,
        "wisher": tidy(wished.wisher)[:40],
        "contact": "",
    }
    wrong = _wrong(wished, values)
    try:
        values["contact"] = tidy_phone(wished.contact)
    except BadInput as refusal:
        wrong["contact"] = str(refusal)
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return values


def _wrong(wished: Wished, values: dict[str, Any]) -> dict[str, str]:
    """Return what must be put right, by field."""
    rules = {
        "kind": (values["kind"] in Wish.Kind.values, _("请选实物或服务。")),
        "group": (len(values["group"]) >= 2, _("请写是哪类人，比如独居老人，不写姓名。")),
        "public_text": (len(values["public_text"]) >= 4, _("请写清楚想要什么，不写姓名和门牌。")),
        "value_yuan": (
            0 <= wished.value_yuan <= MOST_YUAN,
            _("微心愿在 %(most)d 元以内。超过的请走“说一声”。") % {"most": MOST_YUAN},
        ),
        "wisher": (bool(values["wisher"]), _("请写许愿人怎么称呼，只有社区看得到。")),
        "has_agreed": (wished.has_agreed, _("要本人同意不写姓名地公开，才能征集。")),
    }
    return {field: sentence for field, (is_right, sentence) in rules.items() if not is_right}


def _next_number(district_id: int) -> str:
    """Count this year's series up: W26-0007."""
    year = clock.today().strftime("%y")
    series, _made = NumberSeries.objects.get_or_create(district_id=district_id, month=f"w{year}")
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    return f"W{year}-{series.last:04d}"


def verify(wish: Wish, *, actor: Actor) -> Wish:
    """Say that a wish is real and its words name nobody: a second person's word."""
    if actor.account_id is not None and wish.collected_by_id == actor.account_id:
        raise NotAllowed(_("核实要由另一个人来做，不能自己征集自己核实。"))
    return WISHES.take("verify", wish, actor=actor)


def publish(wish: Wish, *, actor: Actor) -> Wish:
    """Show a verified wish to everybody, without a name."""
    return WISHES.take("publish", wish, actor=actor, changes={"published_at": clock.now()})


def decline(wish: Wish, why: str, *, actor: Actor) -> Wish:
    """Let a wish go no further, with the reason; its wisher's name is kept a year and no longer."""
    reason = _reason(why)
    changes = {"declined_why": reason, "ended_at": clock.now()}
    return WISHES.take("decline", wish, actor=actor, note=reason, changes=changes)


@transaction.atomic
def claim(
    wish: Wish, *, actor: Actor, organisation: Organisation | None = None, promised_on: dt.date | None = None
) -> Claim:
    """Claim a published wish; the same hand again gets the same claim, another hand is told.

    For an organisation either one of its people claims, or the desk writes down what it said.
    """
    signed_in_here.check(actor, wish)
    account_id = _account_for(wish, organisation, actor)
    mine = Claim.objects.filter(wish=wish, state=Claim.State.STANDING)
    known = next(
        (one for one in mine if (one.account_id, one.organisation) == (account_id, organisation)), None
    )
    if known is not None:
        return known
    _check_load(wish, account_id)
    promised_on = _promised(promised_on)
    WISHES.take("claim", wish, actor=actor)
    now = clock.now()
    try:
        with transaction.atomic():
            made = Claim.objects.create(
                district_id=wish.district_id,
                wish=wish,
                organisation=organisation,
                account_id=account_id,
                claimed_at=now,
                contact_by=now + CONTACT_WITHIN,
                promised_on=promised_on,
            )
    except IntegrityError:
        raise SomeoneWasFaster(_("这个心愿刚刚有人认领了，谢谢您。请看看别的。")) from None
    return made


def _account_for(wish: Wish, organisation: Organisation | None, actor: Actor) -> int | None:
    """Return whose account stands behind a claim: none where the desk writes down an organisation's word."""
    if organisation is None:
        return actor.account_id
    same_district(wish.district_id, organisation)
    own = actor.account_id
    if own is not None and Membership.objects.filter(organisation=organisation, account_id=own).exists():
        return own
    its_desk.check(actor, wish)
    return None


def _check_load(wish: Wish, account_id: int | None) -> None:
    if account_id is None:
        return
    standing = Claim.objects.filter(
        district_id=wish.district_id, account_id=account_id, state=Claim.State.STANDING
    )
    if standing.count() >= MOST_AT_ONCE:
        raise NotNow(_("您手上已经有 %(n)d 个了，办到一个再认领下一个。") % {"n": MOST_AT_ONCE})


def _promised(day: dt.date | None) -> dt.date | None:
    today = clock.today()
    if day is not None and not today <= day <= today + LONGEST_PROMISE:
        sentence = _("答应的日子要在今天到 90 天以内。")
        raise BadInput(sentence, {"promised_on": sentence})
    return day


@transaction.atomic
def contact(wish: Wish, *, promised_on: dt.date | None, actor: Actor) -> Wish:
    """Write down that wisher and claimer met through the clerk, and the day that was promised."""
    standing = _standing(wish)
    day = _promised(promised_on) or standing.promised_on
    if day is None:
        sentence = _("请写明答应哪天办到。")
        raise BadInput(sentence, {"promised_on": sentence})
    WISHES.take("contact", wish, actor=actor, note=day.isoformat())
    _write(standing, contacted_at=clock.now(), promised_on=day)
    return wish


def fulfil(wish: Wish, *, actor: Actor) -> Wish:
    """Say that it was brought or done; whether that is so, the wisher says."""
    return WISHES.take("fulfil", wish, actor=actor)


@transaction.atomic
def confirm(wish: Wish, *, actor: Actor) -> Wish:
    """Write down that the wisher confirms; never by whoever claimed it."""
    standing = _standing(wish)
    WISHES.take("confirm", wish, actor=actor, changes={"ended_at": clock.now()})
    _write(standing, state=Claim.State.KEPT)
    return wish


def deny(wish: Wish, *, actor: Actor) -> Wish:
    """Write down that the wisher has not got it: the claim stands, the work goes on."""
    return WISHES.take("deny", wish, actor=actor)


def archive(wish: Wish, *, actor: Actor) -> Wish:
    """Put a confirmed wish away."""
    return WISHES.take("archive", wish, actor=actor)


@transaction.atomic
def release(wish: Wish, why: str, *, actor: Actor) -> Wish:
    """Let a claim go, with the reason: the wish waits for the next, one round on."""
    standing, reason = _standing(wish), _reason(why)
    WISHES.take("release", wish, actor=actor, note=reason, changes={"round": wish.round + 1})
    _write(standing, state=Claim.State.RELEASED, released_why=reason)
    return wish


def release_overdue(standing: Claim) -> Wish:
    """Let go a claim whose week has passed without a contact; called by the clockwork."""
    wish = standing.wish
    if standing.contacted_at is not None or standing.contact_by > clock.now():
        return wish
    return release(wish, _("七天没有联系上"), actor=SystemActor(wish.district_id))


@transaction.atomic
def see_wisher(wish: Wish, *, actor: Actor) -> tuple[str, str]:
    """Return who wishes and how to reach them, to the desk of the area; that somebody read it is kept."""
    its_desk.check(actor, wish)
    leave_footprint(actor=actor, action="read_wisher", subject=wish)
    return str(wish.wisher), str(wish.contact)


def forget_names() -> int:
    """Forget who wished, a year after it ended, with the consent that let us know it; the count stays."""
    old = Wish.objects.filter(state__in=OVER, ended_at__lt=clock.now() - KEEP_NAMES, agreed_at__isnull=False)
    forgotten = list(old[:500])
    for wish in forgotten:
        wish.wisher, wish.contact, wish.agreed_at = "", "", None
        wish.save(update_fields=["wisher", "contact", "agreed_at"])
    return len(forgotten)


def _standing(wish: Wish) -> Claim:
    found = wish.claims.filter(state=Claim.State.STANDING).first()
    if found is None:
        raise NotNow(_("这个心愿现在没有人认领。"))
    return found


def _write(standing: Claim, **values: Any) -> None:
    """Write into the claim that stands, once: of two hands one wins."""
    if Claim.objects.filter(pk=standing.pk, state=Claim.State.STANDING).update(**values) != 1:
        raise SomeoneWasFaster(_("刚才有人先办了，请刷新看一看。"))


def _reason(why: str) -> str:
    return screen(said_why(why, _("请写明原因。"), field="why")[:120]).text[:120]
