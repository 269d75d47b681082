"""Verbs of unspoken demand 未诉先办: notice what was missed, turn it into a need, or say why not.

    notice    anything below or beside calls this: a search without result, a refused booking, a full activity
    settle    what was missed is there again: nobody has to look at it any more
    turn      an officer makes it a need like any other, which nobody asked for
    dismiss   an officer says why nothing is done

No person is in a signal: its words are screened, and who missed something is not kept, only how often.
"""

import datetime as dt
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, TooOften
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.flow_wishes import SIGNALS
from lingju.needs.models import Category, Need, Signal
from lingju.needs.rules import its_desk
from lingju.needs.services import saying
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Saying
from lingju.needs.text.screening import screen
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import Area, Station
from lingju.places.services.marks import said_why, same_district, tidy

# The same source misses the same thing once a day, however often it tries.
ONCE_A_DAY: Final = Limit("signal", 1, dt.timedelta(days=1))
# One source is heard about so many things a day: nobody fills a desk by searching for nonsense.
THINGS_A_DAY: Final = Limit("signal_from", 20, dt.timedelta(days=1))
# What an officer has dismissed stays quiet that long; it is counted on, and not laid before them again.
QUIET: Final = dt.timedelta(days=30)
LONGEST: Final = 120


class RowKey(str):
    """The key of a row of ours, facility:384516559051251387; it tells of nobody and is kept as it is.

    Screened, one number in ten would be taken for a bank card's, and all of those for the same thing.
    """

    __slots__ = ()


def row_key(noun: str, row_id: int) -> RowKey:
    """Return by which key a row is missed."""
    return RowKey(f"{noun}:{row_id}")


def notice(
    kind: str, *, area: Area, words: str, key: str, station: Station | None = None, source: str = ""
) -> Signal | None:
    """Count that something was missed; return its signal, or None where this source was counted today.

    `key` names the same thing for everybody (a service's code, a row by `row_key`). `source` says who missed
    it and is kept only as a digest for a day: an address, a delivery's key. Without it each call counts.
    """
    if kind not in Signal.Kind.values:
        raise ValueError(f"no kind of signal: {kind}")
    same_district(area.district_id, station)
    key = _kept(key)
    if source and not _is_first_today(source, f"{kind} {key}", area.district_id):
        return None
    with transaction.atomic():
        return _counted_up(area, kind, key) or _new(area, kind, key, screen(tidy(words)).text, station)


def _kept(key: str) -> str:
    return key if isinstance(key, RowKey) else screen(tidy(key)).text[:LONGEST]


def _is_first_today(source: str, what: str, district_id: int) -> bool:
    try:
        limits.spend(f"{source} {what}", ONCE_A_DAY, district_id=district_id)
        limits.spend(source, THINGS_A_DAY, district_id=district_id)
    except TooOften:
        return False
    return True


def _counted_up(area: Area, kind: str, key: str) -> Signal | None:
    """Count the signal that waits, is being worked on, or was dismissed a short while ago."""
    same = Signal.objects.filter(district_id=area.district_id, kind=kind, key=key)
    is_alive = Q(state=Signal.State.WAITING) | Q(state=Signal.State.TURNED, need__is_over=False)
    found = same.filter(is_alive).order_by("-id").first()
    now = clock.now()
    if found is not None:
        Signal.objects.filter(pk=found.pk).update(times=F("times") + 1, last_at=now)
    elif kind != Signal.Kind.BROKEN:  # what breaks again is news
        quiet = same.filter(state=Signal.State.DISMISSED, last_at__gt=now - QUIET)
        found = quiet.order_by("-id").first()
        quiet.filter(pk=getattr(found, "pk", 0)).update(times=F("times") + 1)
    if found is not None:
        found.refresh_from_db()
    return found


def _new(area: Area, kind: str, key: str, words: str, station: Station | None) -> Signal | None:
    signal = Signal(
        district_id=area.district_id, kind=kind, area=area, station=station, key=key, words=words[:LONGEST]
    )
    try:
        with transaction.atomic():
            signal.save(force_insert=True)
    except IntegrityError:  # another hand noticed the same just now
        return _counted_up(area, kind, key)
    return signal


def settle(kind: str, *, district_id: int, key: str) -> int:
    """Take signals back that nobody has to look at any more, because the thing is there again."""
    waiting = Signal.objects.filter(district_id=district_id, kind=kind, key=_kept(key)).waiting()
    for signal in waiting:
        SIGNALS.take(
            "dismiss", signal, actor=SystemActor(district_id), changes={"decided_why": _("已经恢复")}
        )
    return len(waiting)


@transaction.atomic
def turn(signal: Signal, category: Category, *, actor: Actor) -> Need:
    """Make a signal a need of a kind, at its place: worked on, answered and listed like any other."""
    its_desk.check(actor, signal)
    if signal.state == Signal.State.TURNED and signal.need is not None:
        return signal.need
    if category.district_id != signal.district_id or not category.is_active:
        sentence = _("没有这个类别，请重新选。")
        raise BadInput(sentence, {"category": sentence})
    SIGNALS.take("turn", signal, actor=actor)
    said = Saying(
        category=category,
        place=Place(station=signal.station) if signal.station else Place(area=signal.area),
        text=_("%(words)s。到现在 %(n)d 次。") % {"words": signal.words.rstrip("。"), "n": signal.times},
        channel=Need.Channel.SIGNAL,
        knows_whom_to_call=True,
    )
    need = saying.write_down(signal.district, said, key=f"signal-{signal.pk}", actor=actor)
    Signal.objects.filter(pk=signal.pk).update(need=need)
    signal.need = need
    return need


def dismiss(signal: Signal, why: str, *, actor: Actor) -> Signal:
    """Say why nothing is done about a signal."""
    its_desk.check(actor, signal)
    reason = said_why(why, _("请写明为什么不用办。"), field="why")[:LONGEST]
    return SIGNALS.take("dismiss", signal, actor=actor, note=reason, changes={"decided_why": reason})
