"""Handing a need over: offered, then accepted or refused; the giver stays accountable until a yes."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import HandoverDecided, HandoverOffered
from lingju.needs.flow import OFFERS
from lingju.needs.models import Entry, Handover, Need
from lingju.needs.rules import its_desk
from lingju.needs.services import axes, handling
from lingju.needs.services.axes import Words
from lingju.people.models import Organisation
from lingju.places.models import Area
from lingju.places.services.marks import said_why, same_district, tidy

OPEN = (Need.Stage.RECEIVED, Need.Stage.TRIAGED, Need.Stage.ACCEPTED, Need.Stage.WORKING)


@transaction.atomic
def hand_over(
    need: Need,
    to: Area | Organisation,
    why: str,
    *,
    actor: Actor,
    rule_id: int | None = None,
    version: int | None = None,
) -> Handover:
    """Offer a need to another desk or to an organisation, saying why; nothing changes until they accept."""
    its_desk.check(actor, need)
    same_district(need.district_id, to)
    axes.expect(need, version)
    reason = _reason(why)
    _check_open(need, to)
    handling.looked_at(need, actor)
    offer = Handover(
        district_id=need.district_id,
        need=need,
        from_area=need.owner_area,
        to_area=to if isinstance(to, Area) else None,
        to_org=to if isinstance(to, Organisation) else None,
        why=reason,
        rule_id=rule_id,
        offered_by_id=actor.account_id,
    )
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
    except IntegrityError:
        raise SomeoneWasFaster(_("这件事刚刚已经移交出去了，正等对方接。")) from None
    words = Words(noted=reason, data={"handover": str(offer.pk), "to": offer.to_name})
    axes.append(need, Entry.Axis.OWNER, "offer", actor=actor, after=axes.owner_value(need), words=words)
    axes.write(need, {})
    announce(HandoverOffered(need.district_id, offer.pk))
    return offer


def _reason(why: str) -> str:
    return said_why(why, _("请写一句为什么，对方和居民都要看。"), field="why")[:200]


def _check_open(need: Need, to: Area | Organisation) -> None:
    if need.stage not in OPEN:
        raise NotNow(_("已经答复的事不能再移交。"))
    if isinstance(to, Area) and to.pk == need.owner_area_id and need.owner_org_id is None:
        raise NotNow(_("这件事本来就归这里办。"))
    if isinstance(to, Organisation) and to.pk == need.owner_org_id:
        raise NotNow(_("这件事本来就是他们在办。"))
    if isinstance(to, Organisation) and to.ended_on is not None:
        raise NotNow(_("这个组织已经退出了，请换一家。"))


@transaction.atomic
def accept(offer: Handover, *, actor: Actor, word_of: str = "") -> Need:
    """Take over what was offered; where our desk writes an organisation's word down, `word_of` says whose."""
    need = offer.need
    said_by = _word_of(offer, actor, word_of)
    OFFERS.take("accept", offer, actor=actor, changes=_decided(actor))
    changes: dict[str, Any] = {"owner_org": offer.to_org, "handler": None}
    if offer.to_area is not None:
        stem = offer.to_area.stem
        changes |= {"owner_area": offer.to_area, "owner_stem": stem}
        changes |= {"owner_street": stem[:9], "owner_community": stem[:12]}
    before = axes.owner_value(need)
    axes.write(need, changes)
    words = Words(noted=said_by, data={"handover": str(offer.pk), "to": offer.to_name})
    axes.append(
        need,
        Entry.Axis.OWNER,
        "accept",
        actor=actor,
        before=before,
        after=axes.owner_value(need),
        words=words,
    )
    if need.stage == Need.Stage.TRIAGED:
        axes.take(need, "accept", actor=actor)
    announce(HandoverDecided(need.district_id, offer.pk))
    return need


def _word_of(offer: Handover, actor: Actor, word_of: str) -> str:
    """Return who of the organisation said yes or no, where our desk writes it down for them."""
    if offer.to_org is None or actor.account_id is None:
        return ""
    if offer.to_org.memberships.filter(account_id=actor.account_id).exists():
        return ""
    said_by = tidy(word_of)[:60]
    if not said_by:
        sentence = _("请写明对方是谁答应的，比如“物业前台，电话里说的”。")
        raise BadInput(sentence, {"word_of": sentence})
    return said_by


@transaction.atomic
def refuse(offer: Handover, why: str, next_door: str, *, actor: Actor, word_of: str = "") -> Need:
    """Say no, why, and which door is the right one: the giver has it still, and goes on from there."""
    need = offer.need
    reason = _reason(why)
    door = tidy(next_door)[:120]
    if len(door) < 2:
        sentence = _("不归这里，请写明该找哪里：单位、地址或电话。")
        raise BadInput(sentence, {"next_door": sentence})
    said_by = _word_of(offer, actor, word_of)
    changes = {**_decided(actor), "refused_why": reason, "next_door": door}
    OFFERS.take("refuse", offer, actor=actor, note=reason, changes=changes)
    data = {"handover": str(offer.pk), "to": offer.to_name, "next_door": door}
    axes.append(
        need,
        Entry.Axis.OWNER,
        "refuse",
        actor=actor,
        before=axes.owner_value(need),
        after=axes.owner_value(need),
        words=Words(noted="；".join(filter(None, (reason, said_by))), data=data),
    )
    axes.write(need, {})
    announce(HandoverDecided(need.district_id, offer.pk))
    return need


@transaction.atomic
def take_back(offer: Handover, *, actor: Actor) -> Need:
    """Take an offer back that nobody has answered."""
    need = offer.need
    OFFERS.take("take_back", offer, actor=actor, changes=_decided(actor))
    owner = axes.owner_value(need)
    axes.append(need, Entry.Axis.OWNER, "take_back", actor=actor, before=owner, after=owner)
    axes.write(need, {})
    return need


def _decided(actor: Actor) -> dict[str, Any]:
    return {"decided_by_id": actor.account_id, "decided_at": clock.now()}
