"""Putting a need onto the list of the coming co-building day, which is kept beside this module.

A floor knows no neighbour: who keeps the list is named by the wiring (`KEEPERS`). Where nobody keeps one, or
no day is coming, nothing is offered.
"""

from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import NeedMoved
from lingju.needs.models import Entry, Need
from lingju.needs.rules import its_desk
from lingju.needs.services import axes
from lingju.needs.services.axes import Words
from lingju.places.services.marks import said_why

STEP = "to_the_day"


@dataclass(frozen=True, slots=True)
class Standing:
    """On which day's list a need stands, or may be put: the day in words, where the list says so of it."""

    day: str
    is_listed: bool
    href: str = ""


class Keeper(Protocol):
    """Whoever keeps the list of the coming day."""

    def standing(self, need: Need, actor: Actor) -> Standing | None:
        """Return where a need stands; None where it stands nowhere and the actor may not put it anywhere."""

    def put(self, need: Need, reason: str, *, actor: Actor) -> None:
        """Put a need on the list of the day that `standing` named, inside the caller's transaction."""


KEEPERS: list[Keeper] = []


def standing(need: Need, actor: Actor) -> Standing | None:
    """Return on which day's list a need stands, or onto which the actor may put it."""
    found = (keeper.standing(need, actor) for keeper in KEEPERS)
    return next((one for one in found if one is not None), None)


@transaction.atomic
def put(need: Need, reason: str, *, actor: Actor, version: int | None = None) -> Need:
    """Put a need on the list of the coming day, saying why; what is listed already stays as it is.

    Raises BadInput without a reason, NotNow where no day is coming or its list is closed for this desk.
    """
    its_desk.check(actor, need)
    axes.expect(need, version)
    why = said_why(reason, _("请写一句为什么放进共建日。"), field="reason")
    for keeper in KEEPERS:
        found = keeper.standing(need, actor)
        if found is None:
            continue
        if not found.is_listed:
            keeper.put(need, why, actor=actor)
            _note(need, found.day, why, actor)
        return need
    raise NotNow(_("现在没有可以放进去的共建日：日子还没定，或者清单已经截止了，要加请找街道。"))


def _note(need: Need, day: str, why: str, actor: Actor) -> None:
    """Keep in the need's own record that it was put there; whoever asked reads it."""
    axes.append(need, Entry.Axis.EDIT, STEP, actor=actor, words=Words(noted=why, data={"day": day}))
    axes.write(need, {})
    announce(NeedMoved(need.district_id, need.pk, STEP))
