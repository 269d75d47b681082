"""Whether something can be booked as wanted: offered, open, not too soon, not too far, read, qualified."""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _

from lingju.bookings.models import Bookable, Claim
from lingju.bookings.parties import Slot
from lingju.bookings.rules import its_keeper
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places import opening

MINUTE = dt.timedelta(minutes=1)


def check(bookable: Bookable, slot: Slot, actor: Actor) -> Slot:
    """Return the slot with its end filled in, or refuse it with a sentence that says what would do.

    A keeper at the counter may book at short notice and beyond the horizon; nobody may book when it is shut.
    """
    _check_offered(bookable)
    check_qualified(bookable, slot.starts_at)
    _check_party(bookable, slot)
    if bookable.mode == Bookable.Mode.LOAN:
        return replace(slot, starts_at=None, ends_at=None)
    starts_at = slot.starts_at
    if starts_at is None:
        sentence = _("请选一个时间。")
        raise BadInput(sentence, {"starts_at": sentence})
    ends_at = slot.ends_at or starts_at + bookable.minutes * MINUTE
    _check_length(bookable, starts_at, ends_at)
    _check_time(bookable, starts_at, actor)
    if not opening.is_open_throughout(subject_of(bookable), starts_at, ends_at):
        raise NotNow(opening.why_shut(subject_of(bookable), starts_at, ends_at))
    return replace(slot, ends_at=ends_at)


def check_open(claim: Claim) -> None:
    """Refuse to agree to a booking that begins when it is shut now, or that has begun."""
    if claim.bookable is None or claim.starts_at is None or claim.ends_at is None:
        return
    if claim.starts_at <= clock.now():
        raise NotNow(_("这个预约的时间已经过了，不用再审。"))
    check_qualified(claim.bookable, claim.starts_at)
    subject = subject_of(claim.bookable)
    if not opening.is_open_throughout(subject, claim.starts_at, claim.ends_at):
        raise NotNow(opening.why_shut(subject, claim.starts_at, claim.ends_at))


def check_qualified(bookable: Bookable, at: dt.datetime | None = None) -> None:
    """Refuse what is to be served on a day on which whoever serves is not qualified any more; now or `at`."""
    until = bookable.qualified_until
    if bookable.is_qualified_on(clock.today() if at is None else at.astimezone(clock.ZONE).date()):
        return
    if until is None or until < clock.today():
        raise NotNow(_("提供服务的人资质过期了，核验之前先不约。"))
    raise NotNow(
        _("提供服务的人资质到 %(month)d月%(day)d日，请选那天以前的时间。")
        % {"month": until.month, "day": until.day}
    )


def subject_of(bookable: Bookable) -> opening.Subject:
    """Return by whose hours something is booked: the service's at this station, else the station's."""
    return bookable.offer or bookable.station


def _check_offered(bookable: Bookable) -> None:
    if not bookable.is_offered or not bookable.station.is_in_use:
        raise NotNow(_("这个项目现在停了，约不了。可以看看附近别的驿站。"))
    if not bookable.takes_bookings:
        raise NotNow(_("这个项目不用预约，直接来取号就行。"))


def _check_party(bookable: Bookable, slot: Slot) -> None:
    if not 1 <= slot.quantity <= bookable.most_party:
        sentence = _("一次最多约 %(most)d 人；人更多，请打驿站电话商量。") % {"most": bookable.most_party}
        raise BadInput(sentence, {"quantity": sentence})
    if bookable.notice and not slot.has_read_notice:
        sentence = _("请先看过须知，再打勾。")
        raise BadInput(sentence, {"has_read_notice": sentence})


def _check_length(bookable: Bookable, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    minutes = (ends_at - starts_at) // MINUTE
    if ends_at <= starts_at:
        sentence = _("结束时间要晚于开始时间。")
        raise BadInput(sentence, {"ends_at": sentence})
    if not bookable.minutes <= minutes <= bookable.most_minutes:
        sentence = _("一次 %(least)d 到 %(most)d 分钟。") % {
            "least": bookable.minutes,
            "most": bookable.most_minutes,
        }
        raise BadInput(sentence, {"ends_at": sentence})


def _check_time(bookable: Bookable, starts_at: dt.datetime, actor: Actor) -> None:
    now = clock.now()
    if starts_at <= now:
        sentence = _("这个时间已经过了，请选后面的。")
        raise BadInput(sentence, {"starts_at": sentence})
    if clock.minute_of_day(starts_at) % 5 or starts_at.second or starts_at.microsecond:
        sentence = _("时间请选整五分钟。")
        raise BadInput(sentence, {"starts_at": sentence})
    if its_keeper.allows(actor, bookable):
        return
    if starts_at < now + bookable.least_notice * MINUTE:
        sentence = _("要提前 %(n)d 分钟约，请选后面的时间，或者打驿站电话。") % {"n": bookable.least_notice}
        raise BadInput(sentence, {"starts_at": sentence})
    if (starts_at.astimezone(clock.ZONE).date() - clock.today()).days > bookable.most_days_ahead:
        sentence = _("最多约 %(n)d 天以内的时间。") % {"n": bookable.most_days_ahead}
        raise BadInput(sentence, {"starts_at": sentence})
