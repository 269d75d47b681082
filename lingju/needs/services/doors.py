"""The door that a routing rule leads to, for a need at one place; a door that is gone is a trouble."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from lingju.needs.conditions import Described, described
from lingju.needs.models import Need, RoutingRule
from lingju.people.models import Organisation
from lingju.places.models import Area

Door = Area | Organisation
Desks = Mapping[str, Area]  # areas by their stem
# Digits of a stem from the level asked for upward: where there is no such desk, the next above has it.
LADDER: Mapping[str, tuple[int, ...]] = {
    RoutingRule.ToLevel.COMMUNITY: (12, 9, 6),
    RoutingRule.ToLevel.STREET: (9, 6),
    RoutingRule.ToLevel.DISTRICT: (6,),
}


class DoorIsGone(Exception):
    """A rule leads nowhere: its organisation has left, or no area above the place is there any more."""


def stems_above(stem: str) -> tuple[str, ...]:
    """Return the stems of community, street and district of a place."""
    return tuple(dict.fromkeys(stem[:digits] for digits in (12, 9, 6)))


def desks_of(district_id: int, stems: Iterable[str]) -> Desks:
    """Return the desks of these stems that there are: one query."""
    return {area.stem: area for area in Area.objects.filter(district_id=district_id, stem__in=set(stems))}


def door_of(rule: RoutingRule, place_stem: str, desks: Desks) -> Door:
    """Return where a rule leads from a place; raise DoorIsGone with a sentence."""
    if rule.to_org is not None:
        if rule.to_org.ended_on is not None:
            raise DoorIsGone(_("“%(name)s”已经退出了。") % {"name": rule.to_org.name})
        return rule.to_org
    for digits in LADDER.get(rule.to_level, ()):
        if desk := desks.get(place_stem[:digits]):
            return desk
    raise DoorIsGone(_("这里往上没有可派的社区、街道或区。"))


def name_of(door: Door) -> str:
    """Return the name of a door as people say it."""
    return door.short_name if isinstance(door, Area) else door.name


def described_need(need: Need) -> Described:
    """Describe a need as conditions read it; its kind is loaded with the kind above."""
    kinds = [need.category.code, need.category.parent.code if need.category.parent else ""]
    text = f"{need.title} {need.text}"
    return described(filter(None, kinds), text, need.place_stem, need.channel, is_urgent=need.is_urgent)
