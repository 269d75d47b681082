"""How volunteering reads: when a call is, how long somebody served, why a record waits for another hand."""

from django.utils.translation import gettext as _

from lingju.bookings.phrases import length, time_words
from lingju.kernel import clock
from lingju.volunteering.anomalies import Anomaly
from lingju.volunteering.hours import Span, Standing
from lingju.volunteering.models import Call

__all__ = ["hours", "length", "odd", "standing", "stay"]

TONES = {
    Standing.NOTHING: "",
    Standing.PENDING: "xing",
    Standing.HELD: "mei",
    Standing.DISPUTED: "mei",
    Standing.CONFIRMED: "song",
}


def hours(call: Call) -> str:
    """Return 14:30–16:30."""
    return stay(Span(call.starts_at, call.ends_at))


def stay(span: Span) -> str:
    """Return a stretch of time as two times of day."""
    begins, ends = (moment.astimezone(clock.ZONE) for moment in (span.starts_at, span.ends_at))
    return f"{time_words(begins)}–{time_words(ends)}"


def standing(value: Standing) -> tuple[str, str]:
    """Return how far a record has got, in words, and the tone of a tag for it."""
    words = {
        Standing.NOTHING: _("没有时长"),
        Standing.PENDING: _("待确认"),
        Standing.HELD: _("要第二个人复核"),
        Standing.DISPUTED: _("本人有异议"),
        Standing.CONFIRMED: _("已确认"),
    }
    return words[value], TONES[value]


def odd(one: Anomaly) -> str:
    """Return why a record waits for a second person, in a sentence."""
    sentences = {
        "overlap": _("同一时间还在另一处服务，重叠 %(n)d 分钟。"),
        "long_day": _("这一天加起来 %(n)d 分钟，超过 12 小时。"),
        "added": _("事后补记 %(n)d 分钟，没有现场签到。"),
        "correction": _("更正 %(n)+d 分钟，还没有人复核。"),
        "too_fast": _("开始才 %(other)d 分钟，就补记了 %(n)d 分钟。"),
        "late": _("签到记录晚了 %(n)d 分钟才收到。"),
        "bulk": _("同一个人十分钟内连着补记了 %(n)d 条。"),
        "same_hours": _("同一个人给好几位补记了一样的 %(n)d 分钟。"),
        "lone_out": _("有签退，没有签到。"),
        "lone_in": _("有签到，没有签退，时长算不出来。"),
        "wrong_place": _("签到用的是别的驿站的码。"),
    }
    return sentences[one.kind] % {"n": one.minutes, "other": max(one.other, 0)}
