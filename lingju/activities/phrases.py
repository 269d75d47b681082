"""How sessions read: when it is, whether there are seats, for what age, what a change means."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lingju.activities.models import Session
from lingju.bookings.phrases import time_words
from lingju.kernel import clock

WHAT = {
    "time": gettext_lazy("时间"),
    "place": gettext_lazy("地点"),
    "seats": gettext_lazy("名额"),
    "words": gettext_lazy("内容"),
    "postponed": gettext_lazy("延期"),
}


def state_words(session: Session, free: int | None) -> tuple[str, str]:
    """Return how one gets into a session just now, in words, and the tone of a tag for it."""
    if session.is_off:
        return str(session.get_state_display()), "mei" if session.state == Session.State.CANCELLED else "xing"
    if session.state == Session.State.PLANNED:
        return _("还没发预告"), ""
    if session.is_over or session.state in (Session.State.REVIEWED, Session.State.ARCHIVED):
        return _("结束了"), ""
    if session.is_running or session.state == Session.State.HELD:
        return _("正在进行"), "song"
    if session.signup == Session.Mode.NONE:
        return _("直接来"), "song"
    if session.state != Session.State.SIGNUP or free is None:
        return _("还没开始报名"), "dai"
    if free <= 0:
        return _("满了，可以候补"), "xing"
    return ngettext("还有 %(n)d 个位子", "还有 %(n)d 个位子", free) % {"n": free}, "song"


def ages(session: Session) -> str:
    """Return for what age it is; nothing where any age may come."""
    low, high = session.min_age, session.max_age
    if low and high is not None:
        return _("%(low)d 到 %(high)d 岁") % {"low": low, "high": high}
    if low:
        return _("%(low)d 岁以上") % {"low": low}
    if high is not None:
        return _("%(high)d 岁以下") % {"high": high}
    return ""


def hours(session: Session) -> str:
    """Return 14:30–16:30, or with its last day where it goes on for longer than one."""
    begins, ends = (moment.astimezone(clock.ZONE) for moment in (session.starts_at, session.ends_at))
    if begins.date() == ends.date():
        return f"{time_words(begins)}–{time_words(ends)}"
    return _("%(begins)s 到 %(month)d月%(day)d日 %(ends)s") % {
        "begins": time_words(begins),
        "month": ends.month,
        "day": ends.day,
        "ends": time_words(ends),
    }


def what(changes: tuple[str, ...]) -> str:
    """Return what has changed, in words: 时间、地点."""
    named: list[str | Promise] = [WHAT[name] for name in changes if name in WHAT]
    return _("、").join(map(str, named))
