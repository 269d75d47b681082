"""What the root notices for needs: searches in vain, and devices that are out of order 未诉先办."""

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import durable
from lingju.needs.models import Signal
from lingju.needs.services import signalling
from lingju.places.events import FacilityChanged, SoughtInVain
from lingju.places.models import Area, Facility
from lingju.trail import surroundings


def notice_search(fact: SoughtInVain) -> None:
    """Count what somebody looked for in vain, once a day from one address; in process, and may be lost."""
    areas = Area.objects.filter(district_id=fact.district_id)
    area = (
        areas.filter(pk=fact.area_id).first()
        if fact.area_id
        else areas.filter(level=Area.Level.DISTRICT).first()
    )
    if area is None:
        return
    kind = Signal.Kind.FAR if fact.is_far else Signal.Kind.SEARCH
    source = surroundings.current().address or ""
    signalling.notice(kind, area=area, words=fact.words, key=fact.what, source=source)


def notice_facility(fact: FacilityChanged) -> None:
    """Count a device that is out of order now; take the signal back where it works again or is gone."""
    key = f"facility:{fact.facility_id}"
    facility = Facility.objects.filter(pk=fact.facility_id).select_related("station__area").first()
    if facility is None or facility.state != Facility.State.OUT_OF_ORDER:
        signalling.settle(Signal.Kind.BROKEN, district_id=fact.district_id, key=key)
        return
    said = {"station": facility.station.name, "facility": facility.name}
    with transaction.atomic():  # counted and remembered as counted together: a delivery may come twice
        signalling.notice(
            Signal.Kind.BROKEN,
            area=facility.station.area,
            station=facility.station,
            words=_("%(station)s的%(facility)s坏了") % said,
            key=key,
            source=durable.current_key(),
        )
