"""Which rows lie under some areas: the columns of a need that keep its stems are asked by equality."""

from collections.abc import Collection

from django.db.models import Q

DISTRICT_STEM, STREET_STEM, COMMUNITY_STEM = 6, 9, 12  # digits of a stem down to each


def lies_under(stems: Collection[str], prefix: str) -> Q:
    """Return the condition that an area column lies under one of `stems`; equality where it can be."""
    within = Q(pk__in=())
    for stem in stems:
        if len(stem) <= DISTRICT_STEM:
            within |= Q(pk__isnull=False)
        elif len(stem) == STREET_STEM:
            within |= Q(**{f"{prefix}street": stem})
        elif len(stem) == COMMUNITY_STEM:
            within |= Q(**{f"{prefix}community": stem})
        else:
            within |= Q(**{f"{prefix}stem__startswith": stem})
    return within
