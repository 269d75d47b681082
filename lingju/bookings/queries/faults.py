"""What is wrong with how a station's bookings are set up, said in words: a look, not a lock."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lingju.bookings.catalogue import BOOKABLES
from lingju.bookings.models import Bookable, Pool, Use
from lingju.bookings.services.checking import subject_of
from lingju.kernel import clock
from lingju.places import opening
from lingju.places.calendars import DayClassesOf, day_classes

SOON = dt.timedelta(days=30)
LOOKED_AHEAD = 14
# Which services ask for a qualification, and which.
QUALIFIED = {seed.service: seed.asks_qualification for seed in BOOKABLES.values()}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to put right; `stops` says that nobody can book or be served until it is."""

    words: str
    stops: bool


def faults_of(bookable: Bookable, classes: DayClassesOf | None = None) -> list[Fault]:
    """Return what is wrong with one bookable, what stops it first; nothing for what is not offered."""
    if not bookable.is_offered:
        return []
    uses = list(bookable.uses.all())
    found = [*_of_pools(bookable, uses), *_of_people(bookable), *_of_place(bookable, classes)]
    return sorted(found, key=lambda fault: not fault.stops)


def _of_pools(bookable: Bookable, uses: list[Use]) -> list[Fault]:
    if not uses:
        return [Fault(_("没有配资源，约不了。"), True)]
    found = []
    if bookable.takes_walk_ins and not any(use.pool.kind == Pool.Kind.PERSON for use in uses):
        found.append(Fault(_("可取号却没有人员。"), True))
    for use in uses:
        most = bookable.most_party if use.is_per_person else 1
        if use.pool.is_retired:
            found.append(Fault(_("“%(name)s”已经停用。") % {"name": use.pool.name}, True))
        if use.pool.capacity < use.quantity:
            found.append(Fault(_("“%(name)s”不够一次用的。") % {"name": use.pool.name}, True))
        elif use.pool.capacity < use.quantity * most:
            words = _("一次最多 %(n)d 人，可“%(name)s”只有 %(all)d 个。")
            said = {"n": most, "name": use.pool.name, "all": use.pool.capacity}
            found.append(Fault(words % said, False))
    return found


def _of_people(bookable: Bookable) -> list[Fault]:
    """Return what is wrong with who provides it: a qualification that is over, soon over, or missing."""
    today, until = clock.today(), bookable.qualified_until
    asked = QUALIFIED.get(bookable.offer.service.code, "") if bookable.offer is not None else ""
    found = []
    if until is not None and until < today:
        found.append(Fault(_("资质 %(day)s 过期了，核验之前约不了。") % {"day": until.isoformat()}, True))
    elif until is not None and until < today + SOON:
        found.append(Fault(_("资质 %(day)s 到期，请提前核验。") % {"day": until.isoformat()}, False))
    if asked and not bookable.qualification:
        found.append(Fault(_("没写资质：%(what)s。") % {"what": asked}, False))
    if asked and bookable.qualification and until is None:
        found.append(Fault(_("没写资质有效期。"), False))
    if asked and not bookable.notice:
        found.append(Fault(_("没有须知，做之前该说的没说。"), False))
    return found


def _of_place(bookable: Bookable, classes: DayClassesOf | None) -> list[Fault]:
    found = []
    station = bookable.station
    if not station.is_in_use:
        words = _("驿站现在“%(state)s”，约不了。") % {"state": station.get_state_display()}
        return [Fault(words, True)]
    if bookable.offer is not None and not bookable.offer.is_offered:
        return [Fault(_("驿站已经不提供这项服务，约不了。"), True)]
    if bookable.mode == Bookable.Mode.LOAN:
        return []
    longest = _longest_open(bookable, classes)
    if not longest:
        found.append(Fault(_("没有开放时间（两周内都不开门），约不了。"), True))
    elif longest < bookable.minutes:
        found.append(Fault(_("开门最长 %(n)d 分钟，做不完一次。") % {"n": longest}, True))
    return found


def _longest_open(bookable: Bookable, classes: DayClassesOf | None) -> int:
    """Return the longest stretch of the next two weeks, in minutes."""
    subject = subject_of(bookable)
    table = opening.timetable_of(subject, classes=classes or day_classes(bookable.district_id))
    days = (table.on(clock.today() + dt.timedelta(days=ahead)) for ahead in range(LOOKED_AHEAD))
    return max((one.end - one.start for day in days for one in day.stretches), default=0)
