"""What units are told of their turns, and what communities and streets hear of them.

    a unit         a turn is its own, no more its own, waits for an answer; the street calls who is on duty
    a community    who comes
    the street     a unit dropped out, a swap waits for approval, somebody has not answered

Nothing is told twice: each message is named by what happened and by its reader. Times are told in full,
because a loud message waits for the morning.
"""

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.cobuilding import absence
from lingju.cobuilding.events import (
    DutyDropped,
    DutyGiven,
    DutyTaken,
    RotaConsulted,
    RotaPublished,
    SwapAnswered,
    SwapAsked,
    SwapEnded,
    UnitsCalled,
)
from lingju.cobuilding.models import Cycle, Duty, DutyEntry, Enrolment, Rota, Swap
from lingju.cobuilding.services import turns
from lingju.kernel import clock, durable
from lingju.notify.wordings import Wording
from lingju.places.models import Area
from lingju.site import phrases, reaching_units, telling_desk

WORDINGS = (
    Wording(
        "turns_proposed",
        gettext_lazy("轮值表在征求意见"),
        gettext_lazy("拟排您单位 %(n)s 次，最近一次：%(turn)s。还没有定，来不了的日子请在这里说：%(link)s"),
    ),
    Wording(
        "turns_published",
        gettext_lazy("轮值排好了"),
        gettext_lazy("您单位有 %(n)s 次，最近一次：%(turn)s。看告知函、回话，点这里：%(link)s"),
    ),
    Wording(
        "turns_none",
        gettext_lazy("轮值有变动"),
        gettext_lazy("新发布的轮值表里暂时没有排您单位，原来的几次不用来了。%(link)s"),
    ),
    Wording(
        "turn_given", gettext_lazy("轮到您单位了"), gettext_lazy("%(turn)s。能不能来，请回个话：%(link)s")
    ),
    Wording("turn_swapped", gettext_lazy("换好了"), gettext_lazy("您单位现在是：%(turn)s。%(link)s")),
    Wording(
        "turn_taken", gettext_lazy("这一次不用来了"), gettext_lazy("%(turn)s，不再由您单位来，谢谢。%(link)s")
    ),
    Wording(
        "turn_waits",
        gettext_lazy("轮值还没有回话"),
        gettext_lazy("%(turn)s，%(left)s。能不能来，请回个话：%(link)s"),
    ),
    Wording("turn_called", gettext_lazy("共建日快到了"), gettext_lazy("%(turn)s。请准时到。%(link)s")),
    Wording("turn_set", gettext_lazy("轮值单位定了"), gettext_lazy("%(turn)s：%(unit)s。%(note)s")),
    Wording(
        "turn_dropped",
        gettext_lazy("有单位来不了"),
        gettext_lazy("%(turn)s：%(unit)s来不了，%(why)s。%(projects)s"),
    ),
    Wording(
        "turns_unanswered",
        gettext_lazy("还有单位没回话"),
        gettext_lazy("%(when)s的共建日，还没回话的：%(units)s。"),
    ),
    Wording(
        "turns_to_call",
        gettext_lazy("请打电话告诉单位"),
        gettext_lazy("%(when)s的共建日，这几家没有留手机号，收不到通知：%(units)s。"),
    ),
    Wording(
        "swap_asked",
        gettext_lazy("有单位想和您换轮值"),
        gettext_lazy("%(unit)s想用%(mine)s，换您单位的%(theirs)s。同不同意，点这里：%(link)s"),
    ),
    Wording(
        "swap_agreed",
        gettext_lazy("对方同意换"),
        gettext_lazy("%(mine)s，换%(theirs)s。街道批准了才算换好。%(link)s"),
    ),
    Wording(
        "swap_refused", gettext_lazy("没有换成"), gettext_lazy("%(mine)s，还是您单位来。%(answer)s%(link)s")
    ),
    Wording(
        "swap_to_approve",
        gettext_lazy("有一次调换等您批准"),
        gettext_lazy("%(unit)s的%(mine)s，换%(other)s的%(theirs)s，两家都同意了。"),
    ),
)
AT: Final = dt.time(9, 30)
AHEAD: Final = (2, 7)  # days before, on which a unit that has not answered is asked again
MOST_NAMES: Final = 12
K = DutyEntry.Kind
GIVING: Final = (K.GIVEN, K.BY_HAND, K.REPAIRED, K.SWAPPED)


