"""What calendars show: the sessions of a district or a station, days with other hours, one person's bookings.

sessions   what is to come, and for 90 days what is over or was called off
odd days   dates on which a station is not open as in its week
mine       a booking stands for itself; a sign-up stands for its session, as sure as its seat is
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from lingju.activities import ical
from lingju.activities.models import Session, SignUp, Topic
from lingju.activities.queries.sessions import told
from lingju.bookings import ical as bookings_ical
from lingju.bookings.models import Claim
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.ical import KEPT, Happening, Status
from lingju.places.hours_rules import OddDay, by_opening, rules_of
from lingju.places.hours_text import minute_words
from lingju.places.models import Area, AudienceTag, District, Station
from lingju.places.opening import timetable_of

MOST: Final = 500
AHEAD: Final = dt.timedelta(days=400)
M = TypeVar("M")
Address = Callable[[Session], str]
ClaimAddress = Callable[[Claim], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sessions a calendar is to show; nothing asked is all of the district."""

    area: Area | None = None
    station: Station | None = None
    topic: Topic | None = None
    audience: AudienceTag | None = None

    @property
    def names(self) -> list[str]:
        """Return what was asked for, in words."""
        topic, audience = self.topic, self.audience
        found = (self.area and self.area.short_name, self.station and self.station.name)
        return [name for name in (*found, topic and topic.name, audience and audience.name) if name]


def asked(district: District, *, area: str, station: str, topic: str, audience: str) -> Asked:
    """Return what is asked for by its codes; NotThere names the first that the district does not have."""
    return Asked(
        _one(Area.objects.filter(district=district, code=area), area, _("社区")),
        _one(Station.objects.filter(district=district, slug=station), station, _("驿站")),
        _one(Topic.objects.filter(district=district, code=topic), topic, _("主题")),
        _one(
            AudienceTag.objects.filter(district=district, code=audience, is_sensitive=False),
            audience,
            _("适合人群"),
        ),
    )


def _one(rows: Iterable[M], code: str, noun: str) -> M | None:
    if not code:
        return None
    found = next(iter(rows), None)
    if found is None:
        raise NotThere(_("没有这个%(noun)s，日历地址可能抄错了。请从活动页重新订阅。") % {"noun": noun})
    return found


def sessions(district: District, wanted: Asked) -> QuerySet[Session]:
    """Return the sessions that a calendar shows, all that was told of the last 90 days and from now on."""
    since = clock.now() - KEPT
    off = Q(state=Session.State.CANCELLED, changed_at__gt=since)
    rows = told(district).filter(Q(ends_at__gt=since) | off)
    if wanted.area is not None:
        rows = rows.filter(Q(area=wanted.area) | Q(station__area=wanted.area))
    if wanted.station is not None:
        rows = rows.filter(station=wanted.station)
    if wanted.topic is not None:
        rows = rows.filter(topics=wanted.topic)
    if wanted.audience is not None:
        rows = rows.filter(audiences=wanted.audience)
    return rows


def shown(rows: QuerySet[Session]) -> tuple[list[Session], bool]:
    """Return the sessions a calendar holds, in order of time, and whether that is all of them.

    Where there are too many, what is to come goes before what is over, and what is near before what is far.
    """
    now = clock.now()
    coming = list(
        rows.filter(ends_at__gt=now).select_related("parent").order_by("starts_at", "id")[: MOST + 1]
    )
    over = rows.filter(ends_at__lte=now).select_related("parent").order_by("-starts_at", "-id")
    found = coming + list(over[: max(MOST + 1 - len(coming), 0)])
    kept = sorted(found[:MOST], key=lambda one: (one.starts_at, one.pk))
    return kept, len(found) <= MOST


def marks(rows: QuerySet[Session]) -> list[tuple[object, ...]]:
    """Return what a calendar of these sessions hangs on, in one small query, for its entity tag."""
    columns = ("uid", "sequence", "changed_at", "station__version")
    return list(rows.order_by("id").values_list(*columns)[: 4 * MOST])


