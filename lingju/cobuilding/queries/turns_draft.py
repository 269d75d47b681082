"""A rota in the making, in words: each level with its proof, each unit's load, each shortage, what changes.

What the run saw and proved is kept with it (`Rota.levels`, `loads`, `shortages`, `cells`); nothing here is
computed anew, so that the page says afterwards what was said before it was approved.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from lingju.cobuilding.models import Cycle, Duty, Enrolment, Rota
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor

NAMED: Final = 12
EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Level:
    """One goal of the run: what it is called, what came out, and what is proved of it."""

    label: str
    words: str
    proof: str


@dataclass(frozen=True, slots=True)
class Load:
    """One unit's turns in this rota, and how that stands to its fair share."""

    unit: Enrolment
    turns: int
    words: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One duty that another unit would have than has it now."""

    duty: Duty
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a page says of one rota."""

    levels: list[Level]
    loads: list[Load]
    shortages: list[str]
    changes: list[Changed]
    new: int
    kept: int
    empty: int


def rota_for(actor: Actor, rota_id: int) -> Rota:
    """Return a rota of an area that the actor leads; NotThere for any other."""
    related = ("series__area", "area", "approved_by")
    found: Rota | None = Rota.objects.visible_to(actor).select_related(*related).filter(pk=rota_id).first()
    if found is None:
        raise NotThere(_("没找到这张轮值表，或者不归您管。"))
    return found


def draft(row: Rota) -> Draft:
    """Return what is to be said of a rota."""
    wanted: dict[int, int | None] = {cell["duty"]: cell["unit"] for cell in row.cells}
    units = _units(row)
    duties = _duties(row, wanted)
    changes = _changes(duties.values(), wanted, units) if row.state in ("draft", "consulted") else []
    return Draft(
        levels(row),
        _loads(row, units),
        [shortage_words(one, duties, units) for one in row.shortages],
        changes,
        new=sum(not one.before for one in changes),
        kept=len(wanted) - len(changes),
        empty=sum(unit is None for unit in wanted.values()),
    )


def _units(row: Rota) -> dict[int, Enrolment]:
    """Return every unit that the run weighed, or that holds one of its duties now."""
    keys = [cell["duty"] for cell in row.cells]
    ids = {load["team"] for load in row.loads} | {cell["unit"] for cell in row.cells}
    ids |= set(Duty.objects.filter(pk__in=keys).values_list("enrolment_id", flat=True))
    found: dict[int, Enrolment] = Enrolment.objects.select_related("organisation").in_bulk(list(ids - {None}))
    return found


def _duties(row: Rota, wanted: Iterable[int]) -> dict[int, Duty]:
    ids = {*wanted, *(key for one in row.shortages for key in one["duties"])}
    found = Duty.objects.filter(pk__in=ids).select_related("cycle", "area", "role")
    return {duty.pk: duty for duty in found.order_by("cycle__month", "area__stem", "role__order")}


def _changes(
    duties: Iterable[Duty], wanted: Mapping[int, int | None], units: Mapping[int, Enrolment]
) -> list[Changed]:
    """Return what publishing would change: what a person decided, or a unit accepted, is left alone."""

    def name(key: int | None) -> str:
        return str(units[key]) if key is not None and key in units else ""

    return [
        Changed(duty, name(duty.enrolment_id), name(wanted[duty.pk]))
        for duty in duties
        if duty.pk in wanted
        and wanted[duty.pk] != duty.enrolment_id
        and not duty.is_locked
        and duty.state in (Duty.State.OPEN, Duty.State.PUBLISHED)
        and duty.cycle.state in Cycle.COMING
    ]


# --- levels ----------------------------------------------------------------------------------------------

Said = Callable[[float, Rota], tuple[str, str]]
SAYINGS: Final[Mapping[str, Said]] = {
    "unfilled": lambda n, row: (_("空着的格子"), _("按要紧程度算是 %(n)d") % {"n": n}),
    "fairness": lambda n, row: (_("次数匀不匀"), _("和应有次数的差，平方加起来 %(n).2f") % {"n": n}),
    "travel": lambda n, row: (
        _("路程"),
        _("一共 %(km).1f 公里，按%(way)s算") % {"km": n / 1000, "way": row.get_way_display()},
    ),
    "stability": lambda n, row: (_("动已经发布的"), _("越近的日子算得越重，一共 %(n)d") % {"n": n}),
    "preference": lambda n, row: (_("不在方便的月份"), _("%(n)d 次") % {"n": n}),
    "spacing": lambda n, row: (_("接连两期都轮到"), _("%(n)d 次") % {"n": n}),
    "variety": lambda n, row: (_("又去同一个社区"), _("%(n)d 次") % {"n": n}),
}


