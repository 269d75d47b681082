"""What the root notices for needs 未诉先办: searches and bookings in vain, full sessions, broken devices."""

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.events import QuestionLeftOpen, SessionFull
from lingju.activities.models import Question, Session
from lingju.bookings.events import ClaimRefused
from lingju.bookings.models import Bookable, Pool
from lingju.kernel import durable
from lingju.needs.models import Signal
from lingju.needs.services import signalling
from lingju.people.services import limits
from lingju.places.events import FacilityChanged, SoughtInVain
from lingju.places.models import Area, Facility

AN_HOUR = 3600


def notice_search(fact: SoughtInVain) -> None:
    """Count what somebody looked for in vain, once a day from an address of their own; may be lost."""
    areas = Area.objects.filter(district_id=fact.district_id)
    area = (
        areas.filter(pk=fact.area_id).first()
        if fact.area_id
        else areas.filter(level=Area.Level.DISTRICT).first()
    )
    if area is None:
        return
    kind = Signal.Kind.FAR if fact.is_far else Signal.Kind.SEARCH
    source = limits.own_address()
    signalling.notice(kind, area=area, words=fact.words, key=fact.what, source=source)


def notice_facility(fact: FacilityChanged) -> None:
    """Count a device that is out of order now; take the signal back where it works again or is gone."""
    key = signalling.row_key("facility", fact.facility_id)
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


def notice_refused(fact: ClaimRefused) -> None:
    """Count that somebody could not book, once a day from an address of their own; may be lost.

    Where many stand behind an address, or a desk asks for them, each press is somebody else.
    """
    if fact.bookable_id is None:
        return  # seats of a session tell through SessionFull
    source = "" if fact.by_staff else limits.own_address()
    # This process has told of them a while ago: a rush of refusals shall not cost a query each.
    who = source or fact.press
    if who and not cache.add(f"refused:{fact.bookable_id}:{who}", True, AN_HOUR):
        return
    pool = Pool.objects.filter(pk=fact.pool_id).select_related("area").first()
    if pool is None:
        return
    bookable = Bookable.objects.filter(pk=fact.bookable_id).select_related("station").first()
    if bookable is None:
        return
    said = {"station": bookable.station.name, "what": bookable.name}
    signalling.notice(
        Signal.Kind.REFUSED,
        area=pool.area,
        station=bookable.station,
        words=_("%(station)s的%(what)s约不上") % said,
        key=signalling.row_key("bookable", bookable.pk),
        source=source,
    )


def notice_full(fact: SessionFull) -> None:
    """Count that more people want to come to a session than there are seats."""
    session = Session.objects.filter(pk=fact.session_id).select_related("area", "station").first()
    if session is None:
        return
    with transaction.atomic():
        signalling.notice(
            Signal.Kind.FULL,
            area=session.area,
            station=session.station,
            words=_("“%(title)s”报满了，还有人要来") % {"title": session.title},
            key=signalling.row_key("session", session.programme_id or session.pk),
            source=durable.current_key(),
        )


def turn_question(fact: QuestionLeftOpen) -> None:
    """Lay a question that nobody could answer at a session before the desk, as an unspoken demand."""
    question = Question.objects.filter(pk=fact.question_id).select_related("area", "session__station").first()
    if question is None:
        return
    with transaction.atomic():
        signalling.notice(
            Signal.Kind.SEARCH,
            area=question.area,
            station=question.session.station if question.session is not None else None,
            words=_("活动上没答上来：%(question)s") % {"question": question.asked},
            key=signalling.row_key("question", question.pk),
            source=durable.current_key(),
        )
