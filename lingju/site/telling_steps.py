"""What a street is reminded of on a co-building day's way: to announce it in time, to say that it was held.

    three days before its notice is due     nobody has announced it yet
    the day after                           nobody has said that it was held
    once its days are over                  it was held, and nobody has said that its record is complete

Each is said once for a day that is set, to the desk that leads it, without ringing.
"""

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from lingju.cobuilding.models import Cycle
from lingju.kernel import clock
from lingju.notify.wordings import Wording
from lingju.site import phrases, telling_desk
from lingju.site.telling_turns import board_of, when_words

WORDINGS = (
    Wording(
        "cycle_to_announce",
        gettext_lazy("共建日该发预告了"),
        gettext_lazy("%(when)s的共建日，按规则最晚%(due)s公布，还没有发预告。"),
    ),
    Wording(
        "cycle_to_hold",
        gettext_lazy("共建日过了，还没有点开始"),
        gettext_lazy("%(when)s的共建日还停在“%(state)s”。办了，请点到“开始举行”；没有办，请取消，写上原因。"),
    ),
    Wording(
        "cycle_to_record",
        gettext_lazy("共建日该收尾了"),
        gettext_lazy("%(when)s的共建日已经结束。结果和记录齐了，请点“记录齐了”。"),
    ),
)
AT: Final = dt.time(7, 40)
BEFORE_NOTICE: Final = dt.timedelta(days=3)
LOOKS_BACK: Final = dt.timedelta(days=31)  # cycles are made for past years too; nobody is asked about those


def remind() -> int:
    """Remind streets of the steps that nobody has taken in time; return how many cycles wait for one."""
    today = clock.today()
    return sum((_to_announce(today), _to_hold(today), _to_record(today)))


def _to_announce(today: dt.date) -> int:
    waiting = [
        cycle
        for cycle in _cycles().filter(state=Cycle.State.GENERATED, date__gte=today)
        if _notice_day(cycle) - BEFORE_NOTICE <= today
    ]
    for cycle in waiting:
        _tell(cycle, "cycle_to_announce", due=phrases.date(_notice_day(cycle)))
    return len(waiting)


def _to_hold(today: dt.date) -> int:
    passed = _cycles().filter(state__in=Cycle.COMING, date__lt=today, date__gte=today - LOOKS_BACK)
    for cycle in passed:
        _tell(cycle, "cycle_to_hold", state=str(cycle.get_state_display()))
    return len(passed)


def _to_record(today: dt.date) -> int:
    over = _cycles().filter(state=Cycle.State.HELD, closes_on__lt=today, closes_on__gte=today - LOOKS_BACK)
    for cycle in over:
        _tell(cycle, "cycle_to_record")
    return len(over)


def _tell(cycle: Cycle, wording: str, **said: str) -> None:
    readers = telling_desk.clerks_at(cycle.district_id, cycle.area.stem)
    gaps = {"when": when_words(cycle), **said}
    telling_desk.tell(readers, cycle.district_id, wording, f"{cycle.pk}:{cycle.date}", gaps, board_of(cycle))


def _notice_day(cycle: Cycle) -> dt.date:
    """Return the last day on which a cycle may be announced, as its rule has it."""
    return (cycle.date or cycle.ruled_on) - dt.timedelta(days=cycle.series.notice_days)


def _cycles() -> QuerySet[Cycle]:
    return Cycle.objects.select_related("series", "area").order_by("id")
