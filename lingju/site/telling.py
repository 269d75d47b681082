"""What residents are told about their matters: the receipt, the question, a part of the evening's message.

    at once      the receipt (NeedSubmitted, NeedSupported) and the question (AskerAsked)
    at six       everything else that happened since yesterday at six, newest first, by matter: a source
                 of the one message of an evening (`lingju.site.evening`)

Whoever left a number for an answer gets it by text message: that is what the number is for. Somebody with
an account finds notices there, and gets text messages only where they agreed to that.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.needs import mine
from lingju.needs.events import AskerAsked, NeedSubmitted, NeedSupported
from lingju.needs.models import Asker, Asking, Entry, Need
from lingju.needs.queries import steps
from lingju.notify import channels, services
from lingju.notify.wordings import Wording
from lingju.site import texting
from lingju.site.evening import Reader, agreed_to_texts, short

WORDINGS = (
    Wording(
        "need_receipt",
        gettext_lazy("收到了"),
        gettext_lazy("%(title)s。编号 %(number)s，查询码 %(code)s。办到哪一步，看这里：%(link)s"),
    ),
    Wording(
        "need_asked",
        gettext_lazy("有回音了"),
        gettext_lazy("%(title)s（%(number)s）：%(answer)s 解决了没有，满意不满意，请您说：%(link)s"),
    ),
)
A = Entry.Axis
TOLD = Q(axis=A.REPLY, step="reply") | Q(axis=A.OWNER, step__in=("accept", "refuse"))
TOLD |= Q(axis=A.CLOCK, step="pause")
TOLD |= Q(axis=A.STAGE, step__in=("begin", "reopen", "close", "leave_out"))


def tell_receipt(fact: NeedSubmitted | NeedSupported) -> None:
    """Send number and code to whoever left a number for text messages."""
    if fact.asker_id is None:
        return
    asker = Asker.objects.select_related("need").filter(pk=fact.asker_id).first()
    if asker is None or asker.by != Asker.By.SMS or not asker.phone:
        return
    need = asker.need
    services.queue(
        district_id=fact.district_id,
        wording="need_receipt",
        key=f"need_receipt:{asker.pk}",
        address=str(asker.phone),
        channel=channels.SMS,
        params={
            "title": need.title,
            "number": need.number,
            "code": asker.code,
            "link": texting.address(reverse("matter", args=[need.number])),
        },
    )


def tell_asked(fact: AskerAsked) -> None:
    """Ask somebody by the way they use; whoever chose a call waits in the call-back queue instead."""
    asking = Asking.objects.select_related("asker", "need").get(pk=fact.asking_id)
    asker = asking.asker
    if asker.by == Asker.By.CALL:
        return
    if asker.by == Asker.By.SMS and asker.phone:
        _ask(asking, channels.SMS, address=str(asker.phone))
    if asker.account_id is not None:
        _ask(asking, channels.IN_APP, recipient_id=asker.account_id)
        if asker.by != Asker.By.SMS and agreed_to_texts([asker.account_id]):
            _ask(asking, channels.SMS, recipient_id=asker.account_id)


def _ask(
    asking: Asking, channel: str, *, recipient_id: int | None = None, address: str | None = None
) -> None:
    """Queue the question. The link is a key of its own, so it stands among the closed gaps."""
    need = asking.need
    own = reverse("matter_judge", args=[need.number])
    link = reverse("judge_link", args=[mine.judge_token(asking)]) if channel == channels.SMS else own
    services.queue(
        district_id=asking.district_id,
        wording="need_asked",
        key=f"need_asked:{asking.pk}:{channel}",
        recipient_id=recipient_id,
        address=address,
        channel=channel,
        params={
            "title": need.title,
            "number": need.number,
            "answer": _answer(asking),
            "link": texting.address(link),
        },
        link=own if channel == channels.IN_APP else "",
    )


def _answer(asking: Asking) -> str:
    entries = Entry.objects.filter(need_id=asking.need_id, axis=A.STAGE, step="answer", round=asking.round)
    found = entries.order_by("-id").first()
    return short(str(found.told)) if found is not None else ""


def happened(since: dt.datetime, until: dt.datetime) -> list[Reader]:
    """Return who is to be told what of their matters, of one day, in two queries."""
    told: dict[int, list[Entry]] = {}
    entries = Entry.objects.filter(TOLD, at__gt=since, at__lte=until)
    for entry in entries.order_by("-id"):
        told.setdefault(entry.need_id, []).append(entry)
    return [_reader(asker, told[asker.need_id]) for asker in reachable(told)]


def reachable(need_ids: Iterable[int]) -> QuerySet[Asker]:
    """Return whoever asked for some needs and can be told in an evening."""
    by_some_way = Q(account__isnull=False) | Q(by=Asker.By.SMS, phone__isnull=False)
    askers = Asker.objects.filter(by_some_way, need__in=list(need_ids))
    return askers.exclude(left_out=Asker.LeftOut.WITHDREW).select_related("need")


def _reader(asker: Asker, entries: list[Entry]) -> Reader:
    """Return what one person is told of one matter, newest first."""
    reader = reader_of(asker)
    for step in steps.told(entries, asker):
        reader.say(heading_of(asker.need), short(f"{step.title} {step.words} {step.door}"))
    return reader


def reader_of(asker: Asker) -> Reader:
    """Return whoever asked as a reader of the evening's message, who is told nothing yet."""
    return Reader(
        asker.district_id,
        asker.account_id,
        phone=str(asker.phone) if asker.by == Asker.By.SMS and asker.phone else "",
        titles=[_("您说的事有进展")],
        page=reverse("matters"),
        page_by_code=reverse("matter_find"),
    )


def heading_of(need: Need) -> str:
    """Return the heading under which the evening's message tells of a need."""
    return _("%(title)s（%(number)s）") % {"title": need.title, "number": need.number}
