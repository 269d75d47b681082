"""The co-building day for other machines: a calendar to subscribe to, and linked data for search engines."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Cycle, DaySeries
from lingju.kernel import clock
from lingju.kernel.ical import KEPT, Happening, Status
from lingju.places.models import District
from lingju.trail.models import Footprint

SCHEMA = "https://schema.org/"


def calendar(district: District, series: DaySeries | None) -> list[Cycle]:
    """Return the announced cycles of a street, or of all, from ninety days ago on; those called off stay."""
    since = clock.today() - KEPT
    rows = Cycle.objects.filter(Q(date__gte=since) | Q(date__isnull=True, ruled_on__gte=since))
    rows = rows.filter(district=district, state__in=Cycle.PUBLIC)
    if series is not None:
        rows = rows.filter(series=series)
    return list(rows.select_related("series", "area", "district").order_by("month", "id"))


def changed_at(cycles: Sequence[Cycle]) -> dict[int, dt.datetime]:
    """Return when each cycle last changed, as its footprints tell; one query for all of them."""
    named = {"subject_type": Cycle._meta.label_lower, "subject_id__in": [one.pk for one in cycles]}
    rows = Footprint.objects.filter(**named).order_by().values_list("subject_id")
    return {int(pk): at for pk, at in rows.annotate(at=Max("at")) if pk is not None}


def happening(cycle: Cycle, address: str, changed: dt.datetime | None) -> Happening:
    """Return a cycle as a calendar tells it: one name for good, each change counted, cancelled where off.

    One that lost its day, because the year's notice is not known, is cancelled until it has one.
    """
    starts, ends = cycle.hours
    is_off = cycle.state == Cycle.State.CANCELLED or cycle.date is None
    month = dt.datetime.combine(cycle.month, dt.time(), tzinfo=clock.ZONE)
    return Happening(
        uid=f"day-{cycle.pk}@{cycle.district.code}.lingju",
        starts=starts,
        ends=ends,
        summary=title(cycle),
        changed_at=changed or month,
        sequence=cycle.version,
        status=Status.CANCELLED if is_off else Status.CONFIRMED,
        description=" ".join(filter(None, (cycle.moved_for, cycle.state_reason if is_off else ""))),
        location=cycle.area.short_name,
        url=address,
    )


def linked(cycle: Cycle, address: str) -> dict[str, Any]:
    """Return a cycle as schema.org has it (Event), with no more than its page tells."""
    starts, ends = cycle.hours
    status = "EventRescheduled" if cycle.is_moved else "EventScheduled"
    if cycle.state == Cycle.State.CANCELLED:
        status = "EventCancelled"
    elif cycle.date is None:
        status = "EventPostponed"
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": title(cycle),
        "startDate": starts.isoformat(),
        "endDate": ends.isoformat(),
        "eventStatus": f"{SCHEMA}{status}",
        "eventAttendanceMode": f"{SCHEMA}OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "location": {"@type": "Place", "name": cycle.area.short_name},
        "organizer": [{"@type": "Organization", "name": cycle.area.name}],
    }


def title(cycle: Cycle) -> str:
    """Return what a cycle is called: 城市共建日：用电安全."""
    if not cycle.theme:
        return cycle.series.name
    return _("%(name)s：%(theme)s") % {"name": cycle.series.name, "theme": cycle.theme}