def levels(row: Rota) -> list[Level]:
    """Return the goals of a run in their order: what came out, and whether anything better exists."""
    found = []
    for told in row.levels:
        say = SAYINGS.get(str(told["name"]))
        if say is None:
            continue
        scale = told.get("scale") or 1
        label, words = say(told["value"] / scale, row)
        found.append(Level(label, words, _proof(told, scale)))
    return found


def _proof(told: Mapping[str, Any], scale: float) -> str:
    if told["value"] == told["bound"]:
        return _("已证明没有更好的")
    if told["bound"]:
        return _("至少 %(n)g，可能还能更好") % {"n": round(told["bound"] / scale, 2)}
    return _("没有证明，可能还能更好")


def _loads(row: Rota, units: Mapping[int, Enrolment]) -> list[Load]:
    """Return each unit's load, in the order of their numbers: nobody is put before another."""
    told = [(units[one["team"]], one) for one in row.loads if one["team"] in units]
    told.sort(key=lambda pair: pair[0].number)
    return [Load(unit, one["load"], load_words(one["load"], one["deviation"])) for unit, one in told]


def load_words(turns: int, deviation: float) -> str:
    """Return how many turns a unit has beside its fair share, in words."""
    share = turns - deviation
    if share < 0:
        return _("以前已经轮得多，这次本可以不轮")
    words = _("应有 %(n).1f 次") % {"n": share}
    if deviation > EVEN:
        return _("%(words)s，多轮 %(n).1f 次") % {"words": words, "n": deviation}
    if deviation < -EVEN:
        return _("%(words)s，少轮 %(n).1f 次") % {"words": words, "n": -deviation}
    return _("%(words)s，正合适") % {"words": words}


# --- shortages -------------------------------------------------------------------------------------------


def shortage_words(
    told: Mapping[str, Any], duties: Mapping[int, Duty], units: Mapping[int, Enrolment]
) -> str:
    """Return in words why duties stay empty: how many there are, and who alone could do them."""
    asked = [duties[key] for key in told["duties"] if key in duties]
    empty = [duties[key] for key in told["unfilled"] if key in duties]
    if not asked:
        return ""
    words = _("%(day)s有 %(n)d 格%(roles)s，能来的只有 %(m)d 家") % {
        "day": _day(asked[0]),
        "n": len(asked),
        "roles": _("、").join(f"“{role}”" for role in Counter(duty.role.name for duty in asked)),
        "m": len(told["teams"]),
    }
    if told["teams"]:
        words += _("：%(units)s") % {"units": _names(told["teams"], units)}
    words += _("。所以要空 %(n)d 格：%(cells)s。") % {
        "n": told["missing"],
        "cells": _("、").join(f"{duty.area.short_name}“{duty.role.name}”" for duty in empty),
    }
    return words + "".join(_others(told, units))


def _others(told: Mapping[str, Any], units: Mapping[int, Enrolment]) -> list[str]:
    """Return who could have done it too, and why not that day."""
    sentences = {
        "blocked": _("%(units)s会做，那天来不了。"),
        "tied": _("%(units)s会做，那天人工定在别处了。"),
        "kept_away": _("%(units)s会做，但那里有要分开的单位。"),
    }
    return [
        sentence % {"units": _names(told[kind], units)}
        for kind, sentence in sentences.items()
        if told.get(kind)
    ]


def _names(keys: Iterable[int], units: Mapping[int, Enrolment]) -> str:
    known = [str(units[key]) for key in keys if key in units]
    if len(known) <= NAMED:
        return _("、").join(known)
    return _("%(units)s等 %(n)d 家") % {"units": _("、").join(known[:NAMED]), "n": len(known)}


def _day(duty: Duty) -> str:
    day = duty.cycle.date or duty.cycle.month
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}
