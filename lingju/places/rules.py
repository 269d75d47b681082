"""Who may do what with a place: offices held at nodes of the area tree, and sentences about them.

An office is held at an area and is inherited downward: a clerk of 府后街社区 keeps every station of
府后街, an officer of the street every station of every community. A keeper may also hold one station.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel.rules import Actor, Rule


class Office(models.TextChoices):
    """The offices that can be held at a node of the area tree."""

    KEEPER = "keeper", _("站长")
    CLERK = "clerk", _("社区工作者")
    STREET_OFFICER = "street_officer", _("街道干部")
    DISTRICT_OFFICER = "district_officer", _("区级干部")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


CLERKS = frozenset({Office.CLERK, Office.STREET_OFFICER, Office.DISTRICT_OFFICER})
KEEPERS = CLERKS | {Office.KEEPER}
OFFICERS = frozenset({Office.STREET_OFFICER, Office.DISTRICT_OFFICER})
DISTRICT = frozenset({Office.DISTRICT_OFFICER})


def holding(name: str, offices: frozenset[Office]) -> Rule:
    """Make the sentence: the actor holds one of `offices` at the place's area or above it.

    Asked without a place, it says whether the actor holds such an office anywhere.
    """

    def test(actor: Actor, place: Any) -> bool:
        if not actor.is_signed_in:
            return False
        if place is None:
            return bool(actor.stems(offices) or actor.things(offices))
        if place.district_id != actor.district_id:
            return False
        return actor.holds(offices, place.stem, thing_id=place.pk)

    return Rule(name, test)


def lying_under(stems: Iterable[str], column: str = "area__stem") -> Q:
    """Return the condition that a row lies in one of the areas with these stems; without any, none does."""
    within = Q(pk__in=())
    for stem in stems:
        within |= Q(**{f"{column}__startswith": stem})
    return within


def on_one_branch(stem: str, stems: Iterable[str]) -> bool:
    """Say whether an area lies in one of the areas with these stems, or above one of them."""
    return any(stem.startswith(one) or one.startswith(stem) for one in stems)


its_keeper = holding("its_keeper", KEEPERS)
its_clerk = holding("its_clerk", CLERKS)
its_officer = holding("its_officer", OFFICERS)
its_district_officer = holding("its_district_officer", DISTRICT)