def tell_consulted(fact: RotaConsulted) -> None:
    """Tell every unit that a draft proposes how often, so that it can say on which days it cannot come."""
    rota = Rota.objects.filter(pk=fact.rota_id, state=Rota.State.CONSULTED).first()
    if rota is None:
        return
    proposed: dict[int, list[int]] = {}
    for cell in rota.cells:
        if cell["unit"] is not None:
            proposed.setdefault(cell["unit"], []).append(cell["duty"])
    duties = {
        duty.pk: duty for duty in _duties().filter(pk__in=[pk for pks in proposed.values() for pk in pks])
    }
    for unit in Enrolment.objects.select_related("organisation").filter(pk__in=proposed).order_by("id"):
        asked = [duties[pk] for pk in proposed[unit.pk] if pk in duties]
        first = min(asked, key=lambda duty: duty.cycle.month, default=None)
        if first is not None:
            said = {"n": str(len(asked)), "turn": turn_words(first)}
            reaching_units.tell(unit, "turns_proposed", str(rota.pk), **said)


def tell_rota(fact: RotaPublished) -> None:
    """Tell every unit whose turns are others now how many it has, and which comes next."""
    changed = set(_duties().filter(pk__in=fact.duty_ids).values_list("enrolment_id", flat=True)) - {None}
    units = Enrolment.objects.filter(pk__in=changed | set(fact.lost_unit_ids)).select_related("organisation")
    for unit in units.order_by("id"):
        held = _duties().filter(enrolment=unit, cycle__date__gte=clock.today(), state__in=Duty.HELD)
        given = list(held.order_by("cycle__date"))
        if given:
            said = {"n": str(len(given)), "turn": turn_words(given[0])}
            reaching_units.tell(unit, "turns_published", str(fact.rota_id), **said)
        else:
            reaching_units.tell(unit, "turns_none", str(fact.rota_id))


def tell_given(fact: DutyGiven) -> None:
    """Tell a unit that a turn is its own now, and the community who comes."""
    duty = _duties().filter(pk=fact.duty_id).first()
    if duty is None or duty.enrolment is None or duty.cycle.state not in Cycle.COMING:
        return
    entry = duty.entries.filter(kind__in=GIVING).order_by("-id").first()
    key = f"{duty.pk}:{entry.pk if entry is not None else 0}"
    wording = "turn_swapped" if entry is not None and entry.kind == K.SWAPPED else "turn_given"
    reaching_units.tell(duty.enrolment, wording, key, turn=turn_words(duty))
    note = "" if reaching_units.is_reachable(duty.enrolment) else _("没有留手机号，请打电话告诉单位。")
    said = {"turn": turn_words(duty), "unit": str(duty.enrolment), "note": note}
    readers = desk_of(duty.area, duty.cycle)
    telling_desk.tell(readers, duty.district_id, "turn_set", key, said, board_of(duty.cycle))


def tell_taken(fact: DutyTaken) -> None:
    """Tell a unit that it need not come; one that has another turn on that day is told of that alone."""
    duty = _duties().filter(pk=fact.duty_id).first()
    unit = Enrolment.objects.select_related("organisation").filter(pk=fact.enrolment_id).first()
    if duty is None or unit is None or duty.cycle.state not in Cycle.COMING:
        return
    if unit.duties.filter(cycle_id=duty.cycle_id, state__in=Duty.HELD).exists():
        return
    last = duty.entries.order_by("-id").first()
    key = f"{duty.pk}:{last.pk if last is not None else 0}"
    reaching_units.tell(unit, "turn_taken", key, turn=turn_words(duty))


