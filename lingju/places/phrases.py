"""Figures of the walking engine in words that a resident reads: why a gap is one, and how far."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lingju.circles.causes import Cause, Reason
from lingju.circles.gaps import Gap
from lingju.circles.network import Line
from lingju.places.models import Area, Compound, Station
from lingju.places.walking import Town


def short_name(station: Station) -> str:
    """Say a station's name as it fits on a map: 府后街幸福驿站 is 府后街, the hut is 智慧小屋."""
    if station.kind == Station.Kind.SMART_HUT:
        return _("智慧小屋")
    for suffix in ("幸福驿站", "驿站"):
        if station.name.endswith(suffix) and station.name != suffix:
            return station.name.removesuffix(suffix)
    return station.name


def distance(metres: float) -> str:
    """Say a distance: kilometres with one place from 1 km up, else metres to the nearest ten."""
    if metres >= 995:
        return _("%(n).1f 公里") % {"n": metres / 1000}
    return _("%(n)d 米") % {"n": max(10, round(metres / 10) * 10)}


def why(reason: Reason) -> str:
    """Say what is in the way, without a full stop."""
    if reason.kind is Cause.BARRIER:
        return _barrier(reason)
    if reason.kind is Cause.GATE:
        return _gate(reason)
    if reason.kind is Cause.DEAD_END:
        return _("断头路，差 %(length)s没有接通") % {"length": distance(reason.metres or 0.0)}
    if reason.kind is Cause.DETOUR and reason.ratio is not None:
        return _("路绕，走的路是直线的 %(n).1f 倍") % {"n": reason.ratio}
    return {
        Cause.UNCONNECTED: _("门口没有接上能走的路"),
        Cause.DETOUR: _("路绕，二十分钟还走不到"),
        Cause.FAR: _("离得远"),
    }[reason.kind]


def _barrier(reason: Reason) -> str:
    length = distance(reason.metres or 0.0)
    if reason.at_least:
        length = _("%(length)s以上") % {"length": length}
    sentences = {
        Line.RAIL: _("铁路 %(length)s没有过街口"),
        Line.WATER: _("河 %(length)s没有桥"),
        Line.WALL: _("围墙 %(length)s没有门"),
        Line.MOTORWAY: _("快速路 %(length)s没有过街口"),
    }
    return sentences[reason.barrier or Line.WALL] % {"length": length}


def _gate(reason: Reason) -> str:
    sides = (_("东"), _("南"), _("西"), _("北"))
    if reason.wanted_side in reason.gate_sides:
        return _("小区%(side)s边还缺一个门") % {"side": sides[reason.wanted_side or 0]}
    only = _("、").join(_("%(side)s门") % {"side": sides[side]} for side in reason.gate_sides)
    return _("小区只开%(gates)s") % {"gates": only}


def name_of_gap(town: Town, gap: Gap, compounds: dict[int, str], areas: dict[str, str]) -> str:
    """Name a gap after the compound in which most of its households live, else after its community."""
    households: Counter[int] = Counter()
    for home in gap.homes.tolist():
        own = town.homes.compounds[home]
        if own is not None:
            households[own] += int(town.homes.people.households[home])
    if households:
        largest, count = households.most_common(1)[0]
        whole = count >= gap.households
        return compounds[largest] if whole else _("%(name)s一带") % {"name": compounds[largest]}
    return _("%(name)s一带") % {"name": areas.get(town.homes.areas[gap.middle], _("这"))}


def names_for_gaps(town: Town) -> tuple[dict[int, str], dict[str, str]]:
    """Return the names that gaps may take: compounds by id, areas by stem."""
    district = town.district
    compounds = dict(Compound.objects.filter(district=district).values_list("id", "name"))
    areas = {area.stem: area.short_name for area in Area.objects.filter(district=district)}
    return compounds, areas


def how_far(gap: Gap) -> str:
    """Say how far a gap is from its station: straight, and on foot."""
    straight = distance(gap.straight_m)
    if gap.median_s is None:
        return _("直线 %(straight)s，走二十分钟还到不了") % {"straight": straight}
    minutes = -(-int(gap.median_s) // 60)
    return ngettext("直线 %(straight)s，要走 %(n)d 分钟", "直线 %(straight)s，要走 %(n)d 分钟", minutes) % {
        "straight": straight,
        "n": minutes,
    }
