"""Telling upward that somebody looked for something and did not find it; nothing is written here."""

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.facts import announce
from lingju.places.events import SoughtInVain
from lingju.places.models import Area, Compound, District, Service
from lingju.places.services.marks import tidy
from lingju.places.walking import Origin

SHORTEST, LONGEST = 2, 20


def no_service(district: District, service: Service, origin: Origin, *, is_far: bool) -> None:
    """Tell that a service is not within ten minutes of somebody's home, or is nowhere in the district."""
    area = _home_area(origin)
    where = area.short_name if area is not None else district.name
    said = {"where": where, "service": service.name}
    words = (
        _("%(where)s：十分钟里走不到“%(service)s”") if is_far else _("%(where)s：找“%(service)s”，全区都没有")
    )
    stem = area.stem if area is not None else ""
    _tell(district, area, f"service:{service.code}:{stem}", words % said, is_far)


def no_place(district: District, query: str) -> None:
    """Tell that no compound or station has the name that somebody looked for."""
    query = tidy(query)
    if SHORTEST <= len(query) <= LONGEST:
        _tell(
            district,
            None,
            f"place:{query.casefold()}",
            _("找“%(query)s”，名单里没有") % {"query": query},
            False,
        )


def _home_area(origin: Origin) -> Area | None:
    """Return the community of a chosen compound; a phone's position is never told on."""
    if origin.compound_id is None:
        return None
    home: Compound = Compound.objects.select_related("area").get(pk=origin.compound_id)
    return home.area


def _tell(district: District, area: Area | None, what: str, words: str, is_far: bool) -> None:
    area_id = area.pk if area is not None else None
    with transaction.atomic():
        announce(SoughtInVain(district.pk, area_id, what, words, is_far))