def tell_dropped(fact: DutyDropped) -> None:
    """Tell the street and the community that a unit cannot come."""
    duty = _duties().filter(pk=fact.duty_id).first()
    entry = duty.entries.filter(kind=K.DROPPED).order_by("-id").first() if duty is not None else None
    if duty is None or entry is None:
        return
    readers = [
        *telling_desk.clerks_at(duty.district_id, duty.cycle.area.stem),
        *telling_desk.clerks_at(duty.district_id, duty.area.stem),
    ]
    unit = str(entry.enrolment or "")
    said = {
        "turn": turn_words(duty),
        "unit": unit,
        "why": entry.reason,
        "projects": _left_behind(entry, duty),
    }
    key = f"{duty.pk}:{entry.pk}"
    telling_desk.tell(readers, duty.district_id, "turn_dropped", key, said, board_of(duty.cycle))


def _left_behind(entry: DutyEntry, duty: Duty) -> str:
    """Return in words which projects of the cycle now want for another unit."""
    if entry.enrolment is None:
        return ""
    found = absence.stakes_of(entry.enrolment, [duty.cycle_id]).get(duty.cycle_id, [])
    what = "、".join(stake.words for stake in found)
    return _("它本来还要：%(what)s，请另请一家。") % {"what": what} if what else ""


def tell_called(fact: UnitsCalled) -> None:
    """Tell every unit on duty in a cycle that it is, once for a day; the street, whom it has to call."""
    silent: list[Duty] = []
    for duty in _duties().filter(cycle_id=fact.cycle_id, state__in=Duty.HELD):
        if duty.enrolment is None or duty.state == Duty.State.DONE:
            continue
        key = f"{duty.pk}:{duty.cycle.date}:{duty.enrolment_id}"
        reaching_units.tell(duty.enrolment, "turn_called", key, turn=turn_words(duty))
        if not reaching_units.is_reachable(duty.enrolment):
            silent.append(duty)
    if silent:
        _tell_street("turns_to_call", silent, durable.current_key())


def remind(day: dt.date | None = None) -> int:
    """Ask units that have not answered again, seven and two days before; return how many duties wait.

    A day on which the clockwork stood still is made up for. Run twice, it says nothing twice.
    """
    today = day or clock.today()
    waiting = _duties().filter(
        state=Duty.State.PUBLISHED,
        enrolment__isnull=False,
        cycle__state__in=Cycle.COMING,
        cycle__date__gte=today,
        cycle__date__lte=today + dt.timedelta(days=max(AHEAD)),
    )
    late: dict[int, list[Duty]] = {}
    for duty in waiting:
        days = ((duty.cycle.date or today) - today).days
        _ask_again(duty, days)
        if days <= min(AHEAD):
            late.setdefault(duty.cycle_id, []).append(duty)
    for duties in late.values():
        _tell_street("turns_unanswered", duties, "")
    return len(waiting)


def _ask_again(duty: Duty, days: int) -> None:
    """Ask a unit whether it comes, once for each of the two days before."""
    step = min(ahead for ahead in AHEAD if ahead >= days)
    left = _("就在今天") if days == 0 else _("还有 %(n)d 天") % {"n": days}
    if duty.enrolment is not None:
        key = f"{duty.pk}:{duty.cycle.date}:{duty.enrolment_id}:{step}"
        reaching_units.tell(duty.enrolment, "turn_waits", key, turn=turn_words(duty), left=left)


def _tell_street(wording: str, duties: list[Duty], key: str) -> None:
    """Tell the street which units it has to call, by name."""
    cycle = duties[0].cycle
    names = [str(duty.enrolment) for duty in duties]
    more = _("等 %(n)d 家") % {"n": len(names)} if len(names) > MOST_NAMES else ""
    said = {"when": when_words(cycle), "units": "、".join(names[:MOST_NAMES]) + more}
    readers = telling_desk.clerks_at(cycle.district_id, cycle.area.stem)
    named = f"{cycle.pk}:{cycle.date}:{key}".rstrip(":")
    telling_desk.tell(readers, cycle.district_id, wording, named, said, board_of(cycle))


# --- swaps ----------------------------------------------------------------------------------------------


