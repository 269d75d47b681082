"""One duty as its page tells it: who could have it, what a decision by hand costs, who could change turns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.cobuilding import absence, rota
from lingju.cobuilding.asked import Asked, is_misfit
from lingju.cobuilding.models import Duty, DutyEntry, Enrolment, Swap
from lingju.cobuilding.services import mending, swapping, turns
from lingju.cobuilding.services.drawing_up import cell_words
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor

MOST_OPTIONS: Final = 40
RELATED: Final = (
    *("cycle__series__area", "cycle__series__district", "cycle__area", "area", "role__capability"),
    *("enrolment__organisation", "enrolment__area", "proposed__organisation"),
)
HOLDER: Final = ("enrolment__capabilities", "enrolment__blackouts")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be given a duty, and what speaks against it."""

    unit: Enrolment
    against: str


@dataclass(frozen=True, slots=True)
class Option:
    """A turn for which another may be exchanged; where it is neutral, nobody comes to more days in a row."""

    duty: Duty
    is_neutral: bool
    words: str


@dataclass(frozen=True, slots=True)
class Mending:
    """What would fill an empty duty, with the digest under which it may be carried out."""

    digest: str
    lines: list[str]
    fewest: int
    stays_empty: bool


def duty_for(actor: Actor, duty_id: int) -> Duty:
    """Return a duty of the actor's communities; NotThere for any other."""
    rows = Duty.objects.visible_to(actor).select_related(*RELATED).prefetch_related(*HOLDER)
    found: Duty | None = rows.filter(pk=duty_id).first()
    if found is None:
        raise NotThere(_("没找到这一格轮值，或者不归您管。"))
    return found


def entries_of(duty: Duty) -> list[DutyEntry]:
    """Return what happened to a duty, the latest first."""
    return list(duty.entries.select_related("enrolment__organisation", "rota").order_by("-id"))


# --- by hand ---------------------------------------------------------------------------------------------


def candidates(duty: Duty) -> list[Candidate]:
    """Return every unit that takes turns here: those that are free first, the others with what is against."""
    units = Enrolment.objects.covering_units(duty.cycle.series).select_related("organisation")
    busy = {
        other.enrolment_id: other
        for other in Duty.objects.filter(cycle_id=duty.cycle_id, enrolment__isnull=False)
        .exclude(pk=duty.pk)
        .exclude(state=Duty.State.NOT_DONE)
        .select_related("cycle", "area", "role")
    }
    found = [
        Candidate(unit, _against(duty, unit, busy.get(unit.pk)))
        for unit in units.prefetch_related("capabilities", "blackouts").order_by("number")
    ]
    return sorted(found, key=lambda one: bool(one.against))


def _against(duty: Duty, unit: Enrolment, other: Duty | None) -> str:
    told = turns.doubts(duty, unit)
    if other is not None:
        told.append(_("那天已经排在%(cell)s。") % {"cell": cell_words(other)})
    return "".join(told)


