"""What people are told about their bookings and sign-ups, by the way they chose.

    at once      the receipt (ClaimMade), a place that came free (ClaimOffered), what the station decided or
                 called off (ClaimMoved, SessionCancelled, SessionChanged, ClaimsOutside)
    at six       what comes tomorrow, and what is due back: a source of the one message of an evening

Nobody is told what they did themselves. What is confidential is told in neutral words. Family that booked for
somebody hears what they hear. Who left a number for calls is put on the list of their station instead.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.activities.events import SessionCancelled, SessionChanged
from lingju.activities.models import SignUp
from lingju.bookings import mine
from lingju.bookings.events import ClaimMade, ClaimMoved, ClaimOffered, ClaimsOutside
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.services import calls
from lingju.kernel import clock, durable
from lingju.kernel.clock import ZONE
from lingju.notify import channels, services
from lingju.notify.wordings import Wording
from lingju.places import hours
from lingju.site import texting
from lingju.site.evening import Reader, agreed_to_texts, short

WORDINGS = (
    Wording(
        "booking_receipt",
        gettext_lazy("约好了"),
        gettext_lazy("%(what)s，%(when)s。预约号 %(number)s，查询码 %(code)s。来不了请取消：%(link)s"),
    ),
    Wording(
        "booking_waits",
        gettext_lazy("记下了"),
        gettext_lazy("%(what)s，%(when)s：%(state)s。预约号 %(number)s，查询码 %(code)s。%(link)s"),
    ),
    Wording(
        "booking_offered",
        gettext_lazy("空出名额了"),
        gettext_lazy("%(what)s，%(when)s，给您留到 %(until)s。要不要，点这里：%(link)s"),
    ),
    Wording(
        "booking_moved", gettext_lazy("预约有变动"), gettext_lazy("%(what)s，%(when)s：%(words)s %(link)s")
    ),
)
S = Claim.State
# Steps that the station or the clock takes; whoever books hears of them.
TOLD_STEPS = frozenset({"approve", "refuse", "cancel", "decline", "expire", "move", "place", "give_time"})


def tell_claim(fact: ClaimMade) -> None:
    """Hand the receipt to whoever left a number for text messages, or has an account."""
    claim = _claim(fact.claim_id)
    if claim is None or claim.state == S.HELD:
        return
    wording = "booking_receipt" if claim.state == S.CONFIRMED else "booking_waits"
    _tell(claim, wording, f"{wording}:{claim.pk}", state=claim.get_state_display(), code=str(claim.code))


def tell_offered(fact: ClaimOffered) -> None:
    """Say that a place came free and until when it is kept; the link answers with one press."""
    claim = _claim(fact.claim_id)
    if claim is None or claim.state != S.OFFERED or claim.expires_at is None:
        return
    until = hours.clock_words(claim.expires_at, clock.now())
    link = reverse("booking_offer", args=[mine.offer_token(claim)])
    key = f"booking_offered:{claim.pk}:{claim.expires_at:%m%d%H%M}"
    if not _tell(claim, "booking_offered", key, until=until, link=link):
        _ring(claim, _("空出名额了，给留到 %(until)s，问问要不要。") % {"until": until})


def tell_moved(fact: ClaimMoved) -> None:
    """Say what the station or the clock did to a booking."""
    if fact.step not in TOLD_STEPS or fact.by == Claim.EndedBy.PARTY:
        return  # they did it themselves
    claim = _claim(fact.claim_id)
    signup = getattr(claim, "signup", None)
    if claim is None or (signup and signup.session.is_off):
        return  # the session as a whole is told about
    how = {
        "move": _("改到了这个时间"),
        "give_time": _("要还的那天驿站不开门，改到这一天还"),
    }.get(fact.step, claim.get_state_display())
    words = "。".join(filter(None, (how, claim.why))) + "。"
    is_told = _tell(claim, "booking_moved", f"booking_moved:{durable.current_key()}", words=words)
    if fact.by == Claim.EndedBy.STATION and not is_told:
        _ring(claim, words)


def tell_outside(fact: ClaimsOutside) -> None:
    """Say that the station is shut at the time of a booking, and that the station will propose another."""
    words = _("那个时间驿站改成不开门了，我们会和您商量换个时间；也可以自己改。")
    for claim_id in fact.claim_ids:
        claim = _claim(claim_id)
        if claim is None or not claim.is_standing:
            continue
        key = f"booking_outside:{claim_id}:{claim.version}"  # once, however often hours change around it
        if not _tell(claim, "booking_moved", key, words=words):
            _ring(claim, _("那个时间驿站改成不开门了，商量换个时间。"), key=key)


def tell_session_changed(fact: SessionChanged) -> None:
    """Say to everybody who signed up that a session is at another time or place now.

    Whom no message reaches stands on the session's own list of who has to be rung, also where it is off.
    """
    if not {"time", "place", "postponed"} & set(fact.what):
        return
    signups = SignUp.objects.filter(session_id=fact.session_id, claim__state__in=Claim.STANDING)
    for signup in signups.select_related("claim", "session__station", "session__space"):
        session = signup.session
        when = hours.clock_words(session.starts_at, clock.now())
        words = _("改了：%(when)s，%(where)s。") % {"when": when, "where": session.where}
        if session.is_off:
            words = _("延期了，新的时间定下来再告诉您。%(why)s") % {"why": session.state_reason}
        key = f"session_changed:{session.pk}:{session.sequence}:{signup.pk}"
        begins_at = min(session.starts_at, fact.was_at or session.starts_at)
        _tell(signup.claim, "booking_moved", key, begins_at=begins_at, words=words)


def tell_session_cancelled(fact: SessionCancelled) -> None:
    """Say to everybody who signed up that a session is off, and why."""
    signups = SignUp.objects.filter(pk__in=fact.signup_ids).select_related("claim", "session")
    for signup in signups:
        words = _("取消了。%(why)s") % {"why": signup.session.state_reason}
        _tell(signup.claim, "booking_moved", f"session_cancelled:{signup.pk}", words=words)


def coming(since: dt.datetime, until: dt.datetime) -> list[Reader]:
    """Return who has something tomorrow or something due back then; a source of the evening's message."""
    midnight = dt.datetime.combine(
        until.astimezone(ZONE).date() + dt.timedelta(days=1), dt.time(), tzinfo=ZONE
    )
    after = midnight + dt.timedelta(days=1)
    begins = Q(state=S.CONFIRMED, starts_at__gte=midnight, starts_at__lt=after)
    is_due = Q(
        state=S.CHECKED_IN, bookable__mode=Bookable.Mode.LOAN, ends_at__gte=midnight, ends_at__lt=after
    )
    reachable = Q(account__isnull=False) | Q(by=Claim.By.SMS, phone__isnull=False)
    reachable |= Q(told_by__isnull=False, is_proxy_told=True)
    claims = Claim.objects.filter(begins | is_due).filter(reachable).order_by("starts_at", "id")
    found = list(claims.select_related("bookable", "station", "signup__session__station"))
    return [reader for claim in found for reader in _readers(claim, midnight - dt.timedelta(days=1))]