def tell_swap_asked(fact: SwapAsked) -> None:
    """Tell the unit that is asked to change turns."""
    swap = _swap(fact.swap_id)
    if swap is None or swap.state != Swap.State.ASKED or swap.theirs.enrolment is None:
        return
    said = {**_swap_words(swap), "unit": str(swap.mine.enrolment or "")}
    reaching_units.tell(swap.theirs.enrolment, "swap_asked", str(swap.pk), **said)


def tell_swap_answered(fact: SwapAnswered) -> None:
    """Tell the unit that asked what became of it; the street, that its approval is waited for."""
    swap = _swap(fact.swap_id)
    if swap is None or swap.mine.enrolment is None:
        return
    if swap.state == Swap.State.AGREED:
        reaching_units.tell(swap.mine.enrolment, "swap_agreed", str(swap.pk), **_swap_words(swap))
        said = _swap_words(swap) | {
            "unit": str(swap.mine.enrolment),
            "other": str(swap.theirs.enrolment or ""),
        }
        cycle = swap.mine.cycle
        readers = telling_desk.clerks_at(cycle.district_id, cycle.area.stem)
        link = address_of("desk_turns") or board_of(cycle)
        telling_desk.tell(readers, cycle.district_id, "swap_to_approve", str(swap.pk), said, link)
    elif swap.state == Swap.State.REFUSED:
        answer = _("对方说：%(answer)s。") % {"answer": swap.answer} if swap.answer else ""
        said = {"mine": turn_words(swap.mine), "answer": answer}
        reaching_units.tell(swap.mine.enrolment, "swap_refused", str(swap.pk), **said)


def tell_swap_ended(fact: SwapEnded) -> None:
    """Tell a unit that keeps its turn, since a request to change it came to nothing; and why."""
    swap, duty = _swap(fact.swap_id), _duties().filter(pk=fact.duty_id).first()
    if swap is None or duty is None or duty.enrolment is None or duty.enrolment_id != fact.enrolment_id:
        return
    if not turns.is_coming(duty) or duty.state == Duty.State.DONE:
        return
    why = swap.answer or _("调换的申请撤回了。")
    reaching_units.tell(duty.enrolment, "swap_refused", str(swap.pk), mine=turn_words(duty), answer=why)


# --- words and rows -------------------------------------------------------------------------------------


def turn_words(duty: Duty) -> str:
    """Return a turn in words: 12月4日 星期五 14:30，府后街社区，牵头."""
    told = {"when": when_words(duty.cycle), "area": duty.area.short_name, "role": duty.role.name}
    return _("%(when)s，%(area)s，%(role)s") % told


def _swap_words(swap: Swap) -> dict[str, str]:
    return {"mine": turn_words(swap.mine), "theirs": turn_words(swap.theirs)}


def when_words(cycle: Cycle) -> str:
    """Return when a cycle is: 12月4日 星期五 14:30, or its month where it has no day."""
    if cycle.date is None:
        return _("%(month)s（日子还没定）") % {"month": phrases.MONTHS[cycle.month.month - 1]}
    starts = cycle.series.starts
    return f"{phrases.date(cycle.date)} {starts.hour}:{starts.minute:02d}"


def _duties() -> QuerySet[Duty]:
    return Duty.objects.select_related(
        *("cycle__series", "cycle__area", "area", "role", "enrolment__organisation", "enrolment__area")
    )


def _swap(swap_id: int) -> Swap | None:
    sides = [
        f"{side}__{name}"
        for side in ("mine", "theirs")
        for name in ("cycle__series", "cycle__area", "area", "role", "enrolment__organisation")
    ]
    return Swap.objects.select_related(*sides).filter(pk=swap_id).first()


def desk_of(area: Area, cycle: Cycle) -> list[int]:
    """Return who works at a community's desk; where nobody does, who leads the day."""
    here = telling_desk.clerks_at(area.district_id, area.stem)
    return here or telling_desk.clerks_at(cycle.district_id, cycle.area.stem)


def board_of(cycle: Cycle) -> str:
    """Return the path of a cycle's board."""
    return f"{reverse('desk_days_cycle', args=[cycle.number])}?of={cycle.series_id}"


def address_of(name: str, *args: object) -> str:
    """Return the path of a page of another part; nothing where it is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
