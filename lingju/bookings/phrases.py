"""How bookings read: when, what (never more than is good to see over a shoulder), and how far they are."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lingju.bookings.models import Bookable, Claim
from lingju.kernel import clock
from lingju.places.hours import WEEKDAYS

S = Claim.State
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """How far a booking is: a few words, a sentence, a colour, an icon."""

    title: str
    sentence: str
    tone: str
    icon: str


def date_words(date: dt.date) -> str:
    """Return 11月28日."""
    return _("%(month)d月%(day)d日") % {"month": date.month, "day": date.day}


def day_words(date: dt.date) -> str:
    """Return 今天, 明天, 后天, 周六 within a week, or 12月5日 周六."""
    ahead = (date - clock.today()).days
    near = {0: _("今天"), 1: _("明天"), 2: _("后天")}
    if ahead in near:
        return near[ahead]
    weekday = str(WEEKDAYS[date.weekday()])
    return weekday if 0 < ahead < 7 else f"{date_words(date)} {weekday}"


def time_words(moment: dt.datetime) -> str:
    """Return 9:30, on the district's clock."""
    local = moment.astimezone(clock.ZONE)
    return f"{local.hour}:{local.minute:02d}"


def soon(moment: dt.datetime) -> str:
    """Return 明天 9:30."""
    return f"{day_words(moment.astimezone(clock.ZONE).date())} {time_words(moment)}"


def when(starts_at: dt.datetime, ends_at: dt.datetime | None = None) -> str:
    """Return 11月28日 周六 9:30–10:00; an end on another day is named with its date."""
    start = starts_at.astimezone(clock.ZONE)
    said = f"{date_words(start.date())} {WEEKDAYS[start.weekday()]} {time_words(start)}"
    if ends_at is None:
        return said
    end = ends_at.astimezone(clock.ZONE)
    until = time_words(end) if end.date() == start.date() else f"{date_words(end.date())} {time_words(end)}"
    return f"{said}–{until}"


def spelt(moment: dt.datetime) -> str:
    """Return a moment as addresses spell it."""
    return f"{moment.astimezone(clock.ZONE):%Y-%m-%dT%H:%M}"


def length(minutes: int) -> str:
    """Return 30 分钟, 2 小时, or 1 小时 30 分钟."""
    hours, rest = divmod(minutes, 60)
    whole = ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}
    if hours and not rest:
        return whole
    part = ngettext("%(n)s 分钟", "%(n)s 分钟", rest) % {"n": rest}
    return f"{whole} {part}" if hours else part


def title_of(claim: Claim) -> str:
    """Return what was booked; of what is confidential only that something was."""
    if claim.bookable is not None:
        return discreet(claim.bookable)
    part = next(iter(claim.parts.all()), None)
    return part.pool.name if part is not None else _("预约")


def discreet(bookable: Bookable) -> str:
    """Return the name of something to book as lists, paper and calendars may show it."""
    return _("到站预约") if bookable.is_confidential else bookable.name


def when_of(claim: Claim) -> str:
    """Return when a booking is, or until when a thing may be kept."""
    if is_loan(claim):
        return _loan_words(claim)
    return when(claim.starts_at, claim.ends_at) if claim.starts_at is not None else ""


def is_loan(claim: Claim) -> bool:
    """Say whether it is a thing that is lent."""
    return claim.bookable is not None and claim.bookable.mode == Bookable.Mode.LOAN


def _loan_words(claim: Claim) -> str:
    assert claim.bookable is not None
    if claim.ends_at is not None:
        return _("%(day)s前还回来") % {"day": date_words(claim.ends_at.astimezone(clock.ZONE).date())}
    return _("取走那天起借 %(n)d 天") % {"n": claim.bookable.loan_days}


def told(claim: Claim, place: int = 0) -> Told:
    """Say how far a booking is; `place` is the place on the waiting list, from 1."""
    state = S(claim.state)
    if state == S.WAITLISTED:
        return Told(_("候补中"), _waiting(claim, place), "xing", "hourglass")
    if state == S.OFFERED:
        return Told(_("有名额了，等您确认"), _offered(claim), "zhu", "bell")
    if state == S.HELD:
        return Told(_("先给您留着"), _kept_until(claim), "xing", "clock")
    if state == S.PENDING:
        return Told(_("等审批"), _pending(claim), "xing", "hourglass")
    if state in (S.CONFIRMED, S.CHECKED_IN, S.COMPLETED):
        return _standing(claim, state)
    return _over(claim, state)


def _waiting(claim: Claim, place: int) -> str:
    if place > 1:
        said = _("前面还有 %(n)d 位，空出来按先来后到。") % {"n": place - 1}
        return said if claim.is_reachable else said + _unheard()
    if claim.is_written_to:
        return _("您排在第一位，空出来马上告诉您。")
    if claim.is_called:
        return _("您排在第一位，空出来站里打电话给您。")
    return _("您排在第一位。") + _unheard()


def _pending(claim: Claim) -> str:
    if claim.is_written_to:
        return _("驿站的人看过就告诉您，位置先给您留着。")
    if claim.is_called:
        return _("驿站的人看过就打电话给您，位置先给您留着。")
    return _("驿站的人看过才定，位置先给您留着。") + _unheard()


def _unheard() -> str:
    """Return what is told to whom no word can be brought."""
    return _("没留手机号，我们告诉不了您，请常来这里看看，或打驿站电话问。")


def word_reaches(claim: Claim) -> str:
    """Return for the desk how word will come to whoever booked."""
    if claim.is_called:
        return _("要打电话告诉")
    return _("会发消息告诉") if claim.is_written_to else _("没留手机号，等他来问")


def _offered(claim: Claim) -> str:
    if claim.expires_at is None or claim.expires_at <= clock.now():
        return _("保留的时间已过，名额给了下一位。还想来，再约一次就行。")
    return _kept_until(claim)


def _kept_until(claim: Claim) -> str:
    if claim.expires_at is None:
        return ""
    return _("给您保留到 %(until)s。") % {"until": soon(claim.expires_at)}


def _standing(claim: Claim, state: S) -> Told:
    if state == S.COMPLETED:
        title = _("还回来了") if is_loan(claim) else _("办完了")
        return Told(title, _("谢谢您来。"), "song", "circle-check")
    if state == S.CHECKED_IN:
        title = _("借出去了") if is_loan(claim) else _("已经到了")
        return Told(title, "", "song", "circle-check")
    if is_loan(claim):
        return Told(_("给您留好了"), _("站里开门的三天内来，报预约号就能取。"), "song", "circle-check")
    return Told(_("约好了"), _("来不了随时取消，不记爽约。"), "song", "circle-check")


def _over(claim: Claim, state: S) -> Told:
    if claim.has_lapsed:
        return Told(_("时间过了"), _("来过就好；没来也没关系，不影响再约。"), "", "clock")
    if state == S.EXPIRED:
        return Told(_("过了保留时间"), _("名额给了下一位。还想来，再约一次就行。"), "", "clock")
    if state == S.NO_SHOW and claim.ends_at is not None and claim.ends_at > clock.now():
        said = _("过了保留的时间，位置先让给后面的人。到了跟站里说一声，不影响再约。")
        return Told(_("没等到您"), said, "", "clock")
    if state == S.NO_SHOW:
        return Told(_("那天没来"), _("没关系，不影响再约。"), "", "circle-dot")
    if claim.ended_by == Claim.EndedBy.STATION:
        return Told(_("驿站取消了"), claim.why or _("请看看别的时间，或打驿站电话。"), "mei", "circle-x")
    return Told(_("已取消"), _("取消就好，不影响再约。"), "", "circle-x")
