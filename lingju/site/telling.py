"""What residents are told about their matters: the receipt, the question, a part of the evening's message.

    at once      the receipt (NeedSubmitted, NeedSupported) and the question (AskerAsked)
    at six       everything else that happened since yesterday at six, newest first, by matter: a source
                 of the one message of an evening (`lingju.site.evening`)

Whoever left a number for an answer gets it by text message: that is what the number is for. Somebody with
an account finds notices there, and gets text messages only where they agreed to that.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.needs import mine
from lingju.needs.events import AskerAsked, NeedSubmitted, NeedSupported
from lingju.needs.models import Asker, Asking, Entry
from lingju.needs.queries import sight, steps
from lingju.needs.queries.sight import Sight
from lingju.needs.services import by_call
from lingju.needs.text.screening import screen
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
# What is read of the need beside whoever stands behind it.
BESIDE = ("need__category", "need__compound", "need__area")
TOLD = Q(axis=A.REPLY, step="reply") | Q(axis=A.OWNER, step__in=("accept", "refuse"))
TOLD |= Q(axis=A.CLOCK, step="pause") | Q(axis=A.EDIT, step="mend", data__has_key="due_at")
# An answer with a day is told now and asked on its day; any other is asked at once (`tell_asked`).
TOLD |= Q(axis=A.STAGE, step="answer", data__has_key="planned_on")
TOLD |= Q(axis=A.STAGE, step__in=("begin", "reopen", "close", "leave_out"))


def tell_receipt(fact: NeedSubmitted | NeedSupported) -> None:
    """Send number and code to whoever left a number for text messages."""
    if fact.asker_id is None:
        return
    asker = Asker.objects.select_related(*BESIDE).filter(pk=fact.asker_id).first()
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
            "title": sight.sight(asker).title,
            "number": need.number,
            "code": asker.code,
            "link": texting.address(reverse("matter", args=[need.number])),
        },
    )


def tell_asked(fact: AskerAsked) -> None:
    """Ask somebody by the way they use; whoever chose a call waits in the call-back queue instead."""
    beside = (f"asker__{name}" for name in BESIDE)
    asking = Asking.objects.select_related("need", *beside).get(pk=fact.asking_id)
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
    need, seen = asking.need, sight.sight(asking.asker)
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
            "title": seen.title,
            "number": need.number,
            "answer": _answer(asking, seen),
            "link": texting.address(link),
        },
        link=own if channel == channels.IN_APP else "",
    )


def _answer(asking: Asking, seen: Sight) -> str:
    entries = Entry.objects.filter(need_id=asking.need_id, axis=A.STAGE, step="answer", round=asking.round)
    found = entries.order_by("-id").first()
    step = steps.told_of(found, seen) if found is not None else None
    return short(step.words) if step is not None else ""


def happened(since: dt.datetime, until: dt.datetime) -> list[Reader]:
    """Return who is to be told what of their matters, of one day, in two queries."""
    told: dict[int, list[Entry]] = {}
    entries = Entry.objects.filter(TOLD, at__gt=since, at__lte=until)
    for entry in entries.order_by("-id"):
        told.setdefault(entry.need_id, []).append(entry)
    readers = [_reader(seen, told[seen.asker.need_id]) for seen in reachable(told)]
    return [reader for reader in readers if reader.said]


def _is_called_about(asker: Asker, entry: Entry) -> bool:
    """Say whether somebody is called about an entry: then no message says it a second time."""
    return by_call.is_called(asker) and by_call.is_told_by_call(entry)


def reachable(need_ids: Iterable[int]) -> list[Sight]:
    """Return whoever stands behind some needs and can be told in an evening, with what they see of them."""
    by_some_way = Q(account__isnull=False) | Q(by=Asker.By.SMS, phone__isnull=False)
    askers = Asker.objects.filter(by_some_way, need__in=list(need_ids))
    askers = askers.exclude(left_out=Asker.LeftOut.WITHDREW).select_related(*BESIDE)
    return list(sight.sights(list(askers)).values())


def _reader(seen: Sight, entries: list[Entry]) -> Reader:
    """Return what one person is told of one matter, newest first: what came since they stand behind it."""
    asker = seen.asker
    reader = reader_of(asker)
    news = [one for one in entries if one.at >= asker.joined_at and not _is_called_about(asker, one)]
    for step in steps.told(news, seen):
        reader.say(heading_of(seen), short(f"{step.title} {step.words} {step.door}"))
    return reader


def readers_of(words: Mapping[int, str]) -> list[Reader]:
    """Return whoever stands behind some needs, given by id, each told what there is to say of theirs.

    Whoever only joined is told what the list would show, and nothing where it shows no words.
    """
    readers = []
    for seen in reachable(words):
        if not seen.shows_words:
            continue
        told = words[seen.asker.need_id]
        reader = reader_of(seen.asker)
        reader.say(heading_of(seen), short(told if seen.public is None else screen(told).text))
        readers.append(reader)
    return readers


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


def heading_of(seen: Sight) -> str:
    """Return the heading under which the evening's message tells of a need."""
    return _("%(title)s（%(number)s）") % {"title": seen.title, "number": seen.asker.need.number}
