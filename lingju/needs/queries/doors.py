"""The doors a need can be handed to: every desk of the district, every organisation that takes part."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area, District
from lingju.places.rules import CLERKS

MOST = 600
DESKS = (Area.Level.DISTRICT, Area.Level.STREET, Area.Level.COMMUNITY)


@dataclass(frozen=True, slots=True)
class Door:
    """One door under the name by which it is chosen; no two have the same."""

    label: str
    to: Area | Organisation


def doors(district: District) -> list[Door]:
    """Return all doors; those of one name are told apart by their code or their area."""
    desks = list(Area.objects.of(district).filter(level__in=DESKS))
    bodies = list(Organisation.objects.filter(district=district).in_use().select_related("area")[:MOST])
    names = Counter([area.short_name for area in desks] + [body.name for body in bodies])
    made = [Door(_told_apart(area.short_name, area.code, names), area) for area in desks]
    return made + [
        Door(_told_apart(body.name, f"{body.area.short_name}{body.pk}", names), body) for body in bodies
    ]


def in_reach(known: list[Door], actor: Actor, chosen: Area | Organisation | None = None) -> list[Door]:
    """Keep the doors that are named to somebody: every desk, and the organisations around their own desks.

    Another community's shops are nobody's business here; what a rule suggests is named all the same.
    """
    stems = actor.stems(CLERKS)

    def is_near(door: Door) -> bool:
        stem = door.to.stem
        return any(stem.startswith(own) or own.startswith(stem) for own in stems)

    return [door for door in known if isinstance(door.to, Area) or door.to == chosen or is_near(door)]


def _told_apart(name: str, by: str, names: Counter[str]) -> str:
    return f"{name}（{by}）" if names[name] > 1 else name


def door_called(said: str, known: list[Door]) -> Area | Organisation:
    """Return the door somebody typed: its name, or a piece that only one name has. Raises BadInput."""
    said = said.strip()
    exact = [door for door in known if door.label == said]
    near = exact or [door for door in known if said and said in door.label]
    if len(near) == 1:
        return near[0].to
    if not near:
        sentence = _("没有这个单位。打几个字，从列出来的里面选一家。")
    else:
        some = "、".join(door.label for door in near[:4])
        sentence = _("叫这个的不止一家：%(some)s。请写全名。") % {"some": some}
    raise BadInput(sentence, {"door": sentence})
