"""What the desk is told: an offer, its answer, a matter that is open again or late; and one digest a morning.

All of it goes into the reader's own list of notices; nothing rings.
"""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.needs.events import HandoverDecided, HandoverOffered, NeedChased, NeedReopened
from lingju.needs.models import Handover, Need
from lingju.needs.queries import callback
from lingju.notify import services
from lingju.notify.wordings import Wording
from lingju.people.actors import actor_of
from lingju.people.models import Account, Holding
from lingju.places.rules import CLERKS

WORDINGS = (
    Wording("handover_offered", gettext_lazy("有一件事请您这边接"), gettext_lazy("%(title)s：%(why)s")),
    Wording("handover_accepted", gettext_lazy("对方接了"), gettext_lazy("%(title)s，%(door)s接了。")),
    Wording(
        "handover_refused",
        gettext_lazy("对方没接"),
        gettext_lazy("%(title)s，%(door)s没接：%(why)s。该找：%(next_door)s"),
    ),
    Wording(
        "need_reopened",
        gettext_lazy("居民说没办好"),
        gettext_lazy("%(title)s（%(number)s），第 %(n)s 次办。"),
    ),
    Wording("need_chased", gettext_lazy("快到日子了"), gettext_lazy("%(title)s（%(number)s），%(step)s。")),
    Wording("desk_digest", gettext_lazy("今天的事"), gettext_lazy("%(lines)s。")),
)
AREA_OF_LEVEL = {Need.Level.STREET: 9, Need.Level.DISTRICT: 6}
MOST = 30


def tell_offered(fact: HandoverOffered) -> None:
    """Tell those who may take what was offered."""
    offer = Handover.objects.select_related("need", "to_area", "to_org").get(pk=fact.handover_id)
    if offer.to_org is not None:
        readers = list(offer.to_org.memberships.values_list("account_id", flat=True)[:MOST])
    else:
        readers = clerks_at(fact.district_id, offer.stem)
    said = {"title": offer.need.title, "why": offer.why}
    link = f"{reverse('desk_needs')}?tray=offered"
    tell(readers, fact.district_id, "handover_offered", str(offer.pk), said, link)


def tell_decided(fact: HandoverDecided) -> None:
    """Tell whoever offered it what the other door said."""
    offer = Handover.objects.select_related("need", "to_area", "to_org").get(pk=fact.handover_id)
    if offer.offered_by_id is None:
        return
    is_taken = offer.state == Handover.State.ACCEPTED
    said = {"title": offer.need.title, "door": offer.to_name}
    if not is_taken:
        said |= {"why": offer.refused_why, "next_door": offer.next_door}
    wording = "handover_accepted" if is_taken else "handover_refused"
    tell([offer.offered_by_id], fact.district_id, wording, str(offer.pk), said, _page(offer.need))


def tell_reopened(fact: NeedReopened) -> None:
    """Tell whoever had it that it is open again; the desk where nobody had."""
    need = Need.objects.get(pk=fact.need_id)
    said = {"title": need.title, "number": need.number, "n": str(fact.round)}
    key = f"{need.pk}:{fact.round}"
    tell(_holders(need), fact.district_id, "need_reopened", key, said, _page(need))


def tell_chased(fact: NeedChased) -> None:
    """Tell whoever is next on the ladder."""
    need = Need.objects.get(pk=fact.need_id)
    length = AREA_OF_LEVEL.get(Need.Level(need.level))
    above = clerks_at(fact.district_id, need.owner_stem[:length]) if length is not None else []
    due = _("说好的日子过了") if need.is_late(clock.now()) else _("说好的日子快到了")
    said = {"title": need.title, "number": need.number, "step": due}
    key = f"{need.pk}:{need.round}:{fact.step}"
    tell([*_holders(need), *above], fact.district_id, "need_chased", key, said, _page(need))


def _page(need: Need) -> str:
    return reverse("desk_need", args=[need.pk])


def _holders(need: Need) -> list[int]:
    """Return who has it in hand, else who works at its desk."""
    return [need.handler_id] if need.handler_id is not None else clerks_at(need.district_id, need.owner_stem)


def clerks_at(district_id: int, stem: str) -> list[int]:
    """Return who holds an office at exactly this node."""
    held = Holding.objects.in_force().filter(district_id=district_id, area__stem=stem, office__in=CLERKS)
    return list(held.values_list("account_id", flat=True)[:MOST])


def tell(
    readers: Iterable[int | None],
    district_id: int,
    wording: str,
    key: str,
    said: dict[str, str],
    link: str,
) -> None:
    """Put a notice into the list of each reader once, by its wording and key."""
    for reader in dict.fromkeys(readers):
        if reader is not None:
            services.queue(
                district_id=district_id,
                wording=wording,
                key=f"{wording}:{key}:{reader}",
                recipient_id=reader,
                params=said,
                link=link,
            )


def morning(day: dt.date | None = None) -> int:
    """Queue one notice for everybody at a desk on whom something waits; return how many are told."""
    today = day or clock.today()
    held = Holding.objects.in_force(today).filter(office__in=CLERKS, area__isnull=False)
    accounts = Account.objects.filter(pk__in=held.values("account_id"), is_active=True)
    told = 0
    for account in accounts.select_related("district"):
        lines = _waiting(account)
        if lines:
            told += 1
            said = {"lines": "，".join(lines)}
            tell([account.pk], account.district_id, "desk_digest", str(today), said, reverse("desk_needs"))
    return told


def _waiting(account: Account) -> list[str]:
    """Return what waits on somebody, in words; what is nought is not said."""
    actor = actor_of(account, second_factor=True)
    desk = Need.objects.on_desk_of(actor)
    found = (
        (_("待看 %(n)d 件"), desk.filter(tray=Need.Tray.WAITING).count()),
        (_("过了日子 %(n)d 件"), desk.late(clock.now()).count()),
        (_("等您接 %(n)d 件"), Handover.objects.offered_to(actor).count()),
        (_("要回访 %(n)d 位"), callback.waiting(actor, account.district).count()),
    )
    return [words % {"n": n} for words, n in found if n]
