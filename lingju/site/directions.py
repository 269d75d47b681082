"""A way on foot as sentences, so that nobody needs the map: turn, street, distance, crossings, steps."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lingju.circles.route import Leg, Route, Turn
from lingju.places.phrases import distance

HEADINGS = {
    "N": gettext_lazy("北"),
    "NE": gettext_lazy("东北"),
    "E": gettext_lazy("东"),
    "SE": gettext_lazy("东南"),
    "S": gettext_lazy("南"),
    "SW": gettext_lazy("西南"),
    "W": gettext_lazy("西"),
    "NW": gettext_lazy("西北"),
}
# A walk this short before or after the street is felt as "at the door".
AT_THE_DOOR_M = 15.0
# Legs shorter than this are a bend of the path, not a thing to remember.
SHORTEST_LEG_M = 5.0


def sentences(route: Route) -> list[str]:
    """Return the way as sentences in order, from door to door."""
    before, after = route.door_metres
    told = [_("先走到小区门口，%(far)s") % {"far": distance(before)}] if before > AT_THE_DOOR_M else []
    legs = [leg for leg in route.legs if leg.metres >= SHORTEST_LEG_M or leg.is_steps]
    told += [_leg(leg) for leg in legs]
    if after > AT_THE_DOOR_M:
        told.append(_("到了，往里再走 %(far)s") % {"far": distance(after)})
    else:
        told.append(_("到了，门就在路边"))
    return told


def _leg(leg: Leg) -> str:
    """Tell one piece of the way."""
    told = [_start(leg), _("走 %(far)s") % {"far": distance(leg.metres)}]
    if leg.crossings:
        told.append(ngettext("过 %(n)s 个路口", "过 %(n)s 个路口", leg.crossings) % {"n": leg.crossings})
    if leg.is_steps:
        told.append(_("有台阶"))
    return _("，").join(told)


def _start(leg: Leg) -> str:
    """Tell how a piece begins: which turn, into which street."""
    heading = str(HEADINGS[leg.heading])
    if leg.turn is Turn.START:
        return _onto(_("出门往%(heading)s") % {"heading": heading}, leg.name)
    turn = {
        Turn.STRAIGHT: _("直走"),
        Turn.LEFT: _("左转往%(heading)s") % {"heading": heading},
        Turn.RIGHT: _("右转往%(heading)s") % {"heading": heading},
        Turn.BACK: _("往回走，朝%(heading)s") % {"heading": heading},
    }[leg.turn]
    return _onto(turn, leg.name)


def _onto(turn: str, street: str) -> str:
    return _("%(turn)s，沿%(street)s") % {"turn": turn, "street": street} if street else turn