def what(claim: Claim) -> str:
    """Return in words what a claim is for; of something confidential only that it was booked."""
    signup = getattr(claim, "signup", None)
    if signup is not None:
        return str(signup.session.title)
    if claim.bookable is None or claim.bookable.is_confidential:
        return _("预约的服务")
    return claim.bookable.name


def _readers(claim: Claim, today: dt.datetime) -> Iterable[Reader]:
    """Yield who is told of a booking in the evening: whoever comes, and family that booked for them."""
    phone = str(claim.phone) if claim.by == Claim.By.SMS and claim.phone else ""
    if phone or claim.account_id is not None:
        yield _reader(claim, today, claim.account_id, phone)
    if claim.proxy_told_id is not None:
        yield _reader(claim, today, claim.proxy_told_id, "")


def _reader(claim: Claim, today: dt.datetime, account_id: int | None, phone: str) -> Reader:
    is_loan = claim.bookable is not None and claim.bookable.mode == Bookable.Mode.LOAN
    reader = Reader(
        claim.district_id,
        account_id,
        phone=phone,
        titles=[_("明天要还的东西") if is_loan else _("明天有约")],
        page=reverse("bookings"),
        page_by_code=reverse("booking_find"),
    )
    where = claim.station.name if claim.station is not None else ""
    if is_loan or claim.starts_at is None:
        line = _("%(what)s，%(where)s") % {"what": what(claim), "where": where}
        reader.say(_("明天到期"), short(line))
        return reader
    when = hours.clock_words(claim.starts_at, today)
    line = _("%(when)s %(what)s，%(where)s，预约号 %(number)s") % {
        "when": when,
        "what": what(claim),
        "where": where,
        "number": claim.number,
    }
    reader.say(_("明天有约"), short(line))
    return reader


def _claim(claim_id: int) -> Claim | None:
    needs = ("bookable", "station", "signup__session")
    return Claim.objects.select_related(*needs).filter(pk=claim_id).first()


def _tell(
    claim: Claim,
    wording: str,
    key: str,
    *,
    link: str = "",
    begins_at: dt.datetime | None = None,
    **gaps: str,
) -> bool:
    """Queue a message by every way this person agreed to; say whether one rings their phone."""
    own = reverse("booking", args=[claim.number])
    params = {
        "what": what(claim),
        "when": _when(claim),
        "number": claim.number,
        "link": texting.address(link or own),
        **gaps,
    }
    ways = list(_ways(claim))
    for channel, address, recipient in ways:
        services.queue(
            district_id=claim.district_id,
            wording=wording,
            key=f"{key}:{channel}" if recipient is None else f"{key}:{channel}:{recipient}",
            recipient_id=recipient,
            address=address,
            channel=channel,
            params=params,
            link=own if channel == channels.IN_APP else "",
            begins_at=begins_at or claim.starts_at,
        )
    theirs = (None, claim.account_id)  # what family reads rings no phone of theirs
    return any(channel == channels.SMS and recipient in theirs for channel, _address, recipient in ways)


def _ring(claim: Claim, words: str, *, key: str = "") -> None:
    """Put on the list of the station what is to be told by telephone, if that is what they chose."""
    said = _("%(what)s，%(when)s：%(words)s") % {"what": what(claim), "when": _when(claim), "words": words}
    calls.put_down(claim, said, key=key)


def _ways(claim: Claim) -> Iterable[tuple[str, str | None, int | None]]:
    """Yield (channel, address, account) for each way by which word reaches this person."""
    if claim.by == Claim.By.SMS and claim.phone:
        yield channels.SMS, str(claim.phone), None
    for account_id in (claim.account_id, claim.proxy_told_id):
        if account_id is None:
            continue
        yield channels.IN_APP, None, account_id
        if claim.by != Claim.By.SMS and agreed_to_texts([account_id]):
            yield channels.SMS, None, account_id


def _when(claim: Claim) -> str:
    where = claim.station.name if claim.station is not None else ""
    at = (
        claim.ends_at if claim.state == S.CHECKED_IN else claim.starts_at
    )  # what is lent has a day to come back
    if at is None:
        return where
    return f"{hours.clock_words(at, clock.now())} {where}".strip()