def moved_at(district: District) -> dt.datetime | None:
    """Return when anything that was told in the district last changed.

    Of the whole district, and not of one calendar: a session that leaves a calendar changes it, too.
    """
    found: dt.datetime | None = (
        Session.objects.filter(district=district).public().aggregate(last=Max("changed_at"))["last"]
    )
    return found


def odd_days(station: Station) -> tuple[OddDay, ...]:
    """Return the dates from today on, as far as is known, on which a station is not open as in its week."""
    today = clock.today()
    rules = rules_of(timetable_of(station), today, shape=by_opening)
    return tuple(day for day in rules.odd if today <= day.date <= today + AHEAD)


def of_odd_days(station: Station, days: Sequence[OddDay], address: str) -> list[Happening]:
    """Return odd days as whole days of a calendar; another opening on the same date is another event."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.ZONE)
    return [
        Happening(
            uid=f"hours-{station.slug}-{day.date:%Y%m%d}-{_spelt(day)}@{station.district.code}.lingju",
            starts=day.date,
            ends=day.date + dt.timedelta(days=1),
            summary=_("%(name)s：%(hours)s") % {"name": station.name, "hours": _hours(day)},
            changed_at=midnight,
            description=day.reason,
            location=station.address or station.name,
            lat_lon=(station.lat, station.lon),
            url=address,
            is_busy=False,
        )
        for day in days
    ]


def _spelt(day: OddDay) -> str:
    return "-".join(f"{one.start}.{one.end}" for one in day.stretches) or "shut"


def _hours(day: OddDay) -> str:
    if not day.stretches:
        return _("这天不开门")
    spans = [f"{minute_words(one.start)}–{minute_words(one.end)}" for one in day.stretches]
    return _("这天开 %(hours)s") % {"hours": _("、").join(spans)}


def of_claims(claims: Sequence[Claim], address: Address, claim_address: ClaimAddress) -> list[Happening]:
    """Return somebody's bookings and sign-ups as a calendar tells them, in order of time."""
    rows = SignUp.objects.filter(claim__in=claims).select_related(
        "session__station", "session__space", "session__parent", "session__district"
    )
    signups = {row.claim_id: row.session for row in rows.prefetch_related("session__topics")}
    since = clock.now() - KEPT
    found = []
    for claim in claims:
        session = signups.get(claim.pk)
        if session is not None:
            one = of_signup(claim, session, address(session))
        elif claim.starts_at is not None:
            one = bookings_ical.happening_of(claim, claim_address(claim))
        else:
            continue
        if _ends(one) > since or (claim.ended_at is not None and claim.ended_at > since):
            found.append(one)
    return sorted(found, key=lambda one: (_ends(one), one.uid))


def of_signup(claim: Claim, session: Session, address: str) -> Happening:
    """Return a sign-up as its session, under the name of the booking; both count its changes.

    It is as sure as the less sure of the two: what waits for a seat is tentative, what is off is off.
    """
    seat, told_of = bookings_ical.status_of(claim), ical.happening_of(session, address)
    ways = (Status.CANCELLED, Status.TENTATIVE, Status.CONFIRMED)
    status = min(seat, told_of.status, key=ways.index)
    title = told_of.summary if told_of.status is status else bookings_ical.titled(session.title, status)
    return replace(
        told_of,
        uid=bookings_ical.uid_of(claim),
        sequence=session.sequence + claim.version,
        status=status,
        summary=title,
        changed_at=max(filter(None, (session.changed_at, claim.made_at, claim.ended_at))),
        part_of="",
        is_busy=told_of.is_busy and status is not Status.CANCELLED,
    )


def _ends(one: Happening) -> dt.datetime:
    assert isinstance(one.ends, dt.datetime)
    return one.ends
