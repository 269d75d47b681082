"""How word reaches a unit: its liaison by text message, and whoever speaks for it and has an account here.

A text message carries the unit's own signed address, one a year; it stands among the closed gaps of the
message. Where it was taken back nothing opens, and the words name it instead. A notice never carries it.
"""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Enrolment
from lingju.cobuilding.services import unit_links
from lingju.kernel import clock
from lingju.kernel.errors import Refusal
from lingju.kernel.rules import SystemActor
from lingju.notify import channels, services
from lingju.people import phones
from lingju.people.models import Membership
from lingju.site import texting

SPEAKERS = (Membership.Role.CONTACT, Membership.Role.LEADER)
Way = tuple[str, str | None, int | None]


def is_reachable(unit: Enrolment) -> bool:
    """Say whether word reaches a unit by itself; to one it does not reach somebody has to call."""
    return any(True for _way in _ways(unit))


def tell(
    unit: Enrolment,
    wording: str,
    key: str,
    begins_at: dt.datetime | None = None,
    /,
    *,
    link: str = "",
    **gaps: str,
) -> None:
    """Queue a message to a unit by every way that there is, once by its wording and key.

    `link` is a path that its message opens; without one it is the unit's own door. What it is about begins
    at `begins_at`: where the next morning would be too late for it, it rings at night.
    """
    for way in _ways(unit):
        words = _("单位专用链接")
        if way[0] == channels.SMS:
            path = link or door_of(unit)
            words = texting.address(path) if path else words
        gaps_of_way = {**gaps, "link": words}
        queue(unit.district_id, wording, f"{key}:{unit.pk}", way, gaps_of_way, begins_at=begins_at)


def tell_organisation(
    organisation_id: int,
    district_id: int,
    wording: str,
    key: str,
    /,
    *,
    begins_at: dt.datetime | None = None,
    **gaps: str,
) -> bool:
    """Queue a message to an organisation, by its units' numbers and to its speakers; say if it has any."""
    units = Enrolment.objects.filter(organisation_id=organisation_id, district_id=district_id)
    numbers = {phones.normal(unit.phone) for unit in units.exclude(state=Enrolment.State.ENDED)}
    ways: list[Way] = [(channels.SMS, number, None) for number in sorted(numbers) if phones.is_mobile(number)]
    ways += _speakers(organisation_id)
    for at, way in enumerate(ways):
        queue(district_id, wording, f"{key}:{at}" if way[1] else key, way, gaps, begins_at=begins_at)
    return bool(ways)


def queue(
    district_id: int,
    wording: str,
    key: str,
    way: Way,
    gaps: dict[str, str],
    *,
    begins_at: dt.datetime | None = None,
) -> None:
    """Queue one message by one way; the key names the reader beside what is told."""
    channel, address, account_id = way
    services.queue(
        district_id=district_id,
        wording=wording,
        key=f"{wording}:{key}:{account_id or channel}",
        recipient_id=account_id,
        address=address,
        channel=channel,
        params=gaps,
        begins_at=begins_at,
    )


def door_of(unit: Enrolment) -> str:
    """Return the path of a unit's own door, made once a year; nothing where it was taken back."""
    return page_of(unit, "unit_door")


def page_of(unit: Enrolment, page: str) -> str:
    """Return the path of a page behind a unit's own door; nothing where its link was taken back."""
    key = f"told-in-{clock.today().year}"
    try:
        made = unit_links.make(unit, key=key, actor=SystemActor(unit.district_id))
    except Refusal:
        return ""
    return reverse(page, args=[made.secret])


def _ways(unit: Enrolment) -> Iterable[Way]:
    """Yield (channel, number, account) for each way by which word reaches a unit."""
    if unit.state == Enrolment.State.ENDED:
        return
    if phones.is_mobile(unit.phone):
        yield channels.SMS, phones.normal(unit.phone), None
    yield from _speakers(unit.organisation_id)


def _speakers(organisation_id: int) -> Iterable[Way]:
    rows = Membership.objects.filter(organisation_id=organisation_id, role__in=SPEAKERS).order_by("id")
    for account_id in rows.values_list("account_id", flat=True):
        yield channels.IN_APP, None, account_id
