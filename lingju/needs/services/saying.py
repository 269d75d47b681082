"""Saying a need: one verb for every way it can reach us, and standing behind somebody else's.

The same press twice (`key`) makes one need and hands the same receipt out again. What was said is kept
closed; the text without persons is what the house works with.
"""

import datetime as dt
import secrets
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, TooLarge
from lingju.kernel.facts import announce
from lingju.kernel.media import Photo, Recording
from lingju.kernel.rules import Actor
from lingju.needs.events import NeedSubmitted, NeedSupported
from lingju.needs.models import Asker, Category, CounterSession, Entry, ForeignNumber, Need, NumberSeries
from lingju.needs.services import axes, evidence, heeding, indexing, placing, promises
from lingju.needs.services.placing import Place
from lingju.needs.text.red_flags import RedFlag
from lingju.needs.text.screening import screen
from lingju.needs.text.words import tidy_words
from lingju.people import phones
from lingju.places.models import Area, District
from lingju.places.services.marks import press_key, tidy
from lingju.trail.services import leave_footprint

LONGEST = 2000
LONGEST_TITLE = 30
MOST_PHOTOS = 4
CODE_DIGITS = 6
LONGEST_AGO = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Contact:
    """How an answer reaches whoever asked; nothing is asked that is not needed for that."""

    called: str = ""
    phone: str = ""
    by: str = Asker.By.PAGE.value