def cost_words(cost: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return in words what a decision by hand costs, level by level; what it costs nothing is left out."""
    return [words for one in cost if (words := _cost(str(one["level"]), float(one["change"])))]


def _cost(level: str, change: float) -> str:
    size = abs(change)
    if size < 0.005:
        return ""
    if level == "unfilled":
        more, less = _("会多空出格子，按要紧程度算多 %(n)d"), _("会少空格子，按要紧程度算少 %(n)d")
    elif level == "fairness":
        more = _("各家的次数会更不匀，和应有次数的差（平方）多 %(n).2f")
        less = _("各家的次数会更匀，和应有次数的差（平方）少 %(n).2f")
    elif level == "travel":
        size /= 1000
        more, less = _("路要多走 %(n).1f 公里"), _("路会少走 %(n).1f 公里")
    elif level == "stability":
        more, less = _("要多动已经发布的格子"), _("会少动已经发布的格子")
    elif level == "preference":
        more, less = _("会多 %(n)d 次排在不方便的月份"), _("会少 %(n)d 次排在不方便的月份")
    else:
        return ""
    return (more if change > 0 else less) % {"n": size}


# --- who comes instead -----------------------------------------------------------------------------------


def stakes_words(duty: Duty) -> str:
    """Return in words which projects of the cycle hang on a duty's unit."""
    if duty.enrolment is None:
        return ""
    found = absence.stakes_of(duty.enrolment, [duty.cycle_id]).get(duty.cycle_id, [])
    return "、".join(stake.words for stake in found)


def misfit_words(duty: Duty) -> str:
    """Return in words why the unit of a duty fits it no more; nothing where it does, or a person set it."""
    if duty.enrolment is None or not is_misfit(duty):
        return ""
    return "".join(turns.doubts(duty, duty.enrolment))


def may_mend(duty: Duty) -> bool:
    """Say whether a duty waits for somebody who comes instead: of nobody, or of who fits it no more."""
    is_open = duty.state == Duty.State.OPEN and duty.enrolment_id is None and not duty.is_locked
    return (is_open or is_misfit(duty)) and duty.cycle.date is not None and turns.is_coming(duty)


def mending_words(shown: mending.Mended) -> Mending:
    """Return in words which cells mending a duty would change."""
    found = Duty.objects.filter(pk__in=[one.duty for one in shown.changes])
    rows = {row.pk: row for row in found.select_related("cycle", "area", "role__capability")}
    keys = {key for one in shown.changes for key in (one.before, one.after) if key is not None}
    named = Enrolment.objects.select_related("organisation").prefetch_related("capabilities", "blackouts")
    units = named.in_bulk(list(keys))

    def name(key: int | None) -> str:
        return str(units[key]) if key in units else _("空着")

    def told(one: rota.Change) -> str:
        words = _("%(cell)s：%(before)s → %(after)s") % {
            "cell": cell_words(rows[one.duty]),
            "before": name(one.before),
            "after": name(one.after),
        }
        why = "".join(turns.doubts(rows[one.duty], units[one.before])) if one.before in units else ""
        return _("%(words)s（%(why)s）") % {"words": words, "why": why.rstrip("。")} if why else words

    lines = [told(one) for one in shown.changes if one.duty in rows]
    return Mending(shown.digest, lines, shown.fewest, shown.stays_empty)


# --- swaps -----------------------------------------------------------------------------------------------


def swaps_of(duty: Duty) -> list[Swap]:
    """Return the requests in which a duty is named, those still open first."""
    found = Swap.objects.filter(Q(mine=duty) | Q(theirs=duty)).select_related(*_swap_related())
    return sorted(found, key=lambda swap: swap.state not in Swap.OPEN)


def swaps_for_unit(unit: Enrolment) -> list[Swap]:
    """Return the open requests that a unit made, or that it was asked."""
    named = Q(mine__enrolment=unit) | Q(theirs__enrolment=unit)
    return list(Swap.objects.filter(named, state__in=Swap.OPEN).select_related(*_swap_related()))


def open_swaps(series_id: int) -> list[Swap]:
    """Return every open request of a series, the oldest first."""
    found = Swap.objects.filter(mine__cycle__series_id=series_id, state__in=Swap.OPEN)
    return list(found.select_related(*_swap_related()).order_by("id"))


def _swap_related() -> list[str]:
    parts = ("cycle", "area", "role", "enrolment__organisation")
    return [f"{side}__{part}" for side in ("mine", "theirs") for part in parts]


def options(duty: Duty) -> list[Option]:
    """Return the turns for which a duty may be exchanged, each of which both units can take."""
    if duty.state not in swapping.CAN_SWAP or duty.enrolment_id is None or duty.cycle.date is None:
        return []
    question, found = swapping.exchanges(duty)
    able = [_option(question, one) for one in found if _is_free(question, one)]
    # Who asks mostly cannot come that day: another community on the same day stands last.
    return sorted(able, key=lambda one: one.duty.cycle_id == duty.cycle_id)[:MOST_OPTIONS]


def _is_free(question: Asked, one: rota.Swap) -> bool:
    other = question.duties.get(one.other) if one.other is not None else None
    return other is not None and swapping.may_go(other) and turns.is_coming(other)


def _option(question: Asked, one: rota.Swap) -> Option:
    assert one.other is not None
    other = question.duties[one.other]
    words = _("路不变")
    if one.metres >= 50:
        words = _("多走 %(km).1f 公里") % {"km": one.metres / 1000}
    elif one.metres <= -50:
        words = _("少走 %(km).1f 公里") % {"km": -one.metres / 1000}
    is_fair = swapping.is_fair(one)
    return Option(other, is_fair, words if is_fair else _("%(words)s，有一家要连着来两期") % {"words": words})
