"""What residents are told about their matters: the receipt, the question, and one digest a day at most.

    at once      the receipt (NeedSubmitted, NeedSupported) and the question (AskerAsked)
    at six       everything else that happened since yesterday at six, in one message a person, newest
                 first, by matter; nothing happened, nothing is sent

Whoever left a number for an answer gets it by text message: that is what the number is for. Somebody with
an account finds notices there, and gets text messages only where they agreed to that.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.needs import mine
from lingju.needs.events import AskerAsked, NeedSubmitted, NeedSupported
from lingju.needs.models import Asker, Asking, Entry
from lingju.needs.queries import steps
from lingju.notify import channels, services
from lingju.notify.wordings import Wording
from lingju.people.models import Consent
from lingju.site import texting

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
    Wording("need_digest", gettext_lazy("您说的事有进展"), gettext_lazy("%(lines)s 看经过：%(link)s")),
)
DIGEST_AT = dt.time(18)
LONGEST_LINE, LONGEST = 90, 380
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
        if asker.by != Asker.By.SMS and _agreed([asker.account_id]):
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
    return _short(str(found.told)) if found is not None else ""


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def _agreed(accounts: Iterable[int]) -> set[int]:
    """Return the accounts that agreed to text messages about their matters."""
    given = Consent.objects.filter(account_id__in=list(accounts), purpose="notices").in_force()
    return {account for account in given.values_list("account_id", flat=True) if account is not None}


@dataclass(slots=True)
class Reader:
    """One person, however many matters they stand behind, and what they are told of each, newest first."""

    district_id: int
    account_id: int | None = None
    phone: str = ""
    matters: dict[str, list[str]] = field(default_factory=dict)

    def words(self) -> str:
        """Return the digest: by matter, newest first, cut where a text message ends."""
        said = " ".join(f"{name}：{'；'.join(lines)}。" for name, lines in self.matters.items())
        return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def digest(day: dt.date | None = None) -> int:
    """Queue the digest of a day, one message a person; return how many people are told.

    Run twice, it says nothing twice: the message's key is made of the person and the day.
    """
    until = dt.datetime.combine(day or clock.today(), DIGEST_AT, tzinfo=ZONE)
    readers = _readers(until - dt.timedelta(days=1), until)
    agreed = _agreed(reader.account_id for reader in readers.values() if reader.account_id is not None)
    for who, reader in readers.items():
        is_by_text = bool(reader.phone) or reader.account_id in agreed
        page = reverse("matters") if reader.account_id is not None else reverse("matter_find")
        services.queue(
            district_id=reader.district_id,
            wording="need_digest",
            key=f"need_digest:{until.date()}:{who}",
            recipient_id=reader.account_id,
            address=reader.phone or None,
            channel=channels.SMS if is_by_text else channels.IN_APP,
            params={"lines": reader.words(), "link": texting.address(page)},
            link="" if is_by_text else page,
        )
    return len(readers)


def _readers(since: dt.datetime, until: dt.datetime) -> dict[str, Reader]:
    """Return who is to be told what of one day, in two queries."""
    happened: dict[int, list[Entry]] = {}
    entries = Entry.objects.filter(TOLD, at__gt=since, at__lte=until)
    for entry in entries.order_by("-id"):
        happened.setdefault(entry.need_id, []).append(entry)
    reachable = Q(account__isnull=False) | Q(by=Asker.By.SMS, phone__isnull=False)
    askers = Asker.objects.filter(reachable, need__in=happened).exclude(left_out=Asker.LeftOut.WITHDREW)
    readers: dict[str, Reader] = {}
    for asker in askers.select_related("need"):
        who = f"a{asker.account_id}" if asker.account_id is not None else f"p{asker.phone_index}"
        reader = readers.setdefault(f"{asker.district_id}:{who}", Reader(asker.district_id, asker.account_id))
        if asker.by == Asker.By.SMS and asker.phone:
            reader.phone = str(asker.phone)
        _add(reader, asker, happened[asker.need_id])
    return readers


def _add(reader: Reader, asker: Asker, entries: list[Entry]) -> None:
    name = _("%(title)s（%(number)s）") % {"title": asker.need.title, "number": asker.need.number}
    lines = reader.matters.setdefault(name, [])
    for step in steps.told(entries, asker):
        line = _short(f"{step.title} {step.words} {step.door}")
        if line not in lines:
            lines.append(line)