@dataclass(frozen=True, slots=True)
class Saying:
    """A need as somebody says it: what kind, where, in which words, with what to show."""

    category: Category
    place: Place
    text: str = ""
    contact: Contact = field(default_factory=Contact)
    channel: str = Need.Channel.PAGE.value
    photos: tuple[Photo, ...] = ()
    recording: Recording | None = None
    # Said to somebody at a counter, in the asker's presence.
    sitting: CounterSession | None = None
    # The number to call was shown, and they go on: it is no emergency, or they have called.
    knows_whom_to_call: bool = False
    foreign_number: tuple[str, str] | None = None  # system, number
    follows: Need | None = None
    # When it was said, where that was before today: on a slip of paper, to another system.
    said_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an asker takes away: the number of their matter and the code that opens it."""

    need: Need
    asker: Asker
    code: str
    is_new: bool


class CallFirst(BadInput):
    """Stop the form: somebody must be called before anything is typed."""

    def __init__(self, flags: tuple[RedFlag, ...]) -> None:
        super().__init__(flags[0].sentence, {"text": flags[0].sentence})
        self.flags = flags


class StandsThere(NotNow):
    """Refuse to make a second voice of a number; its receipt is shown to nobody but who has it."""


def submit(district: District, saying: Saying, *, key: str, actor: Actor) -> Receipt:
    """Write a need down and hand out its receipt; the same `key` again hands out the same one.

    Raises CallFirst (red-flag words, until they know whom to call), BadInput or TooLarge with a sentence.
    """
    key = press_key(key)
    known = _known(district, key, saying)
    if known is not None:
        return known
    text = _said(saying)
    flags = heeding.dangers_in(text, district)
    if any(flag.must_stop for flag in flags) and not saying.knows_whom_to_call:
        raise CallFirst(tuple(flag for flag in flags if flag.must_stop))
    _check_sitting(saying, actor)
    try:
        with transaction.atomic():
            return _write(district, saying, text, flags, key, actor)
    except IntegrityError:
        known = _known(district, key, saying)
        if known is None:
            raise
        return known


def support(need: Need, contact: Contact, *, key: str, actor: Actor) -> Receipt:
    """Stand behind somebody else's need: one more person who is told, and who judges.

    Raises NotNow (over, not on the list, or nobody else's business), StandsThere, BadInput.
    """
    key = press_key(key)
    if need.category.is_private:
        raise NotNow(_("这是一家一户的事，不算上别人。您家也有，请另说一件，办的人会一起看。"))
    if not need.may_be_joined:
        raise NotNow(_("这件事已经办完了。还有同样的事，请另说一件。"))
    with transaction.atomic():
        # Of two presses at once with the same number the second waits here, and finds the first.
        Need.objects.select_for_update().filter(pk=need.pk).first()
        known = _stands_behind(need, key, actor)
        if known is not None:
            return Receipt(need, known, known.code, False)
        _check_number(need, contact)
        asker = _asker(need, contact, key, actor, role=Asker.Role.SUPPORTER)
        axes.append(need, Entry.Axis.EDIT, "support", actor=actor)
        leave_footprint(actor=actor, action="support", subject=need)
        announce(NeedSupported(need.district_id, need.pk, asker.pk))
    return Receipt(need, asker, asker.code, True)


def _stands_behind(need: Need, key: str, actor: Actor) -> Asker | None:
    """Return whom the same press or the same account made before."""
    same = Q(key=key)
    if actor.account_id is not None:
        same |= Q(account_id=actor.account_id)
    known = need.askers.filter(same).order_by("id").first()
    if known is not None:
        known.need = need
    return known


def _check_number(need: Need, contact: Contact) -> None:
    """Refuse a number that has a receipt of this need: one telephone is one voice."""
    if not contact.phone.strip():
        return
    same = need.askers.filter(phone_index=phones.read(contact.phone))
    if same.exclude(left_out=Asker.LeftOut.WITHDREW).exists():
        raise StandsThere(_("这个手机号已经算上了，回执以前给过：编号和查询码在短信里，或在纸条上。"))


def _known(district: District, key: str, saying: Saying) -> Receipt | None:
    """Return the receipt of a press that came before, or None."""
    need = Need.objects.filter(district=district, key=key).select_related("owner_area", "category").first()
    if need is None and saying.foreign_number is not None:
        system, number = saying.foreign_number
        found = ForeignNumber.objects.filter(district=district, system=system, number=number)
        number_of = found.select_related("need__owner_area", "need__category").first()
        need = number_of.need if number_of is not None else None
    if need is None:
        return None
    asker = need.askers.order_by("id").first()
    return Receipt(need, asker, asker.code, False) if asker is not None else None


def _said(saying: Saying) -> str:
    """Return the words, or refuse what is too long or nothing at all."""
    text = "\n".join(filter(None, (tidy_words(line) for line in saying.text.splitlines())))
    if len(text) > LONGEST:
        sentence = _("写了 %(n)d 个字，太长了。请留下最要紧的，%(most)d 字以内；细节见面再说。") % {
            "n": len(text),
            "most": LONGEST,
        }
        raise TooLarge(sentence)
    if len(saying.photos) > MOST_PHOTOS:
        sentence = _("照片最多 %(most)d 张，请挑最清楚的。") % {"most": MOST_PHOTOS}
        raise BadInput(sentence, {"photo": sentence})
    if not text and not saying.photos and saying.recording is None:
        sentence = _("还没有说是什么事。写几个字、拍张照、录一段话，有一样就行。")
        raise BadInput(sentence, {"text": sentence})
    return text


def _check_sitting(saying: Saying, actor: Actor) -> None:
    """Refuse to speak for somebody who does not sit there."""
    sitting = saying.sitting
    if sitting is None:
        return
    is_mine = actor.account_id is not None and sitting.account_id == actor.account_id
    if not is_mine or sitting.ended_at is not None or sitting.until <= clock.now():
        raise NotAllowed(_("代说要本人在场。这一次已经结束了，请重新点“本人在场”。"))


def write_down(district: District, saying: Saying, *, key: str, actor: Actor) -> Need:
    """Write a need down that nobody asked for, but that is needed: what signals show 未诉先办.

    There is nobody to ask whether it is solved: it is closed only when the window has passed. The same
    `key` again returns the same need.
    """
    key = press_key(key)
    known = Need.objects.filter(district=district, key=key).first()
    if known is not None:
        return known
    text = _said(saying)
    with transaction.atomic():
        need = _written(district, saying, text, heeding.dangers_in(text, district), key, actor)
        announce(NeedSubmitted(district.pk, need.pk, None))
    return need


def _write(
    district: District, saying: Saying, text: str, flags: tuple[RedFlag, ...], key: str, actor: Actor
) -> Receipt:
    need = _written(district, saying, text, flags, key, actor)
    asker = _asker(need, saying.contact, key, actor, sitting=saying.sitting)
    announce(NeedSubmitted(district.pk, need.pk, asker.pk))
    return Receipt(need, asker, asker.code, True)


def _written(
    district: District, saying: Saying, text: str, flags: tuple[RedFlag, ...], key: str, actor: Actor
) -> Need:
    spot = placing.settle(district, saying.place)
    screened = screen(text)
    now = _moment(saying)
    promise = promises.promise(district, saying.category, now)
    need = Need(
        district=district,
        number=next_number(district),
        key=key,
        category=saying.category,
        title=_title(screened.text, saying.category),
        said=text,
        text=screened.text,
        hides_something=bool(screened.found),
        channel=saying.channel,
        follows=saying.follows,
        submitted_at=now,
        began_at=now,
        **spot.columns(),
        **_owned_by(spot.area),
        **promises.columns(district, promise, now),
    )
    need.save(force_insert=True)
    begin_record(need, actor)
    if flags:
        heeding.mark(need, flags, actor=actor)
    evidence.keep(need, saying.photos, saying.recording)
    indexing.index(need)
    if saying.foreign_number is not None:
        system, number = saying.foreign_number
        ForeignNumber.objects.create(district=district, need=need, system=system, number=number)
    leave_footprint(actor=actor, action="submit", subject=need, after={"number": need.number})
    return need


def _moment(saying: Saying) -> dt.datetime:
    """Return when it was said: now, unless a slip or another system knows an earlier moment."""
    now = clock.now()
    if saying.said_at is not None and not now - LONGEST_AGO <= saying.said_at <= now:
        sentence = _("日期不对：要在今天或以前，最早一年前。")
        raise BadInput(sentence, {"said_at": sentence})
    return saying.said_at or now


def begin_record(need: Need, actor: Actor) -> None:
    """Append where each axis begins, so that the record alone can make the row anew."""
    for column, axis in axes.COLUMNS.items():
        if value := getattr(need, column):
            axes.append(need, axis, "submit", actor=actor, after=value)
    axes.append(need, Entry.Axis.OWNER, "submit", actor=actor, after=axes.owner_value(need))


def next_number(district: District) -> str:
    """Count this month's series up and return the next number, 2611-0412."""
    month = clock.today().strftime("%y%m")
    series, _made = NumberSeries.objects.get_or_create(district=district, month=month)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    return f"{month}-{series.last:04d}"


def _title(text: str, category: Category) -> str:
    """Return the first sentence as a title; the kind where nothing was written."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    for mark in "。！？!?；;":
        first = first.split(mark)[0]
    first = first.strip("，, ")
    if not first:
        return category.name
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…"


def _owned_by(area: Area) -> dict[str, object]:
    return {
        "owner_area": area,
        "owner_stem": area.stem,
        "owner_street": area.stem[:9],
        "owner_community": area.stem[:12],
    }


def _asker(
    need: Need,
    contact: Contact,
    key: str,
    actor: Actor,
    *,
    role: str = Asker.Role.AUTHOR,
    sitting: CounterSession | None = None,
) -> Asker:
    """Write down who asks, with a code of their own."""
    phone = phones.read(contact.phone) if contact.phone.strip() else None
    by = contact.by if contact.by in Asker.By.values else Asker.By.PAGE
    if phone is None and by in (Asker.By.SMS, Asker.By.CALL):
        sentence = _("要短信或电话告诉您，得留个手机号；不想留，就凭编号来看。")
        raise BadInput(sentence, {"phone": sentence})
    is_own = sitting is None and actor.is_signed_in and not getattr(actor, "works_here", False)
    asker = Asker(
        district_id=need.district_id,
        need=need,
        account_id=actor.account_id if is_own else None,
        key=key,
        role=role,
        called=tidy(contact.called)[:20],
        phone=phone,
        code=f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}",
        by=by,
        told_by_id=actor.account_id if sitting is not None else None,
    )
    asker.save(force_insert=True)
    return asker
