"""A plan that begins with a festival: on its day in the lunar, solar or common calendar, with its ideas."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities import festivals
from lingju.activities.catalogue import FESTIVALS
from lingju.activities.models import FestivalTemplate, Session
from lingju.activities.services import planning
from lingju.activities.services.planning import Plan
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Area, Station

AHEAD: Final = 366


def day_of(template: FestivalTemplate, *, after: dt.date) -> dt.date | None:
    """Return the next day on which a template is held, from a date on; None where no table reaches to it."""
    festival = FESTIVALS.get(template.festival)
    before = dt.timedelta(days=template.days_before)
    years = (year for year in (after.year, after.year + 1, after.year + 2) if festivals.is_known(year))
    days = (
        occasion.since - before
        for year in years
        for occasion in (festivals.falls(festival, year) if festival is not None else ())
    )
    return next((day for day in days if day >= after), None)


@transaction.atomic
def from_template(
    template: FestivalTemplate, area: Area, *, station: Station | None = None, place: str = "", actor: Actor
) -> Session:
    """Plan the next session of a template; pressed twice, the plan that is there is returned.

    The desk alone sees it until it is announced, and may change every word.
    """
    if template.district_id != area.district_id:
        raise NotThere(_("没找到：它不在这个区里。"))
    day = day_of(template, after=clock.today() + dt.timedelta(days=1))
    if day is None:
        raise NotNow(_("这个节日的日子还算不出来，请手工填写日期。"))
    starts_at = dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE) + dt.timedelta(
        minutes=template.start_minute
    )
    where = place or (area.short_name if station is None else "")
    plan = Plan(
        title=template.name,
        area=area,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=template.minutes),
        summary=template.ideas,
        station=station,
        place_words=where,
        topics=tuple(template.topics.filter(is_retired=False)),
        audiences=tuple(template.audiences.all()),
    )
    spot = station.pk if station is not None else area.pk
    key = f"festival-{template.pk}-{day:%Y%m%d}-{spot}"
    return planning.plan_session(plan, key=key, actor=actor, template=template)
