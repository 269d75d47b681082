"""What the desk is told: offers and answers, what speaks of danger, is open again or late; and one digest.

All of it goes into the reader's own list of notices; nothing rings.
"""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.activities.events import SessionsOvertaken
from lingju.activities.models import Session
from lingju.cobuilding.queries import asked_units, unit_tasks
from lingju.kernel import clock
from lingju.needs.events import (
    HandoverDecided,
    HandoverOffered,
    NeedChased,
    NeedFlagged,
    NeedReopened,
    WholeTakenBack,
)
from lingju.needs.models import Handover, Need
from lingju.needs.queries import callback
from lingju.notify import services
from lingju.notify.wordings import Wording
from lingju.people.actors import actor_of
from lingju.people.models import Account, Holding
from lingju.places.hours import clock_words
from lingju.places.models import Station
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
    Wording(
        "need_flagged",
        gettext_lazy("先看这一件"),
        gettext_lazy("%(title)s（%(number)s）：话里可能有危险，请马上看一眼，打个电话问问。"),
    ),
    Wording(
        "whole_taken_back",
        gettext_lazy("整件撤回了"),
        gettext_lazy("%(title)s（%(number)s）是其中一项：提出人不要了。动了手的办完，没动手的说明一句。"),
    ),
    Wording(
        "session_overtaken",
        gettext_lazy("活动那天驿站不开门"),
        gettext_lazy(
            "%(title)s，%(when)s：%(where)s那时候不开门了。请改期、换地方，或者取消，系统会告诉报了名的人。"
        ),
    ),
    Wording("need_chased", gettext_lazy("快到日子了"), gettext_lazy("%(title)s（%(number)s），%(step)s。")),
    Wording("desk_digest", gettext_lazy("今天的事"), gettext_lazy("%(lines)s。")),
)
MORNING = dt.time(8, 30)
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


def tell_flagged(fact: NeedFlagged) -> None:
    """Tell whoever has it, and their whole desk, that words speak of danger: somebody is there."""
    need = Need.objects.get(pk=fact.need_id)
    readers = [need.handler_id, *clerks_at(fact.district_id, need.owner_stem)]
    said = {"title": need.title, "number": need.number}
    tell(readers, fact.district_id, "need_flagged", f"{need.pk}:{fact.entry_id}", said, _page(need))


def tell_taken_back(fact: WholeTakenBack) -> None:
    """Tell whoever works on a part that nobody asks for the whole any more, once for each part."""
    for part in Need.objects.filter(parent_id=fact.need_id, is_over=False).order_by("id"):
        said = {"title": part.title, "number": part.number}
        tell(_holders(part), fact.district_id, "whole_taken_back", str(part.pk), said, _page(part))


def tell_chased(fact: NeedChased) -> None:
    """Tell whoever is next on the ladder."""
    need = Need.objects.get(pk=fact.need_id)
    length = AREA_OF_LEVEL.get(Need.Level(need.level))
    above = clerks_at(fact.district_id, need.owner_stem[:length]) if length is not None else []
    due = _("说好的日子过了") if need.is_late(clock.now()) else _("说好的日子快到了")
    said = {"title": need.title, "number": need.number, "step": due}
    key = f"{need.pk}:{need.round}:{fact.step}"
    tell([*_holders(need), *above], fact.district_id, "need_chased", key, said, _page(need))


def tell_overtaken(fact: SessionsOvertaken) -> None:
    """Tell who plans a session and who keeps its station that the door is shut at its time, once."""
    rows = Session.objects.filter(pk__in=fact.session_ids).select_related("area", "station", "space")
    for session in rows:
        readers = [*clerks_at(fact.district_id, session.area.stem), *keepers_of(session.station)]
        said = {
            "title": session.title,
            "when": clock_words(session.starts_at, clock.now()),
            "where": session.where,
        }
        key = f"{session.pk}:{session.sequence}"
        link = reverse("desk_activity", args=[session.pk])
        tell(readers, fact.district_id, "session_overtaken", key, said, link)


def keepers_of(station: Station | None) -> list[int]:
    """Return who keeps a station; nobody keeps none."""
    held = Holding.objects.in_force().filter(station=station, station__isnull=False)
    return list(held.values_list("account_id", flat=True)[:MOST])


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
        lines = _waiting(account, today)
        if lines:
            told += 1
            said = {"lines": _("，").join(lines)}
            tell([account.pk], account.district_id, "desk_digest", str(today), said, reverse("desk_needs"))
    return told


def _waiting(account: Account, today: dt.date) -> list[str]:
    """Return what waits on somebody, in words; what is nought is not said."""
    actor = actor_of(account, second_factor=True)
    yes, no = asked_units.answered(actor, *_since_last(today))
    desk = Need.objects.on_desk_of(actor)
    found = (
        (_("待看 %(n)d 件"), desk.filter(tray=Need.Tray.WAITING).count()),
        (_("过了日子 %(n)d 件"), desk.late(clock.now()).count()),
        (_("等您接 %(n)d 件"), Handover.objects.offered_to(actor).count()),
        (_("要回访 %(n)d 位"), callback.waiting(actor, account.district).count()),
        (_("要打电话告诉 %(n)d 位"), callback.to_tell(actor, account.district).count()),
        (_("要核的任务 %(n)d 件"), unit_tasks.to_check(actor)),
        (_("单位答应了 %(n)d 个项目"), yes),
        (_("单位做不了 %(n)d 个项目，要另请一家"), no),
    )
    return [words % {"n": n} for words, n in found if n]


def _since_last(today: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return from when until when a morning's notice counts: since that of the working day before."""
    back = 3 if today.weekday() == 0 else 1
    until = dt.datetime.combine(today, MORNING, tzinfo=clock.ZONE)
    return until - dt.timedelta(days=back), until
